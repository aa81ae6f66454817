/* SPDX-License-Identifier: MIT */
/*
 * err.h - the one error convention, and the words for ownership.
 *
 *   struct err why;
 *   r = plan_read(path, &plan, &why);
 *   if (r < 0) {
 *       return log_err(r, "plan refused, keeping revision %d: %s", revision, why.text);
 *   }
 *
 * Functions return int: 0 or more is good, negative is -errno. Outputs are named ret_x and are
 * written only on success. A function whose failure a human will read takes a last argument
 * `struct err *reterr` that holds one sentence: what, on which thing, and what to do. reterr may
 * be NULL. Nothing in lib/ logs or exits: it returns.
 */
#ifndef COPROD_BASE_ERR_H
#define COPROD_BASE_ERR_H

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>

enum { ERR_TEXT_MAX = 512 };

struct err {
    char text[ERR_TEXT_MAX];
};

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

/* Cleanup at the end of the scope: AUTO(store) calls store_freep, AUTO_FREE calls free. */
#define AUTO(kind) __attribute__((cleanup(kind##_freep)))
#define AUTO_FREE __attribute__((cleanup(free_charp)))
#define AUTO_CLOSE __attribute__((cleanup(fd_closep)))
/* Hands ownership out of an AUTO variable. */
#define TAKE(p)                    \
    ({                             \
        __auto_type take_ = (p);   \
        (p) = NULL;                \
        take_;                     \
    })

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Writes the sentence and returns r, so that `return err_set(reterr, -ENOENT, "...")` reads well.
 */
int err_set(struct err *reterr, int r, const char *format, ...) PRINTF_LIKE(3, 4);
int err_setv(struct err *reterr, int r, const char *format, va_list args);
/* Puts "context: " before what is already there; returns r. */
int err_prefix(struct err *reterr, int r, const char *format, ...) PRINTF_LIKE(3, 4);

void free_charp(void *p);  /* p: address of any pointer from malloc */
void fd_closep(const int *fd); /* closes when >= 0 */

#endif
