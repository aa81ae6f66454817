/* SPDX-License-Identifier: MIT */
/* spc.c - survey spc: charts of many series, from files to files, to compare with other tools. */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/list.h"
#include "cli.h"
#include "rules/spc.h"
#include "survey/scan.h"

enum { SERIES_ID_MAX = 64, REBASES_MAX = 64, COLUMNS_MAX = 16, NUMBER_MAX = 64 };

struct series {
    char id[SERIES_ID_MAX];
    char cell[2 * SERIES_ID_MAX + 3]; /* the id as a cell of a CSV */
    struct spc_options opt;
    day_t rebases[REBASES_MAX];
    size_t n_rebases;
    size_t first, n; /* its rows, once these are sorted */
    const char *error;
};
struct value {
    size_t series;
    day_t day;
    double y;
};
struct job {
    struct cli *c;
    enum spc_profile profile;
    struct series *series; /* sorted by id */
    size_t n_series, cap_series;
    struct value *values;
    size_t n_values, cap_values;
    FILE *points, *summary;
    const char *fault; /* of the row that was refused, in words */
};

static void
job_done(struct job *j)
{
    free(j->series);
    free(j->values);
    if (j->points) {
        (void)fclose(j->points);
    }
    if (j->summary) {
        (void)fclose(j->summary);
    }
}
#define AUTO_JOB __attribute__((cleanup(job_done)))

/* ---- reading ------------------------------------------------------------------------------- */

static bool
is_word(struct scan_field f, const char *word)
{
    return f.len == strlen(word) && memcmp(f.s, word, f.len) == 0;
}

/* A number, or NaN for NA and nothing; false for anything else. */
static bool
read_number(struct scan_field f, double *ret)
{
    char text[NUMBER_MAX];
    char *end = NULL;
    *ret = NAN;
    if (f.len == 0 || is_word(f, "NA") || is_word(f, "NaN")) {
        return true;
    }
    if (f.len >= sizeof text) {
        return false;
    }
    memcpy(text, f.s, f.len);
    text[f.len] = '\0';
    *ret = strtod(text, &end);
    return *end == '\0' && isfinite(*ret);
}

static bool
read_day(struct scan_field f, day_t *ret)
{
    char text[DAY_TEXT_MAX];
    if (f.len >= sizeof text) {
        return false;
    }
    memcpy(text, f.s, f.len);
    text[f.len] = '\0';
    return day_parse(text, ret) == 0;
}

static bool
read_id(struct scan_field f, char ret[SERIES_ID_MAX])
{
    if (f.len == 0 || f.len >= SERIES_ID_MAX) {
        return false;
    }
    memcpy(ret, f.s, f.len);
    ret[f.len] = '\0';
    return !text_has_control(ret);
}

static bool
read_rebases(struct series *s, struct scan_field f)
{
    while (f.len > 0) {
        const char *end = memchr(f.s, ';', f.len);
        size_t len = end ? (size_t)(end - f.s) : f.len;
        if (s->n_rebases == REBASES_MAX
            || !read_day((struct scan_field){ f.s, len }, &s->rebases[s->n_rebases])) {
            return false;
        }
        s->n_rebases++;
        f.s += end ? len + 1 : len;
        f.len -= end ? len + 1 : len;
    }
    return true;
}

static int
refuse_row(struct job *j, const char *fault)
{
    j->fault = fault;
    return -EBADMSG;
}

static int
take_options(struct job *j, const struct scan_field *f)
{
    int r = list_room(&j->series, j->n_series, &j->cap_series, sizeof *j->series);
    if (r < 0) {
        return r;
    }
    struct series *s = &j->series[j->n_series];
    *s = (struct series){ .opt = { .profile = j->profile } };
    double fix = NAN;
    s->opt.direction = is_word(f[1], "increase") ? 1 : is_word(f[1], "decrease") ? -1 : 0;
    if (!read_id(f[0], s->id)) {
        return refuse_row(j, "its series_id is empty, too long or no text");
    }
    if (s->opt.direction == 0 && !is_word(f[1], "neutral")) {
        return refuse_row(j, "its improvement_direction is none of increase, decrease, neutral");
    }
    if (!read_number(f[2], &s->opt.target)) {
        return refuse_row(j, "its target is no number");
    }
    if (!read_number(f[3], &fix) || (!isnan(fix) && (fix < 0 || fix > 1e9))) {
        return refuse_row(j, "its fix_after_n_points is no number of points");
    }
    if (!read_rebases(s, f[4])) {
        return refuse_row(j, "its rebase_dates are no days of the calendar with ; between them");
    }
    s->opt.has_target = !isnan(s->opt.target);
    s->opt.fix_after = isnan(fix) ? 0 : fix < 1 ? 1 : (size_t)fix;
    s->opt.screen = is_word(f[5], "1") || is_word(f[5], "TRUE") || f[5].len == 0;
    AUTO_TEXT struct text cell = { 0 };
    csv_text(&cell, s->id, true);
    j->n_series++;
    return cell.bad ? cell.bad : text_copy(s->cell, sizeof s->cell, text_str(&cell));
}

