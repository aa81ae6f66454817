/* SPDX-License-Identifier: MIT */
/* test_tuning.c - every number of the rules that coprod.yaml may change: read, kept, obeyed. */
#include "plan_fixture.h"

#include "engine/shift.h"
#include "engine/tuning.h"
#include "play_fixture.h"
#include "store/inside.h"

static void
every_key_of_rules_and_rag_is_obeyed(void **state)
{
    (void)state;
    size_t n = 0;
    for (size_t i = 0; i < conf_n_keys(); i++) {
        const char *key = conf_key_at(i)->key;
        struct tuning t = tuning_default();
        bool is_rule = strncmp(key, "rules.", 6) == 0 || strncmp(key, "rag.", 4) == 0;
        assert_int_equal(tuning_set(&t, key, conf_key_at(i)->preset), is_rule);
        n += is_rule;
    }
    for (size_t i = 0; tuning_key(i); i++) {
        n--;
    }
    assert_int_equal(n, 0);
}

static void
what_the_file_presets_is_what_the_rules_default_to(void **state)
{
    (void)state;
    AUTO(conf) struct conf *c = NULL;
    struct tuning t;
    struct tuning preset = tuning_default();
    assert_int_equal(conf_default("/tmp", &c), 0);
    assert_int_equal(tuning_of_conf(c, &t), 0);
    assert_memory_equal(&t.duty, &preset.duty, sizeof t.duty);
    assert_memory_equal(&t.rag, &preset.rag, sizeof t.rag);
    assert_memory_equal(&t.act, &preset.act, sizeof t.act);
}

static void
each_key_moves_a_number_of_its_own(void **state)
{
    (void)state;
    struct tuning before = tuning_default();
    for (size_t i = 0; tuning_key(i); i++) {
        struct tuning t = before;
        const char *key = tuning_key(i);
        bool is_ladder = strcmp(key, "rules.ladder") == 0;
        assert_int_equal(tuning_set(&t, key, is_ladder ? "[2, 3, 4, 5, 6]" : "[7]"), 1);
        assert_memory_not_equal(&t, &before, sizeof t);
        for (size_t k = 0; k < i; k++) {
            struct tuning other = before;
            bool is_other = strcmp(tuning_key(k), "rules.ladder") == 0;
            assert_int_equal(
                tuning_set(&other, tuning_key(k), is_other ? "[2, 3, 4, 5, 6]" : "[7]"), 1);
            assert_memory_not_equal(&t, &other, sizeof t);
        }
    }
}

static void
what_is_no_number_is_refused(void **state)
{
    (void)state;
    struct tuning t = tuning_default();
    struct tuning before = t;
    static const char *const bad[] = { "", "x", "[1, x]", "[1, 2]", "-1", "10000",
                                       "[1, 2, 3, 4, 5, 6, 7, 8, 9]" };
    for (size_t i = 0; i < LENGTH(bad); i++) {
        assert_int_equal(tuning_set(&t, "rules.repeat_wd", bad[i]), -EINVAL);
        assert_int_equal(tuning_set(&t, "rules.ladder", bad[i]), -EINVAL);
    }
    assert_memory_equal(&t, &before, sizeof t);
}

/* ---- obeyed ---------------------------------------------------------------------------------- */

static void
write_conf(const struct scratch *folder, const char *rules, struct text *ret_path)
{
    AUTO_TEXT struct text all = { 0 };
    char cwd[4096];
    assert_non_null(getcwd(cwd, sizeof cwd));
    text_addf(&all, "plans: [plan.yaml]\ntemplates: %s/config/templates\n%s", cwd, rules);
    scratch_write(folder, "coprod.yaml", text_str(&all), all.len);
    text_done(ret_path);
    *ret_path = (struct text){ 0 };
    text_addf(ret_path, "%s/coprod.yaml", folder->dir);
}

static const char rules[] = "rules:\n  remind: [20, 3]\n  remind_return: [4]\n  supports_wd: 3\n"
                            "  ladder: [2, 4, 8, 16, 32]\n";

