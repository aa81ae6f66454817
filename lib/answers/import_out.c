/* SPDX-License-Identifier: MIT */
/* import_out.c - around an import: the key of response ids, the report, the counts read back. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answers/import.h"
#include "base/text.h"
#include "survey/mapping.h"

static const char KEY_CHECK[] = "survey.key_check";

/* ---- the key ----------------------------------------------------------------------------- */

static int
read_key(const char *path, uint8_t key[HASH_KEY_SIZE])
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return -errno;
    }
    ssize_t n = read(fd, key, HASH_KEY_SIZE);
    if (n < 0) {
        return -errno;
    }
    return n == HASH_KEY_SIZE ? 0 : -EBADMSG;
}

/* Whole or not at all: written beside, flushed, then linked to its name unless one came first. */
static int
write_key(const char *path, const uint8_t key[HASH_KEY_SIZE])
{
    char beside[4096];
    int n = snprintf(beside, sizeof beside, "%s.%ld", path, (long)getpid());
    if (n < 0 || (size_t)n >= sizeof beside) {
        return -ENAMETOOLONG;
    }
    AUTO_CLOSE int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return -errno;
    }
    int r = 0;
    if (write(fd, key, HASH_KEY_SIZE) != HASH_KEY_SIZE || fsync(fd) < 0) {
        r = errno ? -errno : -EIO;
    } else if (link(beside, path) < 0 && errno != EEXIST) {
        r = -errno;
    }
    (void)unlink(beside);
    return r;
}

static int
find_key(const char *path, bool may_make, uint8_t key[HASH_KEY_SIZE], struct err *reterr)
{
    int r = read_key(path, key);
    if (r == -ENOENT && may_make) {
        hash_random(key, HASH_KEY_SIZE);
        r = write_key(path, key);
        r = r < 0 ? r : read_key(path, key); /* another's, when it came first */
    }
    if (r == -ENOENT) {
        return err_set(reterr, -ENOKEY,
                       "%.300s is missing: put it back from a backup; with a new one every "
                       "response would count a second time",
                       path);
    }
    return r < 0 ? err_set(reterr, r, "the key file %.300s: %s", path, strerror(-r)) : 0;
}

int
import_key(struct store *s, const char *path, uint8_t key[HASH_KEY_SIZE], struct err *reterr)
{
    char known[DIGEST_HEX_MAX];
    int has = store_setting_get(s, KEY_CHECK, known, sizeof known, reterr);
    if (has < 0) {
        return has;
    }
    int r = find_key(path, has == 0, key, reterr);
    if (r < 0) {
        return r;
    }
    struct digest d = hash_keyed(key, KEY_CHECK, sizeof KEY_CHECK);
    char hex[DIGEST_HEX_MAX];
    hash_hex(&d, hex);
    if (has > 0) {
        return strcmp(hex, known) == 0
                   ? 0
                   : err_set(reterr, -ENOKEY,
                             "%.300s is not the key this store was filled with: with it, every "
                             "response would count a second time", path);
    }
    r = store_begin(s, reterr);
    if (r < 0) {
        return r;
    }
    r = store_setting_set(s, KEY_CHECK, hex, reterr);
    if (r < 0) {
        store_rollback(s);
        return r;
    }
    return store_commit(s, reterr);
}

/* ---- the report -------------------------------------------------------------------------- */

static int
add_reason(void *arg, const struct row *row)
{
    text_addf(arg, "  refused, %s: %lld\n", row_text_or(row, 0, "?"), (long long)row_i64(row, 1));
    return 0;
}

static int
add_reject(void *arg, const struct row *row)
{
    const char *words = row_text_or(row, 3, "?");
    if (words[0]) {
        text_addf(arg, "%s\n", words);
    } else { /* their time is over: keeping.h */
        text_addf(arg, "line %lld", (long long)row_i64(row, 0));
        if (row_i64(row, 1) > 0) {
            text_addf(arg, ", column %lld", (long long)row_i64(row, 1));
        }
        text_addf(arg, ": %s\n", row_text_or(row, 2, "?"));
    }
    return 0;
}

