/* SPDX-License-Identifier: Apache-2.0 */
#include "sentencepiece_write.h"

#include <math.h>

static const char path[] = "some.model";

static void assert_bytes(tok_bytes is, const char *want)
{
	assert_int_equal(is.n, strlen(want));
	if (is.n)
		assert_memory_equal(is.p, want, is.n);
}

/* Parses what lies in buf, which is emptied; words, if given, are said. */
static void refused(tok_buf *buf, tok_status want, const char *words)
{
	struct tk_sp_model m;
	tok_error err = {0};

	tok_status st = tk_sp_parse((tok_bytes){buf->p, buf->n}, path, NULL,
				    &m, &err);
	tk_sp_release(&m);
	assert_int_equal(st, want);
	assert_int_equal(err.code, want);
	assert_true(err.at <= buf->n);
	assert_non_null(strstr(err.text, path));
	assert_non_null(strstr(err.text, words));
	buf->n = 0;
}

static void accepted(tok_buf *buf)
{
	struct tk_sp_model m;
	tok_error err = {0};

	if (tk_sp_parse((tok_bytes){buf->p, buf->n}, path, NULL, &m, &err))
		fail_msg("%s", err.text);
	tk_sp_release(&m);
	buf->n = 0;
}

static void everything_is_read(void **state)
{
	static const struct {
		const char *bytes;
		float score;
		enum tk_sp_type type;
	} want[] = {
		{"<unk>", 0, TK_SP_UNKNOWN},
		{"a", -1.25f, TK_SP_NORMAL},
		{"<s>", 0, TK_SP_CONTROL},
		{"<s>", -7, TK_SP_UNUSED},
		{"\xE2\x96\x81hi", -2.5f, TK_SP_USER_DEFINED},
	};
	struct tk_sp_model m;
	tok_buf buf = {0};

	(void)state;
	put_full(&buf);
	assert_ok(tk_sp_parse((tok_bytes){buf.p, buf.n}, path, NULL, &m,
			      NULL));
	assert_int_equal(m.n, 5);
	for (size_t i = 0; i < m.n; i++) {
		assert_bytes(m.piece[i].bytes, want[i].bytes);
		assert_true(m.piece[i].score == want[i].score);
		assert_int_equal(m.piece[i].type, want[i].type);
	}
	assert_int_equal(m.model_type, 1);
	assert_true(m.treat_whitespace_as_suffix && !m.byte_fallback);
	assert_bytes(m.unk_surface, "?");
	assert_bytes(m.unk_piece, "U");
	assert_bytes(m.bos_piece, "B");
	assert_bytes(m.eos_piece, "E");
	assert_bytes(m.pad_piece, "P");
	assert_bytes(m.normalizer.name, "nfkc");
	assert_int_equal(m.normalizer.charsmap.n, 7);
	assert_false(m.normalizer.add_dummy_prefix);
	assert_false(m.normalizer.remove_extra_whitespaces);
	assert_false(m.normalizer.escape_whitespaces);
	assert_bytes(m.denormalizer.charsmap, "denormal");
	assert_true(m.denormalizer.add_dummy_prefix);
	tk_sp_release(&m);
	tk_sp_release(&m);
	tok_buf_release(&buf);
}

