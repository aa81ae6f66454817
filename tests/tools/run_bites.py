#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""run_bites.py - the runner counts what went wrong however a test program ends."""
import importlib.machinery
import importlib.util
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
loader = importlib.machinery.SourceFileLoader("run", os.path.join(HERE, "../run"))
run = importlib.util.module_from_spec(importlib.util.spec_from_loader("run", loader))
loader.exec_module(run)

# what a program does, (ok, not ok) it counts for, how its reason begins
CASES = [
    ("echo ok 1 - a; echo ok 2 - b", (2, 0), ""),
    ("echo not ok 1 - a; exit 1", (0, 1), ""),
    ("echo ok 1 - a; exit 3", (1, 1), "ended with code 3"),
    ("echo ok 1 - a; kill -9 $$", (1, 1), "died by SIGKILL"),
    ("echo words", (0, 1), "printed no test"),
    ("true", (0, 1), "printed no test"),
    ("echo '1..0 # skip no systemd here'", (0, 0), ""),
    ("echo ok 1 - a; sleep 60", (1, 1), "ran longer"),
    ("sleep 60 & echo ok 1 - a", (1, 0), ""),
    ("sleep 60 & echo ok 1 - a; kill -6 $$", (1, 1), "died by SIGABRT"),
    ("echo ok 1 - a; $FAULTY", (1, 0), ""),
    ("echo ok 1 - a; sh -c \"$FAULTY overflow; true\" >/dev/null 2>&1", (1, 1), ""),
    ("echo ok 1 - a; $FAULTY beyond >/dev/null 2>&1; true", (1, 1), ""),
    ("echo ok 1 - a; $FAULTY leak >/dev/null 2>&1; true", (1, 1), ""),
    ("echo ok 1 - a; $FAULTY assert >/dev/null 2>&1; true", (1, 1), ""),
]
FAULTY = r"""
#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
int main(int n, char **words)
{
    const char *what = n > 1 ? words[1] : "";
    volatile int number = INT_MAX;
    char *volatile bytes = malloc(3);
    number += !strcmp(what, "overflow");
    bytes[n + 1] = !strcmp(what, "beyond") ? bytes[n + 8] : 0;
    assert(strcmp(what, "assert"));
    if (strcmp(what, "leak"))
        free(bytes);
    bytes = NULL;
    return 0;
}
"""


def built(folder):
    """A program with faults, under the flags of the project's own sanitized build."""
    program = folder + "/faulty"
    flags = ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    subprocess.run([*os.environ.get("CC", "gcc").split(), *flags, "-x", "c", "-o", program, "-"], input=FAULTY,
                   text=True, check=True)
    return program


def main():
    with tempfile.TemporaryDirectory() as folder:
        return try_all(dict(os.environ, FAULTY=built(folder)))


def try_all(env):
    bad = 0
    for n, (script, want, why) in enumerate(CASES, 1):
        out, code, late, took = run.run_program(["sh", "-c", script], env, 10 if "$FAULTY" in script else 3)
        oks, fails, said = run.judge(out, code, late)
        good = (oks, fails) == want and said.startswith(why) and bool(said) == bool(why) and took[0] < 30
        bad += not good
        print("%sok %d - %s" % ("" if good else "not ", n, script.replace("not ok", "not-ok")))
        if not good:
            print("# %s %s %r" % (oks, fails, said))
    print("1..%d" % len(CASES))
    return 1 if bad else 0


sys.exit(main())
