/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sections to a file image and back. In: byte strings. Out: header,
 * table and sections at multiples of 64. The image is a function of the
 * sections alone.
 */
#include "model/image.h"

#include "base/digest.h"
#include "base/error.h"

const uint8_t tk_image_magic[8] = {'T', 'O', 'K', 'M', 'O', 'D', 'E', 'L'};

const uint32_t tk_image_tag[TK_N_SECTIONS] = {
	[TK_SECTION_SETTINGS] = TK_TAG('S', 'E', 'T', 'S'),
	[TK_SECTION_ENDS] = TK_TAG('E', 'N', 'D', 'S'),
	[TK_SECTION_BYTES] = TK_TAG('B', 'Y', 'T', 'E'),
	[TK_SECTION_KINDS] = TK_TAG('K', 'I', 'N', 'D'),
	[TK_SECTION_SCORES] = TK_TAG('S', 'C', 'O', 'R'),
	[TK_SECTION_ROLES] = TK_TAG('R', 'O', 'L', 'E'),
	[TK_SECTION_SPLIT] = TK_TAG('S', 'P', 'L', 'T'),
	[TK_SECTION_CHARSMAP] = TK_TAG('C', 'M', 'A', 'P'),
	[TK_SECTION_SURFACE] = TK_TAG('S', 'U', 'R', 'F'),
	[TK_SECTION_STEPS] = TK_TAG('S', 'T', 'E', 'P'),
	[TK_SECTION_UNITS] = TK_TAG('U', 'N', 'I', 'T'),
	[TK_SECTION_UNIT_IDS] = TK_TAG('U', 'I', 'D', 'S'),
	[TK_SECTION_RECORD] = TK_TAG('R', 'E', 'C', 'D'),
};

/* Header: magic 0, version 8, number of sections 12, file size 16, digest 24
 * (of all bytes behind the header). Table entry: tag 0, zero 4, offset 8,
 * size 16. */

tok_digest tk_image_digest(tok_bytes image)
{
	return tk_digest((tok_bytes){image.p + TK_MODEL_HEAD,
				     image.n - TK_MODEL_HEAD});
}

static size_t align(size_t n)
{
	return (n + TK_MODEL_ALIGN - 1) / TK_MODEL_ALIGN * TK_MODEL_ALIGN;
}

tok_digest tk_image_fingerprint(const tok_bytes section[TK_N_SECTIONS])
{
	uint8_t size[TK_N_MEANING][8];
	tok_bytes part[TK_N_MEANING * 2];

	for (int i = 0; i < TK_N_MEANING; i++) {
		tk_put64(size[i], section[i].n);
		part[2 * i] = (tok_bytes){size[i], sizeof(size[i])};
		part[2 * i + 1] = section[i];
	}
	return tk_digest_parts(part, TK_N_MEANING * 2);
}

tok_status tk_image_write(const tok_bytes section[TK_N_SECTIONS],
			  tok_buf *out)
{
	size_t head = TK_MODEL_HEAD + TK_N_SECTIONS * TK_MODEL_ENTRY;
	size_t size = head;

	for (int i = 0; i < TK_N_SECTIONS; i++)
		size = align(size) + section[i].n;
	out->n = 0;
	tok_status st = tk_buf_reserve(out, size);
	if (st)
		return st;
	out->n = size;
	memset(out->p, 0, size);
	memcpy(out->p, tk_image_magic, sizeof(tk_image_magic));
	tk_put32(out->p + 8, TK_MODEL_VERSION);
	tk_put32(out->p + 12, TK_N_SECTIONS);
	tk_put64(out->p + 16, size);

	size_t at = head;
	for (int i = 0; i < TK_N_SECTIONS; i++) {
		uint8_t *entry = out->p + TK_MODEL_HEAD + i * TK_MODEL_ENTRY;

		at = align(at);
		tk_put32(entry, tk_image_tag[i]);
		tk_put64(entry + 8, at);
		tk_put64(entry + 16, section[i].n);
		if (section[i].n)
			memcpy(out->p + at, section[i].p, section[i].n);
		at += section[i].n;
	}
	tok_digest d = tk_image_digest((tok_bytes){out->p, out->n});
	memcpy(out->p + 24, d.byte, sizeof(d.byte));
	return TOK_OK;
}

