/* SPDX-License-Identifier: Apache-2.0 */
/* lib/text/source.c on standard input. */
#include "unit.h"

#include <stdio.h>
#include <unistd.h>

#include "base/bytes.h"
#include "tok/text.h"

static tok_source *open_stdin(void)
{
	const char *paths[] = {"-"};
	tok_source *s;

	assert_ok(tok_source_open(paths, 1, NULL, &s, NULL));
	return s;
}

/* Runs body with a pipe as standard input; it gets the writing end. */
static void with_pipe(void (*body)(int fd))
{
	int ends[2], saved = dup(STDIN_FILENO);

	assert_true(saved >= 0);
	assert_int_equal(pipe(ends), 0);
	assert_true(dup2(ends[0], STDIN_FILENO) >= 0);
	close(ends[0]);
	body(ends[1]);
	assert_true(dup2(saved, STDIN_FILENO) >= 0);
	close(saved);
}

static void feed(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void expect(tok_source *s, const char *want)
{
	tok_doc doc;

	assert_ok(tok_source_next(s, &doc, NULL));
	assert_true(tk_bytes_equal(doc.text, tok_bytes_of(want)));
	assert_string_equal(doc.path, "-");
}

static void expect_end(tok_source *s)
{
	tok_doc doc;

	assert_int_equal(tok_source_next(s, &doc, NULL), TOK_END);
}

static void talk(int fd)
{
	tok_source *s = open_stdin();
	uint64_t done, total;
	tok_error err;

	feed(fd, "Pa\n");
	expect(s, "Pa");
	feed(fd, "b\nc");
	expect(s, "b");
	feed(fd, "d\n");
	expect(s, "cd");
	tok_source_progress(s, &done, &total);
	assert_int_equal(total, 0);
	assert_int_equal(tok_source_rewind(s, &err), TOK_E_UNSUPPORTED);
	feed(fd, "e");
	close(fd);
	expect(s, "e");
	expect_end(s);
	tok_source_close(s);
}

/* A line that has arrived is delivered while the pipe stays open. */
static void pipes_do_not_wait(void **state)
{
	(void)state;
	with_pipe(talk);
}

static void close_only(int fd)
{
	tok_source *s = open_stdin();

	close(fd);
	expect_end(s);
	tok_source_close(s);
}

static void an_empty_pipe(void **state)
{
	(void)state;
	with_pipe(close_only);
}

/* A file as standard input can be read again, from where it stood. */
static void rewinds_standard_input(void **state)
{
	(void)state;
	char *dir = unit_temp_dir();
	char *path = unit_path(dir, "file");
	int saved = dup(STDIN_FILENO);
	uint64_t done, total;
	char head[5];

	unit_write_file(path, BYTES("skip\na\nb\n"));
	assert_non_null(freopen(path, "rb", stdin));
	assert_int_equal(read(STDIN_FILENO, head, 5), 5);
	tok_source *s = open_stdin();
	for (int again = 0; again < 2; again++) {
		expect(s, "a");
		expect(s, "b");
		expect_end(s);
		tok_source_progress(s, &done, &total);
		assert_int_equal(done, 4);
		assert_int_equal(total, 4);
		assert_ok(tok_source_rewind(s, NULL));
	}
	tok_source_close(s);
	assert_true(dup2(saved, STDIN_FILENO) >= 0);
	close(saved);
	unit_remove_dir(dir);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pipes_do_not_wait),
		cmocka_unit_test(an_empty_pipe),
		cmocka_unit_test(rewinds_standard_input),
	};
	return cmocka_run_group_tests_name("stdin", tests, NULL, NULL);
}
