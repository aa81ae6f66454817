/* SPDX-License-Identifier: MIT */
/* test_rollup.c - the owner's week: what changed its colour, what goes out, what is unanswered. */
#include "engine_fixture.h"

#include "engine/rollup.h"
#include "notice/said.h"

#define OWNER "head-of-community-engagement"
#define WEEKS "SELECT count(*) FROM item WHERE kind = 'rollup'"

static int
run_week(struct desk *d)
{
    char what[64];
    char name[DAY_TEXT_MAX];
    (void)snprintf(what, sizeof what, "CO-304|%s",
                   day_format(world_day(d->w, d->now_ms), name));
    return rollup_run(d->w, d->s, what, d->now_ms, &d->why);
}

static void
week_of(struct desk *d, int year, int month, int day)
{
    at_day(d, year, month, day);
    need(d, store_begin(d->s, &d->why));
    need(d, run_week(d));
    need(d, store_commit(d->s, &d->why));
}

/* Opens what is to be open on a day, as the timers do, and nothing else. */
static void
open_all(struct desk *d)
{
    change(d, "UPDATE occurrence SET state = 2, state_day = 16436 WHERE due < 16700");
}

/* A line in English, without the action's own words. */
static void
say_line(const char *line, size_t len, struct text *out)
{
    AUTO_TEXT struct text kept = { 0 };
    AUTO_TEXT struct text said = { 0 };
    text_addn(&kept, line + 1, len - 1);
    said_in(&words_default, text_str(&kept), &said);
    text_addc(out, line[0]);
    for (const char *c = text_str(&said); *c; c++) {
        const char *end = strncmp(c, " (", 2) == 0 ? strchr(c, ')') : NULL;
        c = end ? end : c;
        text_add(out, end ? "" : (char[]){ *c, '\0' });
    }
    text_addc(out, '\n');
}

