/* SPDX-License-Identifier: MIT */
/* world.c - calendar, zone, rules and words as the store holds them. */
#include "engine/world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/list.h"
#include "base/zone.h"

enum { MINUTES_DAY = 24 * 60, MS_MINUTE = 60000, DIGESTS_MIN = 30 };

struct world_memory {
    struct zone_file *zone_file;
    day_t *days; /* closed ones, then opened ones */
};

struct days {
    day_t *days;
    size_t n, cap;
    int64_t wanted;
};

static int
add_day(void *arg, const struct row *row)
{
    struct days *d = arg;
    if (row_i64(row, 1) != d->wanted) {
        return 0;
    }
    if (list_room(&d->days, d->n, &d->cap, sizeof *d->days) < 0) {
        return -ENOMEM;
    }
    d->days[d->n++] = (day_t)row_i64(row, 0);
    return 0;
}

static int
read_calendar(struct store *s, struct world *w, struct err *reterr)
{
    struct days d = { .wanted = 1 };
    int r = store_each(s, Q_CALENDAR_DAY_LIST, NONE, add_day, &d, reterr);
    size_t closed = d.n;
    d.wanted = 2;
    r = r < 0 ? r : store_each(s, Q_CALENDAR_DAY_LIST, NONE, add_day, &d, reterr);
    w->memory->days = d.days;
    if (r < 0) {
        return r;
    }
    w->calendar = (struct calendar){ .closed = d.days,
                                     .n_closed = closed,
                                     .opened = d.n > closed ? d.days + closed : NULL,
                                     .n_opened = d.n - closed,
                                     .last_listed = closed ? d.days[closed - 1] : DAY_NONE };
    return 0;
}

static int
read_number(struct store *s, const char *key, int64_t preset, int64_t *ret, struct err *reterr)
{
    char text[WORLD_NAME_MAX];
    *ret = preset;
    int r = store_setting_get(s, key, text, sizeof text, reterr);
    if (r > 0) {
        r = text_to_i64(text, INT64_MIN, INT64_MAX, ret);
        return r < 0 ? err_set(reterr, r, "setting '%s' is no number: '%s'", key, text) : 0;
    }
    return r;
}

static int
read_words(struct store *s, struct world *w, struct err *reterr)
{
    const struct {
        const char *key;
        char *to;
    } table[] = { { "trust.name", w->trust },
                  { "trust.url", w->trust_url },
                  { "trust.formats_contact", w->formats },
                  { "mail.from", w->mail_from },
                  { "mail.envelope", w->envelope },
                  { "admin", w->admin } };
    for (size_t i = 0; i < LENGTH(table); i++) {
        int r = store_setting_get(s, table[i].key, table[i].to, WORLD_NAME_MAX, reterr);
        if (r < 0) {
            return r;
        }
    }
    char mode[WORLD_NAME_MAX];
    int found = store_setting_get(s, "mail.mode", mode, sizeof mode, reterr);
    if (found < 0) {
        return found;
    }
    w->mail_mode = strcmp(mode, "none") == 0     ? WORLD_MAIL_NONE
                   : strcmp(mode, "shadow") == 0 ? WORLD_MAIL_SHADOW
                                                 : WORLD_MAIL_SENDS;
    w->is_mail_silent = w->mail_mode != WORLD_MAIL_SENDS;
    (void)snprintf(w->from_name, sizeof w->from_name, "%s%s", w->trust,
                   w->trust[0] ? " action plans" : "Action plans");
    const char *at = strrchr(w->mail_from, '@');
    int r = text_copy(w->host, sizeof w->host, at ? at + 1 : "localhost");
    return r < 0 ? err_set(reterr, r, "mail.from has too long a host name") : 0;
}

/* A store that was never applied to has the defaults. */
static int
read_rules(struct store *s, struct world *w, struct err *reterr)
{
    struct tuning t = tuning_default();
    int r = 0;
    for (size_t i = 0; r >= 0 && tuning_key(i); i++) {
        char value[WORLD_NAME_MAX];
        r = store_setting_get(s, tuning_key(i), value, sizeof value, reterr);
        if (r > 0 && tuning_set(&t, tuning_key(i), value) < 0) {
            r = err_set(reterr, -EINVAL, "setting '%s' cannot be '%s'", tuning_key(i), value);
        }
    }
    w->rules = t.duty;
    w->rag = t.rag;
    w->limits = t.act;
    return r < 0 ? r : 0;
}

static int
read_mail_rules(struct store *s, struct world *w, struct err *reterr)
{
    const struct {
        const char *key;
        int *to;
    } table[] = { { "mail.max_person", &w->mail.max_person },
                  { "mail.max_all", &w->mail.max_all },
                  { "mail.max_urgent_person", &w->mail.max_urgent_person },
                  { "mail.max_urgent_all", &w->mail.max_urgent_all },
                  { "mail.silent_wd", &w->mail.silent_wd },
                  { "catchup.outage_wd", &w->mail.outage_wd },
                  { "catchup.percent", &w->mail.percent },
                  { "catchup.mails", &w->mail.mails },
                  { "catchup.release_wd", &w->mail.release_wd } };
    w->mail = mail_rules_default;
    for (size_t i = 0; i < LENGTH(table); i++) {
        int64_t n = 0;
        int r = read_number(s, table[i].key, *table[i].to, &n, reterr);
        if (r < 0) {
            return r;
        }
        *table[i].to = (int)n;
    }
    int r = store_setting_get(s, "mail.allow_domains", w->allow_domains, WORLD_DOMAINS_MAX, reterr);
    return r < 0 ? r : 0;
}

