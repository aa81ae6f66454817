#!/bin/sh
# SPDX-License-Identifier: MIT
# survey.sh - the survey import beside other programs, in one run on one file, as ratios.
#
#   bench/survey.sh [ROWS] [FOLDER]     default: 10,000,000 rows, a new folder below build/
#
# DuckDB runs when node finds @duckdb/node-api (npm install @duckdb/node-api; set NODE_PATH),
# sqlite3's shell with SLOW=1. Prints lines `name metric value`; a ratio above 1: coprod was faster.
set -eu
rows=${1:-10000000}
dir=${2:-build/bench-survey}
bin=build/release/bench/survey
mkdir -p "$dir"
rm -rf "$dir/coprod.db"* "$dir/coprod.turn"
file=$dir/answers.csv
[ -s "$file" ] || "$bin" gen "$file" "$rows"
query="SELECT trust, sdu, team, staff_group, substr(date, 1, 7) AS month, question,
       count(*) FILTER (answer = 1), count(*) FILTER (answer = 2), count(*) FILTER (answer = 3),
       count(*) FILTER (answer = 4), count(*) FILTER (answer = 5) FROM answers
       GROUP BY 1, 2, 3, 4, 5, 6"

now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.3f\n", b - a }'; }

rounds=${ROUNDS:-3}
middle() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

duckdb() {
    FILE=$file QUERY=$query node -e '
        const { DuckDBInstance } = require("@duckdb/node-api");
        (async () => {
            const db = await (await DuckDBInstance.create(":memory:")).connect();
            const file = "\x27" + process.env.FILE + "\x27";
            await db.run(`CREATE TABLE answers AS
                          SELECT * FROM read_csv(${file}, types={"date": "VARCHAR"})`);
            await db.run(`CREATE TABLE cells AS ${process.env.QUERY}`);
        })();'
}

# The counts must add up to the rows: text beside numbers would count nothing, and fast.
sqlite() {
    rm -f "$dir/peer.db"
    n=$(sqlite3 "$dir/peer.db" \
        "CREATE TABLE answers (date TEXT, trust TEXT, sdu TEXT, team TEXT, staff_group TEXT,
         question TEXT, answer INTEGER)" \
        ".mode csv" ".import --skip 1 $file answers" \
        "CREATE TABLE cells AS SELECT trust, sdu, team, staff_group, substr(date, 1, 7) AS month,
         question, sum(answer = 1) AS n1, sum(answer = 2) AS n2, sum(answer = 3) AS n3,
         sum(answer = 4) AS n4, sum(answer = 5) AS n5 FROM answers GROUP BY 1, 2, 3, 4, 5, 6" \
        "SELECT sum(n1 + n2 + n3 + n4 + n5) FROM cells")
    rm -f "$dir/peer.db"
    [ "$n" -eq "$rows" ]
}

# In turns, so that all meet the same machine.
: >"$dir/ours" && : >"$dir/duckdb" && : >"$dir/sqlite3"
for _ in $(seq "$rounds"); do
    rm -f "$dir/coprod.db"* "$dir/coprod.turn"
    "$bin" load "$dir" "$file" | tee "$dir/coprod.out"
    awk '$1 == "survey_load" && $2 == "seconds" { print $3 }' "$dir/coprod.out" >>"$dir/ours"
    if node -e 'require("@duckdb/node-api")' 2>/dev/null; then
        began=$(now)
        duckdb
        since "$began" >>"$dir/duckdb"
        echo "duckdb seconds $(tail -n 1 "$dir/duckdb")"
    else
        echo "# DuckDB is not here: npm install @duckdb/node-api, and set NODE_PATH"
    fi
    if [ -n "${SLOW:-}" ] && command -v sqlite3 >/dev/null; then
        began=$(now)
        sqlite
        since "$began" >>"$dir/sqlite3"
        echo "sqlite3 seconds $(tail -n 1 "$dir/sqlite3")"
    fi
done
ours=$(middle <"$dir/ours")
echo "survey_load median_seconds $ours"
for peer in duckdb sqlite3; do
    if [ -s "$dir/$peer" ]; then
        theirs=$(middle <"$dir/$peer")
        echo "$peer median_seconds $theirs"
        awk -v a="$ours" -v b="$theirs" -v p="$peer" \
            'BEGIN { printf "survey_load ratio_to_%s %.2f\n", p, b / a }'
    fi
done

rm -rf "$dir/coprod.db"* "$dir/coprod.turn"
"$bin" fill "$dir" "$rows"
"$bin" more "$dir" $((rows / 10)) 9 | tee "$dir/more.out"
awk '$2 == "seconds" { print $3 }' "$dir/more.out" | middle | sed 's/^/survey_more median_seconds /'
"$bin" night "$dir" $((rows / 10 + 90000))
