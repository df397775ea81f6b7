/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/bytes.h"
#include "compress.h"
#include "text/unpack.h"

static char *dir, *path;

/* What path holds, read in rooms of `room` bytes; the status at the end. */
static tok_status read_all(size_t room, tok_buf *out, tok_error *err)
{
	struct tk_unpack *u;
	size_t n;

	out->n = 0;
	assert_ok(tk_unpack_open(path, -1, NULL, &u, err));
	for (;;) {
		assert_ok(tk_buf_reserve(out, room));
		tok_status st = tk_unpack_read(u, out->p + out->n, room, &n,
					       err);
		if (st) {
			tk_unpack_close(u);
			return st;
		}
		assert_true(n > 0 && n <= room);
		out->n += n;
	}
}

static void check(tok_bytes file, tok_bytes want)
{
	static const size_t rooms[] = {1, 2, 7, 1000, 1 << 20};
	tok_error err;
	tok_buf out = {0};

	unit_write_file(path, file);
	for (size_t i = 0; i < sizeof(rooms) / sizeof(*rooms); i++) {
		assert_int_equal(read_all(rooms[i], &out, &err), TOK_END);
		assert_true(tk_bytes_equal((tok_bytes){out.p, out.n}, want));
	}
	tok_buf_release(&out);
}

static void check_damaged(tok_bytes file, const char *word)
{
	tok_error err;
	tok_buf out = {0};

	unit_write_file(path, file);
	assert_int_equal(read_all(100, &out, &err), TOK_E_CORRUPT);
	assert_int_equal(err.code, TOK_E_CORRUPT);
	assert_non_null(strstr(err.text, path));
	assert_non_null(strstr(err.text, word));
	tok_buf_release(&out);
}

static void plain(void **state)
{
	(void)state;
	static const tok_bytes texts[] = {
		{NULL, 0}, {(const uint8_t *)"P", 1},
		{(const uint8_t *)"P*M", 3}, {(const uint8_t *)"P*Mx", 4},
		{(const uint8_t *)"\x28\xB5", 2}, {(const uint8_t *)"\x1F\x8B", 2},
		{(const uint8_t *)"\x1F\x8B\x01", 3}, {(const uint8_t *)"\0\0", 2},
		{(const uint8_t *)"\xEF\xBB\xBFtext", 7},
		{(const uint8_t *)"\xFF\xFEt\0", 4}};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		check(texts[i], texts[i]);
}

static void zstd_frames(void **state)
{
	(void)state;
	static const uint8_t skip[] = {0x5E, 0x2A, 0x4D, 0x18, 3, 0, 0, 0,
				       'a',  'b',  'c'};
	tok_buf file = {0};

	assert_ok(tk_buf_append(&file, skip, sizeof(skip)));
	add_zstd(&file, BYTES("one "));
	add_zstd(&file, BYTES(""));
	assert_ok(tk_buf_append(&file, skip, sizeof(skip)));
	add_zstd(&file, BYTES("two two two two two"));
	check((tok_bytes){file.p, file.n}, BYTES("one two two two two two"));
	assert_ok(tk_buf_append(&file, skip, sizeof(skip)));
	check((tok_bytes){file.p, file.n}, BYTES("one two two two two two"));
	tok_buf_release(&file);
}

static void gzip_members(void **state)
{
	(void)state;
	tok_buf file = {0};

	add_gzip(&file, BYTES(""));
	check((tok_bytes){file.p, file.n}, BYTES(""));
	add_gzip(&file, BYTES("one "));
	add_gzip(&file, BYTES("two"));
	check((tok_bytes){file.p, file.n}, BYTES("one two"));
	tok_buf_release(&file);
}

static void longer_than_buffers(void **state)
{
	(void)state;
	tok_buf text = {0}, file = {0};
	uint64_t seed = 1;

	for (int i = 0; i < 150000; i++) {
		uint64_t r = unit_random(&seed) & UINT64_C(0x0F0F0F0F0F0F0F);
		assert_ok(tk_buf_append(&text, &r, sizeof(r)));
	}
	tok_bytes want = {text.p, text.n};
	for (int gzip = 0; gzip < 2; gzip++) {
		tok_error err;
		tok_buf out = {0};

		file.n = 0;
		if (gzip)
			add_gzip(&file, want);
		else
			add_zstd(&file, want);
		unit_write_file(path, (tok_bytes){file.p, file.n});
		assert_int_equal(read_all(77777, &out, &err), TOK_END);
		assert_true(tk_bytes_equal((tok_bytes){out.p, out.n}, want));
		tok_buf_release(&out);
	}
	tok_buf_release(&text);
	tok_buf_release(&file);
}

