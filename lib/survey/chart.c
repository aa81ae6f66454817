/* SPDX-License-Identifier: MIT */
/* chart.c - a trend as a picture: scales, lines, points, and labels that keep out of each other's
 * way. */
#include "survey/chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { MARGIN = 16, ICON = 48, BOXES_MAX = 256, WORDS_MAX = 400, TICKS_MAX = 7 };
static const double TITLE_SIZE = 18, TEXT_SIZE = 14, SMALL_SIZE = 12;
static const double LINE_HEIGHT = 1.4, BOLD_WIDTH = 1.15; /* times the size, times the width */
static const double TEXT_ROOM = CHART_WIDTH - 2 * (ICON + MARGIN) - 3 * MARGIN;
static const double PLOT_LEFT = 72, PLOT_RIGHT = 830, PLOT_BOTTOM = 400;

struct box {
    double left, top, right, bottom;
};
struct drawing {
    const struct trend *t;
    struct text *out;
    double top;        /* of the plot */
    double low, high;  /* values at its bottom and top */
    double tick;       /* between two lines of the scale */
    double step;       /* between two rows */
    struct box boxes[BOXES_MAX];
    size_t n_boxes;
};
enum anchor { ANCHOR_START, ANCHOR_MIDDLE, ANCHOR_END };
struct label {
    double x, y; /* of the baseline */
    double size;
    enum anchor anchor;
    bool is_bold;
};

/* ---- text ------------------------------------------------------------------------------------ */

/* As wide as the widest of the fonts that may stand in for Arial. */
static double
char_width(const char *s)
{
    unsigned char c = (unsigned char)*s;
    if (c >= 0xE2) {
        return 1.0; /* wide scripts */
    }
    if (c >= 0x80) {
        return (c & 0xC0) == 0x80 ? 0 : 0.72;
    }
    return strchr("iljftr.,:;'|!()[]/ ", c) ? 0.42
           : strchr("mwMW%@", c)            ? 1.0
           : (c >= 'A' && c <= 'Z')         ? 0.8
                                            : 0.65;
}

double
chart_text_width(const char *s, double size)
{
    double width = 0;
    for (; *s; s++) {
        width += char_width(s);
    }
    return width * size;
}

static void
add_escaped(const char *s, struct text *out)
{
    for (; *s; s++) {
        switch (*s) {
        case '&':
            text_add(out, "&amp;");
            break;
        case '<':
            text_add(out, "&lt;");
            break;
        case '>':
            text_add(out, "&gt;");
            break;
        case '"':
            text_add(out, "&quot;");
            break;
        default:
            text_addc(out, (unsigned char)*s < ' ' ? ' ' : *s);
        }
    }
}

static struct box
box_of(const struct label *l, const char *words)
{
    double width = chart_text_width(words, l->size) * (l->is_bold ? BOLD_WIDTH : 1);
    double left = l->anchor == ANCHOR_START ? l->x
                  : l->anchor == ANCHOR_END ? l->x - width
                                            : l->x - width / 2;
    return (struct box){ left, l->y - l->size, left + width, l->y + 0.3 * l->size };
}

/* False, and nothing drawn, where it would touch another or leave the picture. */
static bool
put_label(struct drawing *d, const struct label *l, const char *words)
{
    static const char *const anchors[] = { "start", "middle", "end" };
    struct box b = box_of(l, words);
    if (b.left < 0 || b.right > CHART_WIDTH || b.top < 0 || b.bottom > CHART_HEIGHT
        || d->n_boxes == BOXES_MAX) {
        return false;
    }
    for (size_t i = 0; i < d->n_boxes; i++) {
        const struct box *o = &d->boxes[i];
        if (b.left < o->right && o->left < b.right && b.top < o->bottom && o->top < b.bottom) {
            return false;
        }
    }
    d->boxes[d->n_boxes++] = b;
    text_addf(d->out, "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.0f\" text-anchor=\"%s\"%s>", l->x,
              l->y, l->size, anchors[l->anchor], l->is_bold ? " font-weight=\"bold\"" : "");
    add_escaped(words, d->out);
    text_add(d->out, "</text>\n");
    return true;
}

/* How many bytes of s fit, cut after a blank where there is one. */
static size_t
fitting(const char *s, double size, double width)
{
    size_t cut = 0;
    double used = 0;
    size_t n = 0;
    for (; s[n]; n++) {
        used += char_width(s + n) * size;
        if (used > width) {
            break;
        }
        cut = s[n] == ' ' ? n + 1 : cut;
    }
    if (!s[n]) {
        return n;
    }
    while (cut == 0 && n > 0 && ((unsigned char)s[n] & 0xC0) == 0x80) {
        n--;
    }
    return cut ? cut : n;
}

