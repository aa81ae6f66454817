/* SPDX-License-Identifier: MIT */
/* file.c - moving files so that none is ever lost. */
#include "base/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { NUMBER_TRIES_MAX = 10000 };

int
file_numbered(const char *name, int number, char ret[NAME_MAX + 1])
{
    const char *dot = strrchr(name, '.');
    size_t stem = dot && dot > name ? (size_t)(dot - name) : strlen(name);
    int n = number < 2 ? snprintf(ret, NAME_MAX + 1, "%s", name)
                       : snprintf(ret, NAME_MAX + 1, "%.*s.%d%s", (int)stem, name, number,
                                  name + stem);
    return n < 0 || n > NAME_MAX ? -ENAMETOOLONG : 0;
}

int
file_move(int from_dir, const char *from, int to_dir, const char *to)
{
    if (renameat2(from_dir, from, to_dir, to, RENAME_NOREPLACE) == 0) {
        return 0;
    }
    if (errno != EINVAL && errno != ENOSYS) {
        return -errno;
    }
    /* A file system without such a rename: a second name never replaces either. */
    if (linkat(from_dir, from, to_dir, to, 0) < 0) {
        return -errno;
    }
    return unlinkat(from_dir, from, 0) < 0 ? -errno : 0;
}

int
file_move_numbered(int from_dir, const char *from, int to_dir, const char *to,
                   char ret[NAME_MAX + 1])
{
    int r = -EEXIST;
    for (int i = 1; r == -EEXIST && i < NUMBER_TRIES_MAX; i++) {
        r = file_numbered(to, i, ret);
        r = r < 0 ? r : file_move(from_dir, from, to_dir, ret);
    }
    return r;
}

const char *
file_last_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

int
file_is(int dir, const char *name, const struct stat *st)
{
    struct stat now;
    if (fstatat(dir, name, &now, AT_SYMLINK_NOFOLLOW) < 0) {
        return errno == ENOENT ? 0 : -errno;
    }
    return now.st_dev == st->st_dev && now.st_ino == st->st_ino;
}

bool
file_is_as_before(int fd, const struct stat *before)
{
    struct stat now;
    return fstat(fd, &now) == 0 && now.st_size == before->st_size
           && now.st_mtim.tv_sec == before->st_mtim.tv_sec
           && now.st_mtim.tv_nsec == before->st_mtim.tv_nsec;
}

int
file_write(int fd, const char *bytes, size_t n)
{
    for (size_t at = 0; at < n;) {
        ssize_t done = write(fd, bytes + at, n - at);
        if (done < 0 && errno != EINTR) {
            return -errno;
        }
        at += done > 0 ? (size_t)done : 0;
    }
    return 0;
}
