/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sorting suffixes, seven bytes at a time. In: places. Out: their order, and
 * how much neighbours share.
 *
 * A key is the next seven bytes, zero where the text ends, and below them how
 * many of them there are: so "a" comes before "a\0", and what two keys share
 * is read off the keys. Only groups of equal keys that occur often enough are
 * sorted deeper, and that ends soon in text of any kind.
 */
#include "train/suffix.h"

#include <stdlib.h>

enum { KEY_BYTES = 7, SHORT = 20, MAX_DEPTH = 64 };

static uint64_t key_at(const struct tk_suffix_order *o, struct tk_place p,
		       uint32_t depth)
{
	uint32_t n = tk_suffix_extent(o, p) - depth;
	const uint8_t *text = o->corpus->bytes.p + p.at + depth;
	uint64_t key = 0;

	if (n > KEY_BYTES)
		n = KEY_BYTES;
	for (uint32_t i = 0; i < n; i++)
		key |= (uint64_t)text[i] << (56 - 8 * i);
	return key | n;
}

static int by_key(const void *a, const void *b)
{
	const struct tk_suffix *x = a, *y = b;

	return x->key < y->key ? -1 : x->key > y->key;
}

static void insertion_sort(struct tk_suffix *s, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct tk_suffix t = s[i];
		size_t k = i;

		for (; k && s[k - 1].key > t.key; k--)
			s[k] = s[k - 1];
		s[k] = t;
	}
}

static uint64_t median(uint64_t a, uint64_t b, uint64_t c)
{
	if (a > b) {
		uint64_t t = a;

		a = b;
		b = t;
	}
	return c < a ? a : c > b ? b : c;
}

/*
 * Quicksort on three parts, since keys repeat. A text made to defeat the
 * median of three is left to the C library after MAX_DEPTH rounds.
 */
static void sort_keys(struct tk_suffix *s, size_t n, int rounds)
{
	while (n > SHORT) {
		uint64_t pivot = median(s[0].key, s[n / 2].key, s[n - 1].key);
		size_t low = 0, i = 0, high = n;

		if (rounds++ == MAX_DEPTH) {
			qsort(s, n, sizeof(*s), by_key);
			return;
		}
		while (i < high) {
			struct tk_suffix t = s[i];

			if (t.key < pivot) {
				s[i++] = s[low];
				s[low++] = t;
			} else if (t.key > pivot) {
				s[i] = s[--high];
				s[high] = t;
			} else {
				i++;
			}
		}
		/* The smaller part by recursion: 64 deep at most. */
		if (low < n - high) {
			sort_keys(s, low, rounds);
			s += high;
			n -= high;
		} else {
			sort_keys(s + high, n - high, rounds);
			n = low;
		}
	}
	insertion_sort(s, n);
}

/* Bytes that two keys share: what differs first, but no more than both have. */
static uint32_t shared_bytes(uint64_t a, uint64_t b)
{
	uint32_t m = (uint32_t)a & 0xFF, n = (uint32_t)b & 0xFF, same = 0;
	uint64_t differ = (a ^ b) >> 8;

	if (m < n)
		n = m;
	while (same < n && !(differ >> (48 - 8 * same)))
		same++;
	return same;
}

/* Is a group of equal keys one to look into? */
static bool goes_deeper(const struct tk_suffix_order *o,
			const struct tk_suffix *s, size_t n, uint32_t depth)
{
	uint64_t sum = 0;

	if (n < 2 || (s->key & 0xFF) < KEY_BYTES || depth >= o->max_piece)
		return false;
	if (n >= o->min_count)
		return true;
	for (size_t i = 0; i < n && sum < o->min_count; i++)
		sum += tk_suffix_weight(o, s[i].place);
	return sum >= o->min_count;
}

void tk_suffix_sort(const struct tk_suffix_order *o, struct tk_suffix *s,
		    uint8_t *shared, size_t n, uint32_t depth)
{
	for (size_t i = 0; i < n; i++)
		s[i].key = key_at(o, s[i].place, depth);
	sort_keys(s, n, 0);
	for (size_t i = 1; i < n; i++)
		shared[i] = (uint8_t)(depth + shared_bytes(s[i - 1].key,
							   s[i].key));
	for (size_t i = 0, k; i < n; i = k) {
		uint64_t key = s[i].key;

		for (k = i + 1; k < n && s[k].key == key; k++)
			;
		/* At most max_piece / 7 calls deep. */
		if (goes_deeper(o, s + i, k - i, depth + KEY_BYTES))
			tk_suffix_sort(o, s + i, shared + i, k - i,
				       depth + KEY_BYTES);
	}
}
