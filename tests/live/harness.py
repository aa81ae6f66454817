# SPDX-License-Identifier: MIT
"""harness.py - a helper: a folder with a configuration, the daemon in it, a client
that speaks the control protocol, a look into the store, TAP.

    COPROD_BIN    folder of the programs; default build/release/bin, then build/debug/bin
    COPROD_SLOW   how much longer the guards are (ASan: 4)
    COPROD_KEEP   keep the folder of a test that failed

Everything lies in a fresh folder on tmpfs. A test ends only what it started, by pid.
"""
import atexit
import contextlib
import hashlib
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
from unittest import mock

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, ROOT + "/tests/tools")
import reports  # noqa: E402
BIN = os.path.abspath(os.environ.get("COPROD_BIN") or next(
    (d for d in (ROOT + "/build/release/bin", ROOT + "/build/debug/bin")
     if os.path.exists(d + "/coprod")), ROOT + "/build/release/bin"))
SLOW = float(os.environ.get("COPROD_SLOW", "1"))
GUARD_S = 60 * SLOW  # nothing is decided by how fast it is, only by its coming at all

READY, DONE, WAITING, DEAD, CANCELLED = 2, 3, 1, 4, 5
REMIND, ESCALATE, AGGREGATE, DELIVER, PROBE = 1, 2, 3, 4, 5
PENDING, ACCEPTED, REFUSED, TAKEN_BACK, UNKNOWN, HELD = 1, 2, 3, 4, 5, 6


# ---- TAP --------------------------------------------------------------------------------------

class Tap:
    def __init__(self):
        self.count = 0
        self.failed = 0

    def ok(self, good, name, note=""):
        self.count += 1
        self.failed += not good
        print("%s %d - %s" % ("ok" if good else "not ok", self.count, name), flush=True)
        if not good and note != "":
            print("# " + str(note).replace("\n", "\n# "), flush=True)
        return bool(good)

    def same(self, got, want, name):
        return self.ok(got == want, name, "got  %r\nwant %r" % (got, want))

    def skip(self, name, why):
        self.count += 1
        print("ok %d - %s # SKIP %s" % (self.count, name, why), flush=True)

    def note(self, text):
        print("# " + str(text), flush=True)

    def end(self):
        print("1..%d" % self.count, flush=True)
        return 1 if self.failed else 0


def run_one(test, tap):
    """A function (tap, folder); one that raises has failed, and one in which a program crashed."""
    with reports.gathered(scratch()) as found:
        with mock.patch.dict(os.environ, found.options()), folder() as d:
            try:
                test(tap, d)
            except Exception as e:  # noqa: a broken test is a failed test
                tap.ok(False, "%s: %s" % (test.__name__, type(e).__name__),
                       "%s\n%s" % (e, "\n".join(log_tail(d))))
                if os.environ.get("COPROD_TRACE"):
                    raise
            crashes = bad_words("\n".join(log_tail(d, None)))
        if crashes or found.text():
            tap.ok(False, test.__name__ + ": a program crashed", "\n".join(crashes + [found.text()]))


def run_all(tests, tap):
    wanted = sys.argv[1:]
    for test in tests:
        if not wanted or test.__name__ in wanted:
            run_one(test, tap)
    return tap.end()


# ---- folders and waiting ----------------------------------------------------------------------

def scratch():
    for d in ("/dev/shm", "/run/user/%d" % os.getuid()):
        if os.access(d, os.W_OK):
            return d
    return tempfile.gettempdir()


@contextlib.contextmanager
def folder():
    d = tempfile.mkdtemp(prefix="coprod-", dir=scratch())
    os.chmod(d, 0o700)
    try:
        yield d
    finally:
        for daemon in list(Daemon.alive):
            if daemon.dir == d:
                daemon.kill()
        if os.environ.get("COPROD_KEEP"):
            print("# kept: " + d)
        else:
            shutil.rmtree(d, ignore_errors=True)


