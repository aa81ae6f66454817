#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""daemon.py - what the daemon refuses and what it survives: a second one, a newer store, bad files at
start and at reload, a clock that went back, SIGTERM under load, a job that kills, clients from hell."""
import hashlib
import json
import os
import pwd
import re
import signal
import sqlite3
import struct
import subprocess
import sys
import time

import harness
from harness import Client, Daemon, Lost, Store, Tap, configure, run_all, send_signal, until
from turns import Load, effects


def digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def edit(path, old, new):
    with open(path) as f:
        text = f.read()
    assert old in text, (path, old)
    with open(path, "w") as f:
        f.write(text.replace(old, new, 1))


def spoil(d):
    """A plan with a mistake in it; the good one comes back with the function returned."""
    with open(d + "/plan.yaml") as f:
        good = f.read()
    with open(d + "/plan.yaml", "w") as f:
        f.write(good + "\nno_such_key: 1\n")

    def heal():
        with open(d + "/plan.yaml", "w") as f:
            f.write(good)
    return heal


def store_write(d, sql, *args):
    db = sqlite3.connect(d + "/state/coprod.db", timeout=harness.GUARD_S)
    try:
        db.execute(sql, args)
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        db.close()


def second_daemon(tap, d):
    configure(d)
    first = Daemon(d).start()
    second = Daemon(d).start(wait=False)
    code = second.process.wait(harness.GUARD_S)
    Daemon.alive.remove(second)
    tap.same(code, 75, "a second daemon on the same store ends with 75")
    tap.ok("process %d already runs" % first.pid in first.log(), "and names the first by its pid",
           harness.log_tail(d))
    tap.same(first.ask("status")[0], 0, "the first one does not care")
    first.kill()
    again = Daemon(d).start()
    tap.same(again.stop(), 0, "after a kill the store is free for the next")


def newer_store(tap, d):
    configure(d)
    Daemon(d).start().stop()
    store_write(d, "PRAGMA user_version = 99")
    before = digest(d + "/state/coprod.db")
    daemon = Daemon(d).start(wait=False)
    code = daemon.process.wait(harness.GUARD_S)
    Daemon.alive.remove(daemon)
    tap.same(code, 65, "a store written by a newer program ends the start with 65")
    tap.ok(re.search(r"newer coprod \(schema 99, this program knows \d+\)", daemon.log()),
           "in clear words", harness.log_tail(d))
    tap.same(digest(d + "/state/coprod.db"), before, "and not an octet of it is changed")


def older_store(tap, d):
    """A store as schema 1 left it, in the plan's first days: lifted, and the plan goes on."""
    configure(d)
    os.makedirs(d + "/state", mode=0o700, exist_ok=True)
    with open("tests/data/store/schema-1.sql") as f, sqlite3.connect(d + "/state/coprod.db") as db:
        db.executescript(f.read())
    db.close()
    before = Store(d + "/state/coprod.db").rows("SELECT id, key, subject FROM notice ORDER BY id")
    daemon = Daemon(d, clock="virtual:2015-01-07").start()
    tap.ok("schema 1 to" in daemon.log() and "coprod.db.schema-1" in daemon.log(),
           "a store of schema 1 is lifted, and the log says where it lies as it was", daemon.log())
    with sqlite3.connect("file:%s/state/coprod.db.schema-1?mode=ro" % d, uri=True) as kept:
        tap.same(kept.execute("PRAGMA user_version").fetchone()[0], 1, "the copy is of schema 1")
    kept.close()
    daemon.run_clock("2015-04-02")
    store = daemon.store()
    after = store.rows("SELECT id, key, subject FROM notice ORDER BY id")
    tap.same(after[:len(before)], before, "what was written stays")
    tap.ok(len(after) > len(before), "and the plan goes on", "%d notices" % len(after))
    first_loads = [key for _, key, subject in after[len(before):] if "now have a part" in subject]
    tap.same(first_loads, [], "nobody is told a second time of what they have known")
    tap.same(store.audit_break(), 0, "the audit chain goes on")
    tap.same(daemon.stop(), 0, "the daemon ends in peace")


