/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model to SentencePiece's message. In: one of its models, which goes back
 * as it came, or one of bytes. Out: a .model file.
 *
 * Of bytes: a character of ASCII is a piece with the score of its byte; the
 * other bytes are those of byte fallback, whose score is SentencePiece's own,
 * below that of every piece. (Where a character is in pieces, but is none
 * itself, the two scores can lead to other paths.) Byte fallback wants all
 * 256, and an unknown piece is wanted by older versions: they are added
 * behind the last id, and no text yields them. Normalization is off but that
 * a space is U+2581. Sums are floats there, and among equal ones the longest
 * last piece is taken: where paths tie, ids may differ.
 */
#include "model/export.h"

#include <math.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "model/protobuf_out.h"
#include "model/scores.h"
#include "model/sentencepiece.h"

#define SPACE_SYMBOL "\xE2\x96\x81" /* U+2581 */

/* Fields of sentencepiece_model.proto. */
enum {
	MODEL_PIECE = 1,
	MODEL_TRAINER = 2,
	MODEL_NORMALIZER = 3,
	MODEL_DENORMALIZER = 5,
	PIECE_BYTES = 1,
	PIECE_SCORE = 2,
	PIECE_TYPE = 3,
	TRAINER_MODEL_TYPE = 3,
	TRAINER_VOCAB_SIZE = 4,
	TRAINER_WHITESPACE_AS_SUFFIX = 24,
	TRAINER_BYTE_FALLBACK = 35,
	TRAINER_UNK_ID = 40,    /* then those of bos, eos and pad */
	TRAINER_UNK_SURFACE = 44,
	TRAINER_UNK_PIECE = 45, /* then those of bos, eos and pad */
	RULES_NAME = 1,
	RULES_CHARSMAP = 2,
	RULES_ADD_DUMMY_PREFIX = 3,
	RULES_REMOVE_EXTRA_WHITESPACES = 4,
	RULES_ESCAPE_WHITESPACES = 5
};
enum { UNIGRAM = 1, FIRST_ASCII = 1, END_ASCII = 0x80 };
enum { UNK, BOS, EOS, PAD, N_ROLES };

struct writing {
	const tok_model *m;
	bool of_bytes;
	struct tk_pb_out *out, *inner;
	tok_buf escaped; /* of a piece */
	tok_id n_ids;    /* written up to now */
	tok_id role[N_ROLES]; /* or -1 */
};

static void put_piece(struct writing *w, tok_bytes bytes, double score,
		      enum tk_sp_type type)
{
	tk_pb_put_bytes(w->inner, PIECE_BYTES, bytes);
	tk_pb_put_float(w->inner, PIECE_SCORE, (float)score);
	if (type != TK_SP_NORMAL)
		tk_pb_put_varint(w->inner, PIECE_TYPE, (uint64_t)type);
	tk_pb_put_message(w->out, MODEL_PIECE, w->inner);
	w->n_ids++;
}

static void put_byte(struct writing *w, unsigned byte, double score)
{
	char name[8];

	(void)snprintf(name, sizeof(name), "<0x%02X>", byte & 0xFF);
	put_piece(w, tok_bytes_of(name), score, TK_SP_BYTE);
}

static void put_escaped(struct writing *w, tok_bytes bytes, double score)
{
	tok_status st = TOK_OK;

	w->escaped.n = 0;
	for (size_t i = 0; !st && i < bytes.n; i++)
		st = bytes.p[i] == ' '
			     ? tk_buf_text(&w->escaped, SPACE_SYMBOL)
			     : tk_buf_append(&w->escaped, &bytes.p[i], 1);
	if (st)
		w->out->status = st;
	put_piece(w, (tok_bytes){w->escaped.p, w->escaped.n}, score,
		  TK_SP_NORMAL);
}

static bool is_ascii(uint8_t byte)
{
	return byte >= FIRST_ASCII && byte < END_ASCII;
}

static void put_id(struct writing *w, tok_id id)
{
	static const enum tk_sp_type type[TOK_N_KINDS] = {
		[TOK_KIND_PIECE] = TK_SP_NORMAL,
		[TOK_KIND_CONTROL] = TK_SP_CONTROL,
		[TOK_KIND_USER] = TK_SP_USER_DEFINED,
		[TOK_KIND_UNKNOWN] = TK_SP_UNKNOWN,
		[TOK_KIND_FALLBACK] = TK_SP_BYTE,
		[TOK_KIND_UNUSED] = TK_SP_UNUSED,
	};
	tok_bytes bytes = tk_model_bytes(w->m, id);
	double score = w->m->score[id];
	char name[TK_RESERVED_NAME];

	switch (w->m->kind[id]) {
	case TOK_KIND_BYTE:
		if (is_ascii(bytes.p[0]))
			put_escaped(w, bytes, score);
		else
			put_byte(w, bytes.p[0], score);
		break;
	case TOK_KIND_RESERVED:
		/* Decodes to nothing there too. */
		put_piece(w, tk_export_reserved_name(id, name), 0,
			  TK_SP_CONTROL);
		break;
	case TOK_KIND_PIECE:
		if (w->of_bytes) {
			put_escaped(w, bytes, score);
			break;
		}
		/* fall through */
	default:
		put_piece(w, bytes, score,
			  id == w->role[UNK] ? TK_SP_UNKNOWN
					     : type[w->m->kind[id]]);
	}
}

