/* SPDX-License-Identifier: MIT */
/* sched.c - the policy clock, and what is due on it becoming jobs. Decides; sends nothing. */
#include <assert.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "engine/digest.h"
#include "engine/fault.h"
#include "engine/outgoing.h"
#include "engine/standing.h"
#include "hub.h"

enum { MS_MINUTE = 60 * 1000 };

int64_t
sched_now(const struct hub *h)
{
    return h->clock.is_virtual ? h->clock.now_ms : clock_wall_ms();
}

bool
sched_is_due(const struct hub *h)
{
    bool is_due = h->has_inbox || h->has_settled || h->due_ms <= sched_now(h);
    return is_due && !h->is_clock_wrong && !h->is_stopping;
}

/* The next nightly run: the one of a local day whose key is not in the store yet. */
static int64_t
next_nightly(const struct hub *h, int64_t now_ms, day_t *ret_day)
{
    day_t day = world_day(h->world, now_ms);
    int minute = (int)h->files.conf->aggregate_at_min;
    *ret_day = day;
    return zone_instant(h->world->zone, day, minute);
}

struct head_hex {
    char hex[DIGEST_HEX_MAX];
    int64_t seq;
};

static int
read_head(void *arg, const struct row *row)
{
    struct head_hex *head = arg;
    struct digest d = { { 0 } };
    size_t n = 0;
    const void *bytes = row_blob(row, 1, &n);
    if (bytes && n == sizeof d.bytes) {
        memcpy(d.bytes, bytes, n);
    }
    head->seq = row_i64(row, 0);
    (void)hash_hex(&d, head->hex);
    return 1;
}

/* The journal keeps a head a night, so that cutting off the chain's end shows. */
static int
log_head(struct hub *h, struct err *reterr)
{
    struct head_hex head = { "", 0 };
    int r = store_each(h->store, Q_AUDIT_HEAD, NONE, read_head, &head, reterr);
    if (r > 0) {
        log_event(LOG_AUDIT_HEAD, NULL, "the audit ends at line %" PRId64 ", hash %s", head.seq,
                  head.hex);
    }
    return r < 0 ? r : 0;
}

int
sched_watch_inbox(const struct hub *h)
{
    return inotify_add_watch(h->inbox_fd, h->inbox, IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR);
}

static int
order_nightly(struct hub *h, int64_t now_ms, struct err *reterr)
{
    day_t day = DAY_NONE;
    if (now_ms < next_nightly(h, now_ms, &day)) {
        return 0;
    }
    char key[64];
    char detail[64];
    char name[DAY_TEXT_MAX];
    (void)snprintf(key, sizeof key, "nightly|%s", day_format(day, name));
    (void)snprintf(detail, sizeof detail, "nightly:%s", name);
    int64_t id = 0;
    int r = store_get(h->store, Q_JOB_ID_OF_KEY, WITH(T(key)), &id, reterr);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    struct job_order order = { .kind = JOB_KIND_AGGREGATE, .key = key, .run_at_ms = now_ms,
                               .detail = detail };
    r = log_head(h, reterr);
    h->has_inbox = true; /* can it be read? */
    h->wants_surveys = true;
    return r < 0 ? r : job_order_add(h->store, &order, now_ms, reterr);
}

/* A file that lies in the inbox is offered once for each time it is put there: its inode, size and
 * time of change are in the key. */
