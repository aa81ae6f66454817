#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""cli.py - coprodctl as people and scripts call it: every command, wrong words, closed outputs, the
golden schedule, and the whole way through a daemon on a virtual clock.

Prints TAP; exit 1 when a check fails. COPROD_BUILD names the build folder (build/release),
COPROD_SHARED the folder with the reference data.
"""
import difflib
import fcntl
import hashlib
import json
import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

BUILD = os.environ.get("COPROD_BUILD") or next(
    (d for d in ("build/release", "build/debug") if os.path.exists(d + "/bin/coprodctl")),
    "build/release")
BIN = os.path.abspath(BUILD + "/bin")
CTL = BIN + "/coprodctl"
SHARED = os.environ.get("COPROD_SHARED", "../shared")
GUARD_S = 120 * float(os.environ.get("COPROD_SLOW", "1"))  # no check depends on how fast it is, only on its coming at all
n_tests = 0
n_failed = 0


def check(ok, name, why=""):
    global n_tests, n_failed
    n_tests += 1
    n_failed += not ok
    print(f"{'ok' if ok else 'not ok'} {n_tests} - {name}", flush=True)
    if not ok:
        print("# " + str(why).strip().replace("\n", "\n# "), flush=True)
    return ok


def ctl(*words, env=None, **more):
    """Runs coprodctl; the result has .code, .out, .err."""
    e = {k: v for k, v in os.environ.items() if k not in ("COPROD_CONFIG", "NO_COLOR")}
    e.update(env or {})
    p = subprocess.run([CTL, *words], stdin=subprocess.DEVNULL, env=e, timeout=GUARD_S,
                       stdout=more.pop("stdout", subprocess.PIPE), stderr=subprocess.PIPE, **more)
    p.code, p.out, p.err = p.returncode, (p.stdout or b"").decode(), p.stderr.decode()
    return p


def data_of(p):
    """The JSON of a command, {} and a failed check when there is none."""
    try:
        return json.loads(p.out)
    except ValueError:
        check(False, "JSON of " + " ".join(p.args[1:]), said(p))
        return {}


def said(p):
    return f"exit {p.code}\nstdout: {p.out[:600]}\nstderr: {p.err[:600]}"


def command_paths():
    mdoc = ctl("help", "--mdoc").out
    return re.findall(r"^\.It Cm (.*?)(?: Ar .*)?$", mdoc, re.M)


def words_and_help():
    paths = command_paths()
    check(len(paths) > 30 and "plan check" in paths, "the table lists its commands", paths)
    bad = []
    for path in paths:
        p = ctl(*path.split(), "--help")
        q = ctl("help", *path.split())
        if p.code or p.err or not p.out.startswith(f"usage: coprodctl {path}") or q.out != p.out:
            bad.append(path + "\n" + said(p))
    check(not bad, "every command has --help, the same as help COMMAND", "\n".join(bad))
    bad = []
    for path in paths:
        for wrong in ("--frobnicate", "-x", "--frobnicate=1"):
            p = ctl(*path.split(), wrong)
            if p.code != 2 or "unknown option" not in p.err or p.out:
                bad.append(f"{path} {wrong}\n{said(p)}")
    check(not bad, "every command refuses an unknown option with exit 2", "\n".join(bad))
    bad = []
    for path in paths:
        p = ctl(*path.split(), *["x"] * 12)
        if not p.code or p.out:
            bad.append(path + "\n" + said(p))
    check(not bad, "too many or senseless words are never taken for good", "\n".join(bad))
    for words, hint in ((["statsu"], '"status"'), (["plan", "chekc"], '"plan check"'),
                        (["status", "--jsno"], "--json"), (["notises", "next"], '"notices"')):
        p = ctl(*words)
        check(p.code == 2 and "did you mean " + hint in p.err, f"{' '.join(words)}: the near word",
              said(p))
    p = ctl("plan", "--help")
    check(p.code == 0 and "plan apply FILE" in p.out, "a family has help", said(p))
    p = ctl("--version")
    check(p.code == 0 and re.match(r"coprodctl \d+\.\d+\.\d+\n$", p.out), "--version", said(p))
    p = ctl("plan", "chekc", "--json")
    e = json.loads(p.err)
    check(e["schema"] == "coprod.error/1" and e["exit"] == 2, "with --json errors are JSON", said(p))


def closed_outputs():
    for words in (["version"], ["--help"], ["completion", "bash"], ["version", "--json"],
                  ["simulate", "--config", "config", "--from", "2015-01-01", "--to", "2018-01-01",
                   "--raw"]):
        with open("/dev/full", "wb") as full:
            p = ctl(*words, stdout=full)
        check(p.code == 74 and "cannot write the output: No space left" in p.err,
              f"{words[0]} into a full disk: exit 74 and a message", said(p))
    p = subprocess.run(["bash", "-c", f"exec {CTL} version >&-"], stderr=subprocess.PIPE,
                       stdin=subprocess.DEVNULL)
    check(p.returncode == 74, "a closed stdout: exit 74", p)


def completion():
    for shell in ("bash", "zsh", "fish"):
        p = ctl("completion", shell)
        check(p.code == 0 and "coprodctl" in p.out, f"completion {shell}", said(p))
    p = ctl("completion", "bsh")
    check(p.code == 2 and "one of: bash" in p.err, "an unknown shell is refused", said(p))
    script = ctl("completion", "bash").out
    for line, want in ((["pl"], ["plan"]), (["plan", "ch"], ["check"]),
                       (["action", "update", "1f", "--ev"], ["--event", "--evidence", "--evidence-file"]),
                       (["completion", "b"], ["bash"])):
        ask = (script + f"\nCOMP_WORDS=(coprodctl {' '.join(line)}); COMP_CWORD={len(line)}; "
               "_coprodctl; printf '%s\\n' \"${COMPREPLY[@]}\"")
        got = subprocess.run(["bash", "-c", ask], capture_output=True, text=True).stdout.split()
        check(sorted(got) == sorted(want), f"bash completes {' '.join(line)}", got)


def golden():
    path = SHARED + "/golden/schedule/calendar.tsv"
    if not os.path.isdir(SHARED):
        print(f"# {SHARED} is not there: the golden schedule is not compared")
        return
    p = ctl("simulate", "--config", "config", "--from", "2014-01-01", "--to", "2018-12-31", "--raw",
            "--format", "tsv")
    want = open(path).read()
    check(p.code == 0 and p.out == want, "simulate --raw is the golden schedule, byte for byte",
          "\n".join(list(difflib.unified_diff(want.split("\n"), p.out.split("\n"), lineterm=""))[:20])
          + p.err)


def simulations():
    span = ["--config", "config", "--from", "2015-01-01", "--to", "2016-12-31"]
    none = ctl("simulate", *span, "--raw").out.split("\n")
    ontime = ctl("simulate", *span, "--raw", "--assume", "ontime").out.split("\n")
    late = ctl("simulate", *span, "--raw", "--assume", "late").out.split("\n")
    check([r for r in none if "\tL" not in r] == ontime, "ontime: no row of the ladder", ontime[:3])
    check([r for r in none if not re.search(r"\tL[345]", r)] == late, "late: the ladder ends at level 2",
          late[:3])
    part = ctl("simulate", "--config", "config", "--from", "2015-03-31", "--to", "2015-03-31", "--raw")
    days = {r.split("\t")[0] for r in part.out.split("\n")[1:-1]}
    check(days == {"2015-03-31"}, "--from and --to are both included", days)
    p = ctl("simulate", *span)
    rows = [json.loads(r) for r in p.out.split("\n")[:-1]]
    check(p.code == 0 and len(rows) > 100 and {"at", "kind", "to", "items", "level", "subject"}
          <= set(rows[0]), "ndjson: one object for each notice", said(p))
    check([r["at"] for r in rows] == sorted(r["at"] for r in rows), "ndjson: in the order of time")
    levels = {a: max(json.loads(r)["level"] for r in ctl("simulate", *span, "--assume", a).out.split("\n")[:-1])
              for a in ("none", "ontime", "late")}
    check(levels["none"] == 5 and levels["late"] == 2 and levels["ontime"] == 0,
          "who answers late never reaches level 3, who answers in time no level", levels)
    script = tempfile.NamedTemporaryFile("w", suffix=".yaml")
    script.write("assume: ontime\nanswers:\n"
                 "  - {on: 2015-06-15, ref: 1b, event: start, as: head-of-od}\n"
                 "  - {on: 2015-07-07, ref: 1b, event: verify, as: head-of-od}\n"
                 "  - {on: 2015-07-06, ref: 1b, event: submit, as: Head of OD, evidence: Notes}\n"
                 "  - {on: 2015-07-07, ref: 1b, event: verify, as: qsc-secretary}\n")
    script.flush()
    p = ctl("simulate", *span, "--assume", script.name)
    ones = [(r["at"][:10], s) for r in map(json.loads, p.out.split("\n")[:-1])
            for i, s in zip(r["items"], r["steps"]) if i == "1b/deliver" and r["to"] == "head-of-od"]
    check(p.code == 0 and [s for _, s in ones] == ["A", "R-30", "R-15", "R-5", "R+0", "L1+1", "C"]
          and ones[-1][0] > "2015-07-06", "a script of answers is played: what it says stops the ladder", ones)
    check(p.err == f"{script.name}:4:5: refused: 'head-of-od' may not verify 1b/deliver: the verifier may\n",
          "an answer that the rules refuse is said with its line, in the order of days", p.err)
    script.seek(0)
    script.truncate()
    script.write("asume: late\nanswers:\n  - {on: 2014-12-31, ref: 9z, event: sumbit, as: nobody, percent: 101}\n"
                 "  - {ref: 1b, event: activate, as: head-of-od, until: soon}\n")
    script.flush()
    p = ctl("simulate", *span, "--assume", script.name)
    want = (":1:1: error: unknown key \"asume\"", ":3:10: error: the plans are put in force after",
            ":3:27: error: no plan has the action \"9z\"", "did you mean \"submit\"?",
            ":3:50: error: the roster knows no role \"nobody\"", "from 0 to 100",
            ":4:5: error: an answer has no on", "people cause no event \"activate\"",
            ": error: until is no date: \"soon\"")
    check(p.code == 65 and not p.out and all(w in p.err for w in want),
          "all that is wrong in a script is said at once, and nothing is played",
          [w for w in want if w not in p.err])
    with tempfile.TemporaryDirectory() as d:
        shutil.copytree("config", d + "/c")
        open(d + "/c/coprod.yaml", "a").write("rules:\n  remind: [20, 3]\n  supports_wd: 3\n"
                                              "  ladder: [2, 4, 8, 16, 32]\n")
        raw = ctl("simulate", "--config", d + "/c", *span[2:], "--raw").out
        steps = {r.split("\t")[3] for r in raw.split("\n")[1:-1]}
        same = ctl("simulate", "--config", d + "/c/coprod.yaml", *span[2:], "--raw")
        check(same.out == raw and raw, "the file or its folder", said(same))
        check({"R-20", "R-3", "L1+2", "L5+32"} <= steps and not {"R-30", "L1+1"} & steps,
              "simulate follows the rules of coprod.yaml", steps)
    seen = on_terminal("simulate", *span, env={}, messages=True)
    check("played: 0 %" in seen and "played: 9" in seen and seen.endswith("\033[K"),
          "on a terminal it says how far it is, and takes that away again", seen[-300:])
    for words, code in ((["--to", "2015-01-01", "--raw"], 2), (["--assume", "ontme", *span], 66),
                        (["--assume", script.name, "--raw", *span], 2), ([*span[2:], "--format", "tsv"], 2),
                        (["--from", "2016-01-01", "--to", "2015-01-01", "--raw"], 2),
                        (["--config", "/nowhere", *span[2:], "--raw"], 66),
                        (["--config", "config", "--from", "2015-01-01", "--to", "2199-12-31"], 2)):
        p = ctl("simulate", *words)
        check(p.code == code and p.err and not p.out, f"simulate {' '.join(words)}: exit {code}", said(p))


def plan_check(d):
    p = ctl("plan", "check", "config/plan.yaml")
    check(p.code == 0 and p.out.count("\n") == 1 and not p.err, "plan check: one line for a good plan",
          said(p))
    bad = d + "/bad"
    shutil.copytree("config", bad)
    text = open(bad + "/plan.yaml").read()
    open(bad + "/plan.yaml", "w").write(text.replace("timescale:", "timescle:", 2))
    p = ctl("plan", "check", bad + "/plan.yaml")
    check(p.code == 65 and not p.out and re.search(r"plan\.yaml:\d+:\d+: error: ", p.err)
          and 'did you mean "timescale"' in p.err, "plan check: errors with line and near word, exit 65",
          said(p))
    p = ctl("plan", "check", bad + "/plan.yaml", "--json")
    j = json.loads(p.out)
    check(p.code == 65 and j["errors"] >= 2 and j["findings"][0]["line"] > 0,
          "plan check --json: findings as data", said(p))
    p = ctl("plan", "check", bad + "/none.yaml")
    check(p.code == 66 and p.err, "plan check of no file: exit 66", said(p))
    p = ctl("config", "check", "--config", bad + "/coprod.yaml")
    check(p.code == 65, "config check sees the plan's errors", said(p))
    open(bad + "/coprod.yaml", "a").write("\nstate_dri: x\n")
    p = ctl("config", "check", "--config", bad + "/coprod.yaml")
    check(p.code == 78 and "state_dir" in p.err, "config check: a bad coprod.yaml is exit 78", said(p))


def make_scratch(d):
    etc = d + "/etc"
    shutil.copytree("config", etc)
    text = open(etc + "/coprod.yaml").read()
    text = text.replace("mode: none", f"mode: maildir\n  maildir: {d}/mail")
    open(etc + "/coprod.yaml", "w").write(text + f"\nstate_dir: {d}/state\nruntime_dir: {d}/run\n")
    for name in ("state", "run", "mail"):
        os.mkdir(f"{d}/{name}", 0o700)
    return {"COPROD_CONFIG": etc + "/coprod.yaml"}


def without_daemon(env):
    p = ctl("status", env=env)
    check(p.code == 3 and "does not run" in p.out, "status without a daemon: exit 3", said(p))
    p = ctl("status", "--json", env=env)
    check(p.code == 3 and json.loads(p.out)["running"] is False, "status --json says so too", said(p))
    for words in (["reload"], ["worker", "list"], ["job", "retry", "1"],
                  ["action", "submit", "1f"], ["clock", "run", "--until", "2015-02-01"]):
        p = ctl(*words, env=env)
        check(p.code == 3 and "not running" in p.err, f"{' '.join(words)} without a daemon: exit 3",
              said(p))
    p = ctl("action", "list", env=env)
    check(p.code == 66 and "hint" in p.err, "no store yet: a hint", said(p))
    p = ctl("doctor", "--json", env=env)
    check(p.code == 0 and {"ok", "warn"} == {c["verdict"] for c in json.loads(p.out)["checks"]},
          "doctor on a good configuration finds nothing wrong", said(p))
    p = ctl("config", "show", "--plain", env=env)
    check(p.code == 0 and re.search(r"^state_dir\t/[^\t]*\t/[^\t]*coprod\.yaml:\d+", p.out, re.M),
          "config show: value and origin", said(p))


def start_daemon(d, env):
    log = open(d + "/log", "wb")
    daemon = subprocess.Popen([BIN + "/coprod", "--config=" + env["COPROD_CONFIG"],
                               "--clock=virtual:2015-01-01", "--bindir=" + BIN],
                              stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    until = time.monotonic() + GUARD_S
    while time.monotonic() < until and daemon.poll() is None:
        p = ctl("status", "--json", env=env)
        if p.code == 0 and json.loads(p.out).get("workers", 0) >= 4:
            break
        time.sleep(0.1)
    return daemon


def every_read_in_three_forms(env):
    reads = (["status"], ["plan", "show"], ["action", "list"], ["action", "show", "1c"],
             ["action", "history", "1f"], ["explain", "2b"], ["explain", "1c"],
             ["explain", "1c/deliver@sdu-amh", "--on", "2015-05-01"],
             ["preview", "--person", "head-of-od", "--on", "2015-11-17"], ["notices", "next"],
             ["notices", "list"], ["notices", "show", "1"], ["job", "list"], ["job", "show", "1"],
             ["worker", "list"], ["audit", "verify"], ["config", "show"], ["db", "verify"],
             ["version"], ["doctor"])
    for words in reads:
        page, plain, data = (ctl(*words, *form, env=env) for form in ((), ("--plain",), ("--json",)))
        ok = page.code == plain.code == data.code == 0 and page.out and not page.err
        try:
            ok = ok and json.loads(data.out)["schema"].startswith("coprod.")
        except (ValueError, KeyError):
            ok = False
        check(ok and "\033" not in page.out, f"{' '.join(words)}: page, lines and JSON",
              said(page) + "\n" + said(data))


def count_notices(env):
    p = ctl("notices", "list", "--json", "--limit", "9999", env=env)
    return len(data_of(p).get("notices", []))


def on_terminal(*words, env, messages=False, **more):
    """What a terminal of 100 columns would show: the output, or the messages."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    e = {k: v for k, v in os.environ.items() if k not in ("COPROD_CONFIG", "NO_COLOR")}
    e.update(env, TERM="xterm", LC_ALL="C.UTF-8", **more)
    p = subprocess.Popen([CTL, *words], stdin=subprocess.DEVNULL, env=e,
                         stdout=subprocess.DEVNULL if messages else slave,
                         stderr=slave if messages else subprocess.DEVNULL)
    os.close(slave)
    shown = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.close(master)
    p.wait(GUARD_S)
    return shown.decode()


