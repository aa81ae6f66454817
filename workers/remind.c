/* SPDX-License-Identifier: MIT */
/* remind.c - coprod-remind: a reminder that is due becomes notices. */
#include "notices.h"

int
main(int argc, char **argv)
{
    return notices_main(argc, argv, JOB_KIND_REMIND);
}
