/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All segmentations of a short string, one after the other: the twin of
 * Viterbi and of sampling.
 */
#ifndef REF_SEGMENT_H
#define REF_SEGMENT_H

#include <stdint.h>

#include "tok/base.h"

struct ref_piece {
	tok_bytes bytes;
	int32_t score, id;
};

enum { REF_MAX_TEXT = 24 };

struct ref_path {
	int32_t id[REF_MAX_TEXT];
	size_t size[REF_MAX_TEXT]; /* bytes of each piece */
	size_t n;
	int64_t score; /* sum */
};

/* Calls see(ctx, path) for every segmentation of text. */
void ref_each_path(const struct ref_piece *piece, size_t n_pieces,
		   tok_bytes text,
		   void (*see)(void *ctx, const struct ref_path *path),
		   void *ctx);

/* The best one: highest score; then fewest pieces; then, from the end, the
 * shortest last piece. */
struct ref_path ref_best_path(const struct ref_piece *piece, size_t n_pieces,
			      tok_bytes text);

#endif
