/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What unit tests share. A test program is
 *
 *   static void adds(void **state) { (void)state; assert_int_equal(...); }
 *   int main(void)
 *   {
 *           const struct CMUnitTest tests[] = {cmocka_unit_test(adds)};
 *           return cmocka_run_group_tests_name("file", tests, NULL, NULL);
 *   }
 */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tok/base.h"

#define assert_ok(call) assert_int_equal((call), TOK_OK)

/* The bytes of a string literal, NUL bytes inside it included. */
#define BYTES(literal) \
	((tok_bytes){(const uint8_t *)(literal), sizeof(literal) - 1})

/*
 * An allocator that counts, checks the sizes it is told on freeing, and fails
 * the fail_at-th request (1 is the first; 0: never).
 */
struct unit_alloc {
	tok_alloc alloc; /* pass &u.alloc */
	size_t n_requests, fail_at;
	size_t n_blocks, n_bytes; /* live */
	size_t peak;              /* the most n_bytes has been */
};

void unit_alloc_init(struct unit_alloc *u);
/* Fails the test if anything is still allocated. */
void unit_alloc_check(const struct unit_alloc *u);

/*
 * Runs body(&u.alloc, ctx) with the 1st, 2nd, ... request failing until it
 * succeeds; each failure must be TOK_E_MEMORY and leave nothing allocated.
 */
void unit_fail_each(tok_status (*body)(const tok_alloc *alloc, void *ctx),
		    void *ctx);

/* Reproducible random numbers for tests. */
uint64_t unit_random(uint64_t *state);
/* 0 .. n-1 */
static inline size_t unit_below(uint64_t *state, size_t n)
{
	return (size_t)(unit_random(state) % n);
}

/* A new empty directory of this test; removed with all in it by
 * unit_remove_dir. Returns a malloc'd path. */
char *unit_temp_dir(void);
void unit_remove_dir(char *path);
/* malloc'd "dir/name". */
char *unit_path(const char *dir, const char *name);
void unit_write_file(const char *path, tok_bytes data);
/* malloc'd contents. */
tok_bytes unit_read_file(const char *path);

#endif
