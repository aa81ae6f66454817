/* SPDX-License-Identifier: MIT */
/*
 * fuzz_survey.c - any bytes as a survey's definition and, behind the first NUL, as its file; when
 * the definition is not sound a known one takes its place.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"
#include "survey/mapping.h"
#include "survey/table.h"

static const char sound[] = "survey: s\ntitle: t\nversion: \"1\"\nresponse: none\n"
                            "dates: { column: d, forms: [iso, d/m/y, m/d/y, d-month-y] }\n"
                            "units: { columns: [u, v] }\n"
                            "questions: [{ id: q, wording: w, column: a }]\n"
                            "scale:\n  answers:\n"
                            "    - { code: 1, label: yes, tone: positive }\n"
                            "    - { code: 2, label: no, tone: negative }\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
count_rows(const struct definition *def, struct scan *s, struct rollup *rollup)
{
    struct scan_row row;
    struct mapping m;
    if (scan_next(s, &row) <= 0 || mapping_init(&m, def, &row, DAY_NONE, NULL) < 0) {
        return;
    }
    while (scan_next(s, &row) > 0) {
        struct mapped got;
        struct reject no;
        char words[ERR_TEXT_MAX];
        uint32_t unit = 0;
        if (!mapping_row(&m, &row, &got, &no)) {
            (void)reject_words(&no, words, sizeof words);
        } else if (!got.is_withdrawn && rollup_unit(rollup, got.unit, got.n_unit, &unit) == 0) {
            (void)!rollup_add(rollup, unit, got.month, 0, got.answers[0].slot, 1);
        }
    }
}

static void
read_file(const struct definition *def, const uint8_t *data, size_t size)
{
    AUTO_CLOSE int fd = memfd_create("fuzz", MFD_CLOEXEC);
    AUTO(scan) struct scan *s = NULL;
    AUTO(rollup) struct rollup *rollup = NULL;
    AUTO(table) struct table *t = NULL;
    AUTO_TEXT struct text csv = { 0 };
    if (write(fd, data, size) != (ssize_t)size || lseek(fd, 0, SEEK_SET) < 0
        || scan_open(fd, &s, NULL) < 0 || rollup_new(&rollup) < 0) {
        return;
    }
    count_rows(def, s, rollup);
    const struct table_options opt = { .totals = true };
    if (table_build(def, rollup, &opt, &t) == 0) {
        table_csv(def, t, &csv);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_DIAG struct diag d = { 0 };
    AUTO_TEXT struct text out = { 0 };
    AUTO(definition) struct definition *def = NULL;
    const uint8_t *cut = size > 0 ? memchr(data, 0, size) : NULL;
    size_t len = cut ? (size_t)(cut - data) : size;
    if (definition_parse("fuzz.yaml", (const char *)data, len, &d, &def) < 0) {
        diag_print(&d, &out);
        struct diag none = { 0 };
        if (definition_parse("sound.yaml", sound, sizeof sound - 1, &none, &def) < 0) {
            abort();
        }
    }
    read_file(def, cut ? cut + 1 : data, cut ? size - len - 1 : size);
    return 0;
}
