#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""install.py - make install into a folder: what lies where, what is kept, and that a second make has
nothing to do. Prints TAP; COPROD_MODE says which build (release)."""
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MODE = os.environ.get("COPROD_MODE", "release")
WANTED = """usr/sbin/coprod usr/bin/coprodctl usr/lib/coprod/coprod-hub usr/lib/coprod/coprod-remind
usr/lib/coprod/coprod-escalate usr/lib/coprod/coprod-aggregate usr/lib/coprod/coprod-deliver
usr/lib/systemd/system/coprod.service usr/lib/sysusers.d/coprod.conf usr/lib/tmpfiles.d/coprod.conf
usr/lib/systemd/catalog/coprod.catalog etc/coprod/coprod.yaml etc/coprod/plan.yaml
etc/coprod/templates/remind.txt usr/share/bash-completion/completions/coprodctl
usr/share/man/man1/coprodctl.1""".split()
count = {"n": 0, "bad": 0}


def ok(good, name, fact=""):
    count["n"] += 1
    count["bad"] += not good
    print("%s %d - %s" % ("ok" if good else "not ok", count["n"], name))
    if not good:
        print("# " + str(fact).replace("\n", "\n# "))


def run(*argv):
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True)


def make(*words):
    return run("make", "--no-print-directory", "MODE=" + MODE, "WERROR=1", *words)


def main():
    again = make("all", "unit", "live")
    work = [line for line in again.stdout.splitlines() if line.startswith("  ")]
    ok(again.returncode == 0 and not work, "a second make has nothing to do", work[:5])
    place = tempfile.mkdtemp(prefix="coprod-install-")
    try:
        done = make("install", "DESTDIR=" + place)
        ok(done.returncode == 0, "make install", done.stderr)
        missing = [p for p in WANTED if not os.path.exists(os.path.join(place, p))]
        ok(not missing, "everything lies where it belongs", missing)
        with open(place + "/etc/coprod/plan.yaml", "w") as f:
            f.write("ours\n")
        os.unlink(place + "/etc/coprod/forums.yaml")
        make("install", "DESTDIR=" + place)
        ok(open(place + "/etc/coprod/plan.yaml").read() == "ours\n", "a file of /etc is never overwritten")
        ok(os.path.exists(place + "/etc/coprod/forums.yaml"), "one that is missing is put there")
        said = run(place + "/usr/sbin/coprod", "--version")
        ok(said.returncode == 0, "the program runs from there", said.stderr)
        elsewhere = make("install", "PREFIX=/opt/coprod", "DESTDIR=" + place)
        unit = place + "/opt/coprod/lib/systemd/system/coprod.service"
        text = open(unit).read() if os.path.exists(unit) else ""
        ok(elsewhere.returncode == 0 and "ExecStart=/opt/coprod/sbin/coprod " in text,
           "the unit names the programs where PREFIX puts them", text[:400])
    finally:
        shutil.rmtree(place, ignore_errors=True)
    print("1..%d" % count["n"])
    return 1 if count["bad"] else 0


sys.exit(main())
