/* SPDX-License-Identifier: MIT */
/*
 * wording.h - the questions and scores of a survey in each of their wordings, which are series of
 * their own. The store keeps the definition by which the answers of each came in last, so that one
 * that is asked otherwise by now can still be read: by its own words, scale and units.
 */
#ifndef COPROD_ANSWERS_WORDING_H
#define COPROD_ANSWERS_WORDING_H

#include "answers/import.h"

struct wording {
    enum survey_kind kind;
    const char *name;
    int64_t series;
    int64_t version;    /* of those of one name, from 1 in the order in which answers came */
    int64_t n_versions; /* of that name */
    int64_t definition; /* the kept one; 0 = of a release that kept none */
    bool is_asked;      /* in these words today */
};
struct wording_list {
    struct wording *list; /* by kind, name and version; in mem */
    size_t n, cap;
};

/* In a transaction: the series of a definition, all in the store, are read by it from now on. */
MUST_USE int wording_keep(struct store *s, int64_t survey, const struct definition *def,
                          struct err *reterr);
/* All that a survey ever had answers of; def says which are asked. Never imported: none. */
MUST_USE int wording_list(struct store *s, const struct definition *def, struct arena *mem,
                          struct wording_list *ret, struct err *reterr);
/* The definition to read one by: -ENODATA when it was not kept, or cannot be read any more. */
MUST_USE int wording_read(struct store *s, const struct wording *w, struct definition **ret,
                          struct err *reterr);
/* Its place in a definition. False when that has none of the name. */
bool wording_wanted(const struct wording *w, const struct definition *def,
                    struct import_wanted *ret);

#endif
