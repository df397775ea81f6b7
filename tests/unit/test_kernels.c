/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/buf.h"
#include "lattice_toy.h"
#include "segment/kernels.h"
#include "segment/recall.h"
#include "segment/unknown.h"
#include "sp_toy.h"
#include "toy.h"

static void must_equal(const tok_ids *got, const tok_ids *want)
{
	assert_int_equal(got->n, want->n);
	assert_memory_equal(got->id, want->id, got->n * sizeof(*got->id));
}

/* Text that comes to a kernel letter by letter has the path of all of it. */
static void letters_make_up_the_whole(void **state)
{
	static struct lattice_toy toy;

	(void)state;
	for (uint64_t seed = 1; seed <= 100; seed++) {
		lattice_toy_init(&toy, lattice_toy_arithmetics[seed % 5], seed);
		const struct tk_kernels *k = tk_kernels_of(toy.model);
		struct tk_chunker c = {.model = toy.model};
		size_t n = toy.text.n, ahead = tk_viterbi_ahead(toy.model);
		union tk_cell sum = {0};
		struct tk_walk w = {.start = sum};
		tok_ids ids = {0}, want = {0};

		assert_ok(tk_segment(&c, toy.text, &sum, &want));
		for (size_t i = ahead + 1; i <= n; i++) {
			w.text = (tok_bytes){toy.text.p, i};
			w.open = i - ahead;
			assert_ok(k->on(&c.viterbi, toy.model, &w, &ids));
			assert_true(w.origin <= i);
		}
		w.text = toy.text;
		w.open = n;
		assert_ok(k->on(&c.viterbi, toy.model, &w, &ids));
		assert_int_equal(w.origin, n);
		must_equal(&ids, &want);
		assert_memory_equal(&w.start, &sum, sizeof(sum.f));
		tk_viterbi_release(&c.viterbi);
		tok_ids_release(&ids);
		tok_ids_release(&want);
		lattice_toy_release(&toy);
	}
}

/* A model whose paths through a run of its symbol do not meet (but with our own
 * rule), and a text of such runs. Between some of them is a character that is
 * unknown, or a byte. */
struct runs {
	tok_model *model;
	tok_buf text;
	uint64_t random;
};

static tok_model *runs_model(enum tk_arithmetic arithmetic, size_t symbol,
			     uint64_t *random)
{
	static struct sp_toy toy;

	if (arithmetic == TK_INTEGER)
		return toy_model(random, 1 + unit_below(random, 4), 1);
	sp_toy_init(&toy);
	if (arithmetic == TK_DOUBLE)
		sp_toy_fill_bytes(&toy, random, 1, 0);
	else
		assert_true(sp_toy_add(&toy, BYTES("<unk>"), 0,
				       arithmetic == TK_HF_DOUBLE
					       ? TOK_KIND_PIECE
					       : TOK_KIND_UNKNOWN));
	sp_toy_add_runs(&toy, sp_toy_symbol[symbol]);
	return sp_toy_model(&toy, arithmetic, 0);
}

static void runs_init(struct runs *r, enum tk_arithmetic arithmetic,
		      size_t symbol, uint64_t seed)
{
	*r = (struct runs){.random = seed};
	r->model = runs_model(arithmetic, symbol, &r->random);
	for (size_t i = 0; i < 4; i++) {
		size_t n = unit_below(&r->random, 4000);

		while (n--)
			assert_ok(tk_buf_text(&r->text,
					      sp_toy_symbol[symbol]));
		if (unit_below(&r->random, 4))
			assert_ok(tk_buf_text(&r->text, "c"));
	}
}

static void runs_release(struct runs *r)
{
	tok_buf_release(&r->text);
	tok_model_free(r->model);
}

/* Bytes that ids from *i on stand for, which begin at text. */
static size_t size_of(const tok_model *m, tok_bytes text, const tok_ids *ids,
		      size_t *i)
{
	size_t at = 0;

	for (; *i < ids->n; (*i)++)
		at += ids->id[*i] < 0 ? tk_unknown_size(text.p, at, text.n)
				      : tk_model_bytes(m, ids->id[*i]).n;
	return at;
}

/* Text in parts; what is before origin goes. *most: so many bytes were gone
 * whose ids were not there yet. */
static tok_status walk_parts(struct runs *r, struct tk_viterbi *v,
			     union tk_cell *sum, tok_ids *ids, size_t *most)
{
	const struct tk_kernels *k = tk_kernels_of(r->model);
	size_t ahead = tk_viterbi_ahead(r->model), n = r->text.n;
	size_t gone = 0, said = 0, n_ids = 0;
	struct tk_walk w = {.start = *sum};
	tok_status st = TOK_OK;

