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

/* As few letters as make a separator's beginning, its end and its overlaps
 * with itself likely. */
static tok_bytes random_text(uint64_t *seed, uint8_t *p, size_t room)
{
	tok_bytes text = {p, unit_below(seed, room)};

	for (size_t i = 0; i < text.n; i++)
		p[i] = (uint8_t)('a' + unit_below(seed, 2));
	return text;
}

/* The next whole record in *got, which takes the place of its text. */
static tok_status join(struct tk_records *r, struct tk_unpack *from,
		       struct tk_record *whole, tok_buf *got)
{
	struct tk_record part;
	tok_status st;

	got->n = 0;
	do {
		st = tk_records_next(r, from, &part, NULL);
		if (st)
			return st;
		assert_int_equal(part.offset, got->n);
		if (got->n) {
			assert_int_equal(part.at, whole->at);
			assert_int_equal(part.line, whole->line);
		}
		if (part.goes_on) {
			assert_int_equal(part.text.n, r->max_part);
			assert_int_equal(part.separator_size, 0);
		} else {
			assert_true(part.text.n <= r->max_part);
			assert_true(part.text.n || !got->n);
		}
		assert_ok(tk_buf_append(got, part.text.p, part.text.n));
		*whole = part;
	} while (part.goes_on);
	return TOK_OK;
}

static void parts_are_the_record(void **state)
{
	(void)state;
	static const char *const seps[] = {"",   "a",   "aa",  "ab",
					   "aab", "aba", "abab", "aaaa"};
	uint64_t seed = 11;

	for (int round = 0; round < 20000; round++) {
		uint8_t letters[80];
		tok_bytes sep = tok_bytes_of(seps[unit_below(&seed, 8)]);
		tok_bytes text = random_text(&seed, letters, sizeof(letters));
		struct tk_unpack once = {text, 80, 1, 0};
		struct tk_unpack bits = {text, 1 + unit_below(&seed, 30),
					 seed, 0};
		struct tk_records whole = {.separator = sep,
					   .max_record = 80};
		struct tk_records parted = whole;
		struct tk_record a, b;
		tok_buf got = {0};
		tok_status st;

		parted.max_part = 1 + unit_below(&seed, 20);
		tk_records_start(&whole, "test");
		tk_records_start(&parted, "test");
		do {
			st = tk_records_next(&whole, &once, &a, NULL);
			assert_int_equal(join(&parted, &bits, &b, &got), st);
			if (st)
				break;
			assert_true(tk_bytes_equal(
				a.text, (tok_bytes){got.p, got.n}));
			assert_int_equal(a.separator_size, b.separator_size);
			assert_int_equal(a.at, b.at);
			assert_int_equal(a.line, b.line);
			assert_false(a.goes_on || a.offset);
		} while (true);
		assert_int_equal(st, TOK_END);
		tok_buf_release(&got);
		tk_records_release(&whole);
		tk_records_release(&parted);
	}
}

/* A part is there as soon as it is certain that more of its record follows,
 * which is where no separator can begin behind it. */
static void parts_do_not_wait(void **state)
{
	(void)state;
	struct tk_unpack from = {BYTES("aaa\r\n%.aa\n%\n"), 1, 1, 0};
	struct tk_records r = {.separator = BYTES("\n%\n"),
			       .max_record = 99,
			       .max_part = 4};
	struct tk_record record;

	tk_records_start(&r, "test");
	assert_ok(tk_records_next(&r, &from, &record, NULL));
	assert_true(record.goes_on);
	assert_int_equal(from.n_calls, 7);
	assert_ok(tk_records_next(&r, &from, &record, NULL));
	assert_true(record.goes_on);
	assert_int_equal(from.n_calls, 11);
	assert_ok(tk_records_next(&r, &from, &record, NULL));
	assert_false(record.goes_on);
	assert_true(tk_bytes_equal(record.text, BYTES("a")));
	assert_int_equal(from.n_calls, 12);
	tk_records_release(&r);
}

