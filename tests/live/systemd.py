#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""systemd.py - the units are correct and tight, the catalog and the lists of users and folders read.

Puts the files where they would be installed, under a scratch root, and lets systemd's own tools judge
them. Nothing is started. Prints TAP; exit 1 when a check fails.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

BUILD = os.environ.get("COPROD_BUILD") or next(
    (d for d in ("build/release", "build/debug") if os.path.exists(d + "/bin/coprod")), "build/release")
SCORE_MAX = 1.3

count = 0
failed = 0


def ok(good, name, note=""):
    global count, failed
    count += 1
    failed += not good
    print("%s %d - %s" % ("ok" if good else "not ok", count, name), flush=True)
    if not good and note:
        print("# " + str(note).replace("\n", "\n# "), flush=True)


def run(*command, env=None):
    p = subprocess.run(command, capture_output=True, text=True, timeout=120, env=env)
    return p.returncode, p.stdout + p.stderr


def place(root):
    """As `make install` would."""
    for source, target in (("systemd/coprod.service", "usr/lib/systemd/system/coprod.service"),
                           ("systemd/coprod.slice", "usr/lib/systemd/system/coprod.slice"),
                           ("systemd/coprod.sysusers", "usr/lib/sysusers.d/coprod.conf"),
                           ("systemd/coprod.tmpfiles", "usr/lib/tmpfiles.d/coprod.conf"),
                           ("systemd/coprod.catalog", "usr/lib/systemd/catalog/coprod.catalog")):
        os.makedirs(os.path.dirname(root + "/" + target), exist_ok=True)
        shutil.copy(source, root + "/" + target)


def verify(root):
    # `verify` looks for the programs: the unit's copy names the ones that were built.
    programs = root + "/programs"
    os.makedirs(programs)
    for path in ("/usr/sbin/coprod", "/usr/bin/coprodctl"):
        built = BUILD + "/bin/" + os.path.basename(path)
        target = programs + "/" + os.path.basename(path)
        if os.path.exists(built):
            shutil.copy(built, target)
        else:
            shutil.copy("/bin/true", target)
    folder = root + "/verify"
    os.makedirs(folder)
    unit = open(root + "/usr/lib/systemd/system/coprod.service").read()
    unit = unit.replace("/usr/sbin/coprod", programs + "/coprod")
    unit = unit.replace("/usr/bin/coprodctl", programs + "/coprodctl")
    open(folder + "/coprod.service", "w").write(unit)
    shutil.copy("systemd/coprod.slice", folder)
    env = dict(os.environ, SYSTEMD_UNIT_PATH=folder + ":")
    code, out = run("systemd-analyze", "verify", "--man=no", folder + "/coprod.service",
                    folder + "/coprod.slice", env=env)
    ours = [line for line in out.splitlines() if "coprod" in line]
    ok(code == 0 and not ours, "systemd-analyze verify has nothing to say", out)


def score(root):
    unit = root + "/usr/lib/systemd/system/coprod.service"
    code, out = run("systemd-analyze", "security", "--offline=true",
                    "--threshold=%d" % round(SCORE_MAX * 10), "--no-pager", unit)
    found = re.search(r"Overall exposure level.*?: ([0-9.]+)", out)
    print("# exposure %s, at most %s" % (found[1] if found else "?", SCORE_MAX))
    ok(code == 0 and found and float(found[1]) <= SCORE_MAX, "the sandbox is tight", out[-2000:])
    text = open(unit).read()
    ok(not re.search(r"^PrivateUsers=", text, re.M), "uids stay visible")
    ok(re.search(r"^Type=notify$", text, re.M) and re.search(r"^WatchdogSec=", text, re.M),
       "it is told when the daemon is ready and when it hangs")


def lists(root):
    os.makedirs(root + "/etc", exist_ok=True)
    code, out = run("systemd-sysusers", "--root=" + root, root + "/usr/lib/sysusers.d/coprod.conf")
    passwd = open(root + "/etc/passwd").read() if os.path.exists(root + "/etc/passwd") else ""
    ok(code == 0 and re.search(r"^coprod:", passwd, re.M), "systemd-sysusers makes the user", out)
    code, out = run("systemd-tmpfiles", "--root=" + root, "--create", root + "/usr/lib/tmpfiles.d/coprod.conf")
    inbox = root + "/var/lib/coprod/inbox"
    good = code == 0 and os.path.isdir(inbox)
    if os.geteuid() == 0:
        ok(good and os.stat(inbox).st_mode & 0o777 == 0o700, "systemd-tmpfiles makes the folders", out)
    else:
        print("# not root: systemd-tmpfiles cannot give folders away here, so that is not checked")


def catalog(root):
    code, out = run("journalctl", "--root=" + root, "--update-catalog")
    ok(code == 0, "journalctl takes the catalog", out)
    code, out = run("journalctl", "--root=" + root, "--list-catalog")
    ids = re.findall(r'"([0-9a-f]{32})"', open("lib/base/log_events.def").read())
    ok(ids and all(i in out for i in ids), "every kind of event is in it", out[-1000:])


def main():
    if not shutil.which("systemd-analyze"):
        print("1..0 # skip systemd-analyze is not here")
        return
    root = tempfile.mkdtemp(prefix="coprod-units-")
    try:
        place(root)
        verify(root)
        score(root)
        lists(root)
        catalog(root)
    finally:
        shutil.rmtree(root, ignore_errors=True)
    print("1..%d" % count)
    sys.exit(1 if failed else 0)


main()
