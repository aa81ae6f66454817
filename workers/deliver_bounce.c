/* SPDX-License-Identifier: MIT */
/*
 * deliver_bounce.c - one file of the maildir of bounces. It is moved to cur first: who is killed
 * after that finds it there again, and the store takes the same bytes once.
 */
#include "deliver_bounce.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/text.h"
#include "store/store.h"

enum { PATH_CAP = 4096 };

/* Opens it in cur, after moving it there when it is new. -ENOENT: it is in neither. */
static int
open_moved(const char *maildir, const char *name)
{
    char from[PATH_CAP];
    char to[PATH_CAP];
    bool has_info = strstr(name, ":2,") != NULL;
    int n = snprintf(from, sizeof from, "%s/new/%s", maildir, name);
    int m = snprintf(to, sizeof to, "%s/cur/%s%s", maildir, name, has_info ? "" : ":2,S");
    if (n < 0 || m < 0 || n >= PATH_CAP || m >= PATH_CAP || strchr(name, '/') || name[0] == '.') {
        return -ENAMETOOLONG;
    }
    if (rename(from, to) < 0 && errno != ENOENT) {
        return -errno;
    }
    int fd = open(to, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    return fd < 0 ? -errno : fd;
}

/* As much of it as is looked at. */
static int
read_some(int fd, char *bytes, size_t *ret_len)
{
    struct stat st;
    *ret_len = 0;
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        return -EINVAL;
    }
    while (*ret_len < DSN_BYTES_MAX) {
        ssize_t n = read(fd, bytes + *ret_len, DSN_BYTES_MAX - *ret_len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return n < 0 ? -errno : 0;
        }
        *ret_len += (size_t)n;
    }
    return 0;
}

static int
finish(struct store *s, const struct delivery_job *job, struct err *reterr)
{
    int r = store_run(s, Q_JOB_DONE, WITH(I(job->now_ms), I(job->id), I(job->attempt)), reterr);
    return r < 0 ? r : r == 0 ? -ESTALE : 0;
}

static int
take(const struct world *w, struct store *s, const struct dsn *d, const char *hash,
     const struct delivery_job *job, struct bounced *ret, struct err *reterr)
{
    int r = store_begin(s, reterr);
    if (r < 0) {
        return r;
    }
    r = finish(s, job, reterr);
    r = r < 0 || !d ? r : bounce_take(w, s, d, hash, job->now_ms, ret, reterr);
    if (r < 0) {
        store_rollback(s);
        return r;
    }
    return store_commit(s, reterr);
}

int
bounce_file(const struct world *w, struct store *s, const char *maildir, const char *name,
            const struct delivery_job *job, struct bounced *ret, struct err *reterr)
{
    char hash[DIGEST_HEX_MAX];
    struct dsn d;
    size_t len = 0;
    *ret = (struct bounced){ .is_new = false };
    AUTO_CLOSE int fd = open_moved(maildir, name);
    if (fd == -ENOENT) {
        return take(w, s, NULL, NULL, job, ret, reterr);
    }
    if (fd < 0) {
        int no = fd == -ELOOP || fd == -ENAMETOOLONG ? -ECANCELED : -EAGAIN;
        return err_set(reterr, no, "a bounce cannot be read: %s", strerror(-fd));
    }
    AUTO_FREE char *bytes = malloc(DSN_BYTES_MAX);
    if (!bytes) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    int r = read_some(fd, bytes, &len);
    if (r < 0) {
        return err_set(reterr, r == -EINVAL ? -ECANCELED : -EAGAIN, "a bounce cannot be read: %s",
                       strerror(-r));
    }
    struct digest digest = hash_sha256(bytes, len);
    r = dsn_read(bytes, len, &d);
    return r < 0 ? err_set(reterr, r, "out of memory")
                 : take(w, s, &d, hash_hex(&digest, hash), job, ret, reterr);
}
