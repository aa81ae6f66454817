/* SPDX-License-Identifier: MIT */
/* import.c - one survey file into the store, in chunks that can be taken up again. */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "answers/import_inside.h"
#include "base/file.h"
#include "base/list.h"
#include "base/text.h"

_Static_assert((int)SURVEY_COUNTS == (int)SURVEY_SLOTS_MAX, "a cell has room for every slot");
_Static_assert((int)SURVEY_QUESTIONS_MAX + (int)SURVEY_SCORES_MAX < (int)IMPORT_SERIES_MAX,
               "and a form for every series");

enum {
    CHUNK_WITH_IDS = 50000, /* responses: a row each, at random places of the store */
    LOOK_UP_ROWS = 100000,  /* of a first reading: whether it is still wanted, how far it is */
    HASHED_AT_ONCE = 64 * 1024, /* octets */
    SHAPE_MAX = 128,
};

static void
import_done(struct import *im)
{
    if (im->fd >= 0) {
        (void)close(im->fd);
    }
    scan_free(im->scan);
    quality_free(im->quality);
    rollup_free(im->units);
    rollup_free(im->groups);
    tally_free(im->tally);
    free(im->unit_ids.ids);
    free(im->group_ids.ids);
    free(im->staged);
    free(im->minus);
    free(im->rejects);
    free(im->refused);
    if (im->words) {
        text_done(im->words);
        free(im->words);
    }
}
#define AUTO_IMPORT __attribute__((cleanup(import_done)))

/* What all series of a survey share. */
static void
shape_of(const struct definition *def, char buf[SHAPE_MAX])
{
    (void)snprintf(buf, SHAPE_MAX, "levels %zu, %s%s", def->n_levels,
                   def->response_column ? "response ids" : "no response ids",
                   def->question_column ? ", long" : "");
}

/* ---- the file ---------------------------------------------------------------------------- */

static int
refuse_file(const struct import *im, int r, struct err *reterr)
{
    return err_set(reterr, r, "%.200s: %s", im->opt->name, scan_why(im->scan));
}

