/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "tok/segment.h"
#include "toy.h"

static tok_model *make(tok_split split, tok_normalize form)
{
	static const tok_control control[] = {{"eos", "</s>"}, {NULL, "<x>"}};
	uint64_t random = 91;
	struct toy toy;
	tok_model *m;

	toy_init(&toy, &random, 12, 3);
	struct tk_spec spec = toy_spec(&toy);
	spec.control = control;
	spec.n_controls = 2;
	spec.split = split;
	spec.normalize = form;
	spec.pad_vocab = 7;
	spec.record = "{\"trained\":\"toy\"}";
	assert_ok(tk_model_build(&spec, NULL, &m, NULL));
	return m;
}

static tok_bytes image_of(const tok_model *m)
{
	return (tok_bytes){m->image.p, m->image.n};
}

static void save_and_load_keep_everything(void **state)
{
	char *dir = unit_temp_dir(), *path = unit_path(dir, "m.tok");
	tok_model *m = make(TOK_SPLIT_WORD, TOK_NORMALIZE_NFKC), *back;
	tok_error err;

	(void)state;
	assert_ok(tok_model_save(m, path, 0, &err));
	assert_int_equal(tok_model_save(m, path, 0, &err), TOK_E_EXISTS);
	assert_ok(tok_model_save(m, path, 1, &err));
	assert_ok(tok_model_load(path, NULL, &back, &err));
	assert_int_equal(back->image.n, m->image.n);
	assert_memory_equal(back->image.p, m->image.p, m->image.n);
	assert_int_equal(tok_model_split(back), TOK_SPLIT_WORD);
	assert_int_equal(tok_model_normalize(back), TOK_NORMALIZE_NFKC);
	int major = 0, minor = -1;
	tok_model_unicode(back, &major, &minor);
	assert_true(major >= 14 && minor >= 0);
	tok_model_free(back);
	tok_model_free(m);
	free(path);
	unit_remove_dir(dir);
}

/* Only what decides an id changes the fingerprint. */
static void fingerprint_is_of_the_meaning(void **state)
{
	uint64_t random = 92;
	struct toy toy;
	tok_model *m;
	tok_digest d[6];
	static const tok_control eos = {"eos", "</s>"};

	(void)state;
	toy_init(&toy, &random, 12, 3);
	for (int i = 0; i < 6; i++) {
		struct tk_spec spec = toy_spec(&toy);

		spec.record = i == 1 ? "{\"other\":1}" : "{}";
		if (i == 2)
			toy.piece[5].score--;
		if (i == 3)
			spec.control = &eos;
		spec.n_controls = i == 3;
		if (i == 4)
			spec.split = TOK_SPLIT_SPACE;
		if (i == 5)
			spec.normalize = TOK_NORMALIZE_NFC;
		assert_ok(tk_model_build(&spec, NULL, &m, NULL));
		d[i] = tok_model_fingerprint(m);
		if (i == 2)
			toy.piece[5].score++;
		tok_model_free(m);
	}
	assert_memory_equal(&d[0], &d[1], sizeof(d[0]));
	for (int i = 2; i < 6; i++)
		assert_memory_not_equal(&d[0], &d[i], sizeof(d[0]));
}

static void every_truncation_is_seen(void **state)
{
	tok_model *m = make(TOK_SPLIT_NONE, TOK_NORMALIZE_NONE), *back;
	tok_bytes file = image_of(m);
	tok_error err;

	(void)state;
	for (size_t n = 0; n < file.n; n += n < 400 ? 1 : 97) {
		tok_status st = tok_model_parse((tok_bytes){file.p, n}, NULL,
						&back, &err);

		assert_true(st == TOK_E_CORRUPT || st == TOK_E_FORMAT);
		assert_null(back);
		assert_true(err.text[0]);
	}
	tok_model_free(m);
}

static void every_bit_is_seen(void **state)
{
	tok_model *m = make(TOK_SPLIT_NONE, TOK_NORMALIZE_NONE), *back;
	tok_bytes file = image_of(m);
	tok_buf copy;

	(void)state;
	tok_buf_init(&copy, NULL);
	assert_ok(tk_buf_append(&copy, file.p, file.n));
	for (size_t i = 0; i < file.n; i += i < 600 ? 1 : 53)
		for (unsigned bit = 0; bit < 8; bit++) {
			copy.p[i] ^= (uint8_t)(1 << bit);
			assert_true(tok_model_parse(
					    (tok_bytes){copy.p, copy.n}, NULL,
					    &back, NULL) != TOK_OK);
			copy.p[i] ^= (uint8_t)(1 << bit);
		}
	tok_buf_release(&copy);
	tok_model_free(m);
}

/* With the digest made right again: what a liar would write. Each is
 * refused, or is a model that encodes without harm. */
