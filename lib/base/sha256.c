/* SPDX-License-Identifier: MIT */
/* sha256.c - SHA-256 (FIPS 180-4) by the processor's own instructions. */
#include "base/sha256.h"

#include <string.h>

#ifdef __x86_64__
#include <cpuid.h>
#include <immintrin.h>

static const uint32_t rounds[64] = {
    0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5,
    0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174,
    0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
    0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
    0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
    0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
    0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
    0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2,
};

#ifdef __clang__
bool
sha256_can(void)
{
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSE4_1)) {
        return false;
    }
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
}
#else
/* Asked once, before main; asking the processor itself is slow in a virtual machine. */
bool
sha256_can(void)
{
    return __builtin_cpu_supports("sha") && __builtin_cpu_supports("sse4.1");
}
#endif

static inline __m128i
load(const void *p)
{
    return _mm_loadu_si128(p);
}

/* The next four words of the schedule from the sixteen before them. */
__attribute__((target("sha,sse4.1"))) static inline __m128i
schedule(__m128i w0, __m128i w1, __m128i w2, __m128i w3)
{
    __m128i w = _mm_add_epi32(_mm_sha256msg1_epu32(w0, w1), _mm_alignr_epi8(w3, w2, 4));
    return _mm_sha256msg2_epu32(w, w3);
}

/* The instructions want the state as (a, b, e, f) and (c, d, g, h). */
__attribute__((target("sha,sse4.1"))) static void
add_block(__m128i state[2], const uint8_t *bytes)
{
    const __m128i swap = _mm_set_epi64x(0x0C0D0E0F08090A0B, 0x0405060700010203);
    __m128i abef = state[0];
    __m128i cdgh = state[1];
    __m128i w[4];
    for (int i = 0; i < 16; i++) {
        if (i < 4) {
            w[i] = _mm_shuffle_epi8(load(bytes + 16 * i), swap);
        } else {
            w[i % 4] = schedule(w[i % 4], w[(i + 1) % 4], w[(i + 2) % 4], w[(i + 3) % 4]);
        }
        __m128i k = _mm_add_epi32(w[i % 4], load(&rounds[4 * i]));
        cdgh = _mm_sha256rnds2_epu32(cdgh, abef, k);
        abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(k, 0x0E));
    }
    state[0] = _mm_add_epi32(state[0], abef);
    state[1] = _mm_add_epi32(state[1], cdgh);
}

__attribute__((target("sha,sse4.1"))) static void
add_blocks(uint32_t words[SHA256_WORDS], const uint8_t *bytes, size_t n)
{
    __m128i badc = _mm_shuffle_epi32(load(words), 0xB1);
    __m128i hgfe = _mm_shuffle_epi32(load(words + 4), 0x1B);
    __m128i state[2] = { _mm_alignr_epi8(badc, hgfe, 8), _mm_blend_epi16(hgfe, badc, 0xF0) };
    for (size_t i = 0; i < n; i++) {
        add_block(state, bytes + i * SHA256_BLOCK);
    }
    __m128i feba = _mm_shuffle_epi32(state[0], 0x1B);
    __m128i dchg = _mm_shuffle_epi32(state[1], 0xB1);
    _mm_storeu_si128((void *)words, _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128((void *)(words + 4), _mm_alignr_epi8(dchg, feba, 8));
}
#else
bool
sha256_can(void)
{
    return false;
}

static void
add_blocks(uint32_t words[SHA256_WORDS], const uint8_t *bytes, size_t n)
{
    (void)words;
    (void)bytes;
    (void)n;
}
#endif

void
sha256_begin(struct sha256 *h)
{
    static const uint32_t first[SHA256_WORDS] = { 0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
                                                  0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19 };
    memcpy(h->state, first, sizeof first);
    h->n = 0;
}

void
sha256_add(struct sha256 *h, const void *bytes, size_t len)
{
    const uint8_t *p = bytes;
    size_t filled = h->n % SHA256_BLOCK;
    h->n += len;
    if (filled > 0) {
        size_t room = SHA256_BLOCK - filled;
        size_t n = len < room ? len : room;
        memcpy(h->block + filled, p, n);
        p += n;
        len -= n;
        if (n < room) {
            return;
        }
        add_blocks(h->state, h->block, 1);
    }
    add_blocks(h->state, p, len / SHA256_BLOCK);
    memcpy(h->block, p + len / SHA256_BLOCK * SHA256_BLOCK, len % SHA256_BLOCK);
}

void
sha256_end(struct sha256 *h, uint8_t ret[32])
{
    static const uint8_t padding[SHA256_BLOCK] = { 0x80 };
    uint64_t bits = h->n * 8;
    uint8_t length[8];
    for (int i = 0; i < 8; i++) {
        length[i] = (uint8_t)(bits >> (56 - 8 * i));
    }
    size_t filled = h->n % SHA256_BLOCK;
    sha256_add(h, padding, (filled < 56 ? 56 : 120) - filled);
    sha256_add(h, length, sizeof length);
    for (int i = 0; i < 32; i++) {
        ret[i] = (uint8_t)(h->state[i / 4] >> (24 - 8 * (i % 4)));
    }
}
