#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""style_bites.py - plants one fault of each kind in a copy of the sources; style.py must find it."""
import os
import shutil
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True
import style  # noqa: E402

HEAD = "/* SPDX-License-Identifier: MIT */\n/* planted.c - a file with a fault. */\n"


def body(line):
    return HEAD + "static int\nplanted(void)\n{\n    %s\n    return 0;\n}\n" % line


SQL = "-- SPDX-License-Identifier: MIT\n-- name: planted\nSELECT 1;\n"
CONF = HEAD.replace("planted.c", "conf.c")
LONG = body("\n".join("    ;" for _ in range(80)))
# (rule that must speak, file, content)
FAULTS = [
    ("columns", "lib/base/planted.c", HEAD + "/* " + "x" * 100 + " */\n"),
    ("tab", "lib/base/planted.c", HEAD + "\tint x;\n"),
    ("blank", "lib/base/planted.c", HEAD + "int x; \n"),
    ("end", "lib/base/planted.c", HEAD + "int x;"),
    ("function", "lib/base/planted.c", LONG),
    ("file", "lib/base/planted.c", HEAD + "\n" * 700),
    ("licence", "lib/base/planted.c", "/* planted.c - a file. */\n"),
    ("licence", "tests/live/planted.py", "print(1)\n"),
    ("head", "lib/base/planted.c", "/* SPDX-License-Identifier: MIT */\n#include <stdio.h>\n"),
    ("unfinished", "lib/base/planted.c", HEAD + "/* TO" + "DO later */\n"),
    ("unfinished", "docs/planted.md", "FIX" + "ME\n"),
    ("making", "docs/planted.md", "see /wo" + "rk/notes\n"),
    ("banned", "lib/base/planted.c", body("goto out;")),
    ("banned", "daemon/planted.c", body('char b[9]; (void)sprintf(b, "x");')),
    ("banned", "cli/planted.c", body('(void)strtok(0, ",");')),
    ("banned", "cli/planted.c", body('return atoi("7");')),
    ("banned", "workers/planted.c", body('return system("true");')),
    ("banned", "lib/base/planted.c", body("struct tm *t = localtime(0);")),
    ("banned", "lib/rules/planted.c", body("void *p = malloc(8);")),
    ("banned", "lib/rules/planted.c", body('FILE *p = fopen("x", "r");')),
    ("clock", "lib/engine/planted.c", body("struct timespec t; clock_gettime(0, &t);")),
    ("clock", "daemon/planted.c", body("return (int)time(NULL);")),
    ("typedef", "lib/base/planted.c", HEAD + "typedef struct x { int a; } x;\n"),
    ("door", "daemon/planted.c", HEAD + "#include <sqlite3.h>\n"),
    ("door", "daemon/super.c", HEAD + "#include <zmq.h>\n"),
    ("door", "lib/plan/planted.c", HEAD + "#include <yaml.h>\n"),
    ("door", "lib/notice/planted.c", HEAD + "#include <curl/curl.h>\n"),
    ("door", "lib/engine/planted.c", HEAD + "#include <jansson.h>\n"),
    ("door", "cli/planted.c", HEAD + "#include <systemd/sd-daemon.h>\n"),
    ("door", "lib/wire/planted.c", HEAD + "#include <sodium.h>\n"),
    ("pure", "lib/rules/planted.c", HEAD + "#include <unistd.h>\n"),
    ("direction", "lib/base/planted.c", HEAD + '#include "rules/time.h"\n'),
    ("direction", "lib/store/planted.c", HEAD + '#include "wire/link.h"\n'),
    ("direction", "lib/plan/planted.c", HEAD + '#include "engine/act.h"\n'),
    ("direction", "lib/engine/planted.c", HEAD + '#include "daemon/hub.h"\n'),
    ("direction", "workers/planted.c", HEAD + '#include "daemon/hub.h"\n'),
    ("direction", "cli/planted.c", HEAD + '#include "../lib/base/err.h"\n'),
    ("unused", "lib/store/queries_planted.sql", SQL),
    ("unused", "lib/base/conf.c", CONF + '    ROW("mail.planted", "text", CONF_TEXT, mail.planted,\n'),
    ("unused", "lib/base/conf.c", CONF + '    NUMBER("planted", planted_s, 1, 9, "5", "x"),\n'),
    ("unused", "lib/base/conf.c", CONF + '    ENUM("planted", planted, words, "a", "a", "x"),\n'),
]
# And what must be left alone: a word in a comment or in a string is no call.
CLEAN = [
    ("lib/base/planted.c", body('const char *w = "goto time(NULL) sprintf(";')),
    ("lib/base/planted.c", HEAD + "/* system() and localtime() are not for us */\n"),
    ("tests/unit/planted.c", HEAD + "#include <sqlite3.h>\n"),
]


def findings(path, content):
    root = tempfile.mkdtemp(prefix="coprod-style-")
    try:
        os.makedirs(os.path.dirname(os.path.join(root, path)))
        with open(os.path.join(root, path), "w") as f:
            f.write(content)
        return style.check(root)[1]
    finally:
        shutil.rmtree(root)


def main():
    n = bad = 0
    for rule, path, content in FAULTS:
        n += 1
        found = findings(path, content)
        good = any(": %s: " % rule in line for line in found)
        bad += not good
        print("%sok %d - %s in %s is found" % ("" if good else "not ", n, rule, path))
        if not good:
            print("# found only: %s" % found)
    for path, content in CLEAN:
        n += 1
        found = findings(path, content)
        bad += bool(found)
        print("%sok %d - nothing to find in a clean %s %s" % ("not " if found else "", n, path, found))
    print("1..%d" % n)
    return 1 if bad else 0


sys.exit(main())
