/* SPDX-License-Identifier: Apache-2.0 */
/* What transform of tokenizers 0.23.3 (tokenizer/normalizer.rs) does with each
 * change, by hand. */
#include "unit.h"

#include <stdio.h>

#include "text/rewrite.h"

struct change {
	uint32_t c;
	int64_t change;
};

/* Rewrites bytes [begin, end) of text; want is "0-1 1-3" for the first byte
 * of each character. */
static void check(tok_bytes text, size_t begin, size_t end,
		  const struct change *x, size_t n, tok_bytes to,
		  const char *want)
{
	struct tk_parts from = {.tracks = true}, out = {.tracks = true};
	struct tk_rewrite w = {&from, begin, begin, end, &out};
	char got[200] = "";
	size_t size = 0;

	assert_ok(tk_parts_begin(&from, text));
	for (size_t i = 0; i < n; i++) {
		size_t at = out.text.n;

		assert_ok(tk_rewrite_put(&w, x[i].c, x[i].change));
		assert_true(w.at <= end);
		size += (size_t)snprintf(got + size, sizeof(got) - size,
					 "%s%d-%d", i ? " " : "",
					 (int)out.from[at].begin,
					 (int)out.from[at].end);
		assert_memory_equal(&out.from[at], &out.from[out.text.n - 1],
				    sizeof(tok_span));
	}
	assert_string_equal(got, want);
	assert_int_equal(out.text.n, to.n);
	assert_memory_equal(out.text.p, to.p, to.n);
	tk_parts_release(&from);
	tk_parts_release(&out);
}

static void in_place_of_one(void **state)
{
	static const struct change x[] = {{'X', 0}, {0xE9, 0}, {'Z', 0}};

	(void)state;
	check(BYTES("a\u00e9c"), 0, 4, x, 3, BYTES("X\u00e9Z"),
	      "0-1 1-3 3-4");
}

/* From where the first of them came. */
static void in_place_of_several(void **state)
{
	static const struct change x[] = {{'X', -1}, {'Y', 0}};
	static const struct change all[] = {{'X', -9}};

	(void)state;
	check(BYTES("a\u00e9c"), 0, 4, x, 2, BYTES("XY"), "0-1 3-4");
	check(BYTES("a\u00e9c"), 0, 4, all, 1, BYTES("X"), "0-1");
}

/* From where the one before came; before all, from nothing. */
static void beside(void **state)
{
	static const struct change x[] = {
		{'X', 1}, {'Y', 0}, {'Z', 1}, {'W', 1}, {'V', 0}};

	(void)state;
	check(BYTES("\u00e9b"), 0, 3, x, 5, BYTES("XYZWV"),
	      "0-0 0-2 0-2 0-2 2-3");
}

static void in_a_part_of_the_text(void **state)
{
	static const struct change x[] = {{'X', 1}, {'Y', 0}, {'Z', 1}};

	(void)state;
	check(BYTES("ab\u00e9d"), 2, 4, x, 3, BYTES("XYZ"), "2-2 2-4 2-4");
}

/* More than there was: from where the last one came. */
static void beyond_the_old_text(void **state)
{
	static const struct change x[] = {{'X', 0}, {'Y', 0}, {'Z', -3}};

	(void)state;
	check(BYTES("ab"), 0, 1, x, 3, BYTES("XYZ"), "0-1 0-1 0-1");
}

static void replacing_a_stretch(void **state)
{
	struct tk_parts from = {.tracks = true}, out = {.tracks = true};
	struct tk_rewrite w = {&from, 0, 0, 4, &out};

	(void)state;
	assert_ok(tk_parts_begin(&from, BYTES("ab\u00e9d")));
	assert_ok(tk_rewrite_replace(&w, 4, BYTES("xyz")));
	assert_int_equal(w.at, 4);
	assert_int_equal(out.text.n, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(out.from[i].begin, 2);
		assert_int_equal(out.from[i].end, 4);
	}
	tk_parts_release(&from);
	tk_parts_release(&out);
}

static void without_sources(void **state)
{
	struct tk_parts from = {.tracks = false}, out = {.tracks = false};
	struct tk_rewrite w = {&from, 0, 0, 2, &out};

	(void)state;
	assert_ok(tk_parts_begin(&from, BYTES("ab")));
	assert_ok(tk_rewrite_put(&w, 'X', 1));
	assert_ok(tk_rewrite_put(&w, 'Y', -1));
	assert_ok(tk_rewrite_replace(&w, 2, BYTES("z")));
	assert_int_equal(out.text.n, 3);
	assert_memory_equal(out.text.p, "XYz", 3);
	assert_null(out.from);
	tk_parts_release(&from);
	tk_parts_release(&out);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	struct tk_parts out = {.alloc = alloc, .tracks = true};
	const struct tk_parts *from = ctx;
	struct tk_rewrite w = {from, 0, 0, from->text.n, &out};
	tok_status st = TOK_OK;

	tk_parts_clear(&out);
	for (uint32_t i = 0; !st && i < 200; i++)
		st = tk_rewrite_put(&w, 0x4E00 + i, i % 3 == 2);
	tk_parts_release(&out);
	return st;
}

static void survives_failing_allocations(void **state)
{
	struct tk_parts from = {.tracks = true};

	(void)state;
	assert_ok(tk_parts_begin(&from, BYTES("some text")));
	unit_fail_each(run, &from);
	tk_parts_release(&from);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_place_of_one),
		cmocka_unit_test(in_place_of_several),
		cmocka_unit_test(beside),
		cmocka_unit_test(in_a_part_of_the_text),
		cmocka_unit_test(beyond_the_old_text),
		cmocka_unit_test(replacing_a_stretch),
		cmocka_unit_test(without_sources),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("rewrite", tests, NULL, NULL);
}