/* The id with this role, if it is of a kind that has one there. */
static tok_id find_role(const tok_model *m, const char *role)
{
	tok_id id = tok_model_control(m, role);

	if (id < 0 || !tk_bytes_equal(tok_model_role(m, id),
				      tok_bytes_of(role)))
		return -1;
	return tk_kind_matches(m->kind[id]) ? -1 : id;
}

static void find_roles(struct writing *w)
{
	static const char *const name[N_ROLES] = {"unk", "bos", "eos", "pad"};

	for (int k = 0; k < N_ROLES; k++)
		w->role[k] = find_role(w->m, name[k]);
	if (w->role[UNK] < 0 && w->of_bytes)
		w->role[UNK] = tok_model_control(w->m, "<unk>");
}

/* Has an id that text cannot match this name? */
static bool is_named(const tok_model *m, const char *name)
{
	tok_bytes wanted = tok_bytes_of(name);

	for (tok_id id = 0; id < m->n_ids; id++)
		if (!tk_kind_matches(m->kind[id]) &&
		    tk_bytes_equal(tk_model_bytes(m, id), wanted))
			return true;
	return false;
}

/* There, roles go by names: one that no id has gets a name that none has. */
static void put_role(struct writing *w, int k)
{
	static const char *const usual[N_ROLES] = {"<unk>", "<s>", "</s>",
						   "<pad>"};
	char name[32];
	tok_bytes bytes = tok_bytes_of(usual[k]);

	if (w->role[k] >= 0 && w->role[k] < w->m->n_ids)
		bytes = tk_model_bytes(w->m, w->role[k]);
	for (int i = 1; w->role[k] < 0 && is_named(w->m, usual[k]); i++) {
		(void)snprintf(name, sizeof(name), "<no_%d>", i);
		bytes = tok_bytes_of(name);
		if (!is_named(w->m, name))
			break;
	}
	tk_pb_put_bytes(w->inner, TRAINER_UNK_PIECE + (uint32_t)k, bytes);
}

static void put_trainer(struct writing *w)
{
	const tok_model *m = w->m;
	bool bytes = w->of_bytes || (m->sp_flags & TK_SP_BYTE_FALLBACK);

	tk_pb_put_varint(w->inner, TRAINER_MODEL_TYPE, UNIGRAM);
	tk_pb_put_varint(w->inner, TRAINER_VOCAB_SIZE, (uint64_t)w->n_ids);
	tk_pb_put_varint(w->inner, TRAINER_WHITESPACE_AS_SUFFIX,
			 (m->sp_flags & TK_SP_SUFFIX) != 0);
	tk_pb_put_varint(w->inner, TRAINER_BYTE_FALLBACK, bytes);
	for (int k = 0; k < N_ROLES; k++)
		tk_pb_put_varint(w->inner, TRAINER_UNK_ID + (uint32_t)k,
				 (uint64_t)(int64_t)w->role[k]);
	if (!w->of_bytes)
		tk_pb_put_bytes(w->inner, TRAINER_UNK_SURFACE,
				m->unknown_surface);
	for (int k = 0; k < N_ROLES; k++)
		put_role(w, k);
	tk_pb_put_message(w->out, MODEL_TRAINER, w->inner);
}

static void put_rules(struct writing *w, uint32_t field, tok_bytes charsmap,
		      uint32_t flags)
{
	if (charsmap.n)
		tk_pb_put_bytes(w->inner, RULES_CHARSMAP, charsmap);
	else
		tk_pb_put_bytes(w->inner, RULES_NAME,
				tok_bytes_of("identity"));
	tk_pb_put_varint(w->inner, RULES_ADD_DUMMY_PREFIX,
			 (flags & TK_SP_DUMMY_PREFIX) != 0);
	tk_pb_put_varint(w->inner, RULES_REMOVE_EXTRA_WHITESPACES,
			 (flags & TK_SP_REMOVE_SPACES) != 0);
	tk_pb_put_varint(w->inner, RULES_ESCAPE_WHITESPACES,
			 (flags & TK_SP_ESCAPE_SPACES) != 0);
	tk_pb_put_message(w->out, field, w->inner);
}

static void put_normalizers(struct writing *w)
{
	uint32_t flags = w->of_bytes ? TK_SP_ESCAPE_SPACES : w->m->sp_flags;

	put_rules(w, MODEL_NORMALIZER, w->m->sp_form.charsmap, flags);
	if (flags & TK_SP_DENORMALIZES)
		put_rules(w, MODEL_DENORMALIZER, w->m->sp_denormal.charsmap,
			  flags >> TK_SP_DENORMALIZER);
}

