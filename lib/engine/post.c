/* SPDX-License-Identifier: MIT */
/* post.c - the envelope that all mail has, its row and its job. */
#include "engine/post.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { KEY_HEX = 32 };

void
post_done(struct post *p)
{
    struct text *all[] = { &p->title, &p->version, &p->url, &p->formats, &p->forum };
    for (size_t i = 0; i < LENGTH(all); i++) {
        text_done(all[i]);
    }
}

/* Columns of role_get: id title kind email deputy line_manager director locale format reader. */
static int
read_person(void *arg, const struct row *row)
{
    struct person *p = arg;
    const char *format = row_text_or(row, 8, "both");
    p->is_known = true;
    p->format = strcmp(format, "text") == 0    ? NOTICE_FORMAT_TEXT
                : strcmp(format, "large") == 0 ? NOTICE_FORMAT_LARGE
                                               : NOTICE_FORMAT_BOTH;
    int r = text_copy(p->title, sizeof p->title, row_text_or(row, 1, ""));
    r = r < 0 ? r : text_copy(p->email, sizeof p->email, row_text_or(row, 3, ""));
    r = r < 0 ? r : text_copy(p->deputy, sizeof p->deputy, row_text_or(row, 4, ""));
    r = r < 0 ? r : text_copy(p->line_manager, sizeof p->line_manager, row_text_or(row, 5, ""));
    r = r < 0 ? r : text_copy(p->director, sizeof p->director, row_text_or(row, 6, ""));
    r = r < 0 ? r : text_copy(p->locale, sizeof p->locale, row_text_or(row, 7, ""));
    r = r < 0 ? r : text_copy(p->reader, sizeof p->reader, row_text_or(row, 9, ""));
    return r < 0 ? r : 1;
}

int
person_get(struct store *s, const char *role, struct person *ret, struct err *reterr)
{
    *ret = (struct person){ .is_known = false };
    int r = text_copy(ret->reader, sizeof ret->reader, role);
    r = r < 0 ? r : store_each(s, Q_ROLE_GET, WITH(T(role)), read_person, ret, reterr);
    return r < 0 ? r : 0;
}

int
person_title(struct store *s, const char *role, char ret[WORLD_NAME_MAX], struct err *reterr)
{
    struct person p;
    int r = person_get(s, role, &p, reterr);
    return r < 0 ? r : text_copy(ret, WORLD_NAME_MAX, p.title[0] ? p.title : role);
}

/* Columns of plan_get and plan_list: id title version revision owner reviewer verifier forum .. 11
 * url 12 formats_contact. A bare number is no word that a reader knows. */
static int
read_plan(void *arg, const struct row *row)
{
    struct post *p = arg;
    const char *version = row_text_or(row, 2, "");
    text_add(&p->title, row_text_or(row, 1, ""));
    text_addf(&p->version, "%s%s", isdigit((unsigned char)version[0]) ? "Version " : "", version);
    text_add(&p->forum, row_text_or(row, 7, ""));
    text_add(&p->url, row_text_or(row, 11, ""));
    text_add(&p->formats, row_text_or(row, 12, ""));
    int r = text_copy(p->plan, sizeof p->plan, row_text_or(row, 0, ""));
    r = r < 0 ? r : text_copy(p->owner, sizeof p->owner, row_text_or(row, 4, ""));
    return r < 0 ? r : 1;
}

int
post_open(struct post *p, const char *plan)
{
    int r = plan ? store_each(p->s, Q_PLAN_GET, WITH(T(plan)), read_plan, p, p->reterr)
                 : store_each(p->s, Q_PLAN_LIST, NONE, read_plan, p, p->reterr);
    int owner = r <= 0 ? r : person_get(p->s, p->owner, &p->owner_person, p->reterr);
    return owner < 0 ? owner : r;
}

struct notice_model
post_model(const struct post *p, enum notice_kind words)
{
    return (struct notice_model){ .kind = words,
                                  .plan_id = p->plan,
                                  .plan_title = text_str(&p->title),
                                  .plan_version = text_str(&p->version),
                                  .plan_url = p->url.len ? text_str(&p->url) : NULL,
                                  .formats = p->formats.len ? text_str(&p->formats)
                                                            : p->w->formats,
                                  .trust = p->w->trust,
                                  .trust_url = p->w->trust_url[0] ? p->w->trust_url : NULL,
                                  .forum = text_str(&p->forum),
                                  .owner = p->owner_person.title,
                                  .is_to_owner = strcmp(p->to.reader,
                                                        p->owner_person.reader) == 0,
                                  .to_role = p->to.title,
                                  .locale = p->to.locale,
                                  .format = p->to.format,
                                  .today = world_day(p->w, p->now_ms),
                                  .at_ms = p->now_ms,
                                  .host = p->w->host };
}

