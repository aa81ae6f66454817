/* SPDX-License-Identifier: MIT */
/* scene.c - the hub's and the worker's steps, as daemon and workers take them. */
#include "scene.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/zone.h"
#include "engine/act.h"
#include "engine/apply.h"
#include "engine/fire.h"
#include "engine/notify.h"
#include "store/audit.h"
#include "store/inside.h"

enum { BATCH_MAX = 8, START_DAY = 16440 /* 2015-01-05 */, START_MIN = 600 };

struct pending {
    struct ack acks[SCENE_PENDING_MAX];
    size_t n;
};

static bool
dice(struct scene *sc, uint64_t one_in)
{
    return chance_below(&sc->chance, one_in) == 0;
}

static void
promise(struct pending *p, enum ack_kind kind, int64_t id, int64_t number)
{
    assert(p->n < SCENE_PENDING_MAX);
    p->acks[p->n++] = (struct ack){ kind, id, number };
}

/* Somebody outside hears of it. */
static void
tell(struct scene *sc, const struct pending *p)
{
    struct life *l = sc->life;
    assert(l->n_acks + (int64_t)p->n <= SCENE_ACKS_MAX);
    for (size_t i = 0; i < p->n; i++) {
        l->acks[l->n_acks++] = p->acks[i];
    }
}

static int
read_head(void *arg, const struct row *row)
{
    struct ack *a = arg;
    size_t n = 0;
    const void *hash = row_blob(row, 1, &n);
    *a = (struct ack){ ACK_AUDIT, row_i64(row, 0), 0 };
    if (n >= sizeof a->number) {
        memcpy(&a->number, hash, sizeof a->number);
    }
    return 1;
}

static int
note(struct scene *sc, struct store *s, const char *event, int64_t job, struct err *reterr)
{
    char subject[32];
    (void)snprintf(subject, sizeof subject, "job %" PRId64, job);
    struct audit_entry e = { .at_ms = sc->now_ms, .actor = "sim", .event = event,
                             .subject = subject };
    return audit_append(s, &e, reterr);
}

/* ---- the ends of a transaction ------------------------------------------------------------- */

static int
commit(struct scene *sc, struct store *s, struct pending *p, struct err *reterr)
{
    struct ack head = { .id = 0 };
    int r = store_each(s, Q_AUDIT_HEAD, NONE, read_head, &head, reterr);
    if (r > 0) {
        promise(p, head.kind, head.id, head.number);
    }
    if (r < 0) {
        store_rollback(s);
        return r;
    }
    bool is_split = !sc->is_nested && dice(sc, 3);
    if (!is_split && !sc->skips_sync) {
        r = store_commit(s, reterr);
    } else {
        r = store_commit_visible(s, reterr);
        if (r >= 0 && is_split) {
            sc->is_nested = true;
            for (int i = 0; r >= 0 && i < 3 && dice(sc, 2); i++) {
                r = scene_step(sc, reterr);
            }
            sc->is_nested = false;
        }
        r = r < 0 || sc->skips_sync ? r : store_sync(s, reterr);
    }
    if (r >= 0) {
        tell(sc, p);
    }
    return r;
}

/* ---- the hub ------------------------------------------------------------------------------- */

static int
add_jobs(struct scene *sc, struct pending *p, struct err *reterr)
{
    int r = 0;
    uint64_t n = 1 + chance_below(&sc->chance, 6);
    for (uint64_t i = 0; r >= 0 && i < n; i++) {
        char key[32];
        int64_t id = 0;
        int64_t number = sc->life->serial++;
        (void)snprintf(key, sizeof key, "sim|%" PRId64, number);
        struct job_order order = { .kind = JOB_KIND_PROBE, .key = key, .run_at_ms = sc->now_ms };
        r = job_order_add(sc->hub, &order, sc->now_ms, reterr);
        r = r < 0 ? r : store_get(sc->hub, Q_JOB_ID_OF_KEY, WITH(T(key)), &id, reterr);
        r = r < 0 ? r : note(sc, sc->hub, "sim add", id, reterr);
        promise(p, ACK_JOB_ADDED, id, number);
    }
    return r;
}

static int
fire(struct scene *sc, struct err *reterr)
{
    struct fired fired;
    int64_t next = INT64_MAX;
    int r = fire_next_ms(sc->hub, &next, reterr);
    if (r >= 0 && next < INT64_MAX && next > sc->now_ms) {
        sc->now_ms = next;
    }
    r = r < 0 ? r : store_run(sc->hub, Q_JOB_WAKE, WITH(I(sc->now_ms)), reterr);
    return r < 0 ? r : fire_due(sc->world, sc->hub, sc->now_ms, 4, &fired, reterr);
}

int
scene_hub(struct scene *sc, struct err *reterr)
{
    struct pending p = { .n = 0 };
    int r = store_begin(sc->hub, reterr);
    r = r < 0 ? r : add_jobs(sc, &p, reterr);
    if (r >= 0 && dice(sc, 3)) {
        r = fire(sc, reterr);
    }
    if (r < 0) {
        store_rollback(sc->hub);
        return r;
    }
    return commit(sc, sc->hub, &p, reterr);
}

