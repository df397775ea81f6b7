/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tells models, data sets and texts apart by a look at their beginning: a
 * text of any size costs one small read.
 */
#include "sniff.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "epochs.h"

#define HEAD 64

static bool holds(const char *dir, const char *name)
{
	char path[MAX_PATH];
	int n = snprintf(path, sizeof(path), "%s/%s", dir, name);

	return n > 0 && (size_t)n < sizeof(path) && !access(path, F_OK);
}

/* 0 where it cannot be read. */
static size_t read_head(const char *path, uint8_t head[HEAD])
{
	FILE *f = fopen(path, "rb");
	size_t n = 0;

	if (f) {
		n = fread(head, 1, HEAD, f);
		fclose(f);
	}
	return n;
}

static bool is_model(const char *path)
{
	uint8_t head[HEAD];
	size_t n = read_head(path, head);

	return n && tok_model_sniff((tok_bytes){head, n});
}

/* Its first bytes are these in every version. */
bool sniff_manifest(const char *path)
{
	static const char begin[] = "{\n\t\"tok\": ";
	char name[MAX_PATH];
	uint8_t head[HEAD];
	int n = snprintf(name, sizeof(name), "%s/tok.json", path);

	return n > 0 && (size_t)n < sizeof(name) &&
	       read_head(name, head) >= sizeof(begin) &&
	       !memcmp(head, begin, sizeof(begin) - 1);
}

bool sniff_epochs(const char *dir)
{
	struct epochs found;
	char path[MAX_PATH];
	tok_error err;
	bool holds = false;

	if (epochs_find(dir, &found, &err))
		return false;
	for (size_t i = 0; !holds && i < found.n; i++)
		holds = !epochs_path(dir, found.number[i], path, &err) &&
			sniff_manifest(path);
	epochs_release(&found);
	return holds;
}

static enum thing sniff_dir(const char *path)
{
	if (holds(path, "tok.json") || holds(path, "index.json"))
		return THING_DATASET;
	return sniff_epochs(path) ? THING_EPOCHS : THING_TEXT;
}

enum thing sniff(const char *path)
{
	struct stat info;

	if (stat(path, &info))
		return THING_TEXT;
	if (S_ISDIR(info.st_mode))
		return sniff_dir(path);
	return S_ISREG(info.st_mode) && is_model(path) ? THING_MODEL
						       : THING_TEXT;
}
