/* SPDX-License-Identifier: MIT */
/* test_queries.c - every query: its parameters come in order, and none reads a whole table unless
 * it stands on the list below with its reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "store/store.h"

/* Queries that may walk a table, and why that is right. */
static const struct {
    enum query id;
    const char *why;
} walks[] = {
    { Q_AUDIT_HEAD, "stops at the first row from the end" },
    { Q_JOB_NEXT_WAITING, "stops at the first row of an index over waiting jobs only" },
    { Q_JOB_LIST_DEAD, "an index over dead jobs only, asked by people" },
    { Q_JOB_COUNT_READY, "an index over ready jobs only, asked by people" },
    { Q_JOB_COUNT_WAITING, "an index over waiting jobs only, asked by people" },
    { Q_JOB_COUNT_DEAD, "an index over dead jobs only, asked by people" },
    { Q_JOB_COUNT_FAILING, "an index over failing jobs only, asked by people" },
    { Q_FORUM_LIST, "some forums" },
    { Q_SURVEY_REJECT_FORGET, "one row a file, once a night" },
    { Q_SURVEY_REJECT_COUNT_FOLD, "some rows a file, once a night" },
    { Q_SURVEY_REJECT_COUNT_FOLDED, "some rows a file, once a night" },
    { Q_PACK_LIST, "two a meeting, asked by people" },
    { Q_PACK_UNDELIVERED, "an index over what was not accepted only, twice a meeting" },
    { Q_PLAN_FORUM_LIST, "some plans" },
    { Q_PROBE_COUNT, "bench and tests" },
    { Q_TIMER_NEXT, "stops at the first row of its index" },
    { Q_TIMER_COUNT, "asked by people" },
    { Q_TIMER_TROUBLED, "an index over the few that could not be fired" },
    { Q_TIMER_COUNT_TROUBLED, "an index over the few that could not be fired" },
    { Q_CALENDAR_DAY_LIST, "the whole calendar is what is wanted" },
    { Q_ROLE_LIST, "the whole roster is what is wanted" },
    { Q_PLAN_LIST, "all plans are wanted; there are few" },
    { Q_PLAN_COUNT, "there are few plans" },
    { Q_ACTION_LIST, "all actions are wanted" },
    { Q_OCCURRENCE_LIST, "all occurrences are wanted, by due day" },
    { Q_NOTICE_LIST_NEWEST, "walks from the end; the caller stops it" },
    { Q_NOTICE_COUNTS, "asked by people" },
    { Q_MEASURE_LIST, "all measures are wanted, asked by people" },
    { Q_MEASURE_N_ENDED, "all measures are counted, asked by people" },
    { Q_NOTICE_FIRST_UNSENT, "an index over what is not accepted; stops at the first row" },
    { Q_NOTICE_LAST, "stops at the first row from the end" },
    { Q_ITEM_NEXT_DAY, "stops at the first row of an index over pending items only" },
    { Q_CATCH_COUNT, "the few notices that are caught" },
    { Q_CATCH_ROLES, "the few notices that are caught" },
    { Q_NOTICE_UNSENT_OF_PERSON, "the roster, once a digest, in an index over what waits" },
    { Q_NOTICE_WAITING, "an index over notices that wait, and the few that are caught" },
    { Q_NOTICE_WAITING_ROLES, "an index over notices that wait" },
    { Q_NOTICE_COUNT_WAITING, "an index over notices that wait" },
    { Q_NOTICE_PENDING_SET, "an index over notices that wait, when the mode is changed" },
    { Q_QUARANTINE_FORGET, "the roster and the few addresses that failed, after an edit" },
    { Q_OCCURRENCE_OF_ADDRESS, "the roster, when an address fails" },
    { Q_NOTICE_REFUSED_ROLES, "an index over notices that were not accepted, once a day at most" },
    { Q_PLAN_OF_FILE, "the few plans, when a file was refused" },
    { Q_FAULT_OF_PLAN, "the few faults" },
    { Q_QUARANTINE_LIST, "the few addresses that failed" },
    { Q_QUARANTINE_COUNT, "the few addresses that failed" },
    { Q_ROLE_COUNT_REACHABLE, "the roster, once a batch" },
    { Q_BOUNCE_LIST, "walks from the end; the caller stops it" },
    { Q_BASELINE_NEWEST, "as many rows as baselines were approved by people" },
    { Q_SURVEY_ARRIVAL_COUNT, "stops at a number that the caller names" },
    { Q_SURVEY_ARRIVAL_END, "stops at a number that the caller names" },
};

