/* SPDX-License-Identifier: MIT */
/* import_inside.h - what the files of an import share; nobody else includes it. */
#ifndef COPROD_ANSWERS_IMPORT_INSIDE_H
#define COPROD_ANSWERS_IMPORT_INSIDE_H

#include <sys/stat.h>

#include "answers/import.h"
#include "survey/mapping.h"
#include "survey/quality.h"
#include "survey/scan.h"
#include "survey/tally.h"

enum { REASONS_MAX = 64, REASON_TEXT_MAX = 64, IMPORT_SERIES_MAX = SURVEY_FORM_MAX };

/* A response waiting for the transaction that decides what it means. */
struct staged {
    int64_t id;
    int64_t tag;
    int64_t revision;
    int64_t line;
    uint32_t seq; /* its place in the chunk: of two with one id the first comes first */
    uint32_t unit;
    uint32_t group;
    uint32_t comment; /* place in the chunk's words, + 1; 0 = none */
    day_t day;
    int32_t month;
    bool is_withdrawn;
    bool is_unsettled; /* certainly not among the settled responses */
    uint8_t answers[SURVEY_QUESTIONS_MAX]; /* slot + 1; 0 = none */
};

struct reason_count {
    char reason[REASON_TEXT_MAX];
    int64_t n;
};

/* Ids in the store of what the file names, beside the rollup that numbers them; 0 = not asked. */
struct known_ids {
    int64_t *ids;
    size_t n;
};

struct import {
    struct store *store;
    const struct import_options *opt;
    const struct definition *def;
    int fd;
    struct stat opened; /* the file, when it was */
    struct scan *scan;
    struct mapping mapping;
    struct quality *quality;
    struct survey_row survey;
    struct survey_batch batch;
    bool is_known; /* the very file was imported before */
    /* Without response ids: it is read again, and only what was refused then can count now. */
    bool is_again;
    int64_t *refused; /* the lines, in order */
    size_t n_refused, cap_refused;
    int64_t refused_ms; /* when that reading ended */
    /* Series of the questions, the scores and the responses, in the order of a tally's block. */
    int64_t series[IMPORT_SERIES_MAX];
    size_t n_series;
    int64_t form;
    char sha256[SURVEY_SHA_MAX];
    struct rollup *units;  /* numbers units by path */
    struct rollup *groups; /* and staff groups; number 0 is none */
    struct known_ids unit_ids;
    struct known_ids group_ids;
    struct tally *tally;
    /* The chunk in hand; of a file without response ids it is the whole file. */
    int64_t chunk_rows;
    struct staged *staged; /* NULL for surveys without response ids */
    size_t n_staged;
    bool is_lately; /* its responses are few: they go where lately come ones stand */
    struct text *words; /* comments, each NUL-terminated */
    struct survey_response *minus; /* responses as they were counted, to be taken away */
    size_t n_minus;
    size_t cap_minus;
    struct reject *rejects;
    size_t n_rejects;
    size_t cap_rejects;
    struct reason_count reasons[REASONS_MAX + REJECT_REASON_MAX_];
    size_t n_reasons;
    struct survey_counts counts;
    int32_t newest_month;
};

/* import_rows.c: one row into the chunk. */
MUST_USE int import_row(struct import *im, const struct scan_row *row);
MUST_USE int import_reject(struct import *im, const struct reject *no);
void import_chunk_clear(struct import *im);

/* import_write.c: the survey's ids; and the chunk, in a transaction. */
MUST_USE int import_series(struct import *im, struct err *reterr);
MUST_USE int import_write(struct import *im, struct err *reterr);

#endif
