/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model with more ids, or with other names. In: a model. Out: its file with
 * the tables of ids written anew, loaded. What text can match is not touched,
 * so the trie and all rules go over byte for byte.
 */
#include "base/error.h"
#include "model/make.h"

static const char path[] = "the edited model";

/* The table of a model and room for more. */
struct edit {
	const tok_model *m;
	struct tk_row *row;
	size_t n_ids, cap;
	struct tk_role *role;
	size_t n_roles, cap_roles;
};

static void edit_release(struct edit *e)
{
	tk_free(e->m->alloc, e->row, e->cap, sizeof(*e->row));
	tk_free(e->m->alloc, e->role, e->cap_roles, sizeof(*e->role));
}

static tok_status edit_init(struct edit *e, const tok_model *m,
			    size_t more_ids, size_t more_roles)
{
	*e = (struct edit){.m = m, .n_ids = (size_t)m->n_ids};
	e->cap = e->n_ids + more_ids;
	e->cap_roles = m->n_roles + more_roles + 1;
	e->row = tk_new(m->alloc, e->cap, sizeof(*e->row));
	e->role = tk_new(m->alloc, e->cap_roles, sizeof(*e->role));
	if (!e->row || !e->role)
		return TOK_E_MEMORY;
	for (tok_id id = 0; id < m->n_ids; id++)
		e->row[id] = (struct tk_row){tk_model_bytes(m, id),
					     m->score[id], m->kind[id]};
	for (size_t i = 0; i < m->n_roles; i++)
		e->role[e->n_roles++] = m->role[i];
	return TOK_OK;
}

static tok_status write_image(const struct edit *e, tok_bytes *section,
			      tok_buf *part, tok_buf *image)
{
	const struct tk_table table = {
		.row = e->row,
		.n_ids = e->n_ids,
		.role = e->role,
		.n_roles = e->n_roles,
	};
	static const enum tk_section anew[] = {
		TK_SECTION_SETTINGS, TK_SECTION_ENDS, TK_SECTION_BYTES,
		TK_SECTION_KINDS, TK_SECTION_SCORES, TK_SECTION_ROLES};
	tok_bytes settings = section[TK_SECTION_SETTINGS];
	tok_buf *own = &part[TK_SECTION_SETTINGS];

	tok_status st = tk_buf_append(own, settings.p, settings.n);
	if (!st)
		st = tk_make_rows(&table, part);
	if (st)
		return st;
	tk_put32(own->p + sizeof(uint32_t) * TK_SET_N_IDS,
		 (uint32_t)e->n_ids);
	for (size_t i = 0; i < sizeof(anew) / sizeof(*anew); i++)
		section[anew[i]] = (tok_bytes){part[anew[i]].p,
					       part[anew[i]].n};
	return tk_image_write(section, image);
}

static tok_status edit_make(const struct edit *e, tok_model **out,
			    tok_error *err)
{
	const tok_alloc *alloc = e->m->alloc;
	tok_buf old = {.alloc = alloc}, image = {.alloc = alloc};
	tok_buf part[TK_N_SECTIONS];
	tok_bytes section[TK_N_SECTIONS];

	for (int i = 0; i < TK_N_SECTIONS; i++)
		tok_buf_init(&part[i], alloc);
	tok_status st = tk_model_image(e->m, &old);
	if (!st)
		st = tk_image_read((tok_bytes){old.p, old.n}, path, section,
				   err);
	if (!st)
		st = write_image(e, section, part, &image);
	for (int i = 0; i < TK_N_SECTIONS; i++)
		tok_buf_release(&part[i]);
	tok_buf_release(&old);
	if (st) {
		tok_buf_release(&image);
		return tk_fail_status(err, st, path);
	}
	return tk_model_adopt(&image, alloc, path, out, err);
}

/* One that text cannot match and that is called so, or -1. */
static tok_id named(const tok_model *m, tok_bytes name)
{
	for (tok_id id = 0; id < m->n_ids; id++)
		if (!tk_kind_matches(m->kind[id]) &&
		    tk_bytes_equal(tk_model_bytes(m, id), name))
			return id;
	return -1;
}

static tok_status check_free(const tok_model *m, const tok_control *c,
			     tok_error *err)
{
	tok_bytes role = tok_bytes_of(c->role ? c->role : "");
	tok_id id = named(m, tok_bytes_of(c->name));

	for (size_t i = 0; id < 0 && i < m->n_roles; i++)
		if (tk_bytes_equal(m->role[i].name, role))
			return tk_fail(err, TOK_E_ARGUMENT, 0,
				       "id %ld has the role \"%s\" already",
				       (long)m->role[i].id, c->role);
	if (id >= 0)
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "id %ld has the name \"%s\" already", (long)id,
			       c->name);
	return TOK_OK;
}

