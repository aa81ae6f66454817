/* SPDX-License-Identifier: MIT */
/* mail.c - a whole message from its envelope and its words: the bytes that are stored and sent. */
#include <ctype.h>
#include <string.h>

#include "notice/mime.h"

enum { KEY_SHOWN = 32, KEY_MIN = 16, PARTS_MAX = 3, FILE_NAME_MAX_ = 200,
       BASE64_LINE = 57 /* bytes: 76 digits */, DAY_MS = 86400000, MINUTE_MS = 60000 };

struct part {
    const char *type;
    const struct text *text;
};

static bool
is_key(const char *s)
{
    size_t n = s ? strlen(s) : 0;
    for (size_t i = 0; i < n; i++) {
        if (!isdigit((unsigned char)s[i]) && !(s[i] >= 'a' && s[i] <= 'f')) {
            return false;
        }
    }
    return n >= KEY_MIN && n <= NOTICE_ID_MAX;
}

/* "<key.channel@host>". Half of a 256-bit key is enough to be alone in the world and leaves the
 * header on one line. */
static int
id_add(struct text *out, const char *key, const char *channel, const char *host, struct err *reterr)
{
    if (!is_key(key)) {
        return err_set(reterr, -EINVAL, "the key of a mail is not 16 to 64 hexadecimal digits");
    }
    AUTO_TEXT struct text probe = { 0 };
    text_addf(&probe, "x@%s", host ? host : "");
    if (!notice_address_ok(text_str(&probe))) {
        return err_set(reterr, -EINVAL, "the host of a Message-ID is not a domain name");
    }
    text_addf(out, "<%.*s.%s@%s>", KEY_SHOWN, key, channel, host);
    return out->bad;
}

int
notice_message_id(const char *key, const char *host, struct text *ret)
{
    return id_add(ret, key, "mail", host, NULL);
}

static int
date_add(struct text *out, int64_t at_ms, int offset_min, struct err *reterr)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int64_t local_ms = at_ms + (int64_t)offset_min * MINUTE_MS;
    int64_t day = local_ms / DAY_MS - (local_ms % DAY_MS < 0);
    int64_t second = (local_ms - day * DAY_MS) / 1000;
    int year = 0;
    int month = 0;
    int mday = 0;
    if (day < day_of(MAIL_YEAR_MIN, 1, 1) || day > day_of(MAIL_YEAR_MAX, 12, 31)
        || offset_min < -840 || offset_min > 840) {
        return err_set(reterr, -EINVAL, "the date of a mail lies outside the years %d to %d",
                       MAIL_YEAR_MIN, MAIL_YEAR_MAX);
    }
    day_split((day_t)day, &year, &month, &mday);
    int off = offset_min < 0 ? -offset_min : offset_min;
    AUTO_TEXT struct text date = { 0 };
    text_addf(&date, "%s, %d %.3s %d %02d:%02d:%02d %c%02d%02d", day_weekday_name((day_t)day), mday,
              months + 3 * (ptrdiff_t)(month - 1), year, (int)(second / 3600),
              (int)(second / 60 % 60), (int)(second % 60), offset_min < 0 ? '-' : '+', off / 60,
              off % 60);
    out->bad = out->bad ? out->bad : date.bad;
    return mime_token(out, "Date", text_str(&date), reterr);
}

static int
ids_add(struct text *out, const struct notice_envelope *e, struct err *reterr)
{
    AUTO_TEXT struct text id = { 0 };
    AUTO_TEXT struct text first = { 0 };
    AUTO_TEXT struct text all = { 0 };
    if (e->n_threads > NOTICE_THREADS_MAX) {
        return err_set(reterr, -E2BIG, "a mail belongs to more than %d threads",
                       NOTICE_THREADS_MAX);
    }
    int r = id_add(&id, e->key, "mail", e->host, reterr);
    for (size_t i = 0; r >= 0 && i < e->n_threads; i++) {
        text_add(&all, i ? " " : "");
        r = id_add(&all, e->threads[i], "thread", e->host, reterr);
        if (i == 0) {
            text_add(&first, text_str(&all));
        }
    }
    r = r < 0 ? r : mime_token(out, "Message-ID", text_str(&id), reterr);
    if (r >= 0 && e->n_threads > 0) {
        r = mime_token(out, "In-Reply-To", text_str(&first), reterr);
        r = r < 0 ? r : mime_token(out, "References", text_str(&all), reterr);
    }
    return r;
}

