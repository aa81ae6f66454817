/* SPDX-License-Identifier: MIT */
/*
 * test_play_chance.c - random trusts, plans, people, relays and outages, lived through twice: by
 * play (what simulate and the previews do) and as the hub and its workers do it. Both must tell the
 * same people the same things at the same instants, and neither may ever tell too much. A history
 * is one number, which a failure names: COPROD_HISTORY=4711 lives through that one again.
 * COPROD_HISTORIES=20000 lives through more of them, COPROD_HISTORY_FROM=100000 through others.
 */
#include "chance_check.h"

#ifdef __SANITIZE_ADDRESS__
enum { HISTORIES = 40, LOW = 10 };
#else
enum { HISTORIES = 1000, LOW = 40 };
#endif

static struct {
    struct stage stage;
    struct life one, other;
    uint64_t number; /* of the history under way */
    bool is_under_way;
} theatre; /* a store costs more than a history: all have the same two */

/* How often what is asserted had a case: a test of nothing passes too. */
struct cases {
    int weeks, signals, acts, outages, catchups, forum, board, packs, edits, refused_edits,
        came_back, put_off, refused, kills, relays, digests, moved, again, wrong, restored,
        set_back, stops, taken;
};

static int64_t
from_environment(const char *name, int64_t preset)
{
    int64_t n = preset;
    const char *words = getenv(name);
    assert_int_equal(words ? text_to_i64(words, 0, INT64_MAX / 10000, &n) : 0, 0);
    return n;
}

static int
open_theatre(void **state)
{
    AUTO_DIAG struct diag d = { 0 };
    struct stage *x = &theatre.stage;
    struct err why = { "" };
    (void)state;
    x->folder = scratch_open(CONFIG_DIR);
    assert_int_equal(conf_load(CONFIG_DIR "/coprod.yaml", &d, &x->conf), 0);
    x->conf->mail.mode = MAIL_MAILDIR;
    assert_int_equal(notice_templates_open(x->conf->templates, &x->words, &d, &why), 0);
    life_open(&theatre.one, x);
    life_open(&theatre.other, x);
    return 0;
}

static int
close_theatre(void **state)
{
    (void)state;
    life_close(&theatre.one);
    life_close(&theatre.other);
    (void)notice_templates_free(theatre.stage.words);
    theatre.stage.conf = conf_free(theatre.stage.conf);
    scratch_done(&theatre.stage.folder);
    return 0;
}

/* ---- one history ----------------------------------------------------------------------------- */

static void
read_files(const struct history *h)
{
    const struct scratch *folder = &theatre.stage.folder;
    AUTO_TEXT struct text path = { 0 };
    text_addf(&path, "%s/plan.yaml", folder->dir);
    for (int i = 0; i < h->n_files; i++) {
        AUTO_DIAG struct diag d = { 0 };
        const struct files *f = &h->files[i];
        scratch_write(folder, "plan.yaml", text_str(&f->plan), f->plan.len);
        scratch_write(folder, "roster.yaml", text_str(&f->roster), f->roster.len);
        scratch_write(folder, "forums.yaml", text_str(&f->forums), f->forums.len);
        if (plan_set_load(text_str(&path), &d, &theatre.stage.sets[i]) < 0) {
            AUTO_TEXT struct text words = { 0 };
            diag_print(&d, &words);
            fail_msg("%s\n%s\n%s", text_str(&words), text_str(&f->plan), text_str(&f->roster));
        }
    }
}

static void
forget_files(void)
{
    for (size_t i = 0; i < VERSIONS_MAX; i++) {
        theatre.stage.sets[i] = plan_set_free(theatre.stage.sets[i]);
    }
}

static void
show_difference(const struct text *a, const struct text *b)
{
    size_t i = 0;
    while (i < a->len && i < b->len && a->bytes[i] == b->bytes[i]) {
        i++;
    }
    while (i > 0 && i < a->len && a->bytes[i - 1] != '\n') {
        i--;
    }
    fail_msg("one tells:       %.300s\nthe other tells: %.300s\n",
             i < a->len ? text_str(a) + i : "", i < b->len ? text_str(b) + i : "");
}

static void
count_cases(struct life *l, struct cases *c)
{
    c->weeks += count_of(l, "SELECT count(*) FROM item WHERE state = 2 AND kind = 'rollup'");
    c->signals += count_of(l, "SELECT count(*) FROM item WHERE state = 2 AND kind = 'signal'");
    c->forum += count_of(l, "SELECT count(*) FROM item WHERE state = 2 AND level = 4");
    c->board += count_of(l, "SELECT count(*) FROM item WHERE state = 2 AND level = 5");
    c->digests += count_of(l, "SELECT count(*) FROM notice WHERE kind = 'digest' AND state = 2");
    c->packs += count_of(l, "SELECT count(*) FROM pack");
    for (size_t i = 0; i < l->n_back; i++) {
        c->outages += l->missed[i] > 0;
    }
    for (size_t i = 0; i < l->n_held; i++) {
        c->catchups += l->held[i].is_catchup;
    }
    c->acts += l->acts;
    c->edits += l->edits;
    c->refused_edits += l->refused_edits;
    c->came_back += l->came_back;
    c->put_off += l->put_off;
    c->refused += l->refused;
    c->kills += l->kills;
    c->relays += l->h->relay != 0;
    c->moved += l->moved;
    c->again += l->again;
    c->wrong += l->wrong;
    c->restored += l->restored;
    c->set_back += l->set_back;
    c->stops += l->stops;
    c->taken += l->taken;
}

