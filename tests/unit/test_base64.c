/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/base64.h"
#include "base/buf.h"

static tok_status decode(const char *text, tok_buf *out)
{
	out->n = 0;
	return tk_base64_decode(tok_bytes_of(text), out);
}

/* RFC 4648, section 10. */
static void known_answers(void **state)
{
	static const char *const pair[][2] = {
		{"", ""},	    {"Zg==", "f"},	  {"Zm8=", "fo"},
		{"Zm9v", "foo"},    {"Zm9vYg==", "foob"}, {"Zm9vYmE=", "fooba"},
		{"Zm9vYmFy", "foobar"}};
	tok_buf out = {0};

	(void)state;
	for (size_t i = 0; i < 7; i++) {
		assert_ok(decode(pair[i][0], &out));
		assert_int_equal(out.n, strlen(pair[i][1]));
		if (out.n)
			assert_memory_equal(out.p, pair[i][1], out.n);
	}
	assert_ok(decode("+/8=", &out));
	assert_int_equal(out.p[0], 0xFB);
	assert_int_equal(out.p[1], 0xFF);
	tok_buf_release(&out);
}

static void one_text_for_each_string(void **state)
{
	static const char *const wrong[] = {"A",    "AA",   "AAA",  "A===",
					    "====", "AA=A", "AB==", "AAB=",
					    "AA==AAAA", "A AA", "AA-_", "AAAA="};
	tok_buf out = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_int_equal(decode(wrong[i], &out), TOK_E_MALFORMED);
		assert_int_equal(out.n, 0);
	}
	tok_buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_answers),
		cmocka_unit_test(one_text_for_each_string),
	};
	return cmocka_run_group_tests_name("base64", tests, NULL, NULL);
}
