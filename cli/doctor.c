/* SPDX-License-Identifier: MIT */
/* doctor.c - one line for each thing that can be wrong, and how to mend it. Changes nothing. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/zone.h"
#include "cli.h"
#include "answers/intake.h"
#include "engine/fault.h"
#include "hubcall.h"
#include "mails.h"
#include "plans.h"
#include "store/audit.h"
#include "store/store.h"

enum { MS_DAY = 86400000, HOLIDAYS_AHEAD_DAYS = 365, YEAR_SANE = 2015 };

enum verdict { VERDICT_OK = 0, VERDICT_WARN, VERDICT_FAIL };

struct doctor {
    struct cli *c;
    struct plan_set *set;
    int n[VERDICT_FAIL + 1];
};

static void PRINTF_LIKE(5, 6)
find(struct doctor *d, enum verdict verdict, const char *what, const char *fix, const char *format,
     ...)
{
    static const char *const words[] = { "ok", "warn", "fail" };
    static const enum out_tint tints[] = { TINT_GOOD, TINT_WARN, TINT_BAD };
    struct err said = { 0 };
    va_list args;
    va_start(args, format);
    (void)err_setv(&said, 0, format, args);
    va_end(args);
    out_tint(d->c->out, tints[verdict]);
    out_text(d->c->out, words[verdict]);
    out_text(d->c->out, what);
    out_text(d->c->out, said.text);
    out_text(d->c->out, verdict == VERDICT_OK ? NULL : fix);
    d->n[verdict]++;
}

static void
check_config(struct doctor *d)
{
    AUTO_DIAG struct diag diag = { 0 };
    int r = conf_load(d->c->config, &diag, &d->c->conf);
    struct err why = { 0 };
    diag_first(&diag, &why);
    if (r < 0) {
        find(d, VERDICT_FAIL, "configuration", "coprodctl config check; which file: --config FILE",
             "%s", why.text[0] ? why.text : strerror(-r));
        return;
    }
    find(d, VERDICT_OK, "configuration", NULL, "%s", d->c->config);
}

static void
check_plans(struct doctor *d)
{
    AUTO_DIAG struct diag diag = { 0 };
    const struct conf *conf = d->c->conf;
    int r = plan_set_load_files(conf->dir, conf->plans.items, conf->plans.n, &diag, &d->set);
    struct err why = { 0 };
    if (r < 0) {
        diag_first(&diag, &why);
        find(d, VERDICT_FAIL, "plans", "coprodctl config check says all of them", "%s",
             why.text[0] ? why.text : strerror(-r));
        return;
    }
    find(d, diag.n_warnings ? VERDICT_WARN : VERDICT_OK, "plans",
         "coprodctl config check says which", "%zu read, %d warning%s", d->set->n_plans,
         diag.n_warnings, text_s(diag.n_warnings));
    day_t today = (day_t)(clock_wall_ms() / MS_DAY);
    char day[DAY_TEXT_MAX];
    bool is_short = d->set->calendar.last_listed < today + HOLIDAYS_AHEAD_DAYS;
    find(d, is_short ? VERDICT_WARN : VERDICT_OK, "bank holidays",
         "add the years to come to bank-holidays.yaml: beyond the last one only weekends are known",
         "listed until %s", day_format(d->set->calendar.last_listed, day));
}

static void
check_folder(struct doctor *d, const char *what, const char *path, bool is_written)
{
    struct stat st;
    if (stat(path, &st) < 0) {
        bool can_wait = errno == ENOENT && is_written;
        find(d, can_wait ? VERDICT_WARN : VERDICT_FAIL, what,
             can_wait ? "the daemon makes it when it starts"
                      : "make it, or name another in coprod.yaml",
             "%s: %s", path, strerror(errno));
        return;
    }
    if (!S_ISDIR(st.st_mode)) {
        find(d, VERDICT_FAIL, what, "name a folder in coprod.yaml", "%s is no folder", path);
        return;
    }
    bool is_open = is_written && (st.st_mode & (S_IWOTH | S_IROTH)) != 0;
    find(d, is_open ? VERDICT_WARN : VERDICT_OK, what, "chmod o-rw: it holds names and mails",
         is_open ? "%s can be read by everybody" : "%s", path);
}

static void
check_time(struct doctor *d)
{
    AUTO(zone) struct zone_file *zone = NULL;
    struct err why = { 0 };
    int year = 0;
    int month = 0;
    int day = 0;
    day_split((day_t)(clock_wall_ms() / MS_DAY), &year, &month, &day);
    find(d, year < YEAR_SANE ? VERDICT_FAIL : VERDICT_OK, "clock",
         "set it: timedatectl set-ntp true", "%d-%02d-%02d", year, month, day);
    int r = zone_open(d->c->conf->zone, &zone, &why);
    find(d, r < 0 ? VERDICT_FAIL : VERDICT_OK, "time zone",
         "install tzdata, or mend zone: in coprod.yaml", "%s", r < 0 ? why.text : d->c->conf->zone);
}

static int
find_set_aside(void *arg, const struct row *row)
{
    find(arg, VERDICT_FAIL, "occurrence",
         "coprodctl explain; the store may have been changed by hand: put a backup in its place",
         "%lld cannot be fired: %s", (long long)row_i64(row, 0), row_text_or(row, 2, ""));
    return 0;
}

static void
check_work(struct doctor *d, struct store *s)
{
    int64_t dead = 0;
    int64_t failing = 0;
    struct err why = { 0 };
    int r = store_get(s, Q_JOB_COUNT_DEAD, NONE, &dead, &why);
    r = r < 0 ? r : store_get(s, Q_JOB_COUNT_FAILING, NONE, &failing, &why);
    if (r < 0) {
        find(d, VERDICT_FAIL, "jobs", "coprodctl db verify", "%s", why.text);
        return;
    }
    find(d, dead || failing ? VERDICT_FAIL : VERDICT_OK, "jobs",
         "coprodctl job list says why; job retry or job cancel", "%lld given up, %lld failing",
         (long long)dead, (long long)failing);
    r = store_each(s, Q_TIMER_TROUBLED, NONE, find_set_aside, d, &why);
    if (r < 0) {
        find(d, VERDICT_FAIL, "occurrences", "coprodctl db verify", "%s", why.text);
    }
}

/* What keeps mail in the house, by the store. */
static void
check_outgoing(struct doctor *d, struct store *s)
{
    AUTO_READING struct reading r = { .c = d->c };
    struct mail_state m;
    d->c->store = s;
    int found = world_open(s, false, &r.w, &r.why);
    found = found < 0 ? found : mail_state_read(&r, &m);
    d->c->store = NULL;
    if (found < 0) {
        find(d, VERDICT_FAIL, "mail", "coprodctl db verify", "%s", r.why.text);
        return;
    }
    if (m.is_held) {
        find(d, VERDICT_WARN, "mail", "coprodctl mail list; coprodctl mail release", "held: %s",
             m.why);
    }
    if (m.is_silent) {
        find(d, VERDICT_FAIL, "mail", "coprodctl job list has the relay's words",
             "no mail could be delivered for %d working days", m.silent_wd);
    }
    for (size_t i = 0; i < LENGTH(mail_catches); i++) {
        if (m.caught[i] > 0 && !mail_catches[i].is_ordinary) {
            find(d, VERDICT_WARN, "mail", "coprodctl mail list --held", "%s: %lld",
                 mail_catches[i].label, (long long)m.caught[i]);
        }
    }
    if (m.quarantined > 0) {
        find(d, VERDICT_WARN, "mail", "coprodctl mail bounces; coprodctl mail readmit ROLE",
             "%lld mailbox%s sent nothing", (long long)m.quarantined,
             m.quarantined == 1 ? " failed and is" : "es failed and are");
    }
    if (r.w->allow_domains[0] == '\0' && r.w->mail_mode != WORLD_MAIL_NONE) {
        find(d, VERDICT_WARN, "mail", "name your domains: mail.allow_domains in coprod.yaml",
             "mail may go to any domain");
    }
}

