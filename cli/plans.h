/* SPDX-License-Identifier: MIT */
/* plans.h - plans for commands: read, or every finding said and the exit code for it. */
#ifndef COPROD_CLI_PLANS_H
#define COPROD_CLI_PLANS_H

#include "base/diag.h"
#include "cli.h"
#include "plan/plan.h"

/* Reads a folder, a coprod.yaml in its folder, or one plan file. EXIT_OK and a set; else the exit
 * code after every error was printed on stderr. Warnings are printed too. */
int plans_load(const struct cli *c, const char *path, struct plan_set **ret);
/* Every plan that c->conf names, with the files beside it. */
int plans_load_all(const struct cli *c, struct plan_set **ret);
/* The same, and the findings stay with the caller, who prints them. -errno. */
MUST_USE int plans_read(const char *path, struct diag *d, struct plan_set **ret);
/* Every finding, on stderr as words, or in the output with --json. */
void plans_print_findings(const struct cli *c, const struct diag *d);
/* EXIT_BAD_INPUT, EXIT_NO_INPUT ... for what plans_read returned. */
int plans_exit_of(const struct diag *d, int r);

#endif
