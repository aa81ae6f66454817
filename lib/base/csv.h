/* SPDX-License-Identifier: MIT */
/*
 * csv.h - a cell of text in a CSV, after RFC 4180.
 *
 * Names and words come from files that anybody may have written. What a spreadsheet would take for
 * a formula gets an apostrophe before it; a number is none. One that divides cells by semicolons or
 * TABs, as some do after their locale, finds these in quotes. Every CSV writes its texts by this
 * function; figures of our own need it not.
 */
#ifndef COPROD_BASE_CSV_H
#define COPROD_BASE_CSV_H

#include <stdbool.h>

struct text;

/* is_quoted: in quotes also where it needs none. Commas and ends of lines are the caller's. */
void csv_text(struct text *out, const char *s, bool is_quoted);

#endif