/* In lines of that width; returns the baseline below the last one. */
static double
put_wrapped(struct drawing *d, struct label l, const char *words, int lines_max)
{
    double width = TEXT_ROOM / (l.is_bold ? BOLD_WIDTH : 1);
    for (int line = 0; *words && line < lines_max; line++) {
        char part[WORDS_MAX];
        size_t n = fitting(words, l.size, width);
        bool is_cut = line == lines_max - 1 && words[n];
        n = n == 0 ? 1 : n;
        (void)snprintf(part, sizeof part, "%.*s%s", (int)(n < WORDS_MAX - 8 ? n : WORDS_MAX - 8),
                       words, is_cut ? "\xE2\x80\xA6" : "");
        (void)put_label(d, &l, part);
        l.y += LINE_HEIGHT * l.size;
        words += n;
    }
    return l.y;
}

/* ---- scales ---------------------------------------------------------------------------------- */

static bool
is_percent(const struct trend *t)
{
    return t->statistic != TREND_MEAN;
}

static void
widen(struct drawing *d, double value)
{
    if (!isnan(value)) {
        d->low = value < d->low ? value : d->low;
        d->high = value > d->high ? value : d->high;
    }
}

static double
clip(const struct trend *t, double value)
{
    return !is_percent(t) || isnan(value) ? value : value < 0 ? 0 : value > 100 ? 100 : value;
}

static double
tick_step(double span)
{
    double step = pow(10, floor(log10(span / (TICKS_MAX - 1))));
    static const double nice[] = { 1, 2, 5, 10 };
    for (size_t i = 0; i < LENGTH(nice); i++) {
        if (span / (step * nice[i]) <= TICKS_MAX - 1) {
            return step * nice[i];
        }
    }
    return step * 10;
}

static void
find_scale(struct drawing *d)
{
    const struct trend *t = d->t;
    d->low = INFINITY;
    d->high = -INFINITY;
    for (size_t i = 0; i < t->n; i++) {
        widen(d, t->y[i]);
        widen(d, clip(t, t->points[i].lpl));
        widen(d, clip(t, t->points[i].upl));
    }
    if (t->has_target) {
        widen(d, t->target);
    }
    if (!(d->high > d->low)) {
        double at = d->high > -INFINITY ? d->high : 50;
        d->low = clip(t, at - 1);
        d->high = clip(t, at + 1);
    }
    d->tick = tick_step(d->high - d->low);
    d->low = d->tick * floor(d->low / d->tick);
    d->high = d->tick * ceil(d->high / d->tick);
    d->step = (PLOT_RIGHT - PLOT_LEFT) / (double)t->n;
}

static double
x_of(const struct drawing *d, double row)
{
    return PLOT_LEFT + (row + 0.5) * d->step;
}

static double
y_of(const struct drawing *d, double value)
{
    double share = (clip(d->t, value) - d->low) / (d->high - d->low);
    return PLOT_BOTTOM - share * (PLOT_BOTTOM - d->top);
}

/* ---- the parts of the picture ---------------------------------------------------------------- */

static void
line(struct drawing *d, struct box at, const char *style)
{
    text_addf(d->out, "<path d=\"M%.1f %.1fL%.1f %.1f\" %s/>\n", at.left, at.top, at.right,
              at.bottom, style);
}

static void
draw_axes(struct drawing *d)
{
    int n_ticks = (int)((d->high - d->low) / d->tick + 1.5);
    for (int i = 0; i < n_ticks; i++) {
        double v = d->low + i * d->tick;
        double y = y_of(d, v);
        char words[32];
        line(d, (struct box){ PLOT_LEFT, y, PLOT_RIGHT, y }, "stroke=\"#d8dde0\"");
        (void)snprintf(words, sizeof words, d->tick < 0.1   ? "%.2f%s"
                                            : d->tick < 1 ? "%.1f%s"
                                                          : "%.0f%s", v,
                       is_percent(d->t) ? " %" : "");
        (void)put_label(d, &(struct label){ PLOT_LEFT - 8, y + 4, SMALL_SIZE, ANCHOR_END, false },
                        words);
    }
    for (size_t i = 0; i < d->t->n; i++) {
        int32_t month = d->t->rows[i].month;
        char words[MONTH_TEXT_MAX];
        (void)month_format(month, words);
        const struct label l = { x_of(d, (double)i), PLOT_BOTTOM + 20, SMALL_SIZE, ANCHOR_MIDDLE,
                                 false };
        if (put_label(d, &l, words)) {
            line(d, (struct box){ l.x, PLOT_BOTTOM, l.x, PLOT_BOTTOM + 5 }, "stroke=\"#4c6272\"");
            d->boxes[d->n_boxes - 1].right += 10; /* air before the next */
        }
    }
}

enum level { LEVEL_MEAN, LEVEL_LOW, LEVEL_HIGH };

