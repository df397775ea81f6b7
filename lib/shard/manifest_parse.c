/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tok.json, read. In: the file's bytes. Out: the manifest, after its digest,
 * the type and range of every member, and the sums over the shards were found
 * right. What it says can then be relied on as far as a file can be.
 */
#include "shard/manifest_fields.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "shard/names.h"
#include "shard/seekable.h"

enum {
	MAX_SIZE = 256 << 20,
	HEAD_SIZE = sizeof(HEAD) - 1,
	HEX_AT = sizeof(TAIL_BEGIN) - 1,
	HEX = 32,
	TAIL = HEX_AT + HEX + sizeof(TAIL_END) - 1,
};

/* false if text is not 2 * n digits as we write them. */
static bool get_hex(const tk_json *value, uint8_t *out, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	const char *text = tk_json_string(value);

	if (!text || strlen(text) != 2 * n)
		return false;
	for (size_t i = 0; i < 2 * n; i++) {
		const char *d = strchr(digits, text[i]);

		if (!d)
			return false;
		out[i / 2] = (uint8_t)(out[i / 2] << 4 | (d - digits));
	}
	return true;
}

static bool get_hash(const tk_json *value, uint64_t *out)
{
	uint8_t byte[8] = {0};

	*out = 0;
	if (!get_hex(value, byte, sizeof(byte)))
		return false;
	for (size_t i = 0; i < sizeof(byte); i++)
		*out = *out << 8 | byte[i];
	return true;
}

static bool get_fields(const tk_json *object, const struct field *field,
		       size_t n, void *to)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t v;

		if (!tk_json_u64(tk_json_member(object, field[i].name), &v))
			return false;
		memcpy((char *)to + field[i].at, &v, sizeof(v));
	}
	return true;
}

static bool get_ledger(const tk_json *object, tok_ledger *ledger)
{
	if (!get_fields(object, ledger_field, N(ledger_field), ledger))
		return false;
	for (size_t i = 0; i < N(skip_field); i++) {
		const tk_json *skips = tk_json_member(object,
						      skip_field[i].name);
		for (int why = 0; why < TOK_N_SKIPS; why++) {
			struct field f = {
				tok_skip_name((tok_skip)why),
				skip_field[i].at + (size_t)why * 8,
			};
			if (!get_fields(skips, &f, 1, ledger))
				return false;
		}
	}
	return true;
}

/* A number between low and high. */
static bool get_number(const tk_json *root, const char *name, uint64_t low,
		       uint64_t high, uint64_t *out)
{
	return tk_json_u64(tk_json_member(root, name), out) && *out >= low &&
	       *out <= high;
}

static bool get_head(const tk_json *root, struct tk_manifest *m)
{
	const tk_json *model = tk_json_member(root, "model");
	uint64_t n_ids, row_len, level, limit, frame_size;

	if (!get_number(root, "n_ids", 1, INT32_MAX, &n_ids) ||
	    !get_number(root, "row_len", 1, INT32_MAX, &row_len) ||
	    !get_number(root, "level", 1, INT16_MAX, &level) ||
	    !get_number(root, "shard_size", 1, UINT32_MAX, &limit) ||
	    !get_number(root, "frame_size", 1, TK_SEEKABLE_MAX_FRAME,
			&frame_size))
		return false;
	m->set.n_ids = (int32_t)n_ids;
	m->set.row_len = (uint32_t)row_len;
	m->frame_size = (uint32_t)frame_size;
	m->mds = (struct tk_mds_config){
		.wide = tk_mds_wide(m->set.n_ids),
		.level = (int)level,
		.size_limit = (uint32_t)limit,
	};
	m->set.has_model = !tk_json_is_null(model);
	return !m->set.has_model || get_hex(model, m->set.model.byte, 16);
}

static bool shard_is_possible(const struct tk_shard_info *s, uint32_t row_len)
{
	return s->rows && s->rows <= s->sequences &&
	       s->sequences <= s->tokens && s->rows <= UINT32_MAX &&
	       s->tokens <= s->rows * row_len && s->raw_bytes <= UINT32_MAX &&
	       s->zip_bytes > TK_SEEKABLE_FOOTER;
}

static tok_status get_shards(const tk_json *list, struct tk_manifest *m)
{
	tok_status st = tk_json_is_array(list) ? TOK_OK : TOK_E_CORRUPT;

	for (size_t i = 0; !st && i < tk_json_n_items(list); i++) {
		const tk_json *item = tk_json_item(list, i);
		const char *got = tk_json_string(
			tk_json_member(item, "basename"));
		struct tk_shard_info s;
		char name[TK_NAME_SIZE];

		tk_names_zip(i, name);
		if (!got || strcmp(got, name) ||
		    !get_fields(item, shard_field, N(shard_field), &s) ||
		    !get_hash(tk_json_member(item, "xxh64_raw"),
			      &s.xxh64_raw) ||
		    !get_hash(tk_json_member(item, "xxh64_zip"),
			      &s.xxh64_zip) ||
		    !shard_is_possible(&s, m->set.row_len))
			return TOK_E_CORRUPT;
		st = tk_manifest_add(m, &s);
	}
	return st;
}

