/* SPDX-License-Identifier: MIT */
/* test_dsn.c - what came back: reports of every shape, and bytes that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "notice/dsn.h"

#define OURS "<0123456789abcdef0123456789abcdef.mail@example.nhs.uk>"
#define HEAD                                                                                       \
    "From: MAILER-DAEMON@relay.example.nhs.uk\r\n"                                                 \
    "To: bounces+0123456789abcdef0123456789abcdef@example.nhs.uk\r\n"                              \
    "Subject: Undelivered Mail Returned to Sender\r\n"                                             \
    "Message-ID: <relay.1@relay.example.nhs.uk>\r\n"                                               \
    "MIME-Version: 1.0\r\n"                                                                        \
    "Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"b1=_x\"\r\n\r\n"
#define STATUS(action, code)                                                                       \
    "--b1=_x\r\nContent-Type: message/delivery-status\r\n\r\n"                                     \
    "Reporting-MTA: dns; relay.example.nhs.uk\r\n\r\n"                                             \
    "Final-Recipient: rfc822; nobody@example.nhs.uk\r\nAction: " action "\r\nStatus: " code "\r\n" \
    "Diagnostic-Code: smtp; 550 5.1.1\r\n <nobody@example.nhs.uk>: no such user\r\n\r\n"
#define ORIGINAL                                                                                   \
    "--b1=_x\r\nContent-Type: text/rfc822-headers\r\n\r\n"                                         \
    "From: a@example.nhs.uk\r\nMessage-ID:\r\n " OURS "\r\nSubject: x\r\n\r\n--b1=_x--\r\n"
#define TEXT "--b1=_x\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n\r\n"

static struct dsn
read_all(const char *bytes)
{
    struct dsn d;
    assert_int_equal(dsn_read(bytes, strlen(bytes), &d), 0);
    return d;
}

static void
a_failed_report_names_the_mail_and_its_status(void **state)
{
    (void)state;
    struct dsn d = read_all(HEAD TEXT STATUS("failed", "5.1.1") ORIGINAL);
    assert_int_equal(d.verdict, DSN_HARD);
    assert_string_equal(d.status, "5.1.1");
    assert_string_equal(d.message_id, OURS);
    assert_int_equal(d.n_to, 1);
    assert_string_equal(d.to[0], "bounces+0123456789abcdef0123456789abcdef@example.nhs.uk");
}

static void
a_delay_is_soft_whatever_its_status(void **state)
{
    (void)state;
    struct dsn d = read_all(HEAD TEXT STATUS("delayed", "4.4.7") ORIGINAL);
    assert_int_equal(d.verdict, DSN_SOFT);
    assert_string_equal(d.status, "4.4.7");
    d = read_all(HEAD TEXT STATUS("relayed", "2.0.0") ORIGINAL);
    assert_int_equal(d.verdict, DSN_SOFT);
}

static void
given_up_after_days_is_final_though_its_status_begins_with_four(void **state)
{
    (void)state;
    struct dsn d = read_all(HEAD TEXT STATUS("Failed", "4.4.7") ORIGINAL);
    assert_int_equal(d.verdict, DSN_HARD);
}

static void
the_whole_mail_returned_or_encoded_or_with_bare_newlines_is_found_too(void **state)
{
    (void)state;
    static const char *const originals[] = {
        "--b1=_x\nContent-Type: message/rfc822\n\nFrom: a@b\nmessage-id: " OURS
        "\nContent-Type: multipart/mixed; boundary=q\n\n--q\n\nMessage-ID: <other@x>\n--q--\n",
        "--b1=_x\nContent-Type: text/rfc822-headers\nContent-Transfer-Encoding: "
        "quoted-printable\n\nSubject: =41\nMessage-ID: <0123456789abcdef01234567=\n89abcdef.mail=40"
        "example.nhs.uk>\n\n--b1=_x--\n",
        "--b1=_x\nContent-Type: text/rfc822-headers\nContent-Transfer-Encoding: base64\n\n"
        "TWVzc2FnZS1JRDogPDAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm\n"
        "Lm1haWxAZXhhbXBsZS5uaHMudWs+Cg==\n--b1=_x--\n",
    };
    for (size_t i = 0; i < LENGTH(originals); i++) {
        AUTO_TEXT struct text mail = { 0 };
        text_addf(&mail, "%s%s", HEAD STATUS("failed", "5.2.1"), originals[i]);
        struct dsn d = read_all(text_str(&mail));
        assert_int_equal(d.verdict, DSN_HARD);
        assert_string_equal(d.message_id, OURS);
    }
}

static void
of_several_recipients_the_worst_counts(void **state)
{
    (void)state;
    struct dsn d = read_all(HEAD "--b1=_x\n\n\n--b1=_x\nContent-Type: message/delivery-status\n\n"
                            "Reporting-MTA: dns; x\n\nAction: delayed\nStatus: 4.0.0\n\n"
                            "Status: 5.7.1\nAction: failed\n\nAction: delivered\nStatus: 2.0.0\n"
                            "--b1=_x--\n");
    assert_int_equal(d.verdict, DSN_HARD);
    assert_string_equal(d.status, "5.7.1");
    assert_string_equal(d.message_id, "");
}

static void
what_is_no_report_is_none(void **state)
{
    (void)state;
    static const char *const mails[] = {
        "", "\n", "\r\n\r\n", ":", "To: x@y\n\nI am on holiday.\n",
        "Content-Type: multipart/report\n\n",
        "Content-Type: multipart/report; boundary=\"\"; report-type=delivery-status\n\n--\n--\n",
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b1=_x\n\n"
        STATUS("failed", "5.1.1") ORIGINAL,
        "Content-Type: multipart/mixed; boundary=\"b1=_x\"\n\n" STATUS("failed", "5.1.1") ORIGINAL,
        HEAD "--b1=_x\nContent-Type: message/delivery-status\n\nAction",
        HEAD TEXT,
    };
    for (size_t i = 0; i < LENGTH(mails); i++) {
        assert_int_equal(read_all(mails[i]).verdict, DSN_NO_REPORT);
    }
}

/* Each byte lies at the end of what may be read: the address sanitizer sees one beyond. */
static void
cut_anywhere_or_with_any_byte_changed_it_reads_nothing_beyond(void **state)
{
    (void)state;
    static const char mail[] = HEAD TEXT STATUS("failed", "5.1.1") ORIGINAL;
    static const char bytes[] = "\0\n\r:-=<>\x80\xff \"";
    for (size_t n = 0; n < sizeof mail; n++) {
        char *copy = malloc(n ? n : 1);
        struct dsn d;
        assert_non_null(copy);
        memcpy(copy, mail, n);
        assert_int_equal(dsn_read(copy, n, &d), 0);
        for (size_t k = 0; k < sizeof bytes && n > 0; k++) {
            copy[n - 1] = bytes[k];
            assert_int_equal(dsn_read(copy, n, &d), 0);
        }
        free(copy);
    }
}

