/* SPDX-License-Identifier: MIT */
/* mapping.c - from a row of a file to answers, or to the reason why it is refused. */
#include "survey/mapping.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

enum { UNIT_NAME_MAX = 300, COLUMN_MAX = 64 };

struct scan_field
mapping_trimmed(struct scan_field f)
{
    while (f.len > 0 && (*f.s == ' ' || *f.s == '\t')) {
        f.s++;
        f.len--;
    }
    while (f.len > 0 && (f.s[f.len - 1] == ' ' || f.s[f.len - 1] == '\t')) {
        f.len--;
    }
    return f;
}

/* The column that was perhaps meant. None is shown: a file without a header has answers there. */
static size_t
near_column(const struct scan_row *header, const char *name)
{
    for (size_t i = 0; i < header->n_fields; i++) {
        char one[COLUMN_MAX];
        struct scan_field f = mapping_trimmed(header->fields[i]);
        const char *const names[] = { one, NULL };
        if (f.len > 0 && f.len < sizeof one) {
            for (size_t k = 0; k < f.len; k++) {
                one[k] = (char)tolower((unsigned char)f.s[k]);
            }
            one[f.len] = '\0';
            if (text_near(name, names)) {
                return i + 1;
            }
        }
    }
    return 0;
}

int
mapping_column(const struct scan_row *header, const char *name, int *ret, struct err *reterr)
{
    int found = -1;
    for (size_t i = 0; i < header->n_fields; i++) {
        struct scan_field f = mapping_trimmed(header->fields[i]);
        if (f.len != strlen(name) || strncasecmp(f.s, name, f.len) != 0) {
            continue;
        }
        if (found >= 0) {
            return err_set(reterr, -EBADMSG, "the header names column \"%s\" twice", name);
        }
        found = (int)i;
    }
    if (found < 0) {
        size_t near = near_column(header, name);
        char hint[64] = ": is that line the header?";
        if (near > 0) {
            (void)snprintf(hint, sizeof hint, ": is it column %zu, otherwise spelt?", near);
        }
        return err_set(reterr, -EBADMSG, "the header, line %lld, has no column \"%s\" among its "
                       "%zu%s", (long long)header->line, name, header->n_fields, hint);
    }
    *ret = found;
    return 0;
}

/* A column that the definition may leave out. */
static int
find_optional(const struct scan_row *header, const char *name, int *ret, struct err *reterr)
{
    *ret = -1;
    return name ? mapping_column(header, name, ret, reterr) : 0;
}

static const struct {
    char c;
    const char *name;  /* in a definition */
    const char *shown;
} delimiters[] = { { ',', "comma", "commas" },
                   { ';', "semicolon", "semicolons" },
                   { '\t', "tab", "TABs" } };

static size_t
delimiter_at(char c)
{
    size_t i = 0;
    while (delimiters[i].c != c) {
        i++;
    }
    return i;
}

/* A header in one piece: every survey has more columns than one. */
static int
check_delimiter(const struct definition *def, const struct scan_row *header, struct err *reterr)
{
    const struct scan_field *all = &header->fields[0];
    if (header->n_fields <= 2 && all->len >= 4 && memcmp(all->s, "sep=", 4) == 0) {
        return err_set(reterr, -EBADMSG, "its first line only tells a spreadsheet what divides the "
                       "columns: remove it");
    }
    for (size_t i = 0; header->n_fields == 1 && i < LENGTH(delimiters); i++) {
        if (memchr(all->s, delimiters[i].c, all->len)) {
            return err_set(reterr, -EBADMSG, "its columns are divided by %s, and the definition "
                           "wants %s: export it so, or put `delimiter: %s` into the definition",
                           delimiters[i].shown, delimiters[delimiter_at(def->delimiter)].shown,
                           delimiters[i].name);
        }
    }
    return 0;
}