static void
begin_history(struct history *h, uint64_t number)
{
    theatre.number = number;
    theatre.is_under_way = true;
    random_history(h, number);
    read_files(h);
}

static void
end_history(void)
{
    forget_files();
    theatre.is_under_way = false;
}

/* Play knows of no relay that refuses: such a history is lived through in two disorders. */
static void
one_history(uint64_t number, struct cases *c)
{
    AUTO(history) struct history h;
    AUTO_TEXT struct text a = { 0 };
    AUTO_TEXT struct text b = { 0 };
    begin_history(&h, number);
    life_begin(&theatre.one, &h, number * 31 + 1, h.relay != 0);
    life_begin(&theatre.other, &h, number * 104729 + 5, true);
    live(&theatre.other);
    theatre.one.leads = &theatre.other;
    live(&theatre.one);
    tale_of(&theatre.one, &a);
    tale_of(&theatre.other, &b);
    if (strcmp(text_str(&a), text_str(&b)) != 0) {
        show_difference(&a, &b);
    }
    check(&theatre.one);
    check(&theatre.other);
    count_cases(&theatre.other, c);
    end_history();
}

static int
name_the_history(void **state)
{
    (void)state;
    if (theatre.is_under_way) {
        print_error("this was COPROD_HISTORY=%" PRIu64 "\n", theatre.number);
        end_history();
    }
    return 0;
}

/* ---- the tests ------------------------------------------------------------------------------- */

static void
show_cases(int64_t n, const struct cases *c)
{
    print_message("%" PRId64 " histories: %d digests, %d weeks, %d signals, %d acts, %d edits (%d"
                  " moved something, %d refused), %d outages, %d catch-ups, %d at level 4, %d at"
                  " level 5, %d papers, %d came back, %d with such a relay: %d put off, %d refused;"
                  " %d kills\n", n,
                  c->digests, c->weeks, c->signals, c->acts, c->edits, c->moved, c->refused_edits,
                  c->outages, c->catchups, c->forum, c->board, c->packs, c->came_back, c->relays,
                  c->put_off, c->refused, c->kills);
    print_message("  the same files %d times, %d wrong requests, %d stores restored, %d clocks set"
                  " back, %d wrong, %d of them taken as they were\n", c->again, c->wrong,
                  c->restored, c->set_back, c->stops, c->taken);
}

static void
the_daemon_tells_what_play_foretold_whatever_happens(void **state)
{
    struct cases c = { 0 };
    int64_t only = from_environment("COPROD_HISTORY", -1);
    int64_t from = only >= 0 ? only : from_environment("COPROD_HISTORY_FROM", 0);
    int64_t n = only >= 0 ? 1 : from_environment("COPROD_HISTORIES", HISTORIES);
    (void)state;
    for (int64_t i = from; i < from + n; i++) {
        one_history((uint64_t)i, &c);
    }
    show_cases(n, &c);
    if (n < 50) {
        return;
    }
    assert_true(c.digests > 5 * n && c.weeks > n && c.signals > n / 4 && c.packs > n / 2);
    assert_true(c.acts > n && c.edits > n / 4 && c.moved > n / 10 && c.refused_edits > n / 10);
    assert_true(c.kills > 10 * n);
    assert_true(c.forum > n / 4 && c.board > n / 10 && c.outages > n / 4 && c.catchups > n / 10);
    assert_true(c.came_back > n / 10 && c.relays > n / 8);
    assert_true(c.put_off > n / 8 && c.refused > n / 20);
    assert_true(c.again > n / 10 && c.wrong > n && c.restored > n / 20 && c.set_back > n / 20);
    assert_true(c.stops > n / 20 && c.taken > n / 40);
}

/* Ceilings so low that mail waits on many days: which of it leaves first may differ, but nothing is
 * lost, nothing is too much, and nobody is told too soon. */
static void
low_ceilings_lose_nothing_and_hold_whatever_happens(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < LOW; i++) {
        AUTO(history) struct history h;
        struct life *l = &theatre.one;
        char sql[256];
        begin_history(&h, 500000 + i);
        life_begin(l, &h, i + 7, i % 2 == 0);
        l->max_all = 1 + (int)(i % 3);
        world_renew(l);
        live(l);
        check(l);
        (void)snprintf(sql, sizeof sql, "SELECT o.at_ms / 86400000, count(*) FROM delivery_outcome"
                       " o JOIN notice n ON n.id = o.notice WHERE n.kind = 'digest' AND o.outcome ="
                       " 'accepted' GROUP BY 1 HAVING count(*) > %d", l->max_all);
        must_be_empty(l, "more than a day allows", sql);
        end_history();
    }
}