static bool all_zero(const uint8_t *p, const uint8_t *end)
{
	while (p < end && !*p)
		p++;
	return p == end;
}

static tok_status read_header(tok_bytes image, const char *path,
			      tok_error *err)
{
	if (image.n < sizeof(tk_image_magic) ||
	    memcmp(image.p, tk_image_magic, sizeof(tk_image_magic)) != 0)
		return tk_fail(err, TOK_E_FORMAT, 0,
			       "%s: not a tok model (train one with `tok "
			       "train`)", path);
	if (image.n < TK_MODEL_HEAD)
		return tk_fail(err, TOK_E_CORRUPT, image.n,
			       "%s: ends inside its header; copy it again",
			       path);
	if (tk_get32(image.p + 8) != TK_MODEL_VERSION)
		return tk_fail(err, TOK_E_FORMAT, 8,
			       "%s: model format %u, this program reads %u; "
			       "use a matching version of tok", path,
			       tk_get32(image.p + 8), TK_MODEL_VERSION);
	if (tk_get64(image.p + 16) != image.n)
		return tk_fail(err, TOK_E_CORRUPT, 16,
			       "%s: has %zu bytes, its header says %llu; copy "
			       "it again", path, image.n,
			       (unsigned long long)tk_get64(image.p + 16));
	tok_digest d = tk_image_digest(image);
	if (memcmp(image.p + 24, d.byte, sizeof(d.byte)) != 0)
		return tk_fail(err, TOK_E_CORRUPT, 24,
			       "%s: its digest does not match its contents; "
			       "copy it again", path);
	return TOK_OK;
}

tok_status tk_image_read(tok_bytes image, const char *path,
			 tok_bytes section[TK_N_SECTIONS], tok_error *err)
{
	tok_status st = read_header(image, path, err);

	if (st)
		return st;
	size_t head = TK_MODEL_HEAD + TK_N_SECTIONS * TK_MODEL_ENTRY;
	if (image.n < head || tk_get32(image.p + 12) != TK_N_SECTIONS)
		return tk_fail(err, TOK_E_CORRUPT, 12,
			       "%s: wrong number of sections", path);
	size_t end = head;
	for (int i = 0; i < TK_N_SECTIONS; i++) {
		const uint8_t *entry =
			image.p + TK_MODEL_HEAD + i * TK_MODEL_ENTRY;
		uint64_t n = tk_get64(entry + 16);
		size_t at = align(end);

		if (tk_get32(entry) != tk_image_tag[i] ||
		    tk_get32(entry + 4) || tk_get64(entry + 8) != at ||
		    at > image.n || n > image.n - at ||
		    !all_zero(image.p + end, image.p + at))
			return tk_fail(err, TOK_E_CORRUPT,
				       (uint64_t)(entry - image.p),
				       "%s: section %d is out of place", path,
				       i);
		section[i] = (tok_bytes){image.p + at, (size_t)n};
		end = at + (size_t)n;
	}
	if (end != image.n)
		return tk_fail(err, TOK_E_CORRUPT, end,
			       "%s: something follows the last section", path);
	return TOK_OK;
}

static bool little_endian(void)
{
	const uint16_t one = 1;

	return *(const uint8_t *)&one;
}

void tk_image_to_host32(void *p, size_t n)
{
	if (little_endian())
		return;
	for (uint8_t *at = p; n--; at += 4) {
		uint32_t v = tk_get32(at);
		memcpy(at, &v, 4);
	}
}

void tk_image_to_host64(void *p, size_t n)
{
	if (little_endian())
		return;
	for (uint8_t *at = p; n--; at += 8) {
		uint64_t v = tk_get64(at);
		memcpy(at, &v, 8);
	}
}
