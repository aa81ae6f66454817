/* SPDX-License-Identifier: MIT */
/* templates.c - the set of template files: a fixed list of names, read from one directory. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "notice/render.h"

static const char *const pieces[PIECE_MAX_] = { "head", "items", "topics", "foot" };
static const char *const forms[FORM_MAX_] = { "txt", "html" };

static void
set_done(struct template_set *set)
{
    for (size_t form = 0; form < FORM_MAX_; form++) {
        for (size_t i = 0; i < PIECE_MAX_; i++) {
            template_free(set->shared[i][form]);
        }
        for (size_t i = 0; i < NOTICE_KIND_MAX_; i++) {
            template_free(set->own[i][form]);
        }
    }
    for (size_t i = 0; i < NOTICE_KIND_MAX_; i++) {
        template_free(set->subject[i]);
    }
    (void)yaml_doc_free(set->words_doc);
}

struct notice_templates *
notice_templates_free(struct notice_templates *t)
{
    for (size_t i = 0; t && i < LENGTH(t->sets); i++) {
        set_done(&t->sets[i]);
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
    bool is_locale; /* it may lack files */
    struct diag *d;
    struct err *reterr;
    int worst; /* the first failure; the rest is read all the same, to report everything */
};

static void
fail(struct loader *ld, int r, const char *path)
{
    if (ld->worst == 0) {
        ld->worst = err_set(ld->reterr, r, "the template %s is not usable", path);
    }
}

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
    if (r == -ENOENT && ld->is_locale) {
        return;
    }
    if (r < 0) {
        struct diag_at whole = { .file = text_str(&path) };
        bool is_link = r == -ELOOP;
        diag_error(ld->d, &whole, NULL, "cannot be read: %s",
                   is_link ? "it is a symbolic link" : strerror(-r));
    } else {
        source.bytes = bytes;
        r = template_parse(&source, notice_vars, ret, ld->d);
    }
    if (r < 0) {
        fail(ld, r, text_str(&path));
    }
}

static void
load_words(struct loader *ld, struct template_set *set)
{
    AUTO_TEXT struct text path = { 0 };
    text_addf(&path, "%s/words.yaml", ld->directory);
    int r = path.bad ? path.bad : words_read(text_str(&path), &set->words, ld->d, &set->words_doc);
    if (r < 0 && r != -ENOENT) {
        fail(ld, r == -EBADMSG ? -EINVAL : r, text_str(&path));
    }
}

static void
load_set(struct loader *ld, struct template_set *set)
{
    for (size_t form = 0; form < FORM_MAX_; form++) {
        for (size_t i = 0; i < PIECE_MAX_; i++) {
            load(ld, pieces[i], forms[form], &set->shared[i][form]);
        }
        for (int kind = NOTICE_NONE + 1; kind < NOTICE_KIND_MAX_; kind++) {
            load(ld, notice_kind_word((enum notice_kind)kind), forms[form], &set->own[kind][form]);
        }
    }
    for (int kind = NOTICE_NONE + 1; kind < NOTICE_KIND_MAX_; kind++) {
        load(ld, notice_kind_word((enum notice_kind)kind), "subject", &set->subject[kind]);
    }
    load_words(ld, set);
}

/* ---- locales --------------------------------------------------------------------------------- */

