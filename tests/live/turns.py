#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""turns.py - processes that stop without dying: one that has the writers' turn, one that has a lease,
the hub itself. Each is noticed and killed, its work is done by others, what it says late is refused."""
import os
import signal
import sys
import threading
import time

import harness
from harness import Daemon, Tap, configure, run_all, send_signal, state_of, turn_holder, until

STOP, CONT = signal.SIGSTOP, signal.SIGCONT


class Load(threading.Thread):
    """Probe jobs, always some of them open."""

    def __init__(self, daemon, word, burst=1000):
        super().__init__(daemon=True)
        self.daemon_, self.word, self.burst = daemon, word, burst
        self.over, self.keys, self.error = threading.Event(), 0, None
        self.start()

    def run(self):
        try:
            while not self.over.is_set():
                self.add(self.burst)
        except Exception as e:
            self.error = e

    def add(self, n):
        keys = ["%s|%d" % (self.word, self.keys + i) for i in range(n)]
        end = time.monotonic() + harness.GUARD_S
        while True:
            try:
                c = self.daemon_.client()
                try:
                    c.add(keys)
                    self.keys += n
                    return
                finally:
                    c.close()
            except (harness.Lost, OSError):
                if time.monotonic() > end:
                    raise
                time.sleep(0.01)

    def end(self):
        self.over.set()
        self.join(harness.GUARD_S)


def effects(daemon):
    return daemon.store().one("SELECT count(*) FROM probe")


def finish(tap, daemon, load, name):
    load.end()
    until(lambda: not daemon.store().one("SELECT count(*) FROM job WHERE state IN (1, 2)"),
          "every job is over")
    s = daemon.store()
    tap.ok(not load.error and effects(daemon) == load.keys, "%s: %d jobs, each done once"
           % (name, load.keys), (load.error, effects(daemon)))
    tap.same((s.integrity(), s.audit_break()), ("ok", 0), name + ": the store is sound")
    tap.same(daemon.stop(), 0, name + ": the daemon ends in peace")
    tap.same(harness.bad_words(daemon.log()), [], name + ": nobody died of anything but a kill")


def stop_with_turn(daemon):
    """Stops a probe worker in a moment in which it has the writers' turn; its pid, and a time not
    after that moment. Stopping and letting go on until the kernel says that it is the holder."""
    end = time.monotonic() + harness.GUARD_S
    while time.monotonic() < end:
        before = time.monotonic()
        holder = turn_holder(daemon.dir)
        if not holder or harness.program_of(holder) != "coprod-probe":
            continue
        if not send_signal(holder, STOP):
            continue
        until(lambda: state_of(holder) in ("T", "t", ""), "it has stopped")
        if turn_holder(daemon.dir) == holder:
            return holder, before
        send_signal(holder, CONT)
    raise TimeoutError("no worker was caught with the turn")


def stopped_with_the_turn(tap, d):
    configure(d, lease_s=60, workers={"probe": 2})
    daemon = Daemon(d).start()
    load = Load(daemon, "turn")
    until(lambda: effects(daemon) > 2000, "the load runs")
    victim, stopped = stop_with_turn(daemon)
    until(lambda: not state_of(victim), "who keeps the turn is killed")
    took = time.monotonic() - stopped
    tap.ok(True, "a worker stopped while it has the writer's turn is killed")
    tap.note("after %.1f s (5 s is the rule)" % took)
    tap.ok(took > 2, "not before its time", took)
    before = effects(daemon)
    until(lambda: effects(daemon) > before, "the others go on")
    tap.ok(True, "the others go on")
    tap.ok("keeps the turn" in daemon.log(), "the log names it")
    until(lambda: len(daemon.family("probe")) == 2, "and it is born again")
    finish(tap, daemon, load, "turn kept")


def frozen_with_a_lease(tap, d):
    configure(d, lease_s=2, mail={"timeout_s": 1}, workers={"probe": 2})
    daemon = Daemon(d).start()
    load = Load(daemon, "lease")
    until(lambda: effects(daemon) > 2000, "the load runs")

    def freeze():
        """A worker stopped while it holds jobs and not the turn."""
        for kind, pid, word, held in daemon.workers():
            if kind == "probe" and held > 0 and send_signal(pid, STOP):
                until(lambda: state_of(pid) in ("T", "t", ""), "it has stopped")
                if turn_holder(d) != pid and any(p == pid and n for _, p, _, n in daemon.workers()):
                    return pid
                send_signal(pid, CONT)
        return 0
    victim = until(freeze, "a worker is frozen with jobs in hand")
    began = time.monotonic()
    until(lambda: not state_of(victim), "the frozen worker is killed")
    tap.ok(True, "a frozen worker is killed when its lease is over")
    tap.note("after %.1f s with a lease of 2 s" % (time.monotonic() - began))
    tap.ok("said nothing for as long as its lease" in daemon.log(), "the log says why")
    finish(tap, daemon, load, "lease lost")


def frozen_while_work_trickles_in(tap, d):
    """Each job that is offered would be a new lease, if who stands still were asked no other way."""
    configure(d, lease_s=2, mail={"timeout_s": 1}, workers={"probe": 1})
    daemon = Daemon(d).start()
    victim = daemon.family("probe")[0]
    send_signal(victim, STOP)
    until(lambda: state_of(victim) == "T", "it has stopped")
    c = daemon.client()
    n = 0

    def one_more():
        nonlocal n
        c.add(["trickle|%d" % n])
        n += 1
        return not state_of(victim)
    until(one_more, "the frozen worker is killed", every=0.2)
    c.close()
    tap.ok("said nothing for as long as its lease" in daemon.log(),
           "a frozen worker is killed though more work comes in all the time")
    until(lambda: effects(daemon) == n, "all of it is done by another")
    tap.same(daemon.stop(), 0, "the daemon ends in peace")


def frozen_before_it_spoke(tap, d):
    configure(d, lease_s=2, mail={"timeout_s": 1}, workers={"probe": 1})
    daemon = Daemon(d).start()

    def catch():
        old = daemon.family("probe")
        for pid in old:
            send_signal(pid, signal.SIGKILL)
        born = until(lambda: [p for p in children_of(daemon) if p not in before | set(old)],
                     "it is born again", every=0)[0]
        send_signal(born, STOP)
        until(lambda: state_of(born) in ("T", "t", ""), "it has stopped")
        if state_of(born) and all(p != born for _, p, _, _ in daemon.workers()):
            return born
        send_signal(born, CONT)
        daemon.ready()
        return 0
    before = set(daemon.family()) - set(daemon.family("probe"))
    victim = until(catch, "a worker is frozen before its first word")
    daemon.run_clock("2015-02-17")
    tap.ok(daemon.store().one("SELECT count(*) FROM notice"),
           "a worker frozen before its first word holds up nobody for long")
    until(lambda: not state_of(victim), "it is killed")
    tap.ok("never said what it holds" in daemon.log(), "it is killed, and the log says why")
    daemon.ready()
    tap.same(daemon.stop(), 0, "the daemon ends in peace")


def children_of(daemon):
    return harness.children(daemon.pid)


def late_result(tap, d):
    """Frozen before it wrote, its job is offered again while it lives: a supervisor that cannot kill
    stands for a machine that thaws late. What it then writes changes nothing."""
    configure(d, lease_s=2, mail={"timeout_s": 1}, workers={"probe": 1})
    daemon = Daemon(d).start()
    victim = daemon.family("probe")[0]
    send_signal(victim, STOP)
    until(lambda: state_of(victim) == "T", "it has stopped")
    c = daemon.client()
    c.add(["late|%d" % i for i in range(50)])
    c.close()
    until(lambda: any(p == victim and n for _, p, _, n in daemon.workers()), "it was given the jobs")
    send_signal(daemon.pid, STOP)  # now nobody can kill it
    until(lambda: "said nothing for as long" in daemon.log(), "the lease is over")
    # By the rules of the store a later attempt is another's: here the hub's own word, by hand.
    import sqlite3
    db = sqlite3.connect(d + "/state/coprod.db", timeout=harness.GUARD_S)
    db.execute("UPDATE job SET attempt = attempt + 1 WHERE kind = 5 AND state = 2")
    db.commit()
    db.close()
    send_signal(victim, CONT)
    until(lambda: int(daemon.status()["stale"]) >= 50, "its late results are refused")
    tap.same(effects(daemon), 0, "late results of a lost lease change nothing")
    tap.ok(True, "and are counted as stale (%s)" % daemon.status()["stale"])
    send_signal(daemon.pid, CONT)
    until(lambda: effects(daemon) == 50, "the later attempt does them")
    tap.same(daemon.store().rows("SELECT attempt, count(*) FROM probe GROUP BY 1")[0][1], 50,
             "each job is done once, by the later attempt")
    tap.same(daemon.stop(), 0, "the daemon ends in peace")


def told_to_end(tap, d):
    """A reload ends the workers; a job that one of them had not begun yet has killed nobody."""
    configure(d, workers={"probe": 1})
    daemon = Daemon(d).start()
    victim = daemon.family("probe")[0]
    send_signal(victim, STOP)
    until(lambda: state_of(victim) == "T", "it has stopped")
    c = daemon.client()
    c.add(["end|1"])
    c.close()
    until(lambda: any(p == victim and n for _, p, _, n in daemon.workers()), "it was given the job")
    daemon.ask("reload")
    send_signal(victim, CONT)
    until(lambda: effects(daemon) == 1, "the job is done by the next worker")
    tap.same(daemon.store().rows("SELECT attempt, failures, deaths FROM job WHERE kind = 5"),
             [(1, 0, 0)], "a job let go by a worker that was told to end counts no death")
    until(lambda: victim not in daemon.family(), "the worker that was told to end is gone")
    tap.ok(True, "that worker is gone")
    tap.same(daemon.stop(), 0, "the daemon ends in peace")


def waits_in_peace(tap, d):
    """What is due while another process has the turn waits for it without burning the machine."""
    import fcntl
    import sqlite3
    configure(d, workers={"probe": 1})
    daemon = Daemon(d, clock="real").start()
    due = time.time() + 1
    db = sqlite3.connect(d + "/state/coprod.db", timeout=harness.GUARD_S)
    db.execute("INSERT INTO job (id, kind, key, state, run_at_ms, created_ms, changed_ms)"
               " VALUES (1000000, 5, 'peace', 1, ?, 0, 0)", (int(due * 1000),))
    db.commit()
    db.close()
    daemon.status()  # the hub looks again when the next thing is due

    def ticks():
        with open("/proc/%d/stat" % daemon.hub) as f:
            cells = f.read().rpartition(")")[2].split()
        return int(cells[11]) + int(cells[12])
    with open(d + "/state/coprod.turn", "r+b") as turn:
        fcntl.lockf(turn, fcntl.LOCK_EX, 1, 1)
        time.sleep(max(0, due + 0.3 - time.time()))
        before = ticks()
        time.sleep(1)
        burnt = ticks() - before
    tap.ok(burnt < 10, "a hub that waits for the turn sleeps", "%d ticks in a second" % burnt)
    until(lambda: effects(daemon) == 1, "and does what is due when it has it")
    tap.same(daemon.stop(), 0, "the daemon ends in peace")


STEPS_DAY = "2015-02-17"
STEPS_OPEN = "SELECT count(*) FROM job WHERE key LIKE 'step|%' AND state IN (1, 2)"


def waits_at_the_gate(pid):
    """Whether a process stands before the writers' gate, and so has taken neither seat nor turn."""
    with open("/proc/locks") as f:
        rows = [line.split() for line in f]
    return any(r[1:3] == ["->", "POSIX"] and r[5:6] + r[7:] == [str(pid), "0", "0"] for r in rows)


