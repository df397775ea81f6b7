/* SPDX-License-Identifier: Apache-2.0 */
/* Worker threads; see tok_pool in tok/base.h. */
#ifndef TK_POOL_H
#define TK_POOL_H

#include <stdbool.h>

#include "tok/base.h"

/* One task of a run. worker is 0 .. n_threads-1 and belongs to one thread
 * for the whole run, so it may index scratch. */
typedef void tk_task(void *ctx, size_t task, unsigned worker);

/*
 * Calls run(ctx, task, worker) for task 0 .. n_tasks-1, each once, in no
 * order, on all threads of the pool and the caller's; returns when all are
 * done. Results must not depend on who ran what: write to slots of the task
 * and combine them in task order. pool may be NULL (the caller's thread).
 */
void tk_pool_run(tok_pool *pool, size_t n_tasks, tk_task *run, void *ctx);

/*
 * The same, and calls follow(ctx, task, worker) for each task, in their order,
 * one at a time, once it is done: by whoever has just done one, while others go
 * on with the next. done has n_tasks zeros.
 */
void tk_pool_run_in_order(tok_pool *pool, size_t n_tasks, tk_task *run,
			  tk_task *follow, void *ctx, bool *done);

/* 1 for NULL. */
unsigned tk_pool_width(const tok_pool *pool);

#endif
