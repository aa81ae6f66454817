/* SPDX-License-Identifier: MIT */
/* templates.c - the set of template files: a fixed list of names, read from one directory. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "notice/render.h"

static const char *const pieces[PIECE_MAX_] = { "head", "items", "topics", "foot" };
static const char *const forms[FORM_MAX_] = { "txt", "html" };

struct notice_templates *
notice_templates_free(struct notice_templates *t)
{
    if (!t) {
        return NULL;
    }
    for (size_t form = 0; form < FORM_MAX_; form++) {
        for (size_t i = 0; i < PIECE_MAX_; i++) {
            template_free(t->shared[i][form]);
        }
        for (size_t i = 0; i < NOTICE_KIND_MAX_; i++) {
            template_free(t->own[i][form]);
        }
    }
    for (size_t i = 0; i < NOTICE_KIND_MAX_; i++) {
        template_free(t->subject[i]);
    }
    free(t);
    return NULL;
}

/* A whole file of at most TEMPLATE_SIZE_MAX bytes; *ret_len is one more when it is larger. */
static int
file_read(int dir_fd, const char *name, char **ret, size_t *ret_len)
{
    AUTO_CLOSE int fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) {
        return -errno;
    }
    struct stat st;
    if (fstat(fd, &st) < 0) {
        return -errno;
    }
    if (!S_ISREG(st.st_mode)) {
        return -EINVAL;
    }
    AUTO_FREE char *bytes = malloc(TEMPLATE_SIZE_MAX + 1);
    if (!bytes) {
        return -ENOMEM;
    }
    size_t len = 0;
    while (len <= TEMPLATE_SIZE_MAX) {
        ssize_t n = read(fd, bytes + len, TEMPLATE_SIZE_MAX + 1 - len);
        if (n < 0) {
            return -errno;
        }
        if (n == 0) {
            break;
        }
        len += (size_t)n;
    }
    *ret_len = len;
    *ret = TAKE(bytes);
    return 0;
}

struct loader {
    const char *directory;
    int dir_fd;
    struct diag *d;
    struct err *reterr;
    int worst; /* the first failure; the rest is read all the same, to report everything */
};

static void
load(struct loader *ld, const char *stem, const char *ending, struct template **ret)
{
    AUTO_TEXT struct text name = { 0 };
    AUTO_TEXT struct text path = { 0 };
    text_addf(&name, "%s.%s", stem, ending);
    text_addf(&path, "%s/%s", ld->directory, text_str(&name));
    AUTO_FREE char *bytes = NULL;
    struct template_source source = {
        .file = text_str(&path),
        .escape = strcmp(ending, "html") == 0 ? TEMPLATE_HTML : TEMPLATE_PLAIN,
        .is_line = strcmp(ending, "subject") == 0,
    };
    int r = name.bad ? name.bad : path.bad;
    r = r < 0 ? r : file_read(ld->dir_fd, text_str(&name), &bytes, &source.len);
    if (r < 0) {
        struct diag_at whole = { .file = text_str(&path) };
        bool is_link = r == -ELOOP;
        diag_error(ld->d, &whole, NULL, "cannot be read: %s",
                   is_link ? "it is a symbolic link" : strerror(-r));
    } else {
        source.bytes = bytes;
        r = template_parse(&source, notice_vars, ret, ld->d);
    }
    if (r < 0 && ld->worst == 0) {
        ld->worst = err_set(ld->reterr, r, "the template %s is not usable",
                            text_str(&path));
    }
}

int
notice_templates_open(const char *directory, struct notice_templates **ret, struct diag *d,
                      struct err *reterr)
{
    AUTO_CLOSE int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        int r = -errno;
        struct diag_at whole = { .file = directory };
        diag_error(d, &whole, NULL, "the folder of templates cannot be opened: %s", strerror(-r));
        return err_set(reterr, r, "the folder of templates %s cannot be opened: %s", directory,
                       strerror(-r));
    }
    AUTO(notice_templates) struct notice_templates *t = calloc(1, sizeof *t);
    if (!t) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    struct loader ld = { .directory = directory, .dir_fd = fd, .d = d, .reterr = reterr };
    for (size_t form = 0; form < FORM_MAX_; form++) {
        for (size_t i = 0; i < PIECE_MAX_; i++) {
            load(&ld, pieces[i], forms[form], &t->shared[i][form]);
        }
        for (int kind = NOTICE_NONE + 1; kind < NOTICE_KIND_MAX_; kind++) {
            load(&ld, notice_kind_word((enum notice_kind)kind), forms[form], &t->own[kind][form]);
        }
    }
    for (int kind = NOTICE_NONE + 1; kind < NOTICE_KIND_MAX_; kind++) {
        load(&ld, notice_kind_word((enum notice_kind)kind), "subject", &t->subject[kind]);
    }
    if (ld.worst < 0) {
        return ld.worst;
    }
    *ret = TAKE(t);
    return 0;
}
