/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which neighbours stand together in no piece. In: the pieces and what they
 * begin with, each once, as a walk over a trie has them. Out: three tables,
 * by bytes and by characters, each of which may only err towards "they may
 * stand together".
 *
 * Why characters may decide. Let a text hold the character a, then b, and let
 * a piece made of whole characters match across the place between them. The
 * first byte of b begins a character, so it begins one in the piece: b,
 * all of it, as its first byte says how long it is. The byte before ends one
 * in the piece, which begins at the nearest byte before that is no
 * continuation: a. So the piece holds a and b together. A piece that is not
 * made of whole characters proves nothing of that kind; its pairs of bytes
 * are marked as broken, and are no cuts in whatever characters.
 */
#include "model/cuts.h"

#include "base/memory.h"

/* Of 64 bits, with as few pairs a word as share both bits by some per mille
 * of chance, and small enough to stay near. */
enum {
	PAIRS_A_WORD = 2,
	MIN_WORDS = 1 << 4,
	MAX_BITS = 15,
	MAX_WORDS = 1 << MAX_BITS
};

tok_status tk_cuts_begin(struct tk_cuts *c, struct tok_model *m)
{
	*c = (struct tk_cuts){.m = m};
	memset(m->cut, 0xFF, sizeof(m->cut));
	m->n_joint = MAX_WORDS;
	m->joint_shift = 64 - MAX_BITS;
	m->joint = tk_new_zeroed(m->alloc, m->n_joint, sizeof(*m->joint));
	c->place = tk_new_zeroed(m->alloc, (size_t)m->max_piece + 1,
				 sizeof(*c->place));
	if (!m->joint || !c->place)
		return TOK_E_MEMORY;
	c->place[0].whole = 1;
	return TOK_OK;
}

void tk_cuts_release(struct tk_cuts *c)
{
	tk_free(c->m->alloc, c->place, (size_t)c->m->max_piece + 1,
		sizeof(*c->place));
}

/* Two characters that stand together, the first behind byte a, unless their
 * bytes say it: of ASCII, or before a space. What is none is 0, and goes with
 * any. */
static void add_pair(struct tk_cuts *c, uint8_t a, uint32_t before,
		     uint32_t after)
{
	struct tok_model *m = c->m;

	if (after == TK_SPACE_SYMBOL) {
		m->before_space[a >> 6] |= UINT64_C(1) << (a & 63);
	} else if ((before | after) >= 0x80) {
		uint64_t hash = tk_cuts_hash(before, after);

		m->joint[hash >> m->joint_shift] |= tk_cuts_bits(hash);
		c->n_pairs++;
	}
}

void tk_cuts_add(struct tk_cuts *c, const uint8_t *path, size_t depth)
{
	struct tk_cuts_place *at = &c->place[depth];
	uint8_t b = path[depth - 1];

	if (depth > 1) {
		uint8_t a = path[depth - 2];

		c->m->cut[a][b >> 6] &= ~(UINT64_C(1) << (b & 63));
	}
	at->begin = at[-1].lacks ? at[-1].begin : (uint32_t)depth - 1;
	at->lacks = at[-1].lacks ? at[-1].lacks - 1
				 : (uint32_t)tk_char_size(&b, 4) - 1;
	if (at->lacks)
		return;
	const struct tk_cuts_place *before = &c->place[at->begin];
	const uint8_t *p = path + at->begin;
	at->packed = tk_char_pack(p, depth - at->begin);
	at->whole = before->whole & (at->packed || !*p);
	if (at->begin)
		add_pair(c, p[-1], before->packed, at->packed);
}

void tk_cuts_add_piece(struct tk_cuts *c, const uint8_t *path, size_t depth)
{
	if (!c->place[depth].lacks && c->place[depth].whole)
		return;
	for (size_t i = 1; i < depth; i++) {
		uint8_t a = path[i - 1], b = path[i];

		c->m->broken[a][b >> 6] |= UINT64_C(1) << (b & 63);
	}
}

