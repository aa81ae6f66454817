/* SPDX-License-Identifier: MIT */
/* owed.c - a survey of which no answer ever came. */
#include "engine/owed.h"

#include "answers/measure.h"
#include "base/text.h"
#include "rules/spc_state.h"

/* Its steps come before there is anything to be asked, and its returns after. */
static bool
begins_with(const struct occurrence *o)
{
    static const unsigned none = 1U << ACTION_WITHDRAWN | 1U << ACTION_SUPERSEDED
                                 | 1U << ACTION_ON_HOLD | 1U << ACTION_WITHDRAWN_PENDING;
    bool is_it = o->duty.kind == DUTY_DELIVER || o->duty.kind == DUTY_START;
    return is_it && o->duty.due != DAY_NONE && !(none & (1U << o->duty.state));
}

static int
take_first(void *arg, const struct row *row)
{
    day_t *first = arg;
    struct occurrence o;
    int r = occurrence_from_row(&o, row);
    if (r >= 0 && begins_with(&o) && (*first == DAY_NONE || o.duty.due < *first)) {
        *first = o.duty.due;
    }
    return r;
}

int
owed_since(const struct signal_desk *d, int32_t until, int32_t *ret, struct err *reterr)
{
    const struct definition *def = d->opt->def;
    day_t done = DAY_NONE;
    *ret = 0;
    int r = d->action[0] ? store_each(d->store, Q_OCCURRENCE_OF_ACTION,
                                      WITH(T(d->plan), T(d->action)), take_first, &done, reterr)
                         : 0;
    if (r < 0 || done == DAY_NONE) {
        return r < 0 ? r : 0;
    }
    int32_t month = def->trends.since ? def->trends.since : day_month(done) + 1;
    if (def->first_day != DAY_NONE && day_month(def->first_day) > month) {
        month = day_month(def->first_day);
    }
    while (month <= until && !trend_is_due(def, month)) {
        month++;
    }
    *ret = month <= until ? month : 0;
    return 0;
}

int
owed_is_noted(const struct signal_desk *d, struct err *reterr)
{
    int64_t id = 0;
    return measure_find(d->store, d->opt->def->id, &id, NULL, reterr);
}

int
owed_note(const struct signal_desk *d, int32_t month, struct err *reterr)
{
    const struct definition *def = d->opt->def;
    AUTO_TEXT struct text words = { 0 };
    char name[32];
    struct measure_row row = { .name = def->id, .survey = def->id, .plan = d->plan,
                               .action = d->action, .mark = "", .kind = "", .variation = "",
                               .assurance = "", .states = SPC_NEVER_CAME,
                               .now_ms = d->opt->now_ms };
    int r = measure_find(d->store, def->id, &row.id, NULL, reterr);
    if (r < 0 || (r == 0 && month == 0)) {
        return r;
    }
    if (month == 0) {
        r = measure_drop(d->store, row.id, reterr);
        return r < 0 ? r : 0;
    }
    text_addf(&words, "%s. %s They have been due since %s.", def->title,
              spc_state_words(SPC_NEVER_CAME), trend_month(month, name));
    row.words = text_str(&words);
    return words.bad ? err_set(reterr, -ENOMEM, "out of memory")
                     : measure_put(d->store, &row, reterr);
}
