/* SPDX-License-Identifier: Apache-2.0 */
/* lib/text/unpack.c with a thread: nothing of what comes out is changed. */
#include "unit.h"

#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"
#include "compress.h"
#include "text/unpack.h"
#include "tok/text.h"

enum { FIRST_READ = 1 << 17 }; /* a thread is started behind it */

static char *dir, *path, *fifo;

struct outcome {
	tok_buf out;
	tok_status status;
	tok_error err;
};

static struct tk_unpack *open_path(const char *name, bool thread)
{
	struct tk_unpack *u;

	assert_ok(tk_unpack_open(name, -1, NULL, &u, NULL));
	if (thread)
		tk_unpack_allow_thread(u);
	return u;
}

/* Reads on to the end or an error. */
static void read_on(struct tk_unpack *u, size_t room, struct outcome *o)
{
	size_t n;

	for (;;) {
		assert_ok(tk_buf_reserve(&o->out, room));
		o->status = tk_unpack_read(u, o->out.p + o->out.n, room, &n,
					   &o->err);
		if (o->status)
			return;
		assert_true(n > 0 && n <= room);
		o->out.n += n;
	}
}

static struct outcome read_all(size_t room, bool thread)
{
	struct outcome o = {.err = {TOK_OK, 0, ""}};
	struct tk_unpack *u = open_path(path, thread);

	read_on(u, room, &o);
	tk_unpack_close(u);
	return o;
}

/* Bytes, status and error do not depend on rooms and threads. */
static tok_status check_same(tok_bytes file, bool small, tok_buf *out)
{
	static const size_t rooms[] = {1 << 20, 1 << 18, 77777, 1000, 1};

	unit_write_file(path, file);
	struct outcome want = read_all(3001, false);
	for (size_t i = 0; i < (small ? 10 : 6); i++) {
		struct outcome o = read_all(rooms[i / 2], i % 2);

		assert_int_equal(o.status, want.status);
		assert_int_equal(o.err.at, want.err.at);
		assert_string_equal(o.err.text, want.err.text);
		assert_true(tk_bytes_equal(
			(tok_bytes){o.out.p, o.out.n},
			(tok_bytes){want.out.p, want.out.n}));
		tok_buf_release(&o.out);
	}
	if (out)
		assert_ok(tk_buf_append(out, want.out.p, want.out.n));
	tok_buf_release(&want.out);
	return want.status;
}

/* Text that is packed to about two thirds. */
static void add_text(tok_buf *text, size_t n, uint64_t seed)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t r = unit_random(&seed);
		uint8_t b = (uint8_t)(r % 29 ? 'a' + (r >> 32) % 25 : '\n');

		assert_ok(tk_buf_append(text, &b, 1));
	}
}

static void add_packed(tok_buf *file, bool gzip, tok_bytes text)
{
	if (gzip)
		add_gzip(file, text);
	else
		add_zstd(file, text);
}

/* Frames or members, the last a long one. */
static void make_file(bool gzip, tok_buf *file, tok_buf *text)
{
	static const size_t sizes[] = {200000, 0, 1, 150000, 7, 9, 400000};
	tok_buf part = {0};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		part.n = 0;
		add_text(&part, sizes[i], i);
		assert_ok(tk_buf_append(text, part.p, part.n));
		add_packed(file, gzip, (tok_bytes){part.p, part.n});
	}
	assert_true(file->n > 3 * FIRST_READ);
	tok_buf_release(&part);
}

static void whole(void **state)
{
	(void)state;
	for (int gzip = 0; gzip < 2; gzip++) {
		tok_buf file = {0}, text = {0}, out = {0};

		make_file(gzip, &file, &text);
		assert_int_equal(check_same((tok_bytes){file.p, file.n}, true,
					    &out),
				 TOK_END);
		assert_true(tk_bytes_equal((tok_bytes){out.p, out.n},
					   (tok_bytes){text.p, text.n}));
		tok_buf_release(&file);
		tok_buf_release(&text);
		tok_buf_release(&out);
	}
}

/* A few packed bytes that are many times what is kept. */
static void much_of_little(void **state)
{
	(void)state;
	for (int gzip = 0; gzip < 2; gzip++) {
		tok_buf file = {0}, text = {0}, out = {0};

		make_file(gzip, &file, &text);
		assert_ok(tk_buf_reserve(&text, 5000000));
		memset(text.p, 'x', 5000000);
		add_packed(&file, gzip, (tok_bytes){text.p, 5000000});
		assert_int_equal(check_same((tok_bytes){file.p, file.n}, false,
					    &out),
				 TOK_END);
		assert_int_equal(out.n, text.n + 5000000);
		tok_buf_release(&file);
		tok_buf_release(&text);
		tok_buf_release(&out);
	}
}

