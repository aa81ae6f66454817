/* SPDX-License-Identifier: MIT */
/*
 * powerloss_vfs.h - a disk for SQLite that can lose its power, lie, and fail.
 *
 * Every write goes to the real file at once, so all handles of the process see one file, and what
 * the disk held of each 512-byte sector before is remembered until a sync by any handle of that
 * file. When the power goes, each such sector is kept, dropped or torn, a file whose folder was
 * never synced may be gone, and the process ends. Bytes outside the range of a write are never
 * harmed (SQLite's own assumption, SQLITE_IOCAP_POWERSAFE_OVERWRITE), nor are bytes that are
 * written with the value they had.
 *
 * A sync that fails behaves as Linux does: the pages count as clean, so a later sync does not write
 * them; they may be missing on the disk until they are written again. Every file that was open then
 * is told once.
 *
 * Not modelled: a deleted file that comes back; shared memory (SQLite makes it anew).
 */
#ifndef COPROD_TESTS_POWERLOSS_VFS_H
#define COPROD_TESTS_POWERLOSS_VFS_H

#include <stdbool.h>
#include <stdint.h>

enum { POWERLOSS_EXIT = 137, DISK_KINDS_MAX = 2048 };
enum disk_op { DISK_WRITE = 1, DISK_SYNC = 2, DISK_TRUNCATE = 4, DISK_DELETE = 8 };

struct disk_plan {
    uint64_t seed;
    uint64_t salt;    /* SQLite's own dice begin with it: equal lives leave equal files */
    int64_t cut_at;   /* the operation at which the power goes; 0 = never */
    bool is_lying;    /* a sync does nothing and says it did */
    int64_t fail_at;  /* the operation that fails; 0 = none */
    bool fails_later; /* or the first one of that kind after it */
    int fail_code;    /* with this SQLITE_ code, if it fits that kind of operation */
    int64_t fail_ops; /* how many operations of that kind fail from there on */
};
/* Counts of a life; the same page can be seen by the parent. */
struct disk_sum {
    int64_t ops, failed;
    uint8_t kinds[DISK_KINDS_MAX]; /* enum disk_op of the first operations, from number 1 on */
    int64_t kept, dropped, torn, vanished; /* sectors, files, at the cut */
};

uint64_t chance_next(uint64_t *state);
/* 0 .. n - 1 */
uint64_t chance_below(uint64_t *state, uint64_t n);

/* The kinds of operation, as bits, that can fail with this SQLITE_ code. */
int disk_kinds_of(int code);
/* Becomes the default VFS of this process. plan and sum must live on. */
int disk_insert(const struct disk_plan *plan, struct disk_sum *sum);
/* The power goes now. */
_Noreturn void disk_cut(void);
/* The normal VFS is the default again; no file of the disk may be open. */
void disk_remove(void);

#endif
