/* SPDX-License-Identifier: Apache-2.0 */
#include "protobuf_write.h"

#include "model/protobuf_out.h"

static void write_all(struct tk_pb_out *out, struct tk_pb_out *inner)
{
	tk_pb_put_varint(out, 1, 0);
	tk_pb_put_varint(out, 2, 127);
	tk_pb_put_varint(out, 2, 128);
	tk_pb_put_varint(out, (1 << 29) - 1, (uint64_t)-1);
	tk_pb_put_float(out, 5, -1.5f);
	tk_pb_put_bytes(out, 3, (tok_bytes){NULL, 0});
	tk_pb_put_bytes(inner, 4, BYTES("a\0b"));
	tk_pb_put_message(out, 16, inner);
	tk_pb_put_message(out, 17, inner);
}

/* As the writer of the readers' tests does it, which was written apart. */
static void writes_what_readers_read(void **state)
{
	struct tk_pb_out out = {0}, inner = {0};
	tok_buf want = {0}, message = {0};

	(void)state;
	write_all(&out, &inner);
	assert_ok(out.status);
	put_number(&want, 1, 0);
	put_number(&want, 2, 127);
	put_number(&want, 2, 128);
	put_number(&want, (1 << 29) - 1, UINT64_MAX);
	put_float(&want, 5, -1.5f);
	put_bytes(&want, 3, (tok_bytes){NULL, 0});
	put_bytes(&message, 4, BYTES("a\0b"));
	put_message(&want, 16, &message);
	put_message(&want, 17, &message);
	assert_int_equal(out.buf.n, want.n);
	assert_memory_equal(out.buf.p, want.p, want.n);
	tok_buf_release(&out.buf);
	tok_buf_release(&inner.buf);
	tok_buf_release(&want);
	tok_buf_release(&message);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	struct tk_pb_out out = {.buf.alloc = alloc};
	struct tk_pb_out inner = {.buf.alloc = alloc};

	(void)ctx;
	write_all(&out, &inner);
	tok_status st = out.status;
	tok_buf_release(&out.buf);
	tok_buf_release(&inner.buf);
	return st;
}

static void survives_failing_allocations(void **state)
{
	(void)state;
	unit_fail_each(run, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_what_readers_read),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("protobuf_out", tests, NULL, NULL);
}