static void lies_do_no_harm(void **state)
{
	tok_model *m = make(TOK_SPLIT_WORD, TOK_NORMALIZE_NONE), *back;
	tok_bytes file = image_of(m);
	uint64_t random = 93;
	size_t n_loaded = 0;
	tok_buf copy, out;
	tok_ids ids;

	(void)state;
	tok_buf_init(&copy, NULL);
	tok_buf_init(&out, NULL);
	tok_ids_init(&ids, NULL);
	assert_ok(tk_buf_append(&copy, file.p, file.n));
	for (int i = 0; i < 20000; i++) {
		size_t head = TK_MODEL_HEAD + TK_N_SECTIONS * TK_MODEL_ENTRY;
		size_t at = i & 1 ? 8 + unit_below(&random, head + 600)
				  : 8 + unit_below(&random, file.n - 8);
		uint8_t was = copy.p[at];
		uint8_t digest[16];

		memcpy(digest, copy.p + 24, 16);
		copy.p[at] = (uint8_t)unit_random(&random);
		tok_digest d = tk_image_digest((tok_bytes){copy.p, copy.n});
		memcpy(copy.p + 24, d.byte, 16);
		if (!tok_model_parse((tok_bytes){copy.p, copy.n}, NULL, &back,
				     NULL)) {
			tok_encoder *e;

			n_loaded++;
			assert_ok(tok_encoder_new(back, NULL, &e));
			ids.n = out.n = 0;
			assert_ok(tok_encode(e, BYTES("abcabc Abc \xC3\xA9"
						      "aacbb\n\nab1 2"),
					     &ids));
			assert_ok(tok_decode(back, ids.id, ids.n, &out, NULL));
			assert_int_equal(out.n, 25);
			tok_encoder_free(e);
			tok_model_free(back);
		}
		copy.p[at] = was;
		memcpy(copy.p + 24, digest, 16);
	}
	assert_true(n_loaded > 100);
	tok_ids_release(&ids);
	tok_buf_release(&out);
	tok_buf_release(&copy);
	tok_model_free(m);
}

/* The model's file with other bytes in one section. */
static tok_status parse_with(const tok_model *m, enum tk_section which,
			     tok_bytes bytes)
{
	tok_bytes section[TK_N_SECTIONS];
	tok_model *back;
	tok_error err;
	tok_buf image;

	tok_buf_init(&image, NULL);
	assert_ok(tk_image_read(image_of(m), "m", section, &err));
	section[which] = bytes;
	assert_ok(tk_image_write(section, &image));
	tok_status st = tok_model_parse((tok_bytes){image.p, image.n}, NULL,
					&back, &err);
	tok_model_free(back);
	tok_buf_release(&image);
	return st;
}

/* Each setting changed to what the other sections do not allow. */
static void settings_must_fit(void **state)
{
	static const struct {
		int at;
		uint32_t value;
	} lies[] = {
		{TK_SET_N_IDS, TK_MAX_IDS + 1}, {TK_SET_N_IDS, 269},
		{TK_SET_MAX_PIECE, 0}, {TK_SET_MAX_PIECE, 6},
		{TK_SET_SPLIT, TOK_SPLIT_NONE}, {TK_SET_SPLIT, 3},
		{TK_SET_SPLIT, 4}, {TK_SET_NORMALIZE, 4},
		{TK_SET_NORMALIZE, 5}, {TK_SET_UNICODE_MAJOR, 3},
		{TK_SET_UNICODE_MINOR, 7}, {TK_SET_UNICODE_MINOR, 256},
		{TK_SET_ARITHMETIC, TK_SP_FLOAT}, {TK_SET_SP_FLAGS, 1},
	};
	tok_model *m = make(TOK_SPLIT_WORD, TOK_NORMALIZE_NONE);
	tok_bytes section[TK_N_SECTIONS];
	uint8_t settings[4 * TK_N_SETTINGS];
	const tok_bytes mine = {settings, sizeof(settings)};

	(void)state;
	assert_ok(tk_image_read(image_of(m), "m", section, NULL));
	memcpy(settings, section[TK_SECTION_SETTINGS].p, sizeof(settings));
	assert_ok(parse_with(m, TK_SECTION_SETTINGS, mine));
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		uint8_t *at = settings + 4 * lies[i].at;
		uint32_t was = tk_get32(at);

		tk_put32(at, lies[i].value);
		assert_int_equal(parse_with(m, TK_SECTION_SETTINGS, mine),
				 TOK_E_CORRUPT);
		tk_put32(at, was);
	}
	tk_put32(settings + 4 * TK_SET_ARITHMETIC, TK_N_ARITHMETIC);
	assert_int_equal(parse_with(m, TK_SECTION_SETTINGS, mine),
			 TOK_E_UNSUPPORTED);
	tok_model_free(m);
}

/* Decoding would leave out what these models must give back. */
static void pieces_of_our_own_are_decoded(void **state)
{
	tok_model *m = make(TOK_SPLIT_NONE, TOK_NORMALIZE_NONE);
	tok_bytes section[TK_N_SECTIONS];
	tok_buf kinds;

	(void)state;
	tok_buf_init(&kinds, NULL);
	assert_ok(tk_image_read(image_of(m), "m", section, NULL));
	tok_bytes kind = section[TK_SECTION_KINDS];
	assert_ok(tk_buf_append(&kinds, kind.p, kind.n));
	kinds.p[256] = TOK_KIND_USER;
	assert_ok(parse_with(m, TK_SECTION_KINDS,
			     (tok_bytes){kinds.p, kinds.n}));
	kinds.p[256] = TOK_KIND_SPECIAL;
	assert_int_equal(parse_with(m, TK_SECTION_KINDS,
				    (tok_bytes){kinds.p, kinds.n}),
			 TOK_E_CORRUPT);
	tok_buf_release(&kinds);
	tok_model_free(m);
}

