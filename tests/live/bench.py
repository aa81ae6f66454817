#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""bench.py - every measurement of bench/ once, tiny: that it ends well and prints what it measures.

No figure decides anything: what is measured here means nothing.
"""
import math
import os
import subprocess
import sys

import harness
from harness import Tap, run_all

BENCH = harness.ROOT + "/build/release/bench"  # bench/*.sh measure that build
ANSWERS = "10000"


def metrics(text):
    """name -> [metric]; what is not `name metric value` and no remark is under None."""
    found = {}
    for line in text.splitlines():
        words = line.split()
        try:
            good = math.isfinite(float(words[2])) and len(words) == 3
        except (IndexError, ValueError):
            good = False
        if good:
            found.setdefault(words[0], set()).add(words[1])
        elif not line.startswith("#"):
            found.setdefault(None, set()).add(line)
    return found


def measures(tap, what, argv, **wanted):
    env = dict(os.environ, ROUNDS="1")
    env.pop("NODE_PATH", None)  # no peer beside it
    p = subprocess.run(argv, cwd=harness.ROOT, env=env, stdin=subprocess.DEVNULL, text=True,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=3 * harness.GUARD_S)
    found = metrics(p.stdout)
    short = {name: want for name, want in wanted.items() if not set(want.split()) <= found.get(name, set())}
    tap.ok(p.returncode == 0, what + ": ends well", (p.returncode, p.stderr))
    tap.ok(not short and None not in found, what + ": prints each figure", (short, p.stdout))


def jobs_open_and_rest(tap, d):
    measures(tap, "the job path, open occurrences, rest", ["bench/run.sh", d, "300", "1000", "1"],
             sqlite_alone_1000_a_transaction="jobs_per_s", backlog="jobs_per_s of_limit",
             adding_while_draining="jobs_per_s", one_in_flight="jobs_per_s", idle_start="p50_ms p99_ms",
             open_occurrences="count", tick_nothing_due="ms", tick_100_due="ms looked_at",
             hub_start="ms", hub_memory="pss_mib",
             all_at_rest="processes cpu_percent most_wakeups_per_s pss_mib")


def charts(tap, d):
    measures(tap, "charts", [BENCH + "/spc", "1000"],
             **{name: "series_per_s points_of_concern"
                for name in ("spc_xmr_mdc", "spc_xmr_nhsr", "spc_p", "spc_laney")})
    measures(tap, "the night's look at trends", [BENCH + "/night", "20"],
             **{name: "ms changed" for name in ("night_first", "night_nothing_new", "night_ten_wards_new")})


def surveys(tap, d):
    measures(tap, "surveys", ["bench/survey.sh", ANSWERS, d],
             survey_load="seconds rows_per_s peak_mb median_seconds", survey_upkeep="seconds",
             survey_fill="seconds answers_per_s peak_mb", survey_more="seconds peak_mb median_seconds",
             **{"survey_night_" + name: "seconds charts_looked_at"
                for name in ("first", "nothing_new", "10000_new")})
    measures(tap, "upkeep of a store with many responses", [BENCH + "/survey", "upkeep", d],
             survey_upkeep="seconds")


if __name__ == "__main__":
    if os.environ.get("COPROD_MODE", "release") != "release":
        print("1..0 # skip measurements are made in release")
        sys.exit(0)
    sys.exit(run_all([jobs_open_and_rest, charts, surveys], Tap()))
