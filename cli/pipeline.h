/* SPDX-License-Identifier: Apache-2.0 */
/* Text to ids, batch by batch: what encode and pack share. */
#ifndef PIPELINE_H
#define PIPELINE_H

#include "feed.h"
#include "progress.h"

struct pipeline {
	/* borrow at will */
	tok_model *model; /* NULL with --ids */
	tok_encoder *encoder; /* NULL with --ids */
	tok_stream *stream;   /* of documents that come in parts */
	tok_pool *pool;
	tok_source *source;
	int32_t n_ids;

	/* of the batch: document i is feed.doc[i] and has ids
	 * [i ? end[i - 1] : 0, end[i]) of id, and with --offsets of span
	 * (which may be NULL where there is no id); those of a document that
	 * comes in parts (see feed.h) come in parts, too. These three stay
	 * while the next batch is made */
	struct feed feed;
	const tok_id *id;
	const tok_span *span;
	const uint64_t *end;
	uint64_t n_controls; /* the controls that each document was given */
	/* with --val, a flag a document: 1 if it belongs to the validation
	 * set, by the hash of its bytes; it is never drawn */
	const uint8_t *val;

	/* the books of all batches, tokens_stored and what is lost aside */
	tok_ledger ledger;

	/* private */
	const struct settings *s;
	const char *stage;
	struct made {
		tok_flat flat;
		uint64_t *own_end, part_end;
		size_t cap_end;
	} made[2];
	unsigned turn;
	uint8_t *own_val;
	size_t cap_val;
	struct progress progress;
};

/* Opens all that s asks for, and borrows s; n_ids is that of the model, or --vocab-size.
 * Close it also where opening failed. */
tok_status pipeline_open(struct pipeline *p, const struct settings *s,
			 const char *stage, tok_error *err);
/* The next batch, of documents alone with --heal, --nbest, wor= and
 * --entropy; TOK_END after the last,
 * TOK_E_STOPPED by a signal. */
tok_status pipeline_next(struct pipeline *p, tok_error *err);
/* From the first document again, after the last; s may have changed in its
 * sampling. TOK_E_UNSUPPORTED where an input cannot be read twice. */
tok_status pipeline_again(struct pipeline *p, tok_error *err);
/* An encoder as s asks for it. */
tok_status pipeline_encoder(const struct settings *s, const tok_model *model,
			    tok_encoder **out, tok_error *err);
/* How s has documents drawn, the first of which has that number; NULL: they
 * are not. */
const tok_draw *pipeline_draw(const struct settings *s, uint64_t first,
			      tok_draw *draw);
/* Why text could not be encoded. */
const char *pipeline_why_not(tok_status st);
void pipeline_close(struct pipeline *p);

#endif
