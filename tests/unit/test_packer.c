/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "ref_pack.h"
#include "tok/pack.h"

enum { MAX_DOCUMENTS = 200 };

/* Token t of document d. */
static tok_id token(uint64_t d, uint64_t t)
{
	return (tok_id)((d * 1000003 + t * 7) & 0x7fffffff);
}

static tok_packer *new_packer(const tok_pack_options *o)
{
	tok_packer *p;

	assert_ok(tok_packer_new(o, &p));
	return p;
}

/* In parts of at most `most` tokens, at times none; 0: at once. */
static tok_status add_parts(tok_packer *p, uint64_t d, size_t n, size_t most,
			    uint64_t *seed)
{
	tok_id id[400];
	size_t at = 0;

	assert_true(n <= 400);
	for (size_t t = 0; t < n; t++)
		id[t] = token(d, t);
	while (most && (at < n || unit_below(seed, 3))) {
		size_t part = unit_below(seed, most + 1);

		part = part < n - at ? part : n - at;
		tok_status st = tok_packer_add_part(p, id + at, part, d, 1);
		if (st)
			return st;
		at += part;
	}
	return tok_packer_add_part(p, id + at, n - at, d, 0);
}

static tok_status add(tok_packer *p, uint64_t d, size_t n)
{
	tok_id *id = malloc((n + 1) * sizeof(*id));

	for (size_t t = 0; t < n; t++)
		id[t] = token(d, t);
	tok_status st = tok_packer_add(p, id, n, d);
	free(id);
	return st;
}

/* The rows that are ready are the next of the plan, with the tokens of the
 * documents that they say. */
static void compare_ready(tok_packer *p, const struct ref_plan *plan,
			  size_t *next)
{
	tok_row row;

	while (!tok_packer_next(p, &row)) {
		assert_true(*next < plan->n_rows);
		const struct ref_row *want = &plan->row[(*next)++];
		size_t at = 0;

		assert_int_equal(row.n_seqs, want->n_seqs);
		assert_int_equal(row.n_ids, want->n_tokens);
		for (size_t s = 0; s < row.n_seqs; s++) {
			const struct ref_seq *q = &want->seq[s];

			assert_int_equal(row.seq_lengths[s], q->n);
			assert_int_equal(row.origin[s].document, q->document);
			assert_int_equal(row.origin[s].begin, q->begin);
			for (size_t t = 0; t < q->n; t++)
				assert_int_equal(row.input_ids[at++],
						 token(q->document,
						       q->begin + t));
		}
	}
}

/* Every token in one row once, or in the books as lost. */
static void check_cover(const tok_pack_options *o, const struct ref_plan *plan,
			const size_t *length, size_t n, const tok_ledger *l)
{
	uint64_t stored[MAX_DOCUMENTS] = {0}, total = 0, split = 0;
	size_t parts[MAX_DOCUMENTS] = {0};

	for (size_t r = 0; r < plan->n_rows; r++) {
		assert_in_range(plan->row[r].n_tokens, 1, o->row_len);
		for (size_t s = 0; s < plan->row[r].n_seqs; s++) {
			const struct ref_seq *q = &plan->row[r].seq[s];
			stored[q->document] += q->n;
			parts[q->document]++;
		}
	}
	uint64_t lost = 0, in = 0;
	for (size_t d = 0; d < n; d++) {
		in += length[d];
		total += stored[d];
		lost += length[d] - stored[d];
		split += parts[d] > 1;
	}
	assert_int_equal(l->tokens_stored, total);
	assert_int_equal(l->tokens_truncated + l->tokens_dropped, lost);
	assert_int_equal(l->tokens_stored + l->tokens_truncated +
				 l->tokens_dropped, in);
	assert_int_equal(l->documents_split, split);
	if (o->method == TOK_METHOD_WRAP || o->over_long == TOK_OVER_LONG_SPLIT)
		assert_int_equal(lost, 0);
}

/* The edges of the row are drawn often. */
static size_t random_length(uint64_t *seed, uint32_t row_len)
{
	switch (unit_below(seed, 12)) {
	case 0:
		return 0;
	case 1:
		return 1;
	case 2:
		return row_len;
	case 3:
		return row_len + 1;
	case 4:
		return unit_below(seed, 10 * (size_t)row_len + 1);
	default:
		return unit_below(seed, row_len + 1);
	}
}

