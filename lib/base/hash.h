/* SPDX-License-Identifier: MIT */
/*
 * hash.h - digests, keyed hashes and random bytes: the one door to libsodium.
 *
 *   struct hash h;
 *   hash_begin(&h, "notice");
 *   hash_add_str(&h, occurrence);
 *   hash_add_i64(&h, generation);
 *   struct digest key = hash_end(&h);
 *
 * Every field carries its kind and length, so ("ab", "c") and ("a", "bc") give different digests.
 * Programs call hash_init() once at their start, before any other function here.
 */
#ifndef COPROD_BASE_HASH_H
#define COPROD_BASE_HASH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { DIGEST_SIZE = 32, DIGEST_HEX_MAX = 2 * DIGEST_SIZE + 1, HASH_KEY_SIZE = 32 };

struct digest {
    uint8_t bytes[DIGEST_SIZE];
};

/* The library's own state, by value; nothing to free. */
struct hash {
    _Alignas(64) unsigned char state[384];
};

/* 0, also when called again; -EIO when the machine gives no random bytes. */
MUST_USE int hash_init(void);

/* BLAKE2b-256 over fields. `purpose` keeps the digests of one use apart from those of another. */
void hash_begin(struct hash *h, const char *purpose);
void hash_add_str(struct hash *h, const char *s); /* NULL and "" differ */
void hash_add_i64(struct hash *h, int64_t n);
void hash_add_bytes(struct hash *h, const void *bytes, size_t len);
struct digest hash_end(struct hash *h);

/* Lower case, 64 digits. Returns buf. */
const char *hash_hex(const struct digest *d, char buf[DIGEST_HEX_MAX]);
/* Back from 64 digits, in upper or lower case; -EINVAL. */
MUST_USE int hash_parse(const char *hex, struct digest *ret);
/* The 8 bytes at place 0..3 of it, high byte first, as a number from 0 on. */
int64_t hash_number(const struct digest *d, int place);
/* Takes the same time wherever they differ. */
bool hash_equal(const struct digest *a, const struct digest *b);

/* SHA-256, the digest that others can check with sha256sum. */
struct digest hash_sha256(const void *bytes, size_t len);
/* From where fd stands to its end, in pieces; -errno when it cannot be read. -ECANCELED once *stop
 * (it may be NULL) is set. */
MUST_USE int hash_sha256_fd(int fd, const atomic_bool *stop, struct digest *ret);

/* HMAC-SHA-256. */
struct digest hash_keyed(const uint8_t key[HASH_KEY_SIZE], const void *bytes, size_t len);

/* Random bytes that nobody can foresee. */
void hash_random(void *ret_bytes, size_t len);

#endif
