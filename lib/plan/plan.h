/* SPDX-License-Identifier: MIT */
/*
 * plan.h - the checked model of plans, roster, forums and calendar.
 *
 *   AUTO(plan_set) struct plan_set *set = NULL;
 *   r = plan_set_load("config", &d, &set);   // a folder with coprod.yaml, or one plan file
 *
 * What comes out is whole: every role a plan names is a pointer to a role of the roster, groups
 * are expanded, quarters are days, deadlines are rolled back to working days, and every dated
 * demand (occurrence) is made. All of it lives in one piece of memory until plan_set_free; nothing
 * in it changes. Lists may be empty, texts are never NULL unless said so.
 */
#ifndef COPROD_PLAN_PLAN_H
#define COPROD_PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/conf.h"
#include "base/diag.h"
#include "base/text.h"
#include "rules/duty.h"
#include "rules/time.h"

enum {
    PLAN_ACTIONS_MAX = 1000,     /* in one plan */
    PLAN_OCCURRENCES_MAX = 50000, /* of one plan, with their parts */
    PLAN_NO_ACTION = -1,         /* plan_occurrence.action of the policy review */
    MILESTONE_TEXT_MAX = 150, /* bytes */
    PLAN_REF_MAX = TEXT_NAME_MAX, /* bytes of an occurrence's or part's ref, with its end */
};

/* --- roster ------------------------------------------------------------------------------- */

enum role_kind {
    ROLE_NONE = 0,
    ROLE_POST,     /* one mailbox, one holder */
    ROLE_GROUP,    /* stands for its members, who are asked one by one; may nest */
    ROLE_BODY,     /* acts as one: the Senior Management Team */
    ROLE_EXTERNAL, /* outside the trust: never asked by mail, never acts */
};
enum role_format { ROLE_FORMAT_NONE = 0, ROLE_FORMAT_BOTH, ROLE_FORMAT_TEXT, ROLE_FORMAT_LARGE };

struct absence {
    day_t from, to; /* both included */
};
struct unit { /* a service delivery unit */
    const char *id; /* "sdu-amh" */
    const char *title;
};
struct role {
    const char *id;    /* "head-of-od" */
    const char *title; /* "Head of Organisational Development" */
    const char *const *aliases; /* other titles of the same post */
    size_t n_aliases;
    enum role_kind kind;
    const struct role *const *members; /* ROLE_GROUP: as written, may hold groups */
    size_t n_members;
    const char *email; /* "" = no address known */
    int email_line, email_col; /* in roster.yaml; 0: none */
    /* Who reads what is written to it: the first of the roster with its mailbox, whatever capital
     * letters stand in the address. Itself when nobody shares it, or when it is never mailed. */
    const struct role *reader;
    const struct unit *unit;         /* NULL: none */
    const struct role *deputy;       /* NULL: none; the same for the next two */
    const struct role *line_manager;
    const struct role *director;
    const char *locale; /* "en-GB" */
    enum role_format format;
    bool is_vacant; /* nobody holds it: what it leads is unassigned */
    const struct absence *absences;
    size_t n_absences;
};
struct role_list {
    const struct role *const *roles;
    size_t n;
};
struct roster {
    const struct role *roles; /* in the order of the file */
    size_t n_roles;
    const struct unit *units;
    size_t n_units;
};

/* --- forums ------------------------------------------------------------------------------- */

struct forum {
    const char *id;
    const char *title;
    const struct role *secretary; /* NULL: none known */
    const struct role *chair;
    const struct forum *reports_to; /* where level 5 goes; NULL: none */
    int agenda_close_wd; /* working days before a meeting */
    int papers_due_wd;
    const day_t *meetings; /* sorted; empty = no meeting date known */
    size_t n_meetings;
};

/* --- plan --------------------------------------------------------------------------------- */

