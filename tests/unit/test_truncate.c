/* SPDX-License-Identifier: Apache-2.0 */
/* What truncation holds and where it stops; that this is right for any text:
 * test_truncate_any. */
#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "charsmap_toy.h"
#include "hf_toy.h"
#include "segment/truncate.h"
#include "sp_toy.h"
#include "toy.h"

enum { BEGINNING = 1 << 18 };

static tok_encoder *encoder(const tok_model *m)
{
	tok_encoder *e;

	assert_ok(tok_encoder_new(m, NULL, &e));
	return e;
}

/* "n end whole": what of text n ids hold. */
static const char *cut(const tok_model *m, tok_bytes text, uint64_t n)
{
	static char line[60];
	tok_encoder *e = encoder(m);
	tok_truncation t;

	assert_ok(tok_truncate(e, text, n, NULL, &t));
	(void)snprintf(line, sizeof(line), "%d %d %d", (int)t.n_ids,
		       (int)t.end, t.is_whole);
	tok_encoder_free(e);
	return line;
}

#define CHECK(m, text, n, want) \
	assert_string_equal(cut(m, BYTES(text), n), want)

static void known(void **state)
{
	static const char *const piece[] = {"\u2581", "\u2581a", "a", "b", "f",
					    "i", "ab"};
	static struct charsmap_toy map;
	static struct sp_toy toy;
	tok_model *m;

	(void)state;
	sp_toy_init(&toy);
	(void)sp_toy_add(&toy, BYTES("<unk>"), 0, TOK_KIND_UNKNOWN);
	for (size_t i = 0; i < sizeof(piece) / sizeof(*piece); i++)
		(void)sp_toy_add(&toy, tok_bytes_of(piece[i]), -1,
				 TOK_KIND_PIECE);
	sp_toy_add_fallback(&toy);
	charsmap_toy_init(&map);
	charsmap_toy_add(&map, "\uFB01", "fi");
	struct tk_table table = sp_toy_table(
		&toy, TK_SP_FLOAT,
		TK_SP_DUMMY_PREFIX | TK_SP_REMOVE_SPACES |
			TK_SP_ESCAPE_SPACES | TK_SP_BYTE_FALLBACK);
	table.charsmap = charsmap_toy_bytes(&map);
	assert_ok(tk_model_make(&table, "x", NULL, &m, NULL));
	CHECK(m, "", 0, "0 0 1");
	CHECK(m, "a b", 0, "0 0 0");
	CHECK(m, "a b", 1, "1 1 0");
	/* A space is the next token, its letter another. */
	CHECK(m, "a b", 2, "2 2 0");
	CHECK(m, "a b", 3, "3 3 1");
	CHECK(m, "a b  ", 3, "3 5 1");
	CHECK(m, "a   a", 1, "1 1 0");
	/* Spaces that begin the text became nothing. */
	CHECK(m, "  a", 0, "0 2 0");
	/* A ligature is two tokens, a character of no piece three. */
	CHECK(m, "a\uFB01" "b", 1, "1 1 0");
	CHECK(m, "a\uFB01" "b", 2, "2 1 0");
	CHECK(m, "a\uFB01" "b", 3, "3 4 0");
	CHECK(m, "a\u65E5" "b", 2, "2 1 0");
	CHECK(m, "a\u65E5" "b", 3, "3 1 0");
	CHECK(m, "a\u65E5" "b", 4, "4 4 0");
	CHECK(m, "a\u65E5", 4, "4 4 1");
	tok_model_free(m);
	/* Bytes alone: a character is cut nowhere, a stray byte stands for
	 * itself. */
	m = toy_model(&(uint64_t){1}, 0, 1);
	CHECK(m, "x\u65E5y", 3, "3 1 0");
	CHECK(m, "x\u65E5y", 4, "4 4 0");
	CHECK(m, "x\xE6\x97y", 2, "2 2 0");
	CHECK(m, "\x80\x80\x80\x80", 3, "3 3 0");
	tok_model_free(m);
}

/* A gigabyte of text, of which only the beginning is there: to read behind
 * the end of a file that is mapped is SIGBUS. */
static const uint8_t *map_beginning(size_t size)
{
	static uint8_t text[BEGINNING];
	uint64_t random = 54;
	char *dir = unit_temp_dir(), *path = unit_path(dir, "text");

	for (size_t i = 0; i < BEGINNING; i++)
		text[i] = unit_below(&random, 5)
				  ? (uint8_t)('a' + unit_below(&random, 3))
				  : ' ';
	unit_write_file(path, (tok_bytes){text, BEGINNING});
	int fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	const uint8_t *map =
		mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	assert_true(map != MAP_FAILED);
	(void)close(fd);
	unit_remove_dir(dir);
	free(path);
	return map;
}

