/* SPDX-License-Identifier: Apache-2.0 */
/* Unpacking on a thread of its own, a bounded distance ahead. */
#ifndef TK_AHEAD_H
#define TK_AHEAD_H

#include <stdbool.h>

#include "tok/base.h"

enum { TK_AHEAD_BLOCK = 1 << 17 }; /* compressed bytes a block */

/*
 * Unpacks from *in, which is moved on, up to room bytes to out, *n of them.
 * None of them and nothing left of *in: more input is needed. A step that
 * fails makes none.
 */
typedef tok_status tk_ahead_step(void *ctx, tok_bytes *in, uint8_t *out,
				 size_t room, size_t *n, tok_error *err);

struct tk_ahead;

/* Starts a thread that calls step(ctx, ...) for all that is given to it; ctx
 * is the thread's until tk_ahead_free or while tk_ahead_take says that it
 * waits. NULL if there is no memory or no thread. */
struct tk_ahead *tk_ahead_new(tk_ahead_step *step, void *ctx,
			      const tok_alloc *alloc);

/* Stops the thread, which takes one step at most. False in a forked child,
 * where there is none, and ctx is what the step left that it was taking. */
bool tk_ahead_free(struct tk_ahead *a);

/* False in a forked child: nothing below may be called. */
bool tk_ahead_alive(const struct tk_ahead *a);

/* Where the next TK_AHEAD_BLOCK bytes of input may be put; NULL while there
 * are two blocks that are not used up. */
uint8_t *tk_ahead_room(struct tk_ahead *a);
/* They have been put there, n > 0 of them. */
void tk_ahead_give(struct tk_ahead *a, size_t n);

/*
 * Up to room (> 0) bytes: what there is, or will be of what was given. *n is 0
 * if all of that has been taken: then the thread waits. What step fails with
 * is returned behind all bytes before it, and from then on.
 */
tok_status tk_ahead_take(struct tk_ahead *a, uint8_t *out, size_t room,
			 size_t *n, tok_error *err);

#endif
