/* SPDX-License-Identifier: Apache-2.0 */
#include "stream_check.h"

#include "segment/stream.h"
#include "unit.h"

static void must_equal(tok_bytes text, const tok_ids *got, const tok_ids *want)
{
	if (got->n == want->n &&
	    (!got->n || !memcmp(got->id, want->id, got->n * sizeof(tok_id))))
		return;
	for (size_t i = 0; i < text.n && i < 400; i++)
		print_message("%02X", text.p[i]);
	for (size_t i = 0; i < got->n && i < 100; i++)
		print_message("%s%d", i ? " " : "\nin parts ", (int)got->id[i]);
	for (size_t i = 0; i < want->n && i < 100; i++)
		print_message("%s%d", i ? " " : "\nas a whole ",
			      (int)want->id[i]);
	fail_msg("%s", "\nparts of a text have other ids than the whole");
}

static tok_status add_parts(tok_stream *stream, tok_bytes text, size_t most,
			    uint64_t *random, tok_ids *ids)
{
	tok_status st = TOK_OK;

	for (size_t at = 0, n; !st && at < text.n; at += n) {
		n = 1 + unit_below(random, most);
		n = n < text.n - at ? n : text.n - at;
		st = tok_stream_add(stream, (tok_bytes){text.p + at, n}, ids);
	}
	return st ? st : tok_stream_end(stream, ids);
}

void stream_check(tok_encoder *streaming, tok_encoder *whole, tok_bytes text,
		  double alpha, size_t most, uint64_t *random)
{
	static tok_pool *pool; /* of all checks */
	tok_ids got = {0}, want = {0};
	tok_stream *stream;
	tok_status st;
	tok_draw draw;

	tok_draw_defaults(&draw, sizeof(draw));
	draw.alpha = alpha;
	draw.key = (tok_key){text.n, 3, 5};
	/* Any number that is held gives the same, from very few bytes on, as do
	 * threads, which share what is longer. */
	if (!pool)
		assert_ok(tok_pool_new(3, NULL, &pool));
	assert_ok(tk_stream_new(streaming, unit_below(random, 6) ? NULL : pool,
				9 + unit_below(random, 60), &stream));
	assert_ok(tok_stream_begin(stream, alpha < 0 ? NULL : &draw, &got));
	st = add_parts(stream, text, most, random, &got);
	assert_int_equal(st, alpha < 0 ? tok_encode(whole, text, &want)
				       : tok_sample(whole, text, alpha,
						    draw.key, &want));
	if (!st)
		must_equal(text, &got, &want);
	tok_stream_free(stream);
	tok_ids_release(&got);
	tok_ids_release(&want);
}
