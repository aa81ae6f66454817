/* SPDX-License-Identifier: MIT */
/* intake.c - a file in the inbox: whose survey it is, its import, and where it goes afterwards. */
#include "answers/intake.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "answers/findings.h"
#include "answers/privacy.h"
#include "answers/purge.h"
#include "base/file.h"
#include "base/text.h"

enum { NAME_TRIES_MAX = 10000, QUIET_MS = 10000, BUSY_AGAIN_MS = 300000 };

/* ---- the file, whatever its name means meanwhile ------------------------------------------ */

struct handed {
    const char *name;
    int inbox;
    int fd;          /* -1: it cannot be opened, being a link */
    struct stat st;  /* as it was when it was opened */
    char path[32];   /* that opens this very file, though another one takes its name */
};

static void
handed_done(struct handed *f)
{
    fd_closep(&f->fd);
    fd_closep(&f->inbox);
}
#define AUTO_HANDED __attribute__((cleanup(handed_done)))

/* 1; 0: nothing of that name is there. */
static int
hand_over(const struct intake *in, const char *name, struct handed *f, struct err *reterr)
{
    char path[INTAKE_PATH_MAX];
    *f = (struct handed){ .name = name, .inbox = -1, .fd = -1 };
    int n = snprintf(path, sizeof path, "%s/inbox", in->state_dir);
    if (n < 0 || (size_t)n >= sizeof path || strchr(name, '/') || name[0] == '.'
        || strlen(name) >= SURVEY_BATCH_NAME_MAX - 16) {
        return err_set(reterr, -ECANCELED, "'%.100s' is no file of the inbox", name);
    }
    f->inbox = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (f->inbox >= 0) {
        f->fd = openat(f->inbox, name,
                       O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    }
    int r = f->fd >= 0 ? fstat(f->fd, &f->st)
            : errno == ELOOP && f->inbox >= 0
                ? fstatat(f->inbox, name, &f->st, AT_SYMLINK_NOFOLLOW)
                : -1;
    if (r < 0) {
        const char *hint = errno == EACCES ? " (the daemon's user must be able to read it)" : "";
        return errno == ENOENT ? 0
                               : err_set(reterr, -errno, "cannot open %.200s: %m%s", name, hint);
    }
    (void)snprintf(f->path, sizeof f->path, "/proc/self/fd/%d", f->fd);
    return 1;
}

/* How a writer is seen: somebody who has the file open for writing grants no read lease. */
static int
ask_lease(int fd)
{
    if (fcntl(fd, F_SETLEASE, F_RDLCK) < 0) {
        return -errno;
    }
    return fcntl(fd, F_SETLEASE, F_UNLCK) < 0 ? -errno : 0;
}

int64_t
intake_wait_ms(int lease, int64_t changed_ms, int64_t now_ms)
{
    int64_t quiet_ms = now_ms - changed_ms;
    bool is_unknown = lease < 0 && lease != -EAGAIN; /* not ours: the kernel tells us nothing */
    return lease == -EAGAIN                                       ? BUSY_AGAIN_MS
           : is_unknown && quiet_ms >= 0 && quiet_ms < QUIET_MS ? QUIET_MS - quiet_ms
                                                                  : 0;
}

static int64_t
wait_for_writer(const struct intake *in, const struct handed *f)
{
    int64_t changed_ms = (int64_t)f->st.st_mtim.tv_sec * 1000 + f->st.st_mtim.tv_nsec / 1000000;
    return f->fd < 0 ? 0 : intake_wait_ms(ask_lease(f->fd), changed_ms, in->wall_ms);
}

/* Since it was opened. */
static bool
is_changed(const struct handed *f)
{
    return f->fd >= 0
           && (!file_is_as_before(f->fd, &f->st) || ask_lease(f->fd) == -EAGAIN);
}

/* ---- where it goes ----------------------------------------------------------------------- */

/* One worker at a time puts files into it: what is free stays free. */
static int
open_folder(const struct intake *in, const char *folder)
{
    char path[INTAKE_PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/%s", in->state_dir, folder);
    if (n < 0 || (size_t)n >= sizeof path) {
        return -ENAMETOOLONG;
    }
    if (mkdir(path, 0700) < 0 && errno != EEXIST) {
        return -errno;
    }
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || flock(fd, LOCK_EX) < 0) {
        return -errno;
    }
    int ret = fd;
    fd = -1;
    return ret;
}

static int
free_name(int dir, const char *name, char ret[NAME_MAX + 1])
{
    struct stat st;
    for (int i = 1; i < NAME_TRIES_MAX; i++) {
        int n = i == 1 ? snprintf(ret, NAME_MAX + 1, "%s", name)
                       : snprintf(ret, NAME_MAX + 1, "%s.%d", name, i);
        if (n < 0 || n > NAME_MAX - 16) {
            return -ENAMETOOLONG;
        }
        if (fstatat(dir, ret, &st, AT_SYMLINK_NOFOLLOW) < 0) {
            return errno == ENOENT ? 0 : -errno;
        }
    }
    return -EEXIST;
}

static void
report_name(const char *beside, char ret[NAME_MAX + 32])
{
    (void)snprintf(ret, NAME_MAX + 32, "%s.report.txt", beside);
}

static int
write_report(int dir, const char *beside, const struct text *report, int64_t now_ms)
{
    char name[NAME_MAX + 32];
    report_name(beside, name);
    AUTO_CLOSE int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                               0600);
    int r = fd < 0 ? -errno : file_write(fd, text_str(report), report->len);
    if (r < 0) {
        return r;
    }
    /* Policy time: how old a file is, is counted from here (keeping.h). */
    const struct timespec now = { .tv_sec = now_ms / 1000,
                                  .tv_nsec = now_ms % 1000 * 1000000 };
    const struct timespec both[] = { now, now };
    return futimens(fd, both) < 0 || fsync(fd) < 0 ? -errno : 0;
}