static void
bombs_are_bounded(void **state)
{
    (void)state;
    AUTO_TEXT struct text deep = { 0 };
    AUTO_TEXT struct text wide = { 0 };
    AUTO_TEXT struct text big = { 0 };
    text_add(&deep, HEAD);
    for (int i = 0; i < 20000; i++) {
        text_add(&deep, "--b1=_x\nContent-Type: multipart/mixed; boundary=\"b1=_x\"\n\n");
    }
    text_add(&wide, HEAD);
    for (int i = 0; i < 100000; i++) {
        text_add(&wide, "--b1=_x\n\n");
    }
    text_add(&wide, STATUS("failed", "5.1.1") ORIGINAL);
    text_add(&big, "To: ");
    while (big.len < (size_t)3 * DSN_BYTES_MAX) {
        text_add(&big, "a@example.nhs.uk,                                              \r\n ");
    }
    const struct text *all[] = { &deep, &wide, &big };
    for (size_t i = 0; i < LENGTH(all); i++) {
        struct dsn d;
        assert_int_equal(dsn_read(all[i]->bytes, all[i]->len, &d), 0);
        assert_int_equal(d.verdict, DSN_NO_REPORT);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failed_report_names_the_mail_and_its_status),
        cmocka_unit_test(a_delay_is_soft_whatever_its_status),
        cmocka_unit_test(given_up_after_days_is_final_though_its_status_begins_with_four),
        cmocka_unit_test(the_whole_mail_returned_or_encoded_or_with_bare_newlines_is_found_too),
        cmocka_unit_test(of_several_recipients_the_worst_counts),
        cmocka_unit_test(what_is_no_report_is_none),
        cmocka_unit_test(cut_anywhere_or_with_any_byte_changed_it_reads_nothing_beyond),
        cmocka_unit_test(bombs_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
