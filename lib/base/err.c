/* SPDX-License-Identifier: MIT */
/* err.c - one sentence for a human, carried beside a negative errno. */
#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
err_setv(struct err *reterr, int r, const char *format, va_list args)
{
    if (reterr) {
        (void)vsnprintf(reterr->text, sizeof reterr->text, format, args);
    }
    return r;
}

int
err_set(struct err *reterr, int r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)err_setv(reterr, r, format, args);
    va_end(args);
    return r;
}

int
err_prefix(struct err *reterr, int r, const char *format, ...)
{
    if (!reterr) {
        return r;
    }
    struct err inner = *reterr;
    va_list args;
    va_start(args, format);
    (void)err_setv(reterr, r, format, args);
    va_end(args);
    size_t used = strlen(reterr->text);
    (void)snprintf(reterr->text + used, sizeof reterr->text - used, ": %.*s",
                   (int)(sizeof inner.text - 1), inner.text);
    return r;
}

void
free_charp(void *p)
{
    void *block = NULL;
    memcpy(&block, p, sizeof block); /* the caller's pointer may be of any object type */
    free(block);
}

void
fd_closep(const int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
    }
}
