/* SPDX-License-Identifier: MIT */
/* test_conf.c - coprod.yaml: defaults, origins, and every refusal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/conf.h"

enum { PATH_CAP = 256 };

/* Writes text to a file of its own and loads it; the path goes into path. */
static int
load(const char *text, struct diag *d, struct conf **ret)
{
    char path[] = "/tmp/coprod-conf-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    (void)close(fd);
    int r = conf_load(path, d, ret);
    (void)unlink(path);
    return r;
}

static void
an_empty_file_is_all_defaults(void **state)
{
    (void)state;
    AUTO_DIAG struct diag d = { 0 };
    AUTO(conf) struct conf *c = NULL;
    assert_int_equal(load("", &d, &c), 0);
    assert_int_equal(c->plans.n, 1);
    assert_string_equal(c->plans.items[0], "/tmp/plan.yaml");
    assert_int_equal(c->surveys.n, 0);
    assert_string_equal(c->state_dir, "/var/lib/coprod");
    assert_string_equal(c->templates, "/tmp/templates");
    assert_string_equal(c->zone, "Europe/London");
    assert_int_equal(c->send_at_min, 510);
    assert_int_equal(c->aggregate_at_min, 150);
    assert_int_equal(c->mail.mode, MAIL_NONE);
    assert_int_equal(c->mail.tls, MAIL_TLS_STARTTLS);
    assert_string_equal(c->mail.password_file, "");
    assert_int_equal(c->workers.remind, 1);
    assert_int_equal(c->workers.probe, 0);
    assert_int_equal(c->lease_s, 30);
    assert_null(conf_role_of(c, "root"));
}

static void
what_is_written_wins_and_knows_its_line(void **state)
{
    (void)state;
    static const char yaml[] = "plans: [a.yaml, /b/c.yaml]\nstate_dir: state\nmail:\n  mode: smtp\n"
                               "  port: 587\n  user: u\n  password_file: cred/pw\n"
                               "users: {anna: head-of-od, root: plan-owner}\nsend_at: 09:15\n"
                               "trust:\n";
    AUTO_DIAG struct diag d = { 0 };
    AUTO(conf) struct conf *c = NULL;
    assert_int_equal(load(yaml, &d, &c), 0);
    assert_int_equal(c->plans.n, 2);
    assert_string_equal(c->plans.items[1], "/b/c.yaml");
    assert_string_equal(c->state_dir, "/tmp/state");
    assert_string_equal(c->mail.password_file, "/tmp/cred/pw");
    assert_int_equal(c->mail.port, 587);
    assert_int_equal(c->send_at_min, 555);
    assert_string_equal(conf_role_of(c, "root"), "plan-owner");
    AUTO(conf) struct conf *up = NULL;
    assert_int_equal(load("state_dir: ../../var/lib/x\ntemplates: ./../t/../u\n"
                          "surveys: [./s.yaml]\nmail:\n  helo: mail.example.nhs.uk\n", &d, &up), 0);
    assert_string_equal(up->state_dir, "/var/lib/x");
    assert_string_equal(up->templates, "/t/../u"); /* t may be a link: what lies behind it stays */
    assert_string_equal(up->surveys.items[0], "/tmp/s.yaml");
    assert_string_equal(up->mail.helo, "mail.example.nhs.uk");
    AUTO_TEXT struct text shown = { 0 };
    for (size_t i = 0; i < conf_n_keys(); i++) {
        AUTO_TEXT struct text value = { 0 };
        AUTO_TEXT struct text origin = { 0 };
        conf_value(c, i, &value, &origin);
        text_addf(&shown, "%s = %s # %s\n", conf_key_at(i)->key, text_str(&value),
                  text_str(&origin));
    }
    assert_non_null(strstr(text_str(&shown), "mail.port = 587 # /tmp/"));
    assert_non_null(strstr(text_str(&shown), ":5\n"));
    assert_non_null(strstr(text_str(&shown), "mail.host = localhost # default\n"));
    assert_non_null(strstr(text_str(&shown), "{anna: head-of-od, root: plan-owner}"));
}

