/* SPDX-License-Identifier: MIT */
/*
 * hearing.h - may anything be sent to an address at all? Not when it is none, lies outside the
 * domains that the trust allows, or came back for good. One function, asked when it is decided who
 * is told (the owner and the deputy hear instead) and again when a mail is offered to the relay.
 */
#ifndef COPROD_ENGINE_HEARING_H
#define COPROD_ENGINE_HEARING_H

#include "engine/world.h"

enum hearing { HEARING_OK = 0, HEARING_NO_ADDRESS, HEARING_DOMAIN, HEARING_QUARANTINE };
enum { ADDRESS_MAX = 256 };

/* enum hearing, or -errno. */
MUST_USE int hearing_of(const struct world *w, struct store *s, const char *address,
                        struct err *reterr);
/* "its domain is not among mail.allow_domains": for lists; "" when it may. */
const char *hearing_words(enum hearing h);
/* The same mailbox in one spelling. Returns buf. */
const char *address_plain(const char *address, char buf[ADDRESS_MAX]);

/* The notice's address is dead: nothing more is sent to it, the admin is told, and what is led from
 * there asks its deputy or nobody. words: "status 5.1.1". Who hears of the notice: untold.h. */
MUST_USE int hearing_stop(const struct world *w, struct store *s, int64_t notice, const char *words,
                          int64_t now_ms, struct err *reterr);
/* Lifts the quarantine of a role's address: what waited for it goes. -ENOENT when there is none. */
MUST_USE int hearing_readmit(const struct world *w, struct store *s, const char *role,
                             const char *actor, int64_t now_ms, struct err *reterr);
/* Roster or domains changed: what was caught and may leave now is pending again; what was written
 * for an address that is not the role's any more is taken back, for the next digest to say. */
MUST_USE int hearing_review(const struct world *w, struct store *s, int64_t now_ms,
                            struct err *reterr);

#endif
