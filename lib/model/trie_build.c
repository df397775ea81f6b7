/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sorted pieces to a double array, depth first: what continues a prefix lies
 * near it, and little waits on the stack.
 *
 * Free units of the last N_OPEN blocks form a ring in index order. A node's
 * first child goes to the first of them that fits; where none does, a new
 * block of 256 units is opened, and what is free in the oldest one is given
 * up. That bounds the time at a few per cent of empty units.
 */
#include "base/memory.h"
#include "model/trie.h"

enum { N_OPEN = 16 };

/* A node whose children are to be placed: unit at stands for the entries
 * [begin, end), which share their first depth bytes. */
struct node {
	uint32_t at, depth;
	size_t begin, end;
};

/* What the builder knows of a unit. */
struct slot {
	uint32_t next, prev; /* in the ring of free units */
	bool claimed;        /* it is the base of a node */
};

struct builder {
	const tok_alloc *alloc;
	const struct tk_entry *entry;
	struct tk_trie_image image;
	struct node *todo; /* a stack */
	size_t n_todo, cap_todo;
	struct slot *slot; /* one a unit */
	size_t cap_slots;
	uint32_t n_free, first_free;
};

void tk_trie_image_release(struct tk_trie_image *image)
{
	tk_free(image->alloc, image->unit, image->cap_units,
		sizeof(*image->unit));
	tk_free(image->alloc, image->id, image->cap_ids, sizeof(*image->id));
	*image = (struct tk_trie_image){.alloc = image->alloc};
}

static tok_status reserve(struct builder *b, size_t n)
{
	struct tk_trie_image *i = &b->image;

	if (!tk_grow(b->alloc, (void **)&i->unit, &i->cap_units, n,
		     sizeof(*i->unit)) ||
	    !tk_grow(b->alloc, (void **)&i->id, &i->cap_ids, n,
		     sizeof(*i->id)) ||
	    !tk_grow(b->alloc, (void **)&b->slot, &b->cap_slots, n,
		     sizeof(*b->slot)))
		return TOK_E_MEMORY;
	return TOK_OK;
}

static void set_empty(struct builder *b, uint32_t at)
{
	b->image.unit[at] = (struct tk_unit){0, TK_NO_PIECE};
	b->image.id[at] = -1;
	b->slot[at].claimed = false;
}

static void leave_ring(struct builder *b, uint32_t at)
{
	uint32_t next = b->slot[at].next, prev = b->slot[at].prev;

	b->slot[prev].next = next;
	b->slot[next].prev = prev;
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
	if (st)
		return st;
	for (uint32_t i = begin; i < begin + 256; i++) {
		set_empty(b, i);
		b->slot[i].next = i + 1;
		b->slot[i].prev = i - 1;
	}
	if (b->n_free) {
		uint32_t last = b->slot[b->first_free].prev;

		b->slot[last].next = begin;
		b->slot[begin].prev = last;
	} else {
		b->first_free = begin;
	}
	b->slot[begin + 255].next = b->first_free;
	b->slot[b->first_free].prev = begin + 255;
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
	if (b->slot[base].claimed)
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
		at = b->slot[at].next;
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

/* The last n that wait, of one parent, come in the order of their units: who
 * walks children in that order goes through memory forwards. */
static void order_children(struct builder *b, unsigned n)
{
	struct node *last = b->todo + b->n_todo - n;

	for (unsigned i = 1; i < n; i++) {
		struct node node = last[i];
		unsigned k = i;

		for (; k && last[k - 1].at < node.at; k--)
			last[k] = last[k - 1];
		last[k] = node;
	}
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
	b->slot[base].claimed = true;
	b->image.unit[node.at].link |= base << 9;
	for (unsigned i = 0; !st && i < n; i++) {
		take(b, base ^ label[i], label[i]);
		st = push(b, (struct node){base ^ label[i], node.depth + 1,
					   begin_of[i], begin_of[i + 1]});
	}
	if (!st)
		order_children(b, n);
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
		b.slot[0].claimed = true;
		st = push(&b, (struct node){0, 0, 0, n});
	}
	while (!st && b.n_todo)
		st = place_children(&b, b.todo[--b.n_todo]);
	if (!st)
		st = close_leaves(&b);

	tk_free(alloc, b.todo, b.cap_todo, sizeof(*b.todo));
	tk_free(alloc, b.slot, b.cap_slots, sizeof(*b.slot));
	if (st)
		tk_trie_image_release(&b.image);
	*out = b.image;
	return st;
}
