/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "ref_jsonl.h"
#include "text/jsonl.h"

/* In a block of its own, so that reading past the end is seen. */
static tok_status find(struct tk_jsonl *j, tok_bytes line, tok_buf *out)
{
	uint8_t *exact = malloc(line.n + 1);
	tok_bytes text;

	assert_non_null(exact);
	if (line.n)
		memcpy(exact + 1, line.p, line.n);
	j->field = BYTES("text");
	out->n = 0;
	tok_status st = tk_jsonl_find(j, (tok_bytes){exact + 1, line.n},
				      &text);
	if (!st)
		assert_ok(tk_buf_append(out, text.p, text.n));
	free(exact);
	return st;
}

static void check(tok_bytes line, tok_status status, tok_bytes want)
{
	struct tk_jsonl j = {0};
	tok_buf out = {0};

	assert_int_equal(find(&j, line, &out), status);
	if (!status)
		assert_true(tk_bytes_equal((tok_bytes){out.p, out.n}, want));
	tok_buf_release(&out);
	tok_buf_release(&j.text);
}

static void finds(void **state)
{
	(void)state;
	check(BYTES("{\"text\":\"abc\"}"), TOK_OK, BYTES("abc"));
	check(BYTES(" { \"text\" : \"\" } \r"), TOK_OK, BYTES(""));
	check(BYTES("{\"a\":{\"text\":\"no\"},\"text\":\"yes\",\"b\":[1,{}]}"),
	      TOK_OK, BYTES("yes"));
	check(BYTES("{\"t\\u0065xt\":\"named by an escape\"}"), TOK_OK,
	      BYTES("named by an escape"));
	check(BYTES("{\"text\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D"
		    "\\ude00\\u0000.\"}"),
	      TOK_OK, BYTES("\"\\/\b\f\n\r\t\u00E9\U0001F600\0."));
	check(BYTES("{\"text\":\"a name with \\\\ after\",\"\\n\":1}"), TOK_OK,
	      BYTES("a name with \\ after"));
	check(BYTES("{\"text\":\"\u6771\U0001F600\",\"n\":-0.5e+7}"), TOK_OK,
	      BYTES("\u6771\U0001F600"));
	check(BYTES("{\"x\":[true,false,null,0,-1,1E5,[],{}],\"text\":\"z\"}"),
	      TOK_OK, BYTES("z"));
}

static void last_of_a_name_counts(void **state)
{
	(void)state;
	check(BYTES("{\"text\":\"a\",\"text\":\"b\"}"), TOK_OK, BYTES("b"));
	check(BYTES("{\"text\":\"a\",\"text\":1}"), TOK_E_MISMATCH, BYTES(""));
	check(BYTES("{\"text\":1,\"text\":\"\\n\"}"), TOK_OK, BYTES("\n"));
}

static void has_no_such_string(void **state)
{
	(void)state;
	check(BYTES("{}"), TOK_E_MISMATCH, BYTES(""));
	check(BYTES("{\"Text\":\"a\"}"), TOK_E_MISMATCH, BYTES(""));
	check(BYTES("{\"text\":null}"), TOK_E_MISMATCH, BYTES(""));
	check(BYTES("{\"text\":[\"a\"]}"), TOK_E_MISMATCH, BYTES(""));
	check(BYTES(""), TOK_END, BYTES(""));
	check(BYTES(" \t\r"), TOK_END, BYTES(""));
}

static void malformed(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"x", "[]", "\"text\"", "{", "{\"text\"", "{\"text\":",
		"{\"text\":\"", "{\"text\":\"a\"", "{\"text\":\"a\",}",
		"{\"text\":\"a\"}x", "{\"text\":\"a\"}{}", "{text:\"a\"}",
		"{\"text\":'a'}", "{\"text\":\"\\x\"}", "{\"text\":\"\\u12\"}",
		"{\"text\":\"\\u123g\"}", "{\"text\":\"\\", "{\"text\":\"\\u",
		"{\"text\":\"\\ud800\"}", "{\"text\":\"\\udc00\"}",
		"{\"text\":\"\\ud800\\u0041\"}", "{\"text\":\"\\ud800\\ud800\"}",
		"{\"text\":\"\\ud83d\\ude0", "{\"text\":\"a\tb\"}",
		"{\"text\":\"\xFF\"}", "{\"text\":\"\xED\xA0\x80\"}",
		"{\"text\":\"\xC0\x80\"}", "{\"text\":\"\xE2\x82", "{\"\xFF\":1}",
		"{\"a\":01}", "{\"a\":-}", "{\"a\":1.}", "{\"a\":.5}",
		"{\"a\":1e}", "{\"a\":+1}", "{\"a\":NaN}", "{\"a\":nul}",
		"{\"a\":True}", "{\"a\":[1,]}", "{\"a\":[1}", "{\"a\":{\"b\"}}",
		"{\"a\" 1}", "{,}", "{\"a\":1 \"b\":2}", "\xEF\xBB\xBF{}"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct tk_jsonl j = {0};
		tok_buf out = {0};
		tok_bytes line = tok_bytes_of(bad[i]);

		assert_int_equal(find(&j, line, &out), TOK_E_MALFORMED);
		assert_non_null(j.why);
		assert_true(j.at <= line.n);
		tok_buf_release(&out);
		tok_buf_release(&j.text);
	}
}

