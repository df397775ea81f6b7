/* SPDX-License-Identifier: Apache-2.0 */
/* A table of all bytes: what pieces of a single one point at. */
#include "base/bytes.h"

const uint8_t tk_every_byte[256] = {
#define EIGHT(n) n, n + 1, n + 2, n + 3, n + 4, n + 5, n + 6, n + 7
#define ROW(n) EIGHT(n), EIGHT(n + 8), EIGHT(n + 16), EIGHT(n + 24)
	ROW(0), ROW(32), ROW(64), ROW(96),
	ROW(128), ROW(160), ROW(192), ROW(224),
#undef ROW
#undef EIGHT
};
