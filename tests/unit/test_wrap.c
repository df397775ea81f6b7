/* SPDX-License-Identifier: Apache-2.0 */
#include "rows_text.h"

static char text[1000];

static void plan(const size_t *length, size_t n)
{
	rows_text(TOK_METHOD_WRAP, 10, 64, length, n, text, sizeof(text));
}

static void cut_where_the_row_is_full(void **state)
{
	(void)state;
	plan(LENGTHS(4, 9, 3));
	assert_string_equal(text, "0:4 1:6 | 1:3 2:3");
	plan(LENGTHS(4, 6, 3));
	assert_string_equal(text, "0:4 1:6 | 2:3");
}

static void a_document_over_many_rows(void **state)
{
	(void)state;
	plan(LENGTHS(4, 36, 0, 2));
	assert_string_equal(text, "0:4 1:6 | 1:10 | 1:10 | 1:10 | 3:2");
	plan(LENGTHS(4, 37));
	assert_string_equal(text, "0:4 1:6 | 1:10 | 1:10 | 1:10 | 1:1");
}

/* The policy for over-long documents is not for wrapping. */
static void over_long_never_matters(void **state)
{
	static const tok_id ids[25];
	tok_pack_options o;
	tok_packer *p;
	tok_ledger l;

	(void)state;
	tok_pack_options_defaults(&o, sizeof(o));
	o.row_len = 10;
	o.method = TOK_METHOD_WRAP;
	for (int policy = 0; policy < 4; policy++) {
		o.over_long = (tok_over_long)policy;
		assert_ok(tok_packer_new(&o, &p));
		assert_ok(tok_packer_add(p, ids, 25, 0));
		tok_packer_ledger(p, &l);
		assert_int_equal(l.tokens_stored, 25);
		assert_int_equal(l.documents_split, 1);
		tok_packer_free(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_where_the_row_is_full),
		cmocka_unit_test(a_document_over_many_rows),
		cmocka_unit_test(over_long_never_matters),
	};
	return cmocka_run_group_tests_name("wrap", tests, NULL, NULL);
}
