/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "segment/float_shares.h"
#include "segment/stream.h"
#include "sp_toy.h"

/* Ties that only the rounding of the sum decides, pieces that take it to where
 * it is taken off, what is unknown, a symbol that raises it, chunks that are
 * too long to be kept. */
static tok_model *make_model(float scale)
{
	static const struct {
		const char *bytes;
		float score;
	} piece[] = {{"\u2581", -0.3F}, {"ab", -0.1F}, {"cd", -0.2F},
		     {"a", -0.15F}, {"bcd", -0.15F}, {"x", -0.37F},
		     {"y", -0.71F}, {"z", -1.9F}, {"zz", -3.8F},
		     {"ccccccccdddddddd", -0.5F}, {"c", -0.1F}, {"d", -0.1F}};
	static struct sp_toy toy;

	sp_toy_init(&toy);
	assert_true(sp_toy_add(&toy, BYTES("<unk>"), 0, TOK_KIND_UNKNOWN));
	for (size_t i = 0; i < sizeof(piece) / sizeof(*piece); i++)
		assert_true(sp_toy_add(&toy, tok_bytes_of(piece[i].bytes),
				       (double)(piece[i].score * scale),
				       TOK_KIND_PIECE));
	assert_true(sp_toy_add(&toy, BYTES("<up>"), -1, TOK_KIND_USER));
	return sp_toy_model(&toy, TK_SP_FLOAT,
			    TK_SP_DUMMY_PREFIX | TK_SP_REMOVE_SPACES |
				    TK_SP_ESCAPE_SPACES);
}

static size_t random_text(uint64_t *random, size_t room, uint8_t *text)
{
	static const char *const word[] = {
		"abcd ", "abcd ", "x ", "xy ", "y ", "abcd", "zzz ",
		"ccccccccdddddddd", "?", "? ", "<up> ", "  ", "\n"};
	/* Of all, or of few. */
	size_t few = 3 + unit_below(random, sizeof(word) / sizeof(*word) - 2);
	/* Those without a doubt alone, for long. */
	bool calm = unit_below(random, 2);
	size_t n = 0;

	while (n + 20 < room) {
		bool sure = calm && unit_below(random, 60);
		const char *s = word[sure ? 2 + unit_below(random, 3)
					  : unit_below(random, few)];

		memcpy(text + n, s, strlen(s));
		n += strlen(s);
	}
	return n;
}

struct encoders {
	tok_encoder *plain, *shares;
};

/* Two parts, each in shares. */
static tok_status encode_shares(tok_encoder *e, tok_pool *pool, tok_bytes text,
				size_t size, tok_ids *ids)
{
	struct tk_words_part part = {text, true, false};
	struct tk_so_far so_far = {0};
	size_t end, next;

	if (!tk_words_last_place(e->model, text, &end, &next))
		end = next = text.n;
	part.raw.n = end;
	part.is_last = next == text.n;
	tok_status st = tk_float_shares_raw(e, pool, &part, size, &so_far, ids);
	if (st || part.is_last)
		return st;
	part = (struct tk_words_part){{text.p + next, text.n - next},
				      false, true};
	return tk_float_shares_raw(e, pool, &part, size, &so_far, ids);
}

static void check(const struct encoders *e, tok_pool *pool, tok_bytes text,
		  size_t size)
{
	tok_ids ids = {0}, want = {0};

	assert_ok(encode_shares(e->shares, pool, text, size, &ids));
	assert_ok(tok_encode(e->plain, text, &want));
	assert_int_equal(ids.n, want.n);
	if (want.n)
		assert_memory_equal(ids.id, want.id,
				    want.n * sizeof(*want.id));
	tok_ids_release(&ids);
	tok_ids_release(&want);
}

/* Text without a place where it may be parted as it is: shared when clean. */
static void check_clean(const struct encoders *e, tok_pool *pool,
			uint64_t *random, uint8_t *text, size_t n)
{
	tok_ids ids = {0}, want = {0};
	tok_stream *s;

	for (size_t i = 0; i < n; i++)
		if (text[i] == ' ' || text[i] == '\n')
			text[i] = '?';
	assert_ok(tk_stream_new(e->shares, pool, 64 + unit_below(random, 500),
				&s));
	assert_ok(tok_stream_begin(s, NULL, &ids));
	for (size_t at = 0, more; at < n; at += more) {
		more = 1 + unit_below(random, n - at);
		assert_ok(tok_stream_add(s, (tok_bytes){text + at, more},
					 &ids));
	}
	assert_ok(tok_stream_end(s, &ids));
	assert_ok(tok_encode(e->plain, (tok_bytes){text, n}, &want));
	assert_int_equal(ids.n, want.n);
	assert_memory_equal(ids.id, want.id, want.n * sizeof(*want.id));
	tok_stream_free(s);
	tok_ids_release(&ids);
	tok_ids_release(&want);
}

