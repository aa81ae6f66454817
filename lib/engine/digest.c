/* SPDX-License-Identifier: MIT */
/* digest.c - a person's one mail of a day: whose it is time for, what stands in it. */
#include "engine/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "engine/hearing.h"
#include "engine/letter.h"
#include "engine/outgoing.h"
#include "engine/untold.h"

enum { CALLERS_MAX = 256, ITEMS_MAX = 1024, TOPIC_RANK = 10,
       KEY_MAX = ADDRESS_MAX + OCC_NAME_MAX };

/* ---- phase two begins ------------------------------------------------------------------------ */

struct callers {
    char (*roles)[OCC_NAME_MAX];
    size_t n, cap;
};

static void
callers_freep(struct callers *c)
{
    free(c->roles);
}

static int
take_caller(void *arg, const struct row *row)
{
    struct callers *c = arg;
    int r = list_room(&c->roles, c->n, &c->cap, sizeof *c->roles);
    r = r < 0 ? r : text_copy(c->roles[c->n++], OCC_NAME_MAX, row_text_or(row, 0, ""));
    return r < 0 ? r : c->n == CALLERS_MAX;
}

/* Of the mailbox, whichever post it belongs to by then: who has none is named by the post. */
static void
digest_key(const char *reader, const struct person *p, day_t day, char key[KEY_MAX])
{
    char name[DAY_TEXT_MAX];
    char mailbox[ADDRESS_MAX];
    (void)snprintf(key, KEY_MAX, "digest|%s|%s",
                   p->email[0] ? address_plain(p->email, mailbox) : reader,
                   day_format(day, name));
}

struct digest_keys
digest_keys_of(const char *address)
{
    struct digest_keys keys;
    char mailbox[ADDRESS_MAX];
    (void)snprintf(keys.from, sizeof keys.from, "digest|%s|", address_plain(address, mailbox));
    (void)snprintf(keys.to, sizeof keys.to, "digest|%s}", mailbox); /* what comes after the bar */
    return keys;
}

/* 1 when it says nothing but what a digest said that never left: counted on its own day, it makes
 * no storm on this one. */
static int
is_again(const struct world *w, struct store *s, const char *role, int64_t now_ms,
         struct err *reterr)
{
    struct person to;
    int64_t yes = 0;
    int r = person_get(s, role, &to, reterr);
    struct digest_keys keys = digest_keys_of(to.email[0] ? to.email : role);
    return r < 0 ? r
                 : store_get(s, Q_DIGEST_IS_AGAIN,
                             WITH(T(keys.from), T(keys.to), I(world_day(w, now_ms)), T(role)),
                             &yes, reterr);
}

/* One that had waited left today: to the mailbox it is today's. */
static int
has_had_one(struct store *s, const struct person *to, day_t today, struct err *reterr)
{
    char mailbox[ADDRESS_MAX];
    int64_t yes = 0;
    return store_get(s, Q_SLOT_OF_DIGEST, WITH(T(address_plain(to->email, mailbox)), I(today)),
                     &yes, reterr);
}

/* Who had a digest today hears the rest on the next working day. */
static int
order_one(const struct world *w, struct store *s, const char *role, int64_t now_ms,
          struct err *reterr)
{
    day_t today = world_day(w, now_ms);
    char key[KEY_MAX];
    char detail[OCC_NAME_MAX + sizeof DIGEST_DETAIL];
    struct person to;
    int r = person_get(s, role, &to, reterr);
    digest_key(role, &to, today, key);
    (void)snprintf(detail, sizeof detail, DIGEST_DETAIL "%s", role);
    struct job_order order = { .kind = JOB_KIND_REMIND, .key = key, .run_at_ms = now_ms,
                               .detail = detail };
    int had = r < 0 ? r : has_had_one(s, &to, today, reterr);
    r = had != 0 ? had : job_order_add(s, &order, now_ms, reterr);
    if (r < 0 || (r > 0 && !had)) {
        return r;
    }
    r = store_run(s, Q_ITEM_PUT_OFF, WITH(I(calendar_add(&w->calendar, today, 1)), T(role)),
                  reterr);
    return r < 0 ? r : 0;
}

