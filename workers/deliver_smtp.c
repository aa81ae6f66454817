/* SPDX-License-Identifier: MIT */
/*
 * deliver_smtp.c - one message to one recipient over SMTP, and what became of it.
 *
 * libcurl says 55 ("failed sending data") for 450 and for 550, so its result decides nothing but
 * success; the relay's own replies do. What must never be mistaken is a message that may have
 * arrived (UNKNOWN) for one that cannot have (UNREACHED). The line between them is the message's
 * last byte: until curl has written it to the connection, the relay cannot have a whole message.
 */
#include <ctype.h>
#include <curl/curl.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "deliver_out.h"
#include "notice/notice.h"

enum { PASSWORD_MAX = 512, KEEP_S = 5, REPLY_MIN = 4, AUTH_REQUIRED = 530 };

struct smtp {
    CURL *curl;
};

/* One conversation, as its callbacks see it. */
struct talk {
    const struct delivery_message *m;
    size_t at;        /* bytes handed to curl */
    size_t sent;      /* bytes that curl wrote to the connection; dots that it doubles count too */
    bool is_drained;  /* the last byte was written: the end of the message may have been, too */
    bool is_about_it; /* MAIL, RCPT or DATA was said: what is refused is this message */
    enum refusal_of of; /* what was said last of that */
    bool is_leaving;  /* QUIT was said: the answer to it is about nothing */
    int code;         /* the reply that counts: the last whole one, or the first after the end of
                         the message; 0 = none */
    bool is_after;    /* it came after the end of the message */
    char words[DELIVERY_WORDS_MAX];
};

const char *
delivery_outcome_word(enum delivery_outcome o)
{
    static const char *const words[DELIVERY_MAX_] = {
        "none", "accepted", "refused", "deferred", "unknown", "unreached",
    };
    return (int)o >= 0 && o < DELIVERY_MAX_ ? words[o] : "none";
}

/* Copies what a stranger said: bounded, whole characters, no control bytes. */
static void
words_set(char words[DELIVERY_WORDS_MAX], const char *s, size_t n)
{
    while (n > 0 && isspace((unsigned char)s[n - 1])) {
        n--;
    }
    n = n < DELIVERY_WORDS_MAX ? n : DELIVERY_WORDS_MAX - 1;
    while (n > 0 && !text_is_utf8(s, n) && ((unsigned char)s[n - 1] & 0x80)) {
        n--; /* a character cut in two, or bytes that are none */
    }
    bool is_utf8 = text_is_utf8(s, n);
    memcpy(words, s, n);
    words[n] = '\0';
    for (char *c = words; c < words + n; c++) {
        bool is_bad = (unsigned char)*c < 0x20 || *c == 0x7F || (!is_utf8 && *c & 0x80);
        if (is_bad) {
            *c = '?';
        }
    }
}

static size_t
on_read(char *buffer, size_t size, size_t n, void *arg)
{
    struct talk *t = arg;
    size_t left = t->m->len - t->at;
    size_t give = left < size * n ? left : size * n;
    memcpy(buffer, t->m->bytes + t->at, give);
    t->at += give;
    t->is_drained = t->is_drained || give == 0;
    return give;
}

/* A line of a reply. "250-more" is not the end of one; "250 done" is. */
static size_t
on_reply(char *line, size_t size, size_t n, void *arg)
{
    struct talk *t = arg;
    size_t len = size * n;
    bool is_reply = len >= REPLY_MIN && isdigit((unsigned char)line[0])
                    && isdigit((unsigned char)line[1]) && isdigit((unsigned char)line[2]);
    if (is_reply && line[3] != '-' && !t->is_leaving && !t->is_after) {
        t->code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
        t->is_after = t->is_drained;
        words_set(t->words, line, len);
    }
    return len;
}

