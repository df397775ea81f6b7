/* SPDX-License-Identifier: Apache-2.0 */
#include "stable_check.h"

#include "base/buf.h"
#include "base/bytes.h"
#include "stream_check.h"
#include "unit.h"

static tok_encoder *encoder(const tok_model *m, size_t cache_size)
{
	tok_encoder_options o;
	tok_encoder *e;

	tok_encoder_options_defaults(&o, sizeof(o));
	o.cache_size = cache_size;
	assert_ok(tok_encoder_new(m, &o, &e));
	return e;
}

void stable_check_init(struct stable_check *c, const tok_model *m,
		       uint64_t seed)
{
	*c = (struct stable_check){.model = m, .random = seed};
	c->encoder = encoder(m, 1 << 16);
	c->fresh = encoder(m, 0);
}

void stable_check_release(struct stable_check *c)
{
	tok_encoder_free(c->encoder);
	tok_encoder_free(c->fresh);
	tok_ids_release(&c->stable);
	tok_ids_release(&c->all);
	tok_buf_release(&c->tail);
	tok_buf_release(&c->text);
}

/* Something that could come behind any text. */
static tok_bytes one_more(struct stable_check *c, uint8_t *byte)
{
	static const char *const sign[] = {
		" ", "  ", "\n", "\n\n", "\t", "\r\n", "a", "e", "ab",
		" a", "\u0301", "\u0308", "\u0327\u0301", "\u0338",
		"\u1161", "\u11A8", "\u200D", "\uFE0F", "\u2581",
		"\u3000", "\u00AD", "\uFF9E", "\u3099", "\u09BE",
		"\u0F71", "\xE2\x96", "\xCC", "\x81", "\xF0\x9F", "\xFF",
		"\u0903", "\u00A0", "<", "</s>", "<unk>", "1", ".", "u>", "x",
		"-", "\u0301a"};
	size_t kind = unit_below(&c->random, 8);

	if (kind < 3) {
		tok_id id = (tok_id)unit_below(
			&c->random, (size_t)tok_model_n_ids(c->model));
		tok_bytes s = tok_model_piece(c->model, id);

		if (s.n)
			s.n = 1 + unit_below(&c->random, s.n);
		return s;
	}
	*byte = (uint8_t)unit_random(&c->random);
	if (kind < 4)
		return (tok_bytes){byte, 1};
	return tok_bytes_of(sign[unit_below(&c->random, sizeof(sign) /
							sizeof(*sign))]);
}

static void must_begin(const struct stable_check *c)
{
	if (c->all.n >= c->stable.n &&
	    (!c->stable.n || !memcmp(c->all.id, c->stable.id,
				     c->stable.n * sizeof(tok_id))))
		return;
	for (size_t i = 0; i < c->text.n; i++)
		print_message("%02X", c->text.p[i]);
	for (size_t i = 0; i < c->stable.n; i++)
		print_message("%s%d", i ? " " : "\nstable ",
			      (int)c->stable.id[i]);
	for (size_t i = 0; i < c->all.n; i++)
		print_message("%s%d", i ? " " : "\nall ",
			      (int)c->all.id[i]);
	fail_msg("%s", "a continuation changes stable ids");
}

/* With the bytes that c->text holds; false if they cannot be encoded. */
static bool encode_text(struct stable_check *c)
{
	tok_encoder *e = c->n_pairs++ % 2 ? c->encoder : c->fresh;

	c->all.n = 0;
	return !tok_encode(e, (tok_bytes){c->text.p, c->text.n}, &c->all);
}

void stable_check(struct stable_check *c, tok_bytes text, int n)
{
	size_t n_ids, end, same;

	c->stable.n = c->tail.n = 0;
	assert_ok(tok_heal(c->encoder, text, &c->stable, &end, &c->tail));
	assert_ok(tok_stable_prefix(c->fresh, text, &n_ids, &same));
	assert_int_equal(n_ids, c->stable.n);
	assert_int_equal(same, end);
	assert_true(end <= text.n);
	for (int i = 0; i < n; i++) {
		c->text.n = 0;
		assert_ok(tk_buf_append(&c->text, text.p, text.n));
		for (int k = 0; k < i && k < 4; k++) {
			uint8_t byte;
			tok_bytes s = one_more(c, &byte);

			assert_ok(tk_buf_append(&c->text, s.p, s.n));
		}
		if (encode_text(c))
			must_begin(c);
	}
	c->n_texts++;
	c->n_bytes += text.n;
	c->tail_bytes += text.n - end;
}

void stable_check_beginnings(struct stable_check *c, tok_bytes text, int n)
{
	for (size_t k = 0; k <= text.n; k++) {
		stable_check(c, (tok_bytes){text.p, k}, n);
		c->text.n = 0;
		assert_ok(tk_buf_append(&c->text, text.p, text.n));
		if (encode_text(c))
			must_begin(c);
	}
	for (int i = 0; i < n; i++)
		stream_check(c->encoder, c->fresh, text, i % 2 ? 0.3 : -1.0,
			     1 + (size_t)i * 10, &c->random);
}

size_t stable_check_truth(struct stable_check *c, tok_bytes text,
			  const char *const *symbol, size_t n, size_t most)
{
	tok_ids first = {0};
	size_t total = 1, power = 1, shared;

	c->text.n = 0;
	assert_ok(tk_buf_append(&c->text, text.p, text.n));
	assert_true(encode_text(c));
	assert_ok(tok_ids_append(&first, c->all.id, c->all.n));
	shared = first.n;
	for (size_t k = 0; k < most; k++)
		total += power *= n;
	for (size_t i = 1; i < total; i++) {
		size_t k = 0;

		c->text.n = text.n;
		/* All numbers in base n, their lengths told apart by digits
		 * from 1 on. */
		for (size_t rest = i; rest; rest = (rest - 1) / n)
			assert_ok(tk_buf_text(&c->text,
					      symbol[(rest - 1) % n]));
		assert_true(encode_text(c));
		while (k < shared && k < c->all.n &&
		       c->all.id[k] == first.id[k])
			k++;
		shared = k;
	}
	tok_ids_release(&first);
	return shared;
}
