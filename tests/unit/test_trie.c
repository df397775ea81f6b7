/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "model/trie.h"

/* A trie of all bytes and some words, as a model has it. */
struct fixture {
	uint8_t byte[256];
	struct tk_entry entry[256 + 6];
	struct tk_trie_image image;
	struct tk_trie trie;
};

static int make(void **state)
{
	static struct fixture f;
	static const char *const word[] = {"in", "ing", "ion", "the", "them",
					   "\xE2\x82\xAC"};
	size_t n = 0;

	for (int i = 0; i < 256; i++) {
		f.byte[i] = (uint8_t)i;
		f.entry[n++] = (struct tk_entry){{&f.byte[i], 1}, -i, i};
		for (size_t k = 0; k < 6; k++)
			if ((uint8_t)word[k][0] == i) {
				f.entry[n++] = (struct tk_entry){
					tok_bytes_of(word[k]), -1000,
					256 + (int32_t)k};
			}
	}
	assert_int_equal(n, 262);
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

static void steps_and_finds(void **state)
{
	struct fixture *f = *state;
	uint32_t at = tk_trie_step(f->trie.unit, 0, 'i');

	assert_true(at);
	assert_int_equal(f->trie.id[at], 'i');
	at = tk_trie_step(f->trie.unit, at, 'o');
	assert_true(at);
	assert_int_equal(f->trie.id[at], -1);
	assert_int_equal(f->trie.unit[at].score, TK_NO_PIECE);
	assert_int_equal(tk_trie_step(f->trie.unit, at, 'x'), 0);
	assert_int_equal(tk_trie_find(&f->trie, BYTES("them")), 260);
	assert_int_equal(tk_trie_find(&f->trie, BYTES("themx")), -1);
	assert_int_equal(tk_trie_find(&f->trie, BYTES("th")), -1);
	assert_int_equal(tk_trie_find(&f->trie, BYTES("")), -1);
}

/* Walks every start of some text; a hostile trie that the check has let
 * pass may not lead outside its arrays or match a wrong length. */
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
		}
	}
}

/* Every bit of every unit matters: the check sees each change. */
static void check_sees_every_bit(void **state)
{
	struct fixture *f = *state;
	size_t n = 262;

	assert_ok(tk_trie_check(&f->trie, f->entry, n, NULL));
	for (uint32_t i = 0; i < f->trie.n_units; i++) {
		struct tk_unit before = f->image.unit[i];
		int32_t id = f->image.id[i];

		for (unsigned bit = 0; bit < 32; bit++) {
			f->image.unit[i].link ^= UINT32_C(1) << bit;
			tok_status st = tk_trie_check(&f->trie, f->entry, n,
						      NULL);
			/* The label and base of an unused unit mean nothing,
			 * nor does the label of the root. */
			bool unused = !(before.link & TK_UNIT_USED) &&
				      (i || bit < 8);
			if (st == TOK_OK) {
				assert_true(unused);
				walk_everywhere(&f->trie);
			}
			f->image.unit[i] = before;
		}
		for (unsigned bit = 0; bit < 32; bit += 5) {
			uint32_t flip = UINT32_C(1) << bit;

			f->image.unit[i].score =
				(int32_t)((uint32_t)before.score ^ flip);
			assert_int_equal(tk_trie_check(&f->trie, f->entry, n,
						       NULL), TOK_E_CORRUPT);
			f->image.unit[i] = before;
			f->image.id[i] = (int32_t)((uint32_t)id ^ flip);
			assert_int_equal(tk_trie_check(&f->trie, f->entry, n,
						       NULL), TOK_E_CORRUPT);
			f->image.id[i] = id;
		}
	}
}

static void check_wants_exactly_the_entries(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(tk_trie_check(&f->trie, f->entry, 261, NULL),
			 TOK_E_CORRUPT);
	assert_int_equal(tk_trie_check(&f->trie, f->entry + 1, 261, NULL),
			 TOK_E_CORRUPT);
	struct tk_trie cut = f->trie;
	cut.n_units -= 256;
	assert_int_equal(tk_trie_check(&cut, f->entry, 262, NULL),
			 TOK_E_CORRUPT);
	cut.n_units = 0;
	assert_int_equal(tk_trie_check(&cut, f->entry, 262, NULL),
			 TOK_E_CORRUPT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_and_finds),
		cmocka_unit_test(check_sees_every_bit),
		cmocka_unit_test(check_wants_exactly_the_entries),
	};
	return cmocka_run_group_tests_name("trie", tests, make, drop);
}