/* Of commands only the verb is looked at: an AUTH line holds the password. */
static int
on_debug(CURL *curl, curl_infotype type, char *data, size_t len, void *arg)
{
    (void)curl;
    struct talk *t = arg;
    static const struct {
        const char *verb;
        enum refusal_of of;
    } verbs[] = { { "MAIL", REFUSAL_OF_SENDER },
                  { "RCPT", REFUSAL_OF_RECIPIENT },
                  { "DATA", REFUSAL_OF_MAIL } };
    t->sent += type == CURLINFO_DATA_OUT ? len : 0;
    t->is_drained = t->is_drained || (t->m->len > 0 && t->sent >= t->m->len);
    bool is_command = type == CURLINFO_HEADER_OUT && len >= REPLY_MIN;
    t->is_leaving = t->is_leaving || (is_command && memcmp(data, "QUIT", REPLY_MIN) == 0);
    for (size_t i = 0; is_command && i < LENGTH(verbs); i++) {
        if (memcmp(data, verbs[i].verb, REPLY_MIN) == 0) {
            t->is_about_it = true;
            t->of = verbs[i].of;
        }
    }
    return 0;
}

static int
password_read(const char *path, char password[PASSWORD_MAX], struct err *reterr)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0) {
        int r = -errno;
        return err_set(reterr, r, "the password file %s cannot be read: %s", path, strerror(-r));
    }
    if (!S_ISREG(st.st_mode) || st.st_mode & S_IRWXO) {
        return err_set(reterr, -EACCES, "the password file %s is open to others: chmod 600 it",
                       path);
    }
    ssize_t n = read(fd, password, PASSWORD_MAX - 1);
    if (n < 0) {
        int r = -errno;
        return err_set(reterr, r, "the password file %s cannot be read: %s", path, strerror(-r));
    }
    while (n > 0 && isspace((unsigned char)password[n - 1])) {
        n--;
    }
    password[n] = '\0';
    if (n == 0 || n == PASSWORD_MAX - 1 || strlen(password) != (size_t)n
        || text_has_control(password)) {
        explicit_bzero(password, PASSWORD_MAX);
        return err_set(reterr, -EINVAL, "the password file %s does not hold one line and no more",
                       path);
    }
    return 0;
}

static bool
is_host(const char *host)
{
    size_t n = host ? strlen(host) : 0;
    for (size_t i = 0; i < n; i++) {
        if (!isalnum((unsigned char)host[i]) && !strchr(".-:", host[i])) {
            return false;
        }
    }
    return n > 0 && n < 256;
}

static int
options_check(const struct smtp_options *o, struct err *reterr)
{
    if (!is_host(o->host) || (o->helo && !is_host(o->helo))) {
        return err_set(reterr, -EINVAL, "the mail relay's host is no host name");
    }
    if (o->port < 1 || o->port > 65535 || o->timeout_ms < 100) {
        return err_set(reterr, -EINVAL, "the mail relay's port or timeout is out of bounds");
    }
    if (o->user && (!o->password_file || o->user[0] == '\0' || text_has_control(o->user))) {
        return err_set(reterr, -EINVAL, "the mail relay's user needs a name and a password file");
    }
    if (o->user && o->tls == SMTP_TLS_NONE) {
        return err_set(reterr, -EINVAL, "a password is not sent without TLS: use starttls "
                                        "or smtps");
    }
    return 0;
}

/* Each setting, until one fails. */
static CURLcode
set_words(CURL *c, const struct smtp_options *o, const char *url)
{
    const struct {
        CURLoption option;
        const char *value;
    } words[] = {
        { CURLOPT_URL, url },
        { CURLOPT_PROTOCOLS_STR, "smtp,smtps" },
        { CURLOPT_PROXY, "" }, /* whatever the environment says */
        { CURLOPT_CAINFO, o->ca_file },
        { CURLOPT_USERNAME, o->user },
    };
    CURLcode code = CURLE_OK;
    for (size_t i = 0; code == CURLE_OK && i < LENGTH(words); i++) {
        if (words[i].value) {
            code = curl_easy_setopt(c, words[i].option, words[i].value);
        }
    }
    return code;
}

