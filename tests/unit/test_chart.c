/* SPDX-License-Identifier: MIT */
/* test_chart.c - pictures of trends: labels never overlap, shapes tell the meaning, the figures are
 * those of the table and the sentence, well formed whatever the names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "survey/chart.h"

enum { FIRST = 12 * 2016, ROWS_MAX = 120, BOXES_MAX = 256 };

static struct survey_trends how;

static struct trend *
trend_of(const struct spc_count *counts, size_t n)
{
    struct trend *t = calloc(1, sizeof *t);
    assert_non_null(t);
    t->mem = arena_open();
    t->rows = ARENA_LIST(t->mem, n + 1, struct trend_row);
    t->n = n;
    for (size_t i = 0; i < n; i++) {
        t->rows[i] = (struct trend_row){ .month = FIRST + (int32_t)i, .count = counts[i] };
    }
    t->title = "Having a part in decisions";
    t->wording = "Did you have as much of a part in decisions as you wanted?";
    (void)snprintf(t->name, sizeof t->name, "coproduction/involved/positive");
    (void)snprintf(t->unit, sizeof t->unit, "whole trust");
    t->statistic = TREND_POSITIVE;
    t->scale_num = 1;
    t->scale_den = 1;
    t->direction = 1;
    t->how = &how;
    return t;
}

static struct trend *
charted(const struct spc_count *counts, size_t n)
{
    struct trend *t = trend_of(counts, n);
    assert_int_equal(trend_chart(t), 0);
    return t;
}

/* Good for 16 months, then worse. */
static struct trend *
turned(void)
{
    struct spc_count counts[24];
    for (size_t i = 0; i < 24; i++) {
        int64_t n = 70 + (int64_t)(i * 5 % 11);
        counts[i] = (struct spc_count){ n * (i < 16 ? 84 + (int64_t)(i * 7 % 5) : 60) / 100, n };
    }
    return charted(counts, 24);
}

/* ---- reading the picture back ---------------------------------------------------------------- */

struct mark {
    double left, top, right, bottom;
    char words[512];
};