static void truncated(void **state)
{
	(void)state;
	for (int gzip = 0; gzip < 2; gzip++) {
		tok_buf file = {0}, text = {0};
		uint64_t seed = 1;

		make_file(gzip, &file, &text);
		for (size_t i = 0; i < 25; i++) {
			size_t n = i < 5 ? file.n - 1 - i
				   : i < 10 ? FIRST_READ - 2 + i - 5
					    : 3 + unit_below(&seed, file.n - 4);

			(void)check_same((tok_bytes){file.p, n}, false, NULL);
		}
		assert_int_equal(check_same((tok_bytes){file.p, file.n - 9},
					    true, NULL),
				 TOK_E_CORRUPT);
		tok_buf_release(&file);
		tok_buf_release(&text);
	}
}

static void damaged(void **state)
{
	(void)state;
	for (int gzip = 0; gzip < 2; gzip++) {
		tok_buf file = {0}, text = {0};
		uint64_t seed = 2;

		make_file(gzip, &file, &text);
		tok_bytes all = {file.p, file.n};
		for (int i = 0; i < 40; i++) {
			size_t at = unit_below(&seed, file.n);
			uint8_t bit = (uint8_t)(1 << unit_below(&seed, 8));

			file.p[at] ^= bit;
			(void)check_same(all, i == 0, NULL);
			file.p[at] ^= bit;
		}
		assert_ok(tk_buf_text(&file, "rubbish"));
		assert_int_equal(check_same((tok_bytes){file.p, file.n}, true,
					    NULL),
				 TOK_E_CORRUPT);
		tok_buf_release(&file);
		tok_buf_release(&text);
	}
}

/* A block of a kind that there is not, behind blocks that are right. */
static void damaged_blocks(void **state)
{
	(void)state;
	tok_buf text = {0}, file = {0}, out = {0};
	size_t n_blocks = 0;

	add_text(&text, 500000, 3);
	add_zstd(&file, (tok_bytes){text.p, text.n});
	/* Magic, descriptor, and a length of four bytes. */
	assert_int_equal(file.p[4] >> 5, 5);
	for (size_t at = 9;; n_blocks++) {
		size_t header = tk_get32(file.p + at) & 0xFFFFFF;

		file.p[at] |= 6;
		out.n = 0;
		assert_int_equal(check_same((tok_bytes){file.p, file.n}, true,
					    &out),
				 TOK_E_CORRUPT);
		assert_int_equal(out.n, n_blocks << 17);
		file.p[at] = (uint8_t)header;
		if (header & 1)
			break;
		at += 3 + (header >> 3);
	}
	assert_int_equal(n_blocks, 3);
	tok_buf_release(&text);
	tok_buf_release(&file);
	tok_buf_release(&out);
}

static void closed_in_the_middle(void **state)
{
	(void)state;
	tok_buf file = {0}, text = {0};
	uint8_t *out = malloc(1 << 18);

	assert_non_null(out);
	make_file(false, &file, &text);
	unit_write_file(path, (tok_bytes){file.p, file.n});
	for (int reads = 0; reads < 40; reads++) {
		struct tk_unpack *u = open_path(path, true);
		size_t n;

		for (int i = 0; i < reads; i++)
			(void)tk_unpack_read(u, out, 1 << (10 + reads % 9), &n,
					     NULL);
		tk_unpack_close(u);
	}
	free(out);
	tok_buf_release(&file);
	tok_buf_release(&text);
}

/* What can be unpacked of what has arrived is read, or this never ends: there
 * is no more to come. Nor is the pipe read before that is taken. */
static void talk(bool gzip)
{
	int fd = open(fifo, O_RDWR);
	struct pollfd in = {.fd = fd, .events = POLLIN};
	tok_buf empty = {0};
	uint8_t out[3];
	size_t n;

	assert_true(fd >= 0);
	add_packed(&empty, gzip, BYTES(""));
	struct tk_unpack *u = open_path(fifo, true);
	for (int i = 0; i < 50; i++) {
		char line[] = "line 0\n";
		tok_buf packed = {0};

		line[5] = (char)('0' + i % 10);
		add_packed(&packed, gzip, tok_bytes_of(line));
		assert_int_equal(write(fd, packed.p, packed.n), packed.n);
		for (size_t got = 0; got < sizeof(line) - 1; got += n) {
			assert_ok(tk_unpack_read(u, out, sizeof(out), &n,
						 NULL));
			assert_memory_equal(out, line + got, n);
			if (!got)
				assert_int_equal(write(fd, empty.p, empty.n),
						 empty.n);
			assert_int_equal(poll(&in, 1, 0), 1);
		}
		tok_buf_release(&packed);
	}
	/* Closed while the pipe is open. */
	tk_unpack_close(u);
	close(fd);
	tok_buf_release(&empty);
}

static void pipes_are_not_waited_for(void **state)
{
	(void)state;
	talk(false);
	talk(true);
}