def until(condition, what, guard=None, every=0.01):
    """Waits for a condition; its value. TimeoutError when it does not come."""
    end = time.monotonic() + (guard or GUARD_S)
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise TimeoutError("waited %d s in vain: %s" % (guard or GUARD_S, what))
        time.sleep(every)


def log_tail(d, n=30):
    try:
        with open(d + "/log", errors="replace") as f:
            return f.read().splitlines()[-n if n else None:]
    except OSError:
        return []


def configure(d, **keys):
    """config/ of the project, with a store of its own. Keys: mail={..}, workers={..}, lease_s=.."""
    shutil.copytree(ROOT + "/config", d, dirs_exist_ok=True)
    text = open(d + "/coprod.yaml").read()
    mail = {"mode": "maildir", "maildir": "Maildir", "from": "co-production-plan@example.nhs.uk"}
    mail.update(keys.pop("mail", {}))
    workers = {"probe": 2}
    workers.update(keys.pop("workers", {}))
    tops = {"state_dir": "state", "runtime_dir": "run"}
    tops.update(keys)
    for name in ["mail", "workers"] + list(tops):  # out with what is given anew
        text = re.sub(r"(?m)^%s:[^\n]*\n(?:[ \t]+[^\n]*\n)*" % name, "", text)
    for key, value in tops.items():
        text += "%s: %s\n" % (key, value)
    for key, inner in (("mail", mail), ("workers", workers)):
        text += key + ":\n" + "".join("  %s: %s\n" % kv for kv in inner.items())
    with open(d + "/coprod.yaml", "w") as f:
        f.write(text)
    return d + "/coprod.yaml"


# ---- the client -------------------------------------------------------------------------------

class Lost(Exception):
    """The connection went while an answer was due: what became of the question is unknown."""


class Client:
    """A DEALER of ZMTP 3 over a Unix socket, written out: no library between test and daemon."""

    def __init__(self, path, timeout=None, identity=None):
        self.timeout = timeout or GUARD_S
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.buf = b""
        try:
            self.sock.connect(path)
            identity = identity or b"test-%d-%d" % (os.getpid(), random.getrandbits(62))
            self.sock.sendall(b"\xff" + b"\0" * 8 + b"\x7f\x03\x01" + b"NULL".ljust(20, b"\0") + b"\0"
                              + b"\0" * 31)
            self._take(64)
            meta = self._property(b"Socket-Type", b"DEALER") + self._property(b"Identity", identity)
            self.command(b"\x05READY" + meta)
            while True:
                flags, body = self._frame()
                if flags & 4 and body.startswith(b"\x05READY"):
                    return
                if flags & 4 and body.startswith(b"\x05ERROR"):
                    raise PermissionError(body[7:].decode(errors="replace"))
        except PermissionError:
            self.sock.close()
            raise
        except OSError as e:
            self.sock.close()
            raise Lost(str(e))

    @staticmethod
    def _property(name, value):
        return bytes([len(name)]) + name + struct.pack(">I", len(value)) + value

    def _take(self, n):
        while len(self.buf) < n:
            try:
                got = self.sock.recv(65536)
            except socket.timeout:
                raise
            except OSError as e:
                raise Lost(str(e))
            if not got:
                raise Lost("the other end closed")
            self.buf += got
        out, self.buf = self.buf[:n], self.buf[n:]
        return out

    def _frame(self):
        flags = self._take(1)[0]
        size = struct.unpack(">Q", self._take(8))[0] if flags & 2 else self._take(1)[0]
        return flags, self._take(size)

    def raw(self, octets):
        try:
            self.sock.sendall(octets)
        except OSError as e:
            raise Lost(str(e))

    def frame(self, body, flags=0):
        if len(body) > 255:
            self.raw(bytes([flags | 2]) + struct.pack(">Q", len(body)) + body)
        else:
            self.raw(bytes([flags, len(body)]) + body)

    def command(self, body):
        self.frame(body, 4)

    def send(self, body, parts=()):
        for part in parts:
            self.frame(part, 1)
        self.frame(body)

    def recv(self, timeout=None):
        self.sock.settimeout(timeout or self.timeout)
        while True:
            flags, body = self._frame()
            if flags & 4:
                if body.startswith(b"\x04PING"):
                    self.command(b"\x04PONG" + body[7:])
                continue
            return body

    def close(self):
        self.sock.close()

    # the messages of docs/protocol.md
    @staticmethod
    def string(s):
        s = s.encode()
        return struct.pack(">H", len(s)) + s + b"\0"

    @classmethod
    def call_bytes(cls, verb, args, body=b"", version=1):
        pairs = []
        for key, value in args.items():
            for one in value if isinstance(value, (list, tuple)) else [value]:
                pairs.append(cls.string(key.replace("_", "-")) + cls.string(str(one)))
        return (b"\x10" + struct.pack(">I", version) + cls.string(verb)
                + struct.pack(">H", len(pairs)) + b"".join(pairs)
                + struct.pack(">I", len(body)) + body + b"\0" * 0)

    @classmethod
    def add_bytes(cls, keys, kind=PROBE):
        return (b"\x12" + bytes([kind]) + struct.pack(">H", len(keys))
                + b"".join(cls.string(k) for k in keys))

    def result(self, timeout=None):
        m = self.recv(timeout)
        if m[0] != 0x11:
            raise ValueError("no RESULT: %r" % m[:40])
        code, n = struct.unpack(">iI", m[1:9])
        return code, m[9:9 + n].decode()

    def call(self, verb, body=b"", timeout=None, **args):
        self.send(self.call_bytes(verb, args, body))
        return self.result(timeout)

    def add(self, keys):
        """How many were new; -code when it was refused."""
        self.send(self.add_bytes(keys))
        m = self.recv()
        if m[0] != 0x13:
            raise ValueError("no ADDED: %r" % m[:40])
        code, first, n = struct.unpack(">iQI", m[1:17])
        return n if code == 0 else -code


