/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoding as SentencePiece 0.2.3 does it (src/sentencepiece_processor.cc,
 * Decode, observed and rewritten). In: ids. Out: text.
 *
 * A piece's U+2581 are spaces. The first piece that has something to show
 * loses one of them at its front if there is a dummy prefix; where extra
 * spaces are removed, so do the following ones until something is shown.
 * Byte pieces in a row are read as UTF-8; each byte that is none becomes
 * U+FFFD. What all this gives, a denormalizer may then rewrite as a whole.
 */
#include "segment/decode_sp.h"

#include "base/utf8.h"

static const uint8_t space[] = {0xE2, 0x96, 0x81}; /* U+2581 */
static const uint8_t replacement[] = {0xEF, 0xBF, 0xBD};

struct decoder {
	const tok_model *model;
	tok_buf *out;
	size_t begin;      /* of this text in out */
	bool expects_space; /* the dummy prefix is still to be taken off */
	bool space_seen;   /* the last piece lost it */
	tok_buf bytes;     /* of byte pieces in a row */
};

static bool begins_with_space(tok_bytes piece)
{
	return piece.n >= sizeof(space) &&
	       !memcmp(piece.p, space, sizeof(space));
}

static tok_status add_with_spaces(tok_bytes piece, tok_buf *out)
{
	tok_status st = TOK_OK;

	while (!st && piece.n) {
		size_t n = begins_with_space(piece) ? sizeof(space) : 1;

		st = n == 1 ? tk_buf_append(out, piece.p, 1)
			    : tk_buf_append(out, " ", 1);
		piece.p += n;
		piece.n -= n;
	}
	return st;
}

static tok_status flush_bytes(struct decoder *d)
{
	tok_bytes rest = {d->bytes.p, d->bytes.n};
	tok_status st = TOK_OK;
	uint32_t c;

	while (!st && rest.n) {
		size_t n = tk_utf8_decode(rest, &c);

		st = n ? tk_buf_append(d->out, rest.p, n)
		       : tk_buf_append(d->out, replacement,
				       sizeof(replacement));
		n += !n;
		rest.p += n;
		rest.n -= n;
	}
	d->bytes.n = 0;
	return st;
}

static tok_status add_piece(struct decoder *d, tok_id id)
{
	const tok_model *m = d->model;
	tok_bytes piece = tk_model_bytes(m, id);
	bool strips = m->sp_form.add_dummy_prefix ||
		      m->sp_form.remove_extra_whitespaces;

	if (d->space_seen || d->out->n > d->begin)
		d->expects_space = false;
	d->space_seen = false;
	if (m->kind[id] == TOK_KIND_CONTROL ||
	    m->kind[id] == TOK_KIND_RESERVED)
		return TOK_OK;
	if (m->kind[id] == TOK_KIND_UNKNOWN)
		return tk_buf_append(d->out, m->unknown_surface.p,
				     m->unknown_surface.n);
	if (d->expects_space && strips && begins_with_space(piece)) {
		piece.p += sizeof(space);
		piece.n -= sizeof(space);
		d->space_seen = !m->sp_form.remove_extra_whitespaces;
	}
	return add_with_spaces(piece, d->out);
}

static tok_status add_id(struct decoder *d, tok_id id)
{
	if (d->model->kind[id] == TOK_KIND_FALLBACK) {
		/* The loader has seen that the name is one. */
		uint8_t byte = (uint8_t)tk_fallback_byte(
			tk_model_bytes(d->model, id));

		return tk_buf_append(&d->bytes, &byte, 1);
	}
	tok_status st = flush_bytes(d);
	return st ? st : add_piece(d, id);
}

static tok_status denormalize(struct decoder *d)
{
	tok_buf *out = d->out, clean = {.alloc = out->alloc};
	tok_bytes text;

	if (out->n == d->begin)
		return TOK_OK;
	tok_bytes shown = {out->p + d->begin, out->n - d->begin};
	tok_status st = tk_sp_normalize(&d->model->sp_denormal, shown, &clean,
					NULL, &text);
	if (!st) {
		out->n = d->begin;
		st = tk_buf_append(out, text.p, text.n);
	}
	tok_buf_release(&clean);
	return st;
}

tok_status tk_decode_sp(const tok_model *model, const tok_id *id, size_t n,
			tok_buf *out)
{
	struct decoder d = {
		.model = model,
		.out = out,
		.begin = out->n,
		.expects_space = true,
		.bytes.alloc = out->alloc,
	};
	tok_status st = TOK_OK;

	for (size_t i = 0; !st && i < n; i++)
		st = add_id(&d, id[i]);
	if (!st)
		st = flush_bytes(&d);
	if (!st && model->sp_flags & TK_SP_DENORMALIZES)
		st = denormalize(&d);
	tok_buf_release(&d.bytes);
	return st;
}
