/* SPDX-License-Identifier: MIT */
/*
 * deliver_flow.c - one delivery job from claim to recorded outcome.
 *
 * Mail is no effect in the store, so it has its own rule. First the claim: a row (notice, attempt)
 * in a transaction that sees that the job is still ours and that no earlier attempt was accepted.
 * Only who inserted that row speaks to the relay. Then the outcome: a fact that is appended
 * whatever became of the job meanwhile. A claim without an outcome is a mail of which nobody knows
 * whether it arrived; the next attempt sends the same bytes with the same Message-ID.
 */
#include "deliver_flow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "engine/clearance.h"
#include "engine/hearing.h"
#include "engine/outgoing.h"
#include "store/audit.h"
#include "store/store.h"

enum { RECORD_TRIES_MAX = 40, JOB_SUBJECT_COL = 8, SUBJECT_TEXT_MAX = 40, DETAIL_MAX = 80,
       ENVELOPE_MAX = 512 };

/* As in the store; see schema.sql. */
enum notice_state { NOTICE_PENDING = 1, NOTICE_ACCEPTED, NOTICE_REFUSED, NOTICE_CANCELLED,
                    NOTICE_UNKNOWN, NOTICE_HELD, NOTICE_SHADOWED, NOTICE_BOUNCED };

/* What is sent, copied out of the store: nothing of it is held while the relay takes its time. */
struct letter {
    int64_t notice;
    int state;
    struct text address, mail, message_id;
};

static void
letter_freep(struct letter *l)
{
    text_done(&l->address);
    text_done(&l->mail);
    text_done(&l->message_id);
}

static int
read_job(void *arg, const struct row *row)
{
    struct letter *l = arg;
    l->notice = row_i64(row, JOB_SUBJECT_COL);
    return 1;
}

static int
read_notice(void *arg, const struct row *row)
{
    enum { ADDRESS = 7, MAIL = 11, MESSAGE_ID = 12, STATE = 13 };
    struct letter *l = arg;
    size_t n = 0;
    const void *mail = row_blob(row, MAIL, &n);
    if (mail) {
        text_addn(&l->mail, mail, n);
    }
    text_add(&l->address, row_text_or(row, ADDRESS, ""));
    text_add(&l->message_id, row_text_or(row, MESSAGE_ID, ""));
    l->state = (int)row_i64(row, STATE);
    return 1;
}

static int
letter_read(struct store *s, const struct delivery_job *job, struct letter *l, struct err *reterr)
{
    int r = store_each(s, Q_JOB_SHOW, WITH(I(job->id)), read_job, l, reterr);
    if (r > 0) {
        r = store_each(s, Q_NOTICE_GET, WITH(I(l->notice)), read_notice, l, reterr);
    }
    if (r == 0) {
        return err_set(reterr, -ECANCELED, "job %lld names no notice", (long long)job->id);
    }
    if (r > 0 && l->mail.len == 0) {
        return err_set(reterr, -ECANCELED, "notice %lld cannot be sent: its text is no longer kept",
                       (long long)l->notice);
    }
    int bad = l->mail.bad | l->address.bad | l->message_id.bad;
    return r > 0 && bad ? err_set(reterr, -ENOMEM, "out of memory") : r < 0 ? r : 0;
}

static int
job_done(struct store *s, const struct delivery_job *job, struct err *reterr)
{
    return store_run(s, Q_JOB_DONE, WITH(I(job->now_ms), I(job->id), I(job->attempt)), reterr);
}

/* Until then the job waits, and that is no failure of it. */
static int
put_off(struct store *s, const struct delivery_job *job, const struct clearance *c,
        struct err *reterr)
{
    return store_run(s, Q_JOB_RETRY_LATER,
                     WITH(I(0), I(c->until_ms), T(c->words), I(job->now_ms), I(job->id),
                          I(job->attempt)),
                     reterr);
}

static int
read_again(struct store *s, const struct delivery_job *job, struct letter *l, struct err *reterr)
{
    letter_freep(l);
    *l = (struct letter){ 0 };
    return letter_read(s, job, l, reterr);
}

