/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two equations of tok_ledger, written out so that a reader can check
 * them, and a script can take the numbers.
 */
#include "report.h"

#include <inttypes.h>
#include <stdio.h>

#include "put_json.h"

/* More inputs than this are named only with -v. */
#define MAX_NAMED 50

static uint64_t sum_skipped(const tok_ledger *l)
{
	uint64_t n = 0;

	for (int i = 0; i < TOK_N_SKIPS; i++)
		n += l->bytes_skipped[i];
	return n;
}

static void say_inputs(const struct settings *s, const tok_source *source)
{
	size_t n = tok_source_n_inputs(source);

	for (size_t i = 0; i < n; i++) {
		tok_input in;

		if (i == MAX_NAMED && !s->verbose) {
			fprintf(stderr, "  and %zu more inputs (-v names "
					"them all)\n", n - i);
			break;
		}
		tok_source_input(source, i, &in);
		fprintf(stderr, "  input      %s: %" PRIu64 " bytes, %" PRIu64
				" documents\n", in.path, in.bytes,
			in.documents);
	}
	for (size_t i = 0; i < n; i++) {
		tok_input in;

		tok_source_input(source, i, &in);
		if (in.named > 1)
			say_note(s, "%s: is named %" PRIu64 " times and was "
				    "read each time", in.path, in.named);
	}
}

static void say_skipped(const tok_ledger *l)
{
	for (int i = 0; i < TOK_N_SKIPS; i++)
		if (l->bytes_skipped[i] || l->documents_skipped[i])
			fprintf(stderr, "  skipped    %s: %" PRIu64
					" documents, %" PRIu64 " bytes\n",
				tok_skip_name((tok_skip)i),
				l->documents_skipped[i], l->bytes_skipped[i]);
}

static void say_documents(const tok_ledger *l)
{
	fprintf(stderr, "  documents  %" PRIu64 ", %" PRIu64 " of them empty",
		l->documents, l->documents_empty);
	if (l->documents_split)
		fprintf(stderr, ", %" PRIu64 " split", l->documents_split);
	if (l->documents_truncated)
		fprintf(stderr, ", %" PRIu64 " truncated",
			l->documents_truncated);
	if (l->documents_dropped)
		fprintf(stderr, ", %" PRIu64 " dropped", l->documents_dropped);
	fputc('\n', stderr);
}

void report_books(const struct settings *s, const char *command,
		  const tok_source *source, const tok_ledger *l)
{
	if (s->quiet)
		return;
	fprintf(stderr, "tok %s:\n", command);
	if (source)
		say_inputs(s, source);
	say_documents(l);
	fprintf(stderr, "  bytes      %" PRIu64 " in = %" PRIu64
			" documents + %" PRIu64 " container + %" PRIu64
			" skipped\n", l->bytes_in, l->bytes_documents,
		l->bytes_container, sum_skipped(l));
	say_skipped(l);
	if (l->tokens_text | l->tokens_control)
		fprintf(stderr, "  tokens     %" PRIu64 " text + %" PRIu64
				" control = %" PRIu64 " stored + %" PRIu64
				" truncated + %" PRIu64 " dropped\n",
			l->tokens_text, l->tokens_control, l->tokens_stored,
			l->tokens_truncated, l->tokens_dropped);
	if (!tok_ledger_balanced(l))
		fputs("tok: the books do not balance: this is a bug of tok, "
		      "please report it\n", stderr);
}

int report_strict(const struct settings *s, const tok_ledger *ledger)
{
	if (!s->strict || !tok_ledger_lossy(ledger))
		return EXIT_DONE;
	fputs("tok: something was skipped, truncated or dropped, and --strict "
	      "calls that wrong (see the ledger)\n", stderr);
	return EXIT_WRONG;
}

double dataset_fill(const tok_dataset *d)
{
	double room = (double)d->rows * (double)d->row_len;

	return room > 0 ? (double)d->tokens / room : 0;
}

static void put_skips(struct output *out, const char *key, const uint64_t *n)
{
	put_key(out, key);
	for (int i = 0; i < TOK_N_SKIPS; i++)
		put_format(out, "%s\"%s\":%" PRIu64, i ? "," : "{",
			   tok_skip_name((tok_skip)i), n[i]);
	put_text(out, "}");
}

void put_ledger(struct output *out, const tok_ledger *l)
{
	put_format(out, "{\"bytes_in\":%" PRIu64, l->bytes_in);
	put_pair(out, "bytes_documents", l->bytes_documents);
	put_pair(out, "bytes_container", l->bytes_container);
	put_skips(out, "bytes_skipped", l->bytes_skipped);
	put_pair(out, "documents", l->documents);
	put_pair(out, "documents_empty", l->documents_empty);
	put_skips(out, "documents_skipped", l->documents_skipped);
	put_pair(out, "tokens_text", l->tokens_text);
	put_pair(out, "tokens_control", l->tokens_control);
	put_pair(out, "tokens_stored", l->tokens_stored);
	put_pair(out, "tokens_truncated", l->tokens_truncated);
	put_pair(out, "tokens_dropped", l->tokens_dropped);
	put_pair(out, "documents_split", l->documents_split);
	put_pair(out, "documents_truncated", l->documents_truncated);
	put_pair(out, "documents_dropped", l->documents_dropped);
	put_text(out, "}");
}