/* ---- do they bite? --------------------------------------------------------------------------- */

/* Breaks it in a life that is whole, looks, and mends it again. */
static bool
finds_what_is_planted(struct life *l, const char *plant, const char *finds)
{
    AUTO_TEXT struct text found = { 0 };
    need(l, store_begin(l->s, &l->why));
    run_sql(l, plant);
    lines_of(l, finds, &found);
    store_rollback(l->s);
    return found.len > 0;
}

static bool
finds_a_storm(struct life *l)
{
    char sql[160];
    bool is_found = false;
    for (size_t i = 0; i < l->n_back && !is_found; i++) {
        AUTO_TEXT struct text found = { 0 };
        (void)snprintf(sql, sizeof sql, "UPDATE item SET created_ms = %" PRId64 " WHERE level > 0",
                       l->back_ms[i]);
        need(l, store_begin(l->s, &l->why));
        run_sql(l, sql);
        new_levels_at_once(l, i, &found);
        store_rollback(l->s);
        is_found = found.len > 0;
    }
    return is_found;
}

/* The three faults of a mail that leaves, each by itself. */
static bool
finds_what_must_not_leave(struct life *l)
{
    static const char reminder[] =
        "SELECT i.notice FROM item i JOIN occurrence o ON o.id = i.occurrence WHERE i.state = 2 AND"
        " i.kind IN ('remind', 'overdue') AND i.gen = o.gen AND o.state IN (2, 3) LIMIT 1";
    struct mail m = { .notice = count_of(l, reminder), .kind = "digest" };
    int64_t opens = world_send_ms(l->w, calendar_roll_forward(&l->w->calendar, l->h->from + 10));
    if (m.notice == 0) {
        return false;
    }
    l->n_held = 0;
    l->now_ms = opens;
    m.written_ms = opens - 86400000;
    assert_string_equal(fault_of_leaving(l, &m), "it left with the words of another day");
    m.written_ms = opens;
    assert_null(fault_of_leaving(l, &m));
    l->now_ms = opens - 1;
    assert_string_equal(fault_of_leaving(l, &m), "it left outside the hours of mail");
    l->now_ms = opens;
    l->held[l->n_held++] = (struct span){ opens, opens + 1, true, false };
    assert_string_equal(fault_of_leaving(l, &m), "it left while mail was held");
    (void)snprintf(m.kind, sizeof m.kind, "admin");
    assert_null(fault_of_leaving(l, &m));
    need(l, store_begin(l->s, &l->why));
    run_sql(l, "UPDATE occurrence SET state = 5");
    assert_string_equal(fault_of_leaving(l, &m), "it asks for something that is over");
    store_rollback(l->s);
    return true;
}

static bool
finds_another_tale(struct life *l)
{
    AUTO_TEXT struct text a = { 0 };
    AUTO_TEXT struct text b = { 0 };
    tale_of(l, &a);
    need(l, store_begin(l->s, &l->why));
    run_sql(l, "UPDATE notice SET body = body || '.' WHERE id = (SELECT max(id) FROM notice WHERE"
               " kind <> 'admin')");
    tale_of(l, &b);
    store_rollback(l->s);
    return strcmp(text_str(&a), text_str(&b)) != 0;
}

static void
each_property_finds_what_breaks_it(void **state)
{
    bool is_seen[LENGTH(properties) + 3] = { false };
    size_t n_seen = 0;
    (void)state;
    for (uint64_t i = 0; n_seen < LENGTH(is_seen) && i < 500; i++) {
        AUTO(history) struct history h;
        struct life *l = &theatre.other;
        begin_history(&h, i);
        life_begin(l, &h, i, true);
        live(l);
        n_seen = 0;
        for (size_t k = 0; k < LENGTH(is_seen); k++) {
            size_t more = k - LENGTH(properties);
            if (!is_seen[k]) {
                const struct property *p = &properties[k % LENGTH(properties)];
                is_seen[k] = k < LENGTH(properties)
                                 ? finds_what_is_planted(l, p->plant, p->finds)
                             : more == 0 ? finds_a_storm(l)
                             : more == 1 ? finds_what_must_not_leave(l)
                                         : finds_another_tale(l);
            }
            n_seen += is_seen[k];
        }
        end_history();
    }
    for (size_t k = 0; k < LENGTH(is_seen); k++) {
        if (!is_seen[k]) {
            fail_msg("never found: %s",
                     k < LENGTH(properties) ? properties[k].words : "one of the last three");
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_daemon_tells_what_play_foretold_whatever_happens,
                                  name_the_history),
        cmocka_unit_test_teardown(low_ceilings_lose_nothing_and_hold_whatever_happens,
                                  name_the_history),
        cmocka_unit_test_teardown(each_property_finds_what_breaks_it, name_the_history),
    };
    return cmocka_run_group_tests(tests, open_theatre, close_theatre);
}