int
mapping_header(const struct definition *def, const struct scan_row *header, struct err *reterr)
{
    return header->fault == SCAN_OK
               ? check_delimiter(def, header, reterr)
               : err_set(reterr, -EBADMSG, "the header, line %lld, column %zu: %s%s",
                         (long long)header->line, header->column, scan_fault_words(header->fault),
                         header->fault == SCAN_NUL ? ": is it UTF-16? save it as CSV UTF-8" : "");
}

int
mapping_init(struct mapping *m, const struct definition *def, const struct scan_row *header,
             day_t today, struct err *reterr)
{
    *m = (struct mapping){ .def = def, .n_columns = header->n_fields, .today = today };
    m->fixed_day = def->fixed_day;
    m->fixed_month = def->fixed_day == DAY_NONE ? 0 : day_month(def->fixed_day);
    int r = mapping_header(def, header, reterr);
    r = r < 0 ? r : find_optional(header, def->date_column, &m->date, reterr);
    for (size_t i = 0; r == 0 && i < def->n_levels; i++) {
        r = mapping_column(header, def->unit_columns[i], &m->unit[i], reterr);
    }
    r = r < 0 ? r : find_optional(header, def->response_column, &m->response, reterr);
    r = r < 0 ? r : find_optional(header, def->revision_column, &m->revision, reterr);
    r = r < 0 ? r : find_optional(header, def->status_column, &m->status, reterr);
    r = r < 0 ? r : find_optional(header, def->group_column, &m->group, reterr);
    r = r < 0 ? r : find_optional(header, def->comment_column, &m->comment, reterr);
    r = r < 0 ? r : find_optional(header, def->question_column, &m->question, reterr);
    r = r < 0 ? r : find_optional(header, def->answer_column, &m->answer, reterr);
    for (size_t i = 0; r == 0 && i < def->n_questions; i++) {
        r = find_optional(header, def->questions[i].column, &m->questions[i], reterr);
    }
    return r;
}

/* A value as it may be shown in a report: short, and without anything that moves a cursor. */
static void
show_value(char buf[REJECT_DETAIL_MAX], struct scan_field f)
{
    enum { SHOWN_MAX = 24 };
    size_t n = f.len < SHOWN_MAX ? f.len : SHOWN_MAX;
    while (n < f.len && n > 0 && ((unsigned char)f.s[n] & 0xC0) == 0x80) {
        n--; /* not in the middle of a character */
    }
    for (size_t i = 0; i < n; i++) {
        buf[i] = (unsigned char)f.s[i] < 0x20 || f.s[i] == 0x7F ? '?' : f.s[i];
    }
    (void)snprintf(buf + n, REJECT_DETAIL_MAX - n, "%s", n < f.len ? "..." : "");
}

static int
refuse(struct reject *ret, const struct scan_row *row, enum reject_reason reason, int column)
{
    *ret = (struct reject){ .reason = reason, .line = row->line, .column = (size_t)column + 1 };
    /* Unit names and response ids are not repeated: they may be typed into the wrong column. */
    bool is_shown = reason == REJECT_CODE || reason == REJECT_DATE || reason == REJECT_DATE_RANGE
                    || reason == REJECT_DATE_FUTURE || reason == REJECT_DATE_AMBIGUOUS
                    || reason == REJECT_QUESTION;
    if (is_shown) {
        show_value(ret->detail, row->fields[column]);
    }
    return 0;
}

/* The seat of a date's spelling: by the bytes that differ most, those of month and day. */
static struct date_seat *
date_seat(struct mapping *m, struct scan_field f)
{
    uint32_t front = 0;
    uint32_t back = 0;
    if (f.len < 2 * sizeof front || f.len > DATE_SEAT_LEN) {
        return NULL;
    }
    memcpy(&front, f.s, sizeof front);
    memcpy(&back, f.s + f.len - sizeof back, sizeof back);
    if (f.len > 2 * sizeof front) {
        uint32_t middle = 0;
        memcpy(&middle, f.s + 4, sizeof middle);
        front = front * 31 + middle;
    }
    return &m->dates[((front * 0x9E3779B1u) ^ (back * 0x85EBCA6Bu)) >> 22];
}

