/* SPDX-License-Identifier: MIT */
/* pack_again.c - a corrected version of a paper: who may have it made, and what it says of the one
 * before it, which stays as it was given out. */
#include <stdio.h>
#include <string.h>

#include "engine/pack_inside.h"
#include "notice/said.h"
#include "store/audit.h"

enum { REASON_MAX = 200 /* characters */, UTF8_MAX = 4, KEY_MAX = OCC_SUBJECT_MAX + 64,
       DETAIL_MAX = KEY_MAX + OCC_NAME_MAX + UTF8_MAX * REASON_MAX };

/* ---- who may --------------------------------------------------------------------------------- */

/* Column 4 of plan_get. */
static int
is_owner(void *arg, const struct row *row)
{
    return strcmp(arg, row_text_or(row, 4, "")) == 0 ? 2 : 1;
}

/* The forum's secretary, and who owns one of its plans. */
static int
may(const struct world *w, struct store *s, const struct committee *forum, const char *role,
    struct err *reterr)
{
    const struct committees *all = &w->committees;
    char name[OCC_NAME_MAX];
    int r = text_copy(name, sizeof name, role);
    int found = strcmp(forum->secretary, role) == 0 ? 2 : 0;
    for (size_t i = 0; r >= 0 && found < 2 && i < all->n_plans; i++) {
        if (all->plans[i].by == forum) {
            r = store_each(s, Q_PLAN_GET, WITH(T(all->plans[i].plan)), is_owner, name, reterr);
            found = r;
        }
    }
    if (r < 0 || found == 2) {
        return r < 0 ? r : 0;
    }
    return err_set(reterr, -EPERM,
                   "'%s' may not have a paper of %s made anew: the forum's secretary or the owner "
                   "of one of its plans may",
                   role, forum->id);
}

/* ---- ordering -------------------------------------------------------------------------------- */

static int
take_version(void *arg, const struct row *row)
{
    struct pack_version *v = arg;
    v->rev = (int)row_i64(row, 1);
    return 1;
}

/* What was given out last: the final paper, else the draft. */
static int
find_last(struct store *s, const struct pack_again *x, struct pack_version *ret,
          struct err *reterr)
{
    static const enum pack_phase phases[] = { PACK_FINAL, PACK_DRAFT };
    int r = 0;
    for (size_t i = 0; r == 0 && i < LENGTH(phases); i++) {
        ret->phase = phases[i];
        r = store_each(s, Q_PACK_FIND,
                       WITH(T(x->forum), I(x->meeting), T(pack_phase_word(phases[i]))),
                       take_version, ret, reterr);
    }
    return r != 0 ? r
                  : err_set(reterr, -ENOENT, "no paper of %s was given out for that meeting yet: "
                            "there is nothing to correct", x->forum);
}

static int
check(const struct world *w, struct store *s, const struct pack_again *x, int64_t now_ms,
      struct err *reterr)
{
    const struct committee *forum = committee_by_id(&w->committees, x->forum);
    if (!forum) {
        return err_set(reterr, -ENOENT, "there is no forum '%.80s'", x->forum);
    }
    if (!x->reason[0]) {
        return err_set(reterr, -EINVAL, "say what is corrected (--reason): it stands in the paper");
    }
    if (text_chars(x->reason) > REASON_MAX) {
        return err_set(reterr, -EINVAL, "what is corrected is said in at most %d characters, and "
                       "these are %zu (--reason): it stands in the paper", REASON_MAX,
                       text_chars(x->reason));
    }
    if (x->meeting < world_day(w, now_ms)
        || meeting_from(&forum->meetings, x->meeting) != x->meeting) {
        return err_set(reterr, -EINVAL, "%s holds no meeting on that day, or it is over (see: "
                       "coprodctl pack list)", forum->id);
    }
    return may(w, s, forum, x->role, reterr);
}

int
pack_again(const struct world *w, struct store *s, const struct pack_again *x, int64_t now_ms,
           struct pack_version *ret, struct err *reterr)
{
    char day[DAY_TEXT_MAX];
    char key[KEY_MAX];
    char detail[DETAIL_MAX];
    int r = check(w, s, x, now_ms, reterr);
    r = r < 0 ? r : find_last(s, x, ret, reterr);
    if (r < 0) {
        return r;
    }
    ret->rev++;
    (void)snprintf(key, sizeof key, "pack|%s|%s|%s|%d", x->forum, day_format(x->meeting, day),
                   pack_phase_word(ret->phase), ret->rev);
    (void)snprintf(detail, sizeof detail, "pack %s|%s|%s", key + strlen("pack|"), x->role,
                   x->reason);
    const struct job_order order = { .kind = JOB_KIND_ESCALATE, .key = key, .run_at_ms = now_ms,
                                     .detail = detail };
    r = job_order_add(s, &order, now_ms, reterr);
    if (r == 0) {
        return err_set(reterr, -EINVAL, "version %d is on its way already (see: coprodctl job "
                       "list)", ret->rev);
    }
    (void)snprintf(detail, sizeof detail, "version %d; %s", ret->rev, x->reason);
    return r < 0 ? r
                 : audit_append(s,
                                &(struct audit_entry){ .at_ms = now_ms, .actor = x->actor,
                                                       .on_behalf = x->on_behalf,
                                                       .event = "pack reissue", .subject = key,
                                                       .detail = detail },
                                reterr);
}

/* ---- what it says ---------------------------------------------------------------------------- */

