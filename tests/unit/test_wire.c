/* SPDX-License-Identifier: MIT */
/* test_wire.c - the codec: what it says it takes, it takes whole; everything else it refuses. */
#include "wire/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scale.h"

enum { RANDOM_ROUNDS = 1000000 / ONE_ROUND_OF, FRAME_MAX = 4096 };

static struct wire_scratch scratch;

static const struct wire_held held[] = { { 7, 1 }, { UINT64_MAX, UINT32_MAX } };
static const struct wire_offer offers[] = { { 41, 1 }, { 42, 2 }, { 43, 1 }, { 44, 9 } };
static const struct wire_outcome outcomes[] = { { 41, 1, WIRE_OUTCOME_DONE },
                                                { 42, 2, WIRE_OUTCOME_STALE } };
static const struct wire_pair pairs[] = { { "action", "2e" }, { "note", "naïve \"quoted\"\n" } };
static const struct wire_word words[] = { { "k1" }, { "" } };
static const uint8_t body[] = { 0, 255, 10, 13 };

static const struct wire_msg samples[] = {
    { .type = WIRE_HELLO, .hello = { 1, "remind", 123, 256, held, LENGTH(held) } },
    { .type = WIRE_WELCOME, .welcome = { 1, -62135596800000, 30000 } },
    { .type = WIRE_JOBS, .jobs = { 1420070400000, 16436, offers, LENGTH(offers) } },
    { .type = WIRE_DONE, .done = { outcomes, LENGTH(outcomes) } },
    { .type = WIRE_FAILED, .failed = { 41, 1, 1, 5000, "the store is full" } },
    { .type = WIRE_BEAT, .beat = { 3 } },
    { .type = WIRE_DRAIN, .drain = { "stop" } },
    { .type = WIRE_BYE, .bye = { "drained" } },
    { .type = WIRE_CALL,
      .call = { 1, "action.verify", pairs, LENGTH(pairs), { body, sizeof body } } },
    { .type = WIRE_RESULT, .result = { -65, "plan.yaml:1:1: error", pairs, LENGTH(pairs) } },
    { .type = WIRE_ADD, .add = { 5, words, LENGTH(words) } },
    { .type = WIRE_ADDED, .added = { 0, 1000, 2, "" } },
};

static uint64_t
next_random(uint64_t *state)
{
    *state += 0x9E3779B97F4A7C15U;
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

static size_t
encoded(const struct wire_msg *m, uint8_t *buf, size_t cap)
{
    size_t len = 0;
    size_t measured = 0;
    assert_int_equal(wire_encode(m, NULL, 0, &measured), 0);
    assert_int_equal(wire_encode(m, buf, cap, &len), 0);
    assert_int_equal(len, measured);
    return len;
}

/* The decoder gets a block of exactly the right size, so that ASan sees one octet too far. */
static int
decoded(const uint8_t *bytes, size_t len, struct wire_msg *ret, struct err *why)
{
    uint8_t *exact = malloc(len ? len : 1);
    assert_non_null(exact);
    memcpy(exact, bytes, len);
    int r = wire_decode(exact, len, &scratch, ret, why);
    if (r == 0) {
        uint8_t again[FRAME_MAX];
        size_t n = 0;
        assert_int_equal(wire_encode(ret, again, sizeof again, &n), 0);
        assert_int_equal(n, len);
        assert_memory_equal(again, exact, n);
    }
    free(exact);
    return r;
}

static void
every_message_comes_back_as_it_was(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(samples); i++) {
        uint8_t buf[FRAME_MAX];
        struct wire_msg back;
        struct err why = { "" };
        size_t len = encoded(&samples[i], buf, sizeof buf);
        assert_int_equal(decoded(buf, len, &back, &why), 0);
        assert_int_equal(back.type, samples[i].type);
    }
}

static void
the_fields_of_a_message_survive(void **state)
{
    (void)state;
    uint8_t buf[FRAME_MAX];
    struct wire_msg m;
    size_t len = encoded(&samples[0], buf, sizeof buf);
    assert_int_equal(wire_decode(buf, len, &scratch, &m, NULL), 0);
    assert_string_equal(m.hello.kind, "remind");
    assert_int_equal(m.hello.capacity, 256);
    assert_int_equal(m.hello.held_len, 2);
    assert_true(m.hello.held[1].job_id == UINT64_MAX);
    len = encoded(&samples[1], buf, sizeof buf);
    assert_int_equal(wire_decode(buf, len, &scratch, &m, NULL), 0);
    assert_true(m.welcome.now_ms == -62135596800000);
    len = encoded(&samples[8], buf, sizeof buf);
    assert_int_equal(wire_decode(buf, len, &scratch, &m, NULL), 0);
    assert_string_equal(m.call.args[1].value, pairs[1].value);
    assert_int_equal(m.call.body.len, sizeof body);
    assert_memory_equal(m.call.body.at, body, sizeof body);
    len = encoded(&samples[9], buf, sizeof buf);
    assert_int_equal(wire_decode(buf, len, &scratch, &m, NULL), 0);
    assert_int_equal(m.result.code, -65);
}

