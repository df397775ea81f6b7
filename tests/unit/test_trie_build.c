/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/bytes.h"
#include "model/trie_walk.h"

enum { MANY = 3000, LONGEST = 24 };

struct set {
	uint8_t bytes[MANY][LONGEST];
	struct tk_entry entry[MANY];
	size_t n;
};

static int by_bytes(const void *a, const void *b)
{
	return tk_bytes_cmp(((const struct tk_entry *)a)->bytes,
			    ((const struct tk_entry *)b)->bytes);
}

/* Distinct random strings of up to longest bytes out of n_letters. */
static void fill(struct set *s, uint64_t *random, size_t n, size_t longest,
		 size_t n_letters)
{
	for (s->n = 0; s->n < n; s->n++) {
		size_t size = 1 + unit_below(random, longest);

		for (size_t i = 0; i < size; i++)
			s->bytes[s->n][i] =
				(uint8_t)unit_below(random, n_letters);
		s->entry[s->n] = (struct tk_entry){
			{s->bytes[s->n], size},
			-(int32_t)unit_below(random, 1000), 0};
	}
	qsort(s->entry, n, sizeof(*s->entry), by_bytes);
	size_t kept = 0;
	for (size_t i = 0; i < n; i++)
		if (!i || tk_bytes_cmp(s->entry[kept - 1].bytes,
				       s->entry[i].bytes))
			s->entry[kept++] = s->entry[i];
	s->n = kept;
	for (size_t i = 0; i < kept; i++)
		s->entry[i].id = (int32_t)((i * 7919) % kept);
}

static struct tk_trie view(const struct tk_trie_image *image)
{
	return (struct tk_trie){image->unit, image->id, image->n_units};
}

/* All entries are found, so there is nothing else in it if there are as many
 * pieces. */
static void check_walk(const struct tk_trie *trie, size_t n)
{
	struct tk_trie_walk w;
	uint32_t at;

	assert_ok(tk_trie_walk_init(&w, trie, LONGEST, NULL));
	while ((at = tk_trie_walk_next(&w)))
		n -= trie->id[at] >= 0;
	assert_true(tk_trie_walk_whole(&w));
	assert_int_equal(n, 0);
	tk_trie_walk_release(&w);
}

static void holds_what_it_was_built_from(void **state)
{
	static struct set s;
	uint64_t random = 3;
	static const size_t letters[] = {1, 2, 4, 30, 256};

	(void)state;
	for (int round = 0; round < 50; round++) {
		struct tk_trie_image image;

		fill(&s, &random, 1 + unit_below(&random, MANY),
		     1 + unit_below(&random, LONGEST), letters[round % 5]);
		assert_ok(tk_trie_build(s.entry, s.n, NULL, &image));
		struct tk_trie trie = view(&image);
		check_walk(&trie, s.n);
		for (size_t i = 0; i < s.n; i++)
			assert_int_equal(tk_trie_find(&trie, s.entry[i].bytes),
					 s.entry[i].id);
		tk_trie_image_release(&image);
	}
}

/* Strings near those in the set are found only if they are in it. */
static void finds_nothing_else(void **state)
{
	static struct set s;
	uint64_t random = 4;
	struct tk_trie_image image;

	(void)state;
	fill(&s, &random, 500, 6, 4);
	assert_ok(tk_trie_build(s.entry, s.n, NULL, &image));
	struct tk_trie trie = view(&image);
	for (int i = 0; i < 100000; i++) {
		uint8_t p[8];
		size_t n = unit_below(&random, 8);
		int32_t wanted = -1;

		for (size_t k = 0; k < n; k++)
			p[k] = (uint8_t)unit_below(&random, 5);
		struct tk_entry key = {{p, n}, 0, 0};
		struct tk_entry *e = bsearch(&key, s.entry, s.n, sizeof(key),
					     by_bytes);
		if (e)
			wanted = e->id;
		assert_int_equal(tk_trie_find(&trie, key.bytes), wanted);
	}
	tk_trie_image_release(&image);
}

static void few_units_are_empty(void **state)
{
	static struct set s;
	uint64_t random = 5;
	struct tk_trie_image image;
	uint32_t used = 0;

	(void)state;
	fill(&s, &random, MANY, LONGEST, 26);
	assert_ok(tk_trie_build(s.entry, s.n, NULL, &image));
	for (uint32_t i = 0; i < image.n_units; i++)
		used += image.unit[i].link & TK_UNIT_USED ? 1 : 0;
	assert_true(used > image.n_units / 10 * 9);
	tk_trie_image_release(&image);
}

static tok_status build(const tok_alloc *alloc, void *ctx)
{
	const struct set *s = ctx;
	struct tk_trie_image image;
	tok_status st = tk_trie_build(s->entry, s->n, alloc, &image);

	tk_trie_image_release(&image);
	return st;
}

static void survives_failing_allocations(void **state)
{
	static struct set s;
	uint64_t random = 6;

	(void)state;
	fill(&s, &random, MANY, LONGEST, 256);
	unit_fail_each(build, &s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_what_it_was_built_from),
		cmocka_unit_test(finds_nothing_else),
		cmocka_unit_test(few_units_are_empty),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("trie_build", tests, NULL, NULL);
}
