/* SPDX-License-Identifier: MIT */
/*
 * test_foresee.c - what plan diff says is what happens: random edits on random days of a plan that
 * people work on are foretold, then made, and the days that follow are lived through by the
 * functions of the hub and its workers, in batches of any size and order. COPROD_HISTORIES=500
 * tries more of them.
 */
#define play_until desk_until /* play.h has one of its own */
#include "edits_fixture.h"
#undef play_until

#include "engine/foresee.h"
#include "engine/outgoing.h"
#include "engine/play.h"

enum { HISTORIES = 10, ACTS = 6, EDITS_MAX = 5, MINUTE_MS = 60000 };

/* One edit of config/plan.yaml each; any of them can stand beside any other. */
static const struct edit pool[] = {
    { WORKSHOP("Q2 2015"), WORKSHOP("Q3 2015") },
    { WORKSHOP("Q2 2015"), WORKSHOP("Q1 2015") },
    { WORKSHOP_LEAD("Head of Organisational Development"), WORKSHOP_LEAD("Medical Director") },
    { "id: 1f\n", "id: 9f\n        new: yes\n" },
    { "id: 2c\n", "id: 9c\n        renames: 2c\n" },
    { "          - Chief Pharmacist\n", "" },
    { "          - Director of Quality and Executive Nurse\n          - Senior",
      "          - Medical Director\n          - Senior" },
    { "timescale: Q2 2016", "timescale: Q4 2016" },
    { "quarter_basis: calendar", "quarter_basis: financial" },
    { "metric: The workshop", "metric: Both workshops" },
    { "text: The working party has met.", "text: The working party has met., by: 2015-08-14" },
    { "        depends_on: [1b]\n", "" },
    { "leads: [Quality Governance Manager]", "leads: [Chief Pharmacist]" },
    { "id: 2b\n", "id: 2b\n        depends_on: [1a]\n" },
};

static int
roll(uint64_t *seed, int sides)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (int)((*seed >> 33) % (uint64_t)sides);
}

/* ---- the daemon ----------------------------------------------------------------------------- */

static int
take_subject(void *arg, const struct row *row)
{
    *(int64_t *)arg = row_i64(row, 8);
    return 1;
}

static void
deliver(struct desk *d, int64_t job, int64_t attempt)
{
    int64_t notice = 0;
    need(d, store_each(d->s, Q_JOB_SHOW, WITH(I(job)), take_subject, &notice, &d->why));
    need(d, store_run(d->s, Q_DELIVERY_CLAIM, WITH(I(notice), I(1), I(0), I(d->now_ms)), &d->why));
    need(d, store_run(d->s, Q_DELIVERY_OUTCOME_ADD,
                      WITH(I(notice), I(1), T("accepted"), I(250), T("ok"), I(d->now_ms)),
                      &d->why));
    need(d, store_run(d->s, Q_NOTICE_STATE_SET, WITH(I(2), I(d->now_ms), I(notice)), &d->why));
    need(d, store_run(d->s, Q_JOB_DONE, WITH(I(d->now_ms), I(job), I(attempt)), &d->why));
}

/* A worker of some kind takes some of what is ready, from anywhere in the queue. */
static int
work(struct desk *d, enum job_kind kind, uint64_t *seed)
{
    struct job_list *l = calloc(1, sizeof *l);
    assert_non_null(l);
    need(d, store_each(d->s, Q_JOB_NEXT_READY, WITH(I(kind), I(INT64_MIN), I(0), I(JOBS_MAX)),
                       take_job, l, &d->why));
    int first = l->n > 1 ? roll(seed, l->n) : 0;
    for (int i = 0; i < l->n; i++) {
        int at = (first + i) % l->n;
        struct notified told;
        if (roll(seed, 4) == 0) {
            continue;
        }
        if (kind == JOB_KIND_DELIVER) {
            deliver(d, l->id[at], l->attempt[at]);
            continue;
        }
        need(d, notify_job(d->w, d->s, l->id[at], d->now_ms, &told, &d->why));
        need(d, store_run(d->s, Q_JOB_DONE, WITH(I(d->now_ms), I(l->id[at]), I(l->attempt[at])),
                          &d->why));
    }
    int n = l->n;
    free(l);
    return n;
}

