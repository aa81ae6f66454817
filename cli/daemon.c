/* SPDX-License-Identifier: MIT */
/* daemon.c - status, worker list, reload, clock run: what the daemon itself is asked. */
#include "base/conf.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli.h"
#include "diff.h"
#include "hubcall.h"
#include "mails.h"
#include "reads.h"

enum { PID_MAX = 16, KEY_MAX = 64 };

/* The pid in the lock file; 0 when there is none. It tells who, the socket tells whether. */
static int64_t
lock_pid(const struct cli *c)
{
    AUTO_TEXT struct text path = { 0 };
    text_addf(&path, "%s/coprod.lock", c->conf->state_dir);
    FILE *f = fopen(text_str(&path), "re");
    if (!f) {
        return 0;
    }
    char word[PID_MAX] = "";
    int64_t pid = 0;
    bool has = fgets(word, sizeof word, f) != NULL;
    (void)fclose(f);
    word[strcspn(word, "\n ")] = '\0';
    return has && text_to_i64(word, 1, INT32_MAX, &pid) >= 0 ? pid : 0;
}

struct count {
    const char *key, *label;
    enum query query;
    const char *trouble; /* what it means when it is not 0; NULL: nothing */
    int64_t n;
};

static int
put_notice_count(void *arg, const struct row *row)
{
    static const char *const keys[] = { NULL,
                                        "notices_pending",
                                        "notices_accepted",
                                        "notices_refused",
                                        "notices_cancelled",
                                        "notices_unknown",
                                        "notices_held",
                                        "notices_shadowed",
                                        "notices_bounced" };
    static const char *const labels[] = { NULL,
                                          "Notices pending",
                                          "Notices accepted",
                                          "Notices refused",
                                          "Notices cancelled",
                                          "Notices unknown",
                                          "Notices held",
                                          "Notices shadowed",
                                          "Notices bounced" };
    struct reading *r = arg;
    int64_t state = row_i64(row, 0);
    if (state > 0 && state < (int64_t)LENGTH(keys)) {
        out_field_int(r->c->out, keys[state], labels[state], row_i64(row, 1));
    }
    return 0;
}

static int
put_plan(void *arg, const struct row *row)
{
    struct reading *r = arg;
    out_text(r->c->out, row_text(row, 0));
    out_text(r->c->out, row_text(row, 2));
    out_int(r->c->out, row_i64(row, 3));
    put_instant(r, row_i64(row, 14));
    return 0;
}

/* Adds what is wrong in the store, as sentences. */
static void
say_troubles(const struct count *counts, size_t n, struct text *trouble)
{
    for (size_t i = 0; i < n; i++) {
        if (counts[i].n > 0 && counts[i].trouble) {
            text_addf(trouble, "%s%lld %s", trouble->len ? "; " : "", (long long)counts[i].n,
                      counts[i].trouble);
        }
    }
}

