/* SPDX-License-Identifier: MIT */
/* shape.c - what counts mean: the shape of a question's series, and a unit's place at a time. */
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "survey/definition.h"
#include "survey/rollup.h"

static void
add_question(struct hash *h, const struct definition *d, size_t i)
{
    const struct survey_question *q = &d->questions[i];
    hash_add_str(h, d->version);
    hash_add_str(h, q->version);
    hash_add_str(h, q->id);
    hash_add_str(h, q->wording);
    for (size_t k = 0; k < d->n_slots; k++) {
        hash_add_i64(h, d->scale[k].code);
        hash_add_i64(h, (int64_t)d->scale[k].tone);
    }
}

static void
finish(struct hash *h, const struct definition *d, const char *version, char *buf)
{
    struct digest digest = hash_end(h);
    char hex[DIGEST_HEX_MAX];
    (void)snprintf(buf, SURVEY_SHAPE_MAX, "%.48s:%.16s", version ? version : d->version,
                   hash_hex(&digest, hex));
}

void
definition_shape(const struct definition *d, size_t question, char buf[SURVEY_SHAPE_MAX])
{
    struct hash h;
    hash_begin(&h, "survey-question");
    add_question(&h, d, question);
    finish(&h, d, d->questions[question].version, buf);
}

static void
add_score(struct hash *h, const struct definition *d, const struct survey_score *s)
{
    hash_add_i64(h, s->least);
    hash_add_i64(h, s->is_of_scores);
    for (size_t i = 0; i < s->n_parts; i++) {
        if (s->is_of_scores) {
            const struct survey_score *part = &d->scores[s->parts[i]];
            hash_add_i64(h, part->least);
            for (size_t k = 0; k < part->n_parts; k++) {
                add_question(h, d, (size_t)part->parts[k]);
            }
        } else {
            add_question(h, d, (size_t)s->parts[i]);
        }
    }
}

void
definition_score_shape(const struct definition *d, size_t score, char buf[SURVEY_SHAPE_MAX])
{
    struct hash h;
    hash_begin(&h, "survey-score");
    hash_add_i64(&h, d->score_unit);
    hash_add_i64(&h, d->max_points);
    for (size_t i = 0; i < d->n_slots; i++) {
        hash_add_i64(&h, d->scale[i].points);
    }
    add_score(&h, d, &d->scores[score]);
    finish(&h, d, NULL, buf);
}

/* Of several moves the one last come into force, however they are listed. */
static const struct survey_unit_move *
find_move(const struct definition *d, const char *path, int32_t month)
{
    const struct survey_unit_move *found = NULL;
    for (size_t i = 0; i < d->n_moves; i++) {
        const struct survey_unit_move *m = &d->moves[i];
        bool fits = m->month <= month && strncmp(path, m->from, strlen(m->from)) == 0;
        if (fits && (!found || m->month > found->month)) {
            found = m;
        }
    }
    return found;
}

const char *
definition_place(const struct definition *d, const char *path, int32_t month, char *buf)
{
    const struct survey_unit_move *m = find_move(d, path, month);
    if (!m) {
        return path;
    }
    int n = snprintf(buf, UNIT_PATH_MAX + 1, "%s%s", m->to, path + strlen(m->from));
    return n < 0 || n > UNIT_PATH_MAX ? path : buf;
}

int64_t
definition_places(const struct definition *d, int32_t month)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < d->n_moves; i++) {
        const struct survey_unit_move *m = &d->moves[i];
        struct hash h;
        hash_begin(&h, "survey-move");
        hash_add_str(&h, m->from);
        hash_add_str(&h, m->to);
        hash_add_i64(&h, m->month);
        struct digest digest = hash_end(&h);
        sum += m->month <= month ? (uint64_t)hash_number(&digest, 0) : 0;
    }
    return (int64_t)(sum >> 1);
}
