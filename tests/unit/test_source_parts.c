/* SPDX-License-Identifier: Apache-2.0 */
/* Long documents in parts: joined, they are the documents that come whole,
 * and the books are the same. */
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

static tok_source_options options_by(tok_by by, size_t max_part)
{
	tok_source_options o;

	tok_source_options_defaults(&o, sizeof(o));
	assert_int_equal(o.max_part, 0);
	o.by = by;
	o.max_part = max_part;
	return o;
}

static tok_source *open_one(const char *path, const tok_source_options *o)
{
	tok_source *s;

	assert_ok(tok_source_open(&path, 1, o, &s, NULL));
	return s;
}

/* What is the same for all parts of a document. */
static void check_same(const tok_doc *a, const tok_doc *b)
{
	assert_string_equal(a->path, b->path);
	assert_int_equal(a->index, b->index);
	assert_int_equal(a->line, b->line);
	assert_int_equal(a->at, b->at);
}

/* The next document out of its parts: *doc is its last one, with the text of
 * all, in *got. */
static tok_status join(tok_source *s, size_t max, tok_doc *doc, tok_buf *got)
{
	tok_ledger before, after;
	tok_doc part;
	tok_status st;

	got->n = 0;
	do {
		tok_source_ledger(s, &before);
		st = tok_source_next(s, &part, NULL);
		if (st)
			return st;
		tok_source_ledger(s, &after);
		assert_true(tok_ledger_balanced(&after));
		assert_int_equal(after.documents - before.documents,
				 !part.goes_on);
		assert_int_equal(part.offset, got->n);
		assert_true(part.goes_on ? part.text.n == max
					 : part.text.n <= max);
		if (got->n) {
			assert_true(part.text.n > 0);
			check_same(&part, doc);
		}
		assert_ok(tk_buf_append(got, part.text.p, part.text.n));
		*doc = part;
	} while (part.goes_on);
	doc->text = (tok_bytes){got->p, got->n};
	return TOK_OK;
}

static void check_books(const tok_source *a, const tok_source *b)
{
	tok_ledger x, y;

	tok_source_ledger(a, &x);
	tok_source_ledger(b, &y);
	assert_memory_equal(&x, &y, sizeof(x));
	for (size_t i = 0; i < tok_source_n_inputs(a); i++) {
		tok_input p, q;

		tok_source_input(a, i, &p);
		tok_source_input(b, i, &q);
		assert_int_equal(p.bytes, q.bytes);
		assert_int_equal(p.documents, q.documents);
	}
}

/* The rest of both streams; parted comes in parts of at most max. */
static void compare(tok_source *whole, tok_source *parted, size_t max)
{
	tok_buf got = {0};
	tok_doc a, b;
	tok_status st;

	while (!(st = tok_source_next(whole, &a, NULL))) {
		assert_ok(join(parted, max, &b, &got));
		assert_true(tk_bytes_equal(a.text, b.text));
		assert_false(a.goes_on || a.offset);
		check_same(&a, &b);
		check_books(whole, parted);
	}
	assert_int_equal(join(parted, max, &b, &got), st);
	check_books(whole, parted);
	tok_buf_release(&got);
}

static void pack_as(int format, tok_buf *out, tok_bytes text)
{
	if (format == 1)
		add_zstd(out, text);
	else if (format == 2)
		add_gzip(out, text);
	else
		assert_ok(tk_buf_append(out, text.p, text.n));
}