static tok_status get_members(const tk_json *root, tok_bytes file,
			      struct tk_manifest *m)
{
	tok_dataset totals = {0};
	tok_bytes settings;

	if (!get_head(root, m) ||
	    !tk_json_is_object(tk_json_member(root, "settings")) ||
	    !tk_json_span(file, "settings", &settings) ||
	    !get_ledger(tk_json_member(root, "ledger"), &m->set.ledger) ||
	    !get_fields(tk_json_member(root, "totals"), totals_field,
			N(totals_field), &totals))
		return TOK_E_CORRUPT;
	tok_status st = get_shards(tk_json_member(root, "shards"), m);
	if (st)
		return st;
	for (size_t i = 0; i < N(totals_field); i++)
		if (memcmp((const char *)&totals + totals_field[i].at,
			   (const char *)&m->set + totals_field[i].at, 8))
			return TOK_E_CORRUPT;
	if (!tk_manifest_ledger_fits(m))
		return TOK_E_CORRUPT;
	return tk_manifest_keep_settings(m, settings);
}

/* The version stands first and its place never changes, so that any reader
 * can tell a newer file from a damaged one. */
static tok_status check_frame(tok_bytes file, const char *name, tok_error *err)
{
	uint64_t version = 0;
	size_t at = HEAD_SIZE;
	char hex[33];

	if (file.n < HEAD_SIZE || memcmp(file.p, HEAD, HEAD_SIZE))
		return tk_fail(err, TOK_E_FORMAT, 0,
			       "%s: not the manifest of a data set", name);
	while (at < file.n && at < HEAD_SIZE + 9 && file.p[at] >= '0' &&
	       file.p[at] <= '9')
		version = version * 10 + (uint64_t)(file.p[at++] - '0');
	if (version > TK_MANIFEST_VERSION)
		return tk_fail(err, TOK_E_FORMAT, HEAD_SIZE,
			       "%s: format version %" PRIu64 " is newer than "
			       "this tok, which reads %d: update it", name,
			       version, TK_MANIFEST_VERSION);
	const uint8_t *tail = file.n < HEAD_SIZE + TAIL
				      ? NULL
				      : file.p + file.n - TAIL;
	if (!tail || memcmp(tail, TAIL_BEGIN, HEX_AT) ||
	    memcmp(tail + HEX_AT + HEX, TAIL_END, sizeof(TAIL_END) - 1))
		return tk_fail(err, TOK_E_CORRUPT, file.n,
			       "%s: cut short or changed: its last line is "
			       "not the digest; write the data set again",
			       name);
	tok_digest d = tk_digest((tok_bytes){file.p, file.n - TAIL});
	tok_digest_hex(&d, hex);
	if (memcmp(hex, tail + HEX_AT, HEX))
		return tk_fail(err, TOK_E_CORRUPT, 0,
			       "%s: changed after it was written: its digest "
			       "is not that of its bytes; write the data set "
			       "again", name);
	return TOK_OK;
}

tok_status tk_manifest_parse(tok_bytes file, const char *name,
			     struct tk_manifest *m, tok_error *err)
{
	tk_json *root = NULL;
	uint64_t version;
	tok_status st = check_frame(file, name, err);

	if (st)
		return st;
	st = tk_json_parse(file, &root, NULL);
	if (!st && (!get_number(root, "tok", 0, UINT64_MAX, &version) ||
		    version != TK_MANIFEST_VERSION))
		st = TOK_E_CORRUPT;
	if (!st)
		st = get_members(root, file, m);
	tk_json_free(root);
	if (!st)
		return TOK_OK;
	tk_manifest_release(m);
	if (st == TOK_E_MEMORY)
		return tk_fail_status(err, st, name);
	return tk_fail(err, TOK_E_CORRUPT, 0,
		       "%s: its members are missing, of a wrong type, or "
		       "contradict each other", name);
}

/* The manifest comes last, so without one a data set is not finished. */
static bool is_missing(const char *dir, const char *path)
{
	return !access(dir, F_OK) && access(path, F_OK) &&
	       (errno == ENOENT || errno == ENOTDIR);
}

tok_status tk_manifest_read(const char *dir, struct tk_manifest *m,
			    tok_error *err)
{
	tok_buf path = {.alloc = m->alloc}, file = {.alloc = m->alloc};
	tok_status st = tk_names_path(dir, TK_MANIFEST_NAME, &path);

	if (st)
		st = tk_fail_status(err, st, dir);
	else if (is_missing(dir, (const char *)path.p))
		st = tk_fail(err, TOK_E_FORMAT, 0,
			     "%s: no data set, or not a finished one: it holds "
			     "no " TK_MANIFEST_NAME " (tok pack makes one)",
			     dir);
	else
		st = tk_file_read((const char *)path.p, MAX_SIZE, &file, err);
	if (!st)
		st = tk_manifest_parse((tok_bytes){file.p, file.n},
				       (const char *)path.p, m, err);
	tok_buf_release(&file);
	tok_buf_release(&path);
	return st;
}
