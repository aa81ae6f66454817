/* SPDX-License-Identifier: MIT */
/* test_deliver.c - from claim to recorded outcome, with a relay that does what the test says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../workers/deliver_bounce.h"
#include "../../workers/deliver_flow.h"
#include "base/hash.h"
#include "base/text.h"
#include "folder.h"
#include "store/audit.h"
#include "store/store.h"

enum { JOB = 7, NOTICE = 3, NOW = 1000 };

struct relay {
    struct store *s;
    enum delivery_outcome says;
    int code;
    int sent;
    int waits;
    void (*meanwhile)(struct store *s); /* happens while the mail is under way */
};

static void
relay_send(void *arg, const struct delivery_message *m, struct delivery_result *ret)
{
    struct relay *relay = arg;
    assert_false(store_in_transaction(relay->s));
    assert_string_equal(m->to, "lead@example.nhs.uk");
    assert_string_equal(m->message_id, "<k.mail@h>");
    assert_int_equal(m->len, 4);
    relay->sent++;
    if (relay->meanwhile) {
        relay->meanwhile(relay->s);
    }
    *ret = (struct delivery_result){ .outcome = relay->says, .code = relay->code };
    (void)snprintf(ret->words, sizeof ret->words, "said %d", relay->code);
}

static bool
relay_wait(void *arg)
{
    struct relay *relay = arg;
    return ++relay->waits < 3;
}

static void
change(struct store *s, enum query q, const struct arg *args, size_t n)
{
    assert_int_equal(store_begin(s, NULL), 0);
    assert_true(store_run(s, q, args, n, NULL) >= 0);
    assert_int_equal(store_commit(s, NULL), 0);
}

static void
fill(struct store *s)
{
    change(s, Q_NOTICE_ADD,
           WITH(I(NOTICE), T("key"), T("remind"), T("CO-304"), NIL, T("R-5"), T("lead"),
                T("lead@example.nhs.uk"), T("leads"), T("subject"), T("body"), B("mail", 4),
                T("<k.mail@h>"), I(1), I(NOW)));
    change(s, Q_JOB_ADD,
           WITH(I(JOB), I(JOB_KIND_DELIVER), T("deliver|3"), I(JOB_READY), I(NOW), I(NOTICE), T(""),
                I(NOW)));
}

static int
setup(void **state)
{
    struct store *s = NULL;
    if (hash_init() < 0 || store_open("", STORE_MEMORY, &s, NULL) < 0) {
        return -1;
    }
    fill(s);
    *state = s;
    return 0;
}

static int
teardown(void **state)
{
    *state = store_free(*state);
    return 0;
}

static int
attempt(struct store *s, struct relay *relay, int64_t no, struct err *why)
{
    relay->s = s;
    const struct channel to = { .from = "coprod@example.nhs.uk", .send = relay_send,
                                .arg = relay, .wait = relay_wait };
    const struct delivery_job job = { JOB, no, NOW + no, 42 };
    int r = deliver_job(s, &job, &to, why);
    assert_false(store_in_transaction(s));
    return r;
}

static bool
is_accepted(struct store *s)
{
    int64_t yes = 0;
    return store_get(s, Q_DELIVERY_ACCEPTED, WITH(I(NOTICE)), &yes, NULL) == 1;
}

static int
first_column(void *arg, const struct row *row)
{
    int64_t *at = arg; /* in: the column; out: its value */
    *at = row_i64(row, (int)*at);
    return 1;
}

static int64_t
job_state(struct store *s)
{
    int64_t at = 3;
    assert_int_equal(store_each(s, Q_JOB_SHOW, WITH(I(JOB)), first_column, &at, NULL), 1);
    return at;
}

static int64_t
notice_state(struct store *s)
{
    int64_t at = 13;
    assert_int_equal(store_each(s, Q_NOTICE_GET, WITH(I(NOTICE)), first_column, &at, NULL), 1);
    return at;
}

