/* SPDX-License-Identifier: MIT */
/* test_action.c - every cell of the action table, who may do what, and docs/action-states.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/action.h"
#include "state_page.h"

#define PAGE "docs/action-states.md"

/* Written a second time by hand, one letter a state; a dot is forbidden.
 * P planned, O open, I in progress, S submitted, C complete, B blocked, H on hold, W withdrawn,
 * X superseded, L left the plan. The rows are in the order of the events. */
static const char letters[] = ".POISCBHWXL";
static const struct {
    const char *event;
    const char *from_p_o_i_s_c_b_h_w_x_l;
} table[] = {
    { "activate", "O........." }, { "ack", ".OI......." }, { "start", "II........" },
    { "progress", "III......." }, { "block", ".BB......." }, { "unblock", ".....I...." },
    { "hold", ".HH..H...." }, { "resume", "......O..." }, { "submit", "SSS..S...." },
    { "verify", "...C......" }, { "reject", "...I......" }, { "extend", "POI..B...." },
    { "reassign", "POIS.BH..." }, { "withdraw", "WWWW.WW..W" }, { "supersede", "XXXX.XX..X" },
    { "reopen", "....I....." }, { "agree-metric", "POIS.BH..." }, { "leave", "LLLL.LL..." },
    { "annual", "POIS.BH..." }, { "quarterly", "POIS.BH..." },
};

static void
every_cell_is_what_it_should_be_and_a_blank_one_forbids(void **state)
{
    (void)state;
    assert_int_equal(LENGTH(table), ACTION_EVENT_MAX_ - 1);
    assert_int_equal(strlen(letters), ACTION_STATE_MAX_);
    for (int event = 1; event < ACTION_EVENT_MAX_; event++) {
        assert_string_equal(action_event_name((enum action_event)event), table[event - 1].event);
        for (int from = 1; from < ACTION_STATE_MAX_; from++) {
            char cell = table[event - 1].from_p_o_i_s_c_b_h_w_x_l[from - 1];
            int to = cell == '.' ? 0 : (int)(strchr(letters, cell) - letters);
            assert_int_equal(action_next((enum action_state)from, (enum action_event)event), to);
        }
    }
}

static void
numbers_outside_the_table_are_forbidden(void **state)
{
    (void)state;
    for (int i = -1; i <= ACTION_EVENT_MAX_ + 1; i++) {
        assert_int_equal(action_next(ACTION_STATE_MAX_, (enum action_event)i), 0);
        assert_int_equal(action_next((enum action_state)-1, (enum action_event)i), 0);
        assert_int_equal(action_next(ACTION_NONE, (enum action_event)i), 0);
    }
    assert_int_equal(action_next(ACTION_OPEN, (enum action_event)-1), 0);
    assert_int_equal(action_next(ACTION_OPEN, ACTION_EV_NONE), 0);
    assert_int_equal(action_next(ACTION_OPEN, ACTION_EVENT_MAX_), 0);
    assert_int_equal(action_who(ACTION_EVENT_MAX_), 0);
    assert_string_equal(action_state_name(ACTION_STATE_MAX_), "NONE");
    assert_string_equal(action_event_name(ACTION_EVENT_MAX_), "none");
    assert_string_equal(action_who_words(ACTION_EVENT_MAX_), "nobody");
}

static void
only_a_complete_action_leaves_a_final_state(void **state)
{
    (void)state;
    for (int from = 1; from < ACTION_STATE_MAX_; from++) {
        for (int event = 1; event < ACTION_EVENT_MAX_; event++) {
            bool moves = action_next((enum action_state)from, (enum action_event)event) != 0;
            bool is_reopen = from == ACTION_COMPLETE && event == ACTION_EV_REOPEN;
            assert_true(!action_is_final((enum action_state)from) || !moves || is_reopen);
        }
    }
}

static void
nobody_completes_but_the_verifier(void **state)
{
    (void)state;
    for (int from = 1; from < ACTION_STATE_MAX_; from++) {
        for (int i = 1; i < ACTION_EVENT_MAX_; i++) {
            enum action_event event = (enum action_event)i;
            bool completes = action_next((enum action_state)from, event) == ACTION_COMPLETE;
            assert_true(!completes || action_who(event) == ACTOR_VERIFIER);
        }
    }
}

