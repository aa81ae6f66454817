/* SPDX-License-Identifier: MIT */
/* purge.c - the rows of erased responses out of the files that are kept. */
#include "answers/purge.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "answers/import.h"
#include "answers/privacy.h"
#include "base/file.h"
#include "base/list.h"
#include "base/text.h"
#include "survey/mapping.h"
#include "survey/scan.h"

enum { COPY_BYTES = 65536, NAMES_MAX = 3 };
static const char beside[] = ".purging"; /* a file is written there, one at a time */
static const char report_beside[] = ".purging.report";
static const char report_end[] = ".report.txt";

struct purging {
    const struct purge *p;
    const char *folder;
    int dir;
    struct scan_field *ids; /* in order */
    size_t n_ids;
    struct purge_result *res;
    struct text *names;
    int n_named;
};

/* ---- ids ----------------------------------------------------------------------------------- */

static int
by_bytes(const void *a, const void *b)
{
    const struct scan_field *x = a;
    const struct scan_field *y = b;
    int r = memcmp(x->s, y->s, x->len < y->len ? x->len : y->len);
    return r != 0 ? r : (x->len > y->len) - (x->len < y->len);
}

static int
split_ids(struct purging *g)
{
    size_t cap = 0;
    for (const char *s = g->p->ids; *s; s += strspn(s, "\r\n")) {
        size_t len = strcspn(s, "\r\n");
        struct scan_field id = mapping_trimmed((struct scan_field){ s, len });
        int r = list_room(&g->ids, g->n_ids, &cap, sizeof *g->ids);
        if (r < 0) {
            return r;
        }
        if (id.len > 0) {
            g->ids[g->n_ids++] = id;
        }
        s += len;
    }
    if (g->n_ids > 0) {
        qsort(g->ids, g->n_ids, sizeof *g->ids, by_bytes);
    }
    return 0;
}

static bool
is_one(const struct purging *g, struct scan_field f)
{
    struct scan_field id = mapping_trimmed(f);
    return g->n_ids > 0 && bsearch(&id, g->ids, g->n_ids, sizeof *g->ids, by_bytes);
}

/* ---- one file ------------------------------------------------------------------------------ */

struct copy {
    const char *name;
    int fd;
    struct stat st;
    bool is_ours; /* else nobody can tell whose it is, and it stays as it is */
    int to; /* -1 until there is something to leave out */
    int64_t from; /* bytes before it are in the copy, or left out */
    int64_t n_rows;
    int64_t unclear_line; /* the first line that cannot be read; 0 = none */
    struct refused_lines lines; /* of the rows that go */
    bool had_refused; /* values, in its report */
    bool had_all; /* nobody can tell whose they were */
};

static void
copy_done(struct copy *c)
{
    fd_closep(&c->to);
    fd_closep(&c->fd);
    free(c->lines.list);
}
#define AUTO_COPY __attribute__((cleanup(copy_done)))

