#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""mails.py - the daemon and a mail relay that fails in every way: nothing lost, nothing twice but
after a reply that was really lost, and the store tells what happened."""
import asyncio
import email
import email.header
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
import warnings

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

import harness
from harness import ACCEPTED, Daemon, Tap, configure, run_all, send_signal, until

warnings.simplefilter("ignore", DeprecationWarning)
FIRST_MAIL = "2015-01-02"  # by then the first digests have gone: who leads what


class Relay:
    """A real SMTP server in a thread. `mode` says what it does with a mail; `taken` is what it took
    over, one Message-ID each; `held` is how many are in DATA and wait for `go`."""

    def __init__(self, port=0, tls=None, login=None):
        self.mode, self.taken, self.seen = "ok", [], []
        self.dead = set()  # addresses that are none
        self.unwanted = set()  # whose mails are not taken for what stands in them
        self.held, self.go, self.wait_s = 0, threading.Event(), 0.0
        self.tls, self.login = tls, login
        self.loop = asyncio.new_event_loop()
        self.port = None
        self._wanted = port
        self._up = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        self._up.wait(harness.GUARD_S)

    def _session(self):
        def authenticate(server, session, envelope, mechanism, data):
            good = isinstance(data, LoginPassword) and (
                data.login.decode(), data.password.decode()) == self.login
            return AuthResult(success=good, handled=False)
        return SMTP(self, hostname="relay.example.nhs.uk", tls_context=self.tls,
                    require_starttls=bool(self.tls), auth_required=bool(self.login),
                    authenticator=authenticate if self.login else None, timeout=600)

    def _run(self):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(
            self.loop.create_server(self._session, "127.0.0.1", self._wanted))
        self.port = server.sockets[0].getsockname()[1]
        self._up.set()
        self.loop.run_forever()
        server.close()

    def close(self):
        self.go.set()

        def end():
            for task in asyncio.all_tasks(self.loop):
                task.cancel()
            self.loop.call_later(0.01, self.loop.stop)
        self.loop.call_soon_threadsafe(end)
        self.thread.join(harness.GUARD_S)

    def copies(self):
        return {m: self.taken.count(m) for m in self.taken}

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.mode == "sender":
            return "550 5.1.0 <%s>: sender rejected" % address
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.names = {session.host_name}
        if self.mode == "4xx":
            return "451 4.7.1 come back later"
        if self.mode == "5xx" or address in self.dead:
            return "550 5.1.1 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mid = email.message_from_bytes(envelope.original_content)["Message-ID"]
        if self.unwanted & set(envelope.rcpt_tos):
            return "554 5.7.1 that is not wanted here"
        self.seen.append(mid)
        # Taken over also when the client has hung up meanwhile, as real relays do.
        await asyncio.shield(self.loop.create_task(self.take(mid)))
        if self.mode == "ack-lost":
            server.transport.abort()
        return "250 2.0.0 taken over"

    async def take(self, mid):
        if self.mode == "hold":
            self.held += 1
            while not self.go.is_set():
                await asyncio.sleep(0.005)
            self.held -= 1
        await asyncio.sleep(self.wait_s)
        self.taken.append(mid)


def start(d, relay, workers=None, lease_s=30, timeout_s=10, **mail):
    settings = {"mode": "smtp", "host": "127.0.0.1", "port": relay.port, "tls": "none",
                "timeout_s": timeout_s}
    settings.update(mail)
    configure(d, mail=settings, workers=workers or {"probe": 0}, lease_s=lease_s)
    return Daemon(d).start()


def all_over(daemon):
    return lambda: not daemon.store().one("SELECT count(*) FROM job WHERE state IN (1, 2)")


def books(tap, daemon, relay, name):
    """What holds whatever happened."""
    s = daemon.store()
    tap.same(s.one("SELECT count(*) FROM delivery d JOIN delivery_outcome o ON o.notice = d.notice AND "
                   "o.outcome = 'accepted' AND o.attempt < d.attempt"), 0,
             name + ": nothing accepted was tried again")
    unknown = dict(s.rows(
        "SELECT n.message_id, count(*) FROM notice n JOIN delivery d ON d.notice = n.id LEFT JOIN "
        "delivery_outcome o ON o.notice = d.notice AND o.attempt = d.attempt "
        "WHERE o.outcome IS NULL OR o.outcome = 'unknown' GROUP BY n.id"))
    strip = lambda m: m.strip("<>")
    unknown = {strip(m): n for m, n in unknown.items()}
    tap.same({m: n for m, n in relay.copies().items() if n > 1 + unknown.get(strip(m), 0)}, {},
             name + ": a second copy only after an unknown outcome")
    accepted = {strip(m) for (m,) in s.rows("SELECT message_id FROM notice WHERE state = 2")}
    tap.ok(accepted <= {strip(m) for m in relay.taken}, name + ": what counts as accepted was taken")
    tap.same(s.rows("SELECT n.id, n.state FROM notice n LEFT JOIN notice_catch c ON c.notice = n.id AND "
                    "c.what = 'quarantine' AND n.state = 6 WHERE n.state NOT IN (2, 3, 4) AND "
                    "c.notice IS NULL"), [],
             name + ": every notice is accepted, refused, cancelled, or held for a dead address")
    tap.same((s.audit_break(), s.integrity(), harness.bad_words(daemon.log())), (0, "ok", []),
             name + ": store and audit are sound")


# ---- modes of a relay ----------------------------------------------------------------------------

def good_relay(tap, d):
    relay = Relay()
    daemon = start(d, relay)
    daemon.run_clock(FIRST_MAIL)
    n = daemon.store().one("SELECT count(*) FROM notice")
    tap.ok(n > 10 and len(relay.taken) == n == len(set(relay.taken)),
           "a good relay: %d notices, each taken once" % n, (n, len(relay.taken)))
    books(tap, daemon, relay, "good relay")
    daemon.stop()
    relay.close()


def names(tap, d):
    """What a relay and a person see of who sends."""
    relay = Relay()
    daemon = start(d, relay)
    daemon.run_clock(FIRST_MAIL)
    tap.same(relay.names, {"example.nhs.uk"}, "EHLO with the host of mail.from")
    mail = email.message_from_bytes(daemon.store().one("SELECT mail FROM notice LIMIT 1"))
    tap.ok("action plans" in str(email.header.make_header(email.header.decode_header(mail["From"]))),
           "the mail is from the trust's action plans", mail["From"])
    tap.ok("CO-304, Version 11." in daemon.store().one("SELECT body FROM notice LIMIT 1"),
           "and its foot names the plan's version")
    daemon.stop()
    relay.close()


def not_now(tap, d):
    relay = Relay()
    relay.mode = "4xx"
    daemon = start(d, relay)
    daemon.run_clock(FIRST_MAIL)
    s = daemon.store()
    tap.ok(not relay.taken and s.one("SELECT count(*) FROM delivery_outcome WHERE outcome = 'deferred'"),
           "451: nothing is taken, each try is recorded as deferred")
    waits = [b - a for notice, times in tries_of(s).items() for a, b in zip(times, times[1:])]
    tap.ok(waits and min(waits) >= 450000 and max(waits) <= 4 * 3600000 * 1.5,
           "tries lie 15 minutes to 4 hours apart", (min(waits or [0]), max(waits or [0])))
    longest = max(tries_of(s).values(), key=len)
    gaps = [b - a for a, b in zip(longest, longest[1:])]
    tap.ok(len(gaps) > 3 and gaps[3] > gaps[0], "and the waits grow", gaps)
    relay.mode = "ok"
    taken = len(relay.taken)
    daemon.run_clock("2015-01-04")
    tap.same(len(relay.taken), taken, "a relay that is well again on a Friday night gets nothing at the weekend")
    waits = daemon.ctl("mail", "list", "--plain")[1]
    tap.ok("hours of mail, on 2015-01-05 at 09:00" in waits, "and mail list says until when", waits[:500])
    shown = daemon.ctl("explain", "1a/deliver", "--plain")[1] + daemon.ctl("explain", "1d", "--plain")[1]
    tap.ok("not yet: it waits for the hours of mail, on 2015-01-05" in shown, "and explain too", shown[:1500])
    first = daemon.ctl("notices", "next", "--days", "1", "--plain")[1]
    daemon.run_clock("2015-01-05")
    tap.ok(first.count("2015-01-05") >= len(relay.taken) > taken, "notices next counts what waits",
           (first.count("2015-01-05"), len(relay.taken), first[:500]))
    tap.ok(all_over(daemon)() and not s.one("SELECT count(*) FROM notice WHERE state = 1"),
           "then 250: everything is accepted")
    tap.same([m for m, n in relay.copies().items() if n != 1], [], "each mail arrives once")
    books(tap, daemon, relay, "451 then ok")
    daemon.stop()
    relay.close()


def tries_of(s):
    tries = {}
    for notice, at in s.rows("SELECT notice, at_ms FROM delivery_outcome ORDER BY notice, attempt"):
        tries.setdefault(notice, []).append(at)
    return tries


def tried_long_enough(tap, d):
    """A relay that puts everything off: after three days on which mail leaves a mail is given up and says so; by hand it can
    be tried again, or taken back."""
    relay = Relay()
    relay.mode = "4xx"
    daemon = start(d, relay)
    daemon.run_clock("2015-01-09")
    s = daemon.store()
    old = s.one("SELECT max(created_ms) FROM notice WHERE created_ms < (SELECT min(created_ms)"
                " FROM notice) + 86400000")
    left = s.one("SELECT count(*) FROM notice WHERE created_ms <= ? AND state NOT IN (3, 4)", old)
    first = s.one("SELECT count(DISTINCT address) FROM notice WHERE created_ms <= ?", old)
    refused = s.one("SELECT count(DISTINCT address) FROM notice n WHERE state = 3 AND EXISTS (SELECT 1 FROM notice f"
                    " WHERE f.address = n.address AND f.created_ms <= ?)", old)
    tap.ok(refused == first > 15 and left == 0, "451 for three days: what each was to read on the first day is refused,"
           " as the digest of a later one", (first, refused, left))
    span = s.one("SELECT max(span) FROM (SELECT max(o.at_ms) - min(o.at_ms) AS span FROM delivery_outcome o JOIN notice n"
                 " ON n.id = o.notice WHERE n.kind = 'digest' AND n.id <= (SELECT min(r.id) FROM notice r WHERE r.kind ="
                 " 'digest' AND r.state = 3 AND r.address = n.address) GROUP BY n.address)")
    weekend = 48 * 3600000
    tap.ok(span <= 72 * 3600000 + weekend, "the last try came within 72 hours and a weekend (%.1f)"
           % (span / 3600000))
    one, notice = s.rows("SELECT id, subject FROM job WHERE kind = 4 AND state = 4 ORDER BY id")[0]
    relay.mode = "ok"
    code, out, errors = daemon.ctl("job", "retry", str(one))
    daemon.run_clock("2015-01-12")  # it was night, and a weekend
    until(lambda: s.one("SELECT state FROM notice WHERE id = ?", notice) == ACCEPTED, "it is sent")
    tap.ok(code == 0, "tried again by hand it is accepted", (code, out, errors))
    relay.mode = "4xx"
    daemon.run_clock("2015-03-10")
    one, notice = s.rows("SELECT j.id, j.subject FROM job j JOIN notice n ON n.id = j.subject"
                         " WHERE j.kind = 4 AND j.state = 1 AND n.state = 1")[0]
    code, out, errors = daemon.ctl("job", "cancel", str(one), "--reason=told by telephone", "--dry-run")
    tap.ok(code == 0 and "would be cancelled" in out and "notice" in out, "job cancel --dry-run says so",
           (code, out, errors))
    tap.same(s.one("SELECT state FROM notice WHERE id = ?", notice), 1, "and changes nothing")
    code, out, errors = daemon.ctl("job", "cancel", str(one), "--reason=told by telephone")
    tap.same((code, s.one("SELECT state FROM notice WHERE id = ?", notice)), (0, 4),
             "job cancel takes the notice back, too")
    daemon.stop()
    relay.close()


def lost_answer(tap, d):
    relay = Relay()
    relay.mode = "ack-lost"
    daemon = start(d, relay)
    question = daemon.client()
    question.send(question.call_bytes("clock-run", {"until": FIRST_MAIL}))
    until(lambda: len(relay.taken) > 2, "a few mails are taken")
    relay.mode = "ok"
    question.result()
    daemon.run_clock(FIRST_MAIL)
    s = daemon.store()
    lost = s.one("SELECT count(*) FROM delivery_outcome WHERE outcome = 'unknown'")
    tap.ok(lost and s.one("SELECT count(*) FROM notice WHERE state = 2")
           == s.one("SELECT count(*) FROM notice"), "%d answers lost: unknown, tried again, accepted" % lost)
    twice = [m for m, n in relay.copies().items() if n > 1]
    tap.ok(twice and len(relay.taken) == len(set(relay.taken)) + lost,
           "the second copies carry the Message-ID of the first")
    books(tap, daemon, relay, "lost answer")
    daemon.stop()
    relay.close()


def relay_is_down(tap, d):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    class Nobody:
        pass
    nobody = Nobody()
    nobody.port = port
    daemon = start(d, nobody)
    daemon.run_clock(FIRST_MAIL)
    s = daemon.store()
    tap.ok(s.one("SELECT count(*) FROM delivery_outcome WHERE outcome = 'unreached'")
           and s.one("SELECT count(*) FROM notice WHERE state = 1"),
           "nobody listens: unreached, the notices wait")
    relay = Relay(port=port)
    daemon.run_clock("2015-01-05")  # after the weekend; two digests of one person became one
    tap.ok(relay.taken and not s.one("SELECT count(*) FROM notice WHERE state NOT IN (2, 4)"),
           "the relay is back: everything is accepted")
    books(tap, daemon, relay, "relay down")
    daemon.stop()
    relay.close()


def secrets(tap, d):
    def openssl(*words):
        subprocess.run(["openssl", *words], check=True, capture_output=True)
    key, cert = d + "/relay.key", d + "/relay.pem"
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "3650",
            "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    relay = Relay(tls=context, login=("coprod", "correct horse"))
    secret = d + "/password"
    with open(secret, "w") as f:
        f.write("battery staple\n")
    os.chmod(secret, 0o600)
    daemon = start(d, relay, tls="starttls", user="coprod", password_file=secret, ca_file=cert)
    daemon.run_clock(FIRST_MAIL)
    s = daemon.store()
    tap.ok(not relay.taken and s.one("SELECT count(*) FROM delivery_outcome"),
           "a wrong password: nothing is taken")
    tap.same(s.one("SELECT count(*) FROM notice WHERE state = 3"), 0, "and no notice is lost by it")
    with open(secret, "w") as f:
        f.write("correct horse\n")
    daemon.run_clock("2015-01-05")
    tap.ok(relay.taken and not s.one("SELECT count(*) FROM notice WHERE state NOT IN (2, 4)"),
           "the password put right: STARTTLS, authenticated, everything accepted",
           s.rows("SELECT outcome, code, words, count(*) FROM delivery_outcome GROUP BY 1, 2, 3"))
    text = daemon.log() + repr(s.rows("SELECT words FROM delivery_outcome"))
    tap.ok("correct horse" not in text and "battery staple" not in text, "no password in log or store")
    books(tap, daemon, relay, "STARTTLS")
    daemon.stop()
    relay.close()


# ---- the three interleavings ---------------------------------------------------------------------

def begin_and_hold(daemon, relay, n=1, until_day=FIRST_MAIL):
    """Runs the clock until n mails are in DATA and stay there."""
    relay.go.clear()
    relay.mode = "hold"
    question = daemon.client()
    question.send(question.call_bytes("clock-run", {"until": until_day}))
    until(lambda: relay.held >= n, "a mail is in DATA")
    return question


def hub_dies_in_data(tap, d):
    relay = Relay()
    daemon = start(d, relay, workers={"probe": 0, "deliver": 2}, lease_s=60, timeout_s=25)
    begin_and_hold(daemon, relay, 2)
    hub = daemon.hub
    send_signal(hub, 9)
    until(lambda: daemon.hub not in (0, hub), "a new hub")
    daemon.status()
    time.sleep(0.3)  # decides nothing: time for a hub in error to offer them again
    tap.same(len(relay.seen), 2, "hub killed in DATA: the new one does not offer these mails to others")
    relay.mode = "ok"
    relay.go.set()
    daemon.run_clock(FIRST_MAIL)
    tap.same([m for m, n in relay.copies().items() if n != 1], [], "each mail was taken once")
    tap.ok(not daemon.store().one("SELECT count(*) FROM notice WHERE state <> 2"), "each is accepted")
    books(tap, daemon, relay, "hub killed in DATA")
    daemon.stop()
    relay.close()


def all_die_in_data(tap, d):
    relay = Relay()
    daemon = start(d, relay, workers={"probe": 0, "deliver": 2}, lease_s=60, timeout_s=25)
    begin_and_hold(daemon, relay, 2)
    daemon.kill()
    relay.mode = "ok"
    relay.go.set()
    until(lambda: relay.held == 0, "the relay has taken what it had")
    daemon.start()
    daemon.run_clock(FIRST_MAIL)
    s = daemon.store()
    open_claims = s.one("SELECT count(*) FROM delivery d LEFT JOIN delivery_outcome o ON o.notice = "
                        "d.notice AND o.attempt = d.attempt WHERE o.notice IS NULL")
    tap.same(open_claims, 2, "all killed in DATA: two mails of which nobody knows")
    tap.ok(not s.one("SELECT count(*) FROM notice WHERE state <> 2"), "tried again, accepted")
    tap.same(sorted(n for n in relay.copies().values() if n > 1), [2, 2],
             "with the same Message-ID, and no other mail twice")
    books(tap, daemon, relay, "all killed in DATA")
    daemon.stop()
    relay.close()


def frozen_in_data_while_hub_dies(tap, d):
    relay = Relay()
    daemon = start(d, relay, workers={"probe": 0, "deliver": 2}, lease_s=4, timeout_s=1)
    relay.go.clear()
    relay.mode = "hold"
    c = daemon.client()
    c.send(c.call_bytes("clock-run", {"until": FIRST_MAIL}))
    until(lambda: relay.held >= 1, "a mail is in DATA")
    frozen = daemon.family("deliver")[0]
    send_signal(frozen, 19)
    hub = daemon.hub
    send_signal(hub, 9)
    until(lambda: daemon.hub not in (0, hub), "a new hub")
    until(lambda: not harness.state_of(frozen), "a sender that stays silent to a new hub is killed")
    tap.ok(True, "a sender that stays silent to a new hub is killed")
    relay.mode = "ok"
    relay.go.set()
    daemon.run_clock(FIRST_MAIL)
    tap.ok(not daemon.store().one("SELECT count(*) FROM notice WHERE state <> 2"),
           "and its mails are accepted")
    books(tap, daemon, relay, "frozen in DATA")
    daemon.stop()
    relay.close()


def kills_while_sending(tap, d):
    """Senders, hub and all together killed while mails are on their way, each some milliseconds
    after the relay has taken another one."""
    relay = Relay()
    relay.wait_s = 0.005
    daemon = start(d, relay, workers={"probe": 0, "deliver": 2})
    kills = 0
    for day in (FIRST_MAIL, "2015-02-17", "2015-03-10", "2015-03-24", "2015-03-31", "2015-04-09"):
        try:
            question = daemon.client()
            question.send(question.call_bytes("clock-run", {"until": day}))
        except harness.Lost:
            pass
        for who in ("deliver", "hub", "deliver", "all"):
            seen = len(relay.seen)
            until(lambda: len(relay.seen) > seen or daemon_is_idle(daemon), "a mail is on its way")
            time.sleep(0.002 * kills % 0.011)  # decides nothing: another moment each time
            kills += 1
            if who == "all":
                daemon.kill()
                daemon.start()
            else:
                for pid in daemon.family(who)[:1]:
                    send_signal(pid, 9)
                daemon.ready()
        daemon.run_clock(day)
    s = daemon.store()
    until(all_over(daemon), "every job is over")
    notices = s.one("SELECT count(*) FROM notice")
    copies = len(relay.taken) - len(set(relay.taken))
    tap.ok(notices > 100 and len(set(relay.taken)) == notices
           and not s.one("SELECT count(*) FROM notice WHERE state <> 2"),
           "%d kills while %d mails were sent: each arrives and is accepted" % (kills, notices),
           (notices, len(set(relay.taken))))
    tap.note("%d second copies, each after an answer that nobody heard" % copies)
    books(tap, daemon, relay, "kills while sending")
    daemon.stop()
    relay.close()


def daemon_is_idle(daemon):
    """No clock runs and no mail waits: nothing more is to come by itself."""
    s = daemon.store()
    return not s.one("SELECT count(*) FROM job WHERE state IN (1, 2)")


def slower_than_the_lease(tap, d):
    relay = Relay()
    relay.wait_s = 5
    daemon = start(d, relay, lease_s=4, timeout_s=3)
    pids = daemon.family("deliver")
    question = daemon.client()
    question.send(question.call_bytes("clock-run", {"until": FIRST_MAIL}))
    until(lambda: len(relay.taken) >= 2, "the slow relay has taken two")
    relay.wait_s = 0
    question.result()
    daemon.run_clock(FIRST_MAIL)
    s = daemon.store()
    tap.ok(s.one("SELECT count(*) FROM delivery_outcome WHERE outcome = 'unknown'"),
           "a relay slower than the lease: the sender gives up below it, unknown")
    tap.same(daemon.family("deliver"), pids, "and is not killed")
    tap.ok(not s.one("SELECT count(*) FROM notice WHERE state <> 2"), "everything is accepted in the end")
    books(tap, daemon, relay, "slow relay")
    daemon.stop()
    relay.close()


def done_while_under_way(tap, d):
    relay = Relay()
    daemon = start(d, relay, lease_s=60, timeout_s=25)
    s = daemon.store()
    daemon.run_clock("2015-04-15")
    question = begin_and_hold(daemon, relay, until_day="2015-04-16")  # level 3 goes alone
    notice, occurrence, plan, ref, part, lead = s.rows(
        "SELECT n.id, o.id, o.plan, o.ref, o.part, min(r.role) FROM delivery d JOIN notice n ON "
        "n.id = d.notice JOIN occurrence o ON o.id = n.occurrence JOIN occurrence_role r ON "
        "r.occurrence = o.id AND r.duty = 'lead' WHERE n.step LIKE 'L3%' GROUP BY n.id")[0]
    where = ref + ("@" + part if part else "")
    first = daemon.act(where, "submit", lead, plan=plan, evidence="minute 7")
    second = daemon.act(where, "verify", "qsc-secretary", plan=plan)
    tap.ok(first[0] == 0 == second[0], "the action is completed while its mail is under way",
           (first, second))
    relay.mode = "ok"
    relay.go.set()
    question.result()
    tap.same(s.one("SELECT state FROM notice WHERE id = ?", notice), ACCEPTED,
             "the relay's acceptance is recorded all the same")
    tap.same(s.one("SELECT outcome FROM delivery_outcome WHERE notice = ?", notice), "accepted",
             "as a fact")
    before = s.one("SELECT count(*) FROM notice WHERE occurrence = ? AND state = 2", occurrence)
    daemon.run_clock("2015-06-30")
    tap.same(s.one("SELECT count(*) FROM notice WHERE occurrence = ? AND state = 2", occurrence), before,
             "nothing more is sent about it")
    tap.ok(all_over(daemon)(), "no job is left of it")
    books(tap, daemon, relay, "completed under way")
    daemon.stop()
    relay.close()


if __name__ == "__main__":
    sys.exit(run_all([good_relay, names, not_now, tried_long_enough,
                      lost_answer, relay_is_down, secrets, hub_dies_in_data, all_die_in_data,
                      kills_while_sending, slower_than_the_lease, done_while_under_way,
                      frozen_in_data_while_hub_dies], Tap()))
