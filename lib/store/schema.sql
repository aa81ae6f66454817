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
    format TEXT NOT NULL
) STRICT;

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
    nudges INTEGER NOT NULL DEFAULT 0, -- periodic steps of this state already fired
    repeats INTEGER NOT NULL DEFAULT 0, -- overdue repeats already fired or passed over
    ladder_from INTEGER,               -- day 0 of the ladder, when later than the due day
    rest_until INTEGER,                -- no new level up to and including this day
    hold_until INTEGER,
    hold_by TEXT,
    moves INTEGER NOT NULL DEFAULT 0,  -- how often the due day was moved ..
    moved_days INTEGER NOT NULL DEFAULT 0, -- .. and by how many days in all
    owner_moves INTEGER NOT NULL DEFAULT 0, -- extensions and holds by the owner alone
    owner_holds INTEGER NOT NULL DEFAULT 0,
    absorbed_by INTEGER REFERENCES occurrence (id), -- a newer return of its series
    plan_leads TEXT,                   -- as the plan said last, NULL: not known
    rest_gen INTEGER NOT NULL DEFAULT 0, -- in which generation another lead gave the ladder a rest
    moved_note TEXT,                   -- reason and minute of the latest move by the plan
    unminuted INTEGER NOT NULL DEFAULT 0, -- moves to a later day without them
    out_state INTEGER,                 -- the state it had when it left the plan
    undo TEXT,                         -- what an edit took away, until it told somebody
    period TEXT,                       -- of a return, in words
    parent INTEGER REFERENCES occurrence (id),
    submitted_by TEXT,
    percent INTEGER,
    forecast INTEGER,
    declared TEXT,
    note TEXT,
    evidence TEXT,
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

-- remind, escalate: words for people, never changed but for the state, which follows delivery.
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

-- aggregate: one row a survey definition in use. shape is its levels and whether it has response
-- ids: a definition of another shape needs an id of its own.
CREATE TABLE survey (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    shape TEXT NOT NULL,
    newest_month INTEGER NOT NULL DEFAULT 0,
    changed_ms INTEGER NOT NULL
) STRICT;

-- aggregate: one series of counts: a question (kind 1), a score (2), the responses themselves (3).
-- A changed wording, version or scale is another shape and so another series: never spliced.
CREATE TABLE survey_question (
    id INTEGER PRIMARY KEY,
    survey INTEGER NOT NULL REFERENCES survey (id),
    kind INTEGER NOT NULL,
    name TEXT NOT NULL,
    shape TEXT NOT NULL,
    UNIQUE (survey, kind, name, shape)
) STRICT;

-- aggregate: units that answers name, by the path of names from level 1 down, each ended by 0x1F.
CREATE TABLE survey_unit (
    id INTEGER PRIMARY KEY,
    survey INTEGER NOT NULL REFERENCES survey (id),
    level INTEGER NOT NULL,
    path TEXT NOT NULL,
    UNIQUE (survey, path)
) STRICT;

-- aggregate: staff groups that answers name. They slice the counts inside the house.
CREATE TABLE survey_group (
    id INTEGER PRIMARY KEY,
    survey INTEGER NOT NULL REFERENCES survey (id),
    name TEXT NOT NULL,
    UNIQUE (survey, name)
) STRICT;

-- aggregate: counts by leaf unit, month (12 * year + month - 1) and staff group (0 = none given),
-- of all series in one value: for each, its id, how many numbers, the numbers, all as base-128
-- varints. A question has a count for each answer of its scale, a score (respondents, sum), the
-- responses their number. Higher units are sums at read.
CREATE TABLE survey_cell (
    survey INTEGER NOT NULL,
    unit INTEGER NOT NULL REFERENCES survey_unit (id),
    month INTEGER NOT NULL,
    grp INTEGER NOT NULL,
    counts BLOB NOT NULL,
    PRIMARY KEY (survey, month, unit, grp)
) STRICT, WITHOUT ROWID;

-- aggregate: how often the cells of a month changed, and how often they had when what stands on
-- them was made: its publication, its charts. A night looks only where the numbers differ.
CREATE TABLE survey_month (
    survey INTEGER NOT NULL REFERENCES survey (id),
    month INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    released INTEGER NOT NULL,
    charted INTEGER NOT NULL,
    PRIMARY KEY (survey, month)
) STRICT, WITHOUT ROWID;