static double
level_at(const struct trend *t, size_t i, enum level which)
{
    const struct spc_point *p = &t->points[i];
    return which == LEVEL_MEAN ? p->mean : which == LEVEL_LOW ? p->lpl : p->upl;
}

/* Steps, since limits of a p chart belong to a month; a gap where there is none. */
static void
draw_level(struct drawing *d, enum level which, const char *style)
{
    const struct trend *t = d->t;
    bool is_down = false;
    text_add(d->out, "<path fill=\"none\" d=\"");
    for (size_t i = 0; i < t->n; i++) {
        double value = level_at(t, i, which);
        if (isnan(value)) {
            is_down = false;
            continue;
        }
        bool goes_on = is_down && t->points[i].group == t->points[i - 1].group;
        text_addf(d->out, "%s%.1f %.1fH%.1f", goes_on ? "L" : "M", x_of(d, (double)i - 0.5),
                  y_of(d, value), x_of(d, (double)i + 0.5));
        is_down = true;
    }
    text_addf(d->out, "\" %s/>\n", style);
}

/* Beside its line, or a little above or below where another stands there. */
static void
name_level(struct drawing *d, double y, const char *words)
{
    static const double moves[] = { 0, -16, 16, -32, 32, -48, 48 };
    struct label l = { PLOT_RIGHT + 6, y, SMALL_SIZE, ANCHOR_START, false };
    bool is_put = false;
    for (size_t i = 0; !is_put && i < LENGTH(moves); i++) {
        l.y = y + 4 + moves[i];
        is_put = l.y < PLOT_BOTTOM + 2 * SMALL_SIZE && put_label(d, &l, words);
    }
}

static void
draw_levels(struct drawing *d)
{
    static const struct {
        enum level which;
        const char *word, *style;
    } levels[] = {
        { LEVEL_MEAN, "mean", "stroke=\"#212b32\" stroke-width=\"1.5\"" },
        { LEVEL_LOW, "lower limit", "stroke=\"#4c6272\" stroke-dasharray=\"6 4\"" },
        { LEVEL_HIGH, "upper limit", "stroke=\"#4c6272\" stroke-dasharray=\"6 4\"" },
    };
    const struct trend *t = d->t;
    if (t->has_target) {
        double y = y_of(d, t->target);
        char words[48];
        line(d, (struct box){ PLOT_LEFT, y, PLOT_RIGHT, y },
             "stroke=\"#005eb8\" stroke-width=\"2\" stroke-dasharray=\"2 5\"");
        (void)snprintf(words, sizeof words, "target %g", t->target);
        name_level(d, y, words);
    }
    int latest = trend_latest(t);
    bool has_limits = !(t->states & (SPC_NO_VARIATION | SPC_APART)); /* on the mean they are none */
    size_t n = has_limits ? LENGTH(levels) : 1;
    for (size_t i = 0; i < n; i++) {
        draw_level(d, levels[i].which, levels[i].style);
        double value = clip(t, latest < 0 ? NAN : level_at(t, (size_t)latest, levels[i].which));
        if (isnan(value)) {
            continue;
        }
        AUTO_TEXT struct text words = { 0 };
        text_addf(&words, "%s ", levels[i].word);
        trend_figure(t, value, &words);
        name_level(d, y_of(d, value), text_str(&words));
    }
}

static void
draw_baselines(struct drawing *d)
{
    for (size_t i = 1; i < d->t->n; i++) {
        if (d->t->rows[i].is_rebase) {
            double x = x_of(d, (double)i - 0.5);
            line(d, (struct box){ x, d->top, x, PLOT_BOTTOM },
                 "stroke=\"#7c2855\" stroke-dasharray=\"8 4\"");
            (void)put_label(d, &(struct label){ x + 4, d->top - 6, SMALL_SIZE, ANCHOR_START,
                                                false }, "new baseline");
        }
    }
}

/* Each meaning has a shape of its own; color only repeats it. */
static const struct look {
    const char *path, *color, *words;
} looks[SPC_VERDICT_MAX_ + 1] = {
    [SPC_IS_COMMON] = { "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z", "#4c6272", "chance" },
    [SPC_IS_IMPROVEMENT] = { "m-5 -5h10v10h-10z", "#005eb8", "change for the better" },
    [SPC_IS_CONCERN] = { "m0 -7l7 7l-7 7l-7 -7z", "#b35900", "change for the worse" },
    [SPC_IS_NEUTRAL_HIGH] = { "m-6 5h12l-6 -11z", "#7c2855", "rise" },
    [SPC_IS_NEUTRAL_LOW] = { "m-6 -5h12l-6 11z", "#7c2855", "fall" },
    [SPC_VERDICT_MAX_] = { "m-4 -4l8 8m0 -8l-8 8", "#4c6272", "no figure" },
};