static void parts_are_the_document(void **state)
{
	(void)state;
	static const char *const seps[] = {"%", "aa", "aba", "abab", "\n%\n"};
	static const uint8_t bytes[] = {'a', 'b', 'a', 'b', '\n', '%', 0};
	uint64_t seed = 3;

	for (int round = 0; round < 600; round++) {
		tok_source_options o = options_by((tok_by)(round % 4), 0);
		uint8_t file[90];
		size_t n = unit_below(&seed, sizeof(file));
		size_t max = 1 + unit_below(&seed, 20);
		tok_buf packed = {0};
		tok_doc doc;

		o.separator = tok_bytes_of(seps[unit_below(&seed, 5)]);
		for (size_t i = 0; i < n; i++)
			file[i] = bytes[unit_below(&seed, sizeof(bytes))];
		pack_as((int)unit_below(&seed, 3), &packed,
			(tok_bytes){file, n});
		char *path = put("file", (tok_bytes){packed.p, packed.n});
		tok_source *whole = open_one(path, &o);
		o.max_part = max;
		tok_source *parted = open_one(path, &o);
		/* Again, from inside a document as like as not. */
		for (size_t k = unit_below(&seed, 5); k; k--)
			(void)tok_source_next(parted, &doc, NULL);
		assert_ok(tok_source_rewind(parted, NULL));
		compare(whole, parted, max);
		tok_source_close(whole);
		tok_source_close(parted);
		tok_buf_release(&packed);
		free(path);
	}
}

static void check_parts(const tok_source_options *o, tok_bytes file,
			const char *want)
{
	char *path = put("file", file);
	tok_source *s = open_one(path, o);
	tok_buf out = {0};
	tok_doc doc;

	while (!tok_source_next(s, &doc, NULL)) {
		assert_ok(tk_buf_append(&out, doc.text.p, doc.text.n));
		assert_ok(tk_buf_text(&out, doc.goes_on ? "+" : "|"));
	}
	assert_true(tk_bytes_equal((tok_bytes){out.p, out.n},
				   tok_bytes_of(want)));
	tok_source_close(s);
	tok_buf_release(&out);
	free(path);
}

static void ends_of_parts(void **state)
{
	(void)state;
	tok_source_options o = options_by(TOK_BY_LINE, 3);

	check_parts(&o, BYTES("abc\nabcd\n\nabcabc"), "abc|abc+d||abc+abc|");
	check_parts(&o, BYTES("abc\r\n\r\n"), "abc+\r|\r|");
	check_parts(&o, BYTES("\xF0\x9F\x99\x82\n"), "\xF0\x9F\x99+\x82|");
	o.by = TOK_BY_FILE;
	check_parts(&o, BYTES(""), "|");
	check_parts(&o, BYTES("abc"), "abc|");
	check_parts(&o, BYTES("abc\n"), "abc+\n|");
	o.by = TOK_BY_SEPARATOR;
	o.separator = BYTES("\n%\n");
	o.max_part = 4;
	check_parts(&o, BYTES("aaa\r\n%\nb"), "aaa\r|b|");
	check_parts(&o, BYTES("aaa\r\n%%\n%\nb"), "aaa\r+\n%%|b|");
	check_parts(&o, BYTES("aaa\n%\n%\n\n%"), "aaa|%\n\n%|");
	/* A line of JSON is found out at its end, so it comes whole. */
	o.by = TOK_BY_JSONL;
	o.field = "text";
	check_parts(&o, BYTES("{\"text\":\"abcdef\"}\n"), "abcdef|");
}

static void numbers_of_parts(void **state)
{
	(void)state;
	char *a = put("a", BYTES("abcde\nf")), *b = put("b", BYTES("gh"));
	const char *paths[] = {a, b};
	tok_source_options o = options_by(TOK_BY_LINE, 2);
	const tok_doc want[] = {{BYTES("ab"), a, 7, 1, 0, 0, 1},
				{BYTES("cd"), a, 7, 1, 0, 2, 1},
				{BYTES("e"), a, 7, 1, 0, 4, 0},
				{BYTES("f"), a, 8, 2, 6, 0, 0},
				{BYTES("gh"), b, 9, 1, 0, 0, 0}};
	static const size_t bytes_in[] = {2, 4, 6, 7, 9};
	uint64_t done, total;
	tok_source *s;
	tok_ledger ledger;
	tok_doc doc;

	o.first_index = 7;
	assert_ok(tok_source_open(paths, 2, &o, &s, NULL));
	for (size_t i = 0; i < 5; i++) {
		assert_ok(tok_source_next(s, &doc, NULL));
		assert_true(tk_bytes_equal(doc.text, want[i].text));
		check_same(&doc, &want[i]);
		assert_int_equal(doc.offset, want[i].offset);
		assert_int_equal(doc.goes_on, want[i].goes_on);
		tok_source_ledger(s, &ledger);
		assert_int_equal(ledger.bytes_in, bytes_in[i]);
		tok_source_progress(s, &done, &total);
		assert_int_equal(done, i < 4 ? 7 : 9);
		assert_int_equal(total, 9);
	}
	assert_int_equal(tok_source_next(s, &doc, NULL), TOK_END);
	tok_source_close(s);
	free(a);
	free(b);
}

