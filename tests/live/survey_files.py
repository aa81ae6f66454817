#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""survey_files.py - survey files of every kind through the real daemon: hostile ones, what is no plain file, long ones
within bounded memory and with progress told. Prints TAP; exit 1 when a check fails.
"""
import os
import pty
import re
import subprocess
import sys
import time

from survey_house import (BIN, GUARD_S, TABULATE, TABULATE_HOW, finish, in_a_house, long_file, ok,
                          wait_until)


MEASURE = """import os, sys
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[
    (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
_, status, usage = os.wait4(pid, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_maxrss)"""


def hostile(d):
    """Files that would eat memory or time are refused early; peak memory of the command is bounded."""
    header = b"response_id,date,service,team,involved\n"

    def lines(size, what):
        path = d.dir + "/hostile.csv"
        with open(path, "wb") as f:
            f.write(header)
            what(f, size)
        return path
    cases = {
        "a line of 1 GB": lambda f, n: (f.seek(1 << 30), f.write(b"x")),
        "a line of 32 MB of text": lambda f, n: [f.write(b"x" * 4096) for _ in range(8192)],
        "a quote that is never closed": lambda f, n: (f.write(b'1,2016-03-01,"'), f.write(b"a,\n" * 3000000)),
        "a million columns": lambda f, n: f.write(b"," * 1000000 + b"\n" + b"," * 1000000 + b"\n"),
        "bytes that are no text": lambda f, n: f.write(bytes(range(256)) * 20),
    }
    for name, what in cases.items():
        path = lines(0, what)
        began = time.monotonic()
        p = subprocess.Popen([BIN + "/coprodctl", "survey", "import", path, "--survey", "coproduction", "--dry-run",
                              "--config", d.conf], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        err = p.stderr.read()
        _, status, usage = os.wait4(p.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        p.returncode = code
        slack = 500 if "asan" in BIN or "tsan" in BIN else 100
        ok(code in (0, 65) and usage.ru_maxrss < slack * 1024 and time.monotonic() - began < GUARD_S,
           "%s: code %d, %d MB, %.1f s" % (name, code, usage.ru_maxrss // 1024, time.monotonic() - began), err)
        os.unlink(path)


def peak_of(*words):
    """Exit code and peak memory in KiB. From a process that is small: a child's peak begins with its parent's."""
    r = subprocess.run([sys.executable, "-S", "-c", MEASURE, BIN + "/coprodctl", *words],
                       stdout=subprocess.PIPE, text=True, timeout=GUARD_S)
    return [int(n) for n in r.stdout.split()]


def worker_peak(d):
    """The worker that imports, and its peak memory in KiB."""
    pid = d.children()["coprod-aggregat"][0]
    with open("/proc/%d/status" % pid) as f:
        return pid, int(re.search(r"VmHWM:\s+(\d+)", f.read()).group(1))


def memory(d, small=60000, large=480000, slack=8192):
    """A file eight times as large takes no more memory: in the worker, and counted apart from the store."""
    if "asan" in BIN or "tsan" in BIN:
        ok(True, "memory follows no file # SKIP the sanitizer's own memory does")
        return
    paths, peaks = [long_file(d, small), long_file(d, large)], []
    for path in paths:
        r = d.ctl("survey", "import", path, "--survey", "coproduction")
        ok(r.returncode == 0, "%d MB are taken in" % (os.path.getsize(path) >> 20), r)
        peaks.append(worker_peak(d))
    ok(peaks[0][0] == peaks[1][0] and peaks[1][1] < peaks[0][1] + slack,
       "the worker's memory does not follow the file: %d and %d KiB" % (peaks[0][1], peaks[1][1]), peaks)
    dry = ("--survey", "coproduction", "--dry-run", "--config", d.conf)
    for name, words, how in (("import --dry-run", ("survey", "import"), dry), ("tabulate", TABULATE, TABULATE_HOW)):
        peaks = [peak_of(*words, path, *how) for path in paths]
        ok(peaks[0][0] == peaks[1][0] == 0 and peaks[1][1] < peaks[0][1] + slack,
           "nor does that of %s: %d and %d KiB" % (name, peaks[0][1], peaks[1][1]), peaks)


def no_files(d):
    """What is no plain file is not read: a stream has no end that can be known, a pipe may never speak."""
    pipe = d.dir + "/pipe.csv"
    os.mkfifo(pipe)
    for path in ("/dev/stdin", pipe, "/dev/zero", d.dir):
        p = subprocess.run([BIN + "/coprodctl", *TABULATE, path, *TABULATE_HOW], input=b"response_id\n" * 100,
                           capture_output=True, timeout=GUARD_S)
        ok(p.returncode in (65, 66) and path.encode() in p.stderr and not p.stdout, "%s is not read" % path, p)
    inbox = d.state + "/inbox"
    os.mkfifo(inbox + "/coproduction--pipe.csv")
    os.symlink("/dev/zero", inbox + "/coproduction--zero.csv")
    os.mkdir(inbox + "/coproduction--folder.csv")
    d.drop("coproduction--beside.csv", "response_id,date,service,team,involved\nbeside,2016-03-01,Elsewhere,T,1\n")
    ok(wait_until(lambda: os.path.exists(d.state + "/done/coproduction--beside.csv")),
       "a file beside a pipe, a link and a folder in the inbox is taken")
    left = sorted(os.listdir(inbox))
    ok(left == ["coproduction--folder.csv", "coproduction--pipe.csv", "coproduction--zero.csv"],
       "which stay where they are", left)
    for name in left[1:]:
        os.unlink(inbox + "/" + name)
    os.rmdir(inbox + "/" + left[0])


def on_terminal(d, *words):
    """Exit code, output, and what was said on a terminal."""
    master, slave = pty.openpty()
    p = subprocess.Popen([BIN + "/coprodctl", *words, "--config", d.conf], stdout=subprocess.PIPE, stderr=slave)
    os.close(slave)
    out, said = p.stdout.read(), b""
    p.stdout.close()
    try:
        for part in iter(lambda: os.read(master, 4096), b""):
            said += part
    except OSError:  # the other end is closed
        pass
    os.close(master)
    return p.wait(GUARD_S), out, said


def progress(d):
    """On a terminal it is said how far the work is; elsewhere not."""
    path = long_file(d, 120000)
    code, out, said = on_terminal(d, "survey", "import", path, "--survey", "coproduction")
    ok(code == 0 and b"looked at: " in said and b"handed over: 0 %" in said and b"taken in: " in said
       and said.endswith(b"\x1b[K"),
       "a long import says on a terminal how far it is, and takes that away again", (code, said[-300:], out))
    for words in (("survey", "import", path, "--survey", "coproduction", "--dry-run"), (*TABULATE, path, *TABULATE_HOW)):
        code, out, said = on_terminal(d, *words)
        ok(code == 0 and b"looked at: " in said and b"taken in: " in said and said.endswith(b"\x1b[K"),
           "so does survey %s%s" % (words[1], " --dry-run" if "--dry-run" in words else ""), (code, said[-300:], out))
    r = d.ctl("survey", "import", path, "--survey", "coproduction")
    ok(r.returncode == 0 and "%" not in r.stderr, "and nothing where there is none", r)


if __name__ == "__main__":
    in_a_house(hostile, no_files, progress, memory)
    sys.exit(finish())
