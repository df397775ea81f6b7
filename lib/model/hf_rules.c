/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The constants of a tokenizer.json's model, derived from its ids as
 * tokenizers 0.23 derives them (models/unigram/model.rs). In: a model's ids
 * and its steps. Out: what a character costs that no piece covers, and the
 * ids of bytes.
 */
#include "model/hf_rules.h"

#include <math.h>

#include "base/error.h"
#include "base/utf8.h"

/* What the score of an unknown character lies below that of any piece. */
#define UNKNOWN_PENALTY 10.0

/* Scores of all pieces count, also of those that text never meets. */
static void read_ids(struct tok_model *m)
{
	double lowest = INFINITY;

	for (int32_t id = 0; id < (int32_t)m->steps.n_vocab; id++) {
		if (m->score[id] < lowest)
			lowest = m->score[id];
		if (!m->steps.byte_fallback || !tk_kind_matches(m->kind[id]))
			continue;
		int byte = tk_fallback_byte(tk_model_bytes(m, id));
		if (byte >= 0)
			m->fallback[byte] = id;
	}
	m->unknown = m->steps.unknown;
	m->unknown_score = lowest - UNKNOWN_PENALTY;
}

/* Pieces lie below n_vocab, all else above; and all are characters, which is
 * what decoders go by. */
static bool ids_are_good(const struct tok_model *m)
{
	for (int32_t id = 0; id < m->n_ids; id++) {
		bool piece = tk_kind_matches(m->kind[id]) ||
			     m->kind[id] == TOK_KIND_UNUSED;

		if (piece != (id < (int32_t)m->steps.n_vocab) ||
		    !tk_utf8_valid(tk_model_bytes(m, id)))
			return false;
	}
	return m->steps.n_vocab > 0;
}

tok_status tk_hf_rules_read(struct tok_model *m, tok_bytes section,
			    const char *path, tok_error *err)
{
	struct tk_unicode unicode = {(uint8_t)m->unicode_major,
				     (uint8_t)m->unicode_minor};
	int major, minor;

	if (m->form != TOK_NORMALIZE_STEPS)
		return section.n ? tk_fail(err, TOK_E_CORRUPT, 0,
					   "%s: steps that nothing takes; the "
					   "file is damaged or was not "
					   "written by tok", path)
				 : TOK_OK;
	tk_normalize_unicode(&major, &minor);
	if (m->unicode_major > major ||
	    (m->unicode_major == major && m->unicode_minor > minor))
		return tk_fail(err, TOK_E_UNSUPPORTED, 0,
			       "%s: made with Unicode %d.%d, the linked ICU "
			       "knows %d.%d; convert the original again, or "
			       "use a newer ICU", path, m->unicode_major,
			       m->unicode_minor, major, minor);
	tok_status st = tk_steps_read(section, (uint32_t)m->n_ids, unicode,
				      m->alloc, &m->steps);
	if (st == TOK_E_MEMORY)
		return tk_fail_status(err, st, path);
	if (st || !ids_are_good(m))
		return tk_fail(err, TOK_E_CORRUPT, 0,
			       "%s: steps of a tokenizer that are none; the "
			       "file is damaged or was not written by tok",
			       path);
	read_ids(m);
	return TOK_OK;
}