static void
an_accepted_mail_is_never_sent_again(void **state)
{
    struct store *s = *state;
    struct relay relay = { .says = DELIVERY_ACCEPTED, .code = 250 };
    assert_int_equal(attempt(s, &relay, 1, NULL), 0);
    assert_int_equal(job_state(s), JOB_DONE);
    assert_int_equal(notice_state(s), 2);
    assert_int_equal(attempt(s, &relay, 1, NULL), -ESTALE);
    assert_int_equal(relay.sent, 1);
    struct audit_report report;
    assert_int_equal(audit_verify(s, &report, NULL), 0);
    assert_int_equal(report.rows, 1);
}

static void
a_refused_mail_is_given_up_with_the_relays_words(void **state)
{
    struct store *s = *state;
    struct relay relay = { .says = DELIVERY_REFUSED, .code = 550 };
    struct err why;
    assert_int_equal(attempt(s, &relay, 1, &why), -ECANCELED);
    assert_string_equal(why.text, "refused: said 550");
    assert_int_equal(notice_state(s), 3);
    assert_int_equal(job_state(s), JOB_READY); /* the hub gives it up */
}

static void
a_deferred_mail_stays_pending_and_is_sent_again(void **state)
{
    struct store *s = *state;
    struct relay relay = { .says = DELIVERY_DEFERRED, .code = 451 };
    assert_int_equal(attempt(s, &relay, 1, NULL), -EAGAIN);
    assert_int_equal(notice_state(s), 1);
    change(s, Q_JOB_OFFER_AGAIN, WITH(I(0), I(NOW), I(JOB), I(1)));
    relay.says = DELIVERY_ACCEPTED;
    assert_int_equal(attempt(s, &relay, 2, NULL), 0);
    assert_int_equal(notice_state(s), 2);
    assert_int_equal(relay.sent, 2);
}

static void
an_unknown_mail_is_counted_and_sent_again(void **state)
{
    struct store *s = *state;
    struct relay relay = { .says = DELIVERY_UNKNOWN };
    assert_int_equal(attempt(s, &relay, 1, NULL), -EAGAIN);
    assert_int_equal(notice_state(s), 5);
    change(s, Q_JOB_OFFER_AGAIN, WITH(I(0), I(NOW), I(JOB), I(1)));
    assert_int_equal(attempt(s, &relay, 1, NULL), -ESTALE);
    relay.says = DELIVERY_ACCEPTED;
    assert_int_equal(attempt(s, &relay, 2, NULL), 0);
    assert_int_equal(relay.sent, 2);
}

static void
an_attempt_that_somebody_claimed_is_not_sent(void **state)
{
    struct store *s = *state;
    struct relay relay = { .says = DELIVERY_ACCEPTED };
    change(s, Q_DELIVERY_CLAIM, WITH(I(NOTICE), I(1), I(99), I(NOW)));
    assert_int_equal(attempt(s, &relay, 1, NULL), -EAGAIN);
    assert_int_equal(relay.sent, 0);
    change(s, Q_JOB_OFFER_AGAIN, WITH(I(1), I(NOW), I(JOB), I(1)));
    assert_int_equal(attempt(s, &relay, 2, NULL), 0);
    assert_int_equal(relay.sent, 1);
}

static void
offer_again(struct store *s)
{
    change(s, Q_JOB_OFFER_AGAIN, WITH(I(1), I(NOW), I(JOB), I(1)));
}

static void
an_acceptance_stays_although_the_job_was_offered_again(void **state)
{
    struct store *s = *state;
    struct relay relay = { .says = DELIVERY_ACCEPTED, .meanwhile = offer_again };
    assert_int_equal(attempt(s, &relay, 1, NULL), 0);
    assert_int_equal(job_state(s), JOB_READY);
    assert_true(is_accepted(s));
    relay.meanwhile = NULL;
    assert_int_equal(attempt(s, &relay, 2, NULL), 0); /* done, unsent */
    assert_int_equal(relay.sent, 1);
    assert_int_equal(job_state(s), JOB_DONE);
}

static void
cancel(struct store *s)
{
    change(s, Q_NOTICE_STATE_SET, WITH(I(4), I(NOW), I(NOTICE)));
    change(s, Q_JOB_CANCEL, WITH(T("action completed"), I(NOW), I(JOB)));
}

