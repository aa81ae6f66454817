/* SPDX-License-Identifier: MIT */
/* hash.c - digests, keyed hashes and random bytes: the one door to libsodium. */
#include "base/hash.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

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
    struct digest d;
    size_t len = 0;
    if (strlen(hex) != DIGEST_HEX_MAX - 1) {
        return -EINVAL;
    }
    if (sodium_hex2bin(d.bytes, sizeof d.bytes, hex, DIGEST_HEX_MAX - 1, NULL, &len, NULL) != 0 ||
        len != sizeof d.bytes) {
        return -EINVAL;
    }
    *ret = d;
    return 0;
}

bool
hash_equal(const struct digest *a, const struct digest *b)
{
    return sodium_memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
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
    crypto_hash_sha256_state state;
    unsigned char piece[READ_SIZE];
    (void)crypto_hash_sha256_init(&state);
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
        (void)crypto_hash_sha256_update(&state, piece, (size_t)n);
    }
    (void)crypto_hash_sha256_final(&state, ret->bytes);
    return 0;
}

struct digest
hash_keyed(const uint8_t key[HASH_KEY_SIZE], const void *bytes, size_t len)
{
    struct digest d;
    (void)crypto_auth_hmacsha256(d.bytes, bytes, len, key);
    return d;
}

void
hash_random(void *ret_bytes, size_t len)
{
    randombytes_buf(ret_bytes, len);
}
