/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <pthread.h>
#include <stdbool.h>

#include <sys/wait.h>
#include <unistd.h>

#include "base/pool.h"

enum { MAX_TASKS = 5000, MAX_WORKERS = 16 };

/*
 * Tasks write to slots of their own and are counted in them: a task that ran
 * twice or never shows, and so does a worker number used by two threads.
 */
struct work {
	unsigned n_workers;
	unsigned ran[MAX_TASKS];
	uint64_t result[MAX_TASKS];
	pthread_t thread[MAX_WORKERS];
	uint64_t n_by[MAX_WORKERS];
};

static void one_task(void *ctx, size_t task, unsigned worker)
{
	struct work *w = ctx;
	uint64_t random = task;

	/* assert_* jumps out of the thread it is called in: not here. */
	if (worker >= w->n_workers)
		abort();
	if (w->n_by[worker]++ &&
	    !pthread_equal(w->thread[worker], pthread_self()))
		abort();
	w->thread[worker] = pthread_self();
	w->ran[task]++;
	w->result[task] = unit_random(&random);
}

static void run_once(tok_pool *pool, size_t n_tasks)
{
	static struct work w;

	memset(&w, 0, sizeof(w));
	w.n_workers = tk_pool_width(pool);
	tk_pool_run(pool, n_tasks, one_task, &w);
	for (size_t i = 0; i < n_tasks; i++) {
		uint64_t random = i;

		assert_int_equal(w.ran[i], 1);
		assert_true(w.result[i] == unit_random(&random));
	}
	for (size_t i = n_tasks; i < MAX_TASKS; i++)
		assert_int_equal(w.ran[i], 0);
}

static void each_task_once(void **state)
{
	(void)state;
	static const unsigned n_threads[] = {1, 2, 7};

	run_once(NULL, 100);
	for (size_t i = 0; i < 3; i++) {
		tok_pool *pool;

		assert_ok(tok_pool_new(n_threads[i], NULL, &pool));
		assert_int_equal(tok_pool_n_threads(pool), n_threads[i]);
		run_once(pool, MAX_TASKS);
		for (size_t n = 0; n < 20; n++)
			run_once(pool, n);
		tok_pool_free(pool);
	}
}

/* What follows sees all tasks that went before it done, and is alone. */
struct line {
	struct work work;
	size_t n_followed;
	uint64_t sum;
};

static void task_in_line(void *ctx, size_t task, unsigned worker)
{
	struct line *l = ctx;

	one_task(&l->work, task, worker);
}

static void follow(void *ctx, size_t task, unsigned worker)
{
	struct line *l = ctx;

	if (task != l->n_followed || !l->work.ran[task] ||
	    worker >= l->work.n_workers)
		abort();
	l->n_followed++;
	l->sum = l->sum * 31 + l->work.result[task];
}

static void follows_in_order(void **state)
{
	static const unsigned n_threads[] = {1, 2, 7};
	static struct line line;

	(void)state;
	for (size_t i = 0; i < 300; i++) {
		size_t n = i < 30 ? i : i * 16;
		bool *done = calloc(n + 1, sizeof(*done));
		uint64_t want = 0;
		tok_pool *pool;

		assert_ok(tok_pool_new(n_threads[i % 3], NULL, &pool));
		memset(&line, 0, sizeof(line));
		line.work.n_workers = tk_pool_width(pool);
		tk_pool_run_in_order(pool, n, task_in_line, follow, &line,
				     done);
		assert_int_equal(line.n_followed, n);
		for (size_t k = 0; k < n; k++) {
			assert_int_equal(line.work.ran[k], 1);
			want = want * 31 + line.work.result[k];
		}
		assert_true(line.sum == want);
		tok_pool_free(pool);
		free(done);
	}
}

/* Rounds follow each other closely: a worker that wakes late must not run a
 * task of the next round, nor keep the caller waiting for ever. */
static void many_rounds(void **state)
{
	(void)state;
	uint64_t random = 5;
	tok_pool *pool;

	assert_ok(tok_pool_new(7, NULL, &pool));
	for (int i = 0; i < 3000; i++)
		run_once(pool, unit_below(&random, 9));
	tok_pool_free(pool);
}

/* Each job says so in its own place; all of them when all were waited for. */
struct jobs {
	tok_job job[5];
	unsigned done[5];
	unsigned n_done; /* by those that wait for each other */
	pthread_mutex_t lock;
	pthread_cond_t all;
};

struct errand {
	struct jobs *jobs;
	size_t i;
	bool together;
};

static void run_errand(void *ctx)
{
	struct errand *e = ctx;
	struct jobs *j = e->jobs;

	pthread_mutex_lock(&j->lock);
	j->done[e->i]++;
	j->n_done++;
	pthread_cond_broadcast(&j->all);
	while (e->together && j->n_done < 2)
		pthread_cond_wait(&j->all, &j->lock);
	pthread_mutex_unlock(&j->lock);
}