static int
read_date(struct mapping *m, struct scan_field f, struct mapped *ret, bool *ret_ambiguous)
{
    struct date_seat *seat = date_seat(m, f);
    if (seat && seat->len == f.len && memcmp(seat->text, f.s, f.len) == 0) {
        ret->day = seat->day;
        ret->month = seat->month;
        return 0;
    }
    struct scan_field t = mapping_trimmed(f);
    ret->day = definition_day(m->def, t.s, t.len, ret_ambiguous);
    if (ret->day == DAY_NONE) {
        return -EINVAL;
    }
    ret->month = day_month(ret->day);
    if (seat) {
        memcpy(seat->text, f.s, f.len);
        seat->len = (uint8_t)f.len;
        seat->day = ret->day;
        seat->month = ret->month;
    }
    return 0;
}

static int
map_date(struct mapping *m, const struct scan_row *row, struct mapped *ret, struct reject *no)
{
    if (m->date < 0) {
        ret->day = m->fixed_day;
        ret->month = m->fixed_month;
        return 1;
    }
    bool ambiguous = false;
    ret->date = row->fields[m->date];
    if (read_date(m, ret->date, ret, &ambiguous) < 0) {
        return refuse(no, row, ambiguous ? REJECT_DATE_AMBIGUOUS : REJECT_DATE, m->date);
    }
    const struct definition *def = m->def;
    if ((def->first_day != DAY_NONE && ret->day < def->first_day)
        || (def->last_day != DAY_NONE && ret->day > def->last_day)) {
        return refuse(no, row, REJECT_DATE_RANGE, m->date);
    }
    if (m->today != DAY_NONE && ret->day > m->today) {
        return refuse(no, row, REJECT_DATE_FUTURE, m->date);
    }
    return 1;
}

static bool
is_unit_name(struct scan_field f)
{
    if (f.len > UNIT_NAME_MAX) {
        return false;
    }
    bool is_ascii = true;
    for (size_t i = 0; i < f.len; i++) {
        if ((unsigned char)f.s[i] < 0x20 || f.s[i] == 0x7F) {
            return false;
        }
        is_ascii = is_ascii && (unsigned char)f.s[i] < 0x80;
    }
    return is_ascii || !text_has_unseen(f.s, f.len);
}

static int
map_unit(const struct mapping *m, const struct scan_row *row, struct mapped *ret, struct reject *no)
{
    size_t n_levels = m->def->n_levels;
    ret->n_unit = 0;
    for (size_t i = 0; i < n_levels; i++) {
        struct scan_field f = mapping_trimmed(row->fields[m->unit[i]]);
        bool is_gap = f.len > 0 && ret->n_unit < i; /* a team in no service is a mistake */
        if (!is_unit_name(f) || is_gap) {
            return refuse(no, row, REJECT_UNIT, m->unit[i]);
        }
        if (f.len > 0) {
            ret->unit[ret->n_unit++] = f;
        }
    }
    bool is_short = ret->n_unit < n_levels && m->def->empty_unit == EMPTY_UNIT_REFUSE;
    if (ret->n_unit == 0 || is_short) {
        return refuse(no, row, REJECT_UNIT, m->unit[ret->n_unit]);
    }
    return 1;
}

/* The seat of a short word, and whether it holds it; NULL for a long one. */
static struct word_seat *
find_word(struct word_seat *seats, struct scan_field f, bool *ret_known)
{
    uint64_t word = 0;
    *ret_known = false;
    if (f.len == 0 || f.len > sizeof word) {
        return NULL;
    }
    memcpy(&word, f.s, f.len);
    struct word_seat *seat = &seats[(word * 0x9E3779B97F4A7C15u) >> 58];
    *ret_known = seat->word == word && seat->len == f.len;
    if (!*ret_known) {
        seat->word = word;
        seat->len = (uint8_t)f.len;
    }
    return seat;
}

static int
find_slot(struct mapping *m, struct scan_field f)
{
    bool is_known = false;
    struct word_seat *seat = find_word(m->slots, f, &is_known);
    int slot = is_known ? seat->means : definition_slot(m->def, f.s, f.len);
    if (seat) {
        seat->means = (int16_t)slot;
    }
    return slot;
}

