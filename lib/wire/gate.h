/* SPDX-License-Identifier: MIT */
/*
 * gate.h - what link.c asks of the gate; programs use link.h.
 *
 * ZeroMQ asks the gate (ZAP, RFC 27) about everyone who connects. Over ipc the address it reports
 * is `localhost:uid:gid:pid` from SO_PEERCRED. The gate answers with that as the User-Id, so each
 * message carries who sent it.
 */
#ifndef COPROD_WIRE_GATE_H
#define COPROD_WIRE_GATE_H

#include "wire/link.h"

enum { GATE_DOMAINS_MAX = 4 };

/* Remembers who may pass at this socket; returns the number of its ZAP domain, or -E2BIG. */
MUST_USE int gate_add_rule(struct gate *gate, const struct link_hub_options *options);
void *gate_context(const struct gate *gate);
/* False unless exactly `localhost:uid:gid:pid`. */
bool gate_parse_address(const char *address, uid_t *ret_uid, pid_t *ret_pid);

#endif
