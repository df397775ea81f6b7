/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <math.h>
#include <stdio.h>

#include "model/import_bytepiece.h"
#include "tok/segment.h"

static void put(tok_buf *buf, const char *s)
{
	assert_ok(tk_buf_text(buf, s));
}

static void put_base64(tok_buf *buf, const uint8_t *p, size_t n)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < n; i += 3) {
		uint32_t b = (uint32_t)p[i] << 16;
		char text[5] = "====";

		if (i + 1 < n)
			b |= (uint32_t)p[i + 1] << 8;
		if (i + 2 < n)
			b |= p[i + 2];
		for (size_t k = 0; k < 4 && k <= n - i; k++)
			text[k] = digit[b >> (18 - 6 * k) & 63];
		put(buf, text);
	}
}

/* All bytes, each counted its value plus one, and what more is given: pieces
 * of count 1000, 2000 and so on. */
static void put_model(tok_buf *buf, const char *const *more, size_t n)
{
	char value[64];

	put(buf, "{");
	for (size_t i = 0; i < 256 + n; i++) {
		uint8_t byte = (uint8_t)i;
		size_t k = i - 256;

		put(buf, i ? ",\n \"" : "\n \"");
		if (i < 256)
			put_base64(buf, &byte, 1);
		else
			put_base64(buf, (const uint8_t *)more[k],
				   strlen(more[k]));
		(void)snprintf(value, sizeof(value), "\": [%zu, \"?\", %zu]",
			       i + 3, i < 256 ? i + 1 : 1000 * (k + 1));
		put(buf, value);
	}
	put(buf, "}\n");
}

static const char *const words[] = {"ab", "abc", "\xE4\xB8\xAD"};

static void keeps_ids_and_counts(void **state)
{
	tok_buf file = {0};
	tok_model *m;

	(void)state;
	put_model(&file, words, 3);
	tok_bytes bytes = {file.p, file.n};
	assert_true(tk_bytepiece_sniff(bytes));
	assert_ok(tk_import_bytepiece(bytes, "x", NULL, &m, NULL));
	assert_int_equal(tok_model_n_ids(m), 262);
	assert_int_equal(tok_model_control(m, "pad"), 0);
	assert_int_equal(tok_model_control(m, "bos"), 1);
	assert_int_equal(tok_model_control(m, "eos"), 2);
	assert_int_equal(tok_model_normalize(m), TOK_NORMALIZE_NFC);
	double all = log(256 * 257 / 2 + 6000);
	for (tok_id id = 3; id < 259; id++) {
		assert_int_equal(tok_model_kind(m, id), TOK_KIND_BYTE);
		assert_true(tok_model_score(m, id) == log(id - 2) - all);
	}
	for (int k = 0; k < 3; k++) {
		assert_int_equal(tok_model_find(m, tok_bytes_of(words[k])),
				 259 + k);
		assert_true(tok_model_score(m, 259 + k) ==
			    log(1000 * (k + 1)) - all);
	}
	tok_model_free(m);
	tok_buf_release(&file);
}

static void takes_long_pieces(void **state)
{
	char word[8001];
	const char *const more[] = {word};

	(void)state;
	memset(word, 'x', sizeof(word));
	for (size_t n = 7999; n <= 8000; n++) {
		tok_buf file = {0};
		tok_error err = {0};
		tok_model *m;

		word[n] = 0;
		put_model(&file, more, 1);
		tok_status st = tk_import_bytepiece(
			(tok_bytes){file.p, file.n}, "x", NULL, &m, &err);
		word[n] = 'x';
		tok_buf_release(&file);
		if (n == 7999) {
			assert_ok(st);
			assert_int_equal(tok_model_piece(m, 259).n, 7999);
		} else {
			assert_int_equal(st, TOK_E_UNSUPPORTED);
			assert_non_null(strstr(err.text, "8000 bytes"));
		}
		tok_model_free(m);
	}
}

static tok_status import(const char *text)
{
	tok_error err;
	tok_model *m;
	tok_status st = tk_import_bytepiece(tok_bytes_of(text), "x", NULL, &m,
					    &err);

	assert_null(m);
	assert_non_null(strchr(err.text, 'x'));
	return st;
}

static void damage_is_refused(void **state)
{
	tok_buf file = {0};
	tok_model *m;

	(void)state;
	assert_int_equal(import("{}"), TOK_E_CORRUPT);
	assert_int_equal(import("{\"AA==\": [3, \"\", 1"), TOK_E_CORRUPT);
	assert_int_equal(import("{\"AA==\": [3, \"\"]}"), TOK_E_CORRUPT);
	assert_int_equal(import("{\"AA==\": [2, \"\", 1]}"), TOK_E_CORRUPT);
	assert_int_equal(import("{\"AA==\": [4, \"\", 1]}"), TOK_E_CORRUPT);
	assert_int_equal(import("{\"A\": [3, \"\", 1]}"), TOK_E_CORRUPT);
	assert_int_equal(import("{\"\": [3, \"\", 1]}"), TOK_E_CORRUPT);
	assert_int_equal(import("{\"AA==\": [3, \"\", 1]}"), TOK_E_CORRUPT);
	put_model(&file, words, 3);
	for (size_t n = 0; n < file.n - 2; n += 7)
		assert_int_equal(tk_import_bytepiece((tok_bytes){file.p, n},
						     "x", NULL, &m, NULL),
				 TOK_E_CORRUPT);
	tok_buf_release(&file);
}

static void sniffs_its_own_alone(void **state)
{
	(void)state;
	assert_true(tk_bytepiece_sniff(BYTES("{\"AA==\": [3, \"\", 1]}")));
	assert_true(tk_bytepiece_sniff(BYTES(" {\n\t\"AA==\" : [\r\n 3")));
	assert_false(tk_bytepiece_sniff(BYTES("{\"AA==\": {\"a\": 3}}")));
	assert_false(tk_bytepiece_sniff(BYTES("{\"text\": \"[3\"}")));
	assert_false(tk_bytepiece_sniff(BYTES("{\"AA")));
	assert_false(tk_bytepiece_sniff(BYTES("{")));
	assert_false(tk_bytepiece_sniff(BYTES("")));
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	const tok_buf *file = ctx;
	tok_model *m;
	tok_status st = tk_import_bytepiece((tok_bytes){file->p, file->n},
					    "x", alloc, &m, NULL);

	tok_model_free(m);
	return st;
}

static void survives_failing_allocations(void **state)
{
	tok_buf file = {0};

	(void)state;
	put_model(&file, words, 3);
	unit_fail_each(run, &file);
	tok_buf_release(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_ids_and_counts),
		cmocka_unit_test(takes_long_pieces),
		cmocka_unit_test(damage_is_refused),
		cmocka_unit_test(sniffs_its_own_alone),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("import_bytepiece", tests, NULL,
					   NULL);
}