static void
unescape(const char *from, size_t n, char *to, size_t cap)
{
    static const struct {
        const char *entity;
        char c;
    } entities[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' } };
    size_t at = 0;
    for (size_t i = 0; i < n && at + 1 < cap; i++) {
        char c = from[i];
        for (size_t k = 0; c == '&' && k < LENGTH(entities); k++) {
            size_t len = strlen(entities[k].entity);
            if (strncmp(from + i, entities[k].entity, len) == 0) {
                c = entities[k].c;
                i += len - 1;
                break;
            }
        }
        to[at++] = c;
    }
    to[at] = '\0';
}

/* Of DejaVu Sans, the widest that stands in for Arial on a machine without it; of letters in a
 * thousandth of the size. */
static double
glyph_width(const unsigned char *s)
{
    static const struct {
        const char *letters;
        int width;
    } widths[] = { { " ,.:;'|!()[]/ijltfr-", 412 }, { "mwMW%@OQ", 990 },
                   { "ABCDEFGHIJKLNPRSTUVXYZ", 780 }, { "0123456789abcdeghknopqsuvxyz", 636 } };
    for (size_t i = 0; i < LENGTH(widths); i++) {
        if (strchr(widths[i].letters, *s)) {
            return widths[i].width / 1000.0;
        }
    }
    return *s >= 0xE2 ? 1.0 : *s >= 0xC0 ? 0.7 : *s >= 0x80 ? 0 : 0.64;
}

static double
width_of(const char *words, double size, bool is_bold)
{
    double width = 0;
    for (const unsigned char *s = (const unsigned char *)words; *s; s++) {
        width += glyph_width(s) * size;
    }
    return is_bold ? 1.1 * width : width;
}

/* Icons take up room too. */
static size_t
read_icons(const char *svg, struct mark *marks)
{
    size_t n = 0;
    for (const char *s = svg; (s = strstr(s, "<g transform=\"translate(")); s++) {
        struct mark *m = &marks[n++];
        assert_int_equal(sscanf(s, "<g transform=\"translate(%lf %lf", &m->left, &m->top), 2);
        m->right = m->left + 48;
        m->bottom = m->top + 48;
        (void)snprintf(m->words, sizeof m->words, "an icon");
    }
    return n;
}

static size_t
read_marks(const char *svg, struct mark *marks)
{
    size_t n = read_icons(svg, marks);
    for (const char *s = svg; (s = strstr(s, "<text ")); s++) {
        double x = 0;
        double y = 0;
        double size = 0;
        char anchor[16] = "";
        assert_int_equal(sscanf(s,
                                "<text x=\"%lf\" y=\"%lf\" font-size=\"%lf\" "
                                "text-anchor=\"%15[a-z]",
                                &x, &y, &size, anchor),
                         4);
        const char *words = strchr(s, '>') + 1;
        struct mark *m = &marks[n++];
        assert_true(n < BOXES_MAX);
        unescape(words, (size_t)(strstr(words, "</text>") - words), m->words, sizeof m->words);
        const char *tag_end = strchr(s, '>');
        const char *bold = strstr(s, "font-weight");
        double width = width_of(m->words, size, bold && bold < tag_end);
        m->left = strcmp(anchor, "middle") == 0 ? x - width / 2
                  : strcmp(anchor, "end") == 0  ? x - width
                                                : x;
        m->right = m->left + width;
        m->top = y - size;
        m->bottom = y + 0.25 * size;
    }
    return n;
}

static void
no_labels_overlap(const char *svg)
{
    static struct mark marks[BOXES_MAX];
    size_t n = read_marks(svg, marks);
    assert_true(n > 0);
    for (size_t i = 0; i < n; i++) {
        const struct mark *a = &marks[i];
        if (a->left < 0 || a->top < 0 || a->right > CHART_WIDTH || a->bottom > CHART_HEIGHT) {
            print_error("'%s' leaves the picture\n", a->words);
            fail();
        }
        for (size_t k = 0; k < i; k++) {
            const struct mark *b = &marks[k];
            if (a->left < b->right && b->left < a->right && a->top < b->bottom
                && b->top < a->bottom) {
                print_error("'%s' and '%s' overlap\n", a->words, b->words);
                fail();
            }
        }
    }
}

/* Every tag is closed in its order, and no bare & or < stands in text. */
static void
is_well_formed(const char *svg)
{
    const char *open[32] = { "" };
    size_t len[32] = { 0 };
    size_t depth = 0;
    for (const char *s = svg; *s; s++) {
        if (*s == '&') {
            assert_true(strncmp(s, "&amp;", 5) == 0 || strncmp(s, "&lt;", 4) == 0
                        || strncmp(s, "&gt;", 4) == 0 || strncmp(s, "&quot;", 6) == 0);
        }
        assert_false((unsigned char)*s < ' ' && *s != '\n');
        if (*s != '<') {
            continue;
        }
        const char *end = strchr(s, '>');
        assert_non_null(end);
        if (s[1] == '/') {
            assert_true(depth > 0);
            depth--;
            const char *name = open[depth] ? open[depth] : "";
            assert_true(strncmp(s + 2, name, len[depth]) == 0);
        } else if (end[-1] != '/') {
            assert_true(depth < 32);
            open[depth] = s + 1;
            len[depth++] = strcspn(s + 1, " >");
        }
        s = end;
    }
    assert_int_equal(depth, 0);
}

/* ---- the tests ------------------------------------------------------------------------------- */

static void
a_turn_for_the_worse_is_drawn_said_and_listed_with_the_same_figures(void **state)
{
    (void)state;
    AUTO(trend) struct trend *t = turned();
    AUTO_TEXT struct text svg = { 0 };
    AUTO_TEXT struct text sentence = { 0 };
    AUTO_TEXT struct text csv = { 0 };
    AUTO_TEXT struct text figure = { 0 };
    chart_svg(t, &svg);
    trend_sentence(t, &sentence);
    trend_csv(t, &csv);
    is_well_formed(text_str(&svg));
    no_labels_overlap(text_str(&svg));
    assert_non_null(strstr(text_str(&svg), "role=\"img\""));
    assert_non_null(strstr(text_str(&svg), "<title id=\"title\">Having a part in decisions"));
    assert_non_null(strstr(text_str(&svg), text_str(&sentence))); /* in <desc>, word for word */
    assert_non_null(strstr(text_str(&sentence), "a change for the worse that chance does not"));
    assert_non_null(strstr(text_str(&sentence), "since May 2017"));
    text_add(&figure, "mean ");
    trend_figure(t, t->points[23].mean, &figure);
    assert_non_null(strstr(text_str(&svg), text_str(&figure)));
    assert_non_null(strstr(text_str(&sentence), text_str(&figure)));
    char row[64];
    (void)snprintf(row, sizeof row, "2017-12,%.4f,%lld,%.4f", t->y[23],
                   (long long)t->rows[23].count.n, t->points[23].mean);
    assert_non_null(strstr(text_str(&csv), row));
}

static void
a_month_without_a_value_has_no_verdict_in_the_csv(void **state)
{
    (void)state;
    AUTO(trend) struct trend *t = turned();
    t->rows[7].count = (struct spc_count){ 0, 0 };
    t->rows[9].count = (struct spc_count){ 0, 0 };
    t->rows[9].is_hidden = true;
    assert_int_equal(trend_chart(t), 0);
    AUTO_TEXT struct text csv = { 0 };
    trend_csv(t, &csv);
    static const char *const rows[] = { "\n2016-08,,,", "\n2016-10,,," };
    static const char *const ends[] = { ",,,no,missing", ",,,yes,kept back" };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const char *line = strstr(text_str(&csv), rows[i]);
        assert_non_null(line);
        AUTO_TEXT struct text one = { 0 };
        text_addn(&one, line + 1, strcspn(line + 1, "\n"));
        assert_non_null(strstr(text_str(&one), ends[i]));
        assert_null(strstr(text_str(&one), "common"));
    }
}

