/* SPDX-License-Identifier: MIT */
/* test_turn.c - writers take turns: shares by count, a holder that dies, who has it. */
#include <sched.h>
#include <stdatomic.h>
#include <sys/mman.h>

#include "store_fixture.h"

/* A writer may have an eighth of its fair share and no less: starved ones had a hundredth. */
enum { WRITERS_MAX = 4, TURNS_ALL = 4000, SHARE = 8 };

/* Seen by all processes of a test. */
struct board {
    _Atomic int ready, total, inside, collisions;
    _Atomic int of[WRITERS_MAX];
    _Atomic int go;
};

static struct board *
board_make(void)
{
    struct board *b =
        mmap(NULL, sizeof *b, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(b != MAP_FAILED);
    return b;
}

struct job { /* what a child is told */
    struct place *p;
    struct board *b;
    int me, writers;
    int hold_fd; /* a byte here says "I have it"; < 0 none */
};

static void
path_of(const struct place *p, char buf[2 * PLACE_MAX])
{
    (void)snprintf(buf, 2 * PLACE_MAX, "%s/coprod.turn", p->dir);
}

static int
take_many(void *arg)
{
    struct job *j = arg;
    struct turn t = TURN_NONE;
    char path[2 * PLACE_MAX];
    path_of(j->p, path);
    if (turn_open(path, &t, &j->p->why) < 0) {
        return 1;
    }
    (void)atomic_fetch_add(&j->b->ready, 1);
    while (atomic_load(&j->b->ready) < j->writers) {
        (void)sched_yield();
    }
    while (atomic_load(&j->b->total) < TURNS_ALL) {
        if (turn_take(&t) < 0) {
            return 2;
        }
        if (atomic_fetch_add(&j->b->inside, 1) != 0) {
            (void)atomic_fetch_add(&j->b->collisions, 1);
        }
        (void)atomic_fetch_add(&j->b->total, 1);
        (void)atomic_fetch_add(&j->b->of[j->me], 1);
        for (volatile int i = 0; i < 50000; i++) {
        }
        (void)atomic_fetch_sub(&j->b->inside, 1);
        turn_give(&t);
    }
    turn_done(&t);
    return 0;
}

static void
share(struct place *p, int writers)
{
    struct board *b = board_make();
    struct job jobs[WRITERS_MAX];
    pid_t pids[WRITERS_MAX];
    for (int i = 0; i < writers; i++) {
        jobs[i] = (struct job){ p, b, i, writers, -1 };
        pids[i] = in_child(take_many, &jobs[i]);
    }
    for (int i = 0; i < writers; i++) {
        assert_int_equal(wait_for(pids[i]), 0);
    }
    assert_int_equal(atomic_load(&b->collisions), 0);
    for (int i = 0; i < writers; i++) {
        int n = atomic_load(&b->of[i]);
        if (n < TURNS_ALL / writers / SHARE) {
            print_error("writer %d of %d had %d of %d turns\n", i, writers, n, TURNS_ALL);
        }
        assert_true(n >= TURNS_ALL / writers / SHARE);
    }
    (void)munmap(b, sizeof *b);
}

static void
two_writers_share_the_turns(void **state)
{
    share(*state, 2);
}

static void
four_writers_share_the_turns(void **state)
{
    share(*state, 4);
}

static int
take_and_keep(void *arg)
{
    struct job *j = arg;
    struct turn t = TURN_NONE;
    char path[2 * PLACE_MAX];
    path_of(j->p, path);
    if (turn_open(path, &t, &j->p->why) < 0 || turn_take(&t) < 0
        || write(j->hold_fd, "x", 1) != 1) {
        return 1;
    }
    for (;;) {
        (void)pause();
    }
}

/* A child that has the turn and keeps it. */
static pid_t
holder(struct place *p)
{
    int fds[2];
    char byte = 0;
    assert_int_equal(pipe(fds), 0);
    struct job j = { p, NULL, 0, 1, fds[1] };
    pid_t pid = in_child(take_and_keep, &j);
    assert_int_equal(read(fds[0], &byte, 1), 1);
    (void)close(fds[0]);
    (void)close(fds[1]);
    return pid;
}

static void
the_holder_is_named_and_its_death_frees_the_turn(void **state)
{
    struct place *p = *state;
    struct turn t = TURN_NONE;
    char path[2 * PLACE_MAX];
    int64_t since = -1;
    path_of(p, path);
    need(p, turn_open(path, &t, &p->why));
    assert_int_equal(turn_holder(&t, &since), 0);
    pid_t pid = holder(p);
    assert_int_equal(turn_holder(&t, &since), pid);
    assert_true(since > 0);
    assert_int_equal(turn_try(&t), -EAGAIN);
    assert_int_equal(turn_try(&t), -EAGAIN); /* the gate is free again after a try that failed */
    assert_int_equal(kill(pid, SIGSTOP), 0);
    assert_int_equal(turn_try(&t), -EAGAIN);
    assert_int_equal(turn_holder(&t, &since), pid);
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(wait_for(pid), -SIGKILL);
    assert_int_equal(turn_take(&t), 0);
    assert_int_equal(turn_holder(&t, &since), 0); /* its own process is never named */
    turn_give(&t);
    turn_done(&t);
    turn_done(&t); /* twice is no harm */
}

static int
wait_at_the_gate(void *arg)
{
    struct job *j = arg;
    struct turn t = TURN_NONE;
    char path[2 * PLACE_MAX];
    path_of(j->p, path);
    if (turn_open(path, &t, &j->p->why) < 0) {
        return 1;
    }
    atomic_store(&j->b->ready, 1);
    int r = turn_take(&t);
    (void)atomic_fetch_add(&j->b->total, 1);
    turn_done(&t);
    return r < 0 ? 2 : 0;
}

static void
who_waits_gets_the_turn_when_the_holder_dies(void **state)
{
    struct place *p = *state;
    struct board *b = board_make();
    struct job j = { p, b, 0, 1, -1 };
    pid_t has = holder(p);
    pid_t first = in_child(wait_at_the_gate, &j);
    pid_t second = in_child(wait_at_the_gate, &j);
    while (!atomic_load(&b->ready)) {
        (void)sched_yield();
    }
    assert_int_equal(atomic_load(&b->total), 0);
    assert_int_equal(kill(first, SIGKILL), 0); /* one that dies in the queue holds nobody up */
    assert_int_equal(wait_for(first), -SIGKILL);
    assert_int_equal(kill(has, SIGKILL), 0);
    assert_int_equal(wait_for(has), -SIGKILL);
    assert_int_equal(wait_for(second), 0);
    assert_int_equal(atomic_load(&b->total), 1);
    (void)munmap(b, sizeof *b);
}

static void
a_store_with_the_turn_elsewhere_says_try_again(void **state)
{
    struct place *p = *state;
    AUTO(store) struct store *s = open_as(p, STORE_WRITE);
    int64_t since = 0;
    pid_t pid = holder(p);
    assert_int_equal(store_begin_try(s, &p->why), -EAGAIN);
    assert_false(store_in_transaction(s));
    assert_int_equal(store_turn_holder(s, &since), pid);
    assert_int_equal(kill(pid, SIGKILL), 0);
    (void)wait_for(pid);
    need(p, store_begin_try(s, &p->why));
    assert_int_equal(store_turn_holder(s, &since), 0);
    need(p, store_commit(s, &p->why));
    assert_int_equal(store_turn_take(s), 0);
    need(p, store_begin_with_turn(s, &p->why));
    need(p, store_commit(s, &p->why));
    pid = holder(p); /* the commit gave the turn back, else this would wait for ever */
    assert_int_equal(kill(pid, SIGKILL), 0);
    (void)wait_for(pid);
}

static void
a_turn_file_that_cannot_be_made_is_an_error(void **state)
{
    struct place *p = *state;
    struct turn t = TURN_NONE;
    char path[2 * PLACE_MAX];
    (void)snprintf(path, sizeof path, "%s/none/coprod.turn", p->dir);
    assert_int_equal(turn_open(path, &t, &p->why), -ENOENT);
    assert_int_equal(turn_open(p->dir, &t, &p->why), -EISDIR);
    assert_int_equal(t.fd, -1);
    turn_done(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_PLACE(two_writers_share_the_turns),
        IN_A_PLACE(four_writers_share_the_turns),
        IN_A_PLACE(the_holder_is_named_and_its_death_frees_the_turn),
        IN_A_PLACE(who_waits_gets_the_turn_when_the_holder_dies),
        IN_A_PLACE(a_store_with_the_turn_elsewhere_says_try_again),
        IN_A_PLACE(a_turn_file_that_cannot_be_made_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
