/* SPDX-License-Identifier: Apache-2.0 */
#include "protobuf_write.h"

static tok_bytes all(const tok_buf *buf)
{
	return (tok_bytes){buf->p, buf->n};
}

/* A field of each type, with numbers and values at their edges. */
static void write_all(tok_buf *out)
{
	put_number(out, 1, 0);
	put_number(out, 2, 300);
	put_number(out, (1 << 29) - 1, UINT64_MAX);
	put_fixed32(out, 15, 0xDEADBEEF);
	put_fixed64(out, 16, UINT64_C(0x0123456789ABCDEF));
	put_bytes(out, 3, (tok_bytes){NULL, 0});
	put_bytes(out, 4, BYTES("a\0b"));
	put_float(out, 5, -1.5f);
}

static void fields_come_as_written(void **state)
{
	static const struct {
		uint32_t tag;
		uint64_t value;
		const char *bytes;
		size_t n;
	} want[] = {
		{TK_PB_VARINT(1), 0, "", 0},
		{TK_PB_VARINT(2), 300, "", 0},
		{TK_PB_VARINT(((1u << 29) - 1)), UINT64_MAX, "", 0},
		{TK_PB_FIXED32(15), 0xDEADBEEF, "", 0},
		{TK_PB_FIXED64(16), UINT64_C(0x0123456789ABCDEF), "", 0},
		{TK_PB_BYTES(3), 0, "", 0},
		{TK_PB_BYTES(4), 0, "a\0b", 3},
		{TK_PB_FIXED32(5), 0xBFC00000, "", 0},
	};
	struct tk_pb_field f;
	tok_buf buf = {0};

	(void)state;
	write_all(&buf);
	tok_bytes rest = all(&buf);
	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++) {
		assert_ok(tk_pb_next(&rest, &f));
		assert_int_equal(f.tag, want[i].tag);
		assert_true(f.value == want[i].value);
		assert_int_equal(f.bytes.n, want[i].n);
		if (want[i].n)
			assert_memory_equal(f.bytes.p, want[i].bytes,
					    want[i].n);
	}
	assert_true(tk_pb_float(f.value) == -1.5f);
	assert_int_equal(tk_pb_next(&rest, &f), TOK_END);
	assert_int_equal(tk_pb_next(&rest, &f), TOK_END);
	tok_buf_release(&buf);
}

static void nothing_is_a_message(void **state)
{
	tok_bytes rest = {NULL, 0};
	struct tk_pb_field f;

	(void)state;
	assert_int_equal(tk_pb_next(&rest, &f), TOK_END);
}

static void check_one(tok_bytes message, tok_status want)
{
	/* Exactly as long as it is, so that a byte too far is seen. */
	uint8_t *copy = malloc(message.n);
	tok_bytes rest = {copy, message.n};
	struct tk_pb_field f;

	assert_non_null(copy);
	memcpy(copy, message.p, message.n);
	assert_int_equal(tk_pb_next(&rest, &f), want);
	if (want) {
		assert_ptr_equal(rest.p, copy);
		assert_int_equal(rest.n, message.n);
	} else {
		assert_int_equal(rest.n, 0);
	}
	free(copy);
}

static void only_whole_fields(void **state)
{
	static const tok_bytes no[] = {
		BYTES("\x08"),                         /* no value */
		BYTES("\x08\x80"),                     /* half a value */
		BYTES("\x80"),                         /* half a tag */
		BYTES("\x00\x01"), BYTES("\x02\x00"),  /* field 0 */
		BYTES("\x0B\x0C"), BYTES("\x0C"),      /* a group */
		BYTES("\x0E\x01"), BYTES("\x0F\x01"),  /* no such type */
		BYTES("\x0A\x01"), BYTES("\x0A\x03xy"),
		BYTES("\x0D\1\2\3"), BYTES("\x09\1\2\3\4\5\6\7"),
		BYTES("\x0A\xFF\xFF\xFF\xFF\x0F"),     /* 4 GiB to come */
		BYTES("\x0A\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"),
		BYTES("\x88\x80\x80\x80\x80\x00\x01"), /* a tag of 6 bytes */
		BYTES("\x88\x80\x80\x80\x10\x01"),     /* of 33 bits */
		BYTES("\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"),
	};
	static const tok_bytes yes[] = {
		BYTES("\x08\x01"), BYTES("\x88\x80\x80\x80\x00\x01"),
		BYTES("\x08\x80\x80\x00"), BYTES("\x0A\x80\x80\x00"),
		BYTES("\xF8\xFF\xFF\xFF\x0F\x01"),
		BYTES("\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
		check_one(no[i], TOK_E_FORMAT);
	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++)
		check_one(yes[i], TOK_OK);
}

/* Reads copy to its end or to what is wrong; the fields lie inside it. */
static tok_status walk(const tok_bytes message)
{
	tok_bytes rest = message;
	struct tk_pb_field f;
	tok_status st;

	for (size_t left = rest.n; !(st = tk_pb_next(&rest, &f));) {
		assert_true(rest.n < left);
		left = rest.n;
		assert_true(!f.bytes.n ||
			    (f.bytes.p > message.p &&
			     f.bytes.p + f.bytes.n == rest.p));
	}
	assert_ptr_equal(rest.p + rest.n, message.p + message.n);
	return st;
}

static void cut_and_flipped(void **state)
{
	size_t n_whole = 0;
	tok_buf buf = {0};

	(void)state;
	write_all(&buf);
	for (size_t n = 0; n <= buf.n; n++) {
		uint8_t *copy = malloc(n ? n : 1);

		assert_non_null(copy);
		memcpy(copy, buf.p, n);
		tok_status st = walk((tok_bytes){copy, n});
		assert_true(st == TOK_END || st == TOK_E_FORMAT);
		n_whole += st == TOK_END;
		free(copy);
	}
	/* Before, between and after its 8 fields. */
	assert_int_equal(n_whole, 9);
	for (size_t i = 0; i < 8 * buf.n; i++) {
		buf.p[i / 8] ^= (uint8_t)(1 << i % 8);
		tok_status st = walk(all(&buf));
		assert_true(st == TOK_END || st == TOK_E_FORMAT);
		buf.p[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	tok_buf_release(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_come_as_written),
		cmocka_unit_test(nothing_is_a_message),
		cmocka_unit_test(only_whole_fields),
		cmocka_unit_test(cut_and_flipped),
	};
	return cmocka_run_group_tests_name("protobuf", tests, NULL, NULL);
}
