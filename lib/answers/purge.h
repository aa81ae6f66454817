/* SPDX-License-Identifier: MIT */
/*
 * purge.h - the rows of erased responses out of the files that are kept in done/ and rejected/.
 *
 * A file with such a row is written anew without it, all other bytes as they are, beside itself and
 * then into its place: a reader sees one or the other. Its report gets a line that says so; what
 * that import refused is forgotten there and in the store, all of it, since after the first time
 * no line number tells whose a value was. What cannot be read as a file of the survey stays as it
 * is, and is named.
 */
#ifndef COPROD_ANSWERS_PURGE_H
#define COPROD_ANSWERS_PURGE_H

#include "answers/intake.h"

struct privacy;
struct text;

struct purge {
    const struct survey_set *surveys;
    const char *state_dir;
    const struct privacy *erasing; /* its definition has response ids */
    const char *ids;               /* one a line */
};
struct purge_result {
    int64_t n_rows;    /* taken out */
    int64_t n_files;   /* written anew */
    int64_t n_unclear; /* files with a place that cannot be read */
};
/* names: "; done/x.csv was written anew without 2 rows", of the first few. To do it again does no
 * harm. */
MUST_USE int purge_files(const struct purge *p, struct purge_result *ret, struct text *names,
                         struct err *reterr);

#endif
