-- SPDX-License-Identifier: MIT
-- schema.sql - every table of a new store, version 2. What is changed here is changed for the
-- stores that there are in migrate/N.sql; test_migrate compares. Written in the SQL that SQLite and
-- PostgreSQL share. Days are civil days since 1970-01-01; _ms are policy-time instants in UTC. Ids
-- come from the table counter and are never used twice, not even after a delete. Each table names
-- its writer.

-- whoever takes ids: the next id of each family.
CREATE TABLE counter (
    name TEXT PRIMARY KEY,
    next INTEGER NOT NULL CHECK (next > 0)
) STRICT;

-- hub: coprod.yaml as last accepted, for programs that read no YAML, and the store's own marks.
CREATE TABLE setting (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- hub: days closed (1) or opened (2) against the weekday rule.
CREATE TABLE calendar_day (
    day INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL CHECK (kind IN (1, 2))
) STRICT;

-- hub: the roster as last applied. Groups have no address of their own.
CREATE TABLE role (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    email TEXT,
    deputy TEXT,
    line_manager TEXT,
    director TEXT,
    locale TEXT NOT NULL,
    format TEXT NOT NULL,
    reader TEXT NOT NULL DEFAULT '' -- the first role of the roster with its mailbox; or itself
) STRICT;
CREATE INDEX role_reader ON role (reader);

-- hub: one row a plan, as last applied.
CREATE TABLE plan (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    version TEXT NOT NULL,
    revision INTEGER NOT NULL,
    owner TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    verifier TEXT NOT NULL,
    forum TEXT NOT NULL,
    forum_secretary TEXT,
    forum_chair TEXT,
    board_secretary TEXT,
    url TEXT NOT NULL,
    formats_contact TEXT NOT NULL,
    source_sha256 TEXT NOT NULL,
    applied_ms INTEGER NOT NULL
) STRICT;

-- hub.
CREATE TABLE action (
    plan TEXT NOT NULL REFERENCES plan (id),
    id TEXT NOT NULL,
    objective TEXT NOT NULL,
    text TEXT NOT NULL,
    metric TEXT,
    timescale TEXT NOT NULL,
    completion TEXT NOT NULL,
    position INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    metric_agreed TEXT, -- by the owner, when the plan names none
    annual TEXT, -- the forum's minute by which its returns are asked for once a year
    coordinator TEXT, -- role: hears which parts are open or late, and answers for none
    PRIMARY KEY (plan, id)
) STRICT;

-- hub: an action whose ladder rests until another one is complete.
CREATE TABLE action_dep (
    plan TEXT NOT NULL,
    action TEXT NOT NULL,
    needs TEXT NOT NULL,
    PRIMARY KEY (plan, action, needs)
) STRICT;
CREATE INDEX action_dep_needs ON action_dep (plan, needs);

-- hub: days on which a role's holder is away, both included.
CREATE TABLE role_absence (
    role TEXT NOT NULL,
    from_day INTEGER NOT NULL,
    to_day INTEGER NOT NULL,
    PRIMARY KEY (role, from_day)
) STRICT;

-- hub: one dated demand, or one member's part of it (part <> ''). The parent of parts keeps the
-- state of the whole and has no timer.
CREATE TABLE occurrence (
    id INTEGER PRIMARY KEY,
    plan TEXT NOT NULL,
    ref TEXT NOT NULL,
    part TEXT NOT NULL DEFAULT '',
    action TEXT,
    kind INTEGER NOT NULL,
    due INTEGER NOT NULL,
    plan_due INTEGER, -- as the plan said last, NULL: not in it any more; extending moves due only
    plan_words TEXT, -- how it wrote that day, of a milestone; others have action.timescale
    state INTEGER NOT NULL,
    gen INTEGER NOT NULL DEFAULT 1,
    episode INTEGER NOT NULL DEFAULT 0,
    level INTEGER NOT NULL DEFAULT 0,
    level_day INTEGER,
    steps_passed INTEGER NOT NULL DEFAULT 0,
    acked_until INTEGER,
    acks INTEGER NOT NULL DEFAULT 0,   -- in this generation
    activated INTEGER,
    state_day INTEGER,                 -- since when it is in this state
    nudges INTEGER NOT NULL DEFAULT 0, -- periodic steps of this state already fired; < 0: U's
    repeats INTEGER NOT NULL DEFAULT 0, -- overdue repeats already fired or passed over
    ladder_from INTEGER,               -- day 0 of the ladder, when later than the due day
    rest_until INTEGER,                -- no new level up to and including this day
    hold_until INTEGER,
    hold_by TEXT,
    moves INTEGER NOT NULL DEFAULT 0,  -- how often the due day was moved ..
    moved_days INTEGER NOT NULL DEFAULT 0, -- .. and by how many days in all
    owner_moves INTEGER NOT NULL DEFAULT 0, -- extensions and holds by the owner alone
    owner_holds INTEGER NOT NULL DEFAULT 0,
    acked_by TEXT,                     -- who acknowledged it last
    minuted INTEGER, -- when the forum last recorded by minute that it has it in hand
    resumed INTEGER, -- when it was last on hold no more
    absorbed_by INTEGER REFERENCES occurrence (id), -- a newer return of its series
    plan_leads TEXT,                   -- as the plan said last, NULL: not known
    rest_gen INTEGER NOT NULL DEFAULT 0, -- in which generation another lead gave the ladder a rest
    moved_note TEXT,                   -- reason and minute of the latest move by the plan
    unminuted INTEGER NOT NULL DEFAULT 0, -- moves to a later day without them
    out_state INTEGER,                 -- the state it had when it left the plan
    figure TEXT,                       -- of a return: "12/40", or "nil": nothing to report
    undo TEXT,                         -- what an edit took away, until it told somebody
    period TEXT,                       -- of a return, in words
    parent INTEGER REFERENCES occurrence (id),
    submitted_by TEXT,
    submitted_hand TEXT,               -- who wrote it down, for that role or as it
    percent INTEGER,
    forecast INTEGER,
    declared TEXT,
    note TEXT,
    evidence TEXT,                     -- where what was handed in lies ..
    evidence_sha256 TEXT,              -- .. and of a file its SHA-256, in hexadecimal
    changed_ms INTEGER NOT NULL,
    UNIQUE (plan, ref, part)
) STRICT;
CREATE INDEX occurrence_parent ON occurrence (parent) WHERE parent IS NOT NULL;
CREATE INDEX occurrence_due ON occurrence (due, id);
CREATE INDEX occurrence_action ON occurrence (plan, action, part, due);

-- hub: who is asked, and as what: lead or support.
CREATE TABLE occurrence_role (
    occurrence INTEGER NOT NULL REFERENCES occurrence (id),
    duty TEXT NOT NULL,
    role TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (occurrence, duty, role)
) STRICT;
CREATE INDEX occurrence_role_role ON occurrence_role (role);

-- hub: one row per open occurrence, the earliest instant at which anything can be due.
CREATE TABLE timer (
    occurrence INTEGER PRIMARY KEY REFERENCES occurrence (id),
    at_ms INTEGER NOT NULL,
    trouble TEXT -- why it could not be fired when it was due
) STRICT;
CREATE INDEX timer_at ON timer (at_ms);
CREATE INDEX timer_trouble ON timer (occurrence) WHERE trouble IS NOT NULL;

-- hub: adds, retries, gives up. A worker: its own job becomes done, in its effects' transaction;
-- and its deaths are forgotten when a part of a long one is done: what moves on is no poison.
-- The key holds for ever. subject and detail say what it is about: an occurrence and its step, a
-- notice, a file.
CREATE TABLE job (
    id INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    key TEXT NOT NULL UNIQUE,
    state INTEGER NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 1,
    failures INTEGER NOT NULL DEFAULT 0,
    deaths INTEGER NOT NULL DEFAULT 0,
    run_at_ms INTEGER NOT NULL,
    subject INTEGER NOT NULL DEFAULT 0,
    detail TEXT NOT NULL DEFAULT '',
    reason TEXT,
    created_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX job_ready ON job (kind, run_at_ms, id) WHERE state = 2;
CREATE INDEX job_waiting ON job (run_at_ms, id) WHERE state = 1;
CREATE INDEX job_dead ON job (id) WHERE state = 4;
CREATE INDEX job_failing ON job (id) WHERE failures >= 3 AND state IN (1, 2);
CREATE INDEX job_subject ON job (kind, subject) WHERE subject > 0;
-- Deliveries that pass while mail is held: to the admin, and bounces to be read.
CREATE INDEX job_passing ON job (run_at_ms, id) WHERE state = 2 AND kind = 4 AND detail <> '';

-- remind, escalate (hub: thanks, hand-overs; aggregate: signals): one reason to tell one person
-- about one occurrence, or about a topic: what a survey shows of an action, a plan's week.
-- The key holds for ever; lib/engine/item_kinds.def lists the kinds. What goes alone becomes a
-- notice at once; the rest waits for the person's digest of the day.
-- state: 1 pending, 2 in a notice, 3 void. calls: 0 = waits for a digest that goes anyway.
CREATE TABLE item (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    plan TEXT NOT NULL,
    occurrence INTEGER REFERENCES occurrence (id),
    gen INTEGER NOT NULL,
    episode INTEGER NOT NULL,
    step TEXT NOT NULL,
    level INTEGER NOT NULL,
    role TEXT NOT NULL,
    why INTEGER NOT NULL,
    of TEXT NOT NULL,
    note TEXT NOT NULL,
    calls INTEGER NOT NULL,
    state INTEGER NOT NULL,
    notice INTEGER REFERENCES notice (id),
    ready_day INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    topic TEXT NOT NULL DEFAULT '',    -- an action, or a plan; '' = about its occurrence
    about INTEGER NOT NULL DEFAULT 0,  -- of the topic: a signal, a month, a day
    words TEXT NOT NULL DEFAULT '',    -- lines, each after a letter that says of what list
    silenced_ms INTEGER,               -- taken back then: undoing what took it gives it back
    CHECK ((occurrence IS NULL) = (topic <> ''))
) STRICT;
CREATE INDEX item_calls ON item (ready_day, role) WHERE state = 1 AND calls = 1;
CREATE INDEX item_person ON item (role, id) WHERE state = 1;
CREATE INDEX item_occurrence ON item (occurrence, id);
CREATE INDEX item_notice ON item (notice) WHERE notice IS NOT NULL;
CREATE INDEX item_topic ON item (plan, topic, id) WHERE topic <> '';

-- remind: the colour of an occurrence when the owner's roll-up last looked. day: since when.
CREATE TABLE rag_seen (
    occurrence INTEGER PRIMARY KEY REFERENCES occurrence (id),
    color INTEGER NOT NULL,
    reason TEXT NOT NULL,
    day INTEGER NOT NULL
) STRICT;

-- remind, escalate: words for people, never changed but for the state, which follows delivery; and
-- aggregate empties body and mail when their time is over.
-- state: 1 pending, 2 accepted, 3 refused, 4 cancelled, 5 unknown (tried again), 6 held, 7 shadowed
-- (as if it had been sent), 8 bounced (accepted, and came back).
CREATE TABLE notice (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    plan TEXT NOT NULL,
    occurrence INTEGER REFERENCES occurrence (id),
    step TEXT NOT NULL,
    role TEXT NOT NULL,
    address TEXT NOT NULL,
    why TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    mail BLOB NOT NULL,
    message_id TEXT NOT NULL,
    state INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX notice_occurrence ON notice (occurrence);
CREATE INDEX notice_open ON notice (id) WHERE state <> 2;
CREATE INDEX notice_unsent ON notice (role, id) WHERE state = 1 OR state = 6;
CREATE INDEX notice_pending ON notice (created_ms) WHERE state = 1 OR state = 5;
CREATE INDEX notice_message ON notice (message_id);
CREATE INDEX notice_kept ON notice (created_ms) WHERE body <> '';

-- deliver: who inserted the row is the one that speaks to the relay.
CREATE TABLE delivery (
    notice INTEGER NOT NULL REFERENCES notice (id),
    attempt INTEGER NOT NULL,
    holder INTEGER NOT NULL,
    began_ms INTEGER NOT NULL,
    PRIMARY KEY (notice, attempt)
) STRICT;

-- deliver: what the relay said; appended, never changed, whatever became of the job meanwhile.
-- outcome: accepted, refused, deferred, unknown, unreached.
CREATE TABLE delivery_outcome (
    notice INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    code INTEGER NOT NULL,
    words TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (notice, attempt),
    FOREIGN KEY (notice, attempt) REFERENCES delivery (notice, attempt)
) STRICT;

-- deliver: why a notice does not leave although it is its turn; the row goes when it leaves. what:
-- domain, quarantine (held until somebody acts), person, all (until the next window), hold.
CREATE TABLE notice_catch (
    notice INTEGER PRIMARY KEY REFERENCES notice (id),
    what TEXT NOT NULL,
    words TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;

-- deliver: mails that left or may have left on a day, for the ceilings. Forgotten after a week.
CREATE TABLE mail_slot (
    day INTEGER NOT NULL,
    urgent INTEGER NOT NULL,
    notice INTEGER NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (day, urgent, notice)
) STRICT;

-- deliver: addresses at which a mail failed for good. Nothing is sent to them until somebody
-- readmits the post (hub), or the roster gives it another one.
CREATE TABLE quarantine (
    address TEXT PRIMARY KEY,
    notice INTEGER REFERENCES notice (id),
    words TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;

-- deliver: what came back, once by its contents. verdict: hard, soft, unmatched, no report.
CREATE TABLE bounce (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    notice INTEGER REFERENCES notice (id),
    verdict TEXT NOT NULL,
    status TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;

-- hub: a file that was refused, an inbox that cannot be read; remind, escalate, deliver: a lead who
-- cannot be mailed. What the admin has to mend. told: the Monday of the week in which that was said
-- last.
CREATE TABLE fault (
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    plan TEXT NOT NULL,
    words TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    told INTEGER NOT NULL DEFAULT 0,
    is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    PRIMARY KEY (kind, subject)
) STRICT;

-- probe: one row per probe job; shows that the way through hub, worker and store is whole.
-- began_ns: the monotonic clock when the worker took it up, to measure how soon that was.
CREATE TABLE probe (
    job INTEGER PRIMARY KEY,
    attempt INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    began_ns INTEGER NOT NULL
) STRICT;

-- whoever changes what people care about: append-only; each row's hash covers the row before it.
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,
    on_behalf TEXT NOT NULL DEFAULT '',
    event TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    hash BLOB NOT NULL
) STRICT;
CREATE INDEX audit_subject ON audit (subject, seq);

-- hub: the forums as last applied.
CREATE TABLE forum (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    secretary TEXT,
    chair TEXT,
    agenda_close_wd INTEGER NOT NULL, -- working days before a meeting
    papers_due_wd INTEGER NOT NULL
) STRICT;

-- hub: the days on which they meet, as listed and as their rules give.
CREATE TABLE meeting (
    forum TEXT NOT NULL,
    day INTEGER NOT NULL,
    PRIMARY KEY (forum, day)
) STRICT;

-- hub: which forum answers for a plan, and the file that it is read from.
CREATE TABLE plan_forum (
    plan TEXT PRIMARY KEY,
    forum TEXT NOT NULL,
    file TEXT NOT NULL DEFAULT ''
) STRICT;

-- escalate: a committee's paper as it was given out, never changed; a corrected one is another row
-- with the next rev. phase: draft, final. The three hashes are SHA-256 of the bytes beside; the
-- audit has them as well.
CREATE TABLE pack (
    id INTEGER PRIMARY KEY,
    forum TEXT NOT NULL,
    meeting INTEGER NOT NULL,
    phase TEXT NOT NULL CHECK (phase IN ('draft', 'final')),
    rev INTEGER NOT NULL,
    made_ms INTEGER NOT NULL,
    headline TEXT NOT NULL,
    html BLOB NOT NULL,
    plain BLOB NOT NULL,
    csv BLOB NOT NULL,
    html_sha256 TEXT NOT NULL,
    plain_sha256 TEXT NOT NULL,
    csv_sha256 TEXT NOT NULL,
    notice INTEGER REFERENCES notice (id), -- NULL: nobody could be told
    reason TEXT NOT NULL DEFAULT '',    -- of a corrected version: why ..
    issued_by TEXT NOT NULL DEFAULT '', -- .. and which role wanted it
    UNIQUE (forum, meeting, phase, rev)
) STRICT;
CREATE INDEX pack_notice ON pack (notice) WHERE notice IS NOT NULL;

-- escalate: how each demand stood in it, for the movement that the next one tells.
CREATE TABLE pack_line (
    pack INTEGER NOT NULL REFERENCES pack (id),
    occurrence INTEGER NOT NULL REFERENCES occurrence (id),
    color INTEGER NOT NULL,
    state INTEGER NOT NULL,
    level INTEGER NOT NULL,
    due INTEGER NOT NULL,
    PRIMARY KEY (pack, occurrence)
) STRICT;
CREATE INDEX pack_line_occurrence ON pack_line (occurrence);