static int
open_regular(struct import *im, struct err *reterr)
{
    im->fd = open(im->opt->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (im->fd < 0) {
        int r = -errno;
        return err_set(reterr, r, "cannot open %.200s: %s", im->opt->name, strerror(-r));
    }
    if (fstat(im->fd, &im->opened) < 0 || !S_ISREG(im->opened.st_mode)) {
        return err_set(reterr, -EBADMSG, "%.200s is not a plain file", im->opt->name);
    }
    (void)posix_fadvise(im->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    return 0;
}

/* To the first row behind the header. */
static int
rewind_file(struct import *im, struct err *reterr)
{
    if (lseek(im->fd, 0, SEEK_SET) < 0) {
        int r = -errno;
        return err_set(reterr, r, "cannot read %.200s again: %s", im->opt->name, strerror(-r));
    }
    im->scan = scan_free(im->scan);
    int r = scan_open(im->fd, &im->scan, reterr);
    if (r < 0) {
        return r;
    }
    scan_delimiter(im->scan, im->def->delimiter);
    struct scan_row header = { 0 };
    r = scan_next(im->scan, &header);
    if (r < 0) {
        return refuse_file(im, r, reterr);
    }
    if (r == 0) {
        return err_set(reterr, -EBADMSG, "%.200s is empty", im->opt->name);
    }
    r = mapping_init(&im->mapping, im->def, &header, im->opt->today, reterr);
    return r < 0 ? err_prefix(reterr, r, "%.200s", im->opt->name) : 0;
}

/* Hashing runs beside the reading: it costs as much. A small file is hashed sooner than a thread
 * has begun. */
struct hashing {
    pthread_t thread;
    bool has_thread;
    int fd;
    int r;
    atomic_bool stop;
    struct digest digest;
};

static void *
hash_run(void *arg)
{
    struct hashing *h = arg;
    h->r = hash_sha256_fd(h->fd, &h->stop, &h->digest);
    return NULL;
}

static int
hash_start(struct hashing *h, const struct import *im, struct err *reterr)
{
    char self[64]; /* the same file, with a place in it of its own */
    (void)snprintf(self, sizeof self, "/proc/self/fd/%d", im->fd);
    h->fd = open(self, O_RDONLY | O_CLOEXEC);
    if (h->fd < 0) {
        int r = -errno;
        return err_set(reterr, r, "cannot read %.200s twice: %s", im->opt->name, strerror(-r));
    }
    h->has_thread = im->opened.st_size > HASHED_AT_ONCE;
    int r = h->has_thread ? pthread_create(&h->thread, NULL, hash_run, h) : 0;
    if (!h->has_thread) {
        (void)hash_run(h);
    }
    if (r != 0) {
        (void)close(h->fd);
        return err_set(reterr, -r, "cannot hash %.200s: %s", im->opt->name, strerror(r));
    }
    return 0;
}

static int
hash_finish(struct hashing *h, struct import *im, struct err *reterr)
{
    if (h->has_thread) {
        (void)pthread_join(h->thread, NULL);
    }
    (void)close(h->fd);
    if (h->r < 0) {
        return err_set(reterr, h->r, "cannot read %.200s: %s", im->opt->name, strerror(-h->r));
    }
    char hex[DIGEST_HEX_MAX];
    (void)snprintf(im->sha256, sizeof im->sha256, "%s", hash_hex(&h->digest, hex));
    return 0;
}

/* ---- the first reading -------------------------------------------------------------------- */

/* Tells how far it is; whether to go on. */
static bool
is_wanted(const struct import *im, const char *what)
{
    const struct import_options *opt = im->opt;
    if (opt->tell) {
        opt->tell(opt->arg, what, scan_offset(im->scan), im->opened.st_size);
    }
    return !opt->wanted || opt->wanted(opt->arg);
}

/* Its file is one chunk. */
static bool
counts_at_once(const struct import *im)
{
    return im->tally && !im->def->response_column;
}

/* One row: only looked at, or counted. */
static int
first_row(struct import *im, const struct scan_row *row)
{
    if (counts_at_once(im)) {
        return import_row(im, row);
    }
    struct mapped mapped;
    struct reject no;
    if (im->quality && mapping_row(&im->mapping, row, &mapped, &no) && !mapped.is_withdrawn) {
        quality_row(im->quality, &mapped);
    }
    return 0;
}

static int
interrupted(const struct import *im, struct err *reterr)
{
    return err_set(reterr, -EINTR, "%.200s: stopped at line %lld, to be taken up again",
                   im->opt->name, (long long)scan_line(im->scan));
}

static int
read_through(struct import *im, struct err *reterr)
{
    struct scan_row row = { 0 };
    for (int64_t n = 1;; n++) {
        int r = scan_next(im->scan, &row);
        if (r <= 0) {
            return r < 0 ? refuse_file(im, r, reterr) : 0;
        }
        r = first_row(im, &row);
        if (r < 0) {
            return err_set(reterr, r, "%.200s, line %lld: %s", im->opt->name, (long long)row.line,
                           strerror(-r));
        }
        if (n % LOOK_UP_ROWS == 0
            && !is_wanted(im, counts_at_once(im) ? "taken in" : "looked at")) {
            return interrupted(im, reterr);
        }
    }
}

/* The header and the size of its first rows are looked at before anything else is done: a hostile
 * file is refused before much of it is read. */
static int
check_file(struct import *im, struct err *reterr)
{
    struct hashing hashing = { .fd = -1 };
    int r = rewind_file(im, reterr);
    r = r < 0 ? r : hash_start(&hashing, im, reterr);
    if (r < 0) {
        return r;
    }
    r = read_through(im, reterr);
    hashing.stop = r < 0;
    int hashed = hash_finish(&hashing, im, r < 0 ? NULL : reterr);
    r = r < 0 ? r : hashed;
    return r < 0 || counts_at_once(im) ? r : rewind_file(im, reterr);
}

/* ---- the batch --------------------------------------------------------------------------- */

/* What was read and what was hashed are the same bytes only if nobody wrote meanwhile. */
static int
must_be_as_opened(const struct import *im, struct err *reterr)
{
    return file_is_as_before(im->fd, &im->opened)
               ? 0
               : err_set(reterr, -ETXTBSY, "%.200s was written to while it was read",
                         im->opt->name);
}

static int
guarded_commit(struct import *im, struct err *reterr)
{
    int r = must_be_as_opened(im, reterr);
    r = r < 0 || !im->opt->guard ? r : im->opt->guard(im->opt->arg, im->store, reterr);
    if (r < 0) {
        store_rollback(im->store);
        return r;
    }
    return store_commit(im->store, reterr);
}

/* Rows that were refused once may be read by now: a day has come, a spelling was added. With
 * response ids the others are repeats; without, their lines say so. */
static int
take_up(struct import *im, struct err *reterr)
{
    im->is_known = im->batch.state == SURVEY_BATCH_DONE;
    if (!im->is_known || !import_reads_again(im->def, &im->batch.counts)) {
        return 0;
    }
    if (!im->def->response_column && (!im->is_again || im->batch.changed_ms != im->refused_ms)) {
        return err_set(reterr, -ESTALE, "somebody else imports the same file");
    }
    im->is_known = false;
    int r = survey_batch_again(im->store, &im->survey, im->opt->name, im->opt->now_ms, &im->batch);
    return r < 0 ? err_set(reterr, r, "cannot note %.200s: %s", im->opt->name, strerror(-r)) : 0;
}

static int
find_batch(struct import *im, struct err *reterr)
{
    char shape[SHAPE_MAX];
    shape_of(im->def, shape);
    int64_t now_ms = im->opt->now_ms;
    int r = survey_open(im->store, im->def->id, shape, now_ms, &im->survey, reterr);
    r = r < 0 ? r : import_series(im, reterr);
    r = r < 0 ? r : survey_batch_cut(im->store, im->survey.id, im->opt->name, im->sha256, reterr);
    if (r < 0) {
        return r;
    }
    r = survey_batch_find(im->store, im->survey.id, im->sha256, &im->batch, reterr);
    if (r != 0) {
        return r < 0 ? r : take_up(im, reterr);
    }
    r = survey_batch_begin(im->store, &im->survey, im->sha256, im->opt->name, now_ms, &im->batch);
    return r < 0 ? err_set(reterr, r, "cannot note %.200s: %s", im->opt->name, strerror(-r)) : 0;
}

static int
put_quality(void *arg, const char *name, int64_t value)
{
    const struct import *im = arg;
    return survey_quality_set(im->store, im->batch.id, name, value, NULL);
}

static int
note_quality(struct import *im, struct err *reterr)
{
    int r = quality_each(im->quality, put_quality, im);
    return r < 0 ? err_set(reterr, r, "cannot note what %.200s tells", im->opt->name) : 0;
}

static int
begin_batch(struct import *im, struct err *reterr)
{
    int r = store_begin(im->store, reterr);
    if (r < 0) {
        return r;
    }
    r = find_batch(im, reterr);
    r = r < 0 ? r : note_quality(im, reterr);
    if (r < 0) {
        store_rollback(im->store);
        return r == -EBADMSG ? -EIO : r;
    }
    return guarded_commit(im, reterr);
}

static int
make_staging(struct import *im)
{
    im->chunk_rows = im->opt->chunk_rows > 0 ? im->opt->chunk_rows : CHUNK_WITH_IDS;
    im->staged = calloc((size_t)im->chunk_rows, sizeof *im->staged);
    return im->staged ? 0 : -ENOMEM;
}

static int
make_room(struct import *im, struct err *reterr)
{
    uint32_t none = 0;
    im->words = calloc(1, sizeof *im->words);
    int r = im->words ? quality_new(im->def, &im->quality) : -ENOMEM;
    r = r < 0 ? r : tally_new(im->def, &im->tally);
    r = r < 0 ? r : rollup_new(&im->units);
    r = r < 0 ? r : rollup_new(&im->groups);
    r = r < 0 ? r : rollup_unit_path(im->groups, "", 0, &none);
    r = r < 0 ? r : im->def->response_column ? make_staging(im) : 0;
    return r < 0 ? err_set(reterr, r, "out of memory") : 0;
}

/* 1 when there is more behind it, 0 at the end of the file. */
static int
read_chunk(struct import *im, struct err *reterr)
{
    import_chunk_clear(im);
    struct scan_row row = { 0 };
    while (im->counts.n_read < im->chunk_rows) {
        int r = scan_next(im->scan, &row);
        if (r <= 0) {
            return r < 0 ? refuse_file(im, r, reterr) : 0;
        }
        r = import_row(im, &row);
        if (r < 0) {
            return err_set(reterr, r, "%.200s, line %lld: %s", im->opt->name, (long long)row.line,
                           strerror(-r));
        }
    }
    return 1;
}

static int
write_chunk(struct import *im, bool is_last, struct err *reterr)
{
    int r = import_write(im, reterr);
    if (r < 0) {
        return r;
    }
    const struct survey_move move = {
        .state = is_last ? SURVEY_BATCH_DONE : SURVEY_BATCH_RUNNING,
        .bytes_done = scan_offset(im->scan),
        .line = scan_line(im->scan),
        .counts = im->counts,
        .now_ms = im->opt->now_ms,
    };
    return survey_batch_move(im->store, &im->batch, &move, reterr);
}

static int
commit_chunk(struct import *im, bool is_last, struct err *reterr)
{
    int r = store_begin(im->store, reterr);
    if (r < 0) {
        return r;
    }
    r = write_chunk(im, is_last, reterr);
    if (r < 0) {
        store_rollback(im->store);
        return r == -EBADMSG ? -EIO : r; /* the store is damaged, not the file */
    }
    r = im->opt->moved_on ? im->opt->moved_on(im->opt->arg, im->store, reterr) : 0;
    if (r < 0) {
        store_rollback(im->store);
        return r;
    }
    return guarded_commit(im, reterr);
}

static int
run_chunks(struct import *im, struct err *reterr)
{
    for (;;) {
        int more = read_chunk(im, reterr);
        int r = more < 0 ? more : commit_chunk(im, more == 0, reterr);
        if (r < 0 || more == 0) {
            return r;
        }
        r = store_checkpoint(im->store, reterr);
        if (r < 0) {
            return r;
        }
        if (!is_wanted(im, "taken in")) {
            return interrupted(im, reterr);
        }
    }
}

static int
go_on(struct import *im, struct err *reterr)
{
    int r = store_checkpoint_at_commit(im->store, false, reterr);
    if (r == 0 && im->batch.bytes_done > 0) {
        r = scan_seek(im->scan, im->batch.bytes_done, im->batch.line, reterr);
    }
    r = r < 0 ? r : run_chunks(im, reterr);
    int back = store_checkpoint_at_commit(im->store, true, NULL);
    return r < 0 ? r : back;
}

static int
take_line(void *arg, const struct row *row)
{
    struct import *im = arg;
    if (list_room(&im->refused, im->n_refused, &im->cap_refused, sizeof *im->refused) < 0) {
        return -ENOMEM;
    }
    im->refused[im->n_refused++] = row_i64(row, 0);
    return 0;
}

/* Of a file without response ids that was read before: 1 and what was refused of it, or 0. */
static int
find_refused(struct import *im, struct err *reterr)
{
    struct survey_row survey;
    struct survey_batch b;
    int r = survey_find(im->store, im->def->id, NULL, &survey, reterr);
    r = r <= 0 ? r : survey_batch_find(im->store, survey.id, im->sha256, &b, reterr);
    if (r <= 0 || b.state != SURVEY_BATCH_DONE || !import_reads_again(im->def, &b.counts)) {
        return r < 0 ? r : 0;
    }
    im->refused_ms = b.changed_ms;
    r = survey_rejects(im->store, b.id, take_line, im, reterr);
    if (r == -ENOMEM) {
        return err_set(reterr, r, "out of memory");
    }
    return r < 0 ? r : 1;
}

static int
read_refused(struct import *im, struct err *reterr)
{
    int r = find_refused(im, reterr);
    if (r <= 0) {
        return r;
    }
    im->is_again = true;
    import_chunk_clear(im);
    im->quality = quality_free(im->quality);
    r = quality_new(im->def, &im->quality);
    r = r < 0 ? err_set(reterr, r, "out of memory") : rewind_file(im, reterr);
    return r < 0 ? r : read_through(im, reterr);
}

/* Without response ids: all of it is counted in memory, and written in one go. */
static int
write_whole(struct import *im, struct err *reterr)
{
    int r = store_begin(im->store, reterr);
    if (r < 0) {
        return r;
    }
    r = find_batch(im, reterr);
    if (r == 0 && !im->is_known) {
        r = note_quality(im, reterr);
        r = r < 0 ? r : write_chunk(im, true, reterr);
    }
    if (r < 0) {
        store_rollback(im->store);
        return r == -EBADMSG ? -EIO : r;
    }
    return guarded_commit(im, reterr);
}

int
import_check(const struct import_options *opt, char ret_sha256[SURVEY_SHA_MAX], struct err *reterr)
{
    AUTO_IMPORT struct import im = { .opt = opt, .def = opt->def, .fd = -1 };
    int r = open_regular(&im, reterr);
    r = r < 0 ? r : check_file(&im, reterr);
    if (r >= 0) {
        memcpy(ret_sha256, im.sha256, SURVEY_SHA_MAX);
    }
    return r;
}

int
import_file(struct store *s, const struct import_options *opt, struct import_result *ret,
            struct err *reterr)
{
    AUTO_IMPORT struct import im = { .store = s, .opt = opt, .def = opt->def, .fd = -1 };
    int r = open_regular(&im, reterr);
    r = r < 0 ? r : make_room(&im, reterr);
    r = r < 0 ? r : check_file(&im, reterr);
    if (r == 0 && opt->def->response_column) {
        r = begin_batch(&im, reterr);
        r = r < 0 || im.is_known ? r : go_on(&im, reterr);
    } else if (r == 0) {
        r = read_refused(&im, reterr);
        r = r < 0 ? r : write_whole(&im, reterr);
    }
    bool is_known = im.is_known;
    if (r < 0) {
        return r;
    }
    *ret = (struct import_result){ .batch = im.batch.id, .counts = im.batch.counts,
                                   .is_known = is_known };
    memcpy(ret->sha256, im.sha256, sizeof ret->sha256);
    if (is_known) {
        ret->counts.n_repeat += ret->counts.n_new;
        ret->counts.n_new = 0;
        ret->counts.n_late = 0;
    }
    return 0;
}