/* A file is there for a moment while it is read; one that stays waits for something. */
static void
check_inbox(struct doctor *d)
{
    AUTO_TEXT struct text path = { 0 };
    struct dirent **names = NULL;
    int files = 0;
    text_addf(&path, "%s/inbox", d->c->conf->state_dir);
    int n = scandir(text_str(&path), &names, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        files += intake_is_file(text_str(&path), names[i]->d_name, names[i]->d_type);
        free(names[i]);
    }
    free(names);
    if (files > 0) {
        find(d, VERDICT_WARN, "inbox", "coprodctl job list says what each of them waits for",
             "%d survey file%s in %s", files, files == 1 ? " waits" : "s wait", text_str(&path));
    }
}

/* Columns of fault_list: subject plan words .. Its lines have file, line and column. */
static int
find_fault(void *arg, const struct row *row)
{
    const char *words = row_text_or(row, 2, "");
    find(arg, VERDICT_FAIL, "surveys", "mend it: coprodctl config check; then coprodctl reload",
         "%.*s", (int)strcspn(words, "\n"), words);
    return 0;
}

static void
check_faults(struct doctor *d, struct store *s)
{
    static const char *const kinds[] = { FAULT_SURVEY, FAULT_INBOX };
    struct err why = { 0 };
    int r = 0;
    for (size_t i = 0; r >= 0 && i < LENGTH(kinds); i++) {
        r = store_each(s, Q_FAULT_LIST, WITH(T(kinds[i])), find_fault, d, &why);
    }
    if (r < 0) {
        find(d, VERDICT_FAIL, "surveys", "coprodctl db verify", "%s", why.text);
    }
}

