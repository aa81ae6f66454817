# SPDX-License-Identifier: MIT
# queries.awk - turns schema*.sql, migrate/N.sql and queries.sql into gen/queries.h (enum query) and
# gen/queries.c (the texts). A query begins with "-- name: word" and ends with ";".
function quote(line) {
    gsub(/\\/, "\\\\", line)
    gsub(/"/, "\\\"", line)
    return "    \"" line "\\n\""
}
BEGIN {
    h = out "/queries.h"
    c = out "/queries.c"
    print "/* Made from lib/store/queries.sql. */\n#ifndef COPROD_GEN_QUERIES_H\n#define COPROD_GEN_QUERIES_H" > h
    print "\nenum query {" > h
    print "/* Made from lib/store/schema*.sql and queries.sql. */\n#include \"queries.h\"\n" > c
    print "const char store_schema[] =" > c
}
FILENAME ~ /\/schema[a-z_]*\.sql$/ {
    if ($0 !~ /^--/ && $0 !~ /^ *$/) print quote($0) > c
    next
}
FILENAME ~ /\/migrate\/[0-9]+\.sql$/ {
    if (FNR == 1) {
        lift = FILENAME
        sub(/.*\//, "", lift)
        sub(/\.sql/, "", lift)
        print (lifts++ ? "    ,\n" : "    ;\n\nconst char *const store_lifts[] = {\n") "    [" lift "] =" > c
    }
    if ($0 !~ /^--/ && $0 !~ /^ *$/) print quote($0) > c
    next
}
/^-- name: / {
    if (!seen++) print (lifts ? "    ,\n};" : "    ;") "\n\nconst struct query_text query_texts[QUERY_MAX_] = {" > c
    if ($3 in known) { print FILENAME ":" FNR ": error: query " $3 " stands there twice" > "/dev/stderr"; exit 1 }
    known[$3] = 1
    print "    Q_" toupper($3) "," > h
    print "    [Q_" toupper($3) "] = { \"" $3 "\"," > c
    open_query = 1
    next
}
/^--/ || /^ *$/ { next }
{
    if (!open_query) { print FILENAME ":" FNR ": error: SQL outside a named query" > "/dev/stderr"; exit 1 }
    print quote($0) > c
    if ($0 ~ /;$/) { print "    }," > c; open_query = 0 }
}
END {
    print "    QUERY_MAX_\n};\n\nstruct query_text {\n    const char *name;\n    const char *sql;\n};" > h
    print "extern const struct query_text query_texts[QUERY_MAX_];\nextern const char store_schema[];" > h
    print "extern const char *const store_lifts[]; /* [n]: from schema n - 1 to n */\n\n#endif" > h
    print "};" > c
}
