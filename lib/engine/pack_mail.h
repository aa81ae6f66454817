/* SPDX-License-Identifier: MIT */
/* pack_mail.h - the mail that brings a pack to the forum's secretary. Only pack*.c include it. */
#ifndef COPROD_ENGINE_PACK_MAIL_H
#define COPROD_ENGINE_PACK_MAIL_H

#include "base/hash.h"
#include "engine/pack_inside.h"

struct pack_hashes {
    char html[DIGEST_HEX_MAX], plain[DIGEST_HEX_MAX], csv[DIGEST_HEX_MAX];
};
/* Writes it and orders its delivery. Can the secretary not be mailed, the deputy and the plan's
 * owner get it; *ret_notice, the first of them, stays 0 when nobody can be told. */
MUST_USE int pack_mail(struct pack *x, const struct pack_paper *paper,
                       const struct pack_hashes *hashes, int64_t *ret_notice);
/* The one to `role` did not arrive: the others get it. Of x its order and a plan are needed. */
MUST_USE int pack_mail_again(const struct pack *x, const struct pack_paper *paper,
                             const struct pack_hashes *hashes, const char *role,
                             int64_t *ret_notice);

#endif
