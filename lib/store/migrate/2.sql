-- SPDX-License-Identifier: MIT
-- 2.sql - from schema 1 to 2. Runs in one transaction with foreign keys off; they are checked
-- before it is committed. A table whose constraints change is made anew, filled and renamed.

ALTER TABLE measure ADD COLUMN words TEXT NOT NULL DEFAULT '';