def colours(env):
    seen = on_terminal("doctor", env=env)
    check("\033[32mok" in seen, "colour on a terminal", seen[:300])
    for name, seen in (("--no-color", on_terminal("doctor", "--no-color", env=env)),
                       ("NO_COLOR", on_terminal("doctor", env=env, NO_COLOR="1")),
                       ("--plain", on_terminal("doctor", "--plain", env=env)),
                       ("--json", on_terminal("doctor", "--json", env=env))):
        check("\033" not in seen and "ok" in seen, f"none with {name}", seen[:300])
    rows = on_terminal("config", "show", "--no-color", env=env).split("\r\n")
    check(any("…" in r for r in rows) and all(len(r) <= 100 for r in rows),
          "on a terminal wide columns give way", "\n".join(rows[:5]))


def handing_in(env):
    lead = ["--as", "quality-governance-manager"]
    p = ctl("action", "submit", "1f", *lead, env=env)
    check(p.code == 1 and "say where the evidence lies (--evidence)" in p.err,
          "nothing is handed in without evidence", said(p))
    with tempfile.TemporaryDirectory() as d:
        paper, other = d + "/account.txt", d + "/other.txt"
        open(paper, "w").write("Quality Account\n")
        open(other, "w").write("Quality Account?\n")
        p = ctl("action", "submit", "1f", *lead, "--evidence-file", d + "/none.txt", env=env)
        check(p.code == 66 and "No such file" in p.err, "a file that cannot be read is said", said(p))
        p = ctl("action", "submit", "1f", *lead, "--evidence-file", paper, "--sha256", "0" * 64, env=env)
        check(p.code == 2 and "not both" in p.err, "and one hash is enough", said(p))
        p = ctl("action", "submit", "1f", *lead, "--evidence", "page 12", "--evidence-file", paper, env=env)
        now = data_of(ctl("action", "show", "1f/deliver", "--json", env=env))
        want = hashlib.sha256(open(paper, "rb").read()).hexdigest()
        check(p.code == 0 and (now.get("evidence"), now.get("evidence_sha256")) == ("page 12", want),
              "the SHA-256 of a file is kept beside where it lies", now)
        p = ctl("action", "verify", "1f", "--as", "qsc-secretary", "--evidence-file", other, env=env)
        check(p.code == 1 and "not the file that was handed in" in p.err and want in p.err,
              "a verifier who looks at another file is told", said(p))
        p = ctl("action", "verify", "1f", "--as", "qsc-secretary", "--evidence-file", paper, "--dry-run", env=env)
        check(p.code == 0 and "COMPLETE" in p.out, "and the same one is taken", said(p))
    ctl("action", "reject", "1f", "--as", "qsc-secretary", "--comment", "the signature", env=env)
    now = data_of(ctl("action", "show", "1f/deliver", "--json", env=env))
    check("evidence" not in now and "evidence_sha256" not in now and now.get("note") == "the signature",
          "what was sent back is no evidence any more", now)


