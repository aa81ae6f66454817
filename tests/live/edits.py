#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""edits.py - a plan is edited under the real daemon: what plan diff says is what is mailed, what it
cannot understand is asked about and the last good plan runs on, what is taken out rests until the
forum's minute."""
import json
import os
import sys

from harness import Daemon, Tap, configure, run_all, send_signal, until

WORKSHOP = ("leads: [Head of Organisational Development]\n        supports: [Head of Community Engagement]",
            "leads: [Medical Director]\n        supports: [Head of Community Engagement]")


class Desk:
    """A daemon on a day, and its plan to edit."""

    def __init__(self, d, day, **keys):
        configure(d, **keys)
        self.plan = d + "/plan.yaml"
        self.text = open(self.plan).read()
        self.daemon = Daemon(d).start()
        self.daemon.run_clock(day)

    def edit(self, *pairs):
        text = self.text
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new)
        with open(self.plan, "w") as f:
            f.write(text)

    def ctl(self, *words):
        return self.daemon.ctl(*words)

    def json(self, *words):
        code, out, err = self.ctl(*words, "--json")
        assert code == 0, err
        return json.loads(out)

    def print_of(self):
        """What an edit would have left in the store."""
        return self.daemon.store().rows("SELECT (SELECT count(*) FROM audit), (SELECT total(state) FROM"
                                        " item), (SELECT group_concat(source_sha256) FROM plan)")


def sent(desk, day):
    """(role, subject) of every mail of a day, when each has been taken."""
    def rows():
        return desk.daemon.store().rows(
            "SELECT role, subject, state FROM notice WHERE state <> 4 AND"
            " date(created_ms / 1000, 'unixepoch') = ?", day)
    until(lambda: all(r[2] == 2 for r in rows()), "the mails of the day leave")
    return sorted((r[0], r[1]) for r in rows())


def what_the_diff_says_is_what_is_mailed(tap, d):
    desk = Desk(d, "2015-07-08")
    desk.edit(WORKSHOP)
    before = desk.print_of()
    diff = desk.json("plan", "diff", desk.plan)
    tap.same([c["what"] for c in diff["changes"] if c["ref"] == "1b/deliver"], ["leads"],
             "the change itself is told")
    mails = diff["mails"]
    tap.ok({"added", "changed"} & {m["what"] for m in mails}, "and who is mailed because of it", mails)
    tap.ok(any("1b/deliver" in m["items"] and m["why"] for m in mails), "with what about, and why", mails)
    code, out, err = desk.ctl("plan", "apply", desk.plan, "--dry-run")
    tap.ok(code == 0 and "would apply: 1 plan changed" in out
           and mails[0]["subject"] in out, "plan apply --dry-run tells the same", out + err)
    code, out, err = desk.ctl("reload", "--dry-run")
    tap.ok(code == 0 and mails[0]["subject"] in out, "and reload --dry-run", out + err)
    tap.same(desk.print_of(), before, "and nothing is changed by any of them")
    code, out, err = desk.ctl("plan", "apply", desk.plan)
    tap.ok(code == 0 and "with other leads" in out, "plan apply", out + err)
    desk.daemon.run_clock("2015-07-09")
    came = sent(desk, "2015-07-09")
    due = [(m["role"], m["subject"]) for m in mails if m["what"] != "dropped" and "2015-07-09" in m["at"]]
    titles = dict(desk.daemon.store().rows("SELECT id, title FROM role"))
    named = [(titles[role], subject) for role, subject in came]
    tap.ok(due and all(m in named for m in due), "every mail foretold is sent", (due, named))
    code, out, err = desk.ctl("plan", "diff", desk.plan)
    tap.ok(code == 0 and "adds 0 mails" in out, "after it nothing differs", out + err)
    desk.daemon.stop()


