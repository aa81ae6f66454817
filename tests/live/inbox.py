#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""inbox.py - survey files on their way in and out, as somebody sees who looks after the machine: of
one name, half written, handed over in pieces, and gone when their time is over."""
import csv
import io
import json
import os
import re
import sqlite3
import sys
import zipfile

import harness
from harness import Daemon, Tap, configure, run_all, until

HEAD = "response_id,date,service,team,involved\n"


def rows(word, n):
    return HEAD + "".join("%s%d,2014-11-%02d,Elsewhere,T,1\n" % (word, i, i % 28 + 1) for i in range(n))


def drop(d, name, data):
    with open("%s/state/inbox/.%s" % (d, name), "w") as f:
        f.write(data)
    os.rename("%s/state/inbox/.%s" % (d, name), "%s/state/inbox/%s" % (d, name))


def has(d, path):
    return os.path.exists(d + "/state/" + path)


def counted(daemon):
    return daemon.store().one("SELECT coalesce(sum(n_new), 0) FROM survey_batch WHERE state = 2")


def hand_over(daemon, name, pieces):
    """All pieces of one file over one connection; the last answer."""
    c = daemon.client()
    at, answer = 0, None
    for i, piece in enumerate(pieces):
        more = {"last": "1"} if i == len(pieces) - 1 else {}
        answer = c.call("spool", body=piece.encode(), name=name, offset=str(at), **more)
        at += len(piece)
    c.close()
    return answer


def as_another_process(what):
    """What a child of ours says: it has a pid of its own, as each coprodctl has."""
    end, begin = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(begin, json.dumps(what()).encode())
        finally:
            os._exit(0)
    os.close(begin)
    with os.fdopen(end) as f:
        said = f.read()
    os.waitpid(child, 0)
    return json.loads(said or "null")


def of_one_name(tap, d):
    """Nobody takes files from the inbox yet: what comes under one name stays apart."""
    configure(d, workers={"probe": 0, "aggregate": 0})
    daemon = Daemon(d).start()
    code, text = hand_over(daemon, "coproduction--x.csv", [rows("A", 3)])
    tap.ok(code == 0 and "coproduction--x.csv is in the inbox" in text, "a file is handed in", text)
    code, text = hand_over(daemon, "coproduction--x.csv", [rows("B", 4)])
    tap.ok(code == 0 and "coproduction--x.2.csv is in the inbox" in text,
           "another one of that name gets a number", text)
    first, second = rows("C", 5), rows("D", 5)
    c = daemon.client()
    c.call("spool", body=first[:100].encode(), name="coproduction--y.csv", offset="0")
    child = as_another_process(
        lambda: hand_over(daemon, "coproduction--y.csv", [second[:100], second[100:]]))
    mine = c.call("spool", body=first[100:].encode(), name="coproduction--y.csv", offset="100", last="1")
    tap.ok(child[0] == 0 and mine[0] == 0, "two commands hand in the same name at once", (child, mine))
    c.call("spool", body=b"half", name="coproduction--z.csv", offset="0")
    c.close()
    inbox = d + "/state/inbox"
    got = {n: open(inbox + "/" + n).read() for n in os.listdir(inbox) if not n.startswith(".")}
    tap.same(got, {"coproduction--x.csv": rows("A", 3), "coproduction--x.2.csv": rows("B", 4),
                   "coproduction--y.csv": second, "coproduction--y.2.csv": first},
             "all four lie there, each whole")
    tap.ok([n for n in os.listdir(inbox) if n.endswith("-coproduction--z.csv")], "a piece of a fifth too")
    daemon.stop()
    configure(d, workers={"probe": 0})
    daemon = Daemon(d).start()
    until(lambda: counted(daemon) == 17, "all are counted")
    until(lambda: not os.listdir(inbox), "and the inbox is empty")
    tap.ok(sorted(os.listdir(d + "/state/done")) == sorted(
        n + end for n in got for end in ("", ".report.txt")), "each is in done/ with its report, the piece "
        "that nobody finished is gone", os.listdir(d + "/state/done"))
    tap.same(daemon.stop(), 0, "ends in peace")


def half_written(tap, d):
    configure(d, workers={"probe": 0})
    daemon = Daemon(d).start()
    s = daemon.store()
    name = "coproduction--half.csv"
    with open(d + "/state/inbox/" + name, "w") as slow:
        slow.write(rows("H", 3))
        slow.flush()
        drop(d, "coproduction--whole.csv", rows("W", 2))  # the hub looks at the inbox: both get a job
        until(lambda: has(d, "done/coproduction--whole.csv"), "the whole one is taken")
        until(lambda: s.rows("SELECT 1 FROM job WHERE detail LIKE '%half.csv' AND reason LIKE '%being written%'"),
              "the half one was looked at")
        tap.ok(has(d, "inbox/" + name) and not has(d, "done/" + name), "a file that somebody writes to waits")
        daemon.run_clock("2015-01-02")
        tap.same(s.rows("SELECT DISTINCT state, failures FROM job WHERE detail LIKE '%half.csv'"),
                 [(harness.WAITING, 0)], "for as long as that takes: its job does not count it as a failure")
        code, out, errors = daemon.ctl("job", "list", "--state", "waiting")
        tap.ok("still being written" in out and "half.csv" in out, "job list says so", out)
        code, out, errors = daemon.ctl("doctor")
        tap.ok(code == 0 and "1 survey file waits in" in out and "coprodctl job list" in out, "doctor too", out)
        slow.write(rows("I", 4)[len(HEAD):])
    until(lambda: has(d, "done/" + name + ".report.txt"), "closed, it is taken")
    until(lambda: counted(daemon) == 9, "with every row")
    with open(d + "/state/done/%s.report.txt" % name) as f:
        report = f.read()
    tap.ok("new 7" in report, "and its report counts all of it", report)
    tap.same(daemon.stop(), 0, "ends in peace")


def their_time_is_over(tap, d):
    """keep_days by the real nightly run, on the virtual clock."""
    configure(d, workers={"probe": 0}, survey_files="{keep_days: 3}")
    daemon = Daemon(d).start()
    s = daemon.store()
    drop(d, "coproduction--good.csv", rows("G", 3) + "G9,2014-11-01,Elsewhere,T,PLANTED\n")
    drop(d, "nobodys.csv", "x,y\nPLANTED,2\n")
    kept = ["done/coproduction--good.csv", "done/coproduction--good.csv.report.txt",
            "rejected/nobodys.csv", "rejected/nobodys.csv.report.txt"]
    until(lambda: all(has(d, p) for p in kept), "one is imported, one refused")
    until(lambda: not s.one("SELECT count(*) FROM job WHERE kind = 3 AND state IN (1, 2)"), "both jobs are over")
    with open(d + "/state/done/notes.txt", "w") as f:
        f.write("somebody's own")
    os.utime(d + "/state/done/notes.txt", (0, 0))
    tap.ok(s.one("SELECT count(*) FROM survey_reject WHERE words LIKE '%PLANTED%'") == 1,
           "the refused value is in the store")
    daemon.run_clock("2015-01-03")
    tap.ok(all(has(d, p) for p in kept), "two nights later all of it is there")
    daemon.run_clock("2015-01-05")
    until(lambda: not s.one("SELECT count(*) FROM job WHERE kind = 3 AND state IN (1, 2)"), "the night is over")
    tap.ok(not [p for p in kept if has(d, p)], "after keep_days files and reports are gone",
           [p for p in kept if has(d, p)])
    tap.ok(has(d, "done/notes.txt"), "what somebody else put there stays")
    tap.ok(s.one("SELECT count(*) FROM survey_reject WHERE words LIKE '%PLANTED%'") == 0
           and s.one("SELECT count(*) FROM survey_reject") == 1, "of the refused value its place is left")
    told = s.rows("SELECT subject, detail FROM audit WHERE event = 'survey files removed'")
    tap.same(told, [("done/ and rejected/", "older than 3 days: 2 files and 2 reports removed, the words of 1 "
                     "refused rows emptied")], "the audit has numbers, no names")
    tap.ok("survey files older than 3 days: 2 files and 2 reports removed" in daemon.log(), "and the journal")
    code, out, errors = daemon.ctl("survey", "quality", "coproduction")
    tap.ok(code == 0, "the quality report of that import still works", (code, out, errors))
    tap.same(s.integrity(), "ok", "the store is sound")
    tap.same(daemon.stop(), 0, "ends in peace")
    left = [n for n in os.listdir(d + "/state") if os.path.isfile(d + "/state/" + n)
            and b"PLANTED" in open(d + "/state/" + n, "rb").read()]
    tap.ok(not left, "and its bytes are in no file of the store any more", left)


def counts_are_compared(tap, d):
    """The weekly recount by the real nightly run and by hand; a count is changed behind its back."""
    configure(d, workers={"probe": 0}, surveys="[%s/config/surveys/coproduction.yaml]" % harness.ROOT)
    daemon = Daemon(d).start()
    s = daemon.store()

    def night(day):
        daemon.run_clock(day)
        until(lambda: not s.one("SELECT count(*) FROM job WHERE kind = 3 AND state IN (1, 2)"), "the night is over")

    def mark():
        return s.one("SELECT value FROM setting WHERE key = 'recount|coproduction'")
    drop(d, "coproduction--good.csv", rows("G", 30))
    until(lambda: has(d, "done/coproduction--good.csv"), "the file is taken")
    code, out, errors = daemon.ctl("survey", "recount", "coproduction", "--json")
    told = json.loads(out)
    told = told.get("data", told)
    tap.ok(code == 0 and told["responses"] == 30 and told["different"] == 0 and told["cells"] > 0,
           "counts and responses agree", (code, out, errors))
    night("2015-01-03")
    first = mark()
    tap.ok(first, "the night has counted too", first)
    night("2015-01-06")
    tap.same(mark(), first, "and not again in the same week")
    db = sqlite3.connect(d + "/state/coprod.db", timeout=harness.GUARD_S)
    n = db.execute("UPDATE survey_response SET state = 4 WHERE rowid = (SELECT min(rowid) FROM survey_response)").rowcount
    n += db.execute("UPDATE survey_arrival SET state = 4 WHERE rowid = (SELECT min(rowid) FROM survey_arrival)"
                    ).rowcount if n == 0 else 0
    db.commit()
    db.close()
    tap.same(n, 1, "a response is taken out behind the program's back")
    code, out, errors = daemon.ctl("survey", "recount", "coproduction")
    tap.ok(code == 1 and "differ from its 29 responses, the first: 2014-11" in errors,
           "by hand that is found", (code, out, errors))
    tap.ok("Counts and responses" not in daemon.log() and not s.rows(
        "SELECT 1 FROM audit WHERE event = 'survey counts differ'"), "and told to nobody else")
    night("2015-01-12")
    told = s.rows("SELECT actor, subject, detail FROM audit WHERE event = 'survey counts differ'")
    tap.ok(len(told) == 1 and told[0][:2] == ("aggregate", "coproduction")
           and "counts differ from 29 responses" in told[0][2], "a week later the night tells it, once", told)
    tap.ok("counts differ from 29 responses" in daemon.log() and mark() != first, "in the journal too", mark())
    code, out, errors = daemon.ctl("survey", "recount", "fft")
    tap.ok(code != 0, "of a survey that is none there is no recount", (code, out, errors))
    tap.same(daemon.stop(), 0, "ends in peace")


NAMES = ("007", "1.2.3", "-5", "=1+1", '@"A"', "Ward")


def sheet_cells(path):
    """Texts and numbers of a workbook's first sheet, by column: {"C": {"t": [...], "n": [...]}}."""
    book = zipfile.ZipFile(path)
    texts = re.findall(r"<si><t[^>]*>([^<]*)</t></si>", book.read("xl/sharedStrings.xml").decode())
    found = {}
    for column, kind, value in re.findall(r'<c r="([A-Z]+)\d+"((?: t="s")?)[^>]*><v>([^<]*)</v>',
                                          book.read("xl/worksheets/sheet1.xml").decode()):
        by = found.setdefault(column, {"t": [], "n": []})
        by["t" if kind else "n"].append(texts[int(value)] if kind else value)
    return found


