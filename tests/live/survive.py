#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""survive.py - kill -9 of workers, hub, supervisor and all together, under load, and then the books.

    survive.py [KILLS] [SEED]        default 200 kills (COPROD_KILLS), a seed of its own

First the history is played without a kill and what leads do is drawn at random as it goes. Then the
same history is played again: the clock of policy time in steps, the same acts at the same times,
probe jobs added all the while, and at random moments something is killed. At the end both stores
must tell the same story, and each effect must be there once.
"""
import os
import queue
import random
import statistics
import sys
import threading
import time

import harness
from harness import Client, Daemon, Lost, Store, Tap, bad_words, configure, until

FIRST, LAST, STEP_DAYS = "2015-01-05", "2017-12-31", 14
OPEN, IN_PROGRESS, SUBMITTED = 2, 3, 4


def days(first, last, step):
    import datetime
    day = datetime.date.fromisoformat(first)
    end = datetime.date.fromisoformat(last)
    while day < end:
        yield day.isoformat()
        day += datetime.timedelta(step)
    yield last


# ---- what leads do ----------------------------------------------------------------------------

def draw_acts(rng, store):
    """Some of what could be done now, as arguments of the verb `act`."""
    verifier = dict(store.rows("SELECT id, verifier FROM plan"))
    acts = []
    rows = store.rows(
        "SELECT o.plan, o.ref, o.part, o.state, o.submitted_by, min(r.role) FROM occurrence o "
        "JOIN occurrence_role r ON r.occurrence = o.id AND r.duty = 'lead' "
        "WHERE o.state IN (2, 3, 4) AND NOT EXISTS (SELECT 1 FROM occurrence p WHERE p.parent = o.id) "
        "GROUP BY o.id ORDER BY o.id")
    for plan, ref, part, state, by, lead in rows:
        what = rng.choice({OPEN: ["", "", "ack", "start", "submit"],
                           IN_PROGRESS: ["", "", "progress", "submit"],
                           SUBMITTED: ["verify", "verify", "reject"]}[state])
        if not what:
            continue
        act = dict(plan=plan, ref=ref, part=part, event=what,
                   **{"as": verifier[plan] if state == SUBMITTED else lead})
        if what == "progress":
            act["percent"] = rng.randrange(100)
        if what == "submit":
            act["evidence"] = "minute %d" % rng.randrange(10000)
        acts.append(act)
    return acts


def do_act(daemon, act, word):
    """Done exactly once: after a lost answer the audit trail says whether it was done. A refusal
    is an answer too, and part of the history."""
    args = dict(act, comment=word)
    end = time.monotonic() + harness.GUARD_S
    while time.monotonic() < end:
        try:
            c = daemon.client()
            try:
                code, text = c.call("act", **args)
            finally:
                c.close()
            if code != 75:
                return code, text
        except (Lost, OSError):
            try:
                daemon.ask("status")  # a hub that lives: the old one's last commit is in the store
            except (RuntimeError, TimeoutError):
                pass  # the supervisor was killed too; whoever did it starts it again
            if daemon.store().one("SELECT count(*) FROM audit WHERE detail LIKE '%' || ?", word):
                return 0, "done before the answer was lost"
        time.sleep(0.005)
    raise TimeoutError("the act '%s' is not answered" % word)


def run_clock(daemon, day):
    """As Daemon.run_clock, also while the supervisor itself dies and is started again."""
    end = time.monotonic() + 3 * harness.GUARD_S
    while True:
        try:
            return daemon.run_clock(day)
        except (RuntimeError, TimeoutError, OSError):
            if time.monotonic() > end:
                raise
            time.sleep(0.01)


# ---- the story a store tells ------------------------------------------------------------------

def story(store):
    return {
        "notices": sorted(store.rows("SELECT key FROM notice")),
        "lines": sorted(store.rows("SELECT i.key FROM item i JOIN notice n ON n.id = i.notice AND n.state = 2 "
                                   "WHERE i.calls = 1")),
        "steps": sorted(store.rows("SELECT kind, key, state FROM job WHERE kind IN (1, 2)")),
        "nightly": sorted(store.rows("SELECT key FROM job WHERE kind = 3")),
        "states": sorted(store.rows("SELECT plan, ref, part, state, gen, episode, level FROM occurrence")),
        "acts": sorted(store.rows(
            "SELECT event, subject, on_behalf, detail FROM audit WHERE actor LIKE 'user %'")),
    }


def compare(tap, want, got):
    """Where a pool of workers is closed after many early deaths, mail stays until the next day, and goes as
    a part of that day's digest: then there is one more, and what it says was said nowhere else."""
    is_later = lambda name, x: name in ("notices", "steps") and any(str(v).startswith("digest|") for v in x)
    words = {"notices": "every notice of the undisturbed run is there once, and no other",
             "lines": "every line that calls for a mail is in one that was accepted, once",
             "steps": "every due step became its job, done as undisturbed, and no other",
             "nightly": "no nightly run was forgotten or doubled",
             "states": "every occurrence stands where it stands undisturbed",
             "acts": "every act of a lead is recorded once"}
    for name, sentence in words.items():
        missing = [x for x in want[name] if x not in set(got[name])]
        more = [x for x in got[name] if x not in set(want[name])]
        extra = [x for x in more if not is_later(name, x)]
        tap.ok(not missing and not extra and len(got[name]) == len(want[name]) + len(more),
               "%s (%d, %d digests of a later day)" % (sentence, len(want[name]), len(more)),
               "missing %r\nmore %r" % (missing[:8], extra[:8]))


