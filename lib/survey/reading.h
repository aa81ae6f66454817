/* SPDX-License-Identifier: MIT */
/* reading.h - what the readers of a survey's definition share; nobody else includes it. */
#ifndef COPROD_SURVEY_READING_H
#define COPROD_SURVEY_READING_H

#include "base/yaml.h"
#include "survey/definition.h"

struct reading {
    const struct yaml_doc *doc;
    struct definition *def;
};

/* The keys that a plain definition does without. */
struct raw_more {
    const struct yaml_node *scores;
    const struct yaml_node *moves;
    const struct yaml_node *headcounts;
    const struct yaml_node *plausible;
    const struct yaml_node *comments;
    int64_t raw_days;
};

const char *reading_keep(struct reading *in, const char *s); /* a copy that lives as long as it */
/* False, with an error unless there is no list, when it is empty or longer than max. */
bool reading_has_room(struct reading *in, const struct yaml_node *list, size_t max,
                      const char *what);
/* Once questions and scale are read. */
void reading_more(struct reading *in, const struct raw_more *raw);

#endif
