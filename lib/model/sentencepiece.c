/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SentencePiece's ModelProto. In: any bytes. Out: pieces and rules as the
 * file says them, or a sentence. Accepts what SentencePiece 0.2.3 loads as
 * Unigram, and nothing that it refuses; of what it loads, refuses groups and
 * types of newer versions, which it would read as something else. (That the
 * charsmap is sound is for those to check who use it.)
 */
#include "model/sentencepiece.h"

#include <math.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/memory.h"
#include "model/protobuf.h"

enum { MAX_PIECES = 1 << 24, PIECE_SIZE_END = 8000 };
enum { UNIGRAM = 1, BPE = 2, WORD = 3, CHAR = 4 };

/* The fields of sentencepiece_model.proto that decide an id. */
enum {
	MODEL_PIECE = TK_PB_BYTES(1),
	MODEL_TRAINER = TK_PB_BYTES(2),
	MODEL_NORMALIZER = TK_PB_BYTES(3),
	MODEL_DENORMALIZER = TK_PB_BYTES(5),

	PIECE_BYTES = TK_PB_BYTES(1),
	PIECE_SCORE = TK_PB_FIXED32(2),
	PIECE_TYPE = TK_PB_VARINT(3),

	TRAINER_MODEL_TYPE = TK_PB_VARINT(3),
	TRAINER_WHITESPACE_AS_SUFFIX = TK_PB_VARINT(24),
	TRAINER_BYTE_FALLBACK = TK_PB_VARINT(35),
	TRAINER_UNK_SURFACE = TK_PB_BYTES(44),
	TRAINER_UNK_PIECE = TK_PB_BYTES(45),
	TRAINER_BOS_PIECE = TK_PB_BYTES(46),
	TRAINER_EOS_PIECE = TK_PB_BYTES(47),
	TRAINER_PAD_PIECE = TK_PB_BYTES(48),

	RULES_NAME = TK_PB_BYTES(1),
	RULES_CHARSMAP = TK_PB_BYTES(2),
	RULES_ADD_DUMMY_PREFIX = TK_PB_VARINT(3),
	RULES_REMOVE_EXTRA_WHITESPACES = TK_PB_VARINT(4),
	RULES_ESCAPE_WHITESPACES = TK_PB_VARINT(5)
};

struct reading {
	tok_bytes file;
	const char *path;
	struct tk_sp_model *model;
	tok_error *err;
};

static tok_status no_protobuf(const struct reading *r, const uint8_t *at,
			      const char *field)
{
	uint64_t offset = (uint64_t)(at - r->file.p);

	return tk_fail(r->err, TOK_E_FORMAT, offset,
		       "%s: %s is no protobuf message at byte %llu; the file "
		       "is cut short, damaged, or not SentencePiece's",
		       r->path, field, (unsigned long long)offset);
}

static tok_status bad_piece(const struct reading *r, size_t id,
			    const char *what)
{
	const uint8_t *p = r->model->piece[id].bytes.p;

	return tk_fail(r->err, TOK_E_CORRUPT,
		       p ? (uint64_t)(p - r->file.p) : 0,
		       "%s: piece %zu %s; the file is damaged or was edited "
		       "wrongly", r->path, id, what);
}

static tok_status bad_model(const struct reading *r, const char *what)
{
	return tk_fail(r->err, TOK_E_CORRUPT, 0,
		       "%s: %s; the file is damaged or was edited wrongly",
		       r->path, what);
}

/* TOK_END, or TOK_E_FORMAT with *message where it goes wrong. */
static tok_status parse_piece(tok_bytes *message, struct tk_sp_piece *piece)
{
	struct tk_pb_field f;
	tok_status st;

	*piece = (struct tk_sp_piece){.type = TK_SP_NORMAL};
	while (!(st = tk_pb_next(message, &f)))
		switch (f.tag) {
		case PIECE_BYTES:
			piece->bytes = f.bytes;
			break;
		case PIECE_SCORE:
			piece->score = tk_pb_float(f.value);
			break;
		case PIECE_TYPE:
			piece->type = (enum tk_sp_type)(uint32_t)f.value;
			break;
		}
	return st;
}

