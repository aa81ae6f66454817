#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""pack.py - a committee's papers under a real daemon: a draft and a final one for each meeting,
once each whatever is killed; frozen; three files of one content in one mail."""
import csv
import email
import email.policy
import hashlib
import html.parser
import io
import json
import os
import random
import re
import sqlite3
import threading
import time

import harness
from harness import Daemon, Tap, configure, run_all, send_signal

RULE = ("    meetings_rule:\n      rule: FREQ=MONTHLY;BYDAY=4WE\n      first: 2015-01-28\n"
        "      except: [2015-12-23]\n    meetings: [2015-12-16]\n")
MEETINGS = ["2015-01-28", "2015-02-25", "2015-03-25", "2015-04-22", "2015-05-27"]
VOID = {"meta", "br", "link", "img", "hr", "input"}


def meet(d, lines=RULE):
    path = d + "/forums.yaml"
    text = open(harness.ROOT + "/config/forums.yaml").read()
    with open(path, "w") as f:
        f.write(text.replace("    meetings: []\n", lines, 1))


class Page(html.parser.HTMLParser):
    """Every element is closed, in order; tables have captions, heads and whole rows."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.wrong, self.words, self.colors = [], [], [], []
        self.tables, self.ids, self.links = [], set(), set()
        self.feed(text)
        self.close()
        if self.open:
            self.wrong.append("never closed: %s" % self.open)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append({"heads": 0, "rows": [], "caption": ""})
        if tag == "tr" and "tbody" in self.open:
            self.tables[-1]["rows"].append(0)
        if tag == "th" and a.get("scope") not in ("col", "row"):
            self.wrong.append("a th without scope")
        if tag == "th" and a.get("scope") == "col":
            self.tables[-1]["heads"] += 1
        if tag in ("td", "th") and "tbody" in self.open:
            self.tables[-1]["rows"][-1] += 1
        if "id" in a:
            self.ids.add(a["id"])
        if tag == "a":
            self.links.add(a["href"].lstrip("#"))
        if tag in ("script", "iframe", "object", "form", "link", "img"):
            self.wrong.append("a %s" % tag)
        if any(k.startswith("on") or k == "src" for k in a):
            self.wrong.append("an attribute that runs or fetches: %s" % a)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append("</%s> closes something else" % tag)

    def handle_data(self, data):
        if self.open and self.open[-1] == "caption":
            self.tables[-1]["caption"] += data
        if self.open and self.open[-1] == "span":
            self.colors.append(data)
        if not self.open or self.open[-1] not in ("style", "title"):
            self.words.append(data)


def words_of(text):
    return re.sub(r"[^\w@]+", " ", text).split()


def pack_mails(d):
    """In the order in which they were written."""
    found = []
    for name in os.listdir(d + "/Maildir/new"):
        with open(os.path.join(d, "Maildir/new", name), "rb") as f:
            mail = email.message_from_binary_file(f, policy=email.policy.default)
        if any(p.get_filename() for p in mail.walk()):
            found.append(mail)
    return sorted(found, key=lambda m: m["Date"].datetime)


