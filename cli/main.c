/* SPDX-License-Identifier: MIT */
/* main.c - coprodctl: the operator's, owner's and analyst's command. */
#include <locale.h>

#include "cli.h"

int
main(int argc, char **argv)
{
    /* Only for the width of characters: numbers and dates are the same in every locale. */
    if (!setlocale(LC_CTYPE, "")) {
        (void)setlocale(LC_CTYPE, "C.UTF-8");
    }
    return cli_main(argc, argv);
}
