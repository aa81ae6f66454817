/* SPDX-License-Identifier: MIT */
/* main.c - coprod, the daemon: arguments, configuration, lock, then super_run until the end. */
#include <fcntl.h>
#include <getopt.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/log.h"
#include "super.h"

enum {
    EXIT_USAGE = 2,
    EXIT_CANNOT_OPEN = 66,
    EXIT_INTERNAL = 70,
    EXIT_CANNOT_CREATE = 73,
    EXIT_TRY_LATER = 75,
    EXIT_CONFIG = 78
};

static const char usage[] =
    "usage: coprod [--config=FILE] [--clock=real|virtual:YYYY-MM-DD] [--bindir=DIR]\n"
    "\n"
    "  --config  coprod.yaml; default /etc/coprod/coprod.yaml\n"
    "  --clock   where policy time begins and whether it runs by itself; default real\n"
    "  --bindir  where coprod-hub and the workers lie; default as configured, else beside coprod\n"
    "  --version\n";

struct arguments {
    const char *config, *clock, *bin_dir;
    int exit_now; /* exit code, or -1 to go on */
};

static struct arguments
read_arguments(int argc, char **argv)
{
    static const struct option options[] = { { "config", required_argument, NULL, 'c' },
                                             { "clock", required_argument, NULL, 'k' },
                                             { "bindir", required_argument, NULL, 'b' },
                                             { "version", no_argument, NULL, 'V' },
                                             { "help", no_argument, NULL, 'h' },
                                             { NULL, 0, NULL, 0 } };
    struct arguments a = { "/etc/coprod/coprod.yaml", "real", NULL, -1 };
    for (int c; a.exit_now < 0 && (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c == 'c') {
            a.config = optarg;
        } else if (c == 'k') {
            a.clock = optarg;
        } else if (c == 'b') {
            a.bin_dir = optarg;
        } else {
            a.exit_now = c == '?' ? EXIT_USAGE : 0;
            const char *words = c == 'V' ? "coprod " COPROD_VERSION "\n" : usage;
            (void)fputs(words, c == '?' ? stderr : stdout);
        }
    }
    bool is_clock = strcmp(a.clock, "real") == 0 || strncmp(a.clock, "virtual:", 8) == 0;
    if (a.exit_now < 0 && (optind != argc || !is_clock)) {
        a.exit_now = EXIT_USAGE;
        (void)fputs(usage, stderr);
    }
    return a;
}

/* The whole list of mistakes goes to stderr, the first one to the journal. */
static struct conf *
read_config(const char *path, int *ret_exit)
{
    AUTO_DIAG struct diag d = { 0 };
    AUTO_TEXT struct text list = { 0 };
    struct conf *conf = NULL;
    int r = conf_load(path, &d, &conf);
    diag_print(&d, &list);
    (void)fputs(text_str(&list), stderr);
    if (r < 0) {
        struct err first = { "" };
        diag_first(&d, &first);
        log_event(LOG_CONFIG_BAD, NULL, "not started: %s", first.text[0] ? first.text : path);
        *ret_exit = r == -ENOENT ? EXIT_CANNOT_OPEN : EXIT_CONFIG;
        return NULL;
    }
    return conf;
}

static int
make_dir(const char *path)
{
    if (mkdir(path, 0700) < 0 && errno != EEXIST) {
        return log_err(-errno, "cannot make %s: %m", path);
    }
    return 0;
}

/* Locks the store for this process, which keeps the descriptor for life. */
static int
lock_store(const char *state_dir, int *ret_exit)
{
    AUTO_TEXT struct text path = { 0 };
    text_addf(&path, "%s/coprod.lock", state_dir);
    int fd = open(text_str(&path), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        *ret_exit = EXIT_CANNOT_CREATE;
        return log_err(-errno, "cannot open %s: %m", text_str(&path));
    }
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    if (fcntl(fd, F_SETLK, &lock) < 0) {
        struct flock other = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
        (void)fcntl(fd, F_GETLK, &other);
        (void)close(fd);
        *ret_exit = EXIT_TRY_LATER;
        log_event(LOG_REFUSED_SECOND, NULL,
                  "not started: process %d already runs on the store in %s", (int)other.l_pid,
                  state_dir);
        return -EBUSY;
    }
    if (ftruncate(fd, 0) < 0 || dprintf(fd, "%d\n", (int)getpid()) < 0) {
        log_info("the lock is held but %s could not be written: %m", text_str(&path));
    }
    return fd;
}

/* The folder of the programs: as asked, as configured, else where coprod itself lies. */
static const char *
bin_dir_of(const struct arguments *a, const struct conf *conf, char *buf, size_t cap)
{
    if (a->bin_dir) {
        return a->bin_dir;
    }
    if (conf->programs_dir && conf->programs_dir[0]) {
        return conf->programs_dir;
    }
    ssize_t n = readlink("/proc/self/exe", buf, cap - 1);
    if (n <= 0) {
        return "/usr/sbin";
    }
    buf[n] = '\0';
    return dirname(buf);
}

int
main(int argc, char **argv)
{
    char self[PATH_MAX];
    int exit_code = EXIT_INTERNAL;
    log_open("coprod");
    struct arguments a = read_arguments(argc, argv);
    if (a.exit_now >= 0) {
        return a.exit_now;
    }
    (void)umask(077);
    AUTO(conf) struct conf *conf = read_config(a.config, &exit_code);
    if (!conf) {
        return exit_code;
    }
    if (make_dir(conf->state_dir) < 0 || make_dir(conf->runtime_dir) < 0) {
        return EXIT_CANNOT_CREATE;
    }
    AUTO_CLOSE int lock = lock_store(conf->state_dir, &exit_code);
    if (lock < 0) {
        return exit_code;
    }
    struct super_options options = { .clock = a.clock,
                                     .bin_dir = bin_dir_of(&a, conf, self, sizeof self) };
    options.conf = TAKE(conf);
    return super_run(&options);
}
