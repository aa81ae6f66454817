/* SPDX-License-Identifier: MIT */
/* surveys.h - what the commands about surveys have in common. */
#ifndef COPROD_CLI_SURVEYS_H
#define COPROD_CLI_SURVEYS_H

#include "cli.h"
#include "answers/intake.h"
#include "answers/wording.h"

static inline void
survey_set_freep(struct survey_set *set)
{
    survey_set_done(set);
}
#define AUTO_SET __attribute__((cleanup(survey_set_freep)))

/* The definition of this name of those that coprod.yaml lists; NULL, and the exit code after it
 * said why. */
const struct definition *survey_named(struct cli *c, struct survey_set *set, const char *id,
                                      int *ret_code);

/* A question or score as --wording says, with the definition that it is read by. */
struct old_wording {
    struct definition *def;
    int64_t version, n_versions;
    bool is_asked;
};
static inline void
old_wording_freep(struct old_wording *w)
{
    definition_freep(&w->def);
}
#define AUTO_WORDING __attribute__((cleanup(old_wording_freep)))
/* Exit code, after it said why. */
int survey_version(struct cli *c, const struct definition *def, const char *question,
                   struct old_wording *ret);

/* Beside figures: wordings that are missing in them. */
struct figures;
void survey_say_unread(struct cli *c, const struct figures *f);

/* Into a throw-away store of its own; exit code. */
int survey_import_apart(struct cli *c, const struct definition *def, const char *path, day_t today,
                        struct store **ret_store, struct import_result *ret);

#endif