enum completion {
    COMPLETION_NONE = 0,
    COMPLETION_OWNER, /* the first named lead answers for it, the others are copied */
    COMPLETION_ANY,   /* all are asked, the first who completes it does so for all */
    COMPLETION_ALL,   /* one part for each; complete when all parts are */
};
enum timescale_kind { TIMESCALE_NONE = 0, TIMESCALE_BY, TIMESCALE_FROM };
enum timescale_grain { GRAIN_NONE = 0, GRAIN_QUARTER, GRAIN_MONTH, GRAIN_DAY };
enum follow_up { FOLLOW_NONE = 0, FOLLOW_QUARTERLY, FOLLOW_ANNUAL };

struct yaml_node;
struct timescale {
    const char *raw; /* as written: "From Q1 2016" */
    enum timescale_kind kind;
    enum timescale_grain grain;
    struct quarter quarter; /* GRAIN_QUARTER only */
    day_t first, last;      /* the interval it names */
    const struct yaml_node *at; /* in the plan's file; NULL: nowhere */
};
struct milestone {
    const char *id;
    const char *text;
    day_t due; /* DAY_NONE: no date of its own, and so no demand */
    const char *by; /* that date as written; "" */
};
/* Why a due day became later: which timescale was decided, by which minute. */
struct plan_move {
    const char *reason; /* NULL: the plan says nothing, or it is about another timescale */
    const char *minute;
};
struct action {
    const char *id; /* "1e": the only stable key */
    const char *text;
    size_t objective; /* index into plan.objectives */
    struct role_list leads_named; /* as the policy names them: 1e has six */
    struct role_list leads;       /* groups expanded, each role once: 1e has nine */
    struct role_list accountable; /* who of them answers for it: see completion */
    struct role_list supports;
    const struct role *coordinator; /* hears who is missing, is asked for nothing; NULL */
    const char *coproduced_with;    /* "patients": the evidence must show it; "" */
    bool is_coproduced;
    enum completion completion;
    bool is_split_by_unit; /* parts are named after units: 1c/deliver@sdu-amh */
    struct timescale when;
    day_t due;          /* a working day: of delivery, or of the start of a series */
    const char *metric; /* NULL: none agreed */
    const char *comment; /* "" */
    const size_t *depends_on; /* indices into plan.actions */
    size_t n_depends_on;
    enum follow_up then; /* what completion starts */
    const struct milestone *milestones;
    size_t n_milestones;
    day_t completed_on; /* DAY_NONE: open. Recorded in the plan: met before it was loaded */
    const char *evidence; /* "" */
    const char *sha256;   /* of that evidence; NULL: not said */
    struct plan_move moved;
    const char *renames; /* the id under which the plan in force has it; NULL: its own */
    bool is_new;         /* the author says so: it is not another action renumbered */
    int line, col; /* in the plan's file */
};
struct objective {
    const char *id; /* "1" */
    const char *text;
};
/* A development area of the policy and the actions that serve it; none = a gap to report. */
struct area {
    const char *text;
    const size_t *actions;
    size_t n_actions;
};
struct circulation { /* one row of the document's history */
    const char *version;
    day_t on;
    const char *to;      /* "" when the document names nobody */
    const char *summary; /* "" */
};


struct plan_part { /* one member's share of an occurrence with COMPLETION_ALL */
    const char *ref; /* "1c/deliver@sdu-amh" */
    const struct role *role;
    const struct unit *unit; /* when split by unit; else NULL */
};
struct plan_occurrence {
    const char *ref; /* "1a/deliver", "3j/start", "3j/return/2015Q4", "review/2018-01",
                        "2e/milestone/baseline" */
    int action;      /* index into plan.actions; PLAN_NO_ACTION for the policy review */
    enum duty_kind kind;
    day_t due;          /* a working day */
    const char *period; /* "2015Q4", "2018-01"; of a milestone, its words; or "" */
    const char *by;     /* of a milestone, its day as written; else NULL */
    day_t period_first, period_last; /* what the demand is about */
    struct role_list leads;       /* all, expanded: what simulate counts */
    struct role_list accountable; /* who is reminded as the one who answers */
    enum completion completion;
    const struct plan_part *parts; /* COMPLETION_ALL: one for each member; else none */
    size_t n_parts;
    bool is_complete; /* the plan records it as met */
    day_t completed_on; /* DAY_NONE */
    const char *evidence; /* "" */
    const char *sha256;   /* NULL: not said */
};