enum { LABEL_MAX = 63 }; /* RFC 1035 */

/* The plan's id as a label of a domain name: small letters, digits and hyphens, no hyphen at an
 * end. "" when nothing of it serves. */
static void
label_of(const char *id, char label[LABEL_MAX + 1])
{
    size_t n = 0;
    for (; *id && n < LABEL_MAX; id++) {
        bool is_plain = isalnum((unsigned char)*id) && (unsigned char)*id < 128;
        if (is_plain || (n > 0 && label[n - 1] != '-')) {
            label[n++] = is_plain ? (char)tolower((unsigned char)*id) : '-';
        }
    }
    while (n > 0 && label[n - 1] == '-') {
        n--;
    }
    label[n] = '\0';
}

static int
list_id_add(struct text *out, const struct notice_envelope *e, struct err *reterr)
{
    AUTO_TEXT struct text probe = { 0 };
    char label[LABEL_MAX + 1];
    label_of(e->list_of ? e->list_of : "", label);
    text_addf(&probe, "x@%s%s%s", label, label[0] ? "." : "", e->host);
    if (text_has_control(e->list_of ? e->list_of : "") || !notice_address_ok(text_str(&probe))) {
        return err_set(reterr, -EINVAL, "the List-Id of a mail is not a domain name");
    }
    AUTO_TEXT struct text value = { 0 };
    bool has_name = e->list_name && e->list_name[0];
    for (const char *c = has_name ? e->list_name : ""; *c; c++) {
        /* Words stand only where they need no quoting; filters use the id alone. */
        has_name = has_name && (isalnum((unsigned char)*c) || *c == ' ' || *c == '-');
    }
    text_addf(&value, "%s%s<%s>", has_name ? e->list_name : "", has_name ? " " : "",
              text_str(&probe) + 2);
    out->bad = out->bad ? out->bad : value.bad;
    return mime_token(out, "List-Id", text_str(&value), reterr);
}

static int
head_add(struct text *out, const struct notice_envelope *e, const struct notice_text *words,
         struct err *reterr)
{
    int r = date_add(out, e->date_ms, e->offset_min, reterr);
    r = r < 0 ? r : mime_address(out, "From", &e->from, reterr);
    r = r < 0 ? r : mime_address(out, "To", &e->to, reterr);
    r = r < 0 ? r : mime_address(out, "Reply-To", &e->reply_to, reterr);
    if (r >= 0 && strlen(text_str(&words->subject)) != words->subject.len) {
        r = err_set(reterr, -EINVAL, "the Subject of a mail holds the control byte 0");
    }
    r = r < 0 ? r : mime_field(out, "Subject", text_str(&words->subject), reterr);
    r = r < 0 ? r : ids_add(out, e, reterr);
    r = r < 0 ? r : list_id_add(out, e, reterr);
    if (r >= 0 && e->list_name && text_has_control(e->list_name)) {
        r = err_set(reterr, -EINVAL, "the List-Id of a mail holds a control byte");
    }
    r = r < 0 ? r : mime_token(out, "Auto-Submitted", "auto-generated", reterr);
    /* Out-of-office answers would go to the plan's owner for every mail. */
    r = r < 0 ? r : mime_token(out, "X-Auto-Response-Suppress", "OOF, AutoReply", reterr);
    return r < 0 ? r : mime_token(out, "MIME-Version", "1.0", reterr);
}

static void
part_add(struct text *out, const struct part *p)
{
    text_addf(out, "Content-Type: %s\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
              p->type);
    mime_quoted(out, text_str(p->text), p->text->len);
}

