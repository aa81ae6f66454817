/* SPDX-License-Identifier: MIT */
/*
 * conf.h - coprod.yaml: one table of keys drives reading, `config show` and the manual page.
 *
 *   AUTO(conf) struct conf *c = NULL;
 *   r = conf_load("/etc/coprod/coprod.yaml", &d, &c);
 *
 * Relative paths in the file are relative to the file's folder and come out whole. Every value has
 * an origin: the line that set it, or the default. It knows nothing of plans or roles: the
 * supervisor reads it too.
 */
#ifndef COPROD_BASE_CONF_H
#define COPROD_BASE_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

enum mail_mode { MAIL_MODE_UNSET = 0, MAIL_SMTP, MAIL_MAILDIR, MAIL_NONE, MAIL_SHADOW };
enum mail_tls { MAIL_TLS_UNSET = 0, MAIL_TLS_NONE, MAIL_TLS_STARTTLS, MAIL_TLS_SMTPS };

struct conf_list {
    const char *const *items; /* NULL-terminated */
    size_t n;
};
enum { CONF_DAYS_MAX = 8 };
struct conf_days { /* numbers in order: offsets in working days or months */
    int64_t items[CONF_DAYS_MAX];
    size_t n;
};
struct conf_user { /* a user of the machine acts as this role of the roster */
    const char *user;
    const char *role;
};

struct conf {
    const char *path; /* of the file itself */
    const char *dir;  /* its folder: plan, roster, forums and calendar lie beside it */
    struct conf_list plans;
    struct conf_list surveys;
    struct {
        int64_t keep_days;
    } survey_files;
    const char *templates;
    const char *state_dir;
    const char *runtime_dir;
    const char *programs_dir; /* where the workers' programs lie; "" = beside coprod itself */
    const char *zone;         /* "Europe/London" */
    int64_t send_at_min;      /* minutes of the local day: 08:30 = 510 */
    int64_t send_until_min;
    int64_t aggregate_at_min;
    struct {
        const char *name;
        const char *url;
        const char *formats_contact; /* who gives other languages and formats */
    } trust;
    struct {
        int64_t mode; /* enum mail_mode */
        const char *host;
        int64_t port;
        int64_t tls; /* enum mail_tls */
        const char *user;          /* "" = no authentication */
        const char *password_file; /* "" = none; the only place for the secret */
        const char *ca_file;       /* "" = the system's */
        const char *from;
        const char *helo; /* our name to the relay; "" = the host of from */
        const char *maildir;
        int64_t timeout_s;
        struct conf_list allow_domains; /* empty: any */
        const char *envelope; /* envelope sender, a '*' stands for the notice; "" = from */
        const char *bounces;  /* maildir of what came back; "" = none is read */
        int64_t max_person, max_all; /* mails a day */
        int64_t max_urgent_person, max_urgent_all; /* of levels 3 to 5 */
        int64_t silent_wd;
        int64_t keep_months;
    } mail;
    struct {
        int64_t outage_wd, percent, mails, release_wd;
    } catchup;
    const char *admin; /* a role or an address; "" = the plan's owner */
    struct {
        int64_t remind, escalate, aggregate, deliver, probe; /* processes of each kind */
    } workers;
    int64_t lease_s;
    int64_t stop_s;
#define RULE_DAYS(section, field, order, n_min, n_max, max, preset, meaning)                       \
    struct conf_days section##_##field;
#define RULE(section, field, min, max, preset, meaning) int64_t section##_##field;
#include "base/conf_rules.def"
#undef RULE
#undef RULE_DAYS
    const struct conf_user *users;
    size_t n_users;
    struct conf_list admins; /* users who may do what an operator does */
};

/* -ENOENT when the file cannot be opened, -EBADMSG when d has errors. */
MUST_USE int conf_load(const char *path, struct diag *d, struct conf **ret);
/* Every key at its default, paths relative to dir: for trials without a file. */
MUST_USE int conf_default(const char *dir, struct conf **ret);
struct conf *conf_free(struct conf *c);
static inline void
conf_freep(struct conf **p)
{
    *p = conf_free(*p);
}
/* The role of a user of the machine, or NULL. */
const char *conf_role_of(const struct conf *c, const char *user);
bool conf_is_admin(const struct conf *c, const char *user);

/* The table, for `config show`, --json, the man page and completion. */
struct conf_key {
    const char *key;     /* "mail.port" */
    const char *kind;    /* "number", "path", "list of paths", "time of day", "one of smtp, ..." */
    const char *preset;  /* the default, as it would be written */
    const char *meaning; /* one line */
    int64_t min, max;    /* numbers only */
};
size_t conf_n_keys(void);
const struct conf_key *conf_key_at(size_t i);
/* The value as it would be written, and where it came from ("coprod.yaml:12" or "default"). */
void conf_value(const struct conf *c, size_t key, struct text *ret_value, struct text *ret_origin);

#endif