def check_books(tap, daemon, added):
    s = daemon.store()
    tap.same(s.rows("SELECT kind, state, count(*) FROM job WHERE state NOT IN (3, 5) GROUP BY 1, 2"), [],
             "no job is left ready, waiting or dead")
    n = s.one("SELECT count(*) FROM probe")
    tap.ok(n == added == s.one("SELECT count(*) FROM job WHERE kind = 5 AND state = 3"),
           "%d probe jobs added, each has its effect once" % added,
           "%d effects, %s" % (n, s.rows("SELECT state, count(*) FROM job WHERE kind = 5 GROUP BY 1")))
    tap.same(s.one("SELECT count(*) FROM probe p LEFT JOIN job j ON j.id = p.job AND j.state = 3 "
                   "WHERE j.id IS NULL"), 0, "no effect without its job done")
    tap.same(s.one("SELECT count(*) FROM notice WHERE state NOT IN (2, 4)"), 0,
             "every notice is accepted or visibly cancelled")
    tap.same(s.one("SELECT count(*) FROM notice n WHERE state = 2 AND (SELECT count(*) FROM "
                   "delivery_outcome o WHERE o.notice = n.id AND o.outcome = 'accepted') <> 1"), 0,
             "every accepted notice has one acceptance")
    tap.same(s.one("SELECT count(*) FROM delivery d JOIN delivery_outcome o ON o.notice = d.notice "
                   "AND o.outcome = 'accepted' AND o.attempt < d.attempt"), 0,
             "nothing accepted was tried again")
    files = harness.mails_in(daemon.dir + "/Maildir")
    ids = {m for (m,) in s.rows("SELECT message_id FROM notice WHERE state = 2")}
    strip = lambda m: m.strip("<>")
    tap.same({strip(m) for m in files if strip(m) not in {strip(i) for i in ids}}, set(),
             "no mail without its notice")
    tap.ok({strip(i) for i in ids} <= {strip(m) for m in files}, "every accepted notice is a file")
    tap.same([m for m, n in files.items() if n != 1], [], "one file for each Message-ID")
    unknown = s.one("SELECT count(*) FROM delivery d LEFT JOIN delivery_outcome o ON o.notice = d.notice "
                    "AND o.attempt = d.attempt WHERE o.notice IS NULL")
    tap.note("%d mails, %d attempts whose outcome nobody knows" % (len(files), unknown))
    tap.same(s.audit_break(), 0, "the audit chain is whole (%d rows)"
             % s.one("SELECT count(*) FROM audit"))
    tap.same(s.integrity(), "ok", "the store is sound")
    tap.same(bad_words(daemon.log())[:5], [], "nobody died of anything but a kill")


# ---- the one who kills ------------------------------------------------------------------------

class Killer(threading.Thread):
    """Kills at random moments, starts again what nobody else would, takes the time."""

    WEIGHTS = [("worker", 55), ("hub", 25), ("supervisor", 10), ("all", 10)]

    def __init__(self, daemon, rng, kills):
        super().__init__(daemon=True)
        self.daemon_, self.rng, self.kills = daemon, rng, kills
        self.done, self.times, self.error = 0, {}, None
        self.over = threading.Event()
        self.idle = threading.Event()
        self.early = 0

    def run(self):
        try:
            while self.done < self.kills and not self.over.is_set():
                time.sleep(self.rng.random() ** 2 * 0.15 * harness.SLOW)
                self.kill_one()
                self.done += 1
        except Exception as e:
            self.error = e
        self.idle.set()

    def kill_one(self):
        """One kill, or a second one before all are up again: that one may hit whoever is being born.
        Few of those in one life of the supervisor, which closes a pool after ten early deaths."""
        began = time.monotonic()
        what = self.strike()
        if what in ("hub", "worker") and self.early < 5 and self.rng.random() < 0.3:
            self.early += 1
            time.sleep(self.rng.random() * 0.05)
            what = "two in a row"
            self.strike()
            self.done += 1
        self.daemon_.ready()
        self.times.setdefault(what, []).append(time.monotonic() - began)

    def strike(self):
        d = self.daemon_
        what = self.rng.choices([w for w, n in self.WEIGHTS], [n for w, n in self.WEIGHTS])[0]
        hub = d.hub
        workers = [p for p in d.family() if p != hub and harness.program_of(p) != "coprod"]
        if what == "worker" and workers:
            harness.send_signal(self.rng.choice(sorted(workers)), 9)
        elif what == "hub" and hub:
            harness.send_signal(hub, 9)
        else:
            victims = [d.pid] if what == "supervisor" else self.rng.sample(
                [d.pid, hub] + workers, 2 + len(workers))
            for pid in victims:
                if pid:
                    harness.send_signal(pid, 9)
            d.process.wait(harness.GUARD_S)
            d.start(wait=False)
            self.early = 0
        return what


