/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text through every split and normal form: what is encoded, or drawn,
 * decodes to the clean text, its spans tile the raw one, and an encoder that
 * has seen other texts says what a new one says. The first byte chooses split
 * and form, the second alpha; the rest is text.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "model/make.h"
#include "tok/segment.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

enum { N_SPLITS = 3, N_FORMS = 4 };

static void need(int right)
{
	if (!right)
		abort();
}

/* Pieces across blanks and lines, parts of characters, and runs whose
 * remainder is best taken by a longer piece. */
static tok_model *build(tok_split split, tok_normalize form)
{
	static const char *const word[] = {
		"ab", "abc", "bc", " a", "a b", "the", " the", "  ", "\t\t",
		"\n\n", "\r\n", "a\n", "aaaa", "aaaaa", "aaaaaaaaa", "12",
		"\xC3\xA9", "\xCC\x81", "e\xCC\x81", "\xE4\xBA", "\xBA\xBA",
		"\xF0\x9F\x91\xA9", "\xE2\x80\x8D\xF0\x9F", "<|", "|>",
		"<|endoftext|>", "</s>",
	};
	enum { N = sizeof(word) / sizeof(word[0]) };
	static const tok_control eos = {"eos", "<|endoftext|>"};
	struct tk_piece piece[N];
	int32_t byte_score[256];
	tok_model *m;

	for (int i = 0; i < 256; i++)
		byte_score[i] = -65536 * (5 + i % 3);
	for (int i = 0; i < N; i++)
		piece[i] = (struct tk_piece){tok_bytes_of(word[i]),
					     -65536 * (3 + i % 4)};
	const struct tk_spec spec = {
		.byte_score = byte_score,
		.piece = piece,
		.n_pieces = N,
		.control = &eos,
		.n_controls = 1,
		.split = split,
		.normalize = form,
	};
	need(!tk_model_build(&spec, NULL, &m, NULL));
	return m;
}

static void check_spans(const tok_ids *ids, size_t n)
{
	uint64_t at = 0;

	for (size_t i = 0; i < ids->n; i++) {
		need(ids->span[i].begin == at && ids->span[i].end >= at);
		at = ids->span[i].end;
	}
	need(at == (ids->n ? n : 0));
}

static void check_ids(const tok_model *m, const tok_ids *ids, tok_bytes clean)
{
	tok_buf back = {0};

	for (size_t i = 0; i < ids->n; i++)
		need(tok_model_kind(m, ids->id[i]) <= TOK_KIND_PIECE);
	need(!tok_decode(m, ids->id, ids->n, &back, NULL));
	need(tk_bytes_equal((tok_bytes){back.p, back.n}, clean));
	tok_buf_release(&back);
}

/* The best path (alpha infinite) or a draw, by an encoder and by a new one. */
static void check(tok_encoder *e, const tok_model *m, tok_bytes text,
		  tok_bytes clean, double alpha)
{
	const tok_key key = {7, 1, text.n};
	tok_ids ids = {0}, again = {0};
	tok_encoder *fresh;

	need(!tok_sample(e, text, alpha, key, &ids));
	check_ids(m, &ids, clean);
	check_spans(&ids, text.n);
	need(!tok_encoder_new(m, NULL, &fresh));
	if (isinf(alpha))
		need(!tok_encode(fresh, text, &again));
	else
		need(!tok_sample(fresh, text, alpha, key, &again));
	need(again.n == ids.n &&
	     (!ids.n || !memcmp(again.id, ids.id, ids.n * sizeof(*ids.id))));
	tok_encoder_free(fresh);
	tok_ids_release(&ids);
	tok_ids_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const double alphas[] = {0.0, 0.1, 0.5, 1.0, 3.0, 1000.0};
	/* Made once: that takes longer than all else. */
	static tok_model *model[N_SPLITS * N_FORMS];
	static tok_encoder *encoder[N_SPLITS * N_FORMS];
	tok_buf clean = {0};

	if (n < 2)
		return 0;
	size_t i = p[0] % (N_SPLITS * N_FORMS);
	if (!model[i]) {
		tok_encoder_options o;

		tok_encoder_options_defaults(&o, sizeof(o));
		o.spans = TOK_SPANS_COVER;
		model[i] = build((tok_split)(i % N_SPLITS),
				 (tok_normalize)(i / N_SPLITS));
		need(!tok_encoder_new(model[i], &o, &encoder[i]));
	}
	tok_bytes text = {p + 2, n - 2}, out = text;
	if (model[i]->normalizer)
		need(!tk_normalize(model[i]->normalizer, text, &clean, NULL,
				   &out));
	check(encoder[i], model[i], text, out, INFINITY);
	check(encoder[i], model[i], text, out, alphas[p[1] % 6]);
	tok_buf_release(&clean);
	return 0;
}
