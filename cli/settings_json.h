/* SPDX-License-Identifier: Apache-2.0 */
/* What a manifest records of a command line. */
#ifndef SETTINGS_JSON_H
#define SETTINGS_JSON_H

#include "say.h"

#define MAX_SETTINGS 8192

/* The options that decide the bytes of a data set, as a JSON object with a
 * fixed order of keys: no paths, no threads. */
tok_status settings_json(const struct settings *s, char out[MAX_SETTINGS],
			 tok_error *err);

#endif
