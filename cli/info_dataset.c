/* SPDX-License-Identifier: Apache-2.0 */
/* What tok info says of a data set. */
#include <inttypes.h>

#include "info.h"
#include "put_json.h"
#include "report.h"

void info_dataset_json(struct output *out, const char *path,
		       const tok_dataset *d)
{
	char hex[33];

	put_text(out, "{\"kind\":\"dataset\"");
	put_pair_text(out, "path", path);
	put_pair(out, "n_ids", (uint64_t)d->n_ids);
	put_pair(out, "row_len", d->row_len);
	put_pair(out, "rows", d->rows);
	put_pair(out, "sequences", d->sequences);
	put_pair(out, "tokens", d->tokens);
	put_key(out, "fill");
	put_format(out, "%.6f", dataset_fill(d));
	put_pair(out, "shards", d->shards);
	put_pair(out, "raw_bytes", d->raw_bytes);
	put_pair(out, "zip_bytes", d->zip_bytes);
	if (d->has_model) {
		tok_digest_hex(&d->model, hex);
		put_pair_text(out, "model", hex);
	} else {
		put_key(out, "model");
		put_text(out, "null");
	}
	put_key(out, "settings");
	put_text(out, d->settings && *d->settings ? d->settings : "null");
	put_key(out, "ledger");
	put_ledger(out, &d->ledger);
	put_text(out, "}\n");
}

void info_dataset_text(struct output *out, const char *path,
		       const tok_dataset *d)
{
	const tok_ledger *l = &d->ledger;
	char hex[33] = "unknown (packed from ids)";

	if (d->has_model)
		tok_digest_hex(&d->model, hex);
	put_text(out, path);
	put_text(out, ": a data set\n");
	put_format(out, "  rows       %" PRIu64 " of %" PRIu32
			" tokens at most, %.2f%% full\n", d->rows, d->row_len,
		   100 * dataset_fill(d));
	put_format(out, "  sequences  %" PRIu64 "\n", d->sequences);
	put_format(out, "  tokens     %" PRIu64 ", every id below %" PRId32
			"\n", d->tokens, d->n_ids);
	put_format(out, "  shards     %" PRIu64 ", %" PRIu64 " bytes (%" PRIu64
			" unpacked)\n", d->shards, d->zip_bytes, d->raw_bytes);
	put_format(out, "  documents  %" PRIu64 ", %" PRIu64 " bytes\n",
		   l->documents, l->bytes_documents);
	put_format(out, "  lost       %" PRIu64 " tokens truncated, %" PRIu64
			" dropped\n", l->tokens_truncated, l->tokens_dropped);
	put_format(out, "  model      %s\n", hex);
	if (d->settings && *d->settings) {
		put_text(out, "  settings   ");
		put_text(out, d->settings);
		put_text(out, "\n");
	}
}
