#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""safety.py - what keeps mail in the house, with a real mail relay and senders that are killed:
domains, ceilings, holds for storms, shadow, mails that come back."""
import json
import os
import random
import sys
import threading
import time

import harness
from harness import ACCEPTED, Daemon, Tap, configure, run_all, send_signal, until
from mails import FIRST_MAIL, Relay, books

REPORT = """From: MAILER-DAEMON@relay.example.nhs.uk
To: %(to)s
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="x1"

--x1
Content-Type: text/plain

It could not be delivered.

--x1
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example.nhs.uk

Final-Recipient: rfc822; someone@example.nhs.uk
Action: %(action)s
Status: %(status)s

--x1
Content-Type: text/rfc822-headers

Subject: CO-304
%(headers)s
--x1--
"""


class Recorder(Relay):
    """A relay that also keeps who was written to, and by which envelope sender."""

    def __init__(self):
        self.to, self.senders = [], []
        super().__init__()

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.to.append(address)
        self.senders.append(envelope.mail_from)
        return await super().handle_RCPT(server, session, envelope, address, options)


def start(d, relay, workers=None, tops=None, edit=None, **mail):
    settings = {"mode": "smtp", "host": "127.0.0.1", "port": relay.port, "tls": "none", "timeout_s": 10}
    settings.update(mail)
    configure(d, mail=settings, workers=workers or {"probe": 0}, **(tops or {}))
    if edit:
        path, old, new = edit
        text = open(os.path.join(d, path)).read()
        assert old in text
        open(os.path.join(d, path), "w").write(text.replace(old, new, 1))
    return Daemon(d).start()


def data(daemon, *words):
    code, out, errors = daemon.ctl(*words, "--json")
    return json.loads(out)["data"] if "data" in json.loads(out) else json.loads(out)


def outside(tap, d):
    relay = Recorder()
    text = open(harness.ROOT + "/config/roster.yaml").read()
    address = "chief-pharmacist@example.nhs.uk"
    daemon = start(d, relay, allow_domains="[example.nhs.uk]",
                   edit=("roster.yaml", address, "someone@elsewhere.org")) if address in text else None
    daemon.run_clock("2015-01-06")
    s = daemon.store()
    tap.ok(relay.to and not [a for a in relay.to if not a.endswith("@example.nhs.uk")],
           "no mail leaves to another domain")
    code, out, errors = daemon.ctl("mail", "list", "--held")
    tap.ok(code == 0 and "chief-pharmacist" in out and "mail.allow_domains" in out,
           "mail list --held shows it with the reason", (code, out, errors))
    code, out, errors = daemon.ctl("notices", "list", "--state", "held")
    tap.ok("chief-pharmacist" in out, "and notices list has it as held", out)
    one = s.one("SELECT notice FROM notice_catch LIMIT 1")
    code, out, errors = daemon.ctl("notices", "show", str(one))
    tap.ok("Held because" in out and "mail.allow_domains" in out, "notices show says why", out)
    tap.ok(s.one("SELECT count(*) FROM item WHERE kind = 'unreached' AND state = 2"),
           "the plan's owner is told")
    tap.ok(s.one("SELECT count(*) FROM notice WHERE step = 'undelivered' AND state = 2"), "and the admin")
    code, out, errors = daemon.ctl("doctor")
    tap.ok("domain not allowed" in out, "doctor says so", out)
    code, out, errors = daemon.ctl("config", "check")
    lines = (out + errors).splitlines()
    tap.ok(any("roster.yaml:" in n and "warning" in n and "mail.allow_domains" in n for n in lines),
           "config check warns with file, line and column", out + errors)
    code, out, errors = daemon.ctl("plan", "check", d + "/plan.yaml")
    tap.ok("mail.allow_domains" in out + errors and code == 0, "plan check too", (code, out, errors))
    tap.ok("elsewhere" not in daemon.log(), "no address stands in the journal")
    daemon.stop()
    relay.close()


def ceilings_and_kills(tap, d):
    """Two senders, killed at random while they send: never more than the ceiling of a day."""
    relay = Recorder()
    relay.wait_s = 0.004
    daemon = start(d, relay, workers={"probe": 0, "deliver": 2}, max_per_day=7)
    chance = random.Random(7)
    over = threading.Event()
    kills = 0
    days = ["2015-01-%02d" % n for n in (2, 5, 6, 7, 8, 9, 12)]
    s = daemon.store()
    per_day = {}
    for day in days:
        seen = len(set(relay.taken))
        question = daemon.client()
        question.send(question.call_bytes("clock-run", {"until": day}))
        for _ in range(3):
            taken = len(relay.seen)
            until(lambda: len(relay.seen) > taken or not s.one(
                "SELECT count(*) FROM job WHERE kind = 4 AND state = 2"), "a mail is on its way")
            time.sleep(chance.random() * 0.01)  # decides nothing: another moment each time
            for pid in daemon.family("deliver")[:1 + chance.randrange(2)]:
                send_signal(pid, 9)
                kills += 1
            daemon.ready()
        daemon.run_clock(day)
        until(lambda: not s.one("SELECT count(*) FROM job WHERE kind = 4 AND state = 2"), "the day is over")
        admin = {m.strip("<>") for (m,) in s.rows("SELECT message_id FROM notice WHERE kind = 'admin'")}
        now = {m.strip("<>") for m in relay.taken} - admin
        per_day[day] = len(now) - sum(per_day.values())
    over.set()
    tap.ok(max(per_day.values()) <= 7 and sum(per_day.values()) >= 23 - 2,
           "%d kills, a ceiling of 7 mails a day: never more left, and all of them in time" % kills, per_day)
    tap.ok(s.one("SELECT count(*) FROM notice_catch") or s.one(
        "SELECT count(*) FROM notice WHERE step = 'ceiling'"), "the admin was told of the ceiling")
    tap.same(s.one("SELECT max(n) FROM (SELECT count(*) AS n FROM notice WHERE step = 'ceiling'"
                   " GROUP BY key)"), 1, "once a day")
    daemon.run_clock("2015-01-20")
    books(tap, daemon, relay, "ceilings and kills")
    daemon.stop()
    relay.close()


def storm(tap, d):
    relay = Recorder()
    daemon = start(d, relay, tops={"catchup": "{mails: 20}", "admin": "machine-room@example.nhs.uk"})
    daemon.run_clock(FIRST_MAIL)
    s = daemon.store()
    kinds = dict(s.rows("SELECT kind, count(*) FROM notice WHERE state = 2 GROUP BY kind"))
    tap.ok(kinds.get("digest", 0) == 0 and set(relay.to) == {"machine-room@example.nhs.uk"},
           "more mails at once than allowed: only the admin is told", (kinds, relay.to))
    body = s.one("SELECT body FROM notice WHERE step = 'catchup'") or ""
    tap.ok("catchup release" in body and "If nobody does anything" in body, "what is held, how to let go, "
           "what happens otherwise", body)
    code, out, errors = daemon.ctl("status")
    tap.ok("held:" in out and "in one batch" in out, "status says that mail is held", out)
    code, out, errors = daemon.ctl("catchup", "release", "--as", "qsc-secretary")
    tap.ok(code == 0, "catchup release", (code, out, errors))
    daemon.run_clock("2015-01-05")  # it was a Friday night
    until(lambda: s.one("SELECT count(*) FROM notice WHERE kind = 'digest' AND state = 2") >= 23,
          "what was held leaves")
    tap.ok(True, "and what was held leaves")
    books(tap, daemon, relay, "storm")
    daemon.stop()
    relay.close()


def storm_over(tap, d):
    relay = Recorder()
    daemon = start(d, relay, tops={"catchup": "{mails: 20}"})
    daemon.run_clock("2015-01-05")
    s = daemon.store()
    tap.ok(not s.one("SELECT count(*) FROM notice WHERE state = 1")
           and s.one("SELECT min(o.at_ms) FROM delivery_outcome o JOIN notice n ON n.id = o.notice"
                     " WHERE n.kind = 'digest'") > 1420444800000,
           "let go by nobody it leaves by itself on the next working day")
    daemon.stop()
    relay.close()


def shadow(tap, d):
    relay = Recorder()
    daemon = start(d, relay, mode="shadow")
    daemon.run_clock("2015-04-20")
    s = daemon.store()
    shadowed = s.one("SELECT count(*) FROM notice WHERE state = 7")
    level = s.one("SELECT max(level) FROM occurrence")
    tap.ok(not relay.seen and shadowed > 50 and level >= 2,
           "shadow: %d notices up to level %d, nothing is sent" % (shadowed, level))
    code, out, errors = daemon.ctl("status")
    tap.ok("mode shadow" in out, "status says so", out)
    one = s.one("SELECT max(id) FROM notice WHERE state = 7 AND kind = 'digest'")
    code, out, errors = daemon.ctl("notices", "show", str(one))
    tap.ok("shadowed" in out and "How to answer" in out, "notices show has what would have been sent", out)
    last = s.one("SELECT max(id) FROM notice")
    path = d + "/coprod.yaml"
    text = open(path).read()
    open(path, "w").write(text.replace("mode: shadow", "mode: smtp"))
    code, out, errors = daemon.ctl("reload", "--wait")
    tap.ok(code == 0, "reload with mode smtp", (code, out, errors))
    daemon.ready()
    daemon.run_clock("2015-06-30")
    tap.ok(relay.taken, "from then on mails leave")
    old = {m for (m,) in s.rows("SELECT message_id FROM notice WHERE id <= ?", last)}
    tap.same(sorted(old & set(relay.taken)), [], "nothing of what was shadowed is ever sent")
    tap.same(s.one("SELECT count(*) FROM audit WHERE event = 'mail mode' AND detail LIKE"
                   " 'from shadow%'"), 1, "and the audit has the change")
    daemon.stop()
    relay.close()


def put(maildir, name, octets):
    path = os.path.join(maildir, "tmp", name)
    with open(path, "wb") as f:
        f.write(octets if isinstance(octets, bytes) else octets.encode())
    os.rename(path, os.path.join(maildir, "new", name))


def came_back(tap, d):
    relay = Recorder()
    box = d + "/bounced"
    for sub in ("tmp", "new", "cur"):
        os.makedirs(os.path.join(box, sub))
    daemon = start(d, relay, bounces=box, envelope="bounces+*@example.nhs.uk",
                   workers={"probe": 0, "deliver": 2})
    daemon.run_clock("2015-01-05")
    s = daemon.store()
    tap.ok(all(a.startswith("bounces+") and "*" not in a for a in relay.senders) and relay.senders,
           "the envelope's sender names the notice", relay.senders[:3])
    rows = dict(s.rows("SELECT role, max(id) FROM notice WHERE kind = 'digest' AND state = 2 GROUP BY role"))
    hard, soft, verp = "chief-pharmacist", "head-of-communications", "head-of-recruitment"
    mid = lambda role: s.one("SELECT message_id FROM notice WHERE id = ?", rows[role])
    put(box, "1.hard", REPORT % {"to": "x@example.nhs.uk", "action": "failed", "status": "5.1.1",
                                 "headers": "Message-ID: " + mid(hard)})
    put(box, "2.soft", REPORT % {"to": "x@example.nhs.uk", "action": "delayed", "status": "4.4.7",
                                 "headers": "Message-ID: " + mid(soft)})
    put(box, "3.verp", REPORT % {"to": "bounces+%s@example.nhs.uk" % mid(verp)[1:33], "action": "failed",
                                 "status": "5.2.1", "headers": "X: y"})
    put(box, "4.twice", open(box + "/new/1.hard", "rb").read() if os.path.exists(box + "/new/1.hard")
        else open([e.path for e in os.scandir(box + "/cur") if e.name.startswith("1.hard")][0], "rb").read())
    put(box, "5.holiday", "To: x@example.nhs.uk\n\nI am away.\n")
    put(box, "6.noise", bytes(random.Random(1).randrange(256) for _ in range(200000)))
    put(box, "7.deep", REPORT.split("\n\n")[0] + "\n\n" + (
        '--x1\nContent-Type: multipart/mixed; boundary="x1"\n\n' * 50000))
    put(box, "8.huge", b"To: x@y\n" + b"X: " + b"y" * (8 << 20))
    put(box, "9.empty", b"")
    os.symlink("/etc/passwd", box + "/new/10.link")
    until(lambda: not [e for e in os.scandir(box + "/new") if not e.is_symlink()], "all are taken")
    until(lambda: not s.one("SELECT count(*) FROM job WHERE kind = 4 AND state = 2"), "all are read")
    state = lambda role: s.one("SELECT state FROM notice WHERE id = ?", rows[role])
    tap.same((state(hard), state(soft), state(verp)), (8, ACCEPTED, 8),
             "a final failure by Message-ID or envelope is bounced, a delay is only noted")
    tap.same(s.one("SELECT count(*) FROM quarantine"), 2, "both addresses are sent nothing more")
    tap.same(s.one("SELECT count(*) FROM bounce WHERE notice = ?", rows[hard]), 1, "the same bytes count once")
    tap.same(s.one("SELECT count(*) FROM job WHERE state = 4"), 0, "no hostile file kills anything")
    tap.same((len(os.listdir(box + "/cur")), os.path.islink(box + "/new/10.link")), (9, True),
             "each was moved to cur, and a link is left alone")
    code, out, errors = daemon.ctl("mail", "bounces")
    tap.ok(code == 0 and "5.1.1" in out and "no report" in out and "hard" in out, "mail bounces", out)
    before = len(relay.seen)
    daemon.run_clock("2015-03-20")
    again = s.one("SELECT count(*) FROM delivery d JOIN notice n ON n.id = d.notice WHERE n.role = ?", hard)
    tap.ok(again == 1 and len(relay.seen) > before, "nothing more is sent there while others get theirs")
    tap.ok(s.one("SELECT count(*) FROM item WHERE kind = 'unreached' AND state = 2")
           and s.one("SELECT count(*) FROM notice WHERE step = 'undelivered' AND state = 2"),
           "the owner and the admin are told")
    code, out, errors = daemon.ctl("mail", "readmit", hard, "--as", "qsc-secretary")
    tap.ok(code == 0, "mail readmit", (code, out, errors))
    daemon.run_clock("2015-04-02")
    tap.ok(s.one("SELECT count(*) FROM delivery d JOIN notice n ON n.id = d.notice WHERE n.role = ?", hard) > 1,
           "then it hears again")
    code, out, errors = daemon.ctl("mail", "readmit", hard, "--as", "qsc-secretary")
    tap.ok(code == 1, "a second time there is nothing to readmit", (code, out, errors))
    tap.ok("@example.nhs.uk" not in "".join(
        line for line in daemon.log().splitlines(True) if "came back" in line), "no address in the journal")
    tap.same((s.audit_break(), s.integrity(), harness.bad_words(daemon.log())), (0, "ok", []),
             "store and audit are sound")
    daemon.stop()
    relay.close()


def restored(tap, d):
    """A backup put in the store's place says what it would send, and sends nothing until it is let go."""
    relay = Recorder()
    daemon = start(d, relay)
    daemon.ctl("mail", "hold", "--reason", "look", "--as", "qsc-secretary")
    daemon.run_clock(FIRST_MAIL)
    code, out, errors = daemon.ctl("db", "backup", d + "/copy.db")
    tap.ok(code == 0, "db backup while mails wait", (code, out, errors))
    daemon.ctl("mail", "release", "--as", "qsc-secretary")
    daemon.run_clock("2015-01-05")
    until(lambda: daemon.store().one("SELECT count(*) FROM notice WHERE state = 1") == 0, "they leave")
    daemon.stop()
    sent = len(relay.taken)
    for end in ("", "-wal", "-shm"):
        if os.path.exists(d + "/state/coprod.db" + end):
            os.unlink(d + "/state/coprod.db" + end)
    os.rename(d + "/copy.db", d + "/state/coprod.db")
    daemon = Daemon(d).start()
    daemon.run_clock(FIRST_MAIL)
    code, out, errors = daemon.ctl("status")
    tap.ok("held: restored from a backup" in out and "mail list --held" in out, "status says why, and where "
           "to look", out)
    rows = [n for n in daemon.ctl("mail", "list", "--held", "--plain")[1].splitlines() if "waits" in n]
    waiting = daemon.store().one("SELECT count(*) FROM notice WHERE state = 1")
    tap.ok(waiting > 20 and len(rows) == waiting, "mail list --held names each of them", (waiting, rows[:3]))
    tap.same(len(relay.taken), sent, "and nothing leaves")
    daemon.ctl("mail", "release", "--as", "qsc-secretary")
    daemon.run_clock("2015-01-05")
    until(lambda: daemon.store().one("SELECT count(*) FROM notice WHERE state = 1") == 0, "they leave")
    tap.ok(set(relay.taken[sent:]) <= set(relay.taken[:sent]), "let go, they carry the Message-IDs of before")
    daemon.stop()
    relay.close()


def silent(tap, d):
    relay = Recorder()
    relay.mode = "4xx"
    daemon = start(d, relay)
    daemon.run_clock("2015-01-14")
    code, out, errors = daemon.ctl("status")
    tap.ok(code == 1 and "no mail could be delivered" in out + errors, "status: no mail for days, exit 1",
           (code, out, errors))
    code, out, errors = daemon.ctl("doctor")
    tap.ok(code != 0 and "no mail could be delivered" in out, "doctor says so and does not end well", (code, out))
    tap.ok("could be delivered" in daemon.log(), "and the journal", daemon.log()[-800:])
    daemon.stop()
    relay.close()


if __name__ == "__main__":
    sys.exit(run_all([outside, ceilings_and_kills, storm, storm_over, shadow, came_back, restored, silent], Tap()))
