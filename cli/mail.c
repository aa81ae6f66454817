/* SPDX-License-Identifier: MIT */
/* mail.c - mail hold, mail release, catchup release. */
#include "cli.h"
#include "hubcall.h"

int
cmd_mail_hold(struct cli *c)
{
    struct hubcall call = { .verb = "mail-hold" };
    hubcall_add_options(c, &call);
    return hubcall_do(c, &call);
}

int
cmd_mail_release(struct cli *c)
{
    struct hubcall call = { .verb = "mail-release" };
    hubcall_add_options(c, &call);
    return hubcall_do(c, &call);
}
