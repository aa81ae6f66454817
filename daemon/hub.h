/* SPDX-License-Identifier: MIT */
/*
 * hub.h - what the files of coprod-hub share.
 *
 * hub.c       main and the one loop: wait, read, write once, offer work, say how it goes
 * sched.c     the policy clock; what is due becomes jobs
 * trust.c     whether the machine's clock is to be believed
 * dispatch.c  jobs to free workers, leases, what came back, deaths
 * verdict.c   jobs that failed: tried again, later, or given up
 * watch.c     who keeps a lease or a turn too long is killed
 * control.c   what coprodctl asks; verbs.c does it
 * spool.c     a survey file that coprodctl hands over, in pieces
 * reload.c    files to store; edits.c: what is asked about them
 * patience.c  waits for the writers' turn, so that the loop never does
 *
 * All writing is done in write rounds: one transaction takes whatever waits to be written, however
 * much came in meanwhile, and answers go out after the commit. So the time of one fsync is shared.
 */
#ifndef COPROD_DAEMON_HUB_H
#define COPROD_DAEMON_HUB_H

#include "base/hash.h"
#include "base/conf.h"
#include "base/kin.h"
#include "engine/apply.h"
#include "engine/fire.h"
#include "rules/job.h"
#include "rules/jump.h"
#include "wire/link.h"

enum {
    HUB_PATH_MAX = 4096,
    HUB_ANSWERS_MAX = 1024,  /* control messages of one write round */
    HUB_ADDS_MAX = 16384,    /* jobs added in one write round */
    HUB_FIRE_MAX = 512,      /* timers of one write round */
    HUB_TURN_KEPT_MS = 5000, /* a writer that keeps its turn so long is killed */
};

/* ---- sched.c: the two clocks ---------------------------------------------------------------- */

/* Policy time: the machine's clock, or a virtual one that is told to run. Leases, turns and waits
 * are real and monotonic and never touch this. */
struct policy_clock {
    bool is_virtual;
    int64_t now_ms;   /* virtual only */
    int64_t run_to_ms; /* virtual: run until here; 0 = stands */
};
struct hub;
int64_t sched_now(const struct hub *h);
bool sched_is_due(const struct hub *h);
/* In a write round: fires what is due. */
MUST_USE int sched_tick(struct hub *h, struct err *reterr);
/* After a write round or a change of clock: when is the next thing due? */
MUST_USE int sched_look(struct hub *h, struct err *reterr);
/* Virtual clock: goes on to the next due instant when nothing is in flight. */
void sched_advance(struct hub *h);
/* The hub starts: was it away for working days? */
/* bounces.c: mails that came back. */
void bounces_watch(struct hub *h);
MUST_USE int bounces_order(struct hub *h, int64_t now_ms, struct err *reterr);
/* Of a folder that was put in its place, too. -1: errno. */
int sched_watch_inbox(const struct hub *h);
MUST_USE int sched_note_outage(struct hub *h, struct err *reterr);

/* ---- lift.c: the store, lifted when an older program made it --------------------------------- */

MUST_USE int lift_open(struct hub *h, struct err *reterr);

/* ---- trust.c: is the machine's clock to be believed? ----------------------------------------- */

MUST_USE int trust_start(struct hub *h, struct err *reterr);
/* Before anything is decided by the clock: looks at it and sets is_clock_wrong. */
void trust_watch(struct hub *h);
/* In a write round, when wants_trust says so. */
MUST_USE int trust_write(struct hub *h, struct err *reterr);
/* In a write round: the store has seen this time. */
MUST_USE int trust_mark(struct hub *h, int64_t now_ms, struct err *reterr);
/* In a write round: a person takes the clock as it is. */
MUST_USE int trust_accept(struct hub *h, bool is_dry, struct err *reterr);

/* ---- dispatch.c ------------------------------------------------------------------------------ */