# ---- the daemon -------------------------------------------------------------------------------

def children(pid):
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
            return [int(p) for p in f.read().split()]
    except OSError:
        return []


def program_of(pid):
    try:
        with open("/proc/%d/cmdline" % pid, "rb") as f:
            return os.path.basename(f.read().split(b"\0")[0]).decode()
    except OSError:
        return ""


def state_of(pid):
    """'R', 'S', 'T' .. as /proc says; '' when it is gone or a zombie."""
    try:
        with open("/proc/%d/stat" % pid) as f:
            state = f.read().rsplit(")", 1)[1].split()[0]
            return "" if state in "ZX" else state
    except (OSError, IndexError):
        return ""


def send_signal(pid, number):
    try:
        os.kill(pid, number)
        return True
    except ProcessLookupError:
        return False


class Daemon:
    alive = []

    def __init__(self, d, clock="virtual:2015-01-01", env=None):
        self.dir = d
        self.clock = clock
        self.env = dict(os.environ, COPROD_RESTART_MS="50", **(env or {}))
        self.process = None

    def start(self, wait=True, guard=None):
        log = open(self.dir + "/log", "ab")
        self.process = subprocess.Popen(
            [BIN + "/coprod", "--config=" + self.dir + "/coprod.yaml", "--clock=" + self.clock,
             "--bindir=" + BIN],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.env, start_new_session=True)
        log.close()
        if self not in Daemon.alive:
            Daemon.alive.append(self)
        if wait:
            self.ready(guard)
        return self

    @property
    def pid(self):
        return self.process.pid

    def family(self, word=None):
        """Pids of the children that run as program coprod-WORD."""
        return [p for p in children(self.pid)
                if not word or program_of(p) == "coprod-" + word]

    @property
    def hub(self):
        hubs = self.family("hub")
        return hubs[0] if hubs else 0

    def client(self, **how):
        return Client(self.dir + "/run/control", **how)

    def ask(self, verb, **args):
        """One question that changes nothing if it is asked twice: asked until it is answered."""
        end = time.monotonic() + GUARD_S
        while True:
            try:
                c = self.client(timeout=min(5 * SLOW, 30))
                try:
                    return c.call(verb, **args)
                finally:
                    c.close()
            except (Lost, socket.timeout, PermissionError) as e:
                if self.process.poll() is not None:
                    raise RuntimeError("the daemon ended with %s while asked %s"
                                       % (self.process.returncode, verb))
                if time.monotonic() > end:
                    raise TimeoutError("no answer to '%s': %r" % (verb, e))
                time.sleep(0.005)

    def status(self):
        code, text = self.ask("status")
        return dict(line.split("\t", 1) for line in text.splitlines() if "\t" in line)

    def workers(self):
        """[(kind, pid, state, held)] of those that said HELLO."""
        rows = [line.split("\t") for line in self.ask("workers")[1].splitlines()]
        return [(r[0], int(r[1]), r[2], int(r[3])) for r in rows if len(r) >= 4]

    def n_wanted(self):
        return self._wanted

    def ready(self, guard=None):
        """The hub answers and every worker that lives has said HELLO."""
        def whole():
            if self.process.poll() is not None:
                raise RuntimeError("the daemon ended with %s" % self.process.returncode)
            try:
                hub = self.hub
                mine = {p for k, p, s, n in self.workers() if s != "leaving"}
                alive = {p for p in self.family() if p != hub}
                return hub and len(alive) >= self.wanted() and alive <= mine
            except (RuntimeError, TimeoutError):
                if self.process.poll() is not None:
                    raise
                return False
        until(whole, "the daemon is ready", guard)
        return self

    def wanted(self):
        """How many workers there are to be."""
        text = open(self.dir + "/coprod.yaml").read()
        block = re.search(r"(?m)^workers:\n((?:[ \t]+[^\n]*\n)*)", text)
        given = dict(re.findall(r"(\w+): (\d+)", block.group(1))) if block else {}
        kinds = {"remind": 1, "escalate": 1, "aggregate": 1, "deliver": 1, "probe": 0}
        return sum(int(given.get(k, n)) for k, n in kinds.items())

    def run_clock(self, day):
        """The virtual clock to the end of that day, however often the hub dies on the way."""
        end = time.monotonic() + 3 * GUARD_S
        while time.monotonic() < end:
            try:
                c = self.client()
                try:
                    code, text = c.call("clock-run", until=day)
                finally:
                    c.close()
                if code == 0:
                    return text
                if code != 75:
                    raise RuntimeError("clock-run %s: %d %s" % (day, code, text))
            except (Lost, PermissionError):
                pass
            time.sleep(0.01)
        raise TimeoutError("the clock does not come to %s" % day)

    def stop(self, guard=None):
        """SIGTERM; the exit code."""
        send_signal(self.pid, signal.SIGTERM)
        code = self.process.wait(guard or GUARD_S)
        Daemon.alive.remove(self)
        return code

    def kill(self):
        """Everything at once, without a word."""
        for pid in [self.pid] + children(self.pid):
            send_signal(pid, signal.SIGKILL)
        self.process.wait(GUARD_S)
        if self in Daemon.alive:
            Daemon.alive.remove(self)

    def act(self, ref, event, role, plan="CO-304", **more):
        """What a lead says; (code, text)."""
        ref, _, part = ref.partition("@")
        return self.ask("act", plan=plan, ref=ref, part=part, event=event, **{"as": role}, **more)

    def ctl(self, *words):
        """coprodctl: (exit code, stdout, stderr)."""
        p = subprocess.run([BIN + "/coprodctl", *words, "--config=" + self.dir + "/coprod.yaml"],
                           stdin=subprocess.DEVNULL, capture_output=True, text=True, env=self.env,
                           timeout=GUARD_S)
        return p.returncode, p.stdout, p.stderr

    def log(self):
        with open(self.dir + "/log", errors="replace") as f:
            return f.read()

    def store(self):
        return Store(self.dir + "/state/coprod.db")


