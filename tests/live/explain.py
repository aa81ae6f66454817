#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""explain.py - a demand and what is said of it: a copy that waits for a later mail, days that are over,
days of which the store knows nothing, a ladder that rests."""
import json
import os
import shutil
import sys

import harness
from harness import Daemon, Tap, run_all

PLANS = os.path.join(harness.ROOT, "tests/data/plans")
CONF = """plans: [good.yaml]
templates: %s/config/templates
state_dir: state
runtime_dir: run
mail: {mode: maildir, maildir: Maildir, from: plan@example.nhs.uk}
"""


def explained(daemon, *words):
    code, out, err = daemon.ctl("explain", *words, "--json")
    assert code == 0, err
    return json.loads(out)


def step(said, name):
    return next(s for s in said["steps"] if s["step"] == name)


def one_demand_on_many_days(tap, d):
    """One action of one lead, due on 31 March 2015; its owner has no mail of their own on most days."""
    for name in ("good.yaml", "roster.yaml", "forums.yaml", "bank-holidays.yaml"):
        shutil.copy(os.path.join(PLANS, name), d)
    open(d + "/coprod.yaml", "w").write(CONF % harness.ROOT)
    daemon = Daemon(d, clock="virtual:2015-01-08").start()
    daemon.run_clock("2015-04-01")
    late = step(explained(daemon, "1a"), "L1+1")
    tap.ok(late["day"] == "2015-04-01" and "told: 1 person" in late["status"] and "1 waiting" in late["status"]
           and "owner (owns the plan, waits for the mail of 6 April 2015)" in late["to"],
           "the owner's copy waits for the week's mail, and it is said when that comes", late)
    daemon.run_clock("2015-04-06")
    late = step(explained(daemon, "1a"), "L1+1")
    tap.ok("told: 2 people" in late["status"] and "waiting" not in late["status"]
           and "lead-a (leads it); owner (owns the plan, on 6 April 2015)" in late["to"],
           "and afterwards on which day it went", late)
    early = explained(daemon, "1a", "--on", "2014-11-03")
    tap.ok(early["known_since"] == "2015-01-08" and "state" not in early and "steps" not in early
           and "next_step" not in early, "of a day before the plan was in force nothing is told", early)
    said = daemon.ctl("explain", "1a", "--on", "2014-11-03")[1]
    tap.ok("Nothing was known of it on that day: it came with the plan on 8 January 2015." in said,
           "and that is said", said)
    past = explained(daemon, "1a", "--on", "2015-01-12")
    now = explained(daemon, "1a")
    tap.ok((past["state"], now["state"]) == ("PLANNED", "OPEN") and "level" not in past and now["level"] == 1,
           "a day that is over has the state of that day, and no level of today", (past, now))
    code, text = daemon.act("1a", "extend", "owner", plan="P-1", until="2015-04-24", comment="more time")
    tap.same(code, 0, "the owner gives it more time: " + text)
    past = explained(daemon, "1a", "--on", "2015-03-02")
    tap.ok("it was another day then" in past["due"] and "late_working_days" not in past,
           "a due day that moved since is not told as that of then", past)
    tap.same(daemon.stop(), 0, "stopped")


if __name__ == "__main__":
    sys.exit(run_all([one_demand_on_many_days], Tap()))