-- aggregate: what each unit with a chart has in a month, summed up from the cells when they had
-- changed: a chart is drawn from its own sums. counts as in survey_cell, of one series.
CREATE TABLE survey_sum (
    survey INTEGER NOT NULL REFERENCES survey (id),
    month INTEGER NOT NULL,
    series INTEGER NOT NULL REFERENCES survey_question (id),
    path TEXT NOT NULL,
    counts BLOB NOT NULL,
    PRIMARY KEY (survey, month, series, path)
) STRICT, WITHOUT ROWID;

-- aggregate: which series the answers of a response belong to: their ids,
-- "questions|scores|responses".
CREATE TABLE survey_form (
    id INTEGER PRIMARY KEY,
    survey INTEGER NOT NULL REFERENCES survey (id),
    series TEXT NOT NULL,
    UNIQUE (survey, series)
) STRICT;

-- aggregate: each response once, by a keyed hash of its own id (63 bits, and 63 more in tag); the
-- id itself is not kept. answers: a byte a question of the form, slot + 1, 0 = none, then a varint
-- a score, its sum + 1. state: 1 kept, 2 its answers are due to go and gone, 3 withdrawn, 4 erased;
-- from 2 on answers is NULL, unit 0 and day that of its month. Surveys without response ids have no
-- rows here: their files count once by sha256.
CREATE TABLE survey_response (
    id INTEGER PRIMARY KEY,
    tag INTEGER NOT NULL,
    survey INTEGER NOT NULL,
    form INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    grp INTEGER NOT NULL,
    day INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    state INTEGER NOT NULL,
    answers BLOB,
    batch INTEGER NOT NULL
) STRICT;

-- aggregate: responses that came lately, in the same columns: some thousand new ones then touch a
-- small tree and not one page each of a large one. A response stands in one of the two tables; the
-- night's upkeep moves them over in the order of their ids.
CREATE TABLE survey_arrival (
    id INTEGER PRIMARY KEY,
    tag INTEGER NOT NULL,
    survey INTEGER NOT NULL,
    form INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    grp INTEGER NOT NULL,
    day INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    state INTEGER NOT NULL,
    answers BLOB,
    batch INTEGER NOT NULL
) STRICT;

-- aggregate: what people wrote, where the definition takes it in; under the response's hash, so
-- that it goes when the response is erased, and by day, so that it goes when its time is over.
CREATE TABLE survey_comment (
    response INTEGER PRIMARY KEY,
    survey INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    day INTEGER NOT NULL,
    words TEXT NOT NULL
) STRICT;
CREATE INDEX survey_comment_day ON survey_comment (survey, day);

-- aggregate: one row a file. bytes_done moves in the transaction of the rows it covers, by
-- compare-and-set: a crash loses nothing and counts nothing twice. state: 1 running, 2 done.
CREATE TABLE survey_batch (
    id INTEGER PRIMARY KEY,
    survey INTEGER NOT NULL REFERENCES survey (id),
    sha256 TEXT NOT NULL,
    name TEXT NOT NULL,
    state INTEGER NOT NULL,
    bytes_done INTEGER NOT NULL DEFAULT 0,
    line INTEGER NOT NULL DEFAULT 1,
    late_before INTEGER NOT NULL, -- answers of a month before it are late
    n_read INTEGER NOT NULL DEFAULT 0,
    n_new INTEGER NOT NULL DEFAULT 0,
    n_repeat INTEGER NOT NULL DEFAULT 0,
    n_corrected INTEGER NOT NULL DEFAULT 0,
    n_withdrawn INTEGER NOT NULL DEFAULT 0,
    n_stale INTEGER NOT NULL DEFAULT 0,
    n_late INTEGER NOT NULL DEFAULT 0,
    n_rejected INTEGER NOT NULL DEFAULT 0,
    began_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    UNIQUE (survey, sha256)
) STRICT;

-- aggregate: rows refused, the first of them with their place; all of them by reason.
CREATE TABLE survey_reject (
    batch INTEGER NOT NULL REFERENCES survey_batch (id),
    line INTEGER NOT NULL,
    col INTEGER NOT NULL,
    reason TEXT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (batch, line)
) STRICT;
CREATE TABLE survey_reject_count (
    batch INTEGER NOT NULL REFERENCES survey_batch (id),
    reason TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (batch, reason)
) STRICT;

