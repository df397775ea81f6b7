/* SPDX-License-Identifier: Apache-2.0 */
/* A loaded model from the inside, as segment reads it. */
#ifndef TK_LOADED_H
#define TK_LOADED_H

#include "model/image.h"
#include "model/trie.h"
#include "text/normalize.h"
#include "text/plain.h"
#include "text/sp_normalize.h"
#include "text/split.h"
#include "text/steps.h"
#include "tok/model.h"

struct tk_role {
	tok_id id;
	tok_bytes name;
};

struct tok_model {
	const tok_alloc *alloc;
	tok_buf image; /* the file; all below borrows from it */
	int32_t n_ids;
	uint32_t max_piece;
	int unicode_major, unicode_minor;
	tok_normalize form;
	enum tk_arithmetic arithmetic;
	uint32_t sp_flags;
	const uint32_t *end; /* of each id's bytes in bytes */
	const uint8_t *bytes;
	const uint8_t *kind;
	const double *score;
	double furthest; /* from 0 that a score is, of an id or unknown */
	struct tk_role *role;
	size_t n_roles, cap_roles;
	struct tk_trie trie; /* of the kinds that text can match */
	struct tk_split split;
	struct tk_normalizer *normalizer; /* an ICU form, or NULL */
	struct tk_sp_form sp_form; /* if form is SentencePiece's */
	struct tk_sp_form sp_denormal; /* of decoded text, if flags say so */
	tok_id unknown;            /* or -1 */
	tok_bytes unknown_surface; /* what it decodes to */
	tok_id fallback[256];      /* or -1 */
	double unknown_score;      /* of one character no piece covers */
	struct tk_steps steps;     /* if form is TOK_NORMALIZE_STEPS */
	float user_score;          /* highest score of a piece, for old rules */
	bool has_user;
	tok_bytes record;
	tok_digest fingerprint;
	/* Bit b of cut[a]: bytes a and b stand together in no piece, so every
	 * segmentation cuts between them. */
	uint64_t cut[256][4];
	/* The same for characters, see cuts.h: pairs of bytes where they do
	 * not say enough, bytes that a piece has before U+2581, and a Bloom
	 * filter of the pairs that stand together. */
	uint64_t broken[256][4];
	uint64_t before_space[4];
	uint64_t *joint;
	size_t n_joint;
	unsigned joint_shift;
	struct tk_plain plain; /* with SentencePiece's form */
};

/* U+2581 in UTF-8, what SentencePiece writes for a space. */
#define TK_SPACE_SYMBOL 0xE29681u

static inline tok_bytes tk_model_bytes(const struct tok_model *m, int32_t id)
{
	uint32_t begin = id ? m->end[id - 1] : 0;

	return (tok_bytes){m->bytes + begin, m->end[id] - begin};
}

/* The byte that a name "<0xXX>" stands for, or -1. */
int tk_fallback_byte(tok_bytes name);

/* Can text match a piece of this kind? */
static inline bool tk_kind_matches(uint8_t kind)
{
	return kind == TOK_KIND_BYTE || kind == TOK_KIND_PIECE ||
	       kind == TOK_KIND_USER || kind == TOK_KIND_SPECIAL;
}

/* Is it put beside text rather than into it? */
static inline bool tk_kind_is_control(uint8_t kind)
{
	return kind == TOK_KIND_CONTROL || kind == TOK_KIND_SPECIAL;
}

static inline bool tk_model_cuts(const struct tok_model *m, uint8_t a,
				 uint8_t b)
{
	return m->cut[a][b >> 6] >> (b & 63) & 1;
}

/* The options of a caller, or the defaults. TOK_E_ARGUMENT. */
tok_status tk_load_options_take(tok_load_options *o,
				const tok_load_options *given, tok_error *err);

/* A model of any known format from a file, which it takes over, also on
 * failure. Errors as tok_model_parse. */
tok_status tk_load_bytes(tok_buf *file, const tok_load_options *o,
			 const char *path, tok_model **out, tok_error *err);

/* Appends the file that the model is, whatever the machine's byte order.
 * TOK_E_MEMORY. */
tok_status tk_model_image(const struct tok_model *m, tok_buf *out);

/*
 * A model from the bytes of a file of ours, which it takes over, also on
 * failure. path is for the error's sentence. Errors as tok_model_parse.
 */
tok_status tk_model_adopt(tok_buf *image, const tok_alloc *alloc,
			  const char *path, tok_model **out, tok_error *err);

#endif