def made_once_each_whatever_is_killed(t, d):
    configure(d)
    meet(d)
    daemon = Daemon(d).start()
    chance, over, kills = random.Random(7), threading.Event(), [0]

    def kill_now_and_then():
        while not over.is_set():
            time.sleep(chance.uniform(0.1, 0.5))
            family = daemon.family("escalate") + daemon.family("deliver") + [daemon.hub]
            victim = chance.choice([p for p in family if p] or [0])
            if victim:
                send_signal(victim, 9)
                kills[0] += 1
    killer = threading.Thread(target=kill_now_and_then)
    killer.start()
    try:
        for month in range(1, 7):
            for day in range(4, 29, 4):
                daemon.run_clock("2015-%02d-%02d" % (month, day))
    finally:
        over.set()
        killer.join()
    daemon.ready()
    daemon.run_clock("2015-06-29")
    s = daemon.store()
    want = [("qsc", m, p) for m in MEETINGS for p in ("draft", "final")]
    got = [(f, str(sqlite_day(m)), p)
           for f, m, p in s.rows("SELECT forum, meeting, phase FROM pack ORDER BY meeting, phase")]
    t.same([g for g in got if g in want], want, "a draft and a final paper for each meeting, once "
           "each, though %d processes were killed" % kills[0])
    t.ok(kills[0] > 0, "something was killed", kills[0])
    made = dict(((m, p), at) for m, p, at in
                s.rows("SELECT meeting, phase, date(made_ms / 1000, 'unixepoch') FROM pack"))
    days = {str(sqlite_day(m)) + p: at for (m, p), at in made.items()}
    t.same(days["2015-04-22draft"], "2015-04-08", "the draft comes when the agenda closes, ten "
           "working days before, Easter counted")
    t.same(days["2015-04-22final"], "2015-04-15", "the final one five working days before")
    ids = [m["Message-ID"] for m in pack_mails(d)]
    t.ok(set(ids) == {r[0] for r in s.rows("SELECT message_id FROM notice WHERE kind = 'pack'"
                                           " AND state = 2")}, "each went to the secretary")
    t.same(daemon.ctl("pack", "verify")[0], 0, "pack verify finds every one as it was given out")
    t.same(s.audit_break(), 0, "the audit chain is whole")
    t.same(s.integrity(), "ok", "the store is whole")
    t.same(harness.bad_words(daemon.log()), [], "nothing in the log that no kill explains")
    daemon.stop()


def sqlite_day(n):
    return sqlite3.connect(":memory:").execute("SELECT date(?, 'unixepoch')",
                                               (n * 86400,)).fetchone()[0]


