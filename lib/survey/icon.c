/* SPDX-License-Identifier: MIT */
/* icon.c - the two icons of a trend, of our own drawing: what it does, and whether it will do. */
#include "base/text.h"
#include "survey/chart.h"

/* Frames tell the verdict (diamond worse, square better, circle neither), arrows the way. */
static const char square[] = "<rect x=\"6\" y=\"6\" width=\"36\" height=\"36\" rx=\"4\"";
static const char diamond[] = "<path d=\"M24 2 46 24 24 46 2 24z\"";
static const char circle[] = "<circle cx=\"24\" cy=\"24\" r=\"20\"";
static const char arrow_up[] = "M13 32 24 16 35 32M24 16V36";
static const char arrow_down[] = "M13 16 24 32 35 16M24 32V12";
static const char wave[] = "M10 24C14 14 20 14 24 24S34 34 38 24";

static void
draw(const char *words, const char *frame, const char *color, const char *path, struct text *out)
{
    text_addf(out,
              "<title>%s</title>%s fill=\"#fff\" stroke=\"%s\" stroke-width=\"3\"/>"
              "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"4\" "
              "stroke-linecap=\"round\" stroke-linejoin=\"round\"/>",
              words, frame, color, path, color);
}

static bool
is_rise(enum spc_verdict v, int direction)
{
    int high = v == SPC_IS_IMPROVEMENT ? 1 : v == SPC_IS_CONCERN ? -1 : 0;
    return v == SPC_IS_NEUTRAL_HIGH || (high != 0 && high == direction);
}

const char *
chart_variation_words(enum spc_verdict v, int direction)
{
    static const char *const words[SPC_VERDICT_MAX_][2] = {
        [SPC_IS_COMMON] = { "no more than chance", "no more than chance" },
        [SPC_IS_IMPROVEMENT] = { "better: values are low", "better: values are high" },
        [SPC_IS_CONCERN] = { "worse: values are low", "worse: values are high" },
        [SPC_IS_NEUTRAL_HIGH] = { "values are high", "values are high" },
        [SPC_IS_NEUTRAL_LOW] = { "values are low", "values are low" },
    };
    return words[v][is_rise(v, direction)];
}

void
chart_variation_icon(enum spc_verdict v, int direction, double x, double y, struct text *out)
{
    static const struct {
        const char *frame, *color;
    } looks[SPC_VERDICT_MAX_] = {
        [SPC_IS_COMMON] = { circle, "#4c6272" },      [SPC_IS_IMPROVEMENT] = { square, "#005eb8" },
        [SPC_IS_CONCERN] = { diamond, "#b35900" },    [SPC_IS_NEUTRAL_HIGH] = { circle, "#7c2855" },
        [SPC_IS_NEUTRAL_LOW] = { circle, "#7c2855" },
    };
    const char *path = v == SPC_IS_COMMON ? wave : is_rise(v, direction) ? arrow_up : arrow_down;
    text_addf(out, "<g transform=\"translate(%.0f %.0f)\">", x, y);
    draw(chart_variation_words(v, direction), looks[v].frame, looks[v].color, path, out);
    text_add(out, "</g>\n");
}

const char *
chart_assurance_words(enum spc_assurance a)
{
    static const char *const words[SPC_ASSURANCE_MAX_] = {
        [SPC_PASS] = "the target is met as things stand",
        [SPC_FAIL] = "the target will not be met unless something changes",
        [SPC_INCONSISTENT] = "the target is met at times and missed at times",
    };
    return words[a];
}

void
chart_assurance_icon(enum spc_assurance a, double x, double y, struct text *out)
{
    static const struct {
        const char *frame, *color, *path;
    } looks[SPC_ASSURANCE_MAX_] = {
        [SPC_PASS] = { square, "#005eb8", "M13 25 21 33 35 16" },
        [SPC_FAIL] = { diamond, "#b35900", "M16 16 32 32M32 16 16 32" },
        [SPC_INCONSISTENT] = { circle, "#4c6272", "M11 24H37M14 30C18 12 22 12 24 24S30 36 34 18" },
    };
    if (a == SPC_ASSURANCE_NONE) {
        return;
    }
    text_addf(out, "<g transform=\"translate(%.0f %.0f)\">", x, y);
    draw(chart_assurance_words(a), looks[a].frame, looks[a].color, looks[a].path, out);
    text_add(out, "</g>\n");
}
