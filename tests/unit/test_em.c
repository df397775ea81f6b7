/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <math.h>

#include "learned.h"
#include "segment/viterbi.h"
#include "train/em.h"

/* Counts are those of segmenting each text by itself. */
static void counts_best_paths(void **state)
{
	struct learned l;
	struct tk_viterbi v = {.alloc = NULL};
	struct tk_trie_image image;
	uint64_t *want, tokens, sum = 0;
	tok_ids ids;

	(void)state;
	learned_init(&l, 1, 500);
	want = calloc(l.vocab.n, sizeof(*want));
	assert_non_null(want);
	assert_ok(tk_em_trie(&l.vocab, 65536, &image));
	struct tk_trie trie = {image.unit, image.id, image.n_units};
	tok_ids_init(&ids, NULL);
	for (size_t i = 0; i < l.corpus.n; i++) {
		ids.n = 0;
		assert_ok(tk_viterbi(&v, &trie, tk_corpus_bytes(&l.corpus, i),
				     &ids));
		for (size_t k = 0; k < ids.n; k++)
			want[ids.id[k]] += l.corpus.pre[i].count;
	}
	assert_ok(tk_em_count(&l.corpus, l.corpus.n, &l.vocab, 65536, NULL,
			      &tokens));
	for (size_t i = 0; i < l.vocab.n; i++) {
		assert_int_equal(l.vocab.piece[i].count, want[i]);
		sum += want[i];
	}
	assert_int_equal(tokens, sum);
	free(want);
	tok_ids_release(&ids);
	tk_viterbi_release(&v);
	tk_trie_image_release(&image);
	learned_release(&l);
}

static void threads_do_not_show(void **state)
{
	struct learned a, b;
	tok_pool *pool;

	(void)state;
	learned_init(&a, 2, 9000);
	learned_init(&b, 2, 9000);
	assert_ok(tok_pool_new(7, NULL, &pool));
	assert_ok(tk_em_count(&a.corpus, a.corpus.n, &a.vocab, 0, NULL,
			      NULL));
	assert_ok(tk_em_count(&b.corpus, b.corpus.n, &b.vocab, 0, pool,
			      NULL));
	assert_int_equal(a.vocab.n, b.vocab.n);
	for (size_t i = 0; i < a.vocab.n; i++)
		assert_int_equal(a.vocab.piece[i].count,
				 b.vocab.piece[i].count);
	tok_pool_free(pool);
	learned_release(&a);
	learned_release(&b);
}

static void scores_are_log_probabilities(void **state)
{
	struct learned l;
	double sum = 0;

	(void)state;
	learned_init(&l, 3, 500);
	assert_ok(tk_em_count(&l.corpus, l.corpus.n, &l.vocab, 0, NULL,
			      NULL));
	tk_em_score(&l.vocab);
	for (size_t i = 0; i < l.vocab.n; i++) {
		assert_true(l.vocab.piece[i].score < 0);
		if (l.vocab.piece[i].count)
			sum += exp(l.vocab.piece[i].score / 65536.0);
	}
	assert_true(fabs(sum - 1) < 1e-4);
	learned_release(&l);
}

/* A round of EM never makes the corpus less likely, but for the rounding of
 * scores and the half counts of pieces that no path uses. */
static void likelihood_rises(void **state)
{
	struct learned l;
	double before = -INFINITY;

	(void)state;
	learned_init(&l, 4, 3000);
	for (int round = 0; round < 6; round++) {
		double now = 0;
		uint64_t tokens;

		assert_ok(tk_em_count(&l.corpus, l.corpus.n, &l.vocab, 0,
				      NULL, &tokens));
		/* Of these paths, under the scores that chose them. */
		for (size_t i = 0; i < l.vocab.n; i++)
			now += (double)l.vocab.piece[i].count *
			       l.vocab.piece[i].score / 65536.0;
		assert_true(now > before - 1e-3 * fabs(now));
		before = now;
		tk_em_score(&l.vocab);
	}
	learned_release(&l);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	struct learned *l = ctx;

	l->vocab.alloc = alloc;
	return tk_em_count(&l->corpus, l->corpus.n, &l->vocab, 0, NULL, NULL);
}

static void survives_failing_allocations(void **state)
{
	struct learned l;

	(void)state;
	learned_init(&l, 5, 100);
	unit_fail_each(run, &l);
	l.vocab.alloc = NULL;
	learned_release(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_best_paths),
		cmocka_unit_test(threads_do_not_show),
		cmocka_unit_test(scores_are_log_probabilities),
		cmocka_unit_test(likelihood_rises),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("em", tests, NULL, NULL);
}
