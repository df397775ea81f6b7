/* SPDX-License-Identifier: Apache-2.0 */
/* The version, as meson.build has it; and what has no better home. */
#include <string.h>

#include "tok/base.h"

const char *tok_version(void)
{
	return TOK_VERSION;
}

tok_bytes tok_bytes_of(const char *s)
{
	return (tok_bytes){(const uint8_t *)s, strlen(s)};
}
