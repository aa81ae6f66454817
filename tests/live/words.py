#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""words.py - mails as their readers get them: calendar entries by a parser of their own, a locale
beside the templates, large print, plain text; a template with a fault changes nothing."""
import email
import email.policy
import os
import shutil
import sys

import icalendar

from harness import SLOW, Daemon, Tap, configure, run_all, send_signal, until


def mails(d):
    """Every mail of the maildir, oldest first: (to, message)."""
    found = []
    for name in os.listdir(d + "/Maildir/new"):
        with open(d + "/Maildir/new/" + name, "rb") as f:
            m = email.message_from_binary_file(f, policy=email.policy.default)
        found.append((m["To"].addresses[0].username, m))
    return sorted(found, key=lambda x: x[1]["Date"].datetime)


def part(m, kind):
    return next((p.get_content() for p in m.walk() if p.get_content_type() == kind), "")


def events(m):
    text = part(m, "text/calendar")
    if isinstance(text, bytes):
        text = text.decode()
    return list(icalendar.Calendar.from_ical(text).walk("VEVENT")) if text else []


def entries(d, role, ref):
    """The calendar entries about an action that a role was sent, in order: (UID, SEQUENCE, day, STATUS)."""
    return [(str(e["UID"]), int(e["SEQUENCE"]), str(e["DTSTART"].dt), str(e["STATUS"]))
            for to, m in mails(d) if to == role for e in events(m) if " %s:" % ref in e["SUMMARY"]]


MADE_UP = """date: "{{year}}.{{month}}.{{mday}}"
month_6: Juno
why_lead: Tu gida.
ask_finish: fina
admin_drill: "Drilo {{words}}"
admin_monthly: Mensa.
rollup_turned: "{{what}} nun {{colour}}, {{reason}}"
rollup_going: "{{weekday}}, {{day}}: {{step}}"
step_remind: remento
colour_amber: ambro
reason_not_started: no bego
weekday_1: Lundo
"""


def prepare(d):
    configure(d)
    os.mkdir(d + "/templates/xx-YY")
    open(d + "/templates/xx-YY/words.yaml", "w").write(MADE_UP)
    open(d + "/templates/xx-YY/remind.subject", "w").write("Bite {{#items}}{{demand}} {{due}}{{/items}}\n")
    roster = open(d + "/roster.yaml").read()
    for role, more in (("head-of-recruitment", "locale: xx-YY"), ("head-of-hr", "format: plain"),
                       ("head-of-community-engagement", "locale: xx-YY"),
                       ("quality-governance-manager", "format: large-print")):
        mark = "    email: %s@example.nhs.uk\n" % role
        assert mark in roster
        roster = roster.replace(mark, mark + "    %s\n" % more)
    open(d + "/roster.yaml", "w").write(roster)


def calendar_entries_are_what_a_calendar_reads(tap, d):
    prepare(d)
    daemon = Daemon(d).start()
    daemon.run_clock("2015-06-24")
    all_events = [e for _, m in mails(d) for e in events(m)]
    tap.ok(len(all_events) > 30, "a parser of calendars reads every part (%d entries)" % len(all_events))
    wrong = [e for e in all_events if e.errors or not e.get("UID") or "VALUE=DATE" not in
             e.to_ical().decode() or (e["DTEND"].dt - e["DTSTART"].dt).days != 1 or not e.get("DTSTAMP")]
    tap.same(wrong, [], "each is whole, all day, one day long")
    uids = [[str(e["UID"]) for e in events(m)] for _, m in mails(d)]
    tap.ok(all(len(u) == len(set(u)) for u in uids), "no entry twice in one mail")
    first = entries(d, "head-of-od", "1b")
    tap.ok(len(first) >= 3 and len(set(first)) == 1 and first[0][2:] == ("2015-06-30", "CONFIRMED"),
           "the same entry in each mail about it", first)
    code, text = daemon.act("1b", "extend", "qsc-secretary", until="2015-09-30", comment="more time",
                            minute="QSC 6/15")
    tap.same(code, 0, "extended by the forum: " + text)
    daemon.run_clock("2015-09-24")
    later = entries(d, "head-of-od", "1b")[-1]
    tap.ok(later[0] == first[0][0] and later[1] > first[0][1] and later[2] == "2015-09-30",
           "a moved day is the same entry with a higher SEQUENCE", (first[0], later))
    for event, role, more in (("submit", "head-of-od", {"evidence": "Notes"}),
                              ("verify", "qsc-secretary", {})):
        tap.same(daemon.act("1b", event, role, **more)[0], 0, event)
    code, text = daemon.act("2b", "withdraw", "qsc-secretary", minute="QSC 9/15")
    tap.same(code, 0, "withdrawn by the forum: " + text)
    daemon.run_clock("2015-10-30")
    for ref in ("1b", "2b"):
        last = entries(d, "head-of-od", ref)
        tap.ok(last and last[-1][3] == "CANCELLED", "%s: the entry is taken back" % ref, last)
    tap.same(entries(d, "head-of-od", "1b")[-1][0], first[0][0], "by the same UID")
    tap.same(daemon.stop(), 0, "stopped")


def readers_get_what_the_roster_says(tap, d):
    prepare(d)
    daemon = Daemon(d, clock="virtual:2016-05-10").start()
    daemon.run_clock("2016-07-08")
    by_role = {}
    for to, m in mails(d):
        by_role.setdefault(to, []).append(m)
    made_up = by_role["head-of-recruitment"]
    subject = [m["Subject"] for m in made_up]
    tap.ok("Bite fina 2016.Juno.30" in subject, "a locale of its own: subject, words and dates", subject)
    reminder = made_up[subject.index("Bite fina 2016.Juno.30")]
    html = part(reminder, "text/html")
    tap.ok('lang="xx-YY"' in html and "Tu gida." in html and "Tu gida." in part(reminder, "text/plain"),
           "and the page says which language it is in")
    tap.ok(all(not part(m, "text/html") and part(m, "text/plain") for m in by_role["head-of-hr"]),
           "plain: no HTML (%d mails)" % len(by_role["head-of-hr"]))
    tap.ok(all("font-size: 24px" in part(m, "text/html") for m in by_role["quality-governance-manager"]),
           "large print: the HTML in big letters")
    tap.ok(all('lang="en-GB"' in part(m, "text/html") for m in by_role["head-of-td"]),
           "everybody else: British English")
    n = len(mails(d))
    code, out, err = daemon.ctl("test-delivery")
    tap.ok(code == 0 and "on its way" in out + err, "test-delivery", (code, out, err))
    until(lambda: len(mails(d)) > n, "a mail comes though it is night")
    tap.ok("Drilo 2016-07-08 " in mails(d)[n][1]["Subject"] and "Mensa." in part(mails(d)[n][1], "text/plain"),
           "and a mail comes, at night too, in its reader's words", [m["Subject"] for _, m in mails(d)[n:]])
    weeks = [part(m, "text/plain") for m in by_role["head-of-community-engagement"]
             if "The week of plan" in part(m, "text/plain")]
    tap.ok(weeks and any(" nun ambro, " in w and "no bego" in w for w in weeks)
           and any("remento" in w and "2016.Juno." in w for w in weeks),
           "the owner's week: colours, reasons, days and steps", weeks[-1:])
    code, out, err = daemon.ctl("action", "submit", "3j/return/2016Q1", "--as", "head-of-community-engagement",
                                "--nil", "--rag", "amber")
    tap.same(code, 0, "a nil return: " + out + err)
    shown = daemon.ctl("action", "show", "3j/return/2016Q1")[1]
    tap.ok("nil" in shown and "amber" in shown, "is shown, with the colour its lead declares", shown)
    path = d + "/templates/xx-YY/remind.subject"
    open(path, "w").write("Bite {{#items}}{{deu}}{{/items}}\n")
    code, out, err = daemon.ctl("reload", "--wait")
    tap.ok(code != 0 and "remind.subject:1:" in out + err and 'did you mean "due"?' in out + err,
           "a template with a fault is refused with its place", (code, out, err))
    tap.ok(daemon.status(), "and the daemon runs on")
    tap.same(daemon.stop(), 0, "stopped")


def papers_come_in_their_readers_words(tap, d):
    """The letter beside a committee's papers, in the words of its secretary"""
    prepare(d)
    with open(d + "/templates/xx-YY/words.yaml", "a") as f:
        f.write('pack_draft: "Skizo {{day}}"\npack_final_on: "Fino {{day}}"\npack_hash: "Sumo {{title}}"\n'
                'pack_counts: "{{n}} agoj, {{red}} rugxaj"\n')
    for name, old, new in (("forums", "    meetings: []\n", "    meetings: [2015-02-25]\n"),
                           ("roster", "    email: qsc-secretary@example.nhs.uk\n",
                            "    email: qsc-secretary@example.nhs.uk\n    locale: xx-YY\n")):
        text = open(d + "/%s.yaml" % name).read()
        assert old in text
        open(d + "/%s.yaml" % name, "w").write(text.replace(old, new, 1))
    daemon = Daemon(d).start()
    daemon.run_clock("2015-02-12")
    packs = [m for to, m in mails(d) if to == "qsc-secretary" and "Skizo" in m["Subject"]]
    tap.ok(len(packs) == 1 and "Skizo 2015.February.25" in packs[0]["Subject"], "the subject",
           [(to, m["Subject"]) for to, m in mails(d)][-5:])
    letter = part(packs[0], "text/plain") if packs else ""
    tap.ok("Fino 2015.February.18" in letter and letter.count("Sumo qsc-2015-02-25-draft.") == 3, "the letter", letter)
    tap.ok("24 agoj, 0 rugxaj" in letter, "its counts", letter)
    tap.same(daemon.stop(), 0, "stopped")


