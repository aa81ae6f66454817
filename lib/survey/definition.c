/* SPDX-License-Identifier: MIT */
/* definition.c - what a survey file means, read from YAML and checked whole. */
#include "survey/definition.h"

#include <stdlib.h>
#include <string.h>

#include "survey/reading.h"

/* The file as it stands, before it is checked. */
struct raw_definition {
    const char *id;
    const char *title;
    const char *source;
    const char *version;
    int64_t threshold;
    int64_t closes_after;
    int better;
    const struct yaml_node *dates;
    const struct yaml_node *units;
    const char *response;
    const struct yaml_node *layout;
    const struct yaml_node *questions;
    const struct yaml_node *scale;
    const char *revision;
    const char *groups;
    bool publish_groups;
    int publish_totals;
    int delimiter;
    const struct yaml_node *status;
    struct raw_more more;
    const struct yaml_node *trends;
};
struct raw_dates {
    const char *column;
    const char *day;
    const struct yaml_node *forms;
    const char *from;
    const char *to;
};
struct raw_status {
    const char *column;
    const struct yaml_node *withdrawn;
};
struct raw_units {
    const struct yaml_node *columns;
    int empty;
};
struct raw_scale {
    bool unknown_counts;
    const struct yaml_node *answers;
};
struct raw_layout {
    const char *question;
    const char *answer;
};
struct raw_code {
    int64_t code;
    const char *label;
    int tone;
    int64_t points;
    int nps;
    const struct yaml_node *spellings;
};

/* Words in the order of their enums, from 1. */
static const char *const delimiter_words[] = { "comma", "semicolon", "tab", NULL };
static const char *const better_words[] = { "higher", "lower", "neutral", NULL };
static const char *const totals_words[] = { "quarter", "year", "financial-year", NULL };
static const char *const empty_words[] = { "higher", "refuse", NULL };
static const char *const tone_words[] = { "positive", "neutral", "negative", "unknown", NULL };
static const char *const nps_words[] = { "promoter", "passive", "detractor", NULL };
static const char *const form_words[] = { "iso",   "iso-time",   "d/m/y",     "d/m/y-time",
                                          "m/d/y", "m/d/y-time", "d-month-y", "compact",
                                          NULL };

