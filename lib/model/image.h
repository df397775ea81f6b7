/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model file's sections: names, sizes, and how they are laid out in one
 * image. See FORMAT.md.
 */
#ifndef TK_IMAGE_H
#define TK_IMAGE_H

#include "base/buf.h"
#include "base/bytes.h"

#define TK_TAG(a, b, c, d) \
	((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | \
	 (uint32_t)(d) << 24)

enum tk_section {
	TK_SECTION_SETTINGS, /* fixed numbers, see TK_SET_* */
	TK_SECTION_ENDS,     /* u32 an id: end of its bytes in BYTES */
	TK_SECTION_BYTES,    /* of pieces and names, back to back */
	TK_SECTION_KINDS,    /* u8 an id: a tok_kind */
	TK_SECTION_SCORES,   /* f64 an id: nats */
	TK_SECTION_ROLES,    /* u32 id, u16 size, role; one after the other */
	TK_SECTION_SPLIT,    /* table of lib/text/split_table.c, or empty */
	TK_SECTION_CHARSMAP, /* SentencePiece's precompiled maps, or empty */
	TK_SECTION_SURFACE,  /* text that an unknown id decodes to, or empty */
	TK_SECTION_STEPS,    /* of lib/text/steps_file.c, or empty */
	TK_SECTION_UNITS,    /* the trie: 8 bytes a unit */
	TK_SECTION_UNIT_IDS, /* i32 a unit */
	TK_SECTION_RECORD,   /* JSON: how the model was made, or empty */
	TK_N_SECTIONS
};

/* The sections up to here are the model's meaning: its fingerprint. */
enum { TK_N_MEANING = TK_SECTION_STEPS + 1 };

enum {
	TK_MODEL_VERSION = 1,
	TK_MODEL_HEAD = 40,    /* magic, version, count, size, digest */
	TK_MODEL_ENTRY = 24,   /* of the section table */
	TK_MODEL_ALIGN = 64,
	TK_MAX_IDS = 1 << 24,
	TK_MAX_PIECE = 7999,   /* bytes, also of an imported control's name */
	TK_MAX_LEARNED = 255,  /* bytes of a piece that training learns */
	TK_MAX_CONTROLS = 1 << 16,
	TK_MAX_NAME = 1000,    /* bytes of a control's name, or of its role */
	TK_MAX_RECORD = 1 << 20, /* bytes */
	TK_SCORE_BITS = 16,    /* of integer scores: nats * 2^16 */
	TK_MAX_SCORE = 1 << 22 /* those lie in [-TK_MAX_SCORE, 0] */
};

/* How the value of a path is computed. */
enum tk_arithmetic {
	TK_INTEGER = 1, /* sums of score * 2^24 - 1; shortest last piece */
	TK_SP_FLOAT_OLD, /* as SentencePiece up to 0.2.1 */
	TK_SP_FLOAT,    /* as SentencePiece from 0.2.2 on */
	TK_DOUBLE,      /* left to right in doubles; longest last piece */
	TK_HF_DOUBLE,   /* the same by characters, with unknown ones */
	TK_N_ARITHMETIC
};

/* Bits of TK_SET_SP_FLAGS. */
enum {
	TK_SP_DUMMY_PREFIX = 1,
	TK_SP_REMOVE_SPACES = 2,
	TK_SP_ESCAPE_SPACES = 4,
	TK_SP_SUFFIX = 8,
	TK_SP_BYTE_FALLBACK = 16,
	TK_SP_DENORMALIZES = 32,
	/* The denormalizer's rules for spaces, if there is one: the first
	 * three, shifted by this. */
	TK_SP_DENORMALIZER = 6,
	TK_SP_ALL_FLAGS = 511
};

/* u32 fields of TK_SECTION_SETTINGS, by index. */
enum {
	TK_SET_N_IDS,
	TK_SET_MAX_PIECE, /* bytes of the longest that text can match */
	TK_SET_SPLIT,
	TK_SET_NORMALIZE,
	TK_SET_UNICODE_MAJOR,
	TK_SET_UNICODE_MINOR,
	TK_SET_ARITHMETIC,
	TK_SET_SP_FLAGS,  /* 0 unless TK_SET_NORMALIZE is SentencePiece's */
	TK_N_SETTINGS
};

extern const uint8_t tk_image_magic[8];
extern const uint32_t tk_image_tag[TK_N_SECTIONS];

/* The digest that the header of this image should carry. */
tok_digest tk_image_digest(tok_bytes image);

/* The digest of the sections of meaning. */
tok_digest tk_image_fingerprint(const tok_bytes section[TK_N_SECTIONS]);

/* Replaces out by the file image of these sections. */
tok_status tk_image_write(const tok_bytes section[TK_N_SECTIONS],
			  tok_buf *out);

/*
 * Finds the sections of an image and checks magic, version, size, digest, and
 * that they lie exactly as tk_image_write lays them: none over another (their
 * numbers change byte order in place). Sections borrow from image; path is
 * for the error's sentence.
 */
tok_status tk_image_read(tok_bytes image, const char *path,
			 tok_bytes section[TK_N_SECTIONS], tok_error *err);

/* Numbers of a section to the machine's byte order, in place. */
void tk_image_to_host32(void *p, size_t n);
void tk_image_to_host64(void *p, size_t n);

#endif