def names_stay_names(tap, d):
    """Units whose names look like numbers or formulas, in every form that leaves the store."""
    configure(d, surveys="[%s/config/surveys/coproduction.yaml]" % harness.ROOT)
    daemon = Daemon(d)
    daemon.start()
    quote = {n: '"%s"' % n.replace('"', '""') for n in NAMES}
    drop(d, "coproduction--names.csv", HEAD + "".join(
        "%s-%d,2014-0%d-01,%s,,1\n" % (k, i, 7 + i % 3, quote[n]) for k, n in enumerate(NAMES) for i in range(120)))
    until(lambda: has(d, "done/coproduction--names.csv"), "the file is taken")
    inside = ("survey", "export", "coproduction", "--internal")
    code, out, errors = daemon.ctl(*inside, "--json")
    said = json.loads(out or "{}")
    tap.same((code, said.get("schema")), (0, "coprod.survey-export/1"), "the export has the schema that its help names")
    tap.same(json.loads(daemon.ctl(*inside, "--format", "json")[1]), said, "--format json is the same")
    tap.same({x["unit"] for x in said["figures"]}, {"ALL", *NAMES}, "a name is a text in JSON")
    tap.ok(all(isinstance(x["n"], int) and isinstance(x["level"], int) for x in said["figures"]), "a figure is a number")
    code, out, errors = daemon.ctl(*inside, "--format", "xlsx", "--out", d + "/out.xlsx")
    cells = sheet_cells(d + "/out.xlsx")
    shown = {t.replace("&quot;", '"') for t in cells["C"]["t"]}
    tap.same((code, shown, cells["C"]["n"]), (0, {"unit", "ALL", *NAMES}, []), "in a workbook, too")
    tap.ok("40" in cells["E"]["n"] and cells["E"]["t"] == ["n"], "where figures are numbers", cells["E"])
    code, out, errors = daemon.ctl("survey", "release", "coproduction")
    tap.ok(code == 0 and "the closed months of survey coproduction will be published" in out,
           "who asks for it is told what will be published", (code, out, errors))
    until(lambda: "2014-09" in daemon.ctl("survey", "table", "coproduction")[1], "the figures are out")
    want = {"ALL", "007", "1.2.3", "-5", "'=1+1", "'@\"A\"", "Ward"}
    ask = ("survey", "table", "coproduction")
    for words in (inside, inside[:3], ask, (*ask, "--all"), (*ask, "--over", "quarter"), (*ask, "--internal"),
                  (*ask, "--internal", "--all")):
        code, out, errors = daemon.ctl(*words)
        units = {x["unit"] for x in csv.DictReader(io.StringIO(out))}
        tap.same((code, units if units else out), (0, want), " ".join(words) + ": no name is a formula")
    tap.same(daemon.stop(), 0, "ends in peace")