static void
every_event_has_somebody_and_words_for_it(void **state)
{
    (void)state;
    for (int event = 1; event < ACTION_EVENT_MAX_; event++) {
        assert_true(action_who((enum action_event)event) != 0);
        assert_string_not_equal(action_who_words((enum action_event)event), "nobody");
        assert_false(action_who((enum action_event)event) & ACTOR_SUPPORT);
    }
    assert_int_equal(action_who(ACTION_EV_SUBMIT), ACTOR_LEAD | ACTOR_DEPUTY);
    assert_int_equal(action_who(ACTION_EV_HOLD), ACTOR_FORUM | ACTOR_OWNER);
    assert_int_equal(action_who(ACTION_EV_REASSIGN), ACTOR_OWNER);
    assert_int_equal(action_who(ACTION_EV_WITHDRAW), ACTOR_FORUM);
    assert_int_equal(action_who(ACTION_EV_ACTIVATE), ACTOR_SYSTEM);
    assert_string_equal(action_who_words(ACTION_EV_START), "the lead or the lead's deputy");
}

static void
names_go_both_ways(void **state)
{
    (void)state;
    for (int i = 1; i < ACTION_STATE_MAX_; i++) {
        assert_int_equal(action_state_parse(action_state_name((enum action_state)i)), i);
    }
    for (int i = 1; i < ACTION_EVENT_MAX_; i++) {
        assert_int_equal(action_event_parse(action_event_name((enum action_event)i)), i);
    }
    assert_int_equal(action_state_parse("open"), ACTION_NONE);
    assert_int_equal(action_state_parse("NONE"), ACTION_NONE);
    assert_int_equal(action_event_parse("finish"), ACTION_EV_NONE);
    assert_int_equal(action_event_parse("none"), ACTION_EV_NONE);
}

static void
reminders_run_while_it_is_open_in_progress_or_blocked(void **state)
{
    (void)state;
    for (int i = 0; i <= ACTION_STATE_MAX_; i++) {
        assert_int_equal(action_is_open((enum action_state)i), i == ACTION_OPEN ||
                         i == ACTION_IN_PROGRESS || i == ACTION_BLOCKED);
    }
}

static int
next_of(int from, int event)
{
    return (int)action_next((enum action_state)from, (enum action_event)event);
}
static const char *
state_name_of(int state)
{
    return action_state_name((enum action_state)state);
}
static const char *
event_name_of(int event)
{
    return action_event_name((enum action_event)event);
}
static const char *
event_who_of(int event)
{
    return action_who_words((enum action_event)event);
}

static const struct state_table page = {
    .title = "The states of an occurrence",
    .words = "Made from the table in `lib/rules/action.c` by `test_action --write`; the test "
             "compares. A blank cell is forbidden. The picture leaves out what keeps the state. "
             "Who supports an action may say words (ack, progress) and draft what is handed in "
             "(submit): both are recorded and move nothing. What "
             "the verifier handed in another post verifies (decision 35).",
    .n_states = ACTION_STATE_MAX_,
    .n_events = ACTION_EVENT_MAX_,
    .first = ACTION_PLANNED,
    .next = next_of,
    .state_name = state_name_of,
    .event_name = event_name_of,
    .event_who = event_who_of,
};

static void
the_page_in_docs_is_the_table(void **state)
{
    (void)state;
    assert_true(state_page_is_current(PAGE, &page));
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_is_what_it_should_be_and_a_blank_one_forbids),
        cmocka_unit_test(numbers_outside_the_table_are_forbidden),
        cmocka_unit_test(only_a_complete_action_leaves_a_final_state),
        cmocka_unit_test(nobody_completes_but_the_verifier),
        cmocka_unit_test(every_event_has_somebody_and_words_for_it),
        cmocka_unit_test(names_go_both_ways),
        cmocka_unit_test(reminders_run_while_it_is_open_in_progress_or_blocked),
        cmocka_unit_test(the_page_in_docs_is_the_table),
    };
    if (argc == 2 && strcmp(argv[1], "--write") == 0) {
        return state_page_write(PAGE, &page);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