def worker_outlives_the_hub(daemon):
    """The steps of a day are in a worker's hand, none is written yet, and the hub dies; the next hub
    has looked what is due before the worker, stopped before the writers' gate, has written a word.
    The worker's pid: let go on, it writes all of them and has no hub to tell it to."""
    import fcntl
    daemon.run_clock("2015-02-16")
    worker, hub = daemon.family("remind")[0], daemon.hub
    send_signal(worker, STOP)
    until(lambda: state_of(worker) == "T", "it has stopped")
    c = daemon.client()
    c.send(c.call_bytes("clock-run", {"until": STEPS_DAY}))
    until(lambda: any(p == worker and n >= 16 for _, p, _, n in daemon.workers()),
          "it was given the steps")
    with open(daemon.dir + "/state/coprod.turn", "r+b") as turn:
        fcntl.lockf(turn, fcntl.LOCK_EX, 1, 0)
        send_signal(worker, CONT)
        until(lambda: waits_at_the_gate(worker), "it begins to write them")
        send_signal(worker, STOP)
        until(lambda: state_of(worker) == "T", "it has stopped again")
        send_signal(hub, signal.SIGKILL)
    c.close()
    until(lambda: daemon.hub not in (0, hub), "another hub is born")
    daemon.status()  # answered after its first look
    until(lambda: {p for p in daemon.family() if p not in (daemon.hub, worker)}
          <= {p for _, p, _, _ in daemon.workers()}, "the others have said what they hold")
    assert daemon.store().one(STEPS_OPEN) == 16
    return worker


