/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/bytes.h"
#include "learned.h"
#include "segment/viterbi.h"
#include "train/prune.h"

/* What losing piece i costs, by taking it out and segmenting its bytes. */
static uint64_t cost_without(const struct learned *l, size_t i)
{
	struct tk_vocab rest = {.n = l->vocab.n - 1, .cap = l->vocab.n - 1};
	struct tk_viterbi v = {.alloc = NULL};
	struct tk_trie_image image;
	tok_ids ids;

	rest.piece = malloc(rest.cap * sizeof(*rest.piece));
	assert_non_null(rest.piece);
	for (size_t k = 0; k < rest.n; k++)
		rest.piece[k] = l->vocab.piece[k + (k >= i)];
	assert_ok(tk_em_trie(&rest, 0, &image));
	struct tk_trie trie = {image.unit, image.id, image.n_units};
	tok_ids_init(&ids, NULL);
	assert_ok(tk_viterbi(&v, &trie, l->vocab.piece[i].bytes, &ids));
	uint64_t cost = l->vocab.piece[i].count * (ids.n - 1);
	tok_ids_release(&ids);
	tk_viterbi_release(&v);
	tk_trie_image_release(&image);
	tk_vocab_release(&rest);
	return cost;
}

static int falling(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x > y ? -1 : x < y;
}

/* The pieces kept are those of highest cost, by the slow way. */
static void keeps_what_costs_most(void **state)
{
	enum { KEEP = 40 };
	struct learned l;

	(void)state;
	learned_init(&l, 1, 60);
	assert_ok(tk_em_count(&l.corpus, l.corpus.n, &l.vocab, 0, NULL,
			      NULL));
	tk_em_score(&l.vocab);
	size_t n = l.vocab.n, n_costs = 0;
	uint64_t *cost = malloc(n * sizeof(*cost)), kept = 0, want = 0;
	assert_non_null(cost);
	for (size_t i = 0; i < n; i++)
		if (l.vocab.piece[i].bytes.n > 1)
			cost[n_costs++] = cost_without(&l, i);
	assert_true(n_costs > 2 * KEEP);
	qsort(cost, n_costs, sizeof(*cost), falling);
	for (size_t i = 0; i < KEEP; i++)
		want += cost[i];

	struct learned before = l;
	before.vocab.piece = malloc(n * sizeof(*before.vocab.piece));
	assert_non_null(before.vocab.piece);
	memcpy(before.vocab.piece, l.vocab.piece,
	       n * sizeof(*before.vocab.piece));
	assert_ok(tk_prune(&l.vocab, KEEP, 0, NULL));
	assert_int_equal(l.vocab.n, KEEP + 256);
	size_t n_bytes = 0, at = 0;
	for (size_t i = 0; i < l.vocab.n; i++) {
		tok_bytes s = l.vocab.piece[i].bytes;

		assert_true(!i || tk_bytes_cmp(l.vocab.piece[i - 1].bytes,
					       s) < 0);
		while (!tk_bytes_equal(before.vocab.piece[at].bytes, s))
			at++;
		if (s.n == 1)
			n_bytes++;
		else
			kept += cost_without(&before, at);
	}
	assert_int_equal(n_bytes, 256);
	assert_int_equal(kept, want);
	free(before.vocab.piece);
	free(cost);
	learned_release(&l);
}

static void nothing_to_prune_is_fine(void **state)
{
	struct learned l;

	(void)state;
	learned_init(&l, 2, 20);
	size_t n = l.vocab.n;
	assert_ok(tk_prune(&l.vocab, n, 0, NULL));
	assert_int_equal(l.vocab.n, n);
	learned_release(&l);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	struct learned l;
	tok_status st;

	(void)ctx;
	learned_init(&l, 3, 50);
	l.vocab.alloc = alloc;
	st = tk_prune(&l.vocab, 20, 0, NULL);
	l.vocab.alloc = NULL;
	learned_release(&l);
	return st;
}

static void survives_failing_allocations(void **state)
{
	(void)state;
	unit_fail_each(run, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_what_costs_most),
		cmocka_unit_test(nothing_to_prune_is_fine),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("prune", tests, NULL, NULL);
}
