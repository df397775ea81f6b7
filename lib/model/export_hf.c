/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model of bytes to Hugging Face's tokenizer.json. In: one of our own or of
 * BytePiece. Out: JSON of type Unigram.
 *
 * Its pre-tokenizer ByteLevel writes each byte as a character, so that the
 * 256 bytes are pieces as they are here: nothing is unknown, nothing falls
 * back, pieces may hold parts of characters, and U+2581 is no space. What may
 * not be crossed is a regular expression before it. The importer takes both,
 * so that what was made can be tried. Sums are doubles, exact for our own
 * scores, and begin anew with each pre-token, as BytePiece's do. Controls and
 * reserved ids are in its vocabulary, too: their score lies below that of the
 * bytes of their name.
 */
#include "model/export.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/utf8.h"
#include "model/decimal.h"
#include "text/byte_level.h"
#include "text/split_regex.h"

struct writing {
	const tok_model *m;
	struct tk_json_out json;
	tok_buf name; /* of an id, and its NUL */
	double lowest; /* score of a byte */
};

static tok_status name_bytes(struct writing *w, tok_bytes bytes)
{
	tok_status st = TOK_OK;
	uint8_t c[4];

	for (size_t i = 0; !st && i < bytes.n; i++)
		st = tk_buf_append(
			&w->name, c,
			tk_utf8_encode(tk_byte_level_char(bytes.p[i]), c));
	return st;
}

/* How an id is called in the vocabulary: w->name, ended by a NUL. */
static tok_status name_id(struct writing *w, tok_id id)
{
	tok_bytes bytes = tk_model_bytes(w->m, id);
	char reserved[TK_RESERVED_NAME];
	tok_status st;

	w->name.n = 0;
	if (tk_kind_matches(w->m->kind[id]))
		st = name_bytes(w, bytes);
	else if (w->m->kind[id] == TOK_KIND_CONTROL)
		st = tk_buf_append(&w->name, bytes.p, bytes.n);
	else
		st = tk_buf_text(&w->name,
				 (const char *)tk_export_reserved_name(
					 id, reserved).p);
	return st ? st : tk_buf_append(&w->name, "", 1);
}

static void put_id(struct writing *w, tok_id id)
{
	double score = w->m->score[id];
	char number[TK_DECIMAL];
	tok_status st = name_id(w, id);

	if (st) {
		w->json.status = st;
		return;
	}
	/* As many bytes as w->name, and one for the NUL. */
	if (!tk_kind_matches(w->m->kind[id]))
		score = w->lowest * (double)w->name.n;
	tk_decimal(score, number);
	tk_json_put_array(&w->json, NULL);
	tk_json_put_string(&w->json, NULL, (const char *)w->name.p);
	tk_json_put_raw(&w->json, NULL, number);
	tk_json_put_end(&w->json);
}

static void put_type(struct tk_json_out *j, const char *key, const char *type)
{
	tk_json_put_object(j, key);
	tk_json_put_string(j, "type", type);
}

static void put_control(struct writing *w, tok_id id)
{
	static const char *const not[] = {"single_word", "lstrip", "rstrip",
					  "normalized"};
	struct tk_json_out *j = &w->json;
	tok_status st = name_id(w, id);

	if (st) {
		j->status = st;
		return;
	}
	tk_json_put_object(j, NULL);
	tk_json_put_u64(j, "id", (uint64_t)id);
	tk_json_put_string(j, "content", (const char *)w->name.p);
	for (size_t i = 0; i < sizeof(not) / sizeof(*not); i++)
		tk_json_put_raw(j, not[i], "false");
	tk_json_put_raw(j, "special", "true");
	tk_json_put_end(j);
}

static void put_normalizer(struct tk_json_out *j, tok_normalize form)
{
	static const char *const steps[] = {"NFKC", "Lowercase", "NFKC"};

	if (form == TOK_NORMALIZE_NONE) {
		tk_json_put_null(j, "normalizer");
		return;
	}
	if (form != TOK_NORMALIZE_NFKC_CASEFOLD) {
		put_type(j, "normalizer",
			 form == TOK_NORMALIZE_NFC ? "NFC" : "NFKC");
		tk_json_put_end(j);
		return;
	}
	put_type(j, "normalizer", "Sequence");
	tk_json_put_array(j, "normalizers");
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		put_type(j, NULL, steps[i]);
		tk_json_put_end(j);
	}
	tk_json_put_end(j);
	tk_json_put_end(j);
}

static void put_byte_level(struct tk_json_out *j, const char *key)
{
	put_type(j, key, "ByteLevel");
	tk_json_put_raw(j, "add_prefix_space", "false");
	tk_json_put_raw(j, "trim_offsets", "false");
	tk_json_put_raw(j, "use_regex", "false");
	tk_json_put_end(j);
}

/* Words are cut as blanks do: no piece reaches across the other edges, or
 * look_at_ids says that one does. */
