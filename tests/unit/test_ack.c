/* SPDX-License-Identifier: MIT */
/* test_ack.c - an acknowledgement lived through: whose ladder rests, who hears on, how it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <unistd.h>

#include "safety_fixture.h"

static int
acknowledge(struct engine *e, const char *ref, const char *role)
{
    const struct act a = { .ref = ref, .event = ACTION_EV_ACK, .role = role, .comment = "in hand",
                           .percent = -1 };
    return engine_act(e, &a, NULL);
}

/* What anybody is told of some occurrences, and when, by key. */
static void
told_of(struct engine *e, const char *where, struct text *ret)
{
    char sql[512];
    (void)snprintf(sql, sizeof sql,
                   "SELECT date(i.created_ms / 1000, 'unixepoch') || ' ' || o.ref || '@' || "
                   "o.part || ' ' || "
                   "i.kind || ' ' || i.step || ' ' || i.role || ' ' || i.state FROM item i JOIN "
                   "occurrence o ON o.id = i.occurrence WHERE %s ORDER BY i.key", where);
    sqlite3_stmt *q = NULL;
    assert_int_equal(sqlite3_prepare_v2(e->store->db, sql, -1, &q, NULL), SQLITE_OK);
    while (sqlite3_step(q) == SQLITE_ROW) {
        text_addf(ret, "%s\n", (const char *)sqlite3_column_text(q, 0));
    }
    (void)sqlite3_finalize(q);
}

static day_t
day_of_first(struct engine *e, const char *ref, const char *part, const char *where)
{
    return (day_t)number(e, "SELECT min(i.created_ms) / 86400000 FROM item i JOIN occurrence o ON"
                            " o.id = i.occurrence WHERE o.ref = '%s' AND o.part = '%s' AND %s", ref,
                         part, where);
}

static int64_t
levels_between(struct engine *e, const char *ref, const char *part, day_t from, day_t until)
{
    return number(e, "SELECT count(*) FROM item i JOIN occurrence o ON o.id = i.occurrence WHERE"
                     " o.ref = '%s' AND o.part = '%s' AND (i.level > 0 OR i.kind = 'repeat') AND"
                     " i.created_ms / 86400000 BETWEEN %d AND %d", ref, part, from, until);
}

static void
a_share_that_is_acknowledged_rests_and_the_others_climb_as_without(void **state)
{
    static const char *const others = "o.ref = '1c/deliver' AND o.part <> 'sdu-amh'";
    struct engine *e = *state;
    struct engine without;
    AUTO_TEXT struct text told = { 0 };
    AUTO_TEXT struct text as_ever = { 0 };
    engine_until(e, day_of(2015, 4, 2));
    assert_int_equal(day_of_first(e, "1c/deliver", "sdu-amh", "i.level = 1"), day_of(2015, 4, 1));
    GOOD(e, acknowledge(e, "1c/deliver@sdu-amh", "sdu-lead-amh"));
    engine_until(e, day_of(2015, 7, 1));
    engine_open(&without, engine_source(), day_of(2015, 1, 1));
    engine_until(&without, day_of(2015, 7, 1));
    told_of(e, others, &told);
    told_of(&without, others, &as_ever);
    engine_close(&without);
    assert_string_equal(text_str(&told), text_str(&as_ever));
    assert_non_null(strstr(text_str(&told), "2015-04-09 1c/deliver@sdu-ld overdue L2+5"));

    day_t last = day_of(2015, 4, 20); /* ten working days and Easter */
    assert_int_equal(levels_between(e, "1c/deliver", "sdu-amh", day_of(2015, 4, 2), last), 0);
    assert_int_equal(number(e, "SELECT count(*) FROM item WHERE kind = 'ack-expired'"), 1);
    assert_int_equal(number(e, "SELECT count(*) FROM item i JOIN notice n ON n.id = i.notice WHERE"
                               " i.kind = 'ack-expired' AND i.role = 'sdu-lead-amh' AND n.state ="
                               " %d AND n.created_ms / 86400000 = %d", ACCEPTED, last + 1), 1);
    assert_int_equal(levels_between(e, "1c/deliver", "sdu-amh", last + 1, last + 1), 0);
    assert_int_equal(day_of_first(e, "1c/deliver", "sdu-amh", "i.level > 1"), last + 2);
    assert_int_equal(day_of_first(e, "1c/deliver", "sdu-amh", "i.level = 2"), last + 2);
}

