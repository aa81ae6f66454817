/* SPDX-License-Identifier: MIT */
/* turn.c - turns between writing processes: a gate, seats, the turn; record locks of one file. */
#include "store/turn.h"

#include <assert.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"

struct turn_page {
    _Atomic int64_t since_ms; /* for watchers only, the lock itself is the kernel's */
    _Atomic int64_t is_unsure;
    int64_t next; /* the next seat; read and raised under the gate only */
};

/* Every seat is a byte of its own and never used again; locks may lie behind the file's end. */
enum { BYTE_GATE = 0, BYTE_TURN = 1, BYTE_SEATS = 64 };

static int
lock_byte(int fd, int how, short type, off_t byte)
{
    struct flock l = { .l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1 };
    int r = 0;
    do {
        r = fcntl(fd, how, &l);
    } while (r < 0 && errno == EINTR);
    if (r < 0) {
        return errno == EACCES ? -EAGAIN : -errno;
    }
    return 0;
}

int
turn_open(const char *path, struct turn *ret, struct err *reterr)
{
    AUTO_CLOSE int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        return err_set(reterr, -errno, "cannot open the turn file '%s': %m", path);
    }
    /* Room on the disk, not a hole: to touch a hole of a full disk is SIGBUS. */
    int no_room = posix_fallocate(fd, 0, sizeof(struct turn_page));
    if (no_room) {
        return err_set(reterr, -no_room, "cannot size the turn file '%s': %s", path,
                       strerror(no_room));
    }
    void *page =
        mmap(NULL, sizeof(struct turn_page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (page == MAP_FAILED) {
        return err_set(reterr, -errno, "cannot map the turn file '%s': %m", path);
    }
    *ret = (struct turn){ .fd = fd, .page = page };
    fd = -1;
    return 0;
}

void
turn_done(struct turn *t)
{
    if (t->page) {
        (void)munmap(t->page, sizeof *t->page);
    }
    if (t->fd >= 0) {
        (void)close(t->fd);
    }
    *t = TURN_NONE;
}

static void
unlock_byte(int fd, off_t byte)
{
    /* Cannot fail on a lock that is held; if it did, the file is gone and the next lock says so. */
    (void)lock_byte(fd, F_SETLK, F_UNLCK, byte);
}

/* Under the gate: the seat behind the last one. Held from here until the turn is given back. */
static int
take_seat(struct turn *t)
{
    off_t seat = BYTE_SEATS + (off_t)t->page->next;
    int r = lock_byte(t->fd, F_SETLK, F_WRLCK, seat);
    if (r >= 0) {
        t->page->next++;
        t->seat = seat;
    }
    return r;
}

/* Until whoever sits before has given the turn back, or died. */
static int
pass_seat(struct turn *t, int how, off_t before)
{
    int r = lock_byte(t->fd, how, F_WRLCK, before);
    if (r >= 0) {
        unlock_byte(t->fd, before);
    }
    return r;
}

static int
have_turn(struct turn *t, int how)
{
    int r = lock_byte(t->fd, how, F_WRLCK, BYTE_TURN);
    if (r < 0) {
        unlock_byte(t->fd, t->seat);
        return r;
    }
    atomic_store(&t->page->since_ms, clock_mono_ms());
    return 0;
}

int
turn_take(struct turn *t)
{
    assert(t->fd >= 0);
    int r = lock_byte(t->fd, F_SETLKW, F_WRLCK, BYTE_GATE);
    if (r < 0) {
        return r;
    }
    r = take_seat(t);
    unlock_byte(t->fd, BYTE_GATE);
    if (r < 0) {
        return r;
    }
    r = pass_seat(t, F_SETLKW, t->seat - 1);
    if (r < 0) {
        unlock_byte(t->fd, t->seat);
        return r;
    }
    return have_turn(t, F_SETLKW);
}

int
turn_try(struct turn *t)
{
    assert(t->fd >= 0);
    int r = lock_byte(t->fd, F_SETLK, F_WRLCK, BYTE_GATE);
    if (r < 0) {
        return r;
    }
    r = pass_seat(t, F_SETLK, BYTE_SEATS + (off_t)t->page->next - 1);
    r = r < 0 ? r : take_seat(t);
    unlock_byte(t->fd, BYTE_GATE);
    return r < 0 ? r : have_turn(t, F_SETLK);
}

void
turn_give(struct turn *t)
{
    unlock_byte(t->fd, BYTE_TURN);
    unlock_byte(t->fd, t->seat);
}

void
turn_mark(struct turn *t, bool is_unsure)
{
    if (t->page) {
        atomic_store(&t->page->is_unsure, is_unsure);
    }
}

bool
turn_is_marked(const struct turn *t)
{
    return t->page && atomic_load(&t->page->is_unsure);
}

int
turn_holder(const struct turn *t, int64_t *ret_since_ms)
{
    struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = BYTE_TURN, .l_len = 1 };
    if (fcntl(t->fd, F_GETLK, &l) < 0 || l.l_type == F_UNLCK) {
        return 0;
    }
    *ret_since_ms = atomic_load(&t->page->since_ms);
    return l.l_pid;
}