/* The same parts come before the limit, however the reads arrive. */
static void limit_of_parts(void **state)
{
	(void)state;
	static const char *const seps[] = {"\n", "--", ""};
	static const uint8_t text[64] = {0};

	for (size_t most = 1; most <= sizeof(text); most += 7)
		for (size_t max = 40; max <= 64; max++) {
			struct tk_unpack from = {{text, sizeof(text)}, most,
						 most, 0};
			struct tk_records r = {
				.separator = tok_bytes_of(seps[max % 3]),
				.max_record = max,
				.max_part = 10};
			struct tk_record record;
			tok_error err;
			tok_status st;
			size_t n = 0;

			tk_records_start(&r, "a.txt");
			while (!(st = tk_records_next(&r, &from, &record,
						      &err)))
				n++;
			if (max == 64) {
				assert_int_equal(st, TOK_END);
				assert_int_equal(n, 7);
			} else {
				assert_int_equal(st, TOK_E_LIMIT);
				assert_int_equal(n, max / 10);
				assert_int_equal(err.at, 0);
			}
			tk_records_release(&r);
		}
}

/* Records up to twice a part, and a last one that is far longer. */
static void separate(uint8_t *text, size_t n, size_t max_part, uint64_t *seed)
{
	memset(text, 'x', n);
	for (size_t at = 0; at < n / 2; at += 1 + unit_below(seed, 2 * max_part))
		text[at] = '\n';
}

/* However long the record: a part, a separator and a read, and at most half
 * as much again. */
static void buffer_is_bounded(void **state)
{
	(void)state;
	enum { TEXT = 1 << 23, FIRST = 1 << 18, READ = 1 << 14 };
	static const size_t parts[] = {1000, FIRST - READ, FIRST, 1000000};
	static const char *const seps[] = {"", "\n", "\nx"};
	uint8_t *text = malloc(TEXT);
	uint64_t seed = 2;

	assert_non_null(text);
	for (size_t i = 0; i < 24; i++) {
		struct unit_alloc u;
		struct tk_unpack from = {{text, TEXT}, i % 8 < 4 ? TEXT : 50000,
					 i, 0};
		struct tk_records r = {.separator = tok_bytes_of(seps[i % 3]),
				       .max_record = TEXT,
				       .max_part = parts[i % 4],
				       .alloc = &u.alloc};
		struct tk_record record;
		uint64_t n = 0;

		separate(text, TEXT, r.max_part, &seed);
		unit_alloc_init(&u);
		tk_records_start(&r, "test");
		while (!tk_records_next(&r, &from, &record, NULL))
			n += record.text.n + record.separator_size;
		assert_int_equal(n, TEXT);
		size_t bound = r.max_part + r.separator.n + READ;
		bound += bound / 2 + 16;
		assert_true(u.peak <= (bound > FIRST ? bound : FIRST));
		tk_records_release(&r);
		unit_alloc_check(&u);
	}
	free(text);
}

struct long_text {
	tok_bytes text;
	size_t max_part;
};

static tok_status read_long(const tok_alloc *alloc, void *ctx)
{
	const struct long_text *in = ctx;
	struct tk_unpack from = {in->text, 1 << 20, 1, 0};
	struct tk_records r = {.max_record = 1 << 24,
			       .max_part = in->max_part,
			       .alloc = alloc};
	struct tk_record record;
	tok_error err;

	tk_records_start(&r, "long.txt");
	tok_status st;
	do
		st = tk_records_next(&r, &from, &record, &err);
	while (!st && record.goes_on);
	if (st)
		assert_non_null(strstr(err.text, "long.txt"));
	tk_records_release(&r);
	return st;
}

static void allocation_fails(void **state)
{
	(void)state;
	struct long_text in = {{calloc(1, 2000000), 2000000}, 0};

	unit_fail_each(read_long, &in);
	in.max_part = 700000;
	unit_fail_each(read_long, &in);
	free((void *)in.text.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts),	    cmocka_unit_test(does_not_wait),
		cmocka_unit_test(limit),    cmocka_unit_test(sizes),
		cmocka_unit_test(parts_are_the_record),
		cmocka_unit_test(parts_do_not_wait),
		cmocka_unit_test(limit_of_parts),
		cmocka_unit_test(buffer_is_bounded),
		cmocka_unit_test(allocation_fails),
	};
	return cmocka_run_group_tests_name("records", tests, NULL, NULL);
}