static void too_long(void **state)
{
	(void)state;
	tok_source_options o = options_by(TOK_BY_LINE, 4);
	char *path = put("file", BYTES("short\ntoo long by far\n"));
	tok_ledger ledger;
	tok_error err;
	tok_doc doc;

	o.max_document = 10;
	tok_source *s = open_one(path, &o);
	for (int i = 0; i < 4; i++)
		assert_ok(tok_source_next(s, &doc, &err));
	assert_int_equal(tok_source_next(s, &doc, &err), TOK_E_LIMIT);
	assert_int_equal(err.at, 6);
	assert_non_null(strstr(err.text, "record 2"));
	tok_source_ledger(s, &ledger);
	assert_true(tok_ledger_balanced(&ledger));
	assert_int_equal(ledger.bytes_in, 6 + 8);
	assert_int_equal(ledger.documents, 1);
	tok_source_close(s);
	free(path);
}

/* 8 MiB in one document, however it lies on the disk: its parts' buffer, and
 * what unpacks (zstd's own is not counted). */
static void memory_is_bounded(void **state)
{
	(void)state;
	enum { TEXT = 1 << 23, BOUND = 1 << 20 };
	uint8_t *text = malloc(TEXT);
	uint64_t seed = 9;

	assert_non_null(text);
	for (size_t i = 0; i < TEXT; i++)
		text[i] = (uint8_t)('a' + unit_below(&seed, 26));
	for (int round = 0; round < 6; round++) {
		tok_source_options o = options_by(
			round < 3 ? TOK_BY_FILE : TOK_BY_SEPARATOR, 100000);
		struct unit_alloc u;
		tok_buf packed = {0};
		tok_doc doc;
		uint64_t n = 0;

		pack_as(round % 3, &packed, (tok_bytes){text, TEXT});
		char *path = put("file", (tok_bytes){packed.p, packed.n});
		unit_alloc_init(&u);
		o.separator = BYTES("ab%");
		o.alloc = &u.alloc;
		tok_source *s = open_one(path, &o);
		while (!tok_source_next(s, &doc, NULL)) {
			assert_memory_equal(doc.text.p, text + doc.offset,
					    doc.text.n);
			n += doc.text.n;
		}
		assert_int_equal(n, TEXT);
		assert_true(u.peak <= BOUND);
		tok_source_close(s);
		unit_alloc_check(&u);
		tok_buf_release(&packed);
		free(path);
	}
	free(text);
}

static tok_status read_parts(const tok_alloc *alloc, void *ctx)
{
	const char *paths[] = {ctx};
	tok_source_options o = options_by(TOK_BY_LINE, 300000);
	tok_source *s;
	tok_doc doc;

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
	tok_bytes text = {calloc(1, 1000000), 1000000};
	tok_buf packed = {0};

	add_gzip(&packed, text);
	char *path = put("a.gz", (tok_bytes){packed.p, packed.n});
	unit_fail_each(read_parts, path);
	tok_buf_release(&packed);
	free((void *)text.p);
	free(path);
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
		IN_A_DIRECTORY(parts_are_the_document),
		IN_A_DIRECTORY(ends_of_parts),
		IN_A_DIRECTORY(numbers_of_parts),
		IN_A_DIRECTORY(too_long),
		IN_A_DIRECTORY(memory_is_bounded),
		IN_A_DIRECTORY(allocation_fails),
	};
	return cmocka_run_group_tests_name("source_parts", tests, NULL, NULL);
}
