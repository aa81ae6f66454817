#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""first.py - a plan's first load: what simulate says of it is what the daemon sends, whenever it is loaded."""
import datetime
import json
import sys

import harness
from harness import Daemon, Tap, configure, run_all, until

# Without surveys: simulate plays the plan, and cannot know which answers will come (docs/trends.md).
MILESTONE = """        milestones:
          - {id: draft, text: A first draft, by: 2015-03-12}
"""


def simulated(daemon, start, end):
    code, out, err = daemon.ctl("simulate", "--from", start, "--to", end, "--format", "ndjson")
    assert code == 0, err
    mails = [json.loads(line) for line in out.splitlines()]
    return sorted((m["at"][:10], m["kind"], m["to"], m["subject"], sorted(zip(m["items"], m["steps"]))) for m in mails)


def sent(s):
    got = []
    for key, kind, role, subject, ms in s.rows("SELECT id, kind, role, subject, created_ms FROM notice WHERE state = 2"):
        items = s.rows("SELECT coalesce(o.ref || CASE WHEN o.part <> '' THEN '@' || o.part ELSE '' END, i.topic), i.step"
                       " FROM item i LEFT JOIN occurrence o ON o.id = i.occurrence WHERE i.notice = ?", key)
        day = datetime.datetime.fromtimestamp(ms / 1000, datetime.timezone.utc).strftime("%Y-%m-%d")
        got.append((day, kind, role, subject, sorted(items)))
    return sorted(got)


def loaded(tap, d, start, end):
    """The same files, simulated and lived through from an empty store. Returns what was sent."""
    daemon = Daemon(d, clock="virtual:" + start).start()
    want = simulated(daemon, start, end)
    daemon.run_clock(end)
    s = daemon.store()
    until(lambda: not s.one("SELECT count(*) FROM job WHERE state IN (1, 2) AND run_at_ms <= ?",
                            int(daemon.status()["now_ms"])), "the day is over")
    got = sent(s)
    tap.ok(got == want and len(got) > 0, "loaded on %s: each of %d mails is the one that simulate showed"
           % (start, len(want)), "only sent: %s\nonly simulated: %s" % ([x for x in got if x not in want][:4],
                                                                        [x for x in want if x not in got][:4]))
    tap.same(daemon.stop(), 0, "it stops")
    return got


def before_dues(tap, d):
    """Reminders that are over on the day of the load: the last of them is given, R-30 for the end of March."""
    configure(d, workers={"probe": 0}, surveys="[]")
    got = loaded(tap, d, "2015-03-05", "2015-04-20")
    tap.ok(any(step == "R-30" for day, _, _, _, items in got if day == "2015-03-05" for _, step in items),
           "whoever is asked by the end of March hears so on the first day", got[:3])


def after_some_dues(tap, d):
    configure(d, workers={"probe": 0}, surveys="[]")
    loaded(tap, d, "2016-01-06", "2016-02-10")


def after_all_dues(tap, d):
    configure(d, workers={"probe": 0}, surveys="[]")
    loaded(tap, d, "2026-11-02", "2026-12-11")


def on_a_sunday(tap, d):
    """A milestone that is due in less than thirty working days."""
    configure(d, workers={"probe": 0}, surveys="[]")
    text = open(d + "/plan.yaml").read()
    at = text.index("        timescale: Q2 2015")
    with open(d + "/plan.yaml", "w") as f:
        f.write(text[:at] + MILESTONE + text[at:])
    got = loaded(tap, d, "2015-02-01", "2015-03-20")
    steps = [(day, step) for day, _, _, _, items in got for ref, step in items if "draft" in ref]
    tap.ok(steps and min(steps)[0] == "2015-02-02" and ("2015-02-02", "R-30") in steps,
           "the milestone's first reminder comes on the first working day", steps)


if __name__ == "__main__":
    sys.exit(run_all([before_dues, after_some_dues, after_all_dues, on_a_sunday], Tap()))