static void add_control(struct edit *e, const tok_control *c, size_t *from)
{
	while (*from < e->n_ids && e->row[*from].kind != TOK_KIND_RESERVED)
		++*from;
	e->n_ids += *from == e->n_ids;
	e->row[*from] = (struct tk_row){tok_bytes_of(c->name), 0,
					TOK_KIND_CONTROL};
	if (c->role && *c->role)
		e->role[e->n_roles++] = (struct tk_role){
			(tok_id)*from, tok_bytes_of(c->role)};
}

tok_status tok_model_add_controls(const tok_model *m,
				  const tok_control *control, size_t n,
				  tok_model **out, tok_error *err)
{
	size_t from = 0;
	struct edit e;

	*out = NULL;
	tok_status st = tk_model_check_controls(control, n, err);
	for (size_t i = 0; !st && i < n; i++)
		st = check_free(m, &control[i], err);
	if (!st && n > TK_MAX_IDS - (size_t)m->n_ids)
		st = tk_fail(err, TOK_E_LIMIT, 0, "more than %d ids",
			     TK_MAX_IDS);
	if (st)
		return st;
	st = edit_init(&e, m, n, n);
	for (size_t i = 0; !st && i < n; i++)
		add_control(&e, &control[i], &from);
	st = st ? tk_fail_status(err, st, path) : edit_make(&e, out, err);
	edit_release(&e);
	return st;
}

tok_status tok_model_reserve(const tok_model *m, int32_t n_ids,
			     tok_model **out, tok_error *err)
{
	struct edit e;

	*out = NULL;
	if (n_ids < m->n_ids)
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "there are %ld ids already", (long)m->n_ids);
	if (n_ids > TK_MAX_IDS)
		return tk_fail(err, TOK_E_LIMIT, 0, "more than %d ids",
			       TK_MAX_IDS);
	tok_status st = edit_init(&e, m, (size_t)(n_ids - m->n_ids), 0);
	while (!st && e.n_ids < (size_t)n_ids)
		e.row[e.n_ids++] = (struct tk_row){.kind = TOK_KIND_RESERVED};
	st = st ? tk_fail_status(err, st, path) : edit_make(&e, out, err);
	edit_release(&e);
	return st;
}

tok_status tok_model_rename(const tok_model *m, tok_id id, const char *name,
			    tok_model **out, tok_error *err)
{
	const tok_control control = {NULL, name};
	struct edit e;

	*out = NULL;
	if (id < 0 || id >= m->n_ids)
		return tk_fail(err, TOK_E_RANGE, 0,
			       "there is no id %ld; they end at %ld", (long)id,
			       (long)m->n_ids - 1);
	if (m->kind[id] != TOK_KIND_CONTROL &&
	    m->kind[id] != TOK_KIND_RESERVED)
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "id %ld is a %s; only controls and reserved "
			       "ids can be renamed", (long)id,
			       tok_kind_name((tok_kind)m->kind[id]));
	tok_status st = tk_model_check_controls(&control, 1, err);
	if (!st)
		st = check_free(m, &control, err);
	if (st)
		return st;
	st = edit_init(&e, m, 0, 0);
	if (!st)
		e.row[id] = (struct tk_row){tok_bytes_of(name), m->score[id],
					    TOK_KIND_CONTROL};
	st = st ? tk_fail_status(err, st, path) : edit_make(&e, out, err);
	edit_release(&e);
	return st;
}

static bool is_same(const tok_model *m, const tok_model *edited, tok_id id)
{
	/* A bit of a score is a change, too. */
	return id < edited->n_ids && m->kind[id] == edited->kind[id] &&
	       !memcmp(&m->score[id], &edited->score[id], sizeof(double)) &&
	       tk_bytes_equal(tk_model_bytes(m, id),
			      tk_model_bytes(edited, id)) &&
	       tk_bytes_equal(tok_model_role(m, id),
			      tok_model_role(edited, id));
}

size_t tok_model_n_changed(const tok_model *m, const tok_model *edited)
{
	size_t n = 0;

	for (tok_id id = 0; id < m->n_ids; id++)
		n += !is_same(m, edited, id);
	return n;
}
