#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh - every measurement of the job path, as `name metric value` lines: on the disk as it is,
# and with 1 ms and 5 ms added to each sync. From the project's folder, after `make bench`.
#
#   bench/run.sh [FOLDER [JOBS [OPEN [SECONDS]]]]   a folder on the disk to be measured, default
#                build; how many jobs, of open occurrences, and how long it is watched at rest
set -eu
build=build/release
place=${1:-build}
jobs=${2:-200000}
open=${3:-1000000}
seconds=${4:-30}
shim=$PWD/$build/bench/slowsync.so
echo "# disk as it is"
"$build/bench/jobs" "$build/bin" "$place" "$jobs"
for us in 1000 5000; do
    echo "# $us us added to every fsync and fdatasync"
    "$build/bench/jobs" "$build/bin" "$place" $((jobs / 4)) "$shim" "$us"
done
echo "# $open open occurrences"
"$build/bench/open" "$build/bin" "$place" "$open"
echo "# at rest"
home=$(mktemp -d "$place/coprod-rest-XXXXXX")
home=$(cd "$home" && pwd)
cp -r config "$home/config"
printf 'plans: [plan.yaml]\nstate_dir: %s/state\nruntime_dir: %s/run\n' "$home" "$home" \
    >"$home/config/coprod.yaml"
"$build/bin/coprod" --config="$home/config/coprod.yaml" 2>"$home/log" &
daemon=$!
trap 'kill $daemon; wait $daemon || true; rm -rf "$home"' EXIT
while ! "$build/bin/coprodctl" --config "$home/config/coprod.yaml" worker list 2>/dev/null |
    grep -q deliver; do
    kill -0 "$daemon" || { cat "$home/log"; exit 1; }
    sleep 0.1
done
sleep $((seconds < 5 ? seconds : 5))
"$build/bench/rest" "$daemon" "$seconds"
