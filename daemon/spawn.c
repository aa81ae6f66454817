/* SPDX-License-Identifier: MIT */
/* spawn.c - the birth of a child process. */
#include "spawn.h"

#include <assert.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/kin.h"

enum { EXIT_NO_EXEC = 127 };

static int
limits_set(int64_t files_max)
{
    const struct rlimit none = { 0, 0 };
    const struct rlimit files = { (rlim_t)files_max, (rlim_t)files_max };
    struct rlimit now = { 0, 0 };
    if (getrlimit(RLIMIT_NOFILE, &now) == 0 && now.rlim_max < files.rlim_max) {
        return setrlimit(RLIMIT_CORE, &none); /* the unit allows fewer than the table: fine */
    }
    return setrlimit(RLIMIT_CORE, &none) == 0 ? setrlimit(RLIMIT_NOFILE, &files) : -1;
}

/* Between fork and exec: nothing but async-signal-safe calls. */
static int
become(const struct spawn *s, pid_t parent)
{
    sigset_t none;
    (void)sigemptyset(&none);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) {
        return errno;
    }
    if (getppid() != parent) {
        return ESRCH; /* the parent died before it could be watched */
    }
    if (setsid() < 0 || limits_set(s->files_max) < 0
        || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
        return errno;
    }
    int first = STDERR_FILENO + 1;
    if (s->kin_fd >= 0) {
        if (s->kin_fd == KIN_FD ? fcntl(KIN_FD, F_SETFD, 0) < 0 : dup2(s->kin_fd, KIN_FD) < 0) {
            return errno;
        }
        first = KIN_FD + 1;
    }
    if (syscall(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC) < 0) {
        return errno;
    }
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)execv(s->program, s->argv);
    return errno;
}

int
spawn_child(const struct spawn *s, struct birth *ret, struct err *reterr)
{
    assert(s && s->program && s->argv && ret);
    int report[2];
    if (pipe2(report, O_CLOEXEC | O_NONBLOCK) < 0) {
        return err_set(reterr, -errno, "no pipe: %m");
    }
    /* Were the write end the child's KIN_FD, dup2 would close it. */
    int writer = fcntl(report[1], F_DUPFD_CLOEXEC, KIN_FD + 1);
    (void)close(report[1]);
    pid_t parent = getpid();
    pid_t pid = writer < 0 ? -1 : fork();
    if (pid == 0) {
        int why = become(s, parent);
        (void)!write(writer, &why, sizeof why);
        _exit(EXIT_NO_EXEC);
    }
    int why = errno;
    fd_closep(&writer);
    if (pid < 0) {
        (void)close(report[0]);
        return err_set(reterr, -why, "no new process: %s", strerror(why));
    }
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (pidfd < 0) {
        why = errno;
        (void)close(report[0]);
        (void)kill(pid, SIGKILL);
        return err_set(reterr, -why, "no pidfd: %s", strerror(why));
    }
    *ret = (struct birth){ pid, pidfd, report[0] };
    return 0;
}

int
spawn_close(struct birth *b)
{
    int why = 0;
    if (read(b->report_fd, &why, sizeof why) != (ssize_t)sizeof why) {
        why = 0;
    }
    (void)close(b->report_fd);
    (void)close(b->pidfd);
    *b = (struct birth){ 0, -1, -1 };
    return why;
}
