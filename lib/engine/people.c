/* SPDX-License-Identifier: MIT */
/* people.c - a list of people, each once and with a reason. */
#include "engine/people.h"

#include <stdlib.h>
#include <string.h>

void
people_done(struct people *p)
{
    free(p->list);
    *p = (struct people){ .n = 0 };
}

struct told *
people_find(const struct people *p, const char *role)
{
    for (size_t i = 0; i < p->n; i++) {
        if (strcmp(p->list[i].role, role) == 0) {
            return &p->list[i];
        }
    }
    return NULL;
}

int
people_add(struct people *p, const char *role, enum notice_why why, const char *of,
           struct err *reterr)
{
    if (!role || !role[0] || people_find(p, role)) {
        return 0;
    }
    if (p->n == p->cap) {
        size_t cap = p->cap ? 2 * p->cap : 8;
        struct told *more = reallocarray(p->list, cap, sizeof *more);
        if (!more) {
            return err_set(reterr, -ENOMEM, "out of memory");
        }
        p->list = more;
        p->cap = cap;
    }
    struct told *t = &p->list[p->n];
    *t = (struct told){ .why = why };
    int r = text_copy(t->role, sizeof t->role, role);
    r = r < 0 ? r : text_copy(t->of, sizeof t->of, of);
    p->n += r >= 0;
    return r < 0 ? err_set(reterr, r, "role %.64s or its lead has too long a name", role) : 0;
}

struct gathering {
    struct people *to;
    bool with_supports;
    struct err *reterr;
};

static int
take_role(void *arg, const struct row *row)
{
    static const struct {
        const char *duty;
        enum notice_why why;
    } duties[] = { { "lead", NOTICE_WHY_LEAD }, { "joint", NOTICE_WHY_JOINT_LEAD },
                   { "support", NOTICE_WHY_SUPPORT } };
    const struct gathering *g = arg;
    const char *duty = row_text_or(row, 0, "");
    for (size_t i = 0; i < LENGTH(duties); i++) {
        bool is_wanted = g->with_supports || duties[i].why != NOTICE_WHY_SUPPORT;
        if (is_wanted && strcmp(duty, duties[i].duty) == 0) {
            return people_add(g->to, row_text(row, 1), duties[i].why, "", g->reterr);
        }
    }
    return 0;
}

int
people_of(struct store *s, int64_t occurrence, bool with_supports, struct people *add_to,
          struct err *reterr)
{
    struct gathering g = { add_to, with_supports, reterr };
    int r = store_each(s, Q_OCCURRENCE_ROLES, WITH(I(occurrence)), take_role, &g, reterr);
    return r < 0 ? r : 0;
}

static const char *
duty_of(const struct told *lead)
{
    return lead->why == NOTICE_WHY_JOINT_LEAD ? "joint" : "lead";
}

int
people_put_leads(struct store *s, int64_t occurrence, const struct people *p, struct err *reterr)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < p->n; i++) {
        r = store_run(s, Q_OCCURRENCE_ROLE_ADD,
                      WITH(I(occurrence), T(duty_of(&p->list[i])), T(p->list[i].role),
                           I((int64_t)i)),
                      reterr);
    }
    return r < 0 ? r : 0;
}

void
people_leads_words(const struct people *p, struct text *out)
{
    for (size_t i = 0; i < p->n; i++) {
        text_addf(out, "%s%s:%s", i ? " " : "", duty_of(&p->list[i]), p->list[i].role);
    }
}
