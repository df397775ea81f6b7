/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sorted pieces to a double array, depth first: what continues a prefix lies
 * near it, so that a walk touches few cache lines. (Breadth first, training
 * takes 1.5 times as long.)
 *
 * Free units of the last N_OPEN blocks form a ring in index order. A node's
 * first child goes to the first of them that fits; where none does, a new
 * block of 256 units is opened, and what is free in the oldest one is given
 * up. That bounds the time at a few per cent of empty units.
 */
#include <string.h>

#include "base/memory.h"
#include "model/trie.h"

enum { N_OPEN = 16 };

/* A node whose children are to be placed: unit at stands for the entries
 * [begin, end), which share their first depth bytes. */
struct node {
	uint32_t at, depth;
	size_t begin, end;
};

struct builder {
	const tok_alloc *alloc;
	const struct tk_entry *entry;
	struct tk_trie_image image;
	struct node *todo; /* a stack */
	size_t n_todo, cap_todo;
	uint32_t *next, *prev; /* the ring of free units */
	uint8_t *claimed;      /* base is taken */
	uint32_t cap_ring, n_free, first_free;
};

void tk_trie_image_release(struct tk_trie_image *image)
{
	tk_free(image->alloc, image->unit, image->cap_units,
		sizeof(*image->unit));
	tk_free(image->alloc, image->id, image->cap_units,
		sizeof(*image->id));
	*image = (struct tk_trie_image){.alloc = image->alloc};
}

static bool move(const tok_alloc *alloc, void **p, size_t n, size_t cap,
		 size_t size)
{
	void *to = tk_new(alloc, cap, size);

	if (!to)
		return false;
	if (n)
		memcpy(to, *p, n * size);
	tk_free(alloc, *p, n, size);
	*p = to;
	return true;
}

/* All arrays of units grow together, so they share one capacity; each is
 * recorded as soon as it has moved, so that release frees what is there. */
static tok_status reserve(struct builder *b, uint32_t need)
{
	uint32_t old = b->image.cap_units, cap = old ? old : 4096;

	if (need <= old)
		return TOK_OK;
	while (cap < need)
		cap *= 2;

	struct tk_unit *unit = tk_new(b->alloc, cap, sizeof(*unit));
	int32_t *id = tk_new(b->alloc, cap, sizeof(*id));
	if (!unit || !id) {
		tk_free(b->alloc, unit, cap, sizeof(*unit));
		tk_free(b->alloc, id, cap, sizeof(*id));
		return TOK_E_MEMORY;
	}
	if (old) {
		memcpy(unit, b->image.unit, old * sizeof(*unit));
		memcpy(id, b->image.id, old * sizeof(*id));
	}
	uint32_t n_units = b->image.n_units;
	tk_trie_image_release(&b->image);
	b->image = (struct tk_trie_image){unit, id, n_units, cap, b->alloc};
	return TOK_OK;
}

static tok_status reserve_ring(struct builder *b, uint32_t cap)
{
	uint32_t n = b->cap_ring;
	void *next = b->next, *prev = b->prev, *claimed = b->claimed;

	if (cap <= n)
		return TOK_OK;
	/* The three blocks differ in size only while this function runs; on
	 * failure the caller gives up, so all are freed here. */
	bool a = move(b->alloc, &next, n, cap, sizeof(*b->next));
	bool c = a && move(b->alloc, &prev, n, cap, sizeof(*b->prev));
	bool d = c && move(b->alloc, &claimed, n, cap, 1);
	if (!d) {
		tk_free(b->alloc, next, a ? cap : n, sizeof(*b->next));
		tk_free(b->alloc, prev, c ? cap : n, sizeof(*b->prev));
		tk_free(b->alloc, claimed, n, 1);
		b->next = b->prev = NULL;
		b->claimed = NULL;
		b->cap_ring = 0;
		return TOK_E_MEMORY;
	}
	b->next = next;
	b->prev = prev;
	b->claimed = claimed;
	b->cap_ring = cap;
	return TOK_OK;
}

static void set_empty(struct builder *b, uint32_t at)
{
	b->image.unit[at] = (struct tk_unit){0, TK_NO_PIECE};
	b->image.id[at] = -1;
	b->claimed[at] = 0;
}

static void leave_ring(struct builder *b, uint32_t at)
{
	uint32_t next = b->next[at], prev = b->prev[at];

	b->next[prev] = next;
	b->prev[next] = prev;
	if (b->first_free == at)
		b->first_free = next;
	b->n_free--;
}

/* Appends 256 free units to the ring. */
static tok_status open_block(struct builder *b)
{
	uint32_t begin = b->image.n_units;

	while (b->n_free && b->first_free + N_OPEN * 256 < begin + 256)
		leave_ring(b, b->first_free);
	if (begin + 256 > TK_MAX_UNITS)
		return TOK_E_LIMIT;
	tok_status st = reserve(b, begin + 256);
	if (!st)
		st = reserve_ring(b, b->image.cap_units);
	if (st)
		return st;
	for (uint32_t i = begin; i < begin + 256; i++) {
		set_empty(b, i);
		b->next[i] = i + 1;
		b->prev[i] = i - 1;
	}
	if (b->n_free) {
		uint32_t last = b->prev[b->first_free];

		b->next[last] = begin;
		b->prev[begin] = last;
	} else {
		b->first_free = begin;
	}
	b->next[begin + 255] = b->first_free;
	b->prev[b->first_free] = begin + 255;
	b->n_free += 256;
	b->image.n_units += 256;
	return TOK_OK;
}

