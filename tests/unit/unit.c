/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "unit.h"

#include <ftw.h>
#include <stdio.h>
#include <unistd.h>

/* Each block is preceded by its size, so that lies about it show. */
enum { HEAD = 16 };

static void *unit_resize(void *ctx, void *p, size_t old_size, size_t new_size)
{
	struct unit_alloc *u = ctx;
	uint8_t *block = p ? (uint8_t *)p - HEAD : NULL;

	if (block) {
		size_t told;
		memcpy(&told, block, sizeof(told));
		assert_int_equal(told, old_size);
	} else {
		assert_int_equal(old_size, 0);
	}
	if (!new_size) {
		if (block) {
			u->n_blocks--;
			u->n_bytes -= old_size;
			free(block);
		}
		return NULL;
	}
	if (++u->n_requests == u->fail_at)
		return NULL;
	block = realloc(block, new_size + HEAD);
	assert_non_null(block);
	memcpy(block, &new_size, sizeof(new_size));
	if (!p)
		u->n_blocks++;
	u->n_bytes += new_size - old_size;
	if (u->n_bytes > u->peak)
		u->peak = u->n_bytes;
	return block + HEAD;
}

void unit_alloc_init(struct unit_alloc *u)
{
	*u = (struct unit_alloc){.alloc = {unit_resize, u}};
}

void unit_alloc_check(const struct unit_alloc *u)
{
	assert_int_equal(u->n_blocks, 0);
	assert_int_equal(u->n_bytes, 0);
}

void unit_fail_each(tok_status (*body)(const tok_alloc *alloc, void *ctx),
		    void *ctx)
{
	for (size_t k = 1;; k++) {
		struct unit_alloc u;

		unit_alloc_init(&u);
		u.fail_at = k;
		tok_status st = body(&u.alloc, ctx);
		unit_alloc_check(&u);
		if (u.n_requests < k) {
			assert_int_equal(st, TOK_OK);
			return;
		}
		assert_int_equal(st, TOK_E_MEMORY);
		assert_true(k < 100000);
	}
}

uint64_t unit_random(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

char *unit_temp_dir(void)
{
	const char *base = getenv("TMPDIR");
	char *path = unit_path(base ? base : "/tmp", "tok-unit-XXXXXX");

	assert_non_null(mkdtemp(path));
	return path;
}

static int remove_one(const char *path, const struct stat *info, int type,
		      struct FTW *walk)
{
	(void)info;
	(void)type;
	(void)walk;
	return remove(path);
}

void unit_remove_dir(char *path)
{
	assert_int_equal(nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
	free(path);
}

char *unit_path(const char *dir, const char *name)
{
	char *path;

	assert_true(asprintf(&path, "%s/%s", dir, name) > 0);
	return path;
}

void unit_write_file(const char *path, tok_bytes data)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	if (data.n)
		assert_int_equal(fwrite(data.p, 1, data.n, f), data.n);
	assert_int_equal(fclose(f), 0);
}

tok_bytes unit_read_file(const char *path)
{
	FILE *f = fopen(path, "rb");

	assert_non_null(f);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	long size = ftell(f);
	assert_true(size >= 0);
	rewind(f);
	uint8_t *p = malloc((size_t)size + 1);
	assert_non_null(p);
	assert_int_equal(fread(p, 1, (size_t)size, f), (size_t)size);
	fclose(f);
	return (tok_bytes){p, (size_t)size};
}