static void records_are_json_objects(void **state)
{
	static char large[TK_MAX_RECORD + 2] = "{}";
	tok_model *m = make(TOK_SPLIT_NONE, TOK_NORMALIZE_NONE);

	(void)state;
	assert_ok(parse_with(m, TK_SECTION_RECORD, BYTES("")));
	assert_ok(parse_with(m, TK_SECTION_RECORD, BYTES("{\"a\": [1]}")));
	assert_int_equal(parse_with(m, TK_SECTION_RECORD, BYTES("{} {}")),
			 TOK_E_CORRUPT);
	assert_int_equal(parse_with(m, TK_SECTION_RECORD, BYTES("[]")),
			 TOK_E_CORRUPT);
	memset(large + 2, ' ', sizeof(large) - 2);
	assert_ok(parse_with(m, TK_SECTION_RECORD,
			     (tok_bytes){(uint8_t *)large, TK_MAX_RECORD}));
	assert_int_equal(parse_with(m, TK_SECTION_RECORD,
				    (tok_bytes){(uint8_t *)large,
						TK_MAX_RECORD + 1}),
			 TOK_E_CORRUPT);
	tok_model_free(m);
}

static void roles_are_of_ids_and_have_a_limit(void **state)
{
	static uint8_t role[6 + TK_MAX_NAME + 1];
	tok_model *m = make(TOK_SPLIT_NONE, TOK_NORMALIZE_NONE);

	(void)state;
	memset(role, 'x', sizeof(role));
	for (unsigned n = 0; n <= TK_MAX_NAME + 1; n += 1 + n % 500) {
		bool good = n >= 1 && n <= TK_MAX_NAME;

		tk_put32(role, 3);
		tk_put16(role + 4, (uint16_t)n);
		assert_int_equal(parse_with(m, TK_SECTION_ROLES,
					    (tok_bytes){role, 6 + n}),
				 good ? TOK_OK : TOK_E_CORRUPT);
		tk_put32(role, (uint32_t)m->n_ids);
		assert_int_equal(parse_with(m, TK_SECTION_ROLES,
					    (tok_bytes){role, 6 + n}),
				 TOK_E_CORRUPT);
	}
	assert_int_equal(parse_with(m, TK_SECTION_ROLES,
				    (tok_bytes){role, 5}), TOK_E_CORRUPT);
	tok_model_free(m);
}

static void not_a_model_is_said(void **state)
{
	char *dir = unit_temp_dir(), *path = unit_path(dir, "text");
	tok_model *m;
	tok_error err;

	(void)state;
	unit_write_file(path, BYTES("once upon a time"));
	assert_int_equal(tok_model_load(path, NULL, &m, &err), TOK_E_FORMAT);
	assert_non_null(strstr(err.text, path));
	assert_int_equal(tok_model_load(dir, NULL, &m, &err), TOK_E_IO);
	assert_non_null(strstr(err.text, "directory"));
	tok_load_options o;
	tok_load_options_defaults(&o, sizeof(o));
	o.max_file = 5;
	assert_int_equal(tok_model_load(path, &o, &m, &err), TOK_E_LIMIT);
	assert_null(m);
	/* A program of an older header knows nothing behind size. */
	o.size = offsetof(tok_load_options, alloc);
	assert_int_equal(tok_model_load(path, &o, &m, &err), TOK_E_LIMIT);
	o.size = sizeof(o) + 1;
	assert_int_equal(tok_model_load(path, &o, &m, &err), TOK_E_ARGUMENT);
	free(path);
	unit_remove_dir(dir);
}

static tok_status parse(const tok_alloc *alloc, void *ctx)
{
	tok_load_options o;
	tok_model *m;

	tok_load_options_defaults(&o, sizeof(o));
	o.alloc = alloc;
	tok_status st = tok_model_parse(image_of(ctx), &o, &m, NULL);
	tok_model_free(m);
	return st;
}

static void survives_failing_allocations(void **state)
{
	tok_model *m = make(TOK_SPLIT_WORD, TOK_NORMALIZE_NFC);

	(void)state;
	unit_fail_each(parse, m);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(save_and_load_keep_everything),
		cmocka_unit_test(fingerprint_is_of_the_meaning),
		cmocka_unit_test(every_truncation_is_seen),
		cmocka_unit_test(every_bit_is_seen),
		cmocka_unit_test(lies_do_no_harm),
		cmocka_unit_test(settings_must_fit),
		cmocka_unit_test(pieces_of_our_own_are_decoded),
		cmocka_unit_test(records_are_json_objects),
		cmocka_unit_test(roles_are_of_ids_and_have_a_limit),
		cmocka_unit_test(not_a_model_is_said),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("parse", tests, NULL, NULL);
}
