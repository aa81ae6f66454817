/* SPDX-License-Identifier: MIT */
/* powerloss_vfs.c - the disk that loses its power: sectors remembered since the last sync. */
#include "powerloss_vfs.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECTOR = 512, SECTORS_MAX = 1 << 15, IMAGES_MAX = 8, IMAGE_PATH_MAX = 256 };

/* What the disk holds of one sector that was written since. */
struct sector {
    uint8_t before[SECTOR];
    uint8_t written[SECTOR]; /* which bytes */
    bool is_forgotten;       /* a sync failed on it: the next one will not write it */
};
struct image {
    char path[IMAGE_PATH_MAX];
    int64_t size; /* on the disk */
    bool is_new;  /* its folder was not synced since it was made */
    int64_t end;  /* no sector from here on was written */
    struct sector *at[SECTORS_MAX];
    struct disk_file *files;
};
struct disk_file {
    sqlite3_file base;
    struct image *image; /* NULL: not watched */
    struct disk_file *next;
    bool is_told;        /* of a sync that failed, at its next one */
    bool is_journal;     /* SQLite syncs the folder with its first sync */
    sqlite3_file *real;
};

static struct {
    const struct disk_plan *plan;
    struct disk_sum *sum;
    uint64_t chance, salt;
    int fail_kind;
    int64_t fails_left;
    sqlite3_vfs vfs, *real;
    struct image images[IMAGES_MAX];
} disk;

