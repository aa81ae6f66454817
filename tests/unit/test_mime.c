/* SPDX-License-Identifier: MIT */
/* test_mime.c - headers, addresses, bodies and whole messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "notice/mime.h"
#include "notice_sample.h"

static void
words_of(struct notice_text *w)
{
    text_add(&w->subject, "Please finish it");
    text_add(&w->plain, "Hello\n.\nFrom here \xE2\x80\x93 on\n");
    text_add(&w->html, "<p>Hello</p>\n");
    text_add(&w->calendar, "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
}

static void
lines_are_short_and_ascii(const struct text *mail)
{
    const char *line = text_str(mail);
    while (*line) {
        size_t n = strcspn(line, "\r\n");
        assert_true(n <= 78);
        assert_memory_equal(line + n, "\r\n", 2);
        for (size_t i = 0; i < n; i++) {
            assert_true((unsigned char)line[i] >= 0x20 && (unsigned char)line[i] < 0x7F);
        }
        line += n + 2;
    }
}

static void
plain_words_stand_as_they_are_and_fold_at_spaces(void **state)
{
    (void)state;
    AUTO_TEXT struct text out = { 0 };
    assert_int_equal(mime_field(&out, "Subject", "CO-304: please finish 1c", NULL), 0);
    assert_string_equal(text_str(&out), "Subject: CO-304: please finish 1c\r\n");
    text_done(&out);
    assert_int_equal(mime_field(&out, "Subject",
                                "one two three four five six seven eight nine ten eleven twelve "
                                "thirteen fourteen fifteen", NULL), 0);
    assert_string_equal(text_str(&out),
                        "Subject: one two three four five six seven eight nine ten eleven "
                        "twelve\r\n"
                        " thirteen fourteen fifteen\r\n");
}

static void
other_words_are_encoded_and_no_character_is_split(void **state)
{
    (void)state;
    AUTO_TEXT struct text out = { 0 };
    AUTO_TEXT struct text value = { 0 };
    assert_int_equal(mime_field(&out, "Subject", "caf\xC3\xA9 a", NULL), 0);
    assert_string_equal(text_str(&out), "Subject: =?UTF-8?Q?caf=C3=A9_a?=\r\n");
    for (int i = 0; i < 40; i++) {
        text_add(&value, "\xF0\x9F\x98\x80");
    }
    text_done(&out);
    assert_int_equal(mime_field(&out, "Subject", text_str(&value), NULL), 0);
    lines_are_short_and_ascii(&out);
    for (const char *p = text_str(&out); (p = strstr(p, "?Q?")); p += 3) {
        const char *end = strstr(p + 3, "?=");
        assert_non_null(end);
        assert_int_equal((end - p - 3) % 12, 0);
    }
    static const char *const odd[] = { "a  b", " a", "a ", "=?UTF-8?Q?x?=" };
    for (size_t i = 0; i < LENGTH(odd); i++) {
        text_done(&out);
        assert_int_equal(mime_field(&out, "Subject", odd[i], NULL), 0);
        assert_non_null(strstr(text_str(&out), "Subject: =?UTF-8?Q?"));
    }
}

static void
addresses_are_checked(void **state)
{
    (void)state;
    static const char *const good[] = { "a@b", "a.b+c-d_e@x-y.example.nhs.uk", "0@1.2" };
    static const char *const bad[] = {
        "", "a", "@b", "a@", "a b@c", "a,b@c", "a@b c", "a@b,c@d", "a..b@c", ".a@c", "a.@c", "a@-b",
        "a@b-", "a@b..c", "a@.b", "a@b.", "<a@b>", "a@b>", "\"a\"@b", "a@b\r\nBcc: x@y", "a\x7F@b",
        "caf\xC3\xA9@b", "a(x)@b", "a:b@c", "a@[1.2.3.4]", "a;b@c", "a@b@c",
    };
    for (size_t i = 0; i < LENGTH(good); i++) {
        assert_true(notice_address_ok(good[i]));
    }
    for (size_t i = 0; i < LENGTH(bad); i++) {
        if (notice_address_ok(bad[i])) {
            fail_msg("taken for an address: %s", bad[i]);
        }
    }
    assert_false(notice_address_ok(NULL));
    AUTO_TEXT struct text longest = { 0 };
    for (int i = 0; i < 65; i++) {
        text_addc(&longest, 'a');
    }
    text_add(&longest, "@b");
    assert_false(notice_address_ok(text_str(&longest)));
}

static void
names_are_quoted_or_encoded(void **state)
{
    (void)state;
    static const struct {
        const char *name, *want;
    } cases[] = {
        { "Head of OD", "To: \"Head of OD\" <a@b.example>\r\n" },
        { NULL, "To: <a@b.example>\r\n" },
        { "", "To: <a@b.example>\r\n" },
        { "say \"hi\" \\ <x@y>, z", "To: \"say \\\"hi\\\" \\\\ <x@y>, z\" <a@b.example>\r\n" },
        { "Ren\xC3\xA9", "To: =?UTF-8?Q?Ren=C3=A9?= <a@b.example>\r\n" },
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        AUTO_TEXT struct text out = { 0 };
        struct notice_address a = { cases[i].name, "a@b.example" };
        assert_int_equal(mime_address(&out, "To", &a, NULL), 0);
        assert_string_equal(text_str(&out), cases[i].want);
    }
}

static void
quoted_printable_keeps_every_byte_and_its_line_length(void **state)
{
    (void)state;
    AUTO_TEXT struct text out = { 0 };
    static const char source[] = "a=b \nFrom x\n.\n\tc\t\n\x01\xFF";
    mime_quoted(&out, source, sizeof source - 1);
    assert_string_equal(text_str(&out),
                        "a=3Db=20\r\n=46rom x\r\n=2E\r\n\tc=09\r\n=01=FF\r\n");
    for (size_t n = 70; n < 160; n++) {
        AUTO_TEXT struct text line = { 0 };
        char s[160];
        memset(s, n % 3 ? 'x' : ' ', sizeof s);
        mime_quoted(&line, s, n);
        for (const char *p = text_str(&line); *p; p += strcspn(p, "\n") + 1) {
            assert_true(strcspn(p, "\r") <= 76);
        }
    }
}

/* Every place where words from a plan, a roster or a configuration become a header. */
static const char **
field(struct notice_envelope *e, const char **threads, size_t i)
{
    const char **fields[] = {
        &e->from.name, &e->from.addr, &e->to.name, &e->to.addr, &e->reply_to.name,
        &e->reply_to.addr, &e->key, &e->host, &e->list_of, &e->list_name, &threads[0],
    };
    return i < LENGTH(fields) ? fields[i] : NULL;
}

