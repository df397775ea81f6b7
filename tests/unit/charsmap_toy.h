/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Small precompiled_charsmaps for tests: a state has a block of 256 units to
 * itself, where Darts-clone would interleave them.
 */
#ifndef CHARSMAP_TOY_H
#define CHARSMAP_TOY_H

#include "tok/base.h"

enum { TOY_BLOCKS = 64, TOY_STRINGS = 8192 };

struct charsmap_toy {
	size_t n_blocks, strings_size;
	uint32_t unit[256 * TOY_BLOCKS];
	char strings[TOY_STRINGS];
	uint8_t bytes[4 + 4 * 256 * TOY_BLOCKS + TOY_STRINGS];
};

/* A map of nothing (the root, whose block is empty). */
void charsmap_toy_init(struct charsmap_toy *toy);
/* key becomes `to`; each key once, not empty. */
void charsmap_toy_add(struct charsmap_toy *toy, const char *key,
		      const char *to);
/* Valid until the next call. */
tok_bytes charsmap_toy_bytes(struct charsmap_toy *toy);

/* To make hostile ones: units as they are, the base of a state's block. */
uint32_t charsmap_toy_unit(const struct charsmap_toy *toy, size_t at);
void charsmap_toy_set(struct charsmap_toy *toy, size_t at, uint32_t unit);
size_t charsmap_toy_base(const struct charsmap_toy *toy, size_t at);

#endif
