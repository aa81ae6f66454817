/* SPDX-License-Identifier: MIT */
/*
 * shade.h - the colour of an occurrence as it is shown: facts from the store, judged by
 * lib/rules/rag.c, beside what the lead declared. For lists, the owner's roll-up and packs.
 */
#ifndef COPROD_ENGINE_SHADE_H
#define COPROD_ENGINE_SHADE_H

#include "engine/occurrence.h"
#include "rules/rag.h"

struct shade {
    struct rag computed;
    enum rag_color declared; /* RAG_NONE: nothing */
    struct rag shown;        /* the worse of both, and why */
};
/* row: one of occurrence_get or its lists, from which o was made. */
MUST_USE int shade_of(const struct world *w, struct store *s, const struct row *row,
                      const struct occurrence *o, day_t today, struct shade *ret,
                      struct err *reterr);

#endif
