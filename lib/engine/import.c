/* SPDX-License-Identifier: MIT */
/* import.c - one survey file into the store, in chunks that can be taken up again. */
#include "engine/import.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "survey/mapping.h"
#include "survey/scan.h"

_Static_assert((int)SURVEY_COUNTS == (int)SURVEY_SLOTS_MAX, "a cell has a column for every slot");

enum {
    CHUNK_WITH_IDS = 25000,       /* responses: a row each, at random places of the store */
    CHUNK_WITHOUT_IDS = 16000000, /* only cells are written: few chunks, few writes */
    REASONS_MAX = 64,
    REASON_TEXT_MAX = 64,
    SHAPE_MAX = 128,
};

/* A response waiting for the transaction that decides whether it is new. */
struct staged {
    int64_t id;
    int64_t tag;
    uint32_t seq; /* its place in the chunk: of two with one id the first counts */
    uint32_t unit;
    day_t day;
    int32_t month;
    uint8_t answers[SURVEY_QUESTIONS_MAX]; /* slot + 1; 0 = none */
};

struct reason_count {
    char reason[REASON_TEXT_MAX];
    int64_t n;
};

struct import {
    struct store *store;
    const struct import_options *opt;
    const struct definition *def;
    int fd;
    struct scan *scan;
    struct mapping mapping;
    struct survey_row survey;
    struct survey_batch batch;
    int64_t questions[SURVEY_QUESTIONS_MAX];
    char sha256[SURVEY_SHA_MAX];
    struct rollup *rollup;
    int64_t *unit_ids; /* beside the rollup's units; 0 = not asked for yet */
    size_t n_unit_ids;
    /* The chunk in hand. */
    int64_t chunk_rows;
    struct staged *staged; /* NULL for surveys without response ids */
    size_t n_staged;
    struct reject *rejects;
    size_t n_rejects;
    size_t cap_rejects;
    struct reason_count reasons[REASONS_MAX + REJECT_REASON_MAX_];
    size_t n_reasons;
    struct survey_counts counts;
    int32_t newest_month;
};

static void
import_done(struct import *im)
{
    if (im->fd >= 0) {
        (void)close(im->fd);
    }
    scan_free(im->scan);
    rollup_free(im->rollup);
    free(im->unit_ids);
    free(im->staged);
    free(im->rejects);
}
#define AUTO_IMPORT __attribute__((cleanup(import_done)))

