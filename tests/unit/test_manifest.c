/* SPDX-License-Identifier: Apache-2.0 */
#include "dataset.h"

#include "base/buf.h"
#include "base/digest.h"
#include "shard/manifest.h"

static const char settings[] = "{ \"digest\": [1,\n\t\"totals\"], \"x\":2 }";

static void make(struct tk_manifest *m, const tok_alloc *alloc)
{
	const struct tk_shard_info one = {2, 3, 20, 400, 300, 5, UINT64_MAX};
	const struct tk_shard_info two = {1, 1, 10, 350, 200, 6, 7};

	*m = (struct tk_manifest){
		.alloc = alloc,
		.set = {.n_ids = 300, .row_len = 10, .has_model = 1,
			.model = dataset_model},
		.mds = {false, 3, 1000},
		.frame_size = 100,
	};
	m->set.ledger = (tok_ledger){
		.bytes_in = 110, .bytes_documents = 70, .bytes_container = 10,
		.bytes_skipped = {1, 2, 27}, .documents = 9,
		.documents_empty = 2, .documents_skipped = {3, 4, 5},
		.tokens_text = 38, .tokens_control = 2, .tokens_stored = 30,
		.tokens_truncated = 7, .tokens_dropped = 3,
		.documents_split = 1, .documents_truncated = 2,
		.documents_dropped = 3,
	};
	if (!tk_manifest_settings(m, settings, NULL) &&
	    !tk_manifest_add(m, &one))
		(void)tk_manifest_add(m, &two);
}

static tok_buf written(void)
{
	struct tk_manifest m;
	tok_buf out = {0};

	make(&m, NULL);
	assert_ok(tk_manifest_write(&m, &out));
	tk_manifest_release(&m);
	return out;
}

static tok_status parse(const tok_buf *file, tok_error *err)
{
	struct tk_manifest m = {0};
	tok_status st = tk_manifest_parse((tok_bytes){file->p, file->n},
					  "tok.json", &m, err);

	tk_manifest_release(&m);
	return st;
}

static void comes_back(void **state)
{
	tok_buf file = written();
	struct tk_manifest m = {0}, want;
	tok_error err;

	(void)state;
	make(&want, NULL);
	assert_call(tk_manifest_parse((tok_bytes){file.p, file.n}, "x", &m,
				      &err), err);
	assert_string_equal(m.set.settings, settings);
	assert_int_equal(m.n_shards, 2);
	assert_memory_equal(m.shard, want.shard, 2 * sizeof(*m.shard));
	assert_memory_equal(&m.set.ledger, &want.set.ledger,
			    sizeof(tok_ledger));
	assert_memory_equal(m.set.model.byte, dataset_model.byte, 16);
	assert_int_equal(m.set.tokens, 30);
	assert_int_equal(m.set.zip_bytes, 500);
	assert_int_equal(m.frame_size, 100);
	assert_int_equal(m.mds.size_limit, 1000);
	/* Written again it is the same file. */
	tok_buf again = {0};
	assert_ok(tk_manifest_write(&m, &again));
	assert_int_equal(again.n, file.n);
	assert_memory_equal(again.p, file.p, file.n);
	tok_buf_release(&again);
	tok_buf_release(&file);
	tk_manifest_release(&m);
	tk_manifest_release(&want);
}

static void every_bit_and_every_byte_counts(void **state)
{
	tok_buf file = written();
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
	tok_buf file = written(), out = {0};
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

static void numbers_beyond_int64_are_refused(void **state)
{
	struct tk_manifest m;
	tok_buf out = {0};

	(void)state;
	make(&m, NULL);
	m.set.ledger.bytes_in = (uint64_t)INT64_MAX + 1;
	assert_int_equal(tk_manifest_write(&m, &out), TOK_E_LIMIT);
	tk_manifest_release(&m);
	tok_buf_release(&out);
}

static tok_status round_trip(const tok_alloc *alloc, void *ctx)
{
	struct tk_manifest m, back = {.alloc = alloc};
	tok_buf out = {.alloc = alloc};

	(void)ctx;
	make(&m, alloc);
	tok_status st = m.n_shards == 2 ? TOK_OK : TOK_E_MEMORY;
	if (!st)
		st = tk_manifest_write(&m, &out);
	if (!st)
		st = tk_manifest_parse((tok_bytes){out.p, out.n}, "x", &back,
				       NULL);
	tk_manifest_release(&m);
	tk_manifest_release(&back);
	tok_buf_release(&out);
	return st;
}

static void failing_memory(void **state)
{
	(void)state;
	unit_fail_each(round_trip, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back),
		cmocka_unit_test(every_bit_and_every_byte_counts),
		cmocka_unit_test(members_must_agree),
		cmocka_unit_test(newer_versions_are_named),
		cmocka_unit_test(unknown_members_are_passed_over),
		cmocka_unit_test(numbers_beyond_int64_are_refused),
		cmocka_unit_test(failing_memory),
	};
	return cmocka_run_group_tests_name("manifest", tests, NULL, NULL);
}
