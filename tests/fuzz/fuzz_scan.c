/* SPDX-License-Identifier: MIT */
/*
 * fuzz_scan.c - any bytes as a CSV file, from a file and again through a pipe: the rows must be
 * the same, and what is handed out as sound must be text.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"
#include "survey/scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t
fold(uint64_t h, const void *bytes, size_t len)
{
    const unsigned char *p = bytes;
    for (size_t i = 0; i < len; i++) {
        h = (h ^ p[i]) * 0x100000001B3u;
    }
    return h ^ len;
}

static uint64_t
read_all(int fd, int64_t *ret_second)
{
    AUTO(scan) struct scan *s = NULL;
    struct scan_row row;
    uint64_t h = 0;
    int r = lseek(fd, 0, SEEK_SET) < 0 ? -1 : scan_open(fd, &s, NULL);
    for (int n = 0; r >= 0 && (r = scan_next(s, &row)) > 0; n++) {
        for (size_t i = 0; i < row.n_fields; i++) {
            h = fold(h, row.fields[i].s, row.fields[i].len);
            if (row.fault == SCAN_OK && !text_is_utf8(row.fields[i].s, row.fields[i].len)) {
                abort(); /* what is handed out as sound is text */
            }
        }
        h = fold(h, &row.line, sizeof row.line);
        if (n == 0) {
            *ret_second = scan_offset(s);
        }
    }
    return h;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_CLOSE int fd = memfd_create("fuzz", MFD_CLOEXEC);
    int pipes[2];
    int64_t second = 0;
    if (fd < 0 || size > 60000 || write(fd, data, size) != (ssize_t)size) {
        return 0;
    }
    uint64_t whole = read_all(fd, &second);
    if (second < 0 || second > (int64_t)size + 1) {
        abort();
    }
    if (pipe2(pipes, O_CLOEXEC) < 0) {
        return 0;
    }
    if (write(pipes[1], data, size) == (ssize_t)size) {
        (void)close(pipes[1]);
        AUTO(scan) struct scan *s = NULL;
        struct scan_row row;
        uint64_t h = 0;
        int r = scan_open(pipes[0], &s, NULL);
        while (r >= 0 && (r = scan_next(s, &row)) > 0) {
            for (size_t i = 0; i < row.n_fields; i++) {
                h = fold(h, row.fields[i].s, row.fields[i].len);
            }
            h = fold(h, &row.line, sizeof row.line);
        }
        if (h != whole) {
            abort();
        }
    } else {
        (void)close(pipes[1]);
    }
    (void)close(pipes[0]);
    return 0;
}
