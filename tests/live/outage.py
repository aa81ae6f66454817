#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""outage.py - a daemon that was away, and a machine that slept: notices next, asked before the start,
says exactly what is written after it; and who wakes takes the same care as who is started."""
import calendar
import datetime
import json
import os
import sqlite3
import subprocess
import sys
import time

import harness
from harness import Daemon, Tap, configure, run_all, until


def asked(d, day, *words):
    """What coprodctl says, asked on that day while no daemon runs."""
    fake, offset = harness.wall_clock(d)
    offset("%s 00:00:00" % day)  # this clock stands
    p = subprocess.run([harness.BIN + "/coprodctl", *words, "--json", "--config=" + d + "/coprod.yaml"],
                       stdin=subprocess.DEVNULL, capture_output=True, text=True, env=dict(os.environ, **fake),
                       timeout=harness.GUARD_S)
    told = json.loads(p.stdout)
    return told.get("data", told)


def as_if_real(d):
    """Leaves the store as a daemon on the machine's clock does: it is read with the machine's day."""
    store = sqlite3.connect(d + "/state/coprod.db", timeout=harness.GUARD_S)
    with store:
        n = store.execute("UPDATE setting SET value = '0' WHERE key = 'policy.is_virtual'").rowcount
    store.close()
    assert n == 1


def next_mails(d, day, days):
    told = asked(d, day, "notices", "next", "--days", str(days))
    return sorted((n["day"], n["kind"], n["to"], n["subject"], sorted(n["ref"].split()), sorted(n["step"].split()))
                  for n in told["notices"])


def written(s, after):
    """What the daemon wrote, in the same words."""
    got = []
    for key, kind, role, subject, ms in s.rows(
            "SELECT n.id, n.kind, coalesce(r.title, n.role), n.subject, n.created_ms FROM notice n"
            " LEFT JOIN role r ON r.id = n.role WHERE n.id > ? AND n.state <> 4 ORDER BY n.id", after):
        items = s.rows("SELECT coalesce(o.ref || CASE WHEN o.part <> '' THEN '@' || o.part ELSE '' END, i.topic),"
                       " i.step FROM item i LEFT JOIN occurrence o ON o.id = i.occurrence WHERE i.notice = ?", key)
        day = datetime.datetime.fromtimestamp(ms / 1000, datetime.timezone.utc)
        got.append((day.strftime("%Y-%m-%d"), kind, role, subject,
                    sorted(r for r, _ in items if r), sorted(p for _, p in items if p)))
    return sorted(got)


def differ(got, want):
    return "only foretold: %s\nonly written: %s" % ([x for x in got if x not in want][:6],
                                                    [x for x in want if x not in got][:6])


def foretold(tap, d):
    """Away twice: for twenty working days, then for three; each time asked before the start."""
    if not harness.can_fake_time():
        tap.skip("notices next before a start", "needs libfaketime and no sanitizer")
        return
    # without surveys: what is foretold is the plan, not which answers will come (docs/trends.md)
    configure(d, workers={"probe": 0}, admin="machine-room@example.nhs.uk", surveys="[]")
    daemon = Daemon(d).start()
    for stop, start, days, end in (("2015-04-10", "2015-05-12", 40, "2015-06-20"),
                                   ("2015-07-01", "2015-07-07", 30, "2015-08-05"),
                                   ("2015-10-02", "2016-02-02", 30, "2016-03-02")):
        daemon.run_clock(stop)
        s = daemon.store()
        until(lambda: not s.one("SELECT count(*) FROM job WHERE state IN (1, 2) AND run_at_ms <= ?",
                                int(daemon.status()["now_ms"])), "the day is over")
        tap.same(daemon.stop(), 0, "it stops on %s" % stop)
        as_if_real(d)
        last = s.one("SELECT max(id) FROM notice") or 0
        level = s.one("SELECT max(level) FROM occurrence")
        got = next_mails(d, start, days)
        rungs = [x for x in asked(d, start, "explain", "1d/start")["steps"] if x["step"] == "L3+10"]
        tap.same(s.one("SELECT max(id) FROM notice") or 0, last, "notices next sends nothing")
        daemon = Daemon(d, clock="virtual:" + start).start()
        daemon.run_clock(end)
        until(lambda: not s.one("SELECT count(*) FROM job WHERE state IN (1, 2) AND run_at_ms <= ?",
                                int(daemon.status()["now_ms"])), "the day is over")
        want = written(s, last)
        tap.ok(got == want and len(want) > 5, "started on %s (level %d): each of %d mails was foretold, and no other"
               % (start, level, len(want)), differ(got, want))
        if start == "2015-05-12":
            tap.same([x["day"] for x in rungs], [s.one(
                "SELECT date(i.created_ms / 1000, 'unixepoch') FROM item i JOIN occurrence o ON o.id = i.occurrence"
                " WHERE o.ref = '1d/start' AND i.step = 'L3+10'")], "explain knew the day of the next level")
        back = s.rows("SELECT detail FROM audit WHERE event = 'back after an outage'")
        tap.note("%s: %s" % (start, back[-1][0] if back else "no outage"))
    tap.same(s.one("SELECT count(*) FROM audit WHERE event = 'back after an outage'"), 3,
             "each of the three is in the audit once")
    tap.same(daemon.stop(), 0, "ends in peace")


def its_own_time(tap, d):
    """Played on a trial clock: read with the day that it saw last, until a real daemon has had it."""
    configure(d, workers={"probe": 0})
    daemon = Daemon(d).start()
    daemon.run_clock("2015-06-10")
    ctl = lambda *words: json.loads(daemon.ctl(*words, "--json")[1])
    late, seen = ctl("action", "list"), ctl("explain", "1b")["on"]
    tap.ok(late and seen.startswith("2015-06-1"), "while it runs its clock is asked", seen)
    tap.same(daemon.stop(), 0, "it stops")
    tap.ok(ctl("action", "list") == late and ctl("explain", "1b")["on"] == seen,
           "stopped it is read as of the same day", ctl("explain", "1b")["on"])
    daemon = Daemon(d, clock="real").start()
    s = daemon.store()
    until(lambda: s.one("SELECT value FROM setting WHERE key = 'policy.is_virtual'") == "0",
          "the real daemon says whose time it is")
    tap.ok(ctl("explain", "1b")["on"] > "2026", "a real daemon has the machine's day")
    tap.same(daemon.stop(), 0, "it stops, too")
    tap.ok(ctl("explain", "1b")["on"] > "2026", "and leaves it so")


def wakes(tap, d):
    """The hub lives on, the time between two of its looks was days: nobody accepts a clock."""
    if not harness.can_fake_time():
        tap.skip("a machine that slept", "needs libfaketime and no sanitizer")
        return
    configure(d, workers={"probe": 0}, admin="machine-room@example.nhs.uk", catchup="{outage_wd: 2}")
    fake, offset = harness.wall_clock(d)
    base = calendar.timegm((2027, 5, 12, 10, 0, 0)) - int(time.time())  # a Wednesday
    offset("%+d" % base)
    daemon = Daemon(d, clock="real", env=fake).start()
    s = daemon.store()
    outages = lambda: s.one("SELECT count(*) FROM audit WHERE event = 'back after an outage'")
    tap.ok(daemon.status()["trouble"] == "" and outages() == 0, "an ordinary day")
    revision = s.one("SELECT value FROM setting WHERE key = 'world.revision'")
    offset("%+d" % (base + 86400))
    until(lambda: daemon.status() and int(s.one("SELECT value FROM setting WHERE key = 'policy.high_ms'"))
          > (time.time() + base + 80000) * 1000, "the next day is seen")
    tap.same(outages(), 0, "one day later is no outage")
    offset("%+d" % (base + 7 * 86400))
    until(lambda: daemon.status() and outages(), "the sleep is seen")
    tap.same(daemon.status()["trouble"], "", "six days later no clock is to be accepted")
    until(lambda: "held:" in daemon.ctl("status")[1], "mail is held")
    out = daemon.ctl("status")[1]
    tap.ok("held: the daemon was away for 3 working days" in out, "mail is held, as after a stop", out)
    tap.ok(s.one("SELECT value FROM setting WHERE key = 'outage.day'") ==
           str(calendar.timegm((2027, 5, 19, 0, 0, 0)) // 86400), "no new level on the first day")
    tap.ok(s.one("SELECT value FROM setting WHERE key = 'world.revision'") != revision,
           "and workers that live will know it")
    offset("%+d" % (base + 7 * 86400 + 3600))
    until(lambda: daemon.status() and s.one("SELECT count(*) FROM notice WHERE step = 'catchup'"),
          "the admin is written to, after the day's digests")
    body = s.one("SELECT body FROM notice WHERE step = 'catchup'")
    tap.ok("catchup release" in body, "with what to do", body)
    offset("%+d" % (base + 8 * 86400))
    until(lambda: daemon.status() and int(s.one("SELECT value FROM setting WHERE key = 'policy.high_ms'"))
          > (time.time() + base + 7.9 * 86400) * 1000, "the next day is seen")
    tap.same((s.one("SELECT count(*) FROM notice WHERE step = 'catchup'"), outages()), (1, 1), "once")
    offset("%+d" % (base + 14 * 86400))
    until(lambda: daemon.status() and outages() == 2, "it sleeps again")
    code, out, errors = daemon.ctl("catchup", "release")
    tap.ok(code == 0 and "mail leaves again" in out, "root lets it go, without naming a post", (code, out, errors))
    tap.same(daemon.stop(), 0, "ends in peace")


if __name__ == "__main__":
    sys.exit(run_all([foretold, its_own_time, wakes], Tap()))
