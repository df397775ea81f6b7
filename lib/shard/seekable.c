/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seekable zstd. In: pieces of a file. Out: frames and the table that finds
 * them, and back. The checksum that the table has for a frame is the one that
 * ends the frame itself (both are the low half of XXH64 of its content), so
 * zstd's own check of a frame, done before a byte is handed on, is ours too.
 */
#include "shard/seekable.h"

#include <string.h>
#include <zstd.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/digest.h"

#define TABLE_MAGIC UINT32_C(0x184D2A5E)
#define FILLER_MAGIC UINT32_C(0x184D2A50)
#define FOOTER_MAGIC UINT32_C(0x8F92EAB1)

enum {
	TABLE_HEAD = 8,
	ENTRY = 12,
	FILLER_HEAD = 8,
	HAS_CHECKSUMS = 0x80,
	MAX_FRAMES = 0x8000000,
	CHECKSUM = 4,       /* bytes that end a frame */
	DESCRIPTOR_AT = 4,  /* in a frame, behind its magic */
	CHECKSUM_FLAG = 4,  /* in the descriptor */
};

struct tk_zstd {
	const tok_alloc *alloc;
	ZSTD_CCtx *pack;
	ZSTD_DCtx *unpack;
};

tk_zstd *tk_zstd_new(const tok_alloc *alloc)
{
	tk_zstd *z = tk_new_zeroed(alloc, 1, sizeof(*z));

	if (!z)
		return NULL;
	z->alloc = alloc;
	z->pack = ZSTD_createCCtx();
	z->unpack = ZSTD_createDCtx();
	if (z->pack && z->unpack)
		return z;
	tk_zstd_free(z);
	return NULL;
}

void tk_zstd_free(tk_zstd *z)
{
	if (!z)
		return;
	ZSTD_freeCCtx(z->pack);
	ZSTD_freeDCtx(z->unpack);
	tk_free(z->alloc, z, 1, sizeof(*z));
}

int tk_zstd_max_level(void)
{
	return ZSTD_maxCLevel();
}

size_t tk_zstd_bound(size_t n)
{
	return ZSTD_compressBound(n);
}

/* One-shot compression is what writes the content's size into the frame,
 * without which MosaicML's reader refuses it. */
tok_status tk_zstd_pack(tk_zstd *z, int level, tok_bytes raw, tok_buf *out,
			struct tk_frame *frame)
{
	size_t bound = ZSTD_compressBound(raw.n);

	if (tk_buf_reserve(out, bound))
		return TOK_E_MEMORY;
	ZSTD_CCtx_setParameter(z->pack, ZSTD_c_compressionLevel, level);
	ZSTD_CCtx_setParameter(z->pack, ZSTD_c_checksumFlag, 1);
	size_t n = ZSTD_compress2(z->pack, out->p + out->n, bound, raw.p,
				  raw.n);
	/* The output has room for the worst case: only memory is left. */
	if (ZSTD_isError(n))
		return TOK_E_MEMORY;
	out->n += n;
	frame->zip_size = (uint32_t)n;
	frame->raw_size = (uint32_t)raw.n;
	frame->checksum = tk_get32(out->p + out->n - CHECKSUM);
	return TOK_OK;
}

tok_status tk_zstd_unpack(tk_zstd *z, tok_bytes zip,
			  const struct tk_frame *frame, uint8_t *out)
{
	if (zip.n != frame->zip_size || zip.n <= DESCRIPTOR_AT + CHECKSUM ||
	    tk_get32(zip.p) != ZSTD_MAGICNUMBER ||
	    ZSTD_getFrameContentSize(zip.p, zip.n) != frame->raw_size ||
	    ZSTD_findFrameCompressedSize(zip.p, zip.n) != zip.n ||
	    !(zip.p[DESCRIPTOR_AT] & CHECKSUM_FLAG) ||
	    tk_get32(zip.p + zip.n - CHECKSUM) != frame->checksum)
		return TOK_E_CORRUPT;
	size_t n = ZSTD_decompressDCtx(z->unpack, out, frame->raw_size, zip.p,
				       zip.n);
	return n == frame->raw_size ? TOK_OK : TOK_E_CORRUPT;
}

uint64_t tk_seekable_table_size(uint64_t n_frames)
{
	return TABLE_HEAD + ENTRY * n_frames + TK_SEEKABLE_FOOTER;
}