static void
an_action_completed_while_its_mail_is_under_way_keeps_the_acceptance(void **state)
{
    struct store *s = *state;
    struct relay relay = { .says = DELIVERY_ACCEPTED, .meanwhile = cancel };
    assert_int_equal(attempt(s, &relay, 1, NULL), 0);
    assert_int_equal(job_state(s), JOB_CANCELLED);
    assert_int_equal(notice_state(s), 2);
}

static void
a_cancelled_notice_is_not_sent(void **state)
{
    struct store *s = *state;
    struct relay relay = { .says = DELIVERY_ACCEPTED };
    change(s, Q_NOTICE_STATE_SET, WITH(I(4), I(NOW), I(NOTICE)));
    assert_int_equal(attempt(s, &relay, 1, NULL), 0);
    assert_int_equal(relay.sent, 0);
    assert_int_equal(job_state(s), JOB_DONE);
}

static void
without_a_channel_notices_are_held(void **state)
{
    struct store *s = *state;
    const struct channel nowhere = { .from = "coprod@example.nhs.uk" };
    const struct delivery_job job = { JOB, 1, NOW, 42 };
    assert_int_equal(deliver_job(s, &job, &nowhere, NULL), 0);
    assert_int_equal(notice_state(s), 6);
    assert_int_equal(job_state(s), JOB_DONE);
}

static void
a_job_without_a_notice_is_given_up(void **state)
{
    struct store *s = *state;
    struct relay relay = { .s = s };
    const struct channel to = { .from = "a@b", .send = relay_send, .arg = &relay,
                                .wait = relay_wait };
    change(s, Q_JOB_ADD,
           WITH(I(8), I(JOB_KIND_DELIVER), T("deliver|9"), I(JOB_READY), I(NOW), I(9), T(""),
                I(NOW)));
    const struct delivery_job job = { 8, 1, NOW, 42 };
    assert_int_equal(deliver_job(s, &job, &to, NULL), -ECANCELED);
}