static const struct yaml_field definition_fields[] = {
    YAML_FIELD("survey", struct raw_definition, id, YAML_ID, YAML_REQUIRED),
    YAML_FIELD("title", struct raw_definition, title, YAML_TEXT, YAML_REQUIRED),
    YAML_FIELD("source", struct raw_definition, source, YAML_PROSE, YAML_OPTIONAL),
    YAML_FIELD("version", struct raw_definition, version, YAML_ID, YAML_REQUIRED),
    YAML_FIELD_INT("threshold", struct raw_definition, threshold, YAML_OPTIONAL, 2, 1000),
    YAML_FIELD_INT("closes_after", struct raw_definition, closes_after, YAML_OPTIONAL, 0, 250),
    YAML_FIELD_WORD("better", struct raw_definition, better, YAML_OPTIONAL, better_words),
    YAML_FIELD("dates", struct raw_definition, dates, YAML_KEYS, YAML_REQUIRED),
    YAML_FIELD("units", struct raw_definition, units, YAML_KEYS, YAML_REQUIRED),
    YAML_FIELD("response", struct raw_definition, response, YAML_TEXT, YAML_REQUIRED),
    YAML_FIELD("long", struct raw_definition, layout, YAML_KEYS, YAML_OPTIONAL),
    YAML_FIELD("questions", struct raw_definition, questions, YAML_ITEMS, YAML_REQUIRED),
    YAML_FIELD("scale", struct raw_definition, scale, YAML_KEYS, YAML_REQUIRED),
    YAML_FIELD("revision", struct raw_definition, revision, YAML_TEXT, YAML_OPTIONAL),
    YAML_FIELD("status", struct raw_definition, status, YAML_KEYS, YAML_OPTIONAL),
    YAML_FIELD("groups", struct raw_definition, groups, YAML_TEXT, YAML_OPTIONAL),
    YAML_FIELD("publish_groups", struct raw_definition, publish_groups, YAML_BOOL, YAML_OPTIONAL),
    YAML_FIELD_WORD("publish_totals", struct raw_definition, publish_totals, YAML_OPTIONAL,
                    totals_words),
    YAML_FIELD_WORD("delimiter", struct raw_definition, delimiter, YAML_OPTIONAL,
                    delimiter_words),
    YAML_FIELD("scores", struct raw_definition, more.scores, YAML_KEYS, YAML_OPTIONAL),
    YAML_FIELD("moves", struct raw_definition, more.moves, YAML_ITEMS, YAML_OPTIONAL),
    YAML_FIELD("headcounts", struct raw_definition, more.headcounts, YAML_ITEMS, YAML_OPTIONAL),
    YAML_FIELD("plausible", struct raw_definition, more.plausible, YAML_KEYS, YAML_OPTIONAL),
    YAML_FIELD("comments", struct raw_definition, more.comments, YAML_KEYS, YAML_OPTIONAL),
    YAML_FIELD_INT("raw_days", struct raw_definition, more.raw_days, YAML_OPTIONAL, 31, 36500),
    YAML_FIELD("trends", struct raw_definition, trends, YAML_KEYS, YAML_OPTIONAL),
    YAML_FIELDS_END,
};
static const struct yaml_field dates_fields[] = {
    YAML_FIELD("column", struct raw_dates, column, YAML_TEXT, YAML_OPTIONAL),
    YAML_FIELD("forms", struct raw_dates, forms, YAML_ITEMS, YAML_OPTIONAL),
    YAML_FIELD("day", struct raw_dates, day, YAML_TEXT, YAML_OPTIONAL),
    YAML_FIELD("from", struct raw_dates, from, YAML_TEXT, YAML_OPTIONAL),
    YAML_FIELD("to", struct raw_dates, to, YAML_TEXT, YAML_OPTIONAL),
    YAML_FIELDS_END,
};
static const struct yaml_field status_fields[] = {
    YAML_FIELD("column", struct raw_status, column, YAML_TEXT, YAML_REQUIRED),
    YAML_FIELD("withdrawn", struct raw_status, withdrawn, YAML_ITEMS, YAML_REQUIRED),
    YAML_FIELDS_END,
};
static const struct yaml_field units_fields[] = {
    YAML_FIELD("columns", struct raw_units, columns, YAML_ITEMS, YAML_REQUIRED),
    YAML_FIELD_WORD("empty", struct raw_units, empty, YAML_OPTIONAL, empty_words),
    YAML_FIELDS_END,
};
static const struct yaml_field layout_fields[] = {
    YAML_FIELD("question", struct raw_layout, question, YAML_TEXT, YAML_REQUIRED),
    YAML_FIELD("answer", struct raw_layout, answer, YAML_TEXT, YAML_REQUIRED),
    YAML_FIELDS_END,
};
static const struct yaml_field question_fields[] = {
    YAML_FIELD("id", struct survey_question, id, YAML_ID, YAML_REQUIRED),
    YAML_FIELD("wording", struct survey_question, wording, YAML_PROSE, YAML_REQUIRED),
    YAML_FIELD("column", struct survey_question, column, YAML_TEXT, YAML_OPTIONAL),
    YAML_FIELD("version", struct survey_question, version, YAML_ID, YAML_OPTIONAL),
    YAML_FIELDS_END,
};
static const struct yaml_field scale_fields[] = {
    YAML_FIELD("unknown_counts", struct raw_scale, unknown_counts, YAML_BOOL, YAML_OPTIONAL),
    YAML_FIELD("answers", struct raw_scale, answers, YAML_ITEMS, YAML_REQUIRED),
    YAML_FIELDS_END,
};
static const struct yaml_field code_fields[] = {
    YAML_FIELD_INT("code", struct raw_code, code, YAML_REQUIRED, -100, 100),
    YAML_FIELD("label", struct raw_code, label, YAML_TEXT, YAML_REQUIRED),
    YAML_FIELD_WORD("tone", struct raw_code, tone, YAML_REQUIRED, tone_words),
    YAML_FIELD("spellings", struct raw_code, spellings, YAML_ITEMS, YAML_OPTIONAL),
    YAML_FIELD_INT("points", struct raw_code, points, YAML_OPTIONAL, 0, 1000),
    YAML_FIELD_WORD("nps", struct raw_code, nps, YAML_OPTIONAL, nps_words),
    YAML_FIELDS_END,
};