def three_files_of_one_content(t, d):
    configure(d)
    meet(d)
    daemon = Daemon(d).start()
    daemon.run_clock("2015-02-10")
    daemon.act("1b/deliver", "progress", "head-of-od", percent="10", date="2015-09-30",
               comment="=cmd|'/c calc'!A1 <script>x</script> \"rooms\"")
    daemon.run_clock("2015-07-16")
    mails = list(pack_mails(d))
    mail = mails[-1]
    files = {p.get_filename(): p.get_payload(decode=True) for p in mail.walk() if p.get_filename()}
    t.same(sorted(files), ["qsc-2015-07-22-final." + e for e in ("csv", "html", "txt")],
           "the mail has three files with names that tell what they are")
    t.same(mail.defects + [x for p in mail.walk() for x in p.defects], [], "the mail is well formed")
    letter = mail.get_body(("plain",)).get_content()
    t.ok(all(hashlib.sha256(b).hexdigest() in re.sub(r"\s", "", letter) for b in files.values()),
         "the letter gives the SHA-256 of each file", letter)
    page = Page(files["qsc-2015-07-22-final.html"].decode())
    t.same(page.wrong, [], "the page is well formed, has real tables, runs and fetches nothing")
    t.ok(page.tables and all(x["heads"] > 1 and x["caption"] and x["rows"]
                             and set(x["rows"]) == {x["heads"]} for x in page.tables),
         "each table has a caption, heads and whole rows", page.tables)
    t.ok(page.links <= page.ids and page.links, "the contents lead to sections", page.links)
    t.ok(set(page.colors) <= {"R red", "A amber", "G green", "B blue", "N grey"} and page.colors,
         "a colour is a letter and a word", set(page.colors))
    t.same(sum(len(x["rows"]) for x in page.tables if x["caption"] == "All 24 actions"), 24,
           "the appendix has all 24 actions")
    text = files["qsc-2015-07-22-final.txt"].decode()
    missing = {w for w in words_of(" ".join(page.words))} - set(words_of(text))
    t.ok(missing <= {"s"} | {w for x in page.tables for w in words_of(x["caption"])}
         | {"Demand", "Action", "or", "demand", "Series", "To"},
         "the text says every word of the page but the heads of tables", missing)
    rows = list(csv.DictReader(io.StringIO(files["qsc-2015-07-22-final.csv"].decode(), newline="")))
    t.ok(len(rows) > 24, "the CSV has a row for each open demand", len(rows))
    t.ok(not [c for r in rows for c in r.values() if re.match(r"[=+@\t\r]|-\D", c)],
         "no cell of the CSV is a formula")
    word = [r["last_word"] for r in rows if r["demand"] == "1b/deliver"][0]
    t.ok(word.startswith("'=cmd|"), "hostile words are words", word)
    code, out, err = daemon.ctl("pack", "show", "qsc", "2015-07-22", "--out", d + "/p.html")
    t.ok(code == 0 and open(d + "/p.html", "rb").read() == files["qsc-2015-07-22-final.html"],
         "pack show gives the same bytes", err)
    listed = json.loads(daemon.ctl("pack", "list", "--json")[1])
    t.same((listed["schema"], len(listed["packs"]), listed["coming"][0]["meeting"]),
           ("coprod.packs/1", 14, "2015-07-22"), "pack list tells what was made and what comes")
    shown = json.loads(daemon.ctl("pack", "show", "qsc", "2015-07-22", "--draft", "--json")[1])
    t.ok(shown["phase"] == "draft" and len(shown["html_sha256"]) == 64, "pack show --json", shown)
    t.same(daemon.ctl("pack", "show", "qsc", "2015-08-26")[0], 1, "there is none before its time")
    code, out, err = daemon.ctl("pack", "preview", "qsc", "2015-08-26")
    t.ok(code == 0 and "Preview: not given out" in out, "but a preview, which says so", err)
    t.ok("No meeting date known, and so no papers: trust-board" in daemon.ctl("pack", "list")[1],
         "pack list names the forum that gets none")
    for forum, day, why in (("trust-board", "2015-08-26", "no meeting date of trust-board is known"),
                            ("qsc", "2015-08-27", "qsc holds no meeting on 2015-08-27")):
        code, out, err = daemon.ctl("pack", "preview", forum, day)
        t.ok(code == 1 and why in err and not out, "no preview of a meeting that is not known: " + why, (out, err))
    t.same(daemon.ctl("pack", "show", "nobody", "2015-08-26")[0], 1, "a forum that is none")
    t.same(daemon.ctl("pack", "show", "qsc", "22 July")[0], 2, "a day that is none")
    daemon.stop()


def frozen_whatever_changes(t, d):
    configure(d)
    meet(d)
    daemon = Daemon(d).start()
    daemon.run_clock("2015-04-16")
    before = daemon.store().rows("SELECT id, html, plain, csv FROM pack ORDER BY id")
    plan = open(d + "/plan.yaml").read()
    with open(d + "/plan.yaml", "w") as f:
        f.write(plan.replace("Design a workshop", "Make a workshop"))
    meet(d, RULE.replace("4WE", "3TU").replace("2015-12-23", "2015-12-15"))
    t.same(daemon.ctl("reload", "--wait")[0], 0, "other meetings and another text are read")
    daemon.run_clock("2015-04-21")
    t.same(daemon.store().rows("SELECT id, html, plain, csv FROM pack WHERE id <= ? ORDER BY id",
                               before[-1][0]), before, "what was given out is the same byte for byte")
    t.same(daemon.ctl("pack", "verify")[0], 0, "and verify says so")
    t.same(daemon.store().one("SELECT count(*) FROM pack WHERE meeting = ?", 16546), 1,
           "the meeting of 21 April became known after its papers day: one paper, at once")
    t.same(daemon.store().one("SELECT phase FROM pack WHERE meeting = ?", 16546), "final",
           "the final one")
    daemon.stop()
    db = sqlite3.connect(d + "/state/coprod.db")
    db.execute("UPDATE pack SET html = CAST(replace(CAST(html AS TEXT), 'amber', 'Amber') AS BLOB)"
               " WHERE id = 2")
    db.commit()
    db.close()
    code, out, err = daemon.ctl("pack", "verify", "--json")
    bad = [p for p in json.loads(out)["packs"] if not p["good"]]
    t.ok(code == 1 and len(bad) == 1 and "HTML is not what was frozen" in bad[0]["why"],
         "verify finds one changed byte", out)


