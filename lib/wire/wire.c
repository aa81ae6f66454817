/* SPDX-License-Identifier: MIT */
/* wire.c - the codec of the messages in wire.def. */
#include "wire/wire.h"

#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

_Static_assert(WIRE_STR_MAX <= UINT16_MAX, "the length of a str travels in two octets");
_Static_assert(WIRE_BATCH_MAX <= UINT16_MAX, "the length of a list travels in two octets");
_Static_assert(WIRE_BLOB_MAX + WIRE_STR_MAX < WIRE_CONTROL_MAX, "a full body leaves room");

enum { TRACE_ITEMS_MAX = 3, TRACE_STR_MAX = 60 };

/* Both cursors remember the first thing that went wrong and do nothing more after it, so that the
 * code that walks a message has no checks. */
struct put {
    uint8_t *buf; /* NULL: measure only */
    size_t cap;
    size_t at;
    int bad;
};
struct get {
    const uint8_t *buf;
    size_t len;
    size_t at;
    const char *bad; /* the reason in words */
};

static void
put_octets(struct put *p, const void *from, size_t n)
{
    if (p->bad) {
        return;
    }
    if (p->buf && n > p->cap - p->at) {
        p->bad = -EMSGSIZE;
        return;
    }
    if (p->buf && n > 0) {
        memcpy(p->buf + p->at, from, n);
    }
    p->at += n;
}

static void
put_number(struct put *p, uint64_t value, unsigned octets)
{
    uint8_t raw[8];
    for (unsigned i = 0; i < octets; i++) {
        raw[i] = (uint8_t)(value >> 8 * (octets - 1 - i));
    }
    put_octets(p, raw, octets);
}

static void
put_u8(struct put *p, uint8_t value)
{
    put_number(p, value, 1);
}
static void
put_u32(struct put *p, uint32_t value)
{
    put_number(p, value, 4);
}
static void
put_u64(struct put *p, uint64_t value)
{
    put_number(p, value, 8);
}
static void
put_i32(struct put *p, int32_t value)
{
    put_number(p, (uint32_t)value, 4);
}
static void
put_i64(struct put *p, int64_t value)
{
    put_number(p, (uint64_t)value, 8);
}

/* Text goes with its terminating NUL, so that a receiver in C uses it where it lies. */
static void
put_text(struct put *p, const char *s, size_t max, unsigned length_octets)
{
    s = s ? s : "";
    size_t n = strlen(s);
    if (n > max) {
        p->bad = p->bad ? p->bad : -EMSGSIZE;
        return;
    }
    if (!text_is_utf8(s, n)) {
        p->bad = p->bad ? p->bad : -EILSEQ;
        return;
    }
    put_number(p, n, length_octets);
    put_octets(p, s, n + 1);
}
static void
put_str(struct put *p, const char *s)
{
    put_text(p, s, WIRE_STR_MAX, 2);
}
static void
put_page(struct put *p, const char *s)
{
    put_text(p, s, WIRE_PAGE_MAX, 4);
}

static void
put_blob(struct put *p, struct wire_blob blob)
{
    if (blob.len > WIRE_BLOB_MAX) {
        p->bad = p->bad ? p->bad : -EMSGSIZE;
        return;
    }
    put_u32(p, blob.len);
    put_octets(p, blob.at, blob.len);
}

static uint32_t
put_count(struct put *p, uint32_t n)
{
    if (n > WIRE_BATCH_MAX) {
        p->bad = p->bad ? p->bad : -EMSGSIZE;
        return 0;
    }
    put_number(p, n, 2);
    return n;
}

static const uint8_t *
get_octets(struct get *g, size_t n)
{
    if (g->bad) {
        return NULL;
    }
    if (n > g->len - g->at) {
        g->bad = "it is cut short";
        return NULL;
    }
    g->at += n;
    return g->buf + g->at - n;
}

static uint64_t
get_number(struct get *g, unsigned octets)
{
    uint64_t value = 0;
    const uint8_t *raw = get_octets(g, octets);
    for (unsigned i = 0; raw && i < octets; i++) {
        value = value << 8 | raw[i];
    }
    return value;
}