static void
meaning_has_a_shape_and_words(void **state)
{
    (void)state;
    AUTO(trend) struct trend *t = turned();
    AUTO_TEXT struct text svg = { 0 };
    chart_svg(t, &svg);
    int diamonds = 0;
    for (const char *s = text_str(&svg); (s = strstr(s, "m0 -7l7 7l-7 7l-7 -7z")); s++) {
        diamonds++;
    }
    int concern = 0;
    for (size_t i = 0; i < t->n; i++) {
        concern += t->points[i].verdict == SPC_IS_CONCERN;
    }
    assert_true(concern > 0);
    assert_int_equal(diamonds, concern + 1); /* and one in the legend */
    assert_non_null(strstr(text_str(&svg), ">change for the worse</text>"));
    assert_non_null(strstr(text_str(&svg), "<title>worse: values are low</title>"));
}

static void
every_icon_has_a_title_and_a_frame_of_its_own(void **state)
{
    (void)state;
    for (int v = 0; v < SPC_VERDICT_MAX_; v++) {
        for (int direction = -1; direction <= 1; direction++) {
            AUTO_TEXT struct text svg = { 0 };
            chart_variation_icon((enum spc_verdict)v, direction, 0, 0, &svg);
            is_well_formed(text_str(&svg));
            assert_non_null(strstr(text_str(&svg), "<title>"));
            bool is_diamond = strstr(text_str(&svg), "M24 2 46 24") != NULL;
            assert_int_equal(is_diamond, v == SPC_IS_CONCERN);
        }
    }
    for (int a = 1; a < SPC_ASSURANCE_MAX_; a++) {
        AUTO_TEXT struct text svg = { 0 };
        chart_assurance_icon((enum spc_assurance)a, 0, 0, &svg);
        is_well_formed(text_str(&svg));
        assert_non_null(strstr(text_str(&svg), chart_assurance_words((enum spc_assurance)a)));
    }
    AUTO_TEXT struct text none = { 0 };
    chart_assurance_icon(SPC_ASSURANCE_NONE, 0, 0, &none);
    assert_int_equal(none.len, 0);
}

/* Four ways to say what the variation is, none told apart by colour alone. */
static void
a_neutral_change_has_an_icon_of_its_own(void **state)
{
    (void)state;
    static const enum spc_verdict verdicts[] = { SPC_IS_COMMON, SPC_IS_IMPROVEMENT, SPC_IS_CONCERN,
                                                 SPC_IS_NEUTRAL_HIGH, SPC_IS_NEUTRAL_LOW };
    char seen[LENGTH(verdicts)][512];
    for (size_t i = 0; i < LENGTH(verdicts); i++) {
        AUTO_TEXT struct text svg = { 0 };
        size_t n = 0;
        chart_variation_icon(verdicts[i], i < 3 ? 1 : 0, 0, 0, &svg);
        const char *s = strstr(text_str(&svg), "</title>");
        for (; *s && n + 1 < sizeof seen[i]; s++) {
            s = *s == '#' ? s + 6 : s; /* all of one colour */
            seen[i][n++] = *s;
        }
        seen[i][n] = '\0';
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(seen[i], seen[k]);
        }
    }
}