struct plan {
    const char *path;
    const char *source; /* the file's bytes, for the store's revision and its hash */
    size_t source_len;
    const char *id;    /* "CO-304" */
    const char *title;
    const char *version;
    day_t ratified_on; /* DAY_NONE */
    const struct forum *ratified_by; /* NULL */
    int review_months;       /* interval between ratification and review; 0 unknown */
    struct timescale review; /* "January 2018": a month keeps its interval */
    day_t review_due;        /* its last working day */
    struct plan_move review_moved;
    const struct role *owner, *reviewer, *verifier; /* never NULL */
    const struct forum *forum;                      /* responsible; never NULL */
    enum quarter_basis quarter_basis;
    int return_due_wd; /* a return is due so many working days after its quarter's end */
    const char *url;             /* the definitive copy; "" */
    const char *formats_contact; /* "" */
    const char *document_type;   /* "" */
    const struct objective *objectives;
    size_t n_objectives;
    const struct action *actions;
    size_t n_actions;
    const struct plan_occurrence *occurrences; /* deliveries, starts, returns, then the review */
    size_t n_occurrences;
    const struct area *areas;
    size_t n_areas;
    const struct circulation *history;
    size_t n_history;
};

struct plan_set {
    const struct plan *plans;
    size_t n_plans;
    struct roster roster;
    const struct forum *forums;
    size_t n_forums;
    struct calendar calendar;
};

/* path: a folder (its coprod.yaml lists the plans; without one, plan.yaml) or one plan file.
 * Roster, forums and calendar (roster.yaml, forums.yaml, bank-holidays.yaml) lie beside it.
 * -EBADMSG when d has errors, -ENOENT and the like when a file cannot be read (d says which). */
MUST_USE int plan_set_load(const char *path, struct diag *d, struct plan_set **ret);
/* The plans of a coprod.yaml; the other three files lie in dir. */
MUST_USE int plan_set_load_files(const char *dir, const char *const *paths, size_t n_paths,
                                 struct diag *d, struct plan_set **ret);
/* Warns of each address outside the domains to which mail may go: its post is never told. dir:
 * where roster.yaml lies. Nothing to say when the list is empty. */
void plan_warn_domains(const struct plan_set *set, const char *dir,
                       const struct conf_list *domains, struct diag *d);
struct plan_set *plan_set_free(struct plan_set *set);
static inline void
plan_set_freep(struct plan_set **p)
{
    *p = plan_set_free(*p);
}

/* False: it has no address, nobody holds it, or it is outside the trust. */
bool role_is_mailable(const struct role *role);

/* By id, else by title or alias (case and spaces do not matter); NULL when unknown. */
const struct role *plan_role(const struct plan_set *set, const char *id_or_title);
const struct forum *plan_forum(const struct plan_set *set, const char *id);
const struct plan *plan_by_id(const struct plan_set *set, const char *id);
const struct action *plan_action(const struct plan *p, const char *id);
/* By whole ref, "2b/deliver"; a bare action id, "2b", gives its first demand. NULL: unknown. */
const struct plan_occurrence *plan_occurrence(const struct plan *p, const char *ref);
/* True when day lies in one of the role's absences. */
/* The n-th demand (0, 1, ...) of the series that follows the completion of an action on a day:
 * the end of the next quarters or the same day of the next years, due like a return. False when
 * nothing follows or the policy's review date is passed. ref is "1c/return/2016" or
 * "2e/return/2016Q1" (bytes in ref). */
bool plan_follow_up(const struct plan_set *set, const struct plan *p, size_t action, day_t done,
                    int n, day_t *ret_due, char ref[PLAN_REF_MAX]);

const char *role_kind_name(enum role_kind kind);
const char *completion_name(enum completion c);

#endif
