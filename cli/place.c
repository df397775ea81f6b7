/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The directory that pack writes to. Without --epochs it is the data set;
 * with it, it holds DIR/epoch-N; DIR/val is beside either. A trainer takes
 * what it finds there for one thing, so what an earlier run has left is
 * replaced if asked, belongs to the same settings, or is refused.
 */
#include "place.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "settings_json.h"
#include "sniff.h"

tok_status place_next(struct place *p, const struct settings *s,
		      tok_error *err)
{
	if (s->epochs)
		return epochs_path(s->output, s->sample.epoch, p->main, err);
	int n = snprintf(p->main, MAX_PATH, "%s", s->output);
	if (n < 0 || n >= MAX_PATH)
		return fail(err, TOK_E_ARGUMENT, "%s: the name is too long",
			    s->output);
	return TOK_OK;
}

/* A validation set of an earlier run would belong to other training data. */
static tok_status check_val(struct place *p, const struct settings *s,
			    tok_error *err)
{
	int n = snprintf(p->val, MAX_PATH, "%s/val", s->output);

	if (n < 0 || n >= MAX_PATH)
		return fail(err, TOK_E_ARGUMENT, "%s: the name is too long",
			    s->output);
	if (!(s->val > 0) && sniff(p->val) == THING_DATASET)
		return fail(err, TOK_E_EXISTS,
			    "%s: holds the validation set of an earlier run; "
			    "remove it, or pack with --val", p->val);
	return TOK_OK;
}

static bool was_made_so(const tok_dataset *set, const char *settings,
			const tok_model *model)
{
	tok_digest digest = tok_model_fingerprint(model);

	return !strcmp(set->settings, settings) && set->has_model &&
	       !memcmp(set->model.byte, digest.byte, sizeof(digest.byte));
}

/* An epoch of an earlier run that this run does not make. */
static tok_status check_other(const struct settings *s, uint64_t number,
			      const tok_model *model, tok_error *err)
{
	struct settings as = *s;
	char path[MAX_PATH], settings[MAX_SETTINGS];
	tok_reader *reader = NULL;

	as.sample.epoch = number;
	tok_status st = epochs_path(s->output, number, path, err);
	if (!st)
		st = settings_json(&as, settings, err);
	if (st || !sniff_manifest(path))
		return st;
	st = tok_reader_open(path, NULL, &reader, err);
	if (!st && !was_made_so(tok_reader_dataset(reader), settings, model))
		st = fail(err, TOK_E_EXISTS,
			  "%s: was made with other settings, or by another "
			  "model, than the epochs to be made beside it; remove "
			  "it, or pack elsewhere", path);
	tok_reader_close(reader);
	return st;
}

static tok_status check_epoch(const struct settings *s, uint64_t number,
			      const tok_model *model, tok_error *err)
{
	if (number < s->sample.epoch ||
	    number - s->sample.epoch >= s->epochs)
		return check_other(s, number, model, err);
	if (s->force)
		return TOK_OK;
	return fail(err, TOK_E_EXISTS,
		    "%s/epoch-%" PRIu64 ": is there already, and is not "
		    "replaced unless asked (-f)", s->output, number);
}

static tok_status check_epochs(const struct settings *s,
			       const tok_model *model, tok_error *err)
{
	struct epochs found;
	enum thing thing = sniff(s->output);

	if (!s->epochs && thing == THING_EPOCHS)
		return fail(err, TOK_E_EXISTS,
			    "%s: holds epochs of an earlier run; remove them, "
			    "or pack elsewhere", s->output);
	if (!s->epochs)
		return TOK_OK;
	if (thing == THING_DATASET)
		return fail(err, TOK_E_EXISTS,
			    "%s: holds a data set, and epochs need a "
			    "directory of their own", s->output);

	tok_status st = epochs_find(s->output, &found, err);
	for (size_t i = 0; !st && i < found.n; i++)
		st = check_epoch(s, found.number[i], model, err);
	epochs_release(&found);
	return st;
}

tok_status place_check(struct place *p, const struct settings *s,
		       const tok_model *model, tok_error *err)
{
	tok_status st = check_val(p, s, err);

	return st ? st : check_epochs(s, model, err);
}

tok_status place_make(struct place *p, const struct settings *s,
		      tok_error *err)
{
	if (!s->epochs)
		return TOK_OK;
	p->made_dir = !mkdir(s->output, 0777);
	if (p->made_dir || errno == EEXIST)
		return TOK_OK;
	return fail_errno(err, errno, "cannot make %s", s->output);
}

void place_unmake(struct place *p, const struct settings *s)
{
	if (p->made_dir)
		(void)rmdir(s->output);
}
