/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/json.h"

static void reads_what_it_says(void **state)
{
	tk_json *root;
	uint64_t n;

	(void)state;
	assert_ok(tk_json_parse(
		BYTES("{\"a\": [1, 2.5, -1, \"x\\u00e9\"], \"b\": null}"),
		&root, NULL));
	const tk_json *a = tk_json_member(root, "a");
	assert_true(tk_json_is_object(root) && tk_json_is_array(a));
	assert_int_equal(tk_json_n_items(a), 4);
	assert_true(tk_json_u64(tk_json_item(a, 0), &n) && n == 1);
	assert_false(tk_json_u64(tk_json_item(a, 1), &n));
	assert_false(tk_json_u64(tk_json_item(a, 2), &n));
	assert_string_equal(tk_json_string(tk_json_item(a, 3)), "x\xc3\xa9");
	assert_null(tk_json_item(a, 4));
	assert_true(tk_json_is_null(tk_json_member(root, "b")));
	assert_null(tk_json_member(root, "c"));
	assert_null(tk_json_member(a, "a"));
	assert_null(tk_json_string(NULL));
	assert_false(tk_json_u64(NULL, &n));
	tk_json_free(root);
	tk_json_free(NULL);
}

static void types(void **state)
{
	tk_json *root;
	bool b = false;

	(void)state;
	assert_ok(tk_json_parse_loosely(
		BYTES("[\"a\\u0000b\", \"\", true, false, 1, 1.5, null, {}]"),
		&root, NULL));
	tok_bytes s = tk_json_bytes(tk_json_item(root, 0));
	assert_int_equal(s.n, 3);
	assert_memory_equal(s.p, "a\0b", 3);
	s = tk_json_bytes(tk_json_item(root, 1));
	assert_true(s.p && !s.n);
	for (size_t i = 2; i < 9; i++) {
		const tk_json *v = tk_json_item(root, i);

		s = tk_json_bytes(v);
		assert_true(!s.p && !s.n);
		assert_int_equal(tk_json_is_number(v), i == 4 || i == 5);
		b = i == 3;
		assert_int_equal(tk_json_bool(v, &b), i == 2 || i == 3);
		assert_int_equal(b, i == 2);
	}
	assert_false(tk_json_bool(tk_json_item(root, 0), &b));
	assert_false(tk_json_is_number(tk_json_item(root, 0)));
	tk_json_free(root);
	/* Other readers take no NUL. */
	assert_int_equal(tk_json_parse(BYTES("[\"a\\u0000b\"]"), &root, NULL),
			 TOK_E_MALFORMED);
}

static void refuses_what_is_wrong(void **state)
{
	static const char *const wrong[] = {
		"",	  "{",	   "{\"a\":1,\"a\":2}", "[1] 2",
		"[01]",	  "['a']", "\"\\u0000\"",	"[9223372036854775808]",
		"[1,]",	  "nul",   "[\"\xff\"]",	"[\"a",
		"[\"a\\", "{1:2}", "\xef\xbb\xbf{}",
	};
	tok_error err;
	tk_json *root;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(tk_json_parse(tok_bytes_of(wrong[i]), &root,
					       &err),
				 TOK_E_MALFORMED);
		assert_null(root);
		assert_true(strlen(err.text) > 10);
	}
}

static void depth_is_limited(void **state)
{
	char deep[131];
	tk_json *root;
	tok_error err;

	(void)state;
	memset(deep, '[', 65);
	memset(deep + 65, ']', 65);
	assert_int_equal(tk_json_parse((tok_bytes){(uint8_t *)deep, 130},
				       &root, &err), TOK_E_LIMIT);
	assert_int_equal(err.at, 64);
	assert_ok(tk_json_parse((tok_bytes){(uint8_t *)deep + 1, 128}, &root,
				&err));
	tk_json_free(root);
	/* Brackets in strings are no nesting. */
	memset(deep, '[', sizeof(deep));
	memcpy(deep, "[\"", 2);
	memcpy(deep + 129, "\"]", 2);
	assert_ok(tk_json_parse((tok_bytes){(uint8_t *)deep, 131}, &root,
				&err));
	tk_json_free(root);
}

