/* SPDX-License-Identifier: MIT */
/*
 * chart.h - a trend as a picture: SVG 1.1 that stands alone, with title and description for those
 * who cannot see it. Meaning is told by shape and words, never by colour alone; labels give way
 * before they overlap. Made from the same struct as the sentence and the table.
 */
#ifndef COPROD_SURVEY_CHART_H
#define COPROD_SURVEY_CHART_H

#include "survey/trend.h"

enum { CHART_WIDTH = 960, CHART_HEIGHT = 480 };

/* Width of a text in a sans-serif of that size, generously. */
double chart_text_width(const char *s, double size);
void chart_svg(const struct trend *t, struct text *out);

/* Icons, 48 by 48, at a place. Each has a title of its own. */
void chart_variation_icon(enum spc_verdict v, int direction, double x, double y, struct text *out);
void chart_assurance_icon(enum spc_assurance a, double x, double y, struct text *out);
/* "change for the worse, values fall": the words under an icon. */
const char *chart_variation_words(enum spc_verdict v, int direction);
const char *chart_assurance_words(enum spc_assurance a);

#endif
