#!/bin/sh
# SPDX-License-Identifier: MIT
# demo.sh - the plan CO-304 from January 2015 to February 2018 with the real daemon and workers, on
# a virtual clock: leads who answer, answer late or never, and a survey that turns for the worse.
# Mails become files. Nothing outside its own folder is touched; no network is used.
#
#   tests/tools/demo.sh [BINDIR]
set -eu

project=$(cd "$(dirname "$0")/../.." && pwd)
bin=$(cd "${1:-$project/build/release/bin}" && pwd)
from=2015-01-01
to=2018-02-28

# tmpfs where there is one: every step is synced to disk, which is what takes the time.
place=${TMPDIR:-/tmp}
if [ -w /dev/shm ] && [ "$(df -Pk /dev/shm | awk 'END { print $4 }')" -gt 200000 ]; then
    place=/dev/shm
fi
# Earlier demos stay: somebody may be reading in them. The last lines say how to remove them.
earlier=$(find "$place" -maxdepth 1 -type d -name 'coprod-demo-??????' -user "$(id -u)" | sort)
home=$(mktemp -d "$place/coprod-demo-XXXXXX")
cp -r "$project/config" "$home/config"
# The policy gives no meeting dates. Here the committee meets on fourth Wednesdays, but at Christmas.
awk '/meetings: \[\]/ && !done {
        done = 1
        print "    meetings_rule: {rule: FREQ=MONTHLY;BYDAY=4WE, first: 2015-01-28, except: [2015-12-23]}"
        next
    }
    { print }' "$project/config/forums.yaml" >"$home/config/forums.yaml"
# One lead has no mailbox yet; it is given in September 2016.
sed '/^  - id: head-of-recruitment$/,/email:/{ /email:/d; }' "$project/config/roster.yaml" \
    >"$home/config/roster.yaml"
cat >"$home/config/coprod.yaml" <<EOF
plans: [plan.yaml]
surveys: [surveys/coproduction.yaml]
templates: templates
state_dir: ../state
runtime_dir: ../run
trust:
  name: Example Health and Care NHS Trust
  url: https://www.example.nhs.uk
  formats_contact: Communications Team, communications@example.nhs.uk
mail:
  mode: maildir
  maildir: ../mail
  from: co-production-plan@example.nhs.uk
EOF

ctl() {
    "$bin/coprodctl" --config "$home/config/coprod.yaml" "$@"
}

echo "coprod demo: plan CO-304 from $from to $to, in $home"
"$bin/coprod" --config="$home/config/coprod.yaml" --clock="virtual:$from" 2>"$home/log" &
daemon=$!
stop() {
    kill "$daemon" 2>/dev/null || true
    wait "$daemon" 2>/dev/null || true
}
trap stop EXIT
trap 'exit 130' INT TERM
for _ in $(seq 200); do
    ctl status >/dev/null 2>&1 && break
    kill -0 "$daemon" 2>/dev/null || { cat "$home/log" >&2; exit 1; }
    sleep 0.05
done

