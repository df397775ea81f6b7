/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ids of a tokenizer.json (tokenizers 0.23, models/unigram/model.rs and
 * tokenizer/added_vocabulary.rs, observed). In: JSON. Out: a row for each id.
 * Of two equal pieces the later one counts. An added token that is a piece
 * has its id; the others get the next free ones, in the order of the file.
 */
#include "model/hf_vocab.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "base/error.h"
#include "model/hf_number.h"

static tok_status bad_piece(const struct tk_hf_reading *r, size_t id,
			    const char *fault)
{
	return tk_fail(r->err, TOK_E_CORRUPT, 0,
		       "%s: piece %zu %s; the file is damaged or was edited "
		       "wrongly", r->path, id, fault);
}

static tok_status no_memory(const struct tk_hf_reading *r)
{
	return tk_fail_status(r->err, TOK_E_MEMORY, r->path);
}

void tk_hf_vocab_release(struct tk_hf_vocab *v)
{
	tk_free(v->alloc, v->row, v->cap, sizeof(*v->row));
	tk_free(v->alloc, v->sorted, v->n_pieces, sizeof(*v->sorted));
	tk_free(v->alloc, v->added, v->cap_added, sizeof(*v->added));
	tk_free(v->alloc, v->special, v->cap_special, sizeof(*v->special));
	*v = (struct tk_hf_vocab){.alloc = v->alloc};
}

/* ["piece", score], whose score is read from the file's own digits. */
static tok_status read_piece(const struct tk_hf_reading *r,
			     const tk_json *item, tok_bytes *scores,
			     struct tk_row *row, size_t id)
{
	tok_bytes s = tk_json_bytes(tk_json_item(item, 0)), number;

	if (tk_json_n_items(item) != 2 || !s.p)
		return bad_piece(r, id, "is not [string, score]");
	if (s.n > TK_MAX_PIECE)
		return tk_fail(r->err, TOK_E_UNSUPPORTED, 0,
			       "%s: piece %zu has %zu bytes, tok takes %d",
			       r->path, id, s.n, TK_MAX_PIECE);
	*row = (struct tk_row){s, 0, s.n ? TOK_KIND_PIECE : TOK_KIND_UNUSED};
	if (!tk_json_is_number(tk_json_item(item, 1)) ||
	    !tk_hf_next_number(scores, &number) ||
	    !tk_hf_number(number, &row->score))
		return bad_piece(r, id, "has a score that is not a number");
	return TOK_OK;
}

static int by_bytes(const void *a, const void *b)
{
	const struct tk_entry *x = a, *y = b;
	int c = tk_bytes_cmp(x->bytes, y->bytes);

	return c ? c : (x->id > y->id) - (x->id < y->id);
}

/* Puts the pieces in order; those that a later one hides go out of use. */
static tok_status sort_pieces(struct tk_hf_vocab *v)
{
	struct tk_entry *entry = tk_new(v->alloc, v->n, sizeof(*entry));

	v->sorted = tk_new(v->alloc, v->n, sizeof(*v->sorted));
	if (entry && v->sorted) {
		for (size_t i = 0; i < v->n; i++)
			entry[i] = (struct tk_entry){v->row[i].bytes, 0,
						     (int32_t)i};
		qsort(entry, v->n, sizeof(*entry), by_bytes);
		for (size_t i = 0; i < v->n; i++) {
			v->sorted[i] = (size_t)entry[i].id;
			if (i && tk_bytes_equal(entry[i - 1].bytes,
						entry[i].bytes))
				v->row[entry[i - 1].id].kind =
					TOK_KIND_UNUSED;
		}
	}
	tok_status st = entry && v->sorted ? TOK_OK : TOK_E_MEMORY;
	tk_free(v->alloc, entry, v->n, sizeof(*entry));
	return st;
}

tok_status tk_hf_read_pieces(struct tk_hf_reading *r, tok_bytes file,
			     struct tk_hf_vocab *v)
{
	const tk_json *model = tk_json_member(r->root, "model");
	const tk_json *vocab = tk_json_member(model, "vocab");
	size_t n = tk_json_n_items(vocab);
	tok_bytes text = {NULL, 0}, scores = {NULL, 0};
	tok_status st = TOK_OK;

	*v = (struct tk_hf_vocab){.alloc = r->alloc};
	if (!n)
		return tk_fail(r->err, TOK_E_CORRUPT, 0,
			       "%s: model.vocab is no list of pieces, or "
			       "empty", r->path);
	if (n > TK_MAX_IDS)
		return tk_fail(r->err, TOK_E_LIMIT, 0,
			       "%s: more than %d pieces", r->path, TK_MAX_IDS);
	if (tk_json_span(file, "model", &text))
		(void)tk_json_span(text, "vocab", &scores);
	if (!tk_grow(r->alloc, (void **)&v->row, &v->cap, n, sizeof(*v->row)))
		return no_memory(r);
	for (; !st && v->n < n; v->n++)
		st = read_piece(r, tk_json_item(vocab, v->n), &scores,
				&v->row[v->n], v->n);
	v->n_pieces = v->n;
	if (!st && sort_pieces(v))
		st = no_memory(r);
	return st;
}

