/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "charsmap_toy.h"
#include "segment/decode_sp.h"
#include "sp_toy.h"

#define SPACE "\xE2\x96\x81"
#define BAD "\xEF\xBF\xBD"

/* Ids of the pieces; a byte is BYTE0 + byte. */
enum {
	UNK, BOS, A, SPACE_A, SPACE_ONLY, SPACES_B, INNER, USER, UNUSED,
	RESERVED, BYTE0
};

enum { PREFIX = TK_SP_DUMMY_PREFIX, REMOVE = TK_SP_REMOVE_SPACES };

static tok_model *make(uint32_t flags)
{
	static struct charsmap_toy map;
	static struct sp_toy toy;
	tok_model *m;

	sp_toy_init(&toy);
	(void)sp_toy_add(&toy, BYTES("<unk>"), 0, TOK_KIND_UNKNOWN);
	(void)sp_toy_add(&toy, BYTES("<s>"), 0, TOK_KIND_CONTROL);
	(void)sp_toy_add(&toy, BYTES("a"), -1, TOK_KIND_PIECE);
	(void)sp_toy_add(&toy, BYTES(SPACE "a"), -1, TOK_KIND_PIECE);
	(void)sp_toy_add(&toy, BYTES(SPACE), -1, TOK_KIND_PIECE);
	(void)sp_toy_add(&toy, BYTES(SPACE SPACE "b"), -1, TOK_KIND_PIECE);
	(void)sp_toy_add(&toy, BYTES("x" SPACE "\xE2\x96"), -1,
			 TOK_KIND_PIECE);
	(void)sp_toy_add(&toy, BYTES("<u>"), -1, TOK_KIND_USER);
	(void)sp_toy_add(&toy, BYTES("no"), -1, TOK_KIND_UNUSED);
	(void)sp_toy_add(&toy, BYTES(""), 0, TOK_KIND_RESERVED);
	sp_toy_add_fallback(&toy);
	charsmap_toy_init(&map);
	charsmap_toy_add(&map, "a", "A");
	charsmap_toy_add(&map, "a b", "C ");
	charsmap_toy_add(&map, "<u>", "");
	struct tk_table t = sp_toy_table(&toy, TK_SP_FLOAT,
					 flags | TK_SP_BYTE_FALLBACK);
	if (flags & TK_SP_DENORMALIZES)
		t.denormalizer = charsmap_toy_bytes(&map);
	assert_ok(tk_model_make(&t, "x", NULL, &m, NULL));
	return m;
}

static void check(uint32_t flags, const tok_id *id, size_t n,
		  const char *want)
{
	tok_model *m = make(flags);
	tok_buf out = {0};

	/* What is there already is not this text's beginning. */
	assert_ok(tk_buf_append(&out, "!", 1));
	assert_ok(tk_decode_sp(m, id, n, &out));
	assert_int_equal(out.n, 1 + strlen(want));
	assert_memory_equal(out.p + 1, want, strlen(want));
	tok_buf_release(&out);
	tok_model_free(m);
}

#define CHECK(flags, want, ...) \
	check(flags, (const tok_id[]){__VA_ARGS__}, \
	      sizeof((tok_id[]){__VA_ARGS__}) / sizeof(tok_id), want)

static void spaces_come_back(void **state)
{
	(void)state;
	CHECK(0, " a a", SPACE_A, SPACE_A);
	CHECK(0, "  b", SPACES_B);
	CHECK(0, "x \xE2\x96", INNER);
	check(PREFIX, NULL, 0, "");
}

/* One space, of the first piece that has something to show. */
static void the_dummy_prefix_is_taken_off_once(void **state)
{
	(void)state;
	CHECK(PREFIX, "a a", SPACE_A, SPACE_A);
	CHECK(PREFIX, " b", SPACES_B);
	CHECK(PREFIX, " a", SPACE_ONLY, SPACE_A);
	CHECK(PREFIX, "", SPACE_ONLY);
	CHECK(PREFIX, "a a", A, SPACE_A);
	CHECK(PREFIX, "<u> a", USER, SPACE_A);
}

/* So long as nothing is shown, one from each piece. */
static void extra_spaces_are_taken_off(void **state)
{
	(void)state;
	CHECK(REMOVE, "a a", SPACE_A, SPACE_A);
	CHECK(REMOVE, "a", SPACE_ONLY, SPACE_ONLY, SPACE_A);
	CHECK(REMOVE | PREFIX, "a", SPACE_ONLY, SPACE_ONLY, SPACE_A);
	CHECK(REMOVE | PREFIX, " b", SPACE_ONLY, SPACES_B);
	CHECK(REMOVE | PREFIX, "a ", SPACE_A, SPACE_ONLY);
}

static void controls_show_nothing(void **state)
{
	(void)state;
	CHECK(PREFIX, "a", BOS, SPACE_A, BOS);
	CHECK(REMOVE, "a", RESERVED, SPACE_A, RESERVED);
	/* The space that was taken stays taken, though nothing is shown. */
	CHECK(PREFIX, " a", SPACE_ONLY, BOS, BOS, SPACE_A);
	CHECK(PREFIX, "nono", UNUSED, UNUSED);
}

