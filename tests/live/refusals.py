#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""refusals.py - the daemon and a relay that refuses for good: which addresses are stopped, who hears
instead, and that what is stopped is shown."""
import email
import sys

import harness
from harness import Daemon, Tap, configure, run_all
from mails import FIRST_MAIL, Relay, books, start


def never(tap, d):
    relay = Relay()
    relay.mode = "5xx"
    daemon = start(d, relay)
    daemon.run_clock(FIRST_MAIL)
    s = daemon.store()
    notices = s.one("SELECT count(*) FROM notice")
    tries = s.one("SELECT count(*) FROM delivery")
    addresses = s.one("SELECT count(DISTINCT address) FROM notice")
    tap.ok(notices > 20 and s.one("SELECT count(*) FROM notice WHERE state = 3") == tries == addresses
           == s.one("SELECT count(*) FROM quarantine"),
           "550 5.1.1: each address is tried once, its notice is refused and nothing more is sent to it",
           (notices, tries, addresses))
    tap.ok("no such person" in (s.one("SELECT reason FROM job WHERE kind = 4 AND state = 4") or ""),
           "its job is dead, with the relay's words")
    code, out, errors = daemon.ctl("notices", "list", "--state=refused", "--plain")
    tap.ok(code == 0 and len(out.splitlines()) >= min(tries, 100), "coprodctl notices list shows them",
           (code, out[:500], errors))
    one = s.one("SELECT id FROM notice WHERE state = 3")
    code, out, errors = daemon.ctl("notices", "show", str(one))
    tap.ok(code == 0 and "no such person" in out, "coprodctl notices show says why",
           (code, out[-500:], errors))
    code, out, errors = daemon.ctl("status")
    tap.ok("refused" in out.lower() or "dead" in out.lower(), "coprodctl status tells of it",
           (code, out, errors))
    daemon.run_clock("2015-01-30")
    tap.same((s.rows("SELECT n.address FROM delivery d JOIN notice n ON n.id = d.notice GROUP BY "
                     "n.address HAVING count(*) > 1"), relay.taken), ([], []),
             "four weeks later none of them was tried again")
    books(tap, daemon, relay, "550")
    daemon.stop()
    relay.close()


def a_sender_that_is_not_wanted(tap, d):
    """A fault of ours: no reader's address is stopped for it, and all is well once it is mended."""
    relay = Relay()
    relay.mode = "sender"
    daemon = start(d, relay)
    daemon.run_clock(FIRST_MAIL)
    s = daemon.store()
    tap.ok(s.one("SELECT count(*) FROM notice WHERE state = 3") > 20
           and s.one("SELECT count(*) FROM delivery_outcome WHERE words LIKE '550 5.1.0%'") > 20
           and s.one("SELECT count(*) FROM quarantine") == 0,
           "550 5.1.0 at MAIL refuses mails and stops no address", s.rows("SELECT * FROM quarantine"))
    relay.mode = "ok"
    daemon.run_clock("2015-01-30")
    tap.ok(relay.taken, "mails go again when the relay takes the sender")
    books(tap, daemon, relay, "sender")
    daemon.stop()
    relay.close()