/* 1: it may leave and its place is taken; 0: not, and the job is done or waits. */
static int
clear(struct store *s, const struct delivery_job *job, const struct channel *to, struct letter *l,
      struct err *reterr)
{
    struct clearance c = { .verdict = CLEARANCE_GO };
    int r = to->world ? clearance_ask(to->world, s, l->notice, job->now_ms, &c, reterr) : 0;
    if (r >= 0 && c.verdict == CLEARANCE_GO && !to->send) {
        c.verdict = CLEARANCE_KEEP;
        r = store_run(s, Q_NOTICE_STATE_SET, WITH(I(NOTICE_HELD), I(job->now_ms), I(l->notice)),
                      reterr);
    }
    if (r >= 0 && c.verdict == CLEARANCE_GO && c.is_again) {
        r = read_again(s, job, l, reterr);
    }
    if (r < 0 || c.verdict == CLEARANCE_GO) {
        return r < 0 ? r : 1;
    }
    r = c.verdict == CLEARANCE_WAIT ? put_off(s, job, &c, reterr) : job_done(s, job, reterr);
    return r < 0 ? r : 0;
}

/* Inside the transaction of the claim. 1: ours to send; 0: nothing to send, the job is done. */
static int
claim(struct store *s, const struct delivery_job *job, const struct channel *to, struct letter *l,
      struct err *reterr)
{
    int64_t yes = 0;
    int r = store_get(s, Q_JOB_IS_MINE, WITH(I(job->id), I(job->attempt)), &yes, reterr);
    if (r <= 0) {
        return r < 0 ? r : -ESTALE;
    }
    r = letter_read(s, job, l, reterr);
    if (r < 0) {
        return r;
    }
    r = store_get(s, Q_DELIVERY_ACCEPTED, WITH(I(l->notice)), &yes, reterr);
    if (r < 0) {
        return r;
    }
    bool is_over = r > 0 || l->state == NOTICE_ACCEPTED || l->state == NOTICE_CANCELLED
                   || l->state == NOTICE_SHADOWED || l->state == NOTICE_BOUNCED;
    if (is_over) {
        r = job_done(s, job, reterr);
        return r < 0 ? r : 0;
    }
    r = clear(s, job, to, l, reterr);
    if (r <= 0) {
        return r;
    }
    r = store_run(s, Q_DELIVERY_CLAIM,
                  WITH(I(l->notice), I(job->attempt), I(job->holder), I(job->now_ms)), reterr);
    return r != 0 ? r
                  : err_set(reterr, -EAGAIN, "attempt %lld is already somebody's",
                            (long long)job->attempt);
}

static int
claim_alone(struct store *s, const struct delivery_job *job, const struct channel *to,
            struct letter *l, struct err *reterr)
{
    int r = store_begin(s, reterr);
    if (r < 0) {
        return r;
    }
    int mine = claim(s, job, to, l, reterr);
    if (mine < 0) {
        store_rollback(s);
        return mine;
    }
    r = store_commit(s, reterr);
    return r < 0 ? r : mine;
}

static const struct {
    int state; /* of the notice afterwards */
    int r;     /* of the job */
} verdicts[DELIVERY_MAX_] = {
    [DELIVERY_ACCEPTED] = { NOTICE_ACCEPTED, 0 },
    [DELIVERY_REFUSED] = { NOTICE_REFUSED, -ECANCELED },
    [DELIVERY_DEFERRED] = { NOTICE_PENDING, -EAGAIN },
    [DELIVERY_UNKNOWN] = { NOTICE_UNKNOWN, -EAGAIN },
    [DELIVERY_UNREACHED] = { NOTICE_PENDING, -EAGAIN },
};

/* Its place among the mails of the day, and whether mail works at all. */
static int
keep_books(struct store *s, const struct delivery_job *job, const struct channel *to,
           int64_t notice, const struct delivery_result *result, struct err *reterr)
{
    bool may_be_there =
        result->outcome == DELIVERY_ACCEPTED || result->outcome == DELIVERY_UNKNOWN;
    int r = may_be_there ? 0 : clearance_give_back(to->world, s, notice, job->now_ms, reterr);
    bool is_accepted = result->outcome == DELIVERY_ACCEPTED;
    return r < 0 ? r : outgoing_note_delivery(s, is_accepted, job->now_ms, reterr);
}

/* Was it the address that was refused, nothing more is sent to it. Who hears instead is seen to
 * when the job is given up, as for any mail that is. */
static int
stop_dead_address(struct store *s, const struct delivery_job *job, const struct channel *to,
                  int64_t notice, const struct delivery_result *result, struct err *reterr)
{
    char status[REFUSAL_STATUS_MAX];
    char words[DETAIL_MAX];
    (void)refusal_status(result->words, status);
    if (result->outcome != DELIVERY_REFUSED
        || !refusal_is_of_address(result->of, result->code, status)) {
        return 0;
    }
    (void)snprintf(words, sizeof words, "refused with %d%s%s", result->code, status[0] ? " " : "",
                   status);
    return hearing_stop(to->world, s, notice, words, job->now_ms, reterr);
}

