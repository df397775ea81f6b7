/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tells models, data sets and texts apart by a look at their beginning: a
 * text of any size costs one small read.
 */
#include "sniff.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <tok.h>

#define MAX_PATH 4096
#define HEAD 64

static bool holds(const char *dir, const char *name)
{
	char path[MAX_PATH];
	int n = snprintf(path, sizeof(path), "%s/%s", dir, name);

	return n > 0 && (size_t)n < sizeof(path) && !access(path, F_OK);
}

static bool is_model(const char *path)
{
	uint8_t head[HEAD];
	FILE *f = fopen(path, "rb");

	if (!f)
		return false;
	size_t n = fread(head, 1, sizeof(head), f);
	fclose(f);
	return tok_model_sniff((tok_bytes){head, n});
}

enum thing sniff(const char *path)
{
	struct stat info;

	if (stat(path, &info))
		return THING_TEXT;
	if (S_ISDIR(info.st_mode))
		return holds(path, "tok.json") || holds(path, "index.json")
			       ? THING_DATASET
			       : THING_TEXT;
	return S_ISREG(info.st_mode) && is_model(path) ? THING_MODEL
						       : THING_TEXT;
}
