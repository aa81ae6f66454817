/* SPDX-License-Identifier: MIT */
/* survey_import.c - survey import: a file to the hub, and what became of it. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/csv.h"
#include "base/file.h"
#include "base/zone.h"
#include "hubcall.h"
#include "progress.h"
#include "store/store.h"
#include "surveys.h"

enum { PIECE_MAX = 1024 * 1024, SPOOL_NAME_MAX = 190, WAIT_MS = 600000, LOOK_EVERY_MS = 25 };

/* ---- counts of an import ----------------------------------------------------------------- */

struct put {
    struct cli *c;
    FILE *rejects;
};

static int
put_reason(void *arg, const struct row *row)
{
    const struct put *p = arg;
    out_text(p->c->out, row_text_or(row, 0, ""));
    out_int(p->c->out, row_i64(row, 1));
    return 0;
}

static int
put_reject(void *arg, const struct row *row)
{
    const struct put *p = arg;
    AUTO_TEXT struct text line = { 0 };
    text_addf(&line, "%lld,", (long long)row_i64(row, 0));
    if (row_i64(row, 1) > 0) { /* else it is of no column */
        text_addf(&line, "%lld", (long long)row_i64(row, 1));
    }
    text_addf(&line, ",%s,", row_text_or(row, 2, ""));
    csv_text(&line, row_text_or(row, 3, ""), true);
    text_addc(&line, '\n');
    return line.bad || fputs(text_str(&line), p->rejects) < 0 ? -EIO : 0;
}

/* What the file held is counted by now. */
static const char *
rejects_hint(const struct cli *c)
{
    return cli_flag(c, "dry-run") ? NULL
                                  : "its rows are counted all the same: hand it in again to have "
                                    "the refused ones told again";
}

static int
write_rejects(struct cli *c, struct store *s, int64_t batch)
{
    const char *path = cli_option(c, "rejects");
    if (!path) {
        return EXIT_OK;
    }
    struct put put = { c, fopen(path, "we") };
    if (!put.rejects) {
        return cli_fail_hint(c, EXIT_CANNOT_CREATE, rejects_hint(c), "cannot write %s: %s", path,
                             strerror(errno));
    }
    int r = fputs("line,column,reason,words\n", put.rejects) < 0 ? -EIO : 0;
    r = r < 0 ? r : survey_rejects(s, batch, put_reject, &put, NULL);
    if (fclose(put.rejects) != 0 || r < 0) {
        return cli_fail_hint(c, EXIT_IO, rejects_hint(c), "%s was not written whole", path);
    }
    return EXIT_OK;
}

static void
say_note(void *arg, const char *words)
{
    out_note(arg, "%s", words);
}

static int
print_counts(struct cli *c, struct store *s, const char *survey, const struct import_result *done)
{
    static const struct column columns[] = { { .key = "reason", .head = "REJECTED BECAUSE" },
                                             { .key = "n", .head = "ROWS", .right = true },
                                             { 0 } };
    const struct survey_counts *n = &done->counts;
    out_field(c->out, "survey", "Survey", "%s", survey);
    out_field_bool(c->out, "is_known_file", NULL, done->is_known);
    out_field_int(c->out, "read", "Read", n->n_read);
    out_field_int(c->out, "new", "New", n->n_new);
    out_field_int(c->out, "repeat", "Repeat", n->n_repeat);
    out_field_int(c->out, "corrected", "Corrected", n->n_corrected);
    out_field_int(c->out, "withdrawn", "Withdrawn", n->n_withdrawn);
    out_field_int(c->out, "stale", "Stale", n->n_stale);
    out_field_int(c->out, "late", "Late", n->n_late);
    out_field_int(c->out, "rejected", "Rejected", n->n_rejected);
    out_field_bool(c->out, "dry_run", NULL, cli_flag(c, "dry-run"));
    struct put put = { .c = c };
    struct err why = { "" };
    if (n->n_rejected > 0 || out_form(c->out) == OUT_JSON) {
        out_table(c->out, "rejected_by_reason", columns);
        int r = survey_reject_counts(s, done->batch, put_reason, &put, &why);
        if (r < 0) {
            return cli_fail(c, cli_exit_of(r), "%s", why.text);
        }
    }
    if (done->is_known) {
        out_note(c->out, "This very file was imported before; nothing was counted again.");
    }
    import_advice(done, say_note, c->out);
    return write_rejects(c, s, done->batch);
}