bool
import_reads_again(const struct definition *def, const struct survey_counts *n)
{
    bool has_all_lines = n->n_rejected <= SURVEY_REJECTS_KEPT;
    return n->n_rejected > 0 && (def->response_column || has_all_lines);
}

void
import_advice(const struct import_result *done, void (*say)(void *arg, const char *words),
              void *arg)
{
    const struct survey_counts *n = &done->counts;
    if (done->is_known && n->n_rejected > 0) {
        say(arg, "Its rows have no response ids, and more were refused than are known by line, so "
                 "it is not read twice: put them, below the same header, into a file of their own "
                 "and hand it in.");
    }
    if (n->n_read == 0) {
        say(arg, "Below its header there is no row. Were answers expected, the export was cut "
                 "short: export it again.");
    } else if (n->n_rejected == n->n_read) {
        say(arg, "Not one of its rows was taken in: is it a file of this survey, and does the "
                 "definition know its spellings?");
    }
    if (n->n_stale > 0) {
        say(arg, "A stale row has the id of a stored response, other answers and no later "
                 "revision; the stored one was kept.");
    }
}

static void
add_advice(void *out, const char *words)
{
    text_addf(out, "%s\n", words);
}

int
import_report(struct store *s, const struct import_result *result, const char *name,
              struct text *out, struct err *reterr)
{
    const struct survey_counts *n = &result->counts;
    text_addf(out, "%s\nsha256 %s\n", name, result->sha256);
    if (result->is_known) {
        text_add(out, "This very file was imported before: nothing was counted again.\n");
    }
    text_addf(out, "read %lld, new %lld, repeat %lld, corrected %lld, withdrawn %lld, stale %lld, "
                   "late %lld, rejected %lld\n",
              (long long)n->n_read, (long long)n->n_new, (long long)n->n_repeat,
              (long long)n->n_corrected, (long long)n->n_withdrawn, (long long)n->n_stale,
              (long long)n->n_late, (long long)n->n_rejected);
    import_advice(result, add_advice, out);
    int r = survey_reject_counts(s, result->batch, add_reason, out, reterr);
    if (r < 0) {
        return r;
    }
    r = survey_rejects(s, result->batch, add_reject, out, reterr);
    if (r < 0) {
        return r;
    }
    if (n->n_rejected > SURVEY_REJECTS_KEPT) {
        text_addf(out, "and %lld more\n", (long long)n->n_rejected - SURVEY_REJECTS_KEPT);
    }
    return out->bad;
}

struct redacting {
    const int64_t *lines; /* NULL: any */
    size_t n;
};

static bool
is_meant(const struct redacting *x, long long line)
{
    bool is_one = !x->lines;
    for (size_t i = 0; !is_one && i < x->n; i++) {
        is_one = x->lines[i] == line;
    }
    return is_one;
}

/* How much of a line stays; from there to `*ret_rest` is a value. */
static size_t
before_value(const struct redacting *x, const char *line, size_t len, size_t *ret_rest)
{
    static const char counted[] = "  refused, ";
    AUTO_FREE char *copy = strndup(line, len);
    const char *colon = NULL;
    long long number = 0;
    int at = 0;
    *ret_rest = len;
    if (!copy) {
        return 0;
    }
    (void)sscanf(copy, "line %lld, column %*d: %n", &number, &at);
    if (at == 0) { /* of a row, and of no column of it */
        (void)sscanf(copy, "line %lld: %n", &number, &at);
    }
    if (at > 0) {
        colon = is_meant(x, number) ? strstr(copy + at, ": ") : NULL;
    } else if (strncmp(copy, counted, sizeof counted - 1) == 0) {
        const char *n = strrchr(copy, ':');
        colon = strchr(copy, ':');
        *ret_rest = n ? (size_t)(n - copy) : len;
    }
    return colon ? (size_t)(colon - copy) : *ret_rest;
}

bool
import_report_redact(const char *report, const int64_t *lines, size_t n, struct text *out)
{
    const struct redacting x = { lines, n };
    bool had_any = false;
    for (size_t len = 0, rest = 0; *report; report += len) {
        len = strcspn(report, "\n");
        size_t keep = before_value(&x, report, len, &rest);
        had_any = had_any || keep < rest;
        text_addn(out, report, keep);
        text_addn(out, report + rest, len - rest);
        if (report[len] == '\n') {
            text_addc(out, '\n');
            len++;
        }
    }
    return had_any;
}