def bad_plan_at_start(tap, d):
    configure(d)
    heal = spoil(d)
    daemon = Daemon(d).start(wait=False)
    code = daemon.process.wait(harness.GUARD_S)
    Daemon.alive.remove(daemon)
    tap.same(code, 78, "a bad plan and an empty store: 78")
    tap.ok(re.search(r"plan\.yaml:\d+:\d+: error: .*no_such_key", daemon.log()),
           "with file, line and column", harness.log_tail(d))
    heal()
    daemon = Daemon(d).start()
    daemon.run_clock("2015-02-20")
    n = daemon.store().one("SELECT count(*) FROM notice")
    daemon.stop()
    spoil(d)
    daemon = Daemon(d).start()
    tap.ok("refused" in daemon.status()["trouble"], "a bad plan and a good store: runs on and says so",
           daemon.status())
    s = daemon.store()
    title = s.one("SELECT title FROM role WHERE id = 'qsc-secretary'")
    part = s.one("SELECT part FROM occurrence WHERE ref = '1c/deliver' AND part <> ''")
    store_write(d, "UPDATE occurrence SET state = 5 WHERE ref = '1c/deliver' AND part NOT IN ('', ?)", part)
    store_write(d, "UPDATE occurrence SET state = 4, submitted_by = 'x' WHERE ref = '1c/deliver'"
                " AND part = ?", part)
    code, out, errors = daemon.ctl("action", "verify", "1c/deliver@" + part, "--as", title)
    tap.ok(code == 0 and "as a whole" in out, "on the store's roster --as knows a title, too",
           (code, out, errors))
    tap.same(s.one("SELECT count(*) FROM occurrence WHERE ref LIKE '1c/return/%'"), 0,
             "nothing can follow what is completed now")
    heal()
    code, out, errors = daemon.ctl("reload", "--wait")
    tap.ok(code == 0 and s.one("SELECT count(*) FROM occurrence WHERE ref LIKE '1c/return/%'") > 0,
           "it is made up for when the files are good again", (code, out, errors))
    daemon.ready()
    tap.same(daemon.status()["trouble"], "", "and the trouble is over")
    daemon.run_clock("2015-03-31")
    tap.ok(n and daemon.store().one("SELECT count(*) FROM notice") > n, "the plan last accepted runs on")
    tap.same(daemon.stop(), 0, "ends in peace")


def reload_files(tap, d):
    configure(d)
    daemon = Daemon(d).start()
    heal = spoil(d)
    code, out, errors = daemon.ctl("reload", "--wait")
    tap.ok(code != 0, "coprodctl reload --wait with a bad file: not 0", (code, out, errors))
    tap.ok("no_such_key" in out + errors, "and the finding", (out, errors))
    tap.same(daemon.store().one("SELECT revision FROM plan"), 1, "the plan in force is as it was")
    send_signal(daemon.pid, signal.SIGHUP)
    until(lambda: "keeping the configuration in force" in daemon.log(), "SIGHUP is answered")
    tap.ok(True, "SIGHUP with a bad file: refused, the last good one stays")
    daemon.ready()
    daemon.run_clock("2015-02-20")
    tap.ok(daemon.store().one("SELECT count(*) FROM notice"), "and work goes on by it")
    heal()
    edit(d + "/plan.yaml", "title: Co-production, working in partnership with patients",
         "title: Another name")
    code, out, errors = daemon.ctl("reload", "--wait")
    tap.ok(code == 0, "a good file: 0", (code, out, errors))
    tap.same(daemon.store().one("SELECT title FROM plan"), "Another name", "and it is in force")
    daemon.ready()
    edit(d + "/plan.yaml", "Another name", "A third name")
    send_signal(daemon.pid, signal.SIGHUP)
    until(lambda: daemon.store().one("SELECT title FROM plan") == "A third name", "SIGHUP is heard")
    tap.ok(True, "SIGHUP with a good file: in force")
    daemon.ready()
    tap.same((daemon.stop(), harness.bad_words(daemon.log())), (0, []), "ends in peace")


