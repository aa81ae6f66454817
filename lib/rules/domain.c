/* SPDX-License-Identifier: MIT */
/* domain.c - is the domain of an address on a list? */
#include "rules/domain.h"

#include <string.h>
#include <strings.h>

static bool
is_in(const char *domain, const char *entry, size_t len)
{
    if (len > 2 && entry[0] == '*') { /* all below it, not itself */
        size_t n = strlen(domain);
        return n > len - 1 && strncasecmp(domain + n - (len - 1), entry + 1, len - 1) == 0;
    }
    return strlen(domain) == len && strncasecmp(domain, entry, len) == 0;
}

bool
domain_is_allowed(const char *domains, const char *address)
{
    const char *at = strrchr(address, '@');
    bool is_found = domains[0] == '\0';
    while (at && !is_found && *domains) {
        size_t len = strcspn(domains, " ");
        is_found = is_in(at + 1, domains, len);
        domains += len + strspn(domains + len, " ");
    }
    return is_found && at;
}
