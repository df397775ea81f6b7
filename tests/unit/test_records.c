/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/buf.h"
#include "base/bytes.h"
#include "text/records.h"

/* Stands in for the library's: bytes in pieces of at most `most`. */
struct tk_unpack {
	tok_bytes rest;
	size_t most;
	uint64_t seed;
	size_t n_calls;
};

tok_status tk_unpack_read(struct tk_unpack *u, uint8_t *out, size_t room,
			  size_t *n, tok_error *err)
{
	(void)err;
	assert_true(room > 0);
	u->n_calls++;
	if (!u->rest.n)
		return TOK_END;
	*n = 1 + unit_below(&u->seed, u->most);
	*n = *n < room ? *n : room;
	*n = *n < u->rest.n ? *n : u->rest.n;
	memcpy(out, u->rest.p, *n);
	u->rest.p += *n;
	u->rest.n -= *n;
	return TOK_OK;
}

/* The records of text are `want`, each ended by "|", where the last one may
 * lack its separator. */
static void check(const char *sep, const char *text, const char *want)
{
	for (size_t most = 1; most < 12; most += 2) {
		struct tk_unpack from = {tok_bytes_of(text), most, most, 0};
		struct tk_records r = {.separator = tok_bytes_of(sep),
				       .max_record = 100};
		struct tk_record record;
		tok_buf got = {0};
		uint64_t at = 0, line = 0;

		tk_records_start(&r, "test");
		while (!tk_records_next(&r, &from, &record, NULL)) {
			assert_int_equal(record.at, at);
			assert_int_equal(record.line, ++line);
			at += record.text.n + record.separator_size;
			assert_ok(tk_buf_append(&got, record.text.p,
						record.text.n));
			assert_ok(tk_buf_text(&got, "|"));
		}
		assert_int_equal(at, strlen(text));
		assert_true(tk_bytes_equal((tok_bytes){got.p, got.n},
					   tok_bytes_of(want)));
		tok_buf_release(&got);
		tk_records_release(&r);
	}
}

static void cuts(void **state)
{
	(void)state;
	check("\n", "", "");
	check("\n", "\n", "|");
	check("\n", "a", "a|");
	check("\n", "a\nbc\n", "a|bc|");
	check("\n", "a\n\nb", "a||b|");
	check("ab", "xabyab", "x|y|");
	check("ab", "aab", "a|");
	check("ab", "xa", "xa|");
	check("aab", "aaaab.aaabaab", "aa|.a||");
	check("aaa", "aaaaaaa", "||a|");
	check("", "", "|");
	check("", "a\nb\n", "a\nb\n|");
}

/* A record is there as soon as its separator is: nothing more is read. */
static void does_not_wait(void **state)
{
	(void)state;
	struct tk_unpack from = {BYTES("ab\nc\n"), 1, 1, 0};
	struct tk_records r = {.separator = BYTES("\n"), .max_record = 9};
	struct tk_record record;

	tk_records_start(&r, "test");
	assert_ok(tk_records_next(&r, &from, &record, NULL));
	assert_int_equal(from.n_calls, 3);
	assert_ok(tk_records_next(&r, &from, &record, NULL));
	assert_int_equal(from.n_calls, 5);
	tk_records_release(&r);
}

static void limit(void **state)
{
	(void)state;
	static const char *const seps[] = {"\n", "--", ""};

	for (size_t k = 0; k < 3; k++)
		for (size_t n = 8; n < 14; n++) {
			tok_buf text = {0};
			tok_error err;
			struct tk_records r = {
				.separator = tok_bytes_of(seps[k]),
				.max_record = 10};
			struct tk_record record;

			for (size_t i = 0; i < n; i++)
				assert_ok(tk_buf_text(&text, "x"));
			if (n % 2)
				assert_ok(tk_buf_text(&text, seps[k]));
			struct tk_unpack from = {{text.p, text.n}, 3, n, 0};
			tk_records_start(&r, "a.txt");
			tok_status st =
				tk_records_next(&r, &from, &record, &err);
			assert_int_equal(st, n > 10 ? TOK_E_LIMIT : TOK_OK);
			if (st)
				assert_non_null(strstr(err.text, "a.txt"));
			tk_records_release(&r);
			tok_buf_release(&text);
		}
}

/* Records of every size up to some buffers, against a plain walk. */
static void sizes(void **state)
{
	(void)state;
	uint64_t seed = 5;
	tok_buf text = {0};
	size_t n_records = 0, at = 0;

	for (size_t size = 0; size < 900000; size = size * 3 / 2 + 1) {
		assert_ok(tk_buf_reserve(&text, size + 1));
		for (size_t i = 0; i < size; i++)
			text.p[text.n++] = (uint8_t)('a' + unit_below(&seed,
								      26));
		text.p[text.n++] = 0;
		n_records++;
	}
	struct tk_unpack from = {{text.p, text.n}, 50000, 7, 0};
	struct tk_records r = {.separator = BYTES("\0"),
			       .max_record = 1 << 20};
	struct tk_record record;
	tk_records_start(&r, "test");
	for (size_t i = 0; i < n_records; i++) {
		assert_ok(tk_records_next(&r, &from, &record, NULL));
		assert_memory_equal(record.text.p, text.p + at,
				    record.text.n);
		at += record.text.n + 1;
		assert_int_equal(text.p[at - 1], 0);
	}
	assert_int_equal(at, text.n);
	assert_int_equal(tk_records_next(&r, &from, &record, NULL), TOK_END);
	tk_records_release(&r);
	tok_buf_release(&text);
}

static tok_status read_long(const tok_alloc *alloc, void *ctx)
{
	const tok_bytes *text = ctx;
	struct tk_unpack from = {*text, 1 << 20, 1, 0};
	struct tk_records r = {.max_record = 1 << 24, .alloc = alloc};
	struct tk_record record;
	tok_error err;

	tk_records_start(&r, "long.txt");
	tok_status st = tk_records_next(&r, &from, &record, &err);
	if (st)
		assert_non_null(strstr(err.text, "long.txt"));
	tk_records_release(&r);
	return st;
}

static void allocation_fails(void **state)
{
	(void)state;
	tok_bytes text = {calloc(1, 2000000), 2000000};

	unit_fail_each(read_long, &text);
	free((void *)text.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts),	    cmocka_unit_test(does_not_wait),
		cmocka_unit_test(limit),    cmocka_unit_test(sizes),
		cmocka_unit_test(allocation_fails),
	};
	return cmocka_run_group_tests_name("records", tests, NULL, NULL);
}
