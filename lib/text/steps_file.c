/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list of steps as bytes. In: steps, or bytes of any kind. Out: a section,
 * or steps of which nothing has to be checked again.
 *
 * u32 little-endian throughout: n_vocab, unknown id (2^32 - 1: none), byte
 * fallback (0 or 1), numbers of steps, decoders, added tokens, ids before,
 * ids behind; then these, in this order. A step: kind, arg, sizes of a and b,
 * a, b (steps.h; a pattern as in pattern.h). A token: id, flags, size, text.
 * Strings are padded with zero to a multiple of 4.
 */
#include <stdlib.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/utf8.h"
#include "text/charsmap.h"
#include "text/pattern.h"
#include "text/steps.h"
#include "tok/model.h"

enum { PAD = 4, MAX_STRING = 1 << 26, MAX_STEPS = 1000 };

static tok_status add32(tok_buf *buf, uint32_t v)
{
	uint8_t b[4];

	tk_put32(b, v);
	return tk_buf_append(buf, b, sizeof(b));
}

static size_t padding(size_t n)
{
	return (PAD - n % PAD) % PAD;
}

static tok_status add_string(tok_buf *buf, tok_bytes s)
{
	static const uint8_t zero[PAD] = {0};
	tok_status st = tk_buf_append(buf, s.p, s.n);

	return st ? st : tk_buf_append(buf, zero, padding(s.n));
}

void tk_steps_draft_release(struct tk_steps_draft *d)
{
	tok_buf_release(&d->steps);
	tok_buf_release(&d->decoders);
	tok_buf_release(&d->added);
	tok_buf_release(&d->before);
	tok_buf_release(&d->behind);
}

static tok_status add_step(tok_buf *buf, const struct tk_step *step)
{
	tok_status st = add32(buf, step->kind);

	if (!st)
		st = add32(buf, step->arg);
	if (!st)
		st = add32(buf, (uint32_t)step->a.n);
	if (!st)
		st = add32(buf, (uint32_t)step->b.n);
	if (!st)
		st = add_string(buf, step->a);
	return st ? st : add_string(buf, step->b);
}

tok_status tk_steps_add_step(struct tk_steps_draft *d,
			     const struct tk_step *step)
{
	d->n_steps++;
	return add_step(&d->steps, step);
}

tok_status tk_steps_add_decoder(struct tk_steps_draft *d,
				const struct tk_step *step)
{
	d->n_decoders++;
	return add_step(&d->decoders, step);
}

tok_status tk_steps_add_token(struct tk_steps_draft *d,
			      const struct tk_added *token)
{
	tok_status st = add32(&d->added, (uint32_t)token->id);

	d->n_added++;
	if (!st)
		st = add32(&d->added, token->flags);
	if (!st)
		st = add32(&d->added, (uint32_t)token->text.n);
	return st ? st : add_string(&d->added, token->text);
}

tok_status tk_steps_add_behind(struct tk_steps_draft *d, tok_id id)
{
	d->n_behind++;
	return add32(&d->behind, (uint32_t)id);
}

tok_status tk_steps_add_front(struct tk_steps_draft *d, tok_bytes numbers)
{
	tok_status st = tk_buf_reserve(&d->before, numbers.n);

	if (st || !numbers.n)
		return st;
	memmove(d->before.p + numbers.n, d->before.p, d->before.n);
	memcpy(d->before.p, numbers.p, numbers.n);
	d->before.n += numbers.n;
	d->n_before += (uint32_t)(numbers.n / 4);
	return TOK_OK;
}

tok_status tk_steps_write(const struct tk_steps_draft *d, tok_buf *out)
{
	const uint32_t head[] = {
		d->n_vocab, (uint32_t)d->unknown, d->byte_fallback, d->n_steps,
		d->n_decoders, d->n_added, d->n_before, d->n_behind};
	const tok_buf *const part[] = {&d->steps, &d->decoders, &d->added,
				       &d->before, &d->behind};
	tok_status st = TOK_OK;

	for (size_t i = 0; !st && i < sizeof(head) / sizeof(*head); i++)
		st = add32(out, head[i]);
	for (size_t i = 0; !st && i < sizeof(part) / sizeof(*part); i++)
		st = tk_buf_append(out, part[i]->p, part[i]->n);
	return st;
}

/* What is left of a section; p is NULL once anything was out of bounds. */
struct reading {
	tok_bytes rest;
	uint32_t n_ids;
	struct tk_steps *to;
};

static uint32_t take32(struct reading *r)
{
	if (r->rest.n < 4) {
		r->rest = (tok_bytes){NULL, 0};
		return 0;
	}
	uint32_t v = tk_get32(r->rest.p);
	r->rest.p += 4;
	r->rest.n -= 4;
	return v;
}

