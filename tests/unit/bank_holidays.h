/* SPDX-License-Identifier: MIT */
/*
 * bank_holidays.h - for tests: the bank holidays of England and Wales from the shared folder.
 * The folder is named by COPROD_SHARED, else ../shared.
 */
#ifndef COPROD_TESTS_BANK_HOLIDAYS_H
#define COPROD_TESTS_BANK_HOLIDAYS_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "rules/time.h"

enum { BANK_HOLIDAYS_MAX = 512, SHARED_PATH_MAX = 512 };

struct bank_holidays {
    day_t days[BANK_HOLIDAYS_MAX];
    struct calendar calendar; /* points into days: do not copy the struct */
};

static inline const char *
shared_folder(void)
{
    const char *folder = getenv("COPROD_SHARED");
    return folder ? folder : "../shared";
}

/* Tests that need the folder are left out without it; with it, a file that lacks is a failure. */
static inline bool
shared_is_there(void)
{
    return access(shared_folder(), F_OK) == 0;
}

static inline FILE *
shared_open(const char *name)
{
    char path[SHARED_PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/%s", shared_folder(), name);
    return fopen(path, "r");
}

/* False when it cannot be read. The file is sorted by date. */
static inline bool
bank_holidays_read(struct bank_holidays *h)
{
    FILE *in = shared_open("data/bank-holidays-england-wales.csv");
    if (!in) {
        return false;
    }
    char line[512];
    size_t n = 0;
    while (fgets(line, sizeof line, in)) {
        line[10] = '\0';
        if (n < BANK_HOLIDAYS_MAX && day_parse(line, &h->days[n]) == 0) {
            n++;
        }
    }
    (void)fclose(in);
    h->calendar = (struct calendar){ .closed = h->days, .n_closed = n };
    h->calendar.last_listed = n > 0 ? h->days[n - 1] : DAY_NONE;
    return n > 0;
}

#endif