def a_corrected_version_is_another_one(t, d):
    configure(d)
    meet(d)
    daemon = Daemon(d).start()
    daemon.run_clock("2015-04-15")
    reissue = ("pack", "reissue", "qsc", "2015-04-22", "--as", "qsc-secretary")
    rows = daemon.store().rows("SELECT id, html, plain, csv FROM pack ORDER BY id")
    code, out, err = daemon.ctl(*reissue)
    t.ok(code != 0 and "--reason" in err, "a reason must be given", err)
    code, out, err = daemon.ctl(*reissue, "--reason", "1b is with another lead", "--dry-run")
    t.ok(code == 0 and "version 2 of the final paper would be made" in out, "a dry run says it",
         out + err)
    code, out, err = daemon.ctl(*reissue[:-1], "head-of-od", "--reason", "x")
    t.ok(code != 0 and "may not" in err, "not everybody may", err)
    t.same(daemon.ctl(*reissue, "--reason", "1b is with another lead")[0], 0, "it is ordered")
    daemon.run_clock("2015-04-16")
    after = daemon.store().rows("SELECT id, html, plain, csv FROM pack ORDER BY id")
    t.same((after[:len(rows)], len(after)), (rows, len(rows) + 1), "the first stays, one is added")
    code, out, err = daemon.ctl("pack", "list", "--json")
    last = json.loads(out)["packs"][-1]
    t.same((last["rev"], last["reason"], last["issued_by"], last["delivery"]),
           (2, "1b is with another lead", "qsc-secretary", "accepted"), "pack list tells it")
    new = daemon.ctl("pack", "show", "qsc", "2015-04-22")[1]
    old = daemon.ctl("pack", "show", "qsc", "2015-04-22", "--rev", "1")[1]
    t.ok("stands in place of version 1" in new and old.encode() == rows[-1][2],
         "pack show gives the newest, or the one that is named", new[:400])
    t.same(daemon.ctl("pack", "show", "qsc", "2015-04-22", "--rev", "3")[0], 1, "there is no third")
    t.same(daemon.ctl("pack", "verify")[0], 0, "each is what was given out")
    daemon.stop()


def levels_go_by_the_meetings(t, d):
    configure(d)
    meet(d, "    meetings: [2015-05-13, 2015-05-27, 2015-06-10]\n")
    daemon = Daemon(d).start()
    daemon.run_clock("2015-06-30")
    rows = dict(daemon.store().rows(
        "SELECT i.level, min(i.ready_day) FROM item i JOIN occurrence o ON o.id = i.occurrence"
        " WHERE o.ref = '1f/deliver' AND i.level > 2 GROUP BY i.level"))
    t.same({k: sqlite_day(v) for k, v in rows.items()},
           {3: "2015-04-16", 4: "2015-04-28", 5: "2015-05-28"},
           "level 4 on the agenda that closes a week after level 3, level 5 after two meetings")
    code, out, err = daemon.ctl("simulate", "--config", d, "--from", "2015-01-01", "--to",
                                "2015-06-30", "--format", "ndjson")
    notices = [json.loads(line) for line in out.splitlines()]
    t.same([n["at"][:10] for n in notices if n["kind"] == "pack" and "final" in n["subject"]],
           ["2015-05-06", "2015-05-19", "2015-06-03"], "simulate shows the packs")
    t.same(sorted({n["at"][:10] for n in notices
                   if n["level"] == 4 and "1f/deliver" in n["items"] and n["kind"] == "escalate"}),
           ["2015-04-28"], "and level 4 by the meeting")
    daemon.stop()


if __name__ == "__main__":
    raise SystemExit(run_all([made_once_each_whatever_is_killed, three_files_of_one_content,
                              frozen_whatever_changes, a_corrected_version_is_another_one,
                              levels_go_by_the_meetings], Tap()))