def a_question_keeps_the_last_good_plan(tap, d):
    desk = Desk(d, "2015-03-02")
    desk.edit(("id: 2b\n", "id: 2x\n"))
    code, out, err = desk.ctl("plan", "diff", desk.plan)
    tap.ok(code == 65 and "plan.yaml:" in err and "2x looks like 2b renamed" in err
           and "say in it renames: 2b, or new: yes" in err, "plan diff asks, with file, line and column", err)
    code, out, err = desk.ctl("plan", "apply", desk.plan)
    tap.ok(code == 65 and "2x looks like 2b renamed" in err, "plan apply is refused with the question", err)
    for _ in range(3):
        code, out, err = desk.ctl("reload", "--wait")
        tap.same(code, 65, "and so is a reload")
    tap.same(desk.daemon.log().count("the last good files stay"), 1, "the alarm is given once")
    tap.ok("a file was refused" in desk.ctl("status")[1], "and status says so", desk.ctl("status")[1])
    desk.daemon.run_clock("2015-03-31")
    rows = desk.daemon.store().rows("SELECT count(*) FROM timer t JOIN occurrence o ON o.id = t.occurrence"
                                    " WHERE o.ref = '2b/deliver'")
    tap.same(rows[0][0], 1, "the plan in force runs on")
    desk.daemon.stop()
    desk.daemon = Daemon(d, clock="virtual:2015-04-01").start()
    tap.ok("a file was refused" in desk.ctl("status")[1], "also when it starts on such a file",
           desk.ctl("status")[1])
    desk.daemon.run_clock("2015-04-02")
    desk.edit(("id: 2b\n", "id: 2x\n        renames: 2b\n"))
    code, out, err = desk.ctl("reload", "--wait")
    tap.ok(code == 0 and "1 under another number" in out, "with the answer it is taken", out + err)
    tap.ok("a file was refused" not in desk.ctl("status")[1], "and the trouble is over")
    tap.ok(desk.ctl("action", "show", "2x")[0] == 0 and desk.ctl("action", "show", "2b")[0] == 1,
           "the action has its new id")
    desk.daemon.stop()


def a_broken_file_keeps_the_last_good_plan(tap, d):
    desk = Desk(d, "2015-03-02")
    desk.edit(("timescale:", "timescle:"))
    for _ in range(2):
        tap.same(desk.ctl("reload", "--wait")[0], 65, "a broken file is refused")
    tap.same(desk.daemon.log().count("the last good files stay"), 1, "with one alarm")
    desk.daemon.stop()
    desk.daemon = Daemon(d, clock="virtual:2015-03-03").start()
    desk.daemon.run_clock("2015-03-10")
    tap.ok("a file was refused" in desk.ctl("status")[1], "a start on it runs the last good plan")
    desk.edit()
    tap.same(desk.ctl("reload", "--wait")[0], 0, "until it is mended")
    desk.daemon.stop()


def told(desk):
    """(day, role, body) of each mail that says that a file was refused."""
    return desk.daemon.store().rows(
        "SELECT date(created_ms / 1000, 'unixepoch'), role, body FROM notice WHERE state = 2 AND"
        " (step = 'fault' OR id IN (SELECT notice FROM item WHERE kind = 'fault' AND state = 2))"
        " ORDER BY created_ms, role")


def days(rows, role):
    return [r[0] for r in rows if r[1] == role]


OWNER, ADMIN = "head-of-community-engagement", "admin"


