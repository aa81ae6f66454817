/* SPDX-License-Identifier: MIT */
/* pack_inside.h - a pack under way: what is known before it is written. Only pack*.c include it. */
#ifndef COPROD_ENGINE_PACK_INSIDE_H
#define COPROD_ENGINE_PACK_INSIDE_H

#include "base/arena.h"
#include "engine/pack.h"
#include "engine/letter.h"
#include "engine/shade.h"
#include "notice/paper.h"

enum { PACK_DAY_MAX = 40 };

struct pack_plan {
    const char *id, *title, *version, *owner;
};
struct pack_action {
    const struct pack_plan *plan;
    const char *id, *objective, *text, *metric, *timescale; /* metric "": none agreed */
    enum rag_color color; /* of the worst of what is asked of it now */
    const char *state;    /* in words */
    const char *lead;
    day_t due; /* of what comes next; DAY_NONE */
    size_t n_open, n_complete;
    bool is_withdrawn;
};
struct pack_entry { /* one demand, or one lead's part of it */
    struct occurrence o;
    const struct pack_plan *plan;
    struct pack_action *action; /* NULL: the policy's review */
    struct shade shade;
    struct rag ahead; /* at the next meeting, if nothing changes */
    day_t forecast;
    const char *lead, *unreached; /* titles; who of the leads cannot be told */
    const char *word;             /* the lead's last; "" */
    int unminuted;                /* moves to a later day without reason and minute */
    const char *moved_note;       /* "" */
    const char *figure;           /* of a return that was sent: "12/40", "nil"; "" */
    bool is_leaving;              /* gone from the plan, not ended by minute yet */
    bool is_whole;                /* it has parts, and they speak */
    bool was_there;               /* in the pack before this one */
    enum rag_color before;
    enum action_state state_before;
};
enum { PACK_CORRECTIONS_MAX = 5 /* told in the letter; the paper tells all */ };
struct pack {
    const struct world *w;
    struct store *s;
    const struct committee *forum;
    day_t meeting, today;
    enum pack_phase phase;
    int64_t now_ms;
    day_t horizon;   /* the meeting after this one, or as long as one is usually apart */
    bool has_next;   /* horizon is a meeting */
    int64_t last_id; /* the pack before this one; 0: none */
    day_t last_meeting;
    int64_t last_ms;
    char last_phase[8];
    int rev;                 /* above 1: a corrected version .. */
    const char *reason, *by; /* .. why, and the role that wanted it */
    const char *by_title;
    int64_t replaced_id; /* the version that it stands in place of */
    const char *corrections[PACK_CORRECTIONS_MAX]; /* said.h */
    size_t n_corrections; /* in all */
    struct arena *mem;
    struct pack_plan *plans;
    size_t n_plans;
    struct pack_action *actions;
    size_t n_actions;
    struct pack_entry *entries;
    size_t n_entries, cap_entries;
    struct err *reterr;
};
/* Everything that the sections tell. */
MUST_USE int pack_gather(struct pack *x);
void pack_done(struct pack *x);

/* True when something is still asked under it, and not under its parts. */
bool pack_is_live(const struct pack_entry *e);
/* "1c/deliver@sdu-amh"; with several plans, "CO-304 1c/deliver@sdu-amh". Returns buf. */
const char *pack_ref(const struct pack *x, const struct pack_entry *e, char buf[OCC_SUBJECT_MAX]);
/* With the first words of the action: "1c/deliver@sdu-amh: Put an aim on ..". */
void pack_name(const struct pack *x, const struct pack_entry *e, struct text *out);
void pack_cell(const struct pack *x, const struct pack_entry *e, struct paper *p);
/* "31 March 2015"; "" for none. Returns buf. */
const char *pack_day(day_t day, char buf[PACK_DAY_MAX]);
/* Working days since its due day; 0 when it is not past. */
int pack_late(const struct pack *x, const struct pack_entry *e);
/* "24 actions: 3 red, 5 amber, 10 green, 4 complete, 2 not open or at rest". */
void pack_headline(const struct pack *x, struct text *out);
/* The same, as it was given out, to be said in a reader's words (said.h). */
void pack_headline_said(const char *headline, struct text *out);

/* The sections, in their order. */
MUST_USE int pack_write(struct pack *x, struct paper *p);
void pack_write_counts(const struct pack *x, struct paper *p);
void pack_write_decisions(const struct pack *x, struct paper *p);
MUST_USE int pack_write_more(struct pack *x, struct paper *p); /* from 6 on */
void pack_csv(const struct pack *x, struct text *out);

/* ---- pack_again.c: a corrected version ---------------------------------------------------------
 */

/* What it stands in place of; nothing to do for a first version. */
MUST_USE int pack_replaces(struct pack *x);
/* "Version 2: it stands in place of version 1 .." */
void pack_correction_words(const struct pack *x, struct text *out);
/* A table of what stands otherwise than in the version before; keeps the first for the letter. */
MUST_USE int pack_write_corrections(struct pack *x, struct paper *p);

#endif
