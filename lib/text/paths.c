/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths to files.
 *
 * In: paths of files and directories. Out: which files to read, in which
 * order. Depends on names and contents of the directories alone, not on the
 * order in which a file system lists them.
 */
#include "text/paths.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"

/* Without links directories are a tree. A few dozen links that lead across
 * can name one directory in billions of ways: this ends a walk that the check
 * for loops does not. */
enum {
	MAX_DEPTH = 64,
	MAX_LINKS = 4096 /* to directories, followed */
};

/* A directory that is being walked, and those above it. */
struct above {
	const struct above *up;
	dev_t dev;
	ino_t ino;
	size_t depth;
};

struct walk {
	struct tk_paths *in;
	size_t n_links;
	tok_error *err;
};

const char *tk_paths_name(const struct tk_paths *in, size_t file)
{
	return (const char *)in->names.p + in->file[file].path_at;
}

/* For now each name is a file of its own; merge() finds the same ones. */
static tok_status add_file(struct walk *w, const char *path,
			   const struct stat *info, int64_t start)
{
	struct tk_paths *in = w->in;
	uint64_t skipped = start > 0 ? (uint64_t)start : 0;
	uint64_t size = (uint64_t)info->st_size;
	struct tk_paths_file f = {
		.path_at = in->names.n,
		.start = start,
		.dev = (uint64_t)info->st_dev,
		.ino = (uint64_t)info->st_ino,
		.named = 1,
		.regular = S_ISREG(info->st_mode),
	};

	if (f.regular && size > skipped)
		f.size = size - skipped;
	if (tk_buf_append(&in->names, path, strlen(path) + 1) ||
	    !tk_grow(in->alloc, (void **)&in->file, &in->cap_files,
		     in->n_files + 1, sizeof(*in->file)))
		return tk_fail_status(w->err, TOK_E_MEMORY, path);
	in->file[in->n_files++] = f;
	return TOK_OK;
}

static tok_status check_readable(struct walk *w, const char *path)
{
	if (faccessat(AT_FDCWD, path, R_OK, AT_EACCESS))
		return tk_fail_errno(w->err, errno, "cannot read %s", path);
	return TOK_OK;
}

static tok_status walk_directory(struct walk *w, const char *path,
				 const struct stat *info,
				 const struct above *up);

/* path names something in a directory. */
static tok_status add_found(struct walk *w, const char *path,
			    const struct above *here)
{
	struct stat info;

	if (stat(path, &info))
		return tk_fail_errno(w->err, errno, "cannot read %s", path);
	if (S_ISDIR(info.st_mode)) {
		struct stat link;

		w->n_links += !lstat(path, &link) && S_ISLNK(link.st_mode);
		return walk_directory(w, path, &info, here);
	}
	/* Pipes, sockets and devices are read only where asked for by name. */
	if (!S_ISREG(info.st_mode))
		return TOK_OK;
	tok_status st = check_readable(w, path);
	return st ? st : add_file(w, path, &info, -1);
}

static tok_status add_entries(struct walk *w, DIR *dir, const char *path,
			      const struct above *here)
{
	size_t n = strlen(path);
	tok_status st = TOK_OK;
	tok_buf name;

	while (n > 1 && path[n - 1] == '/')
		n--;
	tok_buf_init(&name, w->in->alloc);
	while (!st) {
		errno = 0;
		const struct dirent *entry = readdir(dir);
		if (!entry && errno)
			st = tk_fail_errno(w->err, errno, "cannot list %s",
					   path);
		if (!entry)
			break;
		if (entry->d_name[0] == '.')
			continue;
		name.n = 0;
		if (tk_buf_append(&name, path, n) ||
		    (path[n - 1] != '/' && tk_buf_text(&name, "/")) ||
		    tk_buf_append(&name, entry->d_name,
				  strlen(entry->d_name) + 1))
			st = tk_fail_status(w->err, TOK_E_MEMORY, path);
		else
			st = add_found(w, (const char *)name.p, here);
	}
	tok_buf_release(&name);
	return st;
}

static tok_status walk_directory(struct walk *w, const char *path,
				 const struct stat *info,
				 const struct above *up)
{
	struct above here = {up, info->st_dev, info->st_ino,
			     up ? up->depth + 1 : 1};

	for (; up; up = up->up)
		if (up->dev == here.dev && up->ino == here.ino)
			return TOK_OK;
	if (here.depth > MAX_DEPTH || w->n_links > MAX_LINKS)
		return tk_fail(w->err, TOK_E_LIMIT, 0,
			       "%s: directories too deep, or too many links "
			       "to directories; name the files",
			       path);
	DIR *dir = opendir(path);
	if (!dir)
		return tk_fail_errno(w->err, errno, "cannot list %s", path);
	tok_status st = add_entries(w, dir, path, &here);
	closedir(dir);
	return st;
}

/* qsort knows no context: the keys carry all that the orders need. */
struct key {
	const char *path;
	size_t number;
	uint64_t dev, ino;
};

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct key *)a)->path,
		      ((const struct key *)b)->path);
}