/* "cy" or "cy-GB": nothing else names a folder that is opened. */
bool
template_is_locale(const char *name)
{
    static const char small[] = "abcdefghijklmnopqrstuvwxyz";
    static const char capital[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t n = strspn(name, small);
    bool has_country = name[n] == '-' && strspn(name + n + 1, capital) == 2 && !name[n + 3];
    return (n == 2 || n == 3) && (name[n] == '\0' || has_country);
}

bool
template_is_known_file(const char *name)
{
    static const char *const endings[] = { "txt", "html", "subject" };
    bool is_known = strcmp(name, "words.yaml") == 0 || name[0] == '.';
    for (size_t e = 0; e < LENGTH(endings) && !is_known; e++) {
        char file[TEMPLATE_NAME_MAX];
        for (size_t i = 0; i < LENGTH(pieces) && !is_known; i++) {
            (void)snprintf(file, sizeof file, "%s.%s", pieces[i], endings[e]);
            is_known = strcmp(file, name) == 0 && e < FORM_MAX_;
        }
        for (int kind = NOTICE_NONE + 1; kind < NOTICE_KIND_MAX_ && !is_known; kind++) {
            (void)snprintf(file, sizeof file, "%s.%s", notice_kind_word((enum notice_kind)kind),
                           endings[e]);
            is_known = strcmp(file, name) == 0;
        }
    }
    return is_known;
}

/* A file that nothing reads is a word that its author thinks is in use. */
static void
check_names(struct loader *ld)
{
    AUTO(dir) DIR *dir = opendir(ld->directory);
    for (struct dirent *e = dir ? readdir(dir) : NULL; e; e = readdir(dir)) {
        if (!template_is_known_file(e->d_name)) {
            AUTO_TEXT struct text path = { 0 };
            text_addf(&path, "%s/%s", ld->directory, e->d_name);
            struct diag_at whole = { .file = text_str(&path) };
            diag_error(ld->d, &whole, "its files are named like those of the folder above",
                       "no template has this name");
            fail(ld, -EINVAL, text_str(&path));
        }
    }
}

static void
load_locale(struct loader *above, const char *name, struct notice_templates *t)
{
    AUTO_TEXT struct text path = { 0 };
    text_addf(&path, "%s/%s", above->directory, name);
    AUTO_CLOSE int fd = openat(above->dir_fd, name,
                               O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    struct diag_at whole = { .file = text_str(&path) };
    if (fd < 0 || t->n == LENGTH(t->sets)) {
        int r = fd < 0 ? -errno : -E2BIG;
        diag_error(above->d, &whole, NULL, "this locale cannot be read: %s",
                   fd < 0 ? strerror(-r) : "there are too many");
        fail(above, r, text_str(&path));
        return;
    }
    struct template_set *set = &t->sets[t->n++];
    (void)snprintf(set->locale, sizeof set->locale, "%.7s", name); /* of at most 6 */
    set->words = t->sets[0].words;
    struct loader ld = { .directory = text_str(&path), .dir_fd = fd, .is_locale = true,
                         .d = above->d, .reterr = above->reterr, .worst = above->worst };
    load_set(&ld, set);
    check_names(&ld);
    above->worst = ld.worst;
}

static void
load_locales(struct loader *ld, struct notice_templates *t)
{
    AUTO(dir) DIR *dir = opendir(ld->directory);
    for (struct dirent *e = dir ? readdir(dir) : NULL; e; e = readdir(dir)) {
        struct stat st;
        if (template_is_locale(e->d_name)
            && fstatat(ld->dir_fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0
            && !S_ISREG(st.st_mode)) {
            load_locale(ld, e->d_name, t);
        }
    }
}

const struct template_set *
notice_set(const struct notice_templates *t, const char *locale)
{
    const struct template_set *best = &t->sets[0];
    size_t n = locale ? strcspn(locale, "-") : 0;
    for (size_t i = 1; locale && i < t->n; i++) {
        const char *name = t->sets[i].locale;
        if (strcmp(name, locale) == 0) {
            return &t->sets[i];
        }
        best = strlen(name) == n && strncmp(name, locale, n) == 0 ? &t->sets[i] : best;
    }
    return best;
}

const char *
notice_locale(const struct notice_templates *t, const char *locale)
{
    return notice_set(t, locale)->locale;
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
    t->n = 1;
    t->sets[0] = (struct template_set){ .locale = "en-GB", .words = words_default };
    load_set(&ld, &t->sets[0]);
    load_locales(&ld, t);
    if (ld.worst < 0) {
        return ld.worst;
    }
    *ret = TAKE(t);
    return 0;
}