/* Its bytes under another name, when its own means another file by now. */
static int
copy_out(const struct handed *f, int dir, const char *as)
{
    char bytes[65536];
    off_t at = 0;
    if (f->fd < 0) {
        return 0; /* a link has none */
    }
    AUTO_CLOSE int fd = openat(dir, as, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    for (ssize_t n = 1; fd >= 0 && n > 0 && at < f->st.st_size; at += n) {
        n = pread(f->fd, bytes, sizeof bytes, at);
        int r = n < 0 ? -errno : file_write(fd, bytes, (size_t)n);
        if (r < 0) {
            return r;
        }
    }
    return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

/* The file that was read goes into a folder. Somebody may have put another one in its place: that
 * one goes back, to be read in its turn. 1: the file itself was moved; 0: it had gone. */
static int
take_out(const struct handed *f, int dir, const char *as)
{
    char back[NAME_MAX + 1];
    int is_it = file_is(f->inbox, f->name, &f->st);
    int r = is_it <= 0 ? is_it : file_move(f->inbox, f->name, dir, as);
    if (r < 0 || is_it == 0) {
        return r == -ENOENT ? 0 : r;
    }
    is_it = file_is(dir, as, &f->st);
    if (is_it == 0) {
        r = file_move_numbered(dir, as, f->inbox, f->name, back);
    }
    return r < 0 ? r : is_it;
}

static int
take_back(const struct handed *f, int dir, const char *as)
{
    char name[NAME_MAX + 32];
    char back[NAME_MAX + 1];
    report_name(as, name);
    int r = file_move_numbered(dir, as, f->inbox, f->name, back);
    return r < 0 ? r : unlinkat(dir, name, 0) < 0 ? -errno : 0;
}

/* Out of the inbox, its report first: a file without a report would be a riddle. 1: somebody wrote
 * to it after it was read, it is in the inbox again. */
static int
put_away(const struct intake *in, const struct handed *f, const char *folder, bool is_final,
         const struct text *report, struct err *reterr)
{
    char as[NAME_MAX + 1];
    AUTO_CLOSE int dir = open_folder(in, folder);
    int r = dir < 0 ? dir : free_name(dir, f->name, as);
    r = r < 0 ? r : write_report(dir, as, report, in->now_ms);
    r = r < 0 ? r : take_out(f, dir, as);
    if (r == 0) {
        r = copy_out(f, dir, as);
    } else if (r > 0) {
        bool is_late = !is_final && is_changed(f);
        r = is_late ? take_back(f, dir, as) : 0;
        r = r < 0 ? r : is_late;
    }
    return r < 0 ? err_set(reterr, r, "cannot put %.200s into %s/: %s", f->name, folder,
                           strerror(-r))
                 : r;
}

/* ---- the intake -------------------------------------------------------------------------- */

static int
say_busy(const struct handed *f, int64_t wait_ms, struct intake_result *res)
{
    res->wait_ms = wait_ms;
    return err_set(&res->words, -ETXTBSY, "%.200s is still being written: it waits in the inbox",
                   f->name);
}

static int
refuse(const struct intake *in, const struct handed *f, struct intake_result *res,
       struct err *reterr)
{
    AUTO_TEXT struct text report = { 0 };
    text_addf(&report, "%s\nrefused as a whole, nothing was counted:\n%s\n", f->name,
              res->words.text);
    int r = put_away(in, f, "rejected", false, &report, reterr);
    res->is_refused = r == 0;
    return r <= 0 ? r : say_busy(f, BUSY_AGAIN_MS, res);
}

/* It grew when it was counted already. With response ids it is simply read again; without them its
 * rows would count twice, and the rest is for a person to hand in. */
static int
part_with(const struct intake *in, const struct handed *f, const struct definition *def,
          struct text *report, struct intake_result *res, struct err *reterr)
{
    if (def->response_column) {
        return say_busy(f, BUSY_AGAIN_MS, res);
    }
    text_addf(report, "\nWhat is above was counted, the first %lld bytes. The file was written to "
              "after that: what came later was NOT counted. Put those rows, below the same header, "
              "into a file of their own and hand it in.\n", (long long)f->st.st_size);
    int r = put_away(in, f, "rejected", true, report, reterr);
    return r < 0 ? r
                 : err_set(&res->words, 0, "%.200s was written to after its first %lld bytes were "
                           "counted: see its report in rejected/", f->name,
                           (long long)f->st.st_size);
}

static int
accept(const struct intake *in, const struct definition *def, const struct handed *f,
       const struct import_result *done, struct intake_result *res, struct err *reterr)
{
    AUTO_TEXT struct text report = { 0 };
    int r = import_report(in->store, done, f->name, &report, reterr);
    r = r < 0 ? r : findings_report(in->store, def, done->batch, in->today, &report, reterr);
    if (r < 0) {
        return r;
    }
    const struct survey_counts *n = &done->counts;
    res->counts = *n;
    (void)err_set(&res->words, 0, "%.200s: read %lld, new %lld, repeat %lld, rejected %lld",
                  f->name, (long long)n->n_read, (long long)n->n_new, (long long)n->n_repeat,
                  (long long)n->n_rejected);
    r = put_away(in, f, "done", false, &report, reterr);
    return r <= 0 ? r : part_with(in, f, def, &report, res, reterr);
}

static int
key_of(const struct intake *in, uint8_t key[HASH_KEY_SIZE], struct err *why)
{
    char path[INTAKE_PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/survey.key", in->state_dir);
    int r = import_key(in->store, path, key, why);
    return r == -EBADMSG ? -ENOKEY : r;
}

bool
intake_is_erasure(const char *name)
{
    static const char end[] = ".erase";
    size_t n = strlen(name);
    return n > sizeof end && strcmp(name + n - (sizeof end - 1), end) == 0;
}

/* Where a list of ids goes on its way out. */
static void
remove_list(const struct handed *f, char as[NAME_MAX + 1])
{
    (void)snprintf(as, NAME_MAX + 1, ".%s.done", f->name);
    (void)unlinkat(f->inbox, as, 0);
}

static void
say_erased(const struct definition *def, const struct erase_result *n, const struct text *files,
           struct intake_result *res)
{
    (void)err_set(&res->words, 0,
                  "survey %s: of %lld response ids %lld were here and are erased, with %lld "
                  "answers and %lld comments; %lld had lost their answers before, %lld had been "
                  "erased, %lld were never here%s",
                  def->id, (long long)n->n_asked, (long long)n->n_erased, (long long)n->n_answers,
                  (long long)n->n_comments, (long long)n->n_dropped, (long long)n->n_before,
                  (long long)n->n_unknown,
                  files->len > 0 ? text_str(files) : "; no file in done/ or rejected/ has any");
}

/* The list goes when it is done, so that it does not keep what it was to erase. */
static int
erase_them(const struct intake *in, const struct definition *def, const struct handed *f,
           struct intake_result *res, struct err *why)
{
    char as[NAME_MAX + 1];
    uint8_t key[HASH_KEY_SIZE];
    struct erase_result done;
    struct purge_result purged;
    AUTO_TEXT struct text files = { 0 };
    AUTO_FREE char *ids = NULL;
    const struct privacy p = { .store = in->store, .def = def, .today = in->today,
                               .now_ms = in->now_ms, .guard = in->guard, .arg = in->arg };
    int r = key_of(in, key, why);
    r = r < 0 ? r : privacy_read_ids(f->path, &ids, why);
    r = r < 0 ? r : privacy_erase(&p, key, ids, &done, why);
    const struct purge purge = { .surveys = in->surveys, .state_dir = in->state_dir, .erasing = &p,
                                 .ids = ids };
    r = r < 0 ? r : purge_files(&purge, &purged, &files, why);
    if (r == 0 && is_changed(f)) {
        return say_busy(f, BUSY_AGAIN_MS, res); /* to erase twice does no harm */
    }
    if (r == 0) {
        remove_list(f, as);
        r = take_out(f, f->inbox, as);
        remove_list(f, as);
        r = r < 0 ? err_set(why, r, "the list of ids to erase cannot be removed: %s", strerror(-r))
                  : 0;
    }
    if (r == 0) {
        res->is_erasure = true;
        say_erased(def, &done, &files, res);
    }
    return r;
}

static int
import_it(const struct intake *in, const struct definition *def, const struct handed *f,
          struct import_result *done, struct err *why)
{
    uint8_t key[HASH_KEY_SIZE];
    int r = key_of(in, key, why);
    if (r < 0) {
        return r;
    }
    const struct import_options opt = {
        .def = def,           .path = f->path,     .name = f->name,
        .key = key,           .today = in->today,  .now_ms = in->now_ms,
        .guard = in->guard,   .wanted = in->wanted, .moved_on = in->moved_on,
        .arg = in->arg,
    };
    return import_file(in->store, &opt, done, why);
}

/* What is in it, as its survey wants it. */
static int
read_it(const struct intake *in, const struct handed *f, struct intake_result *res,
        struct err *reterr)
{
    struct import_result done = { 0 };
    const struct definition *def = NULL;
    if (f->fd < 0 || !S_ISREG(f->st.st_mode)) {
        (void)err_set(&res->words, 0, "it is not a plain file");
    } else {
        def = survey_set_guess(in->surveys, f->path, f->name, &res->words);
    }
    int r = !def                  ? -EBADMSG
            : intake_is_erasure(f->name) ? erase_them(in, def, f, res, &res->words)
                                  : import_it(in, def, f, &done, &res->words);
    if (r == -EBADMSG || r == -EINVAL) {
        return is_changed(f) ? say_busy(f, BUSY_AGAIN_MS, res) : refuse(in, f, res, reterr);
    }
    if (r == -ETXTBSY) {
        return say_busy(f, BUSY_AGAIN_MS, res);
    }
    return r < 0             ? err_set(reterr, r, "%s", res->words.text)
           : res->is_erasure ? 0
                             : accept(in, def, f, &done, res, reterr);
}

/* Nobody will go on with what was begun of it: it holds up no publication any more. */
static int
note_gone(const struct intake *in, const char *name, struct err *reterr)
{
    int r = store_begin(in->store, reterr);
    if (r < 0) {
        return r;
    }
    for (size_t i = 0; r >= 0 && i < in->surveys->n; i++) {
        struct survey_row row;
        r = survey_find(in->store, in->surveys->defs[i]->id, NULL, &row, reterr);
        r = r <= 0 ? r : survey_batch_cut(in->store, row.id, name, "", reterr);
    }
    r = r < 0 || !in->guard ? r : in->guard(in->arg, in->store, reterr);
    if (r < 0) {
        store_rollback(in->store);
        return r;
    }
    return store_commit(in->store, reterr);
}

int
intake_file(const struct intake *in, const char *name, struct intake_result *ret,
            struct err *reterr)
{
    struct intake_result res = { 0 };
    AUTO_HANDED struct handed f;
    int r = hand_over(in, name, &f, reterr);
    if (r < 0) {
        return r;
    }
    int64_t wait_ms = r > 0 ? wait_for_writer(in, &f) : 0;
    if (r == 0) {
        char as[NAME_MAX + 1];
        remove_list(&f, as);
        res.is_gone = true;
        r = note_gone(in, name, reterr);
    } else {
        r = wait_ms > 0 ? say_busy(&f, wait_ms, &res) : read_it(in, &f, &res, reterr);
    }
    if (r >= 0 || r == -ETXTBSY) {
        *ret = res;
    }
    return r >= 0 ? 0 : r == -ETXTBSY ? err_set(reterr, r, "%s", res.words.text) : r;
}

bool
intake_is_file(const char *folder, const char *name, unsigned char type)
{
    char path[INTAKE_PATH_MAX];
    struct stat st;
    if (name[0] == '.' || type != DT_UNKNOWN) {
        return name[0] != '.' && type == DT_REG;
    }
    int n = snprintf(path, sizeof path, "%s/%s", folder, name);
    return n > 0 && (size_t)n < sizeof path && lstat(path, &st) == 0 && S_ISREG(st.st_mode);
}