static int by_identity(const void *a, const void *b)
{
	const struct key *x = a, *y = b;

	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	if (x->ino != y->ino)
		return x->ino < y->ino ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

/* Keys of the files from `begin` on. NULL if there is no memory. */
static struct key *new_keys(const struct tk_paths *in, size_t begin)
{
	size_t n = in->n_files - begin;
	struct key *key = tk_new(in->alloc, n, sizeof(*key));

	for (size_t i = 0; key && i < n; i++)
		key[i] = (struct key){tk_paths_name(in, begin + i), begin + i,
				      in->file[begin + i].dev,
				      in->file[begin + i].ino};
	return key;
}

/* Puts the files from `begin` on, those of one directory, into order. */
static tok_status sort_found(struct walk *w, size_t begin)
{
	struct tk_paths *in = w->in;
	size_t n = in->n_files - begin;

	if (n < 2)
		return TOK_OK;
	struct key *key = new_keys(in, begin);
	struct tk_paths_file *file = tk_new(in->alloc, n, sizeof(*file));
	tok_status st = TOK_OK;
	if (key && file) {
		qsort(key, n, sizeof(*key), by_path);
		for (size_t i = 0; i < n; i++)
			file[i] = in->file[key[i].number];
		memcpy(in->file + begin, file, n * sizeof(*file));
	} else {
		st = tk_fail_status(w->err, TOK_E_MEMORY, "inputs");
	}
	tk_free(in->alloc, key, n, sizeof(*key));
	tk_free(in->alloc, file, n, sizeof(*file));
	return st;
}

static tok_status add_stdin(struct walk *w)
{
	struct stat info;

	for (size_t i = 0; i < w->in->n_files; i++)
		if (!strcmp(tk_paths_name(w->in, i), "-"))
			return tk_fail(w->err, TOK_E_ARGUMENT, 0,
				       "- is given twice; standard input can "
				       "be read once");
	if (fstat(STDIN_FILENO, &info))
		return tk_fail_errno(w->err, errno,
				     "cannot read standard input");
	off_t start = -1;
	if (S_ISREG(info.st_mode))
		start = lseek(STDIN_FILENO, 0, SEEK_CUR);
	return add_file(w, "-", &info, start);
}

static tok_status add_named(struct walk *w, const char *path)
{
	size_t before = w->in->n_files;
	struct stat info;

	if (!strcmp(path, "-"))
		return add_stdin(w);
	if (stat(path, &info))
		return tk_fail_errno(w->err, errno, "cannot read %s", path);
	tok_status st = check_readable(w, path);
	if (st)
		return st;
	if (!S_ISDIR(info.st_mode))
		return add_file(w, path, &info, -1);
	st = walk_directory(w, path, &info, NULL);
	return st ? st : sort_found(w, before);
}

/*
 * Makes one file of those that are the same, keeps the first of them, and
 * notes the order of reading. order[] first holds for each name the first
 * name of its file, then the number of the file.
 */
static tok_status merge(struct walk *w)
{
	struct tk_paths *in = w->in;
	size_t n = in->n_files;

	if (!n)
		return TOK_OK;
	struct key *key = new_keys(in, 0);
	if (!key || !tk_grow(in->alloc, (void **)&in->order, &in->cap, n,
			     sizeof(*in->order))) {
		tk_free(in->alloc, key, n, sizeof(*key));
		return tk_fail_status(w->err, TOK_E_MEMORY, "inputs");
	}
	qsort(key, n, sizeof(*key), by_identity);
	for (size_t i = 0, first = 0; i < n; i++) {
		if (key[i].dev != key[first].dev ||
		    key[i].ino != key[first].ino)
			first = i;
		in->order[key[i].number] = key[first].number;
	}
	tk_free(in->alloc, key, n, sizeof(*key));

	in->n = n;
	in->n_files = 0;
	for (size_t i = 0; i < n; i++) {
		size_t first = in->order[i];

		if (first == i) {
			in->file[in->n_files] = in->file[i];
			in->order[i] = in->n_files++;
		} else {
			in->order[i] = in->order[first];
			in->file[in->order[i]].named++;
		}
	}
	return TOK_OK;
}

tok_status tk_paths_init(struct tk_paths *inputs, const char *const *paths,
			 size_t n_paths, const tok_alloc *alloc,
			 tok_error *err)
{
	struct walk w = {.in = inputs, .err = err};
	tok_status st = TOK_OK;

	*inputs = (struct tk_paths){.alloc = alloc};
	tok_buf_init(&inputs->names, alloc);
	if (!n_paths)
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "no input; name files, directories or -");
	for (size_t i = 0; !st && i < n_paths; i++)
		st = add_named(&w, paths[i]);
	return st ? st : merge(&w);
}

void tk_paths_release(struct tk_paths *in)
{
	tk_free(in->alloc, in->file, in->cap_files, sizeof(*in->file));
	tk_free(in->alloc, in->order, in->cap, sizeof(*in->order));
	tok_buf_release(&in->names);
	*in = (struct tk_paths){.alloc = in->alloc};
}