def clock_went_back(tap, d):
    """What is due on the machine's clock is not sent while that clock is behind what the store saw."""
    configure(d)
    daemon = Daemon(d, clock="virtual:2015-01-01").start()
    daemon.run_clock("2015-01-10")
    before = daemon.store().one("SELECT count(*) FROM notice")
    daemon.stop()
    ahead = int((time.time() + 400 * 86400) * 1000)
    store_write(d, "UPDATE setting SET value = ? WHERE key = 'policy.high_ms'", str(ahead))
    daemon = Daemon(d, clock="real").start()
    tap.ok("behind" in daemon.status()["trouble"], "a clock behind the store: status says so",
           daemon.status())
    code, out, errors = daemon.ctl("status")
    tap.ok(code != 0 and "behind" in out + errors, "coprodctl status too, and is not 0",
           (code, out, errors))
    daemon.client().add(["wait"])
    time.sleep(1)  # decides nothing: time for a daemon in error to send
    s = daemon.store()
    tap.same(s.one("SELECT count(*) FROM notice"), before, "nothing is sent, though years are due")
    tap.same(s.one("SELECT value FROM setting WHERE key = 'policy.high_ms'"), str(ahead),
             "what the store saw is not forgotten")
    code, out, errors = daemon.ctl("clock", "accept", "--as=chief-executive-nobody")
    tap.ok(code == 1 and "no role" in errors, "clock accept: by a role of the roster", (code, out, errors))
    code, out, errors = daemon.ctl("clock", "accept", "--as=qsc-secretary", "--dry-run")
    tap.ok(code == 0 and "would be" in out and "behind" in daemon.status()["trouble"],
           "its dry run changes nothing", (code, out, errors))
    code, out, errors = daemon.ctl("clock", "accept", "--as=qsc-secretary")
    tap.ok(code == 0 and daemon.status()["trouble"] == "", "accepted, all is well", (code, out, errors))
    tap.same(s.rows("SELECT on_behalf FROM audit WHERE event = 'clock accepted'"), [("qsc-secretary",)],
             "and it is in the audit")
    until(lambda: s.one("SELECT state FROM job WHERE key = 'wait'") == harness.DONE, "work goes on")
    code, out, errors = daemon.ctl("clock", "accept", "--as=qsc-secretary")
    tap.ok(code == 1 and "nothing is wrong" in errors, "a second time there is nothing to accept",
           (code, out, errors))
    tap.same(daemon.stop(), 0, "ends in peace")


def clock_ran_ahead(tap, d):
    """The wall clock of the running hub jumps; the steady one does not."""
    if not harness.can_fake_time():
        tap.skip("a clock that runs ahead", "needs libfaketime and no sanitizer")
        return
    configure(d)
    fake, offset = harness.wall_clock(d)
    daemon = Daemon(d, clock="real", env=fake).start()
    s = daemon.store()
    tap.same(daemon.status()["trouble"], "", "real time: all is well")
    offset("+5d")
    tap.same(daemon.status()["trouble"], "", "five days ahead: as after a long weekend")
    offset("+40d")
    trouble = until(lambda: daemon.status()["trouble"], "it is seen")
    tap.ok("34 days ahead" in trouble or "35 days ahead" in trouble, "35 days more: held", trouble)
    daemon.client().add(["wait"])
    time.sleep(1)  # decides nothing: time for a daemon in error to fire
    high = int(s.one("SELECT value FROM setting WHERE key = 'policy.high_ms'") or 0)
    tap.ok(high < (time.time() + 6 * 86400) * 1000, "nothing is fired", high)
    tap.same(s.one("SELECT state FROM job WHERE key = 'wait'"), harness.READY, "nothing is begun")
    send_signal(daemon.hub, signal.SIGKILL)
    daemon.ready()
    tap.ok("ahead" in daemon.status()["trouble"], "a hub born again holds it, too", daemon.status())
    offset("+5d")
    until(lambda: daemon.status()["trouble"] == "", "it heals")
    tap.ok(True, "set right again: it goes on by itself")
    offset("+40d")
    until(lambda: daemon.status()["trouble"], "it is seen")
    outages = s.one("SELECT count(*) FROM audit WHERE event = 'back after an outage'")
    code, out, errors = daemon.ctl("clock", "accept", "--as=qsc-secretary")
    tap.same((code, daemon.status()["trouble"]), (0, ""), "or it is taken as it is")
    tap.same((s.one("SELECT count(*) FROM audit WHERE event = 'back after an outage'"),
              "held: the daemon was away" in daemon.ctl("status")[1]), (outages + 1, True),
             "what it jumped over counts as an outage: mail waits, no new level")
    daemon.client().add(["after"])
    until(lambda: s.one("SELECT state FROM job WHERE key = 'after'") == harness.DONE, "work goes on")
    tap.ok(True, "and work goes on by it")
    tap.same(daemon.stop(), 0, "ends in peace")


