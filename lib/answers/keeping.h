/* SPDX-License-Identifier: MIT */
/*
 * keeping.h - how long survey files and the words of mails are kept.
 *
 * done/ and rejected/ hold answers of single people, reports and refused rows quote them: they go
 * when their time is over. What has NAME.report.txt beside it was put there by us, and the report's
 * time is the policy time of that. Only such regular files go, and reports; whatever else lies
 * there is nobody's to remove.
 *
 * A mail keeps who was told when, as what, about what, its key, its subject and what became of it.
 */
#ifndef COPROD_ANSWERS_KEEPING_H
#define COPROD_ANSWERS_KEEPING_H

#include "answers/intake.h"

struct keeping {
    struct store *store;
    const char *state_dir;
    int64_t days;
    int64_t now_ms;
    day_t today;
    int64_t mail_months;
    /* As in struct import_options; optional. */
    int (*guard)(void *arg, struct store *s, struct err *reterr);
    bool (*wanted)(void *arg);
    void *arg;
};
struct keeping_result {
    int64_t n_files;   /* of answers, removed */
    int64_t n_reports; /* removed */
    int64_t n_words;   /* refused rows in the store of which only place and reason are left */
    int64_t n_failed;  /* could not be removed: the next night tries again */
    struct err first;  /* why, without the file's name */
};

/* survey_files.keep_days, or less where a definition keeps answers or comments for less. */
int64_t keeping_days(const struct conf *conf, const struct survey_set *set);
/* A file that cannot be removed is counted, and the others go. */
MUST_USE int keeping_expire(const struct keeping *k, struct keeping_result *ret,
                            struct err *reterr);
/* The words of mails that are older, in small steps; returns how many. A mail that may still leave
 * keeps them. */
MUST_USE int keeping_forget_mails(const struct keeping *k, int64_t *ret, struct err *reterr);

#endif
