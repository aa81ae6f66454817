/* SPDX-License-Identifier: MIT */
/* scan.c - a streaming CSV scanner (RFC 4180), bounded whatever the file holds. */
#include "survey/scan.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/text.h"

enum {
    BLOCK = 64, /* bytes classed at a time; one bit each */
    BUFFER_MAX = SCAN_ROW_MAX + SCAN_STEP,
    WHY_MAX = 200,
};

struct scan {
    int fd;
    bool at_eof;
    char delimiter;
    char *buf;       /* BUFFER_MAX and a last BLOCK, which is classed whole */
    size_t at;       /* the next row's first byte */
    size_t row_at;   /* the first byte of the row in hand */
    size_t end;      /* bytes there are */
    int64_t base;    /* offset in the file of buf[0] */
    int64_t line;    /* physical line of `at` */
    size_t n_expected; /* fields of the first row; 0 = not read yet */
    /* Where the search for the next delimiter, quote, line feed or NUL stands. */
    size_t block;
    uint64_t mask;
    size_t mask_at;
    size_t high_until; /* bytes before it may hold something other than ASCII */
    /* The row in hand. */
    struct scan_field fields[SCAN_COLUMNS_MAX];
    bool has_doubled[SCAN_COLUMNS_MAX]; /* a doubled quote to be made single */
    size_t n_fields;
    bool any_doubled;
    enum scan_fault fault;
    size_t fault_column;
    int64_t n_newlines;
    int64_t quote_line; /* of the last quote that was opened */
    bool in_quote;
    const char *foreign; /* what the file is, when it is no such text */
    char why[WHY_MAX];
};

#ifdef __SSE2__
/* Bits of the bytes that end a field or are forbidden; *high gets those beyond ASCII. */
static inline uint64_t
classes(const char *p, char delimiter, uint64_t *high)
{
    const __m128i comma = _mm_set1_epi8(delimiter);
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i feed = _mm_set1_epi8('\n');
    const __m128i nul = _mm_setzero_si128();
    uint64_t mask = 0;
    *high = 0;
    for (int i = 0; i < BLOCK / 16; i++) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i));
        __m128i a = _mm_or_si128(_mm_cmpeq_epi8(v, comma), _mm_cmpeq_epi8(v, quote));
        __m128i b = _mm_or_si128(_mm_cmpeq_epi8(v, feed), _mm_cmpeq_epi8(v, nul));
        mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_or_si128(a, b)) << (16 * i);
        *high |= (uint64_t)(uint32_t)_mm_movemask_epi8(v) << (16 * i);
    }
    return mask;
}
#else
static inline uint64_t
classes(const char *p, char delimiter, uint64_t *high)
{
    uint64_t mask = 0;
    *high = 0;
    for (int i = 0; i < BLOCK; i++) {
        uint64_t is = p[i] == delimiter || p[i] == '"' || p[i] == '\n' || p[i] == '\0';
        mask |= is << i;
        *high |= (uint64_t)((unsigned char)p[i] >> 7) << i;
    }
    return mask;
}
#endif

/* The next delimiter, quote, line feed or NUL, or s->end. */
static inline size_t
next_special(struct scan *s)
{
    while (s->mask == 0) {
        if (s->block >= s->end) {
            return s->end;
        }
        uint64_t high = 0;
        s->mask_at = s->block;
        s->mask = classes(s->buf + s->block, s->delimiter, &high);
        s->block += BLOCK;
        if (high) {
            s->high_until = s->block;
        }
    }
    size_t at = s->mask_at + (size_t)__builtin_ctzll(s->mask);
    s->mask &= s->mask - 1;
    return at < s->end ? at : s->end;
}

static void
search_from(struct scan *s, size_t at)
{
    s->block = at;
    s->mask = 0;
}

static void
note_fault(struct scan *s, enum scan_fault fault)
{
    if (s->fault == SCAN_OK) {
        s->fault = fault;
        s->fault_column = s->n_fields + 1;
    }
}

