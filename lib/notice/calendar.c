/* SPDX-License-Identifier: MIT */
/* calendar.c - the calendar part of a notice: an all-day entry on each due day (RFC 5545). */
#include <ctype.h>
#include <string.h>

#include "notice/render.h"

enum { FOLD_AT = 75, DAY_MS = 86400000 };

/* A line that could not be built makes the whole part bad. */
static void
bad_keep(struct text *out, const struct text *piece)
{
    out->bad = out->bad ? out->bad : piece->bad;
}

/* Appends one content line, folded at 75 octets without splitting a character. */
static void
line_add(struct text *out, const char *line)
{
    size_t n = strlen(line);
    size_t room = FOLD_AT;
    while (n > room) {
        size_t cut = room;
        while (cut > 0 && ((unsigned char)line[cut] & 0xC0) == 0x80) {
            cut--;
        }
        text_addn(out, line, cut);
        text_add(out, "\r\n ");
        line += cut;
        n -= cut;
        room = FOLD_AT - 1;
    }
    text_addn(out, line, n);
    text_add(out, "\r\n");
}

static void
escaped(struct text *out, const char *s)
{
    for (; *s; s++) {
        text_add(out, strchr("\\;,", *s) ? "\\" : "");
        text_addc(out, *s);
    }
}

static void
text_line(struct text *out, const char *name, const char *value)
{
    AUTO_TEXT struct text line = { 0 };
    text_addf(&line, "%s:", name);
    escaped(&line, value);
    line_add(out, text_str(&line));
    bad_keep(out, &line);
}

static void
day_line(struct text *out, const char *name, day_t day)
{
    int year = 0;
    int month = 0;
    int mday = 0;
    day_split(day, &year, &month, &mday);
    text_addf(out, "%s;VALUE=DATE:%04d%02d%02d\r\n", name, year, month, mday);
}

static void
stamp_line(struct text *out, int64_t at_ms)
{
    int64_t day = at_ms / DAY_MS - (at_ms % DAY_MS < 0);
    int second = (int)((at_ms - day * DAY_MS) / 1000);
    int year = 0;
    int month = 0;
    int mday = 0;
    day_split((day_t)day, &year, &month, &mday);
    text_addf(out, "DTSTAMP:%04d%02d%02dT%02d%02d%02dZ\r\n", year, month, mday, second / 3600,
              second / 60 % 60, second % 60);
}

/* As part of a UID: letters, digits and - stay, / and @ become . and +, anything else is hex. Two
 * occurrences never share a UID. */
static void
uid_add(struct text *out, const char *s)
{
    for (; *s; s++) {
        if (isalnum((unsigned char)*s) || *s == '-') {
            text_addc(out, *s);
        } else if (*s == '/' || *s == '@') {
            text_add(out, *s == '/' ? "." : "+");
        } else {
            text_addf(out, "_%02x", (unsigned char)*s);
        }
    }
}

static void
uid_line(struct text *out, const struct notice_model *m, const struct notice_item *item)
{
    AUTO_TEXT struct text line = { 0 };
    /* "CO-304:1c/deliver" and "1c/deliver" are the same occurrence of the plan CO-304. */
    size_t n = strlen(m->plan_id);
    bool is_whole = strncmp(item->occurrence, m->plan_id, n) == 0 && item->occurrence[n] == ':';
    const char *const pieces[] = { m->plan_id, "/", item->occurrence + (is_whole ? n + 1 : 0) };
    text_add(&line, "UID:");
    for (size_t i = 0; i < LENGTH(pieces); i++) {
        uid_add(&line, pieces[i]);
    }
    text_addf(&line, "@%s", m->host);
    line_add(out, text_str(&line));
    bad_keep(out, &line);
}

static void
event_add(struct text *out, const struct notice_model *m, const struct words *w,
          const struct notice_item *item)
{
    AUTO_TEXT struct text summary = { 0 };
    AUTO_TEXT struct text about = { 0 };
    bool is_over = action_is_final(item->state) || item->ask == NOTICE_ASK_HANDED;
    text_addf(&summary, "%s %s: ", m->plan_id, item->ref);
    notice_demand(w, item, &summary);
    bool has_metric = item->metric && item->metric[0];
    const struct word_facts facts = { .text = { [FACT_METRIC] = item->metric } };
    text_addf(&about, "%s ", item->text);
    if (!item->is_review) {
        words_say(w, has_metric ? WORD_CALENDAR : WORD_CALENDAR_NONE, &facts, &about);
    }
    text_add(out, "BEGIN:VEVENT\r\n");
    uid_line(out, m, item);
    stamp_line(out, m->at_ms);
    text_addf(out, "SEQUENCE:%d\r\n", item->generation);
    day_line(out, "DTSTART", item->due);
    day_line(out, "DTEND", item->due + 1);
    text_line(out, "SUMMARY", text_str(&summary));
    text_line(out, "DESCRIPTION", text_str(&about));
    bad_keep(out, &summary);
    bad_keep(out, &about);
    if (m->plan_url && m->plan_url[0]) {
        AUTO_TEXT struct text url = { 0 };
        text_addf(&url, "URL:%s", m->plan_url);
        line_add(out, text_str(&url));
        bad_keep(out, &url);
    }
    text_addf(out, "STATUS:%s\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\n",
              is_over ? "CANCELLED" : "CONFIRMED");
}

int
notice_calendar(const struct notice_model *m, const struct words *w, struct text *ret,
                struct err *reterr)
{
    text_add(ret, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//coprod//notices//EN\r\n"
                  "CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n");
    for (size_t i = 0; i < m->n_items; i++) {
        event_add(ret, m, w, &m->items[i]);
    }
    text_add(ret, "END:VCALENDAR\r\n");
    return ret->bad ? err_set(reterr, ret->bad, "out of memory") : 0;
}