def copies(d):
    return sorted(x for x in os.listdir(d + "/state") if x.startswith("templates"))


def refused_templates_leave_the_last_good_ones(tap, d):
    """Workers are born again, and the daemon too, while the folder of templates holds a fault."""
    prepare(d)
    daemon = Daemon(d).start()
    daemon.run_clock("2015-03-02")
    digest, subject = (d + "/templates/" + x for x in ("digest.txt", "xx-YY/remind.subject"))
    good = open(digest).read()
    with open(digest, "a") as f:
        f.write("bogus {{nosuch}}\n")
    open(subject, "w").write("Nova {{#items}}{{demand}}{{/items}}\n")
    kept, before = copies(d), len(mails(d))
    tap.same(daemon.ctl("reload", "--wait")[0], 65, "the fault is refused")
    for pid in [w for word in ("remind", "escalate") for w in daemon.family(word)]:
        send_signal(pid, 9)
        until(lambda: pid not in daemon.family(), "it is gone")
    daemon.run_clock("2015-04-15")
    came = mails(d)[before:]
    tap.ok(len(came) > 20 and not any("bogus" in part(m, "text/plain") for _, m in came),
           "mails go on by workers born since (%d)" % len(came))
    tap.ok("closed until a reload" not in daemon.log(), "no kind of worker was given up")
    code, out, err = daemon.ctl("status")
    tap.ok("refused" in out, "status says that files were refused", (code, out, err))
    daemon.stop()
    daemon = Daemon(d, clock="virtual:2015-04-15").start()
    before = len(mails(d))
    daemon.run_clock("2015-06-24")
    came = mails(d)[before:]
    tap.ok(len(came) > 20 and not any("Nova" in m["Subject"] for _, m in came),
           "and after a start on the same files (%d)" % len(came))
    tap.same(copies(d), kept, "the copy is the same one")
    open(digest, "w").write(good)
    tap.same(daemon.ctl("reload", "--wait", "--dry-run")[0], 0, "it is mended")
    tap.same(copies(d), kept, "a dry run keeps nothing")
    tap.same(daemon.ctl("reload", "--wait")[0], 0, "and read")
    before = len(mails(d))
    daemon.run_clock("2015-09-24")
    tap.ok(any("Nova" in m["Subject"] for _, m in mails(d)[before:]), "the new words are used")
    two = copies(d)
    tap.ok(len(two) == 2 and kept[0] in two, "the copy before stays for who reads it", two)
    open(digest, "w").write(good + "\n{{! another }}\n")
    tap.same((daemon.ctl("reload", "--wait")[0], len(copies(d)), kept[0] in copies(d)), (0, 2, False), "but no longer")
    modes = {os.stat(os.path.join(at, x)).st_mode & 0o077 for c in copies(d)
             for at, _, files in os.walk(d + "/state/" + c) for x in [".", *files]}
    tap.same(modes, {0}, "nobody else reads them")
    tap.same(daemon.stop(), 0, "stopped")


