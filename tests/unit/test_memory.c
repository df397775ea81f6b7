/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/memory.h"

static void sums_that_do_not_fit(void **state)
{
	(void)state;
	size_t v = 42;

	assert_false(tk_add(SIZE_MAX, 1, &v));
	assert_false(tk_add(1, SIZE_MAX, &v));
	assert_false(tk_add(SIZE_MAX, SIZE_MAX, &v));
	assert_int_equal(v, 42);
	assert_true(tk_add(SIZE_MAX, 0, &v));
	assert_true(v == SIZE_MAX);
	assert_true(tk_add(SIZE_MAX - 5, 5, &v));
	assert_true(v == SIZE_MAX);
}

static void products_that_do_not_fit(void **state)
{
	(void)state;
	const size_t half = (size_t)1 << (sizeof(size_t) * 4);
	size_t v = 42;

	assert_false(tk_mul(SIZE_MAX, 2, &v));
	assert_false(tk_mul(2, SIZE_MAX, &v));
	assert_false(tk_mul(half, half, &v));
	assert_false(tk_mul(SIZE_MAX / 3 + 1, 3, &v));
	assert_int_equal(v, 42);
	assert_true(tk_mul(SIZE_MAX / 3, 3, &v));
	assert_true(v == SIZE_MAX / 3 * 3);
	assert_true(tk_mul(half - 1, half + 1, &v));
	assert_true(v == SIZE_MAX);
	assert_true(tk_mul(SIZE_MAX, 0, &v));
	assert_int_equal(v, 0);
	assert_true(tk_mul(0, SIZE_MAX, &v));
	assert_int_equal(v, 0);
}

static void new_refuses(void **state)
{
	(void)state;
	struct unit_alloc u;

	unit_alloc_init(&u);
	assert_null(tk_new(&u.alloc, 0, 8));
	assert_null(tk_new(&u.alloc, 8, 0));
	assert_null(tk_new(&u.alloc, SIZE_MAX / 2, 3));
	assert_null(tk_new_zeroed(&u.alloc, SIZE_MAX / 2, 3));
	assert_null(tk_new_zeroed(NULL, SIZE_MAX / 2, 3));
	assert_null(tk_new_zeroed(NULL, 0, 3));
	assert_null(tk_new(NULL, 0, 3));
	assert_int_equal(u.n_requests, 0);
}

static void new_gives(void **state)
{
	(void)state;
	struct unit_alloc u;

	unit_alloc_init(&u);
	for (int i = 0; i < 2; i++) {
		const tok_alloc *alloc = i ? &u.alloc : NULL;
		uint8_t *a = tk_new(alloc, 100, 3);
		uint8_t *b = tk_new_zeroed(alloc, 100, 3);

		assert_non_null(a);
		assert_non_null(b);
		memset(a, 1, 300);
		for (int k = 0; k < 300; k++)
			assert_int_equal(b[k], 0);
		tk_free(alloc, a, 100, 3);
		tk_free(alloc, b, 3, 100);
		tk_free(alloc, NULL, 5, 5);
	}
	unit_alloc_check(&u);
}

static void grows_by_half(void **state)
{
	(void)state;
	struct unit_alloc u;
	uint32_t *v = NULL;
	size_t cap = 0;

	unit_alloc_init(&u);
	for (uint32_t i = 0; i < 100000; i++) {
		assert_true(tk_grow(&u.alloc, (void **)&v, &cap, i + 1,
				    sizeof(*v)));
		assert_true(cap > i);
		v[i] = i;
	}
	for (uint32_t i = 0; i < 100000; i++)
		assert_int_equal(v[i], i);
	assert_true(u.n_requests < 40);

	size_t n_requests = u.n_requests;
	assert_true(tk_grow(&u.alloc, (void **)&v, &cap, cap, sizeof(*v)));
	assert_true(tk_grow(&u.alloc, (void **)&v, &cap, 0, sizeof(*v)));
	assert_int_equal(u.n_requests, n_requests);
	/* A large step is taken at once. */
	assert_true(tk_grow(&u.alloc, (void **)&v, &cap, 10 * cap,
			    sizeof(*v)));
	assert_int_equal(u.n_requests, n_requests + 1);
	tk_free(&u.alloc, v, cap, sizeof(*v));
	unit_alloc_check(&u);
}

static void growing_fails_as_before(void **state)
{
	(void)state;
	struct unit_alloc u;
	uint32_t *v = NULL;
	size_t cap = 0;

	unit_alloc_init(&u);
	assert_true(tk_grow(&u.alloc, (void **)&v, &cap, 1, sizeof(*v)));
	v[0] = 77;
	void *before = v;
	size_t cap_before = cap;
	assert_false(tk_grow(&u.alloc, (void **)&v, &cap, SIZE_MAX,
			     sizeof(*v)));
	assert_false(tk_grow(&u.alloc, (void **)&v, &cap, SIZE_MAX / 4 + 1,
			     sizeof(*v)));
	u.fail_at = u.n_requests + 1;
	assert_false(tk_grow(&u.alloc, (void **)&v, &cap, cap + 1,
			     sizeof(*v)));
	assert_ptr_equal(v, before);
	assert_int_equal(cap, cap_before);
	assert_int_equal(v[0], 77);
	tk_free(&u.alloc, v, cap, sizeof(*v));
	unit_alloc_check(&u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_that_do_not_fit),
		cmocka_unit_test(products_that_do_not_fit),
		cmocka_unit_test(new_refuses),
		cmocka_unit_test(new_gives),
		cmocka_unit_test(grows_by_half),
		cmocka_unit_test(growing_fails_as_before),
	};
	return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