uint64_t
chance_next(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

uint64_t
chance_below(uint64_t *state, uint64_t n)
{
    return chance_next(state) % n;
}

/* ---- the power goes ------------------------------------------------------------------------ */

static void
read_at(int fd, int64_t no, uint8_t bytes[SECTOR])
{
    memset(bytes, 0, SECTOR);
    ssize_t n = pread(fd, bytes, SECTOR, no * SECTOR);
    assert(n >= 0);
}

static void
write_at(int fd, int64_t no, const uint8_t bytes[SECTOR])
{
    ssize_t n = pwrite(fd, bytes, SECTOR, no * SECTOR);
    assert(n == SECTOR);
}

static void
tear(int fd, int64_t no, const struct sector *s)
{
    uint8_t now[SECTOR];
    read_at(fd, no, now);
    uint64_t upto = chance_below(&disk.chance, SECTOR);
    bool is_garbage = chance_below(&disk.chance, 3) == 0;
    for (uint64_t i = upto; i < SECTOR; i++) {
        if (is_garbage && s->written[i] && now[i] != s->before[i]) {
            now[i] = (uint8_t)chance_next(&disk.chance);
        } else {
            now[i] = s->before[i];
        }
    }
    write_at(fd, no, now);
}

static void
cut_sector(int fd, int64_t no, const struct sector *s, uint64_t percent_kept)
{
    uint64_t percent = s->is_forgotten ? percent_kept / 4 : percent_kept;
    if (chance_below(&disk.chance, 100) < percent) {
        disk.sum->kept++;
    } else if (chance_below(&disk.chance, 8) == 0) {
        disk.sum->torn++;
        tear(fd, no, s);
    } else {
        disk.sum->dropped++;
        write_at(fd, no, s->before);
    }
}

static void
cut_image(struct image *im)
{
    static const uint64_t percents[] = { 0, 10, 50, 90, 100 };
    uint64_t percent = percents[chance_below(&disk.chance, 5)];
    int fd = open(im->path, O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        assert(errno == ENOENT);
        return;
    }
    struct stat st;
    assert(fstat(fd, &st) == 0);
    int64_t size = percent == 100 || chance_below(&disk.chance, 2) ? st.st_size : im->size;
    for (int64_t no = 0; no < im->end; no++) {
        if (im->at[no]) {
            cut_sector(fd, no, im->at[no], percent);
        }
    }
    assert(ftruncate(fd, size) == 0);
    (void)close(fd);
    if (im->is_new && chance_below(&disk.chance, 2)) {
        disk.sum->vanished++;
        (void)unlink(im->path);
    }
}

_Noreturn void
disk_cut(void)
{
    for (int i = 0; i < IMAGES_MAX; i++) {
        if (disk.images[i].path[0]) {
            cut_image(&disk.images[i]);
        }
    }
    _exit(POWERLOSS_EXIT);
}

/* True when the power goes at this very operation. */
static bool
count(enum disk_op op)
{
    disk.sum->ops++;
    if (disk.sum->ops < DISK_KINDS_MAX) {
        disk.sum->kinds[disk.sum->ops] = (uint8_t)op;
    }
    return disk.plan->cut_at && disk.sum->ops == disk.plan->cut_at;
}

int
disk_kinds_of(int code)
{
    switch (code) {
    case SQLITE_IOERR_FSYNC:
        return DISK_SYNC;
    case SQLITE_IOERR_TRUNCATE:
        return DISK_TRUNCATE;
    case SQLITE_FULL:
        return DISK_WRITE | DISK_TRUNCATE;
    default:
        return DISK_WRITE;
    }
}

/* The code with which this operation fails, or SQLITE_OK. */
static int
planned_failure(enum disk_op op)
{
    const struct disk_plan *p = disk.plan;
    if (!p->fail_at || disk.sum->ops < p->fail_at || disk.fails_left == 0
        || !(disk.fail_kind & (int)op)) {
        return SQLITE_OK;
    }
    if (!p->fails_later && disk.sum->ops != p->fail_at && disk.fails_left == p->fail_ops) {
        disk.fails_left = 0; /* the operation in question was of another kind */
        return SQLITE_OK;
    }
    disk.fails_left--;
    disk.sum->failed++;
    return p->fail_code;
}

/* ---- what was written since ---------------------------------------------------------------- */

static struct sector *
remember(struct disk_file *f, int64_t no)
{
    struct image *im = f->image;
    assert(no < SECTORS_MAX);
    if (!im->at[no]) {
        struct sector *s = calloc(1, sizeof *s);
        assert(s);
        sqlite3_int64 size = 0;
        (void)f->real->pMethods->xFileSize(f->real, &size);
        if (no * SECTOR < size) {
            /* A short read fills up with zeros. */
            (void)f->real->pMethods->xRead(f->real, s->before, SECTOR, no * SECTOR);
        }
        im->at[no] = s;
        im->end = no >= im->end ? no + 1 : im->end;
    }
    im->at[no]->is_forgotten = false;
    return im->at[no];
}

static void
remember_range(struct disk_file *f, int64_t from, int64_t to)
{
    for (int64_t no = from / SECTOR; no * SECTOR < to; no++) {
        struct sector *s = remember(f, no);
        int64_t start = from > no * SECTOR ? from - no * SECTOR : 0;
        int64_t end = to < (no + 1) * SECTOR ? to - no * SECTOR : SECTOR;
        memset(s->written + start, 1, (size_t)(end - start));
    }
}

static void
forget_all(struct image *im, bool and_forgotten)
{
    for (int64_t no = 0; no < im->end; no++) {
        if (im->at[no] && (and_forgotten || !im->at[no]->is_forgotten)) {
            free(im->at[no]);
            im->at[no] = NULL;
        }
    }
}

static void
sync_done(struct disk_file *f)
{
    sqlite3_int64 size = 0;
    forget_all(f->image, false);
    (void)f->real->pMethods->xFileSize(f->real, &size);
    f->image->size = size;
    for (int i = 0; f->is_journal && i < IMAGES_MAX; i++) {
        disk.images[i].is_new = false;
    }
}

static void
sync_failed(struct disk_file *f)
{
    for (int64_t no = 0; no < f->image->end; no++) {
        if (f->image->at[no]) {
            f->image->at[no]->is_forgotten = true;
        }
    }
    for (struct disk_file *other = f->image->files; other; other = other->next) {
        other->is_told = other->is_told || other != f;
    }
}

/* ---- the methods of a file ----------------------------------------------------------------- */

static struct disk_file *
file_of(sqlite3_file *file)
{
    return (struct disk_file *)file;
}

static int
file_close(sqlite3_file *file)
{
    struct disk_file *f = file_of(file);
    if (f->image) {
        struct disk_file **at = &f->image->files;
        while (*at != f) {
            at = &(*at)->next;
        }
        *at = f->next;
    }
    return f->real->pMethods ? f->real->pMethods->xClose(f->real) : SQLITE_OK;
}

static int
file_read(sqlite3_file *file, void *to, int n, sqlite3_int64 at)
{
    struct disk_file *f = file_of(file);
    return f->real->pMethods->xRead(f->real, to, n, at);
}

static int
file_write(sqlite3_file *file, const void *bytes, int n, sqlite3_int64 at)
{
    struct disk_file *f = file_of(file);
    if (!f->image) {
        return f->real->pMethods->xWrite(f->real, bytes, n, at);
    }
    bool is_cut = count(DISK_WRITE);
    int rc = planned_failure(DISK_WRITE);
    if (rc != SQLITE_OK) {
        return rc;
    }
    remember_range(f, at, at + n);
    rc = f->real->pMethods->xWrite(f->real, bytes, n, at);
    if (is_cut) {
        disk_cut();
    }
    return rc;
}

static int
file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct disk_file *f = file_of(file);
    if (!f->image) {
        return f->real->pMethods->xTruncate(f->real, size);
    }
    bool is_cut = count(DISK_TRUNCATE);
    int rc = planned_failure(DISK_TRUNCATE);
    if (rc != SQLITE_OK) {
        return rc;
    }
    sqlite3_int64 now = 0;
    (void)f->real->pMethods->xFileSize(f->real, &now);
    for (int64_t no = (size + SECTOR - 1) / SECTOR; no * SECTOR < now; no++) {
        (void)remember(f, no);
    }
    rc = f->real->pMethods->xTruncate(f->real, size);
    if (is_cut) {
        disk_cut();
    }
    return rc;
}