/* The last piece with these bytes; n_pieces if there is none. */
static size_t find_piece(const struct tk_hf_vocab *v, tok_bytes s)
{
	size_t low = 0, high = v->n_pieces;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (tk_bytes_cmp(v->row[v->sorted[mid]].bytes, s) <= 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low && tk_bytes_equal(v->row[v->sorted[low - 1]].bytes, s))
		return v->sorted[low - 1];
	return v->n_pieces;
}

/* One of added_tokens before it has an id. */
static tok_status read_token(const struct tk_hf_reading *r,
			     const tk_json *item, struct tk_added *token,
			     bool *special)
{
	static const struct {
		const char *name;
		unsigned flag;
	} field[] = {{"single_word", TK_ADDED_SINGLE_WORD},
		     {"lstrip", TK_ADDED_LSTRIP},
		     {"rstrip", TK_ADDED_RSTRIP},
		     {"normalized", TK_ADDED_NORMALIZED}};
	bool value;

	*token = (struct tk_added){
		.text = tk_json_bytes(tk_json_member(item, "content"))};
	for (size_t i = 0; i < sizeof(field) / sizeof(*field); i++) {
		if (!tk_json_bool(tk_json_member(item, field[i].name), &value))
			return tk_hf_bad(r, "added token", field[i].name);
		token->flags |= value ? field[i].flag : 0;
	}
	if (!token->text.p ||
	    !tk_json_bool(tk_json_member(item, "special"), special))
		return tk_hf_bad(r, "added token", "special");
	if (token->text.n > TK_MAX_NAME)
		return tk_fail(r->err, TOK_E_UNSUPPORTED, 0,
			       "%s: an added token has %zu bytes, tok takes "
			       "%d", r->path, token->text.n, TK_MAX_NAME);
	return TOK_OK;
}

/* Where in added a token with this content is; n_added if it is new. */
static size_t find_added(const struct tk_hf_vocab *v, tok_bytes content)
{
	size_t i = 0;

	while (i < v->n_added &&
	       !tk_bytes_equal(v->added[i].text, content))
		i++;
	return i;
}

static tok_status add_row(const struct tk_hf_reading *r,
			  struct tk_hf_vocab *v, tok_bytes content)
{
	if (!tk_grow(v->alloc, (void **)&v->row, &v->cap, v->n + 1,
		     sizeof(*v->row)))
		return no_memory(r);
	v->row[v->n++] = (struct tk_row){content, 0, TOK_KIND_ADDED};
	return TOK_OK;
}

/* A token with content that was there before takes its place. */
static tok_status add_token(const struct tk_hf_reading *r,
			    struct tk_hf_vocab *v, struct tk_added token,
			    bool special)
{
	size_t at = find_added(v, token.text);
	size_t piece = find_piece(v, token.text);
	tok_status st = TOK_OK;

	if (at == v->n_added) {
		if (!tk_grow(v->alloc, (void **)&v->added, &v->cap_added,
			     at + 1, sizeof(*v->added)) ||
		    !tk_grow(v->alloc, (void **)&v->special, &v->cap_special,
			     at + 1, sizeof(*v->special)))
			return no_memory(r);
		token.id = (tok_id)(piece < v->n_pieces ? piece : v->n);
		if (piece == v->n_pieces)
			st = add_row(r, v, token.text);
		v->special[at] = false;
		v->n_added++;
	} else {
		token.id = v->added[at].id;
	}
	v->added[at] = token;
	/* Once special, always special. */
	v->special[at] |= special;
	return st;
}

tok_status tk_hf_read_added(struct tk_hf_reading *r, struct tk_hf_vocab *v)
{
	enum { MAX_TOKENS = 1 << 14 };
	const tk_json *all = tk_json_member(r->root, "added_tokens");
	size_t n = tk_json_n_items(all);
	tok_status st = TOK_OK;

	if (n > MAX_TOKENS || n > TK_MAX_IDS - v->n)
		return tk_fail(r->err, TOK_E_LIMIT, 0,
			       "%s: more than %d added tokens", r->path,
			       MAX_TOKENS);
	for (size_t i = 0; !st && i < n; i++) {
		struct tk_added token;
		bool special;

		st = read_token(r, tk_json_item(all, i), &token, &special);
		if (!st && token.text.n)
			st = add_token(r, v, token, special);
	}
	for (size_t i = 0; !st && i < v->n_added; i++) {
		size_t id = (size_t)v->added[i].id;

		if (v->special[i])
			v->row[id].kind = id < v->n_pieces ? TOK_KIND_SPECIAL
							   : TOK_KIND_CONTROL;
	}
	return st;
}