static void
every_truncation_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(samples); i++) {
        uint8_t buf[FRAME_MAX];
        size_t len = encoded(&samples[i], buf, sizeof buf);
        for (size_t cut = 0; cut < len; cut++) {
            struct wire_msg m;
            struct err why = { "" };
            assert_int_equal(decoded(buf, cut, &m, &why), -EPROTO);
            assert_true(why.text[0] != '\0');
        }
        buf[len] = 0;
        struct err why = { "" };
        struct wire_msg m;
        assert_int_equal(decoded(buf, len + 1, &m, &why), -EPROTO);
        assert_non_null(strstr(why.text, "left over"));
    }
}

static void
every_changed_octet_is_refused_or_understood_whole(void **state)
{
    (void)state;
    size_t refused = 0;
    for (size_t i = 0; i < LENGTH(samples); i++) {
        uint8_t buf[FRAME_MAX];
        size_t len = encoded(&samples[i], buf, sizeof buf);
        for (size_t at = 0; at < len * 255; at++) {
            uint8_t was = buf[at / 255];
            buf[at / 255] = (uint8_t)(was ^ (at % 255 + 1));
            struct wire_msg m;
            int r = decoded(buf, len, &m, NULL);
            assert_true(r == 0 || r == -EPROTO);
            refused += r < 0;
            buf[at / 255] = was;
        }
    }
    assert_true(refused > 10000);
}

static void
random_octets_never_hurt(void **state)
{
    (void)state;
    uint64_t seed = 304;
    size_t taken = 0;
    for (int i = 0; i < RANDOM_ROUNDS; i++) {
        uint8_t buf[96];
        size_t len = next_random(&seed) % sizeof buf;
        for (size_t at = 0; at < len; at++) {
            uint64_t r = next_random(&seed);
            buf[at] = (uint8_t)(r & 0x100 ? r & 3 : r); /* small numbers get further */
        }
        if (len > 0 && i % 2) {
            buf[0] = (uint8_t)samples[next_random(&seed) % LENGTH(samples)].type;
        }
        struct wire_msg m;
        int r = decoded(buf, len, &m, NULL);
        assert_true(r == 0 || r == -EPROTO);
        taken += r == 0;
    }
    assert_true(taken > 0);
}

static void
a_frame_too_small_is_said_so(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(samples); i++) {
        uint8_t buf[FRAME_MAX];
        size_t len = encoded(&samples[i], buf, sizeof buf);
        size_t n = 0;
        for (size_t cap = 0; cap < len; cap++) {
            assert_int_equal(wire_encode(&samples[i], buf, cap, &n), -EMSGSIZE);
        }
    }
}

static void
limits_hold_when_sending(void **state)
{
    (void)state;
    size_t n = 0;
    char *long_text = calloc(1, WIRE_BLOB_MAX + 2);
    assert_non_null(long_text);
    memset(long_text, 'x', WIRE_STR_MAX + 1);
    struct wire_msg m = { .type = WIRE_BYE, .bye = { long_text } };
    assert_int_equal(wire_encode(&m, NULL, 0, &n), -EMSGSIZE);
    long_text[WIRE_STR_MAX] = '\0';
    assert_int_equal(wire_encode(&m, NULL, 0, &n), 0);
    memset(long_text, 'x', WIRE_PAGE_MAX + 1);
    m = (struct wire_msg){ .type = WIRE_RESULT, .result = { .text = long_text } };
    assert_int_equal(wire_encode(&m, NULL, 0, &n), -EMSGSIZE);
    m = (struct wire_msg){ .type = WIRE_CALL };
    m.call.body = (struct wire_blob){ (const uint8_t *)long_text, WIRE_BLOB_MAX + 1 };
    assert_int_equal(wire_encode(&m, NULL, 0, &n), -EMSGSIZE);
    m.call.body.len = WIRE_BLOB_MAX;
    assert_int_equal(wire_encode(&m, NULL, 0, &n), 0);
    m = (struct wire_msg){ .type = WIRE_JOBS, .jobs = { .jobs = offers } };
    m.jobs.jobs_len = WIRE_BATCH_MAX + 1;
    assert_int_equal(wire_encode(&m, NULL, 0, &n), -EMSGSIZE);
    free(long_text);
}

