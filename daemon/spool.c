/* SPDX-License-Identifier: MIT */
/* spool.c - a survey file that coprodctl hands over, in pieces; the last one makes it visible. */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ask.h"
#include "answers/intake.h"
#include "base/file.h"

enum { NAME_MAX_ = 200, PART_MAX = NAME_MAX_ + 40 };

/* Of one command, so that two that hand over files of one name at once do not mix them. */
static void
part_name(const struct ask *a, const char *name, char ret[PART_MAX])
{
    (void)snprintf(ret, PART_MAX, ".%u-%d-%s", (unsigned)a->from->uid, (int)a->from->pid, name);
}

static bool
is_part_name(const char *name)
{
    int numbers = 0;
    const char *s = name + 1;
    while (name[0] == '.' && numbers < 2 && isdigit((unsigned char)*s)) {
        s += strspn(s, "0123456789");
        numbers += *s == '-';
        s += *s == '-';
    }
    return numbers == 2 && *s != '\0';
}

void
spool_clean(const struct hub *h)
{
    DIR *dir = opendir(h->inbox);
    for (const struct dirent *e = dir ? readdir(dir) : NULL; e; e = readdir(dir)) {
        struct stat st;
        if (is_part_name(e->d_name)
            && fstatat(dirfd(dir), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0
            && S_ISREG(st.st_mode) && st.st_uid == geteuid()) {
            (void)unlinkat(dirfd(dir), e->d_name, 0);
        }
    }
    if (dir) {
        (void)closedir(dir);
    }
}

static int
add_piece(struct ask *a, int inbox, const char *part, int64_t offset)
{
    int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (offset == 0 ? O_TRUNC : 0);
    AUTO_CLOSE int fd = openat(inbox, part, flags, 0600);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0) {
        return err_set(a->why, -errno, "cannot write '%s/%s': %m", a->h->inbox, part);
    }
    if (st.st_size != offset) {
        return err_set(a->why, -EINVAL,
                       "piece at %" PRId64 ", but %jd octets have come: begin again", offset,
                       (intmax_t)st.st_size);
    }
    ssize_t n = pwrite(fd, a->call->body.at, a->call->body.len, offset);
    if (n != (ssize_t)a->call->body.len) {
        return err_set(a->why, n < 0 ? -errno : -ENOSPC, "cannot write '%s/%s': %s",
                       a->h->inbox, part, n < 0 ? strerror(errno) : "the disk is full");
    }
    bool is_last = strcmp(ask_word(a, "last"), "1") == 0;
    return is_last && fsync(fd) < 0
               ? err_set(a->why, -errno, "cannot write '%s/%s': %m", a->h->inbox, part)
               : is_last;
}

int
ask_spool(struct ask *a)
{
    const char *name = ask_word(a, "name");
    int64_t offset = 0;
    char part[PART_MAX];
    char as[NAME_MAX + 1];
    if (!name[0] || name[0] == '.' || strchr(name, '/') || strlen(name) > NAME_MAX_
        || text_has_control(name)
        || text_to_i64(ask_word(a, "offset"), 0, INT64_MAX, &offset) < 0) {
        return err_set(a->why, -EINVAL, "'%.60s' cannot be the name of a file in the inbox", name);
    }
    int r = intake_is_erasure(name) ? ask_admin(a) : 0; /* what is erased does not come back */
    if (r < 0 || a->is_dry) {
        return r;
    }
    part_name(a, name, part);
    AUTO_CLOSE int inbox = open(a->h->inbox, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (inbox < 0) {
        return err_set(a->why, -errno, "cannot open '%s': %m", a->h->inbox);
    }
    r = add_piece(a, inbox, part, offset);
    if (r <= 0) {
        return r;
    }
    /* A file of that name that still waits there is another one. */
    r = file_move_numbered(inbox, part, inbox, name, as);
    if (r < 0) {
        return err_set(a->why, r, "cannot put '%s' into the inbox: %s", name, strerror(-r));
    }
    a->h->has_inbox = true;
    text_addf(a->out, "%s is in the inbox", as);
    return 0;
}
