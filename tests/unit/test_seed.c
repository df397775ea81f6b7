/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/bytes.h"
#include "base/utf8.h"
#include "ref_substrings.h"
#include "train/seed.h"

enum { MAX_TEXTS = 60, MAX_SIZE = 30 };

struct fixture {
	struct tk_corpus corpus;
	struct ref_text text[MAX_TEXTS];
	size_t n;
};

/* Few letters of one to three bytes, now and then a broken byte. */
static tok_bytes random_text(uint64_t *random, uint8_t *p)
{
	static const char *const letter[] = {
		"a", "b", "ab", "\xC3\xA9", "\xE4\xB8\xAD", "\xE4\xB8\xAD",
		"\xFF"};
	size_t want = 1 + unit_below(random, MAX_SIZE - 4), n = 0;

	while (n < want) {
		const char *s = letter[unit_below(random, 7)];

		memcpy(p + n, s, strlen(s));
		n += strlen(s);
	}
	return (tok_bytes){p, n};
}

static void make(struct fixture *f, uint64_t *random, const tok_alloc *alloc)
{
	f->corpus = (struct tk_corpus){
		.alloc = alloc,
		.budget = 1 << 30,
		.bytes.alloc = alloc,
	};
	size_t n = 1 + unit_below(random, MAX_TEXTS);
	for (size_t i = 0; i < n; i++) {
		uint8_t p[MAX_SIZE];
		tok_bytes t = random_text(random, p);

		for (size_t k = 1 + unit_below(random, 4); k; k--)
			assert_ok(tk_corpus_add(&f->corpus, t));
	}
	tk_corpus_finish(&f->corpus);
	f->n = f->corpus.n;
	for (size_t i = 0; i < f->n; i++)
		f->text[i] = (struct ref_text){tk_corpus_bytes(&f->corpus, i),
					       f->corpus.pre[i].count};
}

static const struct tk_learned *find(const struct tk_vocab *v, tok_bytes s)
{
	for (size_t i = 0; i < v->n; i++)
		if (tk_bytes_equal(v->piece[i].bytes, s))
			return &v->piece[i];
	return NULL;
}

/* Each piece found is one that the twin would choose, with its count. */
static void check_pieces(const struct fixture *f, const struct tk_vocab *v,
			 const struct tk_seed_limits *limits)
{
	size_t n_found = 0;

	for (size_t i = 0; i < v->n; i++) {
		tok_bytes s = v->piece[i].bytes;

		assert_true(!i ||
			    tk_bytes_cmp(v->piece[i - 1].bytes, s) < 0);
		if (s.n == 1)
			continue;
		n_found++;
		assert_true(s.n <= limits->max_piece);
		assert_int_equal(v->piece[i].count,
				 ref_count(f->text, f->n, s));
		assert_true(ref_is_candidate(f->text, f->n, s,
					     limits->min_count,
					     limits->max_piece));
	}
	assert_int_equal(v->n, n_found + 256);
}

/* Substrings that begin at one place of a text: in the vocabulary if and
 * only if the twin says so. */
static void check_place(const struct fixture *f, const struct tk_vocab *v,
			const struct tk_seed_limits *limits, tok_bytes rest)
{
	uint32_t c;

	for (size_t n = 0; n < rest.n;) {
		size_t size = tk_utf8_decode(
			(tok_bytes){rest.p + n, rest.n - n}, &c);

		if (!size)
			break;
		n += size;
		tok_bytes s = {rest.p, n};
		/* Not counted: the place is inside a character. */
		if (n < 2 || n > limits->max_piece ||
		    !ref_count(f->text, f->n, s))
			continue;
		assert_int_equal(find(v, s) != NULL,
				 ref_is_candidate(f->text, f->n, s,
						  limits->min_count,
						  limits->max_piece));
	}
}

static void equals_counting_one_by_one(void **state)
{
	static struct fixture f;
	uint64_t random = 1;

	(void)state;
	for (int round = 0; round < 60; round++) {
		struct tk_seed_limits limits = {
			.n_wanted = 100000,
			.max_piece = 2 + (uint32_t)unit_below(&random, 18),
			.min_count = 1 + unit_below(&random, 6),
			.memory = 1 << 20,
		};
		struct tk_vocab v = {.alloc = NULL};

		make(&f, &random, NULL);
		assert_ok(tk_seed(&f.corpus, &limits, NULL, NULL, &v));
		check_pieces(&f, &v, &limits);
		for (size_t i = 0; i < f.n; i++) {
			tok_bytes t = f.text[i].bytes;
			size_t at = unit_below(&random, t.n);

			check_place(&f, &v, &limits,
				    (tok_bytes){t.p + at, t.n - at});
		}
		tk_vocab_release(&v);
		tk_corpus_release(&f.corpus);
	}
}

static void threads_do_not_show(void **state)
{
	static struct fixture f;
	uint64_t random = 2;
	const struct tk_seed_limits limits = {50, 16, 2, 1 << 20};
	struct tk_vocab one = {.alloc = NULL}, many = {.alloc = NULL};
	tok_pool *pool;

	(void)state;
	make(&f, &random, NULL);
	assert_ok(tok_pool_new(7, NULL, &pool));
	assert_ok(tk_seed(&f.corpus, &limits, NULL, NULL, &one));
	assert_ok(tk_seed(&f.corpus, &limits, pool, NULL, &many));
	assert_int_equal(one.n, 306);
	assert_int_equal(one.n, many.n);
	for (size_t i = 0; i < one.n; i++) {
		assert_true(tk_bytes_equal(one.piece[i].bytes,
					   many.piece[i].bytes));
		assert_int_equal(one.piece[i].score, many.piece[i].score);
	}
	tk_vocab_release(&one);
	tk_vocab_release(&many);
	tok_pool_free(pool);
	tk_corpus_release(&f.corpus);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	struct tk_corpus corpus = *(const struct tk_corpus *)ctx;
	const struct tk_seed_limits limits = {40, 16, 2, 1 << 20};
	struct tk_vocab v = {.alloc = alloc};

	corpus.alloc = alloc;
	tok_status st = tk_seed(&corpus, &limits, NULL, NULL, &v);
	tk_vocab_release(&v);
	return st;
}

static void survives_failing_allocations(void **state)
{
	static struct fixture f;
	uint64_t random = 3;

	(void)state;
	make(&f, &random, NULL);
	unit_fail_each(run, &f.corpus);
	tk_corpus_release(&f.corpus);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_counting_one_by_one),
		cmocka_unit_test(threads_do_not_show),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("seed", tests, NULL, NULL);
}
