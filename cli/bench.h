/* SPDX-License-Identifier: Apache-2.0 */
/* What tok bench measures, between who measures and who writes it. */
#ifndef BENCH_H
#define BENCH_H

#include "held_text.h"
#include "output.h"
#include "settings.h"

enum {
	BENCH_MAX_REPEATS = 1000,
	BENCH_MAX_PASSES = 4 /* on one thread and on all, and each drawn */
};

/* Passes over all documents: medians of all repeats. */
struct bench_pass {
	unsigned threads;
	bool drawn;
	uint64_t n_ids;         /* of all documents */
	double first, repeated; /* seconds */
};

/* Owned by the command; zero it but for s. */
struct bench {
	const struct settings *s;
	tok_model *model;
	tok_pool *pool;
	struct held_text text;
	tok_ledger ledger;
	tok_flat flat;
	double load, call; /* seconds */
	tok_bytes head;    /* what is called for */
	struct bench_pass pass[BENCH_MAX_PASSES];
	size_t n_passes;
	double time[BENCH_MAX_REPEATS], again[BENCH_MAX_REPEATS];
};

/* Loads the model again and again: model and load. */
tok_status bench_load(struct bench *b, tok_error *err);

/* Then, once there are a pool and a text: passes, call, and what of the ledger
 * is about ids. */
tok_status bench_measure(struct bench *b, tok_error *err);

/* A table for people, or one object. */
void bench_put_table(struct output *out, const struct bench *b);
void bench_put_object(struct output *out, const struct bench *b);

#endif
