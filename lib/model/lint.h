/* SPDX-License-Identifier: Apache-2.0 */
/* All that is wrong with a model, one finding after the other. */
#ifndef TK_LINT_H
#define TK_LINT_H

#include <stdbool.h>

#include "base/compiler.h"
#include "model/loaded.h"

struct tk_lint {
	tok_see_finding *see;
	void *ctx;
	const tok_alloc *alloc;
	size_t n_errors;
};

/* id is -1 for the model as a whole. */
void tk_lint_say(struct tk_lint *lint, bool error, tok_id id, tok_bytes piece,
		 const char *format, ...) TK_PRINTF(5, 6);

/* What keeps a .model of SentencePiece from being loaded. Errors of
 * tk_sp_read. */
tok_status tk_lint_sp(struct tk_lint *lint, tok_bytes file, const char *path,
		      tok_error *err);

/* What is strange in a model that was loaded. TOK_E_MEMORY, TOK_E_LIMIT. */
tok_status tk_lint_model(struct tk_lint *lint, const tok_model *m);

#endif