/* Lines of 76; what stands in a file stays byte for byte. */
static void
base64_add(struct text *out, const struct text *bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *b = (const unsigned char *)text_str(bytes);
    for (size_t i = 0; i < bytes->len; i += 3) {
        size_t n = bytes->len - i < 3 ? bytes->len - i : 3;
        uint32_t v = (uint32_t)b[i] << 16 | (n > 1 ? (uint32_t)b[i + 1] << 8 : 0U)
                     | (n > 2 ? b[i + 2] : 0U);
        const char four[] = { digits[v >> 18 & 63], digits[v >> 12 & 63],
                              n > 1 ? digits[v >> 6 & 63] : '=', n > 2 ? digits[v & 63] : '=' };
        text_addn(out, four, sizeof four);
        if (i % BASE64_LINE == BASE64_LINE - 3 || i + 3 >= bytes->len) {
            text_add(out, "\r\n");
        }
    }
}

static bool
is_file_name(const char *name)
{
    size_t n = strlen(name);
    for (const char *c = name; *c; c++) {
        if (!isalnum((unsigned char)*c) && !strchr("._-", *c)) {
            return false;
        }
    }
    return n > 0 && n <= FILE_NAME_MAX_ && name[0] != '.';
}

static int
files_add(struct text *out, const struct notice_envelope *e, struct err *reterr)
{
    for (size_t i = 0; i < e->n_files; i++) {
        const struct notice_file *f = &e->files[i];
        if (!is_file_name(f->name)) {
            return err_set(reterr, -EINVAL, "a file of a mail cannot be called '%.60s'", f->name);
        }
        text_addf(out,
                  "--=_m%.*s\r\nContent-Type: %s\r\nContent-Disposition: attachment;\r\n"
                  " filename=\"%s\"\r\nContent-Transfer-Encoding: base64\r\n\r\n",
                  KEY_SHOWN, e->key, f->type, f->name);
        base64_add(out, f->bytes);
        out->bad = out->bad ? out->bad : f->bytes->bad;
    }
    text_addf(out, "--=_m%.*s--\r\n", KEY_SHOWN, e->key);
    return 0;
}

int
notice_mail(const struct notice_envelope *e, const struct notice_text *words, struct text *ret,
            struct err *reterr)
{
    const struct part all[PARTS_MAX] = {
        { "text/plain; charset=UTF-8", &words->plain },
        { "text/html; charset=UTF-8", &words->html },
        { "text/calendar; charset=UTF-8; method=PUBLISH", &words->calendar },
    };
    const struct part *parts[PARTS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < PARTS_MAX; i++) {
        if (all[i].text->len > 0) {
            parts[n++] = &all[i];
        }
    }
    if (words->plain.len == 0) {
        return err_set(reterr, -EINVAL, "a mail has no plain text");
    }
    AUTO_TEXT struct text mail = { 0 };
    int r = head_add(&mail, e, words, reterr);
    if (r < 0) {
        return r;
    }
    if (e->n_files > 0) {
        text_addf(&mail,
                  "Content-Type: multipart/mixed;\r\n boundary=\"=_m%.*s\"\r\n\r\n--=_m%.*s\r\n",
                  KEY_SHOWN, e->key, KEY_SHOWN, e->key);
    }
    if (n == 1) {
        part_add(&mail, parts[0]);
    } else {
        /* "=_" cannot stand in quoted-printable text, so no body can hold the boundary. */
        text_addf(&mail, "Content-Type: multipart/alternative;\r\n boundary=\"=_%.*s\"\r\n\r\n",
                  KEY_SHOWN, e->key);
        for (size_t i = 0; i < n; i++) {
            text_addf(&mail, "--=_%.*s\r\n", KEY_SHOWN, e->key);
            part_add(&mail, parts[i]);
        }
        text_addf(&mail, "--=_%.*s--\r\n", KEY_SHOWN, e->key);
    }
    r = e->n_files > 0 ? files_add(&mail, e, reterr) : 0;
    if (r < 0) {
        return r;
    }
    if (mail.bad) {
        return err_set(reterr, mail.bad, "out of memory");
    }
    text_done(ret);
    *ret = mail;
    mail = (struct text){ 0 };
    return 0;
}