static void
check_store(struct doctor *d)
{
    AUTO(store) struct store *s = NULL;
    AUTO_TEXT struct text path = { 0 };
    struct err why = { 0 };
    cli_store_path(d->c, &path);
    int r = store_open(text_str(&path), STORE_READ, &s, &why);
    r = r < 0 ? r : store_fits(s, &why);
    if (r < 0) {
        find(d, r == -ENOENT ? VERDICT_WARN : VERDICT_FAIL, "store",
             r == -ENOENT ? "the daemon makes it when it starts for the first time"
                          : "coprodctl db verify; a backup can be put in its place",
             "%s", why.text);
        return;
    }
    r = store_verify(s, &why);
    find(d, r < 0 ? VERDICT_FAIL : VERDICT_OK, "store", "put a good backup in its place", "%s",
         r < 0 ? why.text : text_str(&path));
    struct audit_report report = { 0 };
    r = audit_verify(s, &report, &why);
    if (r < 0) {
        find(d, VERDICT_FAIL, "audit", "compare with a backup: coprodctl db verify FILE", "%s",
             why.text);
    } else {
        find(d, VERDICT_OK, "audit", NULL, "%lld lines, whole", (long long)report.rows);
    }
    check_work(d, s);
    check_faults(d, s);
    check_outgoing(d, s);
}

static void
check_mail(struct doctor *d)
{
    const struct conf *conf = d->c->conf;
    if (conf->mail.mode == MAIL_NONE) {
        find(d, VERDICT_WARN, "mail", "mail: mode: smtp in coprod.yaml, when you are ready",
             "nothing leaves the house: mode is none");
        return;
    }
    if (conf->mail.mode == MAIL_SHADOW) {
        find(d, VERDICT_WARN, "mail", "mail: mode: smtp in coprod.yaml, when you are ready",
             "nothing leaves the house: mode is shadow");
        return;
    }
    bool has_secret = conf->mail.password_file && conf->mail.password_file[0];
    if (has_secret && access(conf->mail.password_file, R_OK) < 0) {
        find(d, VERDICT_WARN, "mail", "let the daemon's user read it", "%s: %s",
             conf->mail.password_file, strerror(errno));
        return;
    }
    if (conf->mail.mode == MAIL_SMTP) {
        find(d, VERDICT_OK, "mail", NULL, "to %s port %lld", conf->mail.host,
             (long long)conf->mail.port);
    } else {
        find(d, VERDICT_OK, "mail", NULL, "into %s", conf->mail.maildir);
    }
}

static void
check_daemon(struct doctor *d)
{
    AUTO(hubanswer) struct hubanswer answer = { 0 };
    struct hubcall call = { .verb = "status" };
    struct err why = { 0 };
    int r = hubcall_ask(d->c, &call, &answer, &why);
    static const char key[] = "\ntrouble\t";
    const char *at = r < 0 ? NULL : strstr(answer.text, key);
    at = at ? at + sizeof key - 1 : "";
    int trouble = (int)strcspn(at, "\n");
    bool is_clock = strncmp(at, "the machine's clock", 19) == 0;
    find(d, r == -ECONNREFUSED ? VERDICT_WARN : r < 0 || trouble ? VERDICT_FAIL : VERDICT_OK,
         "daemon",
         r == -ECONNREFUSED ? "start it: systemctl start coprod"
         : is_clock         ? "set the clock; if it is right: coprodctl clock accept"
                            : "journalctl -u coprod",
         "%.*s", trouble ? trouble : (int)ERR_TEXT_MAX,
         r < 0     ? why.text
         : trouble ? at
                   : "answers");
}

int
cmd_doctor(struct cli *c)
{
    static const struct column columns[] = { { .key = "verdict", .head = "" },
                                             { .key = "what", .head = "WHAT" },
                                             { .key = "found", .head = "FOUND" },
                                             { .key = "fix", .head = "WHAT TO DO" },
                                             { 0 } };
    struct doctor d = { .c = c };
    out_table(c->out, "checks", columns);
    check_config(&d);
    if (c->conf) {
        check_plans(&d);
        check_folder(&d, "templates", c->conf->templates, false);
        check_folder(&d, "state", c->conf->state_dir, true);
        check_folder(&d, "runtime", c->conf->runtime_dir, true);
        check_time(&d);
        check_store(&d);
        check_inbox(&d);
        check_mail(&d);
        check_daemon(&d);
    }
    d.set = plan_set_free(d.set);
    out_note(c->out, "%d ok, %d to look at, %d wrong", d.n[VERDICT_OK], d.n[VERDICT_WARN],
             d.n[VERDICT_FAIL]);
    return d.n[VERDICT_FAIL] ? EXIT_NOT_MET : EXIT_OK;
}
