/* SPDX-License-Identifier: MIT */
/* notices.h - what coprod-remind and coprod-escalate have in common: all but the kind of job. */
#ifndef COPROD_WORKERS_NOTICES_H
#define COPROD_WORKERS_NOTICES_H

#include "worker.h"

int notices_main(int argc, char **argv, enum job_kind kind); /* exit code */

#endif
