/* SPDX-License-Identifier: Apache-2.0 */
/* New models: of any table of ids, or of a learned vocabulary. */
#ifndef TK_MAKE_H
#define TK_MAKE_H

#include "model/loaded.h"
#include "tok/train.h"

/* An id of a new model: its bytes (a control's name, nothing if reserved). */
struct tk_row {
	tok_bytes bytes;
	double score; /* nats */
	uint8_t kind;
};

/* What any model is made of. */
struct tk_table {
	const struct tk_row *row; /* id is the index */
	size_t n_ids;
	const struct tk_role *role;
	size_t n_roles;
	tok_split split;
	tok_normalize normalize;
	enum tk_arithmetic arithmetic;
	uint32_t sp_flags;
	tok_bytes charsmap, unknown_surface;
	tok_bytes denormalizer; /* its map, if sp_flags say that there is one */
	tok_bytes steps;    /* of a tokenizer.json, or empty */
	const char *record; /* a JSON object, or NULL */
};

/*
 * Makes a model of a table. path is for the error's sentence: where the table
 * is from. TOK_E_ARGUMENT (a piece is empty, too long or used twice; a score
 * is out of range), TOK_E_CORRUPT (the arithmetic lacks what it needs),
 * TOK_E_LIMIT, TOK_E_MEMORY.
 */
tok_status tk_model_make(const struct tk_table *table, const char *path,
			 const tok_alloc *alloc, tok_model **out,
			 tok_error *err);

/* Appends the sections of a table's rows and roles to those parts of a file.
 * TOK_E_LIMIT, TOK_E_MEMORY. */
tok_status tk_make_rows(const struct tk_table *table,
			tok_buf part[TK_N_SECTIONS]);

/* What a model of our own is made of. */
struct tk_piece {
	tok_bytes bytes;
	int32_t score; /* nats * 2^16, in [-TK_MAX_SCORE, 0] */
};

struct tk_spec {
	const int32_t *byte_score;     /* [256] */
	const struct tk_piece *piece;  /* two bytes or more, no duplicates */
	size_t n_pieces;
	const tok_control *control;
	size_t n_controls;
	uint32_t pad_vocab;            /* n_ids becomes a multiple of it */
	tok_split split;
	tok_normalize normalize;
	const char *record;            /* a JSON object, or NULL */
};

/*
 * Makes a model: ids 0-255 are the bytes, then the pieces by falling score
 * (then length, then bytes), then the controls in the order given, then
 * reserved ids. Errors of tk_model_make; TOK_E_ARGUMENT also if a control's
 * name or role is empty, used twice or too long.
 */
tok_status tk_model_build(const struct tk_spec *spec, const tok_alloc *alloc,
			  tok_model **out, tok_error *err);

/* Checks the control names of a spec: train does before it reads a corpus. */
tok_status tk_model_check_controls(const tok_control *control, size_t n,
				   tok_error *err);

#endif
