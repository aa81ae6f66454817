/* SPDX-License-Identifier: MIT */
/* intake.c - a file in the inbox: whose survey it is, its import, and where it goes afterwards. */
#include "engine/intake.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/text.h"
#include "engine/findings.h"
#include "engine/privacy.h"
#include "survey/mapping.h"
#include "survey/scan.h"

enum { NAME_TRIES_MAX = 10000 };

/* ---- whose survey ------------------------------------------------------------------------ */

int
survey_set_load(const struct conf *conf, struct diag *d, struct survey_set *ret)
{
    struct survey_set set = { .n = 0 };
    int r = 0;
    for (size_t i = 0; i < conf->surveys.n && set.n < INTAKE_SURVEYS_MAX; i++) {
        const char *path = conf->surveys.items[i];
        struct definition *def = NULL;
        int one = definition_read(path, d, &def);
        if (one == 0 && survey_set_find(&set, def->id)) {
            diag_error(d, &(struct diag_at){ .file = path }, NULL,
                       "survey \"%s\" is defined by another file already", def->id);
            def = definition_free(def);
            one = -EBADMSG;
        }
        if (one == 0) {
            set.defs[set.n++] = def;
        }
        r = one < 0 ? one : r;
    }
    if (r < 0) {
        survey_set_done(&set);
        return r;
    }
    *ret = set;
    return 0;
}

void
survey_set_done(struct survey_set *set)
{
    for (size_t i = 0; i < set->n; i++) {
        definition_free(set->defs[i]);
    }
    set->n = 0;
}

const struct definition *
survey_set_find(const struct survey_set *set, const char *id)
{
    for (size_t i = 0; i < set->n; i++) {
        if (strcmp(set->defs[i]->id, id) == 0) {
            return set->defs[i];
        }
    }
    return NULL;
}

static const struct definition *
guess_by_header(const struct survey_set *set, const struct scan_row *header, const char *name,
                struct err *reterr)
{
    const struct definition *found = NULL;
    for (size_t i = 0; i < set->n; i++) {
        struct mapping m;
        if (mapping_init(&m, set->defs[i], header, DAY_NONE, NULL) < 0) {
            continue;
        }
        if (found) {
            (void)err_set(reterr, -EBADMSG,
                          "%.200s fits both %s and %s: name it SURVEY--%.100s", name, found->id,
                          set->defs[i]->id, name);
            return NULL;
        }
        found = set->defs[i];
    }
    if (!found) {
        (void)err_set(reterr, -EBADMSG,
                      "%.200s: no survey has these columns; name it SURVEY--%.100s to see what is "
                      "missing", name, name);
    }
    return found;
}

const struct definition *
survey_set_guess(const struct survey_set *set, const char *path, const char *name,
                 struct err *reterr)
{
    const char *cut = strstr(name, "--");
    if (cut && cut > name && cut - name < SURVEY_ID_MAX) {
        char id[SURVEY_ID_MAX];
        (void)snprintf(id, sizeof id, "%.*s", (int)(cut - name), name);
        const struct definition *def = survey_set_find(set, id);
        if (def) {
            return def;
        }
    }
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    AUTO(scan) struct scan *s = NULL;
    struct scan_row header = { 0 };
    if (fd < 0 || scan_open(fd, &s, reterr) < 0 || scan_next(s, &header) <= 0) {
        (void)err_set(reterr, -EBADMSG, "%.200s: its header cannot be read", name);
        return NULL;
    }
    return guess_by_header(set, &header, name, reterr);
}

/* ---- where it goes ----------------------------------------------------------------------- */

/* A path that is free in STATE/folder. */
static int
free_path(const char *state_dir, const char *folder, const char *name, char ret[INTAKE_PATH_MAX])
{
    int n = snprintf(ret, INTAKE_PATH_MAX, "%s/%s", state_dir, folder);
    if (n < 0 || n >= INTAKE_PATH_MAX) {
        return -ENAMETOOLONG;
    }
    if (mkdir(ret, 0700) < 0 && errno != EEXIST) {
        return -errno;
    }
    for (int i = 1; i < NAME_TRIES_MAX; i++) {
        n = i == 1 ? snprintf(ret, INTAKE_PATH_MAX, "%s/%s/%s", state_dir, folder, name)
                   : snprintf(ret, INTAKE_PATH_MAX, "%s/%s/%s.%d", state_dir, folder, name, i);
        if (n < 0 || n >= INTAKE_PATH_MAX - 32) {
            return -ENAMETOOLONG;
        }
        if (access(ret, F_OK) < 0) {
            return errno == ENOENT ? 0 : -errno;
        }
    }
    return -EEXIST;
}

static int
write_report(const char *beside, const struct text *report, int64_t now_ms)
{
    char path[INTAKE_PATH_MAX + 32];
    (void)snprintf(path, sizeof path, "%s.report.txt", beside);
    AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return -errno;
    }
    const char *bytes = text_str(report);
    for (size_t at = 0; at < report->len;) {
        ssize_t n = write(fd, bytes + at, report->len - at);
        if (n < 0 && errno != EINTR) {
            return -errno;
        }
        at += n > 0 ? (size_t)n : 0;
    }
    /* Policy time: how old a file is, is counted from here (keeping.h). */
    const struct timespec now = { .tv_sec = now_ms / 1000,
                                  .tv_nsec = now_ms % 1000 * 1000000 };
    const struct timespec both[] = { now, now };
    return futimens(fd, both) < 0 || fsync(fd) < 0 ? -errno : 0;
}

