/* SPDX-License-Identifier: MIT */
/*
 * post.h - one mail, whatever is in it: the plan in whose name it comes, who gets it, its envelope,
 * its row in the store and its delivery job. Letters, packs and the admin's mails differ in their
 * words only. Inside the caller's transaction.
 */
#ifndef COPROD_ENGINE_POST_H
#define COPROD_ENGINE_POST_H

#include "base/hash.h"
#include "engine/occurrence.h"
#include "notice/notice.h"

/* A post as the roster has it. Whose mailbox it has too is told of all of them in one mail, in the
 * locale and format of the first of them in the roster: the reader. */
struct person {
    char title[WORLD_NAME_MAX];
    char email[WORLD_NAME_MAX];
    char deputy[OCC_NAME_MAX]; /* a role; "". So the next two */
    char line_manager[OCC_NAME_MAX], director[OCC_NAME_MAX];
    char reader[OCC_NAME_MAX]; /* a role: itself when nobody shares the mailbox */
    char locale[OCC_NAME_MAX]; /* the reader's, as the format */
    enum notice_format format;
    bool is_known;
};
MUST_USE int person_get(struct store *s, const char *role, struct person *ret, struct err *reterr);
/* Its title; of a role that the roster has not, its id. */
MUST_USE int person_title(struct store *s, const char *role, char ret[WORLD_NAME_MAX],
                          struct err *reterr);

struct post {
    const struct world *w;
    struct store *s;
    int64_t now_ms;
    struct err *reterr;
    /* of the plan */
    char plan[OCC_NAME_MAX], owner[OCC_NAME_MAX];
    struct text title, version, url, formats, forum;
    struct person owner_person;
    /* who gets it: for the caller to fill in */
    char role[OCC_NAME_MAX];
    struct person to;
};
void post_done(struct post *p);
/* The plan and its owner; plan NULL: the first there is. w, s, now_ms and reterr are set. 0 when
 * there is none, else 1. */
MUST_USE int post_open(struct post *p, const char *plan);
/* What every mail says of its plan, its reader and its day. */
struct notice_model post_model(const struct post *p, enum notice_kind words);

struct post_order {
    const char *key;  /* of the notice: holds for ever */
    const char *kind; /* "digest", "pack" */
    int64_t occurrence; /* 0: none, or several */
    const char *step, *why; /* for lists; "" */
    const char *const *threads; /* NULL: one of its own */
    size_t n_threads;
    const struct notice_file *files;
    size_t n_files;
    const char *job_detail; /* NULL = "" */
    int64_t run_at_ms;
    int64_t again; /* the notice of this key, which never left: written anew in its place; 0 */
};
/* Writes it from the model and orders its delivery. 1 and its id, 0 when the key stands there. */
MUST_USE int post_put(const struct post *p, const struct notice_model *model,
                      const struct post_order *order, int64_t *ret_notice);

#endif
