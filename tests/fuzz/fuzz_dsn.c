/* SPDX-License-Identifier: MIT */
/* fuzz_dsn.c - any bytes as a mail that came back. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "notice/dsn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dsn d;
    char *bytes = malloc(size + 1); /* exactly as long as they are, so that a byte beyond shows */
    if (!bytes) {
        return 0;
    }
    memcpy(bytes, data, size);
    char *tight = realloc(bytes, size ? size : 1);
    if (dsn_read(tight, size, &d) < 0 || d.n_to > DSN_TO_MAX || strlen(d.status) >= DSN_STATUS_MAX
        || strlen(d.message_id) >= DSN_ID_MAX) {
        abort();
    }
    free(tight);
    return 0;
}
