/* SPDX-License-Identifier: MIT */
/*
 * trend_def.h - what a survey's definition says of its trends, under `trends:`. Everything has a
 * default: a definition without it is charted too, and measures no action.
 */
#ifndef COPROD_SURVEY_TREND_DEF_H
#define COPROD_SURVEY_TREND_DEF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rules/spc.h"

struct arena;
struct yaml_doc;
struct yaml_node;

enum trend_statistic { TREND_NONE = 0, TREND_POSITIVE, TREND_NEGATIVE, TREND_MEAN, TREND_MAX_ };
enum { TREND_BASELINE = 24, TREND_PERSISTS = 3 };

struct survey_trends {
    const char *plan;     /* of the action; NULL: the only plan that has it */
    const char *action;   /* that the survey measures: "2e"; NULL = none */
    unsigned statistics;  /* bits 1 << enum trend_statistic */
    int levels;           /* how far down units are charted; 0 = the trust alone */
    int32_t since;        /* the first month whose answers are due; 0: once the action is */
    unsigned months;      /* in which answers are due, bits 1 << 0 (January) .. 11 */
    enum spc_kind chart;  /* SPC_KIND_NONE: as the denominators ask for */
    int64_t least_n;      /* fewer answers than this are few */
    size_t baseline;      /* limits from so many first values; 0 = all of them */
    bool has_target;
    double target;        /* of the percentage positive */
    int persists;         /* months until a concern goes to the committee's secretary */
};

/* As it is without a node. */
struct survey_trends trends_default(void);
/* Findings go to the doc. Texts are kept in mem. */
void trends_read(const struct yaml_doc *doc, const struct yaml_node *node, struct arena *mem,
                 struct survey_trends *ret);

const char *trend_statistic_word(enum trend_statistic s); /* "positive" */
enum trend_statistic trend_statistic_parse(const char *word); /* TREND_NONE when unknown */

#endif
