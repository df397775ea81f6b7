/* SPDX-License-Identifier: Apache-2.0 */
/* Writes model files of SentencePiece, for tests that read them. */
#ifndef SENTENCEPIECE_WRITE_H
#define SENTENCEPIECE_WRITE_H

#include <stdio.h>

#include "model/sentencepiece.h"
#include "protobuf_write.h"

static inline void put_piece(tok_buf *out, tok_bytes bytes, float score,
			     int type)
{
	tok_buf piece = {0};

	put_bytes(&piece, 1, bytes);
	put_float(&piece, 2, score);
	if (type != TK_SP_NORMAL)
		put_number(&piece, 3, (uint64_t)type);
	put_message(out, 1, &piece);
	tok_buf_release(&piece);
}

static inline void put_byte_pieces(tok_buf *out, unsigned end)
{
	for (unsigned i = 0; i < end; i++) {
		char name[8];

		(void)snprintf(name, sizeof(name), "<0x%02X>", i);
		put_piece(out, tok_bytes_of(name), 0, TK_SP_BYTE);
	}
}

static inline void put_trainer_flag(tok_buf *out, uint32_t number,
				    uint64_t value)
{
	tok_buf trainer = {0};

	put_number(&trainer, number, value);
	put_message(out, 2, &trainer);
	tok_buf_release(&trainer);
}

/* <unk> and "a": the least that is a model. */
static inline void put_least(tok_buf *out)
{
	put_piece(out, BYTES("<unk>"), 0, TK_SP_UNKNOWN);
	put_piece(out, BYTES("a"), -1.25f, TK_SP_NORMAL);
}

/* Every field that is read, and some that are not. */
static inline void put_full(tok_buf *out)
{
	tok_buf inner = {0};

	put_least(out);
	put_piece(out, BYTES("<s>"), 0, TK_SP_CONTROL);
	put_piece(out, BYTES("<s>"), -7, TK_SP_UNUSED);
	put_piece(out, BYTES("\xE2\x96\x81hi"), -2.5f, TK_SP_USER_DEFINED);
	put_bytes(&inner, 1, BYTES("corpus.txt"));
	put_number(&inner, 3, 1);
	put_number(&inner, 4, 8000);
	put_float(&inner, 10, 0.9995f);
	put_number(&inner, 24, 1);
	put_bytes(&inner, 44, BYTES("?"));
	put_bytes(&inner, 45, BYTES("U"));
	put_bytes(&inner, 46, BYTES("B"));
	put_bytes(&inner, 47, BYTES("E"));
	put_bytes(&inner, 48, BYTES("P"));
	put_message(out, 2, &inner);
	put_bytes(&inner, 1, BYTES("nfkc"));
	put_bytes(&inner, 2, BYTES("map\0map"));
	put_number(&inner, 3, 0);
	put_number(&inner, 4, 0);
	put_number(&inner, 5, 0);
	put_bytes(&inner, 6, BYTES("rules.tsv"));
	put_message(out, 3, &inner);
	put_bytes(out, 4, BYTES("\xFF self test data"));
	put_bytes(&inner, 2, BYTES("denormal"));
	put_message(out, 5, &inner);
	put_fixed64(out, 200, 1);
	tok_buf_release(&inner);
}

#endif
