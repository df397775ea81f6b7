/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Worker threads that sleep while there is nothing to do. Jobs wait in a line,
 * and go first: somebody needs them next. Tasks are handed out one at a time
 * from a counter under the lock: a task is thousands of times longer than
 * that, and it balances by itself.
 */
#define _GNU_SOURCE /* sched_getaffinity */
#include "base/pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#ifdef __linux__
#include <sched.h>
#endif
#include <unistd.h>

#include "base/memory.h"

enum { MAX_THREADS = 1024 };

struct worker {
	tok_pool *pool;
	pthread_t thread;
	unsigned index;
};

struct tok_pool {
	const tok_alloc *alloc;
	pid_t owner;        /* threads do not follow into a forked child */
	unsigned n_threads; /* the caller's included */
	unsigned n_started;
	struct worker *worker;
	pthread_mutex_t lock;
	pthread_cond_t wake, done; /* waited for: by workers; the caller */
	bool quit;
	tok_job *first, **last;
	tk_task *run;
	void *ctx;
	size_t next, n_tasks;
	unsigned n_running; /* tasks */
};

/* Of a job. */
enum { UNKNOWN, IN_LINE, BEGUN, DONE };

static unsigned usable_processors(void)
{
#ifdef __linux__
	cpu_set_t set;

	if (!sched_getaffinity(0, sizeof(set), &set)) {
		int n = CPU_COUNT(&set);
		if (n > 0)
			return (unsigned)n;
	}
#endif
	long n = sysconf(_SC_NPROCESSORS_ONLN);
	return n > 0 ? (unsigned)n : 1;
}

/* These are called and left with the lock held. */

static void do_task(tok_pool *pool, unsigned index)
{
	size_t task = pool->next++;

	pool->n_running++;
	pthread_mutex_unlock(&pool->lock);
	pool->run(pool->ctx, task, index);
	pthread_mutex_lock(&pool->lock);
	if (!--pool->n_running)
		pthread_cond_signal(&pool->done);
}

static void do_job(tok_pool *pool, tok_job *job)
{
	tok_job **at = &pool->first;

	while (*at != job)
		at = &(*at)->next;
	*at = job->next;
	if (!*at)
		pool->last = at;
	job->state = BEGUN;
	pthread_mutex_unlock(&pool->lock);
	job->run(job->ctx);
	pthread_mutex_lock(&pool->lock);
	job->state = DONE;
	pthread_cond_signal(&pool->done);
}

