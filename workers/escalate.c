/* SPDX-License-Identifier: MIT */
/* escalate.c - coprod-escalate: a rung of the ladder that is due becomes notices. */
#include "notices.h"

int
main(int argc, char **argv)
{
    return notices_main(argc, argv, JOB_KIND_ESCALATE);
}
