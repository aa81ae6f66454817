/* SPDX-License-Identifier: MIT */
/*
 * privacy.h - what of people's answers goes, and when: single answers and comments after their
 * time, a response on request. Counts stay exact throughout.
 */
#ifndef COPROD_ANSWERS_PRIVACY_H
#define COPROD_ANSWERS_PRIVACY_H

#include "base/hash.h"
#include "rules/time.h"
#include "store/survey.h"
#include "survey/definition.h"

struct privacy {
    struct store *store;
    const struct definition *def;
    day_t today;
    int64_t now_ms;
    /* As in struct import_options; optional. */
    int (*guard)(void *arg, struct store *s, struct err *reterr);
    void *arg;
};

struct privacy_result {
    int64_t n_comments; /* dropped, their time over */
    int64_t n_answers;  /* responses whose answers were dropped; what they counted stays */
};
/* Once a week looks at every response. The answers of a month go together, when the last of them is
 * raw_days old; the key hash stays, so that a late copy is still known. */
MUST_USE int privacy_expire(const struct privacy *p, struct privacy_result *ret,
                            struct err *reterr);

struct erase_result {
    int64_t n_asked;
    int64_t n_erased;  /* and taken out of the counts */
    int64_t n_dropped; /* its answers were gone already: the count cannot be undone */
    int64_t n_before;  /* erased already */
    int64_t n_unknown; /* not here; should it come, it will not be counted */
    int64_t n_answers;
    int64_t n_comments;
};
/* The bytes of a file of response ids; caller frees. */
MUST_USE int privacy_read_ids(const char *path, char **ret, struct err *reterr);
/* Response ids, one a line: each is forgotten, with its comment, and never counted
 * again. One transaction. */
MUST_USE int privacy_erase(const struct privacy *p, const uint8_t key[HASH_KEY_SIZE],
                           const char *ids, struct erase_result *ret, struct err *reterr);
/* Lines of a file, as its import counted them. */
struct refused_lines {
    int64_t *list; /* in order */
    size_t n, cap;
};
/* The values refused in these lines by the import of the file with this SHA-256; lines NULL, or not
 * all of them kept: in any. 1 when there were such; what is known of any then goes. One
 * transaction. */
MUST_USE int privacy_forget_refused(const struct privacy *p, const char *sha256,
                                    const struct refused_lines *lines, bool *ret_all,
                                    struct err *reterr);

#endif