# The script of the leads. Some never answer, some answer 12 days late, the others a week before
# the day; the secretary of the committee verifies what was handed in a week later.
act_for() { # DAY, file of open occurrences -> lines "event ref role"
    awk -F '\t' -v today="$1" '
        function number(date,   p) {
            split(date, p, "-")
            return p[1] * 372 + p[2] * 31 + p[3]
        }
        function manner(ref) {
            if (ref ~ /^(1d|3k|3l)\// || ref == "1e/deliver@company-secretary") return "never"
            if (ref ~ /^(1b|2a|2c|3i|3e)\// || ref == "1c/deliver@sdu-cf") return "late"
            return "in time"
        }
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
        NR == FNR { if (split($at["REF"], whole, "@") == 2) parted[whole[1]] = 1; next }
        FNR == 1 || $at["REF"] in parted { next } # each part answers for itself
        $at["REF"] ~ /^review/ { next }
        $at["STATE"] == "SUBMITTED" { print "verify\t" $at["REF"] "\tqsc-secretary"; next }
        {
            split($at["LEADS"], leads, "; ")
            left = number($at["DUE"]) - number(today)
            how = manner($at["REF"])
            if ((how == "in time" && left <= 7) || (how == "late" && left <= -12))
                print "submit\t" $at["REF"] "\t" leads[1]
        }' "$2" "$2"
}

# Answers to the question beside the Friends and Family Test, a month at a time. From April 2017 on
# fewer people say that they had a part in decisions.
answers_of() { # YEAR MONTH -> CSV
    awk -v year="$1" -v month="$2" 'BEGIN {
        srand(year * 100 + month)
        print "response_id,date,service,team,involved"
        good = (year * 100 + month >= 201704) ? 0.62 : 0.84
        split("Adult mental health,Learning disability,Community care,Children and families", s, ",")
        for (i = 1; i <= 60 + int(rand() * 25); i++) {
            u = rand()
            word = "Not at all"
            if (u < good + 0.14) word = "Hardly"
            if (u < good + 0.08) word = "Partly"
            if (u < good) word = "Mostly"
            if (u < good / 2) word = "Fully"
            printf "%d%02d-%03d,%d-%02d-%02d,%s,Team %d,%s\n", year, month, i, year, month,
                   1 + int(rand() * 28), s[1 + int(rand() * 4)], 1 + int(rand() * 2), word
        }
    }'
}

# Four actions came without a metric, and nothing is verified without one: the owner agrees them.
acts=0
for ref in 2b 2c 3a 3k; do
    ctl action agree-metric "$ref" --as head-of-community-engagement \
        --comment "A short report to the committee says what was done and what came of it." \
        >>"$home/acted" 2>&1 && acts=$((acts + 1))
done

# The plan is edited: the forum gives an action a quarter more, another one gets another lead. What
# that will cause is asked first.
edit_plan() {
    awk '/^      - id: 3f$/ { is_3f = 1 }
        /^      - id: 3g$/ { is_3f = 0; is_3g = 1 }
        /^      - id: 3h$/ { is_3g = 0 }
        is_3f && /timescale: Q2 2016/ {
            print "        moved: {to: Q3 2016, reason: Panels are being trained, minute: QSC 2/16}"
            sub(/Q2/, "Q3")
        }
        is_3g && /leads:/ { sub(/\[.*\]/, "[Head of Organisational Development]") }
        { print }' "$home/config/plan.yaml" >"$home/config/plan.new"
    mv "$home/config/plan.new" "$home/config/plan.yaml"
    ctl plan diff "$home/config/plan.yaml" --plain >"$home/foretold"
    ctl reload --wait
}

# What happens once: an acknowledgement that runs out, an extension by minute.
special() { # DAY
    case $1 in
    2015-04-09) ctl action ack 1e@company-secretary --date 2015-04-20 --as company-secretary \
        --comment "after the holidays" ;;
    2016-02-04) edit_plan ;;
    2016-07-07) ctl action extend 3l/start --date 2016-09-30 --as qsc-secretary \
        --minute "QSC 7/16, item 4" --comment "two posts were empty" ;;
    2016-09-15) cp "$project/config/roster.yaml" "$home/config/roster.yaml" && ctl reload --wait ;;
    esac
}

began=$(date +%s)
day=$from
month=
while :; do
    day=$(date -u -d "$day + 7 days" +%F)
    [ "$(echo "$day" | tr -d -)" -le "$(echo "$to" | tr -d -)" ] || break
    if [ "${day%-*}" != "$month" ] && [ -n "$month" ] && [ "${month%-*}" -ge 2016 ]; then
        answers_of "${month%-*}" "$(echo "${month#*-}" | sed 's/^0//')" >"$home/answers.csv"
        mv "$home/answers.csv" "$home/state/inbox/coproduction--$month.csv"
    fi
    if [ "${day%-*}" != "$month" ]; then
        month=${day%-*}
        case $month in *-01) printf '  %s' "${month%-*}" ;; *) printf '.' ;; esac
    fi
    ctl clock run --until "$day" >/dev/null
    special "$day" >>"$home/acted" 2>&1 || { tail -1 "$home/acted" >&2; exit 1; }
    ctl action list --plain >"$home/open"
    act_for "$day" "$home/open" >"$home/acts"
    while IFS='	' read -r event ref role; do
        evidence="shared drive, $ref"
        [ "$event" = submit ] || evidence=""
        if ! ctl action "$event" "$ref" --as "$role" ${evidence:+--evidence "$evidence"} \
            >>"$home/acted" 2>&1; then
            echo "demo: $role could not $event $ref: $(tail -1 "$home/acted")" >&2
            exit 1
        fi
        acts=$((acts + 1))
    done <"$home/acts"
