/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BytePiece's JSON to a table of ids. In: {base64 of a piece: [id, text,
 * count], ...}. Out: a model with those ids; 0, 1 and 2 are the controls that
 * the file leaves unsaid.
 */
#include "model/import_bytepiece.h"

#include <math.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/json.h"
#include "model/make.h"

enum { FIRST_ID = 3 };

struct import {
	const char *path;
	const tok_alloc *alloc;
	tok_error *err;
	tok_buf bytes;     /* of all pieces, back to back */
	struct tk_row *row;
	size_t *at;        /* of a row's bytes in bytes: that may move */
	size_t n_ids;
	uint64_t sum;      /* of all counts */
};

static tok_status bad(const struct import *in, const char *key,
		      const char *what)
{
	return tk_fail(in->err, TOK_E_CORRUPT, 0,
		       "%s: not a BytePiece model: \"%.40s\": %s", in->path,
		       key, what);
}

static tok_status add_piece(void *ctx, const char *key, const tk_json *value)
{
	struct import *in = ctx;
	size_t before = in->bytes.n;
	uint64_t id, count;

	if (!tk_json_u64(tk_json_item(value, 0), &id) ||
	    !tk_json_u64(tk_json_item(value, 2), &count) || !count)
		return bad(in, key, "the value is not [id, text, count]");
	if (id < FIRST_ID || id >= in->n_ids)
		return bad(in, key, "ids are not 3, 4, 5 and so on");
	if (in->row[id].kind != TOK_KIND_RESERVED)
		return bad(in, key, "its id is that of another piece");
	tok_status st = tk_base64_decode(tok_bytes_of(key), &in->bytes);
	if (st == TOK_E_MEMORY)
		return tk_fail_status(in->err, st, in->path);
	size_t n = in->bytes.n - before;
	if (st || !n)
		return bad(in, key, "the key is not base64 of a piece");
	if (n > TK_MAX_PIECE)
		return tk_fail(in->err, TOK_E_UNSUPPORTED, 0,
			       "%s: piece %llu has %zu bytes, tok takes %d",
			       in->path, (unsigned long long)id, n,
			       TK_MAX_PIECE);
	in->row[id] = (struct tk_row){
		.bytes = {NULL, n},
		.score = (double)count,
		.kind = n == 1 ? TOK_KIND_BYTE : TOK_KIND_PIECE,
	};
	in->at[id] = before;
	in->sum += count;
	return TOK_OK;
}

static tok_status make(struct import *in, tok_model **out)
{
	static const char *const name[FIRST_ID][2] = {
		{"pad", "<pad>"}, {"bos", "<bos>"}, {"eos", "<eos>"}};
	struct tk_role role[FIRST_ID];
	double all = log((double)in->sum);

	for (tok_id i = 0; i < FIRST_ID; i++) {
		role[i] = (struct tk_role){i, tok_bytes_of(name[i][0])};
		in->row[i] = (struct tk_row){tok_bytes_of(name[i][1]), 0,
					     TOK_KIND_CONTROL};
	}
	for (size_t i = FIRST_ID; i < in->n_ids; i++) {
		in->row[i].bytes.p = in->bytes.p + in->at[i];
		in->row[i].score = log(in->row[i].score) - all;
	}
	struct tk_table table = {
		.row = in->row,
		.n_ids = in->n_ids,
		.role = role,
		.n_roles = FIRST_ID,
		.split = TOK_SPLIT_NONE,
		.normalize = TOK_NORMALIZE_NFC,
		.arithmetic = TK_DOUBLE,
	};
	return tk_model_make(&table, in->path, in->alloc, out, in->err);
}

static tok_status read_pieces(struct import *in, const tk_json *root,
			      tok_model **out)
{
	size_t n = tk_json_n_members(root) + FIRST_ID;

	if (n > TK_MAX_IDS)
		return tk_fail(in->err, TOK_E_LIMIT, 0, "%s: more than %d ids",
			       in->path, TK_MAX_IDS);
	in->n_ids = n;
	in->row = tk_new(in->alloc, n, sizeof(*in->row));
	in->at = tk_new(in->alloc, n, sizeof(*in->at));
	tok_status st = TOK_OK;
	if (!in->row || !in->at)
		st = tk_fail_status(in->err, TOK_E_MEMORY, in->path);
	for (size_t i = 0; !st && i < n; i++)
		in->row[i] = (struct tk_row){.kind = TOK_KIND_RESERVED};
	if (!st)
		st = tk_json_each(root, add_piece, in);
	if (!st)
		st = make(in, out);
	tk_free(in->alloc, in->row, n, sizeof(*in->row));
	tk_free(in->alloc, in->at, n, sizeof(*in->at));
	return st;
}

tok_status tk_import_bytepiece(tok_bytes file, const char *path,
			       const tok_alloc *alloc, tok_model **out,
			       tok_error *err)
{
	struct import in = {
		.path = path,
		.alloc = alloc,
		.err = err,
		.bytes.alloc = alloc,
	};
	tok_error inner = {0};
	tk_json *root;

	*out = NULL;
	tok_status st = tk_json_parse_loosely(file, &root, &inner);
	if (st)
		return tk_fail(err, st == TOK_E_MALFORMED ? TOK_E_CORRUPT : st,
			       inner.at, "%s: %s", path, inner.text);
	st = read_pieces(&in, root, out);
	tok_buf_release(&in.bytes);
	tk_json_free(root);
	return st;
}

static size_t skip_space(tok_bytes file, size_t i)
{
	while (i < file.n && (file.p[i] == ' ' || file.p[i] == '\n' ||
			      file.p[i] == '\r' || file.p[i] == '\t'))
		i++;
	return i;
}

/* The position behind c, or file.n + 1 if that does not come next. */
static size_t expect(tok_bytes file, size_t i, uint8_t c)
{
	if (i > file.n)
		return i;
	i = skip_space(file, i);
	return i < file.n && file.p[i] == c ? i + 1 : file.n + 1;
}

int tk_bytepiece_sniff(tok_bytes file)
{
	size_t i = expect(file, expect(file, 0, '{'), '"');

	while (i < file.n && file.p[i] != '"' && file.p[i] != '\\')
		i++;
	i = expect(file, expect(file, expect(file, i, '"'), ':'), '[');
	i = i > file.n ? i : skip_space(file, i);
	return i < file.n && file.p[i] >= '0' && file.p[i] <= '9';
}