def would(tap, d):
    """What a dry run says, and a clock that never goes back."""
    configure(d)
    daemon = Daemon(d).start()
    daemon.run_clock("2015-02-20")
    code, out, errors = daemon.ctl("clock", "run", "--until=2015-02-19")
    tap.ok(code == 1 and "2015-02-20" in errors, "clock run to a past day is refused, in words",
           (code, out, errors))
    code, out, errors = daemon.ctl("clock", "run", "--until=2015-02-20")
    tap.same(code, 0, "to the day on which it stands: done already")
    code, out, errors = daemon.ctl("clock", "run", "--until=2015-03-01", "--dry-run")
    tap.ok(code == 0 and "would" in out and "2015-03-01" in out, "its dry run says what it would do",
           (code, out, errors))
    tap.ok(daemon.ctl("clock", "run", "--until=2015-02-20")[0] == 0, "and the clock stands still")
    code, out, errors = daemon.ctl("job", "add", "probe", "one", "two", "--dry-run")
    tap.ok(code == 0 and "would" in out and "2 of 2" in out, "job add --dry-run says would",
           (code, out, errors))
    tap.same(daemon.store().one("SELECT count(*) FROM job WHERE kind = 5"), 0, "and adds none")
    tap.same(daemon.stop(), 0, "ends in peace")


def troubles_show(tap, d):
    """One occurrence that cannot be fired, and jobs that fail: status and doctor say so."""
    configure(d)
    daemon = Daemon(d).start()
    code, out, errors = daemon.ctl("status", "--json")
    tap.ok(code == 0 and json.loads(out)["healthy"], "all is well", (code, out, errors))
    daemon.stop()
    store_write(d, "UPDATE occurrence SET level = 77 WHERE ref = '1b/deliver'")
    daemon = Daemon(d).start()
    daemon.run_clock("2015-07-10")
    s = daemon.store()
    tap.ok(s.one("SELECT count(*) FROM notice") > 20, "the other occurrences are fired")
    tap.same(s.one("SELECT count(*) FROM timer WHERE trouble IS NOT NULL"), 1, "the one is set aside")
    code, out, errors = daemon.ctl("status", "--json")
    told = json.loads(out)
    tap.ok(code == 1 and told["set_aside"] == 1 and not told["healthy"]
           and "set aside" in told["trouble_words"], "status: 1, in JSON too", (code, out, errors))
    code, out, errors = daemon.ctl("status")
    tap.ok(code == 1 and "set aside" in errors, "and in words", (code, out, errors))
    code, out, errors = daemon.ctl("doctor", "--plain")
    tap.ok(code == 1 and "cannot be fired" in out, "doctor says which", (code, out, errors))
    daemon.stop()
    store_write(d, "UPDATE occurrence SET level = 0 WHERE ref = '1b/deliver'")
    store_write(d, "UPDATE job SET state = 1, failures = 3, run_at_ms = run_at_ms + 100000000000"
                   " WHERE id = (SELECT min(id) FROM job)")
    daemon = Daemon(d).start()
    daemon.run_clock("2015-07-20")
    code, out, errors = daemon.ctl("status", "--json")
    told = json.loads(out)
    tap.ok(code == 1 and told["set_aside"] == 0 and told["jobs_failing"] == 1
           and "three times" in told["trouble_words"], "a job that keeps failing: 1", (code, out, errors))
    tap.same(daemon.stop(), 0, "ends in peace")


def night_goes_on(tap, d):
    """One file of the inbox that cannot be taken in does not stop the night's other work."""
    configure(d)
    daemon = Daemon(d).start()
    with open(d + "/state/inbox/half.csv", "w") as half:  # somebody still writes it
        half.write("survey")
        half.flush()
        daemon.run_clock("2015-01-02")
        s = daemon.store()
        tap.same(s.rows("SELECT state, failures FROM job WHERE key = 'nightly|2015-01-02'"),
                 [(harness.DONE, 0)], "the night's job is done")
        tap.ok(os.path.exists(d + "/state/inbox/half.csv"), "the file waits")
        tap.ok("still being written" in daemon.log(), "and the log says why")
    tap.same(daemon.stop(), 0, "ends in peace")


