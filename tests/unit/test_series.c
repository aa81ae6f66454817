/* SPDX-License-Identifier: MIT */
/* test_series.c - returns that are missing, in a row: one ladder, red, until one is sent again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <unistd.h>

#include "safety_fixture.h"

#include "engine/shade.h"

static const char *const lead = "head-of-community-engagement";

struct look {
    struct engine *e;
    struct shade shade;
};

static int
take_shade(void *arg, const struct row *row)
{
    struct look *l = arg;
    struct engine *e = l->e;
    struct occurrence o;
    GOOD(e, occurrence_from_row(&o, row));
    GOOD(e, shade_of(e->world, e->store, row, &o, world_day(e->world, e->now_ms), &l->shade,
                     &e->why));
    return 1;
}

static struct rag
color_of(struct engine *e, const char *ref)
{
    struct look l = { .e = e };
    int64_t id = number(e, "SELECT id FROM occurrence WHERE ref = '%s'", ref);
    GOOD(e, store_each(e->store, Q_OCCURRENCE_GET, WITH(I(id)), take_shade, &l, &e->why));
    return l.shade.shown;
}

static day_t
due_of(struct engine *e, const char *ref)
{
    return (day_t)number(e, "SELECT due FROM occurrence WHERE ref = '%s'", ref);
}

static void
event(struct engine *e, const char *ref, enum action_event event, const char *role)
{
    const struct act a = { .ref = ref, .event = event, .role = role, .comment = "as agreed",
                           .evidence = "paper 7", .minute = "QSC 1/16", .percent = -1,
                           .date = event == ACTION_EV_HOLD ? day_of(2016, 6, 30) : DAY_NONE };
    GOOD(e, engine_act(e, &a, NULL));
}

static void
assert_two_missing(struct engine *e, const char *ref)
{
    struct rag rag = color_of(e, ref);
    assert_int_equal(rag.color, RAG_RED);
    assert_string_equal(rag.reason, "2 returns missing in a row");
}

static void
two_missing_in_a_row_are_red_until_one_is_sent(void **state)
{
    struct engine *e = *state;
    engine_until(e, due_of(e, "3j/return/2015Q3"));
    assert_int_equal(color_of(e, "3j/return/2015Q2").color, RAG_RED); /* late by itself */
    assert_int_equal(color_of(e, "3j/return/2015Q3").color, RAG_AMBER);
    engine_until(e, due_of(e, "3j/return/2015Q3") + 1);
    assert_two_missing(e, "3j/return/2015Q3");
    engine_until(e, due_of(e, "3j/return/2015Q4") - 7); /* the next is asked for, and not late */
    assert_two_missing(e, "3j/return/2015Q4");
    event(e, "3j/return/2015Q4", ACTION_EV_SUBMIT, lead);
    event(e, "3j/return/2015Q4", ACTION_EV_VERIFY, "qsc-secretary");
    assert_int_equal(color_of(e, "3j/return/2015Q4").color, RAG_BLUE);
    engine_until(e, due_of(e, "3j/return/2016Q1") - 7);
    assert_int_equal(color_of(e, "3j/return/2016Q1").color, RAG_AMBER); /* soon, nothing more */
    engine_until(e, due_of(e, "3j/return/2016Q1") + 4);
    assert_null(strstr(color_of(e, "3j/return/2016Q1").reason, "in a row"));
}

static void
the_owner_is_told_that_it_is_red(void **state)
{
    struct engine *e = *state;
    engine_until(e, due_of(e, "3j/return/2015Q4"));
    assert_int_equal(number(e, "SELECT color FROM rag_seen s JOIN occurrence o ON o.id ="
                               " s.occurrence WHERE o.ref = '3j/return/2015Q4'"), RAG_RED);
    assert_true(number(e, "SELECT count(*) FROM item WHERE kind = 'rollup' AND state = 2 AND words"
                          " LIKE '%%2 returns missing in a row%%'") > 0);
}

static void
the_newer_takes_the_place_of_the_older_on_one_ladder(void **state)
{
    struct engine *e = *state;
    day_t due = due_of(e, "3j/return/2015Q3");
    engine_until(e, due + 3);
    assert_int_equal(number(e, "SELECT o.absorbed_by = n.id FROM occurrence o, occurrence n WHERE"
                               " o.ref = '3j/return/2015Q2' AND n.ref = '3j/return/2015Q3'"), 1);
    engine_until(e, due + 90);
    assert_int_equal(number(e, "SELECT count(*) FROM item i JOIN occurrence o ON o.id ="
                               " i.occurrence WHERE o.ref = '3j/return/2015Q2' AND"
                               " i.created_ms / 86400000 > %d", due + 1), 0);
    assert_int_equal(number(e, "SELECT count(*) FROM (SELECT 1 FROM item i JOIN occurrence o ON"
                               " o.id = i.occurrence WHERE o.action = '3j' AND o.kind = 3 AND"
                               " i.level > 0 GROUP BY i.created_ms / 86400000 HAVING"
                               " count(DISTINCT o.id) > 1)"), 0);
    assert_int_equal(number(e, "SELECT max(n) FROM (SELECT count(DISTINCT o.id) AS n FROM item i"
                               " JOIN occurrence o ON o.id = i.occurrence WHERE o.action = '3j' AND"
                               " o.kind = 3 AND i.level > 0 GROUP BY i.level, i.episode)"), 1);
}

static void
what_is_on_hold_is_not_asked_for_and_not_missing(void **state)
{
    struct engine *e = *state;
    engine_until(e, due_of(e, "3j/return/2015Q2") + 1);
    event(e, "3j/return/2015Q2", ACTION_EV_HOLD, "qsc-secretary");
    assert_int_equal(color_of(e, "3j/return/2015Q2").color, RAG_GREY);
    engine_until(e, due_of(e, "3j/return/2015Q3") + 1);
    assert_int_equal(color_of(e, "3j/return/2015Q3").color, RAG_RED); /* late, and the first */
    assert_null(strstr(color_of(e, "3j/return/2015Q3").reason, "in a row"));
    engine_until(e, due_of(e, "3j/return/2015Q4") + 1);
    assert_two_missing(e, "3j/return/2015Q4");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(two_missing_in_a_row_are_red_until_one_is_sent),
        PLAYED(the_owner_is_told_that_it_is_red),
        PLAYED(the_newer_takes_the_place_of_the_older_on_one_ladder),
        PLAYED(what_is_on_hold_is_not_asked_for_and_not_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