static void spans(void **state)
{
	tok_bytes text = BYTES("{ \"x\" : {\"s\":1} ,\"t\":\"s\", \"s\": "
			       "[\"}\\\"\", {\"y\" : 2}]\n}");
	tok_bytes got;

	(void)state;
	assert_true(tk_json_span(text, "s", &got));
	assert_int_equal(got.n, strlen("[\"}\\\"\", {\"y\" : 2}]"));
	assert_memory_equal(got.p, "[\"}\\\"\", {\"y\" : 2}]", got.n);
	assert_true(tk_json_span(text, "x", &got));
	assert_int_equal(got.n, strlen("{\"s\":1}"));
	assert_false(tk_json_span(text, "y", &got));
	assert_false(tk_json_span(BYTES("{}"), "y", &got));
}

static void put_example(struct tk_json_out *out)
{
	tk_json_put_object(out, NULL);
	tk_json_put_string(out, "a", "q\"\\\n\x01\x7f\xc3\xa9");
	tk_json_put_array(out, "b");
	tk_json_put_u64(out, NULL, UINT64_MAX);
	tk_json_put_null(out, NULL);
	tk_json_put_end(out);
	tk_json_put_object(out, "c");
	tk_json_put_end(out);
	tk_json_put_raw(out, "d", "{\"x\":1}");
	tk_json_put_end(out);
}

static void check_out(unsigned n_line_levels, const char *want)
{
	struct tk_json_out out;

	tk_json_out_init(&out, NULL, n_line_levels);
	put_example(&out);
	assert_ok(out.status);
	assert_int_equal(out.buf.n, strlen(want));
	assert_memory_equal(out.buf.p, want, out.buf.n);
	tk_json_out_release(&out);
}

static void writes_as_python_does(void **state)
{
	(void)state;
	check_out(0, "{\"a\": \"q\\\"\\\\\\n\\u0001\\u007f\xc3\xa9\", \"b\": "
		     "[18446744073709551615, null], \"c\": {}, \"d\": "
		     "{\"x\":1}}");
}

static void writes_on_lines(void **state)
{
	(void)state;
	check_out(1, "{\n\t\"a\": \"q\\\"\\\\\\n\\u0001\\u007f\xc3\xa9\",\n\t"
		     "\"b\": [18446744073709551615, null],\n\t\"c\": {},\n\t"
		     "\"d\": {\"x\":1}\n}");
	check_out(2, "{\n\t\"a\": \"q\\\"\\\\\\n\\u0001\\u007f\xc3\xa9\",\n\t"
		     "\"b\": [\n\t\t18446744073709551615,\n\t\tnull\n\t],\n\t"
		     "\"c\": {},\n\t\"d\": {\"x\":1}\n}");
}

static void strings_must_be_utf8(void **state)
{
	struct tk_json_out out;

	(void)state;
	tk_json_out_init(&out, NULL, 0);
	tk_json_put_string(&out, NULL, "\xff");
	tk_json_put_null(&out, NULL);
	assert_int_equal(out.status, TOK_E_ARGUMENT);
	tk_json_out_release(&out);
}

static tok_status write_example(const tok_alloc *alloc, void *ctx)
{
	struct tk_json_out out;

	(void)ctx;
	tk_json_out_init(&out, alloc, 2);
	put_example(&out);
	tok_status st = out.status;
	tk_json_out_release(&out);
	return st;
}

static void failing_memory(void **state)
{
	(void)state;
	unit_fail_each(write_example, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_it_says),
		cmocka_unit_test(types),
		cmocka_unit_test(refuses_what_is_wrong),
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(spans),
		cmocka_unit_test(writes_as_python_does),
		cmocka_unit_test(writes_on_lines),
		cmocka_unit_test(strings_must_be_utf8),
		cmocka_unit_test(failing_memory),
	};
	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
