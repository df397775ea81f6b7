/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which neighbours stand together in no piece. In: the pieces. Out: three
 * tables, by bytes and by characters, each of which may only err towards "they
 * may stand together".
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
	PAIRS_A_WORD = 4,
	MIN_WORDS = 1 << 4,
	MAX_WORDS = 1 << 15
};

static void set_pair(uint64_t table[256][4], uint8_t a, uint8_t b)
{
	table[a][b >> 6] |= UINT64_C(1) << (b & 63);
}

static bool whole_characters(tok_bytes piece)
{
	for (size_t i = 0, size; i < piece.n; i += size) {
		size = tk_char_size(piece.p + i, piece.n - i);
		if (!tk_char_pack(piece.p + i, size) && piece.p[i])
			return false;
	}
	return true;
}

static void add_bytes(struct tok_model *m, tok_bytes piece)
{
	bool whole = whole_characters(piece);

	for (size_t i = 1; i < piece.n; i++) {
		uint8_t a = piece.p[i - 1], b = piece.p[i];

		m->cut[a][b >> 6] &= ~(UINT64_C(1) << (b & 63));
		if (!whole)
			set_pair(m->broken, a, b);
	}
}

/* Calls add for each pair of characters that stands in a piece and that is
 * not said by its bytes: of ASCII, or before a space. What is not whole is
 * marked as broken: any pair of it may be added. */
static void each_pair(struct tok_model *m, tok_bytes piece,
		      void (*add)(struct tok_model *m, uint64_t hash))
{
	size_t size = tk_char_size(piece.p, piece.n);
	uint32_t before = tk_char_pack(piece.p, size), after;

	for (size_t i = size; i < piece.n; i += size, before = after) {
		uint8_t a = piece.p[i - 1];

		size = tk_char_size(piece.p + i, piece.n - i);
		after = tk_char_pack(piece.p + i, size);
		if (after == TK_SPACE_SYMBOL)
			m->before_space[a >> 6] |= UINT64_C(1) << (a & 63);
		else if ((before | after) >= 0x80)
			add(m, tk_cuts_hash(before, after));
	}
}

static void count_pair(struct tok_model *m, uint64_t hash)
{
	(void)hash;
	m->n_joint++;
}

static void add_pair(struct tok_model *m, uint64_t hash)
{
	m->joint[hash >> m->joint_shift] |= tk_cuts_bits(hash);
}

static bool next_piece(const struct tok_model *m, int32_t *id,
		       tok_bytes *piece)
{
	while (++*id < m->n_ids) {
		*piece = tk_model_bytes(m, *id);
		if (tk_kind_matches(m->kind[*id]) && piece->n > 1)
			return true;
	}
	return false;
}

tok_status tk_cuts_find(struct tok_model *m)
{
	tok_bytes piece;
	size_t words = MIN_WORDS;

	m->n_joint = 0;
	memset(m->cut, 0xFF, sizeof(m->cut));
	for (int32_t id = -1; next_piece(m, &id, &piece);) {
		add_bytes(m, piece);
		each_pair(m, piece, count_pair);
	}
	m->joint_shift = 64 - 4; /* 2^4 are MIN_WORDS */
	for (; words < MAX_WORDS && words < m->n_joint / PAIRS_A_WORD;
	     words *= 2)
		m->joint_shift--;
	m->n_joint = words;
	m->joint = tk_new_zeroed(m->alloc, words, sizeof(*m->joint));
	if (!m->joint)
		return TOK_E_MEMORY;
	for (int32_t id = -1; next_piece(m, &id, &piece);)
		each_pair(m, piece, add_pair);
	return TOK_OK;
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
