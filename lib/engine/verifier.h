/* SPDX-License-Identifier: MIT */
/*
 * verifier.h - who may confirm what was handed in. One function for the right to verify, for whom
 * step V tells and for what a mail asks of them, so that nobody is asked for what is refused.
 *
 * The order of the posts is that of rules/action.h; a person is a mailbox.
 */
#ifndef COPROD_ENGINE_VERIFIER_H
#define COPROD_ENGINE_VERIFIER_H

#include "base/hash.h"
#include "engine/occurrence.h"
#include "notice/notice.h"

struct verifier {
    char role[OCC_NAME_MAX]; /* who may verify it; "": nobody, the plan must name another */
    enum notice_why why;     /* what that post is to the plan */
    char named[OCC_NAME_MAX]; /* the plan's verifier; "" when the plan is gone */
    char owner[OCC_NAME_MAX];
    bool is_measured; /* without a metric nothing is verified until the owner agrees one */
    char lead[OCC_NAME_MAX], hand[OCC_NAME_MAX]; /* who handed it in, and by whose hand; "" */
    char sha256[DIGEST_HEX_MAX]; /* of what was handed in; "" */
};
MUST_USE int verifier_of(struct store *s, const struct occurrence *o, struct verifier *ret,
                         struct err *reterr);
/* 1 and the post that handed it in when the post, or its mailbox, did. */
MUST_USE int verifier_has_handed_in(struct store *s, const struct verifier *v, const char *post,
                                    const char **ret_by, struct err *reterr);
/* What step V asks of a post that it tells. */
enum notice_ask verifier_ask(const struct verifier *v, const char *post);
/* The post that those words name; "": none. */
const char *verifier_named_by(const struct verifier *v, enum notice_ask ask);

#endif