static int
read_templates(struct store *s, struct world *w, struct err *reterr)
{
    char path[4096];
    int r = store_setting_get(s, WORLD_TEMPLATES_KEPT, path, sizeof path, reterr);
    if (r > 0 && access(path, F_OK) < 0) { /* the folder may be being edited: it is not read */
        return err_set(reterr, -ENOENT,
                       "the copy of the templates, %s, is gone: coprodctl reload makes another",
                       path);
    }
    if (r == 0) { /* no daemon has run on it */
        r = store_setting_get(s, "templates", path, sizeof path, reterr);
    }
    if (r < 0) {
        return r;
    }
    AUTO_DIAG struct diag faults = { 0 };
    r = notice_templates_open(path, &w->templates, &faults, reterr);
    if (r < 0 && faults.n > 0) {
        diag_first(&faults, reterr);
    }
    return r;
}

int
world_open(struct store *s, bool with_words, struct world **ret, struct err *reterr)
{
    AUTO(world) struct world *w = calloc(1, sizeof *w);
    if (w) {
        w->memory = calloc(1, sizeof *w->memory);
    }
    if (!w || !w->memory) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    char zone[WORLD_NAME_MAX];
    int r = store_setting_get(s, "zone", zone, sizeof zone, reterr);
    r = r < 0 ? r : zone_open(zone[0] ? zone : "Europe/London", &w->memory->zone_file, reterr);
    if (r < 0) {
        return r;
    }
    w->zone = zone_of(w->memory->zone_file);
    int64_t from = 0;
    int64_t until = 0;
    r = read_number(s, "send_at_min", 8 * 60 + 30, &from, reterr);
    r = r < 0 ? r : read_number(s, "send_until_min", 17 * 60, &until, reterr);
    w->send_from_min = (int)(from % MINUTES_DAY);
    w->send_until_min = (int)(until % MINUTES_DAY);
    r = r < 0 ? r : read_rules(s, w, reterr);
    r = r < 0 ? r : read_number(s, "world.revision", 0, &w->revision, reterr);
    int64_t outage = DAY_NONE;
    r = r < 0 ? r : read_number(s, "outage.day", DAY_NONE, &outage, reterr);
    w->outage_day = (day_t)outage;
    r = r < 0 ? r : read_calendar(s, w, reterr);
    r = r < 0 ? r : committees_load(s, &w->committees, reterr);
    r = r < 0 ? r : read_words(s, w, reterr);
    r = r < 0 ? r : read_mail_rules(s, w, reterr);
    if (r >= 0 && with_words) {
        r = read_templates(s, w, reterr);
    }
    if (r < 0) {
        return r;
    }
    *ret = TAKE(w);
    return 0;
}

int
world_is_stale(struct store *s, const struct world *w, struct err *reterr)
{
    int64_t revision = 0;
    int r = read_number(s, "world.revision", 0, &revision, reterr);
    return r < 0 ? r : revision != w->revision;
}

struct world *
world_free(struct world *w)
{
    if (!w) {
        return NULL;
    }
    if (w->memory) {
        (void)zone_free(w->memory->zone_file);
        free(w->memory->days);
        free(w->memory);
    }
    (void)notice_templates_free(w->templates);
    committees_done(&w->committees);
    free(w);
    return NULL;
}

day_t
world_day(const struct world *w, int64_t now_ms)
{
    return zone_day(w->zone, now_ms);
}

int64_t
world_send_ms(const struct world *w, day_t day)
{
    return zone_instant(w->zone, day, w->send_from_min);
}

int64_t
world_digests_ms(const struct world *w, day_t day)
{
    int minutes = (w->send_until_min - w->send_from_min) / 2;
    return world_send_ms(w, day)
           + (int64_t)(minutes < DIGESTS_MIN ? minutes : DIGESTS_MIN) * MS_MINUTE;
}

int64_t
world_window(const struct world *w, int64_t now_ms)
{
    day_t day = zone_day(w->zone, now_ms);
    int64_t minute = zone_local_ms(w->zone, now_ms) / MS_MINUTE;
    bool is_over = minute >= w->send_until_min;
    if (calendar_is_working(&w->calendar, day) && minute >= w->send_from_min && !is_over) {
        return now_ms;
    }
    return world_send_ms(w, calendar_roll_forward(&w->calendar, is_over ? day + 1 : day));
}

int
world_raise(struct world *w, struct store *s, struct err *reterr)
{
    char text[32];
    int64_t revision = 0;
    int r = store_setting_get(s, "world.revision", text, sizeof text, reterr);
    if (r > 0 && text_to_i64(text, 0, INT64_MAX - 1, &revision) < 0) {
        revision = 0;
    }
    (void)snprintf(text, sizeof text, "%" PRId64, revision + 1);
    r = r < 0 ? r : store_setting_set(s, "world.revision", text, reterr);
    if (r >= 0 && w) {
        w->revision = revision + 1;
    }
    return r;
}
