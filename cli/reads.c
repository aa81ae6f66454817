/* SPDX-License-Identifier: MIT */
/* reads.c - what the commands that read the store have in common. */
#include "reads.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/zone.h"
#include "engine/outgoing.h"
#include "engine/shade.h"
#include "hubcall.h"

enum { MINUTES_HOUR = 60, ASK_MS = 2000 };

int
reading_open(struct cli *c, struct reading *ret)
{
    *ret = (struct reading){ .c = c };
    int r = world_open(c->store, false, &ret->w, &ret->why);
    return r < 0 ? reading_fail(ret, r) : EXIT_OK;
}

void
reading_done(struct reading *r)
{
    r->w = world_free(r->w);
}

int
reading_fail(const struct reading *r, int error)
{
    enum exit_code code = error == -ENOENT || error == -EINVAL ? EXIT_NOT_MET : cli_exit_of(error);
    return cli_fail(r->c, code, "%s", r->why.text[0] ? r->why.text : strerror(-error));
}

/* Where a virtual clock stands, the hub says; when none can be asked, the store as the last one
 * left it. */
static bool
virtual_now(const struct cli *c, int64_t *ret)
{
    AUTO(hubanswer) struct hubanswer answer = { 0 };
    struct hubcall call = { .verb = "status", .timeout_ms = ASK_MS };
    if (hubcall_ask(c, &call, &answer, NULL) < 0) {
        return outgoing_is_virtual(c->store, NULL) > 0 && outgoing_seen(c->store, ret, NULL) >= 0
               && *ret > 0;
    }
    if (!strstr(answer.text, "\nclock\tvirtual\n")) {
        return false;
    }
    static const char key[] = "\nnow_ms\t";
    const char *at = strstr(answer.text, key);
    if (!at) {
        return false;
    }
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%.*s", (int)strcspn(at + sizeof key - 1, "\n"),
                   at + sizeof key - 1);
    return text_to_i64(digits, INT64_MIN, INT64_MAX, ret) >= 0;
}

int64_t
reading_now_ms(struct reading *r)
{
    if (r->now_ms == 0 && !virtual_now(r->c, &r->now_ms)) {
        r->now_ms = clock_wall_ms();
    }
    return r->now_ms;
}

day_t
reading_today(struct reading *r)
{
    return world_day(r->w, reading_now_ms(r));
}

static const char *
short_day(day_t day, char *buf, size_t cap)
{
    static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    int year = 0;
    int month = 0;
    int mday = 0;
    day_split(day, &year, &month, &mday);
    (void)snprintf(buf, cap, "%s %2d %s %d", day_weekday_name(day), mday, months[month - 1], year);
    return buf;
}

const char *
instant_text(const struct reading *r, int64_t at_ms, char buf[INSTANT_TEXT_MAX])
{
    day_t day = zone_day(r->w->zone, at_ms);
    int seconds = (int)(zone_local_ms(r->w->zone, at_ms) / 1000);
    int minutes = seconds / MINUTES_HOUR;
    char words[INSTANT_TEXT_MAX];
    if (out_form(r->c->out) == OUT_PAGE) {
        (void)snprintf(buf, INSTANT_TEXT_MAX, "%.20s %02d:%02d",
                       short_day(day, words, sizeof words), minutes / MINUTES_HOUR % 24,
                       minutes % MINUTES_HOUR);
        return buf;
    }
    int east = zone_offset_min(r->w->zone, at_ms);
    int size = east < 0 ? -east : east;
    (void)snprintf(buf, INSTANT_TEXT_MAX, "%.10sT%02d:%02d:%02d%c%02d:%02d", day_format(day, words),
                   minutes / MINUTES_HOUR % 24, minutes % MINUTES_HOUR, seconds % 60,
                   east < 0 ? '-' : '+', size / MINUTES_HOUR % 24, size % MINUTES_HOUR);
    return buf;
}

void
put_instant(struct reading *r, int64_t at_ms)
{
    char buf[INSTANT_TEXT_MAX];
    out_text(r->c->out, instant_text(r, at_ms, buf));
}

void
put_day(struct reading *r, day_t day)
{
    char buf[INSTANT_TEXT_MAX];
    if (out_form(r->c->out) != OUT_PAGE || day == DAY_NONE) {
        out_day(r->c->out, day);
        return;
    }
    out_text(r->c->out, short_day(day, buf, sizeof buf));
}

void
put_ref(struct reading *r, const struct occurrence *o)
{
    out_textf(r->c->out, "%s%s%s", o->ref, o->part[0] ? "@" : "", o->part);
}

static int
take_title(void *arg, const struct row *row)
{
    text_add(arg, row_text_or(row, 1, ""));
    return 1;
}

static int
add_title(struct reading *r, const char *id, struct text *ret)
{
    int found = store_each(r->c->store, Q_ROLE_GET, WITH(T(id)), take_title, ret, &r->why);
    if (found == 0) {
        text_add(ret, id);
    }
    return found;
}

void
put_role(struct reading *r, const char *id)
{
    AUTO_TEXT struct text title = { 0 };
    (void)add_title(r, id, &title);
    out_text(r->c->out, title.len ? text_str(&title) : id);
}

struct people {
    struct reading *r;
    const char *duty;
    struct text *ret;
};

static int
add_person(void *arg, const struct row *row)
{
    const struct people *p = arg;
    if (strcmp(row_text_or(row, 0, ""), p->duty) != 0) {
        return 0;
    }
    if (p->ret->len > 0) {
        text_add(p->ret, "; ");
    }
    int r = add_title(p->r, row_text_or(row, 1, ""), p->ret);
    return r < 0 ? r : 0;
}

int
reading_people(struct reading *r, int64_t occurrence, const char *duty, struct text *ret)
{
    /* Joint leads stand behind the one who answers for it. */
    const char *duties[] = { duty, strcmp(duty, "lead") == 0 ? "joint" : NULL };
    int found = 0;
    for (size_t i = 0; found >= 0 && i < LENGTH(duties) && duties[i]; i++) {
        struct people p = { .r = r, .duty = duties[i], .ret = ret };
        found = store_each(r->c->store, Q_OCCURRENCE_ROLES, WITH(I(occurrence)), add_person, &p,
                           &r->why);
    }
    return found;
}

int
reading_find(struct reading *r, struct occurrence *ret)
{
    int found =
        occurrence_find(r->c->store, cli_option(r->c, "plan"), cli_arg(r->c, 0), ret, &r->why);
    return found < 0 ? reading_fail(r, found) : EXIT_OK;
}

int
reading_rag(struct reading *r, const struct row *row, const struct occurrence *o, struct rag *ret)
{
    struct shade shade;
    int found = shade_of(r->w, r->c->store, row, o, reading_today(r), &shade, &r->why);
    *ret = shade.shown;
    return found;
}

enum out_tint
rag_tint(enum rag_color color)
{
    static const enum out_tint tints[RAG_COLOR_MAX_] = { [RAG_BLUE] = TINT_GOOD,
                                                         [RAG_GREY] = TINT_DIM,
                                                         [RAG_GREEN] = TINT_GOOD,
                                                         [RAG_AMBER] = TINT_WARN,
                                                         [RAG_RED] = TINT_BAD };
    return tints[color];
}