static void what_is_missing_has_defaults(void **state)
{
	struct tk_sp_model m;
	tok_buf buf = {0}, inner = {0};

	(void)state;
	put_piece(&buf, BYTES("<unk>"), 0, TK_SP_UNKNOWN);
	put_bytes(&inner, 1, BYTES("b"));
	put_message(&buf, 1, &inner);
	put_bytes(&inner, 46, BYTES(""));
	put_message(&buf, 2, &inner);
	assert_ok(tk_sp_parse((tok_bytes){buf.p, buf.n}, path, NULL, &m,
			      NULL));
	assert_true(m.piece[1].score == 0);
	assert_int_equal(m.piece[1].type, TK_SP_NORMAL);
	assert_int_equal(m.model_type, 1);
	assert_false(m.treat_whitespace_as_suffix || m.byte_fallback);
	assert_bytes(m.unk_surface, " \xE2\x81\x87 ");
	assert_bytes(m.unk_piece, "<unk>");
	assert_bytes(m.bos_piece, "<s>");
	assert_bytes(m.eos_piece, "</s>");
	assert_bytes(m.pad_piece, "<pad>");
	assert_bytes(m.normalizer.name, "");
	assert_int_equal(m.normalizer.charsmap.n, 0);
	assert_true(m.normalizer.add_dummy_prefix);
	assert_true(m.normalizer.remove_extra_whitespaces);
	assert_true(m.normalizer.escape_whitespaces);
	tk_sp_release(&m);
	tok_buf_release(&inner);
	tok_buf_release(&buf);
}

/* Of a field the last value; of a message the union. A known number with
 * another wire type is another field. */
static void repeated_fields_merge(void **state)
{
	struct tk_sp_model m;
	tok_buf buf = {0}, inner = {0};

	(void)state;
	put_piece(&buf, BYTES("<unk>"), 0, TK_SP_UNKNOWN);
	put_bytes(&inner, 1, BYTES("first"));
	put_bytes(&inner, 1, BYTES("last"));
	put_float(&inner, 2, -1);
	put_float(&inner, 2, -2);
	put_number(&inner, 2, 3);
	put_number(&inner, 3, 3);
	put_number(&inner, 3, 1);
	put_message(&buf, 1, &inner);
	put_trainer_flag(&buf, 3, 2);
	put_trainer_flag(&buf, 24, 1);
	put_trainer_flag(&buf, 3, 1);
	put_number(&buf, 1, 9);
	assert_ok(tk_sp_parse((tok_bytes){buf.p, buf.n}, path, NULL, &m,
			      NULL));
	assert_int_equal(m.n, 2);
	assert_bytes(m.piece[1].bytes, "last");
	assert_true(m.piece[1].score == -2);
	assert_int_equal(m.piece[1].type, TK_SP_NORMAL);
	assert_int_equal(m.model_type, 1);
	assert_true(m.treat_whitespace_as_suffix);
	tk_sp_release(&m);
	tok_buf_release(&inner);
	tok_buf_release(&buf);
}

static void pieces_are_checked(void **state)
{
	static uint8_t x[8000];
	tok_buf buf = {0};

	(void)state;
	memset(x, 'x', sizeof(x));
	put_least(&buf);
	put_piece(&buf, BYTES(""), -1, TK_SP_CONTROL);
	refused(&buf, TOK_E_CORRUPT, "piece 2 is empty");
	put_least(&buf);
	put_piece(&buf, (tok_bytes){x, 8000}, -1, TK_SP_NORMAL);
	refused(&buf, TOK_E_CORRUPT, "piece 2 has 8,000");
	put_least(&buf);
	put_piece(&buf, (tok_bytes){x, 7999}, -1, TK_SP_NORMAL);
	accepted(&buf);
	put_least(&buf);
	put_piece(&buf, BYTES("a"), -1, TK_SP_USER_DEFINED);
	refused(&buf, TOK_E_CORRUPT, "piece 2 is there twice");
	put_least(&buf);
	put_piece(&buf, BYTES("<unk>"), -1, TK_SP_CONTROL);
	refused(&buf, TOK_E_CORRUPT, "piece 2 is there twice");
	put_least(&buf);
	put_piece(&buf, BYTES("<unk>"), -1, TK_SP_NORMAL);
	accepted(&buf);
	const float no[] = {NAN, INFINITY, -INFINITY};
	for (int i = 0; i < 3; i++) {
		put_least(&buf);
		put_piece(&buf, BYTES("b"), no[i], TK_SP_UNUSED);
		refused(&buf, TOK_E_CORRUPT, "piece 2 has a score");
	}
	put_least(&buf);
	put_piece(&buf, BYTES("b"), 0, 7);
	refused(&buf, TOK_E_UNSUPPORTED, "piece 2 is of the unknown type 7");
	put_least(&buf);
	put_piece(&buf, BYTES("b"), 0, 0);
	refused(&buf, TOK_E_UNSUPPORTED, "type 0");
	tok_buf_release(&buf);
}