def who_can_mend_a_refused_plan_hears_once_a_week(tap, d):
    desk = Desk(d, "2015-07-07", admin="digital-services@example.nhs.uk")
    s = desk.daemon.store()
    desk.edit(("timescale:", "timescle:"))
    line = [i for i, x in enumerate(open(desk.plan), 1) if "timescle:" in x][0]
    tap.same(desk.ctl("reload", "--wait", "--dry-run")[0], 65, "a dry run is refused")
    tap.same(s.one("SELECT count(*) FROM fault WHERE kind = 'file'"), 0, "and says nothing to anybody else")
    for _ in range(3):
        tap.same(desk.ctl("reload", "--wait")[0], 65, "so is a reload")
    desk.daemon.run_clock("2015-07-10")
    rows = told(desk)
    tap.same((days(rows, ADMIN), days(rows, OWNER)), (["2015-07-08"], ["2015-07-08"]),
             "on the next day the admin and the plan's owner hear, once")
    tap.ok(all("%s:%d:" % (desk.plan, line) in r[2] and "did you mean" in r[2] for r in rows),
           "with file, line, column and a hint", [r[2] for r in rows])
    tap.ok("coprodctl config check" in rows[0][2] and "go on as before" in rows[0][2],
           "and what to do", rows[0][2])
    desk.daemon.stop()
    desk.daemon = Daemon(d, clock="virtual:2015-07-10").start()
    desk.daemon.run_clock("2015-07-12")
    tap.same(len(told(desk)), 2, "a start on the same file is told nobody again that week")
    desk.daemon.run_clock("2015-07-22")
    rows = told(desk)
    tap.same((days(rows, ADMIN), days(rows, OWNER)), (["2015-07-08", "2015-07-13", "2015-07-20"],) * 2,
             "while it lasts it is said again each week")
    desk.edit()
    tap.same(desk.ctl("reload", "--wait")[0], 0, "it is mended")
    s = desk.daemon.store()
    tap.same((s.rows("SELECT kind, is_open FROM fault WHERE kind = 'file'"), s.one("SELECT count(*) FROM audit WHERE event = "
             "'fault mended'")), ([("file", 0)], 1), "the fault is closed, in the audit too")
    desk.daemon.run_clock("2015-08-05")
    tap.same(len(told(desk)), 6, "and nobody hears of it any more")
    tap.same((s.audit_break(), s.integrity()), (0, "ok"), "store and audit are sound")
    desk.daemon.stop()


def what_keeps_surveys_waiting_is_said_once_a_week(tap, d):
    desk = Desk(d, "2015-07-07", admin="digital-services@example.nhs.uk")
    definition = d + "/surveys/nqps.yaml"
    good = open(definition).read()

    def is_open(kind):
        return desk.daemon.store().one("SELECT count(*) FROM fault WHERE is_open = 1 AND kind = ?", kind)

    with open(definition, "w") as f:
        f.write(good.replace("threshold:", "threshhold:"))
    line = [i for i, x in enumerate(open(definition), 1) if "threshhold:" in x][0]
    place = "%s:%d:" % (definition, line)
    tap.same(desk.ctl("reload", "--wait")[0], 0, "a bad definition of a survey holds up no plan")
    until(lambda: is_open("survey"), "it is known")
    tap.ok("faults keep answers of surveys waiting" in desk.ctl("status")[2], "status says so", desk.ctl("status"))
    tap.ok(place in desk.ctl("doctor")[1], "doctor says where", desk.ctl("doctor")[1])
    desk.daemon.run_clock("2015-07-22")
    rows = told(desk)
    weekly = (["2015-07-08", "2015-07-13", "2015-07-20"],) * 2
    tap.same((days(rows, ADMIN), days(rows, OWNER)), weekly, "the admin and the plan's owner hear, once a week")
    tap.ok(all(place in r[2] and "Survey files stay in the inbox" in r[2] for r in rows),
           "with file and line, and what waits", [r[2] for r in rows][:2])
    with open(definition, "w") as f:
        f.write(good)
    desk.daemon.run_clock("2015-07-23")
    tap.same((is_open("survey"), desk.daemon.status()["trouble"]), (0, ""), "mended, it ends with the next night")
    os.rename(d + "/state/inbox", d + "/state/away")
    open(d + "/state/inbox", "w").close()
    desk.daemon.run_clock("2015-07-30")
    rows = [r for r in told(desk)[6:] if d + "/state/inbox: Not a directory" in r[2]]
    tap.same((days(rows, ADMIN), days(rows, OWNER)), (["2015-07-24", "2015-07-27"],) * 2,
             "an inbox that cannot be read is found in the night, and said")
    tap.ok("state/inbox: Not a directory" in desk.ctl("doctor")[1], "doctor says which", desk.ctl("doctor")[1])
    os.unlink(d + "/state/inbox")
    os.mkdir(d + "/state/inbox")
    tap.same(desk.ctl("reload", "--wait")[0], 0, "a folder in its place")
    until(lambda: not is_open("inbox"), "it ends")
    with open(d + "/state/inbox/nqps--x.csv", "w") as f:
        f.write("nothing\n")
    until(lambda: os.path.exists(d + "/state/rejected/nqps--x.csv"), "files of the new folder are seen")
    desk.daemon.run_clock("2015-08-12")
    tap.same(len(told(desk)), 10, "and nobody hears of it any more")
    tap.same(desk.daemon.store().one("SELECT count(*) FROM audit WHERE event = 'fault mended'"), 2, "two lines in the audit")
    desk.daemon.stop()