static void
draw_shape(struct drawing *d, double x, double y, int which)
{
    const struct look *look = &looks[which];
    text_addf(d->out, "<path d=\"M%.1f %.1f%s\" fill=\"%s\" stroke=\"%s\"/>\n", x, y, look->path,
              which == SPC_VERDICT_MAX_ ? "none" : look->color, look->color);
}

static void
draw_values(struct drawing *d)
{
    const struct trend *t = d->t;
    bool is_down = false;
    text_add(d->out, "<path fill=\"none\" stroke=\"#768692\" d=\"");
    for (size_t i = 0; i < t->n; i++) {
        if (isnan(t->y[i])) {
            is_down = false;
            continue;
        }
        text_addf(d->out, "%s%.1f %.1f", is_down ? "L" : "M", x_of(d, (double)i),
                  y_of(d, t->y[i]));
        is_down = true;
    }
    text_add(d->out, "\"/>\n");
    for (size_t i = 0; i < t->n; i++) {
        bool is_missing = isnan(t->y[i]);
        draw_shape(d, x_of(d, (double)i), is_missing ? PLOT_BOTTOM - 8 : y_of(d, t->y[i]),
                   is_missing ? SPC_VERDICT_MAX_ : (int)t->points[i].verdict);
    }
}

static void
draw_legend(struct drawing *d)
{
    const struct trend *t = d->t;
    bool is_used[SPC_VERDICT_MAX_ + 1] = { false };
    for (size_t i = 0; i < t->n; i++) {
        is_used[isnan(t->y[i]) ? SPC_VERDICT_MAX_ : (int)t->points[i].verdict] = true;
    }
    double x = PLOT_LEFT;
    double y = CHART_HEIGHT - 20;
    for (int i = 0; i <= SPC_VERDICT_MAX_; i++) {
        if (is_used[i]) {
            bool is_judged = i != SPC_IS_COMMON || spc_may_signal(t->states);
            const char *words = is_judged ? looks[i].words : "value";
            draw_shape(d, x + 6, y - 4, i);
            (void)put_label(d, &(struct label){ x + 20, y, SMALL_SIZE, ANCHOR_START, false },
                            words);
            x += 44 + chart_text_width(words, SMALL_SIZE);
        }
    }
}

static void
draw_head(struct drawing *d, const char *title, const char *sentence)
{
    enum spc_verdict v = trend_verdict(d->t);
    const struct spc_group *g = trend_group(d->t);
    if (g && spc_may_signal(d->t->states)) {
        double x = CHART_WIDTH - MARGIN - ICON;
        d->boxes[d->n_boxes++] = (struct box){ x - MARGIN - ICON, MARGIN, x + ICON,
                                               MARGIN + ICON };
        chart_assurance_icon(g->assurance, x - MARGIN - ICON, MARGIN, d->out);
        chart_variation_icon(v, d->t->direction, x, MARGIN, d->out);
    }
    struct label head = { MARGIN, MARGIN + TITLE_SIZE, TITLE_SIZE, ANCHOR_START, true };
    bool fits = chart_text_width(title, TITLE_SIZE) * BOLD_WIDTH <= TEXT_ROOM;
    double y = put_wrapped(d, head, fits ? title : d->t->title, 1);
    if (!fits) { /* charts of one survey differ by it */
        head.y = y;
        y = put_wrapped(d, head, d->t->unit, 1);
    }
    y = put_wrapped(d, (struct label){ MARGIN, y, TEXT_SIZE, ANCHOR_START, false },
                    d->t->wording, 2);
    y = put_wrapped(d, (struct label){ MARGIN, y + 6, TEXT_SIZE, ANCHOR_START, false }, sentence,
                    6);
    d->top = y + SMALL_SIZE;
}

void
chart_svg(const struct trend *t, struct text *out)
{
    struct drawing d = { .t = t, .out = out };
    AUTO_TEXT struct text title = { 0 };
    AUTO_TEXT struct text sentence = { 0 };
    text_addf(&title, "%s, %s", t->title, t->unit);
    trend_sentence(t, &sentence);
    text_addf(out,
              "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" "
              "aria-labelledby=\"title desc\" font-family=\"Arial, Helvetica, sans-serif\" "
              "fill=\"#212b32\">\n<title id=\"title\">",
              CHART_WIDTH, CHART_HEIGHT);
    add_escaped(text_str(&title), out);
    text_add(out, "</title>\n<desc id=\"desc\">");
    add_escaped(text_str(&sentence), out);
    text_addf(out, "</desc>\n<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", CHART_WIDTH,
              CHART_HEIGHT);
    draw_head(&d, text_str(&title), text_str(&sentence));
    if (t->n > 0) {
        find_scale(&d);
        draw_axes(&d);
        draw_levels(&d);
        draw_baselines(&d);
        draw_values(&d);
        draw_legend(&d);
    }
    text_add(out, "</svg>\n");
}
