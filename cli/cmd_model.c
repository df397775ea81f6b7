/* SPDX-License-Identifier: Apache-2.0 */
/* tok model: a model looked through, or changed where no text sees it. */
#include <inttypes.h>
#include <string.h>

#include "commands.h"
#include "escape.h"
#include "numbers.h"
#include "operands.h"
#include "output.h"

static const struct option_row rows[] = {
	TEXT("output", 'o', "FILE", output, "the model to write, by tok's "
	     "own format"),
	COUNT("vocab-size", 0, vocab_size, 1, INT32_MAX,
	      "reserve: up to N ids in all"),
	COUNT("pad-vocab", 0, pad_vocab, 1, 1 << 20,
	      "reserve: up to a multiple of N ids"),
	OPTION_SP,
	OPTION_FORCE,
	OPTION_QUIET,
};

static const char about[] =
	"VERB is one of\n"
	"add-special MODEL [ROLE=]NAME... -o FILE: control ids, such as "
	"eos='</s>'. They take reserved ids, if there are some, then new "
	"ones.\n"
	"reserve MODEL -o FILE: ids that are nothing yet, up to --vocab-size "
	"or to a multiple of --pad-vocab.\n"
	"rename MODEL ID|NAME NEWNAME -o FILE: another name for a control, or "
	"a reserved id as a control of this name.\n"
	"lint MODEL...: all that is wrong with models, a line each: errors, "
	"for which they are refused or ids are ambiguous (exit code 3), and "
	"warnings, such as pieces that no text ever becomes.\n"
	"MODEL is of any format that -m takes. Ids never change: before "
	"anything is written, all of them are compared with what they were.";

/* A verb that changes a model: n_changed is how many ids it may change. */
typedef tok_status edit(const struct settings *s, const tok_model *m,
			tok_model **out, size_t *n_changed, tok_error *err);

static tok_status add_special(const struct settings *s, const tok_model *m,
			      tok_model **out, size_t *n_changed,
			      tok_error *err)
{
	tok_control control[MAX_SPECIALS];
	size_t n = s->n_inputs - 2;

	if (n > MAX_SPECIALS)
		return fail(err, TOK_E_LIMIT, "%d names at a time at most",
			    MAX_SPECIALS);
	/* What is left of argv is the program's to change. */
	for (size_t i = 0; i < n; i++)
		control[i] = special_of((char *)(uintptr_t)s->input[2 + i]);
	tok_status st = tok_model_add_controls(m, control, n, out, err);
	if (!st)
		*n_changed = n - (size_t)(tok_model_n_ids(*out) -
					  tok_model_n_ids(m));
	return st;
}

static tok_status reserve(const struct settings *s, const tok_model *m,
			  tok_model **out, size_t *n_changed, tok_error *err)
{
	uint64_t n = (uint64_t)tok_model_n_ids(m), pad = s->pad_vocab;

	n = s->vocab_size ? s->vocab_size : n;
	n = (n + pad - 1) / pad * pad;
	*n_changed = 0;
	if (n > INT32_MAX)
		return fail(err, TOK_E_LIMIT, "%" PRIu64 " ids are too many",
			    n);
	return tok_model_reserve(m, (int32_t)n, out, err);
}

/* A number is an id, whatever else is called so. */
static tok_status rename_id(const struct settings *s, const tok_model *m,
			    tok_model **out, size_t *n_changed, tok_error *err)
{
	const char *which = s->input[2];
	uint64_t id;

	*n_changed = 1;
	if (!number_count(which, &id)) {
		tok_id named = tok_model_control(m, which);

		if (named < 0)
			return fail(err, TOK_E_ARGUMENT,
				    "no control is called '%s', nor has that "
				    "role", which);
		id = (uint64_t)named;
	}
	if (id > INT32_MAX)
		id = INT32_MAX;
	if (tok_model_kind(m, (tok_id)id) == TOK_KIND_CONTROL)
		*n_changed = strlen(s->input[3]) !=
				     tok_model_piece(m, (tok_id)id).n ||
			     memcmp(s->input[3],
				    tok_model_piece(m, (tok_id)id).p,
				    strlen(s->input[3])) != 0;
	return tok_model_rename(m, (tok_id)id, s->input[3], out, err);
}