done
ctl clock run --until "$to" >/dev/null
echo
[ "$acts" -gt 0 ] || { echo "demo: nobody acted: that is not the story" >&2; exit 1; }
echo "  three years passed in $(($(date +%s) - began)) s; leads and committee acted $acts times"

ctl notices list --plain --limit 100000 >"$home/notices.tsv"
ctl action list --all --plain >"$home/actions.tsv"
ctl survey table coproduction --by month,level,unit --internal --format csv >"$home/survey.csv"

echo
echo "WHAT WAS SENT"
awk -F '\t' 'NR > 1 { n[$4]++; who[$4 FS $6] = 1; all++ }
    END {
        for (key in who) { split(key, p, FS); people[p[1]]++ }
        for (kind in n) printf "  %-10s %5d mails to %2d posts\n", kind, n[kind], people[kind] | "sort"
        close("sort")
        printf "  %-10s %5d\n", "in all", all
    }' "$home/notices.tsv"
echo
echo "  the five who got most:"
awk -F '\t' 'NR > 1 { n[$6]++ } END { for (r in n) print n[r] "\t" r }' "$home/notices.tsv" |
    sort -rn | head -5 | awk -F '\t' '{ printf "  %5d  %s\n", $1, $2 }'
echo
echo "HOW IT ENDED FOR SOME"
for ref in 1f/deliver 1b/deliver 1e/deliver@company-secretary 2f/deliver 3k/start; do
    awk -F '\t' -v ref="$ref" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["REF"] == ref {
            printf "  %-30s due %s  %s, ladder level %s\n", ref, $at["DUE"], $at["STATE"], $at["LEVEL"]
        }' "$home/actions.tsv"
done
echo
echo "  why, for one that was never handed in:"
ctl explain 1e/deliver@company-secretary --plain | grep -E '^[RL][-+0-9]' |
    awk -F '\t' '{ printf "  %-7s %-10s %s\n", $1, $2, $3 }'
echo
echo "AN ACKNOWLEDGEMENT THAT RAN OUT, AN EXTENSION BY MINUTE"
ctl explain 1e@company-secretary --plain |
    awk -F '\t' '/^X/ { printf "  1e@company-secretary: asked again on %s (%s)\n", $2, $3 }'
ctl action history 3l/start --plain | awk -F '\t' '$6 == "extend" { print "  3l: " substr($2, 1, 10) " " $7 }'
echo
echo "A LEAD WITHOUT AN ADDRESS: HEAD OF RECRUITMENT, UNTIL 15 SEPTEMBER 2016"
ctl explain 3f/deliver --plain | awk -F '\t' '/^[UR][-+]/ { printf "  3f %-6s %-10s %s\n", $1, $2, $3 }' | head -8
echo
echo "AN EDITED PLAN, 4 FEBRUARY 2016: WHAT plan diff SAID BEFORE IT WAS IN FORCE"
awk -F '\t' '$1 == "leads" && !n++ || $1 == "due" {
        printf "  %s: %s in place of %s%s\n", $3, $5, $4, $6 ? "; first notice " $6 ($6 ~ / to 1$/ ? " post" : " posts") : "" }
    $1 == "added" { printf "  to be sent %s to %s:\n    %s\n", $2, $4, $5 }' "$home/foretold"
echo
echo "WHAT REACHED THE COMMITTEE, AND WHEN"
awk -F '\t' 'NR > 1 && $5 ~ /^L4/ && $6 == "qsc-secretary" { print substr($2, 1, 10) "  " $7 }' \
    "$home/notices.tsv" | sort >"$home/committee"
head -6 "$home/committee" | sed 's/^/  /'
echo "  ... $(wc -l <"$home/committee") in all; and to the Board's secretary: $(
    awk -F '\t' '$5 ~ /^L5/ && $6 == "company-secretary"' "$home/notices.tsv" | wc -l)"
