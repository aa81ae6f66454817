/* SPDX-License-Identifier: MIT */
/* reading_more.c - the keys of a definition that a plain one does without: scores, reorganisations,
 * headcounts, what is plausible, comments. */
#include <string.h>

#include "survey/reading.h"
#include "survey/rollup.h"

enum { SCORE_UNIT_MAX = 1000000, PERCENT_MAX = 1000000 };

struct raw_scores {
    int64_t out_of;
    const struct yaml_node *list;
};
struct raw_score {
    const char *id;
    const char *title;
    const struct yaml_node *questions;
    const struct yaml_node *of;
    int64_t least;
    double target;
};
struct raw_move {
    const char *unit;
    const char *to;
    const char *from;
};
struct raw_headcount {
    const char *unit;
    const char *from;
    int64_t n;
};
struct raw_plausible {
    int64_t fall;
    int64_t rise;
    int64_t from;
};
struct raw_comments {
    const char *column;
    int64_t threshold;
    int64_t days;
};

static const struct yaml_field scores_fields[] = {
    YAML_FIELD_INT("out_of", struct raw_scores, out_of, YAML_OPTIONAL, 1, 1000),
    YAML_FIELD("list", struct raw_scores, list, YAML_ITEMS, YAML_REQUIRED),
    YAML_FIELDS_END,
};
static const struct yaml_field score_fields[] = {
    YAML_FIELD("id", struct raw_score, id, YAML_ID, YAML_REQUIRED),
    YAML_FIELD("title", struct raw_score, title, YAML_TEXT, YAML_OPTIONAL),
    YAML_FIELD("questions", struct raw_score, questions, YAML_ITEMS, YAML_OPTIONAL),
    YAML_FIELD("of", struct raw_score, of, YAML_ITEMS, YAML_OPTIONAL),
    YAML_FIELD_INT("min_answered", struct raw_score, least, YAML_OPTIONAL, 1,
                   SURVEY_SCORE_PARTS_MAX),
    { .key = "target", .type = YAML_REAL, .offset = offsetof(struct raw_score, target), .min = 0,
      .max = 1000 },
    YAML_FIELDS_END,
};
static const struct yaml_field move_fields[] = {
    YAML_FIELD("unit", struct raw_move, unit, YAML_TEXT, YAML_REQUIRED),
    YAML_FIELD("to", struct raw_move, to, YAML_TEXT, YAML_REQUIRED),
    YAML_FIELD("from", struct raw_move, from, YAML_TEXT, YAML_REQUIRED),
    YAML_FIELDS_END,
};
static const struct yaml_field headcount_fields[] = {
    YAML_FIELD("unit", struct raw_headcount, unit, YAML_TEXT, YAML_OPTIONAL),
    YAML_FIELD("from", struct raw_headcount, from, YAML_TEXT, YAML_REQUIRED),
    YAML_FIELD_INT("n", struct raw_headcount, n, YAML_REQUIRED, 1, 100000000),
    YAML_FIELDS_END,
};
static const struct yaml_field plausible_fields[] = {
    YAML_FIELD_INT("fall", struct raw_plausible, fall, YAML_OPTIONAL, 1, 100),
    YAML_FIELD_INT("rise", struct raw_plausible, rise, YAML_OPTIONAL, 1, PERCENT_MAX),
    YAML_FIELD_INT("from", struct raw_plausible, from, YAML_OPTIONAL, 1, 100000000),
    YAML_FIELDS_END,
};
static const struct yaml_field comments_fields[] = {
    YAML_FIELD("column", struct raw_comments, column, YAML_TEXT, YAML_REQUIRED),
    YAML_FIELD_INT("threshold", struct raw_comments, threshold, YAML_REQUIRED, 2, 1000),
    YAML_FIELD_INT("days", struct raw_comments, days, YAML_REQUIRED, 1, 36500),
    YAML_FIELDS_END,
};

/* ---- scores ------------------------------------------------------------------------------- */

static int64_t
lcm(int64_t a, int64_t b)
{
    int64_t x = a;
    int64_t y = b;
    while (y != 0) {
        int64_t rest = x % y;
        x = y;
        y = rest;
    }
    return a / x * b;
}