def stop_under_load(tap, d):
    configure(d, workers={"probe": 2})
    daemon = Daemon(d).start()
    keys = 0
    for turn in range(3):
        load = Load(daemon, "stop%d" % turn)
        until(lambda: load.keys > 2000, "the load runs")
        began = time.monotonic()
        send_signal(daemon.pid, signal.SIGTERM)
        code = daemon.process.wait(harness.GUARD_S)
        Daemon.alive.remove(daemon)
        tap.ok(code == 0, "SIGTERM under load: exit 0 (%.1f s)" % (time.monotonic() - began), code)
        load.over.set()
        daemon = Daemon(d).start()
        load.join(harness.GUARD_S)
        keys += load.keys
    s = daemon.store()
    until(lambda: not s.one("SELECT count(*) FROM job WHERE state IN (1, 2)"), "every job is over")
    tap.same(effects(daemon), keys, "stopped three times: each of %d jobs done once" % keys)
    tap.same((s.integrity(), daemon.stop(), harness.bad_words(daemon.log())), ("ok", 0, []),
             "the store is sound, the end peaceful")


def poison(tap, d):
    configure(d, workers={"probe": 2})
    daemon = Daemon(d, env={"COPROD_PROBE_CRASH": "venom"}).start()
    c = daemon.client()
    c.add(["good|%d" % i for i in range(300)] + ["venom"] + ["better|%d" % i for i in range(300)])
    s = daemon.store()
    daemon.run_clock("2015-01-02")
    until(lambda: s.one("SELECT state FROM job WHERE key = 'venom'") == harness.DEAD,
          "the job is set aside")
    tap.ok(True, "a job that kills its workers is set aside")
    state, deaths, reason = s.rows("SELECT state, deaths, reason FROM job WHERE key = 'venom'")[0]
    tap.ok(deaths == 3 and "killed 3 workers" in reason, "after three it killed alone: " + reason, deaths)
    until(lambda: effects(daemon) == 600, "the others are done")
    tap.ok(True, "the 600 others are done")
    deaths = daemon.log().count("was killed by signal 9")
    tap.ok(deaths <= 8, "at the price of %d workers" % deaths)
    tap.same(s.rows("SELECT count(*) FROM job WHERE state = 4"), [(1,)], "no other job is dead")
    code, out, errors = daemon.ctl("job", "list", "--state=dead", "--plain")
    tap.ok(code == 0 and "killed 3 workers" in out, "coprodctl job list shows it", (code, out, errors))
    c.add(["after"])
    until(lambda: effects(daemon) == 601, "work goes on")
    tap.ok(True, "work goes on")
    tap.same(daemon.stop(), 0, "ends in peace")


# ---- clients from hell ----------------------------------------------------------------------------

def as_nobody(path, talk):
    """What talk(path) says when user nobody runs it."""
    r, w = os.pipe()
    child = os.fork()
    if child == 0:
        word = "?"
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            word = talk(path)
        except BaseException as e:
            word = "%s: %s" % (type(e).__name__, e)
        os.write(w, word.encode()[:4000])
        os._exit(0)
    os.close(w)
    word = b""
    while True:
        piece = os.read(r, 4096)
        if not piece:
            break
        word += piece
    os.close(r)
    os.waitpid(child, 0)
    return word.decode()


def knock(path):
    c = Client(path)
    c.send(b"\x01" + struct.pack(">I", 1) + Client.string("probe") + struct.pack(">II", os.getpid(), 100)
           + struct.pack(">H", 0))
    return "let in: %r" % c.recv(timeout=2)


def strangers_change(path):
    said = []
    for verb, args in (("act", {"plan": "CO-304", "ref": "1b/deliver", "event": "start",
                                "as": "head-of-od"}),
                       ("job-add", {"kind": "probe", "key": "stranger"}), ("reload", {}),
                       ("clock-run", {"until": "2015-05-01"}), ("spool", {"name": "x", "offset": "0"})):
        c = Client(path)
        said.append(c.call(verb, **args)[0])
        c.close()
    c = Client(path)
    said.append(-c.add(["stranger"]))
    said.append(c.call("status")[0])
    return repr(said)


def open_doors(d):
    """The walls that keep strangers out, taken down for the test."""
    os.chmod(d, 0o755)
    os.chmod(d + "/run", 0o755)
    for name in ("work", "control"):
        os.chmod(d + "/run/" + name, 0o777)