/* What the store alone tells. */
static int
show_store(struct cli *c, struct reading *r, struct text *trouble)
{
    static const struct column columns[] = {
        { .key = "id", .head = "PLAN" },
        { .key = "version", .head = "VERSION" },
        { .key = "revision", .head = "REVISION", .right = true },
        { .key = "applied", .head = "IN FORCE SINCE" },
        { 0 }
    };
    struct count counts[] = {
        { "jobs_ready", "Jobs ready", Q_JOB_COUNT_READY, NULL, 0 },
        { "jobs_waiting", "Jobs waiting", Q_JOB_COUNT_WAITING, NULL, 0 },
        { "jobs_failing", "Jobs failing", Q_JOB_COUNT_FAILING,
          "jobs failed three times or more and are tried again (coprodctl job list)", 0 },
        { "jobs_dead", "Jobs dead", Q_JOB_COUNT_DEAD,
          "jobs were given up (coprodctl job list --state dead)", 0 },
        { "timers", "Open occurrences", Q_TIMER_COUNT, NULL, 0 },
        { "set_aside", "Set aside", Q_TIMER_COUNT_TROUBLED,
          "occurrences could not be fired and are set aside for a day (coprodctl doctor)", 0 },
        { "survey_faults", "Survey faults", Q_FAULT_COUNT_SURVEYS,
          "faults keep answers of surveys waiting (coprodctl doctor)", 0 },
    };
    char at[INSTANT_TEXT_MAX];
    int found = 0;
    out_field(c->out, "now", "Policy time", "%s", instant_text(r, reading_now_ms(r), at));
    for (size_t i = 0; i < LENGTH(counts); i++) {
        found = found < 0 ? found
                          : store_get(c->store, counts[i].query, NONE, &counts[i].n, &r->why);
        out_field_int(c->out, counts[i].key, counts[i].label, counts[i].n);
    }
    int64_t next_ms = 0;
    found = found < 0 ? found : store_get(c->store, Q_TIMER_NEXT, NONE, &next_ms, &r->why);
    if (found > 0) {
        out_field(c->out, "next", "Next thing due", "%s", instant_text(r, next_ms, at));
    }
    found = found < 0 ? found
                      : store_each(c->store, Q_NOTICE_COUNTS, NONE, put_notice_count, r, &r->why);
    found = found < 0 ? found : mail_state_show(r, trouble);
    out_table(c->out, "plans", columns);
    found = found < 0 ? found : store_each(c->store, Q_PLAN_LIST, NONE, put_plan, r, &r->why);
    say_troubles(counts, LENGTH(counts), trouble);
    return found < 0 ? found : 0;
}

/* The next cell of the hub's lines of cells with tabs between; moves *at behind it. */
static void
copy_cell(const char **at, char *ret, size_t cap)
{
    size_t len = strcspn(*at, "\t\n");
    (void)snprintf(ret, cap, "%.*s", (int)len, *at);
    *at += len + ((*at)[len] == '\t');
}

static void
skip_line(const char **at)
{
    *at += strcspn(*at, "\n");
    *at += **at == '\n';
}

/* One thing that the daemon says of itself. False when it is trouble. */
static bool
put_said(struct cli *c, const char *key, const char *value)
{
    static const struct {
        const char *key, *label;
    } known[] = { { "pid", "Hub process" },      { "version", "Version" }, { "clock", "Clock" },
                  { "workers", "Workers" },      { "in_flight", "Jobs in hand" },
                  { "done", "Jobs done" },       { "failed", "Failed" },
                  { "deaths", "Workers lost" },  { "refused", "Messages refused" },
                  { "mail", "Mail" },            { "trouble", "Trouble" } };
    size_t i = 0;
    while (i < LENGTH(known) && strcmp(known[i].key, key) != 0) {
        i++;
    }
    if (i == LENGTH(known)) {
        return true;
    }
    int64_t number = 0;
    bool is_trouble = strcmp(key, "trouble") == 0;
    if (!is_trouble && text_to_i64(value, INT64_MIN, INT64_MAX, &number) >= 0) {
        out_field_int(c->out, key, known[i].label, number);
    } else if (!is_trouble || *value || out_form(c->out) == OUT_JSON) {
        out_tint(c->out, is_trouble ? TINT_BAD : TINT_NONE);
        out_field(c->out, key, known[i].label, "%s", value);
    }
    return !is_trouble || !*value;
}

/* Lines of key and value. False when the daemon is in trouble. */
static bool
show_hub(struct cli *c, const char *words)
{
    bool is_well = true;
    for (const char *at = words; *at;) {
        char key[KEY_MAX];
        char value[ERR_TEXT_MAX];
        copy_cell(&at, key, sizeof key);
        copy_cell(&at, value, sizeof value);
        is_well = put_said(c, key, value) && is_well;
        skip_line(&at);
    }
    return is_well;
}

static int
open_store_if_there(struct cli *c, struct reading *r)
{
    int opened = cli_store_open(c, &c->store, &r->why);
    return opened < 0 ? opened : world_open(c->store, false, &r->w, &r->why);
}