static int
file_sync(sqlite3_file *file, int flags)
{
    (void)flags;
    struct disk_file *f = file_of(file);
    if (!f->image) {
        return SQLITE_OK;
    }
    bool is_cut = count(DISK_SYNC);
    if (is_cut && chance_below(&disk.chance, 2)) {
        disk_cut();
    }
    int rc = planned_failure(DISK_SYNC);
    if (rc != SQLITE_OK) {
        sync_failed(f);
    } else if (f->is_told) {
        f->is_told = false;
        sync_done(f);
        rc = SQLITE_IOERR_FSYNC;
    } else if (!disk.plan->is_lying) {
        sync_done(f);
    }
    if (is_cut) {
        disk_cut();
    }
    return rc;
}

static int
file_size(sqlite3_file *file, sqlite3_int64 *ret)
{
    struct disk_file *f = file_of(file);
    return f->real->pMethods->xFileSize(f->real, ret);
}
static int
file_lock(sqlite3_file *file, int how)
{
    struct disk_file *f = file_of(file);
    return f->real->pMethods->xLock(f->real, how);
}
static int
file_unlock(sqlite3_file *file, int how)
{
    struct disk_file *f = file_of(file);
    return f->real->pMethods->xUnlock(f->real, how);
}
static int
file_is_reserved(sqlite3_file *file, int *ret)
{
    struct disk_file *f = file_of(file);
    return f->real->pMethods->xCheckReservedLock(f->real, ret);
}
static int
file_control(sqlite3_file *file, int op, void *arg)
{
    struct disk_file *f = file_of(file);
    return f->real->pMethods->xFileControl(f->real, op, arg);
}
static int
file_sector_size(sqlite3_file *file)
{
    struct disk_file *f = file_of(file);
    return f->real->pMethods->xSectorSize(f->real);
}
static int
file_character(sqlite3_file *file)
{
    struct disk_file *f = file_of(file);
    return f->real->pMethods->xDeviceCharacteristics(f->real);
}
static int
file_shm_map(sqlite3_file *file, int page, int n, int extend, void volatile **ret)
{
    struct disk_file *f = file_of(file);
    return f->real->pMethods->xShmMap(f->real, page, n, extend, ret);
}
static int
file_shm_lock(sqlite3_file *file, int from, int n, int flags)
{
    struct disk_file *f = file_of(file);
    return f->real->pMethods->xShmLock(f->real, from, n, flags);
}
static void
file_shm_barrier(sqlite3_file *file)
{
    struct disk_file *f = file_of(file);
    f->real->pMethods->xShmBarrier(f->real);
}
static int
file_shm_unmap(sqlite3_file *file, int and_delete)
{
    struct disk_file *f = file_of(file);
    return f->real->pMethods->xShmUnmap(f->real, and_delete);
}

