/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/outfile.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
	char *dir, *path;
};

static int begin(void **state)
{
	struct place *here = malloc(sizeof(*here));

	assert_non_null(here);
	here->dir = unit_temp_dir();
	here->path = unit_path(here->dir, "out");
	*state = here;
	return 0;
}

static int end(void **state)
{
	struct place *here = *state;

	free(here->path);
	unit_remove_dir(here->dir);
	free(here);
	return 0;
}

static int n_files(const char *dir)
{
	DIR *d = opendir(dir);
	int n = -2; /* "." and ".." */

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static void assert_holds(const char *path, const char *text)
{
	tok_bytes data = unit_read_file(path);

	assert_int_equal(data.n, strlen(text));
	assert_memory_equal(data.p, text, data.n);
	free((void *)(uintptr_t)data.p);
}

static tok_outfile *open_ok(const char *path, int replace)
{
	tok_outfile *f;
	tok_error err;

	assert_ok(tok_outfile_open(path, replace, NULL, &f, &err));
	assert_non_null(f);
	return f;
}

static void put(tok_outfile *f, const char *text)
{
	assert_ok(tok_outfile_write(f, tok_bytes_of(text), NULL));
}

static void appears_when_committed(void **state)
{
	struct place *here = *state;
	tok_outfile *f = open_ok(here->path, 0);

	put(f, "one ");
	put(f, "");
	put(f, "two");
	assert_int_equal(access(here->path, F_OK), -1);
	assert_ok(tok_outfile_commit(f, NULL));
	assert_holds(here->path, "one two");
	assert_int_equal(n_files(here->dir), 1);
}

static void an_empty_file_appears(void **state)
{
	struct place *here = *state;

	assert_ok(tok_outfile_commit(open_ok(here->path, 0), NULL));
	assert_holds(here->path, "");
	assert_int_equal(n_files(here->dir), 1);
}

static void abort_leaves_nothing(void **state)
{
	struct place *here = *state;
	tok_outfile *f = open_ok(here->path, 0);

	put(f, "half of it");
	tok_outfile_abort(f);
	assert_int_equal(n_files(here->dir), 0);
	tok_outfile_abort(NULL);
}

/* What a process that is killed leaves behind is known by its name. */
static void temporary_names_are_known(void **state)
{
	struct place *here = *state;
	tok_outfile *f = open_ok(here->path, 0);
	DIR *d = opendir(here->dir);
	int n = 0;

	assert_non_null(d);
	for (const struct dirent *e; (e = readdir(d));)
		if (!strncmp(e->d_name, "out", 3)) {
			assert_true(tk_outfile_is_temp(e->d_name + 3));
			n++;
		}
	assert_int_equal(n, 1);
	closedir(d);
	tok_outfile_abort(f);
	assert_true(tk_outfile_is_temp(".partial-12-0"));
	assert_false(tk_outfile_is_temp(".partial-12"));
	assert_false(tk_outfile_is_temp(".partial--0"));
	assert_false(tk_outfile_is_temp(".partial-1-"));
	assert_false(tk_outfile_is_temp(".partial-1-0x"));
	assert_false(tk_outfile_is_temp(""));
}

static void replaces_only_when_asked(void **state)
{
	struct place *here = *state;
	tok_outfile *f;
	tok_error err;

	unit_write_file(here->path, BYTES("old"));
	assert_int_equal(tok_outfile_open(here->path, 0, NULL, &f, &err),
			 TOK_E_EXISTS);
	assert_null(f);
	assert_true(strstr(err.text, here->path) != NULL);
	assert_true(strstr(err.text, "-f") != NULL);

	f = open_ok(here->path, 1);
	put(f, "new");
	assert_holds(here->path, "old");
	tok_outfile_abort(f);
	assert_holds(here->path, "old");

	f = open_ok(here->path, 1);
	put(f, "new");
	assert_ok(tok_outfile_commit(f, NULL));
	assert_holds(here->path, "new");
	assert_int_equal(n_files(here->dir), 1);
}

/* Someone else made the file while ours was written: theirs stays. */
static void loses_a_race(void **state)
{
	struct place *here = *state;
	tok_outfile *f = open_ok(here->path, 0);
	tok_error err;

	put(f, "ours");
	unit_write_file(here->path, BYTES("theirs"));
	assert_int_equal(tok_outfile_commit(f, &err), TOK_E_EXISTS);
	assert_int_equal(err.code, TOK_E_EXISTS);
	assert_holds(here->path, "theirs");
	assert_int_equal(n_files(here->dir), 1);
}

/* Two at once in one process do not write into each other's. */
static void two_at_one_path(void **state)
{
	struct place *here = *state;
	tok_outfile *a = open_ok(here->path, 1);
	tok_outfile *b = open_ok(here->path, 1);

	put(a, "aaaa");
	put(b, "bb");
	assert_ok(tok_outfile_commit(a, NULL));
	assert_holds(here->path, "aaaa");
	assert_ok(tok_outfile_commit(b, NULL));
	assert_holds(here->path, "bb");
	assert_int_equal(n_files(here->dir), 1);
}

static void wrong_places(void **state)
{
	struct place *here = *state;
	char *inside = unit_path(here->path, "deeper");
	tok_outfile *f;
	tok_error err;

	assert_int_equal(tok_outfile_open(here->dir, 1, NULL, &f, &err),
			 TOK_E_IO);
	assert_null(f);
	assert_true(strstr(err.text, "directory") != NULL);
	assert_int_equal(tok_outfile_open(inside, 1, NULL, &f, &err),
			 TOK_E_IO);
	assert_null(f);
	assert_true(strstr(err.text, inside) != NULL);
	assert_int_equal(n_files(here->dir), 0);
	free(inside);
}

/* The directory goes away under the file: no success is reported. */
static void commit_can_fail(void **state)
{
	struct place *here = *state;
	char *sub = unit_path(here->dir, "sub"), *path = unit_path(sub, "f");
	tok_error err;

	assert_int_equal(mkdir(sub, 0700), 0);
	tok_outfile *f = open_ok(path, 1);
	put(f, "x");
	assert_int_equal(mkdir(path, 0700), 0); /* in the way of the name */
	assert_int_equal(tok_outfile_commit(f, &err), TOK_E_IO);
	assert_true(strstr(err.text, path) != NULL);
	assert_int_equal(n_files(sub), 1);
	free(path);
	free(sub);
}

static void devices_are_written_to(void **state)
{
	(void)state;
	struct stat before, after;

	assert_int_equal(stat("/dev/null", &before), 0);
	tok_outfile *f = open_ok("/dev/null", 0);
	put(f, "gone");
	assert_ok(tok_outfile_commit(f, NULL));
	assert_int_equal(stat("/dev/null", &after), 0);
	assert_true(before.st_ino == after.st_ino);
	tok_outfile_abort(open_ok("/dev/null", 0));
	assert_int_equal(access("/dev/null", F_OK), 0);
}

static void a_full_disk_is_said(void **state)
{
	(void)state;
	tok_error err = {0};

	if (access("/dev/full", W_OK))
		skip();
	tok_outfile *f = open_ok("/dev/full", 0);
	assert_int_equal(tok_outfile_write(f, BYTES("x"), &err), TOK_E_SPACE);
	assert_int_equal(err.code, TOK_E_SPACE);
	assert_true(strstr(err.text, "/dev/full") != NULL);
	/* What could not be written is not published either. */
	assert_int_equal(tok_outfile_commit(f, &err), TOK_E_SPACE);
	assert_int_equal(err.code, TOK_E_SPACE);
}

struct reading {
	const char *path;
	tok_bytes got;
};

static void *read_pipe(void *arg)
{
	struct reading *r = arg;
	int fd = open(r->path, O_RDONLY);
	uint8_t *p = malloc(100);
	ssize_t n;

	r->got = (tok_bytes){p, 0};
	while ((n = read(fd, p + r->got.n, 100 - r->got.n)) > 0)
		r->got.n += (size_t)n;
	close(fd);
	return NULL;
}

static void pipes_are_written_to(void **state)
{
	struct place *here = *state;
	struct reading r = {.path = here->path};
	pthread_t reader;

	assert_int_equal(mkfifo(here->path, 0600), 0);
	assert_int_equal(pthread_create(&reader, NULL, read_pipe, &r), 0);
	tok_outfile *f = open_ok(here->path, 0);
	put(f, "down the pipe");
	assert_ok(tok_outfile_commit(f, NULL));
	assert_int_equal(pthread_join(reader, NULL), 0);
	assert_int_equal(r.got.n, 13);
	assert_memory_equal(r.got.p, "down the pipe", 13);
	free((void *)(uintptr_t)r.got.p);
}

static void a_closed_pipe_is_an_end(void **state)
{
	struct place *here = *state;
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
	tok_error err;

	assert_int_equal(mkfifo(here->path, 0600), 0);
	assert_int_equal(sigaction(SIGPIPE, &ignore, &before), 0);
	int reader = open(here->path, O_RDONLY | O_NONBLOCK);
	assert_true(reader >= 0);
	tok_outfile *f = open_ok(here->path, 0);
	close(reader);
	assert_int_equal(tok_outfile_write(f, BYTES("x"), &err), TOK_END);
	assert_int_equal(tok_outfile_commit(f, NULL), TOK_END);
	assert_int_equal(sigaction(SIGPIPE, &before, NULL), 0);
	assert_int_equal(access(here->path, F_OK), 0);
}

static tok_status write_one(const tok_alloc *alloc, void *path)
{
	tok_outfile *f;
	tok_error err;
	tok_status st = tok_outfile_open(path, 1, alloc, &f, &err);

	if (st) {
		assert_null(f);
		assert_int_equal(err.code, st);
		return st;
	}
	put(f, "text");
	return tok_outfile_commit(f, &err);
}

static void fails_cleanly(void **state)
{
	struct place *here = *state;

	unit_fail_each(write_one, here->path);
	assert_holds(here->path, "text");
	assert_int_equal(n_files(here->dir), 1);
}

/* The current directory's name is empty in a bare file name. */
static void a_bare_name(void **state)
{
	struct place *here = *state;
	int before = open(".", O_RDONLY);

	assert_true(before >= 0);
	assert_int_equal(chdir(here->dir), 0);
	tok_outfile *f = open_ok("bare", 0);
	put(f, "here");
	assert_ok(tok_outfile_commit(f, NULL));
	assert_holds("bare", "here");
	assert_int_equal(fchdir(before), 0);
	close(before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define AT_A_PLACE(test) cmocka_unit_test_setup_teardown(test, begin, end)
		AT_A_PLACE(appears_when_committed),
		AT_A_PLACE(an_empty_file_appears),
		AT_A_PLACE(abort_leaves_nothing),
		AT_A_PLACE(temporary_names_are_known),
		AT_A_PLACE(replaces_only_when_asked),
		AT_A_PLACE(loses_a_race),
		AT_A_PLACE(two_at_one_path),
		AT_A_PLACE(wrong_places),
		AT_A_PLACE(commit_can_fail),
		cmocka_unit_test(devices_are_written_to),
		cmocka_unit_test(a_full_disk_is_said),
		AT_A_PLACE(pipes_are_written_to),
		AT_A_PLACE(a_closed_pipe_is_an_end),
		AT_A_PLACE(fails_cleanly),
		AT_A_PLACE(a_bare_name),
	};
	return cmocka_run_group_tests_name("outfile", tests, NULL, NULL);
}