const char *
reading_keep(struct reading *in, const char *s)
{
    return s ? arena_text(in->def->mem, s) : NULL;
}

bool
reading_has_room(struct reading *in, const struct yaml_node *list, size_t max, const char *what)
{
    if (list && list->n >= 1 && list->n <= max) {
        return true;
    }
    if (list) {
        yaml_error(in->doc, list, NULL, "%zu %s: there must be 1 to %zu", list->n, what, max);
    }
    return false;
}

static void
read_bound(struct reading *in, const struct yaml_node *dates, const char *key, day_t *ret)
{
    const struct yaml_node *node = yaml_get(dates, key);
    if (!yaml_is_null(node) && day_parse(node->text, ret) < 0) {
        yaml_error(in->doc, node, "write it as 2020-04-01", "\"%s\" is no date", node->text);
    }
}

static void
read_dates(struct reading *in, const struct yaml_node *node)
{
    struct raw_dates raw = { 0 };
    yaml_read_map(in->doc, node, "dates", dates_fields, &raw);
    in->def->date_column = reading_keep(in, raw.column);
    read_bound(in, node, "from", &in->def->first_day);
    read_bound(in, node, "to", &in->def->last_day);
    if (in->def->first_day != DAY_NONE && in->def->last_day != DAY_NONE
        && in->def->last_day < in->def->first_day) {
        yaml_error(in->doc, yaml_get(node, "to"), NULL, "the last day lies before the first");
    }
    if (raw.day) {
        read_bound(in, node, "day", &in->def->fixed_day);
    }
    if (raw.day ? raw.column || raw.forms : !raw.column || !raw.forms) {
        yaml_error(in->doc, node, "a file without dates has `day:` in their place",
                   "dates: needs column: and forms:, or day: alone");
    }
    if (!reading_has_room(in, raw.forms, SURVEY_DATE_FORMS_MAX, "date forms")) {
        return;
    }
    static const struct yaml_field form = { .type = YAML_WORD, .words = form_words };
    for (const struct yaml_node *n = yaml_first(raw.forms); n; n = n->next) {
        int word = 0;
        if (yaml_read_value(in->doc, n, "date form", &form, &word) == 0) {
            in->def->date_forms[in->def->n_date_forms++] = (enum date_form)word;
        }
    }
}

static void
read_units(struct reading *in, const struct yaml_node *node)
{
    struct raw_units raw = { .empty = EMPTY_UNIT_HIGHER };
    yaml_read_map(in->doc, node, "units", units_fields, &raw);
    in->def->empty_unit = (enum empty_unit)raw.empty;
    if (!reading_has_room(in, raw.columns, SURVEY_LEVELS_MAX, "unit columns")) {
        return;
    }
    static const struct yaml_field column = { .type = YAML_TEXT };
    for (const struct yaml_node *n = yaml_first(raw.columns); n; n = n->next) {
        const char *name = NULL;
        if (yaml_read_value(in->doc, n, "unit column", &column, &name) == 0) {
            in->def->unit_columns[in->def->n_levels++] = reading_keep(in, name);
        }
    }
}

