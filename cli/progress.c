/* SPDX-License-Identifier: MIT */
/* progress.c - one line on the terminal that says how far long work is. */
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

struct progress
progress_begin(void)
{
    return (struct progress){ .is_on = isatty(STDERR_FILENO), .percent = -1 };
}

void
progress_show(struct progress *p, const char *what, int64_t done, int64_t all)
{
    int percent = all > 0 ? (int)(100 * (double)done / (double)all) : 0;
    if (p->is_on && percent != p->percent) {
        p->percent = percent;
        (void)fprintf(stderr, "\r\033[K%s: %d %%", what, percent);
        (void)fflush(stderr);
    }
}

void
progress_tell(void *progress, const char *what, int64_t done, int64_t all)
{
    progress_show(progress, what, done, all);
}

void
progress_end(struct progress *p)
{
    if (p->is_on && p->percent >= 0) {
        (void)fputs("\r\033[K", stderr);
        (void)fflush(stderr);
        p->percent = -1;
    }
}
