/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "text/parts.h"

static void check_text(const struct tk_parts *p, tok_bytes want)
{
	assert_int_equal(p->text.n, want.n);
	if (want.n)
		assert_memory_equal(p->text.p, want.p, want.n);
}

static void check_part(const struct tk_parts *p, size_t i, size_t begin,
		       size_t end, tok_id id)
{
	assert_true(i < p->n);
	assert_int_equal(p->part[i].begin, begin);
	assert_int_equal(p->part[i].end, end);
	assert_int_equal(p->part[i].id, id);
}

static void check_from(const struct tk_parts *p, size_t i, uint64_t begin,
		       uint64_t end)
{
	assert_int_equal(p->from[i].begin, begin);
	assert_int_equal(p->from[i].end, end);
}

static void text_is_one_part(void **state)
{
	struct tk_parts p = {.tracks = true};

	(void)state;
	assert_ok(tk_parts_begin(&p, BYTES("a\u00e9")));
	check_text(&p, BYTES("a\u00e9"));
	assert_int_equal(p.n, 1);
	check_part(&p, 0, 0, 3, -1);
	/* Each byte of a character came from all of it. */
	check_from(&p, 0, 0, 1);
	check_from(&p, 1, 1, 3);
	check_from(&p, 2, 1, 3);
	assert_ok(tk_parts_begin(&p, BYTES("")));
	assert_int_equal(p.n, 0);
	assert_int_equal(p.text.n, 0);
	tk_parts_release(&p);
	assert_true(p.tracks && !p.part && !p.from && !p.text.p);
}

/* Every byte that is part of no character becomes U+FFFD by itself. */
static void bad_bytes_are_replaced(void **state)
{
	struct tk_parts p = {.tracks = true};

	(void)state;
	assert_ok(tk_parts_begin(&p, BYTES("\xE2\x96" "b\xFF")));
	check_text(&p, BYTES("\uFFFD\uFFFDb\uFFFD"));
	check_part(&p, 0, 0, 10, -1);
	check_from(&p, 2, 0, 1);
	check_from(&p, 3, 1, 2);
	check_from(&p, 6, 2, 3);
	check_from(&p, 9, 3, 4);
	tk_parts_release(&p);
}

static void without_tracks_nothing_is_kept(void **state)
{
	struct tk_parts p = {.tracks = false}, q = {.tracks = false};

	(void)state;
	assert_ok(tk_parts_begin(&p, BYTES("abc")));
	assert_ok(tk_parts_copy(&q, &p, 1, 3));
	check_text(&q, BYTES("bc"));
	assert_null(p.from);
	assert_null(q.from);
	tk_parts_release(&p);
	tk_parts_release(&q);
}

static void text_and_sources_go_together(void **state)
{
	struct tk_parts p = {.tracks = true}, q = {.tracks = true};

	(void)state;
	assert_ok(tk_parts_begin(&p, BYTES("ab\u00e9")));
	assert_ok(tk_parts_put(&q, BYTES("xy"), (tok_span){7, 9}));
	assert_ok(tk_parts_close(&q, 0, 5));
	assert_ok(tk_parts_copy(&q, &p, 1, 4));
	assert_ok(tk_parts_copy(&q, &p, 2, 2));
	assert_ok(tk_parts_close(&q, 2, -1));
	check_text(&q, BYTES("xyb\u00e9"));
	check_from(&q, 0, 7, 9);
	check_from(&q, 1, 7, 9);
	check_from(&q, 2, 1, 2);
	check_from(&q, 4, 2, 4);
	assert_int_equal(q.n, 2);
	check_part(&q, 0, 0, 2, 5);
	check_part(&q, 1, 2, 5, -1);
	tk_parts_clear(&q);
	assert_int_equal(q.n + q.text.n, 0);
	assert_true(q.cap >= 2 && q.part);
	tk_parts_release(&p);
	tk_parts_release(&q);
}

/* Only push takes empty ones. */
static void empty_parts(void **state)
{
	struct tk_parts p = {.tracks = true};

	(void)state;
	assert_ok(tk_parts_close(&p, 0, 1));
	assert_ok(tk_parts_add(&p, (struct tk_part){3, 3, 1}));
	assert_int_equal(p.n, 0);
	assert_ok(tk_parts_push(&p, (struct tk_part){3, 3, 1}));
	assert_int_equal(p.n, 1);
	tk_parts_release(&p);
}

/* 64 bytes for each raw one, and 1 MiB. */
static void growth_is_bounded(void **state)
{
	static uint8_t text[1 << 20];
	struct tk_parts p = {.tracks = false};

	(void)state;
	assert_ok(tk_parts_begin(&p, BYTES("ab")));
	assert_ok(tk_parts_put(&p, (tok_bytes){text, sizeof(text)},
			       (tok_span){0, 0}));
	assert_ok(tk_parts_put(&p, (tok_bytes){text, 126},
			       (tok_span){0, 0}));
	assert_int_equal(tk_parts_put(&p, BYTES("x"), (tok_span){0, 0}),
			 TOK_E_LIMIT);
	assert_ok(tk_parts_put(&p, BYTES(""), (tok_span){0, 0}));
	tk_parts_bound(&p, SIZE_MAX);
	assert_ok(tk_parts_put(&p, BYTES("x"), (tok_span){0, 0}));
	tk_parts_release(&p);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	struct tk_parts p = {.alloc = alloc, .tracks = true};
	struct tk_parts q = {.alloc = alloc, .tracks = true};
	tok_status st = tk_parts_begin(&p, *(const tok_bytes *)ctx);

	tk_parts_clear(&q);
	if (!st)
		st = tk_parts_copy(&q, &p, 0, p.text.n);
	for (size_t i = 0; !st && i < 50; i++)
		st = tk_parts_push(&q, (struct tk_part){i, i, -1});
	tk_parts_release(&p);
	tk_parts_release(&q);
	return st;
}

static void survives_failing_allocations(void **state)
{
	char text[300];
	tok_bytes all = {(uint8_t *)text, sizeof(text)};

	(void)state;
	memset(text, 0xFF, sizeof(text));
	unit_fail_each(run, &all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_one_part),
		cmocka_unit_test(bad_bytes_are_replaced),
		cmocka_unit_test(without_tracks_nothing_is_kept),
		cmocka_unit_test(text_and_sources_go_together),
		cmocka_unit_test(empty_parts),
		cmocka_unit_test(growth_is_bounded),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("parts", tests, NULL, NULL);
}
