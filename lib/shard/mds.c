/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MDS v2 for the columns input_ids and seq_lengths. In: rows. Out: the bytes
 * that MosaicML's MDSWriter makes of them, and back. Decoding accepts what
 * encoding writes and nothing else, so every row has one form on disk.
 */
#include "shard/mds.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/bytes.h"

/* Each column begins with its size; an array with (dimensions << 2) | code,
 * the code being log2 of the bytes of its dimension. */
enum { N_COLUMNS = 2, SIZES = 4 * N_COLUMNS, ONE_DIMENSION = 1 << 2 };

bool tk_mds_wide(int32_t n_ids)
{
	return n_ids > 65536;
}

static unsigned shape_code(size_t n)
{
	return n <= UINT8_MAX ? 0 : n <= UINT16_MAX ? 1 : 2;
}

static uint64_t array_size(size_t n, size_t width)
{
	return 1 + (UINT64_C(1) << shape_code(n)) + (uint64_t)n * width;
}

static size_t id_width(bool wide)
{
	return wide ? 4 : 2;
}

uint64_t tk_mds_row_size(bool wide, size_t n_ids, size_t n_seqs)
{
	return SIZES + array_size(n_ids, id_width(wide)) +
	       array_size(n_seqs, 4);
}

static uint8_t *put_shape(uint8_t *p, size_t n)
{
	unsigned code = shape_code(n);

	*p++ = (uint8_t)(ONE_DIMENSION | code);
	for (unsigned i = 0; i < 1u << code; i++)
		*p++ = (uint8_t)(n >> 8 * i);
	return p;
}

void tk_mds_encode(bool wide, const tok_row *row, uint8_t *p)
{
	tk_put32(p, (uint32_t)array_size(row->n_ids, id_width(wide)));
	tk_put32(p + 4, (uint32_t)array_size(row->n_seqs, 4));
	p = put_shape(p + SIZES, row->n_ids);
	if (wide) {
		for (size_t i = 0; i < row->n_ids; i++, p += 4)
			tk_put32(p, (uint32_t)row->input_ids[i]);
	} else {
		for (size_t i = 0; i < row->n_ids; i++, p += 2)
			tk_put16(p, (uint16_t)row->input_ids[i]);
	}
	p = put_shape(p, row->n_seqs);
	for (size_t i = 0; i < row->n_seqs; i++, p += 4)
		tk_put32(p, (uint32_t)row->seq_lengths[i]);
}

void tk_mds_row_release(struct tk_mds_row *row)
{
	tk_free(row->alloc, row->id, row->cap_ids, sizeof(*row->id));
	tk_free(row->alloc, row->length, row->cap_seqs, sizeof(*row->length));
	*row = (struct tk_mds_row){.alloc = row->alloc};
}

/* Takes an array of elements of width off data. */
static bool take_array(tok_bytes *data, uint32_t size, size_t width,
		       const uint8_t **values, size_t *n)
{
	uint64_t count = 0;

	if (size < 2 || size > data->n)
		return false;
	unsigned code = data->p[0] & 3u;
	if ((data->p[0] & ~3u) != ONE_DIMENSION || code > 2 ||
	    size < 1 + (1u << code))
		return false;
	for (unsigned i = 0; i < 1u << code; i++)
		count |= (uint64_t)data->p[1 + i] << 8 * i;
	if (!count || count > INT32_MAX || shape_code(count) != code ||
	    array_size(count, width) != size)
		return false;
	*values = data->p + 1 + (1u << code);
	*n = (size_t)count;
	data->p += size;
	data->n -= size;
	return true;
}

/* True if all ids are below n_ids. */
static bool get_ids(bool wide, const uint8_t *p, int32_t n_ids,
		    struct tk_mds_row *row)
{
	uint32_t bound = (uint32_t)n_ids, wrong = 0;

	for (size_t i = 0; i < row->n_ids; i++) {
		uint32_t id = wide ? tk_get32(p + 4 * i) : tk_get16(p + 2 * i);

		wrong |= id >= bound;
		row->id[i] = (tok_id)id;
	}
	return !wrong;
}

static bool get_lengths(const uint8_t *p, struct tk_mds_row *row)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < row->n_seqs; i++) {
		uint32_t length = tk_get32(p + 4 * i);

		if (!length || length > INT32_MAX)
			return false;
		row->length[i] = (int32_t)length;
		sum += length;
	}
	return sum == row->n_ids;
}

tok_status tk_mds_decode(bool wide, int32_t n_ids, tok_bytes data,
			 struct tk_mds_row *row, const char **why)
{
	const uint8_t *ids, *lengths;