int
digest_order(const struct world *w, struct store *s, int64_t now_ms, struct err *reterr)
{
    if (world_window(w, now_ms) != now_ms) {
        return 0;
    }
    int64_t until = 0;
    int r = job_steps_until(s, now_ms, &until, reterr);
    if (r < 0 || until > now_ms) {
        return r;
    }
    AUTO(callers) struct callers c = { .n = 0 };
    int added = 0;
    int fresh = 0;
    r = store_each(s, Q_ITEM_CALLERS, WITH(I(world_day(w, now_ms))), take_caller, &c, reterr);
    for (size_t i = 0; r >= 0 && i < c.n; i++) {
        int one = order_one(w, s, c.roles[i], now_ms, reterr);
        r = one <= 0 ? one : is_again(w, s, c.roles[i], now_ms, reterr);
        added += one > 0;
        fresh += one > 0 && r == 0;
    }
    int alone = r < 0 ? r : outgoing_judge(w, s, fresh, now_ms, reterr);
    return alone < 0 ? alone : added + alone;
}

int
digest_next_ms(const struct world *w, struct store *s, int64_t now_ms, int64_t *ret,
               struct err *reterr)
{
    int64_t day = 0;
    *ret = INT64_MAX;
    int r = store_get(s, Q_ITEM_NEXT_DAY, NONE, &day, reterr);
    int unjudged = r < 0 ? r : outgoing_is_unjudged(s, reterr);
    if (unjudged < 0 || (r == 0 && unjudged == 0)) {
        return unjudged;
    }
    int64_t at = unjudged ? now_ms
                          : world_send_ms(w, calendar_roll_forward(&w->calendar, (day_t)day));
    if (at <= now_ms) {
        r = job_steps_until(s, now_ms, &at, reterr);
        at = world_window(w, at);
    }
    *ret = at;
    return r < 0 ? r : 0;
}

/* ---- what stands in it ----------------------------------------------------------------------- */

struct line {
    struct item item;
    day_t due;
    bool calls;
};
struct page {
    struct line *lines;
    size_t n, cap;
};

static void
page_freep(struct page *p)
{
    free(p->lines);
}

static int
take_line(void *arg, const struct row *row)
{
    struct page *p = arg;
    int r = list_room(&p->lines, p->n, &p->cap, sizeof *p->lines);
    r = r < 0 ? r : item_from_row(&p->lines[p->n].item, row);
    if (r < 0) {
        return r;
    }
    p->lines[p->n].item.nth = p->n;
    return ++p->n == ITEMS_MAX;
}

/* Topics last, thanks and new parts before them, else by due day: the longest late first. */
static int
rank(const struct item *item)
{
    return item->occurrence == 0           ? TOPIC_RANK + (int)item->kind
           : item->kind == ITEM_CLOSED     ? 3
           : item->kind == ITEM_ASSIGN_FYI ? 2
                                           : item->kind == ITEM_ASSIGN;
}

static int
compare_lines(const void *a, const void *b)
{
    const struct line *x = a;
    const struct line *y = b;
    int order = rank(&x->item) - rank(&y->item);
    if (order == 0 && x->due != y->due) {
        order = x->due < y->due ? -1 : 1;
    }
    return order ? order : x->item.nth < y->item.nth ? -1 : x->item.nth > y->item.nth;
}

/* The next level needs it accepted: no later reminder may take its place before it has left. */
static bool
is_gate(const struct item *item)
{
    bool is_level = item->kind == ITEM_OVERDUE || item->kind == ITEM_ESCALATE;
    return is_level && item->why != NOTICE_WHY_OWNER && item->why != NOTICE_WHY_COORDINATOR;
}

static bool
names_somebody(const struct item *item)
{
    return item->kind == ITEM_UNTOLD || item->kind == ITEM_UNMAILED || item->kind == ITEM_ABSENT
           || item->kind == ITEM_UNREACHED;
}

/* Who was not told is said of each person once, and says the step too that the owner has a copy
 * of. */
static bool
is_better_untold(const struct item *y, const struct item *x)
{
    if (names_somebody(y) && names_somebody(x)) {
        return strcmp(y->note, x->note) == 0 && y->nth > x->nth;
    }
    return y->kind == ITEM_UNTOLD && x->why == NOTICE_WHY_OWNER && rank(x) == 0;
}

/* Told to two posts of one mailbox: once, for the nearest reason. */
static bool
is_better_topic(const struct item *y, const struct item *x)
{
    bool is_same = y->kind == x->kind && y->about == x->about && strcmp(y->plan, x->plan) == 0
                   && strcmp(y->topic, x->topic) == 0 && strcmp(y->note, x->note) == 0
                   && strcmp(y->role, x->role) != 0;
    return is_same && (y->why != x->why ? y->why < x->why : y->nth < x->nth);
}

/* True when y says the same or more about the same occurrence: the nearest reason, else a level,
 * else the later step. */