/* From sums that decide little to those that soon have to be taken off. */
static void equals_the_kernel(void **state)
{
	enum { SIZE = 12000 };
	static const float scale[] = {0.013F, 1, 41.7F, 917.3F, 20011.7F};
	static uint8_t text[SIZE];
	uint64_t random = 131;
	tok_pool *pool;

	(void)state;
	assert_ok(tok_pool_new(3, NULL, &pool));
	for (size_t i = 0; i < 5; i++) {
		tok_model *m = make_model(scale[i]);
		tok_encoder_options o;
		struct encoders e;

		assert_true(tk_words_suits(m));
		tok_encoder_options_defaults(&o, sizeof(o));
		o.cache_size = 1 << 14;
		assert_ok(tok_encoder_new(m, &o, &e.shares));
		o.cache_size = 0;
		assert_ok(tok_encoder_new(m, &o, &e.plain));
		for (int round = 0; round < 40; round++) {
			size_t room = 40 + unit_below(&random, SIZE - 40);
			size_t n = random_text(&random, room, text);

			check(&e, unit_below(&random, 3) ? pool : NULL,
			      (tok_bytes){text, n},
			      1 + unit_below(&random, 2000));
			check_clean(&e, pool, &random, text, n);
		}
		tok_encoder_free(e.plain);
		tok_encoder_free(e.shares);
		tok_model_free(m);
	}
	tok_pool_free(pool);
}

/* Marks are not far apart, and doubts are where ids are not sure. */
static void says_what_depends(void **state)
{
	tok_model *m = make_model(1);
	const struct tk_words_part part = {BYTES("x y abcd x ? y x"), true,
					   true};
	tok_encoder *e;
	tok_ids ids = {0};
	struct tk_draft draft;
	struct tk_so_far so_far = {0};

	(void)state;
	assert_ok(tok_encoder_new(m, NULL, &e));
	tk_draft_init(&draft, NULL);
	assert_ok(tk_words_draft(&e->chunker, &part, &e->clean, &draft));
	assert_int_equal(draft.n, 2);
	assert_memory_equal(draft.text.p, "\u2581abcd\u2581?", 11);
	assert_int_equal(draft.mark[0].size, 7);
	assert_int_equal(draft.mark[0].at, 4);
	assert_int_equal(draft.mark[1].size, 4);
	assert_int_equal(draft.mark[1].at, 6);
	assert_int_equal(draft.ids.n, 10);
	/* Of nothing a draft holds nothing. */
	assert_ok(tk_draft_settle(&e->chunker, &draft, &so_far, &ids));
	tk_draft_clear(&draft);
	size_t n = ids.n;
	assert_ok(tk_draft_settle(&e->chunker, &draft, &so_far, &ids));
	assert_int_equal(ids.n, n);
	tk_draft_release(&draft);
	tok_ids_release(&ids);
	tok_encoder_free(e);
	tok_model_free(m);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	static uint8_t text[3000];
	static size_t n;
	tok_encoder_options o;
	tok_encoder *e;
	tok_ids ids;

	if (!n)
		n = random_text(&(uint64_t){132}, sizeof(text), text);
	tok_encoder_options_defaults(&o, sizeof(o));
	o.alloc = alloc;
	o.cache_size = 1 << 14;
	tok_status st = tok_encoder_new(ctx, &o, &e);
	if (st)
		return st;
	tok_ids_init(&ids, alloc);
	st = encode_shares(e, NULL, (tok_bytes){text, n}, 500, &ids);
	tok_ids_release(&ids);
	tok_encoder_free(e);
	return st;
}

static void fails_without_memory(void **state)
{
	tok_model *m = make_model(900);

	(void)state;
	unit_fail_each(run, m);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_the_kernel),
		cmocka_unit_test(says_what_depends),
		cmocka_unit_test(fails_without_memory),
	};
	return cmocka_run_group_tests_name("draft", tests, NULL, NULL);
}