def digests_of(daemon, table="notice", more=""):
    return daemon.store().one("SELECT count(*) FROM %s WHERE key LIKE 'digest|%%|%s' %s"
                              % (table, STEPS_DAY, more))


def last_word_to_nobody(tap, d):
    configure(d, lease_s=600, workers={"probe": 0})
    daemon = Daemon(d).start()
    worker = worker_outlives_the_hub(daemon)
    c = daemon.client()
    c.send(c.call_bytes("clock-run", {"until": STEPS_DAY}))
    c.call("status")  # the clock waits to run; from here no question makes the hub look
    send_signal(worker, CONT)
    c.result(3 * harness.GUARD_S)
    c.close()
    tap.same(daemon.store().one(STEPS_OPEN), 0, "a worker wrote what it had in hand without a hub")
    tap.same(digests_of(daemon, more="AND state = 2"), 14,
             "the hub that it greets looks at what it wrote: the digests go on the same day")
    tap.same(daemon.stop(), 0, "the daemon ends in peace")


def last_word_of_the_dead(tap, d):
    """The same, and the worker dies before it greets the next hub, whose socket it does not find."""
    configure(d, lease_s=600, workers={"probe": 0})
    daemon = Daemon(d).start()
    worker = worker_outlives_the_hub(daemon)
    os.rename(d + "/run/work", d + "/run/elsewhere")
    send_signal(worker, CONT)
    until(lambda: not daemon.store().one(STEPS_OPEN), "it has written what it had in hand")
    send_signal(worker, signal.SIGKILL)
    until(lambda: digests_of(daemon, "job") == 14, "the digests are ordered")
    tap.ok(True, "a death makes the hub look at what the dead wrote, before another worker is there")
    os.rename(d + "/run/elsewhere", d + "/run/work")
    daemon.run_clock(STEPS_DAY)
    tap.same(digests_of(daemon, more="AND state = 2"), 14, "and the digests go on the same day")
    tap.same(daemon.stop(), 0, "the daemon ends in peace")


