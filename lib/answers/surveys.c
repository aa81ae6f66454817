/* SPDX-License-Identifier: MIT */
/* surveys.c - the definitions that the configuration names, and which of them a file is for. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "answers/intake.h"
#include "base/conf.h"
#include "survey/mapping.h"
#include "survey/scan.h"

int
survey_set_load(const struct conf *conf, struct diag *d, struct survey_set *ret)
{
    struct survey_set set = { .n = 0 };
    int r = 0;
    for (size_t i = 0; i < conf->surveys.n && set.n < INTAKE_SURVEYS_MAX; i++) {
        const char *path = conf->surveys.items[i];
        struct definition *def = NULL;
        int one = definition_read(path, d, &def);
        if (one == 0 && survey_set_find(&set, def->id)) {
            diag_error(d, &(struct diag_at){ .file = path }, NULL,
                       "survey \"%s\" is defined by another file already", def->id);
            def = definition_free(def);
            one = -EBADMSG;
        }
        if (one == 0) {
            set.defs[set.n++] = def;
        }
        r = one < 0 ? one : r;
    }
    if (r < 0) {
        survey_set_done(&set);
        return r;
    }
    *ret = set;
    return 0;
}

void
survey_set_done(struct survey_set *set)
{
    for (size_t i = 0; i < set->n; i++) {
        definition_free(set->defs[i]);
    }
    set->n = 0;
}

const struct definition *
survey_set_find(const struct survey_set *set, const char *id)
{
    for (size_t i = 0; i < set->n; i++) {
        if (strcmp(set->defs[i]->id, id) == 0) {
            return set->defs[i];
        }
    }
    return NULL;
}

static int
read_header(int fd, char delimiter, struct scan **ret, struct scan_row *header, struct err *reterr)
{
    AUTO(scan) struct scan *s = NULL;
    int r = lseek(fd, 0, SEEK_SET) < 0 ? -errno : scan_open(fd, &s, reterr);
    if (r < 0) {
        return r;
    }
    scan_delimiter(s, delimiter);
    r = scan_next(s, header);
    if (r <= 0) {
        return err_set(reterr, -EBADMSG, "%s", r < 0 ? scan_why(s) : "it is empty");
    }
    *ret = TAKE(s);
    return 0;
}

/* Among the surveys with this delimiter, beside one that was found with another. */
static int
guess_divided(const struct survey_set *set, int fd, char delimiter, const struct definition **found,
              struct err *reterr)
{
    AUTO(scan) struct scan *s = NULL;
    struct scan_row header = { 0 };
    int r = read_header(fd, delimiter, &s, &header, reterr);
    for (size_t i = 0; r == 0 && i < set->n; i++) {
        struct mapping m;
        const struct definition *def = set->defs[i];
        if (def->delimiter != delimiter || mapping_init(&m, def, &header, DAY_NONE, NULL) < 0) {
            continue;
        }
        if (*found) {
            return err_set(reterr, -EBADMSG, "it fits both %s and %s: put %s-- before its name, or "
                           "%s--", (*found)->id, def->id, (*found)->id, def->id);
        }
        *found = def;
    }
    return r;
}

static const struct definition *
guess_by_header(const struct survey_set *set, int fd, const char *name, struct err *reterr)
{
    static const char delimiters[] = ",;\t";
    const struct definition *found = NULL;
    struct err why;
    int r = err_set(&why, 0, "no survey has these columns; name it SURVEY--%.100s, with a survey's "
                    "id for SURVEY, to see what is missing", name);
    for (size_t i = 0; r == 0 && delimiters[i]; i++) {
        r = guess_divided(set, fd, delimiters[i], &found, &why);
    }
    if (r < 0 || !found) {
        (void)err_set(reterr, -EBADMSG, "%.200s: %s", name, why.text);
        return NULL;
    }
    return found;
}

const struct definition *
survey_set_guess(const struct survey_set *set, const char *path, const char *name,
                 struct err *reterr)
{
    const char *cut = strstr(name, "--");
    if (cut && cut > name && cut - name < SURVEY_ID_MAX) {
        char id[SURVEY_ID_MAX];
        (void)snprintf(id, sizeof id, "%.*s", (int)(cut - name), name);
        const struct definition *def = survey_set_find(set, id);
        if (def) {
            return def;
        }
    }
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        (void)err_set(reterr, -EBADMSG, "%.200s: its header cannot be read", name);
        return NULL;
    }
    return guess_by_header(set, fd, name, reterr);
}
