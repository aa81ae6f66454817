/* SPDX-License-Identifier: MIT */
/*
 * test_release_history.c - attacks on everything that was ever published of a month: all versions
 * of all its cells at once, units alone and with staff groups. Small random surveys, answers that
 * come late, answers taken back.
 */
#include "release_fixture.h"

#include "disclosure_attack.h"
#include "small_trust.h"
#include "rules/disclosure.h"

enum { HISTORIES = 1500 };

static void
store_round(const struct house *h, const struct world_of_one *w, int round)
{
    assert_int_equal(store_begin(h->store, NULL), 0);
    for (int i = 0; i < w->n_people; i++) {
        const struct person *p = &w->people[i];
        int change = (p->came == round) - (p->left == round);
        if (change != 0) {
            count_group(h, group_names[p->group], w->paths[p->node], MARCH, p->slot, change);
        }
    }
    assert_int_equal(store_commit(h->store, NULL), 0);
}

/* A group in a unit; each part of the unit as of its own round. */
struct group_watch {
    const struct watch *watch;
    const struct atoms *atoms;
    struct attack *a;
    int n_shown;
    int64_t n_before; /* answers over all groups of the version before, and of this one */
    int64_t n_now;
    int n_grown; /* versions with more */
};

static int
take_slice(void *arg, const struct release_slice *slice)
{
    struct group_watch *groups = arg;
    const struct world_of_one *w = groups->watch->w;
    int node = 0;
    int group = strcmp(slice->name, group_names[1]) == 0 ? 1 : 2;
    while (strcmp(slice->cell.path, w->paths[node]) != 0) {
        node++;
        assert_true(node < w->n_nodes);
    }
    if (!slice->cell.is_shown) {
        return 0;
    }
    add_figure_of_group(groups->watch, groups->atoms, groups->a, node, group);
    int64_t n = slice->cell.counts[0] + slice->cell.counts[1];
    assert_int_equal(groups->a->figures[groups->a->n_figures - 1].n, n);
    assert_true(n >= K);
    groups->n_shown++;
    groups->n_now += n;
    return 0;
}

/* ---- answers that took the place of others ---- */

/* The round as of which a version first shows what happened to a remainder in this one; 0: none. */
static int
shown_as_of(const struct watch *versions, int n_versions, int owner, int round)
{
    for (int v = 1; v <= n_versions && round > 0; v++) {
        if (versions[v].seen[owner].as_of >= round) {
            return versions[v].seen[owner].as_of;
        }
    }
    return 0;
}

/* Groups that no table names are one to the outsider. */
static int
take_name(void *arg, const struct release_slice *slice)
{
    struct world_of_one *w = arg;
    for (int group = 1; group <= GROUPS_MAX; group++) {
        w->is_named[group] = w->is_named[group] || strcmp(slice->name, group_names[group]) == 0;
    }
    return 0;
}

static bool
takes_place(const struct world_of_one *w, const struct watch *last, const struct person *went,
            const struct person *came)
{
    int from = shown_above_or_at(last, went->node);
    bool is_of_group = went->group == came->group
                       || (!w->is_named[went->group] && !w->is_named[came->group]);
    return from == shown_above_or_at(last, came->node) && is_of_group && went->slot == came->slot
           && went->left == came->came;
}

static bool
join_two(struct world_of_one *w, const struct watch *last)
{
    for (int i = 0; i < w->n_people; i++) {
        for (int k = 0; k < w->n_people && w->people[i].left > 0; k++) {
            if (takes_place(w, last, &w->people[i], &w->people[k])) {
                w->people[i].left = w->people[k].left;
                w->people[k] = w->people[--w->n_people];
                return true;
            }
        }
    }
    return false;
}

/* Where one went and another came, of the same remainder, group and answer, between two versions,
 * every figure is what it would be had the first one stayed. No outsider can tell these worlds
 * apart, so it is the second one that is attacked. */
