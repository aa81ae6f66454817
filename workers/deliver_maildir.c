/* SPDX-License-Identifier: MIT */
/*
 * deliver_maildir.c - a message as a file in a maildir: for trials, demonstrations and tests.
 *
 * The file's name comes from the Message-ID, so a message that is delivered again after a crash
 * replaces nothing and adds nothing. It is whole and durable before it appears in new/.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "deliver_out.h"

enum { NAME_LEN_MAX = 200, DIR_MODE = 0750, FILE_MODE = 0640 };

/* "<key.mail@host>" becomes "key.mail@host.eml"; anything that could leave the folder is _. */
static void
name_make(const char *message_id, char name[NAME_LEN_MAX])
{
    size_t n = 0;
    for (const char *c = message_id; *c && n < NAME_LEN_MAX - 5; c++) {
        bool is_dot = *c == '.' && n > 0;
        if (isalnum((unsigned char)*c) || is_dot || strchr("@-_", *c)) {
            name[n++] = *c;
        } else if (*c != '<' && *c != '>') {
            name[n++] = '_';
        }
    }
    memcpy(name + n, ".eml", 5);
}

static int
dir_open(int parent, const char *name)
{
    if (mkdirat(parent, name, DIR_MODE) < 0 && errno != EEXIST) {
        return -errno;
    }
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    return fd < 0 ? -errno : fd;
}

/* A reader moves new/NAME to cur/NAME:2,FLAGS. */
static int
is_there(int dir, const char *name)
{
    int fd = dup(dir);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    if (!d) {
        int r = -errno;
        if (fd >= 0) {
            (void)close(fd);
        }
        return r;
    }
    size_t n = strlen(name);
    int found = 0;
    rewinddir(d); /* the copy shares its place with dir */
    for (const struct dirent *e = readdir(d); e && !found; e = readdir(d)) {
        found = strncmp(e->d_name, name, n) == 0 && (e->d_name[n] == '\0' || e->d_name[n] == ':');
    }
    (void)closedir(d);
    return found;
}

static int
put(int tmp, int new, const char *name, const struct delivery_message *m)
{
    /* What a killed attempt left in tmp is overwritten: one process delivers one message. */
    AUTO_CLOSE int fd = openat(tmp, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                               FILE_MODE);
    if (fd < 0) {
        return -errno;
    }
    int r = file_write(fd, m->bytes, m->len);
    r = r >= 0 && fsync(fd) < 0 ? -errno : r;
    if (r >= 0 && renameat(tmp, name, new, name) < 0) {
        r = -errno;
    }
    if (r < 0) {
        (void)unlinkat(tmp, name, 0);
        return r;
    }
    return fsync(new) < 0 ? -errno : 0;
}

/* 0 delivered, 1 it was there already, or -errno. */
static int
deliver(const char *directory, const struct delivery_message *m)
{
    char name[NAME_LEN_MAX];
    name_make(m->message_id, name);
    AUTO_CLOSE int root = dir_open(AT_FDCWD, directory);
    AUTO_CLOSE int tmp = root < 0 ? root : dir_open(root, "tmp");
    AUTO_CLOSE int new = tmp < 0 ? tmp : dir_open(root, "new");
    AUTO_CLOSE int cur = new < 0 ? new : dir_open(root, "cur");
    if (cur < 0) {
        return cur;
    }
    int r = is_there(new, name);
    r = r ? r : is_there(cur, name);
    if (r == 0) {
        return put(tmp, new, name, m);
    }
    /* The rename may have been made by an attempt that died before it was durable. */
    return r > 0 && fsync(new) < 0 ? -errno : r;
}

void
maildir_send(const char *directory, const struct delivery_message *m, struct delivery_result *ret)
{
    int64_t began_ms = clock_mono_ms();
    int r = deliver(directory, m);
    *ret = (struct delivery_result){
        .outcome = r < 0 ? DELIVERY_DEFERRED : DELIVERY_ACCEPTED,
        .elapsed_ms = clock_mono_ms() - began_ms,
    };
    (void)snprintf(ret->words, sizeof ret->words, "%s",
                   r < 0    ? strerror(-r)
                   : r == 0 ? "written to the maildir"
                            : "was in the maildir already");
}