static void one_plan(uint64_t seed)
{
	tok_pack_options o;
	size_t length[MAX_DOCUMENTS], n = unit_below(&seed, MAX_DOCUMENTS);
	size_t next = 0;
	struct ref_plan plan;
	tok_ledger ledger;

	tok_pack_options_defaults(&o, sizeof(o));
	o.row_len = (uint32_t)(1 + unit_below(&seed, 40));
	o.open_rows = (uint32_t)(1 + unit_below(&seed, 9));
	o.method = (tok_method)unit_below(&seed, 3);
	o.over_long = (tok_over_long)unit_below(&seed, 3);
	for (size_t d = 0; d < n; d++)
		length[d] = random_length(&seed, o.row_len);
	ref_pack(&o, length, n, &plan);

	tok_packer *p = new_packer(&o);
	int patient = unit_below(&seed, 2) == 1;
	size_t most = unit_below(&seed, 3 * (size_t)o.row_len);
	for (size_t d = 0; d < n; d++) {
		assert_ok(add_parts(p, d, length[d],
				    unit_below(&seed, 2) ? most : 0, &seed));
		if (!patient)
			compare_ready(p, &plan, &next);
	}
	assert_ok(tok_packer_finish(p));
	compare_ready(p, &plan, &next);
	assert_int_equal(next, plan.n_rows);
	tok_packer_ledger(p, &ledger);
	check_cover(&o, &plan, length, n, &ledger);
	tok_packer_free(p);
	ref_pack_release(&plan);
}

static void equals_the_naive_packing(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 3000; seed++)
		one_plan(seed);
}

static void policies_keep_the_books(void **state)
{
	static const struct {
		tok_over_long policy;
		uint64_t stored, truncated, dropped, n_split, n_truncated,
			n_dropped;
	} cases[] = {
		{TOK_OVER_LONG_SPLIT, 25, 0, 0, 1, 0, 0},
		{TOK_OVER_LONG_TRUNCATE, 10, 15, 0, 0, 1, 0},
		{TOK_OVER_LONG_DROP, 0, 0, 25, 0, 0, 1},
	};
	tok_pack_options o;
	tok_ledger l;

	(void)state;
	tok_pack_options_defaults(&o, sizeof(o));
	o.row_len = 10;
	for (size_t i = 0; i < 3; i++) {
		o.over_long = cases[i].policy;
		tok_packer *p = new_packer(&o);
		assert_ok(add(p, 0, 25));
		tok_packer_ledger(p, &l);
		assert_int_equal(l.tokens_stored, cases[i].stored);
		assert_int_equal(l.tokens_truncated, cases[i].truncated);
		assert_int_equal(l.tokens_dropped, cases[i].dropped);
		assert_int_equal(l.documents_split, cases[i].n_split);
		assert_int_equal(l.documents_truncated, cases[i].n_truncated);
		assert_int_equal(l.documents_dropped, cases[i].n_dropped);
		assert_int_equal(l.documents, 0);
		tok_packer_free(p);
	}
}

static void over_long_is_refused_if_asked(void **state)
{
	tok_pack_options o;
	tok_ledger l;
	tok_row row;

	(void)state;
	tok_pack_options_defaults(&o, sizeof(o));
	o.row_len = 10;
	o.over_long = TOK_OVER_LONG_ERROR;
	tok_packer *p = new_packer(&o);
	assert_ok(add(p, 0, 4));
	assert_int_equal(add(p, 1, 11), TOK_E_LIMIT);
	assert_ok(add(p, 2, 6));
	assert_ok(tok_packer_next(p, &row));
	assert_int_equal(row.n_seqs, 2);
	assert_int_equal(row.origin[1].document, 2);
	tok_packer_ledger(p, &l);
	assert_int_equal(l.tokens_stored, 10);
	assert_int_equal(l.tokens_dropped, 0);
	tok_packer_free(p);
}

static void nothing_in_nothing_out(void **state)
{
	tok_pack_options o;
	tok_row row;

	(void)state;
	tok_pack_options_defaults(&o, sizeof(o));
	for (int m = 0; m < 3; m++) {
		o.method = (tok_method)m;
		tok_packer *p = new_packer(&o);
		assert_ok(tok_packer_add(p, NULL, 0, 0));
		assert_ok(tok_packer_finish(p));
		assert_int_equal(tok_packer_next(p, &row), TOK_END);
		tok_packer_free(p);
	}
	tok_packer_free(NULL);
}

static void wrong_options_are_refused(void **state)
{
	tok_packer *p;
	tok_pack_options good, o;

	(void)state;
	tok_pack_options_defaults(&good, sizeof(good));
	o = good, o.row_len = 0;
	assert_int_equal(tok_packer_new(&o, &p), TOK_E_ARGUMENT);
	o = good, o.row_len = (uint32_t)INT32_MAX + 1;
	assert_int_equal(tok_packer_new(&o, &p), TOK_E_ARGUMENT);
	o = good, o.open_rows = 0;
	assert_int_equal(tok_packer_new(&o, &p), TOK_E_ARGUMENT);
	o = good, o.method = (tok_method)3;
	assert_int_equal(tok_packer_new(&o, &p), TOK_E_ARGUMENT);
	o = good, o.over_long = (tok_over_long)4;
	assert_int_equal(tok_packer_new(&o, &p), TOK_E_ARGUMENT);
	o = good, o.size = 0;
	assert_int_equal(tok_packer_new(&o, &p), TOK_E_ARGUMENT);
	o = good, o.size++;
	assert_int_equal(tok_packer_new(&o, &p), TOK_E_ARGUMENT);
	assert_null(p);
}

