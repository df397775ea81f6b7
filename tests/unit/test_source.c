/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/bytes.h"
#include "compress.h"
#include "tok/text.h"

static char *dir;

static char *put(const char *name, tok_bytes data)
{
	char *path = unit_path(dir, name);

	unit_write_file(path, data);
	return path;
}

static tok_source_options options_by(tok_by by)
{
	tok_source_options o;

	tok_source_options_defaults(&o, sizeof(o));
	o.by = by;
	return o;
}

static tok_source *open_one(const char *path, const tok_source_options *o)
{
	tok_source *s;

	assert_ok(tok_source_open(&path, 1, o, &s, NULL));
	return s;
}

/* Appends all documents, a "|" behind each; TOK_END or what went wrong. */
static tok_status read_all(tok_source *s, tok_buf *out, tok_error *err)
{
	tok_status st;
	tok_doc doc;

	out->n = 0;
	while (!(st = tok_source_next(s, &doc, err))) {
		assert_ok(tk_buf_append(out, doc.text.p, doc.text.n));
		assert_ok(tk_buf_text(out, "|"));
	}
	return st;
}

static void check_balance(const tok_source *s, uint64_t bytes_in)
{
	tok_ledger ledger;

	tok_source_ledger(s, &ledger);
	assert_true(tok_ledger_balanced(&ledger));
	assert_int_equal(ledger.bytes_in, bytes_in);
}

static void check(const tok_source_options *o, tok_bytes file,
		  const char *want)
{
	tok_buf out = {0};
	char *path = put("file", file);
	tok_source *s = open_one(path, o);

	for (int again = 0; again < 2; again++) {
		assert_int_equal(read_all(s, &out, NULL), TOK_END);
		assert_true(tk_bytes_equal((tok_bytes){out.p, out.n},
					   tok_bytes_of(want)));
		check_balance(s, file.n);
		assert_ok(tok_source_rewind(s, NULL));
		check_balance(s, 0);
	}
	tok_source_close(s);
	tok_buf_release(&out);
	free(path);
}

static void ends_of_documents(void **state)
{
	(void)state;
	tok_source_options o = options_by(TOK_BY_LINE);

	check(&o, BYTES("a\n\nb\r\nc"), "a||b\r|c|");
	check(&o, BYTES(""), "");
	check(&o, BYTES("\n"), "|");
	check(NULL, BYTES("a\n"), "a|");
	o = options_by(TOK_BY_FILE);
	check(&o, BYTES("a\nb\n"), "a\nb\n|");
	check(&o, BYTES(""), "|");
	o = options_by(TOK_BY_NULL);
	check(&o, BYTES("a\nb\0c\0"), "a\nb|c|");
	o = options_by(TOK_BY_SEPARATOR);
	o.separator = BYTES("\n%\n");
	check(&o, BYTES("a\n%\n%\n%\nb\n"), "a|%|b\n|");
}

static void json_lines(void **state)
{
	(void)state;
	tok_source_options o = options_by(TOK_BY_JSONL);
	tok_bytes file = BYTES("{\"text\":\"a\\nb\"}\n\n \r\n{\"text\":\"\"}\n"
			       "{\"text\":\"c\",\"id\":1}");
	tok_ledger ledger;

	o.field = "text";
	check(&o, file, "a\nb||c|");
	char *path = put("file", file);
	tok_source *s = open_one(path, &o);
	tok_buf out = {0};
	assert_int_equal(read_all(s, &out, NULL), TOK_END);
	tok_source_ledger(s, &ledger);
	assert_int_equal(ledger.bytes_documents, 4);
	assert_int_equal(ledger.bytes_container, file.n - 4);
	assert_int_equal(ledger.documents, 3);
	assert_int_equal(ledger.documents_empty, 1);
	assert_false(tok_ledger_lossy(&ledger));
	tok_source_close(s);
	tok_buf_release(&out);
	free(path);
}

static void malformed_lines(void **state)
{
	(void)state;
	tok_source_options o = options_by(TOK_BY_JSONL);
	tok_bytes file = BYTES("{\"text\":\"a\"}\nrubbish\n{\"other\":1}\n"
			       "{\"text\":\"b\"}\n");
	tok_buf out = {0};
	tok_error err, again;
	tok_ledger ledger;
	tok_doc doc;

	o.field = "text";
	char *path = put("bad.jsonl", file);
	tok_source *s = open_one(path, &o);
	assert_int_equal(read_all(s, &out, &err), TOK_E_MALFORMED);
	assert_non_null(strstr(err.text, path));
	assert_non_null(strstr(err.text, "line 2"));
	assert_int_equal(err.at, 13);
	/* The stream has ended; whoever asks is told again. */
	assert_int_equal(tok_source_next(s, &doc, &again), TOK_E_MALFORMED);
	assert_string_equal(err.text, again.text);
	check_balance(s, 13);
	tok_source_close(s);

	o.skip_malformed = 1;
	s = open_one(path, &o);
	assert_int_equal(read_all(s, &out, &err), TOK_END);
	assert_true(tk_bytes_equal((tok_bytes){out.p, out.n},
				   BYTES("a|b|")));
	tok_source_ledger(s, &ledger);
	assert_int_equal(ledger.bytes_skipped[TOK_SKIP_MALFORMED], 7);
	assert_int_equal(ledger.documents_skipped[TOK_SKIP_MALFORMED], 1);
	assert_int_equal(ledger.bytes_skipped[TOK_SKIP_FIELD], 11);
	assert_int_equal(ledger.documents_skipped[TOK_SKIP_FIELD], 1);
	assert_true(tok_ledger_lossy(&ledger));
	check_balance(s, file.n);
	tok_source_close(s);
	tok_buf_release(&out);
	free(path);
}