static void
read_layout(struct reading *in, const struct yaml_node *node)
{
    if (!node) {
        return;
    }
    struct raw_layout raw = { 0 };
    yaml_read_map(in->doc, node, "long", layout_fields, &raw);
    in->def->question_column = reading_keep(in, raw.question);
    in->def->answer_column = reading_keep(in, raw.answer);
}

static void
read_question(struct reading *in, const struct yaml_node *node)
{
    struct survey_question q = { 0 };
    if (yaml_read_map(in->doc, node, "a question", question_fields, &q) > 0 || !q.id) {
        return;
    }
    if (definition_question(in->def, q.id) >= 0) {
        yaml_error(in->doc, yaml_get(node, "id"), NULL, "question \"%s\" stands there twice", q.id);
        return;
    }
    if (!q.column && !in->def->question_column) {
        yaml_error(in->doc, node, "or say under long: which columns hold question and answer",
                   "question \"%s\" has no column", q.id);
    }
    if (q.column && in->def->question_column) {
        yaml_error(in->doc, yaml_get(node, "column"), "leave it out",
                   "question \"%s\" has a column of its own in a long file", q.id);
    }
    in->def->questions[in->def->n_questions++] =
        (struct survey_question){ .id = reading_keep(in, q.id),
                                  .wording = reading_keep(in, q.wording),
                                  .column = reading_keep(in, q.column),
                                  .version = reading_keep(in, q.version) };
}

static size_t
lower_copy(char *to, size_t cap, const char *from, size_t len)
{
    size_t n = 0;
    while (len > 0 && (*from == ' ' || *from == '\t')) {
        from++;
        len--;
    }
    while (len > 0 && (from[len - 1] == ' ' || from[len - 1] == '\t')) {
        len--;
    }
    if (len >= cap) {
        return 0;
    }
    for (; n < len; n++) {
        to[n] = from[n] >= 'A' && from[n] <= 'Z' ? (char)(from[n] + 32) : from[n];
    }
    to[n] = '\0';
    return n;
}

int
definition_slot(const struct definition *d, const char *spelling, size_t len)
{
    char lower[SURVEY_SPELLING_LEN_MAX];
    size_t n = lower_copy(lower, sizeof lower, spelling, len);
    for (size_t i = 0; n > 0 && i < d->n_spellings; i++) {
        if (d->spellings[i].len == n && memcmp(d->spellings[i].text, lower, n) == 0) {
            return d->spellings[i].slot;
        }
    }
    return -1;
}

static void
add_spelling(struct reading *in, const struct yaml_node *at, const char *text, int slot)
{
    int other = definition_slot(in->def, text, strlen(text));
    char lower[SURVEY_SPELLING_LEN_MAX];
    size_t n = lower_copy(lower, sizeof lower, text, strlen(text));
    if (other >= 0 && other != slot) {
        yaml_error(in->doc, at, NULL, "\"%s\" already means code %d", text,
                   in->def->scale[other].code);
    } else if (n == 0) {
        yaml_error(in->doc, at, NULL, "a spelling of nothing, or of more than %d bytes",
                   SURVEY_SPELLING_LEN_MAX - 1);
    } else if (other < 0) {
        in->def->spellings[in->def->n_spellings++] =
            (struct scale_spelling){ reading_keep(in, lower), n, slot };
    }
}

static void
read_spellings(struct reading *in, const struct yaml_node *list, struct scale_code *code, int slot)
{
    if (!list || !reading_has_room(in, list, SURVEY_SPELLINGS_MAX, "spellings")) {
        return;
    }
    static const struct yaml_field spelling = { .type = YAML_TEXT };
    for (const struct yaml_node *n = yaml_first(list); n; n = n->next) {
        const char *text = NULL;
        if (yaml_read_value(in->doc, n, "spelling", &spelling, &text) == 0) {
            code->spellings[code->n_spellings++] = reading_keep(in, text);
            add_spelling(in, n, text, slot);
        }
    }
}

