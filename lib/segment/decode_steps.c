/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ids to text as Hugging Face's tokenizers do it (0.23, decoders/, observed
 * and rewritten). In: ids. Out: the strings of the pieces, rewritten by one
 * decoder after the other and put together; with a space between them where
 * there is no decoder. Special tokens are left out.
 */
#include "segment/decode_steps.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "text/byte_level.h"
#include "text/pattern.h"

static const tok_bytes replacement = {(const uint8_t *)"\xEF\xBF\xBD", 3};
static const tok_span nowhere = {0, 0};

/* What the decoder sees of an added token is its normalized form. */
static tok_bytes string_of(const tok_model *m, tok_id id)
{
	const struct tk_added *token = tk_steps_normalized(&m->steps, id);

	return token ? token->text : tk_model_bytes(m, id);
}

/* A string becomes a part, be it empty: decoders count them. */
static tok_status add_string(struct tk_parts *to, tok_bytes s)
{
	size_t begin = to->text.n;
	tok_status st = tk_parts_put(to, s, nowhere);

	return st ? st
		  : tk_parts_push(to, (struct tk_part){begin, to->text.n, -1});
}

static tok_bytes string_at(const struct tk_parts *p, size_t i)
{
	const struct tk_part *part = &p->part[i];

	return (tok_bytes){p->text.p ? p->text.p + part->begin : NULL,
			   part->end - part->begin};
}

static bool is_byte_name(tok_bytes s, uint8_t *byte)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";

	if (s.n != 6 || memcmp(s.p, "<0x", 3) != 0 || s.p[5] != '>')
		return false;
	const char *high = s.p[3] ? strchr(digits, s.p[3]) : NULL;
	const char *low = s.p[4] ? strchr(digits, s.p[4]) : NULL;
	if (!high || !low)
		return false;
	*byte = (uint8_t)((high - digits) % 16 * 16 + (low - digits) % 16);
	return true;
}

/* Bytes in a row: one string if they are UTF-8, else U+FFFD for each. */
static tok_status add_bytes(struct tk_parts *to, tok_buf *bytes)
{
	tok_bytes all = {bytes->p, bytes->n};
	bool whole = tk_utf8_valid(all);
	tok_status st = TOK_OK;

	if (all.n && whole)
		st = add_string(to, all);
	for (size_t i = 0; !st && !whole && i < all.n; i++)
		st = add_string(to, replacement);
	bytes->n = 0;
	return st;
}

static tok_status byte_fallback(const struct tk_parts *from,
				struct tk_parts *to)
{
	tok_buf bytes = {.alloc = to->alloc};
	tok_status st = TOK_OK;

	for (size_t i = 0; !st && i < from->n; i++) {
		tok_bytes s = string_at(from, i);
		uint8_t byte;

		if (is_byte_name(s, &byte)) {
			st = tk_buf_append(&bytes, &byte, 1);
			continue;
		}
		st = add_bytes(to, &bytes);
		if (!st)
			st = add_string(to, s);
	}
	if (!st)
		st = add_bytes(to, &bytes);
	tok_buf_release(&bytes);
	return st;
}

/* Appends the bytes of a string's characters; all of its own if one of them
 * stands for none. */
static tok_status add_byte_level(tok_buf *bytes, tok_bytes s)
{
	tok_bytes rest = s;
	size_t before = bytes->n;
	tok_status st = TOK_OK;
	uint32_t c;

	while (!st && rest.n) {
		size_t n = tk_utf8_decode(rest, &c);
		int value = n ? tk_byte_level_byte(c) : -1;
		uint8_t byte = (uint8_t)value;

		if (value < 0) {
			bytes->n = before;
			return tk_buf_append(bytes, s.p, s.n);
		}
		st = tk_buf_append(bytes, &byte, 1);
		rest.p += n;
		rest.n -= n;
	}
	return st;
}

/* What s begins with is no character: how many of its bytes are the beginning
 * of one, at least 1 (Unicode's "maximal subpart"). */
static size_t broken_size(tok_bytes s)
{
	uint32_t c;

	for (size_t k = s.n < 3 ? s.n : 3; k > 1; k--) {
		uint8_t whole[] = {0, 0, 0x80, 0x80};

		memcpy(whole, s.p, k);
		if (tk_utf8_decode((tok_bytes){whole, 4}, &c) > k)
			return k;
	}
	return 1;
}

/* All strings are the bytes of one text, in which U+FFFD stands for what is
 * not UTF-8. */
static tok_status byte_level(const struct tk_parts *from, struct tk_parts *to)
{
	tok_buf bytes = {.alloc = to->alloc};
	tok_status st = TOK_OK;
	uint32_t c;

	for (size_t i = 0; !st && i < from->n; i++)
		st = add_byte_level(&bytes, string_at(from, i));
	for (size_t at = 0, n; !st && at < bytes.n; at += n) {
		tok_bytes rest = {bytes.p + at, bytes.n - at};
		bool whole = (n = tk_utf8_decode(rest, &c)) > 0;

		n = whole ? n : broken_size(rest);
		rest.n = n;
		st = tk_parts_put(to, whole ? rest : replacement, nowhere);
	}
	if (!st)
		st = tk_parts_push(to, (struct tk_part){0, to->text.n, -1});
	tok_buf_release(&bytes);
	return st;
}

/* Every occurrence of a character becomes with. */
static tok_status put_replaced(struct tk_parts *to, tok_bytes s,
			       tok_bytes character, tok_bytes with)
{
	tok_status st = TOK_OK;
	uint32_t c;

	while (!st && s.n) {
		size_t n = tk_utf8_decode(s, &c);
		tok_bytes one = {s.p, n ? n : 1};
		bool same = one.n == character.n &&
			    !memcmp(one.p, character.p, one.n);

		st = tk_parts_put(to, same ? with : one, nowhere);
		s.p += one.n;
		s.n -= one.n;
	}
	return st;
}