static void
no_control_byte_enters_any_header(void **state)
{
    (void)state;
    int tried = 0;
    for (int c = 1; c < 128; c = c == 31 ? 127 : c + 1) {
        const char *threads[1];
        struct notice_sample s;
        struct err why;
        for (size_t i = 0;; i++) {
            AUTO_NOTICE_TEXT struct notice_text w = { 0 };
            AUTO_TEXT struct text mail = { 0 };
            AUTO_TEXT struct text dirty = { 0 };
            words_of(&w);
            notice_sample_init(&s);
            threads[0] = SAMPLE_THREAD;
            s.envelope.threads = threads;
            const char **f = field(&s.envelope, threads, i);
            if (!f) {
                break;
            }
            text_addf(&dirty, "%.20s%c%s", *f, c, "Bcc: x@example.org");
            *f = text_str(&dirty);
            why.text[0] = '\0';
            assert_int_equal(notice_mail(&s.envelope, &w, &mail, &why), -EINVAL);
            assert_int_equal(mail.len, 0);
            assert_true(strlen(why.text) > 10);
            assert_false(text_has_control(why.text));
            tried++;
        }
        AUTO_NOTICE_TEXT struct notice_text w = { 0 };
        AUTO_TEXT struct text mail = { 0 };
        words_of(&w);
        text_addf(&w.subject, "%cBcc: x@example.org", c);
        notice_sample_init(&s);
        assert_int_equal(notice_mail(&s.envelope, &w, &mail, NULL), -EINVAL);
        tried++;
    }
    assert_int_equal(tried, 32 * 12);
}

static void
a_nul_in_the_subject_is_refused(void **state)
{
    (void)state;
    AUTO_NOTICE_TEXT struct notice_text w = { 0 };
    AUTO_TEXT struct text mail = { 0 };
    struct notice_sample s;
    notice_sample_init(&s);
    words_of(&w);
    text_addn(&w.subject, "\0Bcc", 4);
    assert_int_equal(notice_mail(&s.envelope, &w, &mail, NULL), -EINVAL);
}

static void
the_same_input_gives_the_same_bytes(void **state)
{
    (void)state;
    AUTO_NOTICE_TEXT struct notice_text w = { 0 };
    AUTO_TEXT struct text one = { 0 };
    AUTO_TEXT struct text two = { 0 };
    struct notice_sample s;
    notice_sample_init(&s);
    words_of(&w);
    assert_int_equal(notice_mail(&s.envelope, &w, &one, NULL), 0);
    assert_int_equal(notice_mail(&s.envelope, &w, &two, NULL), 0);
    assert_string_equal(text_str(&one), text_str(&two));
    lines_are_short_and_ascii(&one);
    static const char *const lines[] = {
        "Date: Tue, 24 Mar 2015 08:30:00 +0000\r\n",
        "Message-ID: <00112233445566778899aabbccddeeff.mail@coprod.example.nhs.uk>\r\n",
        "In-Reply-To: <ffeeddccbbaa99887766554433221100.thread@coprod.example.nhs.uk>\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "List-Id: Co-production plan CO-304 <co-304.coprod.example.nhs.uk>\r\n",
        "boundary=\"=_00112233445566778899aabbccddeeff\"\r\n",
        "Content-Type: text/calendar; charset=UTF-8; method=PUBLISH\r\n",
        "\r\n=46rom here =E2=80=93 on\r\n",
    };
    for (size_t i = 0; i < LENGTH(lines); i++) {
        if (!strstr(text_str(&one), lines[i])) {
            fail_msg("wanted \"%s\" in:\n%s", lines[i], text_str(&one));
        }
    }
}

