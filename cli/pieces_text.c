/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pieces as text and back. A piece never begins with a backslash that no x
 * follows, so what no text matches does: each word stands for one id.
 */
#include "pieces_text.h"

#include <inttypes.h>
#include <string.h>

#include "escape.h"

/* Of a piece or a name, and that with every byte escaped. */
#define MAX_BYTES 7999
#define MAX_WORD (4 * MAX_BYTES + 2)

static bool is_matched(tok_kind kind)
{
	return kind == TOK_KIND_BYTE || kind == TOK_KIND_PIECE ||
	       kind == TOK_KIND_USER;
}

void put_piece(struct output *out, const tok_model *model, tok_id id)
{
	tok_bytes piece = tok_model_piece(model, id);

	if (!is_matched(tok_model_kind(model, id))) {
		put_text(out, "\\");
		if (piece.n && piece.p[0] == 'x') {
			put_text(out, "\\x78");
			piece.p++;
			piece.n--;
		}
	}
	put_escaped(out, piece);
}

static bool is_special(const tok_model *model, tok_id id, tok_bytes name)
{
	tok_kind kind = tok_model_kind(model, id);
	tok_bytes own = tok_model_piece(model, id);

	return !is_matched(kind) && kind != TOK_KIND_RESERVED &&
	       own.n == name.n && !memcmp(own.p, name.p, name.n);
}

/* By its name, never by a role. Such ids come last in models of our own, and
 * first in most others: either way few are looked at. */
static tok_id find_special(const tok_model *model, tok_bytes name)
{
	tok_id n = tok_model_n_ids(model), id = n;

	while (id > 0 && !is_matched(tok_model_kind(model, id - 1)))
		if (is_special(model, --id, name))
			return id;
	for (n = id, id = 0; id < n; id++)
		if (is_special(model, id, name))
			return id;
	return -1;
}

static tok_id find_word(const tok_model *model, tok_bytes word)
{
	char text[MAX_WORD + 1];
	uint8_t byte[MAX_BYTES];
	size_t n;

	if (word.n > MAX_WORD || memchr(word.p, 0, word.n))
		return -1;
	memcpy(text, word.p, word.n);
	text[word.n] = 0;
	bool special = text[0] == '\\' && text[1] != 'x';
	if (!unescape(text + special, byte, sizeof(byte), &n))
		return -1;
	return special ? find_special(model, (tok_bytes){byte, n})
		       : tok_model_find(model, (tok_bytes){byte, n});
}

static tok_status refuse(tok_bytes word, size_t at,
			 const struct feed_place *place, tok_error *err)
{
	return fail(err, TOK_E_MALFORMED,
		    "%s: line %" PRIu64 ", piece %zu: '%.*s' is no piece of "
		    "the model; is this the right model?", place->path,
		    place->line, at, (int)(word.n < 80 ? word.n : 80),
		    (const char *)word.p);
}

tok_status pieces_parse(const tok_model *model, tok_bytes text,
			const struct feed_place *place, tok_ids *ids,
			tok_error *err)
{
	size_t before = ids->n;

	while (text.n) {
		const uint8_t *blank = memchr(text.p, ' ', text.n);
		tok_bytes word = {text.p, blank ? (size_t)(blank - text.p)
						: text.n};
		size_t step = word.n + (blank != NULL);

		text.p += step;
		text.n -= step;
		if (!word.n)
			continue;
		tok_id id = find_word(model, word);
		if (id < 0)
			return refuse(word, ids->n - before + 1, place, err);
		if (tok_ids_append(ids, &id, 1))
			return fail(err, TOK_E_MEMORY, "%s: out of memory",
				    place->path);
	}
	return TOK_OK;
}