def erased(tap, d):
    """What somebody is told who erases one that is there and one that is not."""
    configure(d, workers={"probe": 0})
    daemon = Daemon(d).start()
    s = daemon.store()
    drop(d, "coproduction--x.csv", rows("A", 3))
    until(lambda: counted(daemon) == 3, "three are counted")
    code, out, errors = daemon.ctl("survey", "erase", "coproduction", "A1", "NOPE", "--dry-run")
    tap.ok(code == 0 and "2 ids would be looked up" in out and "2 responses" not in out,
           "a dry run does not promise what it has not looked up", (code, out, errors))
    before = open(d + "/state/done/coproduction--x.csv").read()
    code, out, errors = daemon.ctl("survey", "erase", "coproduction", "A1", "NOPE")
    said = ("survey coproduction: of 2 response ids 1 were here and are erased, with 1 answers and 0 comments; 0 had lost "
            "their answers before, 0 had been erased, 1 were never here; done/coproduction--x.csv was written anew "
            "without 1 row")
    tap.same((code, " ".join(out.split())), (0, said), "who erases is told how many were there, and which files had them")
    tap.same(s.rows("SELECT detail FROM audit WHERE event = 'survey responses erased'"), [(said,)], "so is the audit")
    tap.ok("of 2 response ids 1 were here" in daemon.log(), "and the journal")
    after = open(d + "/state/done/coproduction--x.csv").read()
    gone = [x for x in before.splitlines() if x not in after.splitlines()]
    tap.ok(len(gone) == 1 and "A1" in gone[0] and after == before.replace(gone[0] + "\n", ""),
           "the file has every other row as it was", (before, after))
    code, out, errors = daemon.ctl("survey", "erase", "coproduction", "A1", "--json")
    tap.ok(code == 0 and "1 had been erased" in json.loads(out)["text"], "again does no harm", (code, out, errors))
    tap.same(daemon.stop(), 0, "ends in peace")