static const struct {
    const char *yaml, *expected;
} refused[] = {
    { "palns: []\n", ":1:1: error: unknown key \"palns\"" },
    { "palns: []\n", "hint: did you mean \"plans\"?" },
    { "mial: {}\n", "hint: did you mean \"mail\"?" },
    { "mail: {prot: 1}\n", ":1:8: error: unknown key \"mail.prot\"" },
    { "mail: {prot: 1}\n", "hint: did you mean \"port\"?" },
    { "mail.port: 25\n", "error: unknown key \"mail.port\"" },
    { "mail: 25\n", "error: mail must be a map" },
    { "mail: {port: 0}\n", "error: mail.port must be a whole number from 1 to 65535" },
    { "mail: {mode: smpt}\n", "hint: did you mean \"smtp\"?" },
    { "mail: {mode: maildir}\n", "error: mode maildir needs mail.maildir" },
    { "mail: {user: u}\n", "error: mail.user needs mail.password_file" },
    { "mail: {user: u, password_file: f, host: h, tls: none}\n", "cross the network in clear" },
    { "mail: {timeout_s: 60}\n", "error: mail.timeout_s (60) must be below lease_s (30)" },
    { "lease_s: 10\n", "error: mail.timeout_s (20) must be below lease_s (10)" },
    { "mail: {allow_domains: example.nhs.uk}\n", "error: mail.allow_domains must be a list" },
    { "mail: {allow_domains: [\"@example.nhs.uk\"]}\n", "\"@example.nhs.uk\" is no domain" },
    { "mail: {allow_domains: [.nhs.uk]}\n", "\".nhs.uk\" is no domain" },
    { "mail: {allow_domains: [\"*\"]}\n", "\"*\" is no domain" },
    { "mail: {envelope: bounces}\n", "error: mail.envelope is no address" },
    { "mail: {envelope: \"b*+*@example.nhs.uk\"}\n", "error: mail.envelope is no address" },
    { "mail: {max_per_day: 0}\n", "mail.max_per_day must be a whole number from 1 to 100000" },
    { "catchup: {percent: 101}\n", "catchup.percent must be a whole number from 1 to 100" },
    { "send_until: 08:00\n", ":1:13: error: send_until must lie after send_at" },
    { "rules: {ladder: [1, 5, 10, 20]}\n",
      ":1:17: error: rules.ladder must be a list of 5 numbers" },
    { "rules: {remind: 15}\n", "error: rules.remind must be a list of 1 to 8 numbers" },
    { "rules: {remind: []}\n", "error: rules.remind must be a list of 1 to 8 numbers" },
    { "rules: {ladder: [1, 5, 5, 20, 60]}\n",
      ":1:24: error: the numbers of rules.ladder must rise" },
    { "rules: {remind: [15, 30]}\n", ":1:22: error: the numbers of rules.remind must fall" },
    { "rules: {ladder: [1, 5, 10, 20, 251]}\n",
      ":1:32: error: rules.ladder must be a whole number from 0 to 250" },
    { "rules: {supports_wd: 14}\n", "error: rules.supports_wd (14) is none of rules.remind" },
    { "rules: {repaet_wd: 20}\n", "hint: did you mean \"repeat_wd\"?" },
    { "rules: {acks_max: 10}\n", "error: rules.acks_max must be a whole number from 0 to 9" },
    { "rag: {missing_returns: 0}\n", "rag.missing_returns must be a whole number from 1 to 20" },
    { "send_at: 8:30\n", "error: send_at must be a time of day such as 08:30" },
    { "send_at: 24:00\n", "error: send_at must be a time of day such as 08:30" },
    { "send_at: 01:30\n", "error: send_at cannot be between 01:00 and 01:59" },
    { "plans: plan.yaml\n", "error: plans must be a list" },
    { "users: [a]\n", "error: users must be a map" },
    { "users: {a: b c}\n", "error: a must be a short name" },
    { "admins: jo\n", ":1:9: error: admins must be a list" },
    { "admins: [jo,\n  \"j o\"]\n", ":2:3: error: admins: \"j o\" is no name of a user" },
    { "admins: [jo, -x]\n", ":1:14: error: admins: \"-x\" is no name of a user" },
    { "admins: [jo, sam, jo]\n", ":1:19: error: admins: \"jo\" is there twice" },
    { "admins: [[jo]]\n", ":1:10: error: admins must be one line of text" },
    { "admin: [jo]\n", ":1:8: error: admin must be one line of text" },
    { "zone: ../../etc/passwd\n", "error: this machine knows no time zone" },
    { "zone: Mars/Olympus\n", "error: this machine knows no time zone \"Mars/Olympus\"" },
    { "trust: {url: www.nhs.uk}\n", "error: trust.url must begin with https:// or http://" },
    { "state_dir: [x]\n", "error: state_dir must be one line of text" },
    { "- x\n", "error: the configuration must be a map" },
    { "lease_s: \"\\x1b\"\n", "control characters" },
};

static void
what_is_wrong_is_refused_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(refused); i++) {
        AUTO_DIAG struct diag d = { 0 };
        AUTO_TEXT struct text out = { 0 };
        AUTO(conf) struct conf *c = NULL;
        int r = load(refused[i].yaml, &d, &c);
        diag_print(&d, &out);
        if (r != -EBADMSG || !strstr(text_str(&out), refused[i].expected)) {
            print_error("expected %s\ngot %s\n", refused[i].expected, text_str(&out));
            fail();
        }
    }
    AUTO_DIAG struct diag d = { 0 };
    struct conf *c = NULL;
    assert_int_equal(conf_load("/nonexistent/coprod.yaml", &d, &c), -ENOENT);
    struct err first = { "" };
    diag_first(&d, &first); /* a whole file has no line */
    assert_non_null(strstr(first.text, "/nonexistent/coprod.yaml: "));
    assert_null(strstr(first.text, ":0:0"));
    assert_int_equal(d.n_errors, 1);
}

static void
every_key_says_what_it_means(void **state)
{
    (void)state;
    AUTO(conf) struct conf *c = NULL;
    assert_int_equal(conf_default("config", &c), 0);
    assert_true(conf_n_keys() > 25);
    for (size_t i = 0; i < conf_n_keys(); i++) {
        const struct conf_key *k = conf_key_at(i);
        assert_true(k->key[0] && k->kind[0] && k->meaning[0]);
        AUTO_TEXT struct text value = { 0 };
        AUTO_TEXT struct text origin = { 0 };
        conf_value(c, i, &value, &origin);
        assert_true(value.len > 0);
        assert_string_equal(text_str(&origin), "default");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_file_is_all_defaults),
        cmocka_unit_test(what_is_written_wins_and_knows_its_line),
        cmocka_unit_test(what_is_wrong_is_refused_with_its_place),
        cmocka_unit_test(every_key_says_what_it_means),
    };
    return cmocka_run_group_tests_name("conf", tests, NULL, NULL);
}
