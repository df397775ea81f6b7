/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tokenizer.json to a table of ids and steps. In: any bytes. Out: a model
 * that gives the ids that tokenizers 0.23 gives, or a sentence that names
 * what stands against it.
 */
#include "model/import_hf.h"

#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "model/hf_vocab.h"

enum { MAX_ROLES = 8 };

/* Names that published models give to their special tokens. */
static size_t find_roles(const struct tk_hf_vocab *v,
			 struct tk_role role[MAX_ROLES])
{
	static const char *const known[][2] = {
		{"bos", "<s>"},   {"eos", "</s>"},   {"pad", "<pad>"},
		{"pad", "[PAD]"}, {"mask", "<mask>"}, {"mask", "[MASK]"},
		{"eos", "<eos>"}, {"bos", "<bos>"}};
	size_t n = 0;

	for (size_t k = 0; k < sizeof(known) / sizeof(*known); k++) {
		tok_bytes name = tok_bytes_of(known[k][1]);

		for (size_t i = 0; n < MAX_ROLES && i < v->n_added; i++)
			if (v->special[i] &&
			    tk_bytes_equal(v->added[i].text, name))
				role[n++] = (struct tk_role){
					v->added[i].id,
					tok_bytes_of(known[k][0])};
	}
	return n;
}

/* model.unk_id, model.byte_fallback. */
static tok_status read_model(struct tk_hf_reading *r,
			     const struct tk_hf_vocab *v)
{
	const tk_json *model = tk_json_member(r->root, "model");
	const tk_json *unknown = tk_json_member(model, "unk_id");
	const tk_json *fallback = tk_json_member(model, "byte_fallback");
	uint64_t id;

	r->draft.n_vocab = (uint32_t)v->n_pieces;
	r->draft.unknown = -1;
	if (fallback && !tk_json_bool(fallback, &r->draft.byte_fallback))
		return tk_hf_bad(r, "model", "byte_fallback");
	if (!unknown || tk_json_is_null(unknown))
		return TOK_OK;
	if (!tk_json_u64(unknown, &id) || id >= v->n_pieces)
		return tk_hf_bad(r, "model", "unk_id");
	r->draft.unknown = (tok_id)id;
	return TOK_OK;
}

static tok_status add_tokens(struct tk_hf_reading *r,
			     const struct tk_hf_vocab *v,
			     const struct tk_steps *steps,
			     struct tk_steps_room *room)
{
	tok_status st = TOK_OK;

	for (size_t i = 0; !st && i < v->n_added; i++) {
		struct tk_added token = v->added[i];

		if (token.flags & TK_ADDED_NORMALIZED)
			st = tk_steps_normalize(steps, token.text, room,
						&token.text);
		if (!st && !token.text.n)
			return tk_fail(r->err, TOK_E_UNSUPPORTED, 0,
				       "%s: the added token with id %d is "
				       "normalized to nothing, and so found "
				       "between all characters by the "
				       "original: take it out", r->path,
				       (int)token.id);
		if (!st && token.text.n > TK_MAX_ADDED)
			st = TOK_E_LIMIT;
		if (!st)
			st = tk_steps_add_token(&r->draft, &token);
	}
	return st;
}

static struct tk_unicode linked_unicode(void)
{
	int major, minor;

	tk_normalize_unicode(&major, &minor);
	return (struct tk_unicode){(uint8_t)major, (uint8_t)minor};
}

/* Added tokens need the normalizer, which is read back from what was written
 * so far: what steps do is then checked in one place. */
static tok_status read_tokens(struct tk_hf_reading *r,
			      const struct tk_hf_vocab *v)
{
	struct tk_steps_room room = {.alloc = r->alloc};
	tok_buf section = {.alloc = r->alloc};
	struct tk_steps steps = {.alloc = r->alloc};
	tok_status st = tk_steps_write(&r->draft, &section);

	if (!st)
		st = tk_steps_read((tok_bytes){section.p, section.n},
				   (uint32_t)v->n, linked_unicode(), r->alloc,
				   &steps);
	if (st == TOK_E_CORRUPT)
		st = tk_fail(r->err, st, 0,
			     "%s: a step of normalizer, pre-tokenizer, "
			     "decoder or post-processor is malformed (a "
			     "character map that is none, or an id that is "
			     "not in the vocabulary)", r->path);
	if (!st)
		st = add_tokens(r, v, &steps, &room);
	if (st == TOK_E_LIMIT)
		st = tk_fail(r->err, st, 0,
			     "%s: the normalizer makes an added token too "
			     "long", r->path);
	if (st == TOK_E_MEMORY)
		(void)tk_fail_status(r->err, st, r->path);
	tk_steps_room_release(&room);
	tk_steps_release(&steps);
	tok_buf_release(&section);
	return st;
}