static int
find_question(struct mapping *m, struct scan_field f)
{
    bool is_known = false;
    struct word_seat *seat = find_word(m->names, f, &is_known);
    int found = is_known ? seat->means : -1;
    for (size_t i = 0; !is_known && i < m->def->n_questions; i++) {
        const char *id = m->def->questions[i].id;
        if (strlen(id) == f.len && strncasecmp(id, f.s, f.len) == 0) {
            found = (int)i;
        }
    }
    if (seat) {
        seat->means = (int16_t)found;
    }
    return found;
}

static int
map_answer(struct mapping *m, const struct scan_row *row, int column, int question,
           struct mapped *ret, struct reject *no)
{
    struct scan_field f = row->fields[column];
    int slot = find_slot(m, f);
    if (slot < 0) {
        return refuse(no, row, REJECT_CODE, column);
    }
    ret->answers[ret->n_answers++] = (struct mapped_answer){ question, slot };
    return 1;
}

/* One row, one answer: which question it is stands in a column. */
static int
map_long(struct mapping *m, const struct scan_row *row, struct mapped *ret, struct reject *no)
{
    struct scan_field f = mapping_trimmed(row->fields[m->question]);
    int question = find_question(m, f);
    if (question < 0) {
        return refuse(no, row, REJECT_QUESTION, m->question);
    }
    if (mapping_trimmed(row->fields[m->answer]).len == 0) {
        return refuse(no, row, REJECT_ANSWER_EMPTY, m->answer);
    }
    return map_answer(m, row, m->answer, question, ret, no);
}

/* One row, one person: a column for each question, which may be left empty, but not all. */
static int
map_wide(struct mapping *m, const struct scan_row *row, struct mapped *ret, struct reject *no)
{
    for (size_t i = 0; i < m->def->n_questions; i++) {
        int column = m->questions[i];
        if (row->fields[column].len == 0 || mapping_trimmed(row->fields[column]).len == 0) {
            continue;
        }
        if (!map_answer(m, row, column, (int)i, ret, no)) {
            return 0;
        }
    }
    return ret->n_answers > 0 ? 1 : refuse(no, row, REJECT_ANSWER_EMPTY, m->questions[0]);
}

static bool
is_status_withdrawn(const struct mapping *m, struct scan_field f)
{
    for (size_t i = 0; i < m->def->n_withdrawn; i++) {
        const char *word = m->def->withdrawn[i];
        if (strlen(word) == f.len && strncasecmp(word, f.s, f.len) == 0) {
            return true;
        }
    }
    return false;
}

/* Whose row it is, which of several, and whether it takes the response back. */
static int
map_identity(const struct mapping *m, const struct scan_row *row, struct mapped *ret,
             struct reject *no)
{
    if (m->response >= 0) {
        ret->response = mapping_trimmed(row->fields[m->response]);
        if (ret->response.len == 0 || ret->response.len > RESPONSE_ID_MAX) {
            return refuse(no, row, REJECT_RESPONSE, m->response);
        }
    }
    if (m->revision >= 0) {
        struct scan_field f = mapping_trimmed(row->fields[m->revision]);
        if (definition_revision(m->def, f.s, f.len, &ret->revision) < 0) {
            return refuse(no, row, REJECT_REVISION, m->revision);
        }
    }
    ret->is_withdrawn = m->status >= 0
                        && is_status_withdrawn(m, mapping_trimmed(row->fields[m->status]));
    return 1;
}

