/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <stdbool.h>

#include "base/bytes.h"
#include "compress.h"
#include "text/gunzip.h"

/* Unpacks in pieces of `piece` bytes on both sides. */
static tok_status unpack(tok_bytes packed, size_t piece, tok_buf *out,
			 bool *whole)
{
	struct tk_gunzip *g = tk_gunzip_new(NULL);
	tok_status st = TOK_OK;

	assert_non_null(g);
	while (!st && packed.n) {
		size_t n = packed.n < piece ? packed.n : piece, made;
		tok_bytes in = {packed.p, n};

		packed.p += n;
		packed.n -= n;
		do {
			assert_ok(tk_buf_reserve(out, piece));
			st = tk_gunzip_step(g, &in, out->p + out->n, piece,
					    &made);
			out->n += made;
		} while (!st && (in.n || made));
	}
	*whole = tk_gunzip_whole(g);
	tk_gunzip_free(g);
	return st;
}

static void members(void **state)
{
	(void)state;
	tok_buf packed = {0};
	tok_bytes want = BYTES("one two two two two two two three");

	add_gzip(&packed, BYTES("one "));
	add_gzip(&packed, BYTES(""));
	add_gzip(&packed, BYTES("two two two two two two "));
	add_gzip(&packed, BYTES("three"));
	for (size_t piece = 1; piece < 40; piece++) {
		tok_buf out = {0};
		bool whole;

		assert_ok(unpack((tok_bytes){packed.p, packed.n}, piece, &out,
				 &whole));
		assert_true(whole);
		assert_true(tk_bytes_equal((tok_bytes){out.p, out.n}, want));
		tok_buf_release(&out);
	}
	tok_buf_release(&packed);
}

static void damaged(void **state)
{
	(void)state;
	tok_buf packed = {0}, out = {0};
	bool whole;

	add_gzip(&packed, BYTES("some text"));
	for (size_t n = 1; n < packed.n; n++) {
		assert_ok(unpack((tok_bytes){packed.p, n}, 7, &out, &whole));
		assert_false(whole);
	}
	packed.p[packed.n - 6] ^= 1;
	assert_int_equal(
		unpack((tok_bytes){packed.p, packed.n}, 7, &out, &whole),
		TOK_E_CORRUPT);
	packed.p[packed.n - 6] ^= 1;
	assert_ok(tk_buf_text(&packed, "rubbish"));
	assert_int_equal(
		unpack((tok_bytes){packed.p, packed.n}, 7, &out, &whole),
		TOK_E_CORRUPT);
	tok_buf_release(&packed);
	tok_buf_release(&out);
}

static tok_status make(const tok_alloc *alloc, void *ctx)
{
	struct tk_gunzip *g = tk_gunzip_new(alloc);
	(void)ctx;

	tk_gunzip_free(g);
	return g ? TOK_OK : TOK_E_MEMORY;
}

static void allocation_fails(void **state)
{
	(void)state;
	unit_fail_each(make, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members),
		cmocka_unit_test(damaged),
		cmocka_unit_test(allocation_fails),
	};
	return cmocka_run_group_tests_name("gunzip", tests, NULL, NULL);
}
