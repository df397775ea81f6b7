/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes to packed frames. In: bytes, cut into frames by the caller. Out:
 * frames in that order, the same bytes for any pool: a frame is packed alone,
 * into a slot of its own, and slots are joined in order. The last frame is
 * never the small rest of a cut: see tk_seekable_end. All memory is had
 * before the workers start, so that none of them can fail for it but zstd.
 */
#include "shard/frames.h"

#include <string.h>

#include "base/buf.h"
#include "base/pool.h"

enum { SLOTS_PER_WORKER = 4 };

struct tk_frames_slot {
	size_t begin, n; /* in raw, before it is packed */
	tok_buf out;
	struct tk_frame frame;
	tok_status status;
};

tok_status tk_frames_init(struct tk_frames *f, const tok_alloc *alloc,
			  tok_pool *pool, int level)
{
	unsigned width = tk_pool_width(pool);

	*f = (struct tk_frames){.alloc = alloc, .pool = pool, .level = level};
	tok_buf_init(&f->raw, alloc);
	tok_buf_init(&f->zip, alloc);
	f->n_workers = width;
	f->zstd = tk_new_zeroed(alloc, width, sizeof(*f->zstd));
	f->n_slots = 1 + (width > 1 ? (size_t)width * SLOTS_PER_WORKER : 1);
	f->slot = tk_new_zeroed(alloc, f->n_slots, sizeof(*f->slot));
	if (!f->zstd || !f->slot)
		return TOK_E_MEMORY;
	for (size_t i = 0; i < f->n_slots; i++)
		tok_buf_init(&f->slot[i].out, alloc);
	for (unsigned i = 0; i < width; i++) {
		f->zstd[i] = tk_zstd_new(alloc);
		if (!f->zstd[i])
			return TOK_E_MEMORY;
	}
	return TOK_OK;
}

void tk_frames_release(struct tk_frames *f)
{
	for (unsigned i = 0; f->zstd && i < f->n_workers; i++)
		tk_zstd_free(f->zstd[i]);
	for (size_t i = 0; f->slot && i < f->n_slots; i++)
		tok_buf_release(&f->slot[i].out);
	tk_free(f->alloc, f->zstd, f->n_workers, sizeof(*f->zstd));
	tk_free(f->alloc, f->slot, f->n_slots, sizeof(*f->slot));
	tk_free(f->alloc, f->frame, f->cap, sizeof(*f->frame));
	tok_buf_release(&f->raw);
	tok_buf_release(&f->zip);
	*f = (struct tk_frames){0};
}

uint8_t *tk_frames_room(struct tk_frames *f, size_t n)
{
	if (tk_buf_reserve(&f->raw, n))
		return NULL;
	f->raw.n += n;
	return f->raw.p + f->raw.n - n;
}

size_t tk_frames_open_size(const struct tk_frames *f)
{
	return f->raw.n - f->open_at;
}

static void pack_one(void *ctx, size_t task, unsigned worker)
{
	struct tk_frames *f = ctx;
	struct tk_frames_slot *s = &f->slot[task];
	tok_bytes raw = {f->raw.p + s->begin, s->n};

	s->status = tk_zstd_pack(f->zstd[worker], f->level, raw, &s->out,
				 &s->frame);
}

static tok_status join(struct tk_frames *f, const struct tk_frames_slot *s)
{
	if (s->status)
		return s->status;
	if (!tk_grow(f->alloc, (void **)&f->frame, &f->cap, f->n + 1,
		     sizeof(*f->frame)) ||
	    tk_buf_append(&f->zip, s->out.p, s->out.n))
		return TOK_E_MEMORY;
	f->frame[f->n] = s->frame;
	f->frame[f->n].zip_at = f->zip.n - s->out.n;
	f->frame[f->n].raw_at = 0; /* the header that goes in front is open */
	f->n++;
	return TOK_OK;
}

/* Packs the first n of the slots, and moves up what is behind them. */
static tok_status pack_slots(struct tk_frames *f, size_t n)
{
	tok_status st = TOK_OK;

	if (!n)
		return TOK_OK;
	for (size_t i = 0; i < n; i++) {
		f->slot[i].out.n = 0;
		if (tk_buf_reserve(&f->slot[i].out,
				   tk_zstd_bound(f->slot[i].n)))
			return TOK_E_MEMORY;
	}
	tk_pool_run(f->pool, n, pack_one, f);
	for (size_t i = 0; !st && i < n; i++)
		st = join(f, &f->slot[i]);

	size_t done = f->slot[n - 1].begin + f->slot[n - 1].n;
	memmove(f->raw.p, f->raw.p + done, f->raw.n - done);
	f->raw.n -= done;
	f->open_at -= done;
	f->n_used -= n;
	for (size_t i = 0; i < f->n_used; i++) {
		f->slot[i].begin = f->slot[n + i].begin - done;
		f->slot[i].n = f->slot[n + i].n;
	}
	return st;
}

/* Closes the open frame: it waits in a slot. */
static void close_open(struct tk_frames *f)
{
	size_t n = tk_frames_open_size(f);

	if (!n)
		return;
	f->slot[f->n_used].begin = f->open_at;
	f->slot[f->n_used].n = n;
	f->n_used++;
	f->open_at = f->raw.n;
}

tok_status tk_frames_cut(struct tk_frames *f)
{
	close_open(f);
	return f->n_used == f->n_slots ? pack_slots(f, f->n_used - 1) : TOK_OK;
}

tok_status tk_frames_finish(struct tk_frames *f)
{
	size_t rest = tk_frames_open_size(f);

	if (f->n_used && rest < f->slot[f->n_used - 1].n) {
		f->slot[f->n_used - 1].n += rest;
		f->open_at = f->raw.n;
	}
	close_open(f);
	return pack_slots(f, f->n_used);
}

static void check_one(void *ctx, size_t task, unsigned worker)
{
	struct tk_frames *f = ctx;
	struct tk_frames_slot *s = &f->slot[task];
	tok_bytes zip = {f->zip.p + s->frame.zip_at, s->frame.zip_size};

	s->status = tk_zstd_unpack(f->zstd[worker], zip, &s->frame, s->out.p);
}

tok_status tk_frames_check(struct tk_frames *f, tk_xxh64_stream *hash)
{
	for (size_t at = 0; at < f->n; at += f->n_slots) {
		size_t n = f->n - at < f->n_slots ? f->n - at : f->n_slots;

		for (size_t i = 0; i < n; i++) {
			struct tk_frames_slot *s = &f->slot[i];

			s->frame = f->frame[at + i];
			s->out.n = 0;
			if (tk_buf_reserve(&s->out, s->frame.raw_size))
				return TOK_E_MEMORY;
		}
		tk_pool_run(f->pool, n, check_one, f);
		for (size_t i = 0; i < n; i++) {
			const struct tk_frames_slot *s = &f->slot[i];

			if (s->status)
				return s->status;
			tk_xxh64_feed(hash, (tok_bytes){s->out.p,
							s->frame.raw_size});
		}
	}
	return TOK_OK;
}

void tk_frames_restart(struct tk_frames *f)
{
	f->n = f->n_used = 0;
	f->raw.n = f->open_at = f->zip.n = 0;
}
