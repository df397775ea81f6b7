/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/rng.h"

/* Random123 1.14's known answers for philox2x64, 10 rounds. */
static void known_answers(void **state)
{
	(void)state;
	tk_philox zero = tk_philox2x64(0, 0, 0);
	tk_philox ones = tk_philox2x64(UINT64_MAX, UINT64_MAX, UINT64_MAX);
	tk_philox pi = tk_philox2x64(UINT64_C(0xa4093822299f31d0),
				     UINT64_C(0x243f6a8885a308d3),
				     UINT64_C(0x13198a2e03707344));

	assert_true(zero.word[0] == UINT64_C(0xca00a0459843d731));
	assert_true(zero.word[1] == UINT64_C(0x66c24222c9a845b5));
	assert_true(ones.word[0] == UINT64_C(0x65b021d60cd8310f));
	assert_true(ones.word[1] == UINT64_C(0x4d02f3222f86df20));
	assert_true(pi.word[0] == UINT64_C(0x0a5e742c2997341c));
	assert_true(pi.word[1] == UINT64_C(0xb0f883d38000de5d));
}

static void unit_is_below_one(void **state)
{
	(void)state;
	assert_true(tk_unit(UINT64_MAX) < 1.0);
	assert_true(tk_unit(0) == 0.0);
	assert_true(tk_unit(UINT64_C(1) << 63) == 0.5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_answers),
		cmocka_unit_test(unit_is_below_one),
	};
	return cmocka_run_group_tests_name("rng", tests, NULL, NULL);
}