static void start_jobs(tok_pool *pool, struct jobs *j, struct errand *errand,
		       size_t n, bool together)
{
	*j = (struct jobs){.n_done = 0};
	pthread_mutex_init(&j->lock, NULL);
	pthread_cond_init(&j->all, NULL);
	for (size_t i = 0; i < n; i++) {
		errand[i] = (struct errand){j, i, together};
		j->job[i].run = run_errand;
		j->job[i].ctx = &errand[i];
		tok_pool_start(pool, &j->job[i]);
	}
}

static void end_jobs(tok_pool *pool, struct jobs *j, size_t n, size_t from)
{
	for (size_t k = 0; k < n; k++) {
		size_t i = (k + from) % n;

		tok_pool_wait(pool, &j->job[i]);
		assert_int_equal(j->done[i], 1);
		/* Nothing is left to wait for. */
		tok_pool_wait(pool, &j->job[i]);
	}
	pthread_cond_destroy(&j->all);
	pthread_mutex_destroy(&j->lock);
}

/* Beside runs and without, waited for in any order, by any number of threads,
 * none of which there may be. */
static void jobs_beside_runs(void **state)
{
	(void)state;
	static const unsigned n_threads[] = {0, 1, 2, 3, 7};
	struct errand errand[5];
	struct jobs j;

	for (size_t t = 0; t < 5; t++) {
		tok_pool *pool = NULL;

		if (n_threads[t])
			assert_ok(tok_pool_new(n_threads[t], NULL, &pool));
		for (size_t i = 0; i < 300; i++) {
			size_t n = 1 + i % 5;

			start_jobs(pool, &j, errand, n, false);
			run_once(pool, i % 7);
			end_jobs(pool, &j, n, i);
		}
		tok_pool_free(pool);
	}
}

/* Of two threads, one does a job while the other does what it waits for. */
static void jobs_are_done_at_once(void **state)
{
	(void)state;
	struct errand errand[2];
	struct jobs j;
	tok_pool *pool;

	assert_ok(tok_pool_new(2, NULL, &pool));
	for (int i = 0; i < 50; i++) {
		alarm(60);
		start_jobs(pool, &j, errand, 2, true);
		end_jobs(pool, &j, 2, 1);
		alarm(0);
	}
	tok_pool_free(pool);
}

static void pools_come_and_go(void **state)
{
	(void)state;
	for (int i = 0; i < 100; i++) {
		tok_pool *pool;

		assert_ok(tok_pool_new(3, NULL, &pool));
		if (i & 1)
			run_once(pool, 4);
		tok_pool_free(pool);
	}
	tok_pool_free(NULL);
}

static void as_many_as_processors(void **state)
{
	(void)state;
	tok_pool *pool;

	assert_ok(tok_pool_new(0, NULL, &pool));
	assert_true(tok_pool_n_threads(pool) >= 1);
	tok_pool_free(pool);
	assert_int_equal(tok_pool_n_threads(NULL), 1);
	assert_int_equal(tk_pool_width(NULL), 1);
}

static void too_many(void **state)
{
	(void)state;
	tok_pool *pool = (tok_pool *)state;

	assert_int_equal(tok_pool_new(1025, NULL, &pool), TOK_E_LIMIT);
	assert_null(pool);
}

/* The threads stay behind: the child must not wait for them. */
static void works_alone_in_a_child(void **state)
{
	(void)state;
	tok_pool *pool;
	int status = -1;

	assert_ok(tok_pool_new(3, NULL, &pool));
	run_once(pool, 10);
	pid_t child = fork();
	assert_true(child >= 0);
	if (!child) {
		alarm(60);
		run_once(pool, 10);
		struct errand errand[2];
		struct jobs j;
		start_jobs(pool, &j, errand, 2, false);
		end_jobs(pool, &j, 2, 0);
		tok_pool_free(pool);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	run_once(pool, 10);
	tok_pool_free(pool);
}

static tok_status make(const tok_alloc *alloc, void *ctx)
{
	tok_pool *pool;
	tok_status st = tok_pool_new(3, alloc, &pool);

	(void)ctx;
	if (st)
		assert_null(pool);
	else
		run_once(pool, 10);
	tok_pool_free(pool);
	return st;
}

static void fails_cleanly(void **state)
{
	(void)state;
	unit_fail_each(make, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_task_once),
		cmocka_unit_test(follows_in_order),
		cmocka_unit_test(many_rounds),
		cmocka_unit_test(jobs_beside_runs),
		cmocka_unit_test(jobs_are_done_at_once),
		cmocka_unit_test(pools_come_and_go),
		cmocka_unit_test(as_many_as_processors),
		cmocka_unit_test(too_many),
		cmocka_unit_test(works_alone_in_a_child),
		cmocka_unit_test(fails_cleanly),
	};
	return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
