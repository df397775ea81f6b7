/* SPDX-License-Identifier: Apache-2.0 */
/* The best segmentation: one walk, a kernel for each arithmetic. */
#ifndef TK_VITERBI_H
#define TK_VITERBI_H

#include "model/loaded.h"
#include "segment/frozen.h"

/*
 * The value of a path is the sum of these over its pieces, exactly: scores
 * first, and among equal sums the fewest pieces, as long as two paths differ
 * by less than 2^24 pieces between the places where they meet.
 */
static inline int64_t tk_viterbi_value(int32_t score)
{
	return (int64_t)score * (1 << 24) - 1;
}

/* Beyond this, from SentencePiece 0.2.2 on, values are taken off what is
 * ahead. */
#define TK_REBASE 100000.0F

/* The value of a best path, in the kernel's arithmetic. */
union tk_cell {
	int64_t i;
	double d;
	float f;
};

/* Scratch of one kernel, reused from text to text. Zero it but for alloc. Slots
 * stand for positions of the text; of a long stretch, those in front of slot 0
 * may be frozen: all that is left of them is how paths go back. */
struct tk_viterbi {
	const tok_alloc *alloc;
	union tk_cell *best; /* value of the best path to a slot */
	uint32_t *unit;      /* of the piece that this path ends with; 0: an
				unknown character */
	uint16_t *size;      /* of that piece, in bytes; 0: no path yet */
	size_t cap;          /* slots */
	size_t freeze; /* slots of a long stretch, at least 8; 0: 65536 */
	struct tk_frozen frozen;
};

void tk_viterbi_release(struct tk_viterbi *v);

/*
 * Appends the ids of the best segmentation of text (a whole pre-token) to
 * ids. Every single byte must be a piece. Memory follows the longest stretch
 * that is undecided, some hundred bytes in text of any kind, not the length
 * of the text. TOK_E_MEMORY; ids is then unchanged.
 */
tok_status tk_viterbi(struct tk_viterbi *v, const struct tk_trie *trie,
		      tok_bytes text, tok_ids *ids);

/*
 * The same in an arithmetic whose sums may round. text is a whole pre-token or
 * a part of one between two cuts: *sum is the value of the best path to where
 * it begins (0 at the beginning), and becomes that of the one to its end.
 */
typedef tok_status tk_viterbi_whole(struct tk_viterbi *v,
				    const tok_model *model, tok_bytes text,
				    union tk_cell *sum, tok_ids *ids);

/* As SentencePiece's EncodeOptimized does it, with the rounding of its
 * version; an unknown character is the id -1. */
tk_viterbi_whole tk_viterbi_sp, tk_viterbi_sp_old;

/* In doubles, left to right, the longest last piece among equals: as
 * BytePiece does it. Every single byte must be a piece. */
tk_viterbi_whole tk_viterbi_double;

/* The same by characters of UTF-8; one that no piece of its own length covers
 * may be unknown, the id -1: as Hugging Face's tokenizers do it. */
tk_viterbi_whole tk_viterbi_hf;

/* Text that may go on, behind a place that all paths pass. */
struct tk_prefix {
	tok_bytes text;
	tok_bytes next;   /* what comes next, if anything does; empty: any */
	uint32_t longest; /* bytes, of the longest piece */
	bool characters;  /* pieces begin at those; one may be unknown */
};

/*
 * The ids that text has whatever follows: appends those of the longest path
 * that the best paths share to all places from which a piece may reach behind
 * text, and to its end. *done is how much of text they stand for. How the best
 * path to a place goes depends on nothing behind it, in all arithmetics; so
 * what they share is final. (It may be a little less than all that is: a path
 * along such a piece need not be the best one for any text.) sum as above, 0
 * for our own models. In time linear in text, and at most quadratic in
 * longest. TOK_E_MEMORY; ids is then unchanged.
 */
typedef tok_status tk_viterbi_opener(struct tk_viterbi *v,
				     const tok_model *model,
				     const struct tk_prefix *prefix,
				     union tk_cell sum, tok_ids *ids,
				     size_t *done);

tk_viterbi_opener tk_viterbi_open, tk_viterbi_double_open, tk_viterbi_hf_open,
	tk_viterbi_sp_open, tk_viterbi_sp_old_open;

/* Where a walk along text stands; start is the value of the path to it. Zero
 * the rest but for text and open. */
struct tk_walk {
	tok_bytes text;
	size_t origin; /* position of slot 0; the ids of v->frozen.n bytes
			  before it are still to come */
	size_t open;   /* position; where paths meet behind it, they may not
			  meet in text that goes on */
	size_t at;     /* slots below it have made their offers */
	size_t reach;  /* highest slot that has an offer */
	size_t settle_at; /* slot at which to settle next */
	union tk_cell start; /* value of slot 0 */
};

/*
 * Goes on with text that comes in parts: as far as open, which is at least
 * tk_viterbi_ahead bytes before the end, or is the end if there text ends.
 * Appends the ids of the path that is final, to v->frozen.n bytes before
 * w->origin; no unknown character is among those. Then more may come behind
 * text, and what is before origin may go, if w is told (v holds the slots from
 * there on). TOK_E_MEMORY; v is then as new.
 */
typedef tok_status tk_viterbi_goer(struct tk_viterbi *v,
				   const tok_model *model, struct tk_walk *w,
				   tok_ids *ids);

tk_viterbi_goer tk_viterbi_on, tk_viterbi_double_on, tk_viterbi_hf_on,
	tk_viterbi_sp_on, tk_viterbi_sp_old_on;

/* Steps end up to three bytes further than asked. */
static inline size_t tk_viterbi_ahead(const tok_model *model)
{
	return (size_t)model->max_piece + 4;
}

#endif
