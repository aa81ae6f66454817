/* SPDX-License-Identifier: MIT */
/* mail.c - mail is held and let go, as coprodctl asks. */
#include "ask.h"
#include "engine/act.h"
#include "engine/admin.h"
#include "engine/hearing.h"
#include "engine/outgoing.h"

static int
who(struct ask *a, char actor[USER_MAX + 8])
{
    struct act act = { .plan = "" };
    return ask_operator(a, &act, actor);
}

int
ask_mail_hold(struct ask *a)
{
    const char *reason = ask_word(a, "reason");
    char actor[USER_MAX + 8];
    int r = who(a, actor);
    r = r < 0 ? r
              : outgoing_hold(a->h->store, actor, reason[0] ? reason : "an operator said so",
                              sched_now(a->h), a->why);
    if (r >= 0) {
        a->h->wants_look = true;
        text_addf(a->out, "mail %s held: everything is decided and kept, nothing leaves",
                  a->is_dry ? "would be" : "is");
    }
    return r;
}

int
ask_test_delivery(struct ask *a)
{
    int r = admin_test(a->h->world, a->h->store, sched_now(a->h), a->why);
    if (r >= 0) {
        a->h->wants_look = true;
        dispatch_rewind(a->h, JOB_KIND_REMIND);
        text_add(a->out, r == 0      ? "one was sent this minute"
                         : a->is_dry ? "a mail would be sent to who looks after the machine"
                                     : "a mail is on its way to who looks after the machine: "
                                       "coprodctl notices list says what became of it");
    }
    return r < 0 ? r : 0;
}

int
ask_mail_readmit(struct ask *a)
{
    const char *role = ask_word(a, "role");
    char actor[USER_MAX + 8];
    int r = who(a, actor);
    r = r < 0 ? r
              : hearing_readmit(a->h->world, a->h->store, role, actor, sched_now(a->h), a->why);
    if (r >= 0) {
        a->h->wants_look = true;
        dispatch_rewind(a->h, JOB_KIND_DELIVER);
        text_addf(a->out, "mail %s sent to %s again", a->is_dry ? "would be" : "is", role);
    }
    return r;
}

int
ask_mail_release(struct ask *a)
{
    char actor[USER_MAX + 8];
    int r = who(a, actor);
    r = r < 0 ? r : outgoing_release(a->h->store, actor, sched_now(a->h), a->why);
    if (r >= 0) {
        a->h->wants_look = true;
        text_add(a->out, r == 0        ? "mail was not held"
                         : a->is_dry ? "mail would leave again"
                                     : "mail leaves again");
    }
    return r < 0 ? r : 0;
}