static int
make_mail(const struct post *p, const struct post_order *order, const char *hex,
          const struct notice_text *words, struct text *mail)
{
    struct notice_envelope e = { .from = { p->w->from_name, p->w->mail_from },
                                 .to = { p->to.title, p->to.email },
                                 .reply_to = { p->owner_person.title, p->owner_person.email },
                                 .key = hex,
                                 .host = p->w->host,
                                 .threads = order->threads ? order->threads : &hex,
                                 .n_threads = order->threads ? order->n_threads : 1,
                                 .list_of = p->plan,
                                 .list_name = text_str(&p->title),
                                 .date_ms = p->now_ms,
                                 .offset_min = zone_offset_min(p->w->zone, p->now_ms),
                                 .files = order->files,
                                 .n_files = order->n_files };
    if (!notice_address_ok(e.reply_to.addr)) {
        e.reply_to = e.from; /* an owner without an address must not keep mails from others */
    }
    return notice_mail(&e, words, mail, p->reterr);
}

static int
order_delivery(const struct post *p, const struct post_order *order, int64_t notice)
{
    char key[64];
    (void)snprintf(key, sizeof key, "deliver|%lld", (long long)notice);
    const struct job_order job = { .kind = JOB_KIND_DELIVER, .key = key,
                                   .run_at_ms = order->run_at_ms, .subject = notice,
                                   .detail = order->job_detail };
    int r = job_order_add(p->s, &job, p->now_ms, p->reterr);
    return r < 0 ? r : 1;
}

static int
put_new(const struct post *p, const struct post_order *order, const struct notice_text *words,
        const struct text *mail, const char *message_id, int64_t *ret_notice)
{
    int r = store_ids(p->s, "notice", 1, ret_notice, p->reterr);
    r = r < 0 ? r
              : store_run(p->s, Q_NOTICE_ADD,
                          WITH(I(*ret_notice), T(order->key), T(order->kind), T(p->plan),
                               order->occurrence ? I(order->occurrence) : NIL, T(order->step),
                               T(p->role), T(p->to.email), T(order->why),
                               T(text_str(&words->subject)), T(text_str(&words->plain)),
                               B(text_str(mail), mail->len), T(message_id), I(1), I(p->now_ms)),
                          p->reterr);
    return r <= 0 ? r : order_delivery(p, order, *ret_notice);
}

/* Its key, its Message-ID and its delivery job stay. */
static int
put_again(const struct post *p, const struct post_order *order, const struct notice_text *words,
          const struct text *mail, int64_t *ret_notice)
{
    *ret_notice = order->again;
    return store_run(p->s, Q_NOTICE_WRITE_AGAIN,
                     WITH(T(p->to.email), T(order->why), T(text_str(&words->subject)),
                          T(text_str(&words->plain)), B(text_str(mail), mail->len), I(p->now_ms),
                          I(order->again)),
                     p->reterr);
}

int
post_put(const struct post *p, const struct notice_model *model, const struct post_order *order,
         int64_t *ret_notice)
{
    AUTO_NOTICE_TEXT struct notice_text words = { 0 };
    AUTO_TEXT struct text mail = { 0 };
    AUTO_TEXT struct text message_id = { 0 };
    char hex[DIGEST_HEX_MAX];
    struct hash h;
    hash_begin(&h, "coprod notice 1");
    hash_add_str(&h, order->key);
    struct digest d = hash_end(&h);
    (void)hash_hex(&d, hex);
    hex[KEY_HEX] = '\0';
    int r = notice_render(p->w->templates, model, &words, p->reterr);
    r = r < 0 ? r : make_mail(p, order, hex, &words, &mail);
    r = r < 0 ? r : notice_message_id(hex, p->w->host, &message_id);
    if (r < 0) {
        return r;
    }
    return order->again ? put_again(p, order, &words, &mail, ret_notice)
                        : put_new(p, order, &words, &mail, text_str(&message_id), ret_notice);
}
