/* SPDX-License-Identifier: Apache-2.0 */
/* A document in parts packs as it does at once. The plans of all methods are
 * compared with their twin in test_packer.c, in parts too. */
#include "unit.h"

#include "base/buf.h"
#include "tok/pack.h"

enum { MAX_LENGTH = 400 };

static tok_pack_options options(tok_method method, tok_over_long policy)
{
	tok_pack_options o;

	tok_pack_options_defaults(&o, sizeof(o));
	o.row_len = 10;
	o.open_rows = 2;
	o.method = method;
	o.over_long = policy;
	return o;
}

static tok_packer *new_packer(const tok_pack_options *o)
{
	tok_packer *p;

	assert_ok(tok_packer_new(o, &p));
	return p;
}

/* Appends all that is ready to out. */
static size_t drain(tok_packer *p, tok_buf *out)
{
	size_t n = 0;
	tok_row row;

	for (; !tok_packer_next(p, &row); n++) {
		assert_ok(tk_buf_append(out, &row.n_ids, sizeof(row.n_ids)));
		assert_ok(tk_buf_append(out, row.input_ids,
					row.n_ids * sizeof(tok_id)));
		assert_ok(tk_buf_append(out, row.seq_lengths,
					row.n_seqs * sizeof(int32_t)));
		assert_ok(tk_buf_append(out, row.origin,
					row.n_seqs * sizeof(tok_origin)));
	}
	return n;
}

static void check_same(const tok_packer *a, const tok_packer *b,
		       const tok_buf *x, const tok_buf *y)
{
	tok_ledger k, l;

	tok_packer_ledger(a, &k);
	tok_packer_ledger(b, &l);
	assert_memory_equal(&k, &l, sizeof(k));
	assert_int_equal(x->n, y->n);
	if (x->n)
		assert_memory_equal(x->p, y->p, x->n);
}

/* Adds n tokens in parts, and takes what is ready between some of them. A
 * part for which there is no memory is added again. */
static tok_status add_parts(tok_packer *p, const tok_id *id, size_t n,
			    uint64_t document, uint64_t *seed, tok_buf *out)
{
	size_t at = 0, most = 1 + unit_below(seed, 40);

	for (;;) {
		size_t part = unit_below(seed, most + 1);
		int goes_on = at + part < n || !unit_below(seed, 2);

		part = part < n - at ? part : n - at;
		tok_status st = tok_packer_add_part(p, id + at, part, document,
						    goes_on);
		if (st == TOK_E_MEMORY)
			st = tok_packer_add_part(p, id + at, part, document,
						 goes_on);
		if (st || !goes_on)
			return st;
		at += part;
		if (unit_below(seed, 2))
			(void)drain(p, out);
	}
}

static size_t random_length(uint64_t *seed, uint32_t row_len)
{
	switch (unit_below(seed, 8)) {
	case 0:
		return row_len - 1 + unit_below(seed, 3);
	case 1:
		return unit_below(seed, 10 * (size_t)row_len + 1);
	default:
		return unit_below(seed, row_len + 1);
	}
}

static tok_pack_options random_options(uint64_t *seed)
{
	tok_pack_options o = options((tok_method)unit_below(seed, 3),
				     (tok_over_long)unit_below(seed, 4));

	o.row_len = (uint32_t)(1 + unit_below(seed, 40));
	o.open_rows = (uint32_t)(1 + unit_below(seed, 5));
	return o;
}

/* Few numbers for many documents: which is which does not hang on them. */
static void one_stream(uint64_t seed)
{
	tok_pack_options o = random_options(&seed);
	tok_packer *whole = new_packer(&o), *parted = new_packer(&o);
	tok_buf x = {0}, y = {0};
	tok_id id[MAX_LENGTH];

	for (int d = 0; d < 50; d++) {
		size_t n = random_length(&seed, o.row_len);
		uint64_t number = unit_below(&seed, 2);

		for (size_t i = 0; i < n; i++)
			id[i] = (tok_id)unit_below(&seed, 1000);
		tok_status st = tok_packer_add(whole, id, n, number);
		assert_int_equal(add_parts(parted, id, n, number, &seed, &y),
				 st);
		(void)drain(whole, &x);
		(void)drain(parted, &y);
		check_same(whole, parted, &x, &y);
	}
	assert_ok(tok_packer_finish(whole));
	assert_ok(tok_packer_finish(parted));
	(void)drain(whole, &x);
	(void)drain(parted, &y);
	check_same(whole, parted, &x, &y);
	tok_packer_free(whole);
	tok_packer_free(parted);
	tok_buf_release(&x);
	tok_buf_release(&y);
}

static void parts_pack_as_the_whole(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 4000; seed++)
		one_stream(seed);
}

static const tok_id ids[MAX_LENGTH];

