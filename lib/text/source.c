/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stream of documents over all inputs; see tok/text.h.
 *
 * In: paths and what ends a document. Out: documents, one at a time, and the
 * books. Every byte that was read is in the books once its record has been
 * delivered, skipped or passed over; what is buffered is in none. Text is
 * never converted: a byte order mark or UTF-16 are bytes of the document.
 */
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "text/paths.h"
#include "text/jsonl.h"
#include "text/records.h"
#include "tok/text.h"

enum {
	MAX_SEPARATOR = 256,
	MAX_FIELD = 4096
};

/* Beside the identity of an input, which does not change: its sums. */
struct sums {
	uint64_t bytes, documents;
};

struct tok_source {
	tok_source_options options; /* separator and field: own copies */
	tok_buf field;
	uint8_t separator[MAX_SEPARATOR];
	struct tk_paths inputs;
	struct sums *sums;
	size_t next;             /* inputs.order[next] is not yet opened */
	struct tk_unpack *input; /* being read; NULL between files */
	struct tk_records records;
	struct tk_jsonl jsonl;
	tok_ledger ledger;
	uint64_t index, n_read; /* n_read: of the files before this one */
	tok_error failure;      /* code is TOK_OK while there was none */
};

void tok_source_options_defaults(tok_source_options *options, size_t size)
{
	const tok_source_options o = {
		.size = sizeof(o),
		.by = TOK_BY_LINE,
		.max_document = SIZE_MAX / 4 < UINT64_C(1) << 32
					? SIZE_MAX / 4
					: (size_t)(UINT64_C(1) << 32),
	};

	tk_options_give(options, size, &o, sizeof(o));
}

static tok_status check_options(const tok_source_options *o, tok_error *err)
{
	if ((unsigned)o->by > TOK_BY_JSONL)
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "options of a source: by is no tok_by");
	if (o->by == TOK_BY_SEPARATOR &&
	    (!o->separator.n || o->separator.n > MAX_SEPARATOR))
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "a separator has 1 to %d bytes, this one %zu",
			       MAX_SEPARATOR, o->separator.n);
	if (o->by == TOK_BY_JSONL &&
	    (!o->field || strlen(o->field) > MAX_FIELD))
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "JSON lines: name the field that holds the "
			       "text, in at most %d bytes",
			       MAX_FIELD);
	return TOK_OK;
}

static tok_bytes separator_of(tok_source *s)
{
	switch (s->options.by) {
	case TOK_BY_FILE:
		return (tok_bytes){NULL, 0};
	case TOK_BY_NULL:
		s->separator[0] = 0;
		return (tok_bytes){s->separator, 1};
	case TOK_BY_SEPARATOR:
		memcpy(s->separator, s->options.separator.p,
		       s->options.separator.n);
		return (tok_bytes){s->separator, s->options.separator.n};
	default:
		s->separator[0] = '\n';
		return (tok_bytes){s->separator, 1};
	}
}

/* Everything that the options point to, copied. */
static tok_status init(tok_source *s, const char *const *paths,
		       size_t n_paths, tok_error *err)
{
	const tok_alloc *alloc = s->options.alloc;
	const char *field = s->options.field;

	s->index = s->options.first_index;
	s->records = (struct tk_records){
		.separator = separator_of(s),
		.max_record = s->options.max_document,
		/* A field is known only at the end of its line. */
		.max_part = s->options.by == TOK_BY_JSONL
				    ? 0
				    : s->options.max_part,
		.alloc = alloc,
	};
	tok_buf_init(&s->field, alloc);
	tok_buf_init(&s->jsonl.text, alloc);
	if (s->options.by == TOK_BY_JSONL) {
		if (tk_buf_append(&s->field, field, strlen(field) + 1))
			return tk_fail_status(err, TOK_E_MEMORY, "source");
		s->options.field = (const char *)s->field.p;
		s->jsonl.field = (tok_bytes){s->field.p, s->field.n - 1};
	}
	tok_status st =
		tk_paths_init(&s->inputs, paths, n_paths, alloc, err);
	if (st || !s->inputs.n_files)
		return st;
	s->sums = tk_new_zeroed(alloc, s->inputs.n_files, sizeof(*s->sums));
	return s->sums ? TOK_OK : tk_fail_status(err, TOK_E_MEMORY, "source");
}