static void
dates_are_local_with_their_offset(void **state)
{
    (void)state;
    static const struct {
        int64_t at_ms;
        int offset;
        const char *want;
    } cases[] = {
        { 1427700600000, 60, "Date: Mon, 30 Mar 2015 08:30:00 +0100\r\n" },
        { 1420070400000, -330, "Date: Wed, 31 Dec 2014 18:30:00 -0530\r\n" },
        { 1456704000999, 0, "Date: Mon, 29 Feb 2016 00:00:00 +0000\r\n" },
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        AUTO_NOTICE_TEXT struct notice_text w = { 0 };
        AUTO_TEXT struct text mail = { 0 };
        struct notice_sample s;
        notice_sample_init(&s);
        words_of(&w);
        s.envelope.date_ms = cases[i].at_ms;
        s.envelope.offset_min = cases[i].offset;
        assert_int_equal(notice_mail(&s.envelope, &w, &mail, NULL), 0);
        assert_non_null(strstr(text_str(&mail), cases[i].want));
        s.envelope.date_ms = INT64_MAX / 2;
        assert_int_equal(notice_mail(&s.envelope, &w, &mail, NULL), -EINVAL);
    }
}

static void
impossible_envelopes_are_refused(void **state)
{
    (void)state;
    AUTO_NOTICE_TEXT struct notice_text w = { 0 };
    AUTO_TEXT struct text mail = { 0 };
    struct notice_sample s;
    words_of(&w);
    notice_sample_init(&s);
    s.envelope.key = "0011";
    assert_int_equal(notice_mail(&s.envelope, &w, &mail, NULL), -EINVAL);
    s.envelope.key = NULL;
    assert_int_equal(notice_mail(&s.envelope, &w, &mail, NULL), -EINVAL);
    notice_sample_init(&s);
    s.envelope.to.addr = "nobody";
    assert_int_equal(notice_mail(&s.envelope, &w, &mail, NULL), -EINVAL);
    s.envelope.to.addr = NULL;
    assert_int_equal(notice_mail(&s.envelope, &w, &mail, NULL), -EINVAL);
    notice_sample_init(&s);
    s.envelope.n_threads = NOTICE_THREADS_MAX + 1;
    assert_int_equal(notice_mail(&s.envelope, &w, &mail, NULL), -E2BIG);
    notice_sample_init(&s);
    text_done(&w.plain);
    assert_int_equal(notice_mail(&s.envelope, &w, &mail, NULL), -EINVAL);
    AUTO_TEXT struct text id = { 0 };
    assert_int_equal(notice_message_id("xyz", "a.b", &id), -EINVAL);
    assert_int_equal(notice_message_id(SAMPLE_KEY, "a b", &id), -EINVAL);
}

static void
any_id_of_a_plan_makes_a_list_id(void **state)
{
    (void)state;
    static const struct {
        const char *id, *want;
    } cases[] = {
        { "CO-304", "<co-304.coprod.example.nhs.uk>" },
        { "CO_304", "<co-304.coprod.example.nhs.uk>" },
        { "CO-304.", "<co-304.coprod.example.nhs.uk>" },
        { "--a..b--", "<a-b.coprod.example.nhs.uk>" },
        { "___", "<coprod.example.nhs.uk>" },
        { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
          "<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.coprod" },
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        AUTO_TEXT struct text mail = { 0 };
        AUTO_NOTICE_TEXT struct notice_text w = { 0 };
        struct notice_sample s;
        notice_sample_init(&s);
        words_of(&w);
        s.envelope.list_of = cases[i].id;
        assert_int_equal(notice_mail(&s.envelope, &w, &mail, NULL), 0);
        assert_non_null(strstr(text_str(&mail), cases[i].want));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_words_stand_as_they_are_and_fold_at_spaces),
        cmocka_unit_test(other_words_are_encoded_and_no_character_is_split),
        cmocka_unit_test(addresses_are_checked),
        cmocka_unit_test(any_id_of_a_plan_makes_a_list_id),
        cmocka_unit_test(names_are_quoted_or_encoded),
        cmocka_unit_test(quoted_printable_keeps_every_byte_and_its_line_length),
        cmocka_unit_test(no_control_byte_enters_any_header),
        cmocka_unit_test(a_nul_in_the_subject_is_refused),
        cmocka_unit_test(the_same_input_gives_the_same_bytes),
        cmocka_unit_test(dates_are_local_with_their_offset),
        cmocka_unit_test(impossible_envelopes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
