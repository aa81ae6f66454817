#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""docs.py - what the documents say, held against the programs: the README's commands are run as they
stand there, links lead somewhere, manual pages are clean and know every key of the plan's files.
"""
import glob
import os
import re
import shutil
import signal
import subprocess

import harness
from harness import BIN, GUARD_S, ROOT, until

DOCS = sorted(glob.glob(ROOT + "/*.md") + glob.glob(ROOT + "/docs/**/*.md", recursive=True))


def read(path):
    with open(path if path.startswith("/") else ROOT + "/" + path) as f:
        return f.read()


def blocks_of_readme():
    """The shell blocks of "Five minutes", without building: the programs are there."""
    part = read("README.md").split("## Five minutes", 1)[1].split("\n## ", 1)[0]
    lines = "\n".join(re.findall(r"```sh\n(.*?)```", part, re.S)).splitlines()
    return [line for line in lines if line != "make" and not line.startswith("export ")]


def five_minutes(tap, d):
    """Every command must succeed; the daemon is the one command with an & at its end."""
    os.symlink(ROOT + "/config", d + "/config")
    commands = "\n".join(blocks_of_readme())
    before, start, after = re.split(r"(?m)^(coprod --config.*) &$", commands)
    env = dict(os.environ, PATH=BIN + ":" + os.environ["PATH"], COPROD_CONFIG=d + "/first/coprod.yaml")

    def run(script):
        return subprocess.run(["bash", "-euc", script], cwd=d, env=env, text=True, timeout=GUARD_S,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    told = run(before)
    tap.same(told.returncode, 0, "the README's small plan is good and can be simulated")
    tap.ok("R-30" in told.stdout and "L4+20" in told.stdout, "the simulation shows the whole ladder",
           told.stdout)
    with open(d + "/log", "w") as log:
        daemon = subprocess.Popen(start.split(), cwd=d, env=env, stderr=log)
    try:
        until(lambda: run("coprodctl status").returncode == 0, "the daemon to answer")
        told = run(after)
        tap.ok(told.returncode == 0, "each command of the README does what it should", told.stdout)
        tap.ok("Committee Secretary" in told.stdout or "secretary" in told.stdout,
               "the committee's secretary heard of it", told.stdout)
        tap.ok("not due: complete since" in told.stdout, "and after the action was done nobody else",
               told.stdout)
        only_who_decides_is_asked_to_decide(tap, run)
        mail_goes_on_with_a_reload(tap, d, run)
    finally:
        daemon.send_signal(signal.SIGTERM)
        tap.same(daemon.wait(GUARD_S), 0, "the daemon stops when told to")


def only_who_decides_is_asked_to_decide(tap, run):
    rows = [line.split("\t") for line in run("coprodctl notices list --plain").stdout.splitlines()]
    said = {(r[4], r[5]): r[6] for r in rows}
    tap.ok("for the agenda of the Quality Committee" in said.get(("L4+20", "secretary"), ""),
           "at level 4 the committee's secretary is asked to put it on the agenda", said)
    tap.ok("please help" in said.get(("L4+20", "plan-owner"), "")
           and "please finish it" in said.get(("L3+10", "ward-manager"), ""),
           "owner and lead are told that it is late, not to decide", said)


def mail_goes_on_with_a_reload(tap, d, run):
    """As docs/operations.md says: off at first, then switched on by a reload."""
    path = d + "/first/coprod.yaml"
    text = read(path)
    for mode, want in (("none", "held"), ("maildir", "accepted")):
        with open(path, "w") as f:
            f.write(text.replace("mode: maildir", "mode: " + mode))
        day = {"none": "2027-06-30", "maildir": "2027-09-30"}[mode]
        told = run("coprodctl reload --wait; coprodctl clock run --until %s;"
                   "coprodctl notices list --limit 1 --plain" % day)
        tap.ok(told.returncode == 0 and "\t" + want + "\t" in told.stdout,
               "after a reload with mail.mode %s a notice is %s" % (mode, want), told.stdout)


def links(tap, _):
    bad = []
    for path in DOCS:
        for target in re.findall(r"\]\(([^)#]+)\)", read(path)):
            if "://" not in target and not os.path.exists(os.path.join(os.path.dirname(path), target)):
                bad.append("%s: %s" % (os.path.relpath(path, ROOT), target))
    tap.same(bad, [], "every link in the documents leads to a file")


def named_files(tap, _):
    """A path in back quotes that looks like one of ours must be there."""
    bad = []
    ours = r"`((?:lib|daemon|workers|cli|include|tests|bench|docs|config|systemd)/[\w./-]*)`"
    for path in DOCS:
        for name in re.findall(ours, read(path)):
            if not re.search(r"KIND|WORD|NAME", name) and not glob.glob(ROOT + "/" + name):
                bad.append("%s: %s" % (os.path.relpath(path, ROOT), name))
    tap.same(bad, [], "every file that the documents name is there")


def manual_pages(tap, _):
    page = read("docs/man/coprod-plan.5")
    for source in sorted(glob.glob(ROOT + "/lib/plan/*.c")):
        keys = re.findall(r'YAML_FIELD\w*\("(\w+)"', read(source))
        missing = [k for k in keys if not re.search(r"\b%s\b" % k, page)]
        if keys:
            tap.same(missing, [], "coprod-plan(5) knows the keys of " + os.path.basename(source))
    if not shutil.which("mandoc"):
        tap.skip("the manual pages are clean", "mandoc is not installed")
        return
    for page in sorted(glob.glob(ROOT + "/docs/man/*.[1-9]")):
        told = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", page], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout
        tap.same(told, "", os.path.basename(page) + " is clean mdoc")


def protocol(tap, _):
    page = read("docs/protocol.md")
    verbs = re.findall(r'\{ "([a-z-]+)", do_', read("daemon/verbs.c"))
    tap.ok(verbs, "the hub has verbs")
    tap.same([v for v in verbs if "| `%s` |" % v not in page], [], "docs/protocol.md has every verb")
    messages = re.findall(r"(?m)^MSG\(\w+, +(\w+), +(\d+)", read("include/coprod/wire.def"))
    missing = [m for m, n in messages if not re.search(r"(?m)^%s +(=|/) +%%x%02x" % (m, int(n)), page,
                                                      re.I)]
    tap.same(missing, [], "docs/protocol.md has every message with its number")


def decisions(tap, _):
    names = sorted(os.path.basename(f) for f in glob.glob(ROOT + "/docs/decisions/[0-9]*.md"))
    index = read("docs/decisions/README.md")
    tap.same([n for n in names if "(%s)" % n not in index], [], "every decision is in the list")
    numbers = [n[:4] for n in names]
    tap.same(sorted(set(numbers)), numbers, "no two decisions have one number")


def main():
    tests = [five_minutes, links, named_files, manual_pages, protocol, decisions]
    return harness.run_all(tests, harness.Tap())


if __name__ == "__main__":
    raise SystemExit(main())