static int
by_id(const void *a, const void *b)
{
    return strcmp(((const struct series *)a)->id, ((const struct series *)b)->id);
}

static int
take_value(struct job *j, const struct scan_field *f)
{
    struct series key;
    struct value v = { 0 };
    int r = list_room(&j->values, j->n_values, &j->cap_values, sizeof *j->values);
    if (r < 0) {
        return r;
    }
    if (!read_day(f[1], &v.day)) {
        return refuse_row(j, "its date is no day of the calendar, such as 2020-01-31");
    }
    if (!read_number(f[2], &v.y)) {
        return refuse_row(j, "its y is no number; NA or nothing where there is none");
    }
    bool is_id = read_id(f[0], key.id);
    const struct series *s =
        is_id ? bsearch(&key, j->series, j->n_series, sizeof *s, by_id) : NULL;
    if (!s) {
        return refuse_row(j, "its series_id is not in the file of options");
    }
    v.series = (size_t)(s - j->series);
    j->values[j->n_values++] = v;
    return 0;
}

/* Where the wanted columns stand; else which one is missing. */
static const char *
find_columns(const struct scan_row *header, const char *const *names, size_t at[COLUMNS_MAX])
{
    for (size_t i = 0; names[i]; i++) {
        at[i] = 0;
        while (at[i] < header->n_fields && !is_word(header->fields[at[i]], names[i])) {
            at[i]++;
        }
        if (at[i] == header->n_fields) {
            return names[i];
        }
    }
    return NULL;
}

static int
read_rows(struct job *j, struct scan *s, const char *path, const char *const *names,
          int (*take)(struct job *, const struct scan_field *))
{
    size_t at[COLUMNS_MAX];
    struct scan_row row;
    int r = scan_next(s, &row);
    const char *missing = r > 0 && row.fault == SCAN_OK ? find_columns(&row, names, at) : names[0];
    if (missing) {
        return cli_fail(j->c, EXIT_BAD_INPUT, "%s: the header has no column %s", path, missing);
    }
    while ((r = scan_next(s, &row)) > 0) {
        struct scan_field wanted[COLUMNS_MAX];
        for (size_t i = 0; names[i] && row.fault == SCAN_OK; i++) {
            wanted[i] = row.fields[at[i]];
        }
        int taken = row.fault == SCAN_OK ? take(j, wanted)
                                         : refuse_row(j, "its fields are not those of the header");
        if (taken < 0) {
            return cli_fail(j->c, taken == -ENOMEM ? EXIT_INTERNAL : EXIT_BAD_INPUT,
                            "%s:%lld: the row cannot be used: %s", path, (long long)row.line,
                            taken == -ENOMEM ? "out of memory" : j->fault);
        }
    }
    return r < 0 ? cli_fail(j->c, EXIT_BAD_INPUT, "%s: %s", path, scan_why(s)) : EXIT_OK;
}

static int
read_file(struct job *j, const char *path, const char *const *names,
          int (*take)(struct job *, const struct scan_field *))
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    AUTO(scan) struct scan *s = NULL;
    struct err why = { "" };
    if (fd < 0) {
        return cli_fail(j->c, EXIT_NO_INPUT, "cannot open %s: %s", path, strerror(errno));
    }
    int r = scan_open(fd, &s, &why);
    return r < 0 ? cli_fail(j->c, cli_exit_of(r), "%s: %s", path, why.text)
                 : read_rows(j, s, path, names, take);
}

/* ---- writing ------------------------------------------------------------------------------- */

static const char *
number(double x, char buf[NUMBER_MAX])
{
    if (isnan(x)) {
        return "NA";
    }
    (void)snprintf(buf, NUMBER_MAX, "%.17g", x);
    return buf;
}

static const char *
flag(enum spc_flag f)
{
    static const char *const words[] = { [SPC_NO] = "0", [SPC_YES] = "1", [SPC_NA] = "NA" };
    return words[f];
}

