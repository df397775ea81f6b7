/* SPDX-License-Identifier: Apache-2.0 */
#include "manifest_sample.h"

#include "base/buf.h"
#include "base/digest.h"

static tok_status parse(const tok_buf *file, tok_error *err)
{
	struct tk_manifest m = {0};
	tok_status st = tk_manifest_parse((tok_bytes){file->p, file->n},
					  "tok.json", &m, err);

	tk_manifest_release(&m);
	return st;
}

static void every_bit_and_every_byte_counts(void **state)
{
	tok_buf file = sample_written();
	tok_error err;
	size_t n = file.n;

	(void)state;
	assert_ok(parse(&file, &err));
	for (size_t bit = 0; bit < 8 * n; bit++) {
		file.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		tok_status st = parse(&file, &err);
		assert_true(st == TOK_E_CORRUPT || st == TOK_E_FORMAT);
		file.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (file.n = 0; file.n < n; file.n++) {
		tok_status st = parse(&file, &err);
		assert_true(st == TOK_E_CORRUPT || st == TOK_E_FORMAT);
	}
	assert_ok(tk_buf_append(&file, "\n", 1));
	assert_int_equal(parse(&file, &err), TOK_E_CORRUPT);
	tok_buf_release(&file);
}

/* Replaces one text of the manifest and makes the digest right again: what is
 * left to object is what the members say. */
static tok_status forged(const char *from, const char *to, tok_error *err)
{
	tok_buf file = sample_written(), out = {0};
	enum { TAIL = 48 };
	char hex[33];

	file.n -= TAIL;
	assert_ok(tk_buf_append(&file, "", 1));
	const char *text = (const char *)file.p, *at = strstr(text, from);
	assert_non_null(at);
	assert_ok(tk_buf_append(&out, text, (size_t)(at - text)));
	assert_ok(tk_buf_text(&out, to));
	assert_ok(tk_buf_text(&out, at + strlen(from)));
	tok_digest d = tk_digest((tok_bytes){out.p, out.n});
	tok_digest_hex(&d, hex);
	assert_ok(tk_buf_text(&out, "\t\"digest\": \""));
	assert_ok(tk_buf_text(&out, hex));
	assert_ok(tk_buf_text(&out, "\"\n}\n"));
	tok_status st = parse(&out, err);
	tok_buf_release(&out);
	tok_buf_release(&file);
	return st;
}

static void members_must_agree(void **state)
{
	static const char *const wrong[][2] = {
		{"\"n_ids\": 300", "\"n_ids\": 0"},
		{"\"n_ids\": 300", "\"n_ids\": 2147483648"},
		{"\"n_ids\": 300", "\"n_ids\": \"300\""},
		{"\"n_ids\": 300", "\"m_ids\": 300"},
		{"\"row_len\": 10", "\"row_len\": 9"},
		{"\"row_len\": 10", "\"row_len\": 0"},
		{"\"level\": 3", "\"level\": 0"},
		{"\"shard_size\": 1000", "\"shard_size\": 4294967296"},
		{"\"frame_size\": 100", "\"frame_size\": 0"},
		{"\"rows\": 3", "\"rows\": 4"},
		{"\"tokens\": 30", "\"tokens\": 31"},
		{"\"shards\": 2", "\"shards\": 3"},
		{"\"raw_bytes\": 750", "\"raw_bytes\": 751"},
		{"\"rows\": 2", "\"rows\": 0"},
		{"\"tokens_stored\": 30", "\"tokens_stored\": 31"},
		{"\"tokens_text\": 38", "\"tokens_text\": 39"},
		{"\"field\": 4", "\"fjeld\": 4"},
		{"shard.00001.mds.zstd", "shard.00002.mds.zstd"},
		{"shard.00001.mds.zstd", "../../../etc/passwd"},
		{"0000000000000007", "000000000000007"},
		{"0000000000000007", "000000000000000G"},
		{"\"settings\": {", "\"settings\": [], \"s\": {"},
		{"00112233", "0011223"},
		{"\"zip_bytes\": 300", "\"zip_bytes\": -300"},
		{"\"zip_bytes\": 300", "\"zip_bytes\": 300.5"},
		{"\"raw_bytes\": 400", "\"raw_bytes\": 9223372036854775807"},
		{"\"tok\": 1,", "\"tok\": 1, \"tok\": 1,"},
		{"\"tok\": 1", "\"tok\": 0"},
		{"\"tok\": 1", "\"tok\": 01"},
		{"\"shards\": [", "\"shards\": {"},
	};
	tok_error err;

	(void)state;
	assert_ok(forged("\"level\": 3", "\"level\":3", &err));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (forged(wrong[i][0], wrong[i][1], &err) != TOK_E_CORRUPT)
			fail_msg("%s is accepted", wrong[i][1]);
	}
}

static void newer_versions_are_named(void **state)
{
	tok_error err;

	(void)state;
	assert_int_equal(forged("\"tok\": 1", "\"tok\": 2", &err),
			 TOK_E_FORMAT);
	assert_non_null(strstr(err.text, "version 2"));
	assert_int_equal(forged("\"tok\": 1", "\"tok\": 99999999999", &err),
			 TOK_E_FORMAT);
	tok_buf other = {0};
	assert_ok(tk_buf_text(&other, "{\"version\": 2}"));
	assert_int_equal(parse(&other, &err), TOK_E_FORMAT);
	tok_buf_release(&other);
}

/* Members that a later 1.x adds are no error to this reader. */
static void unknown_members_are_passed_over(void **state)
{
	tok_error err;

	(void)state;
	assert_call(forged("\"level\": 3,", "\"level\": 3, \"later\": {},",
			   &err), err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_bit_and_every_byte_counts),
		cmocka_unit_test(members_must_agree),
		cmocka_unit_test(newer_versions_are_named),
		cmocka_unit_test(unknown_members_are_passed_over),
	};
	return cmocka_run_group_tests_name("manifest_parse", tests, NULL, NULL);
}