-- aggregate: what an import found to tell of its file, by name.
CREATE TABLE survey_quality (
    batch INTEGER NOT NULL REFERENCES survey_batch (id),
    name TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (batch, name)
) STRICT;

-- aggregate: what was published of a survey's month, every version, never changed. k: the threshold
-- it passed. Versions are kept for ever: the next one is judged against them.
CREATE TABLE survey_release (
    id INTEGER PRIMARY KEY,
    survey INTEGER NOT NULL REFERENCES survey (id),
    month INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    k INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    UNIQUE (survey, month, version)
) STRICT;

-- aggregate: units of that version, by path as in survey_unit; the trust's is empty. A hidden unit
-- has no figures here.
CREATE TABLE survey_release_cell (
    release INTEGER NOT NULL REFERENCES survey_release (id),
    question INTEGER NOT NULL REFERENCES survey_question (id),
    path TEXT NOT NULL,
    is_shown INTEGER NOT NULL CHECK (is_shown IN (0, 1)),
    n1 INTEGER NOT NULL, n2 INTEGER NOT NULL, n3 INTEGER NOT NULL, n4 INTEGER NOT NULL,
    n5 INTEGER NOT NULL, n6 INTEGER NOT NULL, n7 INTEGER NOT NULL, n8 INTEGER NOT NULL,
    n9 INTEGER NOT NULL, n10 INTEGER NOT NULL, n11 INTEGER NOT NULL, n12 INTEGER NOT NULL,
    PRIMARY KEY (release, question, path)
) STRICT;

-- aggregate: staff groups in the shown units of that version, where the survey's definition has
-- them published. With the first version that shows anything, and in no later one.
CREATE TABLE survey_release_slice (
    release INTEGER NOT NULL REFERENCES survey_release (id),
    question INTEGER NOT NULL REFERENCES survey_question (id),
    path TEXT NOT NULL,
    grp INTEGER NOT NULL REFERENCES survey_group (id),
    is_shown INTEGER NOT NULL CHECK (is_shown IN (0, 1)),
    n1 INTEGER NOT NULL, n2 INTEGER NOT NULL, n3 INTEGER NOT NULL, n4 INTEGER NOT NULL,
    n5 INTEGER NOT NULL, n6 INTEGER NOT NULL, n7 INTEGER NOT NULL, n8 INTEGER NOT NULL,
    n9 INTEGER NOT NULL, n10 INTEGER NOT NULL, n11 INTEGER NOT NULL, n12 INTEGER NOT NULL,
    PRIMARY KEY (release, question, path, grp)
) STRICT;

-- aggregate: a series that is charted: question x unit x statistic of a survey, and what its chart
-- said last. plan, action: what the survey measures, '' = nothing. mark: hash of all that went into
-- the chart; the same mark needs no work. states: bits of enum spc_state.
CREATE TABLE measure (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    survey TEXT NOT NULL,
    plan TEXT NOT NULL,
    action TEXT NOT NULL,
    level INTEGER NOT NULL,
    mark TEXT NOT NULL,
    month INTEGER NOT NULL, -- of the latest value
    n_values INTEGER NOT NULL,
    kind TEXT NOT NULL,
    states INTEGER NOT NULL,
    variation TEXT NOT NULL,
    assurance TEXT NOT NULL,
    changed_ms INTEGER NOT NULL,
    words TEXT NOT NULL DEFAULT '' -- what may be said of it outside
) STRICT;
CREATE INDEX measure_action ON measure (plan, action);

-- hub: baselines that somebody approved: from the month on, mean and limits are worked out anew.
CREATE TABLE baseline (
    measure INTEGER NOT NULL REFERENCES measure (id),
    month INTEGER NOT NULL,
    is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    on_behalf TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (measure, month)
) STRICT;

-- aggregate: changes that chance does not explain, one row an episode. verdict: 1 improvement, 2
-- concern. rule, limits: what it opened on. persisted_ms: the committee's secretary was told.
CREATE TABLE signal (
    id INTEGER PRIMARY KEY,
    measure INTEGER NOT NULL REFERENCES measure (id),
    verdict INTEGER NOT NULL,
    is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    first_month INTEGER NOT NULL,
    last_month INTEGER NOT NULL,
    opened_month INTEGER NOT NULL,
    rule TEXT NOT NULL,
    limits TEXT NOT NULL,
    opened_ms INTEGER NOT NULL,
    persisted_ms INTEGER,
    changed_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX signal_measure ON signal (measure, verdict, id);
