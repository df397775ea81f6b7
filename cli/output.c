/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A buffer before a file or standard output. A full disk is a failure, a
 * pipe that nobody reads any more is TOK_END: the quiet end of the program.
 */
#include "output.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "stop.h"

tok_status output_open(struct output *out, const char *path, bool replace,
		       tok_error *err)
{
	out->file = NULL;
	out->status = TOK_OK;
	out->err = (tok_error){TOK_OK, 0, ""};
	out->total = 0;
	out->n = 0;
	if (!path || !strcmp(path, "-"))
		return TOK_OK;
	stop_catch();
	return tok_outfile_open(path, replace, NULL, &out->file, err);
}

static tok_status write_stdout(tok_bytes data, tok_error *err)
{
	while (data.n) {
		ssize_t n = write(STDOUT_FILENO, data.p, data.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EPIPE)
			return TOK_END;
		if (n < 0)
			return fail_errno(err, errno,
					  "cannot write standard output");
		data.p += n;
		data.n -= (size_t)n;
	}
	return TOK_OK;
}

static void drain(struct output *out, tok_bytes data)
{
	if (out->status)
		return;
	out->status = out->file
			      ? tok_outfile_write(out->file, data, &out->err)
			      : write_stdout(data, &out->err);
}

static void drain_buffer(struct output *out)
{
	drain(out, (tok_bytes){out->byte, out->n});
	out->n = 0;
}

void put(struct output *out, const void *p, size_t n)
{
	out->total += n;
	if (n > sizeof(out->byte) - out->n)
		drain_buffer(out);
	if (n > sizeof(out->byte)) {
		drain(out, (tok_bytes){p, n});
		return;
	}
	if (n)
		memcpy(out->byte + out->n, p, n);
	out->n += n;
}

void put_text(struct output *out, const char *text)
{
	put(out, text, strlen(text));
}

void put_format(struct output *out, const char *format, ...)
{
	char text[1001];
	va_list args;

	va_start(args, format);
	int n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (n > 0)
		put(out, text, (size_t)n < sizeof(text) ? (size_t)n
							: sizeof(text) - 1);
}

void put_count(struct output *out, uint64_t n)
{
	char digit[20];
	size_t at = sizeof(digit);

	do {
		digit[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	put(out, digit + at, sizeof(digit) - at);
}

uint8_t *put_room(struct output *out, size_t n)
{
	if (n > sizeof(out->byte) - out->n)
		drain_buffer(out);
	return out->byte + out->n;
}

void put_done(struct output *out, size_t n)
{
	out->total += n;
	out->n += n;
}

/* The eight digits of v, below 10^8, a byte each, the first one lowest. All at
 * a time: the divisions, by 100 below 10^4 and by 10 below 100, as
 * multiplications. */
static uint64_t eight_digits(uint32_t v)
{
	const uint64_t halves = 0x0000007F0000007F, all = 0x000F000F000F000F;
	uint64_t x = v / 10000 + ((uint64_t)(v % 10000) << 32);
	uint64_t top = x * 10486 >> 20 & halves;

	x = top + ((x - 100 * top) << 16);
	top = x * 103 >> 10 & all;
	return top + ((x - 10 * top) << 8);
}

/* Bytes that a number may be written to. */
enum { NUMBER_ROOM = 12 };

/* Writes v; returns how many bytes that took. How long the next id will be
 * cannot be foretold, so there is no branch for it. */
static size_t write_number(uint8_t *to, int32_t v)
{
	if (v < 0 || v > 99999999)
		return (size_t)snprintf((char *)to, NUMBER_ROOM, "%" PRId32, v);

	unsigned n = 1u + (v > 9) + (v > 99) + (v > 999) + (v > 9999) +
		     (v > 99999) + (v > 999999) + (v > 9999999);
	uint64_t x = (eight_digits((uint32_t)v) + 0x3030303030303030) >>
		     (64 - 8 * n);
	for (size_t k = 0; k < 8; k++)
		to[k] = (uint8_t)(x >> 8 * k);
	return n;
}

void put_numbers(struct output *out, const int32_t *v, size_t n, char between)
{
	enum { MOST = PUT_ROOM / (NUMBER_ROOM + 1) };

	while (n) {
		size_t some = n < MOST ? n : MOST;
		uint8_t *begin = put_room(out, PUT_ROOM), *to = begin;

		for (size_t i = 0; i < some; i++) {
			to += write_number(to, v[i]);
			*to++ = (uint8_t)between;
		}
		v += some;
		n -= some;
		/* There is none behind the last. */
		put_done(out, (size_t)(to - begin) - !n);
	}
}

void put_document_end(struct output *out, const struct doc_end *end)
{
	if (end->by == TOK_BY_LINE)
		put(out, "\n", 1);
	else if (end->by == TOK_BY_NULL)
		put(out, "", 1);
	else if (end->by == TOK_BY_SEPARATOR)
		put(out, end->separator, end->n_separator);
}

tok_status output_flush(struct output *out, tok_error *err)
{
	drain_buffer(out);
	if (out->status)
		*err = out->err;
	return out->status;
}

static tok_status close_stdout(tok_error *err)
{
	/* Some file systems report a full disk only here. */
	if (close(STDOUT_FILENO))
		return fail_errno(err, errno, "cannot write standard output");
	return TOK_OK;
}

tok_status output_end(struct output *out, tok_status status, tok_error *err)
{
	if (!status)
		status = output_flush(out, err);
	if (!status)
		status = out->file ? tok_outfile_commit(out->file, err)
				   : close_stdout(err);
	else
		tok_outfile_abort(out->file);
	out->file = NULL;
	return status;
}