static void
a_full_batch_fits_a_worker_frame(void **state)
{
    (void)state;
    static struct wire_outcome all[WIRE_BATCH_MAX];
    for (uint32_t i = 0; i < WIRE_BATCH_MAX; i++) {
        all[i] = (struct wire_outcome){ UINT64_MAX - i, i, WIRE_OUTCOME_DONE };
    }
    static uint8_t buf[WIRE_WORKER_MAX];
    struct wire_msg m = { .type = WIRE_DONE, .done = { all, WIRE_BATCH_MAX } };
    struct wire_msg back;
    size_t len = encoded(&m, buf, sizeof buf);
    assert_int_equal(wire_decode(buf, len, &scratch, &back, NULL), 0);
    assert_int_equal(back.done.jobs_len, WIRE_BATCH_MAX);
    assert_true(back.done.jobs[1023].job_id == UINT64_MAX - 1023);
}

static void
a_message_over_its_limit_is_refused(void **state)
{
    (void)state;
    uint8_t *buf = calloc(1, WIRE_CONTROL_MAX + 1);
    assert_non_null(buf);
    struct wire_msg m;
    struct err why = { "" };
    buf[0] = WIRE_BEAT;
    assert_int_equal(wire_decode(buf, WIRE_WORKER_MAX + 1, &scratch, &m, &why), -EPROTO);
    assert_non_null(strstr(why.text, "limit"));
    buf[0] = WIRE_CALL;
    assert_int_equal(wire_decode(buf, WIRE_CONTROL_MAX + 1, &scratch, &m, &why), -EPROTO);
    assert_non_null(strstr(why.text, "limit"));
    free(buf);
}

static void
what_has_no_meaning_is_refused_both_ways(void **state)
{
    (void)state;
    size_t n = 0;
    uint8_t buf[64];
    struct wire_outcome odd = { 1, 1, 3 };
    struct wire_msg m = { .type = WIRE_DONE, .done = { &odd, 1 } };
    assert_int_equal(wire_encode(&m, buf, sizeof buf, &n), -EINVAL);
    m = (struct wire_msg){ .type = WIRE_FAILED, .failed = { .retry = 3 } };
    assert_int_equal(wire_encode(&m, buf, sizeof buf, &n), -EINVAL);
    m.type = WIRE_NONE;
    assert_int_equal(wire_encode(&m, buf, sizeof buf, &n), -EINVAL);
    m = (struct wire_msg){ .type = WIRE_BYE, .bye = { "\xC3" } };
    assert_int_equal(wire_encode(&m, buf, sizeof buf, &n), -EILSEQ);
    static const uint8_t bad_text[] = { WIRE_BYE, 0, 1, 0xC3, 0 };
    static const uint8_t nul_inside[] = { WIRE_BYE, 0, 2, 'a', 0, 0 };
    struct err why = { "" };
    assert_int_equal(wire_decode(bad_text, sizeof bad_text, &scratch, &m, &why), -EPROTO);
    assert_non_null(strstr(why.text, "UTF-8"));
    assert_int_equal(wire_decode(nul_inside, sizeof nul_inside, &scratch, &m, &why), -EPROTO);
    assert_non_null(strstr(why.text, "NUL"));
}

static void
a_trace_is_one_short_line(void **state)
{
    (void)state;
    AUTO_TEXT struct text out = { 0 };
    wire_trace(&samples[3], &out);
    assert_string_equal(text_str(&out), "DONE jobs=2 [ job_id=41 attempt=1 outcome=1 ]"
                                        " [ job_id=42 attempt=2 outcome=2 ]");
    for (size_t i = 0; i < LENGTH(samples); i++) {
        AUTO_TEXT struct text line = { 0 };
        wire_trace(&samples[i], &line);
        assert_false(text_has_control(text_str(&line)));
        assert_true(line.len < 400);
        assert_string_not_equal(wire_type_name(samples[i].type), "?");
    }
    assert_string_equal(wire_type_name(WIRE_NONE), "?");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_comes_back_as_it_was),
        cmocka_unit_test(the_fields_of_a_message_survive),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(every_changed_octet_is_refused_or_understood_whole),
        cmocka_unit_test(random_octets_never_hurt),
        cmocka_unit_test(a_frame_too_small_is_said_so),
        cmocka_unit_test(limits_hold_when_sending),
        cmocka_unit_test(a_full_batch_fits_a_worker_frame),
        cmocka_unit_test(a_message_over_its_limit_is_refused),
        cmocka_unit_test(what_has_no_meaning_is_refused_both_ways),
        cmocka_unit_test(a_trace_is_one_short_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
