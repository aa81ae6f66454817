/* SPDX-License-Identifier: MIT */
/*
 * rag.h - the colour of an occurrence, computed from facts, with the reason in words.
 *
 * The lead declares a colour too; what is shown is the worse of both, and a difference between them
 * is worth a line in the committee's pack. Pure: no I/O, no clock, no malloc.
 */
#ifndef COPROD_RULES_RAG_H
#define COPROD_RULES_RAG_H

#include "rules/action.h"
#include "rules/time.h"

enum rag_color { /* ascending from best to worst, after NONE */
    RAG_NONE = 0,
    RAG_BLUE,  /* complete and verified */
    RAG_GREY,  /* nothing is asked: not yet open, on hold, withdrawn */
    RAG_GREEN, /* on track */
    RAG_AMBER, /* at risk */
    RAG_RED,   /* needs action */
    RAG_COLOR_MAX_
};

enum { RAG_REASON_MAX = 96 };

/* Working days and counts, from the configuration. */
struct rag_rules {
    int due_soon_wd;       /* amber: due in so many and not started */
    int no_lead_soon_wd;   /* amber: due in so many and without lead or metric */
    int slip_wd;           /* red: the forecast lies more than so many after the due day */
    int verify_wd;         /* amber: submitted more than so many ago and not verified */
    int missing_returns;   /* red: so many returns of a series missing in a row */
};
extern const struct rag_rules rag_rules_default;

struct rag_facts {
    enum action_state state;
    day_t due;
    day_t forecast;     /* the lead's own, or DAY_NONE */
    day_t submitted_on; /* for SUBMITTED; else DAY_NONE */
    bool was_extended;
    bool is_unassigned; /* nobody holds the leading role, or nobody can be reached */
    bool has_no_metric;
    int missing_returns; /* of this series, in a row; 0 for anything but a return */
    /* Since when the survey that measures it shows a change for the worse that chance does not
     * explain: "April 2017"; NULL = it does not. */
    const char *worse_since;
};

struct rag {
    enum rag_color color;
    char reason[RAG_REASON_MAX]; /* "due in 9 working days, not started" */
};

struct rag rag_compute(const struct rag_facts *f, const struct rag_rules *rules,
                       const struct calendar *c, day_t today);
/* The worse of both. What is complete or at rest stays so, whatever was once declared; NONE says
 * nothing. */
enum rag_color rag_shown(enum rag_color computed, enum rag_color declared);

const char *rag_name(enum rag_color color); /* "amber"; never colour alone: pages print the word */
char rag_letter(enum rag_color color);      /* 'A'; '-' for none. Grey is 'N', for not open */
enum rag_color rag_parse(const char *name); /* RAG_NONE when unknown */

#endif
