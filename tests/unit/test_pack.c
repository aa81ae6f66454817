/* SPDX-License-Identifier: MIT */
/* test_pack.c - a forum's papers: when they are made, what stands in them, and that they stay. */
#include "engine_fixture.h"

#include "engine/outgoing.h"
#include "engine/pack.h"
#include "rules/spc_state.h"
#include "store/trend.h"

#define FORUMS                                                                                     \
    "forums:\n  - id: qsc\n    title: Quality and Safety Committee\n"                             \
    "    secretary: qsc-secretary\n    chair: qsc-chair\n    reports_to: trust-board\n"
#define BOARD "  - {id: trust-board, title: Trust Board, secretary: company-secretary}\n"
#define MEETS FORUMS "    meetings: [2015-04-22, 2015-05-27, 2015-06-24]\n" BOARD

/* The daemon reads its files again, with these forums. */
static void
reload(struct desk *d, const char *forums)
{
    AUTO_DIAG struct diag diag = { 0 };
    AUTO_TEXT struct text path = { 0 };
    struct applied sum;
    struct scratch place = scratch_open(CONFIG_DIR);
    scratch_write(&place, "forums.yaml", forums, strlen(forums));
    scratch_copy(&place, CONFIG_DIR, "plan.yaml");
    text_addf(&path, "%s/plan.yaml", place.dir);
    d->set = plan_set_free(d->set);
    assert_int_equal(plan_set_load(text_str(&path), &diag, &d->set), 0);
    scratch_done(&place);
    need(d, store_begin(d->s, &d->why));
    need(d, desk_settle(d));
    need(d, desk_apply(d, d->set, &sum));
    need(d, store_commit(d->s, &d->why));
    d->w->is_mail_silent = true; /* every notice counts as accepted */
}

/* As play_until, and wakes for packs too. */
static void
live_until(struct desk *d, day_t last)
{
    for (day_t day = world_day(d->w, d->now_ms); day <= last; day++) {
        d->now_ms = world_send_ms(d->w, day);
        (void)fire_now(d, true);
    }
}

static struct pack_order
order_of(const struct desk *d, day_t meeting, enum pack_phase phase)
{
    return (struct pack_order){ .forum = committee_by_id(&d->w->committees, "qsc"),
                                .meeting = meeting, .phase = phase, .now_ms = d->now_ms };
}

static void
a_draft_comes_when_the_agenda_closes_and_the_final_one_when_papers_are_due(void **state)
{
    struct desk *d = *state;
    reload(d, MEETS);
    live_until(d, day_of(2015, 4, 7));
    assert_int_equal(number(d, "SELECT count(*) FROM pack"), 0);
    live_until(d, day_of(2015, 4, 8));
    assert_int_equal(number(d, "SELECT count(*) FROM pack WHERE phase = 'draft'"), 1);
    live_until(d, day_of(2015, 4, 14));
    assert_int_equal(number(d, "SELECT count(*) FROM pack"), 1);
    live_until(d, day_of(2015, 5, 1));
    assert_int_equal(number(d, "SELECT count(*) FROM pack WHERE phase = 'final' AND meeting = %d",
                            day_of(2015, 4, 22)), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM pack"), 2);
    assert_int_equal(number(d, "SELECT count(*) FROM notice WHERE role = 'qsc-secretary' AND key ="
                               " 'pack|qsc|2015-04-22|final|1' AND kind = 'pack'"), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM audit WHERE event = 'pack' AND subject ="
                               " 'pack qsc 2015-04-22 draft'"), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM job j JOIN notice n ON n.id = j.subject WHERE"
                               " j.kind = 4 AND n.kind = 'pack'"), 2);
}

/* Both are due at half past eight: whichever worker is quicker must not matter. */
static void
a_paper_does_not_leave_before_the_storm_of_its_morning_was_judged(void **state)
{
    struct desk *d = *state;
    struct outgoing out;
    static const char paper[] = "SELECT j.state FROM job j JOIN notice n ON n.id = j.subject WHERE"
                                " j.kind = 4 AND n.kind = 'pack'";
    reload(d, MEETS);
    live_until(d, day_of(2015, 4, 7));
    d->w->mail.mails = 0;
    d->w->mail_mode = WORLD_MAIL_SENDS;
    d->now_ms = world_send_ms(d->w, day_of(2015, 4, 8));
    need(d, store_begin(d->s, &d->why));
    need(d, standing_order(d->w, d->s, d->now_ms, &d->why));
    assert_true(do_jobs(d) > 0);
    assert_int_equal(number(d, paper), 1);
    assert_true(digest_order(d->w, d->s, d->now_ms, &d->why) > 0);
    assert_int_equal(number(d, paper), 2);
    need(d, outgoing_get(d->s, d->now_ms, &out, &d->why));
    assert_true(out.is_held && out.is_catchup);
    need(d, store_commit(d->s, &d->why));
}

