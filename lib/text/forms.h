/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NFC, NFD, NFKC and NFKD with an account of which character became which, as
 * the crate unicode-normalization-alignments gives it (0.1.12: Unicode 9.0).
 */
#ifndef TK_FORMS_H
#define TK_FORMS_H

#include "text/rewrite.h"

enum tk_form { TK_NFC, TK_NFD, TK_NFKC, TK_NFKD, TK_N_FORMS };

/* A character, and how many it stands for; see tk_rewrite_put. */
struct tk_change {
	uint32_t c;
	uint8_t class; /* canonical combining class */
	int64_t change;
};

/* Scratch; zero it but for alloc. */
struct tk_forms {
	const tok_alloc *alloc;
	struct tk_change *mark, *sorted, *blocked;
	size_t n_marks, cap_marks, cap_sorted, n_blocked, cap_blocked;
};

void tk_forms_release(struct tk_forms *forms);

/* Rewrites the whole part. TOK_E_LIMIT if ICU's data are missing; else errors
 * as tk_parts_put. */
tok_status tk_forms_apply(struct tk_forms *forms, enum tk_form form,
			  struct tk_rewrite *w);

/* How much of text (UTF-8) has a form that nothing behind text changes: up to
 * the last character that no form reaches across. */
size_t tk_forms_final(enum tk_form form, tok_bytes text);

#endif