static tok_bytes take_string(struct reading *r, size_t n)
{
	tok_bytes s = {r->rest.p, n};

	if (!r->rest.p || n > MAX_STRING || r->rest.n < n + padding(n)) {
		r->rest = (tok_bytes){NULL, 0};
		return r->rest;
	}
	r->rest.p += n + padding(n);
	r->rest.n -= n + padding(n);
	return s;
}

static bool is_character(tok_bytes s)
{
	uint32_t c;

	return s.n && tk_utf8_decode(s, &c) == s.n;
}

static bool split_is_good(const struct tk_step *s)
{
	return (s->arg & ~(uint32_t)TK_SPLIT_INVERT) < TK_N_SPLITS &&
	       tk_pattern_valid(s->a) && !s->b.n;
}

/* Is this a step that text can take? */
static bool step_is_good(const struct tk_step *s)
{
	bool bare = !s->a.n && !s->b.n;

	switch (s->kind) {
	case TK_STEP_FORM:
		return bare && s->arg < TK_N_FORMS;
	case TK_STEP_NMT:
	case TK_STEP_LOWERCASE:
	case TK_STEP_STRIP_ACCENTS:
	case TK_STEP_ADDED:
	case TK_STEP_BYTE_LEVEL:
		return bare && !s->arg;
	case TK_STEP_STRIP:
		return bare && s->arg < 4;
	case TK_STEP_CHARSMAP:
		return !s->b.n && !s->arg && tk_charsmap_valid(s->a) &&
		       tk_charsmap_is_text(s->a);
	case TK_STEP_REPLACE:
		return !s->arg && tk_pattern_valid(s->a) &&
		       tk_utf8_valid(s->b);
	case TK_STEP_PREPEND:
		return s->arg < TK_N_PREPENDS && s->a.n &&
		       tk_utf8_valid(s->a) && !s->b.n;
	case TK_STEP_SPLIT:
		return split_is_good(s);
	case TK_STEP_OWN_SPLIT:
		return bare && s->arg <= TOK_SPLIT_SPACE;
	default:
		return false;
	}
}

/* Is this one that strings of pieces can take? */
static bool decoder_is_good(const struct tk_step *s)
{
	bool bare = !s->a.n && !s->b.n && !s->arg;

	switch (s->kind) {
	case TK_STEP_BYTE_FALLBACK:
	case TK_STEP_FUSE:
	case TK_STEP_BYTE_LEVEL:
		return bare;
	case TK_STEP_METASPACE:
		return s->arg < 2 && is_character(s->a) && !s->b.n;
	case TK_STEP_TRIM:
		return is_character(s->a) && !s->b.n;
	case TK_STEP_REPLACE:
		return step_is_good(s);
	default:
		return false;
	}
}

static tok_status read_step(struct reading *r, bool decoder)
{
	struct tk_steps *to = r->to;
	struct tk_step s = {.kind = (enum tk_step_kind)take32(r)};
	struct tk_step **list = decoder ? &to->decoder : &to->step;
	size_t *n = decoder ? &to->n_decoders : &to->n_steps;
	size_t *cap = decoder ? &to->cap_decoders : &to->cap_steps;

	s.arg = take32(r);
	size_t a = take32(r), b = take32(r);
	s.a = take_string(r, a);
	s.b = take_string(r, b);
	if (!r->rest.p || !(decoder ? decoder_is_good(&s) : step_is_good(&s)))
		return TOK_E_CORRUPT;
	if (!tk_grow(to->alloc, (void **)list, cap, *n + 1, sizeof(**list)))
		return TOK_E_MEMORY;
	(*list)[(*n)++] = s;
	to->tracks |= s.kind == TK_STEP_PREPEND && s.arg == TK_PREPEND_FIRST;
	return TOK_OK;
}

static tok_status read_steps(struct reading *r, uint32_t n, bool decoder)
{
	tok_status st = n > MAX_STEPS ? TOK_E_CORRUPT : TOK_OK;

	for (uint32_t i = 0; !st && i < n; i++)
		st = read_step(r, decoder);
	return st;
}

