/* SPDX-License-Identifier: Apache-2.0 */
/* What a command line says, after parsing: one field an option. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>

#include <tok.h>

#define MAX_SPECIALS 256
#define MAX_SEPARATOR 256
#define NO_ROW UINT64_MAX

/* How a program ends. */
enum exit_code {
	EXIT_DONE,
	EXIT_FAILED,
	EXIT_MISUSED,
	EXIT_WRONG /* checked and found wrong */
};

/* How ids are written and read; the order of --format's choices. */
enum id_format {
	FORMAT_IDS,
	FORMAT_JSONL,
	FORMAT_U16,
	FORMAT_U32,
	FORMAT_PIECES
};

/* What ends a document; separator for TOK_BY_SEPARATOR, field for JSONL. */
struct doc_end {
	bool named; /* by --by */
	tok_by by;
	uint8_t separator[MAX_SEPARATOR];
	size_t n_separator;
	const char *field;
};

struct sampling {
	bool on;
	double alpha;
	uint64_t seed, epoch;
	tok_key_kind key;
	double p; /* the share of documents that is drawn */
	uint64_t nbest; /* 0: among all segmentations */
	uint64_t wor;   /* so many without replacement; 0: one */
};

/* Of the law of sampling at alpha. */
struct entropy {
	bool on;
	double alpha;
};

struct settings {
	const char *const *input; /* what is left after the options */
	size_t n_inputs;

	/* in most commands */
	const char *model;  /* NULL: model.tok */
	const char *output; /* NULL: standard output */
	bool force, quiet, verbose, strict, json;
	uint64_t threads;
	struct doc_end by;
	int on_bad_line; /* 0 error, 1 skip */

	int sp_arithmetic; /* index in sp_arithmetics, a tok_sp_rules */

	/* encode, decode */
	int format;
	int offsets, offset_unit; /* a tok_spans, a tok_unit */
	bool bos, eos, add_special, heal, controls, bytes;
	struct sampling sample;
	uint64_t doc_offset;
	uint64_t nbest; /* 0: the best one alone */
	struct entropy entropy;
	uint64_t max_tokens; /* of a document; 0: all */

	/* count */
	bool total;

	/* bench */
	uint64_t repeats;

	/* train */
	uint64_t vocab_size, pad_vocab, max_piece, memory, seed;
	int split, normalize;
	tok_control special[MAX_SPECIALS];
	size_t n_specials;

	/* convert */
	int to; /* a tok_model_format; -1: by the output's name */
	const char *try_on;
	bool allow_differences;

	/* pack */
	uint64_t row_len, open_rows, level, shard_size;
	uint64_t epochs; /* 0: one data set, in the output itself */
	int method, over_long;
	double val;
	bool ids;

	/* cat, info, help */
	uint64_t row;
	bool text, batch, pieces, man, completion;
};

#endif