static void
read_code(struct reading *in, const struct yaml_node *node)
{
    struct raw_code raw = { .points = -1 };
    if (yaml_read_map(in->doc, node, "an answer", code_fields, &raw) > 0) {
        return;
    }
    int slot = (int)in->def->n_slots;
    struct scale_code *code = &in->def->scale[in->def->n_slots++];
    *code = (struct scale_code){ .code = (int)raw.code, .tone = (enum tone)raw.tone,
                                 .label = reading_keep(in, raw.label),
                                 .points = (int)raw.points, .nps = raw.nps };
    in->def->has_nps |= raw.nps == NPS_PROMOTER;
    const char *number = arena_textf(in->def->mem, "%d", code->code);
    add_spelling(in, yaml_get(node, "code"), number ? number : "", slot);
    add_spelling(in, yaml_get(node, "label"), raw.label, slot);
    read_spellings(in, raw.spellings, code, slot);
}

static void
read_scale(struct reading *in, const struct yaml_node *node)
{
    struct raw_scale raw = { .unknown_counts = true };
    yaml_read_map(in->doc, node, "scale", scale_fields, &raw);
    in->def->unknown_counts = raw.unknown_counts;
    in->def->spellings = ARENA_LIST(in->def->mem, SURVEY_SLOTS_MAX * (SURVEY_SPELLINGS_MAX + 2),
                                    struct scale_spelling);
    if (!in->def->spellings || !reading_has_room(in, raw.answers, SURVEY_SLOTS_MAX, "answers")) {
        return;
    }
    for (const struct yaml_node *n = yaml_first(raw.answers); n; n = n->next) {
        read_code(in, n);
    }
}

static void
read_status(struct reading *in, const struct yaml_node *node)
{
    if (!node) {
        return;
    }
    struct raw_status raw = { 0 };
    static const struct yaml_field word = { .type = YAML_TEXT };
    yaml_read_map(in->doc, node, "status", status_fields, &raw);
    in->def->status_column = reading_keep(in, raw.column);
    if (!in->def->response_column) {
        yaml_error(in->doc, node, NULL, "status: needs response ids: whose answers would go?");
    }
    if (!reading_has_room(in, raw.withdrawn, SURVEY_WORDS_MAX, "words")) {
        return;
    }
    for (const struct yaml_node *n = yaml_first(raw.withdrawn); n; n = n->next) {
        const char *text = NULL;
        if (yaml_read_value(in->doc, n, "status word", &word, &text) == 0) {
            in->def->withdrawn[in->def->n_withdrawn++] = reading_keep(in, text);
        }
    }
}

static void
read_responses(struct reading *in, const struct raw_definition *raw)
{
    struct definition *def = in->def;
    bool has_response = raw->response && strcmp(raw->response, "none") != 0;
    def->response_column = has_response ? reading_keep(in, raw->response) : NULL;
    def->revision_column = reading_keep(in, raw->revision);
    def->group_column = reading_keep(in, raw->groups);
    def->publishes_groups = raw->publish_groups;
    if (raw->publish_groups && !raw->groups) {
        yaml_error(in->doc, yaml_get(yaml_root(in->doc), "publish_groups"), NULL,
                   "publish_groups: there are no groups: name their column");
    }
    def->totals = (enum survey_totals)raw->publish_totals;
    if (raw->publish_totals && raw->publish_groups) {
        yaml_error(in->doc, yaml_get(yaml_root(in->doc), "publish_totals"), "leave one of them out",
                   "publish_totals: groups of months and of people have not been solved together");
    }
    if (raw->revision && !has_response) {
        yaml_error(in->doc, yaml_get(yaml_root(in->doc), "revision"), NULL,
                   "revision: needs response ids: what would it revise?");
    }
    read_status(in, raw->status);
}