/* The place of a line in the newest week; 0: it is not there. */
static int64_t
place(struct desk *d, const char *line)
{
    AUTO_TEXT struct text all = { 0 };
    sqlite3_stmt *q = NULL;
    assert_int_equal(sqlite3_prepare_v2(d->s->db,
                                        "SELECT words FROM item WHERE kind = 'rollup' ORDER BY id"
                                        " DESC LIMIT 1", -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    for (const char *at = (const char *)sqlite3_column_text(q, 0); *at;) {
        size_t len = strcspn(at, "\n");
        say_line(at, len, &all);
        at += len + (at[len] == '\n');
    }
    (void)sqlite3_finalize(q);
    const char *found = strstr(text_str(&all), line);
    return found ? found - text_str(&all) + 1 : 0;
}

static void
the_first_look_only_remembers_the_colours(void **state)
{
    struct desk *d = *state;
    week_of(d, 2015, 1, 5);
    assert_int_equal(number(d, WEEKS), 0);
    assert_int_equal(number(d, "SELECT count(*) FROM rag_seen"),
                     number(d, "SELECT count(*) FROM occurrence WHERE part = ''"));
}

static void
when_nothing_changed_there_is_no_week(void **state)
{
    struct desk *d = *state;
    week_of(d, 2015, 1, 5);
    week_of(d, 2015, 1, 12);
    assert_int_equal(number(d, WEEKS), 0);
}

static void
a_change_is_told_with_the_reason_the_worst_first(void **state)
{
    struct desk *d = *state;
    open_all(d);
    week_of(d, 2015, 1, 12);
    change(d, "UPDATE occurrence SET state = 5 WHERE ref = '1f/deliver'");
    week_of(d, 2015, 4, 7); /* Easter Monday is the 6th */
    assert_int_equal(number(d, WEEKS " AND role = '" OWNER "' AND topic = 'CO-304'"), 1);
    assert_true(place(d, "n1f is blue, was amber: complete and verified\n") == 0);
    int64_t red = place(d, "n1d is red, was green: 3 working days late, not started\n");
    int64_t blue = place(d, "n1f is blue, was green: complete and verified\n");
    assert_int_equal(red > 0, 1);
    assert_true(blue > red);
    assert_int_equal(place(d, "1f: "), 0); /* done: neither asked for nor unanswered */
    week_of(d, 2015, 4, 8);
    assert_int_equal(number(d, WEEKS), 1); /* told once */
}

static void
the_worse_of_computed_and_declared_counts(void **state)
{
    struct desk *d = *state;
    open_all(d);
    week_of(d, 2015, 1, 12);
    change(d, "UPDATE occurrence SET state = 3, declared = 'red' WHERE ref = '3a/start'");
    week_of(d, 2015, 1, 19);
    assert_true(place(d, "n3a is red, was green: declared by the lead\n") > 0);
    change(d, "UPDATE occurrence SET declared = 'green' WHERE ref = '3a/start'");
    week_of(d, 2015, 1, 26);
    assert_true(place(d, "n3a is green, was red: ") > 0);
}

static void
what_is_new_is_told_when_something_is_wrong_with_it(void **state)
{
    struct desk *d = *state;
    open_all(d);
    week_of(d, 2015, 1, 12);
    change(d, "DELETE FROM rag_seen WHERE occurrence IN (SELECT id FROM occurrence WHERE ref IN"
              " ('1f/deliver', '3a/start'))");
    change(d, "UPDATE occurrence SET state = 6 WHERE ref = '1f/deliver'");
    week_of(d, 2015, 1, 19);
    assert_true(place(d, "n1f is amber: blocked\n") > 0);
    assert_int_equal(place(d, "n3a is"), 0);
}

static void
the_whole_has_a_colour_and_its_parts_are_asked(void **state)
{
    struct desk *d = *state;
    open_all(d);
    week_of(d, 2015, 1, 12);
    week_of(d, 2015, 4, 7);
    assert_true(place(d, "n1c is red") > 0);
    assert_int_equal(place(d, "n1c, the part of "), 0);
    assert_true(place(d, "o1c, the part of sdu-amh: 3 working days late, ") > 0);
    assert_int_equal(place(d, "o1c: "), 0);
}

static void
who_said_a_word_that_still_holds_is_not_unanswered(void **state)
{
    struct desk *d = *state;
    open_all(d);
    week_of(d, 2015, 1, 12);
    change(d, "UPDATE occurrence SET acked_until = 16532 WHERE ref = '1d/start'"); /* 7 April */
    change(d, "UPDATE occurrence SET acked_until = 16531 WHERE ref = '3j/start'");
    change(d, "UPDATE occurrence SET state = 3, forecast = 16540 WHERE ref = '1f/deliver'");
    change(d, "UPDATE occurrence SET state = 3, forecast = 16530 WHERE ref LIKE '1e/deliver'");
    change(d, "UPDATE occurrence SET state = 6 WHERE part = 'sdu-amh' AND ref = '1c/deliver'");
    week_of(d, 2015, 4, 7);
    assert_int_equal(place(d, "o1d: "), 0);
    assert_true(place(d, "o3j: 3 working days late, ") > 0);
    assert_int_equal(place(d, "o1f: "), 0);
    assert_true(place(d, "o1e, the part of ") > 0);
    assert_int_equal(place(d, "o1c, the part of sdu-amh: "), 0);
    assert_true(place(d, "o1c, the part of sdu-ld: ") > 0);
}

/* Every mail is accepted on its day, so that the ladder climbs. */
static void
play_and_deliver(struct desk *d, day_t last)
{
    for (day_t day = world_day(d->w, d->now_ms); day <= last; day++) {
        play_until(d, day, true);
        change(d, "UPDATE notice SET state = 2, changed_ms = created_ms WHERE state = 1");
    }
}

static void
of_a_level_only_those_are_named_who_are_told_and_who_were(void **state)
{
    static const struct {
        const char *posts, *going, *next, *open;
    } cases[] = {
        { "deputy = 'qsc-secretary', line_manager = 'chief-executive', director = 'qsc-chair'",
          "late, deputy and line manager are told\n", "late, the director is told\n",
          "deputy and line manager were told\n" },
        { "deputy = 'qsc-secretary', line_manager = NULL, director = NULL",
          "late, the deputy is told\n", "late, the lead and you are told again\n",
          "the deputy was told\n" },
        { "deputy = NULL, line_manager = 'qsc-secretary', director = NULL",
          "late, the line manager is told\n", "late, the lead and you are told again\n",
          "the line manager was told\n" },
        { "deputy = NULL, line_manager = NULL, director = NULL",
          "late, the lead and you are told again\n", "late, the lead and you are told again\n",
          "you were told\n" },
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct desk *d = NULL;
        AUTO_TEXT struct text sql = { 0 };
        AUTO_TEXT struct text line = { 0 };
        (void)desk_drop(state);
        assert_int_equal(desk_make(state), 0);
        d = *state;
        text_addf(&sql, "UPDATE role SET %s WHERE id IN (SELECT role FROM occurrence_role r JOIN"
                        " occurrence o ON o.id = r.occurrence WHERE o.ref = '1f/deliver')",
                  cases[i].posts);
        change(d, text_str(&sql));
        play_and_deliver(d, day_of(2015, 4, 2));
        change(d, "UPDATE rag_seen SET color = 5"); /* so that there is a week to tell */
        week_of(d, 2015, 4, 7);
        text_addf(&line, "gThursday 9 April 2015: 1f, due on 31 March 2015: %s", cases[i].going);
        assert_true(place(d, text_str(&line)) > 0);
        play_and_deliver(d, day_of(2015, 4, 10));
        change(d, "UPDATE rag_seen SET color = 5");
        week_of(d, 2015, 4, 13);
        text_done(&line);
        text_addf(&line, "gThursday 16 April 2015: 1f, due on 31 March 2015: %s", cases[i].next);
        assert_true(place(d, text_str(&line)) > 0);
        text_done(&line);
        text_addf(&line, "o1f: 7 working days late, %s", cases[i].open);
        assert_true(place(d, text_str(&line)) > 0);
    }
}

/* What the owner was told of the week is what the timers then do. */
static void
what_goes_out_this_week_goes_out(void **state)
{
    struct desk *d = *state;
    play_until(d, day_of(2015, 3, 6), true);
    change(d, "UPDATE rag_seen SET color = 5"); /* so that there is a week to tell */
    at_day(d, 2015, 3, 9);
    (void)fire_now(d, true);
    week_of(d, 2015, 3, 9);
    sqlite3_stmt *q = NULL;
    assert_int_equal(sqlite3_prepare_v2(d->s->db,
                                        "SELECT words FROM item WHERE kind = 'rollup' ORDER BY id"
                                        " DESC LIMIT 1", -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    const char *words = (const char *)sqlite3_column_text(q, 0);
    int foretold = 0;
    for (const char *at = words; (at = strstr(at, "\ng")) != NULL; at++) {
        foretold++;
    }
    (void)sqlite3_finalize(q);
    assert_true(foretold > 0);
    play_until(d, day_of(2015, 3, 13), true);
    assert_int_equal(number(d, "SELECT count(*) FROM (SELECT DISTINCT occurrence, step FROM item"
                               " WHERE created_ms >= 1425859200000 AND occurrence IS NOT NULL"
                               " AND step LIKE '%%-%%' OR created_ms >= 1425859200000 AND"
                               " occurrence IS NOT NULL AND step LIKE '%%+%%')"), foretold);
}

static void
an_owner_without_an_address_is_told_all_of_it_later(void **state)
{
    struct desk *d = *state;
    open_all(d);
    week_of(d, 2015, 1, 12);
    change(d, "UPDATE role SET email = NULL WHERE id = '" OWNER "'");
    week_of(d, 2015, 4, 7);
    assert_int_equal(number(d, WEEKS), 0);
    change(d, "UPDATE role SET email = 'owner@example.nhs.uk' WHERE id = '" OWNER "'");
    week_of(d, 2015, 4, 13);
    assert_true(place(d, "n1d is red, was green: ") > 0);
}

static void
more_than_fits_is_counted(void **state)
{
    struct desk *d = *state;
    open_all(d);
    week_of(d, 2015, 1, 12);
    change(d, "UPDATE rag_seen SET color = 5 WHERE color <> 5");
    int64_t n = number(d, "SELECT count(*) FROM rag_seen");
    char more[64];
    assert_true(n > NOTICE_LINES_MAX);
    week_of(d, 2015, 1, 19);
    (void)snprintf(more, sizeof more, "N%d", (int)n - NOTICE_LINES_MAX);
    assert_true(place(d, more) > 0);
    d->now_ms = world_window(d->w, d->now_ms);
    need(d, store_begin(d->s, &d->why));
    tell_people(d);
    need(d, store_commit(d->s, &d->why));
    (void)snprintf(more, sizeof more, "- There are %d more.", (int)n - NOTICE_LINES_MAX);
    assert_int_equal(number(d, "SELECT count(*) FROM notice WHERE role = '" OWNER "' AND"
                               " instr(body, '%s') > 0", more), 1);
}

/* Mail was held over two Mondays: all changes stand in the mail, the outlook only once. */
static void
of_two_weeks_that_never_left_all_news_and_the_latest_outlook_is_told(void **state)
{
    struct desk *d = *state;
    open_all(d);
    change(d, "DELETE FROM item");
    week_of(d, 2015, 1, 12);
    change(d, "UPDATE occurrence SET state = 6 WHERE ref = '1f/deliver'");
    week_of(d, 2015, 4, 7);
    change(d, "UPDATE occurrence SET state = 5 WHERE ref = '1f/deliver'");
    week_of(d, 2015, 4, 13);
    need(d, store_begin(d->s, &d->why));
    tell_people(d);
    need(d, store_commit(d->s, &d->why));
    assert_int_equal(number(d, "SELECT count(*) FROM notice"), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM notice WHERE body LIKE '%%1f (%%) is red%%"
                               "1f (%%) is blue, was red%%What goes out%%' AND"
                               " body LIKE '%%1d (%%): 7 working days late%%' AND"
                               " body NOT LIKE '%%1d (%%): 3 working days late, nobody%%'"), 1);
}

static void
what_is_no_week_of_a_plan_can_never_be_done(void **state)
{
    struct desk *d = *state;
    static const char *const bad[] = { "", "CO-304", "CO-304|soon", "XX|2015-01-05",
                                       "|2015-01-05" };
    need(d, store_begin(d->s, &d->why));
    for (size_t i = 0; i < LENGTH(bad); i++) {
        assert_int_equal(rollup_run(d->w, d->s, bad[i], d->now_ms, &d->why), -ECANCELED);
    }
    store_rollback(d->s);
}

static void
a_week_fails_well(void **state)
{
    struct desk *d = *state;
    open_all(d);
    week_of(d, 2015, 1, 12);
    at_day(d, 2015, 4, 7);
    fails_well(d, run_week);
}

static const struct standing_row the_row = { "rollup", JOB_KIND_REMIND, rollup_look, rollup_run };

static int64_t
next_week(struct desk *d)
{
    static const struct standing_table table = { &the_row, 1 };
    int64_t next = 0;
    change(d, "UPDATE job SET state = 3");
    need(d, store_begin(d->s, &d->why));
    need(d, standing_forget(d->s, &d->why));
    need(d, standing_order_of(&table, d->w, d->s, d->now_ms, &d->why));
    change(d, "UPDATE job SET state = 3");
    need(d, standing_next_ms(d->w, d->s, d->now_ms, &next, &d->why));
    need(d, store_commit(d->s, &d->why));
    return next;
}

static void
it_comes_on_the_first_working_day_of_the_week(void **state)
{
    struct desk *d = *state;
    at_day(d, 2015, 1, 6);
    assert_int_equal(next_week(d), world_send_ms(d->w, day_of(2015, 1, 12)));
    at_day(d, 2015, 4, 2);
    assert_int_equal(next_week(d), world_send_ms(d->w, day_of(2015, 4, 7)));
    assert_int_equal(number(d, "SELECT count(*) FROM job WHERE key = 'rollup|CO-304|2015-03-30'"),
                     1);
}

static void
a_week_that_is_closed_has_none(void **state)
{
    struct desk *d = *state;
    for (int day = 12; day <= 16; day++) {
        char sql[128];
        (void)snprintf(sql, sizeof sql, "INSERT OR REPLACE INTO calendar_day VALUES (%d, 1)",
                       day_of(2015, 1, day));
        change(d, sql);
    }
    d->w = world_free(d->w);
    need(d, world_open(d->s, true, &d->w, &d->why));
    at_day(d, 2015, 1, 6);
    assert_true(next_week(d) == INT64_MAX
                || next_week(d) == world_send_ms(d->w, day_of(2015, 1, 19)));
    d->now_ms = zone_instant(d->w->zone, day_of(2015, 1, 14), 0);
    assert_int_equal(next_week(d), world_send_ms(d->w, day_of(2015, 1, 19)));
    assert_int_equal(number(d, "SELECT count(*) FROM job WHERE key LIKE 'rollup|%%'"), 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_DESK(the_first_look_only_remembers_the_colours),
        AT_A_DESK(when_nothing_changed_there_is_no_week),
        AT_A_DESK(a_change_is_told_with_the_reason_the_worst_first),
        AT_A_DESK(the_worse_of_computed_and_declared_counts),
        AT_A_DESK(what_is_new_is_told_when_something_is_wrong_with_it),
        AT_A_DESK(the_whole_has_a_colour_and_its_parts_are_asked),
        AT_A_DESK(who_said_a_word_that_still_holds_is_not_unanswered),
        AT_A_DESK(of_a_level_only_those_are_named_who_are_told_and_who_were),
        AT_A_DESK(what_goes_out_this_week_goes_out),
        AT_A_DESK(an_owner_without_an_address_is_told_all_of_it_later),
        AT_A_DESK(more_than_fits_is_counted),
        AT_A_DESK(of_two_weeks_that_never_left_all_news_and_the_latest_outlook_is_told),
        AT_A_DESK(what_is_no_week_of_a_plan_can_never_be_done),
        AT_A_DESK(a_week_fails_well),
        AT_A_DESK(it_comes_on_the_first_working_day_of_the_week),
        AT_A_DESK(a_week_that_is_closed_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