static tok_status read_piece(const struct reading *r, tok_bytes message)
{
	struct tk_sp_model *m = r->model;

	if (m->n == MAX_PIECES)
		return tk_fail(r->err, TOK_E_LIMIT, MAX_PIECES,
			       "%s: more than %d pieces", r->path, MAX_PIECES);
	if (!tk_grow(m->alloc, (void **)&m->piece, &m->cap, m->n + 1,
		     sizeof(*m->piece)))
		return tk_fail_status(r->err, TOK_E_MEMORY, r->path);
	if (parse_piece(&message, &m->piece[m->n]) != TOK_END)
		return no_protobuf(r, message.p, "a piece");
	m->n++;
	return TOK_OK;
}

static tok_status read_trainer(const struct reading *r, tok_bytes message)
{
	struct tk_sp_model *m = r->model;
	struct tk_pb_field f;
	tok_status st;

	while (!(st = tk_pb_next(&message, &f)))
		switch (f.tag) {
		case TRAINER_MODEL_TYPE:
			m->model_type = (uint32_t)f.value;
			break;
		case TRAINER_WHITESPACE_AS_SUFFIX:
			m->treat_whitespace_as_suffix = f.value != 0;
			break;
		case TRAINER_BYTE_FALLBACK:
			m->byte_fallback = f.value != 0;
			break;
		case TRAINER_UNK_SURFACE:
			m->unk_surface = f.bytes;
			break;
		case TRAINER_UNK_PIECE:
			m->unk_piece = f.bytes;
			break;
		case TRAINER_BOS_PIECE:
			m->bos_piece = f.bytes;
			break;
		case TRAINER_EOS_PIECE:
			m->eos_piece = f.bytes;
			break;
		case TRAINER_PAD_PIECE:
			m->pad_piece = f.bytes;
			break;
		}
	return st == TOK_END ? TOK_OK
			     : no_protobuf(r, message.p, "trainer_spec");
}

static tok_status read_rules(const struct reading *r, tok_bytes message,
			     const char *field, struct tk_sp_rules *rules)
{
	struct tk_pb_field f;
	tok_status st;

	while (!(st = tk_pb_next(&message, &f)))
		switch (f.tag) {
		case RULES_NAME:
			rules->name = f.bytes;
			break;
		case RULES_CHARSMAP:
			rules->charsmap = f.bytes;
			break;
		case RULES_ADD_DUMMY_PREFIX:
			rules->add_dummy_prefix = f.value != 0;
			break;
		case RULES_REMOVE_EXTRA_WHITESPACES:
			rules->remove_extra_whitespaces = f.value != 0;
			break;
		case RULES_ESCAPE_WHITESPACES:
			rules->escape_whitespaces = f.value != 0;
			break;
		}
	return st == TOK_END ? TOK_OK : no_protobuf(r, message.p, field);
}

/* A message that comes twice adds to the first, as protobuf merges them. */
static tok_status read_model(const struct reading *r)
{
	struct tk_sp_model *m = r->model;
	tok_bytes rest = r->file;
	tok_status st = TOK_OK;
	struct tk_pb_field f;

	while (!st) {
		st = tk_pb_next(&rest, &f);
		if (st == TOK_END)
			return TOK_OK;
		if (st)
			return no_protobuf(r, rest.p, "the file");
		switch (f.tag) {
		case MODEL_PIECE:
			st = read_piece(r, f.bytes);
			break;
		case MODEL_TRAINER:
			st = read_trainer(r, f.bytes);
			break;
		case MODEL_NORMALIZER:
			st = read_rules(r, f.bytes, "normalizer_spec",
					&m->normalizer);
			break;
		case MODEL_DENORMALIZER:
			st = read_rules(r, f.bytes, "denormalizer_spec",
					&m->denormalizer);
			break;
		}
	}
	return st;
}

static tok_status check_type(const struct reading *r)
{
	static const char *const name[] = {
		[BPE] = "BPE", [WORD] = "WORD", [CHAR] = "CHAR"};
	uint32_t type = r->model->model_type;

	if (type == UNIGRAM)
		return TOK_OK;
	if (type >= BPE && type <= CHAR)
		return tk_fail(r->err, TOK_E_UNSUPPORTED, 0,
			       "%s: a model of type %s; only those of type "
			       "UNIGRAM can be used", r->path, name[type]);
	return tk_fail(r->err, TOK_E_UNSUPPORTED, 0,
		       "%s: model_type %lu is unknown; only UNIGRAM (1) can "
		       "be used", r->path, (unsigned long)type);
}