/* ---- the counts -------------------------------------------------------------------------- */

struct digest
import_response_hash(const uint8_t key[HASH_KEY_SIZE], const char *survey, const char *id,
                     size_t id_len, const char *question)
{
    char text[SURVEY_ID_MAX + RESPONSE_ID_MAX + SURVEY_NAME_MAX + 4];
    int n = snprintf(text, sizeof text, "%.47s%c%.*s%c%.200s", survey, UNIT_SEPARATOR,
                     (int)(id_len < RESPONSE_ID_MAX ? id_len : RESPONSE_ID_MAX), id,
                     UNIT_SEPARATOR, question);
    return hash_keyed(key, text, (size_t)n);
}

struct load {
    const struct definition *def;
    int64_t series;
    int64_t group; /* -1 = all */
    bool by_group;
    struct rollup *rollup;
};

static int
take_cell(void *arg, const struct survey_cell_key *key, const char *path,
          const struct survey_numbers *list, size_t n)
{
    const struct load *load = arg;
    if (load->group >= 0 && key->grp != load->group) {
        return 0;
    }
    char buf[UNIT_PATH_MAX + 1];
    uint32_t grp = (uint32_t)key->grp;
    for (size_t i = 0; i < n; i++) {
        if (list[i].question != load->series) {
            continue;
        }
        uint32_t unit = 0;
        const char *place = definition_place(load->def, path, (int32_t)key->month, buf);
        int r = rollup_unit_path(load->rollup, place, strlen(place), &unit);
        for (size_t k = 0; r == 0 && k < list[i].n; k++) {
            if (list[i].v[k] != 0) {
                r = rollup_add(load->rollup, unit, (int32_t)key->month, load->by_group ? grp : 0,
                               (int)k, list[i].v[k]);
            }
        }
        return r;
    }
    return 0;
}

int
import_series_id(struct store *s, int64_t survey, const struct definition *def,
                 const struct import_wanted *want, int64_t *ret, struct err *reterr)
{
    char shape[SURVEY_SHAPE_MAX];
    struct survey_series series = { .kind = want->kind, .shape = shape };
    switch (want->kind) {
    case SURVEY_QUESTION:
        series.name = def->questions[want->index].id;
        definition_shape(def, (size_t)want->index, shape);
        break;
    case SURVEY_SCORE:
        series.name = def->scores[want->index].id;
        definition_score_shape(def, (size_t)want->index, shape);
        break;
    case SURVEY_RESPONSES:
        series.name = "responses";
        series.shape = def->version;
        break;
    }
    return survey_question_find(s, survey, &series, ret, reterr);
}

int
import_question(struct store *s, int64_t survey, const struct definition *def, int question,
                int64_t *ret, struct err *reterr)
{
    const struct import_wanted want = { .kind = SURVEY_QUESTION, .index = question };
    return import_series_id(s, survey, def, &want, ret, reterr);
}

int
import_load_some(struct store *s, const struct definition *def, const struct import_wanted *want,
                 struct rollup *r, struct err *reterr)
{
    struct survey_row survey;
    struct load load = { .def = def, .group = -1, .by_group = want->by_group, .rollup = r };
    int rc = survey_find(s, def->id, NULL, &survey, reterr);
    rc = rc <= 0 ? rc : import_series_id(s, survey.id, def, want, &load.series, reterr);
    if (rc > 0 && want->group) {
        rc = survey_group_find(s, survey.id, want->group, &load.group, reterr);
    }
    if (rc <= 0) {
        return rc;
    }
    rc = want->month ? survey_month_cells(s, survey.id, want->month, take_cell, &load, reterr)
                     : survey_cells(s, survey.id, take_cell, &load, reterr);
    return rc < 0 ? -EIO : 0;
}

int
import_load(struct store *s, const struct definition *def, int question, struct rollup *r,
            struct err *reterr)
{
    const struct import_wanted want = { .kind = SURVEY_QUESTION, .index = question };
    return import_load_some(s, def, &want, r, reterr);
}
