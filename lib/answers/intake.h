/* SPDX-License-Identifier: MIT */
/*
 * intake.h - a file in the inbox: whose survey it is, its import, and where it goes afterwards.
 *
 * inbox/ID--july.csv belongs to survey ID; any other name is asked by its header, which must fit
 * exactly one definition. An imported file goes to done/, a refused one to rejected/, both beside
 * the inbox, each with NAME.report.txt beside it. Names that begin with a dot are left alone: they
 * are still being written. ID--NAME.erase holds response ids, one a line, that are to be forgotten;
 * it is removed when that is done, and no report names one of them.
 *
 * A file is held open from the first look to the end: what is counted, what gets the report and
 * what goes to done/ are the same file, though another one takes its name meanwhile; that one stays
 * in the inbox. A file that somebody writes to waits there until nobody does.
 */
#ifndef COPROD_ANSWERS_INTAKE_H
#define COPROD_ANSWERS_INTAKE_H

#include "answers/import.h"

struct conf;

enum { INTAKE_SURVEYS_MAX = 64, INTAKE_PATH_MAX = 4096 };

/* The definitions that the configuration names. */
struct survey_set {
    struct definition *defs[INTAKE_SURVEYS_MAX];
    size_t n;
};
/* Reads every definition; findings of all of them go to d. -EBADMSG when there is an error. */
MUST_USE int survey_set_load(const struct conf *conf, struct diag *d, struct survey_set *ret);
void survey_set_done(struct survey_set *set);
const struct definition *survey_set_find(const struct survey_set *set, const char *id);
/* The definition that a file is for, by its name or its header; NULL with a sentence. */
const struct definition *survey_set_guess(const struct survey_set *set, const char *path,
                                          const char *name, struct err *reterr);

struct intake {
    struct store *store;
    const struct survey_set *surveys;
    const char *state_dir;
    day_t today;
    int64_t now_ms;
    int64_t wall_ms; /* the machine's clock, for the age of a file: see intake_wait_ms */
    /* As in struct import_options. */
    int (*guard)(void *arg, struct store *s, struct err *reterr);
    int (*moved_on)(void *arg, struct store *s, struct err *reterr);
    bool (*wanted)(void *arg);
    void *arg;
};
struct intake_result {
    bool is_gone;    /* no such file in the inbox: somebody took it before */
    bool is_refused; /* words say why */
    bool is_erasure; /* responses were erased on request */
    struct survey_counts counts;
    int64_t wait_ms; /* with -ETXTBSY: how long to wait before the next try */
    struct err words; /* one line for the journal */
};
/* 0 also when the file was refused. Negative: the file stays in the inbox, to be tried again.
 * -ETXTBSY: somebody writes to it; *ret says when to look again. */
MUST_USE int intake_file(const struct intake *in, const char *name, struct intake_result *ret,
                         struct err *reterr);
/* How long a file waits for its writer. lease: what the kernel says to a read lease: 0 nobody
 * writes, -EAGAIN somebody does, else it does not tell (the file is another user's): then the file
 * must have been left in peace for some seconds. */
int64_t intake_wait_ms(int lease, int64_t changed_ms, int64_t now_ms);
/* A list of responses to be forgotten, by its name. */
bool intake_is_erasure(const char *name);
/* Whether an entry of a folder is a file to be read; type: of its dirent, which some file systems
 * leave unknown. */
bool intake_is_file(const char *folder, const char *name, unsigned char type);

#endif