static void field_is_missing(void **state)
{
	(void)state;
	tok_source_options o = options_by(TOK_BY_JSONL);
	char *path = put("file", BYTES("\n{\"body\":\"a\"}\n"));
	tok_error err;
	tok_doc doc;

	o.field = "text";
	tok_source *s = open_one(path, &o);
	assert_int_equal(tok_source_next(s, &doc, &err), TOK_E_MALFORMED);
	assert_non_null(strstr(err.text, "line 2"));
	assert_non_null(strstr(err.text, "\"text\""));
	tok_source_close(s);
	free(path);
}

static void places_and_numbers(void **state)
{
	(void)state;
	char *a = put("a", BYTES("x\nyy\n")), *b = put("b", BYTES("z"));
	const char *paths[] = {a, b};
	tok_source_options o = options_by(TOK_BY_LINE);
	const tok_doc want[] = {{BYTES("x"), a, 7, 1, 0, 0, 0},
				{BYTES("yy"), a, 8, 2, 2, 0, 0},
				{BYTES("z"), b, 9, 1, 0, 0, 0}};
	tok_source *s;
	tok_doc doc;

	o.first_index = 7;
	assert_ok(tok_source_open(paths, 2, &o, &s, NULL));
	for (size_t i = 0; i < 3; i++) {
		assert_ok(tok_source_next(s, &doc, NULL));
		assert_true(tk_bytes_equal(doc.text, want[i].text));
		assert_string_equal(doc.path, want[i].path);
		assert_int_equal(doc.index, want[i].index);
		assert_int_equal(doc.line, want[i].line);
		assert_int_equal(doc.at, want[i].at);
	}
	assert_int_equal(tok_source_next(s, &doc, NULL), TOK_END);
	assert_int_equal(tok_source_next(s, &doc, NULL), TOK_END);
	tok_source_close(s);
	free(a);
	free(b);
}

static void inputs_and_progress(void **state)
{
	(void)state;
	char *a = put("a", BYTES("x\nyy\n")), *b = put("b", BYTES("z"));
	const char *paths[] = {b, dir};
	uint64_t done, total;
	tok_source *s;
	tok_buf out = {0};
	tok_input input;

	assert_ok(tok_source_open(paths, 2, NULL, &s, NULL));
	tok_source_progress(s, &done, &total);
	assert_int_equal(done, 0);
	assert_int_equal(total, 7);
	assert_int_equal(read_all(s, &out, NULL), TOK_END);
	assert_true(tk_bytes_equal((tok_bytes){out.p, out.n},
				   BYTES("z|x|yy|z|")));
	tok_source_progress(s, &done, &total);
	assert_int_equal(done, 7);
	assert_int_equal(tok_source_n_inputs(s), 2);
	tok_source_input(s, 0, &input);
	assert_string_equal(input.path, b);
	assert_int_equal(input.named, 2);
	assert_int_equal(input.bytes, 2);
	assert_int_equal(input.documents, 2);
	tok_source_input(s, 1, &input);
	assert_string_equal(input.path, a);
	assert_int_equal(input.named, 1);
	assert_int_equal(input.bytes, 5);
	assert_int_equal(input.documents, 2);
	tok_source_close(s);
	tok_buf_release(&out);
	free(a);
	free(b);
}

static void compressed(void **state)
{
	(void)state;
	tok_source_options o = options_by(TOK_BY_LINE);
	tok_buf file = {0}, out = {0};
	tok_error err;

	add_zstd(&file, BYTES("a\nb"));
	add_zstd(&file, BYTES("c\nd"));
	char *path = put("file", (tok_bytes){file.p, file.n});
	tok_source *s = open_one(path, &o);
	assert_int_equal(read_all(s, &out, NULL), TOK_END);
	assert_true(tk_bytes_equal((tok_bytes){out.p, out.n},
				   BYTES("a|bc|d|")));
	check_balance(s, 6);
	tok_source_close(s);

	unit_write_file(path, (tok_bytes){file.p, file.n - 1});
	s = open_one(path, &o);
	assert_int_equal(read_all(s, &out, &err), TOK_E_CORRUPT);
	assert_non_null(strstr(err.text, path));
	tok_source_close(s);
	tok_buf_release(&file);
	tok_buf_release(&out);
	free(path);
}