/* The NUL byte stands in one piece only, which text never matches. */
static void nul_is_no_piece(void **state)
{
	struct tk_sp_model m;
	tok_buf buf = {0};

	(void)state;
	put_least(&buf);
	put_piece(&buf, BYTES("\0"), -1, TK_SP_NORMAL);
	refused(&buf, TOK_E_CORRUPT, "piece 2 has a NUL");
	put_least(&buf);
	put_piece(&buf, BYTES("a\0"), -1, TK_SP_UNUSED);
	refused(&buf, TOK_E_CORRUPT, "piece 2 has a NUL");
	put_least(&buf);
	put_piece(&buf, BYTES("\0"), -1, TK_SP_UNUSED);
	accepted(&buf);
	put_least(&buf);
	put_piece(&buf, BYTES("\0"), -1, TK_SP_NORMAL);
	put_byte_pieces(&buf, 256);
	put_trainer_flag(&buf, 35, 1);
	assert_ok(tk_sp_parse((tok_bytes){buf.p, buf.n}, path, NULL, &m,
			      NULL));
	assert_int_equal(m.piece[2].type, TK_SP_UNUSED);
	tk_sp_release(&m);
	tok_buf_release(&buf);
	buf = (tok_buf){0};
	put_piece(&buf, BYTES("\0"), -1, TK_SP_NORMAL);
	put_byte_pieces(&buf, 256);
	put_trainer_flag(&buf, 35, 1);
	refused(&buf, TOK_E_CORRUPT, "no piece that text could match");
	tok_buf_release(&buf);
}

static void bytes_are_all_or_none(void **state)
{
	tok_buf buf = {0};

	(void)state;
	put_piece(&buf, BYTES("a"), -1, TK_SP_NORMAL);
	put_byte_pieces(&buf, 256);
	put_trainer_flag(&buf, 35, 1);
	accepted(&buf);
	put_least(&buf);
	put_byte_pieces(&buf, 255);
	put_trainer_flag(&buf, 35, 1);
	refused(&buf, TOK_E_CORRUPT, "256 bytes");
	put_least(&buf);
	put_byte_pieces(&buf, 1);
	refused(&buf, TOK_E_CORRUPT, "piece 2 is a byte, but the model");
	static const char *const no[] = {"<0xfF>", "<0x4G>", "<0X41>",
					 "<0x41)", "<0x041>", "A"};
	for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++) {
		put_least(&buf);
		put_piece(&buf, tok_bytes_of(no[i]), 0, TK_SP_BYTE);
		put_byte_pieces(&buf, 255);
		put_trainer_flag(&buf, 35, 1);
		refused(&buf, TOK_E_CORRUPT, "piece 2 is a byte, but its");
	}
	tok_buf_release(&buf);
}

static void models_are_checked(void **state)
{
	static const char *const type[] = {"BPE", "WORD", "CHAR", "type 5"};
	tok_buf buf = {0};

	(void)state;
	refused(&buf, TOK_E_FORMAT, "no pieces");
	put_trainer_flag(&buf, 3, 1);
	refused(&buf, TOK_E_FORMAT, "no pieces");
	put_piece(&buf, BYTES("a"), -1, TK_SP_NORMAL);
	refused(&buf, TOK_E_CORRUPT, "no piece of type UNKNOWN");
	put_least(&buf);
	put_piece(&buf, BYTES("u"), -1, TK_SP_UNKNOWN);
	refused(&buf, TOK_E_CORRUPT, "more than one");
	put_piece(&buf, BYTES("<unk>"), -1, TK_SP_UNKNOWN);
	refused(&buf, TOK_E_CORRUPT, "could match");
	for (unsigned i = 0; i < 4; i++) {
		put_least(&buf);
		put_trainer_flag(&buf, 3, i + 2);
		refused(&buf, TOK_E_UNSUPPORTED, type[i]);
	}
	tok_buf_release(&buf);
}

