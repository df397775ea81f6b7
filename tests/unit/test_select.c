/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/bytes.h"
#include "train/select.h"

enum { N = 20000 };

static uint8_t text[N][4];

static struct tk_candidate random_candidate(uint64_t *random, size_t i,
					    size_t n_worths)
{
	text[i][0] = (uint8_t)i;
	text[i][1] = (uint8_t)(i >> 8);
	text[i][2] = (uint8_t)unit_random(random);
	text[i][3] = 0;
	return (struct tk_candidate){
		.worth = unit_below(random, n_worths),
		.count = i,
		.bytes = {text[i], 2 + unit_below(random, 3)},
	};
}

static int by_order(const void *a, const void *b)
{
	const struct tk_candidate *x = a, *y = b;

	if (x->worth != y->worth)
		return x->worth > y->worth ? -1 : 1;
	if (x->bytes.n != y->bytes.n)
		return x->bytes.n > y->bytes.n ? -1 : 1;
	return tk_bytes_cmp(x->bytes, y->bytes);
}

/* The set is that of a full sort, whatever the order of adding. */
static void equals_sorting(void **state)
{
	static struct tk_candidate all[N];
	static const size_t worths[] = {1, 3, 100, 1000000};
	uint64_t random = 1;

	(void)state;
	for (int round = 0; round < 8; round++) {
		size_t want = 1 + unit_below(&random, 3000);
		struct tk_candidates c;

		tk_candidates_init(&c, want, NULL);
		for (size_t i = 0; i < N; i++)
			all[i] = random_candidate(&random, i,
						  worths[round % 4]);
		if (round >= 4) /* sorted already */
			qsort(all, N, sizeof(*all), by_order);
		for (size_t i = 0; i < N; i++)
			assert_ok(tk_candidates_add(&c, all[i]));
		assert_true(c.n <= 4 * want);
		tk_candidates_select(&c);
		assert_int_equal(c.n, want);
		qsort(c.at, c.n, sizeof(*c.at), by_order);
		qsort(all, N, sizeof(*all), by_order);
		for (size_t i = 0; i < want; i++)
			assert_int_equal(by_order(&c.at[i], &all[i]), 0);
		tk_candidates_release(&c);
	}
}

static void fewer_than_wanted_all_stay(void **state)
{
	struct tk_candidates a, b;
	uint64_t random = 2;

	(void)state;
	tk_candidates_init(&a, 100, NULL);
	tk_candidates_init(&b, 100, NULL);
	for (size_t i = 0; i < 60; i++)
		assert_ok(tk_candidates_add(i & 1 ? &a : &b,
					    random_candidate(&random, i, 9)));
	assert_ok(tk_candidates_join(&a, &b));
	tk_candidates_select(&a);
	assert_int_equal(a.n, 60);
	tk_candidates_release(&a);
	tk_candidates_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_sorting),
		cmocka_unit_test(fewer_than_wanted_all_stay),
	};
	return cmocka_run_group_tests_name("select", tests, NULL, NULL);
}
