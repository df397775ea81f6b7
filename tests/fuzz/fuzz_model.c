/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a model. The first byte says how: as the file itself, its size
 * and digest made right; or as what lies over one section of a model that was
 * good. What is accepted must encode and decode any text without loss.
 */
#include <stdlib.h>
#include <string.h>

#include "model/make.h"
#include "tok/segment.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Blanks, lines, marks, half a character, runs. */
static const char text[] = "abcabc Abc \xC3\xA9" "e\xCC\x81" "aacbb\n\nab1 2"
			   "\t\t a\xF0\x9F\x91 \xFF\xE4\xBA\xBA" "aaaaaaaaaaaa";

static void need(int right)
{
	if (!right)
		abort();
}

static void use(const tok_model *m)
{
	const tok_bytes whole = {(const uint8_t *)text, sizeof(text) - 1};
	tok_encoder *e;
	tok_ids ids = {0};
	tok_buf back = {0};

	need(!tok_encoder_new(m, NULL, &e));
	need(!tok_encode(e, whole, &ids));
	need(!tok_sample(e, whole, 0.5, (tok_key){1, 2, 3}, &ids));
	for (size_t i = 0; i < ids.n; i++)
		need(tk_kind_matches((uint8_t)tok_model_kind(m, ids.id[i])));
	need(!tok_decode(m, ids.id, ids.n, &back, NULL));
	if (tok_model_lossless(m)) {
		need(back.n == 2 * whole.n);
		need(!memcmp(back.p, text, whole.n));
		need(!memcmp(back.p + whole.n, text, whole.n));
	}
	for (tok_id id = -1; id < 300; id++) {
		tok_bytes piece = tok_model_piece(m, id);

		if (tok_model_kind(m, id) <= TOK_KIND_PIECE)
			need(tok_model_find(m, piece) == id);
	}
	tok_buf_release(&back);
	tok_ids_release(&ids);
	tok_encoder_free(e);
}

static void load(tok_buf *file)
{
	tok_model *m;

	if (file->n >= TK_MODEL_HEAD) {
		tok_bytes all = {file->p, file->n};

		tk_put64(file->p + 16, all.n);
		tok_digest d = tk_image_digest(all);
		memcpy(file->p + 24, d.byte, sizeof(d.byte));
	}
	if (tok_model_parse((tok_bytes){file->p, file->n}, NULL, &m, NULL))
		return;
	use(m);
	tok_model_free(m);
}

static const tok_model *good_model(tok_split split)
{
	static const struct tk_piece piece[] = {
		{{(const uint8_t *)"ab", 2}, -90000},
		{{(const uint8_t *)"abc", 3}, -100000},
		{{(const uint8_t *)"aaaa", 4}, -100000},
		{{(const uint8_t *)"\xC3\xA9", 2}, -120000},
	};
	static const tok_control eos = {"eos", "</s>"};
	static tok_model *made[TOK_SPLIT_WORD + 1];
	int32_t byte_score[256];

	for (int i = 0; i < 256; i++)
		byte_score[i] = -200000;
	const struct tk_spec spec = {
		.byte_score = byte_score,
		.piece = piece,
		.n_pieces = sizeof(piece) / sizeof(piece[0]),
		.control = &eos,
		.n_controls = 1,
		.pad_vocab = 8,
		.split = split,
		.record = "{}",
	};
	if (!made[split])
		need(!tk_model_build(&spec, NULL, &made[split], NULL));
	return made[split];
}

/* which: bit 0 the split, the rest the section; p[0, 2) says where in it. */
static void lay_over(unsigned which, const uint8_t *p, size_t n)
{
	const tok_model *m = good_model(which & 1 ? TOK_SPLIT_WORD
						  : TOK_SPLIT_NONE);
	tok_bytes section[TK_N_SECTIONS];
	tok_buf mine = {0}, file = {0};
	tok_bytes *s = &section[(which >> 1) % TK_N_SECTIONS];

	if (n < 2)
		return;
	need(!tk_image_read((tok_bytes){m->image.p, m->image.n}, "", section,
			    NULL));
	size_t at = tk_get16(p) % (s->n + 1);
	n -= 2;
	need(!tk_buf_append(&mine, s->p, s->n));
	if (at + n > mine.n) {
		need(!tk_buf_reserve(&mine, at + n - mine.n));
		mine.n = at + n;
	}
	if (n)
		memcpy(mine.p + at, p + 2, n);
	*s = (tok_bytes){mine.p, mine.n};
	need(!tk_image_write(section, &file));
	load(&file);
	tok_buf_release(&mine);
	tok_buf_release(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	tok_buf file = {0};

	if (!n)
		return 0;
	if (p[0] < 128) {
		lay_over(p[0], p + 1, n - 1);
		return 0;
	}
	need(!tk_buf_append(&file, p + 1, n - 1));
	load(&file);
	tok_buf_release(&file);
	return 0;
}