/* Documents and separators, put together again, are the file. */
static void loses_nothing(void **state)
{
	(void)state;
	static const uint8_t bytes[] = {'a', '\n', 0, '\r', '%', 0xFF, 0xC3};
	uint64_t seed = 1;

	for (int round = 0; round < 300; round++) {
		tok_source_options o = options_by((tok_by)(round % 4));
		tok_bytes sep = round % 4 == TOK_BY_NULL ? BYTES("\0")
				: round % 4 == TOK_BY_LINE ? BYTES("\n")
				: round % 4 == TOK_BY_FILE ? BYTES("")
							   : BYTES("%\n");
		uint8_t file[60];
		size_t n = unit_below(&seed, sizeof(file));
		tok_buf got = {0};
		tok_doc doc;

		o.separator = sep;
		for (size_t i = 0; i < n; i++)
			file[i] = bytes[unit_below(&seed, sizeof(bytes))];
		char *path = put("file", (tok_bytes){file, n});
		tok_source *s = open_one(path, &o);
		while (!tok_source_next(s, &doc, NULL)) {
			assert_int_equal(doc.at, got.n);
			assert_ok(tk_buf_append(&got, doc.text.p, doc.text.n));
			assert_ok(tk_buf_append(&got, sep.p, sep.n));
		}
		check_balance(s, n);
		/* The last separator may have been missing. */
		assert_true(got.n == n || got.n == n + sep.n);
		if (n)
			assert_memory_equal(got.p, file, n);
		tok_source_close(s);
		tok_buf_release(&got);
		free(path);
	}
}

static void too_long(void **state)
{
	(void)state;
	tok_source_options o = options_by(TOK_BY_LINE);
	char *path = put("file", BYTES("short\ntoo long by far\n"));
	tok_buf out = {0};
	tok_error err;

	o.max_document = 5;
	tok_source *s = open_one(path, &o);
	assert_int_equal(read_all(s, &out, &err), TOK_E_LIMIT);
	assert_non_null(strstr(err.text, path));
	assert_int_equal(err.at, 6);
	tok_source_close(s);
	tok_buf_release(&out);
	free(path);
}

static void check_refused(const tok_source_options *o)
{
	const char *paths[] = {dir};
	tok_source *s;
	tok_error err;

	assert_int_equal(tok_source_open(paths, 1, o, &s, &err),
			 TOK_E_ARGUMENT);
	assert_null(s);
	assert_int_equal(err.code, TOK_E_ARGUMENT);
}

static void wrong_options(void **state)
{
	(void)state;
	static const uint8_t long_separator[257];
	tok_source_options o = options_by(TOK_BY_SEPARATOR);

	check_refused(&o);
	o.separator = (tok_bytes){long_separator, sizeof(long_separator)};
	check_refused(&o);
	o = options_by(TOK_BY_JSONL);
	check_refused(&o);
	o = options_by((tok_by)17);
	check_refused(&o);
	o = options_by(TOK_BY_LINE);
	o.size = 0;
	check_refused(&o);
}

static void missing_file(void **state)
{
	(void)state;
	char *path = unit_path(dir, "missing");
	const char *paths[] = {path};
	tok_source *s;
	tok_error err;

	assert_int_equal(tok_source_open(paths, 1, NULL, &s, &err), TOK_E_IO);
	assert_null(s);
	assert_non_null(strstr(err.text, path));
	tok_source_close(NULL);
	free(path);
}

static tok_status read_two(const tok_alloc *alloc, void *ctx)
{
	const char *paths[] = {dir};
	tok_source_options o = options_by(TOK_BY_JSONL);
	tok_source *s;
	tok_doc doc;
	(void)ctx;

	o.field = "text";
	o.alloc = alloc;
	tok_status st = tok_source_open(paths, 1, &o, &s, NULL);
	while (!st)
		st = tok_source_next(s, &doc, NULL);
	tok_source_close(s);
	return st == TOK_END ? TOK_OK : st;
}

static void allocation_fails(void **state)
{
	(void)state;
	tok_buf file = {0};

	add_gzip(&file, BYTES("{\"text\":\"\\n\"}\n"));
	free(put("a.gz", (tok_bytes){file.p, file.n}));
	free(put("b", BYTES("{\"text\":\"a\"}\n")));
	unit_fail_each(read_two, NULL);
	tok_buf_release(&file);
}

static int set_up(void **state)
{
	(void)state;
	dir = unit_temp_dir();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unit_remove_dir(dir);
	return 0;
}

#define IN_A_DIRECTORY(test) \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_DIRECTORY(ends_of_documents),
		IN_A_DIRECTORY(json_lines),
		IN_A_DIRECTORY(malformed_lines),
		IN_A_DIRECTORY(field_is_missing),
		IN_A_DIRECTORY(places_and_numbers),
		IN_A_DIRECTORY(inputs_and_progress),
		IN_A_DIRECTORY(compressed),
		IN_A_DIRECTORY(loses_nothing),
		IN_A_DIRECTORY(too_long),
		IN_A_DIRECTORY(wrong_options),
		IN_A_DIRECTORY(missing_file),
		IN_A_DIRECTORY(allocation_fails),
	};
	return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
