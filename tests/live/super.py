#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""super.py - the supervisor with real processes: a hub and workers that are small scripts.

Prints TAP; exit 1 when a check fails. COPROD_BUILD names the build folder (build/release).
"""
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

BUILD = os.environ.get("COPROD_BUILD") or next(
    (d for d in ("build/release", "build/debug") if os.path.exists(d + "/bin/coprod")), "build/release")
COPROD = os.path.abspath(BUILD + "/bin/coprod")
SLOW = float(os.environ.get("COPROD_SLOW", "1"))
GUARD_S = 60 * SLOW  # no check depends on how fast it is, only on its coming at all
WATCHDOG_MS = int(3000 * SLOW)

FAKE_HUB = r'''#!/usr/bin/python3
import os, signal, socket, struct, sys, time
d = os.environ["FAKE_DIR"]
fmt = struct.Struct("<HHiiIQ16s224s")
names = {16: "BORN", 17: "DIED", 18: "POOL_CLOSED", 19: "STOP", 20: "RELOAD"}
verbs = {"READY": 1, "STATUS": 2, "PROGRESS": 3, "KILL": 4, "EXTEND": 5, "RELOADED": 6, "USEFUL": 7}
log = open(d + "/hub.log", "a", buffering=1)
kin = socket.socket(fileno=3)
kin.setblocking(False)
def say(verb, pid=0, status=0, counter=0, text=b""):
    kin.send(fmt.pack(1, verbs[verb], pid, status, 0, counter, b"", text))
signal.signal(signal.SIGTERM, lambda *a: (log.write("TERM\n"), os._exit(0)))
log.write("hub %d %s\n" % (os.getpid(), " ".join(sys.argv[1:])))
if os.path.exists(d + "/hub.code"):
    sys.exit(int(open(d + "/hub.code").read()))
if not os.path.exists(d + "/hub.notready"):
    say("READY", text=b"all well")
n = 0
hung = False
while True:
    n += 1
    if not hung:
        say("PROGRESS", counter=n)
    try:
        w = fmt.unpack(kin.recv(4096))
        kind = w[6].rstrip(b"\0").decode()
        log.write("%s %s %d %d\n" % (names[w[1]], kind, w[2], w[3]))
        if w[1] == 19:
            sys.exit(0)
        if w[1] == 20:
            bad = os.path.exists(d + "/hub.badreload")
            say("RELOADED", status=-22 if bad else 0, text=b"plan.yaml:1:1: no" if bad else b"all read")
        if w[1] == 16 and not os.path.exists(d + "/hub.unimpressed"):
            say("USEFUL", pid=w[2])
        continue
    except BlockingIOError:
        pass
    try:
        os.rename(d + "/hub.cmd", d + "/hub.doing")
        word = open(d + "/hub.doing").read().split()
        if word[0] == "HANG":
            hung = True
        elif word[0] == "JUNK":
            kin.send(b"junk")
        else:
            say(word[0], pid=int(word[1]), text=b"lease ran out")
    except FileNotFoundError:
        pass
    time.sleep(0.02)
'''
FAKE_WORKER = r'''#!/usr/bin/python3
import os, signal, sys, time
d = os.environ["FAKE_DIR"]
kind = os.path.basename(sys.argv[0])[len("coprod-"):]
def end(signo, frame):
    open(d + "/workers.log", "a").write("end %s %d %s\n" % (kind, os.getpid(), signal.Signals(signo).name))
    os._exit(0)
for s in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(s, end)
open(d + "/workers.log", "a").write("born %s %d %s\n" % (kind, os.getpid(), " ".join(sys.argv[1:])))
if os.path.exists(d + "/" + kind + ".dies"):
    sys.exit(1)
while True:
    time.sleep(1000)
'''

count = 0
failed = 0


def ok(good, name, note=""):
    global count, failed
    count += 1
    failed += not good
    print("%s %d - %s" % ("ok" if good else "not ok", count, name), flush=True)
    if not good and note:
        print("# " + str(note).replace("\n", "\n# "), flush=True)


def until(test):
    end = time.monotonic() + GUARD_S
    while time.monotonic() < end:
        value = test()
        if value:
            return value
        time.sleep(0.02)
    return None


def alive(pid):
    try:
        return open("/proc/%d/stat" % pid).read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class Trial:
    """A daemon in a folder of its own."""

    def __init__(self, workers="remind: 2, escalate: 0, aggregate: 0, deliver: 1", env=None, files=()):
        self.dir = tempfile.mkdtemp(prefix="coprod-super-")
        self.config = self.dir + "/coprod.yaml"
        self.write_config(workers)
        os.mkdir(self.dir + "/bin")
        for name in ("hub", "remind", "escalate", "aggregate", "deliver", "probe"):
            path = self.dir + "/bin/coprod-" + name
            with open(path, "w") as f:
                f.write(FAKE_HUB if name == "hub" else FAKE_WORKER)
            os.chmod(path, 0o755)
        for name, text in files:
            open(self.dir + "/" + name, "w").write(text)
        self.env = dict(os.environ, FAKE_DIR=self.dir, COPROD_RESTART_MS="20", COPROD_LOG="debug",
                        COPROD_WATCHDOG_MS=str(WATCHDOG_MS), **(env or {}))
        self.process = None

    def write_config(self, workers, more="stop_s: 10\n"):
        with open(self.config, "w") as f:
            f.write("state_dir: state\nruntime_dir: run\nworkers: { %s }\n%s" % (workers, more))

    def command(self):
        return [COPROD, "--config=" + self.config, "--bindir=" + self.dir + "/bin"]

    def start(self):
        self.process = subprocess.Popen(self.command(), env=self.env, stderr=open(self.dir + "/err", "a"))
        return self

    def text(self, name):
        try:
            return open(self.dir + "/" + name).read()
        except FileNotFoundError:
            return ""

    def hubs(self):
        return [int(p) for p in re.findall(r"^hub (\d+)", self.text("hub.log"), re.M)]

    def hub(self):
        return next((p for p in reversed(self.hubs()) if alive(p)), None)

    def workers(self, kind):
        born = re.findall(r"^born %s (\d+)" % kind, self.text("workers.log"), re.M)
        return [int(p) for p in born if alive(int(p))]

    def settled(self):
        return until(lambda: self.hub() and len(self.workers("remind")) == 2 and len(self.workers("deliver")) == 1)

    def tell(self, words):
        open(self.dir + "/hub.new", "w").write(words)
        os.rename(self.dir + "/hub.new", self.dir + "/hub.cmd")

    def stop(self, signo=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signo)
            try:
                self.process.wait(GUARD_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode if self.process else None

    def __enter__(self):
        return self

    def __exit__(self, *what):
        self.stop(signal.SIGKILL)
        until(lambda: not self.hub() and not self.workers(r"\w+"))
        shutil.rmtree(self.dir, ignore_errors=True)


def links_little():
    out = subprocess.run(["readelf", "-d", COPROD], capture_output=True, text=True).stdout
    needed = re.findall(r"NEEDED.*\[(\w+)", out)
    bad = [n for n in needed if re.match(r"libzmq|libsqlite|libcurl|libjansson|libsodium", n)]
    ok(needed and not bad, "the supervisor links no ZeroMQ, no SQLite, no network", needed)


def starts_and_stops():
    with Trial().start() as t:
        ok(t.settled(), "the hub is born, then as many workers as configured", t.text("err"))
        args = t.text("hub.log").splitlines()[0]
        ok("--config=" + t.config in args and "--clock=real" in args and "--watchdog-ms=%d" % WATCHDOG_MS in args,
           "the hub is called with file, clock and watchdog", args)
        args = t.text("workers.log").splitlines()[0]
        ok("--store=%s/state/coprod.db --work=%s/run/work" % (t.dir, t.dir) in args,
           "a worker is called with store and socket", args)
        ok(until(lambda: t.text("hub.log").count("BORN remind") == 2), "the hub is told of each birth")
        hub, workers = t.hub(), t.workers(r"\w+")
        fds = {p: sorted(os.listdir("/proc/%d/fd" % p)) for p in [hub] + workers}
        ok(all("0" in v and "1" in v for v in fds.values()) and
           all(os.path.realpath("/proc/%d/fd/%s" % (p, f)).startswith("/proc") is False or int(f) < 3
               for p in workers for f in fds[p]), "a worker inherits no descriptor but 0 to 2", fds)
        status = open("/proc/%d/status" % workers[0]).read()
        ok("NoNewPrivs:\t1" in status, "a child can gain no privileges")
        ok(os.getsid(workers[0]) == workers[0], "a child has a session of its own")
        ok(resource.prlimit(workers[0], resource.RLIMIT_CORE) == (0, 0) and
           resource.prlimit(workers[0], resource.RLIMIT_NOFILE)[0] <= 256, "a child has its limits")
        ok("SigIgn" in status and int(re.search(r"SigBlk:\t(\w+)", status)[1], 16) == 0,
           "a child begins with no signal blocked")
        pid = int(open(t.dir + "/state/coprod.lock").read())
        ok(pid == t.process.pid, "the lock file holds the pid")
        second = subprocess.run(t.command(), env=t.env, capture_output=True, text=True)
        ok(second.returncode == 75 and str(t.process.pid) in second.stderr and len(t.hubs()) == 1,
           "a second daemon is refused at once with the pid of the first", second.stderr)
        code = t.stop()
        ok(code == 0 and "STOP" in t.text("hub.log"), "SIGTERM: the hub is told, exit 0", (code, t.text("err")))
        ok(not alive(hub) and not any(alive(w) for w in workers), "nobody is left behind")
        again = Trial.start(t)
        ok(again.settled(), "the same store can be opened again")


def children_die_with_it():
    with Trial().start() as t:
        t.settled()
        everyone = [t.hub()] + t.workers(r"\w+")
        t.process.kill()
        t.process.wait()
        ok(len(everyone) == 4 and until(lambda: not any(alive(p) for p in everyone)),
           "kill -9 of the supervisor takes all children with it")


def workers_come_back():
    with Trial().start() as t:
        t.settled()
        first = t.workers("remind")[0]
        until(lambda: "BORN remind %d" % first in t.text("hub.log"))
        os.kill(first, signal.SIGKILL)
        ok(until(lambda: len(t.workers("remind")) == 2 and not alive(first)), "a killed worker comes back")
        ok(until(lambda: "DIED remind %d 9" % first in t.text("hub.log")), "the hub is told how it died")
        victim = t.workers("remind")[0]
        os.kill(victim, signal.SIGSTOP)
        t.tell("KILL %d" % victim)
        ok(until(lambda: not alive(victim) and len(t.workers("remind")) == 2),
           "a worker the hub gives up is killed, even when it is stopped")
        ok("lease ran out" in t.text("err"), "the log says why")
        t.tell("KILL %d" % os.getpid())
        time.sleep(0.1)
        t.tell("KILL %d" % t.hub())
        ok(until(lambda: "which is no worker" in t.text("err")) and alive(t.hub()),
           "nobody but a worker can be killed that way")


def the_hub_comes_back():
    with Trial().start() as t:
        t.settled()
        workers, hub = t.workers(r"\w+"), t.hub()
        os.kill(hub, signal.SIGKILL)
        ok(until(lambda: t.hub() and t.hub() != hub), "a killed hub comes back")
        log = lambda: t.text("hub.log").split("hub %d" % t.hub())[-1]
        ok(until(lambda: all("BORN" in log() and " %d 0" % w in log() for w in workers)),
           "it is told of the workers that live")
        ok(all(alive(w) for w in workers), "the workers lived on")
        hub = t.hub()
        os.kill(hub, signal.SIGSTOP)
        ok(until(lambda: t.hub() and t.hub() != hub and not alive(hub)), "a stopped hub is killed by the watchdog")
        hub = t.hub()
        t.tell("HANG")
        ok(until(lambda: t.hub() and t.hub() != hub and not alive(hub)), "a hub without progress is killed")
        hub = t.hub()
        t.tell("JUNK")
        ok(until(lambda: t.hub() and t.hub() != hub and not alive(hub)), "a hub that talks nonsense is killed")
        ok(all(alive(w) for w in workers), "and the workers lived on through all that")


def a_bad_pool_is_closed():
    with Trial(files=[("remind.dies", ""), ("hub.unimpressed", "")]).start() as t:
        ok(until(lambda: "POOL_CLOSED remind" in t.text("hub.log")), "a pool that keeps dying is closed", t.text("err"))
        born = t.text("workers.log").count("born remind")
        ok(11 <= born <= 12, "after more than ten deaths", born)
        ok(t.text("err").count("closed until a reload") == 1, "with one alert")
        ok(t.hub() and len(t.workers("deliver")) == 1, "the others run on")
        os.unlink(t.dir + "/remind.dies")
        t.process.send_signal(signal.SIGHUP)
        ok(until(lambda: len(t.workers("remind")) == 2), "a reload opens it again", t.text("err"))


def reloads():
    with Trial().start() as t:
        t.settled()
        old = t.workers(r"\w+")
        t.write_config("remind: 1, escalate: 1, aggregate: 0, deliver: 1")
        t.process.send_signal(signal.SIGHUP)
        ok(until(lambda: len(t.workers("escalate")) == 1 and len(t.workers("remind")) == 1
                 and not any(alive(w) for w in old)), "SIGHUP: new numbers, and workers with the new files")
        ok("RELOAD" in t.text("hub.log") and t.hubs() == [t.hub()], "the hub read the files and lived on")
        ok("end remind" in t.text("workers.log") and "SIGHUP" in t.text("workers.log"),
           "workers were asked, not killed")
        old = t.workers(r"\w+")
        t.write_config("remind: 1, escalate: 1, aggregate: 0, deliver: 1", "stops: 10\n")
        t.process.send_signal(signal.SIGHUP)
        ok(until(lambda: re.search(r"keeping the configuration in force: .*coprod\.yaml:4:1", t.text("err")))
           and all(alive(w) for w in old), "a bad file keeps the last good one and says where", t.text("err")[-400:])
        t.write_config("remind: 5, escalate: 1, aggregate: 0, deliver: 1")
        open(t.dir + "/hub.badreload", "w")
        t.process.send_signal(signal.SIGHUP)
        ok(until(lambda: "plan.yaml:1:1: no" in t.text("err")) and all(alive(w) for w in old),
           "so does a hub that refuses")


def cannot_start():
    with Trial() as t:
        open(t.config, "a").write("nonsense: 1\nmore_nonsense: 2\n")
        p = subprocess.run(t.command(), env=t.env, capture_output=True, text=True, timeout=GUARD_S)
        ok(p.returncode == 78 and "coprod.yaml:5:1: error" in p.stderr and "coprod.yaml:6:1: error" in p.stderr,
           "a bad configuration: exit 78 and every mistake", (p.returncode, p.stderr))
        os.unlink(t.config)
        p = subprocess.run(t.command(), env=t.env, capture_output=True, text=True, timeout=GUARD_S)
        ok(p.returncode == 66, "no configuration: exit 66", (p.returncode, p.stderr))
    with Trial() as t:
        os.unlink(t.dir + "/bin/coprod-hub")
        p = subprocess.run(t.command(), env=t.env, capture_output=True, text=True, timeout=GUARD_S)
        ok(p.returncode == 69 and "bin/coprod-hub cannot be started: No such file" in p.stderr,
           "no hub to execute: exit 69 and the reason", (p.returncode, p.stderr))
    with Trial(files=[("hub.code", "78")]) as t:
        p = subprocess.run(t.command(), env=t.env, capture_output=True, text=True, timeout=GUARD_S)
        ok(p.returncode == 78 and len(t.hubs()) == 1, "a first hub that refuses its plan: its exit code", p.stderr)
    with Trial(files=[("hub.code", "1")]).start() as t:
        ok(until(lambda: len(t.hubs()) >= 3), "a first hub that just dies is tried again")
        os.unlink(t.dir + "/hub.code")
        ok(t.settled(), "until it lives")
    with Trial() as t:
        os.unlink(t.dir + "/bin/coprod-deliver")
        t.start()
        ok(until(lambda: "POOL_CLOSED deliver" in t.text("hub.log")) and len(t.workers("remind")) == 2,
           "a worker's program that is missing closes its pool only", t.text("err"))
    for args in (["--nonsense"], ["extra"], ["--clock=soon"]):
        p = subprocess.run([COPROD] + args, capture_output=True, text=True)
        ok(p.returncode == 2 and "usage:" in p.stderr, "wrong arguments: exit 2 (%s)" % args[0])
    p = subprocess.run([COPROD, "--version"], capture_output=True, text=True)
    ok(p.returncode == 0 and p.stdout.startswith("coprod "), "--version")


def stops_the_stubborn():
    with Trial(files=[("hub.notready", "")]).start() as t:
        until(t.hub)
        time.sleep(0.2)
        code = t.stop()
        ok(code == 0 and "TERM" in t.text("hub.log"), "a stop before the hub is ready", (code, t.text("err")))
    with Trial().start() as t:
        t.write_config("remind: 2, escalate: 0, aggregate: 0, deliver: 1", "stop_s: 2\n")
        t.settled()
        t.process.send_signal(signal.SIGHUP)
        until(lambda: "configuration" in t.text("err") or "all read" in t.text("err"))
        t.settled()
        os.kill(t.hub(), signal.SIGSTOP)
        victim = t.workers("remind")[0]
        os.kill(victim, signal.SIGSTOP)
        code = t.stop()
        ok(code == 0 and not alive(victim), "what does not end in time is killed, exit 0", (code, t.text("err")))


def main():
    if not os.path.exists(COPROD):
        print("Bail out! %s is not built" % COPROD)
        sys.exit(1)
    for part in (links_little, starts_and_stops, children_die_with_it, workers_come_back, the_hub_comes_back,
                 a_bad_pool_is_closed, reloads, cannot_start, stops_the_stubborn):
        part()
    print("1..%d" % count)
    sys.exit(1 if failed else 0)


main()
