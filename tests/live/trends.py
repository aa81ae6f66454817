#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""trends.py - a survey that turns for the worse, through the real daemon: who is told and when, the
trend in words, table and picture, an approved baseline, answers that stop coming.
"""
import csv
import io
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import xml.etree.ElementTree as ET
from datetime import datetime, timezone

import harness
from harness import BIN, GUARD_S, ROOT, Daemon, until


def months(first, n):
    y, m = first
    for _ in range(n):
        yield y, m
        y, m = (y, m + 1) if m < 12 else (y + 1, 1)


def answers(y, m, good):
    """60 answers of two services, of people of whom good of 100 are content; always the same ones.
    They scatter as people do: of answers in equal steps a chart would have far too narrow limits."""
    out = ["response_id,date,service,team,involved"]
    chance = random.Random(100 * y + m)
    for i in range(60):
        word = "Fully" if chance.randrange(100) < good else "Hardly"
        out.append("%d%02d-%d,%04d-%02d-%02d,%s,,%s" % (y, m, i, y, m, 1 + i % 28,
                                                        ("East", "West")[i % 2], word))
    return "\n".join(out) + "\n"


class House:
    def __init__(self, d, surveys=("coproduction",)):
        self.dir = d
        self.survey = d + "/coproduction.yaml"
        shutil.copytree(ROOT + "/config/surveys", d, dirs_exist_ok=True)
        harness.configure(d, surveys="[%s]" % ", ".join("%s/%s.yaml" % (d, name) for name in surveys))
        self.daemon = Daemon(d, clock="virtual:2016-01-25").start()

    def ctl(self, *words, code=0):
        r = subprocess.run([BIN + "/coprodctl", "--config", self.dir + "/coprod.yaml", *words],
                           text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=GUARD_S)
        if code is not None and r.returncode != code:
            raise RuntimeError("%s: exit %d\n%s%s" % (words, r.returncode, r.stdout, r.stderr))
        return r

    def drop(self, y, m, good):
        with open(self.dir + "/answers", "w") as f:
            f.write(answers(y, m, good))
        os.makedirs(self.dir + "/state/inbox", exist_ok=True)
        os.rename(self.dir + "/answers",
                  self.dir + "/state/inbox/coproduction--%d-%02d.csv" % (y, m))

    def told(self, kind):
        """Items of a kind, each with the digest that told of it."""
        db = sqlite3.connect("file:%s/state/coprod.db?mode=ro" % self.dir, uri=True)
        db.row_factory = sqlite3.Row
        rows = db.execute("SELECT i.role, i.note, i.about, i.state, i.topic, n.id AS notice,"
                          " n.kind AS form, n.subject, n.created_ms FROM item i LEFT JOIN notice n"
                          " ON n.id = i.notice WHERE i.kind = ? ORDER BY i.id", (kind,)).fetchall()
        twice = db.execute("SELECT role, created_ms / 86400000, count(*) FROM notice WHERE kind ="
                           " 'digest' AND state <> 4 GROUP BY 1, 2 HAVING count(*) > 1").fetchall()
        db.close()
        return rows, twice

    def measure(self, name):
        rows = json.loads(self.ctl("survey", "measures", "--json").stdout)["measures"]
        return next((r for r in rows if r["measure"] == name), None)


TRUST = "coproduction/involved/positive"


def a_survey_turns(tap, h):
    for y, m in months((2016, 1), 20):
        h.drop(y, m, 84 if (y, m) < (2017, 4) else 55)
        ny, nm = (y, m + 1) if m < 12 else (y + 1, 1)
        h.daemon.run_clock("%d-%02d-25" % (ny, nm))
    opened, twice = h.told("signal")
    tap.same(sorted({n["role"] for n in opened}),
             ["patient-experience-lead", "practice-facilitator"], "the leads of the action are told")
    tap.same({n["form"] for n in opened}, {"digest"}, "in the digest of the day")
    tap.same([list(r) for r in twice], [], "and nobody gets two mails on one day")
    first = min(datetime.fromtimestamp(n["created_ms"] / 1000, timezone.utc) for n in opened)
    tap.ok(first.strftime("%Y-%m") == "2017-05" and first.hour in (7, 8) and first.weekday() < 5,
           "in the send window after the night after the month of the turn was closed", first)
    worse = [n for n in opened if n["note"] == "worse"]
    tap.ok(0 < len(worse) <= 6, "each of trust and services once", [tuple(n) for n in worse])
    tap.same(len({(n["role"], n["about"]) for n in opened}), len(opened), "nobody twice of one")
    persists, _ = h.told("persists")
    tap.same({n["role"] for n in persists}, {"qsc-secretary"}, "what persists goes to the secretary")
    body = h.ctl("notices", "show", str(min(n["notice"] for n in opened))).stdout
    tap.ok(re.search(r"Published for April 2017: \d+\.\d % of \d+ answers\.", body),
           "the mail holds the figure that is published", body)
    tap.same(h.measure(TRUST)["signal"], "concern", "the measure's signal is open")
    shown = json.loads(h.ctl("action", "show", "2e", "--json").stdout)
    tap.ok("change for the worse since" in shown["rag_reason"] or "worse since" in shown["rag_reason"],
           "the action says so", shown["rag_reason"])


def one_trend_three_ways(tap, h):
    page = json.loads(h.ctl("survey", "trend", "coproduction", "--internal", "--json").stdout)
    rows = list(csv.DictReader(io.StringIO(
        h.ctl("survey", "trend", "coproduction", "--internal", "--csv").stdout)))
    h.ctl("survey", "trend", "coproduction", "--internal", "--svg", h.dir + "/t.svg")
    svg = open(h.dir + "/t.svg", encoding="utf-8").read()
    root = ET.fromstring(svg)
    name = "{http://www.w3.org/2000/svg}"
    tap.same(root.get("role"), "img", "the picture is one to screen readers")
    tap.same(root.find(name + "desc").text, page["sentence"], "its description is the sentence")
    value = "%.1f" % float(rows[-1]["value"])
    tap.ok(value in page["sentence"] and page["rows"][-1]["value"] == value,
           "sentence, page and CSV have the same figure", (value, page["sentence"]))
    worse = sum(r["verdict"] == "special_cause_concern" for r in rows)
    tap.same(svg.count("l7 7l-7 7l-7 -7z"), worse + 1, "a diamond for each value of concern")
    published = json.loads(h.ctl("survey", "trend", "coproduction", "--json").stdout)
    tap.same(published["figures"], "published", "without --internal only published figures")
    r = h.ctl("survey", "trend", "coproduction/nothing", code=1)
    tap.ok("it has involved" in r.stderr, "an unknown question is told with those there are", r.stderr)
    r = h.ctl("survey", "trend", "coproduction@Wset", code=1)
    tap.ok("did you mean 'West'" in r.stderr, "an unknown unit with the nearest", r.stderr)
    h.ctl("survey", "trend", "coproduction", "--internal", "--svg", "/nonexistent/t.svg", code=73)


def a_baseline_is_approved(tap, h):
    ask = ["survey", "rebase", "coproduction", "--at", "2017-04-01", "--reason", "a new form"]
    r = h.ctl(*ask, "--as", "practice-facilitator", code=77)
    tap.ok("owner or verifier" in r.stderr + r.stdout, "a lead may not approve it", r.stderr)
    owner = json.loads(h.ctl("plan", "show", "CO-304", "--json").stdout)
    owner = owner["plans"][0]["owner"] if "plans" in owner else owner["owner"]
    r = h.ctl(*ask, "--as", owner, "--dry-run")
    tap.ok("would begin" in r.stdout, "a dry run says what it would do", r.stdout)
    tap.same(h.measure(TRUST)["signal"], "concern", "and does nothing")
    def refused(*more):
        r = h.ctl("survey", "rebase", "coproduction", *more, "--reason", "x", "--as", owner, code=None)
        return r.stderr + r.stdout if r.returncode else None
    for at in ("1990-01-01", "2016-01-01", "2031-01-01"):
        why = refused("--at", at)
        tap.ok(why and "of 2016-01 to 2017-08" in why, "far from all answers none begins", (at, why))
    why = refused("--at", "2017-04-01", "--withdraw")
    tap.ok(why and "none was approved" in why, "what was not approved is not withdrawn", why)
    h.ctl(*ask, "--as", owner)
    until(lambda: not h.measure(TRUST)["signal"], "the signal to close")
    page = json.loads(h.ctl("survey", "trend", "coproduction", "--internal", "--json").stdout)
    notes = {r["month"]: r["note"] for r in page["rows"]}
    tap.same(notes["2017-04"], "new baseline", "the owner's baseline begins, and closes the signal")
    why = refused("--at", "2017-03-01", "--withdraw")
    tap.ok(why and "no baseline begins in 2017-03; there is one in 2017-04" in why,
           "another month than the one that was approved neither", why)
    h.ctl("survey", "rebase", "coproduction", "--at", "2017-04-01", "--reason", "not yet",
          "--withdraw", "--as", owner)
    page = json.loads(h.ctl("survey", "trend", "coproduction", "--internal", "--json").stdout)
    tap.ok("new baseline" not in [r["note"] for r in page["rows"]], "and is withdrawn", notes)
    r = h.ctl("survey", "rebase", "coproduction@Nowhere", "--at", "2017-04-01", "--reason", "x",
              "--as", owner, code=1)
    tap.ok("no measure" in r.stderr + r.stdout, "of a measure that does not exist there is none",
           r.stderr)
    db = sqlite3.connect("file:%s/state/coprod.db?mode=ro" % h.dir, uri=True)
    log = [r[0] for r in db.execute("SELECT detail FROM audit WHERE event = 'baseline' ORDER BY seq")]
    db.close()
    tap.same(log, ["a new baseline begins in 2017-04: a new form",
                   "no baseline begins any more in 2017-04: not yet"], "the audit has no other")
    h.ctl("audit", "verify")


def answers_stop(tap, h):
    h.daemon.run_clock("2017-12-31")
    missing, twice = h.told("missing")
    tap.same([n["role"] for n in missing].count("practice-facilitator"), 3,
             "the leads are asked for each month that did not come")
    tap.same(len(missing), 2 * 3, "each of them once")
    tap.same([list(r) for r in twice], [], "in their digests")
    state = h.measure(TRUST)["states"]
    tap.ok("stale" in state and "missing_period" in state, "the measure says that it is old", state)


def none_ever_came(tap, d):
    """Both actions are due in December 2015; of the staff pulse only every third month is."""
    h = House(d, ("coproduction", "nqps"))
    h.daemon.run_clock("2016-02-08")
    tap.same([tuple(n) for n in h.told("missing")[0]], [], "before a month is closed nobody is asked for its answers")
    h.daemon.run_clock("2016-03-20")
    told = sorted((n["topic"], n["about"] % 12 + 1, n["role"]) for n in h.told("missing")[0])
    tap.same(told, [("2e", 1, "patient-experience-lead"), ("2e", 1, "practice-facilitator"),
                    ("2e", 2, "patient-experience-lead"), ("2e", 2, "practice-facilitator"),
                    ("2f", 1, "head-of-hr")],
             "surveys that never came are asked for, each month that was due once")
    tap.same({n["state"] for n in h.told("missing")[0]}, {2}, "and the leads are told")
    body = h.ctl("notices", "show", str(h.told("missing")[0][0]["notice"])).stdout
    tap.ok("answers of January 2016, which were due by" in body, "of which month", body)
    rows = {n: h.measure(n) for n in ("coproduction", "nqps")}
    tap.same([(n, r and r["states"], r and r["action"]) for n, r in rows.items()],
             [("coproduction", "never_came", "2e"), ("nqps", "never_came", "2f")],
             "the measures list them")
    h.drop(2016, 3, 84)
    h.daemon.run_clock("2016-05-10")
    tap.ok(h.measure("coproduction") is None and h.measure(TRUST), "until answers come")
    tap.same(h.daemon.stop(), 0, "the daemon stops when told to")


def reworded(h, old, new):
    text = open(h.survey).read()
    with open(h.survey + ".new", "w") as f:
        f.write(text.replace(old, new))
    os.rename(h.survey + ".new", h.survey)


def other_words_and_the_first_again(tap, h):
    """The old wording can still be read in every way; its words again go on where it stopped."""
    words = re.search(r"id: involved.*?wording: (.*?)[,}\n]", open(h.survey).read(), re.S).group(1).strip()
    before = list(csv.DictReader(io.StringIO(h.ctl("survey", "table", "coproduction").stdout)))
    reworded(h, words, "Were you asked?")
    h.daemon.run_clock("2018-01-31")
    h.drop(2018, 1, 84)
    h.daemon.run_clock("2018-02-25")
    now = h.ctl("survey", "table", "coproduction")
    tap.same({r["month"] for r in csv.DictReader(io.StringIO(now.stdout))}, {"2018-01"},
             "in other words it is another series")
    old = h.ctl("survey", "table", "coproduction", "--wording", "1")
    tap.same(list(csv.DictReader(io.StringIO(old.stdout))), before, "the old one is the table that it was")
    tap.ok("not asked in these words any more" in old.stderr, "and says so", old.stderr)
    r = h.ctl("survey", "table", "coproduction", "--wording", "3", code=1)
    tap.ok("has no wording 3: it was asked in 2 wordings" in r.stderr, "a version that there is not is told", r.stderr)
    rows = list(csv.DictReader(io.StringIO(h.ctl("survey", "export", "coproduction").stdout)))
    tap.same(sorted({(r["version"], r["month"][:4]) for r in rows if r["measure"] == "involved"}),
             [("1", "2016"), ("1", "2017"), ("2", "2018")], "an export has both, with their versions")
    measures = json.loads(h.ctl("survey", "measures", "--ended", "--json").stdout)["measures"]
    both = [(m["version"], m["first"], m["latest"], m["ended"]) for m in measures if m["measure"] == TRUST]
    tap.same(both, [(2, "2018-01", "2018-01", False), (1, "2016-01", "2017-08", True)],
             "both are listed, from when to when")
    tap.ok("--ended" in h.ctl("survey", "measures").stdout, "the list of today says that there are more")
    page = json.loads(h.ctl("survey", "trend", "coproduction", "--wording", "1", "--internal", "--json").stdout)
    tap.ok(page["wording"] == words.strip('"') and page["rows"][-1]["month"] == "2017-08" and page["version"] == 1,
           "the old trend ends with its last value, in its own words", page["wording"])
    page = json.loads(h.ctl("survey", "trend", "coproduction", "--wording", "1", "--json").stdout)
    tap.ok(page["figures"] == "published" and len(page["rows"]) >= 20, "outside it is of published figures")
    reworded(h, "Were you asked?", words)
    h.drop(2018, 2, 84)
    h.daemon.run_clock("2018-03-25")
    page = json.loads(h.ctl("survey", "trend", "coproduction", "--internal", "--json").stdout)
    values = {r["month"]: r["n"] for r in page["rows"]}
    tap.ok(values["2016-01"] and values["2018-02"] and values["2018-01"] is None,
           "its first words again are the first series again, with a gap", values)
    db = sqlite3.connect("file:%s/state/coprod.db?mode=ro" % h.dir, uri=True)
    n, = db.execute("SELECT count(*) FROM audit WHERE event = 'trend taken up again'").fetchone()
    db.close()
    tap.ok(n > 0, "and the audit says so", n)


def the_configuration_is_checked(tap, d):
    conf = harness.configure(d)

    def edited(old, new):
        path = d + "/surveys/coproduction.yaml"
        text = open(path).read()
        with open(path, "w") as f:
            f.write(text.replace(old, new))
        return subprocess.run([BIN + "/coprodctl", "--config", conf, "config", "check"], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=GUARD_S)
    r = edited("action: 2e", "action: 9z")
    tap.ok(r.returncode == 0 and "measures action 9z, which no plan has" in r.stderr,
           "a survey of an action that no plan has is warned of", r.stderr)
    r = edited("baseline: 13", "baseline: 5")
    tap.ok(r.returncode == 65 and "a baseline of 5 values" in r.stderr,
           "and a baseline that is too short refused", r.stderr)


def story(tap, d):
    h = House(d)
    for part in (a_survey_turns, one_trend_three_ways, a_baseline_is_approved, answers_stop,
                 other_words_and_the_first_again):
        part(tap, h)
    tap.same(h.daemon.stop(), 0, "the daemon stops when told to")


if __name__ == "__main__":
    raise SystemExit(harness.run_all([the_configuration_is_checked, none_ever_came, story], harness.Tap()))
