/* SPDX-License-Identifier: Apache-2.0 */
/* Ctrl-C while a file is being written leaves nothing of it behind. */
#ifndef STOP_H
#define STOP_H

#include <stdbool.h>

/* From here on the first SIGINT, SIGTERM or SIGHUP only asks to stop; the
 * second one kills. A signal that is ignored (nohup) stays so. */
void stop_catch(void);
bool stop_asked(void);
/* Ends the process as the signal that was caught would have; returns if there
 * was none. */
void stop_now(void);

#endif