/* All that can be wrong with tokens alone. */
static tok_status check_tokens(const struct tk_hf_reading *r,
			       const struct tk_hf_vocab *v, tok_bytes section)
{
	struct tk_steps steps = {.alloc = r->alloc};
	tok_status st = tk_steps_read(section, (uint32_t)v->n,
				      linked_unicode(), r->alloc, &steps);

	tk_steps_release(&steps);
	if (st == TOK_E_CORRUPT)
		return tk_fail(r->err, TOK_E_UNSUPPORTED, 0,
			       "%s: two added tokens are the same once they "
			       "are normalized; which one the original takes "
			       "is left to chance: rename one", r->path);
	return st ? tk_fail_status(r->err, st, r->path) : TOK_OK;
}

static tok_status make(struct tk_hf_reading *r, const struct tk_hf_vocab *v,
		       tok_model **out)
{
	struct tk_role role[MAX_ROLES];
	tok_buf section = {.alloc = r->alloc};
	tok_status st = tk_steps_write(&r->draft, &section);
	struct tk_table table = {
		.row = v->row,
		.n_ids = v->n,
		.role = role,
		.n_roles = find_roles(v, role),
		.split = TOK_SPLIT_STEPS,
		.normalize = TOK_NORMALIZE_STEPS,
		.arithmetic = TK_HF_DOUBLE,
		.steps = {section.p, section.n},
	};

	if (st)
		(void)tk_fail_status(r->err, st, r->path);
	else
		st = check_tokens(r, v, table.steps);
	if (!st)
		st = tk_model_make(&table, r->path, r->alloc, out, r->err);
	tok_buf_release(&section);
	return st;
}

static tok_status check_type(const struct tk_hf_reading *r)
{
	const tk_json *model = tk_json_member(r->root, "model");
	const char *type = tk_json_string(tk_json_member(model, "type"));
	const char *version = tk_json_string(
		tk_json_member(r->root, "version"));

	if (version && strcmp(version, "1.0") != 0)
		return tk_fail(r->err, TOK_E_UNSUPPORTED, 0,
			       "%s: tokenizer.json of version %.40s; tok "
			       "reads version 1.0", r->path, version);
	if (!tk_json_is_object(model))
		return tk_fail(r->err, TOK_E_CORRUPT, 0,
			       "%s: no \"model\"; not a tokenizer.json",
			       r->path);
	/* Old files leave it out; a list of pieces is Unigram's alone. */
	if (!type && tk_json_is_array(tk_json_member(model, "vocab")))
		return TOK_OK;
	if (!type || strcmp(type, "Unigram") != 0)
		return tk_fail(r->err, TOK_E_UNSUPPORTED, 0,
			       "%s: a model of type %.40s; only those of type "
			       "Unigram can be used", r->path,
			       type ? type : "(none)");
	return TOK_OK;
}

static tok_status import(struct tk_hf_reading *r, tok_bytes file,
			 tok_model **out)
{
	struct tk_hf_vocab vocab = {.alloc = r->alloc};
	tok_status st = check_type(r);

	if (!st)
		st = tk_hf_read_pieces(r, file, &vocab);
	if (!st)
		st = read_model(r, &vocab);
	if (!st)
		st = tk_hf_read_added(r, &vocab);
	if (!st)
		st = tk_hf_read_steps(r);
	if (!st)
		st = tk_hf_read_frame(
			r, tk_json_member(r->root, "post_processor"));
	if (!st)
		st = read_tokens(r, &vocab);
	if (!st)
		st = make(r, &vocab, out);
	tk_hf_vocab_release(&vocab);
	return st;
}

tok_status tk_import_hf(tok_bytes file, const char *path,
			const tok_alloc *alloc, tok_model **out,
			tok_error *err)
{
	struct tk_hf_reading r = {.path = path, .alloc = alloc, .err = err};
	tok_buf *const part[] = {&r.draft.steps, &r.draft.decoders,
				 &r.draft.added, &r.draft.before,
				 &r.draft.behind};
	tok_error inner = {0};
	tk_json *root;

	*out = NULL;
	tok_status st = tk_json_parse_loosely(file, &root, &inner);
	if (st)
		return tk_fail(err, st == TOK_E_MALFORMED ? TOK_E_CORRUPT : st,
			       inner.at, "%s: %s", path, inner.text);
	for (size_t i = 0; i < sizeof(part) / sizeof(*part); i++)
		part[i]->alloc = alloc;
	r.root = root;
	st = import(&r, file, out);
	tk_steps_draft_release(&r.draft);
	tk_json_free(root);
	return st;
}

/* Of the keys that a tokenizer.json begins with, is this one? */
static bool is_first_key(tok_bytes key)
{
	static const char *const known[] = {"version", "truncation", "padding",
					    "added_tokens", "normalizer",
					    "pre_tokenizer", "model"};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (tk_bytes_equal(key, tok_bytes_of(known[i])))
			return true;
	return false;
}

int tk_hf_sniff(tok_bytes file)
{
	size_t i = 0, begin;

	while (i < file.n && strchr(" \t\r\n{", file.p[i] ? file.p[i] : 'x'))
		i++;
	if (i == file.n || file.p[i] != '"')
		return 0;
	for (begin = ++i; i < file.n && file.p[i] != '"';)
		i++;
	return i < file.n &&
	       is_first_key((tok_bytes){file.p + begin, i - begin});
}
