/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes: what decodes encodes to the same bytes, nothing is read past
 * the end. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	for (size_t at = 0; at < n;) {
		uint8_t again[4];
		uint32_t c;
		size_t step = tk_utf8_decode((tok_bytes){p + at, n - at}, &c);

		if (step && (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)))
			abort();
		if (step && (tk_utf8_encode(c, again) != step ||
			     memcmp(again, p + at, step) != 0))
			abort();
		at += step ? step : 1;
	}
	return 0;
}