/* at lies in the block of a unit of the ring, so it is in the ring if free;
 * the root is nobody's child. */
static bool is_free(const struct builder *b, uint32_t at)
{
	return at && !(b->image.unit[at].link & TK_UNIT_USED);
}

static void take(struct builder *b, uint32_t at, uint8_t label)
{
	leave_ring(b, at);
	b->image.unit[at].link = TK_UNIT_USED | label;
}

static bool fits(const struct builder *b, uint32_t base, const uint8_t *label,
		 unsigned n)
{
	if (b->claimed[base])
		return false;
	for (unsigned i = 0; i < n; i++)
		if (!is_free(b, base ^ label[i]))
			return false;
	return true;
}

static tok_status find_base(struct builder *b, const uint8_t *label,
			    unsigned n, uint32_t *base)
{
	uint32_t at = b->first_free;

	for (uint32_t i = 0; i < b->n_free; i++) {
		*base = at ^ label[0];
		if (fits(b, *base, label, n))
			return TOK_OK;
		at = b->next[at];
	}
	*base = b->image.n_units;
	return open_block(b);
}

static tok_status push(struct builder *b, struct node node)
{
	if (!tk_grow(b->alloc, (void **)&b->todo, &b->cap_todo,
		     b->n_todo + 1, sizeof(*b->todo)))
		return TOK_E_MEMORY;
	b->todo[b->n_todo++] = node;
	return TOK_OK;
}

/* Labels of the children of entries [begin, end) at depth, and where each
 * child's entries begin; begin_of[n] is end. */
static unsigned find_labels(const struct builder *b, const struct node *node,
			    uint8_t label[256], size_t begin_of[257])
{
	unsigned n = 0;

	for (size_t i = node->begin; i < node->end; i++) {
		uint8_t c = b->entry[i].bytes.p[node->depth];

		if (n && label[n - 1] == c)
			continue;
		label[n] = c;
		begin_of[n++] = i;
	}
	begin_of[n] = node->end;
	return n;
}

static tok_status place_children(struct builder *b, struct node node)
{
	uint8_t label[256];
	size_t begin_of[257];
	uint32_t base;

	/* In bytewise order a piece that ends here is the first entry. */
	if (node.depth && b->entry[node.begin].bytes.n == node.depth) {
		b->image.unit[node.at].score = b->entry[node.begin].score;
		b->image.id[node.at] = b->entry[node.begin].id;
		node.begin++;
	}
	if (node.begin == node.end)
		return TOK_OK;

	unsigned n = find_labels(b, &node, label, begin_of);
	tok_status st = find_base(b, label, n, &base);
	if (st)
		return st;
	b->claimed[base] = 1;
	b->image.unit[node.at].link |= base << 9;
	for (unsigned i = 0; !st && i < n; i++) {
		take(b, base ^ label[i], label[i]);
		st = push(b, (struct node){base ^ label[i], node.depth + 1,
					   begin_of[i], begin_of[i + 1]});
	}
	return st;
}

/* Nodes without children get the base of a last block that stays empty. */
static tok_status close_leaves(struct builder *b)
{
	uint32_t nowhere = b->image.n_units;
	tok_status st = open_block(b);

	if (st)
		return st;
	for (uint32_t i = 0; i < nowhere; i++) {
		uint32_t *link = &b->image.unit[i].link;

		if ((*link & TK_UNIT_USED) && !(*link >> 9))
			*link |= nowhere << 9;
	}
	return TOK_OK;
}

tok_status tk_trie_build(const struct tk_entry *entry, size_t n,
			 const tok_alloc *alloc, struct tk_trie_image *out)
{
	struct builder b = {.alloc = alloc, .entry = entry};

	b.image.alloc = alloc;
	tok_status st = open_block(&b);
	if (!st) {
		/* Unit 0 is the root, nobody's child; base 0 means "none
		 * yet". */
		leave_ring(&b, 0);
		b.claimed[0] = 1;
		st = push(&b, (struct node){0, 0, 0, n});
	}
	while (!st && b.n_todo)
		st = place_children(&b, b.todo[--b.n_todo]);
	if (!st)
		st = close_leaves(&b);

	tk_free(alloc, b.todo, b.cap_todo, sizeof(*b.todo));
	tk_free(alloc, b.next, b.cap_ring, sizeof(*b.next));
	tk_free(alloc, b.prev, b.cap_ring, sizeof(*b.prev));
	tk_free(alloc, b.claimed, b.cap_ring, 1);
	if (st)
		tk_trie_image_release(&b.image);
	*out = b.image;
	return st;
}
