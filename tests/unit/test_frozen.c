/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "segment/frozen.h"

enum { SLOTS = 20000 };

struct slots {
	uint32_t unit[SLOTS];
	uint16_t size[SLOTS];
	size_t n;
};

static void put(struct slots *s, uint32_t unit, size_t size)
{
	if (s->n == SLOTS)
		return;
	s->unit[s->n] = unit;
	s->size[s->n++] = (uint16_t)size;
}

/* Slots of any kind, and repetitions of up to `most` slots, some with an
 * error. */
static void fill(struct slots *s, uint64_t *random, size_t most)
{
	for (s->n = 0; s->n < SLOTS;) {
		size_t period = 1 + unit_below(random, most);
		size_t again = unit_below(random, 500);

		for (size_t i = 0; i < period; i++)
			put(s, (uint32_t)unit_below(random, UINT32_MAX),
			    unit_below(random, 4) * 8000);
		while (again-- && s->n < SLOTS)
			put(s, s->unit[s->n - period],
			    s->size[s->n - period]);
		if (unit_below(random, 2))
			s->unit[s->n - 1]++;
	}
}

static tok_status add(struct tk_frozen *f, const tok_alloc *alloc,
		      const struct slots *s, uint64_t *random)
{
	tok_status st = TOK_OK;

	for (size_t at = 0, n; !st && at < s->n; at += n) {
		n = unit_below(random, 3000);
		n = n < s->n - at ? n : s->n - at;
		st = tk_frozen_add(f, alloc, s->unit + at, s->size + at, n);
	}
	return st;
}

static void must_hold(const struct tk_frozen *f, const struct slots *s,
		      uint64_t *random)
{
	struct tk_frozen_reader r = tk_frozen_read(f);
	size_t step = 1 + unit_below(random, 30);

	assert_int_equal(f->n, s->n);
	for (size_t i = s->n; i > step;) {
		i -= unit_below(random, step + 1);
		i -= i == s->n;
		uint64_t want = s->size[i] ? (uint64_t)s->unit[i] << 16 |
						     s->size[i]
					   : 0;

		assert_true(tk_frozen_at(&r, i) == want);
	}
	assert_true(tk_frozen_at(&r, 0) >> 16 ==
		    (s->size[0] ? s->unit[0] : 0));
}

static void gives_back_what_it_was_given(void **state)
{
	static struct slots s;
	uint64_t random = 61;

	(void)state;
	for (int round = 0; round < 60; round++) {
		struct tk_frozen f = {0};

		fill(&s, &random, 1 + unit_below(&random, 90));
		assert_ok(add(&f, NULL, &s, &random));
		must_hold(&f, &s, &random);
		tk_frozen_release(&f, NULL);
		assert_int_equal(f.n, 0);
	}
}

/* Of any period up to the longest, however it comes. */
static void repetitions_take_no_room(void **state)
{
	static struct slots s;
	uint64_t random = 62;

	(void)state;
	for (uint32_t period = 1; period <= TK_FROZEN_PERIOD + 1; period++) {
		struct tk_frozen f = {0};

		for (s.n = 0; s.n < SLOTS;)
			put(&s, (uint32_t)s.n % period, 1 + s.n % period % 9);
		for (int i = 0; i < 5; i++)
			assert_ok(add(&f, NULL, &s, &random));
		assert_int_equal(f.n, 5 * SLOTS);
		if (period <= TK_FROZEN_PERIOD)
			assert_true(f.n_backs < 5 * 2 * TK_FROZEN_PERIOD);
		else
			assert_int_equal(f.n_backs, f.n);
		tk_frozen_release(&f, NULL);
	}
}

/* What repeats itself a few times only does not take more than it would as it
 * is. */
static void what_hardly_repeats_takes_8_bytes(void **state)
{
	static struct slots s;
	uint64_t random = 63;

	(void)state;
	for (size_t again = 1; again < 90; again++) {
		struct tk_frozen f = {0};

		for (s.n = 0; s.n < SLOTS;) {
			uint32_t unit = (uint32_t)unit_below(&random, 1 << 30);

			for (size_t i = 0; i < again; i++)
				put(&s, unit, 1);
		}
		assert_ok(add(&f, NULL, &s, &random));
		assert_true(f.n_backs * sizeof(*f.back) +
				    f.n_runs * sizeof(*f.run) <=
			    s.n * sizeof(*f.back) + sizeof(*f.run));
		must_hold(&f, &s, &random);
		tk_frozen_release(&f, NULL);
	}
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	const struct slots *s = ctx;
	struct tk_frozen f = {0};
	uint64_t random = 64;
	tok_status st = add(&f, alloc, s, &random);

	if (!st)
		must_hold(&f, s, &random);
	tk_frozen_release(&f, alloc);
	return st;
}

static void survives_failing_allocations(void **state)
{
	static struct slots s;
	uint64_t random = 65;

	(void)state;
	fill(&s, &random, 20);
	unit_fail_each(run, &s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_back_what_it_was_given),
		cmocka_unit_test(repetitions_take_no_room),
		cmocka_unit_test(what_hardly_repeats_takes_8_bytes),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("frozen", tests, NULL, NULL);
}
