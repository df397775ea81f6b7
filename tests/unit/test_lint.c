/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <stdio.h>

#include "model/lint.h"
#include "model/make.h"
#include "sentencepiece_write.h"

struct seen {
	char all[4000];
	size_t n_errors;
};

static void see(void *ctx, const tok_finding *f)
{
	struct seen *s = ctx;
	size_t n = strlen(s->all);

	s->n_errors += f->is_error != 0;
	(void)snprintf(s->all + n, sizeof(s->all) - n, "%s %ld %s\n",
		       f->is_error ? "error" : "warning", (long)f->id,
		       f->text);
}

/* Bytes of -8 each, and what is added. */
static size_t bytes_of(struct tk_row *row)
{
	for (int i = 0; i < 256; i++)
		row[i] = (struct tk_row){{&tk_every_byte[i], 1}, -8,
					 TOK_KIND_BYTE};
	return 256;
}

static tok_model *model(const struct tk_row *row, size_t n,
			tok_normalize form, const tok_alloc *alloc)
{
	const struct tk_role role = {260, BYTES("eos")};
	const struct tk_table table = {
		.row = row,
		.n_ids = n,
		.role = &role,
		.n_roles = n > 260,
		.normalize = form,
		.arithmetic = TK_INTEGER,
	};
	tok_model *m = NULL;

	(void)tk_model_make(&table, "x", alloc, &m, NULL);
	return m;
}

static void finds_what_no_text_becomes(void **state)
{
	struct seen seen = {{0}, 0};
	struct tk_lint lint = {.see = see, .ctx = &seen};
	struct tk_row row[300];
	size_t n = bytes_of(row);

	(void)state;
	row[n++] = (struct tk_row){BYTES("ab"), -16, TOK_KIND_PIECE};
	row[n++] = (struct tk_row){BYTES("abc"), -24.5, TOK_KIND_PIECE};
	row[n++] = (struct tk_row){BYTES("\nx"), -1, TOK_KIND_PIECE};
	row[n++] = (struct tk_row){BYTES("e\xCC\x81"), -1, TOK_KIND_PIECE};
	row[n++] = (struct tk_row){BYTES("</s>"), 0, TOK_KIND_CONTROL};
	row[n++] = (struct tk_row){BYTES("</s>"), 0, TOK_KIND_CONTROL};
	row[n++] = (struct tk_row){BYTES(""), 0, TOK_KIND_CONTROL};
	row[n++] = (struct tk_row){BYTES("\xCC"), 0, TOK_KIND_RESERVED};
	tok_model *m = model(row, n, TOK_NORMALIZE_NFC, NULL);
	assert_ok(tk_lint_model(&lint, m));
	assert_string_equal(
		seen.all,
		"warning 261 is a control without a role\n"
		"error 262 is a control without a name\n"
		"error 261 has the name of id 260\n"
		"warning 257 is never chosen: its parts have a higher score\n"
		"warning 258 reaches across a line end, where all text is "
		"cut\n"
		"warning 259 is something else after normalization\n");
	tok_model_free(m);
}

static char *write(const char *dir, const char *name, tok_buf *file)
{
	char *path = unit_path(dir, name);

	unit_write_file(path, (tok_bytes){file->p, file->n});
	file->n = 0;
	return path;
}

static void check_file(char *path, const char *want)
{
	struct seen seen = {{0}, 0};

	assert_ok(tok_model_lint(path, NULL, see, &seen, NULL));
	assert_non_null(strstr(seen.all, want));
	assert_int_equal(seen.n_errors, strncmp(want, "error", 5) == 0);
	free(path);
}

static void looks_at_files(void **state)
{
	char *dir = unit_temp_dir();
	struct tk_row row[256];
	tok_buf file = {0};
	tok_error err;

	(void)state;
	put_least(&file);
	put_piece(&file, BYTES("a b"), -1, TK_SP_NORMAL);
	put_piece(&file, BYTES("\xC3"), -1, TK_SP_NORMAL);
	check_file(write(dir, "sp", &file),
		   "warning -1 has no pieces for bytes: characters that are "
		   "in no piece are lost\n"
		   "warning 2 holds a space, which is U+2581 where it would "
		   "match\n"
		   "warning 3 holds part of a character, which no text "
		   "does\n");
	put_least(&file);
	put_piece(&file, BYTES("a"), -1, TK_SP_NORMAL);
	check_file(write(dir, "twice", &file), "error 2 is there twice");

	tok_model *m = model(row, bytes_of(row), TOK_NORMALIZE_NONE, NULL);
	assert_ok(tk_model_image(m, &file));
	file.p[file.n - 1] ^= 1;
	check_file(write(dir, "damaged", &file), "error -1");
	tok_model_free(m);

	assert_ok(tk_buf_text(&file, "no model at all"));
	char *path = write(dir, "text", &file);
	struct seen seen = {{0}, 0};
	assert_int_equal(tok_model_lint(path, NULL, see, &seen, &err),
			 TOK_E_FORMAT);
	assert_non_null(strstr(err.text, path));
	free(path);
	assert_int_equal(tok_model_lint("/nowhere/at all", NULL, see, &seen,
					NULL), TOK_E_IO);
	tok_buf_release(&file);
	unit_remove_dir(dir);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	struct seen seen = {{0}, 0};
	tok_load_options o;

	tok_load_options_defaults(&o, sizeof(o));
	o.alloc = alloc;
	return tok_model_lint(ctx, &o, see, &seen, NULL);
}

static void survives_failing_allocations(void **state)
{
	char *dir = unit_temp_dir();
	tok_buf file = {0};

	(void)state;
	put_least(&file);
	char *path = write(dir, "sp", &file);
	unit_fail_each(run, path);
	free(path);

	struct tk_row row[300];
	size_t n = bytes_of(row);
	row[n++] = (struct tk_row){BYTES("e\xCC\x81"), -1, TOK_KIND_PIECE};
	tok_model *m = model(row, n, TOK_NORMALIZE_NFC, NULL);
	assert_ok(tk_model_image(m, &file));
	tok_model_free(m);
	path = write(dir, "own", &file);
	unit_fail_each(run, path);
	free(path);
	tok_buf_release(&file);
	unit_remove_dir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_no_text_becomes),
		cmocka_unit_test(looks_at_files),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("lint", tests, NULL, NULL);
}