static void stops_early(void **state)
{
	const size_t size = (size_t)1 << 30;
	const uint8_t *text = map_beginning(size);
	uint64_t random = 54;
	static struct sp_toy toy;

	(void)state;
	sp_toy_fill(&toy, &random, SP_FEW, 3, 20);
	tok_model *m[] = {toy_model(&random, 20, 3),
			  sp_toy_model(&toy, TK_SP_FLOAT, 7),
			  hf_toy_load(&(struct hf_toy){
				  .pre_tokenizer =
					  "{\"type\": \"WhitespaceSplit\"}"})};
	for (size_t i = 0; i < sizeof(m) / sizeof(*m); i++) {
		tok_encoder *e = encoder(m[i]);
		tok_truncation t;

		assert_ok(tok_truncate(e, (tok_bytes){text, size}, 5000, NULL,
				       &t));
		assert_int_equal(t.n_ids, 5000);
		assert_int_equal(t.is_whole, 0);
		assert_true(t.end > 0 && t.end < BEGINNING);
		/* Where one look is not enough, there is another. */
		assert_ok(tk_truncate(e, (tok_bytes){text, size}, 5000, 1,
				      NULL, &t));
		assert_int_equal(t.n_ids, 5000);
		tok_encoder_free(e);
		tok_model_free(m[i]);
	}
	(void)munmap((void *)(uintptr_t)text, size);
}

static void what_fails_changes_nothing(void **state)
{
	tok_model *m = hf_toy_load(&(struct hf_toy){
		.model = "{\"vocab\": [[\"a\", 0]]}"});
	tok_encoder *e = encoder(m);
	tok_truncation t = {7, 8, 9};
	tok_ids ids = {0};

	(void)state;
	assert_int_equal(tok_truncate(e, BYTES("aba"), 2, &ids, &t),
			 TOK_E_UNSUPPORTED);
	assert_int_equal(tok_truncate(e, BYTES("aba"), 2, NULL, &t),
			 TOK_E_UNSUPPORTED);
	assert_true(t.n_ids == 7 && t.end == 8 && t.is_whole == 9);
	assert_int_equal(ids.n, 0);
	tok_ids_release(&ids);
	tok_encoder_free(e);
	tok_model_free(m);
}

struct job {
	const tok_model *model;
	tok_spans spans;
};

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	const tok_bytes text = BYTES(
		"ab abc\u00E9 e\xCC\x81 abc\n\nab aab b aab ab ab a b\uFB01");
	const struct job *job = ctx;
	tok_truncation t = {.n_ids = 99};
	tok_encoder_options o;
	tok_encoder *e;
	tok_ids ids;

	tok_encoder_options_defaults(&o, sizeof(o));
	o.alloc = alloc;
	o.spans = job->spans;
	o.cache_size = 1 << 12;
	tok_status st = tok_encoder_new(job->model, &o, &e);
	if (st)
		return st;
	tok_ids_init(&ids, alloc);
	st = tk_truncate(e, text, 6, 8, &ids, &t);
	assert_int_equal(ids.n, st ? 0 : 6);
	assert_int_equal(t.n_ids, st ? 99 : 6);
	if (!st)
		st = tk_truncate(e, text, 1000, 8, NULL, &t);
	tok_ids_release(&ids);
	tok_encoder_free(e);
	return st;
}

static void survives_failing_allocations(void **state)
{
	static const struct hf_toy hf = {
		.normalizer = "{\"type\": \"NFC\"}",
		.pre_tokenizer = "{\"type\": \"WhitespaceSplit\"}"};
	static struct sp_toy sp;
	uint64_t random = 55;
	struct toy toy;
	tok_model *own;

	(void)state;
	sp_toy_fill(&sp, &random, SP_FEW, 4, 20);
	sp_toy_add_fallback(&sp);
	toy_init(&toy, &random, 20, 3);
	struct tk_spec spec = toy_spec(&toy);
	spec.split = TOK_SPLIT_WORD;
	spec.normalize = TOK_NORMALIZE_NFKC;
	assert_ok(tk_model_build(&spec, NULL, &own, NULL));
	tok_model *m[] = {
		own, sp_toy_model(&sp, TK_SP_FLOAT, 7 | TK_SP_BYTE_FALLBACK),
		hf_toy_load(&hf)};
	for (size_t i = 0; i < 6; i++)
		unit_fail_each(run, &(struct job){m[i / 2],
						  i % 2 ? TOK_SPANS_COVER
							: TOK_SPANS_NONE});
	for (size_t i = 0; i < 3; i++)
		tok_model_free(m[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known),
		cmocka_unit_test(stops_early),
		cmocka_unit_test(what_fails_changes_nothing),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("truncate", tests, NULL, NULL);
}