static int
read_state(void *arg, const struct row *row)
{
    *(int64_t *)arg = row_i64(row, 3);
    return 1;
}

/* An answer from what others did, with nothing to write: "that job is done". */
static int
answer(struct scene *sc, struct err *reterr)
{
    struct pending p = { .n = 0 };
    int64_t state = 0;
    int r = store_begin(sc->hub, reterr);
    r = r < 0 ? r
              : store_each(sc->hub, Q_JOB_SHOW, WITH(I(sc->last_done)), read_state, &state, reterr);
    if (r < 0) {
        store_rollback(sc->hub);
        return r;
    }
    if (state == JOB_DONE) {
        promise(&p, ACK_JOB_DONE, sc->last_done, 0);
    }
    return commit(sc, sc->hub, &p, reterr);
}

struct find {
    uint64_t skip;
    struct occurrence o;
    bool is_found;
};

static int
find_open(void *arg, const struct row *row)
{
    struct find *f = arg;
    int r = occurrence_from_row(&f->o, row);
    if (r < 0 || !action_is_open(f->o.duty.state) || f->skip-- > 0) {
        return r;
    }
    f->is_found = true;
    return 1;
}

static int
find_lead(void *arg, const struct row *row)
{
    int r = text_copy(arg, OCC_NAME_MAX, row_text_or(row, 1, ""));
    return r < 0 ? r : 1;
}

/* A lead submits what it was asked for; a refusal takes back only itself. */
int
scene_act(struct scene *sc, struct err *reterr)
{
    struct pending p = { .n = 0 };
    struct find f = { .skip = chance_below(&sc->chance, 6) };
    char lead[OCC_NAME_MAX] = "";
    char subject[OCC_SUBJECT_MAX] = "";
    struct err refused = { "" };
    int r = store_begin(sc->hub, reterr);
    r = r < 0 ? r : store_save(sc->hub, reterr);
    r = r < 0 ? r : store_each(sc->hub, Q_OCCURRENCE_LIST, NONE, find_open, &f, reterr);
    if (r >= 0 && f.is_found) {
        r = store_each(sc->hub, Q_OCCURRENCE_ROLES, WITH(I(f.o.id)), find_lead, lead, reterr);
    }
    int done = 0;
    if (r >= 0 && f.is_found) {
        const char *ref = occurrence_subject(&f.o, subject) + strlen(f.o.plan) + 1;
        struct acted acted;
        struct act a = { .plan = f.o.plan, .ref = ref, .event = ACTION_EV_SUBMIT, .actor = lead,
                         .role = lead, .on_behalf = "", .comment = "", .evidence = "minutes",
                         .minute = "", .percent = -1, .date = DAY_NONE };
        done = act(sc->world, sc->hub, &a, sc->now_ms, &acted, &refused);
    }
    if (r >= 0) {
        bool is_refusal = done == -EPERM || done == -EINVAL;
        r = done < 0 && !is_refusal ? err_set(reterr, done, "%s", refused.text)
            : is_refusal            ? store_undo(sc->hub, reterr)
                                    : store_release(sc->hub, reterr);
    }
    if (r < 0) {
        store_rollback(sc->hub);
        return r;
    }
    return commit(sc, sc->hub, &p, reterr);
}

/* ---- the worker ---------------------------------------------------------------------------- */

struct batch {
    struct {
        int64_t id, attempt;
    } jobs[BATCH_MAX];
    int n;
};

static int
take_job(void *arg, const struct row *row)
{
    struct batch *b = arg;
    b->jobs[b->n].id = row_i64(row, 0);
    b->jobs[b->n++].attempt = row_i64(row, 1);
    return b->n == BATCH_MAX;
}

static int
run_job(struct scene *sc, enum job_kind kind, int64_t id, int64_t attempt, struct err *reterr)
{
    struct store *s = sc->worker;
    struct notified told;
    int r = store_run(s, Q_JOB_DONE, WITH(I(sc->now_ms), I(id), I(attempt)), reterr);
    if (r < 0) {
        return r;
    }
    assert(r == 1);
    if (kind == JOB_KIND_PROBE) {
        r = store_run(s, Q_PROBE_ADD, WITH(I(id), I(attempt), I(sc->now_ms), I(0)), reterr);
    } else {
        r = notify_job(sc->world, s, id, sc->now_ms, &told, reterr);
    }
    return r < 0 ? r : note(sc, s, "sim done", id, reterr);
}

