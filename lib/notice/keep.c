/* SPDX-License-Identifier: MIT */
/* keep.c - a copy of the templates that were found good, where nobody edits them. */
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/list.h"
#include "base/yaml.h"
#include "notice/render.h"

enum { HEX_SHOWN = 16, FOLDERS_OPEN_MAX = 8 };
static const char stem[] = "templates.";
static const char unfinished[] = "templates.new"; /* no digest: what a crash left is no copy */

struct kept_file {
    char *name; /* "words.yaml", "cy/words.yaml" */
    char *bytes;
    size_t len;
};
struct keeper {
    struct kept_file *files;
    size_t n, cap;
    mode_t mode; /* of the state folder */
};

static void
keeper_done(struct keeper *k)
{
    for (size_t i = 0; i < k->n; i++) {
        free(k->files[i].name);
        free(k->files[i].bytes);
    }
    free(k->files);
}
#define AUTO_KEEPER __attribute__((cleanup(keeper_done)))

/* ---- what there is ------------------------------------------------------------------------ */

static int
take_file(struct keeper *k, int dir_fd, const char *folder, const char *name)
{
    bool is_words = strcmp(name, "words.yaml") == 0; /* it alone may be a link */
    AUTO_CLOSE int fd = openat(dir_fd, name,
                               O_RDONLY | O_CLOEXEC | O_NONBLOCK | (is_words ? 0 : O_NOFOLLOW));
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0) {
        return -errno;
    }
    if (!S_ISREG(st.st_mode) || st.st_size > YAML_BYTES_MAX) {
        return -EINVAL;
    }
    AUTO_TEXT struct text path = { 0 };
    AUTO_FREE char *bytes = malloc((size_t)st.st_size + 1);
    text_addf(&path, "%s%s%s", folder, folder[0] ? "/" : "", name);
    if (!bytes || list_room(&k->files, k->n, &k->cap, sizeof *k->files) < 0) {
        return -ENOMEM;
    }
    struct kept_file f = { .len = 0 };
    ssize_t n = 1;
    while (n > 0 && f.len < (size_t)st.st_size) {
        n = read(fd, bytes + f.len, (size_t)st.st_size - f.len);
        f.len += n > 0 ? (size_t)n : 0;
    }
    int r = n < 0 ? -errno : text_take(&path, &f.name);
    if (r < 0) {
        return r;
    }
    f.bytes = TAKE(bytes);
    k->files[k->n++] = f;
    return 0;
}

static int
take_folder(struct keeper *k, int dir_fd, const char *folder)
{
    int links = folder[0] ? O_NOFOLLOW : 0;
    AUTO_CLOSE int fd = openat(dir_fd, folder[0] ? folder : ".",
                               O_RDONLY | O_DIRECTORY | O_CLOEXEC | links);
    int listed = fd < 0 ? -1 : dup(fd);
    AUTO(dir) DIR *dir = listed < 0 ? NULL : fdopendir(listed);
    int r = dir ? 0 : -errno;
    for (struct dirent *e = dir ? readdir(dir) : NULL; r >= 0 && e; e = readdir(dir)) {
        struct stat st;
        if (e->d_name[0] != '.' && template_is_known_file(e->d_name)) {
            r = take_file(k, fd, folder, e->d_name);
        } else if (!folder[0] && template_is_locale(e->d_name)
                   && fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0
                   && !S_ISREG(st.st_mode)) {
            r = take_folder(k, fd, e->d_name);
        }
    }
    return r;
}

static int
by_name(const void *a, const void *b)
{
    return strcmp(((const struct kept_file *)a)->name, ((const struct kept_file *)b)->name);
}

static void
name_copy(struct keeper *k, const char *state_dir, struct text *ret)
{
    struct hash h;
    char hex[DIGEST_HEX_MAX];
    if (k->n > 0) {
        qsort(k->files, k->n, sizeof *k->files, by_name);
    }
    hash_begin(&h, "coprod templates 1");
    for (size_t i = 0; i < k->n; i++) {
        hash_add_str(&h, k->files[i].name);
        hash_add_bytes(&h, k->files[i].bytes, k->files[i].len);
    }
    struct digest d = hash_end(&h);
    text_addf(ret, "%s/%s%.*s", state_dir, stem, HEX_SHOWN, hash_hex(&d, hex));
}

/* ---- the copy ----------------------------------------------------------------------------- */

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    return remove(path);
}

static void
remove_folder(const char *state_dir, const char *name)
{
    AUTO_TEXT struct text path = { 0 };
    text_addf(&path, "%s/%s", state_dir, name);
    if (!path.bad) { /* what stays is tried again with the next copy */
        (void)nftw(text_str(&path), remove_one, FOLDERS_OPEN_MAX, FTW_DEPTH | FTW_PHYS);
    }
}