static tok_status change(const struct settings *s, edit *verb, tok_error *err)
{
	const char *path = s->input[1];
	tok_model *m, *edited = NULL;
	size_t n_changed = 0;
	tok_error inner = {TOK_OK, 0, ""};
	tok_status st = operands_load(s, path, &m, err);

	if (st)
		return st;
	st = verb(s, m, &edited, &n_changed, &inner);
	if (st)
		st = fail(err, st, "%s: %.900s", path, inner.text);
	else if (tok_model_n_changed(m, edited) != n_changed)
		st = fail(err, TOK_E_MISMATCH,
			  "%s: ids would change; nothing is written", path);
	if (!st)
		st = tok_model_save(edited, s->output, s->force, err);
	if (!st)
		say_note(s, "%s: %" PRId32 " ids: %zu as they were, %zu "
			    "renamed or no longer reserved, %" PRId32 " new",
			 s->output, tok_model_n_ids(edited),
			 (size_t)tok_model_n_ids(m) - n_changed, n_changed,
			 tok_model_n_ids(edited) - tok_model_n_ids(m));
	tok_model_free(m);
	tok_model_free(edited);
	return st;
}

struct findings {
	struct output out;
	const char *path;
	uint64_t n_errors, n_warnings;
};

static void put_finding(void *ctx, const tok_finding *f)
{
	struct findings *all = ctx;

	*(f->is_error ? &all->n_errors : &all->n_warnings) += 1;
	put_format(&all->out, "%.900s: %s: ", all->path,
		   f->is_error ? "error" : "warning");
	if (f->id >= 0) {
		put_format(&all->out, "id %ld '", (long)f->id);
		put_escaped(&all->out, f->piece);
		put_text(&all->out, "' ");
	}
	put_text(&all->out, f->text);
	put_text(&all->out, "\n");
}

static int lint(const struct settings *s)
{
	struct findings all = {.n_errors = 0};
	tok_load_options o;
	tok_error err = {TOK_OK, 0, ""};
	tok_status st = output_open(&all.out, NULL, false, &err);

	tok_load_options_defaults(&o, sizeof(o));
	o.sp_rules = (tok_sp_rules)s->sp_arithmetic;
	for (size_t i = 1; !st && i < s->n_inputs; i++) {
		all.path = s->input[i];
		st = tok_model_lint(all.path, &o, put_finding, &all, &err);
		if (!st)
			st = output_flush(&all.out, &err);
	}
	st = output_end(&all.out, st, &err);
	if (st)
		return say_failed(st, &err);
	say_note(s, "%" PRIu64 " errors, %" PRIu64 " warnings", all.n_errors,
		 all.n_warnings);
	return all.n_errors ? EXIT_WRONG : EXIT_DONE;
}

static const struct verb {
	const char *name, *operands;
	size_t min, max;
	edit *edit; /* NULL: lint */
} verbs[] = {
	{"add-special", "MODEL [ROLE=]NAME... -o FILE", 3, SIZE_MAX,
	 add_special},
	{"reserve", "MODEL --vocab-size N | --pad-vocab N -o FILE", 2, 2,
	 reserve},
	{"rename", "MODEL ID|NAME NEWNAME -o FILE", 4, 4, rename_id},
	{"lint", "MODEL...", 2, SIZE_MAX, NULL},
};
enum { N_VERBS = sizeof(verbs) / sizeof(*verbs) };

static const struct verb *find_verb(const char *name)
{
	for (size_t i = 0; i < N_VERBS; i++)
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

static int unknown_verb(const char *name)
{
	const char *known[N_VERBS];

	for (size_t i = 0; i < N_VERBS; i++)
		known[i] = verbs[i].name;
	const char *meant = did_you_mean(name, known, N_VERBS);
	if (meant)
		return say_misused("model: unknown verb '%s'; did you mean "
				   "'%s'?", name, meant);
	return say_misused("model: unknown verb '%s'; 'tok help model' lists "
			   "them", name);
}

static int run(const struct settings *s)
{
	const struct verb *verb = find_verb(s->input[0]);
	tok_error err = {TOK_OK, 0, ""};

	if (!verb)
		return unknown_verb(s->input[0]);
	bool sized = s->vocab_size || s->pad_vocab > 1;
	if (s->n_inputs < verb->min || s->n_inputs > verb->max ||
	    (verb->edit && !s->output) || (verb->edit == reserve && !sized))
		return say_misused("usage: tok model %s %s", verb->name,
				   verb->operands);
	if (!verb->edit)
		return lint(s);
	tok_status st = change(s, verb->edit, &err);
	return st ? say_failed(st, &err) : EXIT_DONE;
}

const struct command cmd_model = {
	.name = "model",
	.operands = "VERB MODEL...",
	.summary = "look through a model; add, reserve and rename ids",
	.about = about,
	.row = rows,
	.n_rows = sizeof(rows) / sizeof(*rows),
	.min_inputs = 1,
	.max_inputs = SIZE_MAX,
	.run = run,
};
