/* A queue of jobs, the most urgent first: a binary heap in an array. */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

struct job {
	unsigned urgency;	/* larger is sooner */
	unsigned long number;	/* earlier is sooner among equals */
	const char *name;
};

struct queue {
	struct job *job;
	size_t n, cap;
	unsigned long next_number;
};

static bool before(const struct job *a, const struct job *b)
{
	if (a->urgency != b->urgency)
		return a->urgency > b->urgency;
	return a->number < b->number;
}

static void swap(struct job *a, struct job *b)
{
	struct job t = *a;

	*a = *b;
	*b = t;
}

static void sift_up(struct queue *q, size_t i)
{
	while (i > 0 && before(&q->job[i], &q->job[(i - 1) / 2])) {
		swap(&q->job[i], &q->job[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

static void sift_down(struct queue *q, size_t i)
{
	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= q->n)
			return;
		if (child + 1 < q->n && before(&q->job[child + 1], &q->job[child]))
			child++;
		if (!before(&q->job[child], &q->job[i]))
			return;
		swap(&q->job[child], &q->job[i]);
		i = child;
	}
}

bool queue_push(struct queue *q, unsigned urgency, const char *name)
{
	if (q->n == q->cap) {
		size_t cap = q->cap ? 2 * q->cap : 16;
		struct job *job = realloc(q->job, cap * sizeof(*job));

		if (job == NULL)
			return false;
		q->job = job;
		q->cap = cap;
	}
	q->job[q->n] = (struct job){urgency, q->next_number++, name};
	sift_up(q, q->n++);
	return true;
}

bool queue_pop(struct queue *q, struct job *out)
{
	if (q->n == 0)
		return false;
	*out = q->job[0];
	q->job[0] = q->job[--q->n];
	sift_down(q, 0);
	return true;
}

int main(void)
{
	struct queue q = {NULL, 0, 0, 0};
	struct job job;

	queue_push(&q, 1, "water the plants");
	queue_push(&q, 9, "put out the fire");
	queue_push(&q, 5, "answer the letter");
	queue_push(&q, 9, "call the fire brigade");
	while (queue_pop(&q, &job))
		printf("%2u\t%s\n", job.urgency, job.name);
	free(q.job);
	return 0;
}
