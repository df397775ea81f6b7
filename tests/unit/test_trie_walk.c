/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "model/trie_walk.h"

enum { N_WORDS = 6, LONGEST = 4, N_ENTRIES = 256 + N_WORDS };

/* A trie of all bytes and some words, as a model has it. */
struct fixture {
	uint8_t byte[256];
	struct tk_entry entry[N_ENTRIES];
	struct tk_trie_image image;
	struct tk_trie trie;
};

static int make(void **state)
{
	static struct fixture f;
	static const char *const word[N_WORDS] = {
		"in", "ing", "ion", "the", "them", "\xE2\x82\xAC"};
	size_t n = 0;

	for (int i = 0; i < 256; i++) {
		f.byte[i] = (uint8_t)i;
		f.entry[n++] = (struct tk_entry){{&f.byte[i], 1}, -i, i};
		for (size_t k = 0; k < N_WORDS; k++)
			if ((uint8_t)word[k][0] == i) {
				f.entry[n++] = (struct tk_entry){
					tok_bytes_of(word[k]), -1000,
					256 + (int32_t)k};
			}
	}
	assert_int_equal(n, N_ENTRIES);
	assert_ok(tk_trie_build(f.entry, n, NULL, &f.image));
	f.trie = (struct tk_trie){f.image.unit, f.image.id, f.image.n_units};
	*state = &f;
	return 0;
}

static int drop(void **state)
{
	struct fixture *f = *state;

	tk_trie_image_release(&f->image);
	return 0;
}

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
	struct fixture *f = *state;
	bool whole;

	/* Bytes, and "in", "ing", "io", "ion", "th", "the", "them", and two
	 * that begin with E2. */
	assert_int_equal(walk(&f->trie, LONGEST, &whole), 256 + 9);
	assert_true(whole);
	(void)walk(&f->trie, LONGEST - 1, &whole);
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
			assert_true(k - i < LONGEST);
		}
	}
}

static bool finds_all(const struct fixture *f)
{
	for (size_t i = 0; i < N_ENTRIES; i++)
		if (tk_trie_find(&f->trie, f->entry[i].bytes) !=
		    f->entry[i].id)
			return false;
	return true;
}

/* Every bit of every link counts, but for the label and the base of a unit
 * that is not used, and for the root's label: it is no trie, or of others. */
static void sees_every_bit_of_a_link(void **state)
{
	struct fixture *f = *state;

	for (uint32_t i = 0; i < f->trie.n_units; i++) {
		struct tk_unit *unit = &f->image.unit[i];
		uint32_t before = unit->link;

		for (unsigned bit = 0; bit < 32; bit++) {
			bool whole;

			unit->link ^= UINT32_C(1) << bit;
			(void)walk(&f->trie, LONGEST, &whole);
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
	struct fixture *f = *state;
	bool whole;

	for (uint32_t i = 0; i < f->trie.n_units; i++) {
		struct tk_unit before = f->image.unit[i];
		bool used = before.link & TK_UNIT_USED;
		int32_t id = f->image.id[i];

		f->image.unit[i].score = used ? TK_NO_PIECE : 0;
		(void)walk(&f->trie, LONGEST, &whole);
		bool leaf = before.link >> 9 == f->trie.n_units - 256;
		assert_int_equal(whole, used && !leaf);
		f->image.unit[i] = before;

		f->image.id[i] ^= 1;
		(void)walk(&f->trie, LONGEST, &whole);
		assert_int_equal(whole, used);
		f->image.id[i] = id;
	}
}

static void wants_a_size_of_blocks(void **state)
{
	struct fixture *f = *state;
	struct tk_trie cut = f->trie;
	bool whole;

	cut.n_units -= 256;
	(void)walk(&cut, LONGEST, &whole);
	assert_false(whole);
	cut.n_units = f->trie.n_units - 1;
	(void)walk(&cut, LONGEST, &whole);
	assert_false(whole);
	cut.n_units = 0;
	(void)walk(&cut, LONGEST, &whole);
	assert_false(whole);
}

/* A unit that leads to itself, and two nodes with one base. */
static void sees_loops(void **state)
{
	struct fixture *f = *state;
	struct tk_unit *unit = f->image.unit;
	uint32_t i = tk_trie_step(unit, 0, 'i'), t = tk_trie_step(unit, 0, 't');
	struct tk_unit before = unit[t];
	bool whole;

	unit[t].link = (unit[i].link & ~TK_UNIT_MASK) | TK_UNIT_USED | 't';
	(void)walk(&f->trie, LONGEST, &whole);
	assert_false(whole);
	unit[t].link = unit[0].link >> 9 << 9 | TK_UNIT_USED | 't';
	(void)walk(&f->trie, LONGEST, &whole);
	assert_false(whole);
	unit[t] = before;
	(void)walk(&f->trie, LONGEST, &whole);
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
	return cmocka_run_group_tests_name("trie walk", tests, make, drop);
}
