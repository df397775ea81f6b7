/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SentencePiece's model file: a protobuf message (sentencepiece_model.proto),
 * read by our own bounded wire reader, since linking protobuf is what makes
 * SentencePiece clash with other packages in one process.
 */
#ifndef TK_SENTENCEPIECE_H
#define TK_SENTENCEPIECE_H

#include <stdbool.h>

#include "tok/base.h"

enum tk_sp_type {
	TK_SP_NORMAL = 1,
	TK_SP_UNKNOWN = 2,
	TK_SP_CONTROL = 3,
	TK_SP_USER_DEFINED = 4,
	TK_SP_UNUSED = 5,
	TK_SP_BYTE = 6
};

struct tk_sp_piece {
	tok_bytes bytes;
	float score;
	enum tk_sp_type type;
};

struct tk_sp_rules {
	tok_bytes name, charsmap;
	bool add_dummy_prefix, remove_extra_whitespaces, escape_whitespaces;
};

/* What a model file says; all bytes are borrowed from the file. Fields that
 * are missing there have the defaults of the proto. */
struct tk_sp_model {
	const tok_alloc *alloc;
	struct tk_sp_piece *piece; /* id is the index */
	size_t n, cap;
	uint32_t model_type;       /* 1 is Unigram */
	bool treat_whitespace_as_suffix, byte_fallback;
	tok_bytes unk_surface, unk_piece, bos_piece, eos_piece, pad_piece;
	struct tk_sp_rules normalizer, denormalizer;
};

/*
 * Reads a file; out must be released also after failure. Refuses, naming the
 * piece or field: what is not protobuf or holds no pieces (TOK_E_FORMAT);
 * damaged (TOK_E_CORRUPT): pieces that are empty, 8,000 bytes or longer, or
 * have a NUL byte (but "\0" itself may be UNUSED, and becomes it under byte
 * fallback), scores that are not finite, pieces twice there (among those of
 * type NORMAL, USER_DEFINED and UNUSED, or among the others), byte pieces
 * that aren't 256 or without byte fallback, no piece of type UNKNOWN (unless
 * byte fallback makes it needless) or several, none that text could match;
 * types of model other than Unigram, naming BPE, WORD or CHAR, and unknown
 * types of piece (TOK_E_UNSUPPORTED); over a limit (TOK_E_LIMIT);
 * TOK_E_MEMORY. Memory and expected time are linear in the file.
 */
tok_status tk_sp_parse(tok_bytes file, const char *path,
		       const tok_alloc *alloc, struct tk_sp_model *out,
		       tok_error *err);
void tk_sp_release(struct tk_sp_model *model);

/* The parts of tk_sp_parse, for those who want all that is wrong. */

/* Reads pieces and rules, whatever the pieces are. TOK_E_FORMAT,
 * TOK_E_UNSUPPORTED (of another type than Unigram), TOK_E_LIMIT,
 * TOK_E_MEMORY; out must be released. */
tok_status tk_sp_read(tok_bytes file, const char *path,
		      const tok_alloc *alloc, struct tk_sp_model *out,
		      tok_error *err);
/* What is wrong with a piece of a known type by itself, NULL if nothing. */
const char *tk_sp_piece_fault(const struct tk_sp_piece *piece,
			      bool byte_fallback);
/* What is wrong with the pieces together; how many faults. */
enum { TK_SP_MAX_FAULTS = 3 };
size_t tk_sp_faults(const struct tk_sp_model *model,
		    const char *fault[TK_SP_MAX_FAULTS]);
/* Calls see for each piece that was there before, until it fails. seed keeps
 * pieces from being made to collide. TOK_E_MEMORY, and what see returns. */
tok_status tk_sp_each_twin(const struct tk_sp_model *model, uint64_t seed,
			   tok_status (*see)(void *ctx, size_t id,
					     size_t first),
			   void *ctx);

/* 1 if the file looks like one: a protobuf message that begins with a piece.
 * Cheap, for sniffing. */
int tk_sp_sniff(tok_bytes file);

#endif