static int
copy_until(const struct purging *g, struct copy *c, int64_t until)
{
    char bytes[COPY_BYTES];
    if (c->to < 0) {
        (void)unlinkat(g->dir, beside, 0); /* of a worker that died */
        c->to = openat(g->dir, beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (c->to < 0) {
            return -errno;
        }
    }
    while (c->from < until) {
        int64_t most = until - c->from;
        ssize_t n = pread(c->fd, bytes, most < COPY_BYTES ? (size_t)most : sizeof bytes, c->from);
        int r = n > 0 ? file_write(c->to, bytes, (size_t)n) : n < 0 ? -errno : -EIO;
        if (r < 0) {
            return r;
        }
        c->from += n;
    }
    return 0;
}

/* A row that is no sound one may have its id in any column. */
static bool
is_theirs(const struct purging *g, const struct scan_row *row, int column)
{
    if (row->fault == SCAN_OK) {
        return is_one(g, row->fields[column]);
    }
    for (size_t i = 0; i < row->n_fields; i++) {
        if (is_one(g, row->fields[i])) {
            return true;
        }
    }
    return false;
}

static int
look_at_row(const struct purging *g, struct copy *c, const struct scan_row *row, int column,
            int64_t end)
{
    bool is_unclear = row->fault == SCAN_QUOTE || row->fault == SCAN_MANY_COLUMNS;
    if (!is_theirs(g, row, column)) {
        c->unclear_line = is_unclear && !c->unclear_line ? row->line : c->unclear_line;
        return 0;
    }
    int r = list_room(&c->lines.list, c->lines.n, &c->lines.cap, sizeof *c->lines.list);
    if (r < 0) {
        return r;
    }
    c->lines.list[c->lines.n++] = row->line;
    r = c->is_ours ? copy_until(g, c, row->offset) : 0;
    c->from = end < c->st.st_size ? end : c->st.st_size;
    c->n_rows++;
    return r;
}

/* 1, or 0 where nobody can tell its rows. */
static int
look_through(const struct purging *g, struct copy *c)
{
    AUTO(scan) struct scan *s = NULL;
    struct scan_row row = { 0 };
    int column = 0;
    int r = scan_open(c->fd, &s, NULL);
    if (r < 0) {
        return r;
    }
    scan_delimiter(s, g->p->erasing->def->delimiter);
    r = scan_next(s, &row);
    if (r > 0 && mapping_column(&row, g->p->erasing->def->response_column, &column, NULL) < 0) {
        r = -EBADMSG;
    }
    while (r > 0 && (r = scan_next(s, &row)) > 0) {
        int done = look_at_row(g, c, &row, column, scan_offset(s));
        r = done < 0 ? done : r;
    }
    return r == -EBADMSG ? 0 : r < 0 ? r : 1;
}

/* As it was, but for the rows. */
static int
put_in_place(const struct purging *g, struct copy *c)
{
    const struct timespec times[] = { c->st.st_atim, c->st.st_mtim };
    int r = copy_until(g, c, c->st.st_size);
    if (r < 0) {
        return r;
    }
    (void)!fchown(c->to, c->st.st_uid, c->st.st_gid); /* another's becomes the daemon's */
    if (fchmod(c->to, c->st.st_mode & 07777) < 0 || futimens(c->to, times) < 0
        || fsync(c->to) < 0) {
        return -errno;
    }
    if (!file_is_as_before(c->fd, &c->st) || file_is(g->dir, c->name, &c->st) <= 0) {
        return -ETXTBSY;
    }
    return renameat(g->dir, beside, g->dir, c->name) < 0 || fsync(g->dir) < 0 ? -errno : 0;
}

/* ---- what was refused ---------------------------------------------------------------------- */

/* 1; 0: there is none. */
static int
read_report(const struct purging *g, const char *name, struct stat *st, struct text *ret)
{
    char bytes[4096];
    AUTO_CLOSE int fd = openat(g->dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 || fstat(fd, st) < 0) {
        return errno == ENOENT ? 0 : -errno;
    }
    for (ssize_t n = 1; n > 0;) {
        n = read(fd, bytes, sizeof bytes);
        if (n < 0) {
            return -errno;
        }
        text_addn(ret, bytes, (size_t)n);
    }
    return ret->bad < 0 ? ret->bad : 1;
}

static int
write_report_anew(const struct purging *g, const char *name, const struct stat *st,
                  const struct text *report)
{
    const struct timespec times[] = { st->st_atim, st->st_mtim };
    (void)unlinkat(g->dir, report_beside, 0); /* of a worker that died */
    AUTO_CLOSE int fd = openat(g->dir, report_beside,
                               O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    int r = fd < 0 ? -errno : report->bad;
    r = r < 0 ? r : file_write(fd, text_str(report), report->len);
    if (r < 0) {
        return r;
    }
    return fchmod(fd, st->st_mode & 07777) < 0 || futimens(fd, times) < 0 || fsync(fd) < 0
                   || renameat(g->dir, report_beside, g->dir, name) < 0
               ? -errno
               : 0;
}

/* Then a line is that which the import told of. */
static int
is_as_imported(const struct copy *c, const char *sha256)
{
    const atomic_bool stop = false;
    struct digest digest;
    char hex[DIGEST_HEX_MAX];
    int r = lseek(c->fd, 0, SEEK_SET) < 0 ? -errno : hash_sha256_fd(c->fd, &stop, &digest);
    return r < 0 ? r : strcmp(hash_hex(&digest, hex), sha256) == 0;
}

/* In the store, and in the report: of these lines, or of all where nobody can tell. */
static int
redact(const struct purging *g, struct copy *c, const char *sha256, const char *was,
       struct text *is)
{
    int exact = is_as_imported(c, sha256);
    int r = exact < 0 ? exact
                      : privacy_forget_refused(g->p->erasing, sha256, exact ? &c->lines : NULL,
                                               &c->had_all, NULL);
    const int64_t *lines = c->had_all ? NULL : c->lines.list;
    c->had_refused = r > 0 && import_report_redact(was, lines, c->lines.n, is);
    return r;
}

/* Before its rows go: after a death in between, the rows are found again. */
static int
forget_refused(const struct purging *g, struct copy *c)
{
    char name[NAME_MAX + 32];
    char sha256[SURVEY_SHA_MAX];
    struct stat st = { 0 };
    AUTO_TEXT struct text was = { 0 };
    AUTO_TEXT struct text is = { 0 };
    (void)snprintf(name, sizeof name, "%s%s", c->name, report_end);
    int r = read_report(g, name, &st, &was);
    if (r > 0 && sscanf(text_str(&was), "%*[^\n]\nsha256 %64s", sha256) == 1) {
        r = redact(g, c, sha256, text_str(&was), &is);
        r = r < 0 || !c->had_refused ? r : write_report_anew(g, name, &st, &is);
    }
    return r < 0 ? r : 0;
}

/* ---- what is told -------------------------------------------------------------------------- */

/* In the report beside it, whose age stays: the file is kept as long as before (keeping.h). */
static int
note_in_report(const struct purging *g, const struct copy *c)
{
    char name[NAME_MAX + 32];
    char day[DAY_TEXT_MAX];
    struct stat st;
    AUTO_TEXT struct text line = { 0 };
    (void)snprintf(name, sizeof name, "%s%s", c->name, report_end);
    AUTO_CLOSE int fd = openat(g->dir, name, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 || fstat(fd, &st) < 0) {
        return errno == ENOENT ? 0 : -errno;
    }
    text_addf(&line, "\n%s: %lld row%s of erased responses taken out of this file; its SHA-256 and "
                     "line numbers above are those from before%s.\n",
              day_format(g->p->erasing->today, day), (long long)c->n_rows,
              text_s(c->n_rows),
              !c->had_refused ? ""
              : c->had_all    ? ", and what it had of refused values is forgotten"
                              : ", and what was refused of theirs is forgotten");
    const struct timespec times[] = { st.st_atim, st.st_mtim };
    int r = line.bad ? line.bad : file_write(fd, text_str(&line), line.len);
    return r < 0 ? r : futimens(fd, times) < 0 || fsync(fd) < 0 ? -errno : 0;
}

static void
tell(struct purging *g, const struct copy *c, bool is_read)
{
    bool is_clear = c->is_ours && is_read && c->unclear_line == 0;
    int64_t n = c->is_ours ? c->n_rows : 0;
    g->res->n_unclear += !is_clear && (c->n_rows > 0 || !is_read || c->unclear_line > 0);
    g->res->n_rows += n;
    g->res->n_files += n > 0;
    if ((c->n_rows == 0 && is_read && c->unclear_line == 0) || g->n_named++ >= NAMES_MAX) {
        return;
    }
    text_addf(g->names, "; %s/%.60s", g->folder, c->name);
    if (n > 0) {
        text_addf(g->names, " was written anew without %lld row%s", (long long)n,
                  text_s(n));
    }
    if (!is_read || !c->is_ours) {
        text_add(g->names, " may have some and stays as it is, since it cannot be read as a file "
                           "of this survey: look into it");
    } else if (!is_clear) {
        text_addf(g->names, "%s line %lld cannot be read: look there", n > 0 ? "," : "",
                  (long long)c->unclear_line);
    }
}

/* ---- the folders --------------------------------------------------------------------------- */

static bool
is_report(const struct purging *g, const char *name)
{
    char data[NAME_MAX + 1];
    struct stat st;
    size_t n = strlen(name);
    size_t end = sizeof report_end - 1;
    if (n <= end || strcmp(name + n - end, report_end) != 0) {
        return false;
    }
    (void)snprintf(data, sizeof data, "%.*s", (int)(n - end), name);
    return fstatat(g->dir, data, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* 1 with it open when it may hold rows of the survey, as one may whose survey nobody can tell. */
static int
open_one(const struct purging *g, const char *name, struct copy *c)
{
    char path[32];
    *c = (struct copy){ .name = name, .fd = -1, .to = -1 };
    if (name[0] == '.' || is_report(g, name)) {
        return 0;
    }
    c->fd = openat(g->dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (c->fd < 0 || fstat(c->fd, &c->st) < 0) {
        return errno == ELOOP || errno == ENOENT ? 0 : -errno;
    }
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", c->fd);
    const struct definition *def =
        S_ISREG(c->st.st_mode) ? survey_set_guess(g->p->surveys, path, name, NULL) : NULL;
    c->is_ours = def == g->p->erasing->def;
    return S_ISREG(c->st.st_mode) && c->st.st_size > 0 && (!def || c->is_ours);
}

static int
purge_one(struct purging *g, const char *name)
{
    AUTO_COPY struct copy c;
    int r = open_one(g, name, &c);
    if (r <= 0) {
        return r;
    }
    int is_read = look_through(g, &c);
    if (is_read == 0) {
        c.n_rows = 0;
    }
    bool is_due = is_read > 0 && c.is_ours && c.n_rows > 0;
    r = is_due ? forget_refused(g, &c) : is_read;
    r = r < 0 || !is_due ? r : put_in_place(g, &c);
    if (c.to >= 0 && (r < 0 || !is_due)) {
        (void)unlinkat(g->dir, beside, 0);
    }
    r = r < 0 || !is_due ? r : note_in_report(g, &c);
    if (r >= 0) {
        tell(g, &c, is_read > 0);
    }
    return r < 0 ? r : 0;
}

static int
purge_folder(struct purging *g, const char *folder, struct err *reterr)
{
    char path[INTAKE_PATH_MAX];
    struct dirent **names = NULL;
    (void)snprintf(path, sizeof path, "%s/%s", g->p->state_dir, folder);
    g->folder = folder;
    AUTO_CLOSE int dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int n = dir < 0 || flock(dir, LOCK_EX) < 0 ? -1 : scandir(path, &names, NULL, alphasort);
    if (n < 0) {
        return errno == ENOENT ? 0 : err_set(reterr, -errno, "cannot look through %s/: %m", folder);
    }
    int r = 0;
    g->dir = dir;
    for (int i = 0; i < n; i++) {
        bool is_due = r == 0;
        r = is_due ? purge_one(g, names[i]->d_name) : r;
        if (is_due && r < 0) {
            (void)err_set(reterr, r, "%s/%.200s may still have rows of theirs: %s", folder,
                          names[i]->d_name, strerror(-r));
        }
        free(names[i]);
    }
    free(names);
    return r;
}

int
purge_files(const struct purge *p, struct purge_result *ret, struct text *names,
            struct err *reterr)
{
    struct purge_result res = { 0 };
    struct purging g = { .p = p, .dir = -1, .res = &res, .names = names };
    int r = split_ids(&g);
    r = r < 0 ? err_set(reterr, r, "out of memory") : purge_folder(&g, "done", reterr);
    r = r < 0 ? r : purge_folder(&g, "rejected", reterr);
    if (g.n_named > NAMES_MAX) {
        text_addf(names, "; and %d more of them", g.n_named - NAMES_MAX);
    }
    free(g.ids);
    *ret = res;
    return r < 0 ? r : names->bad;
}
