/* SPDX-License-Identifier: Apache-2.0 */
/* Small models of others' rules, where sums tie or nearly tie. */
#ifndef SP_TOY_H
#define SP_TOY_H

#include "model/make.h"
#include "ref_sp.h"

enum { SP_TOY_MAX = 600, SP_TOY_BYTES = 64, SP_TOY_LONG = 7999, SP_TOY_SYMBOLS = 8 };

struct sp_toy {
	uint8_t bytes[SP_TOY_MAX][SP_TOY_BYTES];
	struct tk_row row[SP_TOY_MAX];
	size_t n;
	struct ref_sp_piece piece[SP_TOY_MAX]; /* those that text matches */
	size_t n_pieces;
};

/* Characters of one to four bytes. */
extern const char *const sp_toy_symbol[SP_TOY_SYMBOLS];

void sp_toy_init(struct sp_toy *toy);
/* The next id; false if these bytes are matched by another. */
bool sp_toy_add(struct sp_toy *toy, tok_bytes bytes, double score,
		uint8_t kind);
/* Pieces of one letter, of hundreds and thousands of bytes. */
void sp_toy_add_long(struct sp_toy *toy, uint64_t *random);
/* 1, 2, 4, 8 and 16 of a symbol, of equal scores, as the dashes of real
 * models: the rest of a run is best taken at its front, so that the paths to
 * neighbouring slots share nothing. */
void sp_toy_add_runs(struct sp_toy *toy, const char *symbol);
/* <0x00> to <0xFF>. */
void sp_toy_add_fallback(struct sp_toy *toy);
struct tk_table sp_toy_table(const struct sp_toy *toy,
			     enum tk_arithmetic arithmetic, uint32_t flags);
tok_model *sp_toy_model(const struct sp_toy *toy,
			enum tk_arithmetic arithmetic, uint32_t flags);

/* How scores are drawn for a piece of some symbols. */
enum sp_manner { SP_STEPS, SP_FEW, SP_STEEP, SP_RISING, SP_N_MANNERS };

/* A model of n_pieces over the first n_symbols, as floats; some of the
 * symbols no piece covers. */
void sp_toy_fill(struct sp_toy *toy, uint64_t *random,
		 enum sp_manner manner, size_t n_symbols, size_t n_pieces);
/* All bytes and n_pieces more, as doubles. */
void sp_toy_fill_bytes(struct sp_toy *toy, uint64_t *random,
		       size_t n_symbols, size_t n_pieces);
/* n_pieces with Hugging Face's rules; some of the symbols no piece covers. */
void sp_toy_fill_hf(struct sp_toy *toy, uint64_t *random, size_t n_symbols,
		    size_t n_pieces);

/* Text of n symbols out of the first n_symbols: at random, as runs, or as
 * repeated pairs; out has room for 4 * n bytes. Returns its bytes. */
size_t sp_toy_text(uint64_t *random, size_t n_symbols, size_t n,
		   uint8_t *out);

#endif
