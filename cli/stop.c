/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signals that end a run are asked about where a batch ends, so that the way
 * out is that of any failure: what was written under a temporary name goes,
 * and then the process ends by the signal, as a shell expects.
 */
#include "stop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

/* A handler can reach nothing else. */
static volatile sig_atomic_t caught;

static void note(int signum)
{
	int saved = errno;
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

	/* A read that waits for a pipe would go on waiting: end the input. */
	if (nothing >= 0) {
		(void)dup2(nothing, STDIN_FILENO);
		(void)close(nothing);
	}
	caught = signum;
	errno = saved;
}

void stop_catch(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	/* no SA_RESTART: a read that waits is to wake up */
	struct sigaction action = {.sa_handler = note,
				   .sa_flags = (int)SA_RESETHAND}, old;

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		if (!sigaction(signals[i], NULL, &old) &&
		    old.sa_handler == SIG_DFL)
			(void)sigaction(signals[i], &action, NULL);
}

bool stop_asked(void)
{
	return caught != 0;
}

void stop_now(void)
{
	if (!caught)
		return;
	(void)signal(caught, SIG_DFL);
	(void)raise(caught);
}
