-- SPDX-License-Identifier: MIT
-- 2.sql - from schema 1 to 2. Runs in one transaction with foreign keys off; they are checked
-- before it is committed. A table whose constraints change is made anew, filled and renamed.

ALTER TABLE measure ADD COLUMN words TEXT NOT NULL DEFAULT '';

-- A month's cells lie together.
CREATE TABLE survey_cell_by_month (
    survey INTEGER NOT NULL,
    unit INTEGER NOT NULL REFERENCES survey_unit (id),
    month INTEGER NOT NULL,
    grp INTEGER NOT NULL,
    counts BLOB NOT NULL,
    PRIMARY KEY (survey, month, unit, grp)
) STRICT, WITHOUT ROWID;
INSERT INTO survey_cell_by_month (survey, unit, month, grp, counts)
SELECT survey, unit, month, grp, counts FROM survey_cell;
DROP TABLE survey_cell;
ALTER TABLE survey_cell_by_month RENAME TO survey_cell;

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