/* Out of the inbox, its report first: a file without a report would be a riddle. */
static int
put_away(const struct intake *in, const char *path, const char *folder, const char *name,
         const struct text *report, struct err *reterr)
{
    char to[INTAKE_PATH_MAX];
    int r = free_path(in->state_dir, folder, name, to);
    r = r < 0 ? r : write_report(to, report, in->now_ms);
    if (r >= 0 && rename(path, to) < 0) {
        r = -errno;
    }
    return r < 0 ? err_set(reterr, r, "cannot put %.200s into %s/: %s", name, folder, strerror(-r))
                 : 0;
}

/* A file that somebody still has open for writing grants no read lease. Where the kernel grants
 * none to us at all, nothing is known and the file is taken as whole. */
static bool
is_being_written(const char *path)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 || fcntl(fd, F_SETLEASE, F_RDLCK) >= 0) {
        return false; /* closing gives the lease back */
    }
    return errno == EAGAIN;
}

/* ---- the intake -------------------------------------------------------------------------- */

static int
refuse(const struct intake *in, const char *path, const char *name, struct intake_result *res,
       struct err *reterr)
{
    AUTO_TEXT struct text report = { 0 };
    text_addf(&report, "%s\nrefused as a whole, nothing was counted:\n%s\n", name, res->words.text);
    res->is_refused = true;
    return put_away(in, path, "rejected", name, &report, reterr);
}

static int
accept(const struct intake *in, const struct definition *def, const char *path, const char *name,
       const struct import_result *done, struct intake_result *res, struct err *reterr)
{
    AUTO_TEXT struct text report = { 0 };
    int r = import_report(in->store, done, name, &report, reterr);
    r = r < 0 ? r : findings_report(in->store, def, done->batch, in->today, &report, reterr);
    if (r < 0) {
        return r;
    }
    const struct survey_counts *n = &done->counts;
    res->counts = *n;
    (void)err_set(&res->words, 0, "%.200s: read %lld, new %lld, repeat %lld, rejected %lld", name,
                  (long long)n->n_read, (long long)n->n_new, (long long)n->n_repeat,
                  (long long)n->n_rejected);
    return put_away(in, path, "done", name, &report, reterr);
}

static int
key_of(const struct intake *in, uint8_t key[HASH_KEY_SIZE], struct err *why)
{
    char path[INTAKE_PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/survey.key", in->state_dir);
    int r = import_key(in->store, path, key, why);
    return r == -EBADMSG ? -ENOKEY : r;
}

static bool
is_erasure(const char *name)
{
    static const char end[] = ".erase";
    size_t n = strlen(name);
    return n > sizeof end && strcmp(name + n - (sizeof end - 1), end) == 0;
}

/* The list goes when it is done, so that it does not keep what it was to erase. */
static int
erase_them(const struct intake *in, const struct definition *def, const char *path,
           struct intake_result *res, struct err *why)
{
    uint8_t key[HASH_KEY_SIZE];
    struct erase_result done;
    const struct privacy p = { .store = in->store, .def = def, .today = in->today,
                               .now_ms = in->now_ms, .guard = in->guard, .arg = in->arg };
    int r = key_of(in, key, why);
    r = r < 0 ? r : privacy_erase(&p, key, path, &done, why);
    if (r == 0 && unlink(path) < 0) {
        r = err_set(why, -errno, "the list of ids to erase cannot be removed: %m");
    }
    if (r == 0) {
        res->is_erasure = true;
        (void)err_set(&res->words, 0,
                      "survey %s: of %lld responses %lld were erased, of %lld the answers were "
                      "gone before, %lld were not here",
                      def->id, (long long)done.n_asked, (long long)done.n_erased,
                      (long long)done.n_dropped, (long long)done.n_unknown);
    }
    return r;
}

static int
import_it(const struct intake *in, const struct definition *def, const char *path,
          const char *name, struct import_result *done, struct err *why)
{
    uint8_t key[HASH_KEY_SIZE];
    int r = key_of(in, key, why);
    if (r < 0) {
        return r;
    }
    const struct import_options opt = {
        .def = def,         .path = path,           .name = name,
        .key = key,         .today = in->today,     .now_ms = in->now_ms,
        .is_spooled = true, .guard = in->guard,     .wanted = in->wanted,
        .moved_on = in->moved_on,
        .arg = in->arg,
    };
    return import_file(in->store, &opt, done, why);
}

int
intake_file(const struct intake *in, const char *name, struct intake_result *ret,
            struct err *reterr)
{
    struct intake_result res = { 0 };
    char path[INTAKE_PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/inbox/%s", in->state_dir, name);
    if (n < 0 || (size_t)n >= sizeof path || strchr(name, '/') || name[0] == '.'
        || strlen(name) >= SURVEY_BATCH_NAME_MAX - 16) {
        return err_set(reterr, -ECANCELED, "'%.100s' is no file of the inbox", name);
    }
    struct stat st;
    if (lstat(path, &st) < 0 && errno == ENOENT) {
        res.is_gone = true;
        *ret = res;
        return 0;
    }
    if (is_being_written(path)) {
        return err_set(reterr, -EAGAIN, "%.200s is still being written", name);
    }
    struct import_result done = { 0 };
    const struct definition *def = survey_set_guess(in->surveys, path, name, &res.words);
    int r = !def ? -EBADMSG
            : is_erasure(name) ? erase_them(in, def, path, &res, &res.words)
                               : import_it(in, def, path, name, &done, &res.words);
    if (r == -EBADMSG || r == -EINVAL || r == -ELOOP) {
        r = refuse(in, path, name, &res, reterr);
    } else if (r < 0) {
        return err_set(reterr, r, "%s", res.words.text);
    } else if (!res.is_erasure) {
        r = accept(in, def, path, name, &done, &res, reterr);
    }
    if (r >= 0) {
        *ret = res;
    }
    return r;
}
