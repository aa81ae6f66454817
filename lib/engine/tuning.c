/* SPDX-License-Identifier: MIT */
/* tuning.c - from the keys of coprod.yaml to the rules that everybody decides by. */
#include "engine/tuning.h"

#include <stdlib.h>
#include <string.h>

/* BEFORE: days before, kept as negative offsets. */
enum tuning_kind { TUNE_NUMBER, TUNE_LIST, TUNE_BEFORE };

#define AT(field) offsetof(struct tuning, field)
static const struct tuning_row {
    const char *key;
    enum tuning_kind kind;
    size_t at;   /* of the number, or of the list's first */
    size_t n_at; /* of a list: its length; 0: it is fixed */
} rows[] = {
    { "rules.remind", TUNE_BEFORE, AT(duty.remind[DUTY_DELIVER]), AT(duty.n_remind[DUTY_DELIVER]) },
    { "rules.remind_return", TUNE_BEFORE, AT(duty.remind[DUTY_RETURN]),
      AT(duty.n_remind[DUTY_RETURN]) },
    { "rules.review_months", TUNE_LIST, AT(duty.review_months), AT(duty.n_review_months) },
    { "rules.ladder", TUNE_LIST, AT(duty.ladder), 0 },
    { "rules.supports_wd", TUNE_NUMBER, AT(duty.supports_wd), 0 },
    { "rules.open_before_wd", TUNE_NUMBER, AT(duty.open_before_wd), 0 },
    { "rules.repeat_wd", TUNE_NUMBER, AT(duty.repeat_wd), 0 },
    { "rules.gate_wd", TUNE_NUMBER, AT(duty.gate_wd), 0 },
    { "rules.agenda_wd", TUNE_NUMBER, AT(duty.agenda_wd), 0 },
    { "rules.missed_meetings", TUNE_NUMBER, AT(duty.missed_meetings), 0 },
    { "rules.baseline_wd", TUNE_NUMBER, AT(duty.baseline_wd), 0 },
    { "rules.blocked_wd", TUNE_NUMBER, AT(duty.blocked_wd), 0 },
    { "rules.verify_wd", TUNE_NUMBER, AT(duty.verify_wd), 0 },
    { "rules.verify_alone_wd", TUNE_NUMBER, AT(duty.verify_alone_wd), 0 },
    { "rules.hold_review_wd", TUNE_NUMBER, AT(duty.hold_review_wd), 0 },
    { "rules.unreached_wd", TUNE_NUMBER, AT(duty.unreached_wd), 0 },
    { "rules.unreached_director_wd", TUNE_NUMBER, AT(duty.unreached_director_wd), 0 },
    { "rules.review_secretary_months", TUNE_NUMBER, AT(duty.review_secretary_months), 0 },
    { "rules.review_director_months", TUNE_NUMBER, AT(duty.review_director_months), 0 },
    { "rules.reassign_rest_wd", TUNE_NUMBER, AT(act.reassign_rest_wd), 0 },
    { "rules.ack_max_wd", TUNE_NUMBER, AT(act.ack_max_wd), 0 },
    { "rules.minute_max_wd", TUNE_NUMBER, AT(act.minute_max_wd), 0 },
    { "rules.acks_max", TUNE_NUMBER, AT(act.acks_max), 0 },
    { "rules.extend_owner_wd", TUNE_NUMBER, AT(act.extend_owner_wd), 0 },
    { "rules.hold_owner_wd", TUNE_NUMBER, AT(act.hold_owner_wd), 0 },
    { "rag.due_soon_wd", TUNE_NUMBER, AT(rag.due_soon_wd), 0 },
    { "rag.no_lead_soon_wd", TUNE_NUMBER, AT(rag.no_lead_soon_wd), 0 },
    { "rag.slip_wd", TUNE_NUMBER, AT(rag.slip_wd), 0 },
    { "rag.verify_wd", TUNE_NUMBER, AT(rag.verify_wd), 0 },
    { "rag.missing_returns", TUNE_NUMBER, AT(rag.missing_returns), 0 },
};

struct tuning
tuning_default(void)
{
    return (struct tuning){ duty_rules_default, rag_rules_default, act_rules_default };
}

const char *
tuning_key(size_t i)
{
    return i < LENGTH(rows) ? rows[i].key : NULL;
}

/* "[30, 15, 5, 0]" or "20": the numbers in it, at most max; -EINVAL. */
static int
read_numbers(const char *s, int max, int ret[])
{
    int n = 0;
    s += strspn(s, "[ ");
    while (*s && *s != ']') {
        char *end = NULL;
        long value = strtol(s, &end, 10);
        if (end == s || n == max || value < 0 || value > STEP_OFFSET_MAX) {
            return -EINVAL;
        }
        ret[n++] = (int)value;
        s = end + strspn(end, ", ");
    }
    return n;
}

int
tuning_set(struct tuning *t, const char *key, const char *value)
{
    const struct tuning_row *row = NULL;
    for (size_t i = 0; i < LENGTH(rows) && !row; i++) {
        row = strcmp(rows[i].key, key) == 0 ? &rows[i] : NULL;
    }
    if (!row) {
        return 0;
    }
    int numbers[REMIND_MAX];
    int n = read_numbers(value, REMIND_MAX, numbers);
    int fixed = row->kind == TUNE_NUMBER ? 1 : LADDER_MAX;
    if (n < 1 || (!row->n_at && n != fixed)) {
        return -EINVAL;
    }
    int *to = (int *)(void *)((char *)t + row->at);
    for (int i = 0; i < n; i++) {
        to[i] = row->kind == TUNE_BEFORE ? -numbers[i] : numbers[i];
    }
    if (row->n_at) {
        *(size_t *)(void *)((char *)t + row->n_at) = (size_t)n;
    }
    static const enum duty_kind alike[] = { DUTY_START, DUTY_MILESTONE };
    for (size_t i = 0; i < LENGTH(alike); i++) { /* they are reminded like a delivery */
        (void)memcpy(t->duty.remind[alike[i]], t->duty.remind[DUTY_DELIVER],
                     sizeof t->duty.remind[alike[i]]);
        t->duty.n_remind[alike[i]] = t->duty.n_remind[DUTY_DELIVER];
    }
    return 1;
}

int
tuning_of_conf(const struct conf *c, struct tuning *ret)
{
    *ret = tuning_default();
    int r = 0;
    for (size_t i = 0; r >= 0 && i < conf_n_keys(); i++) {
        AUTO_TEXT struct text value = { 0 };
        AUTO_TEXT struct text origin = { 0 };
        conf_value(c, i, &value, &origin);
        r = value.bad ? value.bad : tuning_set(ret, conf_key_at(i)->key, text_str(&value));
    }
    return r < 0 ? r : 0;
}