static void what_is_no_message_is_named(void **state)
{
	static const struct {
		uint32_t number;
		const char *name;
	} field[] = {{1, "a piece"}, {2, "trainer_spec"},
		     {3, " normalizer_spec"}, {5, "denormalizer_spec"}};
	struct tk_sp_model m;
	tok_buf buf = {0};
	tok_error err;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		put_least(&buf);
		size_t at = buf.n + 4;
		put_bytes(&buf, field[i].number, BYTES("\x38\x01\x0A\x05"));
		assert_int_equal(tk_sp_parse((tok_bytes){buf.p, buf.n}, path,
					     NULL, &m, &err), TOK_E_FORMAT);
		tk_sp_release(&m);
		assert_int_equal(err.at, at);
		refused(&buf, TOK_E_FORMAT, field[i].name);
	}
	put_least(&buf);
	assert_ok(tk_buf_text(&buf, "plain text"));
	refused(&buf, TOK_E_FORMAT, "the file is no protobuf");
	tok_buf_release(&buf);
}

/* Enough pieces that the table of them fills and wraps. */
static void one_twin_among_many_is_found(void **state)
{
	enum { N = 5000 };
	tok_buf buf = {0};
	char name[16];

	(void)state;
	for (int twin = 0; twin < 2; twin++) {
		put_least(&buf);
		for (int i = 0; i < N; i++) {
			(void)snprintf(name, sizeof(name), "p%d", i);
			put_piece(&buf, tok_bytes_of(name), -2, TK_SP_NORMAL);
		}
		if (!twin) {
			accepted(&buf);
			continue;
		}
		put_piece(&buf, BYTES("p1234"), -3, TK_SP_NORMAL);
		refused(&buf, TOK_E_CORRUPT, "piece 5002 is there twice");
	}
	tok_buf_release(&buf);
}

/* Cut anywhere, it is refused or is what whole fields before the cut say. */
static void cut_anywhere(void **state)
{
	tok_buf buf = {0};
	size_t n_whole = 0;

	(void)state;
	put_full(&buf);
	for (size_t n = 0; n < buf.n; n++) {
		uint8_t *copy = malloc(n ? n : 1);
		struct tk_sp_model m;
		tok_error err = {0};

		assert_non_null(copy);
		memcpy(copy, buf.p, n);
		tok_status st = tk_sp_parse((tok_bytes){copy, n}, path, NULL,
					    &m, &err);
		assert_true(!st || st == TOK_E_FORMAT ||
			    (st == TOK_E_CORRUPT && m.n == 1));
		assert_int_equal(err.code, st);
		n_whole += !st;
		tk_sp_release(&m);
		(void)tk_sp_sniff((tok_bytes){copy, n});
		free(copy);
	}
	/* After each of 4 pieces and 4 of the 5 fields behind them. */
	assert_int_equal(n_whole, 8);
	tok_buf_release(&buf);
}

