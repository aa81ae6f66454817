/* SPDX-License-Identifier: MIT */
/* patience.c - a thread that waits for the writers' turn, so that the loop never does. The record
 * lock belongs to the process: what the thread gets, the loop has. */
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "hub.h"

struct patience {
    struct store *store;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t asked;
    int fd;
    bool is_started, is_asked, is_over;
};

static void *
wait_for_turns(void *arg)
{
    struct patience *p = arg;
    (void)pthread_mutex_lock(&p->lock);
    while (!p->is_over) {
        if (!p->is_asked) {
            (void)pthread_cond_wait(&p->asked, &p->lock);
            continue;
        }
        (void)pthread_mutex_unlock(&p->lock);
        int r = store_turn_take(p->store);
        uint64_t one = 1;
        (void)pthread_mutex_lock(&p->lock);
        p->is_asked = false;
        /* A lock that cannot be had (the file is gone) shows when the loop begins. */
        (void)r;
        (void)!write(p->fd, &one, sizeof one);
    }
    (void)pthread_mutex_unlock(&p->lock);
    return NULL;
}

int
patience_open(struct store *s, struct patience **ret, struct err *reterr)
{
    struct patience *p = calloc(1, sizeof *p);
    if (!p) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    p->store = s;
    p->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int r = p->fd < 0 ? -errno : 0;
    (void)pthread_mutex_init(&p->lock, NULL);
    (void)pthread_cond_init(&p->asked, NULL);
    r = r < 0 ? r : -pthread_create(&p->thread, NULL, wait_for_turns, p);
    p->is_started = r == 0;
    if (r < 0) {
        (void)patience_free(p);
        return err_set(reterr, r, "cannot start the thread that waits for turns");
    }
    *ret = p;
    return 0;
}

struct patience *
patience_free(struct patience *p)
{
    if (!p) {
        return NULL;
    }
    if (p->is_started) {
        (void)pthread_mutex_lock(&p->lock);
        p->is_over = true;
        bool is_in_lock = p->is_asked;
        (void)pthread_cond_signal(&p->asked);
        (void)pthread_mutex_unlock(&p->lock);
        if (is_in_lock) {
            /* It may sit in the kernel for as long as another writer likes: the process ends now
             * and takes it along. Until then it may touch the store, which therefore stays. */
            (void)pthread_detach(p->thread);
            return p;
        }
        (void)pthread_join(p->thread, NULL);
    }
    (void)close(p->fd);
    free(p);
    return NULL;
}

int
patience_fd(const struct patience *p)
{
    return p->fd;
}

void
patience_ask(struct patience *p)
{
    (void)pthread_mutex_lock(&p->lock);
    p->is_asked = true;
    (void)pthread_cond_signal(&p->asked);
    (void)pthread_mutex_unlock(&p->lock);
}

bool
patience_has_turn(struct patience *p)
{
    uint64_t n = 0;
    return read(p->fd, &n, sizeof n) == (ssize_t)sizeof n;
}