static inline void
add_field(struct scan *s, size_t from, size_t to, bool doubled)
{
    if (to - from > SCAN_FIELD_MAX) {
        note_fault(s, SCAN_LONG_FIELD);
    }
    if (s->n_fields == SCAN_COLUMNS_MAX) {
        note_fault(s, SCAN_MANY_COLUMNS);
        return;
    }
    s->fields[s->n_fields] = (struct scan_field){ s->buf + from, to - from };
    s->has_doubled[s->n_fields] = doubled;
    s->any_doubled |= doubled;
    s->n_fields++;
}

/* The end of a bare field whose first special byte is at p. */
static inline size_t
read_bare(struct scan *s, size_t from, size_t p)
{
    while (p < s->end && s->buf[p] != s->delimiter && s->buf[p] != '\n') {
        note_fault(s, s->buf[p] == '"' ? SCAN_QUOTE : SCAN_NUL);
        p = next_special(s);
    }
    if (p < s->end) {
        bool has_cr = s->buf[p] == '\n' && p > from && s->buf[p - 1] == '\r';
        add_field(s, from, has_cr ? p - 1 : p, false);
    }
    return p;
}

/* The closing quote of the field opened at from - 1, or s->end. */
static size_t
find_close(struct scan *s, bool *ret_doubled)
{
    for (size_t p = next_special(s); p < s->end; p = next_special(s)) {
        switch (s->buf[p]) {
        case '\n':
            s->n_newlines++;
            break;
        case '\0':
            note_fault(s, SCAN_NUL);
            break;
        case '"':
            if (p + 1 >= s->end) {
                return s->end;
            }
            if (s->buf[p + 1] != '"') {
                return p;
            }
            *ret_doubled = true;
            (void)next_special(s);
            break;
        default: /* a delimiter, which means nothing here */
            break;
        }
    }
    return s->end;
}

static size_t
read_quoted(struct scan *s, size_t open)
{
    bool doubled = false;
    s->in_quote = true;
    s->quote_line = s->line + s->n_newlines;
    size_t close = find_close(s, &doubled);
    if (close >= s->end) {
        return s->end;
    }
    s->in_quote = false;
    size_t p = next_special(s);
    if (p >= s->end) {
        return s->end;
    }
    bool is_crlf = s->buf[p] == '\n' && p == close + 2 && s->buf[close + 1] == '\r';
    if (p != close + 1 && !is_crlf) {
        note_fault(s, SCAN_QUOTE);
        return read_bare(s, open, p);
    }
    if (s->buf[p] == '\0') {
        note_fault(s, SCAN_NUL);
        return read_bare(s, open, p);
    }
    add_field(s, open + 1, close, doubled);
    return p;
}

/* Reads the row at s->at. True with s->at behind it, false when its end is not in the buffer. */
static bool
read_row(struct scan *s)
{
    s->n_fields = 0;
    s->any_doubled = false;
    s->fault = SCAN_OK;
    s->n_newlines = 0;
    s->in_quote = false;
    size_t from = s->at;
    s->row_at = from;
    for (;;) {
        size_t p = next_special(s);
        if (p == from && p < s->end && s->buf[p] == '"') {
            p = read_quoted(s, from);
        } else {
            p = read_bare(s, from, p);
        }
        if (p >= s->end) {
            return false;
        }
        from = p + 1;
        if (s->buf[p] == '\n') {
            s->n_newlines++;
            s->at = from;
            return true;
        }
    }
}

static int
read_some(struct scan *s)
{
    ssize_t n = 0;
    do {
        n = read(s->fd, s->buf + s->end, SCAN_STEP);
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
        return -errno;
    }
    s->end += (size_t)n;
    s->at_eof = n == 0;
    /* A last line without its line feed is a line all the same. */
    if (s->at_eof && s->end > s->at && s->buf[s->end - 1] != '\n') {
        s->buf[s->end++] = '\n';
    }
    memset(s->buf + s->end, 0, BLOCK);
    return 0;
}

/* Moves what is left of the row to the front and reads on. */
static int
refill(struct scan *s)
{
    memmove(s->buf, s->buf + s->at, s->end - s->at);
    s->base += (int64_t)s->at;
    s->end -= s->at;
    s->at = 0;
    s->high_until = 0;
    int r = read_some(s);
    search_from(s, s->at);
    return r;
}

