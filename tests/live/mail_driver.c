/* SPDX-License-Identifier: MIT */
/*
 * mail_driver.c - what tests/live/mail.py calls: the library's own mails and transports, alone.
 *
 *   mail_driver render TEMPLATES FOLDER       every kind as FOLDER/KIND-N.eml
 *   mail_driver smtp FILE NAME=VALUE...       sends FILE; prints outcome TAB code TAB words
 *   mail_driver maildir FOLDER FILE ID        the same into a maildir
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../workers/deliver_out.h"
#include "../unit/notice_sample.h"

enum { FILE_MAX_ = 16 * 1024 * 1024, NUMBER_BASE = 10 };

static int
write_file(const char *folder, const char *kind, size_t n, const struct text *mail)
{
    AUTO_TEXT struct text path = { 0 };
    text_addf(&path, "%s/%s-%zu.eml", folder, kind, n);
    FILE *f = fopen(text_str(&path), "wb");
    if (!f) {
        return -errno;
    }
    size_t wrote = fwrite(mail->bytes, 1, mail->len, f);
    return fclose(f) == 0 && wrote == mail->len ? 0 : -EIO;
}

static int
render_one(const struct notice_templates *t, const char *folder, int kind, size_t n,
           struct err *reterr)
{
    AUTO_NOTICE_TEXT struct notice_text words = { 0 };
    AUTO_TEXT struct text mail = { 0 };
    struct notice_sample s;
    notice_sample_init(&s);
    s.model.kind = (enum notice_kind)kind;
    s.model.n_items = n;
    s.model.level = kind == NOTICE_ESCALATE ? 3 + (int)n % 3 : 0;
    s.model.format = n == 2 ? NOTICE_FORMAT_TEXT : NOTICE_FORMAT_BOTH;
    if (n == 2) {
        s.envelope.to.name = "A \\ plain post, \"quoted\", whose title is so long that it does "
                             "not fit on the first line of a header; nor on the second one, either";
    } else if (n > 1) {
        s.envelope.to.name = "Ren\xC3\xA9 \xE2\x80\x93 \"Head\" of a post whose title is far "
                             "longer than any line of a header may be";
        s.items[0].demand = "finish it \xE2\x80\x93 in caf\xC3\xA9s and all the other places that "
                            "are named in the plan, one by one";
    }
    int r = notice_render(t, &s.model, &words, reterr);
    r = r < 0 ? r : notice_mail(&s.envelope, &words, &mail, reterr);
    r = r < 0 ? r : write_file(folder, notice_kind_word(s.model.kind), n, &mail);
    (void)printf("%s-%zu.eml\t%s\t%s\n", notice_kind_word(s.model.kind), n, s.envelope.to.name,
                 text_str(&words.subject));
    return r;
}

static int
render(int argc, char **argv)
{
    AUTO_DIAG struct diag d = { 0 };
    AUTO(notice_templates) struct notice_templates *t = NULL;
    struct err why = { "" };
    if (argc != 4) {
        return 2;
    }
    int r = notice_templates_open(argv[2], &t, &d, &why);
    for (int kind = 1; r >= 0 && kind < NOTICE_KIND_MAX_; kind++) {
        for (size_t n = 1; r >= 0 && n <= SAMPLE_ITEMS; n++) {
            r = render_one(t, argv[3], kind, n, &why);
        }
    }
    if (r < 0) {
        (void)fprintf(stderr, "%s\n", why.text);
    }
    return r < 0;
}

static char *
read_file(const char *path, size_t *ret_len)
{
    FILE *f = fopen(path, "rb");
    char *bytes = f ? malloc(FILE_MAX_) : NULL;
    *ret_len = bytes ? fread(bytes, 1, FILE_MAX_, f) : 0;
    if (f) {
        (void)fclose(f);
    }
    return bytes;
}

static const char *
option(int argc, char **argv, const char *name, const char *preset)
{
    size_t n = strlen(name);
    for (int i = 3; i < argc; i++) {
        if (strncmp(argv[i], name, n) == 0 && argv[i][n] == '=') {
            return argv[i] + n + 1;
        }
    }
    return preset;
}

static void
print(const struct delivery_result *r)
{
    (void)printf("%s\t%d\t%s\n", delivery_outcome_word(r->outcome), r->code, r->words);
}

static int
smtp(int argc, char **argv)
{
    const char *tls = option(argc, argv, "tls", "none");
    struct smtp_options o = {
        .host = option(argc, argv, "host", "127.0.0.1"),
        .port = (int)strtol(option(argc, argv, "port", "0"), NULL, NUMBER_BASE),
        .tls = strcmp(tls, "starttls") == 0 ? SMTP_TLS_STARTTLS
               : strcmp(tls, "smtps") == 0  ? SMTP_TLS_WRAPPED
                                            : SMTP_TLS_NONE,
        .ca_file = option(argc, argv, "ca", NULL),
        .user = option(argc, argv, "user", NULL),
        .password_file = option(argc, argv, "password_file", NULL),
        .helo = "coprod.example.nhs.uk",
        .timeout_ms = (int)strtol(option(argc, argv, "timeout_ms", "10000"), NULL, NUMBER_BASE),
    };
    AUTO(smtp) struct smtp *s = NULL;
    struct err why = { "" };
    int r = smtp_open(&o, &s, &why);
    if (r < 0) {
        (void)printf("not-opened\t%d\t%s\n", r, why.text);
        return 1;
    }
    size_t len = 0;
    AUTO_FREE char *bytes = read_file(argv[2], &len);
    struct delivery_message m = {
        .from = option(argc, argv, "from", "coprod@example.nhs.uk"),
        .to = option(argc, argv, "to", "amh.lead@example.nhs.uk"),
        .message_id = "<0.mail@example.nhs.uk>",
        .bytes = bytes,
        .len = len,
    };
    long times = strtol(option(argc, argv, "times", "1"), NULL, NUMBER_BASE);
    for (long i = 0; i < times; i++) {
        struct delivery_result result;
        smtp_send(s, &m, &result);
        print(&result);
    }
    return 0;
}

static int
maildir(int argc, char **argv)
{
    if (argc != 5) {
        return 2;
    }
    size_t len = 0;
    AUTO_FREE char *bytes = read_file(argv[3], &len);
    struct delivery_message m = { .from = "a@b", .to = "c@d", .message_id = argv[4], .bytes = bytes,
                                  .len = len };
    struct delivery_result result;
    maildir_send(argv[2], &m, &result);
    print(&result);
    return 0;
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *word;
        int (*run)(int argc, char **argv);
    } commands[] = { { "render", render }, { "smtp", smtp }, { "maildir", maildir } };
    for (size_t i = 0; argc > 2 && i < LENGTH(commands); i++) {
        if (strcmp(argv[1], commands[i].word) == 0) {
            return commands[i].run(argc, argv);
        }
    }
    return 2;
}