static uint8_t *put_entry(uint8_t *p, const struct tk_frame *frame)
{
	tk_put32(p, frame->zip_size);
	tk_put32(p + 4, frame->raw_size);
	tk_put32(p + 8, frame->checksum);
	return p + ENTRY;
}

/* Bytes that make what follows each frame but the last larger than it. */
static size_t filler_size(const struct tk_frame *first,
			  const struct tk_frame *more, size_t n)
{
	uint64_t behind = tk_seekable_table_size(n + 1), size = 0;

	while (n) {
		const struct tk_frame *before = n > 1 ? &more[n - 2] : first;

		behind += more[--n].zip_size;
		if (before->zip_size >= behind + size)
			size = before->zip_size - behind + 1;
	}
	return size && size < FILLER_HEAD ? FILLER_HEAD : (size_t)size;
}

static uint8_t *put_filler(uint8_t *p, size_t size)
{
	tk_put32(p, FILLER_MAGIC);
	tk_put32(p + 4, (uint32_t)(size - FILLER_HEAD));
	memset(p + FILLER_HEAD, 0, size - FILLER_HEAD);
	return p + size;
}

tok_status tk_seekable_end(const struct tk_frame *first,
			   const struct tk_frame *more, size_t n, tok_buf *out)
{
	const struct tk_frame filler = {
		.zip_size = (uint32_t)filler_size(first, more, n),
		.checksum = (uint32_t)tk_xxh64((tok_bytes){0}),
	};
	size_t n_frames = n + 1 + (filler.zip_size > 0);
	size_t size = (size_t)tk_seekable_table_size(n_frames);

	if (n_frames > MAX_FRAMES)
		return TOK_E_LIMIT;
	if (tk_buf_reserve(out, filler.zip_size + size))
		return TOK_E_MEMORY;
	uint8_t *p = out->p + out->n;
	out->n += filler.zip_size + size;

	if (filler.zip_size)
		p = put_filler(p, filler.zip_size);
	tk_put32(p, TABLE_MAGIC);
	tk_put32(p + 4, (uint32_t)(size - TABLE_HEAD));
	p = put_entry(p + TABLE_HEAD, first);
	for (size_t i = 0; i < n; i++)
		p = put_entry(p, &more[i]);
	if (filler.zip_size)
		p = put_entry(p, &filler);
	tk_put32(p, (uint32_t)n_frames);
	p[4] = HAS_CHECKSUMS;
	tk_put32(p + 5, FOOTER_MAGIC);
	return TOK_OK;
}

bool tk_seekable_footer(tok_bytes footer, uint64_t file_size,
			uint32_t *n_frames)
{
	if (footer.n != TK_SEEKABLE_FOOTER ||
	    tk_get32(footer.p + 5) != FOOTER_MAGIC ||
	    footer.p[4] != HAS_CHECKSUMS)
		return false;
	*n_frames = tk_get32(footer.p);
	return *n_frames && *n_frames <= MAX_FRAMES &&
	       tk_seekable_table_size(*n_frames) < file_size;
}

bool tk_seekable_parse(tok_bytes table, uint64_t file_size,
		       struct tk_frame *frame, uint32_t *n)
{
	const uint8_t *p = table.p + TABLE_HEAD;
	uint64_t zip_at = 0, raw_at = 0;
	uint32_t all = *n;

	if (table.n != tk_seekable_table_size(all) ||
	    tk_get32(table.p) != TABLE_MAGIC ||
	    tk_get32(table.p + 4) != table.n - TABLE_HEAD)
		return false;
	for (uint32_t i = 0; i < all; i++, p += ENTRY) {
		frame[i] = (struct tk_frame){
			.zip_at = zip_at,
			.raw_at = raw_at,
			.zip_size = tk_get32(p),
			.raw_size = tk_get32(p + 4),
			.checksum = tk_get32(p + 8),
		};
		if (!frame[i].raw_size && i && i == all - 1)
			*n = i;
		else if (!frame[i].raw_size ||
			 frame[i].raw_size > TK_SEEKABLE_MAX_FRAME)
			return false;
		zip_at += frame[i].zip_size;
		raw_at += frame[i].raw_size;
	}
	return zip_at + table.n == file_size;
}
