/* SPDX-License-Identifier: MIT */
/* lowly.c - a thread of the kernel's idle class. Linux gives such a thread the idle class of disks,
 * too. */
#include "base/lowly.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/file.h"

struct lowly_thread {
    const struct lowly *l;
    atomic_bool stop;
    int over; /* an eventfd, written to at the end */
};

/* Where it is refused the work is done all the same, at the usual priority. */
static void *
run(void *arg)
{
    struct lowly_thread *t = arg;
    const struct sched_param none = { .sched_priority = 0 };
    const uint64_t one = 1;
    (void)sched_setscheduler(0, SCHED_IDLE, &none);
    t->l->work(t->l->arg, &t->stop);
    return write(t->over, &one, sizeof one) < 0 ? t : NULL; /* there is room for one */
}

int
lowly_do(const struct lowly *l)
{
    pthread_t thread;
    AUTO_CLOSE int over = eventfd(0, EFD_CLOEXEC);
    if (over < 0) {
        return -errno;
    }
    struct lowly_thread t = { .l = l, .over = over };
    int r = pthread_create(&thread, NULL, run, &t);
    if (r != 0) {
        return -r;
    }
    struct pollfd end = { .fd = over, .events = POLLIN };
    while (l->wanted && !t.stop && poll(&end, 1, LOWLY_LOOK_MS) <= 0) {
        t.stop = !l->wanted(l->arg);
    }
    (void)pthread_join(thread, NULL);
    return 0;
}