	for (size_t end = 0; !st && end < n;) {
		end += 1 + unit_below(&r->random, 900);
		end = end < n ? end : n;
		w.text = (tok_bytes){r->text.p + gone, end - gone};
		w.open = end == n ? w.text.n
			 : w.text.n > ahead ? w.text.n - ahead : 0;
		st = k->on(v, r->model, &w, ids);
		if (st)
			break;
		gone += w.origin;
		w.origin = 0;
		said += size_of(r->model, (tok_bytes){r->text.p + said,
						      n - said}, ids, &n_ids);
		assert_int_equal(said + v->frozen.n, gone);
		*most = *most < v->frozen.n ? v->frozen.n : *most;
		for (size_t i = said; i < gone; i++)
			assert_true(r->text.p[i] != 'c' ||
				    r->model->arithmetic == TK_DOUBLE);
	}
	*sum = w.start;
	return st;
}

/* Whatever is frozen, the path is that of the whole, in which nothing is. */
static void what_freezes_comes_later(void **state)
{
	size_t n_frozen = 0, n = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 120; seed++) {
		enum tk_arithmetic a = lattice_toy_arithmetics[seed % 5];
		size_t most = 0;
		struct runs r;

		/* One to four bytes. */
		runs_init(&r, a, (size_t[]){0, 3, 6, 5}[seed % 4], seed);
		struct tk_chunker c = {.model = r.model,
				       .viterbi.freeze = SIZE_MAX};
		struct tk_viterbi v = {.freeze = 8 + unit_below(&r.random, 90)};
		union tk_cell sum = {0}, other = {0};
		tok_ids ids = {0}, want = {0};

		assert_ok(tk_segment(&c, (tok_bytes){r.text.p, r.text.n}, &sum,
				     &want));
		assert_int_equal(c.viterbi.frozen.n, 0);
		/* Twice, as nothing is left. */
		for (int i = 0; i < 2; i++) {
			other = (union tk_cell){0};
			ids.n = 0;
			assert_ok(walk_parts(&r, &v, &other, &ids, &most));
			assert_int_equal(v.frozen.n, 0);
			must_equal(&ids, &want);
			assert_memory_equal(&other, &sum, sizeof(sum.f));
		}
		n += a != TK_INTEGER;
		n_frozen += a != TK_INTEGER && most > 500;
		tk_viterbi_release(&v);
		tk_viterbi_release(&c.viterbi);
		tok_ids_release(&ids);
		tok_ids_release(&want);
		runs_release(&r);
	}
	assert_true(n_frozen > n * 3 / 4);
}

/* The path that text has in any case, where some of it is frozen, is that
 * where nothing is, or less of it. */
static void what_is_frozen_is_not_stable(void **state)
{
	size_t n_equal = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 120; seed++) {
		struct runs r;

		runs_init(&r, lattice_toy_arithmetics[seed % 5], seed / 5 % 2,
			  seed);
		const struct tk_kernels *k = tk_kernels_of(r.model);
		struct tk_viterbi all = {.freeze = SIZE_MAX};
		struct tk_viterbi v = {.freeze = 3000};
		struct tk_prefix p = {
			.text = {r.text.p, r.text.n},
			.longest = r.model->max_piece,
			.characters = seed % 5 != 0 && seed % 5 != 3,
		};
		tok_ids ids = {0}, want = {0};
		size_t done, want_done, i = 0;

		assert_ok(k->open(&all, r.model, &p, (union tk_cell){0}, &want,
				  &want_done));
		assert_ok(k->open(&v, r.model, &p, (union tk_cell){0}, &ids,
				  &done));
		assert_int_equal(v.frozen.n, 0);
		assert_true(done <= want_done && ids.n <= want.n);
		assert_int_equal(size_of(r.model, p.text, &ids, &i), done);
		if (ids.n)
			assert_memory_equal(ids.id, want.id,
					    ids.n * sizeof(*ids.id));
		n_equal += done == want_done;
		tk_viterbi_release(&v);
		tk_viterbi_release(&all);
		tok_ids_release(&ids);
		tok_ids_release(&want);
		runs_release(&r);
	}
	assert_true(n_equal > 110);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	struct runs r = *(const struct runs *)ctx;
	struct tk_viterbi v = {.alloc = alloc, .freeze = 20};
	union tk_cell sum = {0};
	size_t most = 0;
	tok_ids ids;

	tok_ids_init(&ids, alloc);
	tok_status st = walk_parts(&r, &v, &sum, &ids, &most);
	assert_int_equal(v.frozen.n, 0);
	assert_true(st || most > 0);
	tok_ids_release(&ids);
	tk_viterbi_release(&v);
	return st;
}

static void survives_failing_allocations(void **state)
{
	struct runs r;

	(void)state;
	runs_init(&r, TK_SP_FLOAT, 6, 4);
	unit_fail_each(run, &r);
	runs_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_make_up_the_whole),
		cmocka_unit_test(what_freezes_comes_later),
		cmocka_unit_test(what_is_frozen_is_not_stable),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("kernels", tests, NULL, NULL);
}
