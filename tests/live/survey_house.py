#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""survey_house.py - helper of the tests of surveys: a daemon with survey definitions in a folder of its own.

COPROD_BIN (or COPROD_BUILD) names the folder of the programs. Prints TAP; exit 1 when a check fails.
"""
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("COPROD_BUILD") or next(
    (d for d in ("build/release", "build/debug") if os.path.exists(os.path.join(ROOT, d, "bin/coprodctl"))),
    "build/release")
BIN = os.environ.get("COPROD_BIN") or os.path.join(ROOT, BUILD, "bin")
SHARED = os.environ.get("COPROD_SHARED") or os.path.join(ROOT, "../shared")
GUARD_S = 120 * float(os.environ.get("COPROD_SLOW", "1"))
TABULATE = ("survey", "tabulate", "config/surveys/coproduction.yaml")
TABULATE_HOW = ("--by", "month,level,unit", "--internal", "--format", "csv")
tally = {"tests": 0, "bad": 0}


def ok(good, name, note=""):
    tally["tests"] += 1
    tally["bad"] += not good
    print("%s %d - %s" % ("ok" if good else "not ok", tally["tests"], name), flush=True)
    if not good:
        print("# " + str(note)[:2000].replace("\n", "\n# "), flush=True)


def wait_until(what):
    end = time.monotonic() + GUARD_S
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.02)
    return False


class Daemon:
    """A daemon in a folder of its own."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="cps-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
        self.state = self.dir + "/state"
        self.conf = self.dir + "/etc/coprod.yaml"
        shutil.copytree(os.path.join(ROOT, "config"), self.dir + "/etc")
        with open(self.conf, "a") as f:
            f.write("state_dir: %s\nruntime_dir: %s/run\n" % (self.state, self.dir))
        self.child = None

    def start(self):
        self.log = open(self.dir + "/log", "ab")
        self.child = subprocess.Popen([BIN + "/coprod", "--config=" + self.conf], stdout=self.log,
                                      stderr=self.log, start_new_session=True)
        return wait_until(lambda: self.ctl("worker", "list").returncode == 0)

    def stop(self, signo=signal.SIGTERM):
        if self.child:
            self.child.send_signal(signo)
            self.child.wait(GUARD_S)
            self.child = None

    def ctl(self, *words):
        return subprocess.run([BIN + "/coprodctl", *words, "--config", self.conf],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=GUARD_S)

    def children(self):
        """Pids of the supervisor's children by name."""
        found = {}
        path = "/proc/%d/task/%d/children" % (self.child.pid, self.child.pid)
        with open(path) as f:
            for pid in f.read().split():
                try:
                    with open("/proc/%s/comm" % pid) as c:
                        found.setdefault(c.read().strip(), []).append(int(pid))
                except OSError:
                    pass
        return found

    def drop(self, name, data):
        inbox = self.state + "/inbox"
        os.makedirs(inbox, exist_ok=True)
        with open("%s/.%s" % (inbox, name), "w", newline="") as f:
            f.write(data)
        os.rename("%s/.%s" % (inbox, name), "%s/%s" % (inbox, name))

    def done(self):
        self.stop(signal.SIGKILL)
        time.sleep(0.2)
        shutil.rmtree(self.dir, ignore_errors=True)


def counts(answer):
    return [answer[k] for k in ("read", "new", "repeat", "rejected")]


def finished(d, name):
    """A job that killed three workers is set aside by design: an operator tries it again."""
    dead = json.loads(d.ctl("job", "list", "--state", "dead", "--json").stdout or "{}")
    for job in dead.get("jobs", []):
        d.ctl("job", "retry", str(job["id"]))
    return os.path.exists(d.state + "/done/" + name)


def long_file(d, n_rows):
    path = "%s/long-%d.csv" % (d.dir, n_rows)
    with open(path, "w") as f:
        f.write("response_id,date,service,team,involved\n")
        f.writelines("p%d-%d,2018-0%d-01,S,T,1\n" % (n_rows, i, i % 9 + 1) for i in range(n_rows))
    return path


def in_a_house(*parts):
    """Each part with the same daemon, one after the other."""
    d = Daemon()
    try:
        ok(d.start(), "the daemon is up", open(d.dir + "/log").read())
        for part in parts:
            part(d)
        d.stop()
    finally:
        d.done()


def finish():
    print("1..%d" % tally["tests"])
    return 1 if tally["bad"] else 0