static CURLcode
set_numbers(CURL *c, const struct smtp_options *o)
{
    const struct {
        CURLoption option;
        long value;
    } numbers[] = {
        { CURLOPT_UPLOAD, 1 },
        { CURLOPT_NOSIGNAL, 1 },
        { CURLOPT_VERBOSE, 1 }, /* to on_debug, never to stderr */
        { CURLOPT_USE_SSL, o->tls == SMTP_TLS_NONE ? CURLUSESSL_NONE : CURLUSESSL_ALL },
        { CURLOPT_SSL_VERIFYPEER, 1 },
        { CURLOPT_SSL_VERIFYHOST, 2 },
        { CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2 },
        { CURLOPT_TIMEOUT_MS, o->timeout_ms },
        { CURLOPT_CONNECTTIMEOUT_MS, o->timeout_ms },
        { CURLOPT_MAXAGE_CONN, KEEP_S },
    };
    CURLcode code = CURLE_OK;
    for (size_t i = 0; code == CURLE_OK && i < LENGTH(numbers); i++) {
        code = curl_easy_setopt(c, numbers[i].option, numbers[i].value);
    }
    return code;
}

static CURLcode
set_calls(CURL *c)
{
    CURLcode code = curl_easy_setopt(c, CURLOPT_READFUNCTION, on_read);
    code = code ? code : curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_reply);
    return code ? code : curl_easy_setopt(c, CURLOPT_DEBUGFUNCTION, on_debug);
}

static int
set_password(CURL *c, const char *path, struct err *reterr)
{
    char password[PASSWORD_MAX] = "";
    int r = password_read(path, password, reterr);
    if (r >= 0 && curl_easy_setopt(c, CURLOPT_PASSWORD, password) != CURLE_OK) {
        r = err_set(reterr, -ENOMEM, "out of memory");
    }
    explicit_bzero(password, sizeof password);
    return r;
}

static int
set_all(CURL *c, const struct smtp_options *o, struct err *reterr)
{
    AUTO_TEXT struct text url = { 0 };
    bool is_v6 = strchr(o->host, ':') != NULL;
    text_addf(&url, "smtp%s://%s%s%s:%d/%s", o->tls == SMTP_TLS_WRAPPED ? "s" : "",
              is_v6 ? "[" : "", o->host, is_v6 ? "]" : "", o->port,
              o->helo ? o->helo : "localhost");
    CURLcode code = set_words(c, o, text_str(&url));
    code = code ? code : set_numbers(c, o);
    code = code ? code : set_calls(c);
    if (code != CURLE_OK) {
        return err_set(reterr, -EINVAL, "libcurl refuses a setting: %s", curl_easy_strerror(code));
    }
    return o->user ? set_password(c, o->password_file, reterr) : 0;
}

int
smtp_open(const struct smtp_options *o, struct smtp **ret, struct err *reterr)
{
    int r = options_check(o, reterr);
    if (r < 0) {
        return r;
    }
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return err_set(reterr, -EIO, "libcurl does not start");
    }
    struct smtp *s = calloc(1, sizeof *s);
    CURL *curl = s ? curl_easy_init() : NULL;
    if (!curl) {
        free(s);
        curl_global_cleanup();
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    s->curl = curl;
    r = set_all(curl, o, reterr);
    if (r < 0) {
        (void)smtp_free(s);
        return r;
    }
    *ret = s;
    return 0;
}

struct smtp *
smtp_free(struct smtp *s)
{
    if (!s) {
        return NULL;
    }
    /* curl says QUIT to a kept connection and waits up to two minutes for the answer; a relay that
     * says nothing must not hold up the end of the program. */
    curl_socket_t fd = CURL_SOCKET_BAD;
    if (s->curl && curl_easy_getinfo(s->curl, CURLINFO_ACTIVESOCKET, &fd) == CURLE_OK
        && fd != CURL_SOCKET_BAD) {
        (void)shutdown(fd, SHUT_RDWR);
    }
    curl_easy_cleanup(s->curl);
    curl_global_cleanup();
    free(s);
    return NULL;
}