static void full_rows_are_ready_at_once(void **state)
{
	(void)state;
	for (tok_method m = 0; m < 3; m++) {
		tok_pack_options o = options(m, TOK_OVER_LONG_SPLIT);
		tok_packer *p = new_packer(&o);
		tok_buf out = {0};
		int before = m == TOK_METHOD_NEXT_FIT;

		assert_ok(tok_packer_add(p, ids, 4, 0));
		assert_ok(tok_packer_add_part(p, ids, 6, 1, 1));
		assert_int_equal(drain(p, &out), m == TOK_METHOD_WRAP);
		/* The row of 4 leaves before a document over it does. */
		assert_ok(tok_packer_add_part(p, ids, 4, 1, 1));
		assert_int_equal(drain(p, &out),
				 m == TOK_METHOD_WRAP ? 0 : 1 + before);
		assert_ok(tok_packer_add_part(p, ids, 36, 1, 1));
		assert_int_equal(drain(p, &out), m == TOK_METHOD_WRAP ? 4 : 3);
		/* The last 6 fill it, if it is still there. */
		assert_ok(tok_packer_add_part(p, NULL, 0, 1, 0));
		assert_int_equal(drain(p, &out), m == TOK_METHOD_BEST_FIT);
		tok_packer_free(p);
		tok_buf_release(&out);
	}
}

/* In one row a document is one sequence, in however many parts it came. */
static void parts_are_one_sequence(void **state)
{
	(void)state;
	for (tok_method m = 0; m < 3; m++) {
		tok_pack_options o = options(m, TOK_OVER_LONG_SPLIT);
		tok_packer *p = new_packer(&o);
		tok_row row;

		assert_ok(tok_packer_add(p, ids, 3, 0));
		for (int i = 0; i < 6; i++)
			assert_ok(tok_packer_add_part(p, ids, 1, 1, i < 5));
		assert_ok(tok_packer_add(p, ids, 1, 1));
		assert_ok(tok_packer_next(p, &row));
		assert_int_equal(row.n_seqs, 3);
		assert_int_equal(row.seq_lengths[1], 6);
		assert_int_equal(row.origin[1].begin, 0);
		assert_int_equal(row.seq_lengths[2], 1);
		assert_int_equal(row.origin[2].begin, 0);
		tok_packer_free(p);
	}
}

/* What is too long comes to nothing as soon as that is seen. */
static void over_long_is_forgotten(void **state)
{
	tok_pack_options o = options(TOK_METHOD_NEXT_FIT, TOK_OVER_LONG_ERROR);
	tok_packer *p = new_packer(&o);
	tok_ledger l;
	tok_row row;

	(void)state;
	assert_ok(tok_packer_add(p, ids, 4, 0));
	assert_ok(tok_packer_add_part(p, ids, 10, 1, 1));
	assert_int_equal(tok_packer_next(p, &row), TOK_END);
	assert_int_equal(tok_packer_add_part(p, ids, 1, 1, 1), TOK_E_LIMIT);
	assert_ok(tok_packer_add(p, ids, 6, 2));
	assert_ok(tok_packer_next(p, &row));
	assert_int_equal(row.n_seqs, 2);
	assert_int_equal(row.origin[1].document, 2);
	/* One of a whole row is not. */
	assert_ok(tok_packer_add_part(p, ids, 10, 3, 1));
	assert_ok(tok_packer_add_part(p, NULL, 0, 3, 0));
	assert_ok(tok_packer_next(p, &row));
	assert_int_equal(row.n_ids, 10);
	tok_packer_ledger(p, &l);
	assert_int_equal(l.tokens_stored, 20);
	assert_int_equal(l.tokens_dropped, 0);
	assert_ok(tok_packer_finish(p));
	tok_packer_free(p);
}

static void one_document_at_a_time(void **state)
{
	(void)state;
	for (tok_method m = 0; m < 3; m++) {
		tok_pack_options o = options(m, TOK_OVER_LONG_SPLIT);
		tok_packer *p = new_packer(&o);
		tok_row row;

		assert_ok(tok_packer_add(p, ids, 2, 0));
		assert_ok(tok_packer_add_part(p, NULL, 0, 1, 1));
		assert_int_equal(tok_packer_add(p, ids, 1, 2), TOK_E_ARGUMENT);
		assert_int_equal(tok_packer_add_part(p, ids, 1, 2, 1),
				 TOK_E_ARGUMENT);
		assert_int_equal(tok_packer_finish(p), TOK_E_ARGUMENT);
		assert_int_equal(tok_packer_next(p, &row), TOK_END);
		assert_ok(tok_packer_add(p, ids, 5, 1));
		assert_ok(tok_packer_finish(p));
		assert_ok(tok_packer_next(p, &row));
		assert_int_equal(row.n_ids, 7);
		assert_int_equal(row.n_seqs, 2);
		tok_packer_free(p);
	}
}

