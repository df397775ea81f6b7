/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hostile charsmap and any text: what passes validation is never left, and
 * the runs tile. Flags (1 byte), size of the text (1 byte), the text, the
 * blocks of the trie (1 byte), the map behind its size: the size is computed
 * here, or hardly any input would pass.
 */
#include <stdlib.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "check_runs.h"
#include "text/sp_normalize.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	if (n < 3 || p[1] > n - 3)
		return 0;

	tok_bytes raw = {p + 2, p[1]}, got;
	const uint8_t *map = raw.p + raw.n + 1;
	size_t size = n - 3 - raw.n;
	struct tk_sp_form form = {
		.add_dummy_prefix = p[0] & 1,
		.remove_extra_whitespaces = p[0] & 2,
		.escape_whitespaces = p[0] & 4,
		.treat_whitespace_as_suffix = p[0] & 8,
	};
	struct tk_runs runs = {0};
	tok_buf clean = {0};
	uint8_t *copy = malloc(4 + size); /* exactly as long as it is */

	if (!copy)
		abort();
	tk_put32(copy, 1024u * map[-1]);
	if (size)
		memcpy(copy + 4, map, size);
	form.charsmap = (tok_bytes){copy, 4 + size};
	if (tk_charsmap_valid(form.charsmap)) {
		if (tk_sp_normalize(&form, raw, &clean, &runs, &got))
			abort();
		check_runs(&runs, raw, got);
	}
	tk_runs_release(&runs);
	tok_buf_release(&clean);
	free(copy);
	return 0;
}
