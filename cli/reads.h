/* SPDX-License-Identifier: MIT */
/* reads.h - what the commands that read the store have in common. */
#ifndef COPROD_CLI_READS_H
#define COPROD_CLI_READS_H

#include "cli.h"
#include "engine/occurrence.h"
#include "rules/rag.h"
#include "store/store.h"

enum { INSTANT_TEXT_MAX = 40 };

/* What a row's callback needs to print. */
struct reading {
    struct cli *c;
    struct world *w;
    struct err why;
    int64_t n;      /* rows printed */
    int64_t now_ms; /* policy time once it was asked for; 0 before */
};

/* Opens the world of c->store. EXIT_OK, or the exit code after it said why. */
int reading_open(struct cli *c, struct reading *ret);
void reading_done(struct reading *r);
static inline void
reading_freep(struct reading *r)
{
    reading_done(r);
}
#define AUTO_READING __attribute__((cleanup(reading_freep)))
/* Says why.text and returns the exit code for a negative errno; an id that does not exist is
 * EXIT_NOT_MET. */
int reading_fail(const struct reading *r, int error);

/* Policy time: a virtual clock's when the store has one, else the wall's. */
int64_t reading_now_ms(struct reading *r);
day_t reading_today(struct reading *r);
/* "Tue 31 Mar 2015 08:30" for people, "2015-03-31T08:30:00+01:00" for programs. */
const char *instant_text(const struct reading *r, int64_t at_ms, char buf[INSTANT_TEXT_MAX]);
void put_instant(struct reading *r, int64_t at_ms);
/* "Tue 31 Mar 2015" for people, "2015-03-31" for programs. */
void put_day(struct reading *r, day_t day);
/* "1c/deliver@sdu-amh". */
void put_ref(struct reading *r, const struct occurrence *o);
/* The title of a role, or its id when the roster does not know it. */
void put_role(struct reading *r, const char *id);
/* Titles of an occurrence's leads (or of another duty), joined with "; ". */
int reading_people(struct reading *r, int64_t occurrence, const char *duty, struct text *ret);
/* The colour to show and why; row: one of occurrence_get or its lists, from which o was made. The
 * worse of what the facts say and what the lead declared. */
int reading_rag(struct reading *r, const struct row *row, const struct occurrence *o,
                struct rag *ret);
enum out_tint rag_tint(enum rag_color color);
/* Finds the occurrence of the command's first argument. EXIT_OK or the exit code. */
int reading_find(struct reading *r, struct occurrence *ret);

#endif