static bool
is_better(const struct item *y, const struct item *x)
{
    if (y->occurrence != x->occurrence || y->id == x->id) {
        return false;
    }
    if (x->occurrence == 0) {
        return is_better_topic(y, x);
    }
    bool is_other_post = strcmp(y->role, x->role) != 0;
    bool names_one = names_somebody(y) != names_somebody(x);
    if (x->kind == ITEM_UNTOLD || y->kind == ITEM_UNTOLD || (is_other_post && names_one)) {
        return is_better_untold(y, x);
    }
    if (is_other_post && (x->kind == ITEM_HANDED) != (y->kind == ITEM_HANDED)) {
        return x->kind == ITEM_HANDED; /* it went from one post to another of the same reader */
    }
    if (rank(x) != rank(y)) { /* a demand says already that it is theirs */
        return rank(y) < rank(x);
    }
    if (rank(x) > 0 && !is_other_post) {
        return false;
    }
    if ((x->kind == ITEM_ACK && y->kind == ITEM_REPEAT)
        || (x->kind == ITEM_REPEAT && y->kind == ITEM_ACK)) {
        return y->kind == ITEM_ACK; /* it asks what a repeat asks, and says why on this day */
    }
    if (y->why != x->why || is_gate(y) == is_gate(x)) {
        return y->why != x->why ? y->why < x->why : y->nth > x->nth;
    }
    return is_gate(y);
}

static int
drop(struct store *s, struct page *p, size_t i, struct err *reterr)
{
    int r = store_run(s, Q_ITEM_VOID, WITH(I(p->lines[i].item.id)), reterr);
    p->lines[i] = p->lines[--p->n];
    return r < 0 ? r : 0;
}

/* 1 when what it says is true; fills in what is known of it. */
static int
look(struct store *s, struct line *line, struct err *reterr)
{
    line->calls = item_kind_rules(line->item.kind)->calls;
    if (line->item.occurrence == 0) {
        line->due = 0;
        return item_topic_is_true(s, &line->item, reterr);
    }
    struct occurrence o;
    int r = occurrence_get(s, line->item.occurrence, &o, reterr);
    line->due = r < 0 ? 0 : o.duty.due;
    return r < 0 ? r : item_is_true(&line->item, &o);
}

static void
sort_lines(struct page *p)
{
    if (p->n > 0) { /* else there is no list that qsort could be given */
        qsort(p->lines, p->n, sizeof *p->lines, compare_lines);
    }
}

/* What is no longer true goes, and of several items about one occurrence all but one. */
static int
weed(struct store *s, struct page *p, struct err *reterr)
{
    for (size_t i = 0; i < p->n;) {
        int is_true = look(s, &p->lines[i], reterr);
        int r = is_true != 0 ? is_true : drop(s, p, i, reterr);
        if (r < 0) {
            return r;
        }
        i += is_true > 0;
    }
    sort_lines(p);
    for (size_t i = 0; i < p->n;) {
        bool is_beaten = false;
        for (size_t k = 0; k < p->n && !is_beaten; k++) {
            is_beaten = is_better(&p->lines[k].item, &p->lines[i].item);
        }
        int r = is_beaten ? drop(s, p, i, reterr) : 0;
        if (r < 0) {
            return r;
        }
        i += !is_beaten;
    }
    sort_lines(p);
    return 0;
}

/* A reminder that comes late, after an outage, is of something late. */
static enum notice_kind
line_words(const struct line *line, day_t today)
{
    bool is_late = line->item.kind == ITEM_REMIND && line->due < today;
    return is_late ? NOTICE_OVERDUE : item_kind_rules(line->item.kind)->words;
}

/* The words of the kind when there is only one, else those of a mixed page. */
static enum notice_kind
words_of(const struct page *p, day_t today)
{
    enum notice_kind words = line_words(&p->lines[0], today);
    for (size_t i = 1; i < p->n; i++) {
        if (line_words(&p->lines[i], today) != words) {
            return NOTICE_DIGEST;
        }
    }
    return words == NOTICE_ESCALATE ? NOTICE_OVERDUE : words; /* who is not asked to decide */
}

/* All of it is for one post of the mailbox: to that one, else to the reader. */
static const char *
spoken_to(const struct page *p, const char *reader)
{
    for (size_t i = 1; i < p->n; i++) {
        if (strcmp(p->lines[i].item.role, p->lines[0].item.role) != 0) {
            return reader;
        }
    }
    return p->lines[0].item.role;
}