int
pack_replaces(struct pack *x)
{
    struct person by;
    if (x->rev < 2) {
        return 0;
    }
    int r = store_get(x->s, Q_PACK_OF_REV,
                      WITH(T(x->forum->id), I(x->meeting), T(pack_phase_word(x->phase)),
                           I(x->rev - 1)),
                      &x->replaced_id, x->reterr);
    r = r < 0 ? r : person_get(x->s, x->by, &by, x->reterr);
    x->by_title = r < 0 ? "" : arena_text(x->mem, by.title[0] ? by.title : x->by);
    return r < 0 ? r : 0;
}

void
pack_correction_words(const struct pack *x, struct text *out)
{
    text_addf(out, "Version %d: it stands in place of version %d. What was corrected, as the %s "
              "puts it: %s.", x->rev, x->rev - 1, x->by_title, x->reason);
}

struct line { /* as the version before had it */
    bool is_there;
    enum rag_color color;
    enum action_state state;
    int level;
    day_t due;
};

static int
take_line(void *arg, const struct row *row)
{
    *(struct line *)arg = (struct line){ .is_there = true,
                                         .color = (enum rag_color)row_i64(row, 0),
                                         .state = (enum action_state)row_i64(row, 1),
                                         .level = (int)row_i64(row, 2),
                                         .due = (day_t)row_i64(row, 3) };
    return 1;
}

static const char *
state_words(enum action_state state)
{
    static const char *const words[ACTION_STATE_MAX_] = {
        [ACTION_PLANNED] = "not open yet",   [ACTION_OPEN] = "open",
        [ACTION_IN_PROGRESS] = "begun",      [ACTION_SUBMITTED] = "submitted",
        [ACTION_COMPLETE] = "complete",      [ACTION_BLOCKED] = "blocked",
        [ACTION_ON_HOLD] = "on hold",        [ACTION_WITHDRAWN] = "withdrawn",
        [ACTION_SUPERSEDED] = "superseded",  [ACTION_WITHDRAWN_PENDING] = "gone from the plan",
    };
    return words[state] ? words[state] : "";
}

/* "amber, open, level 2, due 2015-03-31" */
static const char *
say_line(struct pack *x, const struct line *l)
{
    char day[DAY_TEXT_MAX];
    return !l->is_there ? "not in it"
                        : arena_textf(x->mem, "%s, %s, level %d, due %s", rag_name(l->color),
                                      state_words(l->state), l->level,
                                      day_format(l->due, day));
}

static void
say_state(const struct line *l, bool is_now, struct text *out)
{
    if (!l->is_there) {
        said_begin(out, is_now ? words_state(l->state) : WORD_PACK_NOT_IN);
        return;
    }
    said_begin(out, WORD_PACK_STANDS);
    said_word(out, FACT_COLOUR, words_color(l->color));
    said_word(out, FACT_WHAT, words_state(l->state));
    said_int(out, FACT_N, l->level);
    said_day(out, FACT_DUE, l->due);
}

/* The paper is in one language; a mail is in its reader's. */
static int
tell_correction(struct pack *x, const char *name, const struct line *was, const struct line *is)
{
    AUTO_TEXT struct text before = { 0 };
    AUTO_TEXT struct text now = { 0 };
    AUTO_TEXT struct text line = { 0 };
    if (x->n_corrections++ >= PACK_CORRECTIONS_MAX) {
        return 0;
    }
    say_state(was, false, &before);
    say_state(is, true, &now);
    said_begin(&line, WORD_PACK_OTHERWISE);
    said_text(&line, FACT_TITLE, name);
    said_inside(&line, FACT_MORE, &now);
    said_inside(&line, FACT_WAS, &before);
    x->corrections[x->n_corrections - 1] = arena_text(x->mem, text_str(&line));
    return before.bad ? before.bad : now.bad ? now.bad : line.bad;
}

static int
compare(struct pack *x, const struct pack_entry *e, struct paper *p)
{
    const struct duty_state *d = &e->o.duty;
    struct line was = { .is_there = false };
    struct line is = { pack_is_live(e), e->shade.shown.color, d->state, d->level, d->due };
    AUTO_TEXT struct text name = { 0 };
    int r = store_each(x->s, Q_PACK_LINE_GET, WITH(I(x->replaced_id), I(e->o.id)), take_line, &was,
                       x->reterr);
    bool is_same = was.color == is.color && was.state == is.state && was.level == is.level
                   && was.due == is.due;
    if (r < 0 || (!was.is_there && !is.is_there) || (was.is_there && is.is_there && is_same)) {
        return r < 0 ? r : 0;
    }
    const char *before = say_line(x, &was);
    const char *now = is.is_there ? say_line(x, &is) : state_words(d->state);
    pack_name(x, e, &name);
    paper_cell(p, "%s", text_str(&name));
    paper_cell(p, "%s", before);
    paper_cell(p, "%s", now);
    r = tell_correction(x, text_str(&name), &was, &is);
    return r < 0 ? err_set(x->reterr, r, "out of memory") : 0;
}

int
pack_write_corrections(struct pack *x, struct paper *p)
{
    static const char *const heads[] = { "Demand", "In the version before", "Now", NULL };
    AUTO_TEXT struct text caption = { 0 };
    int r = 0;
    if (x->rev < 2) {
        return 0;
    }
    text_addf(&caption, "What stands otherwise than in version %d", x->rev - 1);
    paper_table(p, text_str(&caption), heads);
    for (size_t i = 0; r >= 0 && i < x->n_entries; i++) {
        r = compare(x, &x->entries[i], p);
    }
    if (r >= 0 && x->n_corrections == 0) {
        paper_say(p, "Every demand stands as in version %d.", x->rev - 1);
    }
    return r >= 0 && arena_is_bad(x->mem) ? err_set(x->reterr, -ENOMEM, "out of memory") : r;
}
