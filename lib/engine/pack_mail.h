/* SPDX-License-Identifier: MIT */
/* pack_mail.h - the mail that brings a pack to the forum's secretary. Only pack*.c include it. */
#ifndef COPROD_ENGINE_PACK_MAIL_H
#define COPROD_ENGINE_PACK_MAIL_H

#include "base/hash.h"
#include "engine/pack_inside.h"

struct pack_hashes {
    char html[DIGEST_HEX_MAX], plain[DIGEST_HEX_MAX], csv[DIGEST_HEX_MAX];
};
/* Writes it and orders its delivery; *ret_notice stays 0 when neither secretary nor owner can be
 * told. */
MUST_USE int pack_mail(struct pack *x, const struct pack_paper *paper,
                       const struct pack_hashes *hashes, int64_t *ret_notice);

#endif
