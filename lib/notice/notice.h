/* SPDX-License-Identifier: MIT */
/*
 * notice.h - what is said to people: from facts to words, and from words to the bytes of a mail.
 *
 *   AUTO(notice_templates) struct notice_templates *t = NULL;
 *   r = notice_templates_open("/etc/coprod/templates", &t, &d, &why);
 *   AUTO_NOTICE_TEXT struct notice_text words = { 0 };
 *   r = notice_render(t, &model, &words, &why);
 *   AUTO_TEXT struct text mail = { 0 };
 *   r = notice_mail(&envelope, &words, &mail, &why);
 *
 * Both steps are functions of their arguments alone: the same facts give the same bytes, so that
 * a notice can be rendered again and compared. The message is frozen when it is written to the
 * store and sent as it is on every attempt.
 */
#ifndef COPROD_NOTICE_NOTICE_H
#define COPROD_NOTICE_NOTICE_H

#include "base/diag.h"
#include "base/text.h"
#include "rules/action.h"
#include "rules/time.h"

enum notice_kind {
    NOTICE_NONE = 0,
#define NOTICE_KIND(name, no, word, calendar) NOTICE_##name = (no),
#include "notice/kinds.def"
#undef NOTICE_KIND
    NOTICE_KIND_MAX_
};
const char *notice_kind_word(enum notice_kind kind); /* "remind"; NULL when unknown */

/* Why this person is told about an item. The words are in words.def. */
enum notice_why {
    NOTICE_WHY_NONE = 0,
    NOTICE_WHY_LEAD,
    NOTICE_WHY_JOINT_LEAD,
    NOTICE_WHY_SUPPORT,
    NOTICE_WHY_DEPUTY,      /* of the lead */
    NOTICE_WHY_MANAGER,     /* line manager of the lead */
    NOTICE_WHY_DIRECTOR,    /* responsible director or sponsor */
    NOTICE_WHY_OWNER,       /* of the plan */
    NOTICE_WHY_COORDINATOR, /* of a split action */
    NOTICE_WHY_VERIFIER,
    NOTICE_WHY_SECRETARY,   /* of the responsible forum */
    NOTICE_WHY_CHAIR,       /* of the responsible forum */
    NOTICE_WHY_BOARD,       /* company secretary, for the Board */
    NOTICE_WHY_MAX_
};

/* What happens next to an item if nothing changes. The words are in words.def. */
enum notice_next {
    NOTICE_NEXT_NONE = 0, /* nothing more is sent */
    NOTICE_NEXT_REMINDER,
    NOTICE_NEXT_L1, /* shown as overdue, the owner is told */
    NOTICE_NEXT_L2, /* deputy and line manager */
    NOTICE_NEXT_L3, /* director */
    NOTICE_NEXT_L4, /* responsible forum */
    NOTICE_NEXT_L5, /* Board */
    NOTICE_NEXT_L2_DEPUTY, /* no line manager can be told */
    NOTICE_NEXT_L2_MANAGER, /* no deputy */
    NOTICE_NEXT_AGAIN, /* level 2 or 3 that adds nobody */
    NOTICE_NEXT_OWNER, /* level 4 or 5 that nobody of the forum can be told of */
    NOTICE_NEXT_REPEAT, /* the lead is asked again */
    NOTICE_NEXT_ASK, /* the reader is asked again */
    NOTICE_NEXT_BACK, /* handed in: nothing, unless it is sent back */
    NOTICE_NEXT_HELD, /* nothing while it is on hold */
    NOTICE_NEXT_WAITS, /* nothing while it waits for another action */
    NOTICE_NEXT_FOLLOW_UP, /* closed; a return or the next round opens on next_day */
    NOTICE_NEXT_MAX_
};

/* What is wanted of the reader. The words are in words.def. */
enum notice_ask {
    NOTICE_ASK_FINISH = 0,
    NOTICE_ASK_START,
    NOTICE_ASK_RETURN, /* with the item's period */
    NOTICE_ASK_REVIEW,
    NOTICE_ASK_STATUS,
    NOTICE_ASK_ACK,
    NOTICE_ASK_ACK_MINUTE, /* of the forum that gave it a rest */
    NOTICE_ASK_BLOCKED,
    NOTICE_ASK_VERIFY,
    NOTICE_ASK_VERIFY_INSTEAD, /* of a verifier who handed it in */
    NOTICE_ASK_VERIFY_LATER,   /* no metric is agreed yet */
    NOTICE_ASK_METRIC,         /* of the owner: to agree one */
    NOTICE_ASK_VERIFIER,       /* of the owner: to name another */
    NOTICE_ASK_CHECKED,        /* of the forum: to see that it is checked */
    NOTICE_ASK_HOLD,
    NOTICE_ASK_UNMAILED,
    NOTICE_ASK_UNREACHED,
    NOTICE_ASK_HANDED, /* it was, to others */
    NOTICE_ASK_LEFT,   /* the plan no longer has it: of the forum, .. */
    NOTICE_ASK_LEFT_SEE, /* .. and of the owner, who may not withdraw it */
    NOTICE_ASK_ANNUAL, /* returns once a year from now on; with the item's period */
    NOTICE_ASK_QUARTERLY,
    NOTICE_ASK_ABSENT,
    NOTICE_ASK_HANDED_IN, /* nothing: it waits to be checked */
    NOTICE_ASK_MAX_
};

