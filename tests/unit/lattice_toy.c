/* SPDX-License-Identifier: Apache-2.0 */
#include "lattice_toy.h"

#include "sp_toy.h"
#include "toy.h"
#include "unit.h"

const enum tk_arithmetic lattice_toy_arithmetics[5] = {
	TK_INTEGER, TK_SP_FLOAT_OLD, TK_SP_FLOAT, TK_DOUBLE, TK_HF_DOUBLE};

static tok_model *own_model(uint64_t *random)
{
	struct toy toy;
	tok_model *m;

	toy_init(&toy, random, 16, 2);
	struct tk_spec spec = toy_spec(&toy);
	assert_ok(tk_model_build(&spec, NULL, &m, NULL));
	return m;
}

static tok_model *model_of(enum tk_arithmetic arithmetic, uint64_t *random)
{
	static struct sp_toy toy;

	if (arithmetic == TK_INTEGER)
		return own_model(random);
	sp_toy_init(&toy);
	if (arithmetic == TK_DOUBLE)
		sp_toy_fill_bytes(&toy, random, 4, 16);
	else if (arithmetic == TK_HF_DOUBLE)
		sp_toy_fill_hf(&toy, random, 4, 16);
	else
		sp_toy_fill(&toy, random, SP_FEW, 4, 16);
	return sp_toy_model(&toy, arithmetic, 0);
}

static size_t text_of(enum tk_arithmetic arithmetic, uint64_t *random,
		      uint8_t *out)
{
	size_t n = 4 + unit_below(random, 5);

	if (arithmetic != TK_INTEGER)
		return sp_toy_text(random, 4, n, out);
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)('a' + unit_below(random, 2));
	return n;
}

void lattice_toy_init(struct lattice_toy *toy, enum tk_arithmetic arithmetic,
		      uint64_t seed)
{
	toy->model = model_of(arithmetic, &seed);
	toy->text.p = toy->bytes;
	do {
		toy->text.n = text_of(arithmetic, &seed, toy->bytes);
		toy->n_paths = 0;
		if (toy->text.n <= REF_LATTICE_TEXT)
			toy->n_paths = ref_lattice_paths(toy->model, toy->text,
							 toy->path);
	} while (toy->n_paths < 4 || toy->n_paths > 3000);
	toy->endings = (struct tk_endings){.alloc = NULL};
	toy->law = (struct tk_tempered){.alloc = NULL};
	toy->trellis = (struct tk_trellis){.alloc = NULL};
	assert_ok(tk_endings_prepare(&toy->endings, toy->model));
	assert_ok(tk_trellis_begin(&toy->trellis, toy->model, &toy->endings));
	assert_ok(tk_trellis_add(&toy->trellis, toy->text));
}

void lattice_toy_release(struct lattice_toy *toy)
{
	tk_trellis_release(&toy->trellis);
	tk_tempered_release(&toy->law);
	tk_endings_release(&toy->endings);
	tok_model_free(toy->model);
}

const struct tk_tempered *lattice_toy_law(struct lattice_toy *toy, double alpha)
{
	assert_ok(tk_tempered_prepare(&toy->law, &toy->endings, alpha));
	return &toy->law;
}

size_t lattice_toy_find(const struct lattice_toy *toy, const tok_id *id,
			size_t n)
{
	for (size_t i = 0; i < toy->n_paths; i++)
		if (toy->path[i].n == n &&
		    !memcmp(toy->path[i].id, id, n * sizeof(*id)))
			return i;
	fail_msg("a path that is none");
	return 0;
}
