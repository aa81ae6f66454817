/* SPDX-License-Identifier: MIT */
/*
 * import.h - one survey file into the store, in chunks that can be taken up again.
 *
 *   const struct import_options opt = { .def = def, .path = path, .name = "july.csv", .key = key,
 *                                       .today = today, .now_ms = now_ms };
 *   r = import_file(store, &opt, &result, &why);
 *
 * A file with response ids is read twice: first to hash it, to see what it tells of itself and
 * that it can be read to its end at all, so that a file nobody can finish changes nothing; then in
 * chunks, each one transaction of its rows, its counts and its place in the file. Killed anywhere,
 * the next call goes on there. A file without ids is counted in memory at its first reading and
 * written in one transaction: memory follows the counts, not the rows. A file whose bytes were
 * imported before is known by its hash and counts nothing, but for one of which rows were refused:
 * it is read again, without ids those lines alone, as long as all are kept. A response whose
 * id was seen before counts once, whichever file it comes in.
 */
#ifndef COPROD_ANSWERS_IMPORT_H
#define COPROD_ANSWERS_IMPORT_H

#include "base/hash.h"
#include "rules/time.h"
#include "store/survey.h"
#include "survey/definition.h"
#include "survey/rollup.h"

struct text;

struct import_options {
    const struct definition *def;
    const char *path;   /* of the file now */
    const char *name;   /* as it is kept and shown */
    const uint8_t *key; /* HASH_KEY_SIZE bytes, for response ids */
    day_t today;        /* later answers are refused; DAY_NONE = no such check */
    int64_t now_ms;
    int64_t chunk_rows; /* of a file with response ids; 0 = as is best */
    /* Optional. Called in each transaction, just before its commit: < 0 rolls it back and ends. */
    int (*guard)(void *arg, struct store *s, struct err *reterr);
    /* Optional. Called in a transaction that takes the file further, as guard is. */
    int (*moved_on)(void *arg, struct store *s, struct err *reterr);
    /* Optional. Called between chunks: false ends with -EINTR, to be taken up again. */
    bool (*wanted)(void *arg);
    /* Optional. How far it is: "looked at" the first time, "taken in" where rows are counted. */
    void (*tell)(void *arg, const char *what, int64_t bytes_done, int64_t bytes_all);
    void *arg;
};

struct import_result {
    int64_t batch;
    struct survey_counts counts; /* of the whole file, over all its runs */
    bool is_known; /* the same bytes were imported before: all its rows are repeats */
    char sha256[SURVEY_SHA_MAX];
};

/* -EBADMSG: the file is refused as a whole and nothing was changed. -ESTALE: somebody else imports
 * the same file. -EINVAL: the definition changed its meaning under the same id. -ETXTBSY: the file
 * was written to while it was read; what was not committed by then is not counted. */
MUST_USE int import_file(struct store *s, const struct import_options *opt,
                         struct import_result *ret, struct err *reterr);

/* Its hash, and whether import_file would refuse it: form, header, end. No store is asked. */
MUST_USE int import_check(const struct import_options *opt, char ret_sha256[SURVEY_SHA_MAX],
                          struct err *reterr);

/* The key of a store's response ids: read from its file, or made at the first import. -ENOKEY when
 * the store was filled with another key: with it, every response would count a second time. */
MUST_USE int import_key(struct store *s, const char *path, uint8_t key[HASH_KEY_SIZE],
                        struct err *reterr);

/* The keyed hash under which a response is kept; question: of a long file, else "". */
struct digest import_response_hash(const uint8_t key[HASH_KEY_SIZE], const char *survey,
                                   const char *id, size_t id_len, const char *question);

/* Whether a file that was imported with these counts is read again when it comes again. */
bool import_reads_again(const struct definition *def, const struct survey_counts *n);
/* What a result like this asks a person to look at, sentence by sentence. */
void import_advice(const struct import_result *done, void (*say)(void *arg, const char *words),
                   void *arg);
/* What a file did, in lines for people: counts, refusals by reason, the refused rows. */
MUST_USE int import_report(struct store *s, const struct import_result *result, const char *name,
                           struct text *out, struct err *reterr);
/* Such a report without the values that were refused in these lines; NULL: in any. Whether it had
 * such. Values that are counted go: nobody can tell whose they are. */
bool import_report_redact(const char *report, const int64_t *lines, size_t n, struct text *out);

/* The series in the store of a question as this definition words it: 1 and its id, or 0. */
MUST_USE int import_question(struct store *s, int64_t survey, const struct definition *def,
                             int question, int64_t *ret, struct err *reterr);

/* What import_load_some adds up. */
struct import_wanted {
    enum survey_kind kind;
    int index;         /* of the question or score */
    const char *group; /* one staff group only, inside the house; NULL = all */
    bool by_group;     /* each apart: the rollup's question is the group's id, 0 = none given */
    int32_t month;     /* one only; 0 = all */
};
/* The series in the store of what is wanted, its group apart: 1 and its id, or 0. */
MUST_USE int import_series_id(struct store *s, int64_t survey, const struct definition *def,
                              const struct import_wanted *want, int64_t *ret, struct err *reterr);
/* Every leaf's numbers of one series, as question 0 of the rollup; a score's are respondents and
 * sum. Each unit stands where the definition's organisation has it in that month. */
MUST_USE int import_load_some(struct store *s, const struct definition *def,
                              const struct import_wanted *want, struct rollup *r,
                              struct err *reterr);
/* Every leaf's counts of one question, as question 0 of the rollup. A survey without answers gives
 * none. */
MUST_USE int import_load(struct store *s, const struct definition *def, int question,
                         struct rollup *r, struct err *reterr);

#endif
