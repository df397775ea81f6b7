/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 (RFC 4648, section 4). */
#ifndef TK_BASE64_H
#define TK_BASE64_H

#include "tok/base.h"

/* Appends the bytes that text stands for. TOK_E_MALFORMED if it is not whole
 * groups of four with padding at the end only, or if bits are left over. */
tok_status tk_base64_decode(tok_bytes text, tok_buf *out);

#endif
