/* SPDX-License-Identifier: MIT */
/* leases.h - the set of job ids that are out with workers: open addressing, linear probing. */
#ifndef COPROD_DAEMON_LEASES_H
#define COPROD_DAEMON_LEASES_H

#include <stdbool.h>

#include "hub.h"

MUST_USE int leases_add(struct dispatch *d, uint64_t job); /* -ENOMEM */
void leases_remove(struct dispatch *d, uint64_t job);
bool leases_has(const struct dispatch *d, uint64_t job);

#endif
