-- SPDX-License-Identifier: MIT
-- schema_survey.sql - the tables of surveys: counts, responses, files, what was published, trends.
-- It belongs to schema.sql.

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
    definition INTEGER NOT NULL DEFAULT 0, -- survey_definition; 0 = none kept
    UNIQUE (survey, kind, name, shape)
) STRICT;

-- aggregate: definitions, word for word: of each series that by which its answers came in last. So
-- a wording that is asked no more can still be read.
CREATE TABLE survey_definition (
    id INTEGER PRIMARY KEY,
    survey INTEGER NOT NULL REFERENCES survey (id),
    digest TEXT NOT NULL,
    words TEXT NOT NULL,
    UNIQUE (survey, digest)
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

-- aggregate: which ids are certainly not in survey_response, without looking there: a Bloom filter
-- in blocks by id, lib/store/seen.h. Changed with the rows it stands for; made anew at night when
-- there are more of them than it is good for. n_blocks: of how many. A block may be missing.
CREATE TABLE survey_seen (
    block INTEGER PRIMARY KEY,
    n_blocks INTEGER NOT NULL,
    bits BLOB NOT NULL
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
-- it passed. places: which moves of units held in that month. Versions are kept for ever: the next
-- one is judged against them.
CREATE TABLE survey_release (
    id INTEGER PRIMARY KEY,
    survey INTEGER NOT NULL REFERENCES survey (id),
    month INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    k INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    places INTEGER NOT NULL DEFAULT 0,
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
-- them published.
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

-- aggregate: answers of a unit itself and a staff group (0: none) that a version took up, more or
-- less than those before it. Never printed: what the next version and totals are judged by. Where
-- the definition has groups or totals published.
CREATE TABLE survey_release_leaf (
    release INTEGER NOT NULL REFERENCES survey_release (id),
    question INTEGER NOT NULL REFERENCES survey_question (id),
    path TEXT NOT NULL,
    grp INTEGER NOT NULL,
    n1 INTEGER NOT NULL, n2 INTEGER NOT NULL, n3 INTEGER NOT NULL, n4 INTEGER NOT NULL,
    n5 INTEGER NOT NULL, n6 INTEGER NOT NULL, n7 INTEGER NOT NULL, n8 INTEGER NOT NULL,
    n9 INTEGER NOT NULL, n10 INTEGER NOT NULL, n11 INTEGER NOT NULL, n12 INTEGER NOT NULL,
    PRIMARY KEY (release, question, path, grp)
) STRICT;

-- aggregate: totals over a period, published once: what a shown unit has in those of its months in
-- which it is hidden. months: bit i, first_month + i was counted.
CREATE TABLE survey_release_total (
    question INTEGER NOT NULL REFERENCES survey_question (id),
    first_month INTEGER NOT NULL,
    last_month INTEGER NOT NULL,
    path TEXT NOT NULL,
    is_shown INTEGER NOT NULL CHECK (is_shown IN (0, 1)),
    months INTEGER NOT NULL,
    n1 INTEGER NOT NULL, n2 INTEGER NOT NULL, n3 INTEGER NOT NULL, n4 INTEGER NOT NULL,
    n5 INTEGER NOT NULL, n6 INTEGER NOT NULL, n7 INTEGER NOT NULL, n8 INTEGER NOT NULL,
    n9 INTEGER NOT NULL, n10 INTEGER NOT NULL, n11 INTEGER NOT NULL, n12 INTEGER NOT NULL,
    PRIMARY KEY (question, first_month, path)
) STRICT;

-- aggregate: a series that is charted: question x unit x statistic of a survey, and what its chart
-- said last. plan, action: what the survey measures, '' = nothing. mark: hash of all that went into
-- the chart; the same mark needs no work. states: bits of enum spc_state. series: survey_question,
-- one wording of it; 0 = not known. ended_ms: it is asked so no more, and gave up its name.
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
    words TEXT NOT NULL DEFAULT '', -- what may be said of it outside
    series INTEGER NOT NULL DEFAULT 0,
    ended_ms INTEGER,
    first_month INTEGER NOT NULL DEFAULT 0 -- of the first value; 0 = not known
) STRICT;
CREATE INDEX measure_action ON measure (plan, action);
CREATE INDEX measure_survey ON measure (survey);

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
-- concern, 3 rise, 4 fall (where neither is better). rule, limits: what it opened on.
-- persisted_ms: the committee's secretary was told.
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
