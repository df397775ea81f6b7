/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Free space before a long write: finding out at the beginning is cheaper
 * than after an hour. What cannot be found out is no reason to stop.
 */
#include "space.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#define MAX_PATH 4096

/* Free bytes at path or the nearest directory above it that exists. */
static bool free_at(const char *path, uint64_t *out)
{
	char part[MAX_PATH] = ".";
	struct statvfs disk;
	size_t n = strlen(path);

	if (n >= sizeof(part))
		return false;
	while (n) {
		struct stat info;

		memcpy(part, path, n);
		part[n] = 0;
		if (!stat(part, &info)) {
			/* a device or a pipe has no room to run out of */
			if (!S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))
				return false;
			break;
		}
		while (n && part[n - 1] != '/')
			n--;
		while (n > 1 && part[n - 1] == '/')
			n--;
	}
	if (statvfs(n ? part : ".", &disk))
		return false;
	*out = (uint64_t)disk.f_bavail * disk.f_frsize;
	return true;
}

tok_status space_check(const struct settings *s, const char *path,
		       uint64_t need, tok_error *err)
{
	uint64_t room;

	if (!free_at(path, &room) || room >= need)
		return TOK_OK;
	if (room < need / 4)
		return fail(err, TOK_E_SPACE,
			    "%s: about %" PRIu64 " MB are needed and %" PRIu64
			    " MB are free; make room or write elsewhere",
			    path, need >> 20, room >> 20);
	say_note(s, "%s: about %" PRIu64 " MB are needed and %" PRIu64
		    " MB are free: this may not fit", path, need >> 20,
		 room >> 20);
	return TOK_OK;
}