/* DAY_NONE when the zone is unknown: then no answer is from the future. */
static day_t
today_here(const struct cli *c)
{
    struct err why = { "" };
    struct zone_file *file = NULL;
    day_t today = DAY_NONE;
    if (zone_open(c->conf->zone, &file, &why) >= 0) {
        today = zone_day(zone_of(file), clock_wall_ms());
    }
    (void)zone_free(file);
    return today;
}

/* ---- import through the hub ---------------------------------------------------------------- */

/* In pieces, since a message has a bound; the hub shows the file to the worker with the last. */
static int
spool(struct cli *c, const char *path, const char *name)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    AUTO_FREE char *piece = malloc(PIECE_MAX);
    if (fd < 0 || fstat(fd, &st) < 0 || !piece) {
        return cli_fail(c, EXIT_NO_INPUT, "cannot read %s: %s", path, strerror(errno));
    }
    struct progress progress = progress_begin();
    for (int64_t at = 0; at == 0 || at < st.st_size;) {
        progress_show(&progress, "handed over", at, st.st_size);
        ssize_t n = pread(fd, piece, PIECE_MAX, at);
        if (n <= 0) {
            return cli_fail(c, EXIT_IO, "%s became shorter while it was read", path);
        }
        char offset[32];
        (void)snprintf(offset, sizeof offset, "%lld", (long long)at);
        struct hubcall call = { .verb = "spool", .body = piece, .body_len = (size_t)n };
        hubcall_add(&call, "name", name);
        hubcall_add(&call, "offset", offset);
        at += n;
        if (at >= st.st_size) {
            hubcall_add(&call, "last", "1");
        }
        struct err why = { "" };
        struct hubanswer answer __attribute__((cleanup(hubanswer_freep))) = { 0 };
        int r = hubcall_ask(c, &call, &answer, &why);
        if (r < 0) {
            return hubcall_fail(c, r, &why);
        }
        if (answer.code != 0) {
            return cli_fail(c, (enum exit_code)answer.code, "%s", answer.text);
        }
    }
    progress_end(&progress);
    return EXIT_OK;
}

/* ID--name, so that the worker need not ask the header; only plain letters of the name. */
static void
spool_name(const struct definition *def, const char *path, char buf[SPOOL_NAME_MAX])
{
    (void)snprintf(buf, SPOOL_NAME_MAX, "%s--%s", def->id, file_last_name(path));
    for (char *s = buf; *s; s++) {
        bool is_plain = (*s >= '0' && *s <= '9') || (*s >= 'A' && *s <= 'Z')
                        || (*s >= 'a' && *s <= 'z') || strchr("-_.", *s);
        *s = is_plain ? *s : '_';
    }
}

/* A file on its way into the store. */
struct passage {
    char sha256[SURVEY_SHA_MAX];
    int64_t before_ms; /* when an earlier reading ended, that does not count; 0 = none */
    struct survey_batch batch;
};

/* 1 when the store has the whole file. */
static int
look(struct store *s, const struct definition *def, struct passage *p, struct err *why)
{
    struct survey_row survey;
    p->batch = (struct survey_batch){ .bytes_done = 0 };
    int r = survey_find(s, def->id, NULL, &survey, why);
    r = r <= 0 ? r : survey_batch_find(s, survey.id, p->sha256, &p->batch, why);
    if (r <= 0 || p->batch.state != SURVEY_BATCH_DONE) {
        return r < 0 ? r : 0;
    }
    return p->before_ms == 0 || p->batch.changed_ms != p->before_ms;
}