def through_the_daemon(d, env):
    p = ctl("clock", "run", "--until", "2015-03-09", env=env)
    check(p.code == 0, "the virtual clock runs", said(p))
    for words in (("notices", "next", "--days", "99999"),
                  ("preview", "--person", "company-secretary", "--on", "2099-01-01")):
        p = ctl(*words, env=env)
        check(p.code == 2 and "at most 3660" in p.err, "%s looks ten years ahead at most" % words[0], said(p))
    nxt = data_of(ctl("notices", "next", "--days", "1", "--json", env=env)).get("notices", [])
    before = count_notices(env)
    ctl("clock", "run", "--until", "2015-03-10", env=env)
    after = count_notices(env)
    check(nxt and sum(n["people"] for n in nxt) == after - before,
          "what notices next foretold is what was sent", (nxt, before, after))
    p = ctl("action", "submit", "1f", "--evidence", "page 12", "--as", "quality-governance-manager",
            "--dry-run", env=env)
    check(p.code == 0 and "would become" in p.out, "a dry run says what would change", said(p))
    state = data_of(ctl("action", "show", "1f/deliver", "--json", env=env)).get("state")
    check(state == "OPEN", "and changes nothing", state)
    long = "é" * 1500
    p = ctl("action", "progress", "2c", "--as", "head-of-communications", "--comment", long, env=env)
    events = data_of(ctl("action", "history", "2c", "--json", env=env)).get("events", [{}])
    check(p.code == 0 and events and events[-1].get("detail", "").endswith(long),
          "a long comment is in the history to its last letter", said(p))
    for words, code, why in ((["--comment", "x" * 5000], 65, "longer than 4096 octets"),
                             (["--minute", "a\nb"], 1, "--minute may hold no control characters")):
        p = ctl("action", "update", "2c", "--event", "progress", "--as", "head-of-communications", *words, env=env)
        check(p.code == code and why in p.err, why, said(p))
    for verb, takes, lacks in (("verify", ["comment", "as", "dry-run"], ["evidence", "percent", "to", "figure"]),
                               ("submit", ["evidence", "figure", "nil", "rag"], ["minute", "to", "date"]),
                               ("reassign", ["to"], ["date", "evidence"]), ("extend", ["date", "minute"], ["nil"])):
        said_of = ctl("action", verb, "--help", env=env).out
        check(all(f"--{o}" in said_of for o in takes) and not any(f"--{o} " in said_of for o in lacks),
              f"action {verb} --help: the options that it takes, and no others", said_of)
    p = ctl("action", "verify", "1f", "--evidence", "page 1", env=env)
    check(p.code == 2 and "unknown option" in p.err, "and what it does not look at it does not take", said(p))
    p = ctl("action", "verify", "1f", "--as", "qsc-secretary", env=env)
    check(p.code == 1 and "not possible" in p.err, "an event the state forbids: exit 1", said(p))
    p = ctl("action", "submit", "1f", "--as", "chief-pharmacist", env=env)
    check(p.code == 77, "a role that may not: exit 77", said(p))
    handing_in(env)
    for words in (["action", "update", "1f", "--event", "submit", "--evidence", "page 12", "--as",
                   "quality-governance-manager"], ["action", "verify", "1f", "--as", "qsc-secretary"]):
        p = ctl(*words, env=env)
        check(p.code == 0 and "1f/deliver" in p.out, " ".join(words[:2]), said(p))
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as f:
        f.write("response_id,date,service,team,involved\n1,2016-05-02,Adult mental health,T,Fully\n"
                "2,2199-05-02,Adult mental health,T,Fully\n")
        f.flush()
        n = data_of(ctl("survey", "import", f.name, "--survey", "coproduction", "--dry-run", "--json",
                        env=env))
    check((n.get("new"), n.get("rejected")) == (1, 1),
          "a dry run of an import refuses answers from the future as the import does", n)
    p = data_of(ctl("explain", "2b", "--on", "2016-01-09", "--json", env=env))
    check((p.get("level"), p.get("next_step"), p.get("next_day")) == (2, "L3+10", "2016-01-15"),
          "explain --on sees a day to come as it will be if nobody acts", p)
    p = ctl("explain", "1e/deliver@chief-pharmacist", env=env)
    check("told: 1 person, 1 accepted" in p.out and "will be told" in p.out,
          "explain tells what was sent from what will be", said(p))
    ctl("action", "ack", "1d/start", "--as", "head-of-od", "--date", "2015-03-20", env=env)
    p = data_of(ctl("explain", "1d/start", "--json", env=env))
    check((p.get("acked_by"), p.get("acked_until")) == ("head-of-od", "2015-03-20")
          and p.get("ack_ends", "").startswith("nobody is asked: "),
          "explain: an acknowledgement that keeps nothing back ends silently", p)
    p = data_of(ctl("explain", "1d/start", "--on", "2015-03-23", "--json", env=env))
    check("acked_by" not in p, "and is not spoken of when it is over", p)
    p = ctl("explain", "1f/deliver", env=env)
    check("not due: complete since" in p.out and "not sent: complete" not in p.out and "it is closed" in p.out,
          "explain knows since when it is closed", said(p))
    steps = data_of(ctl("explain", "1f/deliver", "--json", env=env)).get("steps", [])
    check(any(s["status"].startswith("told: ") for s in steps), "and what was sent before", steps)
    many = data_of(ctl("explain", "1d", "--json", env=env))
    others = [o["ref"] for o in many.get("others", [])]
    check(many.get("ref") not in others and len(others) > 3 and all(o.startswith("1d/") for o in others),
          "an action's id alone: the other demands are named", many)
    listed = data_of(ctl("notices", "list", "--limit", "9999", "--json", env=env)).get("notices", [])
    one = next(n for n in reversed(listed) if n["kind"] == "digest")
    items = data_of(ctl("notices", "show", str(one["id"]), "--json", env=env)).get("items", [])
    p = data_of(ctl("preview", "--person", one["to"], "--on", one["created"][:10], "--json", env=env))
    check(items and [(i["ref"], i["step"], i["mail"]) for i in p.get("items", [])]
          == [(i["ref"], i["step"], one["state"]) for i in items],
          "preview of a day that is over: what the store has of it", p)
    p = ctl("preview", "--person", one["to"], "--on", "2014-06-02", env=env)
    check(p.code == 0 and "Nothing was written for this role on that day" in p.out,
          "and nothing made up where it has nothing", said(p))
    check("others" not in data_of(ctl("explain", "1d/start", "--json", env=env)), "an occurrence by its name: no others")
    for words in (["explain", "9z"], ["notices", "show", "999999"], ["job", "show", "999999"],
                  ["plan", "show", "CO-999"], ["preview", "--person", "nobody"], ["job", "retry", "1"]):
        p = ctl(*words, env=env)
        check(p.code == 1 and p.err and not p.out, f"{' '.join(words)}: exit 1 and what there is", said(p))