def refused_once(tap, d):
    """A refused row comes in by the same file, and goes with all that was said of it."""
    configure(d, workers={"probe": 0})
    daemon = Daemon(d).start()
    path = d + "/late.csv"
    with open(path, "w") as f:
        f.write(HEAD + "Q1,2014-07-01,East,,never said\nQ2,2014-07-01,East,,1\n")
    ask = ("survey", "import", path, "--survey", "coproduction", "--json")
    for n, want in enumerate(((1, 0, 1), (0, 1, 1))):
        code, out, errors = daemon.ctl(*ask)
        said = json.loads(out or "{}")
        tap.same((code, *(said.get(k) for k in ("new", "repeat", "rejected"))), (0, *want),
                 "reading %d counts what it finds" % (n + 1))
    code, out, errors = daemon.ctl("survey", "erase", "coproduction", "Q1")
    tap.ok(code == 0, "its response is erased", (code, out, errors))
    told = daemon.ctl("survey", "quality", "coproduction", "--import", "1")[1]
    tap.ok("code_out_of_scale" in told and "never" not in told, "the import's quality does not have its value", told)
    done = d + "/state/done/"
    left = [n for n in os.listdir(done) if "never" in open(done + n).read()]
    tap.same(left, [], "nor has a file in done/")
    tap.same(daemon.stop(), 0, "ends in peace")


def main():
    tap = Tap()
    return run_all([of_one_name, half_written, their_time_is_over, counts_are_compared, names_stay_names,
                    erased, refused_once], tap)


if __name__ == "__main__":
    sys.exit(main())