static void
a_demand_that_leads_share_rests_for_all_of_them(void **state)
{
    struct engine *e = *state;
    day_t last = day_of(2015, 4, 20);
    engine_until(e, day_of(2015, 4, 2));
    GOOD(e, acknowledge(e, "1d/start", "head-of-od")); /* named third */
    engine_until(e, day_of(2015, 4, 30));
    assert_int_equal(levels_between(e, "1d/start", "", day_of(2015, 4, 2), last + 1), 0);
    assert_int_equal(day_of_first(e, "1d/start", "", "i.kind = 'ack-expired'"), last + 1);
    assert_int_equal(number(e, "SELECT count(*) FROM item WHERE kind = 'ack-expired' AND role ="
                               " 'head-of-od' AND state = 2"), 1);
    assert_int_equal(day_of_first(e, "1d/start", "", "i.level = 2"), last + 2);
}

static void
before_the_due_day_reminders_go_on_and_only_the_ladder_begins_later(void **state)
{
    struct engine *e = *state;
    day_t last = day_of(2015, 4, 8);
    engine_until(e, day_of(2015, 3, 23));
    GOOD(e, acknowledge(e, "1c/deliver@sdu-amh", "sdu-lead-amh"));
    assert_int_equal(number(e, "SELECT acked_until FROM occurrence WHERE part = 'sdu-amh' AND ref ="
                               " '1c/deliver'"), day_of(2015, 4, 8));
    engine_until(e, day_of(2015, 4, 30));
    assert_int_equal(day_of_first(e, "1c/deliver", "sdu-amh", "i.step = 'R-5'"),
                     day_of(2015, 3, 24));
    assert_int_equal(day_of_first(e, "1c/deliver", "sdu-amh", "i.step = 'R+0'"),
                     day_of(2015, 3, 31));
    assert_int_equal(day_of_first(e, "1c/deliver", "sdu-amh", "i.kind = 'ack-expired'"), last + 1);
    assert_int_equal(day_of_first(e, "1c/deliver", "sdu-amh", "i.level > 0"), last + 2);
    assert_int_equal(day_of_first(e, "1c/deliver", "sdu-amh", "i.level = 1"), last + 2);
}

static void
after_two_only_more_time_or_a_hold_helps_and_each_share_counts_its_own(void **state)
{
    struct engine *e = *state;
    engine_until(e, day_of(2015, 4, 2));
    GOOD(e, acknowledge(e, "1c/deliver@sdu-amh", "sdu-lead-amh"));
    engine_until(e, day_of(2015, 4, 21));
    GOOD(e, acknowledge(e, "1c/deliver@sdu-amh", "sdu-lead-amh"));
    engine_until(e, day_of(2015, 5, 7));
    assert_int_equal(number(e, "SELECT count(*) FROM item WHERE kind = 'ack-expired'"), 2);
    assert_int_equal(acknowledge(e, "1c/deliver@sdu-amh", "sdu-lead-amh"), -EPERM);
    assert_non_null(strstr(e->why.text, "twice already"));
    GOOD(e, acknowledge(e, "1c/deliver@sdu-ld", "sdu-lead-ld"));
    assert_int_equal(acknowledge(e, "1c/deliver@sdu-cc", "sdu-lead-ld"), -EPERM);
    assert_int_equal(acknowledge(e, "1c/deliver", "sdu-lead-ld"), -EINVAL);
    const struct act more = { .ref = "1c/deliver@sdu-amh", .event = ACTION_EV_EXTEND,
                              .role = "head-of-community-engagement", .comment = "agreed",
                              .percent = -1, .date = day_of(2015, 4, 28) };
    assert_int_equal(engine_act(e, &more, NULL), -EINVAL); /* more time lies in the future */
    struct act given = more;
    given.role = "qsc-secretary";
    given.minute = "QSC 5/15";
    given.date = day_of(2015, 5, 29);
    GOOD(e, engine_act(e, &given, NULL));
    GOOD(e, acknowledge(e, "1c/deliver@sdu-amh", "sdu-lead-amh"));
}

/* Who hears that an acknowledgement of 1d/start ran out: "role why of;", in the order of roles. */
static void
expired_for(struct engine *e, const char *want)
{
    AUTO_TEXT struct text got = { 0 };
    sqlite3_stmt *q = NULL;
    assert_int_equal(sqlite3_prepare_v2(e->store->db,
                                        "SELECT i.role || ' ' || i.why || ' ' || i.of FROM item i"
                                        " JOIN occurrence o ON o.id = i.occurrence WHERE o.ref ="
                                        " '1d/start' AND i.kind = 'ack-expired' ORDER BY i.role",
                                        -1, &q, NULL), SQLITE_OK);
    while (sqlite3_step(q) == SQLITE_ROW) {
        text_addf(&got, "%s;", (const char *)sqlite3_column_text(q, 0));
    }
    (void)sqlite3_finalize(q);
    assert_string_equal(text_str(&got), want);
}