static void
a_meeting_that_becomes_known_late_gets_its_final_paper_once_and_at_once(void **state)
{
    struct desk *d = *state;
    live_until(d, day_of(2015, 4, 20));
    reload(d, FORUMS "    meetings: [2015-03-25, 2015-04-22]\n" BOARD);
    (void)fire_now(d, true);
    (void)fire_now(d, true);
    assert_int_equal(number(d, "SELECT count(*) FROM pack"), 1); /* nothing for what is over */
    assert_int_equal(number(d, "SELECT count(*) FROM pack WHERE phase = 'final' AND meeting = %d",
                            day_of(2015, 4, 22)), 1);
    live_until(d, day_of(2015, 4, 30));
    assert_int_equal(number(d, "SELECT count(*) FROM pack"), 1);
}

static void
where_agenda_and_papers_close_together_there_is_no_draft(void **state)
{
    struct desk *d = *state;
    reload(d, FORUMS "    meetings: [2015-04-22]\n    agenda_close_wd: 5\n" BOARD);
    live_until(d, day_of(2015, 4, 22));
    assert_int_equal(number(d, "SELECT count(*) FROM pack"), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM pack WHERE phase = 'final'"), 1);
}

static void
a_meeting_that_is_taken_back_gets_no_paper(void **state)
{
    struct desk *d = *state;
    reload(d, MEETS);
    need(d, store_begin(d->s, &d->why));
    assert_int_equal(pack_run(d->w, d->s, "qsc|2015-04-29|final", d->now_ms, &d->why), -ECANCELED);
    assert_int_equal(pack_run(d->w, d->s, "nobody|2015-04-22|final", d->now_ms, &d->why),
                     -ECANCELED);
    assert_int_equal(pack_run(d->w, d->s, "qsc|2015-04-22|other", d->now_ms, &d->why),
                     -ECANCELED);
    assert_int_equal(pack_run(d->w, d->s, "qsc", d->now_ms, &d->why), -ECANCELED);
    assert_int_equal(pack_run(d->w, d->s, "qsc|2015-04-22|final", d->now_ms, &d->why), 0);
    assert_int_equal(pack_run(d->w, d->s, "qsc|2015-04-22|final", d->now_ms, &d->why), 0);
    assert_int_equal(number(d, "SELECT count(*) FROM pack"), 1);
    store_rollback(d->s);
}

/* ---- what stands in it ----------------------------------------------------------------------- */

static void
preview(struct desk *d, day_t meeting, struct pack_paper *ret)
{
    struct pack_order order = order_of(d, meeting, PACK_PREVIEW);
    need(d, pack_render(d->w, d->s, &order, ret, &d->why));
}

#define A_1B "1b/deliver: Design a workshop on co-production and hold it for all\xE2\x80\xA6 "
#define A_1F "1f/deliver: Make co-production one of the priorities in the Quality\xE2\x80\xA6 "

static void
must_say(const struct pack_paper *p, const char *words)
{
    AUTO_TEXT struct text one = { 0 }; /* lines of the text are folded */
    for (const char *c = text_str(&p->plain); *c; c++) {
        bool is_blank = *c == '\n' || *c == ' ';
        if (!is_blank || (one.len > 0 && one.bytes[one.len - 1] != ' ')) {
            text_addc(&one, is_blank ? ' ' : *c);
        }
    }
    if (!strstr(text_str(&one), words)) {
        print_error("nowhere: %s\n%s\n", words, text_str(&p->plain));
        fail();
    }
}

static void
every_section_is_there_and_tells_what_is(void **state)
{
    struct desk *d = *state;
    AUTO_PACK_PAPER struct pack_paper p = { .html = { 0 } };
    static const char *const sections[] = {
        "1. Where the plan stands", "2. Decisions asked for", "3. Red and amber, by objective",
        "4. Declared otherwise than computed", "5. Going red before the next meeting",
        "6. Without a metric, a lead or an address", "7. Returns", "8. What the surveys show",
        "9. Review of the policy", "10. Mail that did not arrive", "Appendix. All actions" };
    reload(d, MEETS);
    live_until(d, day_of(2015, 5, 12));
    change(d, "UPDATE occurrence SET declared = 'green', note = 'rooms are booked', moves = 2,"
              " moved_days = 40 WHERE ref = '1f/deliver'");
    change(d, "UPDATE role SET email = NULL WHERE id = 'quality-governance-manager'");
    change(d, "UPDATE notice SET state = 3 WHERE id IN (SELECT max(id) FROM notice WHERE kind IN"
              " ('digest', 'admin') AND created_ms < 1431000000000 GROUP BY kind)");
    preview(d, day_of(2015, 5, 27), &p);
    const char *at = text_str(&p.plain);
    for (size_t i = 0; i < LENGTH(sections); i++) {
        at = strstr(at, sections[i]); /* in this order */
        assert_non_null(at);
    }
    must_say(&p, "24 actions: ");
    must_say(&p, "Since the final pack for the meeting of 22 April 2015: ");
    must_say(&p, A_1F "Asked of the forum: how it goes on; it is before this forum since ");
    must_say(&p, "31 March 2015, 27 working days late, moved 2 times by 40 days");
    must_say(&p, "Last word from the lead: rooms are booked");
    must_say(&p, "Declared by the lead: G green From the facts: R red");
    must_say(&p, "The meeting after this one is on 24 June 2015.");
    must_say(&p, "What is missing: a metric");
    must_say(&p, "an address, or a holder of the post: Quality Governance Manager");
    must_say(&p, "1d: Make the approach known to Senior Managers Lead: Senior Management Team");
    must_say(&p, "CO-304, ");
    must_say(&p, "due by 31 January 2018");
    must_say(&p, "What became of it: refused, or given up");
    const char *lost = strstr(text_str(&p.plain), "What became of it"); /* and no drill */
    assert_null(strstr(lost + 1, "What became of it"));
    must_say(&p, "All 24 actions");
    must_say(&p, "Preview: not given out, and not kept");
    const char *address = strstr(text_str(&p.plain), "@example.nhs.uk");
    assert_non_null(address); /* who gives other formats; else posts, and no addresses */
    assert_null(strstr(address + 1, "@example.nhs.uk"));
}

static void
charted(struct desk *d, const char *name, unsigned states)
{
    struct measure_row row = { .name = name, .survey = "part", .plan = "CO-304", .action = "2e",
                               .mark = "", .kind = "xmr", .states = states, .variation = "",
                               .assurance = "", .words = name, .now_ms = d->now_ms };
    need(d, store_begin(d->s, &d->why));
    need(d, measure_put(d->s, &row, &d->why));
    need(d, store_commit(d->s, &d->why));
}

/* One value is no reason to say that nothing has changed. */
static void
where_a_chart_cannot_tell_the_paper_says_why_and_gives_no_verdict(void **state)
{
    struct desk *d = *state;
    AUTO_PACK_PAPER struct pack_paper p = { .html = { 0 } };
    reload(d, MEETS);
    charted(d, "young", SPC_TRIAL_LIMITS | SPC_NO_VARIATION);
    charted(d, "calm", SPC_GAPS);
    preview(d, day_of(2015, 4, 22), &p);
    must_say(&p, "shows: young Signal: There are fewer than 13 values since the baseline began");
    must_say(&p, "shows: calm Signal: none");
}

static void
what_an_edit_left_undecided_is_asked_of_the_forum(void **state)
{
    struct desk *d = *state;
    AUTO_PACK_PAPER struct pack_paper p = { .html = { 0 } };
    struct acted done;
    const struct act extend = { .plan = "", .ref = "1f", .event = ACTION_EV_EXTEND,
                                .actor = "qsc-secretary", .role = "qsc-secretary",
                                .on_behalf = "", .comment = "rooms", .evidence = "",
                                .minute = "QSC 5/15", .percent = -1,
                                .date = day_of(2015, 9, 30) };
    reload(d, MEETS);
    live_until(d, day_of(2015, 4, 9));
    change(d, "UPDATE occurrence SET unminuted = 1 WHERE ref = '1f/deliver';"
              " UPDATE occurrence SET out_state = state, state = (SELECT 10)"
              " WHERE ref = '1b/deliver'");
    assert_int_equal(ACTION_WITHDRAWN_PENDING, 10);
    preview(d, day_of(2015, 4, 22), &p);
    must_say(&p, A_1F "Asked of the forum: moved 1 time to a later day without a minute");
    must_say(&p, A_1B "Asked of the forum: gone from the plan: end it by minute");
    pack_paper_done(&p);
    need(d, store_begin(d->s, &d->why));
    need(d, act(d->w, d->s, &extend, d->now_ms, &done, &d->why));
    need(d, store_commit(d->s, &d->why));
    preview(d, day_of(2015, 4, 22), &p);
    assert_null(strstr(text_str(&p.plain), "without a minute"));
}

static void
movement_is_told_against_the_last_paper(void **state)
{
    struct desk *d = *state;
    AUTO_PACK_PAPER struct pack_paper p = { .html = { 0 } };
    reload(d, MEETS);
    live_until(d, day_of(2015, 4, 16));
    preview(d, day_of(2015, 4, 22), &p);
    must_say(&p, "This is the first pack");
    pack_paper_done(&p);
    live_until(d, day_of(2015, 5, 12));
    change(d, "UPDATE occurrence SET state = 5 WHERE ref = '1f/deliver'");
    preview(d, day_of(2015, 5, 27), &p);
    must_say(&p, "1 closed");
    must_say(&p, A_1F "Movement: closed It was: R red It is: B blue: complete");
}

static int
report(struct desk *d, const char *ref, const char *role, const char *figure)
{
    struct acted done;
    const struct act a = { .plan = "", .ref = ref, .event = ACTION_EV_SUBMIT, .actor = role,
                           .role = role, .on_behalf = "", .comment = "", .evidence = "",
                           .minute = "", .figure = figure, .percent = -1, .date = DAY_NONE };
    need(d, store_begin(d->s, &d->why));
    int r = act(d->w, d->s, &a, d->now_ms, &done, &d->why);
    need(d, store_commit(d->s, &d->why));
    return r;
}

static void
returns_are_told_with_their_figures_and_nil_and_absorbed_ones_are_counted(void **state)
{
    static const char lead[] = "head-of-community-engagement";
    struct desk *d = *state;
    AUTO_PACK_PAPER struct pack_paper p = { .html = { 0 } };
    reload(d, FORUMS "    meetings: [2016-12-14]\n" BOARD);
    live_until(d, day_of(2016, 7, 1));
    need(d, report(d, "3j/return/2015Q2", lead, "12/40"));
    live_until(d, day_of(2016, 11, 30));
    preview(d, day_of(2016, 12, 14), &p);
    must_say(&p, "3j: Patients are in from the start when services are developed\xE2\x80\xA6 Lead: "
                 "Head of Community Engagement and Patient Involvement Sent: 1 of 6 "
                 "Missing in a row: 5 (red); a newer one stands for 4 "
                 "Latest sent: April to June 2015: 12/40 (30 %) "
                 "Latest asked for: July to September 2016");
    pack_paper_done(&p);
    need(d, report(d, "3j/return/2016Q3", lead, "nil"));
    preview(d, day_of(2016, 12, 14), &p);
    must_say(&p, "Sent: 2 of 6, nil: 1 Missing in a row: 0");
    must_say(&p, "Latest sent: July to September 2016: nil return");
    must_say(&p, "were sent, 1 of these as nil returns;");
    assert_non_null(strstr(text_str(&p.csv), ",\"last_word\",\"figure\"\r\n"));
    assert_non_null(strstr(text_str(&p.csv), ",\"nil\"\r\n"));
    pack_paper_done(&p);
    change(d, "UPDATE occurrence SET state = 8 WHERE ref > '3j/return/2016Q3'"
              " AND ref < '3j/s'"); /* nothing later is asked for */
    preview(d, day_of(2016, 12, 14), &p);
    must_say(&p, "Next due: none: the series ends with the policy's review, due on 31 January");
}

static void
what_will_be_red_is_told_before(void **state)
{
    struct desk *d = *state;
    AUTO_PACK_PAPER struct pack_paper p = { .html = { 0 } };
    reload(d, FORUMS "    meetings: [2015-06-24, 2015-07-22]\n" BOARD);
    live_until(d, day_of(2015, 6, 10));
    preview(d, day_of(2015, 6, 24), &p);
    must_say(&p, A_1B "Now: A amber: due in 14 working days, not started Then, if nothing "
                 "changes: R red: 16 working days late, not started Due: 30 June 2015");
}

static void
hostile_words_stay_words(void **state)
{
    struct desk *d = *state;
    AUTO_PACK_PAPER struct pack_paper p = { .html = { 0 } };
    reload(d, MEETS);
    live_until(d, day_of(2015, 5, 12));
    change(d, "UPDATE occurrence SET note = '=HYPERLINK(\"http://x\")<script>' || char(7, 10)"
              " WHERE ref = '1f/deliver'");
    preview(d, day_of(2015, 5, 27), &p);
    assert_non_null(strstr(text_str(&p.csv), ",\"'=HYPERLINK(\"\"http://x\"\")<script>"));
    assert_null(strstr(text_str(&p.html), "<script>"));
    assert_non_null(strstr(text_str(&p.html), "&lt;script&gt;"));
    assert_null(strchr(text_str(&p.plain), 7));
}

static void
a_paper_without_secretary_goes_to_the_owner_and_without_anybody_is_kept(void **state)
{
    struct desk *d = *state;
    reload(d, MEETS);
    change(d, "UPDATE role SET email = NULL WHERE id = 'qsc-secretary'");
    live_until(d, day_of(2015, 4, 8));
    assert_int_equal(number(d, "SELECT count(*) FROM notice WHERE kind = 'pack' AND role ="
                               " (SELECT owner FROM plan)"), 1);
    change(d, "UPDATE role SET email = NULL");
    live_until(d, day_of(2015, 4, 15));
    assert_int_equal(number(d, "SELECT count(*) FROM pack WHERE notice IS NULL"), 1);
}

/* ---- frozen ---------------------------------------------------------------------------------- */

static struct pack_check
verify(struct desk *d, int64_t id)
{
    struct pack_check check;
    need(d, pack_verify(d->s, id, &check, &d->why));
    return check;
}

static void
a_secretary_who_may_not_be_mailed_is_passed_over_for_the_owner(void **state)
{
    struct desk *d = *state;
    reload(d, MEETS);
    live_until(d, day_of(2015, 4, 7));
    change(d, "INSERT INTO quarantine (address, notice, words, at_ms) SELECT lower(email),"
              " (SELECT min(id) FROM notice), 'status 5.1.1', 1 FROM role"
              " WHERE id = 'qsc-secretary'");
    live_until(d, day_of(2015, 4, 8));
    assert_int_equal(number(d, "SELECT count(*) FROM notice n JOIN plan p ON p.owner = n.role WHERE"
                               " n.kind = 'pack' AND n.why LIKE '%%cannot be mailed'"), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM notice WHERE kind = 'pack'"), 1);
    change(d, "UPDATE role SET email = NULL WHERE id = (SELECT owner FROM plan)");
    live_until(d, day_of(2015, 4, 15)); /* neither: held, and shown, under the secretary's name */
    assert_int_equal(number(d, "SELECT count(*) FROM notice WHERE kind = 'pack' AND role ="
                               " 'qsc-secretary'"), 1);
}

static void
what_was_given_out_stays_whatever_changes_later(void **state)
{
    struct desk *d = *state;
    reload(d, MEETS);
    live_until(d, day_of(2015, 4, 15));
    int64_t before = number(d, "SELECT sum(length(html) + 7 * length(plain) + 13 * length(csv))"
                               " FROM pack");
    change(d, "UPDATE occurrence SET note = 'later', due = due + 9; UPDATE action SET text = 'x';"
              " UPDATE role SET title = 'y'");
    live_until(d, day_of(2015, 4, 22));
    assert_int_equal(number(d, "SELECT sum(length(html) + 7 * length(plain) + 13 * length(csv))"
                               " FROM pack"), before);
    assert_string_equal(verify(d, 1).words, "");
    assert_string_equal(verify(d, 2).words, "");
    assert_string_equal(verify(d, 2).name, "pack qsc 2015-04-22 final");
}

static void
one_changed_byte_is_found(void **state)
{
    struct desk *d = *state;
    reload(d, MEETS);
    live_until(d, day_of(2015, 4, 8));
    change(d, "UPDATE pack SET plain ="
              " CAST(replace(CAST(plain AS TEXT), '1f/del', '1g/del') AS BLOB)");
    assert_non_null(strstr(verify(d, 1).words, "its plain text is not what was frozen"));
    change(d, "UPDATE pack SET plain ="
              " CAST(replace(CAST(plain AS TEXT), '1g/del', '1f/del') AS BLOB)");
    assert_string_equal(verify(d, 1).words, "");
    change(d, "UPDATE pack SET csv = x'00', csv_sha256 ="
              " '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'");
    assert_non_null(strstr(verify(d, 1).words, "not those that the audit recorded"));
    change(d, "DELETE FROM audit WHERE event = 'pack'");
    assert_non_null(strstr(verify(d, 1).words, "the audit does not know it"));
    struct pack_check check;
    assert_int_equal(pack_verify(d->s, 77, &check, &d->why), -ENOENT);
}

/* ---- a corrected version --------------------------------------------------------------------- */

static int
again(struct desk *d, day_t meeting, const char *role, const char *reason)
{
    const struct pack_again x = { .forum = "qsc", .meeting = meeting, .reason = reason,
                                  .role = role, .actor = "user test", .on_behalf = role };
    struct pack_version made;
    need(d, store_begin(d->s, &d->why));
    int r = pack_again(d->w, d->s, &x, d->now_ms, &made, &d->why);
    need(d, store_commit(d->s, &d->why));
    return r < 0 ? r : made.rev;
}

static void
a_corrected_version_stands_beside_the_first_and_says_why_and_what(void **state)
{
    struct desk *d = *state;
    reload(d, MEETS);
    live_until(d, day_of(2015, 4, 15));
    change(d, "UPDATE occurrence SET state = 5 WHERE ref = '1f/deliver'");
    int64_t before = number(d, "SELECT total(length(html)) FROM pack");
    assert_int_equal(again(d, day_of(2015, 4, 22), "qsc-secretary", "1f was done in time"), 2);
    assert_int_equal(again(d, day_of(2015, 4, 22), "qsc-secretary", "1f was done in time"),
                     -EINVAL); /* it is on its way */
    (void)fire_now(d, true);
    assert_int_equal(number(d, "SELECT count(*) FROM pack WHERE phase = 'final'"), 2);
    assert_int_equal(number(d, "SELECT count(*) FROM pack WHERE rev = 2 AND phase = 'final' AND"
                               " reason = '1f was done in time' AND issued_by = 'qsc-secretary'"),
                     1);
    assert_int_equal(number(d, "SELECT total(length(html)) FROM pack WHERE rev = 1"), before);
    assert_int_equal(number(d, "SELECT count(*) FROM notice WHERE kind = 'pack' AND key ="
                               " 'pack|qsc|2015-04-22|final|2' AND subject LIKE"
                               " '%%corrected (version 2)%%' AND body LIKE"
                               " '%%1f/deliver: Make %%: done and checked; it was: red, not"
                               " started%%'"), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM pack WHERE rev = 2 AND CAST(plain AS TEXT)"
                               " LIKE '%%it stands in place of version 1%%'"), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM audit WHERE event = 'pack reissue'"), 1);
    for (int64_t id = 1; id <= 3; id++) {
        assert_string_equal(verify(d, id).words, "");
    }
    assert_string_equal(verify(d, 3).name, "pack qsc 2015-04-22 final version 2");
    assert_int_equal(again(d, day_of(2015, 4, 22), "head-of-community-engagement", "once more"),
                     3);
    (void)fire_now(d, true);
    assert_int_equal(number(d, "SELECT count(*) FROM pack WHERE rev = 3 AND CAST(plain AS TEXT)"
                               " LIKE '%%Every demand stands as in version 2%%'"), 1);
}

static void
who_may_not_and_what_cannot_be_corrected_is_refused(void **state)
{
    struct desk *d = *state;
    day_t meeting = day_of(2015, 4, 22);
    char words[300];
    (void)memset(words, 'x', sizeof words - 1);
    words[sizeof words - 1] = '\0';
    reload(d, MEETS);
    live_until(d, day_of(2015, 4, 2));
    assert_int_equal(again(d, meeting, "qsc-secretary", "a slip"), -ENOENT);
    live_until(d, day_of(2015, 4, 9));
    assert_int_equal(again(d, meeting, "head-of-od", "a slip"), -EPERM);
    assert_non_null(strstr(d->why.text, "the forum's secretary or the owner of one of its plans"));
    assert_int_equal(again(d, meeting, "qsc-secretary", ""), -EINVAL);
    assert_int_equal(again(d, meeting, "qsc-secretary", words), -EINVAL);
    assert_non_null(strstr(d->why.text, "at most 200 characters, and these are 299 (--reason)"));
    assert_int_equal(again(d, meeting + 1, "qsc-secretary", "a slip"), -EINVAL);
    assert_int_equal(again(d, meeting, "qsc-secretary", "a slip | or two"), 2);
    (void)fire_now(d, true);
    assert_int_equal(number(d, "SELECT count(*) FROM pack WHERE rev = 2 AND phase = 'draft' AND"
                               " reason = 'a slip | or two'"), 1);
    AUTO_TEXT struct text pictures = { 0 };
    for (size_t i = 0; i < 200; i++) {
        text_add(&pictures, "\U0001f642");
    }
    assert_int_equal(again(d, meeting, "qsc-secretary", text_str(&pictures)), 3);
    (void)fire_now(d, true);
    assert_int_equal(number(d, "SELECT length(reason) FROM pack WHERE rev = 3"), 200);
    live_until(d, day_of(2015, 4, 23));
    assert_int_equal(again(d, meeting, "qsc-secretary", "too late"), -EINVAL);
}

/* ---- every failure --------------------------------------------------------------------------- */

static int
make_one(struct desk *d)
{
    struct pack_order order = order_of(d, day_of(2015, 4, 22), PACK_FINAL);
    return pack_make(d->w, d->s, &order, &d->why);
}

static int
correct_one(struct desk *d)
{
    struct pack_order order = order_of(d, day_of(2015, 4, 22), PACK_DRAFT);
    order.rev = 2;
    order.by = "qsc-secretary";
    order.reason = "a slip";
    return pack_make(d->w, d->s, &order, &d->why);
}

static int
order_one(struct desk *d)
{
    const struct pack_again x = { .forum = "qsc", .meeting = day_of(2015, 4, 22),
                                  .reason = "a slip", .role = "head-of-community-engagement",
                                  .actor = "user test", .on_behalf = "" };
    struct pack_version made;
    return pack_again(d->w, d->s, &x, d->now_ms, &made, &d->why);
}

static int
verify_one(struct desk *d)
{
    struct pack_check check;
    return pack_verify(d->s, 1, &check, &d->why);
}

static void
each_failure_is_said_and_leaves_nothing(void **state)
{
    struct desk *d = *state;
    reload(d, MEETS);
    live_until(d, day_of(2015, 4, 2));
    fails_well(d, make_one);
    assert_int_equal(number(d, "SELECT count(*) FROM pack"), 0);
    live_until(d, day_of(2015, 4, 8));
    fails_well(d, verify_one);
    fails_well(d, order_one);
    fails_well(d, correct_one);
    assert_int_equal(number(d, "SELECT count(*) FROM pack"), 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_DESK(a_draft_comes_when_the_agenda_closes_and_the_final_one_when_papers_are_due),
        AT_A_DESK(a_paper_does_not_leave_before_the_storm_of_its_morning_was_judged),
        AT_A_DESK(a_meeting_that_becomes_known_late_gets_its_final_paper_once_and_at_once),
        AT_A_DESK(where_agenda_and_papers_close_together_there_is_no_draft),
        AT_A_DESK(a_meeting_that_is_taken_back_gets_no_paper),
        AT_A_DESK(every_section_is_there_and_tells_what_is),
        AT_A_DESK(where_a_chart_cannot_tell_the_paper_says_why_and_gives_no_verdict),
        AT_A_DESK(what_an_edit_left_undecided_is_asked_of_the_forum),
        AT_A_DESK(movement_is_told_against_the_last_paper),
        AT_A_DESK(returns_are_told_with_their_figures_and_nil_and_absorbed_ones_are_counted),
        AT_A_DESK(what_will_be_red_is_told_before),
        AT_A_DESK(hostile_words_stay_words),
        AT_A_DESK(a_paper_without_secretary_goes_to_the_owner_and_without_anybody_is_kept),
        AT_A_DESK(a_secretary_who_may_not_be_mailed_is_passed_over_for_the_owner),
        AT_A_DESK(what_was_given_out_stays_whatever_changes_later),
        AT_A_DESK(one_changed_byte_is_found),
        AT_A_DESK(a_corrected_version_stands_beside_the_first_and_says_why_and_what),
        AT_A_DESK(who_may_not_and_what_cannot_be_corrected_is_refused),
        AT_A_DESK(each_failure_is_said_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
