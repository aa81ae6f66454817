/* SPDX-License-Identifier: MIT */
/* apply_settings.c - what programs without YAML need, put into the store. */
#include "engine/apply.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "engine/forums.h"

enum { NUMBER_MAX = 32 };

int
apply_setting(struct store *s, const char *key, const char *value, bool *ret_changed,
               struct err *reterr)
{
    char old[4096];
    int r = store_setting_get(s, key, old, sizeof old, reterr);
    if (r < 0 && r != -ENAMETOOLONG) {
        return r;
    }
    if (r == 1 && strcmp(old, value) == 0) {
        return 0;
    }
    *ret_changed = true;
    return store_setting_set(s, key, value, reterr);
}

static bool
is_rule(const char *key)
{
    for (size_t i = 0; tuning_key(i); i++) {
        if (strcmp(tuning_key(i), key) == 0) {
            return true;
        }
    }
    return false;
}

static int
apply_rules(struct store *s, const struct conf *c, bool *changed, struct err *reterr)
{
    int r = 0;
    bool is_new = false;
    for (size_t i = 0; r >= 0 && i < conf_n_keys(); i++) {
        AUTO_TEXT struct text value = { 0 };
        AUTO_TEXT struct text origin = { 0 };
        const char *key = conf_key_at(i)->key;
        conf_value(c, i, &value, &origin);
        r = value.bad;
        if (r >= 0 && is_rule(key)) {
            r = apply_setting(s, key, text_str(&value), &is_new, reterr);
        }
    }
    *changed |= is_new;
    if (r >= 0 && is_new) {
        r = store_setting_set(s, APPLY_RULES_PENDING, "yes", reterr);
    }
    return r < 0 ? r : 0;
}

struct number_setting {
    const char *key;
    int64_t value;
};

static int
apply_numbers(struct store *s, const struct conf *c, bool *ret_changed, struct err *reterr)
{
    const struct number_setting table[] = {
        { "mail.max_person", c->mail.max_person },
        { "mail.max_all", c->mail.max_all },
        { "mail.max_urgent_person", c->mail.max_urgent_person },
        { "mail.max_urgent_all", c->mail.max_urgent_all },
        { "mail.silent_wd", c->mail.silent_wd },
        { "catchup.outage_wd", c->catchup.outage_wd },
        { "catchup.percent", c->catchup.percent },
        { "catchup.mails", c->catchup.mails },
        { "catchup.release_wd", c->catchup.release_wd },
    };
    int r = 0;
    for (size_t i = 0; r >= 0 && i < LENGTH(table); i++) {
        char text[NUMBER_MAX];
        (void)snprintf(text, sizeof text, "%" PRId64, table[i].value);
        r = apply_setting(s, table[i].key, text, ret_changed, reterr);
    }
    return r;
}

int
apply_settings(struct store *s, const struct conf *c, struct applied *sum, struct err *reterr)
{
    char send_at[NUMBER_MAX];
    char send_until[NUMBER_MAX];
    (void)snprintf(send_at, sizeof send_at, "%" PRId64, c->send_at_min);
    (void)snprintf(send_until, sizeof send_until, "%" PRId64, c->send_until_min);
    AUTO_TEXT struct text domains = { 0 };
    for (size_t i = 0; i < c->mail.allow_domains.n; i++) {
        text_addf(&domains, "%s%s", i ? " " : "", c->mail.allow_domains.items[i]);
    }
    static const char *const modes[] = { "", "smtp", "maildir", "none", "shadow" };
    const struct {
        const char *key, *value;
    } table[] = { { "zone", c->zone },
                  { "send_at_min", send_at },
                  { "send_until_min", send_until },
                  { "templates", c->templates },
                  { "trust.name", c->trust.name },
                  { "trust.url", c->trust.url },
                  { "trust.formats_contact", c->trust.formats_contact },
                  { "mail.mode", modes[c->mail.mode] },
                  { "mail.from", c->mail.from },
                  { "mail.allow_domains", text_str(&domains) },
                  { "mail.envelope", c->mail.envelope },
                  { "admin", c->admin } };
    bool changed = false;
    for (size_t i = 0; i < LENGTH(table); i++) {
        int r = apply_setting(s, table[i].key, table[i].value ? table[i].value : "", &changed,
                               reterr);
        if (r < 0) {
            return r;
        }
    }
    int r = apply_rules(s, c, &changed, reterr);
    r = r < 0 ? r : apply_numbers(s, c, &changed, reterr);
    sum->settings_changed |= changed;
    if (r < 0) {
        return r;
    }
    return changed ? world_raise(NULL, s, reterr) : 0;
}

int
apply_calendar(struct store *s, const struct calendar *c, struct applied *sum, struct err *reterr)
{
    struct hash h;
    hash_begin(&h, "coprod calendar 1");
    for (size_t i = 0; i < c->n_closed; i++) {
        hash_add_i64(&h, c->closed[i]);
    }
    hash_add_str(&h, "opened");
    for (size_t i = 0; i < c->n_opened; i++) {
        hash_add_i64(&h, c->opened[i]);
    }
    struct digest d = hash_end(&h);
    char hex[DIGEST_HEX_MAX];
    bool changed = false;
    int r = apply_setting(s, "calendar.hash", hash_hex(&d, hex), &changed, reterr);
    if (r < 0 || !changed) {
        return r;
    }
    sum->settings_changed = true;
    r = store_run(s, Q_CALENDAR_DAY_CLEAR, NONE, reterr);
    for (size_t i = 0; r >= 0 && i < c->n_closed; i++) {
        r = store_run(s, Q_CALENDAR_DAY_ADD, WITH(I(c->closed[i]), I(1)), reterr);
    }
    for (size_t i = 0; r >= 0 && i < c->n_opened; i++) {
        r = store_run(s, Q_CALENDAR_DAY_ADD, WITH(I(c->opened[i]), I(2)), reterr);
    }
    return r < 0 ? r : world_raise(NULL, s, reterr);
}

int
apply_forums(struct store *s, const struct plan_set *set, struct applied *sum, struct err *reterr)
{
    bool changed = false;
    int r = forums_put(s, set, &changed, reterr);
    if (r < 0 || !changed) {
        return r;
    }
    sum->settings_changed = true;
    return world_raise(NULL, s, reterr);
}
