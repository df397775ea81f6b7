/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program of a user: documents in, the cu_seqlens of each packed row out.
 *   cc link.c $(pkg-config --cflags --libs tok) && ./a.out model.tok TEXT...
 */
#include <stdio.h>
#include <tok.h>

int main(int argc, char **argv)
{
	tok_model *model = NULL;
	tok_encoder *encoder = NULL;
	tok_packer *packer = NULL;
	tok_ids ids = {0};
	tok_batch batch = {0};
	tok_row row;
	tok_error err = {TOK_E_ARGUMENT, 0, "usage: link MODEL TEXT..."};
	tok_status st = argc < 3 ? err.code : tok_model_load(argv[1], NULL, &model, &err);

	if (st)
		return fprintf(stderr, "%s\n", err.text), 1;
	if (!(st = tok_encoder_new(model, NULL, &encoder)))
		st = tok_packer_new(NULL, &packer); /* rows of 2,048 */
	for (int i = 2; !st && i < argc; i++, ids.n = 0)
		if (!(st = tok_encode(encoder, tok_bytes_of(argv[i]), &ids)))
			st = tok_packer_add(packer, ids.id, ids.n, (uint64_t)i);
	if (!st)
		st = tok_packer_finish(packer);
	while (!st && !(st = tok_packer_next(packer, &row)) &&
	       !(st = tok_batch_view(&row, 1, &batch)))
		for (size_t i = 0; i <= batch.n_seqs; i++)
			printf("%d%c", (int)batch.cu_seqlens[i], i < batch.n_seqs ? ' ' : '\n');
	tok_batch_release(&batch);
	tok_ids_release(&ids);
	tok_packer_free(packer);
	tok_encoder_free(encoder);
	tok_model_free(model);
	return st != TOK_END; /* after the last row */
}
