/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The steps of a tokenizer.json: how it makes parts of a document, and text
 * of pieces (Hugging Face's tokenizers 0.23: normalizer, added tokens,
 * pre-tokenizer, decoder; observed and rewritten). A list of steps in bytes
 * is a section of the model file.
 */
#ifndef TK_STEPS_H
#define TK_STEPS_H

#include "text/added.h"
#include "text/forms.h"

enum tk_step_kind {
	/* These rewrite each part. */
	TK_STEP_FORM,          /* arg: an enum tk_form */
	TK_STEP_NMT,           /* controls go, spaces of all kinds are " " */
	TK_STEP_LOWERCASE,
	TK_STEP_STRIP_ACCENTS,
	TK_STEP_STRIP,         /* arg: 1 left, 2 right, 3 both */
	TK_STEP_CHARSMAP,      /* a: SentencePiece's map, on graphemes */
	TK_STEP_REPLACE,       /* a: pattern; b: what it becomes */
	TK_STEP_PREPEND,       /* a: text; arg: an enum tk_prepend */
	/* This cuts each part. */
	TK_STEP_SPLIT,         /* a: pattern; arg: an enum tk_split_how, plus
				  TK_SPLIT_INVERT */
	/* Between normalizer and pre-tokenizer: the added tokens that are
	 * looked for in normalized text. Once in every list. */
	TK_STEP_ADDED,
	/* These rewrite the strings of pieces; REPLACE does, too. */
	TK_STEP_METASPACE,     /* a: a character, which becomes " "; arg 1: or
				  nothing in the first string */
	TK_STEP_BYTE_FALLBACK, /* <0xXX> in a row become UTF-8 */
	TK_STEP_FUSE,          /* all strings become one */
	TK_STEP_TRIM,          /* a: a character; arg: how many go at the
				  front, and << 16 at the end */
	/* What tok itself writes. */
	TK_STEP_BYTE_LEVEL,    /* bytes become characters (byte_level.h); as a
				  decoder, all strings become their text */
	TK_STEP_OWN_SPLIT,     /* cuts where tk_split_next does; arg: a
				  tok_split, none or space */
	TK_N_STEPS
};

enum tk_prepend {
	TK_PREPEND_ALWAYS,
	TK_PREPEND_MISSING, /* unless a part begins with it */
	TK_PREPEND_FIRST,   /* the same, at the document's beginning only */
	TK_N_PREPENDS
};

/* What becomes of the matches of a pattern. */
enum tk_split_how {
	TK_SPLIT_REMOVED,
	TK_SPLIT_ISOLATED,
	TK_SPLIT_WITH_PREVIOUS,
	TK_SPLIT_WITH_NEXT,
	TK_SPLIT_CONTIGUOUS,
	TK_N_SPLITS
};
enum { TK_SPLIT_INVERT = 8 /* it matches what is between delimiters */ };

struct tk_step {
	enum tk_step_kind kind;
	uint32_t arg;
	tok_bytes a, b;
};

/* A list as read; strings are borrowed from the section. */
struct tk_steps {
	const tok_alloc *alloc;
	struct tk_unicode unicode;
	uint32_t n_vocab;   /* ids below are pieces, those above added tokens */
	tok_id unknown;     /* of the pieces, or -1 */
	bool byte_fallback; /* unknown text becomes <0xXX>, if all exist */
	struct tk_step *step, *decoder;
	size_t n_steps, n_decoders, cap_steps, cap_decoders;
	struct tk_added_set raw, normalized;
	size_t cap_raw, cap_normalized;
	const struct tk_added **by_id; /* the normalized ones */
	size_t n_by_id;
	/* Ids that frame a document where that is asked for. */
	tok_id *before, *behind;
	size_t n_before, n_behind, cap_before, cap_behind;
	bool tracks; /* a step needs to know where text came from */
};

/* Sections are put together by these; see steps_file.c for the layout. */
struct tk_steps_draft {
	uint32_t n_vocab;
	tok_id unknown;
	bool byte_fallback;
	uint32_t n_steps, n_decoders, n_added, n_before, n_behind;
	tok_buf steps, decoders, added, before, behind;
};