int
scene_work(struct scene *sc, struct err *reterr)
{
    static const enum job_kind kinds[] = { JOB_KIND_PROBE, JOB_KIND_PROBE, JOB_KIND_REMIND,
                                           JOB_KIND_ESCALATE };
    enum job_kind kind = kinds[chance_below(&sc->chance, LENGTH(kinds))];
    struct pending p = { .n = 0 };
    struct batch b = { .n = 0 };
    int r = store_begin(sc->worker, reterr);
    r = r < 0 ? r
              : store_each(sc->worker, Q_JOB_NEXT_READY, WITH(I(kind), I(0), I(0), I(BATCH_MAX)),
                           take_job, &b, reterr);
    for (int i = 0; r >= 0 && i < b.n; i++) {
        r = run_job(sc, kind, b.jobs[i].id, b.jobs[i].attempt, reterr);
        promise(&p, ACK_JOB_DONE, b.jobs[i].id, 0);
        sc->last_done = b.jobs[i].id;
    }
    if (r < 0) {
        store_rollback(sc->worker);
        return r;
    }
    return commit(sc, sc->worker, &p, reterr);
}

/* ---- life ---------------------------------------------------------------------------------- */

static int
open_one(struct scene *sc, enum store_mode mode, struct store **ret, struct err *reterr)
{
    int r = store_open(sc->path, mode, ret, reterr);
    if (r >= 0) {
        (*ret)->log_pages_max = sc->log_pages_max;
    }
    return r;
}

int
scene_apply(struct scene *sc, struct err *reterr)
{
    struct applied sum = { 0 };
    struct pending p = { .n = 0 };
    int r = store_begin(sc->hub, reterr);
    r = r < 0 ? r : apply_settings(sc->hub, sc->files->conf, &sum, reterr);
    r = r < 0 ? r : apply_calendar(sc->hub, &sc->files->plans->calendar, &sum, reterr);
    r = r < 0 ? r : apply_forums(sc->hub, sc->files->plans, &sum, reterr);
    r = r < 0 ? r : world_open(sc->hub, true, &sc->world, reterr);
    r = r < 0 ? r
              : apply_plans(sc->world, sc->hub, sc->files->plans, "hub", sc->now_ms, &sum, reterr);
    if (r < 0) {
        store_rollback(sc->hub);
        return r;
    }
    return commit(sc, sc->hub, &p, reterr);
}

int
scene_forget_plan(struct scene *sc, struct err *reterr)
{
    static const char sql[] =
        "UPDATE plan SET source_sha256 = ''; UPDATE occurrence SET due = due + 7 WHERE state < 3;"
        "UPDATE action SET text = 'old'; DELETE FROM role; DELETE FROM setting;";
    int r = store_begin(sc->hub, reterr);
    r = r < 0 ? r : store_exec(sc->hub, sql, reterr);
    return r < 0 ? r : store_commit(sc->hub, reterr);
}

/* Policy time goes on where the store has seen it last. */
static int
read_now(struct scene *sc, struct err *reterr)
{
    const struct zone *zone = sc->world->zone;
    sc->now_ms = zone_instant(zone, START_DAY, START_MIN);
    int64_t next = INT64_MAX;
    int r = fire_next_ms(sc->hub, &next, reterr);
    if (r >= 0 && next < INT64_MAX && next > sc->now_ms) {
        sc->now_ms = next;
    }
    return r;
}

int
scene_open(struct scene *sc, struct err *reterr)
{
    sc->now_ms = (int64_t)START_DAY * 86400000;
    char hash[128];
    bool was_nested = sc->is_nested;
    sc->is_nested = true; /* only one handle is open yet */
    int r = open_one(sc, STORE_WRITE, &sc->hub, reterr);
    r = r < 0 ? r : store_setting_get(sc->hub, "roster.hash", hash, sizeof hash, reterr);
    r = r < 0    ? r
        : r == 0 ? scene_apply(sc, reterr)
                 : world_open(sc->hub, true, &sc->world, reterr);
    r = r < 0 ? r : read_now(sc, reterr);
    sc->is_nested = was_nested;
    return r < 0 ? r : open_one(sc, STORE_JOIN, &sc->worker, reterr);
}

void
scene_close(struct scene *sc)
{
    sc->world = world_free(sc->world);
    sc->worker = store_free(sc->worker);
    sc->hub = store_free(sc->hub);
}

static int
reopen_worker(struct scene *sc, struct err *reterr)
{
    sc->worker = store_free(sc->worker);
    return open_one(sc, STORE_JOIN, &sc->worker, reterr);
}

static int
play(struct scene *sc, struct err *reterr)
{
    switch (chance_below(&sc->chance, 16)) {
    case 0:
    case 1:
        return answer(sc, reterr);
    case 2:
        return scene_act(sc, reterr);
    case 3:
        if (sc->is_nested) {
            return 0; /* an outer step uses the handle */
        }
        if (dice(sc, 3)) {
            return reopen_worker(sc, reterr);
        }
        return store_checkpoint(dice(sc, 2) ? sc->hub : sc->worker, reterr);
    case 4:
    case 5:
    case 6:
    case 7:
    case 8:
        return scene_hub(sc, reterr);
    default:
        return scene_work(sc, reterr);
    }
}

int
scene_step(struct scene *sc, struct err *reterr)
{
    return play(sc, reterr);
}
