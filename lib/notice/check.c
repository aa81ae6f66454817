/* SPDX-License-Identifier: MIT */
/* check.c - whether the facts of a notice are whole, and fit to be printed. */
#include <string.h>

#include "notice/render.h"
#include "notice/said.h"

static int
field_check(const char *what, const char *value, bool may_lack, struct err *reterr)
{
    if (!value) {
        return may_lack ? 0 : err_set(reterr, -EINVAL, "a notice lacks its %s", what);
    }
    if (text_has_control(value)) {
        return err_set(reterr, -EINVAL, "the %s of a notice holds a control byte", what);
    }
    size_t n = strlen(value);
    if (n > TEXT_FIELD_MAX || !text_is_utf8(value, n)) {
        return err_set(reterr, -EINVAL, "the %s of a notice is %s", what,
                       n > TEXT_FIELD_MAX ? "too long" : "not UTF-8");
    }
    return 0;
}

/* A sentence that is said later: as it is said in English. */
static int
line_check(const char *what, const char *said, struct err *reterr)
{
    AUTO_TEXT struct text line = { 0 };
    said_in(&words_default, said ? said : "", &line);
    return line.bad ? line.bad : field_check(what, said ? text_str(&line) : NULL, false, reterr);
}

static int
item_check(const struct notice_item *item, struct err *reterr)
{
    const struct {
        const char *what, *value;
        bool may_lack;
    } fields[] = {
        { "ref", item->ref, false },       { "occurrence", item->occurrence, false },
        { "text", item->text, false },     { "timescale", item->timescale, false },
        { "lead", item->lead, false },     { "demand", item->demand, true },
        { "metric", item->metric, true },  { "person's lead", item->of, true },
        { "waits_for", item->waits_for, true },
        { "blockage", item->stopped_by, true },
        { "period", item->period, true },
        { "reader's post", item->as, true },
    };
    int r = 0;
    for (size_t i = 0; r >= 0 && i < LENGTH(fields); i++) {
        r = field_check(fields[i].what, fields[i].value, fields[i].may_lack, reterr);
    }
    if (r < 0) {
        return r;
    }
    bool is_known = (int)item->why > NOTICE_WHY_NONE && item->why < NOTICE_WHY_MAX_
                    && (int)item->next >= 0 && item->next < NOTICE_NEXT_MAX_
                    && (int)item->ask >= 0 && item->ask < NOTICE_ASK_MAX_
                    && (int)item->state > ACTION_NONE && item->state < ACTION_STATE_MAX_;
    bool is_rest = item->next == NOTICE_NEXT_NONE || item->next == NOTICE_NEXT_BACK
                   || item->next == NOTICE_NEXT_HELD || item->next == NOTICE_NEXT_WAITS;
    bool has_day = is_rest || item->next_day != DAY_NONE;
    if (!is_known || !has_day || item->due == DAY_NONE || item->generation < 0) {
        return err_set(reterr, -EINVAL, "the item %s of a notice lacks its %s", item->ref,
                       !is_known ? "why, next or state" : "days");
    }
    return 0;
}

static int
topic_check(const struct notice_topic *topic, struct err *reterr)
{
    int r = field_check("topic", topic->ref, false, reterr);
    r = r < 0 ? r : field_check("topic's text", topic->text, false, reterr);
    r = r < 0 ? r : field_check("topic's lead", topic->of, true, reterr);
    r = r < 0 ? r : field_check("topic's post", topic->as, true, reterr);
    bool is_known = topic->kind == NOTICE_SIGNAL || topic->kind == NOTICE_MISSING
                    || topic->kind == NOTICE_ROLLUP || topic->kind == NOTICE_FAULT;
    if (r >= 0 && (!is_known || (int)topic->why <= NOTICE_WHY_NONE
                   || topic->why >= NOTICE_WHY_MAX_)) {
        return err_set(reterr, -EINVAL, "the topic %s of a notice lacks its kind or why",
                       topic->ref);
    }
    for (size_t i = 0; r >= 0 && i < NOTICE_LIST_MAX_; i++) {
        if (topic->lists[i].n > NOTICE_LINES_MAX) {
            return err_set(reterr, -E2BIG, "a notice has %zu lines", topic->lists[i].n);
        }
        for (size_t k = 0; r >= 0 && k < topic->lists[i].n; k++) {
            r = line_check("line", topic->lists[i].lines[k], reterr);
        }
    }
    return r;
}

int
notice_check(const struct notice_model *m, struct err *reterr)
{
    const struct {
        const char *what, *value;
        bool may_lack;
    } fields[] = {
        { "plan's id", m->plan_id, false }, { "plan's title", m->plan_title, false },
        { "plan's version", m->plan_version, false }, { "plan's address", m->plan_url, true },
        { "formats contact", m->formats, true },      { "trust", m->trust, false },
        { "trust's address", m->trust_url, true },
        { "forum", m->forum, false },       { "owner", m->owner, false },
        { "reader", m->to_role, false },    { "host", m->host, false },
        { "locale", m->locale, true },          };
    int r = notice_kind_word(m->kind) ? 0 : err_set(reterr, -EINVAL, "a notice of an unknown kind");
    for (size_t i = 0; r >= 0 && i < LENGTH(fields); i++) {
        r = field_check(fields[i].what, fields[i].value, fields[i].may_lack, reterr);
    }
    r = r < 0 || !m->headline ? r : line_check("headline", m->headline, reterr);
    if (r < 0) {
        return r;
    }
    const char *url = m->plan_url ? m->plan_url : "";
    if (url[0] && strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0) {
        return err_set(reterr, -EINVAL, "the plan's address begins with neither https:// "
                                        "nor http://");
    }
    bool is_empty = m->n_items + m->n_topics == 0 && m->kind != NOTICE_ADMIN
                    && m->kind != NOTICE_PACK;
    if (is_empty || m->n_items > NOTICE_ITEMS_MAX || m->n_more < 0) {
        return err_set(reterr, is_empty ? -EINVAL : -E2BIG,
                       "a notice has %zu items; 1 to %d are allowed", m->n_items, NOTICE_ITEMS_MAX);
    }
    if (m->n_topics > NOTICE_TOPICS_MAX || m->n_more_topics < 0) {
        return err_set(reterr, -E2BIG, "a notice has %zu topics", m->n_topics);
    }
    if (m->today == DAY_NONE || m->level < 0 || m->level > 5) {
        return err_set(reterr, -EINVAL, "a notice lacks its date or its level");
    }
    for (size_t i = 0; r >= 0 && i < m->n_items; i++) {
        r = item_check(&m->items[i], reterr);
    }
    for (size_t i = 0; r >= 0 && i < m->n_topics; i++) {
        r = topic_check(&m->topics[i], reterr);
    }
    if (r >= 0 && m->n_lines > NOTICE_LINES_MAX) {
        return err_set(reterr, -E2BIG, "a notice has %zu lines", m->n_lines);
    }
    for (size_t i = 0; r >= 0 && i < m->n_lines; i++) {
        r = line_check("line", m->lines[i], reterr);
    }
    return r;
}