static int
record(struct store *s, const struct delivery_job *job, const struct channel *to, int64_t notice,
       const struct delivery_result *result, struct err *reterr)
{
    char subject[SUBJECT_TEXT_MAX];
    char detail[DETAIL_MAX];
    char status[REFUSAL_STATUS_MAX];
    (void)snprintf(subject, sizeof subject, "notice %lld", (long long)notice);
    /* The relay's words may hold a person's address: they stay in delivery_outcome. */
    (void)refusal_status(result->outcome == DELIVERY_ACCEPTED ? "" : result->words, status);
    (void)snprintf(detail, sizeof detail, "%s, code %d%s%s, attempt %lld",
                   delivery_outcome_word(result->outcome), result->code, status[0] ? " " : "",
                   status, (long long)job->attempt);
    int r = store_run(s, Q_DELIVERY_OUTCOME_ADD,
                      WITH(I(notice), I(job->attempt), T(delivery_outcome_word(result->outcome)),
                           I(result->code), T(result->words), I(job->now_ms)),
                      reterr);
    if (r >= 0 && verdicts[result->outcome].state != NOTICE_PENDING) {
        r = store_run(s, Q_NOTICE_STATE_SET,
                      WITH(I(verdicts[result->outcome].state), I(job->now_ms), I(notice)), reterr);
    }
    r = r < 0 || !to->world ? r : keep_books(s, job, to, notice, result, reterr);
    r = r < 0 || !to->world ? r : stop_dead_address(s, job, to, notice, result, reterr);
    if (r >= 0 && result->outcome == DELIVERY_ACCEPTED) {
        r = job_done(s, job, reterr); /* 0 rows: somebody moved the job; the acceptance stays */
    }
    return r < 0 ? r
                 : audit_append(s,
                                &(struct audit_entry){ .at_ms = job->now_ms,
                                                       .actor = "deliver",
                                                       .on_behalf = "",
                                                       .event = "mail",
                                                       .subject = subject,
                                                       .detail = detail },
                                reterr);
}

static int
record_alone(struct store *s, const struct delivery_job *job, const struct channel *to,
             int64_t notice, const struct delivery_result *result, struct err *reterr)
{
    int r = store_begin(s, reterr);
    if (r < 0) {
        return r;
    }
    r = record(s, job, to, notice, result, reterr);
    if (r < 0) {
        store_rollback(s);
        return r;
    }
    return store_commit(s, reterr);
}

/* bounces+*@example.nhs.uk: the key of the notice in place of the star, so that what comes back to
 * it names the notice even when nothing of the mail comes with it. */
static const char *
envelope(const char *from, const char *message_id, char buf[ENVELOPE_MAX])
{
    const char *star = strchr(from, '*');
    const char *key = message_id[0] == '<' ? message_id + 1 : message_id;
    if (!star) {
        return from;
    }
    (void)snprintf(buf, ENVELOPE_MAX, "%.*s%.*s%s", (int)(star - from), from,
                   (int)strcspn(key, ".@>"), key, star + 1);
    return buf;
}

int
deliver_job(struct store *s, const struct delivery_job *job, const struct channel *to,
            struct err *reterr)
{
    __attribute__((cleanup(letter_freep))) struct letter l = { 0 };
    int r = claim_alone(s, job, to, &l, reterr);
    if (r <= 0) {
        return r;
    }
    char from[ENVELOPE_MAX];
    const struct delivery_message m = { .from = envelope(to->from, text_str(&l.message_id), from),
                                        .to = text_str(&l.address),
                                        .message_id = text_str(&l.message_id),
                                        .bytes = text_str(&l.mail),
                                        .len = l.mail.len };
    struct delivery_result result = { 0 };
    to->send(to->arg, &m, &result);
    /* What the relay said is lost if it is not written now: a full disk gets some patience. After
     * -EIO this handle must not be written with any more. */
    r = record_alone(s, job, to, l.notice, &result, reterr);
    for (int i = 1; i < RECORD_TRIES_MAX && (r == -ENOSPC || r == -EBUSY); i++) {
        if (!to->wait(to->arg)) {
            break;
        }
        r = record_alone(s, job, to, l.notice, &result, reterr);
    }
    if (r < 0) {
        return err_prefix(reterr, r, "notice %lld was %s and that could not be recorded",
                          (long long)l.notice, delivery_outcome_word(result.outcome));
    }
    r = verdicts[result.outcome].r;
    return r < 0 ? err_set(reterr, r, "%s: %s", delivery_outcome_word(result.outcome), result.words)
                 : 0;
}