static int
order_file(struct hub *h, const char *name, int64_t now_ms, struct err *reterr)
{
    char path[HUB_PATH_MAX];
    struct stat st;
    int n = snprintf(path, sizeof path, "%s/%s", h->inbox, name);
    if (n < 0 || (size_t)n >= sizeof path || lstat(path, &st) < 0 || !S_ISREG(st.st_mode)) {
        return 0;
    }
    char key[HUB_PATH_MAX + 128];
    char detail[HUB_PATH_MAX];
    (void)snprintf(key, sizeof key, "import|%s|%ju|%jd|%jd.%09ld", name, (uintmax_t)st.st_ino,
                   (intmax_t)st.st_size, (intmax_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
    (void)snprintf(detail, sizeof detail, "import:%.4000s", name);
    struct job_order order = { .kind = JOB_KIND_AGGREGATE, .key = key, .run_at_ms = now_ms,
                               .detail = detail };
    return job_order_add(h->store, &order, now_ms, reterr);
}

/* Reminders do not wait for a folder of survey files; whoever can mend it hears. */
static int
no_inbox(struct hub *h, int why, int64_t now_ms, struct err *reterr)
{
    AUTO_TEXT struct text words = { 0 };
    text_addf(&words, "%s: %s (it must be a folder that the daemon may read; then: coprodctl "
                      "reload)\n", h->inbox, strerror(why));
    const struct fault f = { .kind = FAULT_INBOX, .subject = h->inbox, .words = text_str(&words) };
    (void)log_err(0, "cannot read '%s': %s", h->inbox, strerror(why));
    return words.bad ? words.bad : fault_raise(h->world, h->store, &f, now_ms, reterr);
}

static int
order_inbox(struct hub *h, int64_t now_ms, struct err *reterr)
{
    DIR *dir = opendir(h->inbox);
    if (!dir || sched_watch_inbox(h) < 0) {
        int why = errno;
        (void)(dir ? closedir(dir) : 0);
        return no_inbox(h, why, now_ms, reterr);
    }
    int r = fault_mend(h->store, FAULT_INBOX, "coprod", now_ms, reterr);
    struct dirent *entry = NULL;
    while (r >= 0 && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] != '.') {
            r = order_file(h, entry->d_name, now_ms, reterr);
        }
    }
    (void)closedir(dir);
    return r < 0 ? r : 0;
}

static int
mark_time(struct hub *h, int64_t now_ms, struct err *reterr)
{
    /* A virtual clock goes on from here after a restart; a real one is only checked against it. */
    int64_t fine = h->clock.is_virtual ? 1 : MS_MINUTE;
    if (now_ms < h->high_ms + fine) {
        return 0;
    }
    return trust_mark(h, now_ms, reterr);
}

/* Asked of the store, which a round that failed has not told yet. 1: it is told now. */
static int
note_outage(struct hub *h, int64_t now_ms, struct err *reterr)
{
    int r = outgoing_come_back(h->world, h->store, now_ms, reterr);
    h->high_ms = r > 0 ? now_ms : h->high_ms;
    return r;
}

/* After the timers: duties of the calendar, then digests. */
static int
order_of_the_day(struct hub *h, int64_t now_ms, struct err *reterr)
{
    int standing = standing_order(h->world, h->store, now_ms, reterr);
    int digests = standing < 0 ? standing : digest_order(h->world, h->store, now_ms, reterr);
    return digests < 0 ? digests : standing + digests;
}

int
sched_tick(struct hub *h, struct err *reterr)
{
    int64_t now = sched_now(h);
    struct fired fired = { 0 };
    int away = note_outage(h, now, reterr);
    int r = away != 0 ? away : mark_time(h, now, reterr);
    r = r < 0 ? r : store_run(h->store, Q_JOB_WAKE, WITH(I(now)), reterr);
    int woken = r;
    r = r < 0 ? r : fire_due(h->world, h->store, now, HUB_FIRE_MAX, &fired, reterr);
    if (r >= 0 && fired.set_aside > 0) {
        (void)log_err(-EBADMSG, "%d occurrences could not be fired and are set aside for a day: "
                      "coprodctl doctor says which", fired.set_aside);
    }
    if (r >= 0 && fired.timers < HUB_FIRE_MAX) {
        r = order_of_the_day(h, now, reterr);
        fired.jobs += r > 0 ? r : 0;
    }
    r = r < 0 ? r : order_nightly(h, now, reterr);
    int ordered = r;
    if (r >= 0 && h->has_inbox) {
        r = order_inbox(h, now, reterr);
        r = r < 0 ? r : bounces_order(h, now, reterr);
        ordered = 1;
    }
    if (r < 0) {
        return r;
    }
    h->has_inbox = false;
    h->has_settled = false;
    for (int kind = 1; kind < JOB_KIND_MAX_; kind++) {
        if (woken > 0 || fired.jobs > 0 || ordered > 0) {
            dispatch_rewind(h, (enum job_kind)kind);
        }
    }
    return 0;
}