def other_files_are_the_admins_to_mend(tap, d):
    desk = Desk(d, "2015-07-07", admin="digital-services@example.nhs.uk")
    names = ("roster.yaml", "forums.yaml", "templates/words.yaml", "coprod.yaml")
    edits = (("email:", "emial:"), ("secretary:", "secretry:"), ("{{role}}: {{n}}", "{{role}}: {{nn}}"),
             ("state_dir:", "stat_dir:"))
    s = desk.daemon.store()
    for name, (old, new) in zip(names, edits):
        path = d + "/" + name
        good = open(path).read()
        assert old in good, name
        with open(path, "w") as f:
            f.write(good.replace(old, new, 1))
        send_signal(desk.daemon.pid, 1)  # coprodctl would not start on a bad coprod.yaml
        until(lambda: s.one("SELECT count(*) FROM fault WHERE is_open = 1 AND subject = ?", path),
              name + " is refused")
        with open(path, "w") as f:
            f.write(good)
    desk.daemon.run_clock("2015-07-09")
    rows = told(desk)
    tap.same((days(rows, ADMIN), days(rows, OWNER)), (["2015-07-08"], []), "the admin hears of all in one mail")
    body = rows[0][2]
    tap.ok(all(d + "/" + n + ":" in body for n in names), "with each place", body)
    desk.daemon.stop()


def what_is_taken_out_rests_until_the_minute(tap, d):
    desk = Desk(d, "2015-07-08")
    desk.edit(("id: 2b\n", "id: 9b\n        new: yes\n"))
    code, out, err = desk.ctl("plan", "apply", desk.plan)
    tap.ok(code == 0 and "1 no longer in the plan" in out, "an action is taken out", out + err)
    tap.ok("WITHDRAWN_PENDING" in desk.ctl("action", "show", "2b")[1], "it rests",
           desk.ctl("action", "show", "2b")[1])
    desk.daemon.run_clock("2015-07-09")
    told = desk.daemon.store().rows("SELECT role FROM item WHERE kind = 'left-plan' AND state = 2 ORDER BY 1")
    tap.same(len(told), 2, "owner and secretary hear of it once")
    desk.edit()
    code, out, err = desk.ctl("reload", "--wait")
    tap.ok(code == 0 and "1 in the plan again" in out, "put back, it goes on", out + err)
    desk.edit(("id: 2b\n", "id: 9b\n        new: yes\n"))
    desk.ctl("reload", "--wait")
    code, out, err = desk.ctl("action", "withdraw", "2b", "--as", "qsc-secretary")
    tap.ok(code == 1 and "minute" in err, "it ends by a minute only", err)
    code, out, err = desk.ctl("action", "withdraw", "2b", "--as", "qsc-secretary", "--minute", "QSC 7/15")
    tap.ok(code == 0 and "WITHDRAWN, was WITHDRAWN_PENDING" in out, "and then it ends", out + err)
    tap.ok("WITHDRAWN" in desk.ctl("action", "show", "2b/deliver")[1], "for good")
    desk.daemon.stop()


def a_later_day_without_a_minute_is_taken_with_a_warning(tap, d):
    desk = Desk(d, "2015-03-02")
    later = "timescale: Q3 2015\n        metric: The workshop"
    desk.edit(("timescale: Q2 2015\n        metric: The workshop", later))
    code, out, err = desk.ctl("plan", "apply", desk.plan)
    tap.ok(code == 0 and "without a reason and the forum's minute" in out and "plan.yaml:" in out,
           "the author is warned", out + err)
    code, out, err = desk.ctl("explain", "1b/deliver")
    tap.ok("1 time, +92 days in all" in out, "how often it was moved is told", out)
    desk.daemon.stop()


