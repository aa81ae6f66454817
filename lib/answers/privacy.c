/* SPDX-License-Identifier: MIT */
/* privacy.c - what of people's answers goes, and when. */
#include "answers/privacy.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answers/import.h"
#include "survey/mapping.h"

enum { WALK = 4000, WEEK = 7, ERASE_BYTES_MAX = 1024 * 1024 };

/* Nothing of it but that it was there. */
static void
strip(struct survey_response *r, int state)
{
    r->day = month_first_day(day_month(r->day));
    r->state = state;
    r->unit = 0;
    r->grp = 0;
    r->n_answers = 0;
}

static int
commit(const struct privacy *p, int r, struct err *reterr)
{
    r = r < 0 || !p->guard ? r : p->guard(p->arg, p->store, reterr);
    if (r < 0) {
        store_rollback(p->store);
        return r;
    }
    return store_commit(p->store, reterr);
}

/* ---- their time is over -------------------------------------------------------------------- */

struct due {
    const struct privacy *p;
    int64_t survey;
    day_t before; /* answers given before it go */
    struct survey_response *list;
    size_t n;
    struct survey_walk place;
};

static int
take_due(void *arg, const struct survey_response *r)
{
    struct due *due = arg;
    if (r->survey == due->survey && r->state == SURVEY_RESPONSE_KEPT && r->day < due->before) {
        due->list[due->n++] = *r;
    }
    return 0;
}

static int
drop_some(struct due *due, int64_t *n, struct err *reterr)
{
    struct store *s = due->p->store;
    int r = due->n > 0 ? store_begin(s, reterr) : 0;
    if (r < 0 || due->n == 0) {
        return r;
    }
    for (size_t i = 0; r == 0 && i < due->n; i++) {
        strip(&due->list[i], SURVEY_RESPONSE_DROPPED);
        r = survey_response_set(s, &due->list[i], reterr);
    }
    *n += (int64_t)due->n;
    return commit(due->p, r, reterr);
}

static int
drop_answers(struct due *due, int64_t *n, struct err *reterr)
{
    for (;;) {
        due->n = 0;
        int more = survey_response_walk(due->p->store, &due->place, take_due, due, reterr);
        int r = more < 0 ? more : drop_some(due, n, reterr);
        if (r < 0 || more == 0) {
            return r;
        }
    }
}

/* The day of the last look; a look reads every response, so it is not for every night. */
static int
is_week_over(const struct privacy *p, char key[128], bool *ret, struct err *reterr)
{
    char last[DAY_TEXT_MAX];
    day_t day = DAY_NONE;
    (void)snprintf(key, 128, "survey.dropped.%.64s", p->def->id);
    int r = store_setting_get(p->store, key, last, sizeof last, reterr);
    *ret = r == 0 || day_parse(last, &day) < 0 || p->today - day >= WEEK;
    return r < 0 ? r : 0;
}

static int
note_look(const struct privacy *p, const char *key, struct err *reterr)
{
    char today[DAY_TEXT_MAX];
    int r = store_begin(p->store, reterr);
    if (r < 0) {
        return r;
    }
    return commit(p, store_setting_set(p->store, key, day_format(p->today, today), reterr),
                  reterr);
}

static int
expire_comments(const struct privacy *p, int64_t survey, int64_t *ret, struct err *reterr)
{
    int r = store_begin(p->store, reterr);
    if (r < 0) {
        return r;
    }
    r = survey_comment_expire(p->store, survey, p->today - p->def->comment_days, reterr);
    *ret = r > 0 ? r : 0;
    return commit(p, r < 0 ? r : 0, reterr);
}

int
privacy_expire(const struct privacy *p, struct privacy_result *ret, struct err *reterr)
{
    struct privacy_result done = { 0 };
    struct survey_row survey;
    int r = survey_find(p->store, p->def->id, NULL, &survey, reterr);
    if (r > 0 && p->def->comment_days > 0) {
        r = expire_comments(p, survey.id, &done.n_comments, reterr);
        r = r < 0 ? r : 1;
    }
    char key[128];
    bool is_time = false;
    if (r > 0 && p->def->raw_days > 0) {
        r = is_week_over(p, key, &is_time, reterr);
    }
    if (r >= 0 && is_time) {
        struct due due = { .p = p, .survey = survey.id,
                           .before = month_first_day(day_month(p->today - p->def->raw_days)),
                           .place = { .n = WALK, .after = -1 } };
        due.list = calloc(WALK, sizeof *due.list);
        r = due.list ? drop_answers(&due, &done.n_answers, reterr) : -ENOMEM;
        free(due.list);
        r = r < 0 ? r : note_look(p, key, reterr);
    }
    *ret = done;
    return r < 0 ? r : 0;
}

/* ---- on request ---------------------------------------------------------------------------- */

/* Out of the counts. */
static int
uncount(const struct privacy *p, const struct survey_response *r, struct erase_result *res,
        struct err *reterr)
{
    struct survey_split split;
    int rc = survey_response_split(p->store, r, 1, &split, reterr);
    for (size_t i = 0; rc == 0 && i < split.n; i++) {
        res->n_answers += split.list[i].n == SURVEY_COUNTS;
    }
    return rc < 0 ? rc : survey_response_uncount(p->store, r, reterr);
}

