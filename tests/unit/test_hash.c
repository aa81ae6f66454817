/* SPDX-License-Identifier: MIT */
/* test_hash.c - digests against published values, fields that cannot run together, bad input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/sha256.h"

static struct digest
two_strings(const char *purpose, const char *a, const char *b)
{
    struct hash h;
    hash_begin(&h, purpose);
    hash_add_str(&h, a);
    hash_add_str(&h, b);
    return hash_end(&h);
}

static void
assert_differ(struct digest a, struct digest b)
{
    assert_false(hash_equal(&a, &b));
}

static void
the_same_fields_give_the_same_digest(void **state)
{
    (void)state;
    struct digest a = two_strings("x", "1a/deliver", "R-30");
    struct digest b = two_strings("x", "1a/deliver", "R-30");
    assert_true(hash_equal(&a, &b));
}

static void
fields_cannot_run_into_one_another(void **state)
{
    (void)state;
    assert_differ(two_strings("x", "ab", "c"), two_strings("x", "a", "bc"));
    assert_differ(two_strings("x", "", "a"), two_strings("x", "a", ""));
    assert_differ(two_strings("x", "a", NULL), two_strings("x", "a", ""));
    assert_differ(two_strings("x", "a", "b"), two_strings("y", "a", "b"));
}

static void
a_number_is_not_its_own_text_nor_its_bytes(void **state)
{
    (void)state;
    struct hash number, text, bytes;
    int64_t n = 49;
    hash_begin(&number, "x");
    hash_begin(&text, "x");
    hash_begin(&bytes, "x");
    hash_add_i64(&number, n);
    hash_add_str(&text, "1");
    hash_add_bytes(&bytes, "1", 1);
    struct digest a = hash_end(&number), b = hash_end(&text), c = hash_end(&bytes);
    assert_differ(a, b);
    assert_differ(b, c);
    assert_differ(a, c);
}

static void
negative_numbers_and_empty_bytes_are_fields_too(void **state)
{
    (void)state;
    struct hash a, b, c;
    hash_begin(&a, "x");
    hash_begin(&b, "x");
    hash_begin(&c, "x");
    hash_add_i64(&a, -1);
    hash_add_i64(&b, INT64_MAX);
    hash_add_bytes(&c, NULL, 0);
    struct digest da = hash_end(&a), db = hash_end(&b), dc = hash_end(&c);
    struct hash none;
    hash_begin(&none, "x");
    assert_differ(da, db);
    assert_differ(dc, hash_end(&none));
}

static void
the_digest_of_these_fields_never_changes(void **state)
{
    (void)state;
    /* Kept keys must mean the same after an upgrade. Made once with Python's hashlib. */
    struct hash h;
    char hex[DIGEST_HEX_MAX];
    hash_begin(&h, "notice");
    hash_add_str(&h, "1a/deliver");
    hash_add_i64(&h, -2);
    struct digest d = hash_end(&h);
    assert_string_equal(hash_hex(&d, hex),
                        "ea46b4067053f043bd498081e4752592373daaa177c5e44c4bdb2de8040a13b9");
}

static void
sha256_is_what_others_compute(void **state)
{
    (void)state;
    char hex[DIGEST_HEX_MAX];
    struct digest d = hash_sha256("abc", 3);
    assert_string_equal(hash_hex(&d, hex),
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    d = hash_sha256("", 0);
    assert_string_equal(hash_hex(&d, hex),
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void
a_digest_is_read_back_from_its_digits(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "", "ba78", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad0",
        "ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "ba7816bf8f01cfea414140de5dae2223 b00361a396177a9cb410ff61f20015ad",
    };
    char hex[DIGEST_HEX_MAX];
    struct digest d = hash_sha256("abc", 3);
    struct digest back;
    assert_int_equal(hash_parse(hash_hex(&d, hex), &back), 0);
    assert_true(hash_equal(&d, &back));
    for (char *c = hex; *c; c++) {
        *c = *c >= 'a' ? (char)(*c - 'a' + 'A') : *c;
    }
    assert_int_equal(hash_parse(hex, &back), 0);
    assert_true(hash_equal(&d, &back));
    for (size_t i = 0; i < LENGTH(bad); i++) {
        assert_int_equal(hash_parse(bad[i], &back), -EINVAL);
    }
}

static void
a_file_has_the_digest_of_its_bytes(void **state)
{
    (void)state;
    static unsigned char bytes[200001];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)(i * 31 >> 3);
    }
    FILE *f = tmpfile();
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, sizeof bytes, f), sizeof bytes);
    assert_int_equal(fflush(f), 0);
    assert_int_equal(lseek(fileno(f), 0, SEEK_SET), 0);
    struct digest streamed, whole = hash_sha256(bytes, sizeof bytes);
    assert_int_equal(hash_sha256_fd(fileno(f), NULL, &streamed), 0);
    assert_true(hash_equal(&streamed, &whole));
    assert_int_equal(fclose(f), 0);
}