static void depth_is_limited(void **state)
{
	(void)state;
	for (int depth = 510; depth < 515; depth++) {
		tok_buf line = {0};

		assert_ok(tk_buf_text(&line, "{\"text\":\"a\",\"b\":"));
		for (int i = 1; i < depth; i++)
			assert_ok(tk_buf_text(&line, "["));
		for (int i = 1; i < depth; i++)
			assert_ok(tk_buf_text(&line, "]"));
		assert_ok(tk_buf_text(&line, "}"));
		check((tok_bytes){line.p, line.n},
		      depth <= 512 ? TOK_OK : TOK_E_MALFORMED, BYTES("a"));
		tok_buf_release(&line);
	}
}

/* Lines that are put together from bits of JSON, against jansson. */
static void matches_reference(void **state)
{
	(void)state;
	static const char *const bit[] = {
		"{", "}", "[", "]", ":", ",", "\"", "\"text\":", "\"a\":",
		"\"b\"", "1", "-0.5", "0", "e3", "true", "null", " ", "\\",
		"\\n", "\\u00e9", "\\ud83d\\ude00", "\\ud83d", "\u00E9", "\xFF",
		"{\"text\":\"", "\"}", "\",", "{\"x\":[", "plain text"};
	uint64_t seed = 1;
	size_t n_ok = 0;

	for (int round = 0; round < 200000; round++) {
		struct tk_jsonl j = {0};
		tok_buf line = {0}, ours = {0}, theirs = {0};
		size_t n = 1 + unit_below(&seed, 7);

		if (round % 2)
			assert_ok(tk_buf_text(&line, "{\"text\":\"a"));
		for (size_t i = 0; i < n; i++)
			assert_ok(tk_buf_text(
				&line, bit[unit_below(&seed,
						      sizeof(bit) /
							      sizeof(*bit))]));
		if (round % 3)
			assert_ok(tk_buf_text(&line, "\"}"));
		tok_bytes all = {line.p, line.n};
		tok_status st = find(&j, all, &ours);
		tok_status want = ref_jsonl("text", all, &theirs);
		if (want != TOK_E_UNSUPPORTED) {
			if (st != want)
				fail_msg("%.*s: %d, not %d", (int)line.n,
					 (const char *)line.p, st, want);
			assert_true(tk_bytes_equal(
				(tok_bytes){ours.p, ours.n},
				(tok_bytes){theirs.p, theirs.n}));
		}
		n_ok += !st;
		tok_buf_release(&line);
		tok_buf_release(&ours);
		tok_buf_release(&theirs);
		tok_buf_release(&j.text);
	}
	assert_true(n_ok > 1000);
}

/* As jansson: status and text. */
static void same_as_reference(tok_buf *line)
{
	struct tk_jsonl j = {0};
	tok_buf ours = {0}, theirs = {0};
	tok_bytes all = {line->p, line->n};
	tok_status st = find(&j, all, &ours);
	tok_status want = ref_jsonl("text", all, &theirs);

	if (st != want || !tk_bytes_equal((tok_bytes){ours.p, ours.n},
					  (tok_bytes){theirs.p, theirs.n}))
		fail_msg("%.*s: %d, not %d", (int)line->n,
			 (const char *)line->p, st, want);
	tok_buf_release(&ours);
	tok_buf_release(&theirs);
	tok_buf_release(&j.text);
}