static bool is_matched(const struct tk_sp_piece *piece)
{
	return piece->type == TK_SP_NORMAL ||
	       piece->type == TK_SP_USER_DEFINED ||
	       piece->type == TK_SP_UNUSED;
}

static int hex_value(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The byte that "<0x41>" stands for, -1 if s isn't of that form. */
static int byte_of(tok_bytes s)
{
	if (s.n != 6 || memcmp(s.p, "<0x", 3) || s.p[5] != '>')
		return -1;

	int high = hex_value(s.p[3]), low = hex_value(s.p[4]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

const char *tk_sp_piece_fault(const struct tk_sp_piece *piece,
			      bool byte_fallback)
{
	tok_bytes s = piece->bytes;

	if (!s.n)
		return "is empty";
	if (s.n >= PIECE_SIZE_END)
		return "has 8,000 bytes or more";
	if (memchr(s.p, 0, s.n) && !(s.n == 1 && piece->type == TK_SP_UNUSED))
		return "has a NUL byte";
	if (!isfinite(piece->score))
		return "has a score that is not finite";
	if (piece->type == TK_SP_BYTE && !byte_fallback)
		return "is a byte, but the model has no byte fallback";
	if (piece->type == TK_SP_BYTE && byte_of(s) < 0)
		return "is a byte, but its name is not <0x00> to <0xFF>";
	return NULL;
}

static tok_status check_each(const struct reading *r)
{
	struct tk_sp_model *m = r->model;

	for (size_t i = 0; i < m->n; i++) {
		struct tk_sp_piece *piece = &m->piece[i];

		if (piece->type < TK_SP_NORMAL || piece->type > TK_SP_BYTE)
			return tk_fail(r->err, TOK_E_UNSUPPORTED, 0,
				       "%s: piece %zu is of the unknown type "
				       "%lu; a newer version of tok may know "
				       "it", r->path, i,
				       (unsigned long)piece->type);
		/* As SentencePiece 0.2.3 does. */
		if (m->byte_fallback && piece->bytes.n == 1 &&
		    !piece->bytes.p[0])
			piece->type = TK_SP_UNUSED;
		const char *fault = tk_sp_piece_fault(piece,
						      m->byte_fallback);
		if (fault)
			return bad_piece(r, i, fault);
	}
	return TOK_OK;
}

size_t tk_sp_faults(const struct tk_sp_model *m,
		    const char *fault[TK_SP_MAX_FAULTS])
{
	size_t n_matched = 0, n_unknown = 0, n_bytes = 0, n = 0;

	for (size_t i = 0; i < m->n; i++) {
		tok_bytes s = m->piece[i].bytes;

		/* "\0" is not counted there. */
		n_matched += is_matched(&m->piece[i]) && s.n && s.p[0];
		n_unknown += m->piece[i].type == TK_SP_UNKNOWN;
		n_bytes += m->piece[i].type == TK_SP_BYTE;
	}
	if (m->byte_fallback && n_bytes != 256)
		fault[n++] = "byte fallback without a piece for each of the "
			     "256 bytes";
	if (n_unknown > 1)
		fault[n++] = "more than one piece of type UNKNOWN";
	if (!n_unknown && !m->byte_fallback)
		fault[n++] = "no piece of type UNKNOWN";
	if (!n_matched)
		fault[n++] = "no piece that text could match";
	return n;
}

/* After check_distinct, so that 256 byte pieces are all bytes. */
static tok_status check_counts(const struct reading *r)
{
	const char *fault[TK_SP_MAX_FAULTS];

	return tk_sp_faults(r->model, fault) ? bad_model(r, fault[0])
					     : TOK_OK;
}

/*
 * "<s>" may be among those that text matches and among the others, as
 * SentencePiece looks them up apart. The table holds id + 1. Its seed should
 * be the file's hash, so that pieces made to collide would change the seed
 * that they were made for.
 */
tok_status tk_sp_each_twin(const struct tk_sp_model *m, uint64_t seed,
			   tok_status (*see)(void *ctx, size_t id,
					     size_t first),
			   void *ctx)
{
	tok_status st = TOK_OK;
	size_t n_slots = 16;

	while (n_slots < 2 * m->n)
		n_slots *= 2;
	uint32_t *slot = tk_new_zeroed(m->alloc, n_slots, sizeof(*slot));
	if (!slot)
		return TOK_E_MEMORY;
	for (size_t i = 0; i < m->n && !st; i++) {
		const struct tk_sp_piece *piece = &m->piece[i];
		bool matched = is_matched(piece);
		size_t at = (size_t)tk_xxh3(piece->bytes, seed + matched);

		for (at &= n_slots - 1; slot[at]; at = (at + 1) & (n_slots - 1)) {
			const struct tk_sp_piece *other =
				&m->piece[slot[at] - 1];

			if (is_matched(other) == matched &&
			    tk_bytes_equal(other->bytes, piece->bytes))
				break;
		}
		if (slot[at])
			st = see(ctx, i, slot[at] - 1);
		else
			slot[at] = (uint32_t)i + 1;
	}
	tk_free(m->alloc, slot, n_slots, sizeof(*slot));
	return st;
}

static tok_status refuse_twin(void *ctx, size_t id, size_t first)
{
	(void)first;
	return bad_piece(ctx, id, "is there twice");
}

static tok_status check_distinct(struct reading *r)
{
	tok_status st = tk_sp_each_twin(r->model, tk_xxh3(r->file, 0),
					refuse_twin, r);

	return st == TOK_E_MEMORY ? tk_fail_status(r->err, st, r->path) : st;
}

static void set_defaults(struct tk_sp_model *m, const tok_alloc *alloc)
{
	static const struct tk_sp_rules rules = {
		.add_dummy_prefix = true,
		.remove_extra_whitespaces = true,
		.escape_whitespaces = true,
	};

	*m = (struct tk_sp_model){
		.alloc = alloc,
		.model_type = UNIGRAM,
		.unk_surface = tok_bytes_of(" \xE2\x81\x87 "),
		.normalizer = rules,
		.denormalizer = rules,
	};
}

/* Here SentencePiece takes an empty name for a missing one. */
static void name_specials(struct tk_sp_model *m)
{
	if (!m->unk_piece.n)
		m->unk_piece = tok_bytes_of("<unk>");
	if (!m->bos_piece.n)
		m->bos_piece = tok_bytes_of("<s>");
	if (!m->eos_piece.n)
		m->eos_piece = tok_bytes_of("</s>");
	if (!m->pad_piece.n)
		m->pad_piece = tok_bytes_of("<pad>");
}

tok_status tk_sp_read(tok_bytes file, const char *path,
		      const tok_alloc *alloc, struct tk_sp_model *out,
		      tok_error *err)
{
	const struct reading r = {file, path, out, err};

	set_defaults(out, alloc);
	tok_status st = read_model(&r);
	if (st)
		return st;
	name_specials(out);
	if (!out->n)
		return tk_fail(err, TOK_E_FORMAT, 0,
			       "%s: holds no pieces; it is not a model of "
			       "SentencePiece", path);
	return check_type(&r);
}

tok_status tk_sp_parse(tok_bytes file, const char *path,
		       const tok_alloc *alloc, struct tk_sp_model *out,
		       tok_error *err)
{
	struct reading r = {file, path, out, err};
	tok_status st = tk_sp_read(file, path, alloc, out, err);

	if (!st)
		st = check_each(&r);
	if (!st)
		st = check_distinct(&r);
	if (!st)
		st = check_counts(&r);
	return st;
}

void tk_sp_release(struct tk_sp_model *model)
{
	tk_free(model->alloc, model->piece, model->cap,
		sizeof(*model->piece));
	model->piece = NULL;
	model->n = model->cap = 0;
}

/* The field after the piece is looked at as well: text that begins with a
 * newline could pass for one. */
int tk_sp_sniff(tok_bytes file)
{
	struct tk_sp_piece piece;
	struct tk_pb_field f;

	if (tk_pb_next(&file, &f) || f.tag != MODEL_PIECE)
		return 0;
	if (parse_piece(&f.bytes, &piece) != TOK_END || !piece.bytes.n ||
	    piece.bytes.n >= PIECE_SIZE_END)
		return 0;
	return tk_pb_next(&file, &f) != TOK_E_FORMAT;
}