/* The one place that decides. */
static enum delivery_outcome
judge(const struct talk *t, CURLcode code)
{
    int family = t->code / 100;
    if (t->is_drained) {
        if (!t->is_after) {
            return DELIVERY_UNKNOWN;
        }
        return family == 2   ? DELIVERY_ACCEPTED
               : family == 5 ? DELIVERY_REFUSED
               : family == 4 ? DELIVERY_DEFERRED
                             : DELIVERY_UNKNOWN;
    }
    bool is_answer = code != CURLE_OK && (family == 4 || family == 5);
    if (!is_answer) {
        return DELIVERY_UNREACHED;
    }
    /* A relay that lets nobody in, or wants another password, says nothing about this message. */
    bool is_final = family == 5 && t->is_about_it && t->code != AUTH_REQUIRED;
    return is_final ? DELIVERY_REFUSED : DELIVERY_DEFERRED;
}

static CURLcode
talk_once(struct smtp *s, struct talk *t, bool is_fresh, char why[CURL_ERROR_SIZE])
{
    char from[256];
    char to[256];
    (void)snprintf(from, sizeof from, "<%s>", t->m->from);
    (void)snprintf(to, sizeof to, "<%s>", t->m->to);
    struct curl_slist *recipients = curl_slist_append(NULL, to);
    CURLcode code = recipients ? CURLE_OK : CURLE_OUT_OF_MEMORY;
    code = code ? code : curl_easy_setopt(s->curl, CURLOPT_MAIL_FROM, from);
    code = code ? code : curl_easy_setopt(s->curl, CURLOPT_MAIL_RCPT, recipients);
    code = code ? code : curl_easy_setopt(s->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)t->m->len);
    code = code ? code : curl_easy_setopt(s->curl, CURLOPT_READDATA, t);
    code = code ? code : curl_easy_setopt(s->curl, CURLOPT_HEADERDATA, t);
    code = code ? code : curl_easy_setopt(s->curl, CURLOPT_DEBUGDATA, t);
    code = code ? code : curl_easy_setopt(s->curl, CURLOPT_ERRORBUFFER, why);
    code = code ? code : curl_easy_setopt(s->curl, CURLOPT_FRESH_CONNECT, is_fresh ? 1L : 0L);
    code = code ? code : curl_easy_perform(s->curl);
    (void)curl_easy_setopt(s->curl, CURLOPT_MAIL_RCPT, (struct curl_slist *)NULL);
    (void)curl_easy_setopt(s->curl, CURLOPT_ERRORBUFFER, (char *)NULL);
    curl_slist_free_all(recipients);
    return code;
}

static void
conclude(const struct talk *t, CURLcode code, const char *why, struct delivery_result *ret)
{
    ret->outcome = judge(t, code);
    bool is_said = ret->outcome != DELIVERY_UNKNOWN && ret->outcome != DELIVERY_UNREACHED;
    ret->code = is_said ? t->code : 0;
    ret->of = t->of;
    if (is_said) {
        words_set(ret->words, t->words, strlen(t->words));
        return;
    }
    AUTO_TEXT struct text words = { 0 };
    text_addf(&words, "%s: %s", ret->outcome == DELIVERY_UNKNOWN
                                    ? "no answer after the whole message was sent"
                                    : "the message was not sent",
              why[0] ? why : curl_easy_strerror(code));
    words_set(ret->words, text_str(&words), words.len);
}

void
smtp_send(struct smtp *s, const struct delivery_message *m, struct delivery_result *ret)
{
    int64_t began_ms = clock_mono_ms();
    *ret = (struct delivery_result){ 0 };
    if (!notice_address_ok(m->from) || !notice_address_ok(m->to)) {
        static const char words[] = "the sender or the recipient is no mail address";
        ret->outcome = DELIVERY_REFUSED;
        words_set(ret->words, words, sizeof words - 1);
        return;
    }
    for (int round = 0; round < 2; round++) {
        char why[CURL_ERROR_SIZE] = "";
        struct talk t = { .m = m };
        long connects = 1;
        CURLcode code = talk_once(s, &t, round > 0, why);
        conclude(&t, code, why, ret);
        (void)curl_easy_getinfo(s->curl, CURLINFO_NUM_CONNECTS, &connects);
        if (ret->outcome != DELIVERY_UNREACHED || connects > 0) {
            break;
        }
    }
    ret->elapsed_ms = clock_mono_ms() - began_ms;
}