static void
no_more_writing(struct store *s)
{
    (void)s;
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = 1;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void
an_outcome_that_cannot_be_recorded_is_told(void **state)
{
    (void)state;
    char dir[] = "/tmp/coprod-deliver-XXXXXX";
    assert_non_null(mkdtemp(dir));
    AUTO_TEXT struct text path = { 0 };
    text_addf(&path, "%s/coprod.db", dir);
    struct store *file = NULL;
    struct rlimit limit;
    struct err why = { "" };
    assert_int_equal(store_open(text_str(&path), STORE_WRITE, &file, NULL), 0);
    fill(file);
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    struct relay relay = { .says = DELIVERY_ACCEPTED, .meanwhile = no_more_writing };
    assert_true(attempt(file, &relay, 1, &why) < 0);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_non_null(strstr(why.text, "notice 3 was accepted and that could not be recorded"));
    (void)store_free(file);
    static const char *const names[] = { "coprod.db", "coprod.db-wal", "coprod.db-shm",
                                         "coprod.turn" };
    for (size_t i = 0; i < LENGTH(names); i++) {
        text_done(&path);
        text_addf(&path, "%s/%s", dir, names[i]);
        (void)unlink(text_str(&path));
    }
    assert_int_equal(rmdir(dir), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
/* ---- what came back -------------------------------------------------------------------------- */

struct box {
    char dir[64];
    struct world *w;
};

static struct box
box_open(struct store *s)
{
    struct box b = { .dir = "/tmp/coprod-bounces-XXXXXX" };
    char path[128];
    assert_non_null(mkdtemp(b.dir));
    for (int i = 0; i < 2; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", b.dir, i ? "cur" : "new");
        assert_int_equal(mkdir(path, 0700), 0);
    }
    assert_int_equal(world_open(s, false, &b.w, NULL), 0);
    return b;
}

static void
box_done(struct box *b)
{
    b->w = world_free(b->w);
    folder_remove(b->dir);
}

static void
box_put(const struct box *b, const char *name, const char *words)
{
    char path[160];
    (void)snprintf(path, sizeof path, "%s/new/%s", b->dir, name);
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    assert_true(fputs(words, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static int
box_take(const struct box *b, struct store *s, const char *name, int64_t attempt_no,
         struct bounced *ret, struct err *why)
{
    const struct delivery_job job = { JOB, attempt_no, NOW, 42 };
    int r = bounce_file(b->w, s, b->dir, name, &job, ret, why);
    assert_false(store_in_transaction(s));
    return r;
}

static void
a_file_that_came_back_is_moved_first_and_counts_once(void **state)
{
    struct store *s = *state;
    struct box b = box_open(s);
    struct bounced got;
    char path[160];
    box_put(&b, "one", "To: a@b\n\nhello\n");
    assert_int_equal(box_take(&b, s, "one", 7, &got, NULL), -ESTALE); /* the job is another's */
    (void)snprintf(path, sizeof path, "%s/cur/one:2,S", b.dir);
    assert_int_equal(access(path, R_OK), 0);
    assert_int_equal(box_take(&b, s, "one", 1, &got, NULL), 0); /* and finds it there */
    assert_true(got.is_new);
    assert_int_equal(job_state(s), JOB_DONE);
    assert_int_equal(box_take(&b, s, "one", 1, &got, NULL), -ESTALE);
    box_done(&b);
}

static void
a_file_that_is_gone_is_done_with(void **state)
{
    struct store *s = *state;
    struct box b = box_open(s);
    struct bounced got;
    assert_int_equal(box_take(&b, s, "none", 1, &got, NULL), 0);
    assert_false(got.is_new);
    assert_int_equal(job_state(s), JOB_DONE);
    box_done(&b);
}

static void
what_is_no_file_of_the_maildir_is_refused_with_a_sentence(void **state)
{
    struct store *s = *state;
    struct box b = box_open(s);
    struct bounced got;
    struct err why = { "" };
    char path[160];
    (void)snprintf(path, sizeof path, "%s/new/link", b.dir);
    assert_int_equal(symlink("/etc/passwd", path), 0);
    (void)snprintf(path, sizeof path, "%s/new/folder", b.dir);
    assert_int_equal(mkdir(path, 0700), 0);
    static const char *const names[] = { "link", "folder", "../cur/one", ".hidden" };
    for (size_t i = 0; i < LENGTH(names); i++) {
        why.text[0] = '\0';
        assert_int_equal(box_take(&b, s, names[i], 1, &got, &why), -ECANCELED);
        assert_non_null(strstr(why.text, "a bounce cannot be read"));
        assert_int_equal(job_state(s), JOB_READY);
    }
    box_done(&b);
}

static void
a_notice_whose_text_is_gone_is_never_sent(void **state)
{
    struct store *s = *state;
    struct relay relay = { .says = DELIVERY_ACCEPTED, .code = 250 };
    struct err why = { "" };
    change(s, Q_NOTICE_STATE_SET, WITH(I(2), I(NOW), I(NOTICE)));
    change(s, Q_NOTICE_FORGET, WITH(B("", 0), I(NOW + 1), I(10)));
    change(s, Q_NOTICE_STATE_SET, WITH(I(1), I(NOW), I(NOTICE)));
    assert_int_equal(attempt(s, &relay, 1, &why), -ECANCELED);
    assert_non_null(strstr(why.text, "its text is no longer kept"));
    assert_int_equal(relay.sent, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_accepted_mail_is_never_sent_again),
        TEST(a_notice_whose_text_is_gone_is_never_sent),
        TEST(a_refused_mail_is_given_up_with_the_relays_words),
        TEST(a_deferred_mail_stays_pending_and_is_sent_again),
        TEST(an_unknown_mail_is_counted_and_sent_again),
        TEST(an_attempt_that_somebody_claimed_is_not_sent),
        TEST(an_acceptance_stays_although_the_job_was_offered_again),
        TEST(an_action_completed_while_its_mail_is_under_way_keeps_the_acceptance),
        TEST(a_cancelled_notice_is_not_sent),
        TEST(without_a_channel_notices_are_held),
        TEST(a_job_without_a_notice_is_given_up),
        TEST(an_outcome_that_cannot_be_recorded_is_told),
        TEST(a_file_that_came_back_is_moved_first_and_counts_once),
        TEST(a_file_that_is_gone_is_done_with),
        TEST(what_is_no_file_of_the_maildir_is_refused_with_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
