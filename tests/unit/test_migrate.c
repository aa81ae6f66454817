/* SPDX-License-Identifier: MIT */
/* test_migrate.c - a store of an older schema, as a daemon left it, is lifted or stays. */
#include "base/hash.h"

#include "store_fixture.h"

#define OLD "tests/data/store/schema-1.sql"

static void
make_old(struct place *p)
{
    size_t n = 0;
    AUTO_FREE char *sql = NULL;
    FILE *f = fopen(OLD, "re");
    assert_non_null(f);
    assert_true(getdelim(&sql, &n, '\0', f) > 0);
    (void)fclose(f);
    assert_int_equal(raw(p->db, sql), SQLITE_OK);
}

static void
ask(const char *db, const char *sql, struct text *ret)
{
    sqlite3 *c = NULL;
    sqlite3_stmt *q = NULL;
    assert_int_equal(sqlite3_open_v2(db, &c, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(c, sql, -1, &q, NULL), SQLITE_OK);
    while (sqlite3_step(q) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(q); i++) {
            const unsigned char *value = sqlite3_column_text(q, i);
            text_addf(ret, "%s|", value ? (const char *)value : "");
        }
        text_addc(ret, '\n');
    }
    (void)sqlite3_finalize(q);
    (void)sqlite3_close(c);
}

static void
check(const char *db, const char *sql, const char *want)
{
    AUTO_TEXT struct text got = { 0 };
    ask(db, sql, &got);
    assert_string_equal(text_str(&got), want);
}

/* All that SQLite knows of a structure but the order of columns and the words of CHECKs. */
static const char *const structure[] = {
    "SELECT t.type, t.name, t.wr, t.strict, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk "
    "FROM pragma_table_list AS t, pragma_table_xinfo(t.name) AS c "
    "WHERE t.schema = 'main' ORDER BY t.name, c.name",
    "SELECT m.name, f.\"table\", f.\"from\", f.\"to\", f.on_delete "
    "FROM sqlite_schema AS m, pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table' "
    "ORDER BY m.name, f.\"from\", f.\"table\"",
    "SELECT m.name, i.name, i.\"unique\", i.partial, x.seqno, x.name, x.desc "
    "FROM sqlite_schema AS m, pragma_index_list(m.name) AS i, pragma_index_xinfo(i.name) AS x "
    "WHERE m.type = 'table' AND i.origin = 'c' AND x.key ORDER BY m.name, i.name, x.seqno",
    "SELECT m.name, i.origin, group_concat(x.name) FROM sqlite_schema AS m, "
    "pragma_index_list(m.name) AS i, pragma_index_xinfo(i.name) AS x WHERE m.type = 'table' "
    "AND i.origin <> 'c' AND x.key GROUP BY m.name, i.name ORDER BY 1, 2, 3",
    "SELECT name, substr(sql, instr(sql, ' WHERE ')) FROM sqlite_schema WHERE type = 'index' "
    "AND sql LIKE '% WHERE %' ORDER BY name",
    "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('view', 'trigger') ORDER BY name",
};

/* The CHECKs of each table, one a line, whatever comments and blanks stand around them. */
static void
ask_checks(const char *db, struct text *ret)
{
    AUTO_TEXT struct text all = { 0 };
    ask(db, "SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name", &all);
    const char *at = text_str(&all);
    while ((at = strstr(at, "CHECK (")) != NULL) {
        int depth = 0;
        do {
            depth += *at == '(';
            depth -= *at == ')';
            if (*at != ' ' && *at != '\n') {
                text_addc(ret, *at);
            }
            at++;
        } while (*at && (depth > 0 || at[-1] != ')'));
        text_addc(ret, '\n');
    }
}

