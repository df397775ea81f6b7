/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SentencePiece's constants, derived from a model's ids as it derives them
 * (sentencepiece 0.2.3, src/unigram_model.cc and model_interface.cc): floats
 * in its order, so that near-ties fall as they fall there.
 */
#include "model/sp_rules.h"

#include <float.h>

#include "base/error.h"

/* What the score of an unknown character lies below that of any piece. */
#define UNKNOWN_PENALTY 10.0F

static int hex(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int tk_fallback_byte(tok_bytes name)
{
	if (name.n != 6 || memcmp(name.p, "<0x", 3) != 0 || name.p[5] != '>')
		return -1;
	int high = hex(name.p[3]), low = hex(name.p[4]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* The longest user-defined symbol that text begins with. */
static size_t user_symbol(const void *ctx, tok_bytes text)
{
	const struct tok_model *m = ctx;
	size_t longest = 0;
	uint32_t at = 0;

	for (size_t k = 0; (at = tk_trie_next(m->trie.unit, at, text.p, &k,
					      text.n));)
		if (m->kind[m->trie.id[at]] == TOK_KIND_USER)
			longest = k;
	return longest;
}

/* Whichever kind the longer piece has: to know that would take longer than it
 * is worth. */
static bool user_goes_on(const void *ctx, tok_bytes text)
{
	const struct tok_model *m = ctx;
	uint32_t at = 0;

	for (size_t k = 0; k < text.n; k++)
		if (!(at = tk_trie_step(m->trie.unit, at, text.p[k])))
			return false;
	return true;
}

static bool read_scores(struct tok_model *m)
{
	float lowest = FLT_MAX, highest = FLT_MIN;

	for (int32_t id = 0; id < m->n_ids; id++) {
		float score = (float)m->score[id];

		if (m->kind[id] == TOK_KIND_PIECE) {
			lowest = score < lowest ? score : lowest;
			highest = score > highest ? score : highest;
		}
		if (m->kind[id] != TOK_KIND_FALLBACK)
			continue;
		int byte = tk_fallback_byte(tk_model_bytes(m, id));
		if (byte < 0)
			return false;
		m->fallback[byte] = id;
	}
	m->unknown_score = lowest - UNKNOWN_PENALTY;
	m->user_score = highest;
	return true;
}

bool tk_sp_rules_maps(struct tok_model *m, tok_bytes s)
{
	tok_bytes second = {NULL, 0};

	if (m->sp_flags & TK_SP_DENORMALIZES) {
		size_t n = s.n < 4 ? 0 : tk_get32(s.p);

		/* Without a map there is no denormalizer. */
		if (s.n < 4 || s.n - 4 <= n)
			return false;
		second = (tok_bytes){s.p + 4 + n, s.n - 4 - n};
		s = (tok_bytes){s.p + 4, n};
	} else if (m->sp_flags >> TK_SP_DENORMALIZER) {
		return false;
	}
	m->sp_form.charsmap = s;
	m->sp_denormal.charsmap = second;
	return tk_charsmap_valid(s) && tk_charsmap_valid(second);
}

static void set_space_rules(struct tk_sp_form *form, uint32_t flags)
{
	form->add_dummy_prefix = flags & TK_SP_DUMMY_PREFIX;
	form->remove_extra_whitespaces = flags & TK_SP_REMOVE_SPACES;
	form->escape_whitespaces = flags & TK_SP_ESCAPE_SPACES;
}

tok_status tk_sp_rules_read(struct tok_model *m, const char *path,
			    tok_error *err)
{
	bool good = read_scores(m);

	if (m->sp_flags & TK_SP_BYTE_FALLBACK)
		for (int i = 0; i < 256; i++)
			good &= m->fallback[i] >= 0;
	else
		good &= m->unknown >= 0;
	if (!good)
		return tk_fail(err, TOK_E_CORRUPT, 0,
			       "%s: no id for what no piece covers; the file "
			       "is damaged or was not written by tok", path);
	set_space_rules(&m->sp_form, m->sp_flags);
	set_space_rules(&m->sp_denormal, m->sp_flags >> TK_SP_DENORMALIZER);
	m->sp_form.treat_whitespace_as_suffix = m->sp_flags & TK_SP_SUFFIX;
	m->sp_form.user_symbol = m->has_user ? user_symbol : NULL;
	m->sp_form.user_goes_on = user_goes_on;
	m->sp_form.ctx = m;
	return TOK_OK;
}