/* Words of the table become one, as their places' highest bits are. */
static void fold(struct tok_model *m)
{
	size_t n = m->n_joint /= 2;

	for (size_t i = 0; i < n; i++)
		m->joint[i] = m->joint[2 * i] | m->joint[2 * i + 1];
	m->joint_shift++;
}

tok_status tk_cuts_end(struct tk_cuts *c)
{
	struct tok_model *m = c->m;
	uint64_t *big = m->joint;

	while (m->n_joint > MIN_WORDS &&
	       m->n_joint / 2 >= c->n_pairs / PAIRS_A_WORD)
		fold(m);
	m->joint = tk_new(m->alloc, m->n_joint, sizeof(*m->joint));
	if (m->joint)
		memcpy(m->joint, big, m->n_joint * sizeof(*m->joint));
	tk_free(m->alloc, big, MAX_WORDS, sizeof(*big));
	return m->joint ? TOK_OK : TOK_E_MEMORY;
}

/* The character at p, packed, and its size, of n bytes. */
TK_INLINE uint32_t next_char(const struct tok_model *m, const uint8_t *p,
			     size_t n, size_t *size)
{
	uint32_t c;

	if (TK_LIKELY(p[0] >> 4 == 0xE && n >= 3)) {
		*size = 3;
		c = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
		c = (c & 0xC0C0) == 0x8080 ? c : 0;
	} else {
		*size = tk_char_size(p, n);
		c = tk_char_pack(p, *size);
	}
	if (TK_UNLIKELY(!c))
		*size = tk_cuts_broken_size(m, *size);
	return c;
}

/* tk_cuts_at of characters that are not both ASCII, by all of its tables. */
TK_INLINE unsigned cuts_between(const struct tok_model *m, const uint8_t *p,
				uint32_t before, uint32_t after)
{
	uint8_t a = p[-1], b = p[0];
	unsigned cuts = tk_model_cuts(m, a, b);
	unsigned broken = m->broken[a][b >> 6] >> (b & 63) & 1;
	unsigned spaced = m->before_space[a >> 6] >> (a & 63) & 1;
	uint64_t hash = tk_cuts_hash(before, after);
	uint64_t bits = tk_cuts_bits(hash);
	unsigned joint = (m->joint[hash >> m->joint_shift] & bits) == bits;

	joint = after == TK_SPACE_SYMBOL ? spaced : joint;
	joint |= broken | (before == 0) | (after == 0);
	return cuts | !joint;
}

size_t tk_cuts_list(const struct tok_model *m, tok_bytes text, size_t at,
		    size_t most, size_t *end)
{
	size_t n = 0, size;
	uint32_t before = next_char(m, text.p + at, text.n - at, &size), after;

	for (at += size; at < text.n && n < most; at += size, before = after) {
		end[n] = at;
		after = text.p[at];
		if ((before | after) < 0x80) {
			size = 1;
			n += tk_model_cuts(m, text.p[at - 1], (uint8_t)after);
			continue;
		}
		after = next_char(m, text.p + at, text.n - at, &size);
		n += cuts_between(m, text.p + at, before, after);
	}
	if (n < most)
		end[n++] = text.n;
	return n;
}

void tk_cuts_find_plain(struct tok_model *m)
{
	const uint32_t space = m->sp_form.escape_whitespaces ? TK_SPACE_SYMBOL
							     : ' ';

	tk_plain_find(&m->plain, &m->sp_form);
	for (int32_t id = 0; m->has_user && id < m->n_ids; id++)
		if (m->kind[id] == TOK_KIND_USER)
			tk_plain_exclude(&m->plain, tk_model_bytes(m, id));
	for (unsigned i = 0; i < 0x80; i++) {
		const uint8_t text[2] = {
			(uint8_t)i,
			(uint8_t)(space > 0xFF ? space >> 16 : space)};

		if (m->plain.class[i] & TK_PLAIN_STAYS &&
		    tk_cuts_at(m, text, 1, i, space))
			m->plain.class[i] |= TK_PLAIN_ENDS;
	}
	m->sp_form.plain = &m->plain;
}