static void
write_points(const struct job *j, const struct series *s, const struct spc_point *points)
{
    char day[DAY_TEXT_MAX];
    char y[NUMBER_MAX];
    char mean[NUMBER_MAX];
    char lpl[NUMBER_MAX];
    char upl[NUMBER_MAX];
    char target[NUMBER_MAX];
    for (size_t i = 0; i < s->n; i++) {
        const struct spc_point *p = &points[i];
        const struct value *v = &j->values[s->first + i];
        static const char *const sides[] = { "-1", "0", "1", "NA" };
        (void)fprintf(j->points,
                      "%s,\"%zu\",\"%s\",\"%s\",\"%zu\",\"%d\",\"%d\",\"%s\",\"%s\",\"%s\","
                      "\"%s\",\"%s\",\"%s\",\"%d\",\"%d\",\"%d\",\"%s\",\"%d\",\"%s\",\"%s\"\n",
                      s->cell, i + 1, day_format(v->day, day), number(v->y, y), p->group,
                      p->short_group, p->in_baseline, number(p->mean, mean), number(p->lpl, lpl),
                      number(p->upl, upl), sides[p->side + 1], flag(p->outside), flag(p->close),
                      p->trend, p->two_in_three, p->shift, spc_type_words(p->type),
                      p->verdict != SPC_IS_COMMON, spc_verdict_word(p->verdict),
                      number(s->opt.has_target ? s->opt.target : NAN, target));
    }
}

static const char *
or_na(const char *word)
{
    return word ? word : "NA";
}

static void
write_group(const struct job *j, const struct series *s, const struct spc_group *g, size_t index,
            bool is_last)
{
    char mean[NUMBER_MAX];
    char lpl[NUMBER_MAX];
    char upl[NUMBER_MAX];
    bool has_icon = is_last && !(j->profile == SPC_MDC_2023 && g->n_values < SPC_SHORT_GROUP);
    enum spc_assurance a = has_icon ? g->assurance : SPC_ASSURANCE_NONE;
    const char *message = g->is_short       ? "fewer than 13 rows: the limits are provisional"
                          : g->is_collapsed ? "no variation: the limits mean nothing"
                                            : "";
    (void)fprintf(j->summary,
                  "%s,\"%zu\",\"%d\",\"ok\",\"%s\",\"%zu\",\"%s\",\"%s\",\"%s\",\"%zu\","
                  "\"%zu\",\"%zu\",\"%s\",\"%s\",\"%s\",\"%s\",\"%s\"\n",
                  s->cell, index, is_last, message, g->n, number(g->mean, mean),
                  number(g->lpl, lpl), number(g->upl, upl), g->n_common, g->n_improvement,
                  g->n_concern, spc_verdict_word(g->last_verdict), or_na(spc_assurance_word(a)),
                  has_icon ? spc_variation_icon(g->last_verdict, s->opt.direction) : "NA",
                  or_na(spc_assurance_icon(a)), spc_type_words(g->last_type));
}

static void
write_error(const struct job *j, const struct series *s)
{
    (void)fprintf(j->summary, "%s,\"NA\",\"1\",\"error\",\"%s\",\"%zu\"", s->cell, s->error,
                  s->n);
    for (int i = 0; i < 11; i++) {
        (void)fputs(",\"NA\"", j->summary);
    }
    (void)fputc('\n', j->summary);
}

/* ---- the charts ---------------------------------------------------------------------------- */

static int
by_series_and_day(const void *a, const void *b)
{
    const struct value *x = a;
    const struct value *y = b;
    if (x->series != y->series) {
        return x->series < y->series ? -1 : 1;
    }
    return x->day < y->day ? -1 : x->day > y->day;
}

static bool
is_rebase(const struct series *s, day_t day)
{
    for (size_t i = 0; i < s->n_rebases; i++) {
        if (s->rebases[i] == day) {
            return true;
        }
    }
    return false;
}

/* Room for the longest series. */
struct room {
    double *y;
    bool *rebase;
    struct spc_point *points;
    struct spc_group *groups;
};

static void
room_done(struct room *r)
{
    free(r->y);
    free(r->rebase);
    free(r->points);
    free(r->groups);
}
#define AUTO_ROOM __attribute__((cleanup(room_done)))

static int
make_room(const struct job *j, struct room *ret)
{
    size_t n = 1;
    for (size_t i = 0; i < j->n_series; i++) {
        n = j->series[i].n > n ? j->series[i].n : n;
    }
    ret->y = calloc(n, sizeof *ret->y);
    ret->rebase = calloc(n, sizeof *ret->rebase);
    ret->points = calloc(n, sizeof *ret->points);
    ret->groups = calloc(n + 1, sizeof *ret->groups);
    return ret->y && ret->rebase && ret->points && ret->groups ? 0 : -ENOMEM;
}