static void
join_places(struct world_of_one *w, const struct watch *versions, int n_versions)
{
    const struct watch *last = &versions[n_versions];
    int n = 0;
    for (int i = 0; i < w->n_people; i++) {
        struct person p = w->people[i];
        int owner = shown_above_or_at(last, p.node);
        if (owner < 0) {
            continue; /* counted nowhere */
        }
        p.came = shown_as_of(versions, n_versions, owner, p.came);
        p.left = shown_as_of(versions, n_versions, owner, p.left);
        if (p.came > 0 && p.came != p.left) {
            w->people[n++] = p;
        }
    }
    w->n_people = n;
    while (join_two(w, last)) {
        w->n_joined++;
    }
}

static int
publish_history(struct house *h, struct world_of_one *w, uint64_t *seed, struct attack *a,
                struct atoms *atoms)
{
    struct watch now[ROUNDS + 1] = { { .w = w } };
    struct group_watch groups = { .atoms = atoms, .a = a };
    int64_t versions[ROUNDS + 1] = { 0 };
    int n_versions = 0;
    struct release_row row = { .version = 0 };
    for (int round = 1; round <= ROUNDS; round++) {
        draw_round(w, seed, round);
        store_round(h, w, round);
        struct release_result done = publish_on(h, day_of(2022, 5, round), false);
        if (done.n_first + done.n_revised == 0) {
            continue;
        }
        assert_int_equal(release_newest(h->store, h->survey, MARCH, &row, NULL), 1);
        struct watch *watch = &now[++n_versions];
        *watch = (struct watch){ .w = w };
        versions[n_versions] = row.id;
        memcpy(watch->before, now[n_versions - 1].seen, sizeof watch->before);
        int r = release_cells(h->store, row.id, h->question, take_cell, watch, NULL);
        assert_true(r > 0);
        date_parts(watch, round);
    }
    if (w->n_groups > 0 && n_versions > 0) {
        assert_true(release_slices(h->store, versions[n_versions], h->question, take_name, w, NULL)
                    >= 0);
        join_places(w, now, n_versions);
    }
    find_atoms(w, atoms, a);
    for (int node = 0; node < w->n_nodes; node++) {
        if (now[1].seen[node].is_listed && !now[1].seen[node].is_shown) {
            a->listed[a->n_listed++] = figure_of(w, atoms, a, node, now[1].seen[node].as_of);
        }
    }
    for (int v = 1; v <= n_versions; v++) {
        groups.watch = &now[v];
        groups.n_now = 0;
        assert_true(release_slices(h->store, versions[v], h->question, take_slice, &groups, NULL)
                    >= 0);
        for (int node = 0; node < w->n_nodes; node++) {
            if (now[v].seen[node].is_shown) {
                add_figure(&now[v], atoms, a, node);
            }
        }
        groups.n_grown += groups.n_before > 0 && groups.n_now > groups.n_before;
        groups.n_before = groups.n_now;
    }
    w->n_groups_grown = groups.n_grown;
    w->n_groups_shown = groups.n_shown;
    return n_versions;
}

static void
no_history_of_versions_gives_a_small_set_away(void **state)
{
    struct house *h = *state;
    uint64_t seed = 19480705;
    static struct attack a;
    static struct world_of_one w;
    struct atoms atoms;
    int n_versions = 0;
    int n_bounded = 0;
    for (int i = 0; i < HISTORIES; i++) {
        char id[32];
        (void)snprintf(id, sizeof id, "history-%d", i);
        h->def->id = id;
        know_survey(h);
        w = (struct world_of_one){ .n_nodes = 0 };
        draw_units(&w, &seed);
        n_versions += publish_history(h, &w, &seed, &a, &atoms);
        assert_int_equal(count_found(&w, &atoms, &a), 0);
        assert_int_equal(count_small_mixes(&a, &seed), 0);
        if (a.n_atoms <= NEIGHBOUR_ATOMS_MAX) {
            assert_int_equal(attack_fixed(&a, K), 0);
            n_bounded++;
        }
    }
    assert_true(n_bounded > HISTORIES / 20);
    print_message("# %d histories, %d versions published\n", HISTORIES, n_versions);
    assert_true(n_versions > HISTORIES * 3 / 2); /* else there was little to attack */
}

