/* SPDX-License-Identifier: MIT */
/* test_person.c - several posts with one mailbox: one mail a day, nothing twice in it. */
#include "plan_fixture.h"

#include "play_fixture.h"

#include "engine/digest.h"
#include "engine/item.h"
#include "engine/post.h"
#include "store/inside.h"

#define D(y, m, d) day_of(y, m, d)
#define MAILBOX(role) "email: " role "@example.nhs.uk"

/* CO-304 with a roster of its own, on 1 January 2015. */
struct office {
    struct engine e;
    struct scratch place;
};

static void
write_roster(const struct office *o, const struct edit *edits, size_t n)
{
    size_t len = 0;
    AUTO_TEXT struct text all = { 0 };
    AUTO_FREE char *bytes = slurp(CONFIG_DIR "/roster.yaml", &len);
    assert_non_null(bytes);
    text_add(&all, bytes);
    for (size_t i = 0; i < n; i++) {
        AUTO_TEXT struct text edited = { 0 };
        add_edited(&edited, text_str(&all), &edits[i]);
        text_done(&all);
        text_add(&all, text_str(&edited));
    }
    scratch_write(&o->place, "roster.yaml", text_str(&all), all.len);
}

static void
open_with(struct office *o, const struct edit *roster, size_t n, const struct edit *plan,
          size_t n_plan)
{
    AUTO_TEXT struct text path = { 0 };
    o->place = scratch_open(CONFIG_DIR);
    write_roster(o, roster, n);
    write_edited(&o->place, plan, n_plan);
    text_addf(&path, "%s/plan.yaml", o->place.dir);
    engine_open_with(&o->e, engine_source(), text_str(&path), D(2015, 1, 1));
}
#define OPEN(o, ...)                                                                               \
    do {                                                                                           \
        static const struct edit edits_[] = { __VA_ARGS__ };                                       \
        open_with(o, edits_, LENGTH(edits_), NULL, 0);                                             \
    } while (0)

static void
leave(struct office *o)
{
    engine_close(&o->e);
    scratch_done(&o->place);
}

/* The roster as it is from now on. */
static void
edit_roster(struct office *o, const struct edit *edits, size_t n)
{
    struct applied sum = { 0 };
    AUTO_DIAG struct diag d = { 0 };
    AUTO_TEXT struct text path = { 0 };
    struct plan_set *set = NULL;
    struct engine *e = &o->e;
    write_roster(o, edits, n);
    text_addf(&path, "%s/plan.yaml", o->place.dir);
    assert_int_equal(plan_set_load(text_str(&path), &d, &set), 0);
    GOOD(e, store_begin(e->store, &e->why));
    GOOD(e, apply_plans(e->world, e->store, set, "test", e->now_ms, &sum, &e->why));
    GOOD(e, store_commit(e->store, &e->why));
    (void)plan_set_free(set);
}