static const char by_cr[] = "its lines end with CR alone, as on old Macintoshes: save it as CSV "
                            "UTF-8";

/* Whether a row has a CR that ends a line for whoever wrote it. */
static bool
has_bare_cr(const char *from, const char *to)
{
    const char *cr = memchr(from, '\r', (size_t)(to - from));
    while (cr && cr + 1 < to && cr[1] == '\n') {
        cr = memchr(cr + 1, '\r', (size_t)(to - cr - 1));
    }
    return cr && cr + 1 < to;
}

static int
refuse_foreign(struct scan *s, const char *words)
{
    s->foreign = words;
    (void)snprintf(s->why, sizeof s->why, "%s", words);
    return -EBADMSG;
}

static int
give_up(struct scan *s)
{
    if (s->n_expected == 0 && !s->in_quote && has_bare_cr(s->buf + s->at, s->buf + s->end)) {
        return refuse_foreign(s, by_cr);
    }
    if (s->in_quote) {
        (void)snprintf(s->why, sizeof s->why,
                       "line %lld: a quote is opened here and not closed%s; close it or double it",
                       (long long)s->quote_line, s->at_eof ? "" : " within 1 MiB");
    } else {
        (void)snprintf(s->why, sizeof s->why, "line %lld: the row is longer than 1 MiB",
                       (long long)s->line);
    }
    return -EBADMSG;
}

/* Makes doubled quotes single, in place. */
static void
undouble(struct scan *s)
{
    for (size_t i = 0; i < s->n_fields; i++) {
        if (!s->has_doubled[i]) {
            continue;
        }
        char *bytes = s->buf + (s->fields[i].s - s->buf);
        size_t to = 0;
        for (size_t from = 0; from < s->fields[i].len; from++) {
            bytes[to++] = bytes[from];
            from += bytes[from] == '"';
        }
        s->fields[i].len = to;
    }
}

static void
check_row(struct scan *s)
{
    for (size_t i = 0; s->high_until > s->row_at && i < s->n_fields; i++) {
        if (s->fault == SCAN_OK && !text_is_utf8(s->fields[i].s, s->fields[i].len)) {
            s->fault = SCAN_UTF8;
            s->fault_column = i + 1;
        }
    }
    if (s->n_expected == 0) {
        s->n_expected = s->n_fields;
    } else if (s->fault == SCAN_OK && s->n_fields != s->n_expected) {
        s->fault = SCAN_RAGGED;
        s->fault_column = s->n_fields < s->n_expected ? s->n_fields : s->n_expected + 1;
    }
}

/* A whole row in the buffer, or 0 at the end. */
static int
next_row(struct scan *s)
{
    for (;;) {
        if (s->at < s->end && read_row(s)) {
            return 1;
        }
        if (s->at_eof && s->at >= s->end) {
            return 0;
        }
        if (s->at_eof || s->end - s->at > SCAN_ROW_MAX) {
            return give_up(s);
        }
        int r = refill(s);
        if (r < 0) {
            (void)snprintf(s->why, sizeof s->why, "line %lld: cannot read on: %s",
                           (long long)s->line, strerror(-r));
            return r;
        }
    }
}

/* The first row is read otherwise than it was meant. */
static bool
is_by_cr(const struct scan *s)
{
    return s->n_expected == 0 && has_bare_cr(s->buf + s->row_at, s->buf + s->at);
}

int
scan_next(struct scan *s, struct scan_row *ret)
{
    for (;;) {
        int r = s->foreign ? refuse_foreign(s, s->foreign) : next_row(s);
        if (r <= 0) {
            return r;
        }
        if (is_by_cr(s)) {
            return refuse_foreign(s, by_cr);
        }
        int64_t line = s->line;
        s->line += s->n_newlines;
        if (s->at - s->row_at > SCAN_ROW_MAX) {
            s->in_quote = false;
            s->line = line;
            return give_up(s);
        }
        if (s->n_fields == 1 && s->fields[0].len == 0) {
            continue;
        }
        check_row(s);
        if (s->any_doubled) {
            undouble(s);
        }
        *ret = (struct scan_row){ s->fields, s->n_fields, line, s->base + (int64_t)s->row_at,
                                  s->fault, s->fault == SCAN_OK ? 0 : s->fault_column };
        return 1;
    }
}

