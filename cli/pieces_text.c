/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pieces as text and back. A piece never begins with a backslash that no x
 * follows, so a control does: each word stands for one id.
 */
#include "pieces_text.h"

#include <inttypes.h>
#include <string.h>

#include "escape.h"

/* Of a piece or a name, and that with every byte escaped. */
#define MAX_BYTES 7999
#define MAX_WORD (4 * MAX_BYTES + 2)

void put_piece(struct output *out, const tok_model *model, tok_id id)
{
	tok_bytes piece = tok_model_piece(model, id);

	if (tok_model_kind(model, id) == TOK_KIND_CONTROL) {
		put_text(out, "\\");
		if (piece.n && piece.p[0] == 'x') {
			put_text(out, "\\x78");
			piece.p++;
			piece.n--;
		}
	}
	put_escaped(out, piece);
}

/* By its name, never by a role; controls and reserved ids come last. */
static tok_id find_control(const tok_model *model, tok_bytes name)
{
	for (tok_id id = tok_model_n_ids(model) - 1; id >= 0; id--) {
		tok_kind kind = tok_model_kind(model, id);
		tok_bytes own = tok_model_piece(model, id);

		if (kind != TOK_KIND_CONTROL && kind != TOK_KIND_RESERVED)
			return -1;
		if (kind == TOK_KIND_CONTROL && own.n == name.n &&
		    !memcmp(own.p, name.p, name.n))
			return id;
	}
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
	bool control = text[0] == '\\' && text[1] != 'x';
	if (!unescape(text + control, byte, sizeof(byte), &n))
		return -1;
	return control ? find_control(model, (tok_bytes){byte, n})
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