def hub_stands_still(tap, d):
    configure(d, workers={"probe": 2})
    daemon = Daemon(d, env={"COPROD_WATCHDOG_MS": str(int(3000 * harness.SLOW))}).start()
    load = Load(daemon, "hub", burst=200)
    until(lambda: effects(daemon) > 500, "the load runs")
    hub = daemon.hub
    workers = set(daemon.family()) - {hub}
    send_signal(hub, STOP)
    began = time.monotonic()
    until(lambda: daemon.hub not in (0, hub), "a hub without progress is killed, another is born")
    tap.ok(True, "a hub that stands still is killed, another is born")
    tap.note("after %.1f s with a watchdog of 3 s" % (time.monotonic() - began))
    daemon.ready()
    before = effects(daemon)
    until(lambda: effects(daemon) > before, "work goes on")
    tap.ok(workers <= set(daemon.family()), "the workers outlive it", (workers, daemon.family()))
    tap.ok("made no progress" in daemon.log(), "the log says why")
    finish(tap, daemon, load, "hub stopped")


if __name__ == "__main__":
    sys.exit(run_all([stopped_with_the_turn, frozen_with_a_lease, frozen_while_work_trickles_in,
                      frozen_before_it_spoke, late_result, told_to_end, waits_in_peace,
                      last_word_to_nobody, last_word_of_the_dead, hub_stands_still], Tap()))
