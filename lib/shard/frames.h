/* SPDX-License-Identifier: Apache-2.0 */
/* The frames of a shard while it is written: packed, kept in memory, and
 * unpacked again before anyone else sees them. */
#ifndef TK_FRAMES_H
#define TK_FRAMES_H

#include "base/digest.h"
#include "shard/seekable.h"

struct tk_frames_slot;

struct tk_frames {
	const tok_alloc *alloc;
	tok_pool *pool;
	int level;
	tk_zstd **zstd; /* one a worker */
	unsigned n_workers;
	struct tk_frames_slot *slot;
	size_t n_slots, n_used; /* closed frames that are not packed yet; the
				   last one waits, for it may still grow */
	tok_buf raw;            /* their bytes, then those of the open one */
	size_t open_at;         /* where the open frame begins in raw */
	tok_buf zip;            /* packed frames, one behind the other */
	struct tk_frame *frame;
	size_t n, cap;
};

/* Release accepts a zeroed one, and one whose init failed. */
tok_status tk_frames_init(struct tk_frames *frames, const tok_alloc *alloc,
			  tok_pool *pool, int level);
void tk_frames_release(struct tk_frames *frames);

/* Where the next n bytes of the open frame go, or NULL (no memory). */
uint8_t *tk_frames_room(struct tk_frames *frames, size_t n);
/* Bytes in the open frame. */
size_t tk_frames_open_size(const struct tk_frames *frames);
/* Closes the open frame, if anything is in it. TOK_E_MEMORY. */
tok_status tk_frames_cut(struct tk_frames *frames);
/* Closes the open frame and packs all that waits. What is less than the
 * frame before it becomes part of that one. TOK_E_MEMORY. */
tok_status tk_frames_finish(struct tk_frames *frames);

/* Unpacks all packed frames and feeds hash with what comes out, in order.
 * TOK_E_CORRUPT if one does not unpack, TOK_E_MEMORY. */
tok_status tk_frames_check(struct tk_frames *frames, tk_xxh64_stream *hash);

/* Forgets all frames. */
void tk_frames_restart(struct tk_frames *frames);

#endif