def a_dead_address_and_an_unwanted_mail(tap, d):
    """One address is none, another's mails are refused for what stands in them."""
    relay = Relay()
    dead, unwanted = "head-of-od@example.nhs.uk", "chief-pharmacist@example.nhs.uk"
    relay.dead, relay.unwanted = {dead}, {unwanted}
    configure(d, admin="digital-services@example.nhs.uk", workers={"probe": 0},
              mail={"mode": "smtp", "host": "127.0.0.1", "port": relay.port, "tls": "none"})
    daemon = Daemon(d).start()
    daemon.run_clock("2015-01-06")
    s = daemon.store()
    tap.same(s.rows("SELECT address, words FROM quarantine"), [(dead, "refused with 550 5.1.1")],
             "550 5.1.1 at RCPT stops the address; 554 5.7.1 after DATA does not")
    tap.same(s.rows("SELECT address, state FROM notice WHERE address IN (?, ?) ORDER BY address", dead,
                    unwanted), [(unwanted, 3), (dead, 3)], "both mails are refused")
    details = [x for (x,) in s.rows("SELECT detail FROM audit WHERE event = 'mail' AND detail LIKE 'refused%'")]
    tap.same(sorted(details), ["refused, code 550 5.1.1, attempt 1", "refused, code 554 5.7.1, attempt 1"],
             "the audit has the reason, and no address")
    told = s.one("SELECT body FROM notice WHERE step = 'undelivered' AND role = 'admin' AND state = 2") or ""
    tap.ok("refused with 550 5.1.1" in told and "Chief Pharmacist: 1 not taken" in told,
           "the admin hears of both in one mail", told)
    owner = s.rows("SELECT DISTINCT i.kind, i.note FROM item i WHERE i.role = 'head-of-community-engagement' "
                   "AND i.kind IN ('unreached', 'untold', 'unmailed') AND i.state = 2 ORDER BY 1, 2")
    tap.ok(len(owner) >= 2 and "untold" in {k for k, _ in owner}, "the plan's owner hears who was not told", owner)
    tap.ok(s.one("SELECT count(*) FROM item WHERE role = 'head-of-td' AND why = 4 AND state = 2"),
           "and the deputy is asked meanwhile")
    for command, words in ((("doctor",), "1 mailbox failed and is sent nothing"),
                           (("mail", "bounces"), "head-of-od"),
                           (("plan", "show"), "mail to it came back"),
                           (("explain", "1b"), "head-of-od (leads it; cannot be mailed)")):
        out = daemon.ctl(*command, "--plain")[1]
        tap.ok(words in out, "shown by " + " ".join(command), out[-2500:])
    daemon.run_clock("2015-05-15")
    out = daemon.ctl("notices", "next", "--days", "7", "--plain")[1]
    tap.ok("Head of Training" in out and "Head of Organisational" not in out, "notices next leaves out what is kept", out)
    out = daemon.ctl("preview", "--person", "head-of-od", "--on", "2015-05-18", "--plain")[1]
    tap.ok("held, to come" in out, "preview says that it is kept", out)
    daemon.run_clock("2015-05-18")
    tap.same(s.rows("SELECT state FROM notice WHERE address = ? AND created_ms > 1431900000000", dead), [(6,)],
             "and so it is")
    daemon.ctl("mail", "readmit", "head-of-od")
    relay.dead = set()
    tap.same(s.one("SELECT count(*) FROM quarantine"), 0, "mail readmit clears it")
    daemon.run_clock("2015-05-20")
    tap.ok(s.one("SELECT count(*) FROM notice WHERE address = ? AND state = 2", dead), "and its mails go again")
    books(tap, daemon, relay, "dead address")
    daemon.stop()
    relay.close()


def a_dead_secretary(tap, d):
    """A committee's paper is refused: the deputy and the plan's owner get it at once."""
    relay = Relay()
    relay.dead = {"qsc-secretary@example.nhs.uk"}
    configure(d, mail={"mode": "smtp", "host": "127.0.0.1", "port": relay.port, "tls": "none"},
              workers={"probe": 0})
    for name, old, new in (
            ("forums", "    meetings: []\n", "    meetings: [2015-01-28]\n"),
            ("roster", "    email: qsc-secretary@example.nhs.uk\n",
             "    email: qsc-secretary@example.nhs.uk\n    deputy: trust-chair\n")):
        with open("%s/config/%s.yaml" % (harness.ROOT, name)) as f:
            text = f.read()
        with open("%s/%s.yaml" % (d, name), "w") as f:
            f.write(text.replace(old, new, 1))
    daemon = Daemon(d).start()
    daemon.run_clock("2015-01-14")
    s = daemon.store()
    tap.same(s.rows("SELECT role, state, step FROM notice WHERE kind = 'pack' ORDER BY id"),
             [("qsc-secretary", 3, "draft"), ("trust-chair", 2, "draft"),
              ("head-of-community-engagement", 2, "draft")],
             "a paper that the relay refuses goes to the deputy and the owner, on the same day")
    files = [sorted(p.get_filename() for p in email.message_from_bytes(m).walk() if p.get_filename())
             for (m,) in s.rows("SELECT mail FROM notice WHERE kind = 'pack'")]
    tap.ok(files[0] == files[1] == files[2] and len(files[0]) == 3, "with its three files", files)
    books(tap, daemon, relay, "dead secretary")
    daemon.stop()
    relay.close()


if __name__ == "__main__":
    sys.exit(run_all([never, a_sender_that_is_not_wanted, a_dead_address_and_an_unwanted_mail, a_dead_secretary], Tap()))
