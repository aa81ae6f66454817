/* SPDX-License-Identifier: MIT */
/* file.h - moving files so that none is ever lost: a move never replaces what lies there. */
#ifndef COPROD_BASE_FILE_H
#define COPROD_BASE_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "base/err.h"

/* july.csv, july.2.csv, july.3.csv: the ending says what a file is. -ENAMETOOLONG. */
MUST_USE int file_numbered(const char *name, int number, char ret[NAME_MAX + 1]);
/* -EEXIST when there is something of that name already: then nothing was moved. */
MUST_USE int file_move(int from_dir, const char *from, int to_dir, const char *to);
/* The same, under the first number that is free. */
MUST_USE int file_move_numbered(int from_dir, const char *from, int to_dir, const char *to,
                                char ret[NAME_MAX + 1]);
/* What follows the last '/' of a path: a piece of it. */
const char *file_last_name(const char *path);
/* 1: the name means this very file now; 0: another one, or none. */
MUST_USE int file_is(int dir, const char *name, const struct stat *st);
/* All of it, however many writes that takes. */
MUST_USE int file_write(int fd, const char *bytes, size_t n);
/* Nobody wrote to it since. */
bool file_is_as_before(int fd, const struct stat *before);

#endif
