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
    "$bin/coprodctl" simulate --config "$config" --format ndjson "$@" >"$work/mails"
}
count() { # EXTENDED REGEX over the lines
    grep -cE "$1" "$work/mails" || true
}
steps='"steps":\[[^]]*"'
say() { # words
    printf '%-58s %5d %9d %8d %7d\n' "$1" "$(count .)" "$(count "$steps(R|L[123]|S)")" \
        "$(count '"steps":\["O[^]]*\]' )" "$(count '"kind":"escalate"')"
}

cp -r "$project/config" "$work/once"
sed -i '/^ *then:/d' "$work/once/plan.yaml"

printf '%-58s %5s %9s %8s %7s\n' "" mails "R, L1-3, S" repeats alone
play "$project/config" --from 2015-01-01 --to 2018-01-31
say "nobody ever answers, to January 2018"
play "$project/config" --from 2015-01-01 --to 2018-01-31 --assume ontime
say "everyone on time, with the series that follow completion"
play "$work/once" --from 2015-01-01 --to 2018-01-31 --assume ontime
say "everyone on time, without them"
play "$project/config" --from 2026-11-02 --to 2026-11-13
say "the plan first loaded in November 2026: ten working days"
play "$project/config" --load 2015-01-01 --from 2015-12-11 --to 2016-01-05
say "11 December 2015 to 5 January 2016, the daemon is there"
play "$project/config" --load 2015-01-01 --from 2015-12-11 --to 2016-01-05 \
    --down-from 2015-12-11 --down-until 2016-01-04
say "the same, away until 4 January: the first day back"
