/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Raw bytes to clean text: a Unicode normal form, by ICU, held to the
 * characters of one Unicode version so that a newer ICU changes nothing.
 */
#ifndef TK_NORMALIZE_H
#define TK_NORMALIZE_H

#include "tok/base.h"
#include "tok/model.h"

/* Immutable once made: shared by threads and across fork. */
struct tk_normalizer;

/* The Unicode version of the linked ICU. */
void tk_normalize_unicode(int *major, int *minor);

/*
 * form must not be TOK_NORMALIZE_NONE. TOK_E_UNSUPPORTED if the linked ICU
 * knows only an older Unicode than major.minor; TOK_E_MEMORY.
 */
tok_status tk_normalizer_new(tok_normalize form, int major, int minor,
			     const tok_alloc *alloc,
			     struct tk_normalizer **out, tok_error *err);
void tk_normalizer_free(struct tk_normalizer *normalizer);

/*
 * How clean text lies over raw text. Run i covers clean bytes
 * [clean_at, next run's clean_at) and raw bytes [raw_at, next run's raw_at);
 * the last one ends with the texts. In an equal run the bytes are the same,
 * one by one; another run can only be mapped as a whole. Both positions rise;
 * either part of a changed run may be empty. No runs at all: texts are equal.
 */
struct tk_run {
	uint64_t clean_at, raw_at;
	int equal;
};

struct tk_runs {
	struct tk_run *run;
	size_t n, cap;
	const tok_alloc *alloc;
};

void tk_runs_release(struct tk_runs *runs);
/* A further run; nothing happens where runs is NULL. TOK_E_MEMORY. */
tok_status tk_runs_add(struct tk_runs *runs, struct tk_run run);

/*
 * Appends the clean form of raw to clean. Bytes that are not UTF-8 pass
 * unchanged and separate what stands around them. runs may be NULL; else it
 * is replaced (positions count from the beginning of raw and of what is
 * appended). *out is the clean text: raw itself, borrowed, with nothing
 * appended, where nothing had to change. TOK_E_MEMORY; TOK_E_LIMIT where more
 * than 32 MiB stand together without a place that no normalization crosses
 * (marks without end). On failure clean is as before.
 */
tok_status tk_normalize(const struct tk_normalizer *normalizer, tok_bytes raw,
			tok_buf *clean, struct tk_runs *runs, tok_bytes *out);

/* How many bytes of raw have a clean form that nothing behind raw changes: up
 * to the last place that no normalization crosses, whatever follows. */
size_t tk_normalize_final(const struct tk_normalizer *normalizer,
			  tok_bytes raw);

#endif