/* What people hand in for a CSV file, by its first bytes. */
static const char *
foreign_by(const char *bytes, size_t n)
{
    static const struct {
        const char *bytes;
        size_t n;
        const char *words;
    } known[] = {
        { "\xFF\xFE", 2, "it is UTF-16 (\"Unicode text\"): save it as CSV UTF-8" },
        { "\xFE\xFF", 2, "it is UTF-16 (\"Unicode text\"): save it as CSV UTF-8" },
        { "PK\x03\x04", 4, "it is a workbook or a zip archive: save the sheet as CSV UTF-8" },
        { "\xD0\xCF\x11\xE0", 4, "it is an old Excel workbook: save the sheet as CSV UTF-8" },
        { "\x1F\x8B", 2, "it is packed (gzip): unpack it first" },
        { "%PDF", 4, "it is a PDF: export the answers as CSV UTF-8" },
        { "<!D", 3, "it is a web page: export the answers as CSV UTF-8" },
        { "<ht", 3, "it is a web page: export the answers as CSV UTF-8" },
        { "<?", 2, "it is XML: export the answers as CSV UTF-8" },
        { "{\"", 2, "it is JSON: export the answers as CSV UTF-8" },
    };
    for (size_t i = 0; i < LENGTH(known); i++) {
        if (n >= known[i].n && memcmp(bytes, known[i].bytes, known[i].n) == 0) {
            return known[i].words;
        }
    }
    return NULL;
}

int
scan_open(int fd, struct scan **ret, struct err *reterr)
{
    AUTO(scan) struct scan *s = calloc(1, sizeof *s);
    if (!s) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    s->fd = fd;
    s->line = 1;
    s->delimiter = ',';
    s->buf = malloc(BUFFER_MAX + BLOCK);
    if (!s->buf) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    int r = refill(s);
    if (r < 0) {
        return err_set(reterr, r, "cannot read the file: %s", strerror(-r));
    }
    if (s->end >= 3 && memcmp(s->buf, "\xEF\xBB\xBF", 3) == 0) {
        s->at = 3;
        search_from(s, s->at);
    }
    s->foreign = foreign_by(s->buf + s->at, s->end - s->at);
    *ret = TAKE(s);
    return 0;
}

void
scan_delimiter(struct scan *s, char delimiter)
{
    s->delimiter = delimiter;
}

struct scan *
scan_free(struct scan *s)
{
    if (s) {
        free(s->buf);
        free(s);
    }
    return NULL;
}

const char *
scan_why(const struct scan *s)
{
    return s->why;
}

int64_t
scan_offset(const struct scan *s)
{
    return s->base + (int64_t)s->at;
}

int64_t
scan_line(const struct scan *s)
{
    return s->line;
}

int
scan_seek(struct scan *s, int64_t offset, int64_t line, struct err *reterr)
{
    assert(s->n_expected > 0);
    if (lseek(s->fd, (off_t)offset, SEEK_SET) < 0) {
        int r = -errno;
        return err_set(reterr, r, "cannot go on at byte %lld: %s", (long long)offset, strerror(-r));
    }
    s->base = offset;
    s->line = line;
    s->at = 0;
    s->end = 0;
    s->at_eof = false;
    search_from(s, 0);
    return 0;
}

const char *
scan_fault_words(enum scan_fault fault)
{
    static const char *const words[SCAN_FAULT_MAX_] = {
        [SCAN_OK] = "nothing wrong",
        [SCAN_NUL] = "a NUL byte",
        [SCAN_UTF8] = "bytes that are not UTF-8: save it as CSV UTF-8",
        [SCAN_QUOTE] = "a quote out of place",
        [SCAN_LONG_FIELD] = "a field longer than 64 KiB",
        [SCAN_MANY_COLUMNS] = "more than 512 columns",
        [SCAN_RAGGED] = "not as many fields as the header",
    };
    assert(fault >= 0 && fault < SCAN_FAULT_MAX_);
    return words[fault];
}
