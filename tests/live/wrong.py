#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""wrong.py - what an operator and the owner of a plan get wrong: files, dates, options, stores, outputs.
Each is one sentence that says what and where, with its exit code, and nothing is half done."""
import os
import pwd
import re
import signal
import shutil
import sqlite3
import subprocess
import sys

import harness
from harness import BIN, Daemon, Tap, run_all, until

USAGE, NOT_RUNNING, BAD, NO_INPUT, NEWER, CREATE, IO, DENIED = 2, 3, 65, 66, 69, 73, 74, 77
READS = ("plan diff {d}/plan.yaml", "preview --person head-of-od", "notices next", "explain 2b", "mail list --held",
         "pack list", "pack show qsc 2015-07-15", "pack verify")
CHANGES = ("plan apply {d}/plan.yaml", "mail hold", "mail release", "mail readmit head-of-od",
           "pack reissue qsc 2015-07-15 --reason x --as qsc-secretary")


def refused(tap, daemon, words, code, says, most=2):
    """One sentence, and a hint at most; of a file its lines are shown, too."""
    rc, out, err = daemon.ctl(*words)
    ok = rc == code and not out and says in err and 0 < len(err.strip().split("\n")) <= most
    return tap.ok(ok, "%s: exit %d, %s" % (" ".join(words)[-90:], code, says), "exit %d\n%s%s" % (rc, out, err))


def daemon_of(d):
    harness.configure(d)
    forums = open(d + "/forums.yaml").read()
    open(d + "/forums.yaml", "w").write(forums.replace("meetings: []", "meetings: [2015-07-15]", 1))
    return Daemon(d)


def files(tap, d):
    daemon = daemon_of(d).start()
    audit = harness.Store(d + "/state/coprod.db")
    rows = audit.rows("SELECT count(*) FROM audit")
    os.mkdir(d + "/folder")
    for name, bytes_ in (("empty", b""), ("nul", b'plan:\n  id: "C\0O"\n'), ("yaml", b"plan:\n id: [\n")):
        open(d + "/" + name, "wb").write(bytes_)
    for verb in ("check", "diff", "apply"):
        for name, code, says in (
                ("none.yaml", NO_INPUT, "/none.yaml: error: No such file or directory"),
                ("plan.yaml/x", NO_INPUT, "/plan.yaml/x: error: Not a directory"),
                ("folder", NO_INPUT, "/folder: error: neither coprod.yaml nor plan.yaml lies in this folder"),
                ("empty", BAD, "/empty:1:1: error: a plan file must be a map"),
                ("nul", BAD, "/nul:2:9: error: control characters are not allowed"),
                ("yaml", BAD, "/yaml:3:1: error: ")):
            refused(tap, daemon, ["plan", verb, d + "/" + name], code, says, most=6)
        refused(tap, daemon, ["plan", verb, ""], USAGE, "argument 1 is empty")
        refused(tap, daemon, ["plan", verb, "x" * 5000], 70, "xxx: error: File name too long")
    shutil.copy(d + "/plan.yaml", d + "/other.yaml")
    refused(tap, daemon, ["plan", "apply", d + "/other.yaml"], 1, "is no plan of " + d + "/coprod.yaml: add it")
    for name, code, says in (("folder", BAD, "/folder: error: this is not a regular file"),
                             ("empty", BAD, "/empty:1:1: error: the script must be a map"),
                             ("nul", BAD, "/nul:2:9: error: control characters"),
                             ("none", NO_INPUT, "/none: error: No such file or directory")):
        refused(tap, daemon, ["simulate", "--from", "2015-01-01", "--to", "2015-02-01", "--assume", d + "/" + name],
                code, says, most=6)
    tap.same(audit.rows("SELECT count(*) FROM audit"), rows, "what was refused left no line in the audit")


def words(tap, d):
    daemon = daemon_of(d).start()
    daemon.run_clock("2015-07-09")
    audit = harness.Store(d + "/state/coprod.db")
    rows = audit.rows("SELECT count(*) FROM audit")
    span = "simulate --from 2015-01-01 --to 2015-12-31 "
    for line, code, says in (
            ("preview --person nobody", 1, 'the roster has no role "nobody"'),
            ("preview --on 2015-01-01", USAGE, "preview wants --person ROLE"),
            ("preview --person --on 2015-01-01", USAGE, "--person wants ROLE, and --on is an option"),
            ("preview --person head-of-od --on 2015-02-30", USAGE, '"2015-02-30" is no day of the calendar'),
            ("preview --person head-of-od --on 30/06/2015", USAGE, "is not a date: write year-month-day"),
            ("preview --person head-of-od --on 9999-12-31", USAGE, "lies outside the years 1900 to 2199"),
            ("preview --person head-of-od --on 2199-01-01", USAGE, "--on: at most 3660 days ahead"),
            ("preview --person head-of-od --person qsc-chair", USAGE, "--person is given twice"),
            ("preview --person head-of-od --json --plain", USAGE, "say --json or --plain, not both"),
            ("preview --persom head-of-od", USAGE, "did you mean --person?"),
            ("notices next --days", USAGE, "--days wants N, and --config="),
            ("notices next --days 4000", USAGE, "--days: at most 3660"),
            ("notices next --days 3 --days 4", USAGE, "--days is given twice"),
            ("explain 9z", 1, "no plan has '9z': write an action such as 2b"),
            ("explain 2b/nothing", 1, "no plan has '2b/nothing'"),
            ("explain 2b --plan CO-999", 1, "no plan 'CO-999' is in force (see: coprodctl plan show)"),
            ("explain 9z --plan CO-304", 1, "plan 'CO-304' has no '9z'"),
            ("explain 2b --on tomorrow", USAGE, '"tomorrow" is not a date'),
            (span + "--from 2016-01-01", USAGE, "--from is given twice"),
            ("simulate --from 1969-01-01 --to 1970-01-01", USAGE, "--from lies before the year 1971"),
            (span + "--raw --down-from 2015-02-01 --down-until 2015-02-03", USAGE, "it takes no --down-from"),
            (span + "--raw --load 2014-12-01", USAGE, "it takes no --load"),
            (span + "--down-from 2016-02-01 --down-until 2016-02-03", USAGE, "lie outside what is played"),
            (span + "--down-from 2015-02-01", USAGE, "--down-from and --down-until go together"),
            (span + "--assume=", USAGE, "--assume is empty: it wants WHAT"),
            ("mail hold --reason=", USAGE, "--reason is empty: it wants WORDS"),
            ("mail hold --as nobody", 1, "the roster has no role 'nobody'"),
            ("mail held", USAGE, 'unknown command "mail held"'),
            ("mail readmit nobody", 1, "the roster has no role 'nobody'"),
            ("mail readmit head-of-od", 1, "mail to head-of-od is not stopped"),
            ("pack show nobody 2015-07-15", 1, "there is no forum 'nobody'"),
            ("pack show qsc 2015-02-30", USAGE, 'MEETING: "2015-02-30" is no day of the calendar'),
            ("pack show qsc 15/7/2015", USAGE, 'MEETING: "15/7/2015" is not a date'),
            ("pack show qsc 2015-07-16", 1, "there is no final pack of qsc for 2015-07-16"),
            ("pack show qsc 2015-07-15 --rev 0", USAGE, "--rev: versions are counted from 1"),
            ("pack show qsc 2015-07-15 --rev 9", 1, "of that version"),
            ("pack show qsc 2015-07-15 --out {d}/none/x", CREATE, "/none/x: No such file or directory"),
            ("pack show qsc 2015-07-15 --out {d}", CREATE, "Is a directory"),
            ("pack show qsc 2015-07-15 --out=", USAGE, "--out is empty: it wants FILE"),
            ("pack show qsc 2015-07-15 --out /dev/full", IO, "cannot write /dev/full: No space left on device"),
            ("pack preview qsc 2015-07-16", 1, "qsc holds no meeting on 2015-07-16"),
            ("pack preview trust-board 2015-07-16", 1, "no meeting date of trust-board is known"),
            ("pack reissue qsc 2015-02-30 --reason x --as qsc-secretary", USAGE, "is no day of the calendar"),
            ("pack reissue qsc 2015-07-15 --as qsc-secretary", USAGE, "pack reissue wants --reason WORDS"),
            ("pack reissue qsc 2015-07-16 --reason x --as qsc-secretary", 1, "qsc holds no meeting on that day"),
            ("pack reissue nobody 2015-07-15 --reason x --as qsc-secretary", 1, "there is no forum 'nobody'")):
        refused(tap, daemon, line.replace("{d}", d).split(), code, says)
    tap.same(audit.rows("SELECT count(*) FROM audit"), rows, "what was refused left no line in the audit")


def outputs(tap, d):
    """What was asked of the daemon is done, whether or not anybody reads of it."""
    daemon = daemon_of(d).start()
    daemon.run_clock("2015-07-09")
    env = dict(daemon.env, COPROD_CONFIG=d + "/coprod.yaml")
    ctl = BIN + "/coprodctl "
    for line in READS + CHANGES[:1] + ("plan check {d}/plan.yaml", "simulate --from 2015-01-01 --to 2015-03-01"):
        line = line.replace("{d}", d)
        for how, says in ((" >/dev/full", "No space left on device"), (" >&-", "Bad file descriptor")):
            p = subprocess.run(["bash", "-c", ctl + line + how], env=env, capture_output=True, text=True)
            tap.ok(p.returncode == IO and "cannot write the output: " + says in p.stderr, line + how, p)
        p = subprocess.run(["bash", "-c", ctl + line + " | head -1 >/dev/null; exit ${PIPESTATUS[0]}"], env=env,
                           capture_output=True, text=True)
        tap.ok(p.returncode in (0, 141) and not p.stderr, line + " | head -1: no word of it", p)
    p = subprocess.run(["bash", "-c", ctl + "mail hold >/dev/full"], env=env, capture_output=True, text=True)
    tap.ok(p.returncode == IO and "the daemon did what was asked all the same" in p.stderr,
           "mail hold into a full disk says that mail is held", p)
    tap.ok("held" in daemon.ctl("status")[1], "and it is")
    kept = d + "/paper.txt"
    open(kept, "w").write("the one before\n")
    p = subprocess.run(["bash", "-c", "ulimit -f 1; trap '' XFSZ; " + ctl + "pack show qsc 2015-07-15 --out " + kept],
                       env=env, capture_output=True, text=True)
    tap.ok(p.returncode == IO and "what was there is as it was" in p.stderr and open(kept).read() == "the one before\n"
           and not os.path.exists(kept + ".part"), "a paper that cannot be written whole leaves the file as it was", p)
    code, out, err = daemon.ctl("pack", "show", "qsc", "2015-07-15", "--out", kept)
    tap.ok(code == 0 and "Quality and Safety" in open(kept).read(), "one that can takes its place", out + err)
    p = subprocess.Popen([BIN + "/coprodctl", "plan", "diff", d + "/plan.yaml", "--days", "3660"], env=env,
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    until(lambda: os.readlink("/proc/%d/exe" % p.pid).endswith("/coprodctl"), "it runs")
    p.send_signal(signal.SIGINT)
    out = p.communicate(timeout=harness.GUARD_S)[0]
    tap.ok(p.returncode == -signal.SIGINT and not out, "Ctrl-C ends it, with nothing on the output", (p.returncode, out))
    twice = [subprocess.Popen([BIN + "/coprodctl", *w.replace("{d}", d).split()], env=env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
             for w in (CHANGES[0], CHANGES[0], "mail release", "mail release", READS[0])]
    said = [(p.communicate(timeout=harness.GUARD_S)[0], p.returncode) for p in twice]
    tap.ok([c for _, c in said] == [0] * 5 and sum("leaves again" in o for o, _ in said) == 1
           and sum("was not held" in o for o, _ in said) == 1, "twice at once: each is carried out once", said)


def stores(tap, d):
    """Without a daemon: no store, one of a newer version, a folder, and what is none."""
    daemon = daemon_of(d).start()
    daemon.stop()
    store = d + "/state/coprod.db"
    os.rename(store, d + "/kept.db")
    newer = sqlite3.connect(d + "/kept.db")
    newer.execute("PRAGMA user_version = 99")
    newer.close()

    def all_say(code, says):
        bad = []
        for line in READS:
            rc, out, err = daemon.ctl(*line.replace("{d}", d).split())
            if rc != code or out or says not in err or err.count("\n") > 2 or err.count("coprod.db") != 1:
                bad.append("%s: exit %d: %s%s" % (line, rc, out, err))
        for line in CHANGES:
            rc, out, err = daemon.ctl(*line.replace("{d}", d).split())
            if rc != NOT_RUNNING or out or "the daemon is not running" not in err or "systemctl start" not in err:
                bad.append("%s: exit %d: %s%s" % (line, rc, out, err))
        tap.ok(not bad, "every command: exit %d, %s" % (code, says), "\n".join(bad))

    all_say(NO_INPUT, "the daemon makes it when it starts for the first time")
    os.mkdir(store)
    all_say(NO_INPUT, "Is a directory")
    os.rmdir(store)
    open(store, "w").write("no store at all\n" * 200)
    all_say(BAD, "put a backup in its place")
    os.rename(d + "/kept.db", store)
    all_say(NEWER, "install the newer program; the store was not touched")


def others(tap, d):
    """A user who may read neither plan nor store."""
    if os.getuid() != 0:
        tap.skip("another user", "only root can become one")
        return
    daemon = daemon_of(d).start()
    os.chmod(d, 0o711)
    os.chmod(d + "/plan.yaml", 0)
    nobody = pwd.getpwnam("nobody")

    def as_nobody(line):
        return subprocess.run([BIN + "/coprodctl", *line.replace("{d}", d).split()], capture_output=True, text=True,
                              env=dict(daemon.env, COPROD_CONFIG=d + "/coprod.yaml"), user=nobody.pw_uid,
                              group=nobody.pw_gid, extra_groups=[], cwd="/")

    for line, says in [(x, "root and the daemon's own user read the store") for x in READS] + \
            [(x, "no access to the daemon's socket") for x in CHANGES[1:]] + \
            [("plan " + v + " {d}/plan.yaml", d + "/plan.yaml: error: Permission denied") for v in ("check", "apply")]:
        p = as_nobody(line)
        tap.ok(p.returncode == DENIED and not p.stdout and says in p.stderr and p.stderr.count("\n") <= 2,
               "another user, %s: exit 77" % re.sub(r"{d}/", "", line), p)


if __name__ == "__main__":
    sys.exit(run_all([files, words, outputs, stores, others], Tap()))
