/* SPDX-License-Identifier: Apache-2.0 */
/* What tok info says of a model. */
#include <inttypes.h>

#include "escape.h"
#include "info.h"
#include "put_json.h"

struct counts {
	uint64_t of[TOK_N_KINDS];
	size_t longest;
};

static struct counts count(const tok_model *model)
{
	struct counts c = {0};

	for (tok_id id = 0; id < tok_model_n_ids(model); id++) {
		tok_kind kind = tok_model_kind(model, id);
		size_t n = tok_model_piece(model, id).n;

		c.of[kind]++;
		if ((kind == TOK_KIND_PIECE || kind == TOK_KIND_USER) &&
		    n > c.longest)
			c.longest = n;
	}
	return c;
}

static bool is_control(const tok_model *model, tok_id id)
{
	tok_kind kind = tok_model_kind(model, id);

	return kind == TOK_KIND_CONTROL || kind == TOK_KIND_SPECIAL;
}

/* {"eos":3}: controls by role, or all of them by name. */
static void put_controls(struct output *out, const tok_model *model,
			 bool by_role)
{
	const char *comma = "";

	put_text(out, "{");
	for (tok_id id = 0; id < tok_model_n_ids(model); id++) {
		if (!is_control(model, id))
			continue;
		tok_bytes key = by_role ? tok_model_role(model, id)
					: tok_model_piece(model, id);
		if (!key.n)
			continue;
		put_text(out, comma);
		put_json(out, key);
		put_format(out, ":%" PRId32, id);
		comma = ",";
	}
	put_text(out, "}");
}

/* Kinds that only imported models have. */
static void put_imported(struct output *out, const struct counts *c)
{
	for (int kind = TOK_KIND_USER; kind < TOK_N_KINDS; kind++)
		if (c->of[kind])
			put_format(out, " + %" PRIu64 " %s", c->of[kind],
				   tok_kind_name((tok_kind)kind));
	put_text(out, "\n");
}

/* A line for each: id, name and, where it has one, its role. */
static void list_controls(struct output *out, const tok_model *model)
{
	for (tok_id id = 0; id < tok_model_n_ids(model); id++) {
		tok_bytes role = tok_model_role(model, id);

		if (!is_control(model, id))
			continue;
		put_format(out, "  control      %" PRId32 " ", id);
		put_escaped(out, tok_model_piece(model, id));
		if (role.n) {
			put_text(out, ", role ");
			put_escaped(out, role);
		}
		put_text(out, "\n");
	}
}

static void put_unicode(struct output *out, const tok_model *model,
			const char *quote, const char *none)
{
	int major, minor;

	tok_model_unicode(model, &major, &minor);
	if (major)
		put_format(out, "%s%d.%d%s", quote, major, minor, quote);
	else
		put_text(out, none);
}

void info_model_json(struct output *out, const char *path,
		     const tok_model *model)
{
	struct counts c = count(model);
	tok_digest digest = tok_model_fingerprint(model);
	tok_bytes record = tok_model_record(model);
	char hex[33];

	tok_digest_hex(&digest, hex);
	put_text(out, "{\"kind\":\"model\"");
	put_pair_text(out, "path", path);
	put_pair(out, "n_ids", (uint64_t)tok_model_n_ids(model));
	put_pair(out, "bytes", c.of[TOK_KIND_BYTE]);
	put_pair(out, "pieces", c.of[TOK_KIND_PIECE]);
	put_pair(out, "reserved", c.of[TOK_KIND_RESERVED]);
	for (int kind = TOK_KIND_USER; kind < TOK_N_KINDS; kind++)
		put_pair(out, tok_kind_name((tok_kind)kind), c.of[kind]);
	put_pair(out, "longest_piece", c.longest);
	put_key(out, "controls");
	put_controls(out, model, true);
	put_key(out, "names");
	put_controls(out, model, false);
	put_pair_text(out, "split", tok_split_name(tok_model_split(model)));
	put_pair_text(out, "normalize",
		      tok_normalize_name(tok_model_normalize(model)));
	put_key(out, "unicode");
	put_unicode(out, model, "\"", "null");
	put_pair_bool(out, "lossless", tok_model_lossless(model));
	put_pair_text(out, "fingerprint", hex);
	put_key(out, "record");
	if (record.n)
		put(out, record.p, record.n);
	else
		put_text(out, "null");
	put_text(out, "}\n");
}

void info_model_text(struct output *out, const char *path,
		     const tok_model *model)
{
	struct counts c = count(model);
	tok_digest digest = tok_model_fingerprint(model);
	char hex[33];

	tok_digest_hex(&digest, hex);
	put_text(out, path);
	put_text(out, ": a model\n");
	put_format(out, "  ids          %" PRId32 " = %" PRIu64 " bytes + %"
			PRIu64 " pieces + %" PRIu64 " controls + %" PRIu64
			" reserved", tok_model_n_ids(model),
		   c.of[TOK_KIND_BYTE], c.of[TOK_KIND_PIECE],
		   c.of[TOK_KIND_CONTROL], c.of[TOK_KIND_RESERVED]);
	put_imported(out, &c);
	list_controls(out, model);
	put_format(out, "  longest      %zu bytes\n", c.longest);
	put_format(out, "  split        %s\n",
		   tok_split_name(tok_model_split(model)));
	put_format(out, "  normalize    %s\n",
		   tok_normalize_name(tok_model_normalize(model)));
	put_text(out, "  unicode      ");
	put_unicode(out, model, "", "not used");
	put_format(out, "\n  lossless     %s\n",
		   tok_model_lossless(model) ? "yes" : "no");
	put_format(out, "  fingerprint  %s\n", hex);
}

void info_pieces(struct output *out, const tok_model *model)
{
	for (tok_id id = 0; id < tok_model_n_ids(model); id++) {
		double nats = tok_model_score(model, id);

		put_format(out, "%" PRId32 "\t%s\t%.6f\t", id,
			   tok_kind_name(tok_model_kind(model, id)), nats);
		put_escaped(out, tok_model_piece(model, id));
		put_text(out, "\n");
	}
}
