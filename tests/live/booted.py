#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""booted.py - the installed service under a real systemd: a machine that shares this one's /usr is
booted in a container, and does what an operator does. Without root or systemd-nspawn it is not run.

The machine has its own network, processes and users; nothing of it is seen outside. What the test
started it ends, by pid.
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile

from harness import GUARD_S, ROOT, Tap, until

MODE = os.environ.get("COPROD_MODE", "release")
FILES = {"passwd": "root:x:0:0:root:/root:/bin/sh\nofficer:x:2001:2001::/:/bin/sh\nvisitor:x:2002:2002::/:/bin/sh\n",
         "group": "root:x:0:\nofficer:x:2001:\nvisitor:x:2002:\n", "shadow": "root:*:::::::\n",
         "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n", "hosts": "127.0.0.1 localhost\n",
         "machine-id": ""}
DROPIN = "[Service]\nWatchdogSec=3s\n"


class Machine:
    """A root folder with /usr laid over this machine's, booted."""

    def __init__(self):
        self.place = tempfile.mkdtemp(prefix="coprod-boot-")
        self.root = self.place + "/root"
        self.leader = None
        self.process = None
        for name in ("etc", "var", "run", "tmp", "proc", "sys", "dev", "root", "usr"):
            os.makedirs(self.root + "/" + name)
        for name in ("bin", "sbin", "lib", "lib64"):
            os.symlink("usr/" + name, self.root + "/" + name)
        for name, text in FILES.items():
            with open(self.root + "/etc/" + name, "w") as f:
                f.write(text)
        shutil.copy("/etc/ld.so.cache", self.root + "/etc")
        os.makedirs(self.place + "/over")
        os.makedirs(self.place + "/work")
        how = "lowerdir=/usr,upperdir=%s/over,workdir=%s/work" % (self.place, self.place)
        self.is_laid = subprocess.run(["mount", "-t", "overlay", "overlay", "-o", how, self.root + "/usr"],
                                      capture_output=True).returncode == 0

    def install(self):
        env = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
        done = subprocess.run(["make", "--no-print-directory", "MODE=" + MODE, "install", "DESTDIR=" + self.root],
                              cwd=ROOT, env=env, capture_output=True, text=True)
        folder = self.root + "/etc/systemd/system/coprod.service.d"
        os.makedirs(folder)
        with open(folder + "/watchdog.conf", "w") as f:
            f.write(DROPIN)
        return done

    def can_boot(self):
        """In a container, or under a kernel without what it takes, no machine can be made."""
        return self.is_laid and subprocess.run(
            ["systemd-nspawn", "-q", "-D", self.root, "--register=no", "--keep-unit", "--private-network", "true"],
            stdin=subprocess.DEVNULL, capture_output=True).returncode == 0

    def find_leader(self):
        """Pid 1 of the machine, as seen from here."""
        for name in os.listdir("/proc"):
            try:
                with open("/proc/%s/status" % name) as f:
                    status = dict(line.split(":\t", 1) for line in f.read().splitlines() if ":\t" in line)
            except (OSError, ValueError):
                continue
            if status.get("NSpid", "").split()[1:] == ["1"] and int(status["PPid"]) == self.process.pid:
                return int(name)
        return None

    def boot(self):
        self.process = subprocess.Popen(
            ["systemd-nspawn", "-q", "-D", self.root, "--boot", "--register=no", "--keep-unit",
             "--machine=coprod-test-%d" % os.getpid(), "--link-journal=no", "--console=passive", "--private-network"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        self.leader = until(self.find_leader, "pid 1 of the machine")
        until(lambda: self.run("systemctl", "is-system-running")[1].strip() in ("running", "degraded"),
              "the machine to be up")

    def run(self, *words):
        p = subprocess.run(["nsenter", "-t", str(self.leader), "-a", *words], capture_output=True, text=True,
                           timeout=GUARD_S, env={"PATH": "/usr/sbin:/usr/bin", "LANG": "C.UTF-8"})
        return p.returncode, p.stdout + p.stderr

    def run_as(self, user, *words):
        return self.run("setpriv", "--reuid", user, "--regid", user, "--init-groups", *words)

    def show(self, key):
        return self.run("systemctl", "show", "coprod", "--value", "-p", key)[1].strip()

    def pid_of(self, program):
        return self.run("pgrep", "-o", "-f", "^[^ ]*/" + program + " ")[1].strip()

    def end(self):
        if self.leader:
            self.run("systemctl", "poweroff", "--no-block")
        if self.process:
            try:
                self.process.wait(GUARD_S)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGTERM)
                self.process.wait()
        if self.is_laid:
            subprocess.run(["umount", self.root + "/usr"], check=False)
        if not os.path.ismount(self.root + "/usr"):
            shutil.rmtree(self.place, ignore_errors=True)


def edit(path, old, new):
    with open(path) as f:
        text = f.read()
    assert old in text, (path, old)
    with open(path, "w") as f:
        f.write(text.replace(old, new, 1))


def starts(tap, m):
    code, out = m.run("systemctl", "start", "coprod")
    tap.same(code, 0, "systemctl start waits until it is ready")
    tap.same(m.show("StatusText"), "ready", "and systemd knows in words")
    tap.same(m.show("User"), "coprod", "it runs as a user of its own")
    facts = m.run("sh", "-c", "cat /proc/$(pgrep -o -f /coprod-hub)/status")[1]
    tap.ok("NoNewPrivs:\t1" in facts and "Seccomp:\t2" in facts and "CapBnd:\t0000000000000000" in facts,
           "confined: no privileges to gain, no capabilities, calls filtered", facts)
    code, out = m.run("coprodctl", "doctor")
    tap.same(code, 0, "doctor finds nothing wrong")
    tap.ok("daemon" in out and "audit" in out, "and looked at daemon and audit", out)
    code, out = m.run("coprodctl", "explain", "2b")
    tap.same(code, 0, "root reads why and when")


def users(tap, m):
    m.run("usermod", "-a", "-G", "coprod", "officer")
    hold = ["coprodctl", "mail", "hold", "--reason", "looking first"]
    code, out = m.run_as("visitor", *hold)
    tap.ok(code != 0 and "coprodctl: " in out, "a user outside the group changes nothing", out)
    code, out = m.run_as("officer", *hold)
    tap.ok(code != 0 and "under admins:" in out, "nor does one of the group", out)
    edit(m.root + "/etc/coprod/coprod.yaml", "users: {}", "users:\n  officer: quality-governance-manager")
    tap.same(m.run("systemctl", "reload", "coprod")[0], 0, "systemctl reload tells success")
    code, out = m.run_as("officer", *hold)
    tap.ok(code != 0 and "under admins: in coprod.yaml (nobody is named there)" in out,
           "nor does one with a role hold mail", out)
    edit(m.root + "/etc/coprod/coprod.yaml", "admins: []", "admins: [officer]")
    tap.same(m.run("systemctl", "reload", "coprod")[0], 0, "the officer is made an admin")
    code, out = m.run_as("officer", *hold)
    tap.same((code, out), (0, "mail is held: everything is decided and kept, nothing leaves\n"),
             "a user of the group who is an admin does")
    tap.ok("looking first" in m.run("coprodctl", "status")[1], "and status says so")


def reloads(tap, m):
    plan = m.root + "/etc/coprod/plan.yaml"
    with open(plan) as f:
        good = f.read()
    with open(plan, "w") as f:
        f.write(good + "\nno_such_key: 1\n")
    tap.ok(m.run("systemctl", "reload", "coprod")[0] != 0, "reload of a bad file fails")
    tap.same(m.show("ActiveState"), "active", "and the service goes on")
    with open(plan, "w") as f:
        f.write(good)
    tap.same(m.run("systemctl", "reload", "coprod")[0], 0, "mended, it is taken")


def survives(tap, m):
    hub = m.pid_of("coprod-hub")
    m.run("kill", "-9", hub)
    until(lambda: m.pid_of("coprod-hub") not in ("", hub), "a new hub")
    until(lambda: m.run("coprodctl", "status")[0] == 0, "the new hub to answer")
    tap.same(m.show("NRestarts"), "0", "a hub that is killed comes back without systemd's help")
    m.run("kill", "-STOP", m.show("MainPID"))
    until(lambda: m.show("NRestarts") == "1", "the watchdog")
    until(lambda: m.show("ActiveState") == "active" and m.run("coprodctl", "status")[0] == 0, "the new start")
    tap.ok(True, "a supervisor that stands still is ended by the watchdog and started again")
    tap.same(m.run("coprodctl", "audit", "verify")[0], 0, "the audit chain is whole")


def journal(tap, m):
    lines = [json.loads(line) for line in m.run("journalctl", "-u", "coprod", "-o", "json")[1].splitlines()
             if line.startswith("{")]
    ready = [x for x in lines if x.get("MESSAGE_ID") == "f898035a001249bcaaad4e87fc084529"]
    tap.ok(len(ready) >= 2, "the journal has both starts, by their own kind of event", len(lines))
    people = [x["MESSAGE"] for x in lines if "@" in str(x.get("MESSAGE", ""))]
    tap.same(people, [], "and no address of anybody")
    m.run("journalctl", "--update-catalog")
    tap.ok("coprod" in m.run("journalctl", "-x", "-u", "coprod", "--no-pager")[1], "with an explanation of each")


def stops(tap, m):
    tap.same(m.run("systemctl", "stop", "coprod")[0], 0, "systemctl stop")
    tap.same((m.show("ActiveState"), m.show("Result")), ("inactive", "success"), "ends in peace")
    tap.same(m.pid_of("coprod"), "", "and leaves nobody behind")
    tap.same(m.run("systemctl", "start", "coprod")[0], 0, "it starts again")
    tap.ok("looking first" in m.run("coprodctl", "status")[1], "with what was decided before")


def main():
    tap = Tap()
    if os.geteuid() != 0 or not shutil.which("systemd-nspawn"):
        print("1..0 # skip it takes root and systemd-nspawn to boot a machine")
        return 0
    if MODE == "asan":
        print("1..0 # skip the unit's bounds leave no room for what ASan needs")
        return 0
    m = Machine()
    try:
        if not m.can_boot():
            print("1..0 # skip no machine can be booted in a container here")
            return 0
        done = m.install()
        tap.same(done.returncode, 0, "make install into the machine")
        m.boot()
        for test in (starts, users, reloads, survives, journal, stops):
            try:
                test(tap, m)
            except Exception as e:  # noqa: a broken test is a failed test
                tap.ok(False, "%s: %s" % (test.__name__, type(e).__name__),
                       "%s\n%s" % (e, m.run("journalctl", "-u", "coprod", "-n", "30", "--no-pager")[1]))
    finally:
        m.end()
    return tap.end()


sys.exit(main())