static int
find_score(const struct definition *def, const char *id)
{
    for (size_t i = 0; i < def->n_scores; i++) {
        if (strcmp(def->scores[i].id, id) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static void
read_parts(struct reading *in, const struct yaml_node *list, struct survey_score *score)
{
    static const struct yaml_field name = { .type = YAML_ID };
    if (!reading_has_room(in, list, SURVEY_SCORE_PARTS_MAX, "parts")) {
        return;
    }
    for (const struct yaml_node *n = yaml_first(list); n; n = n->next) {
        const char *id = NULL;
        if (yaml_read_value(in->doc, n, "part", &name, &id) > 0) {
            continue;
        }
        int part = score->is_of_scores ? find_score(in->def, id)
                                       : definition_question(in->def, id);
        if (part < 0 || (score->is_of_scores && in->def->scores[part].is_of_scores)) {
            yaml_error(in->doc, n, NULL, "\"%s\" is no %s", id,
                       score->is_of_scores ? "score of questions above this one" : "question");
            continue;
        }
        score->parts[score->n_parts++] = part;
    }
}

static void
read_score(struct reading *in, const struct yaml_node *node)
{
    struct raw_score raw = { .target = -1 };
    if (yaml_read_map(in->doc, node, "a score", score_fields, &raw) > 0) {
        return;
    }
    if (find_score(in->def, raw.id) >= 0 || definition_question(in->def, raw.id) >= 0) {
        yaml_error(in->doc, node, NULL, "\"%s\" is the name of something else", raw.id);
    }
    if (!raw.questions == !raw.of) {
        yaml_error(in->doc, node, NULL, "a score is of questions: or of other scores, of:");
        return;
    }
    struct survey_score score = { .id = reading_keep(in, raw.id), .is_of_scores = raw.of != NULL,
                                  .title = reading_keep(in, raw.title ? raw.title : raw.id) };
    read_parts(in, raw.of ? raw.of : raw.questions, &score);
    score.least = raw.least > 0 ? (int)raw.least : (int)score.n_parts;
    if (score.least > (int)score.n_parts) {
        yaml_error(in->doc, yaml_get(node, "min_answered"), NULL, "there are only %zu parts",
                   score.n_parts);
        return;
    }
    score.has_target = raw.target >= 0;
    score.target = raw.target;
    if (raw.target > in->def->score_out_of) {
        yaml_error(in->doc, yaml_get(node, "target"), NULL, "the scores are out of %d",
                   in->def->score_out_of);
        return;
    }
    in->def->scores[in->def->n_scores++] = score;
}

/* The smallest parts of a point in which every mean of every respondent is a whole number. */
static void
find_unit(struct reading *in, const struct yaml_node *node)
{
    int64_t unit[2] = { 1, 1 }; /* of means of answers; of means of those */
    for (size_t i = 0; i < in->def->n_scores; i++) {
        const struct survey_score *s = &in->def->scores[i];
        for (int n = s->least; n <= (int)s->n_parts; n++) {
            unit[s->is_of_scores] = lcm(unit[s->is_of_scores], n);
        }
    }
    in->def->score_unit = unit[0] * unit[1];
    if (in->def->score_unit > SCORE_UNIT_MAX) {
        yaml_error(in->doc, node, "ask for more answered parts",
                   "these scores need units of 1/%lld", (long long)in->def->score_unit);
    }
}

static void
read_scores(struct reading *in, const struct yaml_node *node)
{
    struct raw_scores raw = { .out_of = 10 };
    if (!node) {
        return;
    }
    yaml_read_map(in->doc, node, "scores", scores_fields, &raw);
    in->def->score_out_of = (int)raw.out_of;
    if (in->def->question_column) {
        yaml_error(in->doc, node, NULL, "scores need one row a person, not one an answer");
    }
    if (in->def->max_points == 0) {
        yaml_error(in->doc, node, NULL, "no answer of the scale has points");
    }
    if (!reading_has_room(in, raw.list, SURVEY_SCORES_MAX, "scores")) {
        return;
    }
    for (const struct yaml_node *n = yaml_first(raw.list); n; n = n->next) {
        read_score(in, n);
    }
    find_unit(in, node);
}

/* Without points: how far the code is above the lowest. */
static void
settle_points(struct definition *def)
{
    int lowest = INT32_MAX;
    for (size_t i = 0; i < def->n_slots; i++) {
        bool counts = def->scale[i].tone != TONE_UNKNOWN;
        lowest = counts && def->scale[i].code < lowest ? def->scale[i].code : lowest;
    }
    for (size_t i = 0; i < def->n_slots; i++) {
        struct scale_code *c = &def->scale[i];
        if (c->tone == TONE_UNKNOWN) {
            c->points = 0;
        } else if (c->points < 0) {
            c->points = c->code - lowest;
        }
        def->max_points = c->points > def->max_points ? c->points : def->max_points;
    }
}

/* ---- units -------------------------------------------------------------------------------- */

/* "A > B" to a path of the rollup. */
static const char *
read_path(struct reading *in, const struct yaml_node *at, const char *text)
{
    char path[UNIT_PATH_MAX];
    size_t len = 0;
    size_t levels = 0;
    for (const char *s = text; s && *s;) {
        const char *cut = strstr(s, " > ");
        size_t n = cut ? (size_t)(cut - s) : strlen(s);
        if (n == 0 || n >= sizeof path - len - 1) {
            yaml_error(in->doc, at, NULL, "a unit without a name, or with a very long one");
            return NULL;
        }
        memcpy(path + len, s, n);
        len += n;
        path[len++] = UNIT_SEPARATOR;
        levels++;
        s = cut ? cut + 3 : s + n;
    }
    path[len] = '\0';
    if (levels > in->def->n_levels) {
        yaml_error(in->doc, at, NULL, "%zu levels, and the survey has %zu", levels,
                   in->def->n_levels);
    }
    return reading_keep(in, path);
}

static int32_t
read_month(struct reading *in, const struct yaml_node *node, const char *text)
{
    day_t day = DAY_NONE;
    int32_t month = day_parse(text, &day) == 0 ? day_month(day) : -1;
    if (day == DAY_NONE || day != month_first_day(month)) {
        yaml_error(in->doc, yaml_get(node, "from"), "write it as 2020-04-01",
                   "\"%s\" is no first day of a month", text);
    }
    return month;
}

static void
read_moves(struct reading *in, const struct yaml_node *list)
{
    if (!list || !reading_has_room(in, list, SURVEY_MOVES_MAX, "moves")) {
        return;
    }
    in->def->moves = ARENA_LIST(in->def->mem, list->n, struct survey_unit_move);
    for (const struct yaml_node *n = yaml_first(list); n && in->def->moves; n = n->next) {
        struct raw_move raw = { 0 };
        if (yaml_read_map(in->doc, n, "a move", move_fields, &raw) > 0) {
            continue;
        }
        in->def->moves[in->def->n_moves++] = (struct survey_unit_move){
            .from = read_path(in, yaml_get(n, "unit"), raw.unit),
            .to = read_path(in, yaml_get(n, "to"), raw.to),
            .month = read_month(in, n, raw.from),
        };
    }
}

static void
read_headcounts(struct reading *in, const struct yaml_node *list)
{
    if (!list || !reading_has_room(in, list, SURVEY_HEADCOUNTS_MAX, "headcounts")) {
        return;
    }
    in->def->headcounts = ARENA_LIST(in->def->mem, list->n, struct survey_headcount);
    for (const struct yaml_node *n = yaml_first(list); n && in->def->headcounts; n = n->next) {
        struct raw_headcount raw = { 0 };
        if (yaml_read_map(in->doc, n, "a headcount", headcount_fields, &raw) > 0) {
            continue;
        }
        in->def->headcounts[in->def->n_headcounts++] = (struct survey_headcount){
            .unit = read_path(in, yaml_get(n, "unit"), raw.unit ? raw.unit : ""),
            .month = read_month(in, n, raw.from),
            .n = raw.n,
        };
    }
}

/* ---- the rest ----------------------------------------------------------------------------- */

static void
read_comments(struct reading *in, const struct yaml_node *node)
{
    struct raw_comments raw = { 0 };
    if (!node || yaml_read_map(in->doc, node, "comments", comments_fields, &raw) > 0) {
        return;
    }
    if (!in->def->response_column) {
        yaml_error(in->doc, node, NULL, "comments: need response ids, or nobody could have one "
                                        "erased");
    }
    if (raw.threshold < in->def->threshold) {
        yaml_error(in->doc, yaml_get(node, "threshold"), NULL,
                   "words tell more than figures: at least the survey's own threshold, %d",
                   in->def->threshold);
    }
    in->def->comment_column = reading_keep(in, raw.column);
    in->def->comment_threshold = (int)raw.threshold;
    in->def->comment_days = (int)raw.days;
}

void
reading_more(struct reading *in, const struct raw_more *more)
{
    struct raw_plausible plausible = { .fall = 80, .rise = 400, .from = 50 };
    settle_points(in->def);
    in->def->score_unit = 1;
    read_scores(in, more->scores);
    read_moves(in, more->moves);
    read_headcounts(in, more->headcounts);
    read_comments(in, more->comments);
    if (more->plausible) {
        yaml_read_map(in->doc, more->plausible, "plausible", plausible_fields, &plausible);
    }
    in->def->fall_percent = (int)plausible.fall;
    in->def->rise_percent = (int)plausible.rise;
    in->def->plausible_from = plausible.from;
    in->def->raw_days = (int)more->raw_days;
}