tok_status tok_source_open(const char *const *paths, size_t n_paths,
			   const tok_source_options *options,
			   tok_source **out, tok_error *err)
{
	tok_source_options o;

	*out = NULL;
	tok_source_options_defaults(&o, sizeof(o));
	if (options && !tk_options_take(&o, options, sizeof(o)))
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "options of a source: fill them by "
			       "tok_source_options_defaults first");
	tok_status st = check_options(&o, err);
	if (st)
		return st;
	tok_source *s = tk_new_zeroed(o.alloc, 1, sizeof(*s));
	if (!s)
		return tk_fail_status(err, TOK_E_MEMORY, "source");
	s->options = o;
	st = init(s, paths, n_paths, err);
	if (st) {
		tok_source_close(s);
		return st;
	}
	*out = s;
	return TOK_OK;
}

void tok_source_close(tok_source *s)
{
	if (!s)
		return;
	tk_unpack_close(s->input);
	tk_records_release(&s->records);
	tok_buf_release(&s->jsonl.text);
	tok_buf_release(&s->field);
	tk_free(s->options.alloc, s->sums, s->inputs.n_files,
		sizeof(*s->sums));
	tk_paths_release(&s->inputs);
	tk_free(s->options.alloc, s, 1, sizeof(*s));
}

/* The number of the file that is being read. */
static size_t current(const tok_source *s)
{
	return s->inputs.order[s->next - 1];
}

static tok_status open_next(tok_source *s, tok_error *err)
{
	if (s->next == s->inputs.n)
		return TOK_END;
	size_t file = s->inputs.order[s->next];
	const char *path = tk_paths_name(&s->inputs, file);
	tok_status st = tk_unpack_open(path, s->inputs.file[file].start,
				       s->options.alloc, &s->input, err);
	if (st)
		return st;
	if (s->options.unpack_thread)
		tk_unpack_allow_thread(s->input);
	s->next++;
	tk_records_start(&s->records, path);
	return TOK_OK;
}

static void close_input(tok_source *s)
{
	s->n_read += tk_unpack_n_read(s->input);
	tk_unpack_close(s->input);
	s->input = NULL;
}

static tok_status fail_line(const tok_source *s, tok_status code,
			    const struct tk_record *r, tok_error *err)
{
	const char *path = tk_paths_name(&s->inputs, current(s));
	unsigned long long line = r->line;
	const struct tk_jsonl *j = &s->jsonl;

	if (code == TOK_E_MEMORY)
		return tk_fail_status(err, code, path);
	if (code == TOK_E_MISMATCH)
		return tk_fail(err, TOK_E_MALFORMED, r->at,
			       "%s: line %llu: field \"%s\": %s; name the "
			       "field that holds the text, or skip such lines "
			       "(--on-bad-line skip)",
			       path, line, s->options.field, j->why);
	return tk_fail(err, code, r->at + j->at,
		       "%s: line %llu, byte %llu: no JSON object: %s; mend "
		       "the line, or skip such lines (--on-bad-line skip)",
		       path, line, (unsigned long long)j->at + 1, j->why);
}

/*
 * The document in a record; TOK_END if the record holds none. The books take
 * the record in any case but an error.
 */
