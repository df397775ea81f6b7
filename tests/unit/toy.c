/* SPDX-License-Identifier: Apache-2.0 */
#include "toy.h"

#include "unit.h"

static bool has(const struct toy *toy, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < toy->n; i++)
		if (toy->piece[i].bytes.n == n && !memcmp(toy->bytes[i], p, n))
			return true;
	return false;
}

void toy_init(struct toy *toy, uint64_t *random, size_t n_pieces,
	      unsigned n_letters)
{
	toy->n = 0;
	for (int i = 0; i < 256; i++)
		toy->byte_score[i] =
			-65536 * (6 + (int32_t)unit_below(random, 3));
	while (toy->n < n_pieces) {
		uint8_t *p = toy->bytes[toy->n];
		size_t size = 2 + unit_below(random, 4);

		for (size_t i = 0; i < size; i++)
			p[i] = (uint8_t)('a' + unit_below(random, n_letters));
		if (has(toy, p, size))
			continue;
		/* Few values, so that sums often tie. */
		toy->piece[toy->n++] = (struct tk_piece){
			{p, size},
			-65536 * (4 + 2 * (int32_t)unit_below(random, 5)),
		};
	}
}

struct tk_spec toy_spec(const struct toy *toy)
{
	return (struct tk_spec){
		.byte_score = toy->byte_score,
		.piece = toy->piece,
		.n_pieces = toy->n,
	};
}

tok_model *toy_model(uint64_t *random, size_t n_pieces, unsigned n_letters)
{
	struct toy toy;
	tok_model *m;

	toy_init(&toy, random, n_pieces, n_letters);
	struct tk_spec spec = toy_spec(&toy);
	assert_ok(tk_model_build(&spec, NULL, &m, NULL));
	return m;
}

void toy_reference(const tok_model *model, struct ref_piece *out)
{
	for (int32_t id = 0; id < model->n_ids; id++)
		if (tk_kind_matches(model->kind[id]))
			out[id] = (struct ref_piece){
				tk_model_bytes(model, id),
				(int32_t)(model->score[id] * 65536), id};
}