static bool
has_label(const struct mark *marks, size_t n, const char *beginning)
{
    for (size_t i = 0; i < n; i++) {
        if (strncmp(marks[i].words, beginning, strlen(beginning)) == 0) {
            return true;
        }
    }
    return false;
}

/* No line of the plot crosses the words above it, and nothing that it shows goes unnamed. */
static void
all_is_said(const struct trend *t, const char *svg)
{
    static struct mark marks[BOXES_MAX];
    size_t n = read_marks(svg, marks);
    double top = CHART_HEIGHT;
    for (const char *s = svg; (s = strstr(s, "<path d=\"M72.0 ")); s++) {
        double y = strtod(s + strlen("<path d=\"M72.0 "), NULL);
        top = y < top ? y : top; /* of the scale's lines, which begin at the left */
    }
    for (size_t i = 0; i < n; i++) {
        bool is_above = marks[i].left < 72 && marks[i].right > 72 && marks[i].bottom < 300;
        assert_true(!is_above || marks[i].bottom < top);
    }
    assert_true(has_label(marks, n, "Did you have as much"));
    int latest = trend_latest(t);
    if (latest < 0) {
        return;
    }
    bool has_limits = !isnan(t->points[latest].lpl) && !(t->states & SPC_NO_VARIATION);
    assert_int_equal(has_label(marks, n, "mean"), !isnan(t->points[latest].mean));
    assert_int_equal(has_label(marks, n, "lower limit"), has_limits);
    assert_int_equal(has_label(marks, n, "upper limit"), has_limits);
    assert_int_equal(has_label(marks, n, "target"),
                     t->has_target);
}

static void
draw_chance_series(int round)
{
    struct spc_count counts[ROWS_MAX] = { { 0, 0 } };
    size_t n = 1 + (size_t)(rand() % (ROWS_MAX - 1));
    int size = round % 3 == 0 ? 8 : 400;
    int level = rand() % 101;
    for (size_t i = 0; i < n; i++) {
        int64_t of = rand() % 10 == 0 ? 0 : 1 + rand() % size;
        int64_t good = 0;
        for (int64_t person = 0; person < of; person++) {
            good += rand() % 100 < level;
        }
        counts[i] = (struct spc_count){ good, of };
    }
    AUTO(trend) struct trend *t = trend_of(counts, n);
    t->has_target = round % 2;
    t->target = rand() % 101;
    for (size_t i = 1; i < n; i++) {
        t->rows[i].is_rebase = rand() % 20 == 0;
    }
    t->statistic = round % 5 == 4 ? TREND_MEAN : TREND_POSITIVE;
    assert_int_equal(trend_chart(t), 0);
    AUTO_TEXT struct text svg = { 0 };
    chart_svg(t, &svg);
    no_labels_overlap(text_str(&svg));
    all_is_said(t, text_str(&svg));
    is_well_formed(text_str(&svg));
    assert_null(strstr(text_str(&svg), "nan"));
    assert_null(strstr(text_str(&svg), "inf"));
}

static void
labels_never_overlap_whatever_the_series(void **state)
{
    (void)state;
    srand(11);
    for (int round = 0; round < 300; round++) {
        draw_chance_series(round);
    }
    how = trends_default();
}

static void
names_from_a_file_cannot_break_the_picture(void **state)
{
    (void)state;
    static const char *const names[] = {
        "</text><script>alert(1)</script>",
        "A & B \"C\" <D>",
        "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E",
        "one very long name that goes on and on and on and on and on and on and on and on and on "
        "and on and on and on and on and on and on and on and on and on and on and on and on",
        "nospacesatallnospacesatallnospacesatallnospacesatallnospacesatallnospacesatallnospaces"
        "nospacesatallnospacesatallnospacesatallnospacesatallnospacesatall",
        "",
    };
    for (size_t i = 0; i < LENGTH(names); i++) {
        AUTO(trend) struct trend *t = turned();
        (void)snprintf(t->unit, sizeof t->unit, "%s", names[i]);
        t->wording = names[i];
        AUTO_TEXT struct text svg = { 0 };
        chart_svg(t, &svg);
        is_well_formed(text_str(&svg));
        no_labels_overlap(text_str(&svg));
        assert_null(strstr(text_str(&svg), "<script"));
    }
}