void tk_steps_draft_release(struct tk_steps_draft *draft);
tok_status tk_steps_add_step(struct tk_steps_draft *draft,
			     const struct tk_step *step);
tok_status tk_steps_add_decoder(struct tk_steps_draft *draft,
				const struct tk_step *step);
tok_status tk_steps_add_token(struct tk_steps_draft *draft,
			      const struct tk_added *token);
/* Ids that frame a document: one behind all others, or u32 before them. */
tok_status tk_steps_add_behind(struct tk_steps_draft *draft, tok_id id);
tok_status tk_steps_add_front(struct tk_steps_draft *draft,
			      tok_bytes numbers);
tok_status tk_steps_write(const struct tk_steps_draft *draft, tok_buf *out);

/*
 * Reads a section of a model with n_ids ids. TOK_E_CORRUPT if anything in it
 * is out of bounds or unknown; TOK_E_MEMORY. To be released in every case.
 */
tok_status tk_steps_read(tok_bytes section, uint32_t n_ids,
			 struct tk_unicode unicode, const tok_alloc *alloc,
			 struct tk_steps *out);
void tk_steps_release(struct tk_steps *steps);

/* The added token with this id that is looked for in normalized text, the
 * first by its text; NULL if there is none. Binary search. */
const struct tk_added *tk_steps_normalized(const struct tk_steps *steps,
					   tok_id id);

/* Scratch of one thread; zero it but for alloc. */
struct tk_steps_room {
	const tok_alloc *alloc;
	struct tk_parts parts, other, cut;
	struct tk_forms forms;
};

void tk_steps_room_release(struct tk_steps_room *room);

/*
 * The parts of a document, in room until its next use: added tokens, and
 * pre-tokens (id -1). With spans, parts->from says where each byte came from.
 * TOK_E_MEMORY, TOK_E_LIMIT (ICU's data are missing, or text grows beyond
 * the bound of tk_parts_bound).
 */
tok_status tk_steps_run(const struct tk_steps *steps, tok_bytes raw,
			bool spans, struct tk_steps_room *room,
			const struct tk_parts **out);

/* What the normalizer, the steps before TK_STEP_ADDED, makes of raw; in room
 * until its next use. Errors as tk_steps_run. */
tok_status tk_steps_normalize(const struct tk_steps *steps, tok_bytes raw,
			      struct tk_steps_room *room, tok_bytes *out);

/*
 * The parts of a document that may go on behind raw, which ends with a whole
 * character: those that it has in any case, and where *open (never, if the
 * last one is an added token) the beginning of one more, the last, of which no
 * more is known. Tracks spans. steps_open.c; else as tk_steps_run.
 */
tok_status tk_steps_open(const struct tk_steps *steps, tok_bytes raw,
			 struct tk_steps_room *room,
			 const struct tk_parts **out, bool *open);

/* One of the above at a time: raw becomes a part; all parts are cut by a set
 * of added tokens, or else by a step; a step of any kind is applied. */
tok_status tk_steps_begin(const struct tk_steps *steps, tok_bytes raw,
			  bool spans, struct tk_steps_room *room);
tok_status tk_steps_cut(const struct tk_steps *steps,
			const struct tk_step *step,
			const struct tk_added_set *set,
			struct tk_steps_room *room);
tok_status tk_steps_apply(const struct tk_steps *steps,
			  const struct tk_step *step,
			  struct tk_steps_room *room);

/* A rewriting step on one part; step_rewrite.c. */
tok_status tk_step_rewrite(const struct tk_step *step,
			   struct tk_unicode unicode, struct tk_forms *forms,
			   struct tk_rewrite *w);

/* Cuts bytes [begin, end) of text into parts; step_split.c. */
tok_status tk_step_split(const struct tk_step *step, struct tk_unicode unicode,
			 tok_bytes text, size_t begin, size_t end,
			 struct tk_parts *to);

/*
 * The same where text may go on behind end: how far what lies before is cut so
 * whatever follows. *ends: there the last of the parts up to there ends, or
 * goes, in any case.
 */
size_t tk_step_split_final(const struct tk_step *step,
			   struct tk_unicode unicode, tok_bytes text,
			   size_t begin, size_t end, bool *ends);

#endif