echo
echo "WHAT LAY BEFORE THE COMMITTEE AT ITS MEETINGS"
ctl pack list --plain >"$home/packs.tsv"
awk -F '\t' '$3 == "final"' "$home/packs.tsv" | awk -F '\t' 'NR % 6 == 4 { print "  " $2 "  " $7 }'
last=$(awk -F '\t' '$3 == "final" { day = $2 } END { print day }' "$home/packs.tsv")
[ -n "$last" ] || { echo "demo: no papers for the committee: that is not the story" >&2; exit 1; }
for form in html txt csv; do
    ctl pack show qsc "$last" --out "$home/pack-$last.$form"
done
echo "  ... $(awk -F '\t' '$3 == "final"' "$home/packs.tsv" | wc -l) in all, and as many drafts; decisions asked for on $last:"
awk '/^2\. / { on = 1 } /^3\. / { on = 0 } !on { next }
    /^[0-9][a-z]/ { ref = $1 }
    /^    Colour and why/ { if (n++ < 4) print "    " ref " " asked; asked = ""; next }
    /^    Asked of the forum/ { asked = $0; sub(/.*forum: */, "", asked); next }
    /^      / && asked { sub(/^ */, " "); asked = asked $0 }' "$home/pack-$last.txt"
ctl pack verify | tail -1 | sed 's/^/  /'
echo
echo "WHAT THE SURVEY SHOWS (people who had a part in decisions, whole trust, by quarter)"
awk -F ',' 'NR > 1 && $2 == 0 && $1 != "ALL" {
        split($1, p, "-"); q = p[1] " Q" int((p[2] + 2) / 3)
        if (!(q in n)) order[++k] = q
        n[q] += $4; good[q] += $5 + $6
    }
    END {
        for (i = 1; i <= k; i++) {
            q = order[i]; pct = 100 * good[q] / n[q]; bar = ""
            for (j = 0; j < pct / 2.5; j++) bar = bar "#"
            printf "  %s  %5.1f %%  of %4d  %s\n", q, pct, n[q], bar
        }
    }' "$home/survey.csv"
ctl survey trend coproduction --internal --json >"$home/trend.json"
ctl survey trend coproduction --internal --svg "$home/trend.svg" >/dev/null
ctl survey measures --plain >"$home/measures.tsv"
echo
echo "  in words, from the last month's chart:"
sed -n 's/.*"sentence": *"\(.*\)",*$/\1/p' "$home/trend.json" | fold -s -w 96 | sed 's/^/    /'
echo
echo "WHAT WAS SAID OF IT, AND TO WHOM"
awk -F '\t' 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    $at["STEP"] == "signal" || $at["STEP"] == "persists" || $at["STEP"] == "missing" {
        printf "  %s  %-28s %s\n", substr($2, 1, 10), $6, $7
    }' "$home/notices.tsv" | sort
id=$(awk -F '\t' 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    $at["STEP"] == "signal" { last = $1 } END { print last }' "$home/notices.tsv")
[ -n "$id" ] || { echo "demo: the survey turned and nobody was told: that is not the story" >&2; exit 1; }
echo "  the first of them:"
first=$(awk -F '\t' '$5 == "signal" { n = n && n < $1 ? n : $1 } END { print n }' "$home/notices.tsv")
ctl notices show "$first" | grep '^- \|^  *- ' | head -4 | fold -s -w 96 | sed 's/^ *- /    - /; s/^\([^ ]\)/      \1/'
echo
echo "  open signals now:"
awk -F '\t' 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    $at["SIGNAL"] != "" {
        printf "    %-60s %s since %s\n", $at["MEASURE"], $at["SIGNAL"], $at["SINCE"]
    }' "$home/measures.tsv"
echo
ctl audit verify | sed 's/^/  /'
echo
echo "Mails:     $home/mail/new  ($(ls "$home/mail/new" | wc -l) files; read one with: less FILE)"
echo "Store:     $home/state/coprod.db"
echo "Chart:     $home/trend.svg"
echo "Papers:    $home/pack-$last.html  (prints on A4; beside it as txt and csv)"
echo "Look:      $bin/coprodctl --config $home/config/coprod.yaml explain 2b"
echo "Remove:    rm -r $home"
for old in $earlier; do
    if [ -d "$old" ]; then
        echo "Earlier:   $old is kept ($(du -sh "$old" | cut -f1)); remove: rm -r $old"
    fi
done
