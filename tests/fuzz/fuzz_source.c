/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of any bytes, also one that is compressed: no crash, the books
 * balance at every document, a second reading gives the same, and so do
 * documents in parts. The first byte chooses what ends a document, and with
 * the second how long a part is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/digest.h"
#include "tok/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* What was read, up to the end or what went wrong. */
struct reading {
	uint64_t digest; /* of all whole documents */
	tok_ledger ledger;
	tok_error err;
};

/* Appends a document or a part of one; at its end *digest takes it. */
static void take(tok_buf *text, const tok_doc *doc, uint64_t *digest)
{
	if (doc->offset != text->n)
		abort();
	if (tk_buf_append(text, doc->text.p, doc->text.n))
		abort();
	if (doc->goes_on)
		return;
	*digest = tk_xxh3((tok_bytes){text->p, text->n}, *digest + doc->line);
	text->n = 0;
}

static tok_status read_all(tok_source *s, struct reading *r)
{
	tok_buf text = {0};
	tok_status st;
	tok_doc doc;

	*r = (struct reading){0};
	while (!(st = tok_source_next(s, &doc, &r->err))) {
		take(&text, &doc, &r->digest);
		tok_source_ledger(s, &r->ledger);
		if (!tok_ledger_balanced(&r->ledger))
			abort();
	}
	tok_source_ledger(s, &r->ledger);
	tok_buf_release(&text);
	if (st != TOK_END && (r->err.code != st || !r->err.text[0]))
		abort();
	return st;
}

static tok_source *open_file(const char *path, const tok_source_options *o)
{
	tok_source *s;

	if (tok_source_open(&path, 1, o, &s, NULL))
		abort();
	return s;
}

static void try_file(const char *path, int by, int part)
{
	tok_source_options o;
	struct reading first, second, parted;

	tok_source_options_defaults(&o, sizeof(o));
	o.by = (tok_by)(by % 5);
	o.separator = tok_bytes_of("%\n");
	o.field = "text";
	o.skip_malformed = by / 5 % 2;
	o.max_document = 1 << 22;
	tok_source *s = open_file(path, &o);
	tok_status st = read_all(s, &first);
	if (tok_source_rewind(s, NULL) || read_all(s, &second) != st ||
	    first.digest != second.digest)
		abort();
	tok_source_close(s);

	o.max_part = 1 + (size_t)part * (size_t)(1 + by / 10);
	s = open_file(path, &o);
	/* How much comes before an error depends on the sizes of reads. */
	if ((read_all(s, &parted) == TOK_END) != (st == TOK_END))
		abort();
	if (st == TOK_END &&
	    (first.digest != parted.digest ||
	     memcmp(&first.ledger, &parted.ledger, sizeof(tok_ledger)) != 0))
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
	try_file(path, p[0], n > 1 ? p[1] : 0);
	unlink(path);
	return 0;
}