/* Line breaks and tabs may stand in a comment. */
static bool
is_comment(struct scan_field f)
{
    for (size_t i = 0; i < f.len; i++) {
        unsigned char c = (unsigned char)f.s[i];
        if ((c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7F) {
            return false;
        }
    }
    return f.len <= COMMENT_MAX;
}

static int
map_slices(const struct mapping *m, const struct scan_row *row, struct mapped *ret,
           struct reject *no)
{
    if (m->group >= 0) {
        ret->group = mapping_trimmed(row->fields[m->group]);
        if (!is_unit_name(ret->group)) {
            return refuse(no, row, REJECT_GROUP, m->group);
        }
    }
    if (m->comment >= 0) {
        ret->comment = mapping_trimmed(row->fields[m->comment]);
        if (!is_comment(ret->comment)) {
            return refuse(no, row, REJECT_COMMENT, m->comment);
        }
    }
    return 1;
}

int
mapping_row(struct mapping *m, const struct scan_row *row, struct mapped *ret,
            struct reject *ret_reject)
{
    if (row->fault != SCAN_OK) {
        *ret_reject = (struct reject){ .reason = REJECT_STRUCTURE, .line = row->line,
                                       .column = row->column };
        if (row->fault == SCAN_RAGGED) {
            (void)snprintf(ret_reject->detail, sizeof ret_reject->detail,
                           "it has %zu fields, the header %zu", row->n_fields, m->n_columns);
        } else {
            (void)snprintf(ret_reject->detail, sizeof ret_reject->detail, "%s",
                           scan_fault_words(row->fault));
        }
        return 0;
    }
    assert(row->n_fields == m->n_columns);
    ret->n_answers = 0;
    ret->response = ret->date = ret->group = ret->comment = (struct scan_field){ NULL, 0 };
    ret->revision = 0;
    if (!map_identity(m, row, ret, ret_reject)) {
        return 0;
    }
    if (ret->is_withdrawn) {
        return 1;
    }
    if (!map_date(m, row, ret, ret_reject) || !map_unit(m, row, ret, ret_reject)
        || !map_slices(m, row, ret, ret_reject)) {
        return 0;
    }
    return m->question >= 0 ? map_long(m, row, ret, ret_reject) : map_wide(m, row, ret, ret_reject);
}

static const struct {
    const char *word;
    const char *sentence; /* with the value shown, when there is one */
} reasons[REJECT_REASON_MAX_] = {
    [REJECT_NONE] = { "none", "nothing wrong" },
    [REJECT_STRUCTURE] = { "structure", "the row cannot be read" },
    [REJECT_DATE] = { "date", "no date in a form that the definition lists" },
    [REJECT_DATE_AMBIGUOUS] = { "date_ambiguous", "the date can be read in two ways" },
    [REJECT_DATE_RANGE] = { "date_out_of_range", "the date lies outside the survey's time" },
    [REJECT_DATE_FUTURE] = { "date_in_future", "the date lies in the future" },
    [REJECT_UNIT] = { "unit", "the unit is missing or cannot be a name" },
    [REJECT_QUESTION] = { "question", "a question that the definition does not list" },
    [REJECT_ANSWER_EMPTY] = { "answer_empty", "there is no answer" },
    [REJECT_CODE] = { "code_out_of_scale", "an answer that is not on the scale" },
    [REJECT_REVISION] = { "revision", "the revision is no whole number and no date" },
    [REJECT_GROUP] = { "group", "the staff group cannot be a name" },
    [REJECT_COMMENT] = { "comment", "the comment is too long or has control characters" },
    [REJECT_DROPPED] = { "answers_dropped", "it would change a response whose answers were "
                                            "dropped when their time was over" },
    [REJECT_WORDING] = { "other_wording", "it would change a response that was given to another "
                                          "wording" },
    [REJECT_RESPONSE] = { "response_id", "the response id is missing or too long" },
};

const char *
reject_reason_word(enum reject_reason reason)
{
    assert(reason >= 0 && reason < REJECT_REASON_MAX_);
    return reasons[reason].word;
}

const char *
reject_words(const struct reject *r, char *buf, size_t cap)
{
    assert(r->reason >= 0 && r->reason < REJECT_REASON_MAX_);
    char column[32] = "";
    if (r->column > 0) {
        (void)snprintf(column, sizeof column, ", column %zu", r->column);
    }
    (void)snprintf(buf, cap, "line %lld%s: %s%s%s", (long long)r->line, column,
                   reasons[r->reason].sentence, r->detail[0] ? ": " : "", r->detail);
    return buf;
}
