/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/buf.h"
#include "segment/unknown.h"
#include "sp_toy.h"

/* Ids: 0 <unk>, 1 "a", 2 U+2581 "b"; with fallback, 3 + byte. */
static tok_model *make(bool fallback)
{
	static struct sp_toy toy;

	sp_toy_init(&toy);
	(void)sp_toy_add(&toy, BYTES("<unk>"), 0, TOK_KIND_UNKNOWN);
	(void)sp_toy_add(&toy, BYTES("a"), -1, TOK_KIND_PIECE);
	(void)sp_toy_add(&toy, BYTES("\xE2\x96\x81" "b"), -1, TOK_KIND_PIECE);
	if (fallback)
		sp_toy_add_fallback(&toy);
	return sp_toy_model(&toy, TK_SP_FLOAT,
			    fallback ? TK_SP_BYTE_FALLBACK : 0);
}

/* path over clean becomes id; each stands for so many bytes. */
static void gives_to(tok_spans spans, bool fallback, const char *clean,
		     size_t n_path, const tok_id *path, size_t n,
		     const tok_id *id, const tok_id *size)
{
	tok_id copy[8];
	const tok_ids from = {.id = copy, .n = n_path, .cap = 8};
	tok_model *m = make(fallback);
	tok_ids ids = {0}, alone = {0};
	bool after[2] = {false, false};
	uint64_t at = 0;

	memcpy(copy, path, n_path * sizeof(*path));
	/* Ids are appended, and their spans begin anew. */
	assert_ok(tk_ids_reserve(&ids, 1, true));
	assert_ok(tok_ids_append(&ids, copy, 1));
	assert_ok(tk_unknown(m, tok_bytes_of(clean), &from, spans, &after[0],
			     &ids));
	assert_ok(tk_unknown(m, tok_bytes_of(clean), &from, spans, &after[1],
			     &alone));
	assert_int_equal(ids.n, n + 1);
	assert_int_equal(alone.n, n);
	assert_null(alone.span);
	assert_memory_equal(ids.id + 1, id, n * sizeof(*id));
	assert_memory_equal(alone.id, id, n * sizeof(*id));
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(ids.span[i + 1].begin, at);
		at += (uint64_t)size[i];
		assert_int_equal(ids.span[i + 1].end, at);
	}
	assert_int_equal(at, strlen(clean));
	tok_ids_release(&ids);
	tok_ids_release(&alone);
	tok_model_free(m);
}

static void gives(bool fallback, const char *clean, size_t n_path,
		  const tok_id *path, size_t n, const tok_id *id,
		  const tok_id *size)
{
	gives_to(TOK_SPANS_COVER, fallback, clean, n_path, path, n, id, size);
}

#define LIST(...) \
	sizeof((tok_id[]){__VA_ARGS__}) / sizeof(tok_id), \
		(const tok_id[]){__VA_ARGS__}
#define SIZES(...) (const tok_id[]){__VA_ARGS__}

static void neighbours_become_one_id(void **state)
{
	(void)state;
	gives(false, "a\xC3\xA9xa", LIST(1, -1, -1, 1), LIST(1, 0, 1),
	      SIZES(1, 3, 1));
	gives(false, "xay", LIST(-1, 1, -1), LIST(0, 1, 0), SIZES(1, 1, 1));
	gives(false, "\xE2\x96\x81" "b\xF0\x9F\x98\x80", LIST(2, -1),
	      LIST(2, 0), SIZES(4, 4));
}

static void bytes_become_their_ids(void **state)
{
	(void)state;
	gives(true, "a\xC3\xA9xa", LIST(1, -1, -1, 1),
	      LIST(1, 3 + 0xC3, 3 + 0xA9, 3 + 'x', 1), SIZES(1, 1, 1, 1, 1));
}

/* As in the original, the last byte of a character has all of it. */
static void peers_give_bytes_to_the_last(void **state)
{
	(void)state;
	gives_to(TOK_SPANS_PEER, true, "a\xC3\xA9xa", LIST(1, -1, -1, 1),
		 LIST(1, 3 + 0xC3, 3 + 0xA9, 3 + 'x', 1),
		 SIZES(1, 0, 2, 1, 1));
	gives_to(TOK_SPANS_PEER, true, "\xE2xya", LIST(-1, 1),
		 LIST(3 + 0xE2, 3 + 'x', 3 + 'y', 1), SIZES(0, 0, 3, 1));
	gives_to(TOK_SPANS_PEER, false, "xay\xC3\xA9",
		 LIST(-1, 1, -1, -1), LIST(0, 1, 0), SIZES(1, 1, 3));
}

/* A character has the size that segmentation gave it, by its first byte,
 * also where user-defined symbols have brought in bytes that are none. */
static void broken_characters_keep_their_size(void **state)
{
	(void)state;
	gives(true, "\xE2xya", LIST(-1, 1),
	      LIST(3 + 0xE2, 3 + 'x', 3 + 'y', 1), SIZES(1, 1, 1, 1));
	gives(false, "\xE2xya\xF0", LIST(-1, 1, -1), LIST(0, 1, 0),
	      SIZES(3, 1, 1));
	gives(true, "\x80" "a\xF0\x9F", LIST(-1, 1, -1),
	      LIST(3 + 0x80, 1, 3 + 0xF0, 3 + 0x9F), SIZES(1, 1, 1, 1));
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	tok_id path[200];
	const tok_ids from = {.id = path, .n = 200, .cap = 200};
	uint8_t text[200];
	tok_ids ids;

	memset(path, 0xFF, sizeof(path));
	memset(text, 'x', sizeof(text));
	tok_ids_init(&ids, alloc);
	bool after = false;
	tok_status st = tk_unknown(ctx, (tok_bytes){text, sizeof(text)}, &from,
				   TOK_SPANS_NONE, &after, &ids);
	tok_ids_release(&ids);
	return st;
}

/* One unknown id stands for neighbours also where they come in two calls. */
static void goes_on_after_an_unknown(void **state)
{
	tok_id path[1] = {-1};
	const tok_ids from = {.id = path, .n = 1, .cap = 1};
	tok_model *m = make(false);
	bool after = false;
	tok_ids ids = {0};

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_ok(tk_unknown(m, BYTES("x"), &from, TOK_SPANS_NONE,
			     &after, &ids));
		assert_true(after);
		assert_int_equal(ids.n, 1);
	}
	path[0] = 1;
	assert_ok(tk_unknown(m, BYTES("x"), &from, TOK_SPANS_NONE,
			     &after, &ids));
	assert_false(after);
	path[0] = -1;
	assert_ok(tk_unknown(m, BYTES("x"), &from, TOK_SPANS_NONE,
			     &after, &ids));
	assert_int_equal(ids.n, 3);
	tok_ids_release(&ids);
	tok_model_free(m);
}

static void survives_failing_allocations(void **state)
{
	tok_model *m = make(true);

	(void)state;
	unit_fail_each(run, m);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(neighbours_become_one_id),
		cmocka_unit_test(bytes_become_their_ids),
		cmocka_unit_test(peers_give_bytes_to_the_last),
		cmocka_unit_test(broken_characters_keep_their_size),
		cmocka_unit_test(goes_on_after_an_unknown),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("unknown", tests, NULL, NULL);
}
