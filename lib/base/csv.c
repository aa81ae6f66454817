/* SPDX-License-Identifier: MIT */
/* csv.c - a cell of text in a CSV: quoted, and no formula. */
#include "base/csv.h"

#include <string.h>

#include "base/text.h"

static bool
is_number(const char *s)
{
    static const char digits[] = "0123456789";
    s += *s == '-';
    size_t n = strspn(s, digits);
    if (n > 0 && s[n] == '.') {
        s += n + 1;
        n = strspn(s, digits);
    }
    return n > 0 && s[n] == '\0';
}

static bool
is_formula(const char *s)
{
    size_t blank = strspn(s, " "); /* some spreadsheets skip blanks before they look */
    return s[blank] && strchr("=+-@\t\r\n|%", s[blank]) && !is_number(s);
}

void
csv_text(struct text *out, const char *s, bool is_quoted)
{
    bool is_bad = is_formula(s);
    if (!is_bad && !is_quoted && !strpbrk(s, ",;\t\"\r\n")) {
        text_add(out, s);
        return;
    }
    text_add(out, is_bad ? "\"'" : "\"");
    for (; *s; s++) {
        text_addn(out, *s == '"' ? "\"\"" : s, *s == '"' ? 2 : 1);
    }
    text_addc(out, '"');
}