static void
who_acknowledged_is_asked_when_it_ends_and_no_other_lead(void **state)
{
    struct engine *e = *state;
    engine_until(e, day_of(2015, 4, 2));
    GOOD(e, acknowledge(e, "1d/start", "head-of-od")); /* named third */
    engine_until(e, day_of(2015, 4, 30));
    expired_for(e, "head-of-od 2 ;");
    GOOD(e, acknowledge(e, "1d/start", "head-of-td")); /* the deputy of the third */
    engine_until(e, day_of(2015, 5, 29));
    expired_for(e, "head-of-od 2 ;head-of-td 4 Head of Organisational Development;");
}

static void
who_is_away_when_it_ends_is_stood_in_for(void **state)
{
    struct engine *e = *state;
    engine_until(e, day_of(2015, 4, 2));
    GOOD(e, acknowledge(e, "1d/start", "head-of-od"));
    char sql[128];
    (void)snprintf(sql, sizeof sql, "INSERT INTO role_absence VALUES ('head-of-od', %d, %d)",
                   day_of(2015, 4, 13), day_of(2015, 4, 24));
    change(e, sql);
    engine_until(e, day_of(2015, 4, 30));
    expired_for(e, "head-of-od 2 ;head-of-td 4 Head of Organisational Development;");
}

/* The deputy who acknowledged is away or cannot be reached: the lead hears it after all. */
static void
a_deputy_who_cannot_be_asked_leaves_it_to_the_lead(void **state)
{
    struct engine *e = *state;
    engine_until(e, day_of(2015, 4, 2));
    GOOD(e, acknowledge(e, "1d/start", "head-of-td"));
    change(e, "UPDATE role SET email = NULL WHERE id = 'head-of-td'");
    engine_until(e, day_of(2015, 4, 30));
    expired_for(e, "head-of-od 2 ;");
}

static void
who_leads_it_no_more_is_not_asked_but_all_who_do(void **state)
{
    struct engine *e = *state;
    engine_until(e, day_of(2015, 4, 2));
    GOOD(e, acknowledge(e, "1d/start", "head-of-od"));
    change(e, "DELETE FROM occurrence_role WHERE role = 'head-of-od'");
    engine_until(e, day_of(2015, 4, 30));
    assert_true(number(e, "SELECT count(*) FROM item WHERE kind = 'ack-expired'") > 1);
    assert_int_equal(number(e, "SELECT count(*) FROM item WHERE kind = 'ack-expired' AND role ="
                               " 'head-of-od'"), 0);
    assert_int_equal(number(e, "SELECT count(*) FROM item WHERE kind = 'ack-expired'"),
                     number(e, "SELECT count(*) FROM occurrence_role r JOIN occurrence o ON o.id ="
                               " r.occurrence WHERE o.ref = '1d/start' AND r.duty <> 'support'"));
}

static void
a_rest_by_minute_ends_with_who_gave_it(void **state)
{
    struct engine *e = *state;
    engine_until(e, day_of(2015, 5, 6));
    assert_int_equal(number(e, "SELECT level FROM occurrence WHERE ref = '1d/start'"), 4);
    const struct act rest = { .ref = "1d/start", .event = ACTION_EV_ACK, .role = "qsc-secretary",
                              .minute = "QSC 5/15", .percent = -1, .date = day_of(2015, 5, 20) };
    GOOD(e, engine_act(e, &rest, NULL));
    engine_until(e, day_of(2015, 5, 29));
    expired_for(e, "qsc-secretary 10 ;");
    assert_int_equal(number(e, "SELECT count(*) FROM notice n JOIN item i ON i.notice = n.id WHERE"
                               " i.kind = 'ack-expired' AND n.body LIKE '%%What we ask:      say by"
                               " a minute whether it rests longer%%'"), 1);
}

/* Until then the repeat O+20 of 30 April waited too: both are due on 1 May. */
static void
acknowledge_until_the_repeat(struct engine *e)
{
    const struct act a = { .ref = "1c/deliver@sdu-amh", .event = ACTION_EV_ACK,
                           .role = "sdu-lead-amh", .comment = "soon", .percent = -1,
                           .date = day_of(2015, 4, 30) };
    engine_until(e, day_of(2015, 4, 20));
    GOOD(e, engine_act(e, &a, NULL));
}

static void
who_acknowledged_hears_that_it_ended_though_a_repeat_is_due_on_that_day(void **state)
{
    struct engine *e = *state;
    AUTO_TEXT struct text told = { 0 };
    acknowledge_until_the_repeat(e);
    engine_until(e, day_of(2015, 5, 1) + 1);
    told_of(e, "o.part = 'sdu-amh' AND o.ref = '1c/deliver' AND i.role = 'sdu-lead-amh' AND"
               " i.kind IN ('ack-expired', 'repeat')", &told);
    assert_string_equal(text_str(&told),
                        "2015-05-01 1c/deliver@sdu-amh ack-expired X+1 sdu-lead-amh 2\n"
                        "2015-05-01 1c/deliver@sdu-amh repeat O+20 sdu-lead-amh 3\n");
}

