/* SPDX-License-Identifier: MIT */
/* domain.h - is the domain of an address on a list? */
#ifndef COPROD_RULES_DOMAIN_H
#define COPROD_RULES_DOMAIN_H

#include <stdbool.h>

/* domains: with blanks between, small or great letters; "*.example.nhs.uk" stands for all below it,
 * not for itself; "" allows every address. */
bool domain_is_allowed(const char *domains, const char *address);

#endif