static uint8_t
get_u8(struct get *g)
{
    return (uint8_t)get_number(g, 1);
}
static uint32_t
get_u32(struct get *g)
{
    return (uint32_t)get_number(g, 4);
}
static uint64_t
get_u64(struct get *g)
{
    return get_number(g, 8);
}
static int32_t
get_i32(struct get *g)
{
    return (int32_t)(uint32_t)get_number(g, 4);
}
static int64_t
get_i64(struct get *g)
{
    return (int64_t)get_number(g, 8);
}

static const char *
get_text(struct get *g, size_t max, unsigned length_octets)
{
    size_t n = (size_t)get_number(g, length_octets);
    if (n > max) {
        g->bad = g->bad ? g->bad : "a text is too long";
        return "";
    }
    const char *s = (const char *)get_octets(g, n + 1);
    if (!s) {
        return "";
    }
    if (memchr(s, '\0', n + 1) != s + n) {
        g->bad = "a text has a NUL inside or none at its end";
    } else if (!text_is_utf8(s, n)) {
        g->bad = "a text is not UTF-8";
    }
    return s;
}
static const char *
get_str(struct get *g)
{
    return get_text(g, WIRE_STR_MAX, 2);
}
static const char *
get_page(struct get *g)
{
    return get_text(g, WIRE_PAGE_MAX, 4);
}

static struct wire_blob
get_blob(struct get *g)
{
    struct wire_blob blob = { .len = get_u32(g) };
    if (blob.len > WIRE_BLOB_MAX) {
        g->bad = g->bad ? g->bad : "a blob is too long";
        return (struct wire_blob){ 0 };
    }
    blob.at = get_octets(g, blob.len);
    return blob;
}

static uint32_t
get_count(struct get *g)
{
    uint32_t n = (uint32_t)get_number(g, 2);
    if (n > WIRE_BATCH_MAX) {
        g->bad = g->bad ? g->bad : "a list has too many items";
        return 0;
    }
    return n;
}

static void
trace_number(struct text *out, const char *name, int64_t value)
{
    text_addf(out, " %s=%" PRId64, name, value);
}
#define trace_u8(out, name, v) trace_number(out, name, v)
#define trace_u32(out, name, v) trace_number(out, name, v)
#define trace_i32(out, name, v) trace_number(out, name, v)
#define trace_i64(out, name, v) trace_number(out, name, v)
static void
trace_u64(struct text *out, const char *name, uint64_t value)
{
    text_addf(out, " %s=%" PRIu64, name, value);
}
static void
trace_str(struct text *out, const char *name, const char *s)
{
    text_addf(out, " %s=\"", name);
    for (size_t i = 0; s && s[i] && i < TRACE_STR_MAX; i++) {
        bool plain = (unsigned char)s[i] >= 0x20 && s[i] != 0x7F && s[i] != '"';
        text_addc(out, (char)(plain ? s[i] : '?'));
    }
    text_addc(out, '"');
}
static void
trace_page(struct text *out, const char *name, const char *s)
{
    text_addf(out, " %s=%zu octets", name, s ? strlen(s) : 0);
}
static void
trace_blob(struct text *out, const char *name, struct wire_blob blob)
{
    text_addf(out, " %s=%" PRIu32 " octets", name, blob.len);
}

