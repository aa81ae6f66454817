/* SPDX-License-Identifier: MIT */
/* keeping.c - how long survey files and the words of mails are kept. */
#include "answers/keeping.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"
#include "survey/mapping.h"

enum { MAILS_A_STEP = 100 };
static const int64_t day_ms = INT64_C(24) * 3600 * 1000;
static const char report_end[] = ".report.txt";

int64_t
keeping_days(const struct conf *conf, const struct survey_set *set)
{
    int64_t days = conf->survey_files.keep_days;
    for (size_t i = 0; i < set->n; i++) {
        const int own[] = { set->defs[i]->raw_days, set->defs[i]->comment_days };
        for (size_t k = 0; k < LENGTH(own); k++) {
            days = own[k] > 0 && own[k] < days ? own[k] : days;
        }
    }
    return days;
}

struct cleaning {
    const char *folder; /* "done" */
    int fd;
    int64_t before_ms;
    struct keeping_result *res;
};

static void
note_failure(struct cleaning *cl, int error)
{
    if (cl->res->n_failed++ == 0) {
        (void)err_set(&cl->res->first, error, "%s/: %s", cl->folder, strerror(error));
    }
}

/* False when it is still there: then its report stays, for the next night to find it by. */
static bool
remove_one(struct cleaning *cl, const char *name, int64_t *n)
{
    if (unlinkat(cl->fd, name, 0) < 0) {
        note_failure(cl, errno);
        return false;
    }
    ++*n;
    return true;
}

/* A report of ours whose time is over. */
static bool
is_bygone(const struct cleaning *cl, const char *name)
{
    struct stat st;
    if (fstatat(cl->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode)
        || st.st_uid != geteuid()) {
        return false;
    }
    return (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000 < cl->before_ms;
}

/* The answers first: without a report beside them nobody would know them as ours. */
static void
clean_pair(struct cleaning *cl, const char *report)
{
    char data[NAME_MAX + 1];
    struct stat st;
    size_t n = strlen(report);
    size_t end = sizeof report_end - 1;
    if (n <= end || n > NAME_MAX || report[0] == '.' || strcmp(report + n - end, report_end) != 0
        || !is_bygone(cl, report)) {
        return;
    }
    (void)snprintf(data, sizeof data, "%.*s", (int)(n - end), report);
    bool is_there = fstatat(cl->fd, data, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode);
    if (!is_there || remove_one(cl, data, &cl->res->n_files)) {
        (void)remove_one(cl, report, &cl->res->n_reports);
    }
}

static void
clean_folder(const struct keeping *k, const char *folder, struct keeping_result *res)
{
    char path[INTAKE_PATH_MAX];
    struct cleaning cl = { .folder = folder, .before_ms = k->now_ms - k->days * day_ms,
                           .res = res };
    (void)snprintf(path, sizeof path, "%s/%s", k->state_dir, folder);
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir) {
        if (errno != ENOENT) {
            note_failure(&cl, errno);
        }
        if (fd >= 0) {
            (void)close(fd);
        }
        return;
    }
    cl.fd = fd;
    for (const struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        clean_pair(&cl, entry->d_name);
    }
    (void)closedir(dir);
}

static int
forget_refused(const struct keeping *k, struct err *reterr)
{
    return survey_reject_forget(k->store, 0, k->now_ms - k->days * day_ms,
                                reject_reason_word(REJECT_CODE), reterr);
}

static int
forget_some_mails(const struct keeping *k, struct err *reterr)
{
    int64_t before_ms = day_add_months(k->today, -(int)k->mail_months) * day_ms;
    return store_run(k->store, Q_NOTICE_FORGET, WITH(B("", 0), I(before_ms), I(MAILS_A_STEP)),
                     reterr);
}

/* One step, in a transaction of its own. */
static int
forget(const struct keeping *k, int (*step)(const struct keeping *, struct err *), int64_t *ret,
       struct err *reterr)
{
    int r = store_begin(k->store, reterr);
    if (r < 0) {
        return r;
    }
    int n = step(k, reterr);
    r = n < 0 || !k->guard ? n : k->guard(k->arg, k->store, reterr);
    if (r < 0) {
        store_rollback(k->store);
        return r;
    }
    *ret = n;
    return store_commit(k->store, reterr);
}

int
keeping_expire(const struct keeping *k, struct keeping_result *ret, struct err *reterr)
{
    struct keeping_result res = { 0 };
    int r = forget(k, forget_refused, &res.n_words, reterr);
    if (r >= 0) {
        clean_folder(k, "done", &res);
        clean_folder(k, "rejected", &res);
    }
    *ret = res;
    return r < 0 ? r : 0;
}

int
keeping_forget_mails(const struct keeping *k, int64_t *ret, struct err *reterr)
{
    int64_t n = MAILS_A_STEP;
    int r = 0;
    *ret = 0;
    while (r >= 0 && n == MAILS_A_STEP && (!k->wanted || k->wanted(k->arg))) {
        r = forget(k, forget_some_mails, &n, reterr);
        *ret += r < 0 ? 0 : n;
    }
    return r < 0 ? r : 0;
}
