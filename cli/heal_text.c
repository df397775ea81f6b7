/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prompts as a decoder takes them up. In: documents. Out: of each the ids that
 * no continuation changes, and the bytes that are to be written anew, which
 * need not be UTF-8: escaped as pieces are, or in JSON as numbers.
 */
#include "heal_text.h"

#include <inttypes.h>

#include "escape.h"
#include "pieces_text.h"
#include "put_json.h"

int heal_check(const struct settings *s)
{
	static const char says[] =
		"encode: --heal is for a text that goes on: it does not go "
		"with %s";

	if (s->format == FORMAT_U16 || s->format == FORMAT_U32)
		return say_misused(says, "--format u16 or u32, which cannot "
					 "hold a tail");
	if (s->sample.on)
		return say_misused(says, "--sample: only the best path is "
					 "stable");
	if (s->nbest || s->entropy.on)
		return say_misused(says, "--nbest or --entropy");
	if (s->eos)
		return say_misused(says, "--eos");
	if (s->offsets)
		return say_misused(says, "--offsets");
	return EXIT_DONE;
}

static void put_line(struct output *out, const tok_model *model, bool names,
		     const tok_ids *ids, tok_bytes tail)
{
	for (size_t i = 0; i < ids->n; i++) {
		if (i)
			put_text(out, " ");
		if (names)
			put_piece(out, model, ids->id[i]);
		else
			put_count(out, (uint64_t)ids->id[i]);
	}
	put_text(out, "\t");
	put_escaped(out, tail);
	put_text(out, "\n");
}

static tok_status put_object(struct output *out, const tok_model *model,
			     tok_ids *ids, size_t end, tok_bytes tail)
{
	put_text(out, "{\"ids\":");
	put_array(out, ids->id, ids->n);
	put_pair(out, "end", end);
	put_key(out, "tail");
	for (size_t i = 0; i < tail.n; i++) {
		put_text(out, i ? "," : "[");
		put_count(out, tail.p[i]);
	}
	put_text(out, tail.n ? "]" : "[]");
	ids->n = 0;
	tok_status st = tok_compatible(model, tail, ids);
	put_key(out, "compatible");
	put_array(out, ids->id, ids->n);
	put_text(out, "}\n");
	return st;
}

static tok_status heal(const struct settings *s, struct pipeline *p,
		       tok_bytes text, tok_ids *ids, tok_buf *tail,
		       struct output *out)
{
	size_t end;

	ids->n = tail->n = 0;
	tok_status st = tok_heal(p->encoder, text, ids, &end, tail);
	tok_bytes bytes = {tail->p, tail->n};
	if (st)
		return st;
	p->ledger.tokens_stored += ids->n;
	if (s->format == FORMAT_JSONL)
		return put_object(out, p->model, ids, end, bytes);
	put_line(out, p->model, s->format == FORMAT_PIECES, ids, bytes);
	return TOK_OK;
}

static tok_status heal_batch(const struct settings *s, struct pipeline *p,
			     tok_ids *ids, tok_buf *tail, struct output *out,
			     tok_error *err)
{
	for (size_t i = 0; i < p->feed.n; i++) {
		const struct feed_place *at = &p->feed.place[i];
		tok_status st = heal(s, p, p->feed.doc[i], ids, tail, out);

		if (st)
			return fail(err, st, "%s: line %" PRIu64 ": %s",
				    at->path, at->line, pipeline_why_not(st));
	}
	return output_flush(out, err);
}

tok_status heal_all(const struct settings *s, struct pipeline *p,
		    struct output *out, tok_error *err)
{
	const tok_bytes nothing = {NULL, 0};
	size_t n_front = 0, end;
	tok_ids ids = {0};
	tok_buf tail = {0};
	tok_status st = tok_stable_prefix(p->encoder, nothing, &n_front, &end);
	uint64_t documents = 0;

	while (!st && !(st = pipeline_next(p, err))) {
		documents += p->feed.n;
		st = heal_batch(s, p, &ids, &tail, out, err);
	}
	p->ledger.tokens_control = documents * n_front;
	p->ledger.tokens_text = p->ledger.tokens_stored -
				p->ledger.tokens_control;
	tok_ids_release(&ids);
	tok_buf_release(&tail);
	return st == TOK_END ? TOK_OK : st;
}
