/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SentencePiece's normalizer, byte for byte: a precompiled map of character
 * sequences, the rules for spaces, and user-defined symbols kept as they are
 * (sentencepiece 0.1.99 to 0.2.3, src/normalizer.cc, observed and rewritten).
 */
#ifndef TK_SP_NORMALIZE_H
#define TK_SP_NORMALIZE_H

#include <stdbool.h>

#include "text/charsmap.h"
#include "text/normalize.h"

struct tk_plain;

/* Immutable while used; what it points to is borrowed. */
struct tk_sp_form {
	bool add_dummy_prefix;
	bool remove_extra_whitespaces;
	bool escape_whitespaces;         /* " " becomes U+2581 */
	bool treat_whitespace_as_suffix; /* the dummy goes to the end */
	tok_bytes charsmap; /* as in a model's precompiled_charsmap; may be
			       empty; tk_charsmap_valid must hold */
	/* Bytes of the longest user-defined symbol that text begins with, or
	 * 0; NULL where a model has none. */
	size_t (*user_symbol)(const void *ctx, tok_bytes text);
	/* May text that goes on begin with a longer one? True is no promise.
	 * Set if user_symbol is. */
	bool (*user_goes_on)(const void *ctx, tok_bytes text);
	const void *ctx;
	const struct tk_plain *plain; /* what of ASCII and others stays, with
					 these symbols too; or NULL */
};

/*
 * Appends the normalized form of raw (any bytes; those that are not UTF-8
 * become U+FFFD one by one) to clean. runs as in tk_normalize, but that
 * *out is always what was appended, and that equal runs are those of
 * characters kept as they are. Linear. TOK_E_MEMORY.
 *
 * The runs hold the original's offsets: a clean position belongs to the last
 * run that begins at it or before it, and lies where that run begins in raw,
 * plus, in an equal run, how far the character that it is in stands behind
 * the beginning. For the end of clean to follow that rule, too, the last run
 * may be empty in clean, or in both.
 */
tok_status tk_sp_normalize(const struct tk_sp_form *form, tok_bytes raw,
			   tok_buf *clean, struct tk_runs *runs,
			   tok_bytes *out);

/*
 * Appends the normalized form of a part of a text to clean. A part that is not
 * the first begins behind a space and with what is none (its form begins with
 * that space); one that is not the last ends before one, with what is none;
 * and no key of the map or symbol reaches across its ends. Then the parts'
 * forms make up that of the text. TOK_E_MEMORY.
 */
tok_status tk_sp_normalize_part(const struct tk_sp_form *form, tok_bytes part,
				bool is_first, bool is_last, tok_buf *clean);

/* Where a text that comes in parts stands; all 0 before the first. */
struct tk_sp_going {
	bool begun;     /* there was something else than leading spaces */
	bool space_due; /* what comes next is behind a space that is not
			   written yet, and is none */
	bool after_space;
};

/*
 * Appends the normalized form of *used bytes of `more`, what comes next of a
 * text that goes on (else of all of it), to clean. The others depend on what
 * follows and come again with it. Spaces that go at the end of a text are
 * there (tk_sp_normalize_held bytes of them) until tk_sp_normalize_end takes
 * them away; it also adds what else the end has. clean is the text's from byte
 * `begin` on. TOK_E_MEMORY; clean is then unchanged.
 */
tok_status tk_sp_normalize_more(const struct tk_sp_form *form, tok_bytes more,
				bool goes_on, struct tk_sp_going *going,
				tok_buf *clean, size_t *used);
size_t tk_sp_normalize_held(const struct tk_sp_form *form, tok_bytes clean);
tok_status tk_sp_normalize_end(const struct tk_sp_form *form,
			       const struct tk_sp_going *going,
			       tok_buf *clean, size_t begin);

/* How many bytes of raw, from its beginning, are taken in the same way
 * whatever follows raw: characters, keys of the map and symbols that are
 * whole. What comes at the end of all text (spaces that go, a dummy suffix)
 * is another matter. Linear. */
size_t tk_sp_normalize_final(const struct tk_sp_form *form, tok_bytes raw);

#endif