/* What the ids of a model of bytes do not need, and the format does. */
static void put_added(struct writing *w)
{
	for (unsigned i = FIRST_ASCII; i < END_ASCII; i++)
		put_byte(w, i, 0);
	if (w->role[UNK] >= 0)
		return;
	w->role[UNK] = w->n_ids;
	put_piece(w, tok_bytes_of("<unk>"), 0, TK_SP_UNKNOWN);
}

static bool holds(tok_bytes bytes, const char *s, size_t n)
{
	for (size_t i = 0; i + n <= bytes.n; i++)
		if (!memcmp(bytes.p + i, s, n))
			return true;
	return false;
}

static void look_at_pieces(const tok_model *m, struct tk_obstacles *found)
{
	struct tk_tally part = {0}, zero = {0}, symbol = {0}, cut = {0};
	struct tk_tally score = {0};

	for (tok_id id = 0; id < m->n_ids; id++) {
		tok_bytes bytes = tk_model_bytes(m, id);

		if (fabs(m->score[id]) > TK_MAX_FLOAT_SCORE)
			tk_tally(&score, id);
		if (m->kind[id] != TOK_KIND_PIECE)
			continue;
		if (!tk_export_is_utf8(bytes))
			tk_tally(&part, id);
		if (holds(bytes, "", 1))
			tk_tally(&zero, id);
		if (holds(bytes, SPACE_SYMBOL, strlen(SPACE_SYMBOL)))
			tk_tally(&symbol, id);
		if (tk_split_may_cut(&m->split, bytes))
			tk_tally(&cut, id);
	}
	tk_obstacle_ids(found, true, &part, "piece",
			"holding part of a character");
	tk_obstacle_ids(found, true, &zero, "piece", "holding a NUL byte");
	tk_obstacle_ids(found, true, &symbol, "piece",
			"holding U+2581, which stands for a space there");
	tk_obstacle_ids(found, true, &score, "score", "beyond floats");
	tk_obstacle_ids(found, false, &cut, "piece",
			"reaching across where the split can cut");
}

static void look_at_names(const tok_model *m, struct tk_obstacles *found)
{
	struct tk_tally strange = {0};

	for (tok_id id = 0; id < m->n_ids; id++)
		if (m->kind[id] == TOK_KIND_CONTROL &&
		    !tk_export_is_utf8(tk_model_bytes(m, id)))
			tk_tally(&strange, id);
	tk_obstacle_ids(found, true, &strange, "control",
			"with a name that is not UTF-8");
	if (m->form != TOK_NORMALIZE_NONE)
		tk_obstacle(found, false, "normalization to %s",
			    tok_normalize_name(m->form));
}

/* What the format's own rules refuse is seen by reading what was written. */
static tok_status read_again(const struct writing *w,
			     struct tk_obstacles *found)
{
	struct tk_sp_model read;
	tok_error err;
	tok_status st = tk_sp_parse((tok_bytes){w->out->buf.p, w->out->buf.n},
				    "its file", w->m->alloc, &read, &err);

	tk_sp_release(&read);
	if (st && st != TOK_E_MEMORY && !found->never) {
		tk_obstacle(found, true, "%s", err.text);
		return TOK_OK;
	}
	return st == TOK_E_MEMORY ? st : TOK_OK;
}

static tok_status write_all(struct writing *w, struct tk_obstacles *found)
{
	find_roles(w);
	for (tok_id id = 0; id < w->m->n_ids; id++)
		put_id(w, id);
	if (w->of_bytes)
		put_added(w);
	put_trainer(w);
	put_normalizers(w);
	return w->out->status ? w->out->status : read_again(w, found);
}

tok_status tk_export_sp(const tok_model *m, tok_buf *out,
			struct tk_obstacles *found)
{
	struct tk_pb_out message = {.buf.alloc = out->alloc};
	struct tk_pb_out inner = {.buf.alloc = out->alloc};
	struct writing w = {
		.m = m,
		.of_bytes = tk_export_is_of_bytes(m),
		.out = &message,
		.inner = &inner,
		.escaped.alloc = out->alloc,
	};
	bool floats = m->arithmetic == TK_SP_FLOAT ||
		      m->arithmetic == TK_SP_FLOAT_OLD;

	if (!w.of_bytes && !floats) {
		tk_obstacle(found, true, "rules of another kind of model");
		return TOK_OK;
	}
	if (w.of_bytes) {
		look_at_pieces(m, found);
		look_at_names(m, found);
	}
	tok_status st = write_all(&w, found);
	if (!st)
		st = tk_buf_append(out, message.buf.p, message.buf.n);
	tok_buf_release(&message.buf);
	tok_buf_release(&inner.buf);
	tok_buf_release(&w.escaped);
	return st;
}