def _end_all():
    for daemon in list(Daemon.alive):
        daemon.kill()


atexit.register(_end_all)
signal.signal(signal.SIGTERM, lambda *a: sys.exit(143))


# ---- the wall clock ---------------------------------------------------------------------------

FAKETIME = "/usr/lib/%s-linux-gnu/faketime/libfaketime.so.1" % os.uname().machine


def can_fake_time():
    with open(BIN + "/coprod-hub", "rb") as f:
        return b"libasan" not in f.read() and os.path.exists(FAKETIME)


def wall_clock(d):
    """The environment of programs whose wall clock is set by the function that comes with it; the
    steady clocks go on as they are."""
    rc = d + "/faketime"

    def offset(word):
        with open(rc + ".new", "w") as f:
            f.write(word + "\n")
        os.rename(rc + ".new", rc)
    offset("+0")
    return {"LD_PRELOAD": FAKETIME, "FAKETIME_TIMESTAMP_FILE": rc, "FAKETIME_NO_CACHE": "1", "TZ": "UTC",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}, offset


# ---- the store --------------------------------------------------------------------------------

class Store:
    def __init__(self, path):
        self.path = path

    def rows(self, sql, *args):
        db = sqlite3.connect("file:%s?mode=ro" % self.path, uri=True, timeout=GUARD_S)
        try:
            return db.execute(sql, args).fetchall()
        finally:
            db.close()

    def one(self, sql, *args):
        rows = self.rows(sql, *args)
        return rows[0][0] if rows else None

    def integrity(self):
        got = self.rows("PRAGMA integrity_check") + self.rows("PRAGMA foreign_key_check")
        return "ok" if got == [("ok",)] else got

    def audit_break(self):
        """0, or the first audit row whose hash does not fit: the chain computed anew, apart from C."""
        before, n = b"\0" * 32, 0
        for seq, at, actor, behalf, event, subject, detail, stored in self.rows(
                "SELECT seq, at_ms, actor, on_behalf, event, subject, detail, hash FROM audit ORDER BY seq"):
            h = hashlib.blake2b(digest_size=32)

            def put(kind, number, octets=b""):
                h.update(kind + struct.pack("<q", number) + octets)
            for text in (b"coprod audit 1",):
                put(b"s", len(text), text)
            put(b"b", 32, before)
            put(b"i", seq)
            put(b"i", at)
            for text in (actor, behalf, event, subject, detail):
                raw = text.encode()
                put(b"s", len(raw), raw)
            n += 1
            if h.digest() != stored or seq != n:
                return seq
            before = stored
        return 0


