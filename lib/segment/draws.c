/* SPDX-License-Identifier: Apache-2.0 */
/* In: a document's key. Out: what its random numbers come from. */
#include "segment/draws.h"

struct tk_draws tk_draws_of(tok_key key)
{
	tk_philox r = tk_philox2x64(key.seed, key.document, key.epoch);

	return (struct tk_draws){r.word[0], r.word[1]};
}
