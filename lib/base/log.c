/* SPDX-License-Identifier: MIT */
/* log.c - the journal, or one line on stderr where there is none. */
#include "base/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "base/text.h"

enum { FIELDS_MAX = 8, MESSAGE_MAX = 1024 };

static const struct event {
    enum log_level level;
    const char *id;
    const char *subject;
} events[] = {
#define LOG_EVENT(name, level, id, subject) [LOG_##name] = { LOG_##level##_, id, subject },
#include "base/log_events.def"
#undef LOG_EVENT
};

/* The log level and the program's name are the only state of the process that is not passed on. */
static struct {
    enum log_level least;
    bool has_journal;
    char program[32];
} open_log = { .least = LOG_INFO_, .program = "coprod" };

static const struct {
    const char *word;
    enum log_level level;
} level_words[] = { { "error", LOG_ERR_ },
                    { "warning", LOG_WARNING_ },
                    { "notice", LOG_NOTICE_ },
                    { "info", LOG_INFO_ },
                    { "debug", LOG_DEBUG_ } };

/* systemd says in JOURNAL_STREAM which device and inode stderr has when it leads to the journal. */
static bool
stderr_is_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    struct stat st;
    char here[64];
    if (!stream || fstat(STDERR_FILENO, &st) < 0) {
        return false;
    }
    (void)snprintf(here, sizeof here, "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
    return strcmp(stream, here) == 0;
}

void
log_open(const char *program)
{
    const char *word = getenv("COPROD_LOG");
    for (size_t i = 0; word && i < LENGTH(level_words); i++) {
        if (strcmp(word, level_words[i].word) == 0) {
            open_log.least = level_words[i].level;
        }
    }
    (void)snprintf(open_log.program, sizeof open_log.program, "%s", program);
    open_log.has_journal = stderr_is_journal();
}

void
log_limit(enum log_level least)
{
    open_log.least = least;
}

bool
log_wants(enum log_level level)
{
    return level <= open_log.least;
}

void
log_line(enum log_level level, const char *program, const char *message, struct text *out)
{
    text_addf(out, "<%d>%s: ", (int)level, program);
    for (const unsigned char *c = (const unsigned char *)message; *c; c++) {
        if (*c < 0x20 || *c == 0x7F) {
            text_addf(out, "\\x%02x", *c);
        } else {
            text_addc(out, (char)*c);
        }
    }
    text_addc(out, '\n');
}

static void
to_stderr(enum log_level level, const char *message)
{
    AUTO_TEXT struct text line = { 0 };
    log_line(level, open_log.program, message, &line);
    /* One write, so that lines of several processes do not mix. */
    (void)!write(STDERR_FILENO, text_str(&line), line.len);
}

/* One field of a journal entry; the bytes must outlive the send. */
struct entry {
    struct iovec fields[FIELDS_MAX];
    char bytes[FIELDS_MAX][MESSAGE_MAX + 16];
    int n;
};

static void PRINTF_LIKE(2, 3)
entry_add(struct entry *e, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(e->bytes[e->n], sizeof e->bytes[e->n], format, args);
    va_end(args);
    if (len < 0) {
        return;
    }
    size_t most = sizeof e->bytes[e->n] - 1;
    e->fields[e->n].iov_base = e->bytes[e->n];
    e->fields[e->n].iov_len = (size_t)len < most ? (size_t)len : most;
    e->n++;
}

static int
to_journal(enum log_level level, const char *id, const struct log_fields *about,
           const char *message)
{
    struct entry e = { .n = 0 };
    entry_add(&e, "MESSAGE=%s", message);
    entry_add(&e, "PRIORITY=%d", (int)level);
    entry_add(&e, "SYSLOG_IDENTIFIER=%s", open_log.program);
    if (id) {
        entry_add(&e, "MESSAGE_ID=%s", id);
    }
    if (about && about->job_id) {
        entry_add(&e, "COPROD_JOB_ID=%" PRIu64, about->job_id);
    }
    if (about && about->attempt) {
        entry_add(&e, "COPROD_ATTEMPT=%" PRIu32, about->attempt);
    }
    if (about && about->action) {
        entry_add(&e, "COPROD_ACTION=%s", about->action);
    }
    if (about && about->worker) {
        entry_add(&e, "COPROD_WORKER=%s", about->worker);
    }
    return sd_journal_sendv(e.fields, e.n);
}

static void PRINTF_LIKE(4, 0)
emit(enum log_level level, const char *id, const struct log_fields *about, const char *format,
     va_list args)
{
    if (!log_wants(level)) {
        return;
    }
    int saved = errno;
    char message[MESSAGE_MAX];
    (void)vsnprintf(message, sizeof message, format, args);
    if (!open_log.has_journal || to_journal(level, id, about, message) < 0) {
        to_stderr(level, message);
    }
    errno = saved;
}

void
log_event(enum log_event_kind kind, const struct log_fields *fields, const char *format, ...)
{
    const struct event *event = &events[kind];
    va_list args;
    va_start(args, format);
    emit(event->level, event->id, fields, format, args);
    va_end(args);
}

int
log_err(int r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    emit(LOG_ERR_, NULL, NULL, format, args);
    va_end(args);
    return r;
}

void
log_info(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    emit(LOG_INFO_, NULL, NULL, format, args);
    va_end(args);
}

void
log_debug(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    emit(LOG_DEBUG_, NULL, NULL, format, args);
    va_end(args);
}

const char *
log_event_id(enum log_event_kind kind)
{
    return events[kind].id;
}

const char *
log_event_subject(enum log_event_kind kind)
{
    return events[kind].subject;
}
