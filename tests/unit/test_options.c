/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/options.h"

/* A library's options, and those of a header before and after it. */
struct now {
	size_t size;
	int a, b;
};

struct before {
	size_t size;
	int a;
};

struct after {
	size_t size;
	int a, b, c, d;
};

static const struct now defaults = {sizeof(defaults), 1, 2};

static void an_old_program_keeps_new_defaults(void **state)
{
	struct {
		struct before o;
		uint8_t guard[16];
	} old;
	struct now taken = defaults;

	(void)state;
	memset(&old, 0x5A, sizeof(old));
	tk_options_give(&old.o, offsetof(struct now, b), &defaults,
			sizeof(defaults));
	for (size_t i = 0; i < sizeof(old.guard); i++)
		assert_int_equal(old.guard[i], 0x5A);
	assert_int_equal(old.o.a, 1);
	old.o.a = 7;
	assert_true(tk_options_take(&taken, &old.o, sizeof(taken)));
	assert_int_equal(taken.size, sizeof(taken));
	assert_int_equal(taken.a, 7);
	assert_int_equal(taken.b, 2);
}

static void a_newer_program_is_refused(void **state)
{
	struct after o;
	struct now taken = defaults;

	(void)state;
	memset(&o, 0x5A, sizeof(o));
	tk_options_give(&o, sizeof(o), &defaults, sizeof(defaults));
	assert_int_equal(o.a, 1);
	assert_int_equal(o.b, 2);
	assert_int_equal(o.c, 0);
	assert_false(tk_options_take(&taken, &o, sizeof(taken)));
}

static void none_are_the_defaults_and_nonsense_is_seen(void **state)
{
	struct now taken = defaults, o = defaults;

	(void)state;
	assert_true(tk_options_take(&taken, NULL, sizeof(taken)));
	assert_int_equal(taken.b, 2);
	for (size_t size = 0; size <= sizeof(size_t); size++) {
		o.size = size;
		assert_false(tk_options_take(&taken, &o, sizeof(taken)));
	}
	o.size = sizeof(o) + 1;
	assert_false(tk_options_take(&taken, &o, sizeof(taken)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_old_program_keeps_new_defaults),
		cmocka_unit_test(a_newer_program_is_refused),
		cmocka_unit_test(none_are_the_defaults_and_nonsense_is_seen),
	};
	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