/* Standard input becomes a directory while it is read. */
static void reading_fails(void **state)
{
	(void)state;
	tok_buf file = {0}, text = {0};
	int saved = dup(STDIN_FILENO);
	size_t n;

	/* Twice, so that it is not read to its end before. */
	make_file(false, &file, &text);
	make_file(false, &file, &text);
	unit_write_file(path, (tok_bytes){file.p, file.n});
	for (int thread = 0; thread < 2; thread++) {
		struct outcome o = {.err = {TOK_OK, 0, ""}};
		int fd = open(path, O_RDONLY), other = open(dir, O_RDONLY);

		assert_true(dup2(fd, STDIN_FILENO) >= 0);
		struct tk_unpack *u = open_path("-", thread);
		while (o.out.n < 250000) {
			assert_ok(tk_buf_reserve(&o.out, 5000));
			assert_ok(tk_unpack_read(u, o.out.p + o.out.n, 5000,
						 &n, NULL));
			o.out.n += n;
		}
		assert_true(dup2(other, STDIN_FILENO) >= 0);
		read_on(u, 5000, &o);
		assert_int_equal(o.status, TOK_E_IO);
		assert_non_null(strstr(o.err.text, "cannot read"));
		assert_true(o.out.n < text.n);
		assert_memory_equal(o.out.p, text.p, o.out.n);
		tk_unpack_close(u);
		close(fd);
		close(other);
		tok_buf_release(&o.out);
	}
	assert_true(dup2(saved, STDIN_FILENO) >= 0);
	close(saved);
	tok_buf_release(&file);
	tok_buf_release(&text);
}

static void child_is_told(void **state)
{
	(void)state;
	tok_buf file = {0}, text = {0};
	struct outcome o = {.err = {TOK_OK, 0, ""}};
	int status;

	make_file(false, &file, &text);
	unit_write_file(path, (tok_bytes){file.p, file.n});
	struct tk_unpack *u = open_path(path, true);
	while (o.out.n < 250000) {
		size_t n;

		assert_ok(tk_buf_reserve(&o.out, 5000));
		assert_ok(tk_unpack_read(u, o.out.p + o.out.n, 5000, &n,
					 NULL));
		o.out.n += n;
	}
	pid_t child = fork();
	assert_true(child >= 0);
	if (!child) {
		uint8_t byte;
		size_t n;
		tok_status st = tk_unpack_read(u, &byte, 1, &n, NULL);

		tk_unpack_close(u);
		_exit(st != TOK_E_UNSUPPORTED);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	read_on(u, 5000, &o);
	assert_int_equal(o.status, TOK_END);
	assert_int_equal(o.out.n, text.n);
	tk_unpack_close(u);
	tok_buf_release(&file);
	tok_buf_release(&text);
	tok_buf_release(&o.out);
}

/* All documents, from the middle on again; the sum of their bytes. */
static tok_status read_source(const tok_alloc *alloc, int thread, uint64_t *sum)
{
	const char *paths[] = {path};
	tok_source_options o;
	tok_source *s;
	tok_doc doc;

	tok_source_options_defaults(&o, sizeof(o));
	o.alloc = alloc;
	o.unpack_thread = thread;
	tok_status st = tok_source_open(paths, 1, &o, &s, NULL);
	if (st)
		return st;
	for (int i = 0; !st && i < 9000; i++)
		st = tok_source_next(s, &doc, NULL);
	if (!st)
		st = tok_source_rewind(s, NULL);
	for (*sum = 0; !st;) {
		st = tok_source_next(s, &doc, NULL);
		*sum = st ? *sum : tok_hash(doc.text, *sum);
	}
	tok_source_close(s);
	return st;
}

/* A thread that cannot be had is done without. */
static void source_passes_it_on(void **state)
{
	(void)state;
	tok_buf file = {0}, text = {0};
	uint64_t want, sum;
	struct unit_alloc u;
	size_t n_requests;

	make_file(false, &file, &text);
	unit_write_file(path, (tok_bytes){file.p, file.n});
	unit_alloc_init(&u);
	assert_int_equal(read_source(&u.alloc, 0, &want), TOK_END);
	n_requests = u.n_requests;
	unit_alloc_init(&u);
	assert_int_equal(read_source(&u.alloc, 1, &sum), TOK_END);
	assert_true(sum == want);
	/* One for each of two passes. */
	assert_int_equal(u.n_requests, n_requests + 2);
	n_requests += 2;
	for (size_t k = 1; k <= n_requests; k++) {
		unit_alloc_init(&u);
		u.fail_at = k;
		tok_status st = read_source(&u.alloc, 1, &sum);
		assert_true(st == TOK_E_MEMORY ||
			    (st == TOK_END && sum == want));
		unit_alloc_check(&u);
	}
	tok_buf_release(&file);
	tok_buf_release(&text);
}

static int set_up(void **state)
{
	(void)state;
	dir = unit_temp_dir();
	path = unit_path(dir, "file");
	fifo = unit_path(dir, "fifo");
	return mkfifo(fifo, 0600);
}

static int tear_down(void **state)
{
	(void)state;
	free(path);
	free(fifo);
	unit_remove_dir(dir);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole),
		cmocka_unit_test(much_of_little),
		cmocka_unit_test(truncated),
		cmocka_unit_test(damaged),
		cmocka_unit_test(damaged_blocks),
		cmocka_unit_test(closed_in_the_middle),
		cmocka_unit_test(pipes_are_not_waited_for),
		cmocka_unit_test(reading_fails),
		cmocka_unit_test(child_is_told),
		cmocka_unit_test(source_passes_it_on),
	};
	return cmocka_run_group_tests_name("unpack_ahead", tests, set_up,
					   tear_down);
}