static void unknown_has_its_surface(void **state)
{
	(void)state;
	CHECK(PREFIX, " \xE2\x81\x87  a", UNK, SPACE_A);
	CHECK(PREFIX, "a \xE2\x81\x87  \xE2\x81\x87 ", SPACE_A, UNK, UNK);
}

static void bytes_form_characters(void **state)
{
	(void)state;
	CHECK(0, "\xC3\xA9" "a\xC3\xA9", BYTE0 + 0xC3, BYTE0 + 0xA9, A,
	      BYTE0 + 0xC3, BYTE0 + 0xA9);
	CHECK(0, "\xF0\x9F\x98\x80", BYTE0 + 0xF0, BYTE0 + 0x9F, BYTE0 + 0x98,
	      BYTE0 + 0x80);
	/* A run ends at any other id, a control too. */
	CHECK(0, BAD BAD, BYTE0 + 0xC3, BOS, BYTE0 + 0xA9);
	CHECK(0, BAD "a" BAD, BYTE0 + 0xC3, A, BYTE0 + 0xA9);
}

/* Each byte that no character begins with, for itself. */
static void broken_bytes_are_replaced_one_by_one(void **state)
{
	(void)state;
	CHECK(0, BAD BAD BAD "x", BYTE0 + 0xF0, BYTE0 + 0x9F, BYTE0 + 0x98,
	      BYTE0 + 'x');
	CHECK(0, BAD "\xC3\xA9" BAD, BYTE0 + 0xA9, BYTE0 + 0xC3, BYTE0 + 0xA9,
	      BYTE0 + 0xC3);
	CHECK(0, BAD BAD BAD, BYTE0 + 0xED, BYTE0 + 0xA0, BYTE0 + 0x80);
	CHECK(0, BAD BAD, BYTE0 + 0xC0, BYTE0 + 0x80);
	CHECK(0, BAD, BYTE0 + 0xEF, BYTE0 + 0xBF, BYTE0 + 0xBD);
}

/* U+2581 from bytes is no space, and bytes are something shown. */
static void bytes_are_not_spaces(void **state)
{
	(void)state;
	CHECK(PREFIX, SPACE, BYTE0 + 0xE2, BYTE0 + 0x96, BYTE0 + 0x81);
	CHECK(PREFIX | REMOVE, "x a", BYTE0 + 'x', SPACE_A);
}

/* All of the text at once, by rules of its own; user-defined symbols are
 * nothing there. */
static void a_denormalizer_rewrites_the_text(void **state)
{
	enum {
		DENORMAL = TK_SP_DENORMALIZES,
		OWN_PREFIX = PREFIX << TK_SP_DENORMALIZER | DENORMAL,
		OWN_REMOVE = REMOVE << TK_SP_DENORMALIZER | DENORMAL,
		OWN_ESCAPE = TK_SP_ESCAPE_SPACES << TK_SP_DENORMALIZER |
			     DENORMAL
	};

	(void)state;
	check(DENORMAL, NULL, 0, "");
	CHECK(DENORMAL, " A C ", SPACE_A, SPACE_A, SPACE_ONLY, BYTE0 + 'b');
	CHECK(DENORMAL, "", USER, USER);
	CHECK(OWN_PREFIX, "  A", SPACE_A);
	CHECK(OWN_PREFIX, " " BAD, BYTE0 + 0xC3);
	CHECK(OWN_REMOVE, "A", SPACE_A, SPACE_ONLY);
	CHECK(OWN_ESCAPE, SPACE "A", SPACE_A);
	CHECK(OWN_ESCAPE | PREFIX | TK_SP_SUFFIX, "A" SPACE "A", SPACE_A,
	      SPACE_A);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	static const tok_id id[] = {SPACE_A, BYTE0 + 0xC3, BYTE0 + 0xA9, UNK,
				    SPACES_B, BYTE0 + 0xC3};
	tok_buf out;

	tok_buf_init(&out, alloc);
	tok_status st = tk_decode_sp(ctx, id, sizeof(id) / sizeof(*id), &out);
	tok_buf_release(&out);
	return st;
}

static void survives_failing_allocations(void **state)
{
	tok_model *m = make(PREFIX | TK_SP_DENORMALIZES);

	(void)state;
	unit_fail_each(run, m);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spaces_come_back),
		cmocka_unit_test(the_dummy_prefix_is_taken_off_once),
		cmocka_unit_test(extra_spaces_are_taken_off),
		cmocka_unit_test(controls_show_nothing),
		cmocka_unit_test(unknown_has_its_surface),
		cmocka_unit_test(bytes_form_characters),
		cmocka_unit_test(broken_bytes_are_replaced_one_by_one),
		cmocka_unit_test(bytes_are_not_spaces),
		cmocka_unit_test(a_denormalizer_rewrites_the_text),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("decode_sp", tests, NULL, NULL);
}
