/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a fuzz target without a fuzzer: on every file of a directory, and on
 * mutations of it. In: the directory, the number of mutations a file. Out:
 * "[  PASSED  ] N inputs", or the file, the mutation that failed and a copy
 * of the failing input in the current directory.
 *
 * A mutation is a function of file name and number, so a failure comes back.
 * Each file has a child process: a crash, a leak or a hang is told with the
 * input that caused it, and the other files still run.
 */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_SEED = 1 << 20, SECONDS_A_FILE = 300 };

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

struct input {
	uint8_t *p;
	size_t n;
};

static uint64_t next(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

static size_t below(uint64_t *state, size_t n)
{
	return n ? (size_t)(next(state) % n) : 0;
}

static void *need(void *p)
{
	if (!p) {
		perror("replay");
		exit(2);
	}
	return p;
}

static struct input load(const char *path)
{
	FILE *f = need(fopen(path, "rb"));
	struct input in = {need(malloc(MAX_SEED)), 0};

	in.n = fread(in.p, 1, MAX_SEED, f);
	fclose(f);
	return in;
}

/* Numbers that lie at the edges of what a format's fields can say. */
static void put_edge(struct input *in, uint64_t *state)
{
	static const uint64_t edge[] = {
		0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000,
		0xFFFFFFFF, INT64_MAX, UINT64_MAX,
	};
	uint64_t v = edge[below(state, sizeof(edge) / sizeof(*edge))];
	size_t width = (size_t)1 << below(state, 4);

	for (size_t i = 0, at = below(state, in->n);
	     i < width && at + i < in->n; i++)
		in->p[at + i] = (uint8_t)(v >> 8 * i);
}

/* Removes a stretch, or doubles it where there is room. */
static void move_stretch(struct input *in, uint64_t *state)
{
	size_t at = below(state, in->n);
	size_t n = 1 + below(state, in->n - at);

	if (next(state) & 1) {
		memmove(in->p + at, in->p + at + n, in->n - at - n);
		in->n -= n;
	} else if (in->n + n <= MAX_SEED) {
		memmove(in->p + at + n, in->p + at, in->n - at);
		in->n += n;
	}
}

/* Mutation 0 is the seed as it is. */
static void mutate(struct input *in, uint64_t *state, size_t number)
{
	for (size_t i = number ? 1 + below(state, 4) : 0; i && in->n; i--) {
		switch (next(state) % 5) {
		case 0:
			in->p[below(state, in->n)] ^=
				(uint8_t)(1 << below(state, 8));
			break;
		case 1:
			in->p[below(state, in->n)] = (uint8_t)next(state);
			break;
		case 2:
			put_edge(in, state);
			break;
		case 3:
			in->n = below(state, in->n + 1);
			break;
		default:
			move_stretch(in, state);
		}
	}
}

static struct input make(const char *path, size_t number)
{
	const char *name = strrchr(path, '/');
	struct input in = load(path);
	uint64_t state = number;

	for (const char *s = name ? name : path; *s; s++)
		state = state * 1099511628211u + (uint8_t)*s;
	mutate(&in, &state, number);
	/* Exactly as long as it is, so that a byte too far is seen. */
	uint8_t *p = need(malloc(in.n ? in.n : 1));
	memcpy(p, in.p, in.n);
	free(in.p);
	in.p = p;
	return in;
}

static void run_file(const char *path, size_t n_mutations, size_t *at)
{
	alarm(SECONDS_A_FILE);
	for (*at = 0; *at <= n_mutations; ++*at) {
		struct input in = make(path, *at);

		LLVMFuzzerTestOneInput(in.p, in.n);
		free(in.p);
	}
	exit(0);
}

static void keep(const char *path, size_t number)
{
	struct input in = make(path, number);
	const char *base = strrchr(path, '/');
	char name[300];

	(void)snprintf(name, sizeof(name), "replay-failed-%ld-%.200s",
		       (long)getpid(), base ? base + 1 : path);
	FILE *f = need(fopen(name, "wb"));
	fwrite(in.p, 1, in.n, f);
	fclose(f);
	free(in.p);
	printf("%s, mutation %zu: failed; the input is in %s\n", path, number,
	       name);
}

/* 1 if all went well. A leak is told at the end, when *at is past the last. */
static int replay(const char *path, size_t n_mutations, size_t *at)
{
	int status;

	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0)
		run_file(path, n_mutations, at);
	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		perror("replay");
		return 0;
	}
	if (status == 0)
		return 1;
	if (*at <= n_mutations)
		keep(path, *at);
	else
		printf("%s: failed after its mutations (a leak?)\n", path);
	return 0;
}

static int not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
	struct dirent **entry;
	int n_passed = 0;

	if (argc != 3) {
		fprintf(stderr, "usage: replay DIRECTORY MUTATIONS\n");
		return 2;
	}
	int n = scandir(argv[1], &entry, not_hidden, alphasort);
	if (n <= 0) {
		printf("%s: no seeds\n[  FAILED  ] 1 replay\n", argv[1]);
		return 1;
	}
	size_t n_mutations = strtoul(argv[2], NULL, 10);
	size_t *at = mmap(NULL, sizeof(*at), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED)
		need(NULL);
	for (int i = 0; i < n; i++) {
		char path[4096];

		(void)snprintf(path, sizeof(path), "%s/%s", argv[1],
			       entry[i]->d_name);
		n_passed += replay(path, n_mutations, at);
		free(entry[i]);
	}
	free(entry);
	printf("%zu inputs of %d seeds\n", (size_t)n * (n_mutations + 1), n);
	printf("[  %s  ] 1 replay\n", n_passed == n ? "PASSED" : "FAILED");
	return n_passed != n;
}