static void
check_targets(struct reading *in)
{
    bool has_target = in->def->trends.has_target;
    for (size_t i = 0; i < in->def->n_scores; i++) {
        has_target = has_target || in->def->scores[i].has_target;
    }
    if (has_target && in->def->direction == 0) {
        yaml_error(in->doc, yaml_get(yaml_root(in->doc), "better"), "say higher or lower",
                   "a target is set, and neither way is better: what would meet it?");
    }
}

static int
read_root(struct reading *in, const struct diag *d)
{
    struct raw_definition raw = { .threshold = 5, .closes_after = 9, .better = 1 };
    yaml_read_map(in->doc, yaml_root(in->doc), "the survey", definition_fields, &raw);
    struct definition *def = in->def;
    def->id = reading_keep(in, raw.id);
    def->title = reading_keep(in, raw.title);
    def->source = reading_keep(in, raw.source ? raw.source : "");
    def->version = reading_keep(in, raw.version);
    def->threshold = (int)raw.threshold;
    def->closes_after = (int)raw.closes_after;
    def->delimiter = ",,;\t"[raw.delimiter];
    static const int directions[] = { 0, 1, -1, 0 };
    def->direction = directions[raw.better];
    read_responses(in, &raw);
    if (def->id && strlen(def->id) >= SURVEY_ID_MAX) {
        yaml_error(in->doc, yaml_get(yaml_root(in->doc), "survey"), NULL, "the id is too long");
    }
    def->trends = trends_default();
    if (raw.trends) {
        trends_read(in->doc, raw.trends, def->mem, &def->trends);
    }
    read_layout(in, raw.layout);
    if (raw.dates) {
        read_dates(in, raw.dates);
    }
    if (raw.units) {
        read_units(in, raw.units);
    }
    if (raw.scale) {
        read_scale(in, raw.scale);
    }
    if (reading_has_room(in, raw.questions, SURVEY_QUESTIONS_MAX, "questions")) {
        for (const struct yaml_node *n = yaml_first(raw.questions); n; n = n->next) {
            read_question(in, n);
        }
    }
    reading_more(in, &raw.more);
    check_targets(in);
    return d->n_errors > 0 ? -EBADMSG : 0;
}

static int
read_doc(const struct yaml_doc *doc, const struct diag *d, struct definition **ret)
{
    AUTO(definition) struct definition *def = calloc(1, sizeof *def);
    if (!def) {
        return -ENOMEM;
    }
    def->mem = arena_open();
    if (!def->mem) {
        return -ENOMEM;
    }
    def->first_day = DAY_NONE;
    def->last_day = DAY_NONE;
    def->fixed_day = DAY_NONE;
    struct reading in = { doc, def };
    size_t len = 0;
    const char *text = yaml_source(doc, &len);
    def->digest = hash_sha256(text, len);
    def->text = arena_textn(def->mem, text, len);
    int r = read_root(&in, d);
    if (r < 0 || arena_is_bad(def->mem)) {
        return r < 0 ? r : -ENOMEM;
    }
    *ret = TAKE(def);
    return 0;
}

int
definition_read(const char *path, struct diag *d, struct definition **ret)
{
    AUTO(yaml_doc) struct yaml_doc *doc = NULL;
    int r = yaml_read_file(path, d, &doc);
    return r < 0 ? r : read_doc(doc, d, ret);
}

int
definition_parse(const char *name, const char *bytes, size_t len, struct diag *d,
                 struct definition **ret)
{
    AUTO(yaml_doc) struct yaml_doc *doc = NULL;
    int r = yaml_read_text(name, bytes, len, d, &doc);
    return r < 0 ? r : read_doc(doc, d, ret);
}

struct definition *
definition_free(struct definition *d)
{
    if (d) {
        arena_free(d->mem);
        free(d);
    }
    return NULL;
}

int
definition_question(const struct definition *d, const char *id)
{
    for (size_t i = 0; i < d->n_questions; i++) {
        if (strcmp(d->questions[i].id, id) == 0) {
            return (int)i;
        }
    }
    return -1;
}
