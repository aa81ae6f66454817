#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""explain.py - a demand and what is said of it: a copy that waits for a later mail, days that are over,
days of which the store knows nothing, a ladder that rests, mail that is held."""
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


def start(d):
    """One action of one lead, due on 31 March 2015."""
    for name in ("good.yaml", "roster.yaml", "forums.yaml", "bank-holidays.yaml"):
        shutil.copy(os.path.join(PLANS, name), d)
    open(d + "/coprod.yaml", "w").write(CONF % harness.ROOT)
    return Daemon(d, clock="virtual:2015-01-08").start()


def one_demand_on_many_days(tap, d):
    """Its owner has no mail of their own on most days."""
    daemon = start(d)
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
    tap.ok((past["state"], now["state"]) == ("PLANNED", "OPEN") and (past["level"], now["level"]) == (0, 1),
           "a day that is over has the state and the level of that day", (past, now))
    tap.ok([explained(daemon, "1a", "--on", d)["level"] for d in ("2015-03-31", "2015-04-01")] == [0, 1],
           "the level from the day on which it was reached")
    code, text = daemon.act("1a", "extend", "owner", plan="P-1", until="2015-04-24", comment="more time")
    tap.same(code, 0, "the owner gives it more time: " + text)
    past = explained(daemon, "1a", "--on", "2015-03-02")
    tap.ok("it was another day then" in past["due"] and "late_working_days" not in past,
           "a due day that moved since is not told as that of then", past)
    tap.ok([explained(daemon, "1a", "--on", d)["level"] for d in ("2015-03-31", "2015-04-02")] == [0, 1]
           and explained(daemon, "1a")["level"] == 0, "nor its level: it had been reached, and is not any more")
    tap.same(daemon.stop(), 0, "stopped")


def owners_copies(tap, d):
    """Levels 1 to 3 wait for a digest that the owner gets anyway; a later level takes the place of what waits still."""
    daemon = start(d)
    daemon.run_clock("2015-04-07")
    to = step(explained(daemon, "1a"), "L2+5")["to"]
    tap.ok("owner (owns the plan, if a digest goes before the next level)" in to,
           "of a level to come explain says on what the owner's copy depends", to)
    daemon.run_clock("2015-04-10")
    to = step(explained(daemon, "1a"), "L2+5")["to"]
    tap.ok("owner (owns the plan, if a digest goes before the next level)" in to,
           "and of one that waits where no digest is in sight", to)
    daemon.run_clock("2015-04-30")
    said = explained(daemon, "1a")
    for name in ("L2+5", "L3+10"):
        late = step(said, name)
        tap.ok("1 taken back: a later level took its place" in late["status"]
               and "owner (owns the plan, not told: level 4 took its place)" in late["to"],
               "afterwards that the owner was not told of %s, and why" % name, late)
    last = step(said, "L4+20")
    tap.ok("taken back" not in last["status"] and "owner (owns the plan)" in last["to"],
           "and was told of level 4", last)
    got = daemon.store().rows("SELECT i.step FROM item i JOIN notice n ON n.id = i.notice WHERE i.role = 'owner'"
                              " AND i.step GLOB 'L*' AND n.state = 2 ORDER BY i.id")
    tap.same([x[0] for x in got], ["L1+1", "L4+20"], "as the mails that the owner got have it")
    tap.same(daemon.stop(), 0, "stopped")


LEVELS = ("L1+1", "L2+5", "L3+10", "L4+20")


def foretold(daemon):
    """The days of the levels to come: by explain, and by notices next."""
    told = [(s["day"], s["step"]) for s in explained(daemon, "1a")["steps"]
            if s["step"] in LEVELS and s["status"] == "will be told, if nobody acts"]
    code, out, err = daemon.ctl("notices", "next", "--days", "40", "--json")
    assert code == 0, err
    mails = json.loads(out)
    mails = mails.get("data", mails)["notices"]
    return sorted(told), sorted({(n["day"], step) for n in mails for step in n["step"].split() if step in LEVELS[1:]})


def held_mail(tap, d):
    """Level 1 is written and does not leave: the next level waits for it, not for the calendar."""
    daemon = start(d)
    daemon.run_clock("2015-03-30")
    tap.same(daemon.ctl("mail", "hold")[0], 0, "mail is held")
    daemon.run_clock("2015-04-20")
    told, mails = foretold(daemon)
    tap.ok(told == mails == [], "while it is held no level follows the one that nobody has", (told, mails))
    late = step(explained(daemon, "1a"), "L1+1")["status"]
    tap.ok("not yet: mail is held: " in late and "told" not in late and "written again for the day of leaving" in late,
           "explain says that nobody has it", late)
    listed = daemon.ctl("mail", "list", "--held")[1]
    tap.ok("of an earlier day: written again for the day of leaving" in listed, "so does mail list", listed)
    said = daemon.ctl("notices", "next", "--days", "40")[1]
    waiting = json.loads(daemon.ctl("notices", "next", "--json")[1])
    kept = [(n["day"], n["subject"]) for n in waiting["notices"]]
    tap.ok("Mail is held" in said and "Nothing leaves before coprodctl mail release" in said
           and "would leave on 21 April 2015" in said and waiting["held"], "notices next says that it is kept", said)
    tap.same(daemon.ctl("mail", "release")[0], 0, "it leaves again")
    told, mails = foretold(daemon)
    tap.ok(told == mails and [s for _, s in told] == ["L2+5", "L3+10", "L4+20"] and told[0][0] == "2015-04-23",
           "then two working days after it left, and the next ones from there", (told, mails))
    daemon.run_clock("2015-05-08")
    s = daemon.store()
    left = [(at, subject) for at, subject in s.rows(
        "SELECT date(o.at_ms / 1000, 'unixepoch'), n.subject FROM notice n JOIN delivery_outcome o ON o.notice = n.id"
        " WHERE o.at_ms / 86400000 = 16546 ORDER BY n.id")]
    tap.ok(sorted(left) == sorted(kept) and kept and "14 working days late" in str(left),
           "what it foretold left when mail was let go, in the words of that day", (left, kept))
    got = s.rows("SELECT DISTINCT date(i.created_ms / 1000, 'unixepoch'), i.step FROM item i JOIN occurrence o"
                 " ON o.id = i.occurrence WHERE o.ref = '1a/deliver' AND i.step IN ('L2+5', 'L3+10', 'L4+20')")
    tap.same(sorted(tuple(x) for x in got), told, "they come on the days that were foretold")
    tap.same(daemon.stop(), 0, "stopped")


if __name__ == "__main__":
    sys.exit(run_all([one_demand_on_many_days, owners_copies, held_mail], Tap()))