int
cmd_status(struct cli *c)
{
    AUTO(hubanswer) struct hubanswer answer = { 0 };
    AUTO_READING struct reading r = { .c = c };
    struct err why = { 0 };
    struct hubcall call = { .verb = "status" };
    int asked = hubcall_ask(c, &call, &answer, &why);
    bool is_running = asked >= 0;
    int store = open_store_if_there(c, &r);
    AUTO_TEXT struct text trouble = { 0 };
    if (asked < 0) {
        text_addf(&trouble, "%s", why.text);
    } else if (answer.code != EXIT_OK) {
        text_addf(&trouble, "%s", answer.text);
    }
    out_field_bool(c->out, "running", NULL, is_running);
    out_tint(c->out, is_running ? TINT_GOOD : TINT_BAD);
    out_field(c->out, NULL, "Daemon", "%s", is_running ? "runs" : "does not run");
    if (lock_pid(c) > 0 && is_running) {
        out_field_int(c->out, "pid", "Process", lock_pid(c));
    }
    bool is_well = is_running && answer.code == EXIT_OK && show_hub(c, answer.text);
    store = store < 0 ? store : show_store(c, &r, &trouble);
    if (store < 0) {
        text_addf(&trouble, "%s%s; ", trouble.len ? "; " : "", r.why.text);
        cli_store_hint(c, store, &trouble);
    }
    is_well = is_well && trouble.len == 0;
    out_field_bool(c->out, "healthy", NULL, is_well);
    out_field(c->out, "trouble_words", NULL, "%s", text_str(&trouble));
    if (trouble.len > 0) {
        cli_say(c, "coprodctl: %s", text_str(&trouble));
    }
    return is_well ? EXIT_OK : asked == -ECONNREFUSED ? EXIT_NOT_RUNNING : EXIT_NOT_MET;
}

static void
put_worker(struct cli *c, const struct column *columns, const char **at)
{
    for (size_t i = 0; columns[i].key; i++) {
        char cell[KEY_MAX];
        int64_t number = 0;
        copy_cell(at, cell, sizeof cell);
        if (columns[i].right && text_to_i64(cell, 0, INT64_MAX, &number) >= 0) {
            out_int(c->out, number);
        } else {
            out_text(c->out, cell);
        }
    }
}

/* Lines of: kind pid state held capacity done stale failed heard_ms. */
int
cmd_worker_list(struct cli *c)
{
    static const struct column columns[] = {
        { .key = "kind", .head = "KIND" },
        { .key = "pid", .head = "PID", .right = true },
        { .key = "state", .head = "STATE" },
        { .key = "held", .head = "IN HAND", .right = true },
        { .key = "capacity", .head = "ROOM", .right = true },
        { .key = "done", .head = "DONE", .right = true },
        { .key = "stale", .head = "STALE", .right = true },
        { .key = "failed", .head = "FAILED", .right = true },
        { .key = "heard_ms", .head = "HEARD MS", .right = true },
        { 0 }
    };
    AUTO(hubanswer) struct hubanswer answer = { 0 };
    struct err why = { 0 };
    struct hubcall call = { .verb = "workers" };
    int r = hubcall_ask(c, &call, &answer, &why);
    if (r < 0) {
        return hubcall_fail(c, r, &why);
    }
    out_table(c->out, "workers", columns);
    for (const char *at = answer.text; *at; skip_line(&at)) {
        put_worker(c, columns, &at);
    }
    return EXIT_OK;
}

int
cmd_reload(struct cli *c)
{
    struct hubcall call = { .verb = "reload",
                            .timeout_ms = cli_flag(c, "wait") ? HUBCALL_LONG_MS : 0 };
    hubcall_add_options(c, &call);
    int code = hubcall_do(c, &call);
    return code == EXIT_OK && cli_flag(c, "dry-run") ? diff_of_files(c) : code;
}

int
cmd_clock_run(struct cli *c)
{
    int code = cli_require(c, "until");
    if (code != EXIT_OK) {
        return code;
    }
    struct hubcall call = { .verb = "clock-run", .timeout_ms = HUBCALL_LONG_MS };
    hubcall_add_options(c, &call);
    return hubcall_do(c, &call);
}

int
cmd_clock_accept(struct cli *c)
{
    struct hubcall call = { .verb = "clock-accept" };
    hubcall_add_options(c, &call);
    return hubcall_do(c, &call);
}