static void any_bit_flipped(void **state)
{
	tok_buf buf = {0};
	size_t n_refused = 0;

	(void)state;
	put_full(&buf);
	for (size_t i = 0; i < 8 * buf.n; i++) {
		struct tk_sp_model m;
		tok_error err = {0};

		buf.p[i / 8] ^= (uint8_t)(1 << i % 8);
		tok_status st = tk_sp_parse((tok_bytes){buf.p, buf.n}, path,
					    NULL, &m, &err);
		assert_int_equal(err.code, st);
		assert_true(!st == !err.text[0]);
		n_refused += st != TOK_OK;
		tk_sp_release(&m);
		buf.p[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	assert_true(n_refused > buf.n);
	tok_buf_release(&buf);
}

static void sniffs(void **state)
{
	tok_buf buf = {0};

	(void)state;
	put_least(&buf);
	assert_true(tk_sp_sniff((tok_bytes){buf.p, buf.n}));
	assert_false(tk_sp_sniff((tok_bytes){buf.p, 8}));
	buf.n = 0;
	put_piece(&buf, BYTES(""), 0, TK_SP_NORMAL);
	assert_false(tk_sp_sniff((tok_bytes){buf.p, buf.n}));
	buf.n = 0;
	put_trainer_flag(&buf, 3, 1);
	assert_false(tk_sp_sniff((tok_bytes){buf.p, buf.n}));
	assert_false(tk_sp_sniff((tok_bytes){NULL, 0}));
	assert_false(tk_sp_sniff(BYTES("{\"model\": {}}")));
	assert_false(tk_sp_sniff(BYTES("\n\n\n{\"model\": {}}")));
	assert_false(tk_sp_sniff(BYTES("\n\x03\x0A\x01" "ago and so on")));
	tok_buf_release(&buf);
}

static tok_status parse(const tok_alloc *alloc, void *ctx)
{
	const tok_buf *buf = ctx;
	struct tk_sp_model m;

	tok_status st = tk_sp_parse((tok_bytes){buf->p, buf->n}, path, alloc,
				    &m, NULL);
	tk_sp_release(&m);
	return st;
}

static void survives_failing_allocations(void **state)
{
	tok_buf buf = {0};

	(void)state;
	put_full(&buf);
	put_byte_pieces(&buf, 256);
	put_trainer_flag(&buf, 35, 1);
	unit_fail_each(parse, &buf);
	tok_buf_release(&buf);
}

/* Models that people use; they are not part of the sources. */
static void real_models(void **state)
{
	static const struct {
		const char *file, *rules;
		size_t n;
	} real[] = {
		{"sentencepiece_test.model", "nfkc", 1000},
		{"sentencepiece_test_ja.model", "nfkc", 8000},
		{"tf_fast_sentencepiece.model", "nmt_nfkc", 4000},
		{"xlnet_base_cased.model", "nmt_nfkc", 32000},
	};
	const char *root = getenv("TOK_SOURCE_ROOT");
	size_t n_seen = 0;

	(void)state;
	assert_non_null(root);
	char *dir = unit_path(root, "../shared/models");
	for (size_t i = 0; i < sizeof(real) / sizeof(*real); i++) {
		char *name = unit_path(dir, real[i].file);
		struct tk_sp_model m;
		FILE *f = fopen(name, "rb");

		if (f) {
			fclose(f);
			tok_bytes file = unit_read_file(name);
			assert_true(tk_sp_sniff(file));
			assert_ok(tk_sp_parse(file, name, NULL, &m, NULL));
			assert_int_equal(m.n, real[i].n);
			assert_bytes(m.normalizer.name, real[i].rules);
			assert_bytes(m.piece[0].bytes, "<unk>");
			tk_sp_release(&m);
			free((void *)(uintptr_t)file.p);
			n_seen++;
		}
		free(name);
	}
	free(dir);
	if (!n_seen)
		skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_is_read),
		cmocka_unit_test(what_is_missing_has_defaults),
		cmocka_unit_test(repeated_fields_merge),
		cmocka_unit_test(pieces_are_checked),
		cmocka_unit_test(nul_is_no_piece),
		cmocka_unit_test(bytes_are_all_or_none),
		cmocka_unit_test(models_are_checked),
		cmocka_unit_test(what_is_no_message_is_named),
		cmocka_unit_test(one_twin_among_many_is_found),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(any_bit_flipped),
		cmocka_unit_test(sniffs),
		cmocka_unit_test(survives_failing_allocations),
		cmocka_unit_test(real_models),
	};
	return cmocka_run_group_tests_name("sentencepiece", tests, NULL, NULL);
}