/* The same with staff groups beside the units. */
static void
no_history_of_units_and_groups_gives_a_small_set_away(void **state)
{
    struct house *h = *state;
    uint64_t seed = 20180705;
    static struct attack a;
    static struct world_of_one w;
    struct atoms atoms;
    int n_shown = 0;
    int n_grown = 0;
    int n_searched = 0;
    int n_joined = 0;
    int n_with_joined = 0;
    h->def->publishes_groups = true;
    for (int i = 0; i < HISTORIES; i++) {
        char id[32];
        (void)snprintf(id, sizeof id, "groups-%d", i);
        h->def->id = id;
        know_survey(h);
        w = (struct world_of_one){ .n_groups = GROUPS_MAX };
        draw_units(&w, &seed);
        (void)publish_history(h, &w, &seed, &a, &atoms);
        assert_int_equal(count_found(&w, &atoms, &a), 0);
        assert_int_equal(count_small_mixes(&a, &seed), 0);
        n_shown += w.n_groups_shown;
        n_grown += w.n_groups_grown;
        n_joined += w.n_joined;
        n_with_joined += w.n_joined > 0;
        if (a.n_atoms <= 3 * NEIGHBOUR_ATOMS_MAX) {
            assert_false(attack_finds_few(&a, K));
            n_searched++;
        }
    }
    print_message("# %d histories, %d figures of groups, %d revisions of them, %d searched "
                  "through; in %d of them %d people took the place of another\n", HISTORIES,
                  n_shown, n_grown, n_searched, n_with_joined, n_joined);
    assert_true(n_with_joined < HISTORIES / 10); /* all others are attacked as they were */
    assert_true(n_shown > 2 * HISTORIES && n_searched > HISTORIES / 20);
    assert_true(n_grown > HISTORIES / 10);
}

/* ---- what must not be done: each round judged by itself ---- */

static void
publish_naively(const struct world_of_one *w, const struct atoms *atoms, struct attack *a,
                int round)
{
    struct disclosure_cell cells[NODES_MAX];
    uint32_t number[NODES_MAX] = { 0 };
    int of[NODES_MAX];
    uint32_t n = 0;
    for (int node = 0; node < w->n_nodes; node++) {
        struct figure f = figure_of(w, atoms, a, node, round);
        if (f.n > 0) {
            number[node] = n;
            of[n] = node;
            cells[n++] = (struct disclosure_cell){ .n = f.n, .parent = number[w->parent[node]] };
        }
    }
    (void)disclosure_hide(cells, n, K);
    for (uint32_t i = 0; i < n; i++) {
        if (cells[i].why == DISCLOSURE_SHOWN) {
            a->figures[a->n_figures++] = figure_of(w, atoms, a, of[i], round);
        }
    }
}

static void
judging_each_night_by_itself_gives_answers_away(void **state)
{
    (void)state;
    uint64_t seed = 19480705;
    static struct attack a;
    static struct world_of_one w;
    struct atoms atoms;
    int n_found = 0;
    int n_small = 0;
    for (int i = 0; i < HISTORIES / 5; i++) {
        w = (struct world_of_one){ .n_nodes = 0 };
        draw_units(&w, &seed);
        for (int round = 1; round <= ROUNDS; round++) {
            draw_round(&w, &seed, round);
        }
        find_atoms(&w, &atoms, &a);
        for (int round = 1; round <= ROUNDS; round++) {
            publish_naively(&w, &atoms, &a, round);
        }
        n_found += count_found(&w, &atoms, &a) > 0;
        n_small += count_small_mixes(&a, &seed) > 0;
    }
    print_message("# each night alone: %d of %d histories give a unit away, %d a sum\n", n_found,
                  HISTORIES / 5, n_small);
    assert_true(n_found > HISTORIES / 20 && n_small > HISTORIES / 20);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_history_of_versions_gives_a_small_set_away, make_house,
                                        drop_house),
        cmocka_unit_test_setup_teardown(no_history_of_units_and_groups_gives_a_small_set_away,
                                        make_house, drop_house),
        cmocka_unit_test(judging_each_night_by_itself_gives_answers_away),
    };
    return cmocka_run_group_tests_name("history of releases", tests, NULL, NULL);
}