static void
live_instant(struct desk *d, uint64_t *seed)
{
    static const enum job_kind kinds[] = { JOB_KIND_REMIND, JOB_KIND_ESCALATE, JOB_KIND_DELIVER };
    struct fired fired;
    for (int n = 1; n > 0;) {
        int limit = 1 + roll(seed, 9);
        need(d, store_run(d->s, Q_JOB_WAKE, WITH(I(d->now_ms)), &d->why));
        need(d, fire_due(d->w, d->s, d->now_ms, limit, &fired, &d->why));
        n = fired.timers;
        if (fired.timers < limit) {
            int standing = standing_order(d->w, d->s, d->now_ms, &d->why);
            need(d, standing);
            int digests = standing ? 0 : digest_order(d->w, d->s, d->now_ms, &d->why);
            need(d, digests);
            n += standing + digests;
        }
        for (size_t i = 0; i < LENGTH(kinds); i++) {
            n += work(d, kinds[i], seed);
        }
    }
}

static void
live(struct desk *d, int64_t end_ms, uint64_t seed)
{
    while (d->now_ms < end_ms) {
        need(d, store_begin(d->s, &d->why));
        live_instant(d, &seed);
        need(d, play_next_ms(d->w, d->s, d->now_ms, &d->now_ms, &d->why));
        need(d, store_commit(d->s, &d->why));
    }
}

/* ---- what it says and what happens ---------------------------------------------------------- */

static void
add_line(struct text *out, char sign, const struct foreseen_mail *m)
{
    text_addf(out, "%c%" PRId64 " %s | %s | %s\n", sign, m->at_ms, m->role, m->subject, m->items);
}

