/* SPDX-License-Identifier: MIT */
/* render_fixture.h - the templates that are shipped, and what a rendered notice says. */
#ifndef TESTS_RENDER_FIXTURE_H
#define TESTS_RENDER_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "notice_sample.h"

#define TEMPLATES "config/templates"

static inline struct notice_templates *
templates(void)
{
    AUTO_DIAG struct diag d = { 0 };
    AUTO_TEXT struct text out = { 0 };
    struct notice_templates *t = NULL;
    int r = notice_templates_open(TEMPLATES, &t, &d, NULL);
    diag_print(&d, &out);
    if (r < 0) {
        fail_msg("%s", text_str(&out));
    }
    return t;
}

static inline void
says(const struct text *t, const char *want)
{
    if (!strstr(text_str(t), want)) {
        fail_msg("wanted \"%s\" in:\n%s", want, text_str(t));
    }
}

static inline void
is_silent_about(const struct text *t, const char *unwanted)
{
    if (strstr(text_str(t), unwanted)) {
        fail_msg("did not want \"%s\" in:\n%s", unwanted, text_str(t));
    }
}

static inline void
render_one(const struct notice_templates *t, struct notice_sample *s, enum notice_kind kind,
           struct notice_text *w)
{
    s->model.kind = kind;
    s->model.n_items = 1;
    notice_text_done(w);
    *w = (struct notice_text){ 0 };
    assert_int_equal(notice_render(t, &s->model, w, NULL), 0);
}

#endif
