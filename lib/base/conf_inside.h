/* SPDX-License-Identifier: MIT */
/* conf_inside.h - what conf.c and the readers of its kinds of values share. */
#ifndef COPROD_BASE_CONF_INSIDE_H
#define COPROD_BASE_CONF_INSIDE_H

#include "base/conf.h"
#include "base/yaml.h"

enum conf_kind {
    CONF_NONE = 0,
    CONF_TEXT,  /* const char * */
    CONF_URL,   /* const char *, of the web; "" stays "" */
    CONF_PATH,  /* const char *, relative to the file's folder; "" stays "" */
    CONF_PATHS, /* struct conf_list */
    CONF_NUMBER, /* int64_t, min..max */
    CONF_CLOCK, /* int64_t, minutes of the local day */
    CONF_ENUM,  /* int64_t, index from 1 into words */
    CONF_USERS, /* users and n_users */
    CONF_DAYS,  /* struct conf_days */
    CONF_DOMAINS, /* struct conf_list */
    CONF_LOGINS, /* struct conf_list: names of users of this machine */
    CONF_KIND_MAX_
};

struct conf_row {
    struct conf_key pub;
    enum conf_kind kind;
    size_t offset;
    const char *const *words;
    int order, n_min, n_max; /* of a list of numbers: see conf_rules.def */
};

enum { CONF_ROWS_MAX = 200, DOMAINS_MAX = 30 /* all of them fit into one setting */,
       DOMAIN_MAX = 64, LOGIN_MAX = 64 };

/* A struct conf and what the callers need not see. The conf comes first: conf_free goes back. */
struct conf_whole {
    struct conf conf;
    struct arena *mem;
    int line[CONF_ROWS_MAX]; /* 0: the default */
};

struct conf_reading {
    const struct yaml_doc *doc; /* NULL while the defaults are set */
    struct conf_whole *w;
};
struct conf_kind_calls {
    void (*take)(const struct conf_reading *, const struct conf_row *, const struct yaml_node *);
    void (*show)(const struct conf *, const struct conf_row *, struct text *);
};
extern const struct conf_kind_calls conf_kinds[CONF_KIND_MAX_];

#endif
