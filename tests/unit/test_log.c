/* SPDX-License-Identifier: MIT */
/* test_log.c - what goes to the journal and to stderr, and that every event is explained. */
#include "base/log.h"

#include <ctype.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"

/* What `say` writes to stderr. */
static void
stderr_of(void (*say)(void), char *ret, size_t cap)
{
    int fds[2];
    assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
    int was = dup(STDERR_FILENO);
    assert_true(was >= 0);
    assert_int_equal(dup2(fds[1], STDERR_FILENO), STDERR_FILENO);
    say();
    assert_int_equal(dup2(was, STDERR_FILENO), STDERR_FILENO);
    (void)close(was);
    (void)close(fds[1]);
    ssize_t n = read(fds[0], ret, cap - 1);
    (void)close(fds[0]);
    ret[n < 0 ? 0 : n] = '\0';
}

static void
say_with_newline(void)
{
    log_event(LOG_PLAN_REFUSED, NULL, "title is %s", "x\n<0>coprod: all is well\r\x7F");
}
static void
say_debug(void)
{
    log_debug("not wanted");
}
static void
say_errors(void)
{
    assert_int_equal(log_err(-EIO, "no luck with %d", 7), -EIO);
    log_info("and so on");
}

static void
a_newline_in_a_text_cannot_forge_a_line(void **state)
{
    (void)state;
    char out[256];
    log_open("coprod-hub");
    stderr_of(say_with_newline, out, sizeof out);
    assert_string_equal(out,
                        "<3>coprod-hub: title is x\\x0a<0>coprod: all is well\\x0d\\x7f\n");
}

static void
levels_below_the_limit_are_dropped(void **state)
{
    (void)state;
    char out[256];
    log_open("x");
    stderr_of(say_debug, out, sizeof out);
    assert_string_equal(out, "");
    stderr_of(say_errors, out, sizeof out);
    assert_string_equal(out, "<3>x: no luck with 7\n<6>x: and so on\n");
    assert_int_equal(setenv("COPROD_LOG", "error", 1), 0);
    log_open("x");
    stderr_of(say_errors, out, sizeof out);
    assert_string_equal(out, "<3>x: no luck with 7\n");
    assert_int_equal(setenv("COPROD_LOG", "debug", 1), 0);
    log_open("x");
    stderr_of(say_debug, out, sizeof out);
    assert_string_equal(out, "<7>x: not wanted\n");
    log_limit(LOG_ALERT_);
    stderr_of(say_errors, out, sizeof out);
    assert_string_equal(out, "");
    assert_int_equal(unsetenv("COPROD_LOG"), 0);
    log_limit(LOG_INFO_);
}

static void
a_long_text_is_one_line(void **state)
{
    (void)state;
    AUTO_TEXT struct text in = { 0 };
    AUTO_TEXT struct text out = { 0 };
    for (int i = 0; i < 5000; i++) {
        text_addc(&in, '\n');
    }
    log_line(LOG_INFO_, "x", text_str(&in), &out);
    assert_ptr_equal(strchr(text_str(&out), '\n'), text_str(&out) + out.len - 1);
}

static void
every_event_has_an_id_of_its_own(void **state)
{
    (void)state;
    for (int i = LOG_NONE + 1; i < LOG_EVENT_MAX_; i++) {
        const char *id = log_event_id((enum log_event_kind)i);
        assert_int_equal(strlen(id), 32);
        for (const char *c = id; *c; c++) {
            assert_true(isdigit((unsigned char)*c) || (*c >= 'a' && *c <= 'f'));
        }
        for (int j = 1; j < i; j++) {
            assert_string_not_equal(id, log_event_id((enum log_event_kind)j));
        }
    }
}

static void
the_catalog_explains_every_event_and_no_other(void **state)
{
    (void)state;
    FILE *file = fopen("systemd/coprod.catalog", "r");
    if (!file) {
        print_message("systemd/coprod.catalog is not here: run from the project's root\n");
        skip();
    }
    char text[32768];
    size_t n = fread(text, 1, sizeof text - 1, file);
    (void)fclose(file);
    text[n] = '\0';
    int entries = 0;
    for (const char *at = text; (at = strstr(at, "\n-- ")); at++) {
        entries++;
    }
    assert_int_equal(entries, LOG_EVENT_MAX_ - 1);
    for (int i = LOG_NONE + 1; i < LOG_EVENT_MAX_; i++) {
        AUTO_TEXT struct text want = { 0 };
        text_addf(&want, "\n-- %s\nSubject: %s\nDefined-By: coprod\n\n",
                  log_event_id((enum log_event_kind)i), log_event_subject((enum log_event_kind)i));
        assert_non_null(strstr(text, text_str(&want)));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_newline_in_a_text_cannot_forge_a_line),
        cmocka_unit_test(levels_below_the_limit_are_dropped),
        cmocka_unit_test(a_long_text_is_one_line),
        cmocka_unit_test(every_event_has_an_id_of_its_own),
        cmocka_unit_test(the_catalog_explains_every_event_and_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