OPERATORS = (("job-cancel", {"id": "1", "reason": "r"}), ("job-retry", {"id": "1"}),
             ("job-add", {"kind": "probe", "key": "x"}), ("mail-hold", {"reason": "r"}), ("mail-release", {}),
             ("mail-readmit", {"role": "head-of-od"}), ("test-delivery", {}), ("reload", {}),
             ("plan-apply", {"file": "plan.yaml"}), ("clock-run", {"until": "2015-01-02"}),
             ("clock-accept", {}), ("spool", {"name": "coproduction--x.erase", "offset": "0", "last": "1"}))


def ask_all(path):
    """Every operator's verb, then what who has a role may: code and first words of each answer."""
    said = []
    for verb, args in OPERATORS + (("act", {"plan": "CO-304", "ref": "1b/deliver", "event": "start"}),):
        c = Client(path)
        said.append((verb,) + c.call(verb, **args))
        c.close()
    return json.dumps(said)


def close_all(path):
    """Every event that ends an action, on behalf of who may cause it."""
    said = []
    for event in ("verify", "withdraw", "supersede"):
        c = Client(path)
        said.append(c.call("act", plan="CO-304", ref="1b/deliver", event=event, minute="QSC 1/15", to="2b",
                           **{"as": "qsc-secretary"}))
        c.close()
    return json.dumps(said)


def admins_only(tap, d):
    """What an operator does is no lead's to do, whatever their role."""
    if os.geteuid() != 0:
        tap.skip("an operator's verbs are refused to others", "needs root")
        return
    who = pwd.getpwuid(65534).pw_name
    configure(d, users="{%s: head-of-od}" % who, admins="[root, %s-not]" % who)
    daemon = Daemon(d).start()
    open_doors(d)
    *refused, acted = json.loads(as_nobody(d + "/run/control", ask_all))
    tap.same([r[1] for r in refused], [77] * len(OPERATORS), "a lead: %d operator's verbs are refused"
             % len(OPERATORS))
    tap.same({r[2] for r in refused}, {
        "user '%s' may not do this: it is for root and for the users under admins: in coprod.yaml (root, %s-not)"
        % (who, who)}, "with a sentence that says who may")
    tap.ok(acted[1] != 77, "what a role may stays", acted)
    s = daemon.store()
    tap.ok(daemon.status()["mail"] == "leaves" and not os.listdir(d + "/state/inbox")
           and not s.one("SELECT count(*) FROM audit WHERE event LIKE 'job %' OR event = 'mail held'"),
           "and nothing came of it")
    text = open(d + "/coprod.yaml").read()
    with open(d + "/coprod.yaml", "w") as f:
        f.write(text.replace("%s-not" % who, who).replace("users: {%s: head-of-od}" % who, "users: {}"))
    code, out, errors = daemon.ctl("reload", "--wait")
    tap.ok(code == 0, "root reloads, and makes them an admin without a role", (code, out, errors))
    *done, acted = json.loads(as_nobody(d + "/run/control", ask_all))
    tap.ok(not [r for r in done if r[1] == 77], "then none of them is refused", done)
    tap.ok(acted[1] == 77 and "has no role here" in acted[2], "but an admin is no lead", acted)
    closed = json.loads(as_nobody(d + "/run/control", close_all))
    tap.ok(len(closed) == 3 and all(c == 77 and "has no role here" in words for c, words in closed),
           "and closes nothing, for whomever they say they do it", closed)
    tap.ok(s.rows("SELECT actor FROM audit WHERE event = 'mail held'") == [("user %s" % who,)],
           "the audit names the user", s.rows("SELECT actor, event FROM audit ORDER BY seq DESC LIMIT 5"))
    code, out, errors = daemon.ctl("mail", "hold", "--reason", "root looks")
    tap.ok(code == 0, "root always may, and needs no post", (code, out, errors))
    with open(d + "/coprod.yaml", "w") as f:
        f.write(text.replace("[root, %s-not]" % who, "[root, root]"))
    code, out, errors = daemon.ctl("config", "check")
    tap.ok(code != 0 and ':%d:16: error: admins: "root" is there twice'
           % (text[:text.index("admins:")].count("\n") + 1) in out + errors, "config check says where it is wrong",
           out + errors)
    tap.same(daemon.stop(), 0, "ends in peace")