/* {"text":"ab..."}, n plain letters on both sides of what is between. */
static void between_letters(tok_bytes between, size_t before, size_t behind)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
	tok_buf line = {0};

	assert_ok(tk_buf_text(&line, "{\"text\":\""));
	assert_ok(tk_buf_append(&line, letters, before));
	assert_ok(tk_buf_append(&line, between.p, between.n));
	assert_ok(tk_buf_append(&line, letters, behind));
	assert_ok(tk_buf_text(&line, "\"}"));
	same_as_reference(&line);
	tok_buf_release(&line);
}

/* Eight bytes are looked at together: each byte at each place of them, alone,
 * as an escape, and behind others that are special. */
static void every_byte_at_every_place(void **state)
{
	(void)state;
	static const char *const first[] = {"", "\\", "\\n", "\u6771"};

	for (size_t i = 0; i < sizeof(first) / sizeof(*first); i++) {
		for (unsigned byte = 0; byte < 256; byte++) {
			uint8_t b = (uint8_t)byte;
			tok_buf between = {0};

			assert_ok(tk_buf_text(&between, first[i]));
			assert_ok(tk_buf_append(&between, &b, 1));
			tok_bytes all = {between.p, between.n};
			for (size_t n = 0; n < 17; n++)
				between_letters(all, n, 17 - n);
			tok_buf_release(&between);
		}
	}
}

/* All that four hexadecimal digits can name, and in their place, each byte. */
static void every_escape(void **state)
{
	(void)state;
	char text[] = "\\u0000";
	tok_bytes escape = {(const uint8_t *)text, 6};

	for (unsigned c = 0; c < 0x10000; c++) {
		(void)snprintf(text, sizeof(text),
			       c % 2 ? "\\u%04x" : "\\u%04X", c);
		between_letters(escape, 1, 8 * (c % 2));
	}
	for (size_t at = 2; at < 6; at++) {
		for (unsigned byte = 0; byte < 256; byte++) {
			memcpy(text, "\\u4e2d", sizeof(text));
			text[at] = (char)byte;
			between_letters(escape, 0, 8 * (byte % 2));
		}
	}
}

/* A high surrogate and what follows, whole or cut off by the string's end. */
static void every_pair(void **state)
{
	(void)state;
	char text[] = "\\ud800\\u0000";

	for (unsigned c = 0; c < 0x10000; c += 0x1F) {
		(void)snprintf(text, sizeof(text), "\\ud8%02x\\u%04x",
			       c & 0xFF, c);
		between_letters(tok_bytes_of(text), c % 9, 1);
	}
	(void)snprintf(text, sizeof(text), "\\udbff\\udfff");
	for (size_t n = 0; n <= 12; n++)
		between_letters((tok_bytes){(const uint8_t *)text, n}, 3, 0);
}

/* Three bytes of every lead and second byte, near the end and far from it. */
static void every_three_bytes(void **state)
{
	(void)state;
	static const uint8_t third[] = {0x00, 0x22, 0x7F, 0x80, 0xBF, 0xC0};

	for (unsigned lead = 0xC0; lead < 0x100; lead++) {
		for (unsigned i = 0; i < 256 * sizeof(third); i++) {
			uint8_t c[] = {0xE6, 0x9D, 0xB1, (uint8_t)lead,
				       (uint8_t)(i / sizeof(third)),
				       third[i % sizeof(third)]};
			between_letters((tok_bytes){c, sizeof(c)}, i % 2,
					i % 3 * 4);
		}
	}
}

static tok_status find_escaped(const tok_alloc *alloc, void *ctx)
{
	struct tk_jsonl j = {.field = BYTES("text"), .text.alloc = alloc};
	tok_bytes text;
	(void)ctx;

	tok_status st = tk_jsonl_find(
		&j,
		BYTES("{\"\\u0061\":1,\"text\":\"\\n and more of it, so that "
		      "the buffer must grow twice\"}"),
		&text);
	tok_buf_release(&j.text);
	return st;
}

static void allocation_fails(void **state)
{
	(void)state;
	unit_fail_each(find_escaped, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds),
		cmocka_unit_test(last_of_a_name_counts),
		cmocka_unit_test(has_no_such_string),
		cmocka_unit_test(malformed),
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(matches_reference),
		cmocka_unit_test(every_byte_at_every_place),
		cmocka_unit_test(every_escape),
		cmocka_unit_test(every_pair),
		cmocka_unit_test(every_three_bytes),
		cmocka_unit_test(allocation_fails),
	};
	return cmocka_run_group_tests_name("jsonl", tests, NULL, NULL);
}
