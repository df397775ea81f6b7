/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ids to rows, and rows to what a model takes. No text, no model: ids of any
 * tokenizer will do.
 */
#ifndef TOK_PACK_H
#define TOK_PACK_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum tok_method {
	/* Up to open_rows rows are open; a document goes to the fullest one
	 * that has room, the oldest among equals; where none has, the fullest
	 * row leaves. Tokens that fill a row are one at once, and push none
	 * out. Documents stay whole. */
	TOK_METHOD_BEST_FIT,
	/* One row is open; a document that does not fit closes it. Keeps the
	 * order. */
	TOK_METHOD_NEXT_FIT,
	/* Documents follow each other and are cut where a row is full. Keeps
	 * the order, and every row but the last is full. */
	TOK_METHOD_WRAP
} tok_method;

/* For a document longer than a row (TOK_METHOD_WRAP never needs it). */
typedef enum tok_over_long {
	TOK_OVER_LONG_SPLIT,    /* parts of row_len, then the rest */
	TOK_OVER_LONG_TRUNCATE, /* keep the first row_len tokens */
	TOK_OVER_LONG_DROP,     /* leave the document out */
	TOK_OVER_LONG_ERROR     /* TOK_E_LIMIT */
} tok_over_long;

/* "best-fit", "split", ...; static, NULL for a value that is not one. */
TOK_API const char *tok_method_name(tok_method method);
TOK_API const char *tok_over_long_name(tok_over_long policy);

typedef struct tok_pack_options {
	size_t size;             /* sizeof(tok_pack_options) */
	uint32_t row_len;        /* tokens a row holds at most; 2048 */
	tok_method method;       /* TOK_METHOD_BEST_FIT */
	tok_over_long over_long; /* TOK_OVER_LONG_SPLIT */
	uint32_t open_rows;      /* for best fit; 64 */
	const tok_alloc *alloc;
} tok_pack_options;

TOK_API void tok_pack_options_defaults(tok_pack_options *options,
					 size_t size);

/* Tokens [begin, begin + seq_length) of document, for each sequence. */
typedef struct tok_origin {
	uint64_t document, begin;
} tok_origin;

/*
 * A row: its tokens, and where one document ends and the next begins. Only
 * real tokens: no padding. Every seq_length is at least 1 and their sum is
 * n_ids. Arrays are borrowed from who made the row; origin may be NULL.
 */
typedef struct tok_row {
	const tok_id *input_ids;
	size_t n_ids;
	const int32_t *seq_lengths;
	const tok_origin *origin;
	size_t n_seqs;
} tok_row;

/* Belongs to one thread at a time. Which row a document lands in depends on
 * the lengths of the documents added before it, and on nothing else. */
typedef struct tok_packer tok_packer;

/* options may be NULL: the defaults. TOK_E_ARGUMENT, TOK_E_MEMORY; *out is
 * then NULL. */
TOK_API tok_status tok_packer_new(const tok_pack_options *options,
				  tok_packer **out);
TOK_API void tok_packer_free(tok_packer *packer);

/* One document. An empty one takes no room and is in no row. TOK_E_LIMIT if
 * it is over-long and the policy is to say so; TOK_E_MEMORY; TOK_E_ARGUMENT
 * while another document goes on. The packer is then as before. */
TOK_API tok_status tok_packer_add(tok_packer *packer, const tok_id *id,
				  size_t n, uint64_t document);

/*
 * The same for a document in parts: goes_on is 1 with all but its last. They
 * give the rows and books that their tokens give at once. Rows that they fill
 * are ready at once, at most one row waits for the end of the document; parts
 * may be empty. In the books is a document with its last part.
 * TOK_E_LIMIT comes as soon as the document is too long; it is then forgotten
 * with all its parts, as if it had never been, and the next part is of another.
 * TOK_E_ARGUMENT for another document while one goes on, and TOK_E_MEMORY,
 * leave the packer as before the call.
 */
TOK_API tok_status tok_packer_add_part(tok_packer *packer, const tok_id *id,
				       size_t n, uint64_t document,
				       int goes_on);

/* No more documents: rows still open become ready, in order of opening.
 * TOK_E_ARGUMENT, and nothing is done, while a document goes on. */
TOK_API tok_status tok_packer_finish(tok_packer *packer);

/* The next row that is ready, borrowed until the next call on the packer;
 * TOK_END if none is. Ask after every add. */
TOK_API tok_status tok_packer_next(tok_packer *packer, tok_row *row);

/* tokens_stored (in rows handed out or still open), tokens_truncated,
 * tokens_dropped, documents_split, _truncated, _dropped; other fields 0. */
TOK_API void tok_packer_ledger(const tok_packer *packer, tok_ledger *ledger);

/*
 * Rows as flash-attention and Hugging Face models take them: flattened, with
 * no attention mask. total is the number of tokens, n_seqs of documents (or
 * parts) in them.
 */
typedef struct tok_batch {
	size_t total, n_seqs;
	int32_t max_seqlen;    /* on the host, of the longest sequence */
	int32_t *input_ids;    /* [total] */
	int32_t *position_ids; /* [total], from 0 in each sequence */
	int32_t *labels;       /* [total], unshifted; -100 at the first token
				  of each sequence */
	int32_t *cu_seqlens;   /* [n_seqs + 1], from 0 to total */
	int32_t *seq_idx;      /* [total], number of its sequence, from 0 */
	size_t cap_total, cap_seqs;
	const tok_alloc *alloc;
} tok_batch;

TOK_API void tok_batch_init(tok_batch *batch, const tok_alloc *alloc);
TOK_API void tok_batch_release(tok_batch *batch);

/* Replaces what batch held. TOK_E_LIMIT if total does not fit int32;
 * TOK_E_ARGUMENT if a row's lengths are not positive or do not sum to its
 * tokens; TOK_E_MEMORY. batch is then empty. */
TOK_API tok_status tok_batch_view(const tok_row *row, size_t n_rows,
				  tok_batch *batch);

#ifdef __cplusplus
}
#endif
#endif