/* One thing asked for. All strings are UTF-8 without control bytes, borrowed, and may not be NULL
 * unless it says so. */
struct notice_item {
    const char *ref;        /* "1c", "CO-304" for the policy's review */
    const char *occurrence; /* "1c/deliver@sdu-amh"; the calendar entry's UID comes from it */
    const char *text;       /* the action in plain words */
    enum notice_ask ask;    /* what is wanted: "finish it", "send the return for January to
                               March 2016" */
    const char *demand;     /* the same in words of its own; NULL or "" = by ask */
    const char *timescale;  /* as the policy writes it: "Q.1 2015" */
    const char *metric;     /* how it is measured; NULL or "" = none agreed yet */
    const char *period;     /* of a return: "January to March 2016"; NULL or "" */
    const char *lead;       /* the lead's post; "" when nobody */
    const char *of;         /* whose deputy or manager the reader is (a post); NULL when it has no
                               meaning for why */
    const char *as;         /* which post of the reader is told; NULL: the mail is to one post */
    const char *stopped_by; /* of what is blocked: the lead's words on what is in the way; NULL */
    const char *waits_for;  /* what blocks it, e.g. "3b"; NULL = nothing */
    day_t due;              /* of ASK_HOLD: the end of the hold */
    int late_wd;            /* working days since the due day; negative = so many are left */
    enum action_state state;
    day_t hold_until;       /* ON_HOLD: it goes on that day; else it says nothing */
    enum notice_why why;
    bool is_asked;          /* the reader is who must do it; leads and deputies always are */
    bool is_news;           /* for the reader's information: nothing is asked, of deputies either */
    bool is_review;         /* of the policy, not of an action: ref is its id */
    enum notice_next next;
    day_t next_day;         /* of next; DAY_NONE when next is NONE */
    int generation;         /* the calendar entry's SEQUENCE */
    int level;              /* ladder level reached, 0..5 */
};

/* What the reader asked for in the roster. */
enum notice_format {
    NOTICE_FORMAT_BOTH = 0, /* plain text and HTML */
    NOTICE_FORMAT_TEXT,     /* plain text only */
    NOTICE_FORMAT_LARGE,    /* large print: both, the HTML in big letters */
};

enum { NOTICE_ITEMS_MAX = 12, NOTICE_TOPICS_MAX = 8, NOTICE_THREADS_MAX = 12,
       NOTICE_LINES_MAX = 24, NOTICE_ID_MAX = 64 };

/* Something told that is no dated demand: what a survey shows of an action, which answers have not
 * come, what a plan's week brought. Sentences in up to three lists. */
enum notice_list {
    NOTICE_LIST_NEWS,  /* 'n': what changed, what was found */
    NOTICE_LIST_GOING, /* 'g': what goes out this week */
    NOTICE_LIST_OPEN,  /* 'o': what is unanswered */
    NOTICE_LIST_MAX_
};
struct notice_topic {
    enum notice_kind kind; /* SIGNAL, MISSING, ROLLUP, FAULT */
    const char *ref;       /* the action that is measured, "2e"; the plan's id */
    const char *text;      /* the action in plain words, the plan's title */
    enum notice_why why;
    const char *of;        /* the owner reads it because this lead has no address; NULL */
    const char *as;        /* as of an item */
    bool is_worse, is_better; /* of SIGNAL; both when units differ, none of a neutral one */
    bool persists;            /* it has gone on for months */
    struct {
        const char *lines[NOTICE_LINES_MAX]; /* said.h, or plain */
        size_t n;
        int n_more; /* that did not fit */
    } lists[NOTICE_LIST_MAX_];
};

struct notice_model {
    enum notice_kind kind;
    int level; /* ESCALATE: 3..5 (1, 2 with OVERDUE); else 0 */

    const char *plan_id;      /* "CO-304" */
    const char *plan_title;
    const char *plan_version; /* "Version 11" */
    const char *plan_url;     /* where the definitive version is; NULL when there is none */
    const char *formats;      /* whom to ask for other languages and formats, one sentence */
    const char *trust;
    const char *trust_url;    /* its pages; NULL when there are none */
    const char *forum;        /* "Quality and Safety Committee" */
    const char *owner;        /* the owner's post: answers go there */
    bool is_to_owner;         /* the reader is the owner: nobody answers oneself */
    bool is_director_told;    /* ESCALATE of level 4: the level below reached one */
    const char *meeting;      /* a sentence on the forum's next meeting; NULL or "" = none */