/* A program compiled before the last field was added. */
static void older_options_get_defaults(void **state)
{
	tok_pack_options o;

	(void)state;
	memset(&o, 0xff, sizeof(o));
	o.size = offsetof(tok_pack_options, open_rows);
	o.row_len = 8;
	o.method = TOK_METHOD_NEXT_FIT;
	o.over_long = TOK_OVER_LONG_DROP;
	tok_packer_free(new_packer(&o));
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(tok_method_name(TOK_METHOD_BEST_FIT), "best-fit");
	assert_string_equal(tok_method_name(TOK_METHOD_NEXT_FIT), "next-fit");
	assert_string_equal(tok_method_name(TOK_METHOD_WRAP), "wrap");
	assert_string_equal(tok_over_long_name(TOK_OVER_LONG_SPLIT), "split");
	assert_string_equal(tok_over_long_name(TOK_OVER_LONG_TRUNCATE),
			    "truncate");
	assert_string_equal(tok_over_long_name(TOK_OVER_LONG_DROP), "drop");
	assert_string_equal(tok_over_long_name(TOK_OVER_LONG_ERROR), "error");
	assert_null(tok_method_name((tok_method)99));
	assert_null(tok_over_long_name((tok_over_long)99));
}

static const size_t some_lengths[] = {3, 8, 5, 0, 17, 1, 30, 7, 2, 9, 26, 4};
enum { N_SOME = sizeof(some_lengths) / sizeof(some_lengths[0]) };

static tok_status pack_some(const tok_alloc *alloc, void *ctx)
{
	tok_pack_options o;
	tok_packer *p;
	tok_row row;

	tok_pack_options_defaults(&o, sizeof(o));
	o.row_len = 8;
	o.open_rows = 2;
	o.method = *(tok_method *)ctx;
	o.alloc = alloc;
	tok_status st = tok_packer_new(&o, &p);
	for (size_t d = 0; !st && d < N_SOME; d++) {
		st = add(p, d, some_lengths[d]);
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

/* A failed add is tried again, and the plan is what it always was. */
static void failing_memory_changes_nothing(void **state)
{
	(void)state;
	for (size_t k = 1; k < 60; k++) {
		struct unit_alloc u;
		struct ref_plan plan;
		tok_pack_options o;
		size_t next = 0;

		unit_alloc_init(&u);
		tok_pack_options_defaults(&o, sizeof(o));
		o.row_len = 8;
		o.open_rows = 2;
		o.method = (tok_method)(k % 3);
		o.alloc = &u.alloc;
		ref_pack(&o, some_lengths, N_SOME, &plan);
		tok_packer *p = new_packer(&o);
		u.fail_at = u.n_requests + k;
		for (size_t d = 0; d < N_SOME; d++) {
			tok_ledger before, after;
			tok_packer_ledger(p, &before);
			tok_status st = add(p, d, some_lengths[d]);
			if (st == TOK_E_MEMORY) {
				tok_packer_ledger(p, &after);
				assert_memory_equal(&before, &after,
						    sizeof(before));
				st = add(p, d, some_lengths[d]);
			}
			assert_ok(st);
			compare_ready(p, &plan, &next);
		}
		assert_ok(tok_packer_finish(p));
		compare_ready(p, &plan, &next);
		assert_int_equal(next, plan.n_rows);
		tok_packer_free(p);
		unit_alloc_check(&u);
		ref_pack_release(&plan);
	}
}

/* What is held does not grow with what has passed through. */
static void memory_is_bounded(void **state)
{
	struct unit_alloc u;
	tok_pack_options o;
	uint64_t seed = 5;
	size_t bound = 0;
	tok_row row;

	(void)state;
	unit_alloc_init(&u);
	tok_pack_options_defaults(&o, sizeof(o));
	o.row_len = 64;
	o.open_rows = 16;
	o.alloc = &u.alloc;
	tok_packer *p = new_packer(&o);
	for (size_t d = 0; d < 20000; d++) {
		size_t n = d == 100 ? 64000 : unit_below(&seed, 90);
		assert_ok(add(p, d, n));
		while (!tok_packer_next(p, &row))
			continue;
		if (d == 1000)
			bound = 2 * u.n_bytes;
	}
	assert_true(u.n_bytes <= bound);
	assert_true(bound < 64000 * sizeof(tok_id));
	tok_packer_free(p);
	unit_alloc_check(&u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_the_naive_packing),
		cmocka_unit_test(policies_keep_the_books),
		cmocka_unit_test(over_long_is_refused_if_asked),
		cmocka_unit_test(nothing_in_nothing_out),
		cmocka_unit_test(wrong_options_are_refused),
		cmocka_unit_test(older_options_get_defaults),
		cmocka_unit_test(names),
		cmocka_unit_test(failing_memory_leaks_nothing),
		cmocka_unit_test(failing_memory_changes_nothing),
		cmocka_unit_test(memory_is_bounded),
	};
	return cmocka_run_group_tests_name("packer", tests, NULL, NULL);
}
