/* SPDX-License-Identifier: MIT */
/* conf.c - coprod.yaml: one table of keys drives reading, `config show` and the manual page. */
#include "base/conf.h"

#include <stdlib.h>
#include <string.h>

#include "base/conf_inside.h"
#include "base/zone.h"

/* gcc 12 does not see that a configuration lies at the start of its whole and calls it leaked. */
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"

static const char *const mail_modes[] = { "smtp", "maildir", "none", "shadow", NULL };
static const char *const mail_tls[] = { "none", "starttls", "smtps", NULL };

/* clang-format off */
#define ROW(key, word, kind, field, preset, meaning) \
    { { key, word, preset, meaning, 0, 0 }, kind, offsetof(struct conf, field), NULL, 0, 0, 0 }
#define NUMBER(key, field, min, max, preset, meaning) \
    { { key, "number", preset, meaning, min, max }, CONF_NUMBER, \
      offsetof(struct conf, field), NULL, 0, 0, 0 }
#define ENUM(key, field, words, list, preset, meaning) \
    { { key, "one of " list, preset, meaning, 0, 0 }, CONF_ENUM, \
      offsetof(struct conf, field), words, 0, 0, 0 }
#define RULE(section, field, min, max, preset, meaning) \
    NUMBER(#section "." #field, section##_##field, min, max, preset, meaning),
#define RULE_DAYS(section, field, order, n_min, n_max, max, preset, meaning) \
    { { #section "." #field, "list of numbers", preset, meaning, 0, max }, CONF_DAYS, \
      offsetof(struct conf, section##_##field), NULL, order, n_min, n_max },
static const struct conf_row rows[] = {
    ROW("plans", "list of paths", CONF_PATHS, plans, "[plan.yaml]", "the plans kept honest"),
    ROW("surveys", "list of paths", CONF_PATHS, surveys, "[]",
        "definitions of the surveys taken in"),
    NUMBER("survey_files.keep_days", survey_files.keep_days, 1, 36500, "90",
        "days after which done/ and rejected/ lose a survey file, or sooner: see raw_days"),
    ROW("templates", "path", CONF_PATH, templates, "templates",
        "folder of the words that people read"),
    ROW("state_dir", "path", CONF_PATH, state_dir, "/var/lib/coprod",
        "the store, the inbox, what must stay"),
    ROW("runtime_dir", "path", CONF_PATH, runtime_dir, "/run/coprod", "the sockets"),
    ROW("programs_dir", "path", CONF_PATH, programs_dir, "",
        "where the workers' programs lie; empty: beside coprod"),
    ROW("zone", "text", CONF_TEXT, zone, "Europe/London", "time zone of every civil date"),
    ROW("send_at", "time of day", CONF_CLOCK, send_at_min, "08:30", "when a day's notices leave"),
    ROW("send_until", "time of day", CONF_CLOCK, send_until_min, "17:00",
        "nothing leaves after it until the next working day"),
    ROW("aggregate_at", "time of day", CONF_CLOCK, aggregate_at_min, "02:30",
        "when the nightly survey run begins"),
    ROW("trust.name", "text", CONF_TEXT, trust.name, "", "name of the trust, on every notice"),
    ROW("trust.url", "text", CONF_URL, trust.url, "", "the trust's web address, below notices"),
    ROW("trust.formats_contact", "text", CONF_TEXT, trust.formats_contact, "",
        "who gives other languages and formats"),
    ENUM("mail.mode", mail.mode, mail_modes, "smtp, maildir, none, shadow",
        "none", "how notices leave; none keeps them, shadow goes on as if they had been sent"),
    ROW("mail.host", "text", CONF_TEXT, mail.host, "localhost", "the mail relay"),
    NUMBER("mail.port", mail.port, 1, 65535, "25", "its port"),
    ENUM("mail.tls", mail.tls, mail_tls, "none, starttls, smtps", "starttls",
        "encryption towards the relay"),
    ROW("mail.user", "text", CONF_TEXT, mail.user, "", "user at the relay; empty: none"),
    ROW("mail.password_file", "path", CONF_PATH, mail.password_file, "",
        "file with the password, readable by coprod alone"),
    ROW("mail.ca_file", "path", CONF_PATH, mail.ca_file, "",
        "certificates to trust; empty: the system's"),
    ROW("mail.from", "text", CONF_TEXT, mail.from, "coprod@localhost", "sender of every notice"),
    ROW("mail.helo", "text", CONF_TEXT, mail.helo, "",
        "the name said to the relay; empty: the host in mail.from"),
    ROW("mail.maildir", "path", CONF_PATH, mail.maildir, "", "folder for mode maildir"),
    NUMBER("mail.timeout_s", mail.timeout_s, 1, 600, "20",
        "seconds for one whole mail; below lease_s"),
    ROW("mail.allow_domains", "list of domains", CONF_DOMAINS, mail.allow_domains, "[]",
        "mail goes to these domains only; *.example.nhs.uk: all below one; empty: to any"),
    ROW("mail.envelope", "text", CONF_TEXT, mail.envelope, "",
        "envelope sender, where bounces go; a * stands for the notice; empty: mail.from"),
    ROW("mail.bounces", "path", CONF_PATH, mail.bounces, "",
        "maildir in which bounces arrive; empty: none are read"),
    NUMBER("mail.max_per_person_per_day", mail.max_person, 1, 1000, "5",
        "mails to one person a day, without those of levels 3 to 5"),
    NUMBER("mail.max_per_day", mail.max_all, 1, 100000, "200",
        "mails a day in all, without those of levels 3 to 5"),
    NUMBER("mail.max_urgent_per_person_per_day", mail.max_urgent_person, 1, 1000, "20",
        "mails of levels 3 to 5 to one person a day"),
    NUMBER("mail.max_urgent_per_day", mail.max_urgent_all, 1, 100000, "60",
        "mails of levels 3 to 5 a day in all"),
    NUMBER("mail.silent_wd", mail.silent_wd, 1, 100, "5",
        "working days without a mail that could be delivered, before it is a fault"),
    NUMBER("mail.keep_months", mail.keep_months, 1, 1200, "13",
        "months after which a mail's words are dropped; who was told when, of what, stays"),
    NUMBER("catchup.outage_wd", catchup.outage_wd, 1, 1000, "5",
        "away for more working days than these: mail is held, the admin is told"),
    NUMBER("catchup.percent", catchup.percent, 1, 100, "25",
        "after an outage or an edit: more of the roster than this in one batch: the same"),
    NUMBER("catchup.mails", catchup.mails, 1, 100000, "50", "more mails in one batch: the same"),
    NUMBER("catchup.release_wd", catchup.release_wd, 1, 100, "1",
        "working days after which a catch-up hold ends by itself"),
    ROW("admin", "text", CONF_TEXT, admin, "",
        "post or address told of held mail, bounces, alarms; empty: the plan's owner"),
    NUMBER("workers.remind", workers.remind, 0, 16, "1", "processes that write reminders"),
    NUMBER("workers.escalate", workers.escalate, 0, 16, "1", "processes that climb the ladder"),
    NUMBER("workers.aggregate", workers.aggregate, 0, 16, "1",
        "processes that count survey answers"),
    NUMBER("workers.deliver", workers.deliver, 0, 16, "1",
        "processes that hand notices to the relay"),
    NUMBER("workers.probe", workers.probe, 0, 16, "0", "processes for trials and measurements"),
    NUMBER("lease_s", lease_s, 2, 3600, "30", "seconds a worker may hold a job in silence"),
    NUMBER("stop_s", stop_s, 1, 300, "30", "seconds for work in hand when stopping"),
#include "base/conf_rules.def"
    ROW("users", "map of users to roles", CONF_USERS, users, "{}",
        "users of this machine and the roles they act as"),
    ROW("admins", "list of users", CONF_LOGINS, admins, "[]",
        "users who look after coprod itself; root and the daemon's own user always may"),
};
/* clang-format on */
enum { N_ROWS = LENGTH(rows), KEY_MAX = 64, SOCKET_DIR_MAX = 90 };

_Static_assert(LENGTH(rows) <= (size_t)CONF_ROWS_MAX, "room for the line of each key");
_Static_assert(offsetof(struct conf_whole, conf) == 0, "conf_free finds the whole by its conf");

struct conf *
conf_free(struct conf *c)
{
    struct conf_whole *w = (struct conf_whole *)c;
    if (w) {
        (void)arena_free(w->mem);
        free(w);
    }
    return NULL;
}

/* --- the file ----------------------------------------------------------------------------- */

/* A section is what stands before the dot in some key. */
static bool
is_section(const char *key)
{
    size_t n = strlen(key);
    for (size_t i = 0; i < N_ROWS; i++) {
        if (strncmp(rows[i].pub.key, key, n) == 0 && rows[i].pub.key[n] == '.') {
            return true;
        }
    }
    return false;
}

/* The words that may stand at this level, for the near word. */
static void
unknown_key(const struct conf_reading *in, const struct yaml_node *key, const char *section)
{
    const char *names[N_ROWS + 8] = { NULL };
    size_t n = 0;
    size_t skip = strlen(section);
    for (size_t i = 0; i < N_ROWS; i++) {
        const char *name = rows[i].pub.key + skip;
        bool fits = strncmp(rows[i].pub.key, section, skip) == 0 && !strchr(name, '.');
        if (fits) {
            names[n++] = name;
        }
    }
    static const char *const sections[] = { "survey_files", "trust", "mail", "catchup",
                                            "workers", "rules", "rag" };
    for (size_t i = 0; skip == 0 && i < LENGTH(sections); i++) {
        names[n++] = sections[i];
    }
    yaml_error_near(in->doc, key, names, "`coprodctl config show` lists every key",
                    "unknown key \"%s%s\"", section, key->text);
}

static void
take_key(const struct conf_reading *in, const struct yaml_node *v, const char *section)
{
    struct err name;
    (void)err_set(&name, 0, "%s%s", section, v->key->text);
    for (size_t i = 0; i < N_ROWS; i++) {
        bool is_dotted = strchr(v->key->text, '.') != NULL; /* one spelling only: nested */
        if (is_dotted || strcmp(rows[i].pub.key, name.text) != 0) {
            continue;
        }
        if (!yaml_is_null(v)) {
            conf_kinds[rows[i].kind].take(in, &rows[i], v);
            in->w->line[i] = v->line;
        }
        return;
    }
    unknown_key(in, v->key, section);
}

static void
take_section(const struct conf_reading *in, const struct yaml_node *v)
{
    struct err section;
    (void)err_set(&section, 0, "%.*s.", KEY_MAX, v->key->text);
    if (v->kind != YAML_MAP) {
        yaml_error(in->doc, v, "write \"key: value\" lines under it, indented", "%s must be a map",
                   v->key->text);
        return;
    }
    for (const struct yaml_node *inner = v->first; inner; inner = inner->next) {
        take_key(in, inner, section.text);
    }
}

static void
take_value(const struct conf_reading *in, const struct yaml_node *v)
{
    if (!is_section(v->key->text)) {
        take_key(in, v, "");
    } else if (!yaml_is_null(v)) {
        take_section(in, v);
    }
}

/* Presets are written as in a file, so they are read as one: one reader, one set of rules. */
static int
take_presets(struct conf_whole *w)
{
    AUTO_DIAG struct diag d = { 0 };
    for (size_t i = 0; i < N_ROWS; i++) {
        const char *preset = rows[i].pub.preset;
        struct conf_reading in = { .w = w };
        if (preset[0] == '\0') {
            *(const char **)(void *)((char *)&w->conf + rows[i].offset) = "";
            continue;
        }
        AUTO(yaml_doc) struct yaml_doc *doc = NULL;
        int r = yaml_read_text("default", preset, strlen(preset), &d, &doc);
        if (r < 0) {
            return r;
        }
        in.doc = doc;
        conf_kinds[rows[i].kind].take(&in, &rows[i], yaml_root(doc));
    }
    return d.n_errors ? -EINVAL : 0;
}

int
conf_default(const char *dir, struct conf **ret)
{
    struct conf_whole *w = calloc(1, sizeof *w);
    if (!w) {
        return -ENOMEM;
    }
    AUTO(conf) struct conf *c = &w->conf;
    w->mem = arena_open();
    if (!w->mem) {
        return -ENOMEM;
    }
    c->path = "";
    c->dir = arena_text(w->mem, dir);
    int r = c->dir ? take_presets(w) : -ENOMEM;
    if (r < 0 || arena_is_bad(w->mem)) {
        return r < 0 ? r : -ENOMEM;
    }
    *ret = TAKE(c);
    return 0;
}

static void
check_rules(const struct conf *c, const struct yaml_doc *doc)
{
    const struct yaml_node *rules = yaml_get(yaml_root(doc), "rules");
    const struct yaml_node *at = yaml_get(rules, "supports_wd");
    const struct yaml_node *until = yaml_get(yaml_root(doc), "send_until");
    bool is_there = false;
    for (size_t i = 0; i < c->rules_remind.n; i++) {
        is_there = is_there || c->rules_remind.items[i] == c->rules_supports_wd;
    }
    if (!is_there) {
        yaml_error(doc, at ? at : rules, "supports get one of the reminders that leads get",
                   "rules.supports_wd (%lld) is none of rules.remind",
                   (long long)c->rules_supports_wd);
    }
    if (c->send_until_min <= c->send_at_min) {
        yaml_error(doc, until ? until : yaml_get(yaml_root(doc), "send_at"), NULL,
                   "send_until must lie after send_at");
    }
}

/* Here, where there is a line to name, and not when the daemon starts. */
static void
check_zone(const struct conf *c, const struct yaml_node *node, const struct yaml_doc *doc)
{
    AUTO(zone) struct zone_file *zone = NULL;
    struct err why;
    int r = node ? zone_open(c->zone, &zone, &why) : 0;
    if (r == -EINVAL || r == -ENOENT) {
        yaml_error(doc, node, "a name such as Europe/London, as in /usr/share/zoneinfo",
                   "this machine knows no time zone \"%.60s\"", c->zone);
    } else if (r < 0) {
        yaml_error(doc, node, NULL, "%s", why.text);
    }
}

/* What no single key can say. */
static void
check_together(const struct conf *c, const struct yaml_doc *doc)
{
    const struct yaml_node *mail = yaml_get(yaml_root(doc), "mail");
    const char *host = c->mail.host;
    bool is_local = strcmp(host, "localhost") == 0 || strcmp(host, "127.0.0.1") == 0;
    if (c->mail.mode == MAIL_MAILDIR && c->mail.maildir[0] == '\0') {
        yaml_error(doc, yaml_get(mail, "mode"), "add mail.maildir: the folder for the mails",
                   "mode maildir needs mail.maildir");
    }
    const char *envelope = c->mail.envelope;
    bool has_two_stars = strchr(envelope, '*') != strrchr(envelope, '*');
    if (envelope[0] && (!strchr(envelope, '@') || has_two_stars)) {
        yaml_error(doc, yaml_get(mail, "envelope"), "write bounces+*@example.nhs.uk",
                   "mail.envelope is no address");
    }
    if (c->mail.user[0] && c->mail.password_file[0] == '\0') {
        yaml_error(doc, yaml_get(mail, "user"), "passwords live in a file of their own",
                   "mail.user needs mail.password_file");
    }
    if (c->mail.user[0] && c->mail.tls == MAIL_TLS_NONE && !is_local) {
        yaml_error(doc, yaml_get(mail, "tls"), "use starttls or smtps",
                   "the password would cross the network in clear");
    }
    if (c->mail.timeout_s >= c->lease_s) {
        const struct yaml_node *at = yaml_get(mail, "timeout_s");
        yaml_error(doc, at ? at : yaml_get(yaml_root(doc), "lease_s"), NULL,
                   "mail.timeout_s (%lld) must be below lease_s (%lld)",
                   (long long)c->mail.timeout_s, (long long)c->lease_s);
    }
    check_rules(c, doc);
    if (strlen(c->runtime_dir) > SOCKET_DIR_MAX) {
        yaml_error(doc, yaml_get(yaml_root(doc), "runtime_dir"), "sockets take short paths only",
                   "runtime_dir is longer than %d bytes", SOCKET_DIR_MAX);
    }
    check_zone(c, yaml_get(yaml_root(doc), "zone"), doc);
}

static int
dir_of(const char *path, char **ret)
{
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 1;
    *ret = slash == path ? strdup("/") : strndup(slash ? path : ".", n);
    return *ret ? 0 : -ENOMEM;
}

int
conf_load(const char *path, struct diag *d, struct conf **ret)
{
    AUTO(yaml_doc) struct yaml_doc *doc = NULL;
    AUTO(conf) struct conf *c = NULL;
    AUTO_FREE char *dir = NULL;
    int r = dir_of(path, &dir);
    r = r < 0 ? r : yaml_read_file(path, d, &doc);
    AUTO_FREE char *real = r < 0 ? NULL : realpath(dir, NULL);
    r = r < 0 ? r : conf_default(real ? real : dir, &c);
    if (r < 0) {
        return r;
    }
    struct conf_whole *w = (struct conf_whole *)c;
    struct conf_reading in = { doc, w };
    const struct yaml_node *root = yaml_root(doc);
    if (!yaml_is_null(root) && root->kind != YAML_MAP) {
        yaml_error(doc, root, NULL, "the configuration must be a map");
    }
    for (const struct yaml_node *v = root->kind == YAML_MAP ? root->first : NULL; v; v = v->next) {
        take_value(&in, v);
    }
    c->path = arena_text(w->mem, path);
    if (arena_is_bad(w->mem)) {
        return -ENOMEM;
    }
    check_together(c, doc);
    if (d->n_errors) {
        return -EBADMSG;
    }
    *ret = TAKE(c);
    return 0;
}

const char *
conf_role_of(const struct conf *c, const char *user)
{
    for (size_t i = 0; i < c->n_users; i++) {
        if (strcmp(c->users[i].user, user) == 0) {
            return c->users[i].role;
        }
    }
    return NULL;
}

bool
conf_is_admin(const struct conf *c, const char *user)
{
    for (size_t i = 0; i < c->admins.n; i++) {
        if (strcmp(c->admins.items[i], user) == 0) {
            return true;
        }
    }
    return false;
}

size_t
conf_n_keys(void)
{
    return N_ROWS;
}

const struct conf_key *
conf_key_at(size_t i)
{
    return &rows[i].pub;
}

void
conf_value(const struct conf *c, size_t key, struct text *ret_value, struct text *ret_origin)
{
    const struct conf_whole *w = (const struct conf_whole *)c;
    conf_kinds[rows[key].kind].show(c, &rows[key], ret_value);
    if (w->line[key] > 0) {
        text_addf(ret_origin, "%s:%d", c->path, w->line[key]);
    } else {
        text_add(ret_origin, "default");
    }
}
