/* SPDX-License-Identifier: MIT */
/* standing.c - duties of the calendar become jobs, each once; the next instant is kept. */
#include "engine/standing.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "engine/admin.h"
#include "engine/pack.h"
#include "engine/rollup.h"

#define NEXT "standing.next" /* REVISION-OF-SETTINGS INSTANT; "" = look again */
enum { STANDING_NONE = 0,
#define STANDING(name, word, kind, look, run) STANDING_##name,
#include "engine/standing.def"
#undef STANDING
       STANDING_MAX_ };
enum { KEY_MAX = STANDING_WHAT_MAX + 64 };

static const struct standing_row rows[STANDING_MAX_] = {
    [STANDING_NONE] = { .word = NULL },
#define STANDING(name, word, kind, look, run)                                                      \
    [STANDING_##name] = { word, JOB_KIND_##kind, look, run },
#include "engine/standing.def"
#undef STANDING
};
static const struct standing_table all = { rows, LENGTH(rows) };

/* The latest past one of a subject becomes a job, unless its key was used. */
static int
order_past(struct standing_ask *ask, struct err *reterr)
{
    char key[KEY_MAX];
    char detail[KEY_MAX];
    int64_t id = 0;
    if (!ask->name[0]) {
        return 0;
    }
    (void)snprintf(key, sizeof key, "%s|%s|%s", ask->row->word, ask->subject, ask->name);
    (void)snprintf(detail, sizeof detail, "%s %s|%s", ask->row->word, ask->subject, ask->name);
    ask->name[0] = '\0';
    int r = store_get(ask->s, Q_JOB_ID_OF_KEY, WITH(T(key)), &id, reterr);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    struct job_order order = { .kind = ask->row->kind, .key = key, .run_at_ms = ask->now_ms,
                               .detail = detail };
    r = job_order_add(ask->s, &order, ask->now_ms, reterr);
    ask->added += r > 0;
    return r < 0 ? r : 0;
}

int
standing_say(struct standing_ask *ask, const char *subject, const char *name, int64_t at_ms,
             struct err *reterr)
{
    if (at_ms > ask->now_ms) {
        ask->next_ms = at_ms < ask->next_ms ? at_ms : ask->next_ms;
        return 0;
    }
    int r = strcmp(subject, ask->subject) == 0 ? 0 : order_past(ask, reterr);
    r = r < 0 ? r : text_copy(ask->subject, sizeof ask->subject, subject);
    r = r < 0 ? r : text_copy(ask->name, sizeof ask->name, name);
    return r < 0 ? err_set(reterr, r, "%s of '%.100s': its name is too long", ask->row->word,
                           subject)
                 : 0;
}

static int
keep_next(const struct standing_ask *ask, struct err *reterr)
{
    char text[64];
    (void)snprintf(text, sizeof text, "%" PRId64 " %" PRId64, ask->w->revision, ask->next_ms);
    return store_setting_set(ask->s, NEXT, text, reterr);
}

/* The instant that was kept; INT64_MIN when it says nothing any more. */
static int
read_next(const struct world *w, struct store *s, int64_t *ret, struct err *reterr)
{
    char text[64];
    int64_t revision = 0;
    int64_t at = 0;
    *ret = INT64_MIN;
    int r = store_setting_get(s, NEXT, text, sizeof text, reterr);
    if (r > 0 && sscanf(text, "%" SCNd64 " %" SCNd64, &revision, &at) == 2
        && revision == w->revision) {
        *ret = at;
    }
    return r < 0 ? r : 0;
}

int
standing_order_of(const struct standing_table *t, const struct world *w, struct store *s,
                  int64_t now_ms, struct err *reterr)
{
    int64_t next = 0;
    int r = read_next(w, s, &next, reterr);
    if (r < 0 || next > now_ms) {
        return r;
    }
    int64_t until = 0;
    r = job_steps_until(s, now_ms, &until, reterr);
    if (r < 0 || until > now_ms) {
        return r;
    }
    struct standing_ask ask = { .w = w, .s = s, .now_ms = now_ms, .next_ms = INT64_MAX };
    for (size_t i = 0; r >= 0 && i < t->n; i++) {
        ask.row = &t->rows[i];
        ask.subject[0] = '\0';
        r = ask.row->word ? ask.row->look(&ask, reterr) : 0;
        r = r < 0 ? r : order_past(&ask, reterr);
    }
    r = r < 0 ? r : keep_next(&ask, reterr);
    return r < 0 ? r : ask.added;
}

int
standing_order(const struct world *w, struct store *s, int64_t now_ms, struct err *reterr)
{
    return standing_order_of(&all, w, s, now_ms, reterr);
}

int
standing_next_ms(const struct world *w, struct store *s, int64_t now_ms, int64_t *ret,
                 struct err *reterr)
{
    int r = read_next(w, s, ret, reterr);
    if (r >= 0 && *ret <= now_ms) {
        r = job_steps_until(s, now_ms, ret, reterr);
    }
    return r < 0 ? r : 0;
}

int
standing_forget(struct store *s, struct err *reterr)
{
    return store_setting_set(s, NEXT, "", reterr);
}

int
standing_run_of(const struct standing_table *t, const struct world *w, struct store *s,
                const char *detail, int64_t now_ms, struct err *reterr)
{
    size_t len = strcspn(detail, " ");
    for (size_t i = 0; detail[len] && i < t->n; i++) {
        const char *word = t->rows[i].word;
        if (word && strlen(word) == len && memcmp(word, detail, len) == 0) {
            int r = t->rows[i].run(w, s, detail + len + 1, now_ms, reterr);
            return r < 0 ? r : 1;
        }
    }
    return 0;
}

int
standing_run(const struct world *w, struct store *s, const char *detail, int64_t now_ms,
             struct err *reterr)
{
    return standing_run_of(&all, w, s, detail, now_ms, reterr);
}
