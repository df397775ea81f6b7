/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tok.json, made and written. In: what a data set is. Out: text with one
 * member a line, the last one the digest of all bytes before its line. The
 * totals are summed as shards are added, and never by anyone else.
 */
#include "shard/manifest_fields.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/error.h"
#include "shard/names.h"

void tk_manifest_release(struct tk_manifest *m)
{
	const tok_alloc *alloc = m->alloc;

	tok_buf_release(&m->settings);
	tk_free(alloc, m->shard, m->cap_shards, sizeof(*m->shard));
	*m = (struct tk_manifest){.alloc = alloc};
}

tok_status tk_manifest_keep_settings(struct tk_manifest *m, tok_bytes text)
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
		st = tk_manifest_keep_settings(m, text);
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
	return add(&set->rows, s->rows) && add(&set->sequences, s->sequences) &&
	       add(&set->tokens, s->tokens) &&
	       add(&set->raw_bytes, s->raw_bytes) &&
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
	tk_json_put_u64(json, "tok", TK_MANIFEST_VERSION);
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
		st = tk_buf_text(out, TAIL_BEGIN);
	if (!st)
		st = tk_buf_text(out, hex);
	if (!st)
		st = tk_buf_text(out, TAIL_END);
	tk_json_out_release(&json);
	return st;
}