def the_forum_asks_once_a_year(tap, d):
    desk = Desk(d, "2016-02-03")
    def coming():
        return [a["ref"] for a in desk.json("action", "list", "--all")["actions"]
                if a["ref"].startswith("3j/return/2016") and a["state"] == "PLANNED"]
    minute = ("--as", "qsc-secretary", "--minute", "QSC 3/16")
    before = coming()
    tap.same(len(before), 4, "each quarter of the year is to come")
    code, out, err = desk.ctl("action", "annual", "3j", *minute[:2])
    tap.ok(code != 0 and "by a minute" in err, "it takes a minute", err)
    code, out, err = desk.ctl("action", "annual", "3j", *minute, "--dry-run")
    tap.same((code, coming()), (0, before), "a dry run changes nothing")
    tap.same(desk.ctl("action", "annual", "3j", *minute)[0], 0, "the secretary records it")
    tap.same(coming(), ["3j/return/2016Q4"], "only the year's last one is to come")
    tap.ok("once a year, by minute QSC 3/16" in desk.ctl("action", "show", "3j")[1], "action show says so")
    tap.same(desk.ctl("plan", "apply", desk.plan)[0], 0, "the plan is read again")
    tap.same(coming(), ["3j/return/2016Q4"], "and that stays")
    tap.same(desk.ctl("action", "quarterly", "3j", *minute)[0], 0, "taken back")
    tap.same(coming(), before, "it is as it was")
    desk.daemon.stop()


def who_supports_is_told_that_nothing_moved(tap, d):
    desk = Desk(d, "2015-06-25")
    ref, role = "1b", "head-of-community-engagement"
    for how, more, kind in (("submit", ("--evidence", "page 12"), "a draft for its lead"),
                            ("ack", ("--comment", "soon"), "a note")):
        for dry, done in (("--dry-run",), "would be recorded"), ((), "recorded"):
            code, out, err = desk.ctl("action", how, ref, "--as", role, *more, *dry)
            tap.ok(code == 0 and "%s as %s, and moves nothing: it is still OPEN, as only its lead may %s it"
                   % (done, kind, how) in out and "was OPEN" not in out, "%s of who supports: %s" % (how, done),
                   (code, out, err))
    desk.daemon.stop()


def a_refusal_says_first_what_is_wrong(tap, d):
    """Notes of what is not wrong, as of mailboxes that posts share, hide no error."""
    desk = Desk(d, "2015-01-05")
    roster = open(d + "/roster.yaml").read()
    for one, other in (("head-of-hr", "head-of-od"), ("head-of-recruitment", "head-of-td")):
        assert "email: %s@" % one in roster and "email: %s@" % other in roster
        roster = roster.replace("email: %s@" % one, "email: %s@" % other)
    with open(d + "/roster.yaml", "w") as f:
        f.write(roster)
    tap.ok("note: " in desk.ctl("config", "check")[2], "posts that share a mailbox are noted by config check")
    desk.edit(("timescale: ", "timescale: Q9 2027 # "))
    code, _, err = desk.ctl("reload", "--wait")
    lines = err.rstrip().splitlines()
    n = desk.text.count("timescale: ")
    tap.ok(code == 65 and ": error: " in lines[0] and "plan.yaml:" in lines[0], "the first line is an error", err)
    tap.ok("note: " not in err and err.count(": error: ") == min(n, 20), "no notes, and twenty errors at most", err)
    tap.ok(any(x.startswith("and ") and x.endswith(" more") for x in lines) == (n > 20), "and how many more there are", err)
    tap.ok(lines[-1].endswith("; nothing was changed"), "whole to its last word", lines[-1])
    desk.daemon.stop()


if __name__ == "__main__":
    sys.exit(run_all([a_refusal_says_first_what_is_wrong, who_supports_is_told_that_nothing_moved,
                      the_forum_asks_once_a_year, what_the_diff_says_is_what_is_mailed, a_question_keeps_the_last_good_plan,
                      a_broken_file_keeps_the_last_good_plan, who_can_mend_a_refused_plan_hears_once_a_week,
                      what_keeps_surveys_waiting_is_said_once_a_week,
                      other_files_are_the_admins_to_mend, what_is_taken_out_rests_until_the_minute,
                      a_later_day_without_a_minute_is_taken_with_a_warning], Tap()))
