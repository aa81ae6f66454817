/* SPDX-License-Identifier: MIT */
/* hash.c - digests, keyed hashes and random bytes: the one door to libsodium. */
#include "base/hash.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "base/sha256.h"

_Static_assert(sizeof(crypto_generichash_state) <= sizeof(struct hash), "the library's state fits");
_Static_assert(_Alignof(crypto_generichash_state) <= _Alignof(struct hash), "and is aligned");
_Static_assert(crypto_hash_sha256_BYTES == DIGEST_SIZE, "one size of digest");
_Static_assert(crypto_auth_hmacsha256_BYTES == DIGEST_SIZE, "one size of digest");
_Static_assert(crypto_auth_hmacsha256_KEYBYTES == HASH_KEY_SIZE, "one size of key");

enum { READ_SIZE = 65536 };

int
hash_init(void)
{
    return sodium_init() < 0 ? -EIO : 0;
}

static crypto_generichash_state *
state_of(struct hash *h)
{
    return (crypto_generichash_state *)(void *)h->state;
}

/* The library's update and final fail only on wrong arguments, which would be a bug of ours. */
static void
add_raw(struct hash *h, const void *bytes, size_t len)
{
    int r = crypto_generichash_update(state_of(h), bytes, len);
    assert(r == 0);
    (void)r;
}

/* One byte for the kind of field and eight for its number or length, low byte first. */
static void
add_head(struct hash *h, char kind, uint64_t n)
{
    unsigned char head[9] = { (unsigned char)kind };
    for (size_t i = 1; i < sizeof head; i++) {
        head[i] = (unsigned char)(n & 0xff);
        n >>= 8;
    }
    add_raw(h, head, sizeof head);
}

void
hash_begin(struct hash *h, const char *purpose)
{
    assert(purpose);
    int r = crypto_generichash_init(state_of(h), NULL, 0, DIGEST_SIZE);
    assert(r == 0);
    (void)r;
    hash_add_str(h, purpose);
}

void
hash_add_bytes(struct hash *h, const void *bytes, size_t len)
{
    add_head(h, 'b', len);
    if (len > 0) {
        add_raw(h, bytes, len);
    }
}

void
hash_add_str(struct hash *h, const char *s)
{
    if (!s) {
        add_head(h, 'n', 0);
        return;
    }
    size_t len = strlen(s);
    add_head(h, 's', len);
    add_raw(h, s, len);
}

void
hash_add_i64(struct hash *h, int64_t n)
{
    add_head(h, 'i', (uint64_t)n);
}

struct digest
hash_end(struct hash *h)
{
    struct digest d;
    int r = crypto_generichash_final(state_of(h), d.bytes, sizeof d.bytes);
    assert(r == 0);
    (void)r;
    return d;
}

const char *
hash_hex(const struct digest *d, char buf[DIGEST_HEX_MAX])
{
    return sodium_bin2hex(buf, DIGEST_HEX_MAX, d->bytes, sizeof d->bytes);
}

int
hash_parse(const char *hex, struct digest *ret)
{
    size_t len = 0;
    int r = sodium_hex2bin(ret->bytes, sizeof ret->bytes, hex, strlen(hex), NULL, &len, NULL);
    return r == 0 && len == sizeof ret->bytes ? 0 : -EINVAL;
}

int64_t
hash_number(const struct digest *d, int place)
{
    uint64_t n = 0;
    for (int i = 0; i < 8; i++) {
        n = n << 8 | d->bytes[8 * place + i];
    }
    return (int64_t)(n & INT64_MAX);
}

bool
hash_equal(const struct digest *a, const struct digest *b)
{
    return sodium_memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

/* By the processor's instructions or by the library. */
struct stream {
    bool is_fast;
    struct sha256 fast;
    crypto_hash_sha256_state state;
};

static void
stream_begin(struct stream *s)
{
    s->is_fast = sha256_can();
    if (s->is_fast) {
        sha256_begin(&s->fast);
    } else {
        (void)crypto_hash_sha256_init(&s->state);
    }
}

static void
stream_add(struct stream *s, const void *bytes, size_t len)
{
    if (s->is_fast) {
        sha256_add(&s->fast, bytes, len);
    } else {
        (void)crypto_hash_sha256_update(&s->state, bytes, len);
    }
}

static void
stream_end(struct stream *s, struct digest *ret)
{
    if (s->is_fast) {
        sha256_end(&s->fast, ret->bytes);
    } else {
        (void)crypto_hash_sha256_final(&s->state, ret->bytes);
    }
}

struct digest
hash_sha256(const void *bytes, size_t len)
{
    struct digest d;
    (void)crypto_hash_sha256(d.bytes, bytes, len);
    return d;
}

int
hash_sha256_fd(int fd, const atomic_bool *stop, struct digest *ret)
{
    struct stream stream;
    unsigned char piece[READ_SIZE];
    stream_begin(&stream);
    for (;;) {
        if (stop && atomic_load_explicit(stop, memory_order_relaxed)) {
            return -ECANCELED;
        }
        ssize_t n = read(fd, piece, sizeof piece);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return -errno;
        }
        if (n == 0) {
            break;
        }
        stream_add(&stream, piece, (size_t)n);
    }
    stream_end(&stream, ret);
    return 0;
}

/* RFC 2104. A key as long as this one is used as it stands. */
static void
keyed_fast(const uint8_t key[HASH_KEY_SIZE], const void *bytes, size_t len, struct digest *ret)
{
    uint8_t inside[SHA256_BLOCK];
    uint8_t outside[SHA256_BLOCK];
    struct sha256 h;
    for (size_t i = 0; i < SHA256_BLOCK; i++) {
        uint8_t k = i < HASH_KEY_SIZE ? key[i] : 0;
        inside[i] = k ^ 0x36;
        outside[i] = k ^ 0x5c;
    }
    sha256_begin(&h);
    sha256_add(&h, inside, sizeof inside);
    sha256_add(&h, bytes, len);
    sha256_end(&h, ret->bytes);
    sha256_begin(&h);
    sha256_add(&h, outside, sizeof outside);
    sha256_add(&h, ret->bytes, sizeof ret->bytes);
    sha256_end(&h, ret->bytes);
}

struct digest
hash_keyed(const uint8_t key[HASH_KEY_SIZE], const void *bytes, size_t len)
{
    struct digest d;
    if (sha256_can()) {
        keyed_fast(key, bytes, len, &d);
    } else {
        (void)crypto_auth_hmacsha256(d.bytes, bytes, len, key);
    }
    return d;
}

void
hash_random(void *ret_bytes, size_t len)
{
    randombytes_buf(ret_bytes, len);
}
