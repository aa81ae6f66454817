/* SPDX-License-Identifier: MIT */
/*
 * log.h - the journal. Only programs log; lib/ returns errors.
 *
 *   log_event(LOG_JOB_DEAD, &(struct log_fields){ .job_id = 41 }, "gave up: %s", why);
 *   return log_err(r, "plan refused, keeping revision %d: %s", revision, why.text);
 *
 * Every kind of event has one MESSAGE_ID (log_events.def), so that it can be found and explained
 * (`journalctl -x`). With a journal on stderr the entry carries fields; without, one line
 * `<level>program: text` is written to stderr, control characters escaped so that no text can forge
 * a second line. Never put a person's name or address into a log: ids and roles only.
 */
#ifndef COPROD_BASE_LOG_H
#define COPROD_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* As in syslog. */
enum log_level { LOG_ALERT_ = 1, LOG_ERR_ = 3, LOG_WARNING_ = 4, LOG_NOTICE_ = 5, LOG_INFO_ = 6,
                 LOG_DEBUG_ = 7 };

enum log_event_kind {
    LOG_NONE = 0,
#define LOG_EVENT(name, level, id, subject) LOG_##name,
#include "base/log_events.def"
#undef LOG_EVENT
    LOG_EVENT_MAX_
};

/* What the event is about; empty fields are left out. */
struct log_fields {
    uint64_t job_id;    /* COPROD_JOB_ID */
    uint32_t attempt;   /* COPROD_ATTEMPT */
    const char *action; /* COPROD_ACTION: a reference such as 2e */
    const char *worker; /* COPROD_WORKER: kind and pid */
};

/* The name before each line; call once at the start of a program. */
void log_open(const char *program);
/* Events below this level are dropped. log_open reads COPROD_LOG, for example COPROD_LOG=debug. */
void log_limit(enum log_level least);
bool log_wants(enum log_level level); /* before costly words are made */

void log_event(enum log_event_kind kind, const struct log_fields *fields, const char *format, ...)
    PRINTF_LIKE(3, 4);
/* An error with no kind of its own; returns r. */
int log_err(int r, const char *format, ...) PRINTF_LIKE(2, 3);
void log_info(const char *format, ...) PRINTF_LIKE(1, 2);
void log_debug(const char *format, ...) PRINTF_LIKE(1, 2);

/* The line as it goes to stderr (tests). */
struct text;
void log_line(enum log_level level, const char *program, const char *message, struct text *out);
/* "8d45620c..." and the subject of an event (tests check the catalog against them). */
const char *log_event_id(enum log_event_kind kind);
const char *log_event_subject(enum log_event_kind kind);

#endif
