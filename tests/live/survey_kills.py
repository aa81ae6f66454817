#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""survey_kills.py - survey files imported while workers, hub and supervisor are killed: every count exact afterwards.
Prints TAP; exit 1 when a check fails.
"""
import csv
import os
import random
import shutil
import signal
import sqlite3
import sys
import time

from survey_house import Daemon, finish, finished, ok, wait_until


TABLES = {
    "responses": "SELECT r.id, r.tag, f.series, u.path, r.grp, r.day, r.revision, r.state, r.answers, r.batch FROM"
                 " (SELECT * FROM survey_response UNION ALL SELECT * FROM survey_arrival) r"
                 " JOIN survey_form f ON f.id = r.form LEFT JOIN survey_unit u ON u.id = r.unit ORDER BY 1",
    "cells": "SELECT c.survey, u.path, c.month, c.grp, c.counts FROM survey_cell c"
             " JOIN survey_unit u ON u.id = c.unit ORDER BY 1, 2, 3, 4",
    "series": "SELECT id, kind, name, shape FROM survey_question ORDER BY 1",
    "batches": "SELECT id, survey, sha256, state, bytes_done, line, late_before, n_read, n_new, n_repeat,"
               " n_corrected, n_withdrawn, n_stale, n_late, n_rejected FROM survey_batch ORDER BY 1",
    "rejects": "SELECT batch, line, col, reason, words FROM survey_reject ORDER BY 1, 2",
    "reject counts": "SELECT batch, reason, n FROM survey_reject_count ORDER BY 1, 2",
    "quality": "SELECT batch, name, value FROM survey_quality ORDER BY 1, 2",
    "comments": "SELECT response, survey, unit, day, words FROM survey_comment ORDER BY 1",
}


def read_tables(d):
    db = sqlite3.connect("file:%s/coprod.db?mode=ro" % d.state, uri=True)
    found = {name: db.execute(sql).fetchall() for name, sql in TABLES.items()}
    db.close()
    return found


def with_revisions():
    d = Daemon()
    with open(d.dir + "/etc/surveys/coproduction.yaml", "a") as f:
        f.write("revision: rev\nstatus: { column: st, withdrawn: [gone] }\n"
                "comments: { column: words, threshold: 5, days: 36500 }\n")
    return d


def invent(rng, n_rows):
    """Rows, and what is to be counted of them: new ones, corrections, withdrawals, repeats, bad ones."""
    lines = ["response_id,date,service,team,involved,rev,st,words"]
    kept = {}
    for i in range(n_rows):
        who = rng.randrange(n_rows * 2 // 3)
        team, code, month, rev = rng.randrange(40), rng.randrange(1, 8), rng.randrange(1, 13), rng.randrange(1, 4)
        gone = rng.randrange(20) == 0
        lines.append("r%d,2019-%02d-11,S%d,T%d,%d,%d,%s,%s" % (who, month, team % 5, team, code, rev,
                                                               "gone" if gone else "", "w%d" % i if i % 50 == 0 else ""))
        if (code < 7 or gone) and rev > kept.get(who, (0,))[0]:
            kept[who] = (rev, None if gone else ("2019-%02d" % month, "S%d > T%d" % (team % 5, team), code))
    want = {}
    for _, place in kept.values():
        if place:
            want.setdefault(place[:2], [0] * 6)[place[2] - 1] += 1
    return "\n".join(lines) + "\n", want


def kill_often(d, rng, name, n_kills):
    """Some process or all of them, at any moment of the import."""
    killed = 0
    for i in range(n_kills):
        time.sleep(rng.uniform(0.02, 0.25))
        if os.path.exists(d.state + "/done/" + name):
            break
        who = rng.choice(["aggregate", "aggregate", "hub", "all"])
        if who == "all":
            d.stop(signal.SIGKILL)
            d.start()
            killed += 1
            continue
        for pid in d.children().get("coprod-" + who if who == "hub" else "coprod-aggregat", [])[:1]:
            os.kill(pid, signal.SIGKILL)
            killed += 1
    return killed


def kills(n_rows=120000, n_kills=12):
    rng = random.Random(1)
    data, want = invent(rng, n_rows)
    name = "coproduction--big.csv"
    torn, calm = with_revisions(), with_revisions()
    try:
        ok(torn.start(), "a daemon that is to be killed")
        torn.drop(name, data)
        killed = kill_often(torn, rng, name, n_kills)
        ok(wait_until(lambda: finished(torn, name)), "an import is finished although %d processes were killed" % killed)
        r = torn.ctl("survey", "table", "coproduction", "--internal")
        got = {(x[0], x[2]): [int(v) for v in x[4:10]] for x in csv.reader(r.stdout.splitlines()) if x[1] == "2"}
        ok(got == want, "every count is exact: new, corrected, withdrawn, refused rows", r.stderr)
        ok(torn.ctl("audit", "verify").returncode == 0, "the audit chain is whole")
        os.makedirs(calm.state, exist_ok=True)
        shutil.copy(torn.state + "/survey.key", calm.state)
        ok(calm.start(), "one that is not killed, with the same key")
        calm.drop(name, data)
        ok(wait_until(lambda: finished(calm, name)), "takes the same file in")
        a, b = read_tables(torn), read_tables(calm)
        for table_name in TABLES:
            ok(a[table_name] == b[table_name], "the same %d %s in both stores" % (len(b[table_name]), table_name),
               [x for x in zip(a[table_name], b[table_name]) if x[0] != x[1]][:2])
    finally:
        torn.done()
        calm.done()


if __name__ == "__main__":
    kills()
    sys.exit(finish())
