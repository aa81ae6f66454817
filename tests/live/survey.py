#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""survey.py - surveys through the real daemon: real rows in, what is published of them, quality, comments, erasure,
staff groups, and what other programs read. Prints TAP; exit 1 when a check fails.
"""
import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import zipfile

from survey_house import BIN, GUARD_S, ROOT, SHARED, counts, finish, in_a_house, ok, wait_until


def reference():
    """The reference figures in the fixed form, sorted as the table is."""
    rows = []
    with open(os.path.join(SHARED, "golden/survey/fft_3level_by_unit_month.csv"), newline="") as f:
        for r in csv.DictReader(f):
            v = list(r.values())
            unit = " > ".join(x for x in v[3:6] if x) or "ALL"
            rows.append([r["month"], r["level"], unit] + v[6:])
    rows.sort(key=lambda r: (r[0] == "ALL", r[0], int(r[1]), r[2].encode()))
    return rows


def table(d):
    r = d.ctl("survey", "table", "fft-2020", "--by", "month,level,unit", "--totals", "--internal")
    return r, list(csv.reader(r.stdout.splitlines()))[1:]


def real_rows(d):
    path = os.path.join(SHARED, "data/survey/fft_3level_rows.csv")
    if not os.path.exists(path):
        print("# %s is not there: the real rows are not compared" % path)
        return
    rejects = d.dir + "/rejects.csv"
    r = d.ctl("survey", "import", path, "--survey", "fft-2020", "--json", "--rejects", rejects)
    answer = json.loads(r.stdout) if r.returncode == 0 else {}
    ok(r.returncode == 0 and counts(answer) == [10194, 10023, 0, 171], "the real rows are imported", r)
    with open(rejects, newline="") as f:
        rows = list(csv.DictReader(f))
    ok(len(rows) == 171 and rows[0]["line"] == "65" and rows[0]["column"] == "6",
       "each refused row is told with line and column", rows[:2])
    r, got = table(d)
    ok(r.returncode == 0 and got == reference(), "the table from the store equals the reference", r.stderr)
    r = d.ctl("survey", "import", path, "--survey", "fft-2020", "--json")
    ok(r.returncode == 0 and counts(json.loads(r.stdout)) == [10194, 0, 10023, 171],
       "the same file again counts nothing", r)
    publishing(d)
    with open(path) as f:
        d.drop("again.csv", f.read() + "99999,2023-01-01,New,,,1,,\n")
    ok(wait_until(lambda: os.path.exists(d.state + "/done/again.csv")), "a longer copy from the inbox is taken")
    with open(d.state + "/done/again.csv.report.txt") as f:
        ok("new 1, repeat 10023" in f.read(), "and only its one new row counts")
    if published(d)[1]:
        r = d.ctl("survey", "release", "fft-2020", "--dry-run", "--json")
        months = json.loads(r.stdout)["months"] if r.returncode == 0 else []
        ok([(m["month"], m["version"], m["waiting"]) for m in months] == [("2023-01", 0, 1)],
           "one late answer waits", r)


def published(d):
    r = d.ctl("survey", "table", "fft-2020")
    return r, list(csv.reader(r.stdout.splitlines()))[1:]


def publishing(d):
    """Every month of the real rows closed long ago; what goes out is what the reference shows."""
    r, got = published(d)
    ok(r.returncode == 0 and got == [], "before anything was published nothing is printed", r)
    r = d.ctl("survey", "table", "fft-2020", "--totals")
    ok(r.returncode == 77 and r.stdout == "", "a total over the months is refused", r)
    r = d.ctl("survey", "release", "fft-2020", "--dry-run", "--json")
    months = json.loads(r.stdout)["months"] if r.returncode == 0 else []
    ok(len(months) == 32 and all(m["version"] == 1 for m in months), "a dry run tells the months", r)
    ok(published(d)[1] == [], "and publishes none")
    r = d.ctl("survey", "release", "fft-2020")
    ok(r.returncode == 0, "publishing by hand is ordered", r)

    def all_out():
        told = d.ctl("survey", "release", "fft-2020", "--dry-run", "--json")
        return told.returncode == 0 and json.loads(told.stdout)["months"] == []

    ok(wait_until(all_out), "and all months are out")
    hidden, small = set(), set()
    with open(os.path.join(SHARED, "golden/survey/fft_3level_suppression.csv"), newline="") as f:
        for x in csv.DictReader(f):
            unit = " > ".join(v for v in list(x.values())[3:6] if v) or "ALL"
            if x["safe_rule"] != "shown":
                hidden.add((x["period"], unit))
                if unit == "ALL":
                    small.add(x["period"])
    want = [row if (row[0], row[2]) not in hidden else row[:3] + ["*"] * (len(row) - 3)
            for row in reference() if row[0] != "ALL" and (row[0] not in small or row[2] == "ALL")]
    ok(published(d)[1] == want, "what is published is the reference with its hidden units as *",
       [x for x in zip(published(d)[1], want) if x[0] != x[1]][:3])


def refusals(d):
    r = d.ctl("survey", "import", os.path.join(ROOT, "README.md") if os.path.exists(ROOT + "/README.md")
              else __file__, "--survey", "fft-2020")
    ok(r.returncode == 65 and "header" in r.stderr, "a file of something else is refused", r)
    r = d.ctl("survey", "import", "/nonexistent", "--survey", "fft-2020")
    ok(r.returncode == 66, "a file that is not there is refused", r)
    r = d.ctl("survey", "import", __file__, "--survey", "fft2020")
    ok(r.returncode == 1 and "fft-2020" in r.stderr, "an unknown survey is refused with the near one", r)
    d.drop("broken.csv", 'row_id,date,location_1,location_2,location_3,fft_score\n1,2020-01-01,A,,,"1\n')
    ok(wait_until(lambda: os.path.exists(d.state + "/rejected/broken.csv")), "a broken file lands in rejected/")
    with open(d.state + "/rejected/broken.csv.report.txt") as f:
        ok("line 2: a quote" in f.read(), "with the line and the reason beside it")


def said_in_a_sentence(d):
    """What an analyst gets wrong is told with its place and what to do; nothing else is lost by it."""
    pipe, bad = d.dir + "/pipe.xlsx", d.dir + "/bad.csv"
    os.mkfifo(pipe)
    with open(bad, "w") as f:
        f.write("response_id,date,service,team,involved\nx1,2016-02-30,S,T,1\n")
    series, options = d.dir + "/series.csv", d.dir + "/options.csv"
    with open(options, "w") as f:
        f.write("series_id,improvement_direction,target,fix_after_n_points,rebase_dates,screen_outliers\na,increase,,,,1\n")
    with open(series, "w") as f:
        f.write("series_id,date,y\na,2020-01-01,1\na,2020-02-30,2\n")
    cases = (
        (("export", "fft-2020", "--internal", "--format", "xlsx", "--out", pipe), 73, "it is no plain file"),
        (("export", "fft-2020", "--internal", "--group", "Nobody"), 1, 'as staff group "Nobody"'),
        (("quality", "fft-2020", "--import", "99"), 1, "no import 99; its newest is"),
        (("table", "fft-2020", "--wording", "9"), 1, "has no wording 9"),
        (("table", "fft-2020", "--wording", "1", "--all"), 2, "--all has every wording"),
        (("import", bad, "--survey", "coproduction", "--rejects", "/dev/full"), 74, "its rows are counted all the same"),
        (("spc", "--series", series, "--options", options, "--points-out", d.dir + "/p", "--summary-out", d.dir + "/s"), 65,
         "series.csv:3: the row cannot be used: its date is no day"),
    )
    for words, code, part in cases:
        r = d.ctl("survey", *words)
        ok(r.returncode == code and part in r.stderr and "\n" not in r.stderr.split("\n  hint", 1)[0].strip(),
           "survey %s: %s" % (words[0], part), r)
    ok(os.path.exists(pipe) and not os.path.isfile(pipe), "a pipe stays a pipe")


def care(d):
    """Quality, export, comments, erasure; and that nothing personal gets into logs, mails or audit."""
    with open(d.dir + "/etc/surveys/coproduction.yaml") as f:
        text = f.read()
    with open(d.dir + "/etc/surveys/words.yaml", "w") as f:
        f.write(text.replace("survey: coproduction", "survey: words")
                + "comments: { column: words, threshold: 5, days: 90 }\n")
    with open(d.conf) as f:
        conf = f.read()
    with open(d.conf, "w") as f:
        f.write(conf.replace("surveys/coproduction.yaml]", "surveys/coproduction.yaml, surveys/words.yaml]"))
    rows = ["response_id,date,service,team,involved,words"]
    rows += ["PID-%d,2016-03-0%d,=cmd|' /C calc'!A0,T%d,1,SECRET%d" % (i, i % 9 + 1, i % 2, i) for i in range(9)]
    d.drop("words--one.csv", "\n".join(rows) + "\n")
    ok(wait_until(lambda: os.path.exists(d.state + "/done/words--one.csv")), "a file with comments is taken",
       os.listdir(d.state + "/inbox"))
    r = d.ctl("survey", "quality", "words", "--json")
    checks = {x["check"]: x["value"] for x in json.loads(r.stdout or "{}").get("checks", [])}
    ok(r.returncode == 0 and checks.get("rows") == 9 and checks.get("new") == 9, "its quality is told", r)
    units = {x["check"]: (x["value"], x["unit"]) for x in json.loads(r.stdout or "{}").get("checks", [])}
    ok((units["first_day"], units["rows"]) == (("2016-03-01", "day"), (9, "")), "a day of it is a day", units)
    r = d.ctl("survey", "comments", "words")
    ok(r.returncode == 77 and "SECRET" not in r.stdout, "comments are not published", r)
    r = d.ctl("survey", "comments", "words", "--internal")
    ok(r.returncode == 0 and "SECRET0" in r.stdout and "SECRET1" not in r.stdout,
       "inside they are shown where five answered, and not where four did", r)
    r = d.ctl("survey", "export", "words", "--internal")
    ok(r.returncode == 0 and "\"'=cmd|" in r.stdout and "\n2016-03,1,\"'=cmd" in r.stdout,
       "a name that is a formula is no formula in the export", r)
    r = d.ctl("survey", "export", "words", "--internal", "--format", "json")
    ok(r.returncode == 0 and json.loads(r.stdout)["figures"][0]["n"] == 9, "the export as JSON", r)
    xlsx = d.dir + "/out.xlsx"
    r = d.ctl("survey", "export", "words", "--internal", "--format", "xlsx", "--out", xlsx)
    sheet = zipfile.ZipFile(xlsx).read("xl/worksheets/sheet1.xml") if os.path.exists(xlsx) else b""
    ok(r.returncode == 0 and b"<v>9</v>" in sheet and b"<f>" not in sheet, "as XLSX, without a formula", r)
    r = d.ctl("survey", "export", "words")
    ok(r.returncode == 0 and "SECRET" not in r.stdout and ",9," not in r.stdout,
       "without --internal nothing that was not published", r)
    r = d.ctl("survey", "export", "words", "--group", "x")
    ok(r.returncode == 77, "nor a staff group", r)
    r = d.ctl("survey", "erase", "words", "PID-0", "PID-2")
    ok(r.returncode == 0 and wait_until(lambda: not os.listdir(d.state + "/inbox")), "two are erased on request", r)
    ok(wait_until(lambda: json.loads(d.ctl("survey", "export", "words", "--internal", "--format", "json").stdout)
                  ["figures"][0]["n"] == 7), "and do not count any more")
    r = d.ctl("survey", "comments", "words", "--internal")
    ok(r.returncode == 0 and "SECRET" not in r.stdout, "nor are their words there; the rest is below the threshold", r)
    d.drop("words--two.csv", "\n".join(rows[:2]) + "\n")
    ok(wait_until(lambda: os.path.exists(d.state + "/done/words--two.csv")), "one of them comes again")
    with open(d.state + "/done/words--two.csv.report.txt") as f:
        ok("new 0, repeat 0, corrected 0, withdrawn 0, stale 1" in f.read(), "and is not taken back in")
    found = []
    for folder, _, names in os.walk(d.dir):
        for name in names:
            path = os.path.join(folder, name)
            if name.endswith(".csv") or "coprod.db" in name or "/etc/" in path or not os.path.isfile(path):
                continue
            with open(path, "rb") as f:
                data = f.read()
            found += [path for word in (b"PID-", b"SECRET") if word in data]
    audit = d.ctl("audit", "verify").stdout + d.ctl("job", "list", "--state", "done", "--json").stdout
    ok(not found and "PID-" not in audit and "SECRET" not in audit, "no id and no word of a person in logs, "
       "reports, mails, jobs", found)


def pulse(d):
    """The staff pulse as it leaves the house: staff groups beside units, scores beside questions."""
    rows = ["response_id,date,directorate,team,staff_group,m1,m2,m3,i1,i2,i3,a1,a2,a3"]
    for i in range(160):
        rows.append("n%d,2019-04-1%d,D%d,T%d,%s,%s" % (i, i % 9, i % 2, i % 4, "Nurses" if i < 100 else "Doctors",
                                                       ",".join(str(1 + (i + k) % 5) for k in range(9))))
    rows += ["q%d,2019-04-11,D0,T0,Porters,5,5,5,5,5,5,5,5,5" % i for i in range(3)]
    d.drop("nqps--april.csv", "\n".join(rows) + "\n")
    ok(wait_until(lambda: os.path.exists(d.state + "/done/nqps--april.csv")), "the staff pulse comes in")
    ask = ["survey", "table", "nqps", "--by", "month,level,unit,group"]
    ok(d.ctl("survey", "release", "nqps").returncode == 0
       and wait_until(lambda: "Nurses" in d.ctl(*ask).stdout), "and is published by hand")
    got = {(x["unit"], x["group"]): x["n_total"] for x in csv.DictReader(io.StringIO(d.ctl(*ask).stdout))}
    shown = {k: int(v) for k, v in got.items() if v != "*"}
    ok(shown.get(("ALL", "ALL")) == 163 and min(shown.values()) >= 11 and not [k for k in got if k[1] == "Porters"],
       "groups stand beside units, none below the threshold, and three porters are not named", got)
    alone = [u for u, g in shown if g == "ALL" and (u, "Nurses") in shown and (u, "Doctors") in shown
             and 0 < shown[u, "ALL"] - shown[u, "Nurses"] - shown[u, "Doctors"] < 11]
    ok(len(shown) > 8 and not alone, "nor are they what is missing anywhere", (alone, got))
    r = d.ctl("survey", "table", "nqps", "--all")
    inside = d.ctl("survey", "export", "nqps", "--internal")
    score = {(x["unit"], x["measure"]): x["score"] for x in csv.DictReader(io.StringIO(inside.stdout))}
    out = [x for x in csv.DictReader(io.StringIO(r.stdout)) if x["measure"] == "engagement" and x["score"] != "*"]
    ok((",*" in r.stdout) == ("* is kept" in r.stderr) and out and all(x["score"] == score[x["unit"], "engagement"] for x in out),
       "published scores are those of the house, and stars are explained beside them", (out, r.stdout[-400:], r.stderr))
    r = d.ctl("survey", "table", "nqps", "--question", "a1", "--all")
    ok(r.returncode == 0, "a question by name", r)
    r = d.ctl("survey", "table", "nqps", "--question", "a9")
    ok(r.returncode == 1 and 'no question "a9"' in r.stderr, "one that is not there is told", r)


def readers(d):
    """What other programs read: a workbook as openpyxl has it, a pipe that is closed early."""
    try:
        import openpyxl
    except ImportError:
        ok(True, "a workbook is read by another program # SKIP no openpyxl")
        return
    rows = ["response_id,date,service,team,involved"]
    rows += ["x%d,2017-05-0%d,=1+1,@SUM(A%d),1" % (i, i % 9 + 1, i % 400) for i in range(4000)]
    d.drop("coproduction--formulas.csv", "\n".join(rows) + "\n")
    ok(wait_until(lambda: os.path.exists(d.state + "/done/coproduction--formulas.csv")), "names that are formulas")
    path = d.dir + "/book.xlsx"
    r = d.ctl("survey", "export", "coproduction", "--internal", "--format", "xlsx", "--out", path)
    cells = [c for row in openpyxl.load_workbook(path).active.iter_rows() for c in row]
    names = [c.value for c in cells if isinstance(c.value, str) and c.value.startswith("=1+1")]
    ok(r.returncode == 0 and len(names) > 400 and not [c for c in cells if c.data_type == "f"],
       "openpyxl reads them as texts", (r, len(names)))
    have = {(row[0].value, row[2].value, row[3].value): row[4].value
            for row in openpyxl.load_workbook(path).active.iter_rows(min_row=2)}
    want = {(x["month"], x["unit"], x["measure"]): int(x["n"]) for x in json.loads(
        d.ctl("survey", "export", "coproduction", "--internal", "--format", "json").stdout)["figures"]}
    text = d.ctl("survey", "export", "coproduction", "--internal").stdout
    got = {(x["month"], x["unit"].lstrip("'"), x["measure"]): int(x["n"]) for x in csv.DictReader(io.StringIO(text))}
    ok(have == want and len(have) == len(got), "workbook, JSON and CSV hold the same figures")
    ok(all(not re.search(r'(^|,)"?[=+@]', line) for line in text.splitlines()), "no cell of the CSV begins a formula")
    p = subprocess.Popen([BIN + "/coprodctl", "survey", "export", "coproduction", "--internal", "--config", d.conf],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    p.stdout.read(10)
    p.stdout.close()
    err = p.stderr.read()
    p.stderr.close()
    ok(p.wait(GUARD_S) in (0, 74, 141, -signal.SIGPIPE) and b"Sanitizer" not in err,
       "a pipe that is closed early ends the command", (p.returncode, err))


if __name__ == "__main__":
    in_a_house(real_rows, refusals, said_in_a_sentence, care, readers, pulse)
    sys.exit(finish())