static void
changed_offsets_are_what_is_sent(void **state)
{
    (void)state;
    struct scratch folder = scratch_open(CONFIG_DIR);
    AUTO_TEXT struct text path = { 0 };
    struct engine e;
    struct engine_log log = { .e = &e };
    scratch_copy(&folder, CONFIG_DIR, "plan.yaml");
    write_conf(&folder, rules, &path);
    engine_open(&e, text_str(&path), day_of(2015, 2, 2));
    engine_until(&e, day_of(2016, 1, 31));
    const char *news = engine_news(&log);
    /* 1b is due on 30 June 2015: 20 and 3 working days before, then 2, 4, 8, 16 after */
    assert_non_null(strstr(news, "R-20:1b/deliver"));
    assert_non_null(strstr(news, "R-3:1b/deliver"));
    assert_null(strstr(news, "R-5:1b/deliver"));
    assert_null(strstr(news, "R-30:1b/deliver"));
    assert_non_null(strstr(news, "L1+2:1b/deliver"));
    assert_non_null(strstr(news, "2015-07-02 digest head-of-od"));
    assert_non_null(strstr(news, "2015-07-10 escalate director-of-strategy L3+8:1b/deliver"));
    assert_non_null(strstr(news, "L5+32:1b/deliver"));
    assert_non_null(strstr(news, "R-4:3j/return/2015Q2"));
    assert_null(strstr(news, "R-2:3j/return"));
    engine_close(&e);
    AUTO_TEXT struct text file = { 0 };
    text_addf(&file, "%s/coprod.yaml", folder.dir);
    (void)unlink(text_str(&file));
    text_done(&log.text);
    scratch_done(&folder);
}

static void
reload(struct engine *e, const char *path)
{
    AUTO_DIAG struct diag d = { 0 };
    AUTO(conf) struct conf *c = NULL;
    struct applied sum = { 0 };
    assert_int_equal(conf_load(path, &d, &c), 0);
    c->mail.mode = MAIL_MAILDIR;
    GOOD(e, store_begin(e->store, &e->why));
    GOOD(e, apply_settings(e->store, c, &sum, &e->why));
    e->world = world_free(e->world);
    GOOD(e, world_open(e->store, true, &e->world, &e->why));
    GOOD(e, shift_rules(e->world, e->store, e->now_ms, &e->why));
    GOOD(e, store_commit(e->store, &e->why));
}

static void
changed_offsets_never_make_up_for_days_that_are_over(void **state)
{
    (void)state;
    struct scratch folder = scratch_open(CONFIG_DIR);
    AUTO_TEXT struct text path = { 0 };
    struct engine e;
    struct engine_log log = { .e = &e };
    scratch_copy(&folder, CONFIG_DIR, "plan.yaml");
    write_conf(&folder, "", &path);
    engine_open(&e, text_str(&path), day_of(2015, 2, 2));
    engine_until(&e, day_of(2015, 6, 24)); /* R-5 of 1b was on the 23rd */
    (void)engine_news(&log);
    write_conf(&folder, "rules:\n  remind: [30, 15, 10, 8, 7, 2, 0]\n  repeat_wd: 6\n", &path);
    reload(&e, text_str(&path));
    engine_until(&e, day_of(2015, 6, 25));
    assert_null(strstr(engine_news(&log), ":1b/deliver")); /* are over */
    engine_until(&e, day_of(2015, 6, 26));
    assert_non_null(strstr(engine_news(&log), "R-2:1b/deliver"));
    reload(&e, text_str(&path)); /* nothing new: nothing moves */
    engine_until(&e, day_of(2015, 6, 29));
    assert_null(strstr(engine_news(&log), ":1b/deliver"));
    engine_until(&e, day_of(2015, 6, 30));
    assert_non_null(strstr(engine_news(&log), "R+0:1b/deliver"));
    engine_until(&e, day_of(2015, 10, 1)); /* level 3 and more, some repeats */
    (void)engine_news(&log);
    write_conf(&folder, "rules:\n  repeat_wd: 5\n", &path);
    reload(&e, text_str(&path));
    engine_until(&e, day_of(2015, 10, 1));
    assert_string_equal(engine_news(&log), "");
    engine_close(&e);
    (void)unlink(text_str(&path));
    text_done(&log.text);
    scratch_done(&folder);
}

static void
a_store_with_a_spoiled_rule_is_refused_in_words(void **state)
{
    (void)state;
    struct engine e;
    struct world *w = NULL;
    engine_open(&e, "config/coprod.yaml", day_of(2015, 2, 2));
    GOOD(&e, store_begin(e.store, &e.why));
    GOOD(&e, store_setting_set(e.store, "rules.ladder", "[1, 2]", &e.why));
    GOOD(&e, store_commit(e.store, &e.why));
    assert_int_equal(world_open(e.store, false, &w, &e.why), -EINVAL);
    assert_non_null(strstr(e.why.text, "setting 'rules.ladder' cannot be '[1, 2]'"));
    assert_null(w);
    engine_close(&e);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_of_rules_and_rag_is_obeyed),
        cmocka_unit_test(what_the_file_presets_is_what_the_rules_default_to),
        cmocka_unit_test(each_key_moves_a_number_of_its_own),
        cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(changed_offsets_are_what_is_sent),
        cmocka_unit_test(changed_offsets_never_make_up_for_days_that_are_over),
        cmocka_unit_test(a_store_with_a_spoiled_rule_is_refused_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
