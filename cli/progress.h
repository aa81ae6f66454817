/* SPDX-License-Identifier: MIT */
/* progress.h - one line on the terminal that says how far long work is; nowhere else. */
#ifndef COPROD_CLI_PROGRESS_H
#define COPROD_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool is_on; /* standard error is a terminal */
    int percent; /* shown last */
};
struct progress progress_begin(void);
/* "taken in: 42 %", over what stood there. */
void progress_show(struct progress *p, const char *what, int64_t done, int64_t all);
/* The same, as import_options.tell is called. */
void progress_tell(void *progress, const char *what, int64_t done, int64_t all);
/* Takes the line away. */
void progress_end(struct progress *p);

#endif
