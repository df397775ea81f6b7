/* SPDX-License-Identifier: Apache-2.0 */
/* A manifest with a number of its own in each place. */
#ifndef MANIFEST_SAMPLE_H
#define MANIFEST_SAMPLE_H

#include "dataset.h"
#include "shard/manifest.h"

static const char sample_settings[] = "{ \"digest\": [1,\n\t\"totals\"], \"x\":2 }";

static inline void sample_make(struct tk_manifest *m, const tok_alloc *alloc)
{
	const struct tk_shard_info one = {2, 3, 20, 400, 300, 5, UINT64_MAX};
	const struct tk_shard_info two = {1, 1, 10, 350, 200, 6, 7};

	*m = (struct tk_manifest){
		.alloc = alloc,
		.set = {.n_ids = 300, .row_len = 10, .has_model = 1,
			.model = dataset_model},
		.mds = {false, 3, 1000},
		.frame_size = 100,
	};
	m->set.ledger = (tok_ledger){
		.bytes_in = 110, .bytes_documents = 70, .bytes_container = 10,
		.bytes_skipped = {1, 2, 27}, .documents = 9,
		.documents_empty = 2, .documents_skipped = {3, 4, 5},
		.tokens_text = 38, .tokens_control = 2, .tokens_stored = 30,
		.tokens_truncated = 7, .tokens_dropped = 3,
		.documents_split = 1, .documents_truncated = 2,
		.documents_dropped = 3,
	};
	if (!tk_manifest_settings(m, sample_settings, NULL) &&
	    !tk_manifest_add(m, &one))
		(void)tk_manifest_add(m, &two);
}

static inline tok_buf sample_written(void)
{
	struct tk_manifest m;
	tok_buf out = {0};

	sample_make(&m, NULL);
	assert_ok(tk_manifest_write(&m, &out));
	tk_manifest_release(&m);
	return out;
}

#endif
