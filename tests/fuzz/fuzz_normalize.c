/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes, in every form, against ICU on whole stretches; the first byte
 * chooses the form and the Unicode version. */
#include <stdlib.h>

#include "base/bytes.h"
#include "check_runs.h"
#include "ref_normalize.h"
#include "text/normalize.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

enum { FORMS = 3, VERSIONS = 8, OLDEST = 6 };

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	/* Made once: that takes longer than all else. */
	static struct tk_normalizer *ours[FORMS * VERSIONS];
	static struct ref_normalizer *twin[FORMS * VERSIONS];
	struct tk_runs runs = {0};
	tok_buf clean = {0};
	tok_bytes got;

	if (!n)
		return 0;
	size_t i = p[0] % (FORMS * VERSIONS);
	tok_normalize form = (tok_normalize)(TOK_NORMALIZE_NFC + i % FORMS);
	int major = OLDEST + (int)i / FORMS;
	tok_bytes raw = {p + 1, n - 1};
	if (!ours[i]) {
		if (tk_normalizer_new(form, major, 0, NULL, &ours[i], NULL))
			abort();
		twin[i] = ref_normalizer_new(form, major, 0);
	}
	if (tk_normalize(ours[i], raw, &clean, &runs, &got))
		abort();

	tok_bytes want = ref_normalize(twin[i], raw);
	if (!tk_bytes_equal(got, want))
		abort();
	check_runs(&runs, raw, got);
	free((void *)(uintptr_t)want.p);
	tk_runs_release(&runs);
	tok_buf_release(&clean);
	return 0;
}
