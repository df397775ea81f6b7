/* SPDX-License-Identifier: Apache-2.0 */
#include "charsmap_toy.h"

#include <assert.h>
#include <string.h>

#include "base/bytes.h"

enum { HAS_VALUE = 0x100 };
#define IS_VALUE UINT32_C(0x80000000)

/* What no byte and no state ever asks for. */
static void open_block(struct charsmap_toy *toy)
{
	assert(toy->n_blocks < TOY_BLOCKS);
	for (size_t i = 0; i < 256; i++)
		toy->unit[256 * toy->n_blocks + i] = IS_VALUE;
	toy->n_blocks++;
}

/*
 * The place of a value is the base of the block, where the state after byte
 * 0 would be: bases are multiples of 256, and no key holds byte 0.
 */
static void give_block(struct charsmap_toy *toy, size_t at)
{
	size_t base = 256 * toy->n_blocks;
	uint32_t low = at ? toy->unit[at] & 0xFF : 0;

	open_block(toy);
	toy->unit[at] = (uint32_t)(at ^ base) << 10 | low;
}

void charsmap_toy_init(struct charsmap_toy *toy)
{
	memset(toy, 0, sizeof(*toy));
	open_block(toy);
	toy->strings_size = 1;
	give_block(toy, 0);
}

void charsmap_toy_add(struct charsmap_toy *toy, const char *key,
		      const char *to)
{
	size_t at = 0;

	for (; *key; key++) {
		size_t next = charsmap_toy_base(toy, at) ^ (uint8_t)*key;

		if (toy->unit[next] == IS_VALUE) {
			toy->unit[next] = (uint8_t)*key;
			give_block(toy, next);
		}
		at = next;
	}
	toy->unit[at] |= HAS_VALUE;
	toy->unit[charsmap_toy_base(toy, at)] =
		IS_VALUE | (uint32_t)toy->strings_size;
	assert(toy->strings_size + strlen(to) < TOY_STRINGS);
	memcpy(toy->strings + toy->strings_size, to, strlen(to) + 1);
	toy->strings_size += strlen(to) + 1;
}

tok_bytes charsmap_toy_bytes(struct charsmap_toy *toy)
{
	size_t n = 256 * toy->n_blocks, end = 4 + 4 * n;

	tk_put32(toy->bytes, (uint32_t)(4 * n));
	for (size_t i = 0; i < n; i++)
		tk_put32(toy->bytes + 4 + 4 * i, toy->unit[i]);
	memcpy(toy->bytes + end, toy->strings, toy->strings_size);
	return (tok_bytes){toy->bytes, end + toy->strings_size};
}

uint32_t charsmap_toy_unit(const struct charsmap_toy *toy, size_t at)
{
	return toy->unit[at];
}

void charsmap_toy_set(struct charsmap_toy *toy, size_t at, uint32_t unit)
{
	toy->unit[at] = unit;
}

size_t charsmap_toy_base(const struct charsmap_toy *toy, size_t at)
{
	uint32_t unit = toy->unit[at];

	return at ^ (size_t)(unit >> 10) << ((unit & 0x200) >> 6);
}
