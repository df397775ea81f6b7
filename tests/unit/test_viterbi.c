/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "segment/viterbi.h"
#include "toy.h"

/* The whole rule, ties included, against all segmentations. */
static void equals_brute_force(void **state)
{
	static struct ref_piece piece[256 + TOY_MAX];
	uint64_t random = 11;
	struct tk_viterbi v = {.alloc = NULL};
	tok_ids ids;

	(void)state;
	tok_ids_init(&ids, NULL);
	for (int round = 0; round < 300; round++) {
		unsigned letters = 1 + (unsigned)unit_below(&random, 3);
		size_t n_pieces = letters == 1 ? 3 : 12;
		tok_model *m = toy_model(&random, n_pieces, letters);

		toy_reference(m, piece);
		for (int i = 0; i < 10; i++) {
			uint8_t text[12];
			tok_bytes t = {text, unit_below(&random, 13)};

			for (size_t k = 0; k < t.n; k++)
				text[k] = (uint8_t)('a' + unit_below(&random,
								     letters));
			struct ref_path want = ref_best_path(
				piece, 256 + n_pieces, t);
			ids.n = 0;
			assert_ok(tk_viterbi(&v, &m->trie, t, &ids));
			assert_int_equal(ids.n, want.n);
			for (size_t k = 0; k < ids.n; k++)
				assert_int_equal(ids.id[k], want.id[k]);
		}
		tok_model_free(m);
	}
	tok_ids_release(&ids);
	tk_viterbi_release(&v);
}

/* A plain Viterbi over the whole text, without cuts and settling. */
static void plain(const tok_model *m, tok_bytes text, tok_ids *ids)
{
	int64_t *best = malloc((text.n + 1) * sizeof(*best));
	int32_t *last = malloc((text.n + 1) * sizeof(*last));

	assert_non_null(best);
	assert_non_null(last);
	for (size_t i = 1; i <= text.n; i++)
		best[i] = INT64_MIN;
	best[0] = 0;
	for (size_t i = 0; i < text.n; i++) {
		for (size_t n = 1; n <= m->max_piece && n <= text.n - i; n++) {
			tok_bytes p = {text.p + i, n};
			int32_t id = tk_trie_find(&m->trie, p);
			if (id < 0)
				continue;
			int64_t value = best[i] +
					tk_viterbi_value((int32_t)(m->score[id] * 65536));
			if (value < best[i + n])
				continue;
			best[i + n] = value;
			last[i + n] = id;
		}
	}
	size_t n = 0;
	for (size_t i = text.n; i; i -= tk_model_bytes(m, last[i]).n)
		last[text.n - n++] = last[i];
	ids->n = 0;
	for (size_t k = 0; k < n; k++)
		assert_ok(tok_ids_append(ids, &last[text.n - n + 1 + k], 1));
	free(best);
	free(last);
}

/* Long texts settle many times; a run of one letter has no place that all
 * pieces stop at. */
static void long_texts_equal_plain(void **state)
{
	enum { SIZE = 60000 };
	static uint8_t text[SIZE];
	uint64_t random = 12;
	struct tk_viterbi v = {.alloc = NULL};
	tok_ids ids, want;

	(void)state;
	tok_ids_init(&ids, NULL);
	tok_ids_init(&want, NULL);
	for (int round = 0; round < 12; round++) {
		unsigned letters = 1 + (unsigned)round % 3;
		tok_model *m = toy_model(&random, letters == 1 ? 3 : 16,
					 letters);
		tok_bytes t = {text, SIZE - unit_below(&random, 9000)};

		for (size_t i = 0; i < t.n; i++)
			text[i] = (uint8_t)('a' + unit_below(&random,
							     letters));
		ids.n = 0;
		assert_ok(tk_viterbi(&v, &m->trie, t, &ids));
		plain(m, t, &want);
		assert_int_equal(ids.n, want.n);
		assert_memory_equal(ids.id, want.id, ids.n * sizeof(*ids.id));
		tok_model_free(m);
	}
	tok_ids_release(&want);
	tok_ids_release(&ids);
	tk_viterbi_release(&v);
}

/* In a run of one letter the remainder goes to the end, where the paths to
 * neighbouring places differ; all before it is final, and scratch stays
 * small however long the run. */
static void runs_need_little_memory(void **state)
{
	static uint8_t text[1 << 20];
	static const int32_t nats[] = {9, 9, 8, 10};
	struct toy toy;
	uint64_t random = 14;
	tok_model *m;
	struct tk_viterbi v = {.alloc = NULL};
	tok_ids ids;

	(void)state;
	toy_init(&toy, &random, 0, 1);
	memset(toy.bytes, 'a', sizeof(toy.bytes));
	for (; toy.n < 4; toy.n++)
		toy.piece[toy.n] = (struct tk_piece){
			{toy.bytes[0], (size_t)2 << toy.n},
			-65536 * nats[toy.n]};
	struct tk_spec spec = toy_spec(&toy);
	assert_ok(tk_model_build(&spec, NULL, &m, NULL));
	tok_ids_init(&ids, NULL);
	memset(text, 'a', sizeof(text));
	assert_ok(tk_viterbi(&v, &m->trie, (tok_bytes){text, sizeof(text) - 1},
			     &ids));
	assert_int_equal(ids.n, (sizeof(text) - 16) / 16 + 4);
	assert_int_equal(ids.id[ids.n - 1], 'a');
	assert_true(v.cap < 3 * 8192);
	tok_ids_release(&ids);
	tk_viterbi_release(&v);
	tok_model_free(m);
}

struct job {
	const tok_model *model;
	tok_bytes text;
};

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	const struct job *job = ctx;
	struct tk_viterbi v = {.alloc = alloc};
	tok_ids ids;

	tok_ids_init(&ids, alloc);
	tok_status st = tk_viterbi(&v, &job->model->trie, job->text, &ids);
	if (st)
		assert_int_equal(ids.n, 0);
	tok_ids_release(&ids);
	tk_viterbi_release(&v);
	return st;
}

static void survives_failing_allocations(void **state)
{
	static uint8_t text[20000];
	uint64_t random = 13;
	tok_model *m = toy_model(&random, 16, 2);
	struct job job = {m, {text, sizeof(text)}};

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)('a' + unit_below(&random, 2));
	unit_fail_each(run, &job);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_brute_force),
		cmocka_unit_test(long_texts_equal_plain),
		cmocka_unit_test(runs_need_little_memory),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("viterbi", tests, NULL, NULL);
}
