/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A thread that unpacks while its caller works on what was unpacked before.
 *
 * In: blocks of compressed bytes, two at most. Out: their plain bytes, in
 * order, by way of a ring that is never more than full. The caller does all
 * the reading, so the thread waits for nothing but its caller, and can be
 * stopped at any time. What a step has made can be taken before the next one
 * begins.
 */
#include "text/ahead.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

enum {
	RING_SIZE = 1 << 20,
	STEP_SIZE = 1 << 17, /* a step makes no more */
	/* Neither is woken for less, unless the other is about to wait. */
	WORTH_WAKING = RING_SIZE / 2
};

struct tk_ahead {
	const tok_alloc *alloc;
	tk_ahead_step *step;
	void *ctx;
	pid_t owner; /* the thread does not follow into a forked child */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t work, made; /* waited for: by the thread; the caller */

	/* All that follows is under the lock, but for the bytes: those of a
	 * block that was given and the free part of the ring are the
	 * thread's, all others the caller's. */
	bool quit;
	tok_status status; /* after a step that failed */
	tok_error err;
	size_t first, n_blocks, size[2];
	uint64_t head, tail; /* made and taken, in all */
	uint8_t block[2][TK_AHEAD_BLOCK];
	uint8_t ring[RING_SIZE];
};

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool may_step(const struct tk_ahead *a)
{
	return a->n_blocks && !a->status &&
	       a->head - a->tail <= RING_SIZE - STEP_SIZE;
}

/* Called and left with the lock held. */
static void take_step(struct tk_ahead *a, tok_bytes *in)
{
	size_t at = a->head % RING_SIZE, n = 0;
	tok_error err = {TOK_OK, 0, ""};

	pthread_mutex_unlock(&a->lock);
	tok_status st = a->step(a->ctx, in, a->ring + at,
				least(STEP_SIZE, RING_SIZE - at), &n, &err);
	pthread_mutex_lock(&a->lock);
	a->head += n;
	a->status = st;
	a->err = err;
	if (!st && !n && !in->n) {
		a->first ^= 1;
		a->n_blocks--;
		in->p = NULL;
	}
	if (st || !a->n_blocks || a->head - a->tail >= WORTH_WAKING)
		pthread_cond_signal(&a->made);
}

static void *thread_main(void *arg)
{
	struct tk_ahead *a = arg;
	tok_bytes in = {NULL, 0};

	pthread_mutex_lock(&a->lock);
	for (;;) {
		while (!a->quit && !may_step(a))
			pthread_cond_wait(&a->work, &a->lock);
		if (a->quit)
			break;
		if (!in.p)
			in = (tok_bytes){a->block[a->first],
					 a->size[a->first]};
		take_step(a, &in);
	}
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

/* Signals are the main program's. */
static bool start(struct tk_ahead *a)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int failed = pthread_create(&a->thread, NULL, thread_main, a);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return !failed;
}

static void destroy(struct tk_ahead *a)
{
	pthread_cond_destroy(&a->made);
	pthread_cond_destroy(&a->work);
	pthread_mutex_destroy(&a->lock);
	tk_free(a->alloc, a, 1, sizeof(*a));
}

struct tk_ahead *tk_ahead_new(tk_ahead_step *step, void *ctx,
			      const tok_alloc *alloc)
{
	struct tk_ahead *a = tk_new(alloc, 1, sizeof(*a));

	if (!a)
		return NULL;
	/* Not all of it: the buffers are large. */
	memset(a, 0, offsetof(struct tk_ahead, block));
	a->alloc = alloc;
	a->step = step;
	a->ctx = ctx;
	a->owner = getpid();
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->work, NULL);
	pthread_cond_init(&a->made, NULL);
	if (start(a))
		return a;
	destroy(a);
	return NULL;
}

bool tk_ahead_alive(const struct tk_ahead *a)
{
	return a->owner == getpid();
}

bool tk_ahead_free(struct tk_ahead *a)
{
	if (!a)
		return true;
	/* The lock, too, is the parent's: nobody here would ever open it. */
	if (!tk_ahead_alive(a)) {
		tk_free(a->alloc, a, 1, sizeof(*a));
		return false;
	}
	pthread_mutex_lock(&a->lock);
	a->quit = true;
	pthread_cond_signal(&a->work);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->thread, NULL);
	destroy(a);
	return true;
}

uint8_t *tk_ahead_room(struct tk_ahead *a)
{
	uint8_t *room = NULL;

	pthread_mutex_lock(&a->lock);
	if (a->n_blocks < 2)
		room = a->block[(a->first + a->n_blocks) % 2];
	pthread_mutex_unlock(&a->lock);
	return room;
}

void tk_ahead_give(struct tk_ahead *a, size_t n)
{
	pthread_mutex_lock(&a->lock);
	a->size[(a->first + a->n_blocks) % 2] = n;
	a->n_blocks++;
	pthread_cond_signal(&a->work);
	pthread_mutex_unlock(&a->lock);
}

tok_status tk_ahead_take(struct tk_ahead *a, uint8_t *out, size_t room,
			 size_t *n, tok_error *err)
{
	tok_status st = TOK_OK;

	pthread_mutex_lock(&a->lock);
	while (a->head == a->tail && a->n_blocks && !a->status)
		pthread_cond_wait(&a->made, &a->lock);
	size_t at = a->tail % RING_SIZE;
	*n = least(least(room, (size_t)(a->head - a->tail)), RING_SIZE - at);
	if (!*n) {
		st = a->status;
		if (st && err)
			*err = a->err;
	}
	pthread_mutex_unlock(&a->lock);
	if (!*n)
		return st;
	memcpy(out, a->ring + at, *n);
	pthread_mutex_lock(&a->lock);
	a->tail += *n;
	if (a->head - a->tail <= RING_SIZE - WORTH_WAKING)
		pthread_cond_signal(&a->work);
	pthread_mutex_unlock(&a->lock);
	return TOK_OK;
}
