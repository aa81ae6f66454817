/* SPDX-License-Identifier: MIT */
/* plan_fixture.h - plans for tests: CO-304 as it stands or edited, in a folder of its own. */
#ifndef COPROD_TESTS_PLAN_FIXTURE_H
#define COPROD_TESTS_PLAN_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plan/plan.h"

#define SCRATCH_PARTS { "roster.yaml", "forums.yaml", "bank-holidays.yaml", "plan.yaml" }

#define CONFIG_DIR "config"
#define CASES_DIR "tests/data/plans"

static struct plan_set *
load(const char *path)
{
    AUTO_DIAG struct diag d = { 0 };
    AUTO_TEXT struct text out = { 0 };
    struct plan_set *set = NULL;
    int r = plan_set_load(path, &d, &set);
    diag_print(&d, &out);
    if (r < 0 || d.n_errors || d.n_warnings) {
        print_error("%s: %d\n%s", path, r, text_str(&out));
        fail();
    }
    return set;
}

static inline char *
slurp(const char *path, size_t *ret_len)
{
    FILE *f = fopen(path, "re");
    if (!f) {
        return NULL;
    }
    AUTO_TEXT struct text all = { 0 };
    char buf[4096];
    for (size_t n = 0; (n = fread(buf, 1, sizeof buf, f)) > 0;) {
        text_addn(&all, buf, n);
    }
    (void)fclose(f);
    char *bytes = NULL;
    *ret_len = all.len;
    assert_int_equal(text_take(&all, &bytes), 0);
    return bytes;
}

/* --- a folder of its own for plans that are made here ---------------------------------------- */

struct scratch {
    char dir[64];
};

static inline void
scratch_write(const struct scratch *s, const char *file, const char *text, size_t len)
{
    AUTO_TEXT struct text path = { 0 };
    text_addf(&path, "%s/%s", s->dir, file);
    FILE *f = fopen(text_str(&path), "we");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
}

static inline void
scratch_copy(const struct scratch *s, const char *from_dir, const char *file)
{
    AUTO_TEXT struct text path = { 0 };
    text_addf(&path, "%s/%s", from_dir, file);
    size_t len = 0;
    AUTO_FREE char *bytes = slurp(text_str(&path), &len);
    assert_non_null(bytes);
    scratch_write(s, file, bytes, len);
}

static inline struct scratch
scratch_open(const char *from_dir)
{
    struct scratch s = { "/tmp/coprod-plan-XXXXXX" };
    assert_non_null(mkdtemp(s.dir));
    static const char *const parts[] = SCRATCH_PARTS;
    for (size_t i = 0; i < 3; i++) {
        scratch_copy(&s, from_dir, parts[i]);
    }
    return s;
}

static inline void
scratch_done(const struct scratch *s)
{
    static const char *const parts[] = SCRATCH_PARTS;
    for (size_t i = 0; i < LENGTH(parts); i++) {
        AUTO_TEXT struct text path = { 0 };
        text_addf(&path, "%s/%s", s->dir, parts[i]);
        (void)unlink(text_str(&path));
    }
    (void)rmdir(s->dir);
}

/* config/plan.yaml with each `from` replaced by its `to`, loaded from the scratch folder. */
struct edit {
    const char *from, *to;
};

static inline void
add_edited(struct text *out, const char *bytes, const struct edit *edit)
{
    size_t n = strlen(edit->from);
    const char *p = bytes;
    for (const char *hit = strstr(p, edit->from); hit; hit = strstr(p, edit->from)) {
        text_addn(out, p, (size_t)(hit - p));
        text_add(out, edit->to);
        p = hit + n;
    }
    assert_true(p != bytes); /* an edit that edits nothing tests nothing */
    text_add(out, p);
}

/* Texts of CO-304 and how long they may be. longest_text is that and `more` bytes: letters of two
 * bytes, and a line break where there may be one. The caller frees it. */
struct longest {
    const char *from, *begins;
    size_t bytes;
};
static const struct longest longest_texts[] = {
    { "title: Co-production, working in partnership with patients", "title: ", TEXT_LINE_MAX - 1 },
    { "version: \"11\"", "version: ", TEXT_LINE_MAX - 1 },
    { "url: https://www.example.nhs.uk/policies/co-304", "url: https://", TEXT_FIELD_MAX - 8 },
    { "formats_contact: Communications Team, communications@example.nhs.uk", "formats_contact: ",
      TEXT_LINE_MAX - 1 },
    { "text: Design a workshop on co-production and hold it for all Directors and Senior Leaders.",
      "text: |\n          W\n          ", TEXT_FIELD_MAX - 2 },
    { "metric: The workshop exists and those who came have given feedback.", "metric: ",
      TEXT_FIELD_MAX },
};

static inline char *
longest_text(const struct longest *x, size_t more)
{
    AUTO_TEXT struct text to = { 0 };
    char *bytes = NULL;
    size_t n = x->bytes + more;
    text_add(&to, x->begins);
    for (size_t i = 0; i < n / 2; i++) {
        text_add(&to, strchr(x->begins, '/') ? "ab" : "\xc5\xb5");
    }
    text_add(&to, n % 2 ? "x" : "");
    assert_int_equal(text_take(&to, &bytes), 0);
    return bytes;
}

static inline void
write_edited(const struct scratch *s, const struct edit *edits, size_t n)
{
    size_t len = 0;
    char *bytes = slurp("config/plan.yaml", &len);
    assert_non_null(bytes);
    for (size_t i = 0; i < n; i++) {
        struct text edited = { 0 };
        add_edited(&edited, bytes, &edits[i]);
        free(bytes);
        assert_int_equal(text_take(&edited, &bytes), 0);
    }
    scratch_write(s, "plan.yaml", bytes, strlen(bytes));
    free(bytes);
}

static inline struct plan_set *
load_edited(const struct scratch *s, const struct edit *edits, size_t n)
{
    AUTO_TEXT struct text path = { 0 };
    write_edited(s, edits, n);
    text_addf(&path, "%s/plan.yaml", s->dir);
    return load(text_str(&path));
}

#endif
