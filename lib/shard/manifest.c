/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tok.json. In: what a data set is. Out: text with one member a line, the
 * last one the digest of all bytes before its line; and back, checked: the
 * digest, every type, and that the totals are the sums of the shards.
 */
#include "shard/manifest.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "shard/names.h"
#include "shard/seekable.h"

enum { VERSION = 1, MAX_SIZE = 256 << 20 };

static const char head[] = "{\n\t\"tok\": ";
static const char tail_begin[] = "\t\"digest\": \"";
static const char tail_end[] = "\"\n}\n";

enum {
	HEAD = sizeof(head) - 1,
	HEX_AT = sizeof(tail_begin) - 1,
	HEX = 32,
	TAIL = HEX_AT + HEX + sizeof(tail_end) - 1,
};

void tk_manifest_release(struct tk_manifest *m)
{
	const tok_alloc *alloc = m->alloc;

	tok_buf_release(&m->settings);
	tk_free(alloc, m->shard, m->cap_shards, sizeof(*m->shard));
	*m = (struct tk_manifest){.alloc = alloc};
}

static tok_status keep_settings(struct tk_manifest *m, tok_bytes text)
{
	tok_buf_init(&m->settings, m->alloc);
	if (tk_buf_append(&m->settings, text.p, text.n) ||
	    tk_buf_append(&m->settings, "", 1))
		return TOK_E_MEMORY;
	m->set.settings = (const char *)m->settings.p;
	return TOK_OK;
}

tok_status tk_manifest_settings(struct tk_manifest *m, const char *settings,
				tok_error *err)
{
	tok_bytes text = tok_bytes_of(settings ? settings : "{}");
	tk_json *root;
	tok_error cause;

	tok_status st = tk_json_parse(text, &root, &cause);
	if (st && st != TOK_E_MEMORY)
		st = tk_fail(err, TOK_E_ARGUMENT, cause.at,
			     "settings for the manifest: %s", cause.text);
	else if (!st && !tk_json_is_object(root))
		st = tk_fail(err, TOK_E_ARGUMENT, 0,
			     "settings for the manifest: not a JSON object");
	else if (!st)
		st = keep_settings(m, text);
	tk_json_free(root);
	if (st == TOK_E_MEMORY)
		tk_fail_status(err, st, "settings for the manifest");
	return st;
}

/* Sums of numbers that files say; false on overflow. */
static bool add(uint64_t *to, uint64_t n)
{
	*to += n;
	return *to >= n;
}

static bool add_totals(tok_dataset *set, const struct tk_shard_info *s)
{
	set->shards++;
	return add(&set->rows, s->rows) & add(&set->sequences, s->sequences) &
	       add(&set->tokens, s->tokens) &
	       add(&set->raw_bytes, s->raw_bytes) &
	       add(&set->zip_bytes, s->zip_bytes);
}

tok_status tk_manifest_add(struct tk_manifest *m,
			   const struct tk_shard_info *shard)
{
	if (m->n_shards == TK_MAX_SHARDS)
		return TOK_E_LIMIT;
	if (!tk_grow(m->alloc, (void **)&m->shard, &m->cap_shards,
		     m->n_shards + 1, sizeof(*m->shard)))
		return TOK_E_MEMORY;
	m->shard[m->n_shards++] = *shard;
	return add_totals(&m->set, shard) ? TOK_OK : TOK_E_LIMIT;
}

bool tk_manifest_ledger_fits(const struct tk_manifest *m)
{
	tok_ledger only = {.tokens_stored = m->set.tokens};

	return m->set.ledger.tokens_stored == m->set.tokens &&
	       (tok_ledger_balanced(&m->set.ledger) ||
		!memcmp(&m->set.ledger, &only, sizeof(only)));
}

/* The ledger's plain fields, by name, for writing and reading alike. */
struct field {
	const char *name;
	size_t at;
};

#define FIELD(name) {#name, offsetof(tok_ledger, name)}
static const struct field ledger_field[] = {
	FIELD(bytes_in),
	FIELD(bytes_documents),
	FIELD(bytes_container),
	FIELD(documents),
	FIELD(documents_empty),
	FIELD(tokens_text),
	FIELD(tokens_control),
	FIELD(tokens_stored),
	FIELD(tokens_truncated),
	FIELD(tokens_dropped),
	FIELD(documents_split),
	FIELD(documents_truncated),
	FIELD(documents_dropped),
};
static const struct field skip_field[] = {
	FIELD(bytes_skipped),
	FIELD(documents_skipped),
};
static const struct field totals_field[] = {
	{"rows", offsetof(tok_dataset, rows)},
	{"sequences", offsetof(tok_dataset, sequences)},
	{"tokens", offsetof(tok_dataset, tokens)},
	{"raw_bytes", offsetof(tok_dataset, raw_bytes)},
	{"zip_bytes", offsetof(tok_dataset, zip_bytes)},
	{"shards", offsetof(tok_dataset, shards)},
};
static const struct field shard_field[] = {
	{"rows", offsetof(struct tk_shard_info, rows)},
	{"sequences", offsetof(struct tk_shard_info, sequences)},
	{"tokens", offsetof(struct tk_shard_info, tokens)},
	{"raw_bytes", offsetof(struct tk_shard_info, raw_bytes)},
	{"zip_bytes", offsetof(struct tk_shard_info, zip_bytes)},
};
#undef FIELD

#define N(table) (sizeof(table) / sizeof((table)[0]))

/* A number below or at INT64_MAX: beyond that, JSON readers differ. */
static void put_number(struct tk_json_out *json, const char *name, uint64_t v)
{
	if (v > INT64_MAX && !json->status)
		json->status = TOK_E_LIMIT;
	tk_json_put_u64(json, name, v);
}

