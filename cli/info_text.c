/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What tok info says of a text: how much there is, how it is cut into
 * documents, and whether it is UTF-8.
 */
#include <inttypes.h>

#include "escape.h"
#include "info.h"
#include "operands.h"
#include "progress.h"
#include "put_json.h"
#include "report.h"

struct census {
	tok_ledger ledger;
	uint64_t inputs, lines, longest;
	uint64_t invalid_bytes, invalid_documents;
	uint64_t invalid_line; /* of the first such document */
};

/* Bytes that are part of no well-formed character. */
static uint64_t invalid(tok_bytes text, uint64_t *lines)
{
	uint64_t n_bad = 0;

	while (text.n) {
		uint32_t c = 0;
		size_t n = utf8_next(text, &c);

		*lines += c == '\n';
		n_bad += !n;
		n += !n;
		text.p += n;
		text.n -= n;
	}
	return n_bad;
}

static void add(struct census *c, const tok_doc *doc)
{
	uint64_t bad = invalid(doc->text, &c->lines);

	if (bad && !c->invalid_documents++)
		c->invalid_line = doc->line;
	c->invalid_bytes += bad;
	if (doc->text.n > c->longest)
		c->longest = doc->text.n;
}

static tok_status read_all(struct census *c, const struct settings *s,
			   const char *path, tok_error *err)
{
	struct settings one = *s;
	struct progress progress;
	tok_source *source;
	tok_doc doc;

	one.input = &path;
	one.n_inputs = 1;
	progress_begin(&progress, s);
	tok_status st = operands_open(&one, NULL, 0, &source, err);
	if (st)
		return st;
	while (!(st = tok_source_next(source, &doc, err))) {
		add(c, &doc);
		if (progress.on && !(doc.index & 4095)) {
			uint64_t done, total;

			tok_source_progress(source, &done, &total);
			progress_show(&progress, "info", done, total, done, 0);
		}
	}
	progress_end(&progress);
	tok_source_ledger(source, &c->ledger);
	c->inputs = tok_source_n_inputs(source);
	/* By lines, the newlines are no part of the documents. */
	if (s->by.by == TOK_BY_LINE || s->by.by == TOK_BY_JSONL)
		c->lines = c->ledger.documents;
	tok_source_close(source);
	return st == TOK_END ? TOK_OK : st;
}

static void put_census_json(struct output *out, const char *path,
			    const struct census *c)
{
	put_text(out, "{\"kind\":\"text\"");
	put_pair_text(out, "path", path);
	put_pair(out, "inputs", c->inputs);
	put_pair(out, "documents", c->ledger.documents);
	put_pair(out, "lines", c->lines);
	put_pair(out, "longest_document", c->longest);
	put_pair(out, "invalid_bytes", c->invalid_bytes);
	put_pair(out, "invalid_documents", c->invalid_documents);
	put_pair_bool(out, "utf8", !c->invalid_bytes);
	put_key(out, "ledger");
	put_ledger(out, &c->ledger);
	put_text(out, "}\n");
}

static void put_census_text(struct output *out, const char *path,
			    const struct census *c)
{
	const tok_ledger *l = &c->ledger;

	put_text(out, path);
	put_format(out, ": text in %" PRIu64 " file%s\n", c->inputs,
		   c->inputs == 1 ? "" : "s");
	put_format(out, "  bytes      %" PRIu64 ", %" PRIu64
			" of them in documents\n", l->bytes_in,
		   l->bytes_documents);
	put_format(out, "  documents  %" PRIu64 ", %" PRIu64
			" of them empty\n", l->documents, l->documents_empty);
	put_format(out, "  lines      %" PRIu64 "\n", c->lines);
	put_format(out, "  longest    %" PRIu64 " bytes\n", c->longest);
	if (!c->invalid_bytes) {
		put_text(out, "  encoding   UTF-8\n");
		return;
	}
	put_format(out, "  encoding   %" PRIu64 " bytes in %" PRIu64
			" documents are not UTF-8, the first in record %"
			PRIu64 "\n", c->invalid_bytes, c->invalid_documents,
		   c->invalid_line);
}

tok_status info_text(struct output *out, const struct settings *s,
		     const char *path, tok_error *err)
{
	struct census c = {0};
	tok_status st = read_all(&c, s, path, err);

	if (st)
		return st;
	if (s->json)
		put_census_json(out, path, &c);
	else
		put_census_text(out, path, &c);
	return TOK_OK;
}
