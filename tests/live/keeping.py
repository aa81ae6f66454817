#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""keeping.py - the words of mails go by the real nightly run when their time is over; who was told
when, of what, and what became of it stays, and everything that shows it goes on working."""
import json
import os
import sys

import harness
from harness import Daemon, Tap, configure, run_all, until

PLANTED = "Zebrafinch Hospitals"


def words_are_dropped(tap, d):
    configure(d, workers={"probe": 0}, mail={"keep_months": 1}, trust="{name: %s}" % PLANTED)
    daemon = Daemon(d).start()
    s = daemon.store()
    daemon.run_clock("2015-01-12")
    rows = s.rows("SELECT id, key, role, address, subject, message_id, state, created_ms FROM notice ORDER BY id")
    old = rows[0][0]
    tap.ok(len(rows) > 10 and PLANTED in s.one("SELECT body FROM notice WHERE id = ?", old),
           "%d mails were written in January, with the trust's old name" % len(rows))
    boundary = s.one("SELECT mail FROM notice WHERE id = ?", old)
    boundary = boundary[boundary.index(b"boundary=") + 10:][:20]
    text = open(d + "/coprod.yaml").read()
    with open(d + "/coprod.yaml", "w") as f:
        f.write(text.replace(PLANTED, "Example Trust"))
    code, out, errors = daemon.ctl("reload", "--wait")
    tap.same(code, 0, "the trust gets another name")
    code, explained, errors = daemon.ctl("explain", "1b/deliver")
    daemon.run_clock("2015-02-02")
    tap.same(s.one("SELECT count(*) FROM notice WHERE body = ''"), 0, "in a month nothing is dropped")
    daemon.run_clock("2015-02-14")
    until(lambda: not s.one("SELECT count(*) FROM job WHERE kind = 3 AND state IN (1, 2)"), "the night is over")
    tap.same(s.one("SELECT count(*) FROM notice WHERE id <= ? AND (body <> '' OR length(mail) > 0)", rows[-1][0]), 0,
             "then the words of all of them are gone")
    tap.same(s.rows("SELECT id, key, role, address, subject, message_id, state, created_ms FROM notice"
                    " WHERE id <= ? ORDER BY id", rows[-1][0]), rows, "and nothing else of them")
    tap.ok(s.one("SELECT count(*) FROM notice WHERE id > ? AND body <> ''", rows[-1][0]) > 0
           or s.one("SELECT count(*) FROM notice WHERE id > ?", rows[-1][0]) == 0, "later ones keep theirs")
    told = s.rows("SELECT actor, subject, detail FROM audit WHERE event = 'mail words dropped'")
    tap.ok(told and all(t[:2] == ("aggregate", "mail") for t in told)
           and sum(int(t[2].rsplit(" ", 2)[-2]) for t in told) == len(rows), "the audit has how many", told)
    tap.ok("older than 1 month: the words of" in daemon.log(), "and the journal")
    code, out, errors = daemon.ctl("notices", "show", str(old))
    tap.ok(code == 0 and "no longer kept" in out and "mail.keep_months" in out and rows[0][4] in out
           and "accepted" in out, "notices show says so, with subject and outcome", (code, out, errors))
    code, out, errors = daemon.ctl("notices", "show", str(old), "--json")
    told = json.loads(out)
    told = told.get("data", told)
    tap.ok(told["body"] == "" and told["is_text_kept"] is False, "as JSON too", out)
    code, out, errors = daemon.ctl("notices", "list", "--limit", "1000")
    tap.ok(code == 0 and rows[0][4][:20] in out, "notices list has it", (code, out[:500], errors))
    code, out, errors = daemon.ctl("explain", "1b/deliver")
    tap.ok(code == 0 and len(out) >= len(explained) > 100, "explain works", (code, out, errors))
    for words in (("mail", "list"), ("mail", "bounces"), ("audit", "verify"), ("doctor",), ("status",),
                  ("notices", "next"), ("db", "backup", d + "/copy.db"), ("db", "verify", d + "/copy.db")):
        code, out, errors = daemon.ctl(*words)
        tap.ok(code == 0, " ".join(words[:2]), (code, out, errors))
    tap.same(s.integrity(), "ok", "the store is sound")
    tap.same(daemon.stop(), 0, "ends in peace")
    files = [d + "/state/" + n for n in os.listdir(d + "/state")] + [d + "/copy.db"]
    left = [f for f in files if os.path.isfile(f) for data in [open(f, "rb").read()]
            for word in (PLANTED.encode(), boundary) if word in data]
    tap.ok(not left, "their bytes are in no file of the store, nor in a copy made since", left)


if __name__ == "__main__":
    sys.exit(run_all([words_are_dropped], Tap()))
