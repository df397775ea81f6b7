/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "sentencepiece_write.h"
#include "toy.h"

static tok_load_options defaults(void)
{
	tok_load_options o;

	tok_load_options_defaults(&o, sizeof(o));
	return o;
}

static tok_model *own_model(void)
{
	static struct toy toy;
	uint64_t random = 41;
	tok_model *m;

	toy_init(&toy, &random, 10, 3);
	struct tk_spec spec = toy_spec(&toy);
	assert_ok(tk_model_build(&spec, NULL, &m, NULL));
	return m;
}

/* The format is seen in the bytes, whatever the name. */
static void loads_either_format(void **state)
{
	char *dir = unit_temp_dir(), *own = unit_path(dir, "own.model");
	char *sp = unit_path(dir, "sp.tok");
	tok_model *made = own_model(), *m;
	tok_buf file = {0};

	(void)state;
	assert_ok(tok_model_save(made, own, 0, NULL));
	assert_ok(tok_model_load(own, NULL, &m, NULL));
	assert_int_equal(m->arithmetic, TK_INTEGER);
	assert_memory_equal(&m->fingerprint, &made->fingerprint,
			    sizeof(tok_digest));
	tok_model_free(m);
	tok_model_free(made);

	put_least(&file);
	unit_write_file(sp, (tok_bytes){file.p, file.n});
	assert_ok(tok_model_load(sp, NULL, &made, NULL));
	assert_int_equal(made->arithmetic, TK_SP_FLOAT);
	assert_ok(tok_model_parse((tok_bytes){file.p, file.n}, NULL, &m,
				  NULL));
	assert_memory_equal(&m->fingerprint, &made->fingerprint,
			    sizeof(tok_digest));
	tok_model_free(m);

	/* Saved, it is one of ours and means the same. */
	assert_ok(tok_model_save(made, own, 1, NULL));
	assert_ok(tok_model_load(own, NULL, &m, NULL));
	assert_memory_equal(&m->fingerprint, &made->fingerprint,
			    sizeof(tok_digest));
	assert_int_equal(m->arithmetic, TK_SP_FLOAT);
	tok_model_free(m);
	tok_model_free(made);
	tok_buf_release(&file);
	free(own);
	free(sp);
	unit_remove_dir(dir);
}

static void rules_are_chosen(void **state)
{
	tok_load_options o = defaults();
	tok_buf file = {0};
	tok_model *m;

	(void)state;
	put_least(&file);
	o.sp_rules = TOK_SP_RULES_0_2_1;
	assert_ok(tok_model_parse((tok_bytes){file.p, file.n}, &o, &m, NULL));
	assert_int_equal(m->arithmetic, TK_SP_FLOAT_OLD);
	tok_model_free(m);
	tok_buf_release(&file);
}

static void refuses(tok_bytes bytes, const tok_load_options *o,
		    tok_status want)
{
	tok_model *m = (tok_model *)&bytes;
	tok_error err = {0};

	assert_int_equal(tok_model_parse(bytes, o, &m, &err), want);
	assert_null(m);
	assert_int_equal(err.code, want);
	assert_true(strlen(err.text) > 0);
}

static void says_what_is_wrong(void **state)
{
	tok_load_options o = defaults();
	tok_model *m = (tok_model *)&o;
	tok_error err = {0};

	(void)state;
	refuses(BYTES(""), NULL, TOK_E_FORMAT);
	refuses(BYTES("Once upon a time"), NULL, TOK_E_FORMAT);
	refuses(BYTES("\nOnce upon a time"), NULL, TOK_E_FORMAT);
	o.max_file = 3;
	refuses(BYTES("Once"), &o, TOK_E_LIMIT);
	refuses(BYTES("Onc"), &o, TOK_E_FORMAT);
	o.size = 0;
	refuses(BYTES("Onc"), &o, TOK_E_ARGUMENT);
	assert_int_equal(tok_model_load("/nowhere/at all", NULL, &m, &err),
			 TOK_E_IO);
	assert_null(m);
	assert_non_null(strstr(err.text, "/nowhere/at all"));
	m = (tok_model *)&o;
	assert_int_equal(tok_model_load("x", &o, &m, NULL), TOK_E_ARGUMENT);
	assert_null(m);
}

static tok_status parse(const tok_alloc *alloc, void *ctx)
{
	const tok_buf *file = ctx;
	tok_load_options o = defaults();
	tok_model *m;

	o.alloc = alloc;
	tok_status st = tok_model_parse((tok_bytes){file->p, file->n}, &o, &m,
					NULL);
	assert_true(!st == !!m);
	tok_model_free(m);
	return st;
}

static tok_status load(const tok_alloc *alloc, void *ctx)
{
	tok_load_options o = defaults();
	tok_model *m;

	o.alloc = alloc;
	tok_status st = tok_model_load(ctx, &o, &m, NULL);
	assert_true(!st == !!m);
	tok_model_free(m);
	return st;
}

static void survives_failing_allocations(void **state)
{
	char *dir = unit_temp_dir(), *path = unit_path(dir, "m");
	tok_buf file = {0};

	(void)state;
	put_least(&file);
	unit_fail_each(parse, &file);
	unit_write_file(path, (tok_bytes){file.p, file.n});
	unit_fail_each(load, path);
	tok_buf_release(&file);
	tok_model *m = own_model();
	assert_ok(tok_model_save(m, path, 1, NULL));
	unit_fail_each(load, path);
	tok_model_free(m);
	free(path);
	unit_remove_dir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loads_either_format),
		cmocka_unit_test(rules_are_chosen),
		cmocka_unit_test(says_what_is_wrong),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