static void truncated(void **state)
{
	(void)state;
	for (int gzip = 0; gzip < 2; gzip++) {
		tok_buf file = {0};

		if (gzip)
			add_gzip(&file, BYTES("some text"));
		else
			add_zstd(&file, BYTES("some text"));
		for (size_t n = gzip ? 3 : 4; n < file.n; n++)
			check_damaged((tok_bytes){file.p, n}, "too early");
		tok_buf_release(&file);
	}
}

/* Any one bit: found, or it is another format, or it changed nothing. */
static void bit_flips(void **state)
{
	(void)state;
	tok_bytes text = BYTES("some text, some more text, some text again");

	for (int gzip = 0; gzip < 2; gzip++) {
		tok_buf file = {0}, out = {0};
		tok_error err;

		if (gzip)
			add_gzip(&file, text);
		else
			add_zstd(&file, text);
		tok_bytes all = {file.p, file.n};
		for (size_t bit = 0; bit < 8 * file.n; bit++) {
			file.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
			unit_write_file(path, all);
			tok_status st = read_all(999, &out, &err);
			tok_bytes got = {out.p, out.n};
			assert_true(st == TOK_E_CORRUPT || st == TOK_E_LIMIT ||
				    tk_bytes_equal(got, text) ||
				    tk_bytes_equal(got, all));
			file.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		tok_buf_release(&file);
		tok_buf_release(&out);
	}
}

static void rubbish_behind(void **state)
{
	(void)state;
	tok_buf file = {0};

	add_zstd(&file, BYTES("text"));
	assert_ok(tk_buf_text(&file, "rubbish"));
	check_damaged((tok_bytes){file.p, file.n}, "zstd");
	file.n = 0;
	add_gzip(&file, BYTES("text"));
	assert_ok(tk_buf_text(&file, "rubbish"));
	check_damaged((tok_bytes){file.p, file.n}, "gzip");
	tok_buf_release(&file);
}

/* A frame that asks for 256 MiB of window is no damaged one. */
static void window_too_large(void **state)
{
	(void)state;
	static const uint8_t head[] = {0x28, 0xB5, 0x2F, 0xFD, 0, 18 << 3,
				       1,    0,	   0};
	tok_error err;
	tok_buf out = {0};

	unit_write_file(path, (tok_bytes){head, sizeof(head)});
	assert_int_equal(read_all(100, &out, &err), TOK_E_LIMIT);
	assert_non_null(strstr(err.text, "--long"));
	tok_buf_release(&out);
}

static void cannot_open(void **state)
{
	(void)state;
	struct tk_unpack *u;
	tok_error err;
	char *missing = unit_path(dir, "missing");

	assert_int_equal(tk_unpack_open(missing, -1, NULL, &u, &err),
			 TOK_E_IO);
	assert_null(u);
	assert_non_null(strstr(err.text, missing));
	free(missing);
}

static tok_status open_and_read(const tok_alloc *alloc, void *ctx)
{
	struct tk_unpack *u;
	uint8_t byte[9];
	size_t n;
	(void)ctx;

	tok_status st = tk_unpack_open(path, -1, alloc, &u, NULL);
	if (!st)
		st = tk_unpack_read(u, byte, sizeof(byte), &n, NULL);
	tk_unpack_close(u);
	return st;
}

static void allocation_fails(void **state)
{
	(void)state;
	tok_buf file = {0};

	add_gzip(&file, BYTES("text"));
	unit_write_file(path, (tok_bytes){file.p, file.n});
	unit_fail_each(open_and_read, NULL);
	tok_buf_release(&file);
}

static int set_up(void **state)
{
	(void)state;
	dir = unit_temp_dir();
	path = unit_path(dir, "file");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(path);
	unit_remove_dir(dir);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain),
		cmocka_unit_test(zstd_frames),
		cmocka_unit_test(gzip_members),
		cmocka_unit_test(longer_than_buffers),
		cmocka_unit_test(truncated),
		cmocka_unit_test(bit_flips),
		cmocka_unit_test(rubbish_behind),
		cmocka_unit_test(window_too_large),
		cmocka_unit_test(cannot_open),
		cmocka_unit_test(allocation_fails),
	};
	return cmocka_run_group_tests_name("unpack", tests, set_up, tear_down);
}