static sqlite3 *db;

static int
open_db(void **state)
{
    (void)state;
    return sqlite3_open(":memory:", &db) == SQLITE_OK
                   && sqlite3_exec(db, store_schema, NULL, NULL, NULL) == SQLITE_OK
               ? 0
               : -1;
}

static int
close_db(void **state)
{
    (void)state;
    return sqlite3_close(db) == SQLITE_OK ? 0 : -1;
}

static bool
may_walk(enum query id)
{
    for (size_t i = 0; i < LENGTH(walks); i++) {
        if (walks[i].id == id) {
            return true;
        }
    }
    return false;
}

/* The first step of the query's plan that walks a table or an index from end to end. */
static bool
walk_of(enum query id, char *buf, size_t cap)
{
    char sql[8192];
    sqlite3_stmt *q = NULL;
    bool found = false;
    (void)snprintf(sql, sizeof sql, "EXPLAIN QUERY PLAN %s", query_texts[id].sql);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    while (!found && sqlite3_step(q) == SQLITE_ROW) {
        const char *detail = (const char *)sqlite3_column_text(q, 3);
        if (detail && strncmp(detail, "SCAN ", 5) == 0
            && strcmp(detail, "SCAN CONSTANT ROW") != 0) {
            (void)snprintf(buf, cap, "%s", detail);
            found = true;
        }
    }
    (void)sqlite3_finalize(q);
    return found;
}

static void
no_query_walks_a_table_unless_it_is_on_the_list(void **state)
{
    (void)state;
    int bad = 0;
    for (int id = 0; id < QUERY_MAX_; id++) {
        char how[256] = "";
        bool walks_now = walk_of((enum query)id, how, sizeof how);
        if (walks_now && !may_walk((enum query)id)) {
            print_error("%s walks a table: %s\n", query_texts[id].name, how);
            bad++;
        }
        if (!walks_now && may_walk((enum query)id)) {
            print_error("%s walks no table and need not be on the list\n", query_texts[id].name);
            bad++;
        }
    }
    assert_int_equal(bad, 0);
}

static void
parameters_first_appear_in_their_order(void **state)
{
    (void)state;
    for (int id = 0; id < QUERY_MAX_; id++) {
        int highest = 0;
        for (const char *p = query_texts[id].sql; (p = strchr(p, '$')); p++) {
            int n = (int)strtol(p + 1, NULL, 10);
            if (n > highest + 1 || n < 1) {
                print_error("%s: $%d comes after $%d\n", query_texts[id].name, n, highest);
            }
            assert_true(n >= 1 && n <= highest + 1);
            highest = n > highest ? n : highest;
        }
    }
}

static void
every_query_is_one_statement_and_is_prepared(void **state)
{
    (void)state;
    for (int id = 0; id < QUERY_MAX_; id++) {
        sqlite3_stmt *q = NULL;
        const char *rest = NULL;
        assert_non_null(query_texts[id].name);
        assert_int_equal(sqlite3_prepare_v2(db, query_texts[id].sql, -1, &q, &rest), SQLITE_OK);
        assert_int_equal(strspn(rest, " \n\t"), strlen(rest));
        for (int i = 1; i <= sqlite3_bind_parameter_count(q); i++) {
            char want[16];
            (void)snprintf(want, sizeof want, "$%d", i);
            assert_string_equal(sqlite3_bind_parameter_name(q, i), want);
        }
        (void)sqlite3_finalize(q);
    }
}

/* The SQL that SQLite and PostgreSQL share; PostgreSQL is to be the second store. */
static void
no_query_speaks_sqlite_alone(void **state)
{
    (void)state;
    static const char *const words[] = { "rowid",   "AUTOINCREMENT", "INSERT OR", "REPLACE INTO",
                                         "strftime", "unixepoch",    "ifnull(",   "GLOB",
                                         "json_",    "?1" };
    for (int id = 0; id < QUERY_MAX_; id++) {
        for (size_t i = 0; i < LENGTH(words); i++) {
            if (strstr(query_texts[id].sql, words[i])) {
                print_error("%s says %s\n", query_texts[id].name, words[i]);
                fail();
            }
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_query_is_one_statement_and_is_prepared),
        cmocka_unit_test(parameters_first_appear_in_their_order),
        cmocka_unit_test(no_query_walks_a_table_unless_it_is_on_the_list),
        cmocka_unit_test(no_query_speaks_sqlite_alone),
    };
    return cmocka_run_group_tests(tests, open_db, close_db);
}