	*why = "a row's arrays do not fit its size";
	if (data.n < SIZES)
		return TOK_E_CORRUPT;
	tok_bytes rest = {data.p + SIZES, data.n - SIZES};
	if (!take_array(&rest, tk_get32(data.p), id_width(wide), &ids,
			&row->n_ids) ||
	    !take_array(&rest, tk_get32(data.p + 4), 4, &lengths,
			&row->n_seqs) ||
	    rest.n)
		return TOK_E_CORRUPT;
	if (!tk_grow(row->alloc, (void **)&row->id, &row->cap_ids, row->n_ids,
		     sizeof(*row->id)) ||
	    !tk_grow(row->alloc, (void **)&row->length, &row->cap_seqs,
		     row->n_seqs, sizeof(*row->length)))
		return TOK_E_MEMORY;
	*why = "a row's sequence lengths do not sum to its tokens";
	if (!get_lengths(lengths, row))
		return TOK_E_CORRUPT;
	*why = "a row holds an id that is not below n_ids";
	if (!get_ids(wide, ids, n_ids, row))
		return TOK_E_CORRUPT;
	return TOK_OK;
}

void tk_mds_put_columns(struct tk_json_out *json,
			const struct tk_mds_config *config)
{
	char compression[16];

	tk_json_put_array(json, "column_encodings");
	tk_json_put_string(json, NULL, config->wide ? "ndarray:int32"
						    : "ndarray:uint16");
	tk_json_put_string(json, NULL, "ndarray:int32");
	tk_json_put_end(json);
	tk_json_put_array(json, "column_names");
	tk_json_put_string(json, NULL, "input_ids");
	tk_json_put_string(json, NULL, "seq_lengths");
	tk_json_put_end(json);
	tk_json_put_array(json, "column_sizes");
	tk_json_put_null(json, NULL);
	tk_json_put_null(json, NULL);
	tk_json_put_end(json);
	(void)snprintf(compression, sizeof(compression), "zstd:%d",
		       config->level);
	tk_json_put_string(json, "compression", compression);
	tk_json_put_string(json, "format", "mds");
	tk_json_put_array(json, "hashes");
	tk_json_put_string(json, NULL, "xxh64");
	tk_json_put_end(json);
}

void tk_mds_put_limit(struct tk_json_out *json,
		      const struct tk_mds_config *config)
{
	tk_json_put_u64(json, "size_limit", config->size_limit);
	tk_json_put_u64(json, "version", 2);
}

tok_status tk_mds_config_json(const struct tk_mds_config *config, tok_buf *out)
{
	struct tk_json_out json;

	tk_json_out_init(&json, out->alloc, 0);
	tk_json_put_object(&json, NULL);
	tk_mds_put_columns(&json, config);
	tk_mds_put_limit(&json, config);
	tk_json_put_end(&json);
	return tk_json_out_finish(&json, out);
}

uint64_t tk_mds_header_size(uint64_t n_rows, size_t json_size)
{
	return 4 + 4 * (n_rows + 1) + json_size;
}

tok_status tk_mds_header(const uint32_t *row_size, size_t n_rows,
			 tok_bytes json, tok_buf *out)
{
	uint64_t at = tk_mds_header_size(n_rows, json.n);

	if (tk_buf_reserve(out, (size_t)at))
		return TOK_E_MEMORY;
	uint8_t *p = out->p + out->n;
	out->n += (size_t)at;

	tk_put32(p, (uint32_t)n_rows);
	for (size_t i = 0; i < n_rows; i++) {
		p += 4;
		tk_put32(p, (uint32_t)at);
		at += row_size[i];
	}
	tk_put32(p + 4, (uint32_t)at);
	memcpy(p + 8, json.p, json.n);
	return TOK_OK;
}

tok_status tk_mds_header_parse(tok_bytes data, uint64_t raw_size,
			       const tok_alloc *alloc, uint32_t **offset,
			       size_t *n_rows, tok_bytes *json,
			       const char **why)
{
	*offset = NULL;
	*why = "the header is cut short";
	if (data.n < 8 || tk_get32(data.p) > data.n / 4)
		return TOK_E_CORRUPT;
	size_t n = tk_get32(data.p);
	uint64_t end = 4 + 4 * ((uint64_t)n + 1);
	if (!n || end > data.n)
		return TOK_E_CORRUPT;

	uint32_t *at = tk_new(alloc, n + 1, sizeof(*at));
	if (!at)
		return TOK_E_MEMORY;
	bool right = true;
	for (size_t i = 0; i <= n; i++) {
		at[i] = tk_get32(data.p + 4 * (i + 1));
		right &= !i || at[i - 1] < at[i];
	}
	if (!right || at[0] != data.n || at[n] != raw_size) {
		tk_free(alloc, at, n + 1, sizeof(*at));
		*why = "the row offsets do not rise from header to end";
		return TOK_E_CORRUPT;
	}
	*offset = at;
	*n_rows = n;
	*json = (tok_bytes){data.p + end, data.n - (size_t)end};
	return TOK_OK;
}