static tok_status put_matches(struct tk_parts *to, tok_bytes s,
			      const struct tk_step *step,
			      struct tk_unicode unicode)
{
	tok_status st = TOK_OK;

	for (size_t at = 0; !st && at < s.n;) {
		size_t end, match = tk_pattern_find(step->a, s, at, unicode,
						    &end);

		st = tk_parts_put(to, (tok_bytes){s.p + at, match - at},
				  nowhere);
		if (!st && match < s.n)
			st = tk_parts_put(to, step->b, nowhere);
		at = end;
	}
	return st;
}

static bool ends_with(tok_bytes s, tok_bytes end)
{
	return s.n >= end.n && !memcmp(s.p + s.n - end.n, end.p, end.n);
}

static bool begins_with(tok_bytes s, tok_bytes begin)
{
	return s.n >= begin.n && !memcmp(s.p, begin.p, begin.n);
}

static tok_bytes trim(tok_bytes s, const struct tk_step *step)
{
	uint32_t front = step->arg & 0xFFFF, back = step->arg >> 16;

	for (; front && begins_with(s, step->a); front--) {
		s.p += step->a.n;
		s.n -= step->a.n;
	}
	for (; back && ends_with(s, step->a); back--)
		s.n -= step->a.n;
	return s;
}

/* The string that s becomes, as the i-th of all. */
static tok_status put_decoded(struct tk_parts *to, tok_bytes s, size_t i,
			      const struct tk_step *step,
			      struct tk_unicode unicode)
{
	static const tok_bytes space = {(const uint8_t *)" ", 1};
	static const tok_bytes nothing = {NULL, 0};

	switch (step->kind) {
	case TK_STEP_METASPACE:
		return put_replaced(to, s, step->a,
				    i || !step->arg ? space : nothing);
	case TK_STEP_REPLACE:
		return put_matches(to, s, step, unicode);
	case TK_STEP_TRIM:
		return tk_parts_put(to, trim(s, step), nowhere);
	default:
		return tk_parts_put(to, s, nowhere);
	}
}

static tok_status decode(const struct tk_steps *steps,
			 const struct tk_step *step,
			 const struct tk_parts *from, struct tk_parts *to)
{
	tok_status st = TOK_OK;

	tk_parts_clear(to);
	if (step->kind == TK_STEP_BYTE_FALLBACK)
		return byte_fallback(from, to);
	if (step->kind == TK_STEP_BYTE_LEVEL)
		return byte_level(from, to);
	for (size_t i = 0; !st && i < from->n; i++) {
		size_t begin = to->text.n;

		st = put_decoded(to, string_at(from, i), i, step,
				 steps->unicode);
		if (!st && step->kind != TK_STEP_FUSE)
			st = tk_parts_push(to, (struct tk_part){
						       begin, to->text.n, -1});
	}
	if (!st && step->kind == TK_STEP_FUSE)
		st = tk_parts_push(to, (struct tk_part){0, to->text.n, -1});
	return st;
}

/* Is there a special token with this content, among the pieces or behind
 * them? */
static bool names_special(const tok_model *m, tok_bytes s)
{
	tok_id id = tk_trie_find(&m->trie, s);

	if (id >= 0)
		return tk_kind_is_control(m->kind[id]);
	for (id = (tok_id)m->steps.n_vocab; id < m->n_ids; id++)
		if (m->kind[id] == TOK_KIND_CONTROL &&
		    tk_bytes_equal(tk_model_bytes(m, id), s))
			return true;
	return false;
}

/* To the original a string is special, not an id: so is a piece that another
 * with the same bytes hides; and a token that is normalized to another string
 * is as special as that. */
static bool is_special(const tok_model *m, tok_id id, tok_bytes s)
{
	bool own = tk_bytes_equal(s, tk_model_bytes(m, id));

	if (own && m->kind[id] != TOK_KIND_UNUSED)
		return tk_kind_is_control(m->kind[id]);
	return names_special(m, s);
}

static tok_status add_strings(const tok_model *m, const tok_id *id, size_t n,
			      struct tk_parts *to)
{
	tok_status st = TOK_OK;

	for (size_t i = 0; !st && i < n; i++) {
		tok_bytes s = string_of(m, id[i]);

		if (!is_special(m, id[i], s))
			st = add_string(to, s);
	}
	return st;
}

static tok_status put_together(const struct tk_parts *strings, bool spaces,
			       tok_buf *out)
{
	tok_status st = TOK_OK;

	for (size_t i = 0; !st && i < strings->n; i++) {
		tok_bytes s = string_at(strings, i);

		if (spaces && i)
			st = tk_buf_append(out, " ", 1);
		if (!st)
			st = tk_buf_append(out, s.p, s.n);
	}
	return st;
}

tok_status tk_decode_steps(const tok_model *m, const tok_id *id, size_t n,
			   tok_buf *out)
{
	struct tk_parts a = {.alloc = out->alloc}, b = {.alloc = out->alloc};
	const struct tk_steps *steps = &m->steps;

	tk_parts_clear(&a);
	tk_parts_clear(&b);
	tok_status st = add_strings(m, id, n, &a);
	tk_parts_bound(&a, a.text.n);
	tk_parts_bound(&b, a.text.n);
	for (size_t i = 0; !st && i < steps->n_decoders; i++) {
		struct tk_parts old = a;

		st = decode(steps, &steps->decoder[i], &a, &b);
		a = b;
		b = old;
	}
	if (!st)
		st = put_together(&a, steps->n_decoders == 0, out);
	tk_parts_release(&a);
	tk_parts_release(&b);
	return st;
}