/* Version 2: with shared memory, without memory-mapped reading, which would pass by the disk. */
static const sqlite3_io_methods watched = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_is_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_character,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

/* ---- the VFS ------------------------------------------------------------------------------- */

static struct image *
image_of(const char *path)
{
    for (int i = 0; i < IMAGES_MAX; i++) {
        struct image *im = &disk.images[i];
        if (strcmp(im->path, path) == 0) {
            return im;
        }
        if (!im->path[0]) {
            assert(strlen(path) < sizeof im->path);
            memcpy(im->path, path, strlen(path) + 1);
            struct stat st;
            im->is_new = stat(path, &st) < 0;
            im->size = im->is_new ? 0 : st.st_size;
            return im;
        }
    }
    abort();
}

static int
disk_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *ret_flags)
{
    (void)vfs;
    struct disk_file *f = file_of(file);
    memset(f, 0, sizeof *f);
    f->real = (sqlite3_file *)(f + 1);
    int kinds = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL;
    struct image *im = path && (flags & kinds) ? image_of(path) : NULL;
    int rc = disk.real->xOpen(disk.real, path, f->real, flags, ret_flags);
    if (rc == SQLITE_OK) {
        f->base.pMethods = &watched;
    }
    if (rc == SQLITE_OK && im) {
        f->image = im;
        f->is_journal = !(flags & SQLITE_OPEN_MAIN_DB);
        f->next = im->files;
        im->files = f;
    }
    return rc;
}

static int
disk_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
    (void)vfs;
    bool is_cut = count(DISK_DELETE);
    int rc = disk.real->xDelete(disk.real, path, sync_folder);
    for (int i = 0; i < IMAGES_MAX; i++) {
        if (strcmp(disk.images[i].path, path) == 0) {
            forget_all(&disk.images[i], true);
            disk.images[i].size = 0;
            disk.images[i].is_new = true; /* when it is made again */
        }
    }
    if (is_cut) {
        disk_cut();
    }
    return rc;
}

static int
disk_randomness(sqlite3_vfs *vfs, int n, char *to)
{
    (void)vfs;
    for (int i = 0; i < n; i++) {
        to[i] = (char)chance_below(&disk.salt, 256);
    }
    return n;
}

int
disk_insert(const struct disk_plan *plan, struct disk_sum *sum)
{
    disk.plan = plan;
    disk.sum = sum;
    disk.chance = plan->seed;
    disk.salt = plan->salt;
    disk.fails_left = plan->fail_ops;
    disk.fail_kind = disk_kinds_of(plan->fail_code);
    disk.real = sqlite3_vfs_find(NULL);
    assert(disk.real && disk.real != &disk.vfs);
    disk.vfs = *disk.real;
    disk.vfs.zName = "powerloss";
    disk.vfs.szOsFile = (int)sizeof(struct disk_file) + disk.real->szOsFile;
    disk.vfs.pNext = NULL;
    disk.vfs.xOpen = disk_open;
    disk.vfs.xDelete = disk_delete;
    disk.vfs.xRandomness = disk_randomness;
    return sqlite3_vfs_register(&disk.vfs, 1);
}

void
disk_remove(void)
{
    (void)sqlite3_vfs_unregister(&disk.vfs);
    (void)sqlite3_vfs_register(disk.real, 1);
    for (int i = 0; i < IMAGES_MAX; i++) {
        struct image *im = &disk.images[i];
        assert(!im->files);
        forget_all(im, true);
        *im = (struct image){ .size = 0 };
    }
}
