/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <unicode/uchar.h>

#include "base/buf.h"
#include "text/split.h"
#include "text/split_table.h"

static tok_bytes view(const tok_buf *buf)
{
	return (tok_bytes){buf->p, buf->n};
}

static void builds(void **state)
{
	(void)state;
	tok_buf a = {0}, b = {0};
	UVersionInfo version;

	assert_ok(tk_split_table_build(&a, NULL));
	assert_ok(tk_buf_text(&b, "before"));
	assert_ok(tk_split_table_build(&b, NULL));
	assert_int_equal(b.n, a.n + 6);
	assert_memory_equal(b.p + 6, a.p, a.n);
	assert_true(tk_split_table_valid(view(&a)));
	u_getUnicodeVersion(version);
	assert_int_equal(a.p[2], version[0]);
	assert_int_equal(a.p[3], version[1]);
	assert_true(a.n < 80000);
	tok_buf_release(&a);
	tok_buf_release(&b);
}

static void classes(void **state)
{
	(void)state;
	tok_buf t = {0};

	assert_ok(tk_split_table_build(&t, NULL));
	assert_int_equal(tk_split_table_class(t.p, '.'), TK_CLASS_OTHER);
	assert_int_equal(tk_split_table_class(t.p, '7'), TK_CLASS_DIGIT);
	assert_int_equal(tk_split_table_class(t.p, 0x301), TK_CLASS_MARK);
	assert_int_equal(tk_split_table_class(t.p, 0xB5), TK_CLASS_COMMON);
	assert_int_equal(tk_split_table_class(t.p, 'A'), TK_CLASS_SCRIPT);
	assert_int_equal(tk_split_table_class(t.p, 0x30FC),
			 tk_split_table_class(t.p, 0x6771));
	assert_int_not_equal(tk_split_table_class(t.p, 0xAC00),
			     tk_split_table_class(t.p, 0x6771));
	assert_int_equal(tk_split_table_class(t.p, 0x10FFFF), TK_CLASS_OTHER);
	tok_buf_release(&t);
}

/* What is called valid can be looked up everywhere; the sanitizer watches. */
static void hostile(void **state)
{
	(void)state;
	tok_buf t = {0};
	uint64_t seed = 1;

	assert_false(tk_split_table_valid((tok_bytes){NULL, 0}));
	assert_ok(tk_split_table_build(&t, NULL));
	for (size_t n = 0; n < t.n; n += 1 + n / 7)
		assert_false(tk_split_table_valid((tok_bytes){t.p, n}));
	for (int round = 0; round < 3000; round++) {
		size_t at = unit_below(&seed, round % 2 ? TK_TABLE_CLASSES
							: t.n);
		uint8_t was = t.p[at];
		uint8_t *exact = malloc(t.n);

		t.p[at] = (uint8_t)unit_random(&seed);
		memcpy(exact, t.p, t.n);
		if (tk_split_table_valid((tok_bytes){exact, t.n}))
			for (uint32_t c = 0; c < 0x110000; c += 199)
				(void)tk_split_table_class(exact, c);
		free(exact);
		t.p[at] = was;
	}
	tok_buf_release(&t);
}

static tok_status build_and_drop(const tok_alloc *alloc, void *ctx)
{
	tok_error err;
	tok_buf t;
	(void)ctx;

	tok_buf_init(&t, alloc);
	tok_status st = tk_split_table_build(&t, &err);
	if (st)
		assert_int_equal(t.n, 0);
	tok_buf_release(&t);
	return st;
}

static void allocation_fails(void **state)
{
	(void)state;
	unit_fail_each(build_and_drop, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(builds),
		cmocka_unit_test(classes),
		cmocka_unit_test(hostile),
		cmocka_unit_test(allocation_fails),
	};
	return cmocka_run_group_tests_name("split_table", tests, NULL, NULL);
}
