/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "segment/matches.h"
#include "toy.h"

/* A list holds all pieces that end where text does, longest first,
 * as the trie knows them. */
static void check_list(const struct tk_matches *m, const tok_model *model,
		       tok_bytes text, uint32_t list)
{
	const uint32_t *piece = m->piece + (list >> 8);
	size_t n = list & 0xFF, found = 0;

	for (size_t i = 0; i + 1 < text.n; i++) {
		tok_bytes end = {text.p + i, text.n - i};
		int32_t id = tk_trie_find(&model->trie, end);

		if (id < 0)
			continue;
		assert_true(found < n);
		assert_int_equal(tk_match_id(piece[found]), id);
		assert_int_equal(tk_match_size(piece[found]), end.n);
		found++;
	}
	assert_int_equal(found, n);
	for (; n < TK_MATCHES_PADDED; n++)
		assert_int_equal(tk_match_size(piece[n]), TK_MATCHES_BEFORE);
}

static void finds_all_that_end(void **state)
{
	static uint8_t text[3000];
	static uint32_t list[3000];
	uint64_t random = 71;

	(void)state;
	for (int round = 0; round < 60; round++) {
		unsigned n_letters =
			2 + (unsigned)unit_below(&random, 4);
		tok_model *model = toy_model(
			&random, 1 + unit_below(&random, 40), n_letters);
		struct tk_matches m = {.alloc = NULL};
		bool fits;

		assert_ok(tk_matches_init(&m, model, &fits));
		assert_true(fits);
		for (unsigned i = 0; i < 10; i++) {
			size_t n = unit_below(&random, i % 3 ? 150 : 3000);

			for (size_t k = 0; k < n; k++)
				text[k] = (uint8_t)('a' + unit_below(
					&random, n_letters + i % 2));
			tk_matches_read(&m, (tok_bytes){text, n}, list);
			for (size_t k = 0; k < n; k++)
				check_list(&m, model,
					   (tok_bytes){text, k + 1}, list[k]);
		}
		tk_matches_release(&m);
		tok_model_free(model);
	}
}

/* Every byte is a piece of its own. */
static void knows_all_bytes(void **state)
{
	tok_model *model = toy_model(&(uint64_t){72}, 30, 4);
	struct tk_matches m = {.alloc = NULL};
	bool fits;

	(void)state;
	assert_ok(tk_matches_init(&m, model, &fits));
	for (unsigned c = 0; c < 256; c++) {
		uint8_t byte = (uint8_t)c;
		int32_t id = tk_trie_find(&model->trie, (tok_bytes){&byte, 1});

		assert_int_equal(tk_match_id(m.byte_piece[c]), id);
		assert_int_equal(tk_match_size(m.byte_piece[c]), 1);
		assert_true(m.byte_value[c].i < 0);
	}
	tk_matches_release(&m);
	tok_model_free(model);
}

/* A piece of 256 bytes is the longest that a table holds. */
static void long_pieces(void **state)
{
	static uint8_t letters[257];
	struct tk_piece piece = {{letters, 0}, -65536};
	int32_t byte_score[256];
	struct tk_spec spec = {.byte_score = byte_score, .piece = &piece,
			       .n_pieces = 1};

	(void)state;
	memset(letters, 'a', sizeof(letters));
	for (int i = 0; i < 256; i++)
		byte_score[i] = -65536 * 9;
	for (size_t n = 255; n <= 257; n++) {
		struct tk_matches m = {.alloc = NULL};
		tok_model *model;
		bool fits;

		piece.bytes.n = n;
		assert_ok(tk_model_build(&spec, NULL, &model, NULL));
		assert_ok(tk_matches_init(&m, model, &fits));
		assert_int_equal(fits, n <= 256);
		if (fits) {
			static uint32_t list[257];

			tk_matches_read(&m, (tok_bytes){letters, 257}, list);
			for (size_t k = 0; k < 257; k++)
				check_list(&m, model,
					   (tok_bytes){letters, k + 1}, list[k]);
		}
		tk_matches_release(&m);
		tok_model_free(model);
	}
}

static tok_status make(const tok_alloc *alloc, void *model)
{
	struct tk_matches m = {.alloc = alloc};
	bool fits;
	tok_status st = tk_matches_init(&m, model, &fits);

	assert_true(st || fits);
	tk_matches_release(&m);
	return st;
}

static void fails_without_memory(void **state)
{
	tok_model *model = toy_model(&(uint64_t){73}, 20, 3);

	(void)state;
	unit_fail_each(make, model);
	tok_model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_all_that_end),
		cmocka_unit_test(knows_all_bytes),
		cmocka_unit_test(long_pieces),
		cmocka_unit_test(fails_without_memory),
	};
	return cmocka_run_group_tests_name("matches", tests, NULL, NULL);
}
