/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes, in every form, against ICU on whole stretches; the first byte
 * chooses the form and the Unicode version. */
#include <stdbool.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "ref_normalize.h"
#include "text/normalize.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void check_runs(const struct tk_runs *runs, tok_bytes raw,
		       tok_bytes clean)
{
	for (size_t i = 0; i < runs->n; i++) {
		const struct tk_run *r = &runs->run[i];
		bool last = i + 1 == runs->n;
		uint64_t to = last ? raw.n : r[1].raw_at;
		uint64_t clean_to = last ? clean.n : r[1].clean_at;

		if (to < r->raw_at || clean_to < r->clean_at || to > raw.n ||
		    clean_to > clean.n)
			abort();
		if (r->equal &&
		    !tk_bytes_equal(
			    (tok_bytes){raw.p + r->raw_at, to - r->raw_at},
			    (tok_bytes){clean.p + r->clean_at,
					clean_to - r->clean_at}))
			abort();
	}
}

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
