/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <unicode/ustring.h>

#include "text/canonical.h"

static void fill(struct tk_units *u, const UChar *text)
{
	size_t n = (size_t)u_strlen(text);

	assert_true(tk_units_reserve(u, n));
	u_memcpy(u->p, text, (int32_t)n);
	u->n = n;
}

static void check(const UChar *text, const UChar *want)
{
	UErrorCode code = U_ZERO_ERROR;
	const UNormalizer2 *nfc = unorm2_getNFCInstance(&code);
	struct tk_units from, to;

	tk_units_init(&from, NULL);
	tk_units_init(&to, NULL);
	fill(&from, text);
	assert_ok(tk_canonical(nfc, &from, &to));
	assert_int_equal(to.n, u_strlen(want));
	assert_memory_equal(to.p, want, to.n * sizeof(*want));
	tk_units_release(&from);
	tk_units_release(&to);
}

static void decomposes_and_orders(void **state)
{
	(void)state;
	check(u"", u"");
	check(u"abc", u"abc");
	check(u"\u00E9", u"e\u0301");
	check(u"\uD55C", u"\u1112\u1161\u11AB");
	check(u"a\u0301\u0323\u0300\u0327", u"a\u0327\u0323\u0301\u0300");
	/* Each run for itself; marks of two units; marks inside marks. */
	check(u"\u0301\u0323x\u0301\u0323", u"\u0323\u0301x\u0323\u0301");
	check(u"\u0301\U0001D165", u"\U0001D165\u0301");
	check(u"\u0F73\u0F73", u"\u0F71\u0F71\u0F72\u0F72");
}

static void grows_out_of_its_room(void **state)
{
	(void)state;
	struct unit_alloc a;
	struct tk_units u;

	unit_alloc_init(&a);
	tk_units_init(&u, &a.alloc);
	fill(&u, u"abc");
	assert_int_equal(a.n_requests, 0);
	assert_true(tk_units_reserve(&u, 1000));
	assert_true(tk_units_reserve(&u, 5000));
	assert_int_equal(u.n, 3);
	assert_memory_equal(u.p, u"abc", 3 * sizeof(UChar));
	tk_units_release(&u);
	assert_ptr_equal(u.p, u.room);
	unit_alloc_check(&a);
}

static tok_status order_long(const tok_alloc *alloc, void *ctx)
{
	UErrorCode code = U_ZERO_ERROR;
	struct tk_units to;

	tk_units_init(&to, alloc);
	tok_status st = tk_canonical(unorm2_getNFCInstance(&code), ctx, &to);
	tk_units_release(&to);
	return st;
}

static void allocation_fails(void **state)
{
	(void)state;
	struct tk_units from;

	tk_units_init(&from, NULL);
	assert_true(tk_units_reserve(&from, 1000));
	for (from.n = 0; from.n < 1000; from.n++)
		from.p[from.n] = from.n % 2 ? 0x301 : 0x323;
	unit_fail_each(order_long, &from);
	tk_units_release(&from);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decomposes_and_orders),
		cmocka_unit_test(grows_out_of_its_room),
		cmocka_unit_test(allocation_fails),
	};
	return cmocka_run_group_tests_name("canonical", tests, NULL, NULL);
}