static int
compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The lines of a text in order, those that come twice left out: what both sides have. */
static void
sort_lines(struct text *t, struct text *ret)
{
    char *lines[8192];
    size_t n = 0;
    char *bytes = NULL;
    char *save = NULL;
    assert_int_equal(text_take(t, &bytes), 0);
    for (char *l = strtok_r(bytes, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
        assert_true(n < LENGTH(lines));
        lines[n++] = l;
    }
    qsort(lines, n, sizeof lines[0], compare_lines);
    for (size_t i = 0; i < n; i++) {
        text_addf(ret, "%s\n", lines[i]);
    }
    free(bytes);
}

/* By what the diff says: the mails without the edit, less what it drops, and what it adds. */
static void
foretold(const struct foresight *f, const struct foreseen_list *without, struct text *ret)
{
    struct text all = { 0 };
    for (size_t i = 0; i < without->n; i++) {
        bool stays = true;
        for (size_t k = 0; k < f->n; k++) {
            const struct foreseen_mail *was = f->mails[k].was;
            stays = stays && !(was && strcmp(was->key, without->mails[i].key) == 0);
        }
        if (stays) {
            add_line(&all, ' ', &without->mails[i]);
        }
    }
    for (size_t k = 0; k < f->n; k++) {
        if (f->mails[k].is) {
            add_line(&all, ' ', f->mails[k].is);
        }
    }
    sort_lines(&all, ret);
}

static void
as_it_came(const struct foreseen_list *with, struct text *ret)
{
    struct text all = { 0 };
    for (size_t i = 0; i < with->n; i++) {
        add_line(&all, ' ', &with->mails[i]);
    }
    sort_lines(&all, ret);
}

/* What an edit touched climbs no level on its day. The day had not begun to send before. */
static void
no_level_on_the_day(struct desk *copy, int64_t edit_ms)
{
    day_t day = world_day(copy->w, edit_ms);
    assert_int_equal(number(copy, "SELECT count(*) FROM occurrence o JOIN audit a ON a.subject ="
                                  " o.plan || ':' || o.ref || CASE o.part WHEN '' THEN '' ELSE '@'"
                                  " || o.part END WHERE a.at_ms = %" PRId64 " AND a.event IN"
                                  " ('moved', 'leads', 'returned') AND o.level_day = %d", edit_ms,
                            day),
                     0);
}

struct scene {
    struct apply_order edits[2];
    size_t n;
    int64_t end_ms, after;
};

/* A copy of the desk's store, lived in by the daemon's functions to the end. */
static void
live_in_copy(struct desk *d, const struct scene *scene, struct foreseen_list *ret, uint64_t seed)
{
    struct desk copy = *d;
    struct applied sum = { 0 };
    need(d, store_clone(d->s, &copy.s, &copy.why));
    for (size_t i = 0; i < scene->n; i++) {
        need(&copy, store_begin(copy.s, &copy.why));
        need(&copy, apply_files(copy.s, &scene->edits[i], &sum, &copy.why));
        need(&copy, store_commit(copy.s, &copy.why));
    }
    need(&copy, world_open(copy.s, true, &copy.w, &copy.why));
    live(&copy, zone_instant(copy.w->zone, world_day(copy.w, d->now_ms) + 1, 0), seed);
    no_level_on_the_day(&copy, d->now_ms);
    live(&copy, scene->end_ms, seed + 1);
    need(&copy, foresee_mails(copy.s, scene->after, ret, &copy.why));
    assert_int_equal(number(&copy, "SELECT count(*) FROM (SELECT 1 FROM notice WHERE kind ="
                                   " 'digest' AND state <> 4 GROUP BY role, created_ms / 86400000"
                                   " HAVING count(*) > 1)"), 0);
    assert_int_equal(number(&copy, "SELECT count(*) FROM (SELECT 1 FROM item GROUP BY key HAVING"
                                   " count(*) > 1)"), 0);
    copy.w = world_free(copy.w);
    copy.s = store_free(copy.s);
}

static bool
has_line(const struct foreseen_list *list, const char *role, const char *item, size_t len)
{
    for (size_t i = 0; i < list->n; i++) {
        const char *hit = strcmp(list->mails[i].role, role) == 0 ? list->mails[i].items : NULL;
        for (hit = hit ? strstr(hit, item) : NULL; hit; hit = strstr(hit + 1, item)) {
            if (hit[len] == '\0' || hit[len] == ';') {
                return true;
            }
        }
    }
    return false;
}

/* An edit and its reverse: nobody hears of anything that they would not have heard of without both.
 * (A level that waits a day may change which step of it they hear.) That an action came and went is
 * told to owner and secretary. */
static void
tells_nothing_new(const struct foreseen_list *without, const struct foreseen_list *undone)
{
    for (size_t i = 0; i < undone->n; i++) {
        char *save = NULL;
        AUTO_FREE char *items = strdup(undone->mails[i].items);
        const char *role = undone->mails[i].role;
        for (char *line = strtok_r(items, ";", &save); line; line = strtok_r(NULL, ";", &save)) {
            line += strspn(line, " ");
            if (strncmp(line, "left-plan ", 10) != 0
                && !has_line(without, role, strchr(line, ' '), strlen(strchr(line, ' ')))) {
                print_error("after an edit and its reverse %s is told: %s\n", role, line);
                fail();
            }
        }
    }
}

static void
check_reverse(struct desk *d, const struct scene *edited, const struct foreseen_list *without,
              uint64_t seed)
{
    struct foreseen_list undone = { .n = 0 };
    struct scene scene = *edited;
    scene.edits[1] = scene.edits[0];
    scene.edits[1].set = d->set;
    scene.n = 2;
    live_in_copy(d, &scene, &undone, seed);
    tells_nothing_new(without, &undone);
    foreseen_list_done(&undone);
}

static size_t
random_edits(uint64_t *seed, struct edit ret[EDITS_MAX])
{
    size_t n = 0;
    int first = roll(seed, (int)LENGTH(pool));
    int wanted = 1 + roll(seed, EDITS_MAX);
    for (int i = 0; i < wanted; i++) {
        const struct edit *e = &pool[(size_t)(first + 3 * i) % LENGTH(pool)];
        bool is_taken = false;
        for (size_t k = 0; k < n; k++) {
            is_taken = is_taken || strcmp(ret[k].from, e->from) == 0;
        }
        if (!is_taken) {
            ret[n++] = *e;
        }
    }
    return n;
}

static void
random_acts(struct desk *d, uint64_t *seed)
{
    static const char *const refs[] = { "1b", "1f", "2b", "2c", "1d", "3a" };
    static const enum action_event events[] = { ACTION_EV_START, ACTION_EV_SUBMIT, ACTION_EV_ACK,
                                                ACTION_EV_BLOCK, ACTION_EV_VERIFY };
    static const char *const roles[] = { "head-of-od", "quality-governance-manager",
                                         "qsc-secretary", "medical-director" };
    for (int i = 0; i < ACTS; i++) {
        (void)act_as(d, refs[roll(seed, LENGTH(refs))], events[roll(seed, LENGTH(events))],
                     roles[roll(seed, LENGTH(roles))]);
    }
}

static size_t
one_history(struct desk *d, uint64_t seed)
{
    struct edit edits[EDITS_MAX];
    AUTO_FORESIGHT struct foresight f = { 0 };
    AUTO_TEXT struct text said = { 0 };
    AUTO_TEXT struct text came = { 0 };
    struct foreseen_list without = { .n = 0 };
    struct foreseen_list with = { .n = 0 };
    struct applied sum = { 0 };
    day_t day = day_of(2015, 1, 20) + roll(&seed, 500);
    change(d, "UPDATE setting SET value = '' WHERE key = '" APPLY_RULES_PENDING "'");
    live(d, world_send_ms(d->w, day) - 1, seed);
    d->now_ms = zone_instant(d->w->zone, day, 0) + (int64_t)roll(&seed, 1440) * MINUTE_MS;
    random_acts(d, &seed);
    struct scratch place = scratch_open(CONFIG_DIR);
    size_t n_edits = random_edits(&seed, edits);
    struct plan_set *set = load_edited(&place, edits, n_edits);
    struct scene scene = { .edits = { { .conf = d->conf, .set = set, .is_whole = true,
                                        .actor = "test", .now_ms = d->now_ms } } };
    scene.end_ms = zone_instant(d->w->zone, day + 1 + roll(&seed, 40), 0);
    need(d, foresee_apply(d->s, &scene.edits[0], &sum, &f, &d->why));
    need(d, foresee_play(&f, scene.end_ms, &d->why));
    scene.after = f.last_notice;
    live_in_copy(d, &scene, &without, seed + 1);
    scene.n = 1;
    live_in_copy(d, &scene, &with, seed + 2);
    if (plan_action(&set->plans[0], "2c")) { /* a new number cannot be taken back unasked */
        check_reverse(d, &scene, &without, seed + 3);
    }
    foretold(&f, &without, &said);
    as_it_came(&with, &came);
    if (strcmp(text_str(&said), text_str(&came)) != 0) {
        print_error("said:\n%.3000s\ncame:\n%.3000s\n", text_str(&said), text_str(&came));
        fail();
    }
    size_t n = f.n;
    foreseen_list_done(&without);
    foreseen_list_done(&with);
    (void)plan_set_free(set);
    scratch_done(&place);
    return n;
}

static void
what_the_diff_says_is_what_the_daemon_then_does(void **state)
{
    (void)state;
    const char *more = getenv("COPROD_HISTORIES");
    int64_t n = HISTORIES;
    size_t mails = 0;
    assert_int_equal(more ? text_to_i64(more, 1, 1000000, &n) : 0, 0);
    for (int64_t i = 0; i < n; i++) {
        void *desk = NULL;
        (void)desk_make(&desk);
        mails += one_history(desk, (uint64_t)i * 7919 + 11);
        (void)desk_drop(&desk);
    }
    assert_true(mails > (size_t)n * 2);
}

/* ---- and its kinds -------------------------------------------------------------------------- */

static const struct foreseen *
foresee(struct desk *d, const struct edit *edits, size_t n, day_t until, struct foresight *f,
        const char *role)
{
    struct applied sum = { 0 };
    struct scratch place = scratch_open(CONFIG_DIR);
    struct plan_set *set = load_edited(&place, edits, n);
    const struct apply_order order = { .set = set, .actor = "test", .now_ms = d->now_ms };
    int64_t before = print_of(d);
    need(d, foresee_apply(d->s, &order, &sum, f, &d->why));
    need(d, foresee_play(f, zone_instant(d->w->zone, until + 1, 0), &d->why));
    assert_int_equal(print_of(d), before);
    (void)plan_set_free(set);
    scratch_done(&place);
    for (size_t i = 0; i < f->n; i++) {
        const struct foreseen_mail *m = f->mails[i].is ? f->mails[i].is : f->mails[i].was;
        if (strcmp(m->role, role) == 0) {
            return &f->mails[i];
        }
    }
    return NULL;
}

static void
mails_are_added_dropped_and_changed(void **state)
{
    struct desk *d = *state;
    AUTO_FORESIGHT struct foresight f = { 0 };
    AUTO_FORESIGHT struct foresight g = { 0 };
    static const struct edit other[] = { { WORKSHOP_LEAD("Head of Organisational Development"),
                                           WORKSHOP_LEAD("Medical Director") } };
    static const struct edit text[] = { { "metric: The workshop", "metric: One workshop" } };
    desk_until(d, day_of(2015, 6, 22), true);
    const struct foreseen *m = foresee(d, other, LENGTH(other), day_of(2015, 6, 23), &f,
                                       "medical-director");
    assert_non_null(m);
    assert_int_equal(m->kind, FORESEEN_ADDED);
    assert_string_equal(foreseen_kind_word(m->kind), "added");
    assert_non_null(strstr(m->is->items, "1b/deliver"));
    assert_string_equal(m->is->why, "leads the action");
    assert_null(foresee(d, text, LENGTH(text), day_of(2015, 6, 23), &g, "head-of-od"));
    assert_int_equal(g.n, 0);
}

static void
a_mail_that_goes_later_is_told_as_moved(void **state)
{
    struct desk *d = *state;
    AUTO_FORESIGHT struct foresight f = { 0 };
    static const struct edit later[] = { { "timescale: Q2 2016", "timescale: 31 May 2016" } };
    desk_until(d, day_of(2016, 4, 1), true);
    const struct foreseen *m = foresee(d, later, LENGTH(later), day_of(2016, 5, 31), &f,
                                       find(d, "3f/deliver").id ? "head-of-od" : "");
    size_t n_moved = 0;
    for (size_t i = 0; i < f.n; i++) {
        n_moved += f.mails[i].kind == FORESEEN_MOVED;
        assert_true(f.mails[i].kind != FORESEEN_MOVED
                    || strcmp(f.mails[i].was->items, f.mails[i].is->items) == 0);
    }
    (void)m;
    assert_true(f.n > 0 && n_moved > 0);
}

static void
an_edit_that_raises_a_question_is_refused(void **state)
{
    struct desk *d = *state;
    AUTO_FORESIGHT struct foresight f = { 0 };
    AUTO_DIAG struct diag findings = { 0 };
    struct applied sum = { .findings = &findings };
    static const struct edit number_only[] = { { "id: 2b\n", "id: 2x\n" } };
    struct scratch place = scratch_open(CONFIG_DIR);
    struct plan_set *set = load_edited(&place, number_only, 1);
    const struct apply_order order = { .set = set, .actor = "test", .now_ms = d->now_ms };
    assert_int_equal(foresee_apply(d->s, &order, &sum, &f, &d->why), -EBADMSG);
    assert_int_equal(findings.n_errors, 1);
    (void)plan_set_free(set);
    scratch_done(&place);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_diff_says_is_what_the_daemon_then_does),
        AT_A_DESK(mails_are_added_dropped_and_changed),
        AT_A_DESK(a_mail_that_goes_later_is_told_as_moved),
        AT_A_DESK(an_edit_that_raises_a_question_is_refused),
    };
    return cmocka_run_group_tests_name("foresee", tests, NULL, NULL);
}