struct held { /* a lease: this worker has this job, in memory only */
    uint64_t job;
    uint32_t attempt;
};
struct crew { /* one worker that said HELLO */
    struct crew *next;
    struct wire_peer peer;
    enum job_kind kind;
    pid_t pid;
    uint32_t capacity;
    struct held *held; /* capacity of them */
    uint32_t n_held;
    int64_t heard_ms;   /* monotonic: its last message */
    int64_t given_ms;   /* monotonic: when it last got jobs */
    bool is_gone;       /* said BYE, or its queue is broken: gets nothing more */
    bool is_condemned;  /* the supervisor was asked to kill it */
    uint64_t done, stale, failed;
};
struct awaited { /* alive when the hub started, has not said what it holds */
    pid_t pid;
    enum job_kind kind;
    int64_t since_ms; /* monotonic */
};
enum verdict_kind { VERDICT_AGAIN, VERDICT_LATER, VERDICT_GIVE_UP };
struct verdict { /* on a job, to be written in the next round */
    enum verdict_kind kind;
    enum job_kind job_kind;
    struct held held;
    bool was_alone; /* the worker died with this one job only */
    bool is_free;   /* the store was at fault: not counted as the job's failure */
    int64_t after_ms;
    char why[256];
};
struct feed { /* where reading the ready jobs of one kind has come to */
    int64_t run_at_ms, id;
    bool maybe_more;
};
struct dispatch {
    struct crew *crew;
    struct feed feed[JOB_KIND_MAX_];
    struct awaited awaited[64];
    int n_awaited;
    struct verdict *verdicts;
    size_t n_verdicts, cap_verdicts;
    uint64_t *leased; /* open addressing; 0 = free */
    size_t n_leased, cap_leased;
    bool is_draining;
    bool is_closed[JOB_KIND_MAX_]; /* the supervisor starts no more of this kind */
    bool is_recovered; /* mails without a living sender are offered again */
    uint64_t done, stale, failed, deaths;
};
void dispatch_done_with(struct dispatch *d);
void dispatch_on_message(struct hub *h, const struct wire_peer *from, const struct wire_msg *msg);
void dispatch_on_born(struct hub *h, enum job_kind kind, pid_t pid);
void dispatch_on_died(struct hub *h, pid_t pid);
/* There may be ready jobs that reading has passed already. */
void dispatch_rewind(struct hub *h, enum job_kind kind);
/* New ones at the end. */
void dispatch_more(struct hub *h, enum job_kind kind);
MUST_USE int dispatch_offer(struct hub *h, struct err *reterr);
/* In a write round: what was decided about failed and orphaned jobs. */
MUST_USE int dispatch_write(struct hub *h, struct err *reterr);
void dispatch_forget_verdicts(struct hub *h); /* after the commit */
/* Room for more than the log's last page where the store lies. */
bool watch_has_room(const struct hub *h);
/* Leases and turns against the monotonic clock; ms until the next look, -1 = nothing held. */
int64_t dispatch_watch(struct hub *h);
void dispatch_drain(struct hub *h, const char *reason);
bool dispatch_is_idle(const struct hub *h); /* nothing in flight, nothing offered that could be */

/* ---- control.c ------------------------------------------------------------------------------- */

struct answer {
    struct wire_peer to;
    bool is_added; /* ADDED, else RESULT */
    bool is_told;  /* changes nothing: true whatever becomes of the round */
    int32_t code;
    uint64_t first_id;
    uint32_t n;
    char *text; /* owned */
};
struct control {
    struct answer answers[HUB_ANSWERS_MAX];
    size_t n_answers;
    size_t n_added;
    bool is_waiting_run; /* a `clock run` waits for its end */
    struct wire_peer runner;
};
/* In a write round: reads and carries out what waits at the control socket. */
MUST_USE int control_take(struct hub *h, struct err *reterr);
/* After the commit (r = 0) or its failure. */
void control_answer(struct hub *h, int r, const struct err *why);
void control_run_ended(struct hub *h);

/* ---- spool.c --------------------------------------------------------------------------------- */

/* At the start: pieces of files that nobody finished. */
void spool_clean(const struct hub *h);

/* ---- reload.c -------------------------------------------------------------------------------- */

/* What the files say; memory of its own. */
struct files {
    struct conf *conf;
    struct plan_set *set; /* NULL: bad, the store's last good plan runs */
};
void files_done(struct files *f);
/* Reads every file again. -EBADMSG: d has the findings and nothing was changed. */
MUST_USE int reload_read(const struct hub *h, struct files *ret, struct diag *d,
                         struct err *reterr);
/* In a transaction: what was read goes into the store; sum says what changed. */
MUST_USE int reload_apply(struct hub *h, const struct files *f, const char *actor,
                          struct applied *sum, struct err *reterr);
/* In the same one: the templates are kept as they are now, whatever becomes of the folder.
 * -ENOSPC: there is no room, or it may not be written; d says so. */
