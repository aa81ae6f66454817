#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""spc.py - `coprodctl survey spc` against the reference charts, in every cell.

Prints TAP; exit 1 when a check fails. COPROD_BIN (or COPROD_BUILD) names the folder of the programs.
"""
import csv
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("COPROD_BUILD") or next(
    (d for d in ("build/release", "build/debug") if os.path.exists(os.path.join(ROOT, d, "bin/coprodctl"))),
    "build/release")
CTL = (os.environ.get("COPROD_BIN") or os.path.join(ROOT, BUILD, "bin")) + "/coprodctl"
GOLDEN = os.path.join(os.environ.get("COPROD_SHARED") or os.path.join(ROOT, "../shared"), "golden/spc")
NUMBERS = ("mean", "lpl", "upl", "y", "target")
# Two rules are not judged where the reference says NA: that stands near a missing value.
UNJUDGED = ("rule_shift", "rule_two_in_three")
n_tests = n_bad = 0


def ok(good, name, note=""):
    global n_tests, n_bad
    n_tests += 1
    n_bad += not good
    print("%s %d - %s" % ("ok" if good else "not ok", n_tests, name), flush=True)
    if not good:
        print("# " + str(note)[:1500].replace("\n", "\n# "), flush=True)


def load(path):
    with open(path, newline="") as f:
        return list(csv.DictReader(f))


def same(key, want, got):
    if key == "message" or (key in UNJUDGED and want == "NA"):
        return True
    if key not in NUMBERS:
        return want == got
    if "N" in want[:1] or "N" in got[:1]:
        return want[:1] == got[:1]
    return abs(float(want) - float(got)) <= 1e-9 * abs(float(want))


def compare(golden, ours, keys, apart):
    """Cells that differ, rows that only one side has."""
    want = {tuple(r[k] for k in keys): r for r in load(golden) if r["series_id"] not in apart}
    got = {tuple(r[k] for k in keys): r for r in load(ours) if r["series_id"] not in apart}
    bad = sorted(set(want) ^ set(got))
    for at in set(want) & set(got):
        bad += [(at, k, v, got[at][k]) for k, v in want[at].items() if not same(k, v, got[at][k])]
    return bad


def run(folder, series, options, *more):
    out = [folder + "/points.csv", folder + "/summary.csv"]
    r = subprocess.run([CTL, "survey", "spc", "--series", series, "--options", options, "--points-out", out[0],
                        "--summary-out", out[1], *more], stderr=subprocess.PIPE, text=True, timeout=120)
    return r, out


def golden(folder):
    r, (points, summary) = run(folder, GOLDEN + "/series_in.csv", GOLDEN + "/options.csv",
                               "--profile", "nhsr-0.2.2")
    ok(r.returncode == 0, "the reference series are charted", r.stderr)
    # Where the package itself stopped at a missing value, coprod gives a chart.
    category = {r["series_id"]: r["category"] for r in load(GOLDEN + "/options.csv")}
    apart = {r["series_id"] for r in load(GOLDEN + "/summary_out.csv")
             if r["status"] == "error" and category[r["series_id"]] == "missing"}
    bad = compare(GOLDEN + "/points_out.csv", points, ("series_id", "idx"), apart)
    ok(not bad, "every point equals the reference", bad[:5])
    bad = compare(GOLDEN + "/summary_out.csv", summary, ("series_id", "rebase_group"), apart)
    ok(not bad, "every summary equals the reference", bad[:5])
    charted = {r["series_id"] for r in load(summary) if r["status"] == "ok"}
    ok(apart <= charted, "a missing value in a run gives a chart and no error", apart - charted)
    r, _ = run(folder, GOLDEN + "/series_in.csv", GOLDEN + "/options.csv", "--profile", "mdc-2023")
    ok(r.returncode == 0, "the product's own profile charts them too", r.stderr)


def write(path, text):
    with open(path, "w") as f:
        f.write(text)
    return path


def refusals(folder):
    head = "series_id,improvement_direction,target,fix_after_n_points,rebase_dates,screen_outliers\n"
    opts = write(folder + "/o.csv", head + "a,increase,NA,NA,,1\n")
    good = write(folder + "/v.csv", "series_id,date,y\na,2020-01-01,1\na,2020-01-02,2\n")
    cases = [
        ("an unknown series", write(folder + "/1.csv", "series_id,date,y\nb,2020-01-01,1\n"), opts),
        ("a date that is none", write(folder + "/2.csv", "series_id,date,y\na,2020-02-30,1\n"), opts),
        ("a value that is no number", write(folder + "/3.csv", "series_id,date,y\na,2020-01-01,x\n"), opts),
        ("a header without y", write(folder + "/4.csv", "series_id,date\na,2020-01-01\n"), opts),
        ("an unknown direction", good, write(folder + "/5.csv", head + "a,up,NA,NA,,1\n")),
        ("options twice", good, write(folder + "/6.csv", head + "a,increase,NA,NA,,1\n" * 1 + "a,decrease,NA,NA,,1\n")),
    ]
    for name, series, options in cases:
        r, _ = run(folder, series, options)
        ok(r.returncode == 65, name + " is refused", (r.returncode, r.stderr))
    twice = write(folder + "/7.csv", "series_id,date,y\na,2020-01-01,1\na,2020-01-01,2\n")
    r, (_, summary) = run(folder, twice, opts)
    ok(r.returncode == 0 and load(summary)[0]["status"] == "error", "two values on one date: no chart, an error row")


def names(folder):
    head = "series_id,improvement_direction,target,fix_after_n_points,rebase_dates,screen_outliers\n"
    ids = ["=1+1", '@a "b", c', "-7", "007"]
    cells = ['"%s"' % i.replace('"', '""') for i in ids]
    opts = write(folder + "/no.csv", head + "".join(c + ",increase,NA,NA,,1\n" for c in cells))
    days = "".join("%s,2020-01-%02d,%d\n" % (c, i + 1, i % 3) for c in cells for i in range(14))
    days += cells[1] + ",2020-01-01,1\n"
    r, out = run(folder, write(folder + "/nv.csv", "series_id,date,y\n" + days), opts)
    want = {"'=1+1", "'@a \"b\", c", "-7", "007"}
    got = [{x["series_id"]: len(x) for x in load(path)} for path in out]
    ok(r.returncode == 0 and set(got[0]) == want - {"'@a \"b\", c"} and set(got[1]) == want
       and set(got[0].values()) == {20} and set(got[1].values()) == {17},
       "a series whose name is a formula or has quotes is written as a text, in whole rows", (r.stderr, got))


def main():
    with tempfile.TemporaryDirectory() as folder:
        if os.path.isdir(GOLDEN):
            golden(folder)
        else:
            print("# %s is not there: reference charts are not compared" % GOLDEN)
        refusals(folder)
        names(folder)
    print("1..%d" % n_tests)
    return 1 if n_bad else 0


if __name__ == "__main__":
    sys.exit(main())