static void put_fields(struct tk_json_out *json, const struct field *field,
		       size_t n, const void *from)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t v;

		memcpy(&v, (const char *)from + field[i].at, sizeof(v));
		put_number(json, field[i].name, v);
	}
}

static void put_ledger(struct tk_json_out *json, const tok_ledger *ledger)
{
	tk_json_put_object(json, "ledger");
	put_fields(json, ledger_field, N(ledger_field), ledger);
	for (size_t i = 0; i < N(skip_field); i++) {
		const char *at = (const char *)ledger + skip_field[i].at;

		tk_json_put_object(json, skip_field[i].name);
		for (int why = 0; why < TOK_N_SKIPS; why++) {
			uint64_t v;

			memcpy(&v, at + why * (int)sizeof(v), sizeof(v));
			put_number(json, tok_skip_name((tok_skip)why), v);
		}
		tk_json_put_end(json);
	}
	tk_json_put_end(json);
}

static void put_hash(struct tk_json_out *json, const char *name, uint64_t v)
{
	char hex[17];

	(void)snprintf(hex, sizeof(hex), "%016" PRIx64, v);
	tk_json_put_string(json, name, hex);
}

static void put_shards(struct tk_json_out *json, const struct tk_manifest *m)
{
	tk_json_put_array(json, "shards");
	for (size_t i = 0; i < m->n_shards; i++) {
		char name[TK_NAME_SIZE];

		tk_names_zip(i, name);
		tk_json_put_object(json, NULL);
		tk_json_put_string(json, "basename", name);
		put_fields(json, shard_field, N(shard_field), &m->shard[i]);
		put_hash(json, "xxh64_raw", m->shard[i].xxh64_raw);
		put_hash(json, "xxh64_zip", m->shard[i].xxh64_zip);
		tk_json_put_end(json);
	}
	tk_json_put_end(json);
}

static void put_members(struct tk_json_out *json, const struct tk_manifest *m)
{
	char hex[33];

	tk_json_put_object(json, NULL);
	tk_json_put_u64(json, "tok", VERSION);
	tok_digest_hex(&m->set.model, hex);
	if (m->set.has_model)
		tk_json_put_string(json, "model", hex);
	else
		tk_json_put_null(json, "model");
	tk_json_put_u64(json, "n_ids", (uint64_t)m->set.n_ids);
	tk_json_put_u64(json, "row_len", m->set.row_len);
	tk_json_put_u64(json, "level", (uint64_t)m->mds.level);
	tk_json_put_u64(json, "shard_size", m->mds.size_limit);
	tk_json_put_u64(json, "frame_size", m->frame_size);
	tk_json_put_raw(json, "settings", (const char *)m->settings.p);
	tk_json_put_object(json, "totals");
	put_fields(json, totals_field, N(totals_field), &m->set);
	tk_json_put_end(json);
	put_ledger(json, &m->set.ledger);
	put_shards(json, m);
}

/* The outermost object is left open: the digest's line closes it. */
tok_status tk_manifest_write(const struct tk_manifest *m, tok_buf *out)
{
	struct tk_json_out json;
	char hex[33];

	tk_json_out_init(&json, m->alloc, 2);
	put_members(&json, m);
	tok_status st = json.status;
	if (!st)
		st = tk_buf_text(&json.buf, ",\n");
	if (!st) {
		tok_digest d = tk_digest((tok_bytes){json.buf.p, json.buf.n});
		tok_digest_hex(&d, hex);
		st = tk_buf_append(out, json.buf.p, json.buf.n);
	}
	if (!st)
		st = tk_buf_text(out, tail_begin);
	if (!st)
		st = tk_buf_text(out, hex);
	if (!st)
		st = tk_buf_text(out, tail_end);
	tk_json_out_release(&json);
	return st;
}

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
	return keep_settings(m, settings);
}

/* The version stands first and its place never changes, so that any reader
 * can tell a newer file from a damaged one. */
static tok_status check_frame(tok_bytes file, const char *name, tok_error *err)
{
	uint64_t version = 0;
	size_t at = HEAD;
	char hex[33];

	if (file.n < HEAD || memcmp(file.p, head, HEAD))
		return tk_fail(err, TOK_E_FORMAT, 0,
			       "%s: not the manifest of a data set", name);
	while (at < file.n && at < HEAD + 9 && file.p[at] >= '0' &&
	       file.p[at] <= '9')
		version = version * 10 + (uint64_t)(file.p[at++] - '0');
	if (version > VERSION)
		return tk_fail(err, TOK_E_FORMAT, HEAD,
			       "%s: format version %" PRIu64 " is newer than "
			       "this tok, which reads %d: update it", name,
			       version, VERSION);
	const uint8_t *tail = file.n < HEAD + TAIL ? NULL
						   : file.p + file.n - TAIL;
	if (!tail || memcmp(tail, tail_begin, HEX_AT) ||
	    memcmp(tail + HEX_AT + HEX, tail_end, sizeof(tail_end) - 1))
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
		    version != VERSION))
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

tok_status tk_manifest_read(const char *dir, struct tk_manifest *m,
			    tok_error *err)
{
	tok_buf path = {.alloc = m->alloc}, file = {.alloc = m->alloc};
	tok_status st = tk_names_path(dir, TK_MANIFEST_NAME, &path);

	if (st)
		st = tk_fail_status(err, st, dir);
	else
		st = tk_file_read((const char *)path.p, MAX_SIZE, &file, err);
	if (!st)
		st = tk_manifest_parse((tok_bytes){file.p, file.n},
				       (const char *)path.p, m, err);
	tok_buf_release(&file);
	tok_buf_release(&path);
	return st;
}
