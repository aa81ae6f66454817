/* SPDX-License-Identifier: MIT */
/* test_likeness.c - which texts are taken for one: measured on the actions of CO-304. */
#include "plan_fixture.h"

#include "rules/likeness.h"

static void
the_same_words_are_wholly_alike_whatever_their_shape(void **state)
{
    (void)state;
    assert_int_equal(likeness("Hold a workshop.", "hold  A\nWORKSHOP"), 100);
    assert_int_equal(likeness("", ""), 100);
    assert_int_equal(likeness("", "Hold a workshop"), 0);
    assert_int_equal(likeness("abc", "xyz"), 0);
    assert_int_equal(likeness("Caf\xc3\xa9 for all", "Caf\xc3\xa9 for all"), 100);
    assert_int_equal(likeness("Hold a workshop", "Hold two workshops"),
                     likeness("Hold two workshops", "Hold a workshop"));
    char long_text[8 * LIKENESS_MAX];
    memset(long_text, 'a', sizeof long_text);
    long_text[sizeof long_text - 1] = '\0';
    assert_int_equal(likeness(long_text, long_text), 100);
}

static void
no_two_actions_of_the_policy_are_taken_for_one(void **state)
{
    (void)state;
    AUTO(plan_set) struct plan_set *set = load(CONFIG_DIR);
    const struct plan *p = &set->plans[0];
    int most = 0;
    for (size_t i = 0; i < p->n_actions; i++) {
        for (size_t k = 0; k < i; k++) {
            int n = likeness(p->actions[i].text, p->actions[k].text);
            most = n > most ? n : most;
        }
    }
    assert_in_range(most, 50, likeness_rules_default.other - 1);
}

/* Each word in turn replaced; and the last third cut off. */
static void
an_action_with_another_word_is_still_itself(void **state)
{
    (void)state;
    AUTO(plan_set) struct plan_set *set = load(CONFIG_DIR);
    const struct plan *p = &set->plans[0];
    for (size_t i = 0; i < p->n_actions; i++) {
        const char *text = p->actions[i].text;
        size_t len = strlen(text);
        AUTO_FREE char *cut = strndup(text, len * 2 / 3);
        assert_in_range(likeness(text, cut), likeness_rules_default.alike, 100);
        for (size_t at = 0; at < len; at += strcspn(text + at, " ") + 1) {
            AUTO_TEXT struct text other = { 0 };
            text_addn(&other, text, at);
            text_addf(&other, "something%s", text + at + strcspn(text + at, " "));
            assert_in_range(likeness(text, text_str(&other)), likeness_rules_default.alike, 100);
            if (!text[at + strcspn(text + at, " ")]) {
                break;
            }
        }
    }
}

static void
less_alike_is_enough_when_lead_and_day_are_the_same(void **state)
{
    (void)state;
    const struct likeness_rules rules = { .alike = 60, .same = 90 };
    static const struct {
        struct likeness_pair pair;
        bool asks;
    } cases[] = {
        { { 59, true, true }, false },  { { 60, true, true }, true },
        { { 89, true, false }, false }, { { 89, false, true }, false },
        { { 90, false, false }, true },
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        assert_int_equal(likeness_asks(&cases[i].pair, &rules), cases[i].asks);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_words_are_wholly_alike_whatever_their_shape),
        cmocka_unit_test(no_two_actions_of_the_policy_are_taken_for_one),
        cmocka_unit_test(an_action_with_another_word_is_still_itself),
        cmocka_unit_test(less_alike_is_enough_when_lead_and_day_are_the_same),
    };
    return cmocka_run_group_tests_name("likeness", tests, NULL, NULL);
}