static tok_status open_record(tok_source *s, const struct tk_record *r,
			      tok_bytes *text, tok_error *err)
{
	uint64_t container = r->separator_size;
	tok_status st = TOK_OK;

	*text = r->text;
	if (s->options.by == TOK_BY_JSONL)
		st = tk_jsonl_find(&s->jsonl, r->text, text);
	if (st == TOK_OK || st == TOK_END) {
		uint64_t inside = st ? 0 : text->n;

		s->ledger.bytes_documents += inside;
		container += r->text.n - inside;
	} else if (st != TOK_E_MEMORY && s->options.skip_malformed) {
		tok_skip why = st == TOK_E_MISMATCH ? TOK_SKIP_FIELD
						    : TOK_SKIP_MALFORMED;

		s->ledger.bytes_skipped[why] += r->text.n;
		s->ledger.documents_skipped[why]++;
		st = TOK_END;
	} else {
		return fail_line(s, st, r, err);
	}
	s->ledger.bytes_container += container;
	s->ledger.bytes_in += r->text.n + r->separator_size;
	s->sums[current(s)].bytes += r->text.n + r->separator_size;
	return st;
}

static void deliver(tok_source *s, const struct tk_record *r, tok_bytes text,
		    tok_doc *doc)
{
	*doc = (tok_doc){
		.text = text,
		.path = tk_paths_name(&s->inputs, current(s)),
		.index = s->index,
		.line = r->line,
		.at = r->at,
		.offset = r->offset,
		.goes_on = r->goes_on,
	};
	if (r->goes_on)
		return;
	s->index++;
	s->ledger.documents++;
	s->ledger.documents_empty += !text.n;
	s->sums[current(s)].documents++;
}

static tok_status find_next(tok_source *s, tok_doc *doc, tok_error *err)
{
	for (;;) {
		struct tk_record record;
		tok_bytes text;
		tok_status st = s->input ? TOK_OK : open_next(s, err);

		if (st)
			return st;
		st = tk_records_next(&s->records, s->input, &record, err);
		if (st == TOK_END) {
			close_input(s);
			continue;
		}
		if (!st)
			st = open_record(s, &record, &text, err);
		if (!st)
			deliver(s, &record, text, doc);
		if (st != TOK_END)
			return st;
	}
}

tok_status tok_source_next(tok_source *s, tok_doc *doc, tok_error *err)
{
	tok_status st = s->failure.code;

	if (!st) {
		st = find_next(s, doc, &s->failure);
		if (!st || st == TOK_END)
			return st;
	}
	/* Said again to whoever asks again: the stream has ended. */
	if (err)
		*err = s->failure;
	return st;
}

tok_status tok_source_rewind(tok_source *s, tok_error *err)
{
	for (size_t i = 0; i < s->inputs.n_files; i++)
		if (!s->inputs.file[i].regular)
			return tk_fail(err, TOK_E_UNSUPPORTED, 0,
				       "%s: not a file, so it can be read "
				       "once; write it to a file first",
				       tk_paths_name(&s->inputs, i));
	tk_unpack_close(s->input);
	s->input = NULL;
	s->next = 0;
	s->n_read = 0;
	s->index = s->options.first_index;
	s->failure.code = TOK_OK;
	s->ledger = (tok_ledger){0};
	if (s->sums)
		memset(s->sums, 0, s->inputs.n_files * sizeof(*s->sums));
	return TOK_OK;
}

void tok_source_ledger(const tok_source *s, tok_ledger *ledger)
{
	*ledger = s->ledger;
}

void tok_source_progress(const tok_source *s, uint64_t *done, uint64_t *total)
{
	*done = s->n_read + (s->input ? tk_unpack_n_read(s->input) : 0);
	*total = 0;
	for (size_t i = 0; i < s->inputs.n_files; i++) {
		const struct tk_paths_file *f = &s->inputs.file[i];

		if (!f->regular) {
			*total = 0;
			return;
		}
		*total += f->size * f->named;
	}
}

size_t tok_source_n_inputs(const tok_source *s)
{
	return s->inputs.n_files;
}

void tok_source_input(const tok_source *s, size_t i, tok_input *input)
{
	*input = (tok_input){
		.path = tk_paths_name(&s->inputs, i),
		.bytes = s->sums[i].bytes,
		.documents = s->sums[i].documents,
		.named = s->inputs.file[i].named,
	};
}
