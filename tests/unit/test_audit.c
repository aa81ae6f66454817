/* SPDX-License-Identifier: MIT */
/* test_audit.c - the chain shows every change behind its back: any column of any row, a row taken
 * out, put in or exchanged. */
#include <inttypes.h>

#include "store_fixture.h"

enum { ROWS = 12 };

static void
fill(struct place *p, int n)
{
    AUTO(store) struct store *s = open_as(p, STORE_WRITE);
    need(p, store_begin(s, &p->why));
    for (int i = 0; i < n; i++) {
        char subject[32];
        (void)snprintf(subject, sizeof subject, "job %d", i);
        const struct audit_entry e = { .at_ms = 1000 * i,
                                       .actor = i % 2 ? "hub" : "co-production-lead",
                                       .on_behalf = i % 3 ? "" : "chief-executive",
                                       .event = "submit",
                                       .subject = subject,
                                       .detail = i % 4 ? "evidence: minute 7" : NULL };
        need(p, audit_append(s, &e, &p->why));
    }
    need(p, store_commit(s, &p->why));
}

static int64_t
first_bad(struct place *p, int64_t *ret_rows)
{
    AUTO(store) struct store *s = open_as(p, STORE_READ);
    struct audit_report report;
    int r = audit_verify(s, &report, &p->why);
    assert_int_equal(r, report.bad_seq ? -EBADMSG : 0);
    *ret_rows = report.rows;
    return report.bad_seq;
}

static void
a_chain_that_nobody_touched_is_whole(void **state)
{
    struct place *p = *state;
    int64_t rows = 0;
    fill(p, 0);
    assert_int_equal(first_bad(p, &rows), 0);
    assert_int_equal(rows, 0);
    fill(p, ROWS);
    fill(p, 3);
    assert_int_equal(first_bad(p, &rows), 0);
    assert_int_equal(rows, ROWS + 3);
}

static void
a_change_of_any_column_of_any_row_is_found(void **state)
{
    struct place *p = *state;
    static const char *const changes[] = {
        "at_ms = at_ms + 1",           "actor = actor || 'x'",
        "on_behalf = on_behalf || 'x'", "event = 'verify'",
        "subject = subject || ' '",    "detail = detail || '.'",
        "hash = zeroblob(32)",         "hash = x'00'",
        "actor = '', event = actor || event",
        "subject = '', detail = subject || detail",
    };
    fill(p, ROWS);
    for (int seq = 1; seq <= ROWS; seq++) {
        for (size_t i = 0; i < LENGTH(changes); i++) {
            char sql[512];
            int64_t rows = 0;
            (void)snprintf(sql, sizeof sql,
                           "CREATE TABLE kept AS SELECT * FROM audit WHERE seq = %d;"
                           "UPDATE audit SET %s WHERE seq = %d",
                           seq, changes[i], seq);
            assert_int_equal(raw(p->db, sql), SQLITE_OK);
            int64_t bad = first_bad(p, &rows);
            if (bad != seq) {
                print_error("%s of row %d: found at %" PRId64 "\n", changes[i], seq, bad);
            }
            assert_int_equal(bad, seq);
            assert_non_null(strstr(p->why.text, "the audit chain breaks at row"));
            (void)snprintf(sql, sizeof sql,
                           "DELETE FROM audit WHERE seq = %d;"
                           "INSERT INTO audit SELECT * FROM kept; DROP TABLE kept",
                           seq);
            assert_int_equal(raw(p->db, sql), SQLITE_OK);
        }
    }
    int64_t rows = 0;
    assert_int_equal(first_bad(p, &rows), 0);
}

static void
a_row_taken_out_is_found_where_it_is_missing(void **state)
{
    struct place *p = *state;
    int64_t rows = 0;
    fill(p, ROWS);
    assert_int_equal(raw(p->db, "DELETE FROM audit WHERE seq = 5"), SQLITE_OK);
    assert_int_equal(first_bad(p, &rows), 6);
    assert_int_equal(rows, 4);
    /* closing the gap by counting on does not help */
    assert_int_equal(raw(p->db, "UPDATE audit SET seq = seq - 1 WHERE seq = 6"), SQLITE_OK);
    assert_int_equal(first_bad(p, &rows), 5);
}