MUST_USE int reload_keep(struct hub *h, const struct conf *conf, struct diag *d,
                         struct err *reterr);
/* What reload_apply or reload_keep returned is a fault of the files, not of the store. */
bool reload_is_refusal(int r, const struct diag *findings);
/* In a write round: definitions of surveys that are bad, and those that are mended. They hold up
 * nothing but their answers. */
MUST_USE int reload_surveys(struct hub *h, struct err *reterr);
/* After the commit: the hub goes on with these files (takes them over) and a new world. */
MUST_USE int reload_install(struct hub *h, struct files *f, struct err *reterr);
MUST_USE int reload_world(struct hub *h, struct err *reterr);
/* At the start: the files as they are now, or the plan last accepted. */
MUST_USE int reload_first(struct hub *h, struct err *reterr);
/* Files were refused: one alarm, however often the same ones are read, and status says so until
 * good ones are installed. Takes the findings over, for reload_tell. */
void reload_refused(struct hub *h, const char *why, struct diag *d);
/* In a write round that is kept: who can mend what was refused hears, once a week (fault.h). */
MUST_USE int reload_tell(struct hub *h, struct err *reterr);

/* ---- patience.c ------------------------------------------------------------------------------ */

struct patience;
MUST_USE int patience_open(struct store *s, struct patience **ret, struct err *reterr);
/* NULL; p when its thread still waits in the kernel: then the store must outlive it. */
struct patience *patience_free(struct patience *p);
int patience_fd(const struct patience *p); /* readable: the turn is in hand */
void patience_ask(struct patience *p);
/* True once, when the turn is in hand: the caller begins with it. */
bool patience_has_turn(struct patience *p);

/* ---- the hub --------------------------------------------------------------------------------- */

struct hub {
    const char *config;
    struct files files; /* conf is never NULL */
    struct files fresh; /* applied in this write round, installed after its commit */
    struct store *store;
    struct world *world;
    struct gate *gate;
    struct link *work, *control_link;
    struct patience *patience;
    struct policy_clock clock;
    struct dispatch dispatch;
    struct control control;
    char db[HUB_PATH_MAX], inbox[HUB_PATH_MAX];
    int signal_fd, timer_fd, inbox_fd;
    int64_t due_ms;      /* next timer, waiting job or nightly run; INT64_MAX */
    int64_t high_ms;     /* latest policy time the store saw */
    bool is_waiting_turn;
    bool has_control;    /* something waits at the control socket */
    bool has_inbox;      /* files may have come */
    bool wants_look;     /* this round may have changed when the next thing is due */
    bool is_mail_held;   /* no delivery is begun */
    day_t silent_day;    /* the journal was last told that no mail can be delivered */
    bool is_catchup;     /* but the one that tells the admin of it */
    char mail_words[WORLD_NAME_MAX]; /* why; "" when it leaves */
    bool has_settled;    /* steps came to their end: digests may be ready */
    bool wants_reload;   /* the supervisor asked */
    struct kin_word reload; /* its answer, sent after the commit; verb 0: none */
    bool is_stopping;
    bool is_clock_wrong; /* it jumped: nothing is fired */
    bool wants_trust;    /* held_ms and whose time it is are to be written */
    int64_t held_ms;     /* what a clock that jumped ahead ought to say; 0: it did not */
    struct jump_look looked; /* when the clock was last believed */
    char clock_words[ERR_TEXT_MAX]; /* what is wrong with it; "" */
    int64_t stop_by_ms;  /* monotonic */
    int64_t blocked_until_ms; /* monotonic: the disk was full, try again then; 0 */
    uint64_t progress;
    uint64_t n_refused; /* connections of users who may not */
    int64_t watchdog_ms; /* how long the supervisor waits for progress */
    char trouble[ERR_TEXT_MAX]; /* what is wrong now, for status; "" */
    bool wants_surveys;  /* their definitions are to be looked at */
    bool is_refused;     /* the files as they lie there; the last good ones run on */
    char refusal[ERR_TEXT_MAX]; /* what is wrong with them, for status; "" */
    struct digest refused; /* what was said of them */
    struct diag bad;       /* the same, until the next commit has it for people to hear */
};
void hub_tell(struct hub *h, enum kin_verb verb, pid_t pid, const char *text);
/* One write round; -EAGAIN: another writer has the turn, wait for it. */
MUST_USE int hub_write(struct hub *h, struct err *reterr);

#endif