def mail_held(env):
    """Everything is decided and kept while mail is held; what waited leaves as one mail a person."""
    p = ctl("mail", "hold", "--reason", "look first", "--as", "plan-owner-nobody", env=env)
    check(p.code == 1 and "no role" in p.err, "mail hold by a role that is not there: refused", said(p))
    p = ctl("mail", "hold", "--reason", "look first", "--as", "qsc-secretary", env=env)
    check(p.code == 0 and "is held" in p.out, "mail hold", said(p))
    p = ctl("status", env=env)
    check("held: look first" in p.out, "status says that mail is held, and why", said(p))
    before = data_of(ctl("notices", "list", "--state", "accepted", "--limit", "9999", "--json", env=env))
    ctl("clock", "run", "--until", "2015-04-10", env=env)
    after = data_of(ctl("notices", "list", "--state", "accepted", "--limit", "9999", "--json", env=env))
    waits = data_of(ctl("notices", "list", "--state", "pending", "--limit", "9999", "--json", env=env))
    check(len(before["notices"]) == len(after["notices"]), "nothing leaves while mail is held")
    kept = [n["to"] for n in waits["notices"] if n["kind"] == "digest"]
    check(kept and len(kept) == len(set(kept)), "what waits is shown, one digest a person", kept)
    p = ctl("mail", "release", "--as", "qsc-secretary", env=env)
    check(p.code == 0 and "leaves again" in p.out, "mail release", said(p))
    ctl("clock", "run", "--until", "2015-04-13", env=env)  # at night, and before a weekend
    until = time.monotonic() + GUARD_S
    while time.monotonic() < until and waits["notices"]:
        waits = data_of(ctl("notices", "list", "--state", "pending", "--json", env=env))
        time.sleep(0.1)
    check(not waits["notices"], "and what waited leaves")


