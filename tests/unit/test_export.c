/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "model/export.h"
#include "toy.h"

static tok_model *own_model(void)
{
	static struct toy toy;
	uint64_t random = 4;
	tok_model *m;

	toy_init(&toy, &random, 12, 3);
	struct tk_spec spec = toy_spec(&toy);
	assert_ok(tk_model_build(&spec, NULL, &m, NULL));
	return m;
}

static void formats_have_names(void **state)
{
	(void)state;
	assert_string_equal(tok_model_format_name(TOK_FORMAT_TOK), "tok");
	assert_string_equal(tok_model_format_name(TOK_FORMAT_HUGGINGFACE),
			    "huggingface");
	assert_null(tok_model_format_name((tok_model_format)3));
}

/* What is exported is appended, and is read as what it was. */
static void our_own_is_the_file(void **state)
{
	tok_model *m = own_model(), *read;
	tok_buf out = {0};

	(void)state;
	assert_ok(tk_buf_text(&out, "before"));
	assert_ok(tok_model_export(m, TOK_FORMAT_TOK, NULL, &out, NULL));
	assert_memory_equal(out.p, "before", 6);
	assert_ok(tok_model_parse((tok_bytes){out.p + 6, out.n - 6}, NULL,
				  &read, NULL));
	assert_memory_equal(&read->fingerprint, &m->fingerprint,
			    sizeof(tok_digest));
	tok_model_free(read);
	tok_model_free(m);
	tok_buf_release(&out);
}

static void wrong_arguments_are_told(void **state)
{
	tok_model *m = own_model();
	tok_export_options o = {0};
	tok_buf out = {0};

	(void)state;
	assert_int_equal(tok_model_export(m, TOK_FORMAT_TOK, &o, &out, NULL),
			 TOK_E_ARGUMENT);
	tok_export_options_defaults(&o, sizeof(o));
	assert_false(o.allow_differences);
	assert_int_equal(tok_model_export(m, (tok_model_format)7, &o, &out,
					  NULL), TOK_E_ARGUMENT);
	assert_int_equal(out.n, 0);
	tok_model_free(m);
}

static void helpers(void **state)
{
	char name[TK_RESERVED_NAME];
	tok_model *m = own_model();

	(void)state;
	assert_true(tk_export_is_utf8(BYTES("a\xC3\xA9")));
	assert_true(tk_export_is_utf8(BYTES("")));
	assert_false(tk_export_is_utf8(BYTES("a\xC3")));
	assert_true(tk_bytes_equal(tk_export_reserved_name(300, name),
				   BYTES("<reserved_300>")));
	assert_true(tk_export_is_of_bytes(m));
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_have_names),
		cmocka_unit_test(our_own_is_the_file),
		cmocka_unit_test(wrong_arguments_are_told),
		cmocka_unit_test(helpers),
	};
	return cmocka_run_group_tests_name("export", tests, NULL, NULL);
}
