/* SPDX-License-Identifier: Apache-2.0 */
/* What a model says of itself; freeing and saving it. */
#include "model/loaded.h"

#include <string.h>

#include "base/error.h"

static const char *const kind_name[] = {
	"byte", "piece", "control", "reserved",
	"user", "unknown", "fallback", "unused", "special", "added"};
static const char *const split_name[] = {"none", "space", "word", "whole",
					 "steps"};
static const char *const normalize_name[] = {
	"none", "nfc", "nfkc", "nfkc_casefold", "sentencepiece", "steps"};

#define NAME_OF(names, i) \
	((size_t)(i) < sizeof(names) / sizeof(*names) ? names[i] : NULL)

const char *tok_kind_name(tok_kind kind)
{
	return NAME_OF(kind_name, kind);
}

const char *tok_split_name(tok_split split)
{
	return NAME_OF(split_name, split);
}

const char *tok_normalize_name(tok_normalize form)
{
	return NAME_OF(normalize_name, form);
}

void tok_model_free(tok_model *m)
{
	if (!m)
		return;
	tk_normalizer_free(m->normalizer);
	tk_free(m->alloc, m->joint, m->n_joint, sizeof(*m->joint));
	tk_steps_release(&m->steps);
	tk_free(m->alloc, m->role, m->cap_roles, sizeof(*m->role));
	tok_buf_release(&m->image);
	tk_free(m->alloc, m, 1, sizeof(*m));
}

/* On a big-endian machine the image in memory is no longer the file's; the
 * numbers are turned back on the way out. */
tok_status tk_model_image(const tok_model *m, tok_buf *out)
{
	size_t begin = out->n;
	tok_status st = tk_buf_append(out, m->image.p, m->image.n);

	if (st)
		return st;
	const struct {
		const void *p;
		size_t n;
	} numbers[] = {
		{m->end, (size_t)m->n_ids},
		{m->trie.unit, (size_t)m->trie.n_units * 2},
		{m->trie.id, (size_t)m->trie.n_units},
	};
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		size_t at = (size_t)((const uint8_t *)numbers[i].p -
				     m->image.p);
		tk_image_to_host32(out->p + begin + at, numbers[i].n);
	}
	size_t scores_at = (size_t)((const uint8_t *)m->score - m->image.p);
	tk_image_to_host64(out->p + begin + scores_at, (size_t)m->n_ids);
	return TOK_OK;
}

tok_status tok_model_save(const tok_model *m, const char *path, int replace,
			  tok_error *err)
{
	tok_outfile *file;
	tok_buf copy;

	tok_buf_init(&copy, m->alloc);
	if (tk_model_image(m, &copy)) {
		tok_buf_release(&copy);
		return tk_fail_status(err, TOK_E_MEMORY, path);
	}
	tok_status st = tok_outfile_open(path, replace, m->alloc, &file, err);
	if (!st) {
		st = tok_outfile_write(file, (tok_bytes){copy.p, copy.n}, err);
		if (st)
			tok_outfile_abort(file);
		else
			st = tok_outfile_commit(file, err);
	}
	tok_buf_release(&copy);
	return st;
}

int32_t tok_model_n_ids(const tok_model *m)
{
	return m->n_ids;
}

static bool is_id(const tok_model *m, tok_id id)
{
	return id >= 0 && id < m->n_ids;
}

tok_kind tok_model_kind(const tok_model *m, tok_id id)
{
	return is_id(m, id) ? (tok_kind)m->kind[id] : TOK_KIND_RESERVED;
}

tok_bytes tok_model_piece(const tok_model *m, tok_id id)
{
	return is_id(m, id) ? tk_model_bytes(m, id) : (tok_bytes){NULL, 0};
}

tok_bytes tok_model_role(const tok_model *m, tok_id id)
{
	for (size_t i = 0; i < m->n_roles; i++)
		if (m->role[i].id == id)
			return m->role[i].name;
	return (tok_bytes){NULL, 0};
}

double tok_model_score(const tok_model *m, tok_id id)
{
	return is_id(m, id) ? m->score[id] : 0.0;
}

tok_id tok_model_control(const tok_model *m, const char *name)
{
	tok_bytes wanted = tok_bytes_of(name);

	/* Roles first: a name may look like another's role. */
	for (size_t i = 0; i < m->n_roles; i++)
		if (tk_bytes_equal(m->role[i].name, wanted))
			return m->role[i].id;
	for (tok_id id = 0; wanted.n && id < m->n_ids; id++)
		if (tk_kind_is_control(m->kind[id]) &&
		    tk_bytes_equal(tk_model_bytes(m, id), wanted))
			return id;
	return -1;
}

tok_id tok_model_find(const tok_model *m, tok_bytes piece)
{
	return tk_trie_find(&m->trie, piece);
}

tok_split tok_model_split(const tok_model *m)
{
	return m->split.kind;
}

tok_normalize tok_model_normalize(const tok_model *m)
{
	return m->form;
}

void tok_model_unicode(const tok_model *m, int *major, int *minor)
{
	*major = m->unicode_major;
	*minor = m->unicode_minor;
}

int tok_model_lossless(const tok_model *m)
{
	return m->form == TOK_NORMALIZE_NONE;
}

tok_digest tok_model_fingerprint(const tok_model *m)
{
	return m->fingerprint;
}

tok_bytes tok_model_record(const tok_model *m)
{
	return m->record;
}