def acknowledged_late(env):
    p = ctl("action", "ack", "1d/start", "--as", "head-of-td", "--date", "2015-04-20", env=env)
    now = data_of(ctl("explain", "1d/start", "--json", env=env))
    check(p.code == 0 and now.get("acked_by") == "head-of-td"
          and now.get("ack_ends", "").startswith("head-of-td is asked on 2015-04-21"),
          "explain: who acknowledged it, and whom its end will ask", now)


def files_and_store(d, env):
    plan = d + "/etc/plan.yaml"
    text = open(plan).read()
    open(plan, "w").write(text.replace("Q2 2016", "Q3 2016"))
    p = ctl("plan", "diff", plan, "--json", env=env)
    dues = [c for c in data_of(p).get("changes", []) if c["what"] == "due"]
    check(p.code == 0 and {"3f/deliver"} <= {c["ref"] for c in dues}, "plan diff: what moves", said(p))
    check(not [n for n in os.listdir(os.environ.get("TMPDIR", "/tmp")) if n.startswith("coprod-diff.")],
          "plan diff leaves nothing behind")
    p = ctl("plan", "apply", plan, "--dry-run", env=env)
    check(p.code == 0 and "would apply: 1 plan" in p.out, "plan apply --dry-run", said(p))
    p = ctl("plan", "apply", plan, env=env)
    check(p.code == 0 and "1 plan changed" in p.out, "plan apply", said(p))
    p = ctl("plan", "diff", plan, env=env)
    check(p.code == 0 and "No date" in p.out, "after it nothing differs", said(p))
    open(plan, "w").write(text.replace("timescale:", "timescle:", 1))
    p = ctl("plan", "apply", plan, env=env)
    check(p.code == 65 and "timescle" in p.err, "a broken plan is refused before the daemon is asked", said(p))
    p = ctl("reload", "--wait", env=env)
    check(p.code == 65 and p.err, "reload --wait tells a broken plan by its exit code", said(p))
    open(plan, "w").write(text)
    p = ctl("reload", "--wait", env=env)
    check(p.code == 0, "reload --wait of the mended plan", said(p))
    backup = d + "/backup.db"
    p = ctl("db", "backup", backup, env=env)
    check(p.code == 0 and ctl("db", "verify", backup, env=env).code == 0, "a backup is whole", said(p))
    p = ctl("db", "backup", backup, env=env)
    check(p.code == 73, "a backup writes over nothing: exit 73", said(p))
    p = ctl("db", "backup", "/nowhere/x.db", env=env)
    check(p.code in (73, 77) and p.err, "a backup to no folder is refused", said(p))
    with open(backup, "r+b") as f:
        f.seek(4096 * 3)
        f.write(b"\xff" * 4096)
    p = ctl("db", "verify", backup, env=env)
    check(p.code in (1, 65, 74) and p.err, "a damaged backup is found out", said(p))
    with open(d + "/junk.db", "w") as f:
        f.write("no store at all\n" * 100)
    p = ctl("db", "verify", d + "/junk.db", env=env)
    check(p.code in (1, 65) and p.err, "a file that is no store is refused", said(p))


def main():
    d = tempfile.mkdtemp(prefix="coprod-cli.")
    daemon = None
    try:
        words_and_help()
        closed_outputs()
        completion()
        golden()
        simulations()
        plan_check(d)
        env = make_scratch(d)
        without_daemon(env)
        colours(env)
        daemon = start_daemon(d, env)
        check(daemon.poll() is None, "a daemon on a virtual clock starts", open(d + "/log").read()[-800:])
        through_the_daemon(d, env)
        every_read_in_three_forms(env)
        mail_held(env)
        acknowledged_late(env)
        files_and_store(d, env)
        daemon.send_signal(signal.SIGTERM)
        check(daemon.wait(GUARD_S) == 0, "the daemon stops", open(d + "/log").read()[-800:])
    finally:
        if daemon and daemon.poll() is None:
            daemon.kill()
            daemon.wait()
        shutil.rmtree(d, ignore_errors=True)
    print(f"1..{n_tests}")
    return 1 if n_failed else 0


if __name__ == "__main__":
    sys.exit(main())
