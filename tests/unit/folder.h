/* SPDX-License-Identifier: MIT */
/* folder.h - the end of a test's own folder. */
#ifndef COPROD_TESTS_FOLDER_H
#define COPROD_TESTS_FOLDER_H

#include <ftw.h>
#include <stdio.h>

static inline int
folder_remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    return remove(path);
}

static inline void
folder_remove(const char *path)
{
    assert_int_equal(nftw(path, folder_remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

#endif