def no_copy_of_the_templates(tap, d):
    """What is kept was lost, and the files that lie there are bad: nobody writes by what is being edited."""
    prepare(d)
    daemon = Daemon(d).start()
    daemon.run_clock("2015-03-02")
    shutil.rmtree(d + "/state/" + copies(d)[0])
    send_signal(daemon.family("remind")[0], 9)
    until(lambda: "is gone: coprodctl reload" in daemon.log(), "a worker that is born then")
    tap.ok(True, "a worker without it does not begin, and says how to mend it")
    tap.same((daemon.ctl("reload", "--wait")[0], len(copies(d))), (0, 1), "a reload makes another copy")
    daemon.ready()
    os.unlink(d + "/state/" + copies(d)[0] + "/digest.txt")
    tap.same(daemon.ctl("reload", "--wait")[0], 0, "one that is not whole is made anew")
    tap.ok(os.path.exists(d + "/state/" + copies(d)[0] + "/digest.txt"), "and is whole")
    daemon.stop()
    plan, digest = (open(d + x).read() for x in ("/plan.yaml", "/templates/digest.txt"))
    shutil.rmtree(d + "/state/" + copies(d)[0])
    open(d + "/plan.yaml", "w").write(plan + "nonsense: [\n")
    daemon = Daemon(d, clock="virtual:2015-03-02").start()
    tap.same(len(copies(d)), 1, "a bad plan beside good templates: these are kept, and it goes on")
    daemon.stop()
    shutil.rmtree(d + "/state/" + copies(d)[0])
    open(d + "/templates/digest.txt", "w").write(digest + "bogus {{nosuch}}\n")
    daemon = Daemon(d, clock="virtual:2015-03-02").start(wait=False)
    tap.same(daemon.process.wait(60 * SLOW), 78, "bad templates and no copy: it does not start")
    Daemon.alive.remove(daemon)
    tap.ok("no copy of good templates is kept" in daemon.log() and "/templates/digest.txt:" in daemon.log(),
           "and says why", daemon.log()[-900:])


TESTS = [no_copy_of_the_templates, refused_templates_leave_the_last_good_ones, papers_come_in_their_readers_words,
         calendar_entries_are_what_a_calendar_reads, readers_get_what_the_roster_says]

if __name__ == "__main__":
    sys.exit(run_all(TESTS, Tap()))
