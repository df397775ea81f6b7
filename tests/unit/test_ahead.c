/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <pthread.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/error.h"
#include "text/ahead.h"

/* A packed byte b is b bytes of b; 0 is damage. */
struct toy {
	uint8_t byte;
	size_t left;
	pthread_t by;
};

static tok_status step(void *ctx, tok_bytes *in, uint8_t *out, size_t room,
		       size_t *n, tok_error *err)
{
	struct toy *t = ctx;

	t->by = pthread_self();
	for (*n = 0; *n < room && (t->left || in->n); (*n)++) {
		if (!t->left) {
			if (!in->p[0] && *n)
				return TOK_OK;
			if (!in->p[0])
				return tk_fail(err, TOK_E_CORRUPT, 7, "toy");
			t->byte = in->p[0];
			t->left = in->p[0];
			in->p++;
			in->n--;
		}
		out[*n] = t->byte;
		t->left--;
	}
	return TOK_OK;
}

/* Packed bytes of which those that can be unpacked are want. */
static void make(size_t n, tok_buf *packed, tok_buf *want)
{
	uint64_t seed = n;

	for (size_t i = 0; i < n; i++) {
		uint8_t all[255], b = (uint8_t)(1 + unit_below(&seed, 255));

		memset(all, b, sizeof(all));
		assert_ok(tk_buf_append(packed, &b, 1));
		assert_ok(tk_buf_append(want, all, b));
	}
}

/* All of packed, and what comes of it; given early, or when there is no more
 * to take. */
static tok_status pump(struct tk_ahead *a, tok_bytes packed, size_t portion,
		       size_t room, bool early, tok_buf *out)
{
	tok_error err = {TOK_OK, 0, ""};
	bool idle = true;

	for (;;) {
		uint8_t *block;
		size_t n;

		while (packed.n && (early || idle) &&
		       (block = tk_ahead_room(a))) {
			size_t some = portion < packed.n ? portion : packed.n;

			memcpy(block, packed.p, some);
			tk_ahead_give(a, some);
			packed.p += some;
			packed.n -= some;
		}
		assert_ok(tk_buf_reserve(out, room));
		tok_status st = tk_ahead_take(a, out->p + out->n, room, &n,
					      &err);
		assert_true(n <= room && err.code == st);
		if (st || (!n && !packed.n))
			return st;
		idle = !n;
		out->n += n;
	}
}

static void check(tok_bytes packed, tok_bytes want, tok_status status)
{
	static const size_t portions[] = {1, 1000, TK_AHEAD_BLOCK};
	static const size_t rooms[] = {100, 5000, 1 << 20};

	for (size_t i = 0; i < 18; i++) {
		struct toy toy = {0};
		tok_buf out = {0};
		struct tk_ahead *a = tk_ahead_new(step, &toy, NULL);

		assert_non_null(a);
		assert_int_equal(pump(a, packed, portions[i % 3],
				      rooms[i / 3 % 3], i / 9, &out),
				 status);
		assert_true(tk_bytes_equal((tok_bytes){out.p, out.n}, want));
		/* Said again, and to whoever does not want to know more. */
		uint8_t byte;
		size_t n = 1;
		assert_int_equal(tk_ahead_take(a, &byte, 1, &n, NULL), status);
		assert_int_equal(n, 0);
		assert_true(tk_ahead_free(a));
		assert_false(pthread_equal(toy.by, pthread_self()));
		tok_buf_release(&out);
	}
}

static void unpacks(void **state)
{
	(void)state;
	tok_buf packed = {0}, want = {0};

	/* More than the ring holds, four times. */
	make(33000, &packed, &want);
	check((tok_bytes){packed.p, packed.n}, (tok_bytes){want.p, want.n},
	      TOK_OK);
	tok_buf_release(&packed);
	tok_buf_release(&want);
}

/* Whatever was there before the damage is there. */
static void fails(void **state)
{
	(void)state;
	static const size_t sizes[] = {0, 1, 2000, 9000};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		tok_buf packed = {0}, want = {0};

		make(sizes[i], &packed, &want);
		assert_ok(tk_buf_append(&packed, "\0and more", 9));
		check((tok_bytes){packed.p, packed.n},
		      (tok_bytes){want.p, want.n}, TOK_E_CORRUPT);
		tok_buf_release(&packed);
		tok_buf_release(&want);
	}
}

/* Before anything, while it waits for input, for room, and at work. */
static void stops_at_any_time(void **state)
{
	(void)state;
	for (int i = 0; i < 200; i++) {
		struct toy toy = {0};
		struct tk_ahead *a = tk_ahead_new(step, &toy, NULL);
		uint8_t some[1000], *block;
		size_t n;

		assert_non_null(a);
		for (int k = 0; k < i % 3; k++) {
			block = tk_ahead_room(a);
			assert_non_null(block);
			memset(block, 255, 120000);
			tk_ahead_give(a, i < 100 ? 1 : 120000);
		}
		if (i % 3 == 2 && i >= 100)
			assert_null(tk_ahead_room(a));
		if (i % 2)
			assert_ok(tk_ahead_take(a, some, sizeof(some), &n,
						NULL));
		assert_true(tk_ahead_free(a));
	}
	assert_true(tk_ahead_free(NULL));
}

static void child_has_no_thread(void **state)
{
	(void)state;
	struct toy toy = {0};
	struct tk_ahead *a = tk_ahead_new(step, &toy, NULL);
	int status;

	assert_non_null(a);
	assert_true(tk_ahead_alive(a));
	pid_t child = fork();
	assert_true(child >= 0);
	if (!child)
		_exit(tk_ahead_alive(a) || tk_ahead_free(a));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_true(tk_ahead_free(a));
}

static tok_status start_and_stop(const tok_alloc *alloc, void *ctx)
{
	struct tk_ahead *a = tk_ahead_new(step, ctx, alloc);

	(void)tk_ahead_free(a);
	return a ? TOK_OK : TOK_E_MEMORY;
}

static void allocation_fails(void **state)
{
	(void)state;
	struct toy toy = {0};

	unit_fail_each(start_and_stop, &toy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unpacks),
		cmocka_unit_test(fails),
		cmocka_unit_test(stops_at_any_time),
		cmocka_unit_test(child_has_no_thread),
		cmocka_unit_test(allocation_fails),
	};
	return cmocka_run_group_tests_name("ahead", tests, NULL, NULL);
}
