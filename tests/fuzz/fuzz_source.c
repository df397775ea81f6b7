/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of any bytes, also one that is compressed: no crash, the books
 * balance at every document, and a second reading gives the same. The first
 * byte chooses what ends a document.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/digest.h"
#include "tok/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* The end of the stream; a digest of all documents in *digest. */
static tok_status read_all(tok_source *s, uint64_t *digest)
{
	tok_error err = {TOK_OK, 0, ""};
	tok_ledger ledger;
	tok_status st;
	tok_doc doc;

	*digest = 0;
	while (!(st = tok_source_next(s, &doc, &err))) {
		*digest = tk_xxh3(doc.text, *digest);
		tok_source_ledger(s, &ledger);
		if (!tok_ledger_balanced(&ledger))
			abort();
	}
	if (st != TOK_END && (err.code != st || !err.text[0]))
		abort();
	return st;
}

static void try_file(const char *path, int by)
{
	tok_source_options o;
	uint64_t first, second;
	tok_source *s;

	tok_source_options_defaults(&o, sizeof(o));
	o.by = (tok_by)(by % 5);
	o.separator = tok_bytes_of("%\n");
	o.field = "text";
	o.skip_malformed = by / 5 % 2;
	o.max_document = 1 << 22;
	if (tok_source_open(&path, 1, &o, &s, NULL))
		abort();
	tok_status st = read_all(s, &first);
	if (tok_source_rewind(s, NULL) || read_all(s, &second) != st ||
	    first != second)
		abort();
	tok_source_close(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char path[] = "/tmp/tok-fuzz-XXXXXX";
	int fd;

	if (!n)
		return 0;
	fd = mkstemp(path);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "wb");
	if (!f || fwrite(p + 1, 1, n - 1, f) != n - 1 || fclose(f))
		abort();
	try_file(path, p[0]);
	unlink(path);
	return 0;
}
