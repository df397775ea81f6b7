/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as tok.json, and any JSON under a digest that is right: what is
 * accepted can be written again, and is then accepted as the same.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "shard/index.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void need(int right)
{
	if (!right)
		abort();
}

static void write_again(const struct tk_manifest *m)
{
	struct tk_manifest back = {0};
	tok_buf file = {0}, again = {0}, index = {0};

	need(!tk_manifest_write(m, &file));
	need(!tk_manifest_parse((tok_bytes){file.p, file.n}, "again", &back,
				NULL));
	need(!tk_manifest_write(&back, &again));
	need(again.n == file.n && !memcmp(again.p, file.p, file.n));
	need(!tk_index_write(&back, &index));
	tk_manifest_release(&back);
	tok_buf_release(&file);
	tok_buf_release(&again);
	tok_buf_release(&index);
}

static void parse(tok_bytes file)
{
	struct tk_manifest m = {0};
	tok_error err;

	if (tk_manifest_parse(file, "fuzz", &m, &err))
		need(strlen(err.text) > 0);
	else
		write_again(&m);
	tk_manifest_release(&m);
}

/* The last 48 bytes become the digest of what is before them. */
static void parse_with_digest(const uint8_t *p, size_t n)
{
	static const char begin[] = "\t\"digest\": \"", end[] = "\"\n}\n";
	tok_buf file = {0};
	char hex[33];

	tok_digest d = tk_digest((tok_bytes){p, n});
	tok_digest_hex(&d, hex);
	need(!tk_buf_append(&file, p, n) && !tk_buf_text(&file, begin) &&
	     !tk_buf_text(&file, hex) && !tk_buf_text(&file, end));
	parse((tok_bytes){file.p, file.n});
	tok_buf_release(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	parse((tok_bytes){p, n});
	parse_with_digest(p, n > 48 ? n - 48 : n);
	return 0;
}
