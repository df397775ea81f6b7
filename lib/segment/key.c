/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What key a document has, and whether it is drawn at all. In: how a batch is
 * drawn, a document, its place. Out: a key; yes or no, a function of the key
 * alone. The word that decides is of a block of its own, none of the numbers
 * that segmentations are drawn by.
 */
#include "segment/key.h"

#include <math.h>

#include "base/options.h"
#include "base/rng.h"
#include "segment/draws.h"
#include "segment/tempered.h"
#include "tok/alternatives.h"

#define NO_POSITION UINT64_MAX

void tok_draw_defaults(tok_draw *draw, size_t size)
{
	const tok_draw d = {
		.size = sizeof(d),
		.alpha = 1.0,
		.probability = 1.0,
	};

	tk_options_give(draw, size, &d, sizeof(d));
}

/* Checked here too, because perhaps no document is drawn. */
static bool good_alpha(double alpha)
{
	return alpha >= 0.0 && (alpha <= TK_MAX_ALPHA || isinf(alpha));
}

tok_status tk_key_take(tok_draw *to, const tok_draw *from)
{
	tok_draw_defaults(to, sizeof(*to));
	if (!tk_options_take(to, from, sizeof(*to)) || !good_alpha(to->alpha) ||
	    !(to->probability >= 0.0 && to->probability <= 1.0) ||
	    to->nbest > TOK_MAX_PATHS ||
	    (to->key_kind != TOK_KEY_NUMBER && to->key_kind != TOK_KEY_CONTENT))
		return TOK_E_ARGUMENT;
	return TOK_OK;
}

tok_key tok_key_of_content(tok_bytes text, uint64_t seed, uint64_t epoch)
{
	return (tok_key){seed, epoch, tok_hash(text, 0)};
}

int tok_key_draws(tok_key key, double probability)
{
	struct tk_draws d = tk_draws_of(key);
	tk_philox r = tk_philox2x64(d.a, NO_POSITION, d.b);

	return tk_unit(r.word[0]) < probability;
}

bool tk_key_choose(const tok_draw *draw, tok_bytes text, size_t i,
		   tok_key *key)
{
	*key = draw->key;
	if (draw->key_kind == TOK_KEY_CONTENT)
		*key = tok_key_of_content(text, key->seed, key->epoch);
	else
		key->document += i;
	return !(draw->best && draw->best[i]) &&
	       tok_key_draws(*key, draw->probability);
}
