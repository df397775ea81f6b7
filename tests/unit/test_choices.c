/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "segment/choices.h"
#include "segment/lattice.h"
#include "sp_toy.h"

struct chunk {
	uint8_t p[TK_CHUNK_SIZE];
	size_t n;
	struct tk_slot slot[TK_CHUNK_SIZE + 1];
	int64_t place[TK_CHUNK_SIZE + 1];
	struct tk_filter f;
};

/* Text of at most a key's size and its sums. */
static void fill(struct chunk *c, const struct tk_tempered *law,
		 const tok_model *m, uint64_t *random)
{
	uint8_t p[64];

	do
		c->n = sp_toy_text(random, 4, 1 + unit_below(random, 12), p);
	while (c->n > TK_KEY_SIZE);
	memcpy(c->p, p, c->n);
	c->f = (struct tk_filter){.law = law, .text = {c->p, c->n},
				  .slot = c->slot, .place = c->place};
	tk_filter_begin(&c->f);
	tk_filter_run(&c->f, c->n, tk_lattice_of_characters(m));
}

static const struct tk_choices *put(struct tk_choices_table *t,
				    const struct chunk *c)
{
	struct tk_key key = tk_key_of(c->p, c->n, c->n, 0);

	return tk_choices_of(t, tk_choices_put(t, tk_choices_set(t, &key),
					       &key, &c->f));
}

static const struct tk_choices *find(const struct tk_choices_table *t,
				     const struct chunk *c)
{
	struct tk_key key = tk_key_of(c->p, c->n, c->n, 0);

	const struct tk_choices_key *x =
		tk_choices_find(t, tk_choices_set(t, &key), &key, c->n);

	return x && tk_choices_has(t, x) ? tk_choices_of(t, x) : NULL;
}

/* Is the chunk one id, whatever is drawn? */
static void check_only(const struct tk_choices_table *t, const struct chunk *c)
{
	struct tk_key key = tk_key_of(c->p, c->n, c->n, 0);
	const struct tk_choices_key *x =
		tk_choices_find(t, tk_choices_set(t, &key), &key, c->n);
	uint32_t low = tk_filter_choose(&c->f, c->n, 0);
	bool one = low == tk_filter_choose(&c->f, c->n, 1 - 0x1p-53) &&
		   low != TK_DRAWN_UNKNOWN &&
		   c->f.law->piece[low].size == c->n;

	assert_int_equal(x->only,
			 one ? c->f.law->ending[low].id : -1);
}

static void check_slot(const struct tk_choices *kept, const struct chunk *c,
		       size_t k, uint64_t *random)
{
	for (unsigned i = 0; i < 40; i++) {
		double u = (double)unit_below(random, 1 << 30) * 0x1p-30;
		uint32_t x = tk_filter_choose(&c->f, k, u);
		const struct tk_tempered *law = c->f.law;
		uint32_t want = x == TK_DRAWN_UNKNOWN
			? tk_choices_step(-1, c->slot[k].unknown)
			: tk_choices_step(law->ending[x].id,
					  law->piece[x].size);

		assert_int_equal(tk_choices_choose(kept, c->n, k, u), want);
	}
}

/* Those of all slots that a path may pass. */
static void check(const struct tk_choices *kept, const struct chunk *c,
		  uint64_t *random)
{
	for (size_t k = 1; k <= c->n; k++)
		if (c->slot[k].m > 0)
			check_slot(kept, c, k, random);
		else
			assert_int_equal(kept->first[k], kept->first[k + 1]);
}

static void choose_as_the_filter_does(void **state)
{
	static struct sp_toy toy;
	static struct chunk c;
	uint64_t random = 6;

	(void)state;
	for (unsigned round = 0; round < 20; round++) {
		struct tk_endings endings = {.alloc = NULL};
		struct tk_tempered law = {.alloc = NULL};
		struct tk_choices_table t = {.alloc = NULL};
		unsigned n_found = 0;

		sp_toy_init(&toy);
		sp_toy_fill(&toy, &random, SP_FEW, 4, 40);
		tok_model *m = sp_toy_model(&toy, TK_SP_FLOAT, 0);
		assert_ok(tk_endings_prepare(&endings, m));
		assert_ok(tk_tempered_prepare(&law, &endings, 0.2));
		assert_ok(tk_choices_prepare(&t, 1 << 18, 0.2));
		for (unsigned i = 0; i < 4000; i++) {
			fill(&c, &law, m, &random);
			const struct tk_choices *kept = find(&t, &c);
			n_found += kept != NULL;
			if (!kept)
				kept = put(&t, &c);
			assert_ptr_equal(kept, find(&t, &c));
			check(kept, &c, &random);
			check_only(&t, &c);
		}
		assert_in_range(n_found, 100, 3900);
		tk_choices_release(&t);
		tk_tempered_release(&law);
		tk_endings_release(&endings);
		tok_model_free(m);
	}
}

static void alphas_and_sizes(void **state)
{
	struct tk_choices_table t = {.alloc = NULL};

	(void)state;
	assert_ok(tk_choices_prepare(&t, 1000, 1));
	assert_int_equal(t.n_keys, 0);
	assert_ok(tk_choices_prepare(&t, 1 << 20, 1));
	assert_in_range(t.n_keys * sizeof(*t.key) + 8 * t.cap_words, 1 << 19,
			1 << 20);
	t.key[3].at_size = 5;
	assert_ok(tk_choices_prepare(&t, 1 << 20, 1));
	assert_int_equal(t.key[3].at_size, 5);
	assert_ok(tk_choices_prepare(&t, 1 << 20, 2));
	assert_int_equal(t.key[3].at_size, 0);
	tk_choices_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(choose_as_the_filter_does),
		cmocka_unit_test(alphas_and_sizes),
	};
	return cmocka_run_group_tests_name("choices", tests, NULL, NULL);
}