def turn_holder(d):
    """The pid that has the writers' turn, 0 when nobody has: F_GETLK on its byte."""
    import fcntl
    fd = os.open(d + "/state/coprod.turn", os.O_RDWR | os.O_CLOEXEC)
    try:
        lock = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 1, 1, 0)
        kind, _, _, _, pid = struct.unpack("hhqqi4x", fcntl.fcntl(fd, fcntl.F_GETLK, lock))
        return 0 if kind == fcntl.F_UNLCK else pid
    finally:
        os.close(fd)


def mails_in(maildir):
    """Message-ID -> how many files."""
    found = {}
    for sub in ("new", "cur"):
        path = os.path.join(maildir, sub)
        for name in os.listdir(path) if os.path.isdir(path) else []:
            with open(os.path.join(path, name), "rb") as f:
                head = f.read().split(b"\r\n\r\n", 1)[0].split(b"\n\n", 1)[0].decode(errors="replace")
            mid = re.search(r"(?mi)^Message-ID:\s*(\S+)", head)
            key = mid.group(1) if mid else name
            found[key] = found.get(key, 0) + 1
    return found


def bad_words(log):
    """Lines of a log that no kill explains. A test that ends a program itself does it by SIGKILL."""
    return [line for line in log.splitlines()
            if re.search(r"Sanitizer|runtime error:|Assertion|assert failed", line)
            or re.search(r"was killed by signal (?!9\b)\d+", line)]
