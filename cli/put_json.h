/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of JSON. */
#ifndef PUT_JSON_H
#define PUT_JSON_H

#include "output.h"

/* A string with its quotes; bytes that are not UTF-8 become U+FFFD. */
void put_json(struct output *out, tok_bytes bytes);
/* "[1,2,3]". */
void put_array(struct output *out, const int32_t *v, size_t n);

/* As short as gives the double back exactly. */
void put_real(struct output *out, double value);

/* Of an object, after its first member: a comma, the key, its value. */
void put_key(struct output *out, const char *key);
void put_pair(struct output *out, const char *key, uint64_t value);
void put_pair_text(struct output *out, const char *key, const char *value);
void put_pair_bool(struct output *out, const char *key, bool value);

#endif
