/* SPDX-License-Identifier: Apache-2.0 */
/* The table of what chunks were segmented into. In: a size. Out: room for as
 * many entries as fit in it, aligned to cache lines, a power of two. */
#include "segment/cache.h"

enum {
	SET_SIZE = TK_CACHED_WAYS * TK_CACHED_SIZE,
	UNKNOWN = 0xFFFF /* is -1 */
};

_Static_assert((unsigned)TK_KEY_SIZE < TK_KEY_MORE &&
	       (TK_ANSWER_IDS / TK_WIDE_IDS - 1) * TK_KEY_MORE <
		       TK_KEY_SPACED &&
	       TK_ANSWER_IDS <= TK_WIDE_IDS * TK_CACHED_WAYS,
	       "an answer fits into a set, and all into a key's last byte");
_Static_assert(sizeof(struct tk_cached) == TK_CACHED_SIZE &&
	       SET_SIZE % TK_LINE_SIZE == 0,
	       "no entry lies in two cache lines");

tok_status tk_cache_init(struct tk_cache *c, size_t size, size_t n_ids,
			 const tok_alloc *alloc)
{
	size_t n = 2;

	*c = (struct tk_cache){
		.alloc = alloc, .shift = 63, .wide = n_ids > UNKNOWN};
	if (size < 2 * SET_SIZE)
		return TOK_OK;
	for (; n <= size / SET_SIZE / 2 && c->shift > 32; n *= 2)
		c->shift--;
	/* What the allocator gives may lie anywhere. */
	c->block_size = n * SET_SIZE + TK_LINE_SIZE;
	c->block = tk_new_zeroed(alloc, 1, c->block_size);
	if (!c->block)
		return TOK_E_MEMORY;
	c->entry = (struct tk_cached *)((uint8_t *)c->block + TK_LINE_SIZE -
					(uintptr_t)c->block % TK_LINE_SIZE);
	return TOK_OK;
}

void tk_cache_release(struct tk_cache *c)
{
	tk_free(c->alloc, c->block, 1, c->block_size);
	*c = (struct tk_cache){.alloc = c->alloc};
}

static size_t room_of(const struct tk_cache *c)
{
	return c->wide ? TK_WIDE_IDS : TK_CACHED_IDS;
}

/* The key of what follows behind so many entries. */
static struct tk_key key_behind(const struct tk_key *key, size_t n)
{
	struct tk_key more = *key;

	((uint8_t *)&more)[TK_KEY_SIZE] |= (uint8_t)(n * TK_KEY_MORE);
	return more;
}

static void put_ids(const struct tk_cache *c, struct tk_cached *x,
		    const tok_id *id, size_t n)
{
	for (size_t i = 0; i < n && i < room_of(c); i++)
		if (c->wide)
			x->id.wide[i] = id[i];
		else
			x->id.narrow[i] = (uint16_t)id[i];
}

static void take_ids(const struct tk_cache *c, const struct tk_cached *x,
		     tok_id *id)
{
	tok_id all[8];

	tk_cached_ids(x, c->wide, all);
	memcpy(id, all, TK_CACHED_IDS * sizeof(*id));
}

void tk_cache_put(const struct tk_cache *c, struct tk_cached *set,
		  const struct tk_key *key, const struct tk_answer *answer)
{
	struct tk_cached *end = set + TK_CACHED_WAYS, *x = set;
	size_t n = answer->n, room = room_of(c);
	size_t n_entries = n > room ? (n + room - 1) / room : 1;

	while (x + n_entries < end && x->key.word[1])
		x++;
	for (size_t i = 0; i < n_entries; i++) {
		x[i] = (struct tk_cached){.key = key_behind(key, i)};
		put_ids(c, &x[i], answer->id + i * room, n - i * room);
	}
	x->n = (uint8_t)n;
	x->seldom = answer->unknown || n_entries > 1;
	x->reach = n ? tk_reach_down(answer->reach) : 0;
}

static const struct tk_cached *find_more(const struct tk_cached *set,
					 const struct tk_key *key, size_t i)
{
	struct tk_key more = key_behind(key, i);

	for (size_t way = 0; way < TK_CACHED_WAYS; way++)
		if (tk_key_equals(&set[way].key, &more))
			return &set[way];
	return NULL;
}

bool tk_cache_take(const struct tk_cache *c, struct tk_cached *set,
		   const struct tk_key *key, struct tk_answer *out)
{
	const struct tk_cached *x = tk_cache_find(set, key);
	size_t room = room_of(c);

	if (!x)
		return false;
	out->reach = tk_reach_of(x->reach);
	out->n = x->n;
	out->unknown = false;
	take_ids(c, x, out->id);
	if (!x->seldom)
		return true;
	for (size_t at = room; at < out->n; at += room) {
		x = find_more(set, key, at / room);
		if (!x)
			return false;
		take_ids(c, x, out->id + at);
	}
	for (size_t i = 0; i < out->n; i++) {
		if (out->id[i] == UNKNOWN && !c->wide)
			out->id[i] = -1;
		out->unknown |= out->id[i] < 0;
	}
	return true;
}