static void put_pre_tokenizer(struct tk_json_out *j, tok_split split)
{
	const char *regex = tk_split_regex(
		split == TOK_SPLIT_WORD ? TOK_SPLIT_SPACE : split);

	put_type(j, "pre_tokenizer", "Sequence");
	tk_json_put_array(j, "pretokenizers");
	put_type(j, NULL, "Split");
	tk_json_put_object(j, "pattern");
	tk_json_put_string(j, "Regex", regex);
	tk_json_put_end(j);
	tk_json_put_string(j, "behavior", "Isolated");
	tk_json_put_raw(j, "invert", "false");
	tk_json_put_end(j);
	put_byte_level(j, NULL);
	tk_json_put_end(j);
	tk_json_put_end(j);
}

static void put_all(struct writing *w)
{
	struct tk_json_out *j = &w->json;
	const tok_model *m = w->m;

	tk_json_put_object(j, NULL);
	tk_json_put_string(j, "version", "1.0");
	tk_json_put_null(j, "truncation");
	tk_json_put_null(j, "padding");
	tk_json_put_array(j, "added_tokens");
	for (tok_id id = 0; id < m->n_ids; id++)
		if (m->kind[id] == TOK_KIND_CONTROL)
			put_control(w, id);
	tk_json_put_end(j);
	put_normalizer(j, m->form);
	put_pre_tokenizer(j, m->split.kind);
	tk_json_put_null(j, "post_processor");
	put_byte_level(j, "decoder");
	put_type(j, "model", "Unigram");
	tk_json_put_null(j, "unk_id");
	tk_json_put_array(j, "vocab");
	for (tok_id id = 0; id < m->n_ids; id++)
		put_id(w, id);
	tk_json_put_end(j);
	tk_json_put_raw(j, "byte_fallback", "false");
	tk_json_put_end(j);
	tk_json_put_end(j);
}

static int by_bytes(const void *a, const void *b)
{
	const tok_bytes *x = a, *y = b;

	return tk_bytes_cmp(*x, *y);
}

/* All names in one buffer, so that two that are the same stand together. */
static tok_status look_for_twins(struct writing *w,
				 struct tk_obstacles *found)
{
	size_t n = (size_t)w->m->n_ids, twins = 0, at = 0;
	tok_bytes *name = tk_new(w->m->alloc, n, sizeof(*name));
	tok_buf all = {.alloc = w->m->alloc};
	tok_status st = name ? TOK_OK : TOK_E_MEMORY;

	for (size_t i = 0; !st && i < n; i++) {
		st = name_id(w, (tok_id)i);
		if (st)
			break;
		st = tk_buf_append(&all, w->name.p, w->name.n);
		name[i].n = w->name.n;
	}
	for (size_t i = 0; !st && i < n; at += name[i++].n)
		name[i].p = all.p + at;
	if (!st)
		qsort(name, n, sizeof(*name), by_bytes);
	for (size_t i = 1; !st && i < n; i++)
		twins += tk_bytes_equal(name[i - 1], name[i]) != 0;
	if (twins)
		tk_obstacle(found, true, "%zu names of controls that are "
			    "names of other ids", twins);
	tok_buf_release(&all);
	tk_free(w->m->alloc, name, n, sizeof(*name));
	return st;
}

static void look_at_ids(const tok_model *m, struct tk_obstacles *found)
{
	const struct tk_split blanks = {TOK_SPLIT_SPACE, m->split.table};
	struct tk_tally cut = {0}, strange = {0};
	bool words = m->split.kind == TOK_SPLIT_WORD;

	for (tok_id id = 0; id < m->n_ids; id++) {
		tok_bytes bytes = tk_model_bytes(m, id);

		if (m->kind[id] == TOK_KIND_CONTROL &&
		    (!tk_export_is_utf8(bytes) || memchr(bytes.p, 0, bytes.n)))
			tk_tally(&strange, id);
		if (m->kind[id] == TOK_KIND_PIECE && words &&
		    tk_split_may_cut(&m->split, bytes) &&
		    !tk_split_may_cut(&blanks, bytes))
			tk_tally(&cut, id);
	}
	tk_obstacle_ids(found, true, &strange, "control",
			"with a name that is not UTF-8 or holds a NUL");
	tk_obstacle_ids(found, false, &cut, "piece",
			"reaching across where the split can cut");
	if (m->form == TOK_NORMALIZE_NFKC_CASEFOLD)
		tk_obstacle(found, false, "normalization to %s",
			    tok_normalize_name(m->form));
}

tok_status tk_export_hf(const tok_model *m, tok_buf *out,
			struct tk_obstacles *found)
{
	struct writing w = {.m = m, .name.alloc = out->alloc};

	if (!tk_export_is_of_bytes(m)) {
		tk_obstacle(found, true, "rules of a model that was not of "
			    "bytes");
		return TOK_OK;
	}
	for (int i = 0; i < 256; i++) {
		double score = m->score[tk_trie_find(
			&m->trie, (tok_bytes){&tk_every_byte[i], 1})];

		w.lowest = score < w.lowest ? score : w.lowest;
	}
	w.lowest -= 1;
	look_at_ids(m, found);
	tok_status st = look_for_twins(&w, found);
	if (!st && !found->never) {
		tk_json_out_init(&w.json, out->alloc, 3);
		put_all(&w);
		st = tk_json_out_finish(&w.json, out);
	}
	tok_buf_release(&w.name);
	return st;
}
