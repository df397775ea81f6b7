/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From names to a tok_source and a tok_model. Globs that the shell left alone
 * (quoted, or in a script) are expanded here, in bytewise order.
 */
#include "operands.h"

#include <glob.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sniff.h"

static bool is_pattern(const char *name)
{
	struct stat info;

	return strpbrk(name, "*?[") && stat(name, &info) != 0;
}

/* Paths in the order of the names; strings belong to argv or to found. */
struct paths {
	const char **path;
	size_t n;
	glob_t found;
};

static void paths_release(struct paths *p)
{
	free(p->path);
	globfree(&p->found);
}

/* Appends the matches of pattern to p->found. */
static tok_status match(struct paths *p, const char *pattern, tok_error *err)
{
	int append = p->found.gl_pathc ? GLOB_APPEND : 0;
	int code = glob(pattern, append, NULL, &p->found);

	if (code == GLOB_NOMATCH)
		return fail(err, TOK_E_IO,
			    "%s: no file matches; check the pattern", pattern);
	if (code == GLOB_NOSPACE)
		return fail(err, TOK_E_MEMORY, "%s: out of memory", pattern);
	if (code)
		return fail(err, TOK_E_IO, "%s: cannot be searched", pattern);
	return TOK_OK;
}

/* Matches first, then the list: glob may move its vector at each call. */
static tok_status paths_make(struct paths *p, const char *const *name,
			     size_t n, tok_error *err)
{
	size_t *end = calloc(n, sizeof(*end)), at = 0;
	tok_status st = TOK_OK;

	for (size_t i = 0; end && !st && i < n; i++) {
		if (is_pattern(name[i]))
			st = match(p, name[i], err);
		end[i] = p->found.gl_pathc;
	}
	if (end && !st)
		p->path = malloc((n + p->found.gl_pathc) * sizeof(*p->path));
	for (size_t i = 0; p->path && i < n; i++) {
		if (at == end[i])
			p->path[p->n++] = name[i];
		while (at < end[i])
			p->path[p->n++] = p->found.gl_pathv[at++];
	}
	free(end);
	if (!st && !p->path)
		st = fail(err, TOK_E_MEMORY, "the inputs: out of memory");
	return st;
}

/* Compressed shards would pass as text: any bytes do. */
static tok_status refuse_datasets(const struct paths *p, tok_error *err)
{
	for (size_t i = 0; i < p->n; i++)
		if (sniff_manifest(p->path[i]) || sniff_epochs(p->path[i]))
			return fail(err, TOK_E_FORMAT,
				    "%s: is a data set and no text; 'tok cat' "
				    "reads it", p->path[i]);
	return TOK_OK;
}

tok_status operands_open(const struct settings *s, const struct doc_end *by,
			 size_t max_part, tok_source **out, tok_error *err)
{
	static const char *const only_stdin[] = {"-"};
	struct paths paths = {0};
	tok_source_options o;
	tok_status st;

	*out = NULL;
	if (!by)
		by = &s->by;
	tok_source_options_defaults(&o, sizeof(o));
	o.by = by->by;
	o.separator = (tok_bytes){by->separator, by->n_separator};
	o.field = by->field;
	o.skip_malformed = s->on_bad_line;
	o.first_index = s->doc_offset;
	o.max_part = max_part;
	o.unpack_thread = s->threads != 1;
	st = paths_make(&paths, s->n_inputs ? s->input : only_stdin,
			s->n_inputs ? s->n_inputs : 1, err);
	if (!st)
		st = refuse_datasets(&paths, err);
	if (!st)
		st = tok_source_open(paths.path, paths.n, &o, out, err);
	paths_release(&paths);
	return st;
}

tok_status operands_model(const struct settings *s, tok_model **out,
			  tok_error *err)
{
	const char *path = s->model ? s->model : "model.tok";

	*out = NULL;
	if (!s->model && access(path, F_OK))
		return fail(err, TOK_E_IO,
			    "model.tok: not here; make one with 'tok train', "
			    "or name one with -m");
	return operands_load(s, path, out, err);
}

tok_status operands_load(const struct settings *s, const char *path,
			 tok_model **out, tok_error *err)
{
	tok_load_options o;

	tok_load_options_defaults(&o, sizeof(o));
	o.sp_rules = (tok_sp_rules)s->sp_arithmetic;
	return tok_model_load(path, &o, out, err);
}

bool operands_would_wait(const char *path)
{
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};

	return !strcmp(path, "-") && !poll(&in, 1, 0);
}
