/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <math.h>

#include "lattice_toy.h"
#include "segment/nbest.h"

static const tok_model *model;

static size_t size_of(tok_id id)
{
	return id < 0 ? 1 : tk_model_bytes(model, id).n;
}

/* The order of our own models: scores, pieces, sizes from the end. */
static int by_rule(const void *a, const void *b)
{
	const struct ref_lattice_path *x = a, *y = b;

	if (fabs(x->score - y->score) > 1e-9)
		return x->score > y->score ? -1 : 1;
	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	for (size_t i = x->n; i--;)
		if (x->id[i] != y->id[i])
			return size_of(x->id[i]) < size_of(y->id[i]) ? -1 : 1;
	return 0;
}

static void take(const struct tk_nbest *b, const struct lattice_toy *toy,
		 size_t i, tok_ids *ids)
{
	ids->n = 0;
	assert_ok(tk_nbest_path(b, &toy->trellis, i, ids));
}

/* The scores are those of the best paths, the paths are different ones, and
 * with our own models they are in the written order. */
static void check(struct lattice_toy *toy, struct tk_nbest *b, size_t n,
		  tok_ids *ids)
{
	static bool seen[REF_LATTICE_PATHS];
	size_t want = n < toy->n_paths ? n : toy->n_paths;
	bool own = toy->model->arithmetic == TK_INTEGER;

	assert_ok(tk_nbest_find(b, &toy->trellis, n));
	assert_int_equal(b->n, want);
	memset(seen, 0, sizeof(seen));
	for (size_t i = 0; i < want; i++) {
		double score = tk_nbest_score(b, &toy->trellis, i);

		take(b, toy, i, ids);
		size_t found = lattice_toy_find(toy, ids->id, ids->n);
		assert_false(seen[found]);
		seen[found] = true;
		assert_true(fabs(toy->path[found].score - score) < 1e-9);
		assert_true(fabs(toy->path[i].score - score) < 1e-9);
		assert_true(!i || score <= tk_nbest_score(b, &toy->trellis,
							  i - 1));
		if (own)
			assert_int_equal(found, i);
	}
}

static void finds_the_best(void **state)
{
	static struct lattice_toy toy;
	struct tk_nbest b = {.alloc = NULL};
	tok_ids ids;

	(void)state;
	tok_ids_init(&ids, NULL);
	for (uint64_t i = 0; i < 150; i++) {
		lattice_toy_init(&toy, lattice_toy_arithmetics[i % 5], 50 + i);
		model = toy.model;
		qsort(toy.path, toy.n_paths, sizeof(*toy.path), by_rule);
		check(&toy, &b, 1, &ids);
		check(&toy, &b, 2 + i % 20, &ids);
		check(&toy, &b, toy.n_paths, &ids);
		check(&toy, &b, toy.n_paths + 10, &ids);
		lattice_toy_release(&toy);
	}
	tok_ids_release(&ids);
	tk_nbest_release(&b);
}

/* The second best of a long text leaves the best one once; all that is asked
 * for are found, and none twice. */
static void long_texts_have_many(void **state)
{
	enum { N = 1000, TIMES = 3000 };
	static struct lattice_toy toy;
	struct tk_nbest b = {.alloc = NULL};
	tok_ids ids[2];

	(void)state;
	lattice_toy_init(&toy, TK_INTEGER, 3);
	for (size_t i = 1; i < TIMES; i++)
		assert_ok(tk_trellis_add(&toy.trellis, toy.text));
	tok_ids_init(&ids[0], NULL);
	tok_ids_init(&ids[1], NULL);
	assert_ok(tk_nbest_find(&b, &toy.trellis, N));
	assert_int_equal(b.n, N);
	for (size_t i = 0; i < N; i++) {
		tok_ids *now = &ids[i % 2], *last = &ids[(i + 1) % 2];

		take(&b, &toy, i, now);
		assert_true(now->n != last->n ||
			    memcmp(now->id, last->id,
				   now->n * sizeof(*now->id)) != 0);
	}
	tok_ids_release(&ids[0]);
	tok_ids_release(&ids[1]);
	tk_nbest_release(&b);
	lattice_toy_release(&toy);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	const struct lattice_toy *toy = ctx;
	struct tk_nbest b = {.alloc = alloc};
	tok_ids ids;

	tok_ids_init(&ids, alloc);
	tok_status st = tk_nbest_find(&b, &toy->trellis, 20);
	for (size_t i = 0; !st && i < b.n; i++)
		st = tk_nbest_path(&b, &toy->trellis, i, &ids);
	tok_ids_release(&ids);
	tk_nbest_release(&b);
	return st;
}

static void fails_without_memory(void **state)
{
	static struct lattice_toy toy;

	(void)state;
	lattice_toy_init(&toy, TK_DOUBLE, 4);
	unit_fail_each(run, &toy);
	lattice_toy_release(&toy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_best),
		cmocka_unit_test(long_texts_have_many),
		cmocka_unit_test(fails_without_memory),
	};
	return cmocka_run_group_tests_name("nbest", tests, NULL, NULL);
}