/* *ret_state: what it was; 0: it was not here. */
static int
erase_hash(const struct privacy *p, int64_t survey, const struct digest *d, int *ret_state,
           struct erase_result *res, struct err *reterr)
{
    struct survey_response r;
    int64_t id = hash_number(d, 0);
    *ret_state = 0;
    int rc = survey_response_get(p->store, id, &r, reterr);
    if (rc == 0) {
        r = (struct survey_response){ .id = id, .tag = hash_number(d, 1),
                                      .survey = survey, .state = SURVEY_RESPONSE_ERASED };
        rc = survey_response_add(p->store, &r, SURVEY_LATELY, reterr);
        return rc < 0 ? rc : 0;
    }
    if (rc < 0) {
        return rc;
    }
    *ret_state = r.state;
    rc = r.state == SURVEY_RESPONSE_KEPT ? uncount(p, &r, res, reterr) : 0;
    strip(&r, SURVEY_RESPONSE_ERASED);
    rc = rc < 0 ? rc : survey_response_set(p->store, &r, reterr);
    rc = rc < 0 ? rc : survey_comment_drop(p->store, id, reterr);
    res->n_comments += rc > 0 ? rc : 0;
    return rc < 0 ? rc : 0;
}

static int
erase_one(const struct privacy *p, int64_t survey, const uint8_t *key, const char *id, size_t len,
          struct erase_result *res, struct err *reterr)
{
    const struct definition *def = p->def;
    int64_t n_of[SURVEY_RESPONSE_ERASED + 1] = { 0 }; /* by state; of a long file it has several */
    int r = 0;
    for (size_t q = 0; r == 0 && q < (def->question_column ? def->n_questions : 1); q++) {
        const char *question = def->question_column ? def->questions[q].id : "";
        struct digest d = import_response_hash(key, def->id, id, len, question);
        int state = 0;
        r = erase_hash(p, survey, &d, &state, res, reterr);
        n_of[state]++;
    }
    res->n_asked++;
    if (n_of[SURVEY_RESPONSE_KEPT] + n_of[SURVEY_RESPONSE_WITHDRAWN] > 0) {
        res->n_erased++;
    } else if (n_of[SURVEY_RESPONSE_DROPPED] > 0) {
        res->n_dropped++;
    } else if (n_of[SURVEY_RESPONSE_ERASED] > 0) {
        res->n_before++;
    } else {
        res->n_unknown++;
    }
    return r;
}

static int
erase_lines(const struct privacy *p, int64_t survey, const uint8_t *key, const char *lines,
            struct erase_result *res, struct err *reterr)
{
    int r = 0;
    while (r == 0 && *lines) {
        size_t len = strcspn(lines, "\r\n");
        if (len > RESPONSE_ID_MAX) {
            return err_set(reterr, -EBADMSG, "a response id is too long");
        }
        struct scan_field id = mapping_trimmed((struct scan_field){ lines, len });
        r = id.len > 0 ? erase_one(p, survey, key, id.s, id.len, res, reterr) : 0;
        lines += len + (lines[len] != '\0');
    }
    return r;
}

int
privacy_read_ids(const char *path, char **ret, struct err *reterr)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    AUTO_FREE char *bytes = calloc(1, ERASE_BYTES_MAX + 1);
    if (fd < 0 || !bytes) {
        return err_set(reterr, fd < 0 ? -errno : -ENOMEM, "cannot read the ids to erase");
    }
    size_t n = 0;
    for (ssize_t got = 1; got > 0 && n < ERASE_BYTES_MAX; n += (size_t)got) {
        got = read(fd, bytes + n, ERASE_BYTES_MAX - n);
        if (got < 0) {
            return err_set(reterr, -EIO, "cannot read the ids to erase");
        }
    }
    if (n == ERASE_BYTES_MAX || memchr(bytes, '\0', n)) {
        return err_set(reterr, -EBADMSG, "no list of response ids, or a very long one");
    }
    *ret = TAKE(bytes);
    return 0;
}

int
privacy_erase(const struct privacy *p, const uint8_t key[HASH_KEY_SIZE], const char *ids,
              struct erase_result *ret, struct err *reterr)
{
    struct erase_result res = { 0 };
    struct survey_row survey;
    if (!p->def->response_column) {
        return err_set(reterr, -EBADMSG, "survey %s has no response ids", p->def->id);
    }
    int r = store_begin(p->store, reterr);
    if (r < 0) {
        return r;
    }
    r = survey_find(p->store, p->def->id, NULL, &survey, reterr);
    if (r == 0) {
        r = err_set(reterr, -EBADMSG, "survey %s has no answers", p->def->id);
    }
    r = r < 0 ? r : erase_lines(p, survey.id, key, ids, &res, reterr);
    r = commit(p, r, reterr);
    *ret = res;
    return r;
}

int
privacy_forget_refused(const struct privacy *p, const char *sha256,
                       const struct refused_lines *lines, bool *ret_all, struct err *reterr)
{
    struct survey_row survey;
    struct survey_batch batch;
    const char *quoting = reject_reason_word(REJECT_CODE);
    int r = store_begin(p->store, reterr);
    if (r < 0) {
        return r;
    }
    r = survey_find(p->store, p->def->id, NULL, &survey, reterr);
    r = r <= 0 ? r : survey_batch_find(p->store, survey.id, sha256, &batch, reterr);
    *ret_all = !lines || r <= 0 || batch.counts.n_rejected > SURVEY_REJECTS_KEPT;
    if (r > 0) {
        r = *ret_all ? survey_reject_forget(p->store, batch.id, INT64_MAX, quoting, reterr)
                     : survey_reject_forget_lines(p->store, batch.id, lines->list, lines->n,
                                                  quoting, reterr);
    }
    int done = commit(p, r < 0 ? r : 0, reterr);
    return done < 0 ? done : *ret_all || r > 0;
}