static day_t
day_said(const char *body)
{
    static const char *const months[] = { "January", "February", "March", "April", "May", "June",
                                          "July", "August", "September", "October", "November",
                                          "December" };
    static const char lead[] = "If it is still open on ";
    const char *at = strstr(body, lead);
    char month[16] = "";
    int d = 0;
    int y = 0;
    if (!at || sscanf(at + sizeof lead - 1, "%d %15s %d", &d, month, &y) != 3) {
        return DAY_NONE;
    }
    int m = 0;
    while (m < 12 && strcmp(months[m], month) != 0) {
        m++;
    }
    return day_of(y, m + 1, d);
}

/* Of each mail about one occurrence that nobody acts on, and that no newer return replaces: the day
 * that it says something comes on is the day on which the next is told. Returns how many say so. */
static int
assert_foretold(struct engine *e, day_t from, day_t until)
{
    static const char sql[] =
        "SELECT n.body, n.created_ms / 86400000, o.ref || '@' || o.part || ' ' || i.step,"
        " (SELECT min(x.created_ms) / 86400000 FROM item x WHERE x.occurrence = o.id AND"
        " x.created_ms / 86400000 > n.created_ms / 86400000 AND x.kind NOT IN ('assign'))"
        " FROM notice n JOIN item i ON i.notice = n.id JOIN occurrence o ON o.id = i.occurrence"
        " WHERE o.absorbed_by IS NULL AND"
        " (SELECT count(*) FROM item x WHERE x.notice = n.id) = 1 AND n.created_ms / 86400000"
        " >= ?";
    sqlite3_stmt *q = NULL;
    int n = 0;
    int bad = 0;
    assert_int_equal(sqlite3_prepare_v2(e->store->db, sql, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_bind_int(q, 1, from), SQLITE_OK);
    while (sqlite3_step(q) == SQLITE_ROW) {
        day_t said = day_said((const char *)sqlite3_column_text(q, 0));
        if (said != DAY_NONE && said <= until) {
            n++;
            if (said != sqlite3_column_int(q, 3)) {
                print_error("%s told %d: says %d, comes %d\n", sqlite3_column_text(q, 2),
                            sqlite3_column_int(q, 1), said, sqlite3_column_int(q, 3));
                bad++;
            }
        }
    }
    (void)sqlite3_finalize(q);
    assert_int_equal(bad, 0);
    return n;
}

static void
the_mail_about_an_end_names_the_day_on_which_the_next_is_sent(void **state)
{
    struct engine *e = *state;
    acknowledge_until_the_repeat(e);
    engine_until(e, day_of(2015, 12, 1));
    assert_true(assert_foretold(e, day_of(2015, 4, 21), day_of(2015, 11, 30)) > 20);
}

static void
who_approved_a_hold_reads_when_it_ends(void **state)
{
    struct engine *e = *state;
    engine_until(e, day_of(2015, 5, 6));
    const struct act hold = { .ref = "1d/start", .event = ACTION_EV_HOLD, .role = "qsc-secretary",
                              .minute = "QSC 5/15", .comment = "agreed", .percent = -1,
                              .date = day_of(2015, 6, 26) };
    GOOD(e, engine_act(e, &hold, NULL));
    engine_until(e, day_of(2015, 6, 26));
    assert_true(number(e, "SELECT count(*) > 0 AND min(n.subject || n.body LIKE '%%may end as"
                          " agreed, on 26 June 2015%%By when: %%Friday 26 June 2015\n%%Where it"
                          " stands:%%on hold until 26 June 2015%%') FROM notice n JOIN item i ON"
                          " i.notice = n.id WHERE i.kind = 'hold-review'"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(a_share_that_is_acknowledged_rests_and_the_others_climb_as_without),
        PLAYED(a_demand_that_leads_share_rests_for_all_of_them),
        PLAYED(who_acknowledged_is_asked_when_it_ends_and_no_other_lead),
        PLAYED(who_is_away_when_it_ends_is_stood_in_for),
        PLAYED(a_deputy_who_cannot_be_asked_leaves_it_to_the_lead),
        PLAYED(who_leads_it_no_more_is_not_asked_but_all_who_do),
        PLAYED(a_rest_by_minute_ends_with_who_gave_it),
        PLAYED(who_acknowledged_hears_that_it_ended_though_a_repeat_is_due_on_that_day),
        PLAYED(the_mail_about_an_end_names_the_day_on_which_the_next_is_sent),
        PLAYED(who_approved_a_hold_reads_when_it_ends),
        PLAYED(before_the_due_day_reminders_go_on_and_only_the_ladder_begins_later),
        PLAYED(after_two_only_more_time_or_a_hold_helps_and_each_share_counts_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