static void
the_first_row_taken_out_is_found(void **state)
{
    struct place *p = *state;
    int64_t rows = 0;
    fill(p, ROWS);
    assert_int_equal(raw(p->db, "DELETE FROM audit WHERE seq = 1"), SQLITE_OK);
    assert_int_equal(first_bad(p, &rows), 2);
}

static void
two_rows_exchanged_are_found(void **state)
{
    struct place *p = *state;
    int64_t rows = 0;
    fill(p, ROWS);
    assert_int_equal(raw(p->db, "UPDATE audit SET seq = 100 WHERE seq = 3;"
                                "UPDATE audit SET seq = 3 WHERE seq = 4;"
                                "UPDATE audit SET seq = 4 WHERE seq = 100"),
                     SQLITE_OK);
    assert_int_equal(first_bad(p, &rows), 3);
}

static void
a_row_put_in_is_found(void **state)
{
    struct place *p = *state;
    int64_t rows = 0;
    fill(p, ROWS);
    assert_int_equal(raw(p->db, "INSERT INTO audit SELECT 13, at_ms, actor, on_behalf, event,"
                                " subject, detail, hash FROM audit WHERE seq = 12"),
                     SQLITE_OK);
    assert_int_equal(first_bad(p, &rows), 13);
}

static void
the_head_tells_a_chain_cut_at_its_end(void **state)
{
    /* What is cut from the end leaves a whole, shorter chain: only the head noted elsewhere (the
     * journal) shows it. So head and rows must differ. */
    struct place *p = *state;
    struct audit_report whole;
    struct audit_report cut;
    fill(p, ROWS);
    {
        AUTO(store) struct store *s = open_as(p, STORE_READ);
        need(p, audit_verify(s, &whole, &p->why));
    }
    assert_int_equal(raw(p->db, "DELETE FROM audit WHERE seq = 12"), SQLITE_OK);
    AUTO(store) struct store *s = open_as(p, STORE_READ);
    need(p, audit_verify(s, &cut, &p->why));
    assert_int_equal(cut.rows, ROWS - 1);
    assert_false(hash_equal(&whole.head, &cut.head));
}

static void
the_same_entries_give_the_same_head(void **state)
{
    struct place *p = *state;
    struct audit_report one;
    struct audit_report two;
    char other[sizeof p->db + 8];
    fill(p, ROWS);
    {
        AUTO(store) struct store *s = open_as(p, STORE_READ);
        need(p, audit_verify(s, &one, &p->why));
    }
    (void)snprintf(other, sizeof other, "%s", p->db);
    (void)snprintf(p->db, sizeof p->db, "%s/second.db", p->dir);
    fill(p, ROWS);
    AUTO(store) struct store *s = open_as(p, STORE_READ);
    need(p, audit_verify(s, &two, &p->why));
    assert_true(hash_equal(&one.head, &two.head));
}

static void
a_reader_appends_nothing(void **state)
{
    struct place *p = *state;
    fill(p, 1);
    AUTO(store) struct store *s = open_as(p, STORE_READ);
    need(p, store_begin(s, &p->why));
    const struct audit_entry e = { .actor = "a", .event = "e", .subject = "s" };
    assert_int_equal(audit_append(s, &e, &p->why), -EROFS);
    store_rollback(s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_PLACE(a_chain_that_nobody_touched_is_whole),
        IN_A_PLACE(a_change_of_any_column_of_any_row_is_found),
        IN_A_PLACE(a_row_taken_out_is_found_where_it_is_missing),
        IN_A_PLACE(the_first_row_taken_out_is_found),
        IN_A_PLACE(two_rows_exchanged_are_found),
        IN_A_PLACE(a_row_put_in_is_found),
        IN_A_PLACE(the_head_tells_a_chain_cut_at_its_end),
        IN_A_PLACE(the_same_entries_give_the_same_head),
        IN_A_PLACE(a_reader_appends_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