    const char *to_role; /* the reader's post */
    const char *locale;  /* "en-GB", also where the trust has no templates of it; NULL = that */
    enum notice_format format;
    day_t today;         /* local date of the notice */
    int64_t at_ms;       /* policy time of the notice: DTSTAMP of calendar entries */
    const char *host;    /* right of the @ in UIDs and the Message-ID, "coprod.example.nhs.uk" */

    /* Worst first; more than NOTICE_ITEMS_MAX: -E2BIG. Without topics at least one. */
    const struct notice_item *items;
    size_t n_items;
    int n_more; /* items that did not fit; named as a count */

    /* Beside items, or alone. */
    const struct notice_topic *topics;
    size_t n_topics;   /* at most NOTICE_TOPICS_MAX */
    int n_more_topics; /* that did not fit */

    /* Of ADMIN and PACK, which have neither items nor topics. */
    const char *headline; /* what happened, for the subject; NULL: none. As the lines: said.h, */
    const char *const *lines; /* or plain */
    size_t n_lines; /* at most NOTICE_LINES_MAX */
};

/* Its first words, cut where a word ends, with dots then: an action in a subject or a table. */
void notice_brief(const char *text, struct text *out);

struct notice_text {
    struct text subject;  /* UTF-8, one line */
    struct text plain;
    struct text html;     /* len 0 = none */
    struct text calendar; /* len 0 = no calendar part */
};
void notice_text_done(struct notice_text *t);
static inline void
notice_text_freep(struct notice_text *t)
{
    notice_text_done(t);
}
#define AUTO_NOTICE_TEXT __attribute__((cleanup(notice_text_freep)))

struct notice_templates;
/* Reads every template from a directory, and words.yaml where there is one. A folder in it that is
 * named like a locale, "cy-GB", holds the same files for readers of that locale; what it lacks is
 * taken from above. All faults of all files go to d; then -EINVAL, or -ENOENT
 * and the like when a file cannot be read, and one sentence in reterr. Names come from a fixed
 * list: nothing in a file or in the store can name a path; links are refused. */
MUST_USE int notice_templates_open(const char *directory, struct notice_templates **ret,
                                   struct diag *d, struct err *reterr);
struct notice_templates *notice_templates_free(struct notice_templates *t);
static inline void
notice_templates_freep(struct notice_templates **p)
{
    *p = notice_templates_free(*p);
}

/*
 * A copy of what notice_templates_open reads there, so that who edits the folder takes nothing away
 * from whoever reads the last good one. ret: STATE_DIR/templates.DIGEST, after what it holds; whole
 * or not there. Of other copies only in_use ("" none) stays: it may be being read. -EAGAIN: edited
 * in the meantime.
 */
MUST_USE int notice_templates_keep(const char *directory, const char *state_dir, const char *in_use,
                                   struct text *ret, struct err *reterr);

/* The locale whose words a reader of `locale` gets: its own, "cy" for "cy-GB", else "en-GB". */
const char *notice_locale(const struct notice_templates *t, const char *locale);

/* Words for the facts. -EINVAL when a field is missing, is no UTF-8 or holds a control byte. On
 * failure ret is left empty. */
MUST_USE int notice_render(const struct notice_templates *t, const struct notice_model *m,
                           struct notice_text *ret, struct err *reterr);

struct notice_address {
    const char *name; /* shown, may be NULL or "" */
    const char *addr; /* local@domain, ASCII */
};
/* Goes with a mail as a file of its own. */
struct notice_file {
    const char *name; /* letters, digits, dots, dashes, underscores */
    const char *type; /* "text/csv; charset=UTF-8" */
    const struct text *bytes;
};
struct notice_envelope {
    struct notice_address from;
    struct notice_address to;       /* one: every mail has one recipient */
    struct notice_address reply_to; /* the plan's owner */
    const char *key;     /* hex of the notice's key: Message-ID is <key.mail@host> */
    const char *host;
    const char *const *threads; /* hex, one per occurrence in it: References */
    size_t n_threads;
    const char *list_of; /* the plan's id: filters sort by List-Id <co-304.HOST> */
    const char *list_name; /* words before it; may be NULL */
    int64_t date_ms;     /* policy time */
    int offset_min;      /* local time's offset east of UTC at date_ms */
    const struct notice_file *files; /* optional */
    size_t n_files;
};
/* The complete RFC 5322 message, CRLF, ASCII only. -EINVAL and a sentence when a byte 0-31 or 127
 * or broken UTF-8 stands in any field that becomes a header, or an address is none. */
MUST_USE int notice_mail(const struct notice_envelope *e, const struct notice_text *words,
                         struct text *ret, struct err *reterr);
/* "<key.mail@host>" into buf; also the name under which a maildir keeps it. */
MUST_USE int notice_message_id(const char *key, const char *host, struct text *ret);
/* True for local@domain as this program sends to: ASCII, dot-atoms, at most 254 bytes. */
bool notice_address_ok(const char *addr);

#endif