static int64_t
number(struct office *o, const char *sql)
{
    sqlite3_stmt *q = NULL;
    int64_t n = -1;
    if (sqlite3_prepare_v2(o->e.store->db, sql, -1, &q, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", sql, sqlite3_errmsg(o->e.store->db));
    }
    n = sqlite3_step(q) == SQLITE_ROW ? sqlite3_column_int64(q, 0) : -1;
    (void)sqlite3_finalize(q);
    return n;
}

/* No two digests of a day, and nothing twice in one mail. */
static void
check_once(struct office *o)
{
    assert_int_equal(number(o, "SELECT count(*) FROM (SELECT 1 FROM notice WHERE kind = 'digest'"
                               " AND"
                               " state <> 4 GROUP BY lower(address), created_ms / 86400000 HAVING"
                               " count(*) > 1)"),
                     0);
    assert_int_equal(number(o, "SELECT count(*) FROM (SELECT 1 FROM item a JOIN item b ON a.notice"
                               " ="
                               " b.notice AND a.occurrence = b.occurrence AND a.id < b.id AND"
                               " a.kind NOT IN ('untold', 'unmailed', 'absent', 'unreached') AND"
                               " b.kind NOT IN ('untold', 'unmailed', 'absent', 'unreached'))"),
                     0);
}

/* ---- one mail -------------------------------------------------------------------------------- */

static void
two_posts_with_one_mailbox_get_one_digest_a_day(void **state)
{
    (void)state;
    struct office o;
    OPEN(&o, { MAILBOX("head-of-od"), "email: Learning@Example.NHS.uk" },
         { MAILBOX("head-of-td"), "email: learning@example.nhs.uk" });
    engine_until(&o.e, D(2016, 12, 30));
    check_once(&o);
    assert_true(number(&o, "SELECT count(*) FROM notice WHERE kind = 'digest' AND"
                           " lower(address) = 'learning@example.nhs.uk'")
                > 10);
    assert_true(number(&o, "SELECT count(*) FROM (SELECT 1 FROM item i JOIN notice n ON n.id ="
                           " i.notice WHERE n.kind = 'digest' GROUP BY n.id HAVING"
                           " count(DISTINCT i.role) = 2)")
                > 3);
    leave(&o);
}

static void
each_item_says_which_post_is_told_where_a_mail_speaks_to_several(void **state)
{
    (void)state;
    struct office o;
    static const char one[] = "SELECT count(DISTINCT i.role) = 1 FROM item i WHERE i.notice = n.id";
    char sql[512];
    OPEN(&o, { MAILBOX("head-of-od"), MAILBOX("learning") },
         { MAILBOX("head-of-td"), MAILBOX("learning") });
    engine_until(&o.e, D(2016, 12, 30));
    (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM notice n WHERE n.kind = 'digest' AND"
                   " ((%s) = (n.body LIKE '%%Which post: %%'))", one);
    assert_int_equal(number(&o, sql), 0);
    assert_true(number(&o, "SELECT count(*) FROM notice WHERE body LIKE"
                           " '%Which post:       Head of Organisational Development%' AND"
                           " body LIKE '%Which post:       Head of Training and Development%'")
                > 3);
    /* All of it for one post: to that post, by its title. */
    assert_int_equal(number(&o, "SELECT count(*) FROM notice n WHERE n.kind = 'digest' AND NOT"
                                " EXISTS"
                                " (SELECT 1 FROM item i WHERE i.notice = n.id AND i.role ="
                                " n.role)"),
                     0);
    assert_true(number(&o, "SELECT count(*) FROM notice WHERE role = 'head-of-td' AND body LIKE"
                           " '%To: Head of Training and Development%'")
                > 0);
    leave(&o);
}

static void
the_mail_is_in_the_locale_and_format_of_the_first_of_the_roster(void **state)
{
    (void)state;
    struct office o;
    OPEN(&o, { MAILBOX("head-of-od"), "format: large-print\n    locale: cy-GB\n    "
                                      MAILBOX("learning") },
         { MAILBOX("head-of-td"), "format: text\n    " MAILBOX("learning") });
    struct person first;
    struct person second;
    GOOD(&o.e, person_get(o.e.store, "head-of-od", &first, &o.e.why));
    GOOD(&o.e, person_get(o.e.store, "head-of-td", &second, &o.e.why));
    const struct person *reader = strcmp(first.reader, "head-of-od") == 0 ? &first : &second;
    assert_string_equal(first.reader, second.reader);
    assert_string_equal(first.locale, second.locale);
    assert_int_equal(first.format, second.format);
    assert_int_equal(reader->format, reader == &first ? NOTICE_FORMAT_LARGE : NOTICE_FORMAT_TEXT);
    leave(&o);
}

static void
a_committee_with_one_mailbox_hears_of_a_level_in_one_mail(void **state)
{
    (void)state;
    struct office o;
    OPEN(&o, { MAILBOX("qsc-secretary"), MAILBOX("qsc") },
         { MAILBOX("qsc-chair"), MAILBOX("QSC") });
    engine_until(&o.e, D(2015, 12, 30));
    check_once(&o);
    assert_true(number(&o, "SELECT count(*) FROM item WHERE level = 4 AND why = 10 AND notice > 0")
                > 3);
    assert_int_equal(number(&o, "SELECT count(*) FROM (SELECT 1 FROM notice WHERE kind = 'escalate'"
                                " GROUP BY occurrence, step, lower(address) HAVING count(*) > 1)"),
                     0);
    leave(&o);
}

static void
an_owner_who_leads_or_sits_elsewhere_too_is_told_of_nothing_twice(void **state)
{
    (void)state;
    static const char *const others[] = { "head-of-od", "director-of-quality", "qsc-secretary",
                                          "quality-governance-manager" };
    static const char several[] = "SELECT count(*) FROM (SELECT 1 FROM item WHERE notice > 0 GROUP"
                                  " BY notice HAVING count(DISTINCT role) = 2)";
    int64_t mixed = 0;
    for (size_t i = 0; i < LENGTH(others); i++) {
        struct office o;
        AUTO_TEXT struct text from = { 0 };
        text_addf(&from, "email: %s@example.nhs.uk", others[i]);
        const struct edit edit = { text_str(&from), MAILBOX("head-of-community-engagement") };
        open_with(&o, &edit, 1, NULL, 0);
        engine_until(&o.e, D(2016, 3, 31));
        check_once(&o);
        mixed += number(&o, several);
        leave(&o);
    }
    assert_true(mixed > 10);
}

/* ---- who stands in --------------------------------------------------------------------------- */

static void
a_deputy_who_is_the_absent_lead_in_another_post_does_not_stand_in(void **state)
{
    (void)state;
    struct office o;
    static const char absent[] = "SELECT count(*) FROM item WHERE kind = 'absent' AND state <> 3";
    OPEN(&o, { MAILBOX("head-of-od"), MAILBOX("head-of-od") "\n    absence: [{from: 2015-02-01, to:"
                                      " 2015-12-31}]" });
    engine_until(&o.e, D(2015, 6, 30));
    assert_int_equal(number(&o, absent), 0); /* another person deputises */
    leave(&o);
    OPEN(&o, { MAILBOX("head-of-od"), MAILBOX("head-of-od") "\n    absence: [{from: 2015-02-01, to:"
                                      " 2015-12-31}]" },
         { MAILBOX("head-of-td"), MAILBOX("head-of-od") });
    engine_until(&o.e, D(2015, 6, 30));
    assert_true(number(&o, absent) > 0);
    check_once(&o);
    leave(&o);
}

/* ---- who else hears that somebody leads it now ----------------------------------------------- */

static void
a_leads_deputy_hears_of_an_assignment_without_a_mail_of_its_own(void **state)
{
    (void)state;
    struct office o;
    static const char news[] = "SELECT count(*) FROM item WHERE kind = 'assign-fyi' AND why = 4 AND"
                               " role = 'head-of-td' AND of = 'Head of Organisational Development'";
    char told[256];
    (void)snprintf(told, sizeof told, "%s AND state = 2", news);
    OPEN(&o, { "title: Chief Executive\n", "title: Chief Executive\n" });
    assert_true(number(&o, news) > 0);
    assert_int_equal(number(&o, "SELECT sum(calls) FROM item WHERE kind = 'assign-fyi'"), 0);
    engine_until(&o.e, D(2015, 1, 5));
    assert_true(number(&o, told) > 0); /* the deputy leads something too, and hears of both */
    assert_true(number(&o, "SELECT count(*) FROM notice WHERE role = 'head-of-td' AND body LIKE"
                           " '%You are the deputy of the lead: Head of Organisational Dev%'")
                > 0);
    assert_int_equal(number(&o, "SELECT count(*) FROM notice n WHERE kind = 'digest' AND NOT EXISTS"
                                " (SELECT 1 FROM item i WHERE i.notice = n.id AND i.calls = 1)"),
                     0);
    leave(&o);
}

static void
a_new_leads_deputy_hears_of_it_and_the_old_ones_need_not(void **state)
{
    (void)state;
    struct office o;
    static const char *const fyi = "SELECT count(*) FROM item WHERE kind = 'assign-fyi' AND why = 4"
                                   " AND state = %d AND of = '%s' AND occurrence = (SELECT id FROM"
                                   " occurrence WHERE ref = '1b/deliver')";
    char sql[512];
    OPEN(&o, { "title: Chief Executive\n", "title: Chief Executive\n" });
    (void)snprintf(sql, sizeof sql, fyi, 1, "Head of Organisational Development");
    assert_int_equal(number(&o, sql), 1);
    const struct act give = { .ref = "1b/deliver", .event = ACTION_EV_REASSIGN, .percent = -1,
                              .role = "head-of-community-engagement", .comment = "as agreed",
                              .to = "associate-director-of-hr" };
    GOOD(&o.e, engine_act(&o.e, &give, NULL));
    assert_int_equal(number(&o, sql), 0);
    (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM item WHERE kind = 'assign-fyi' AND why ="
                   " 4 AND state = 1 AND role = 'head-of-hr' AND occurrence = (SELECT id FROM"
                   " occurrence WHERE ref = '1b/deliver')");
    assert_int_equal(number(&o, sql), 1);
    leave(&o);
}

/* ---- who co-ordinates ------------------------------------------------------------------------ */

static void
who_co_ordinates_the_parts_hears_which_are_open_and_is_asked_for_nothing(void **state)
{
    (void)state;
    struct office o;
    OPEN(&o, { "title: Chief Executive\n", "title: Chief Executive\n" });
    engine_until(&o.e, D(2015, 12, 30));
    static const char steps[] = "SELECT count(DISTINCT step) FROM item WHERE role = 'planning-lead'"
                                " AND why = 8 AND state = 2 AND kind <> 'assign-fyi'";
    assert_int_equal(number(&o, steps), 3); /* R-15, L1, L2 */
    assert_int_equal(number(&o, "SELECT count(*) FROM item WHERE role = 'planning-lead' AND why = 8"
                                " AND step = 'L1+1'"),
                     4);
    assert_int_equal(number(&o, "SELECT count(*) FROM item WHERE why = 8 AND level > 2"), 0);
    assert_true(number(&o, "SELECT count(*) FROM notice WHERE role = 'planning-lead' AND body LIKE"
                           " '%You co-ordinate the parts of this action.%' AND body LIKE"
                           " '%the lead is asked to %' AND body NOT LIKE '%ask:      finish it%'")
                > 0);
    leave(&o);
}

/* ---- the roster changes ---------------------------------------------------------------------- */

static int
digests_on(struct office *o, day_t day, const char *address)
{
    char sql[256];
    (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM notice WHERE kind = 'digest' AND state <>"
                                    " 4"
                   " AND lower(address) = '%s' AND created_ms / 86400000 = %d", address, day);
    return (int)number(o, sql);
}

/* Something new to say to a post, in the middle of a day. */
static void
say_week(struct office *o, const char *role, int64_t about)
{
    const struct item_topic_order order = { .kind = ITEM_ROLLUP, .plan = "CO-304",
                                            .topic = "CO-304", .about = about, .role = role,
                                            .why = NOTICE_WHY_OWNER, .words = "nIt is so.\n" };
    struct engine *e = &o->e;
    GOOD(e, store_begin(e->store, &e->why));
    GOOD(e, item_add_topic(e->world, e->store, &order, e->now_ms, &e->why));
    GOOD(e, store_commit(e->store, &e->why));
}

static void
a_mailbox_that_another_post_gets_has_no_second_digest_that_day(void **state)
{
    (void)state;
    struct office o;
    static const struct edit moved[] = {
        { MAILBOX("head-of-od"), MAILBOX("new-od") },
        { MAILBOX("head-of-td"), "email: Head-of-OD@example.nhs.uk" },
    };
    OPEN(&o, { MAILBOX("head-of-od"), MAILBOX("head-of-od") });
    engine_until(&o.e, D(2015, 1, 4));
    say_week(&o, "head-of-od", 1);
    engine_until(&o.e, D(2015, 1, 5));
    assert_int_equal(digests_on(&o, D(2015, 1, 5), "head-of-od@example.nhs.uk"), 1);
    edit_roster(&o, moved, LENGTH(moved));
    say_week(&o, "head-of-td", 2);
    engine_until(&o.e, D(2015, 1, 5));
    o.e.now_ms = zone_instant(o.e.world->zone, D(2015, 1, 5), 13 * 60);
    engine_until(&o.e, D(2015, 1, 5));
    assert_int_equal(digests_on(&o, D(2015, 1, 5), "head-of-od@example.nhs.uk"), 1);
    engine_until(&o.e, D(2015, 1, 6));
    assert_int_equal(digests_on(&o, D(2015, 1, 6), "head-of-od@example.nhs.uk"), 1);
    check_once(&o);
    leave(&o);
}

static void
a_job_for_a_post_that_reads_its_mailbox_no_more_writes_nothing(void **state)
{
    (void)state;
    struct office o;
    OPEN(&o, { MAILBOX("head-of-od"), MAILBOX("learning") },
         { MAILBOX("head-of-td"), MAILBOX("learning") });
    struct engine *e = &o.e;
    struct person p;
    say_week(&o, "head-of-od", 1);
    say_week(&o, "head-of-td", 2);
    e->now_ms = world_send_ms(e->world, D(2015, 1, 5));
    GOOD(e, person_get(e->store, "head-of-od", &p, &e->why));
    const char *other = strcmp(p.reader, "head-of-od") == 0 ? "head-of-td" : "head-of-od";
    GOOD(e, store_begin(e->store, &e->why));
    assert_int_equal(digest_write(e->world, e->store, other, e->now_ms, &e->why), 0);
    assert_int_equal(digest_write(e->world, e->store, p.reader, e->now_ms, &e->why), 1);
    GOOD(e, store_commit(e->store, &e->why));
    assert_int_equal(number(&o, "SELECT count(*) FROM item WHERE kind = 'rollup' AND state ="
                                " 2"), 2);
    leave(&o);
}

static void
what_a_survey_shows_of_an_action_is_told_once_to_two_leads_with_one_mailbox(void **state)
{
    (void)state;
    struct office o;
    OPEN(&o, { MAILBOX("head-of-od"), MAILBOX("learning") },
         { MAILBOX("head-of-td"), MAILBOX("learning") });
    say_week(&o, "head-of-od", 7);
    say_week(&o, "head-of-td", 7);
    engine_until(&o.e, D(2015, 1, 5));
    assert_int_equal(number(&o, "SELECT count(*) FROM item WHERE kind = 'rollup' AND state ="
                                " 2"), 1);
    assert_int_equal(number(&o, "SELECT count(*) FROM item WHERE kind = 'rollup' AND state ="
                                " 3"), 1);
    leave(&o);
}

static void
what_a_dead_mailbox_cannot_be_told_is_not_passed_on_to_the_same_mailbox(void **state)
{
    (void)state;
    struct office o;
    OPEN(&o, { MAILBOX("head-of-community-engagement"), MAILBOX("learning") },
         { MAILBOX("head-of-od"), MAILBOX("learning") });
    engine_until(&o.e, D(2015, 1, 5));
    assert_int_equal(sqlite3_exec(o.e.store->db, "INSERT INTO quarantine (address, notice, words,"
                                  " at_ms) SELECT 'learning@example.nhs.uk', max(id), 'no', 1 FROM"
                                  " notice", NULL, NULL, NULL), SQLITE_OK);
    say_week(&o, "head-of-od", 7);
    assert_int_equal(number(&o, "SELECT count(*) FROM item WHERE about = 7"), 1);
    leave(&o);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_posts_with_one_mailbox_get_one_digest_a_day),
        cmocka_unit_test(each_item_says_which_post_is_told_where_a_mail_speaks_to_several),
        cmocka_unit_test(the_mail_is_in_the_locale_and_format_of_the_first_of_the_roster),
        cmocka_unit_test(a_committee_with_one_mailbox_hears_of_a_level_in_one_mail),
        cmocka_unit_test(an_owner_who_leads_or_sits_elsewhere_too_is_told_of_nothing_twice),
        cmocka_unit_test(a_deputy_who_is_the_absent_lead_in_another_post_does_not_stand_in),
        cmocka_unit_test(a_leads_deputy_hears_of_an_assignment_without_a_mail_of_its_own),
        cmocka_unit_test(a_new_leads_deputy_hears_of_it_and_the_old_ones_need_not),
        cmocka_unit_test(who_co_ordinates_the_parts_hears_which_are_open_and_is_asked_for_nothing),
        cmocka_unit_test(a_mailbox_that_another_post_gets_has_no_second_digest_that_day),
        cmocka_unit_test(a_job_for_a_post_that_reads_its_mailbox_no_more_writes_nothing),
        cmocka_unit_test(
            what_a_survey_shows_of_an_action_is_told_once_to_two_leads_with_one_mailbox),
        cmocka_unit_test(what_a_dead_mailbox_cannot_be_told_is_not_passed_on_to_the_same_mailbox),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