/* As long as it moves on, however long that is. */
static int
wait_for(struct cli *c, struct store *s, const struct definition *def, const char *path,
         struct passage *p)
{
    struct err why = { "" };
    struct stat st = { .st_size = 0 };
    int64_t before = p->batch.bytes_done;
    int r = 0;
    const struct timespec nap = { .tv_nsec = LOOK_EVERY_MS * 1000000L };
    struct progress progress = progress_begin();
    (void)stat(path, &st);
    progress_show(&progress, "taken in", 0, st.st_size);
    for (int waited = 0; r == 0 && waited < WAIT_MS; waited += LOOK_EVERY_MS) {
        r = look(s, def, p, &why);
        waited = p->batch.bytes_done != before ? 0 : waited;
        before = p->batch.bytes_done;
        if (r == 0) {
            progress_show(&progress, "taken in", before, st.st_size);
            (void)nanosleep(&nap, NULL);
        }
    }
    progress_end(&progress);
    return r < 0   ? cli_fail(c, cli_exit_of(r), "%s", why.text)
           : r > 0 ? EXIT_OK
                   : cli_fail(c, EXIT_TRY_LATER, "the file is in the inbox; it is not counted yet");
}

static int
import_for_real(struct cli *c, const struct definition *def, const char *path)
{
    struct err why = { "" };
    struct passage p = { .before_ms = 0 };
    struct progress progress = progress_begin();
    const struct import_options opt = { .def = def, .path = path, .name = path,
                                        .tell = progress_tell, .arg = &progress };
    int r = import_check(&opt, p.sha256, &why);
    progress_end(&progress);
    if (r < 0) {
        return cli_fail(c, cli_exit_of(r), "%s; nothing was changed", why.text);
    }
    AUTO(store) struct store *s = NULL;
    r = cli_store_open(c, &s, &why);
    r = r < 0 ? r : look(s, def, &p, &why);
    if (r < 0) {
        return cli_fail(c, r == -ENOENT ? EXIT_NOT_RUNNING : cli_exit_of(r), "%s", why.text);
    }
    struct import_result done = { .batch = p.batch.id, .counts = p.batch.counts };
    if (r > 0 && !import_reads_again(def, &done.counts)) {
        done.is_known = true;
        done.counts.n_repeat += done.counts.n_new;
        done.counts.n_new = 0;
        done.counts.n_late = 0;
        return print_counts(c, s, def->id, &done);
    }
    char name[SPOOL_NAME_MAX];
    spool_name(def, path, name);
    p.before_ms = r > 0 ? p.batch.changed_ms : 0;
    int code = spool(c, path, name);
    code = code != EXIT_OK ? code : wait_for(c, s, def, path, &p);
    done = (struct import_result){ .batch = p.batch.id, .counts = p.batch.counts };
    return code != EXIT_OK ? code : print_counts(c, s, def->id, &done);
}

int
cmd_survey_import(struct cli *c)
{
    AUTO_SET struct survey_set set = { .n = 0 };
    int code = cli_require(c, "survey");
    if (code != EXIT_OK) {
        return code;
    }
    const struct definition *def = survey_named(c, &set, cli_option(c, "survey"), &code);
    if (!def) {
        return code;
    }
    if (!cli_flag(c, "dry-run")) {
        return hash_init() < 0 ? cli_fail(c, EXIT_INTERNAL, "no random bytes")
                               : import_for_real(c, def, cli_arg(c, 0));
    }
    AUTO(store) struct store *s = NULL;
    struct import_result done = { 0 };
    code = survey_import_apart(c, def, cli_arg(c, 0), today_here(c), &s, &done);
    if (code != EXIT_OK) {
        return code;
    }
    out_note(c->out, "Counted apart from the store; rows that it has already are not told apart.");
    return print_counts(c, s, def->id, &done);
}