/* Once a day: that no mail can be delivered, in the journal. */
static int
watch_silence(struct hub *h, int64_t now, struct err *reterr)
{
    day_t today = world_day(h->world, now);
    int silent = outgoing_silence(h->world, h->store, now, reterr);
    if (silent >= h->world->mail.silent_wd && today != h->silent_day) {
        h->silent_day = today;
        log_event(LOG_MAIL_SILENT, NULL, "no mail could be delivered for %d working days", silent);
    }
    return silent < 0 ? silent : 0;
}

int
sched_look(struct hub *h, struct err *reterr)
{
    int64_t due = INT64_MAX;
    int r = fire_next_ms(h->store, &due, reterr);
    if (r < 0) {
        return r;
    }
    int64_t now = sched_now(h);
    int64_t digest = INT64_MAX;
    r = digest_next_ms(h->world, h->store, now, &digest, reterr);
    if (r < 0) {
        return r;
    }
    due = digest < due ? digest : due;
    int64_t standing = INT64_MAX;
    r = standing_next_ms(h->world, h->store, now, &standing, reterr);
    if (r < 0) {
        return r;
    }
    due = standing < due ? standing : due;
    struct outgoing out;
    r = watch_silence(h, now, reterr);
    r = r < 0 ? r : outgoing_get(h->store, now, &out, reterr);
    if (r < 0) {
        return r;
    }
    due = out.until_ms < due ? out.until_ms : due;
    if (h->is_mail_held != out.is_held) {
        dispatch_rewind(h, JOB_KIND_DELIVER);
    }
    if (h->is_mail_held != out.is_held || strcmp(h->mail_words, out.why) != 0) {
        if (out.is_held) {
            log_event(LOG_MAIL_HELD, NULL, "mail is held: %s; to let it go: coprodctl mail release",
                      out.why);
        } else {
            log_event(LOG_MAIL_LEAVES, NULL, "mail leaves again");
        }
    }
    h->is_mail_held = out.is_held;
    h->is_catchup = out.is_catchup;
    (void)snprintf(h->mail_words, sizeof h->mail_words, "%s", out.is_held ? out.why : "");
    day_t day = DAY_NONE;
    int64_t nightly = next_nightly(h, now, &day);
    if (nightly <= now) {
        nightly = zone_instant(h->world->zone, day + 1, (int)h->files.conf->aggregate_at_min);
    }
    h->due_ms = nightly < due ? nightly : due;
    return 0;
}

void
sched_advance(struct hub *h)
{
    struct policy_clock *c = &h->clock;
    if (!c->is_virtual || c->run_to_ms == 0 || h->is_stopping) {
        return;
    }
    if (c->now_ms >= h->due_ms || h->has_inbox || h->has_settled || !dispatch_is_idle(h)) {
        return;
    }
    if (h->due_ms <= c->run_to_ms) {
        c->now_ms = h->due_ms;
        return;
    }
    c->now_ms = c->now_ms > c->run_to_ms ? c->now_ms : c->run_to_ms;
    if (h->high_ms < c->now_ms) {
        h->due_ms = c->now_ms; /* the store is told first: a hub born again must not fall behind */
        return;
    }
    c->run_to_ms = 0;
    control_run_ended(h);
}

int
sched_note_outage(struct hub *h, struct err *reterr)
{
    if (h->is_clock_wrong) {
        return 0; /* when it is right again, or taken as it is */
    }
    int r = store_begin(h->store, reterr);
    if (r < 0) {
        return r;
    }
    r = note_outage(h, sched_now(h), reterr);
    if (r < 0) {
        store_rollback(h->store);
        return r;
    }
    return store_commit(h->store, reterr);
}
