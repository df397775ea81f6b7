/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "model/trie_walk.h"
#include "trie_toy.h"

/* Each node is come to once, by its own way, after its parent; how many. */
static size_t walk(const struct tk_trie *trie, size_t longest, bool *whole)
{
	struct tk_trie_walk w;
	uint32_t unit, at;
	size_t n = 0, depth = 0;

	*whole = !tk_trie_walk_init(&w, trie, longest, NULL);
	while (*whole && (unit = tk_trie_walk_next(&w))) {
		assert_in_range(w.depth, 1, longest);
		assert_in_range(w.depth, 1, depth + 1);
		depth = w.depth;
		at = 0;
		for (size_t i = 0; i < depth; i++)
			at = tk_trie_step(trie->unit, at, w.path[i]);
		assert_int_equal(at, unit);
		assert_true(++n <= trie->n_units);
	}
	*whole = *whole && tk_trie_walk_whole(&w);
	tk_trie_walk_release(&w);
	return n;
}

static void comes_to_each_node_once(void **state)
{
	struct trie_toy *f = *state;
	bool whole;

	/* Bytes, and "in", "ing", "io", "ion", "th", "the", "them", and two
	 * that begin with E2. */
	assert_int_equal(walk(&f->trie, TRIE_TOY_LONGEST, &whole), 256 + 9);
	assert_true(whole);
	(void)walk(&f->trie, TRIE_TOY_LONGEST - 1, &whole);
	assert_false(whole);
}

/* What is walked and found whole leads nowhere else. */
static void walk_everywhere(const struct tk_trie *trie)
{
	static const uint8_t text[] = "the theming ion\xE2\x82\xAC\0\xFF ing";

	for (size_t i = 0; i < sizeof(text); i++) {
		uint32_t at = 0;
		for (size_t k = i; k < sizeof(text); k++) {
			at = tk_trie_step(trie->unit, at, text[k]);
			if (!at)
				break;
			assert_true(at < trie->n_units);
			assert_true(k - i < TRIE_TOY_LONGEST);
		}
	}
}

static bool finds_all(const struct trie_toy *f)
{
	for (size_t i = 0; i < TRIE_TOY_ENTRIES; i++)
		if (tk_trie_find(&f->trie, f->entry[i].bytes) !=
		    f->entry[i].id)
			return false;
	return true;
}

/* Every bit of every link counts, but for the label and the base of a unit
 * that is not used, and for the root's label: it is no trie, or of others. */
static void sees_every_bit_of_a_link(void **state)
{
	struct trie_toy *f = *state;

	for (uint32_t i = 0; i < f->trie.n_units; i++) {
		struct tk_unit *unit = &f->image.unit[i];
		uint32_t before = unit->link;

		for (unsigned bit = 0; bit < 32; bit++) {
			bool whole;

			unit->link ^= UINT32_C(1) << bit;
			(void)walk(&f->trie, TRIE_TOY_LONGEST, &whole);
			if (whole)
				walk_everywhere(&f->trie);
			if (whole && finds_all(f)) {
				assert_false(before & TK_UNIT_USED);
				assert_true(i || bit < 8);
			}
			unit->link = before;
		}
	}
}

/* Nor may there be anything where no node is, or a node that leads to no
 * piece. */
static void sees_what_no_piece_has(void **state)
{
	struct trie_toy *f = *state;
	bool whole;

	for (uint32_t i = 0; i < f->trie.n_units; i++) {
		struct tk_unit before = f->image.unit[i];
		bool used = before.link & TK_UNIT_USED;
		int32_t id = f->image.id[i];

		f->image.unit[i].score = used ? TK_NO_PIECE : 0;
		(void)walk(&f->trie, TRIE_TOY_LONGEST, &whole);
		bool leaf = before.link >> 9 == f->trie.n_units - 256;
		assert_int_equal(whole, used && !leaf);
		f->image.unit[i] = before;

		f->image.id[i] ^= 1;
		(void)walk(&f->trie, TRIE_TOY_LONGEST, &whole);
		assert_int_equal(whole, used);
		f->image.id[i] = id;
	}
}

static void wants_a_size_of_blocks(void **state)
{
	struct trie_toy *f = *state;
	struct tk_trie cut = f->trie;
	bool whole;

	cut.n_units -= 256;
	(void)walk(&cut, TRIE_TOY_LONGEST, &whole);
	assert_false(whole);
	cut.n_units = f->trie.n_units - 1;
	(void)walk(&cut, TRIE_TOY_LONGEST, &whole);
	assert_false(whole);
	cut.n_units = 0;
	(void)walk(&cut, TRIE_TOY_LONGEST, &whole);
	assert_false(whole);
}

/* A unit that leads to itself, and two nodes with one base. */
static void sees_loops(void **state)
{
	struct trie_toy *f = *state;
	struct tk_unit *unit = f->image.unit;
	uint32_t i = tk_trie_step(unit, 0, 'i'), t = tk_trie_step(unit, 0, 't');
	struct tk_unit before = unit[t];
	bool whole;

	unit[t].link = (unit[i].link & ~TK_UNIT_MASK) | TK_UNIT_USED | 't';
	(void)walk(&f->trie, TRIE_TOY_LONGEST, &whole);
	assert_false(whole);
	unit[t].link = unit[0].link >> 9 << 9 | TK_UNIT_USED | 't';
	(void)walk(&f->trie, TRIE_TOY_LONGEST, &whole);
	assert_false(whole);
	unit[t] = before;
	(void)walk(&f->trie, TRIE_TOY_LONGEST, &whole);
	assert_true(whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_to_each_node_once),
		cmocka_unit_test(sees_every_bit_of_a_link),
		cmocka_unit_test(sees_what_no_piece_has),
		cmocka_unit_test(wants_a_size_of_blocks),
		cmocka_unit_test(sees_loops),
	};
	return cmocka_run_group_tests_name("trie walk", tests, trie_toy_make,
					   trie_toy_drop);
}