static void *worker_main(void *arg)
{
	struct worker *self = arg;
	tok_pool *pool = self->pool;

	pthread_mutex_lock(&pool->lock);
	while (!pool->quit) {
		if (pool->first)
			do_job(pool, pool->first);
		else if (pool->next < pool->n_tasks)
			do_task(pool, self->index);
		else
			pthread_cond_wait(&pool->wake, &pool->lock);
	}
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

static bool is_alone(const tok_pool *pool)
{
	return !pool || pool->n_started == 0 || pool->owner != getpid();
}

void tk_pool_run(tok_pool *pool, size_t n_tasks, tk_task *run, void *ctx)
{
	if (n_tasks < 2 || is_alone(pool)) {
		for (size_t i = 0; i < n_tasks; i++)
			run(ctx, i, 0);
		return;
	}
	pthread_mutex_lock(&pool->lock);
	pool->run = run;
	pool->ctx = ctx;
	pool->next = 0;
	pool->n_tasks = n_tasks;
	pthread_cond_broadcast(&pool->wake);
	while (pool->next < n_tasks)
		do_task(pool, 0);
	while (pool->n_running)
		pthread_cond_wait(&pool->done, &pool->lock);
	pthread_mutex_unlock(&pool->lock);
}

/* Tasks that are followed in order. */
struct in_order {
	pthread_mutex_t lock;
	tk_task *run, *follow;
	void *ctx;
	bool *done, follows; /* a task is; somebody follows one */
	size_t next, n;
};

static void run_one_in_order(void *ctx, size_t task, unsigned worker)
{
	struct in_order *o = ctx;

	o->run(o->ctx, task, worker);
	pthread_mutex_lock(&o->lock);
	o->done[task] = true;
	while (!o->follows && o->next < o->n && o->done[o->next]) {
		o->follows = true;
		pthread_mutex_unlock(&o->lock);
		o->follow(o->ctx, o->next, worker);
		pthread_mutex_lock(&o->lock);
		o->follows = false;
		o->next++;
	}
	pthread_mutex_unlock(&o->lock);
}

void tk_pool_run_in_order(tok_pool *pool, size_t n_tasks, tk_task *run,
			  tk_task *follow, void *ctx, bool *done)
{
	struct in_order o = {.run = run, .follow = follow, .ctx = ctx,
			 .done = done, .n = n_tasks};

	pthread_mutex_init(&o.lock, NULL);
	tk_pool_run(pool, n_tasks, run_one_in_order, &o);
	pthread_mutex_destroy(&o.lock);
}

void tok_pool_start(tok_pool *pool, tok_job *job)
{
	if (is_alone(pool)) {
		job->run(job->ctx);
		return;
	}
	pthread_mutex_lock(&pool->lock);
	job->state = IN_LINE;
	job->next = NULL;
	*pool->last = job;
	pool->last = &job->next;
	pthread_cond_signal(&pool->wake);
	pthread_mutex_unlock(&pool->lock);
}

void tok_pool_wait(tok_pool *pool, tok_job *job)
{
	if (is_alone(pool))
		return;
	pthread_mutex_lock(&pool->lock);
	if (job->state == IN_LINE)
		do_job(pool, job);
	while (job->state == BEGUN)
		pthread_cond_wait(&pool->done, &pool->lock);
	job->state = UNKNOWN;
	pthread_mutex_unlock(&pool->lock);
}

unsigned tk_pool_width(const tok_pool *pool)
{
	return pool ? pool->n_threads : 1;
}

unsigned tok_pool_n_threads(const tok_pool *pool)
{
	return tk_pool_width(pool);
}

/* Signals are the main program's: a worker that took SIGINT would leave the
 * main thread asleep in its read. */
static tok_status start_workers(tok_pool *pool)
{
	sigset_t all, before;
	tok_status st = TOK_OK;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (unsigned i = 0; i + 1 < pool->n_threads; i++) {
		struct worker *w = &pool->worker[i];

		*w = (struct worker){.pool = pool, .index = i + 1};
		if (pthread_create(&w->thread, NULL, worker_main, w)) {
			st = TOK_E_MEMORY;
			break;
		}
		pool->n_started++;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return st;
}

tok_status tok_pool_new(unsigned n_threads, const tok_alloc *alloc,
			tok_pool **out)
{
	*out = NULL;
	if (n_threads > MAX_THREADS)
		return TOK_E_LIMIT;
	if (!n_threads)
		n_threads = usable_processors();
	if (n_threads > MAX_THREADS)
		n_threads = MAX_THREADS;

	tok_pool *pool = tk_new_zeroed(alloc, 1, sizeof(*pool));
	if (!pool)
		return TOK_E_MEMORY;
	pool->alloc = alloc;
	pool->owner = getpid();
	pool->n_threads = n_threads;
	pool->last = &pool->first;
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->wake, NULL);
	pthread_cond_init(&pool->done, NULL);
	pool->worker = tk_new(alloc, n_threads, sizeof(*pool->worker));
	tok_status st = pool->worker ? start_workers(pool) : TOK_E_MEMORY;
	if (st) {
		tok_pool_free(pool);
		return st;
	}
	*out = pool;
	return TOK_OK;
}

/* The lock, too, is the parent's: in a child nobody would ever open it. */
static void stop_workers(tok_pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	pool->quit = true;
	pthread_cond_broadcast(&pool->wake);
	pthread_mutex_unlock(&pool->lock);
	for (unsigned i = 0; i < pool->n_started; i++)
		pthread_join(pool->worker[i].thread, NULL);
	pthread_cond_destroy(&pool->done);
	pthread_cond_destroy(&pool->wake);
	pthread_mutex_destroy(&pool->lock);
}

void tok_pool_free(tok_pool *pool)
{
	if (!pool)
		return;
	if (pool->owner == getpid())
		stop_workers(pool);
	tk_free(pool->alloc, pool->worker, pool->n_threads,
		sizeof(*pool->worker));
	tk_free(pool->alloc, pool, 1, sizeof(*pool));
}
