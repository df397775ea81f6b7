/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "model/trie_check.h"
#include "toy.h"

enum { N_PIECES = 12 };

static tok_model *make(void)
{
	uint64_t random = 94;

	return toy_model(&random, N_PIECES, 3);
}

/* What a model has of the walk before goes. */
static tok_status check(tok_model *m)
{
	tk_free(m->alloc, m->joint, m->n_joint, sizeof(*m->joint));
	m->joint = NULL;
	return tk_trie_check(m);
}

/* What is const is the image, which is the model's own. */
static uint8_t *own(tok_model *m, const void *part)
{
	return m->image.p + ((const uint8_t *)part - m->image.p);
}

/* In each unit one bit of its link, of its score and of its id. */
static void sees_other_units(void **state)
{
	tok_model *m = make();
	uint64_t random = 95;
	size_t n_passed = 0;

	(void)state;
	assert_ok(check(m));
	for (uint32_t i = 0; i < m->trie.n_units; i++) {
		const struct tk_unit *unit = &m->trie.unit[i];
		uint8_t *word[] = {own(m, &unit->link), own(m, &unit->score),
				   own(m, &m->trie.id[i])};
		bool used = unit->link & TK_UNIT_USED;

		for (int w = 0; w < 3; w++) {
			size_t at = unit_below(&random, 4);
			uint8_t bit = (uint8_t)(1 << unit_below(&random, 8));

			word[w][at] ^= bit;
			tok_status st = check(m);
			assert_true(st == TOK_E_CORRUPT ||
				    (!st && !used && w == 0));
			n_passed += !st;
			word[w][at] ^= bit;
		}
	}
	assert_true(n_passed > 0);
	assert_ok(check(m));
	tok_model_free(m);
}

/* Of each piece a byte, its kind and its score. */
static void sees_other_rows(void **state)
{
	tok_model *m = make();

	(void)state;
	for (tok_id id = 0; id < m->n_ids; id++) {
		uint8_t *byte = own(m, tk_model_bytes(m, id).p);
		uint8_t *kind = own(m, &m->kind[id]), was = *kind;
		double score = m->score[id], other = score - 0.5;

		*byte ^= 1;
		assert_int_equal(check(m), TOK_E_CORRUPT);
		*byte ^= 1;
		*kind = TOK_KIND_CONTROL;
		assert_int_equal(check(m), TOK_E_CORRUPT);
		*kind = was;
		memcpy(own(m, &m->score[id]), &other, sizeof(other));
		assert_int_equal(check(m), TOK_E_CORRUPT);
		memcpy(own(m, &m->score[id]), &score, sizeof(score));
	}
	assert_ok(check(m));
	tok_model_free(m);
}

/* A row more than there are nodes. */
static void sees_what_is_missing(void **state)
{
	uint64_t random = 96;
	struct toy toy;
	tok_model *m;

	(void)state;
	toy_init(&toy, &random, N_PIECES, 3);
	struct tk_spec spec = toy_spec(&toy);
	spec.pad_vocab = 100;
	assert_ok(tk_model_build(&spec, NULL, &m, NULL));
	assert_int_equal(m->kind[m->n_ids - 1], TOK_KIND_RESERVED);
	assert_ok(check(m));
	*own(m, &m->kind[m->n_ids - 1]) = TOK_KIND_PIECE;
	assert_int_equal(check(m), TOK_E_CORRUPT);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sees_other_units),
		cmocka_unit_test(sees_other_rows),
		cmocka_unit_test(sees_what_is_missing),
	};
	return cmocka_run_group_tests_name("trie check", tests, NULL, NULL);
}