class Adder(threading.Thread):
    """Probe jobs in bursts, each key until the hub has said that it is there."""

    def __init__(self, daemon, rng):
        super().__init__(daemon=True)
        self.daemon_, self.rng = daemon, rng
        self.over = threading.Event()
        self.keys, self.error = 0, None

    def run(self):
        try:
            while not self.over.is_set():
                n = self.rng.choice([1, 7, 60, 400])
                self.add_all(["burst|%d" % (self.keys + i) for i in range(n)])
                self.keys += n
                self.over.wait(self.rng.random() * 0.06)
        except Exception as e:
            self.error = e

    def add_all(self, keys):
        end = time.monotonic() + harness.GUARD_S
        while time.monotonic() < end:
            try:
                c = self.daemon_.client()
                try:
                    if c.add(keys) >= 0:
                        return
                finally:
                    c.close()
            except (Lost, OSError):
                pass
            time.sleep(0.005)
        raise TimeoutError("a burst is not answered")


# ---- the two runs -----------------------------------------------------------------------------

def reference(seed):
    rng = random.Random(seed)
    history = []
    with harness.folder() as d:
        configure(d)
        daemon = Daemon(d).start()
        for day in days(FIRST, LAST, STEP_DAYS):
            daemon.run_clock(day)
            acts = draw_acts(rng, daemon.store())
            answers = [do_act(daemon, act, "word %s %d" % (day, i))[0] for i, act in enumerate(acts)]
            history.append((day, acts, answers))
        daemon.run_clock(LAST)
        told = story(daemon.store())
        assert daemon.stop() == 0
    return history, told


def disturbed(tap, seed, kills, history, told):
    rng = random.Random(seed + 1)
    with harness.folder() as d:
        configure(d)
        daemon = Daemon(d).start()
        killer, adder = Killer(daemon, rng, kills), Adder(daemon, random.Random(seed + 2))
        adder.start()
        killer.start()
        strange = []
        for n, (day, acts, answers) in enumerate(history):
            while killer.done * len(history) < n * kills and not killer.error:
                time.sleep(0.002)  # the kills are spread over the whole history
            run_clock(daemon, day)
            for i, act in enumerate(acts):
                code = do_act(daemon, act, "word %s %d" % (day, i))[0]
                if code != answers[i]:
                    strange.append((day, act, code, answers[i]))
        until(killer.idle.is_set, "all kills are done", harness.GUARD_S * 10)
        adder.over.set()
        adder.join(harness.GUARD_S)
        tap.ok(not killer.error and killer.done >= kills, "%d kills, ready again after each" % killer.done,
               repr(killer.error))
        tap.ok(not adder.error, "every burst of jobs was taken", repr(adder.error))
        tap.same(strange[:5], [], "every act had the answer it has undisturbed")
        run_clock(daemon, LAST)
        until(lambda: not daemon.store().one("SELECT count(*) FROM job WHERE state IN (1, 2)"),
              "all jobs are over")
        daemon.ready()
        every = sorted(t for times in killer.times.values() for t in times)
        for what, times in sorted(killer.times.items()):
            tap.note("%s: %d kills, ready again after %.0f ms median, %.0f ms at most" % (
                what, len(times), 1000 * statistics.median(times), 1000 * max(times)))
        if every:
            tap.note("ready again: median %.0f ms, max %.0f ms (the mark is 5 s)" % (
                1000 * statistics.median(every), 1000 * max(every)))
        tap.same(daemon.stop(), 0, "SIGTERM at the end: exit 0")
        compare(tap, told, story(Store(d + "/state/coprod.db")))
        check_books(tap, daemon, adder.keys)
        if tap.failed and os.environ.get("COPROD_TRACE"):
            print("\n".join(harness.log_tail(d, 200)))


def main():
    kills = int(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("COPROD_KILLS", "200"))
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(10 ** 6)
    tap = Tap()
    tap.note("seed %d, %d kills" % (seed, kills))
    began = time.monotonic()
    history, told = reference(seed)
    tap.note("undisturbed: %d acts in %d steps, %d notices, %.1f s" % (
        sum(len(a) for _, a, _ in history), len(history), len(told["notices"]),
        time.monotonic() - began))
    disturbed(tap, seed, kills, history, told)
    tap.note("%.1f s in all" % (time.monotonic() - began))
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
