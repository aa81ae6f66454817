#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""disk.py - the store on a small disk that runs full: a clear error, a daemon that lives, nothing
lost, and it heals by itself; changed templates that find no room. Needs root, to mount a tmpfs."""
import email
import email.policy
import glob
import os
import shutil
import signal
import subprocess
import sys
import time

import harness
from harness import Daemon, Tap, configure, run_all, send_signal, until

SIZE_MB = 64
FILES = 2000


class Disk:
    def __init__(self, path):
        self.path = path
        os.makedirs(path, mode=0o700, exist_ok=True)
        how = "size=%dm,nr_inodes=%d,mode=700" % (SIZE_MB, FILES)
        subprocess.run(["mount", "-t", "tmpfs", "-o", how, "coprod-test", path], check=True)

    def fill(self):
        """To the last octet."""
        with open(self.path + "/filler", "ab", buffering=0) as f:
            for size in (1 << 20, 4096, 512, 1):
                try:
                    while True:
                        f.write(b"x" * size)
                except OSError:
                    pass

    def fill_but(self, n):
        """No more than n new files: what is there can grow."""
        made = []
        try:
            while True:
                made.append(self.path + "/inode-%d" % len(made))
                open(made[-1], "x").close()
        except OSError:
            made.pop()
        for path in made[-n:]:
            os.unlink(path)

    def free(self):
        for path in glob.glob(self.path + "/filler") + glob.glob(self.path + "/inode-*"):
            os.unlink(path)

    def __enter__(self):
        return self

    def __exit__(self, *why):
        for daemon in list(Daemon.alive):
            daemon.kill()
        subprocess.run(["umount", "-l", self.path], check=False)


def runs_full(tap, d):
    configure(d, workers={"probe": 2})
    with Disk(d + "/state") as disk:
        daemon = Daemon(d).start()
        pids = sorted(daemon.family())
        daemon.run_clock("2015-02-01")
        c = daemon.client()
        tap.same(c.add(["before|%d" % i for i in range(500)]), 500, "with room: 500 jobs are added")
        disk.fill()
        added = 500
        code = 0
        for i in range(400):  # what room the log still has is used up first
            n = c.add(["full|%d|%d|%s" % (i, k, "x" * 200) for k in range(100)])
            if n < 0:
                code = -n
                break
            added += n
        tap.same(code, 74, "a full disk: adding is refused with 74")
        c.send(c.add_bytes(["words"]))
        answer = c.recv()
        tap.ok(b"disk is full" in answer, "in clear words", answer)
        code, text = daemon.act("1c/deliver@sdu-amh", "start", "sdu-lead-amh")
        tap.ok(code == 74 and "disk is full" in text, "an act is refused with 74", (code, text))
        code, out, errors = daemon.ctl("action", "start", "1c/deliver@sdu-amh", "--as=sdu-lead-amh")
        tap.ok(code == 74 and "disk is full" in errors + out, "coprodctl says it and ends with 74",
               (code, out, errors))
        tap.ok("disk is full" in daemon.status()["trouble"], "status says so", daemon.status())
        code, out, errors = daemon.ctl("status")
        tap.ok("disk is full" in out + errors, "coprodctl status says so", (code, out, errors))
        time.sleep(1.2)  # decides nothing: some rounds of trying again
        tap.ok("disk is full" in daemon.status()["trouble"], "and goes on saying so")
        tap.ok(daemon.hub in pids and daemon.process.poll() is None, "the hub lives on")
        disk.free()
        until(lambda: not daemon.status()["trouble"], "it heals")
        tap.ok(True, "with room again it heals by itself")
        n = c.add(["after|%d" % i for i in range(200)])
        tap.same(n, 200, "jobs are added again")
        added += n
        code, text = daemon.act("1c/deliver@sdu-amh", "start", "sdu-lead-amh")
        tap.same(code, 0, "the act is done")
        daemon.run_clock("2015-03-01")
        s = daemon.store()
        until(lambda: not s.one("SELECT count(*) FROM job WHERE state IN (1, 2)"), "every job is over")
        tap.same(s.rows("SELECT state, count(*) FROM job WHERE kind = 5 GROUP BY 1"), [(3, added)],
                 "every job that was taken is done, none given up")
        tap.same(s.one("SELECT count(*) FROM probe"), added, "once each")
        tap.same(s.one("SELECT count(*) FROM notice WHERE state <> 2"), 0, "every notice went out")
        tap.same((s.integrity(), s.audit_break()), ("ok", 0), "the store is sound")
        tap.same(daemon.stop(), 0, "the daemon ends in peace")
        tap.same(harness.bad_words(daemon.log()), [], "nobody crashed")


def full_under_load(tap, d):
    """The disk is filled and freed again and again while jobs run; also a start on a full disk."""
    configure(d, workers={"probe": 2})
    with Disk(d + "/state") as disk:
        daemon = Daemon(d).start()
        c = daemon.client()
        taken, refused = 0, 0
        for turn in range(4):
            for i in range(30):
                if i == 10:
                    disk.fill()
                if i == 13:
                    disk.free()
                n = c.add(["load|%d|%d|%d|%s" % (turn, i, k, "y" * 300) for k in range(150)])
                taken += max(n, 0)
                refused += n < 0
        s = daemon.store()
        until(lambda: not daemon.status()["trouble"], "it heals")
        daemon.run_clock("2015-01-05")  # what waits to be tried again has its time
        until(lambda: not s.one("SELECT count(*) FROM job WHERE state IN (1, 2)"), "every job is over",
              every=0.1)
        tap.note("%d jobs taken, %d bursts refused" % (taken, refused))
        tap.same(s.rows("SELECT state, count(*) FROM job WHERE kind = 5 GROUP BY 1"), [(3, taken)],
                 "filled four times under load: what was taken is done, none given up")
        tap.same((s.one("SELECT count(*) FROM probe"), s.integrity()), (taken, "ok"),
                 "each once, the store is sound")
        c.close()
        disk.fill()
        daemon.kill()
        daemon.start(wait=False)
        until(lambda: "hub[" in daemon.log() or daemon.log().count("coprod: ready") > 1, "it tries")
        disk.free()
        daemon.ready()
        tap.ok(True, "killed and started on a full disk: ready when there is room")
        tap.same(daemon.stop(), 0, "the daemon ends in peace")
        tap.same(harness.bad_words(daemon.log()), [], "nobody crashed")


def texts(d):
    """What the mails say, the admin's and the others', as they lie in the maildir."""
    words = []
    for path in glob.glob(d + "/Maildir/new/*"):
        with open(path, "rb") as f:
            mail = email.message_from_binary_file(f, policy=email.policy.default)
        words.append(" ".join(mail.get_body(("plain",)).get_content().split()))
    return [w for w in words if "the machine that reminds" in w], [w for w in words if "the machine that reminds" not in w]


def changed_templates(tap, d):
    """Templates are edited, and at the next start there is no room for a copy of them."""
    configure(d, mail={"maildir": d + "/Maildir"})
    digest = d + "/templates/digest.txt"
    with Disk(d + "/state") as disk:
        daemon = Daemon(d).start()
        daemon.run_clock("2015-03-02")
        tap.same(daemon.stop(), 0, "a first time there is room")
        before = texts(d)[1]
        with open(digest, "a") as f:
            f.write("Nova.\n")
        disk.fill_but(12)
        daemon = Daemon(d, clock="virtual:2015-03-02").start()
        tap.ok(True, "no room for a copy of the new ones: it starts")
        for said in (daemon.status()["trouble"], daemon.ctl("status")[1], daemon.ctl("doctor")[1], daemon.log()):
            tap.ok("No space left on device" in said and d + "/templates" in said, "what is wrong is said", said[-900:])
        daemon.run_clock("2015-04-15")
        admin, others = texts(d)
        tap.ok(len(others) > len(before) + 20 and not any("Nova." in t for t in others),
               "mails go on in the words of the copy that is kept (%d)" % (len(others) - len(before)))
        told = [t for t in admin if d + "/templates: no copy of the templates can be kept in " + d + "/state" in t]
        tap.ok(told and all("No space left on device (make room" in t for t in told),
               "the admin hears which, why and what to do", admin[-1:])
        tap.same(daemon.store().rows("SELECT kind, subject, is_open FROM fault"), [("file", d + "/templates", 1)],
                 "it is open")
        code, out, err = daemon.ctl("reload", "--wait")
        tap.ok(code == 65 and "No space left on device" in out + err, "a reload says the same", (code, out, err))
        send_signal(daemon.pid, signal.SIGHUP)
        until(lambda: "keeping the configuration in force" in daemon.log(), "and one by signal")
        disk.free()
        tap.same(daemon.ctl("reload", "--wait")[0], 0, "with room again it reads them")
        tap.same((daemon.status()["trouble"], daemon.store().one("SELECT sum(is_open) FROM fault")), ("", 0), "it is mended")
        daemon.run_clock("2015-05-20")
        tap.ok(any("Nova." in t for t in texts(d)[1]), "and the new words are used")
        tap.same(daemon.stop(), 0, "ends in peace")


def no_templates(tap, d):
    """The copy that was kept is gone as well, or there never was one."""
    configure(d)
    with Disk(d + "/state") as disk:
        disk.fill_but(12)
        daemon = Daemon(d).start(wait=False)
        until(lambda: "No space left on device" in daemon.log(), "it says so")
        disk.free()
        daemon.ready()
        tap.same(daemon.stop(), 0, "a very first start on a full disk waits for room")
        daemon = Daemon(d).start()
        daemon.run_clock("2015-03-02")
        daemon.stop()
        shutil.rmtree(glob.glob(d + "/state/templates.*")[0])
        disk.fill_but(12)
        daemon = Daemon(d, clock="virtual:2015-03-02").start(wait=False)
        until(lambda: "no copy of good templates is kept, to go on with" in daemon.log(), "it says so")
        tap.ok("No space left on device" in daemon.log(), "no copy and no room for one: it waits, and says both")
        disk.free()
        daemon.ready()
        tap.same((daemon.status()["trouble"], daemon.stop()), ("", 0), "with room it starts by itself")


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("ok 1 - NOT RUN: a full disk needs root, to mount one # SKIP not root\n1..1")
        sys.exit(0)
    sys.exit(run_all([runs_full, full_under_load, changed_templates, no_templates], Tap()))