/* Of billions of answers: 90.03 to 90.25 would all read 90.1 or 90.2. */
static void
figures_close_together_have_decimals_enough(void **state)
{
    (void)state;
    struct spc_count counts[20];
    for (size_t i = 0; i < 20; i++) {
        int64_t n = 4000000000;
        counts[i] = (struct spc_count){ n / 1000 * 900 + n / 10000 * (int64_t)(i % 2), n };
    }
    counts[19].good += counts[19].n / 1000;
    AUTO(trend) struct trend *t = charted(counts, 20);
    AUTO_TEXT struct text sentence = { 0 };
    trend_sentence(t, &sentence);
    if (!strstr(text_str(&sentence), "In August 2017 90.110 % of 4000000000 answers")) {
        fail_msg("%s", text_str(&sentence));
    }
}

/* The unit, which stands last, is what one chart differs by from the next. */
static void
a_long_title_leaves_room_for_the_unit(void **state)
{
    (void)state;
    AUTO(trend) struct trend *t = turned();
    t->title = "Having a part in decisions about care, treatment and the service as a whole by all "
               "who use it or did so once, or care for somebody who does";
    (void)snprintf(t->unit, sizeof t->unit, "Directorate of Community Services > Elm");
    AUTO_TEXT struct text svg = { 0 };
    chart_svg(t, &svg);
    no_labels_overlap(text_str(&svg));
    assert_non_null(strstr(text_str(&svg), "&gt; Elm</text>"));
}

static void
what_cannot_be_judged_is_not_called_chance(void **state)
{
    (void)state;
    const struct spc_count one = { 30, 40 };
    AUTO(trend) struct trend *t = charted(&one, 1);
    AUTO_TEXT struct text svg = { 0 };
    chart_svg(t, &svg);
    assert_null(strstr(text_str(&svg), ">chance</text>"));
    assert_non_null(strstr(text_str(&svg), ">value</text>"));
}

static void
nothing_is_drawn_of_nothing(void **state)
{
    (void)state;
    AUTO(trend) struct trend *t = charted(NULL, 0);
    AUTO_TEXT struct text svg = { 0 };
    chart_svg(t, &svg);
    is_well_formed(text_str(&svg));
    assert_non_null(strstr(text_str(&svg), "Nobody has answered yet."));
}

static void
every_state_has_its_sentence(void **state)
{
    (void)state;
    struct spc_count few[12];
    struct spc_count flat[20];
    for (size_t i = 0; i < 20; i++) {
        flat[i] = (struct spc_count){ 40, 40 };
        few[i < 12 ? i : 0] = (struct spc_count){ 30 + (int64_t)(i % 3), 40 };
    }
    AUTO(trend) struct trend *trial = charted(few, 12);
    AUTO(trend) struct trend *stiff = charted(flat, 20);
    AUTO_TEXT struct text a = { 0 };
    AUTO_TEXT struct text b = { 0 };
    trend_sentence(trial, &a);
    trend_sentence(stiff, &b);
    assert_non_null(strstr(text_str(&a), "fewer than 13 values"));
    assert_string_equal(text_str(&b),
                        "In August 2017 100.0 % of 40 answers were positive. The values do not "
                        "vary, so there are no limits to judge by.");
}

int
main(void)
{
    how = trends_default();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_turn_for_the_worse_is_drawn_said_and_listed_with_the_same_figures),
        cmocka_unit_test(a_month_without_a_value_has_no_verdict_in_the_csv),
        cmocka_unit_test(meaning_has_a_shape_and_words),
        cmocka_unit_test(every_icon_has_a_title_and_a_frame_of_its_own),
        cmocka_unit_test(a_neutral_change_has_an_icon_of_its_own),
        cmocka_unit_test(labels_never_overlap_whatever_the_series),
        cmocka_unit_test(names_from_a_file_cannot_break_the_picture),
        cmocka_unit_test(figures_close_together_have_decimals_enough),
        cmocka_unit_test(a_long_title_leaves_room_for_the_unit),
        cmocka_unit_test(what_cannot_be_judged_is_not_called_chance),
        cmocka_unit_test(nothing_is_drawn_of_nothing),
        cmocka_unit_test(every_state_has_its_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
