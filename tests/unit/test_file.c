/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"

static void reads_any_size(void **state)
{
	(void)state;
	static const size_t sizes[] = {0, 1, 65535, 65536, 65537, 300000};
	char *dir = unit_temp_dir(), *path = unit_path(dir, "f");
	uint64_t random = 7;
	uint8_t *data = malloc(300000);

	assert_non_null(data);
	for (size_t i = 0; i < 300000; i++)
		data[i] = (uint8_t)unit_random(&random);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		tok_buf out = {0};
		tok_error err;

		unit_write_file(path, (tok_bytes){data, sizes[i]});
		assert_ok(tk_buf_text(&out, "before"));
		assert_ok(tk_file_read(path, sizes[i], &out, &err));
		assert_int_equal(out.n, sizes[i] + 6);
		assert_memory_equal(out.p, "before", 6);
		if (sizes[i])
			assert_memory_equal(out.p + 6, data, sizes[i]);
		tok_buf_release(&out);
	}
	free(data);
	free(path);
	unit_remove_dir(dir);
}

static void keeps_the_limit(void **state)
{
	(void)state;
	char *dir = unit_temp_dir(), *path = unit_path(dir, "f");
	tok_buf out = {0};
	tok_error err;

	unit_write_file(path, BYTES("0123456789"));
	assert_ok(tk_buf_text(&out, "x"));
	assert_int_equal(tk_file_read(path, 9, &out, &err), TOK_E_LIMIT);
	assert_true(strstr(err.text, path) != NULL);
	assert_true(strstr(err.text, "9 bytes") != NULL);
	assert_int_equal(out.n, 1);
	assert_ok(tk_file_read(path, 10, &out, NULL));
	assert_int_equal(out.n, 11);
	/* An endless file ends, too. */
	assert_int_equal(tk_file_read("/dev/zero", 100000, &out, &err),
			 TOK_E_LIMIT);
	assert_int_equal(out.n, 11);
	tok_buf_release(&out);
	free(path);
	unit_remove_dir(dir);
}

static void says_what_is_wrong(void **state)
{
	(void)state;
	char *dir = unit_temp_dir(), *path = unit_path(dir, "missing");
	tok_buf out = {0};
	tok_error err;

	assert_int_equal(tk_file_read(path, 10, &out, &err), TOK_E_IO);
	assert_true(strstr(err.text, path) != NULL);
	assert_int_equal(tk_file_read(dir, 10, &out, &err), TOK_E_IO);
	assert_true(strstr(err.text, "directory") != NULL);
	assert_null(out.p);
	free(path);
	unit_remove_dir(dir);
}

static void *feed(void *path)
{
	unit_write_file(path, BYTES("through a pipe"));
	return NULL;
}

static void reads_a_pipe(void **state)
{
	(void)state;
	char *dir = unit_temp_dir(), *path = unit_path(dir, "pipe");
	pthread_t writer;
	tok_buf out = {0};

	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(pthread_create(&writer, NULL, feed, path), 0);
	assert_ok(tk_file_read(path, 100, &out, NULL));
	assert_int_equal(pthread_join(writer, NULL), 0);
	assert_int_equal(out.n, 14);
	assert_memory_equal(out.p, "through a pipe", 14);
	tok_buf_release(&out);
	free(path);
	unit_remove_dir(dir);
}

static tok_status read_it(const tok_alloc *alloc, void *path)
{
	tok_buf out;
	tok_error err;

	tok_buf_init(&out, alloc);
	tok_status st = tk_file_read(path, 1 << 20, &out, &err);
	if (st)
		assert_int_equal(err.code, st);
	tok_buf_release(&out);
	return st;
}

static void fails_cleanly(void **state)
{
	(void)state;
	char *dir = unit_temp_dir(), *path = unit_path(dir, "f");

	unit_write_file(path, BYTES("some text"));
	unit_fail_each(read_it, path);
	free(path);
	unit_remove_dir(dir);
}

/* One allocation for a file whose size is known. */
static void allocates_once(void **state)
{
	(void)state;
	char *dir = unit_temp_dir(), *path = unit_path(dir, "f");
	struct unit_alloc u;
	tok_buf out;
	uint8_t *data = calloc(1, 500000);

	assert_non_null(data);
	unit_write_file(path, (tok_bytes){data, 500000});
	unit_alloc_init(&u);
	tok_buf_init(&out, &u.alloc);
	assert_ok(tk_file_read(path, 1 << 20, &out, NULL));
	assert_int_equal(u.n_requests, 1);
	tok_buf_release(&out);
	unit_alloc_check(&u);
	free(data);
	free(path);
	unit_remove_dir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_any_size),
		cmocka_unit_test(keeps_the_limit),
		cmocka_unit_test(says_what_is_wrong),
		cmocka_unit_test(reads_a_pipe),
		cmocka_unit_test(fails_cleanly),
		cmocka_unit_test(allocates_once),
	};
	return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