static int
make_folder(int dir_fd, const char *name, mode_t mode)
{
    bool is_new = mkdirat(dir_fd, name, S_IRWXU) == 0;
    if (!is_new && errno != EEXIST) {
        return -errno;
    }
    return is_new && fchmodat(dir_fd, name, mode, 0) < 0 ? -errno : 0;
}

static int
put_file(const struct keeper *k, int dir_fd, const struct kept_file *f)
{
    const char *slash = strchr(f->name, '/');
    char locale[LOCALE_NAME_MAX] = "";
    (void)snprintf(locale, sizeof locale, "%.*s", slash ? (int)(slash - f->name) : 0, f->name);
    int r = slash ? make_folder(dir_fd, locale, k->mode) : 0;
    AUTO_CLOSE int fd = r < 0 ? -1
                              : openat(dir_fd, f->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                                       S_IRUSR | S_IWUSR);
    if (r < 0 || fd < 0) {
        return r < 0 ? r : -errno;
    }
    r = file_write(fd, f->bytes, f->len);
    bool is_done = r >= 0 && fchmod(fd, k->mode & 0666) == 0 && fsync(fd) == 0;
    AUTO_CLOSE int folder = is_done && slash ? openat(dir_fd, locale, O_RDONLY | O_CLOEXEC) : -1;
    is_done = is_done && (!slash || (folder >= 0 && fsync(folder) == 0));
    return r < 0 ? r : is_done ? 0 : -errno;
}

static int
make_copy(const struct keeper *k, int state, const char *state_dir, const char *name)
{
    remove_folder(state_dir, unfinished);
    remove_folder(state_dir, name); /* not whole any more */
    int r = make_folder(state, unfinished, k->mode);
    AUTO_CLOSE int fd = r < 0 ? -1 : openat(state, unfinished, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return r < 0 ? r : -errno;
    }
    for (size_t i = 0; r >= 0 && i < k->n; i++) {
        r = put_file(k, fd, &k->files[i]);
    }
    if (r >= 0
        && (fsync(fd) < 0 || renameat(state, unfinished, state, name) < 0 || fsync(state) < 0)) {
        r = -errno;
    }
    return r;
}

/* Nothing else in the state folder is ever taken for one. */
static bool
is_copy(const char *name)
{
    size_t n = sizeof stem - 1;
    return strncmp(name, stem, n) == 0 && strlen(name) == n + HEX_SHOWN
           && strspn(name + n, "0123456789abcdef") == HEX_SHOWN;
}

static void
drop_others(const char *state_dir, const char *copy, const char *in_use)
{
    AUTO(dir) DIR *dir = opendir(state_dir);
    for (struct dirent *e = dir ? readdir(dir) : NULL; e; e = readdir(dir)) {
        if (is_copy(e->d_name) && strcmp(e->d_name, file_last_name(copy)) != 0
            && strcmp(e->d_name, file_last_name(in_use)) != 0) {
            remove_folder(state_dir, e->d_name);
        }
    }
}

/* What was good when it was read may have been edited since. */
static int
check_copy(const char *copy, struct err *reterr)
{
    AUTO_DIAG struct diag d = { 0 };
    AUTO(notice_templates) struct notice_templates *t = NULL;
    int r = notice_templates_open(copy, &t, &d, reterr);
    if (r < 0) {
        return err_set(reterr, r == -ENOMEM ? r : -EAGAIN,
                       "the templates changed while they were read: ask again");
    }
    return 0;
}

int
notice_templates_keep(const char *directory, const char *state_dir, const char *in_use,
                      struct text *ret, struct err *reterr)
{
    AUTO_KEEPER struct keeper k = { .n = 0 };
    AUTO_CLOSE int state = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    AUTO_CLOSE int from = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat st = { .st_mode = 0 };
    int r = state < 0 || from < 0 || fstat(state, &st) < 0 ? -errno : take_folder(&k, from, "");
    if (r >= 0) {
        k.mode = st.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO);
        name_copy(&k, state_dir, ret);
        r = ret->bad;
    }
    if (r >= 0 && check_copy(text_str(ret), reterr) >= 0) {
        drop_others(state_dir, text_str(ret), in_use);
        return 0;
    }
    r = r < 0 ? r : make_copy(&k, state, state_dir, file_last_name(text_str(ret)));
    if (r < 0) {
        return err_set(reterr, r, "the templates of %s cannot be kept in %s: %s", directory,
                       state_dir, strerror(-r));
    }
    r = check_copy(text_str(ret), reterr);
    drop_others(state_dir, r < 0 ? in_use : text_str(ret), in_use);
    return r;
}
