/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shards that are whole by every checksum and yet wrong: packed here from
 * bytes that our writer would never write.
 */
#include "dataset.h"

#include "base/buf.h"
#include "base/bytes.h"
#include "shard/shardfile.h"

enum { N_IDS = 300, ROW_LEN = 20, ROWS = 3 };

/* The unpacked shard, and where its frames end. */
struct draft {
	tok_buf raw;
	size_t cut[8];
	size_t n_cuts;
};

static const struct tk_mds_config mds = {false, 3, 1 << 20};

static void make_draft(struct draft *d)
{
	uint32_t size[ROWS];
	struct dataset_row r;
	tok_buf json = {0};

	*d = (struct draft){0};
	for (uint64_t i = 0; i < ROWS; i++) {
		dataset_row(i, N_IDS, ROW_LEN, &r);
		size[i] = (uint32_t)tk_mds_row_size(false, r.row.n_ids,
						    r.row.n_seqs);
	}
	assert_ok(tk_mds_config_json(&mds, &json));
	assert_ok(tk_mds_header(size, ROWS, (tok_bytes){json.p, json.n},
				&d->raw));
	tok_buf_release(&json);
	d->cut[d->n_cuts++] = d->raw.n;
	for (uint64_t i = 0; i < ROWS; i++) {
		dataset_row(i, N_IDS, ROW_LEN, &r);
		assert_ok(tk_buf_reserve(&d->raw, size[i]));
		tk_mds_encode(false, &r.row, d->raw.p + d->raw.n);
		d->raw.n += size[i];
		d->cut[d->n_cuts++] = d->raw.n;
	}
}

/* Packs the draft, and opens it and reads all rows. */
static tok_status read_draft(struct draft *d, uint64_t rows, tok_error *err)
{
	char *dir = unit_temp_dir();
	char *path = unit_path(dir, "shard.00000.mds.zstd");
	struct tk_frame frame[8];
	tk_zstd *z = tk_zstd_new(NULL);
	tok_buf zip = {0};

	for (size_t i = 0, at = 0; i < d->n_cuts; at = d->cut[i++])
		assert_ok(tk_zstd_pack(z, 1, (tok_bytes){d->raw.p + at,
							 d->cut[i] - at},
				       &zip, &frame[i]));
	assert_ok(tk_seekable_end(frame, frame + 1, d->n_cuts - 1, &zip));
	unit_write_file(path, (tok_bytes){zip.p, zip.n});

	struct tk_shard_info info = {.rows = rows, .raw_bytes = d->raw.n,
				     .zip_bytes = zip.n};
	struct tk_manifest m = {.set = {.n_ids = N_IDS, .row_len = ROW_LEN},
				.mds = mds, .shard = &info, .n_shards = 1};
	struct tk_unpacker u;
	struct tk_shardfile f;
	assert_ok(tk_unpacker_init(&u, NULL));
	tok_status st = tk_shardfile_open(&f, dir, 0, &m, NULL, &u, err);
	for (size_t i = 0; !st && i < f.n_rows; i++) {
		size_t k = tk_shardfile_frame_of(&f, i);
		st = tk_shardfile_load(&f, k, &u, err);
		if (!st)
			st = tk_shardfile_row(&f, k, i, &u, err);
	}
	tk_shardfile_close(&f);
	tk_unpacker_release(&u);
	tok_buf_release(&zip);
	tok_buf_release(&d->raw);
	tk_zstd_free(z);
	free(path);
	unit_remove_dir(dir);
	return st;
}

static void expect(struct draft *d, const char *what)
{
	tok_error err;

	assert_int_equal(read_draft(d, ROWS, &err), TOK_E_CORRUPT);
	if (!strstr(err.text, what))
		fail_msg("%s, not \"%s\"", err.text, what);
}

static void the_draft_itself_is_right(void **state)
{
	struct draft d;
	tok_error err;

	(void)state;
	make_draft(&d);
	assert_call(read_draft(&d, ROWS, &err), err);
	/* All rows in one frame are as good. */
	make_draft(&d);
	d.cut[1] = d.raw.n;
	d.n_cuts = 2;
	assert_call(read_draft(&d, ROWS, &err), err);
}

static void wrong_in_ways_that_checksums_cannot_see(void **state)
{
	struct draft d;
	tok_error err;

	(void)state;
	make_draft(&d);
	d.cut[1]--;
	expect(&d, "crosses frames");
	make_draft(&d);
	d.cut[0]--;
	expect(&d, "offsets");
	make_draft(&d);
	d.cut[0] += 3;
	expect(&d, "offsets");
	make_draft(&d);
	d.cut[0] = d.raw.n;
	d.n_cuts = 1;
	expect(&d, "offsets");
	make_draft(&d);
	tk_put32(d.raw.p, 2);
	expect(&d, "offsets");
	make_draft(&d);
	tk_put32(d.raw.p, UINT32_MAX);
	expect(&d, "cut short");
	make_draft(&d);
	d.raw.p[d.cut[0] - 3] = '3';
	expect(&d, "not the manifest's");
	make_draft(&d);
	d.raw.p[d.cut[0]]++;
	expect(&d, "do not fit");
	make_draft(&d);
	d.raw.p[d.raw.n - 4]++;
	expect(&d, "do not sum");
	make_draft(&d);
	tk_put16(d.raw.p + d.cut[0] + 10, N_IDS);
	expect(&d, "not below n_ids");
	make_draft(&d);
	assert_int_equal(read_draft(&d, ROWS - 1, &err), TOK_E_CORRUPT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_draft_itself_is_right),
		cmocka_unit_test(wrong_in_ways_that_checksums_cannot_see),
	};
	return cmocka_run_group_tests_name("shardfile", tests, NULL, NULL);
}
