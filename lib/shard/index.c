/* SPDX-License-Identifier: Apache-2.0 */
/* index.json. In: the manifest. Out: Python's json.dump(.., sort_keys=True)
 * of what MDSWriter collects, byte for byte. */
#include "shard/index.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "shard/names.h"

static void put_file(struct tk_json_out *json, const char *key,
		     const char *name, uint64_t size, uint64_t xxh64)
{
	char hex[17];

	(void)snprintf(hex, sizeof(hex), "%016" PRIx64, xxh64);
	tk_json_put_object(json, key);
	tk_json_put_string(json, "basename", name);
	tk_json_put_u64(json, "bytes", size);
	tk_json_put_object(json, "hashes");
	tk_json_put_string(json, "xxh64", hex);
	tk_json_put_end(json);
	tk_json_put_end(json);
}

static void put_shard(struct tk_json_out *json, const struct tk_manifest *m,
		      size_t i)
{
	const struct tk_shard_info *s = &m->shard[i];
	char name[TK_NAME_SIZE];

	tk_json_put_object(json, NULL);
	tk_mds_put_columns(json, &m->mds);
	tk_names_raw(i, name);
	put_file(json, "raw_data", name, s->raw_bytes, s->xxh64_raw);
	tk_json_put_u64(json, "samples", s->rows);
	tk_mds_put_limit(json, &m->mds);
	tk_names_zip(i, name);
	put_file(json, "zip_data", name, s->zip_bytes, s->xxh64_zip);
	tk_json_put_end(json);
}

tok_status tk_index_write(const struct tk_manifest *m, tok_buf *out)
{
	struct tk_json_out json;

	tk_json_out_init(&json, m->alloc, 0);
	tk_json_put_object(&json, NULL);
	tk_json_put_array(&json, "shards");
	for (size_t i = 0; i < m->n_shards; i++)
		put_shard(&json, m, i);
	tk_json_put_end(&json);
	tk_json_put_u64(&json, "version", 2);
	tk_json_put_end(&json);
	return tk_json_out_finish(&json, out);
}