/* What a stored count means. A definition that says otherwise must not add to it. */
static void
shape_of(const struct definition *def, char buf[SHAPE_MAX])
{
    struct hash h;
    hash_begin(&h, "survey-shape");
    hash_add_str(&h, def->version);
    for (size_t i = 0; i < def->n_slots; i++) {
        hash_add_i64(&h, def->scale[i].code);
        hash_add_i64(&h, (int64_t)def->scale[i].tone);
    }
    for (size_t i = 0; i < def->n_questions; i++) {
        hash_add_str(&h, def->questions[i].id);
    }
    hash_add_i64(&h, (int64_t)def->n_levels);
    hash_add_i64(&h, def->response_column != NULL);
    struct digest d = hash_end(&h);
    char hex[DIGEST_HEX_MAX];
    (void)snprintf(buf, SHAPE_MAX, "%.64s:%.16s", def->version, hash_hex(&d, hex));
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
    int follow = im->opt->is_spooled ? O_NOFOLLOW : 0;
    im->fd = open(im->opt->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | follow);
    if (im->fd < 0) {
        int r = -errno;
        return err_set(reterr, r, "cannot open %.200s: %s", im->opt->name, strerror(-r));
    }
    struct stat st;
    if (fstat(im->fd, &st) < 0 || !S_ISREG(st.st_mode)) {
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

static int
hash_file(struct import *im, struct err *reterr)
{
    struct digest d;
    int r = lseek(im->fd, 0, SEEK_SET) < 0 ? -errno : hash_sha256_fd(im->fd, &d);
    if (r < 0) {
        return err_set(reterr, r, "cannot read %.200s: %s", im->opt->name, strerror(-r));
    }
    char hex[DIGEST_HEX_MAX];
    (void)snprintf(im->sha256, sizeof im->sha256, "%s", hash_hex(&d, hex));
    return 0;
}

/* Its header, that it can be read to its end, and then its hash: a hostile file is refused before
 * much of it is read. */
static int
check_file(struct import *im, struct err *reterr)
{
    int r = rewind_file(im, reterr);
    if (r < 0) {
        return r;
    }
    do {
        struct scan_row row = { 0 };
        r = scan_next(im->scan, &row);
    } while (r > 0);
    if (r < 0) {
        return refuse_file(im, r, reterr);
    }
    r = hash_file(im, reterr);
    return r < 0 ? r : rewind_file(im, reterr);
}

/* ---- the batch --------------------------------------------------------------------------- */

static int
guarded_commit(struct import *im, struct err *reterr)
{
    int r = im->opt->guard ? im->opt->guard(im->opt->arg, im->store, reterr) : 0;
    if (r < 0) {
        store_rollback(im->store);
        return r;
    }
    return store_commit(im->store, reterr);
}

static int
find_batch(struct import *im, struct err *reterr)
{
    char shape[SHAPE_MAX];
    shape_of(im->def, shape);
    int64_t now_ms = im->opt->now_ms;
    int r = survey_open(im->store, im->def->id, shape, now_ms, &im->survey, reterr);
    for (size_t i = 0; r == 0 && i < im->def->n_questions; i++) {
        r = survey_question_id(im->store, im->survey.id, im->def->questions[i].id,
                               &im->questions[i], reterr);
    }
    if (r < 0) {
        return r;
    }
    r = survey_batch_find(im->store, im->survey.id, im->sha256, &im->batch, reterr);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    r = survey_batch_begin(im->store, &im->survey, im->sha256, im->opt->name, now_ms, &im->batch);
    return r < 0 ? err_set(reterr, r, "cannot note %.200s: %s", im->opt->name, strerror(-r)) : 0;
}

static int
begin_batch(struct import *im, struct err *reterr)
{
    int r = store_begin(im->store, reterr);
    if (r < 0) {
        return r;
    }
    r = find_batch(im, reterr);
    if (r < 0) {
        store_rollback(im->store);
        return r == -EBADMSG ? -EIO : r;
    }
    return guarded_commit(im, reterr);
}

static int
make_room(struct import *im)
{
    int64_t best = im->def->response_column ? CHUNK_WITH_IDS : CHUNK_WITHOUT_IDS;
    im->chunk_rows = im->opt->chunk_rows > 0 ? im->opt->chunk_rows : best;
    if (im->def->response_column) {
        im->staged = calloc((size_t)im->chunk_rows, sizeof *im->staged);
        if (!im->staged) {
            return -ENOMEM;
        }
    }
    return rollup_new(&im->rollup);
}

/* ---- reading a chunk --------------------------------------------------------------------- */

static void
count_reason(struct import *im, const struct reject *no)
{
    char reason[REASON_TEXT_MAX];
    bool with_value = no->reason == REJECT_CODE && im->n_reasons < REASONS_MAX;
    (void)snprintf(reason, sizeof reason, "%s%s%.30s", reject_reason_word(no->reason),
                   with_value ? ":" : "", with_value ? no->detail : "");
    size_t i = 0;
    while (i < im->n_reasons && strcmp(im->reasons[i].reason, reason) != 0) {
        i++;
    }
    if (i == im->n_reasons) {
        memcpy(im->reasons[i].reason, reason, sizeof reason);
        im->reasons[i].n = 0;
        im->n_reasons++;
    }
    im->reasons[i].n++;
}

static int
note_reject(struct import *im, const struct reject *no)
{
    im->counts.n_rejected++;
    count_reason(im, no);
    if (im->batch.counts.n_rejected + (int64_t)im->n_rejects >= SURVEY_REJECTS_KEPT) {
        return 0;
    }
    if (im->n_rejects == im->cap_rejects) {
        size_t cap = im->cap_rejects ? im->cap_rejects * 2 : 64;
        struct reject *more = realloc(im->rejects, cap * sizeof *more);
        if (!more) {
            return -ENOMEM;
        }
        im->rejects = more;
        im->cap_rejects = cap;
    }
    im->rejects[im->n_rejects++] = *no;
    return 0;
}

static void
count_new(struct import *im, int32_t month)
{
    im->counts.n_new++;
    im->counts.n_late += month < im->batch.late_before;
    im->newest_month = month > im->newest_month ? month : im->newest_month;
}

static int64_t
positive_i64(const uint8_t *bytes)
{
    uint64_t n = 0;
    for (int i = 0; i < 8; i++) {
        n = n << 8 | bytes[i];
    }
    return (int64_t)(n & INT64_MAX);
}

/* In a long file each answer of a response is a row of its own: the question is part of its id. */
static void
stage(struct import *im, const struct mapped *row, uint32_t unit)
{
    char id[SURVEY_ID_MAX + RESPONSE_ID_MAX + SURVEY_NAME_MAX + 4];
    bool is_long = im->def->question_column != NULL;
    int n = snprintf(id, sizeof id, "%s%c%.*s%c%.200s", im->def->id, UNIT_SEPARATOR,
                     (int)row->response.len, row->response.s, UNIT_SEPARATOR,
                     is_long ? im->def->questions[row->answers[0].question].id : "");
    struct digest d = hash_keyed(im->opt->key, id, (size_t)n);
    struct staged *to = &im->staged[im->n_staged];
    *to = (struct staged){ .id = positive_i64(d.bytes), .tag = positive_i64(d.bytes + 8),
                           .seq = (uint32_t)im->n_staged, .unit = unit, .day = row->day,
                           .month = row->month };
    for (size_t i = 0; i < row->n_answers; i++) {
        to->answers[row->answers[i].question] = (uint8_t)(row->answers[i].slot + 1);
    }
    im->n_staged++;
}

static int
take_row(struct import *im, const struct scan_row *row)
{
    struct mapped mapped;
    struct reject no;
    im->counts.n_read++;
    if (!mapping_row(&im->mapping, row, &mapped, &no)) {
        return note_reject(im, &no);
    }
    uint32_t unit = 0;
    int r = rollup_unit(im->rollup, mapped.unit, mapped.n_unit, &unit);
    if (r < 0) {
        return r;
    }
    if (im->staged) {
        stage(im, &mapped, unit);
        return 0;
    }
    for (size_t i = 0; r == 0 && i < mapped.n_answers; i++) {
        const struct mapped_answer *a = &mapped.answers[i];
        r = rollup_add(im->rollup, unit, mapped.month, (uint32_t)a->question, a->slot, 1);
    }
    count_new(im, mapped.month);
    return r;
}

/* 1 when there is more behind it, 0 at the end of the file. */
static int
read_chunk(struct import *im, struct err *reterr)
{
    im->n_staged = 0;
    im->n_rejects = 0;
    im->n_reasons = 0;
    im->counts = (struct survey_counts){ 0 };
    rollup_clear(im->rollup);
    struct scan_row row = { 0 };
    while (im->counts.n_read < im->chunk_rows) {
        int r = scan_next(im->scan, &row);
        if (r <= 0) {
            return r < 0 ? refuse_file(im, r, reterr) : 0;
        }
        r = take_row(im, &row);
        if (r < 0) {
            return err_set(reterr, r, "%.200s, line %lld: %s", im->opt->name, (long long)row.line,
                           strerror(-r));
        }
    }
    return 1;
}

/* ---- writing it -------------------------------------------------------------------------- */

static int
unit_id(struct import *im, uint32_t unit, int64_t *ret, struct err *reterr)
{
    size_t n = rollup_n_units(im->rollup);
    if (n > im->n_unit_ids) {
        size_t cap = n * 2;
        int64_t *ids = realloc(im->unit_ids, cap * sizeof *ids);
        if (!ids) {
            return err_set(reterr, -ENOMEM, "out of memory");
        }
        memset(ids + im->n_unit_ids, 0, (cap - im->n_unit_ids) * sizeof *ids);
        im->unit_ids = ids;
        im->n_unit_ids = cap;
    }
    if (im->unit_ids[unit] == 0) {
        const struct rollup_unit *u = rollup_unit_at(im->rollup, unit);
        int r = survey_unit_id(im->store, im->survey.id, u->level, u->path, &im->unit_ids[unit],
                               reterr);
        if (r < 0) {
            return r;
        }
    }
    *ret = im->unit_ids[unit];
    return 0;
}

static int
by_id(const void *a, const void *b)
{
    const struct staged *x = a;
    const struct staged *y = b;
    if (x->id != y->id) {
        return x->id < y->id ? -1 : 1;
    }
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static int
count_response(struct import *im, const struct staged *row)
{
    int r = 0;
    for (size_t q = 0; r == 0 && q < im->def->n_questions; q++) {
        if (row->answers[q] > 0) {
            r = rollup_add(im->rollup, row->unit, row->month, (uint32_t)q, row->answers[q] - 1, 1);
        }
    }
    count_new(im, row->month);
    return r;
}

static int
keep_response(struct import *im, const struct staged *row, struct err *reterr)
{
    struct survey_response response = { .id = row->id, .tag = row->tag, .survey = im->survey.id,
                                        .day = row->day, .answers = row->answers,
                                        .n_answers = im->def->n_questions, .batch = im->batch.id };
    int r = unit_id(im, row->unit, &response.unit, reterr);
    r = r < 0 ? r : survey_response_keep(im->store, &response, reterr);
    if (r == SURVEY_RESPONSE_NEW) {
        r = count_response(im, row);
        return r < 0 ? err_set(reterr, r, "counting: %s", strerror(-r)) : 0;
    }
    im->counts.n_repeat += r == SURVEY_RESPONSE_REPEAT;
    im->counts.n_differing += r == SURVEY_RESPONSE_DIFFERS || r == SURVEY_RESPONSE_CLASH;
    return r < 0 ? r : 0;
}

static int
write_cells(struct import *im, struct err *reterr)
{
    for (size_t i = 0; i < rollup_n_cells(im->rollup); i++) {
        const struct rollup_cell *c = rollup_cell_at(im->rollup, i);
        struct survey_cell_key key = { .survey = im->survey.id, .month = c->month,
                                       .question = im->questions[c->question] };
        int r = unit_id(im, c->unit, &key.unit, reterr);
        r = r < 0 ? r : survey_cell_add(im->store, &key, c->counts, reterr);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

static int
write_rejects(struct import *im, struct err *reterr)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < im->n_rejects; i++) {
        const struct reject *no = &im->rejects[i];
        char words[ERR_TEXT_MAX];
        r = survey_reject_add(im->store, im->batch.id, no->line, (int64_t)no->column,
                              reject_reason_word(no->reason),
                              reject_words(no, words, sizeof words), reterr);
    }
    for (size_t i = 0; r == 0 && i < im->n_reasons; i++) {
        r = survey_reject_count_add(im->store, im->batch.id, im->reasons[i].reason,
                                    im->reasons[i].n, reterr);
    }
    return r;
}

static int
write_chunk(struct import *im, bool is_last, struct err *reterr)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < im->n_staged; i++) {
        r = keep_response(im, &im->staged[i], reterr);
    }
    r = r < 0 ? r : write_cells(im, reterr);
    r = r < 0 ? r : write_rejects(im, reterr);
    if (r == 0 && im->newest_month > 0) {
        r = survey_newest_set(im->store, im->survey.id, im->newest_month, im->opt->now_ms, reterr);
    }
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
    if (im->n_staged > 1) {
        qsort(im->staged, im->n_staged, sizeof *im->staged, by_id); /* neighbours in the store */
    }
    int r = store_begin(im->store, reterr);
    if (r < 0) {
        return r;
    }
    r = write_chunk(im, is_last, reterr);
    if (r < 0) {
        store_rollback(im->store);
        return r == -EBADMSG ? -EIO : r; /* the store is damaged, not the file */
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
        if (im->opt->wanted && !im->opt->wanted(im->opt->arg)) {
            return err_set(reterr, -EINTR, "%.200s: stopped at line %lld, to be taken up again",
                           im->opt->name, (long long)im->batch.line);
        }
    }
}

static int
go_on(struct import *im, struct err *reterr)
{
    int r = make_room(im);
    if (r < 0) {
        return err_set(reterr, r, "out of memory");
    }
    if (im->batch.bytes_done > 0) {
        r = scan_seek(im->scan, im->batch.bytes_done, im->batch.line, reterr);
    }
    return r < 0 ? r : run_chunks(im, reterr);
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
    r = r < 0 ? r : check_file(&im, reterr);
    r = r < 0 ? r : begin_batch(&im, reterr);
    if (r < 0) {
        return r;
    }
    bool is_known = im.batch.state == SURVEY_BATCH_DONE;
    r = is_known ? 0 : go_on(&im, reterr);
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
