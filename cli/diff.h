/* SPDX-License-Identifier: MIT */
/* diff.h - whom an edit of the files would mail: plan diff, and every --dry-run. */
#ifndef COPROD_CLI_DIFF_H
#define COPROD_CLI_DIFF_H

#include "cli.h"

/* Of every file that coprod.yaml names, as the daemon would read them: tables of changes and mails,
 * until the end of the next working day. Needs c->conf; a store that cannot be read is said and no
 * failure. */
int diff_of_files(struct cli *c);

#endif