static void
a_digest_gives_numbers_from_0_on(void **state)
{
    (void)state;
    struct digest d = { { 0, 0, 0, 0, 0, 0, 1, 2, [24] = 0xff, [31] = 7 } };
    assert_true(hash_number(&d, 0) == 258);
    assert_true(hash_number(&d, 1) == 0);
    assert_true(hash_number(&d, 3) == ((INT64_C(0x7f) << 56) | 7));
}

static void
a_file_that_cannot_be_read_is_an_error(void **state)
{
    (void)state;
    struct digest d;
    assert_int_equal(hash_sha256_fd(-1, NULL, &d), -EBADF);
    const atomic_bool stop = true;
    assert_int_equal(hash_sha256_fd(-1, &stop, &d), -ECANCELED);
}

static void
a_keyed_hash_is_rfc_4231(void **state)
{
    (void)state;
    /* Case 1, its key of 20 bytes filled up with zeros, which HMAC does anyway. */
    uint8_t key[HASH_KEY_SIZE] = { 0 };
    char hex[DIGEST_HEX_MAX];
    memset(key, 0x0b, 20);
    struct digest d = hash_keyed(key, "Hi There", 8);
    assert_string_equal(hash_hex(&d, hex),
                        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
}

/* By its definition, from the library's digests. */
static struct digest
keyed_by_definition(const uint8_t *key, const uint8_t *bytes, size_t n)
{
    uint8_t buf[SHA256_BLOCK + 512];
    for (size_t i = 0; i < SHA256_BLOCK; i++) {
        buf[i] = 0x36 ^ (i < HASH_KEY_SIZE ? key[i] : 0);
    }
    memcpy(buf + SHA256_BLOCK, bytes, n);
    struct digest inner = hash_sha256(buf, SHA256_BLOCK + n);
    for (size_t i = 0; i < SHA256_BLOCK; i++) {
        buf[i] ^= 0x36 ^ 0x5c;
    }
    memcpy(buf + SHA256_BLOCK, inner.bytes, sizeof inner.bytes);
    return hash_sha256(buf, SHA256_BLOCK + sizeof inner.bytes);
}

/* What the processor works out itself, against the library, at every length around a block. */
static void
hashing_by_the_processor_is_hashing_by_the_library(void **state)
{
    (void)state;
    uint8_t bytes[300];
    uint8_t got[DIGEST_SIZE];
    uint8_t key[HASH_KEY_SIZE];
    hash_random(bytes, sizeof bytes);
    hash_random(key, sizeof key);
    for (size_t n = 0; n <= sizeof bytes; n++) {
        struct digest want = hash_sha256(bytes, n);
        for (size_t cut = 0; sha256_can() && cut <= n; cut += 1 + cut / 3) {
            struct sha256 h;
            sha256_begin(&h);
            sha256_add(&h, bytes, cut);
            sha256_add(&h, bytes + cut, n - cut);
            sha256_end(&h, got);
            assert_memory_equal(got, want.bytes, sizeof got);
        }
        struct digest keyed = hash_keyed(key, bytes, n);
        want = keyed_by_definition(key, bytes, n);
        assert_memory_equal(keyed.bytes, want.bytes, sizeof keyed.bytes);
    }
}

static void
random_bytes_are_not_the_same_twice(void **state)
{
    (void)state;
    struct digest a, b;
    hash_random(a.bytes, sizeof a.bytes);
    hash_random(b.bytes, sizeof b.bytes);
    assert_differ(a, b);
}

static int
begin(void **state)
{
    (void)state;
    int first = hash_init();
    return first < 0 ? first : hash_init(); /* twice is fine */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_fields_give_the_same_digest),
        cmocka_unit_test(fields_cannot_run_into_one_another),
        cmocka_unit_test(a_number_is_not_its_own_text_nor_its_bytes),
        cmocka_unit_test(negative_numbers_and_empty_bytes_are_fields_too),
        cmocka_unit_test(the_digest_of_these_fields_never_changes),
        cmocka_unit_test(sha256_is_what_others_compute),
        cmocka_unit_test(a_digest_is_read_back_from_its_digits),
        cmocka_unit_test(a_file_has_the_digest_of_its_bytes),
        cmocka_unit_test(a_digest_gives_numbers_from_0_on),
        cmocka_unit_test(a_file_that_cannot_be_read_is_an_error),
        cmocka_unit_test(a_keyed_hash_is_rfc_4231),
        cmocka_unit_test(hashing_by_the_processor_is_hashing_by_the_library),
        cmocka_unit_test(random_bytes_are_not_the_same_twice),
    };
    return cmocka_run_group_tests(tests, begin, NULL);
}