static void
chart_one(const struct job *j, struct series *s, struct room *room)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct value *v = &j->values[s->first + i];
        room->y[i] = v->y;
        room->rebase[i] = is_rebase(s, v->day);
        if (i > 0 && v->day == v[-1].day) {
            s->error = "two values on one date";
        }
    }
    int n = -EINVAL;
    if (!s->error) {
        n = spc_chart(&s->opt, room->y, room->rebase, s->n, room->points, room->groups);
    }
    if (n < 0) {
        s->error = s->error ? s->error : "fix_after_n_points must be at least 12";
        write_error(j, s);
        return;
    }
    write_points(j, s, room->points);
    for (int g = 0; g < n; g++) {
        write_group(j, s, &room->groups[g], room->points[room->groups[g].first].group, g + 1 == n);
    }
}

static int
open_out(struct job *j, const char *option, const char *header, FILE **ret)
{
    const char *path = cli_option(j->c, option);
    *ret = fopen(path, "we");
    if (!*ret || fputs(header, *ret) < 0) {
        return cli_fail(j->c, EXIT_CANNOT_CREATE, "cannot write %s: %s", path, strerror(errno));
    }
    return EXIT_OK;
}

static int
close_out(struct job *j, const char *option, FILE **f)
{
    bool was_bad = ferror(*f) != 0;
    was_bad |= fclose(*f) != 0;
    *f = NULL;
    return was_bad ? cli_fail(j->c, EXIT_IO, "%s was not written whole", cli_option(j->c, option))
                   : EXIT_OK;
}

static int
chart_all(struct job *j)
{
    AUTO_ROOM struct room room = { 0 };
    if (j->n_values > 1) {
        qsort(j->values, j->n_values, sizeof *j->values, by_series_and_day);
    }
    for (size_t i = 0; i < j->n_values; i++) {
        struct series *s = &j->series[j->values[i].series];
        s->first = s->n ? s->first : i;
        s->n++;
    }
    if (make_room(j, &room) < 0) {
        return cli_fail(j->c, EXIT_INTERNAL, "out of memory");
    }
    for (size_t i = 0; i < j->n_series; i++) {
        chart_one(j, &j->series[i], &room);
    }
    int code = close_out(j, "points-out", &j->points);
    return code != EXIT_OK ? code : close_out(j, "summary-out", &j->summary);
}

static int
read_all(struct job *j)
{
    static const char *const options[] = { "series_id", "improvement_direction", "target",
                                           "fix_after_n_points", "rebase_dates", "screen_outliers",
                                           NULL };
    static const char *const values[] = { "series_id", "date", "y", NULL };
    int code = read_file(j, cli_option(j->c, "options"), options, take_options);
    if (code != EXIT_OK) {
        return code;
    }
    if (j->n_series > 1) {
        qsort(j->series, j->n_series, sizeof *j->series, by_id);
    }
    for (size_t i = 1; i < j->n_series; i++) {
        if (by_id(&j->series[i - 1], &j->series[i]) == 0) {
            return cli_fail(j->c, EXIT_BAD_INPUT, "series %s has options twice", j->series[i].id);
        }
    }
    return read_file(j, cli_option(j->c, "series"), values, take_value);
}

int
cmd_survey_spc(struct cli *c)
{
    static const char *const needed[] = { "series", "options", "points-out", "summary-out" };
    static const char points[] =
        "\"series_id\",\"idx\",\"date\",\"y\",\"rebase_group\",\"short_group_warning\","
        "\"in_baseline\",\"mean\",\"lpl\",\"upl\",\"relative_to_mean\",\"outside_limits\","
        "\"close_to_limits\",\"rule_trend\",\"rule_two_in_three\",\"rule_shift\","
        "\"special_cause_type\",\"special_cause_flag\",\"point_type\",\"target\"\n";
    static const char summary[] =
        "\"series_id\",\"rebase_group\",\"is_last_group\",\"status\",\"message\",\"n\",\"mean\","
        "\"lpl\",\"upl\",\"common_cause\",\"special_cause_improvement\",\"special_cause_concern\","
        "\"variation_type\",\"assurance_type\",\"variation_icon\",\"assurance_icon\","
        "\"last_special_cause_type\"\n";
    const char *profile = cli_option(c, "profile");
    AUTO_JOB struct job j = { .c = c };
    j.profile = spc_profile_parse(profile ? profile : "nhsr-0.2.2");
    int code = EXIT_OK;
    for (size_t i = 0; code == EXIT_OK && i < LENGTH(needed); i++) {
        code = cli_require(c, needed[i]);
    }
    code = code != EXIT_OK ? code : read_all(&j);
    code = code != EXIT_OK ? code : open_out(&j, "points-out", points, &j.points);
    code = code != EXIT_OK ? code : open_out(&j, "summary-out", summary, &j.summary);
    return code != EXIT_OK ? code : chart_all(&j);
}