static int
by_line(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
sort_lines(struct text *t)
{
    char *line[256];
    size_t n = 0;
    for (char *at = t->bytes; at && *at && n < LENGTH(line); n++) {
        line[n] = at;
        at += strcspn(at, "\n");
        at += *at ? (*at = '\0', 1) : 0;
    }
    qsort(line, n, sizeof *line, by_line);
    struct text sorted = { 0 };
    for (size_t i = 0; i < n; i++) {
        text_addf(&sorted, "%s\n", line[i]);
    }
    text_done(t);
    *t = sorted;
}

static void
what_was_lifted_has_the_structure_of_a_new_store(void **state)
{
    struct place *p = *state;
    char fresh[2 * PLACE_MAX];
    (void)snprintf(fresh, sizeof fresh, "%s/fresh.db", p->dir);
    make_old(p);
    (void)store_free(open_as(p, STORE_WRITE));
    struct store *s = NULL;
    need(p, store_open(fresh, STORE_WRITE, &s, &p->why));
    (void)store_free(s);
    for (size_t i = 0; i < LENGTH(structure); i++) {
        AUTO_TEXT struct text old = { 0 };
        AUTO_TEXT struct text new = { 0 };
        ask(p->db, structure[i], &old);
        ask(fresh, structure[i], &new);
        assert_string_equal(text_str(&old), text_str(&new));
    }
    AUTO_TEXT struct text old = { 0 };
    AUTO_TEXT struct text new = { 0 };
    ask_checks(p->db, &old);
    ask_checks(fresh, &new);
    assert_non_null(strstr(text_str(&new), "CHECK"));
    sort_lines(&old);
    sort_lines(&new);
    assert_string_equal(text_str(&old), text_str(&new));
}

static void
lifting_keeps_every_row_and_the_file_as_it_was(void **state)
{
    static const char counts[] =
        "SELECT (SELECT count(*) FROM occurrence), (SELECT count(*) FROM item),"
        " (SELECT count(*) FROM notice), (SELECT count(*) FROM delivery_outcome),"
        " (SELECT count(*) FROM timer), (SELECT count(*) FROM survey_response),"
        " (SELECT sum(length(mail)) FROM notice), (SELECT max(seq) FROM audit)";
    struct place *p = *state;
    make_old(p);
    AUTO_TEXT struct text before = { 0 };
    ask(p->db, counts, &before);
    AUTO(store) struct store *s = open_as(p, STORE_WRITE);
    check(p->db, counts, text_str(&before));
    need(p, store_verify(s, &p->why));
    struct audit_report report;
    need(p, audit_verify(s, &report, &p->why));
    assert_int_equal(store_peek(p->db, &p->why), STORE_SCHEMA_VERSION);
    char kept[2 * PLACE_MAX];
    (void)snprintf(kept, sizeof kept, "%s.schema-1", p->db);
    assert_int_equal(store_peek(kept, &p->why), 1);
    check(kept, counts, text_str(&before));
    struct stat st;
    assert_int_equal(stat(kept, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void
a_yearly_return_asks_about_the_year_that_ended(void **state)
{
    struct place *p = *state;
    make_old(p);
    assert_int_equal(raw(p->db, "UPDATE occurrence SET period = '2017', due = 17186"
                                " WHERE id = (SELECT max(id) FROM occurrence)"), SQLITE_OK);
    (void)store_free(open_as(p, STORE_WRITE));
    check(p->db, "SELECT period FROM occurrence WHERE due = 17186", "the year to January 2017|\n");
}

static void
only_the_daemon_lifts(void **state)
{
    struct place *p = *state;
    make_old(p);
    static const enum store_mode modes[] = { STORE_READ, STORE_JOIN };
    for (size_t i = 0; i < LENGTH(modes); i++) {
        struct store *s = NULL;
        assert_int_equal(store_open(p->db, modes[i], &s, &p->why), -ENOENT);
        assert_non_null(strstr(p->why.text, "the daemon lifts it when it starts"));
    }
    assert_int_equal(store_peek(p->db, &p->why), 1);
}

static void
where_no_copy_can_be_kept_nothing_is_lifted(void **state)
{
    struct place *p = *state;
    make_old(p);
    char part[2 * PLACE_MAX];
    (void)snprintf(part, sizeof part, "%s.schema-1.part", p->db);
    assert_int_equal(mkdir(part, 0700), 0);
    struct store *s = NULL;
    assert_true(store_open(p->db, STORE_WRITE, &s, &p->why) < 0);
    assert_non_null(strstr(p->why.text, "no copy of it could be kept"));
    assert_int_equal(store_peek(p->db, &p->why), 1);
    assert_int_equal(rmdir(part), 0);
    (void)store_free(open_as(p, STORE_WRITE)); /* heals by itself */
    assert_int_equal(store_peek(p->db, &p->why), STORE_SCHEMA_VERSION);
}

static void
a_copy_that_was_cut_short_is_made_again(void **state)
{
    struct place *p = *state;
    make_old(p);
    char part[2 * PLACE_MAX];
    (void)snprintf(part, sizeof part, "%s.schema-1.part", p->db);
    FILE *f = fopen(part, "we");
    assert_non_null(f);
    (void)fputs("half a copy", f);
    (void)fclose(f);
    (void)store_free(open_as(p, STORE_WRITE));
    assert_int_not_equal(access(part, F_OK), 0);
    part[strlen(part) - strlen(".part")] = '\0';
    assert_int_equal(store_peek(part, &p->why), 1);
}

static void
each_lift_has_a_copy_of_its_own(void **state)
{
    struct place *p = *state;
    make_old(p);
    (void)store_free(open_as(p, STORE_WRITE));
    char kept[2 * PLACE_MAX];
    (void)snprintf(kept, sizeof kept, "%s.schema-1", p->db);
    char back[3 * PLACE_MAX];
    (void)snprintf(back, sizeof back, "VACUUM INTO '%s'", p->db);
    assert_int_equal(unlink(p->db), 0);
    assert_int_equal(raw(kept, back), SQLITE_OK); /* somebody went back, and went on */
    assert_int_equal(raw(p->db, "UPDATE counter SET next = next + 7 WHERE name = 'item'"),
                     SQLITE_OK);
    (void)store_free(open_as(p, STORE_WRITE));
    static const char item[] = "SELECT next FROM counter WHERE name = 'item'";
    check(kept, item, "54|\n");
    (void)snprintf(kept, sizeof kept, "%s.schema-1.2", p->db);
    check(kept, item, "61|\n");
}

static void
a_lift_that_fails_again_and_again_makes_one_copy(void **state)
{
    struct place *p = *state;
    make_old(p);
    assert_int_equal(raw(p->db, "INSERT INTO timer VALUES (999999, 5, NULL)"), SQLITE_OK);
    for (int i = 0; i < 3; i++) {
        struct store *s = NULL;
        assert_int_equal(store_open(p->db, STORE_WRITE, &s, &p->why), -EBADMSG);
    }
    char second[2 * PLACE_MAX];
    (void)snprintf(second, sizeof second, "%s.schema-1.2", p->db);
    assert_int_not_equal(access(second, F_OK), 0);
}

static void
a_store_with_a_broken_key_stays_as_it_was(void **state)
{
    struct place *p = *state;
    make_old(p);
    assert_int_equal(raw(p->db, "INSERT INTO timer VALUES (999999, 5, NULL)"), SQLITE_OK);
    struct store *s = NULL;
    assert_int_equal(store_open(p->db, STORE_WRITE, &s, &p->why), -EBADMSG);
    assert_non_null(strstr(p->why.text, "stays at schema 1: table timer"));
    assert_int_equal(store_peek(p->db, &p->why), 1);
}

static void
looking_at_a_schema_makes_no_file(void **state)
{
    struct place *p = *state;
    assert_int_equal(store_peek(p->db, &p->why), 0);
    assert_int_not_equal(access(p->db, F_OK), 0);
    assert_true(store_peek(p->dir, &p->why) < 0);
    FILE *f = fopen(p->db, "we");
    assert_non_null(f);
    for (int i = 0; i < 100; i++) {
        (void)fputs("this is a letter, not a store\n", f);
    }
    (void)fclose(f);
    assert_int_equal(store_peek(p->db, &p->why), -EBADMSG);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_PLACE(what_was_lifted_has_the_structure_of_a_new_store),
        IN_A_PLACE(lifting_keeps_every_row_and_the_file_as_it_was),
        IN_A_PLACE(only_the_daemon_lifts),
        IN_A_PLACE(a_yearly_return_asks_about_the_year_that_ended),
        IN_A_PLACE(where_no_copy_can_be_kept_nothing_is_lifted),
        IN_A_PLACE(a_copy_that_was_cut_short_is_made_again),
        IN_A_PLACE(each_lift_has_a_copy_of_its_own),
        IN_A_PLACE(a_lift_that_fails_again_and_again_makes_one_copy),
        IN_A_PLACE(a_store_with_a_broken_key_stays_as_it_was),
        IN_A_PLACE(looking_at_a_schema_makes_no_file),
    };
    return hash_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