def hostile_clients(tap, d):
    configure(d, workers={"probe": 2})
    daemon = Daemon(d).start()
    hub = daemon.hub
    mode = os.stat(d + "/run").st_mode & 0o777
    tap.ok(mode & 0o007 == 0, "the folder of the sockets is closed to others (%o)" % mode)
    if os.geteuid() == 0:
        open_doors(d)
        word = as_nobody(d + "/run/work", knock)
        tap.ok("let in" not in word, "the workers' socket: another user is refused (%s)" % word[:60], word)
        until(lambda: "of another user were refused" in daemon.log(), "and the log counts it")
        tap.ok(True, "and the log counts it")
        told = subprocess.run([harness.BIN + "/coprodctl", "--config", d + "/coprod.yaml", "action", "list"],
                              user=65534, group=65534, extra_groups=[], capture_output=True, text=True)
        tap.ok(told.returncode == 77 and "sudo -u root coprodctl action list" in told.stderr,
               "the store is closed to others, and coprodctl says who may", told)
        word = as_nobody(d + "/run/control", strangers_change)
        tap.same(word, "[77, 77, 77, 77, 77, 77, 0]",
                 "the control socket: a stranger may look and change nothing")
    else:
        tap.skip("another user is refused", "needs root")

    def hurl(octets, path="control", parts=(), raw=False):
        try:
            c = Client(d + "/run/" + path, timeout=2)
            if raw:
                c.raw(octets)
            else:
                c.send(octets, parts)
            try:
                return c.recv(timeout=0.3)
            finally:
                c.close()
        except (Lost, OSError, TimeoutError) as e:
            return "%s" % type(e).__name__
    good = Client.call_bytes("status", {})
    cases = {
        "a message of three parts": [(good, "control", (b"a", b"b"), False),
                                     (good, "work", (b"a", b"b", b"c"), False)],
        "an unknown type": [(b"\xee" + good[1:], "control", (), False), (b"\x00", "work", (), False)],
        "a message cut short": [(good[:-3], "control", (), False), (b"\x10", "control", (), False)],
        "octets left over": [(good + b"more", "control", (), False)],
        "garbage": [(os.urandom(500), "control", (), False), (os.urandom(500), "work", (), False)],
        "an empty message": [(b"", "control", (), False)],
        "a message that is too long": [(b"\x10" + b"x" * (3 << 20), "control", (), False),
                                       (b"\x05" + b"x" * (70 << 10), "work", (), False)],
        "a frame that claims 2^60 octets": [(b"\x02" + struct.pack(">Q", 1 << 60) + b"x", "control",
                                             (), True)],
        "no ZeroMQ at all": [(b"GET / HTTP/1.1\r\n\r\n", "control", (), True)],
        "a HELLO of a kind that is none": [(b"\x01" + struct.pack(">I", 1) + Client.string("root")
                                            + struct.pack(">II", 1, 100) + b"\0\0", "work", (), False)],
        "DONE of somebody who said no HELLO": [
            (b"\x04\x00\x01" + struct.pack(">QIB", 1, 1, 1), "work", (), False)],
    }
    for name, throws in cases.items():
        answers = [hurl(*t) for t in throws for _ in range(3)]
        tap.ok(not any(isinstance(a, bytes) and a for a in answers), name + ": not answered", answers)
    version = Client.call_bytes("status", {}, version=9)
    c = daemon.client()
    c.send(version)
    tap.ok(c.result()[0] not in (0,), "a client of another version is told so")
    tap.ok(c.call("no-such-verb")[0] not in (0,), "an unknown verb is refused")
    c.close()
    tap.same((daemon.hub, daemon.process.poll()), (hub, None), "the daemon is unharmed")
    status = daemon.status()
    tap.ok(int(status.get("refused", "0")) > 0, "status counts what was refused", status)
    load = Load(daemon, "after")
    until(lambda: effects(daemon) > 1000, "and works")
    load.end()
    s = daemon.store()
    until(lambda: not s.one("SELECT count(*) FROM job WHERE state IN (1, 2)"), "every job is over")
    tap.same((effects(daemon), s.integrity()), (load.keys, "ok"), "and works as before")
    tap.same((daemon.stop(), harness.bad_words(daemon.log())), (0, []), "ends in peace")


if __name__ == "__main__":
    sys.exit(run_all([second_daemon, newer_store, older_store, bad_plan_at_start, reload_files, clock_went_back,
                      clock_ran_ahead, troubles_show, would, night_goes_on, stop_under_load, poison,
                      admins_only, hostile_clients], Tap()))