static int
write_page(const struct world *w, struct store *s, const char *reader, const struct person *to,
           const struct page *p, int64_t now_ms, struct err *reterr)
{
    char key[KEY_MAX];
    AUTO_FREE struct item *items = calloc(p->n + 1, sizeof *items);
    if (!items) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    size_t all = 0; /* those about occurrences stand first */
    for (size_t i = 0; i < p->n; i++) {
        items[i] = p->lines[i].item;
        all += items[i].occurrence != 0;
    }
    size_t n = all < NOTICE_ITEMS_MAX ? all : NOTICE_ITEMS_MAX;
    digest_key(reader, to, world_day(w, now_ms), key);
    struct letter l = { .role = spoken_to(p, reader), .key = key, .kind = "digest",
                        .words = words_of(p, world_day(w, now_ms)),
                        .level = p->n == 1 ? items[0].level : 0, .items = items, .n = n,
                        .n_more = (int)(all - n), .topics = items + all,
                        .n_topics = p->n - all };
    int64_t notice = 0;
    int r = letter_write(w, s, &l, now_ms, &notice, reterr);
    for (size_t i = n; r > 0 && i < all; i++) {
        int told = store_run(s, Q_ITEM_TOLD, WITH(I(notice), I(p->lines[i].item.id)), reterr);
        r = told < 0 ? told : r;
    }
    return r;
}

/* Nobody can be told under this role: others hear of each thing instead. Is there an address that
 * may not be used, the page is written all the same, and held when its turn comes. */
static int
tell_others(const struct world *w, struct store *s, struct page *p, bool is_kept, int64_t now_ms,
            struct err *reterr)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < p->n; i += is_kept) {
        r = untold_item(w, s, &p->lines[i].item, now_ms, reterr);
        r = r < 0 || is_kept ? r : drop(s, p, i, reterr);
    }
    return r < 0 ? r : 0;
}

/* ---- taking back ----------------------------------------------------------------------------- */

int
digest_recall(struct store *s, int64_t notice, const char *reason, int64_t now_ms,
              struct err *reterr)
{
    int64_t yes = 0;
    int r = store_get(s, Q_NOTICE_IS_IN_DOUBT, WITH(I(notice)), &yes, reterr);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    r = store_run(s, Q_NOTICE_CANCEL, WITH(I(now_ms), I(notice)), reterr);
    if (r <= 0) {
        return r;
    }
    r = store_run(s, Q_JOB_CANCEL_OF_SUBJECT,
                  WITH(T(reason), I(now_ms), I(JOB_KIND_DELIVER), I(notice)), reterr);
    r = r < 0 ? r : store_run(s, Q_ITEM_FREE_OF_NOTICE, WITH(I(notice)), reterr);
    return r < 0 ? r : 1;
}

/* Earlier digests that never left merge into this one: never a mail for each day that was missed.
 * Where nothing is ever sent, each day's page is kept as it would have gone. */
static int
merge_unsent(const struct world *w, struct store *s, const char *role, int64_t now_ms,
             struct err *reterr)
{
    AUTO(id_list) struct id_list unsent = { .n = 0 };
    if (w->is_mail_silent) {
        return 0;
    }
    int r = store_list(s, Q_NOTICE_UNSENT_OF_PERSON, WITH(T(role)), &unsent, reterr);
    for (size_t i = 0; r >= 0 && i < unsent.n; i++) {
        r = digest_recall(s, unsent.ids[i], DIGEST_MERGED, now_ms, reterr);
    }
    return r < 0 ? r : 0;
}

int
digest_write(const struct world *w, struct store *s, const char *role, int64_t now_ms,
             struct err *reterr)
{
    AUTO(page) struct page p = { .n = 0 };
    struct person to;
    int r = person_get(s, role, &to, reterr);
    if (r < 0 || strcmp(to.reader, role) != 0) {
        return r; /* since it was ordered another post came to read this mailbox */
    }
    r = merge_unsent(w, s, role, now_ms, reterr);
    r = r < 0 ? r
              : store_each(s, Q_ITEM_OF_PERSON, WITH(T(role), I(world_day(w, now_ms))), take_line,
                           &p, reterr);
    r = r < 0 ? r : weed(s, &p, reterr);
    if (r < 0) {
        return r;
    }
    bool is_called = false;
    for (size_t i = 0; i < p.n; i++) {
        is_called = is_called || p.lines[i].calls;
    }
    if (!is_called) {
        return 0;
    }
    int hearing = hearing_of(w, s, to.email, reterr);
    if (hearing != HEARING_OK) {
        r = hearing < 0 ? hearing
                        : tell_others(w, s, &p, hearing != HEARING_NO_ADDRESS, now_ms, reterr);
    }
    if (r < 0 || hearing == HEARING_NO_ADDRESS) {
        return r < 0 ? r : 0;
    }
    return write_page(w, s, role, &to, &p, now_ms, reterr);
}