/* From here on the preprocessor writes the code: one function for each item and message. */
/* clang-format off */
#define F(ftype, field) put_##ftype(p, v->field);
#define LIST(item, field)                                                   \
    for (uint32_t i = 0, n = put_count(p, v->field##_len); i < n; i++) {    \
        put_item_##item(p, &v->field[i]);                                   \
    }
#define ITEM(name, fields)                                                  \
    static void put_item_##name(struct put *p, const struct wire_##name *v) { fields }
#define MSG(NAME, name, number, limit, fields)                              \
    static void put_msg_##name(struct put *p, const struct wire_msg *m)     \
    { const struct wire_##name *v = &m->name; fields }
#include "coprod/wire.def"

#define F(ftype, field) v->field = get_##ftype(g);
#define LIST(item, field)                                                   \
    v->field = scratch->item;                                               \
    v->field##_len = get_count(g);                                          \
    for (uint32_t i = 0; i < v->field##_len && !g->bad; i++) {              \
        get_item_##item(g, &scratch->item[i]);                              \
    }
#define ITEM(name, fields)                                                  \
    static void get_item_##name(struct get *g, struct wire_##name *v) { fields }
#define MSG(NAME, name, number, limit, fields)                              \
    static void get_msg_##name(struct get *g, struct wire_scratch *scratch, struct wire_msg *m) \
    { struct wire_##name *v = &m->name; (void)scratch; fields }
#include "coprod/wire.def"

#define F(ftype, field) trace_##ftype(out, #field, v->field);
#define LIST(item, field)                                                   \
    text_addf(out, " " #field "=%" PRIu32, v->field##_len);                 \
    for (uint32_t i = 0; i < v->field##_len && i < TRACE_ITEMS_MAX; i++) {  \
        trace_item_##item(out, &v->field[i]);                               \
    }
#define ITEM(name, fields)                                                  \
    static void trace_item_##name(struct text *out, const struct wire_##name *v) \
    { text_add(out, " ["); fields text_add(out, " ]"); }
#define MSG(NAME, name, number, limit, fields)                              \
    static void trace_msg_##name(struct text *out, const struct wire_msg *m) \
    { const struct wire_##name *v = &m->name; fields }
#include "coprod/wire.def"

static const struct row {
    const char *name;
    size_t limit;
    void (*put)(struct put *p, const struct wire_msg *m);
    void (*get)(struct get *g, struct wire_scratch *scratch, struct wire_msg *m);
    void (*trace)(struct text *out, const struct wire_msg *m);
} rows[] = {
#define F(ftype, field)
#define MSG(NAME, name, number, limit, fields) \
    [WIRE_##NAME] = { #NAME, (limit), put_msg_##name, get_msg_##name, trace_msg_##name },
#include "coprod/wire.def"
};
/* clang-format on */

static const struct row *
row_of(unsigned type)
{
    return type < LENGTH(rows) && rows[type].name ? &rows[type] : NULL;
}

/* Values that are numbers on the wire and words in the code. */
static bool
is_sensible(const struct wire_msg *m)
{
    if (m->type == WIRE_FAILED) {
        return m->failed.retry <= WIRE_RETRY_FREE;
    }
    if (m->type != WIRE_DONE) {
        return true;
    }
    for (uint32_t i = 0; i < m->done.jobs_len; i++) {
        uint8_t outcome = m->done.jobs[i].outcome;
        if (outcome != WIRE_OUTCOME_DONE && outcome != WIRE_OUTCOME_STALE) {
            return false;
        }
    }
    return true;
}

int
wire_encode(const struct wire_msg *msg, uint8_t *buf, size_t cap, size_t *ret_len)
{
    assert(msg && ret_len);
    const struct row *row = row_of(msg->type);
    if (!row || !is_sensible(msg)) {
        return -EINVAL;
    }
    struct put p = { .buf = buf, .cap = cap };
    put_u8(&p, (uint8_t)msg->type);
    row->put(&p, msg);
    if (p.bad) {
        return p.bad;
    }
    if (p.at > row->limit) {
        return -EMSGSIZE;
    }
    *ret_len = p.at;
    return 0;
}

int
wire_decode(const uint8_t *buf, size_t len, struct wire_scratch *scratch, struct wire_msg *ret,
            struct err *reterr)
{
    assert(buf && scratch && ret);
    struct get g = { .buf = buf, .len = len };
    unsigned type = get_u8(&g);
    const struct row *row = row_of(type);
    if (!row) {
        return err_set(reterr, -EPROTO, "message refused: type %u is not known", type);
    }
    if (len > row->limit) {
        return err_set(reterr, -EPROTO, "%s refused: %zu octets, limit %zu", row->name, len,
                       row->limit);
    }
    struct wire_msg m = { .type = (enum wire_type)type };
    row->get(&g, scratch, &m);
    if (!g.bad && g.at != len) {
        g.bad = "octets are left over";
    } else if (!g.bad && !is_sensible(&m)) {
        g.bad = "a word in it has no meaning";
    }
    if (g.bad) {
        return err_set(reterr, -EPROTO, "%s refused at octet %zu: %s", row->name, g.at, g.bad);
    }
    *ret = m;
    return 0;
}

const char *
wire_type_name(enum wire_type type)
{
    const struct row *row = row_of(type);
    return row ? row->name : "?";
}

void
wire_trace(const struct wire_msg *msg, struct text *out)
{
    const struct row *row = row_of(msg->type);
    text_add(out, wire_type_name(msg->type));
    if (row) {
        row->trace(out, msg);
    }
}