static tok_status read_token(struct reading *r)
{
	struct tk_steps *to = r->to;
	struct tk_added t = {.id = (tok_id)take32(r)};

	t.flags = take32(r);
	size_t size = take32(r);
	t.text = take_string(r, size);

	bool normalized = t.flags & TK_ADDED_NORMALIZED;
	struct tk_added_set *set = normalized ? &to->normalized : &to->raw;
	size_t *cap = normalized ? &to->cap_normalized : &to->cap_raw;
	if (!r->rest.p || t.id < 0 || (uint32_t)t.id >= r->n_ids ||
	    (t.flags & ~(unsigned)TK_ADDED_ALL_FLAGS) ||
	    t.text.n > TK_MAX_ADDED ||
	    !tk_utf8_valid(t.text))
		return TOK_E_CORRUPT;
	if (!tk_grow(to->alloc, (void **)&set->token, cap, set->n + 1,
		     sizeof(*set->token)))
		return TOK_E_MEMORY;
	set->token[set->n++] = t;
	return TOK_OK;
}

static tok_status read_frame(struct reading *r, uint32_t n, tok_id **list,
			     size_t *n_list, size_t *cap)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t id = take32(r);

		if (!r->rest.p || id >= r->n_ids)
			return TOK_E_CORRUPT;
		if (!tk_grow(r->to->alloc, (void **)list, cap, *n_list + 1,
			     sizeof(**list)))
			return TOK_E_MEMORY;
		(*list)[(*n_list)++] = (tok_id)id;
	}
	return TOK_OK;
}

static int by_id(const void *a, const void *b)
{
	const struct tk_added *x = *(const struct tk_added *const *)a;
	const struct tk_added *y = *(const struct tk_added *const *)b;

	return x->id != y->id ? (x->id > y->id) - (x->id < y->id)
			      : tk_bytes_cmp(x->text, y->text);
}

static tok_status index_normalized(struct tk_steps *s)
{
	size_t n = s->normalized.n;

	if (!n)
		return TOK_OK;
	s->by_id = tk_new(s->alloc, n, sizeof(*s->by_id));
	if (!s->by_id)
		return TOK_E_MEMORY;
	s->n_by_id = n;
	for (size_t i = 0; i < n; i++)
		s->by_id[i] = &s->normalized.token[i];
	qsort(s->by_id, n, sizeof(*s->by_id), by_id);
	return TOK_OK;
}

const struct tk_added *tk_steps_normalized(const struct tk_steps *s, tok_id id)
{
	size_t low = 0, high = s->n_by_id;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (s->by_id[mid]->id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low < s->n_by_id && s->by_id[low]->id == id ? s->by_id[low]
							   : NULL;
}

tok_status tk_steps_read(tok_bytes section, uint32_t n_ids,
			 struct tk_unicode unicode, const tok_alloc *alloc,
			 struct tk_steps *out)
{
	struct reading r = {section, n_ids, out};

	*out = (struct tk_steps){.alloc = alloc, .unicode = unicode};
	out->n_vocab = take32(&r);
	out->unknown = (tok_id)take32(&r);
	uint32_t fallback = take32(&r), n_steps = take32(&r);
	uint32_t n_decoders = take32(&r), n_added = take32(&r);
	uint32_t n_before = take32(&r), n_behind = take32(&r);
	if (!r.rest.p || out->n_vocab > n_ids || fallback > 1 ||
	    out->unknown < -1 || out->unknown >= (int64_t)out->n_vocab)
		return TOK_E_CORRUPT;
	out->byte_fallback = fallback;

	tok_status st = read_steps(&r, n_steps, false);
	if (!st)
		st = read_steps(&r, n_decoders, true);
	for (uint32_t i = 0; !st && i < n_added; i++)
		st = read_token(&r);
	if (!st)
		st = read_frame(&r, n_before, &out->before, &out->n_before,
				&out->cap_before);
	if (!st)
		st = read_frame(&r, n_behind, &out->behind, &out->n_behind,
				&out->cap_behind);
	if (!st && (r.rest.n || !tk_added_sort(&out->raw) ||
		    !tk_added_sort(&out->normalized)))
		st = TOK_E_CORRUPT;
	return st ? st : index_normalized(out);
}

static void release_set(const tok_alloc *alloc, struct tk_added_set *set,
			size_t cap)
{
	tk_free(alloc, set->token, cap, sizeof(*set->token));
}

void tk_steps_release(struct tk_steps *s)
{
	tk_free(s->alloc, s->step, s->cap_steps, sizeof(*s->step));
	tk_free(s->alloc, s->decoder, s->cap_decoders, sizeof(*s->decoder));
	release_set(s->alloc, &s->raw, s->cap_raw);
	release_set(s->alloc, &s->normalized, s->cap_normalized);
	tk_free(s->alloc, s->by_id, s->n_by_id, sizeof(*s->by_id));
	tk_free(s->alloc, s->before, s->cap_before, sizeof(*s->before));
	tk_free(s->alloc, s->behind, s->cap_behind, sizeof(*s->behind));
	*s = (struct tk_steps){.alloc = s->alloc};
}