static void books_are_kept_at_the_end(void **state)
{
	static const struct {
		tok_over_long policy;
		uint64_t stored, truncated, dropped, n_split, n_truncated,
			n_dropped;
	} cases[] = {
		{TOK_OVER_LONG_SPLIT, 35, 0, 0, 1, 0, 0},
		{TOK_OVER_LONG_TRUNCATE, 10, 25, 0, 0, 1, 0},
		{TOK_OVER_LONG_DROP, 0, 0, 35, 0, 0, 1},
	};
	tok_ledger l;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		tok_pack_options o = options(TOK_METHOD_BEST_FIT,
					     cases[i].policy);
		tok_packer *p = new_packer(&o);

		for (int part = 0; part < 5; part++) {
			tok_packer_ledger(p, &l);
			assert_int_equal(l.tokens_stored, 0);
			assert_ok(tok_packer_add_part(p, ids, 7, 0, part < 4));
		}
		tok_packer_ledger(p, &l);
		assert_int_equal(l.tokens_stored, cases[i].stored);
		assert_int_equal(l.tokens_truncated, cases[i].truncated);
		assert_int_equal(l.tokens_dropped, cases[i].dropped);
		assert_int_equal(l.documents_split, cases[i].n_split);
		assert_int_equal(l.documents_truncated, cases[i].n_truncated);
		assert_int_equal(l.documents_dropped, cases[i].n_dropped);
		tok_packer_free(p);
	}
}

static void memory_is_bounded(void **state)
{
	(void)state;
	for (tok_method m = 0; m < 3; m++)
		for (int policy = 0; policy < 3; policy++) {
			struct unit_alloc u;
			unit_alloc_init(&u);
			tok_pack_options o = options(m, (tok_over_long)policy);
			o.alloc = &u.alloc;
			tok_packer *p = new_packer(&o);
			tok_buf out = {0};

			for (int part = 0; part < 20000; part++) {
				assert_ok(tok_packer_add_part(p, ids, 7, 0, 1));
				(void)drain(p, &out);
				out.n = 0;
			}
			assert_true(u.peak < 4096);
			tok_packer_free(p);
			unit_alloc_check(&u);
			tok_buf_release(&out);
		}
}

static tok_status pack_some(const tok_alloc *alloc, void *ctx)
{
	tok_pack_options o = options(*(tok_method *)ctx, TOK_OVER_LONG_SPLIT);
	tok_packer *p;
	tok_row row;

	o.alloc = alloc;
	tok_status st = tok_packer_new(&o, &p);
	for (uint64_t part = 0; !st && part < 40; part++) {
		st = tok_packer_add_part(p, ids, part, part / 5, part % 5 < 4);
		while (!st && !tok_packer_next(p, &row))
			continue;
	}
	tok_packer_free(p);
	return st;
}

static void failing_memory_leaks_nothing(void **state)
{
	(void)state;
	for (tok_method m = 0; m < 3; m++)
		unit_fail_each(pack_some, &m);
}

/* A part that failed is added again, and all is as if it had not. */
static void failing_memory_changes_nothing(void **state)
{
	(void)state;
	for (uint64_t round = 0; round < 3000; round++) {
		uint64_t seed = round;
		struct unit_alloc u;
		unit_alloc_init(&u);
		tok_pack_options o = random_options(&seed);
		tok_packer *whole = new_packer(&o);
		o.alloc = &u.alloc;
		tok_packer *parted = new_packer(&o);
		tok_buf x = {0}, y = {0};
		tok_id id[MAX_LENGTH];

		u.fail_at = u.n_requests + 1 + unit_below(&seed, 40);
		for (uint64_t d = 0; d < 15; d++) {
			size_t n = random_length(&seed, o.row_len);

			for (size_t i = 0; i < n; i++)
				id[i] = (tok_id)unit_below(&seed, 1000);
			tok_status st = tok_packer_add(whole, id, n, d);
			assert_int_equal(
				add_parts(parted, id, n, d, &seed, &y), st);
			(void)drain(whole, &x);
			(void)drain(parted, &y);
			check_same(whole, parted, &x, &y);
		}
		tok_packer_free(whole);
		tok_packer_free(parted);
		unit_alloc_check(&u);
		tok_buf_release(&x);
		tok_buf_release(&y);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_pack_as_the_whole),
		cmocka_unit_test(full_rows_are_ready_at_once),
		cmocka_unit_test(parts_are_one_sequence),
		cmocka_unit_test(over_long_is_forgotten),
		cmocka_unit_test(one_document_at_a_time),
		cmocka_unit_test(books_are_kept_at_the_end),
		cmocka_unit_test(memory_is_bounded),
		cmocka_unit_test(failing_memory_leaks_nothing),
		cmocka_unit_test(failing_memory_changes_nothing),
	};
	return cmocka_run_group_tests_name("packer_parts", tests, NULL, NULL);
}
