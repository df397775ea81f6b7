/* SPDX-License-Identifier: Apache-2.0 */
/* A line of JSON: whatever jansson makes of it, the scanner makes too. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "ref_jsonl.h"
#include "text/jsonl.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct tk_jsonl j = {.field = {(const uint8_t *)"text", 4}};
	tok_buf theirs = {0};
	tok_bytes ours = {NULL, 0};
	tok_status st = tk_jsonl_find(&j, (tok_bytes){p, n}, &ours);
	tok_status want = ref_jsonl("text", (tok_bytes){p, n}, &theirs);
	int too_deep = j.why && !strcmp(j.why, "nested too deep");

	if (want != TOK_E_UNSUPPORTED && !too_deep) {
		if (st != want)
			abort();
		if (!st && !tk_bytes_equal(ours,
					   (tok_bytes){theirs.p, theirs.n}))
			abort();
	}
	if (st == TOK_E_MALFORMED && (!j.why || j.at > n))
		abort();
	tok_buf_release(&theirs);
	tok_buf_release(&j.text);
	return 0;
}
