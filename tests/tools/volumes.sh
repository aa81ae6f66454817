#!/bin/sh
# SPDX-License-Identifier: MIT
# volumes.sh - how many mails the rules make of CO-304, as the table in README.md shows them.
#
#   tests/tools/volumes.sh [BINDIR]
set -eu

project=$(cd "$(dirname "$0")/../.." && pwd)
bin=$(cd "${1:-$project/build/release/bin}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

play() { # CONFIG, options -> $work/mails
    config=$1
    shift
    # without what goes to whoever looks after the machine: a drill a month, word of held mail
    "$bin/coprodctl" simulate --config "$config" --format ndjson "$@" \
        | grep -v '"kind":"admin"' >"$work/mails"
}
# One row: all mails; to leads with a reminder, a first question or level 1-3; to leads with repeats
# alone; to others who have a part; to who decides (director, committee, Board), each alone.
say() { # words
    /usr/bin/python3 - "$1" "$work/mails" <<'END'
import json
import sys

words, path = sys.argv[1:]
n = {"asked": 0, "again": 0, "others": 0, "alone": 0}
for mail in map(json.loads, open(path)):
    lead = [s for s, why in zip(mail["steps"], mail["whys"]) if why.startswith("leads the action")]
    if mail["kind"] == "escalate":
        n["alone"] += 1
    elif any(s[0] in "RLS" for s in lead):
        n["asked"] += 1
    elif lead and all(s[0] == "O" for s in lead):
        n["again"] += 1
    else:
        n["others"] += 1
print(f"{words:58} {sum(n.values()):5} {n['asked']:9} {n['again']:8} {n['others']:7}"
      f" {n['alone']:6}")
END
}

cp -r "$project/config" "$work/once"
sed -i '/^ *then:/d' "$work/once/plan.yaml"
cp -r "$project/config" "$work/rare"
printf 'rules:\n  repeat_wd: 250\n' >>"$work/rare/coprod.yaml"

printf '%-58s %5s %9s %8s %7s %6s\n' "" mails "R, L1-3, S" repeats others alone
play "$work/rare" --from 2015-01-01 --to 2018-01-31
say "nobody ever answers, repeats once a year (rules.repeat_wd)"
play "$project/config" --from 2015-01-01 --to 2018-01-31
say "nobody ever answers, to January 2018"
cp "$work/mails" "$work/nobody"
play "$project/config" --from 2015-01-01 --to 2018-01-31 --assume ontime
say "everyone on time, with the series that follow completion"
play "$work/once" --from 2015-01-01 --to 2018-01-31 --assume ontime
say "everyone on time, without them"
cp "$work/mails" "$work/ontime"
play "$project/config" --from 2026-11-02 --to 2026-11-13
say "the plan first loaded in November 2026: ten working days"
cp "$work/mails" "$work/first"
play "$project/config" --load 2015-01-01 --from 2015-12-24 --to 2016-01-19
say "24 December 2015 to 19 January 2016, the daemon is there"
play "$project/config" --load 2015-01-01 --from 2015-12-24 --to 2016-01-19 \
    --down-from 2015-12-24 --down-until 2016-01-18
say "the same, away for 15 working days: the first day back"
cp "$work/mails" "$work/back"

# The estimates beside the play: what each counts in the raw steps, and why the play has fewer.
"$bin/coprodctl" simulate --config "$project/config" --from 2014-01-01 --to 2018-01-31 --raw \
    --format ndjson >"$work/raw"
/usr/bin/python3 - "$work" <<'END'
import json
import sys

work = sys.argv[1]
raw = [json.loads(row) for row in open(work + "/raw")]
HAVE_NO_MAILBOX = {"investigating-officers"}


def estimate(fits):
    return {(r["send_date"], lead, r["occurrence"].split("/")[0])
            for r in raw if fits(r) for lead in r["leads"]}


def mails(found):
    return {(day, lead) for day, lead, _ in found}


def played(name, fits):
    return {(m["at"][:10], m["to"]) for m in map(json.loads, open(work + "/" + name))
            for step, why, item in zip(m["steps"], m["whys"], m["items"])
            if why.startswith("leads the action") and not item.startswith("review/") and fits(step)}


def compare(words, found, name, fits, waits=()):
    ours = played(name, fits)
    done = {x for x in found if x[2] != "1a"}
    told = {x for x in done if x[1] not in HAVE_NO_MAILBOX}
    late = mails(told) - ours
    print(f"{words}\n  days on which a lead is told, in the raw steps   {len(mails(found)):4}\n"
          f"  without 1a, which the plan records as done       {len(mails(done)):4}\n"
          f"  without the lead who has no mailbox              {len(mails(told)):4}\n"
          f"  of them in the play, the same lead and day       {len(mails(told) & ours):4}"
          f"   more in the play {len(ours - mails(told))}")
    for action, other in waits:
        n = {x for x in told if x[2] == action and x[:2] in late}
        print(f"  left out: {action} waits for {other:36} {len(n):4}")


print()
compare("nobody ever answers (estimate 675): a reminder or level 1",
        estimate(lambda r: r["step"][0] == "R" or r["step"].startswith("L1")), "nobody",
        lambda s: s[0] == "R" or s in ("L1+1", "O+1"), (("2a", "1b"), ("3c", "3b")))
compare("everyone on time (estimate 515): a reminder",
        estimate(lambda r: r["step"][0] == "R"), "ontime", lambda s: s[0] == "R")
leads = {lead for r in raw for lead in r["leads"]}
asked = {lead for r in raw if not r["occurrence"].startswith("1a/") for lead in r["leads"]}
print(f"first load (estimate 30): the {len(leads)} leads, {len(asked)} without 1a, "
      f"{len(asked - HAVE_NO_MAILBOX)} with a mailbox; "
      f"played {sum(1 for _ in open(work + '/first'))}")
missed = [lead for r in raw for lead in r["leads"]
          if "2015-12-24" <= r["send_date"] <= "2016-01-18"]
print(f"after Christmas (estimate 13 in place of 89): {len(missed)} missed steps, each told to "
      f"each lead, of {len(set(missed))} leads; played {sum(1 for _ in open(work + '/back'))}")
END
