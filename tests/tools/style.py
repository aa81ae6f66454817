#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""style.py - the rules of the house that no compiler knows: size, layering, one door per library.

    tests/tools/style.py [FOLDER]      FOLDER: the project, or a copy of it. Prints TAP.

A finding is "file:line: rule: words". Exceptions are written here with their reason, nowhere else.
"""
import os
import re
import sys

COLUMNS, FUNCTION, FILE, HEADER = 100, 70, 600, 260
FOLDERS = ("lib", "include", "daemon", "workers", "cli", "tests", "bench", "tools", "systemd")
MORE = ("Makefile", ".ci/run", ".clang-tidy", ".clang-format")
TEXT = (".c", ".h", ".def", ".sql", ".awk", ".py", ".sh")
PROSE = (".md", ".yaml", ".yml", ".txt", ".html", ".subject", ".service", ".catalog")

# Whose headers a folder of lib/ may include beside its own.
MAY = {
    "base": set(),
    "rules": {"base"},
    "plan": {"base", "rules"},
    "store": {"base", "rules"},
    "notice": {"base", "rules"},
    "survey": {"base", "rules"},
    "wire": {"base", "rules"},
    "answers": {"base", "rules", "store", "survey"},
    "engine": {"base", "rules", "plan", "store", "notice", "survey", "wire", "answers"},
}
SIDES = ("daemon", "workers", "cli")

# header pattern -> where it may be included, as patterns of paths
DOORS = {
    r"yaml\.h": r"lib/base/yaml(_\w+)?\.[ch]",
    r"sqlite3\.h": r"lib/store/.*",
    r"zmq\.h": r"lib/wire/.*|daemon/hub\.c",
    r"systemd/.*": r"lib/base/(notify|log)\.c",
    r"curl/.*": r"workers/deliver\w*\.c",
    r"jansson\.h": r"cli/.*",
    r"sodium.*": r"lib/base/hash\.c",
    r"libical/.*": r"lib/base/recur\.c",
    r"xlsxwriter.*": r"cli/export\.c",
}
DOOR_TESTS = r"(tests|bench)/.*"  # a test may look behind any door

CLOCKS = r"\b(clock_gettime|gettimeofday|time|timespec_get|clock|ftime)\s*\("
BANNED = {
    r"\b(strtok|strtok_r)\s*\(": "strtok: use text_split or strchr",
    r"\b(sprintf|vsprintf|strcpy|strcat|gets|stpcpy|strncpy|strncat)\s*\(":
        "unbounded or unterminated copy: use text_copy or snprintf",
    r"\b(atoi|atol|atoll|atof)\s*\(": "no error: use text_to_i64",
    r"\b(system|popen)\s*\(": "runs a shell",
    r"\b(localtime|gmtime|mktime|localtime_r|gmtime_r|ctime|asctime|strftime|timegm|tzset)\s*\(":
        "the zone is base/zone.h",
    r"\b(rand|srand|random|tmpnam|mktemp|tempnam)\s*\(": "not random or not safe",
    r"\b(alloca|longjmp|setjmp)\s*\(": "hides where memory or control goes",
    r"\bsignal\s*\(\s*SIG\w+\s*,(?!\s*SIG_IGN)": "use sigaction or signalfd",
    r"\bgoto\b": "no goto: AUTO_ frees, a helper returns",
}
PURE = {
    r"\b(malloc|calloc|realloc|free|strdup|asprintf)\s*\(": "lib/rules takes no memory",
    r"\b(fopen|open|read|write|printf|fprintf|puts|fputs|getenv|socket|poll|sleep|usleep)\s*\(":
        "lib/rules does no I/O",
}
PURE_HEADERS = r"unistd\.h|fcntl\.h|time\.h|sys/.*|pthread\.h|signal\.h|poll\.h|dirent\.h"

# file -> {rule: reason}
ALLOWED = {
    "tests/unit": {"banned": "tests may set the stage by any means", "clock": "the same"},
}
UNFINISHED = r"\b(TO" + r"DO|FIX" + r"ME|HAC" + r"K)\b"
# Nothing in the project says who or what wrote it, or on which machine.
MAKING = [r"\b[Cc]hat" + r"GPT\b", r"\bC" + r"laude\b", r"\bC" + r"opilot\b", r"\bA" + r"nthropic\b",
          r"\bOpen" + r"AI\b", r"\bLL" + r"M\b", r"language mod" + r"el\b", r"/wo" + r"rk/",
          r"\bsub-?ag" + r"ent", r"\bthis sess" + r"ion\b", r"\bAI[- ]gener" + r"ated\b"]


class Source:
    def __init__(self, root, path):
        self.path = path
        self.raw = open(os.path.join(root, path), encoding="utf-8", errors="replace").read()
        self.lines = self.raw.split("\n")
        self.found = []

    def say(self, line, rule, words):
        self.found.append("%s:%d: %s: %s" % (self.path, line, rule, words))

    def allows(self, rule):
        return any(self.path.startswith(p) and rule in r for p, r in ALLOWED.items())


def bare(text):
    """C without comments and the insides of strings; every line stays where it is."""
    def blank(m):
        s = m.group(0)
        if s[0] == "/":
            return re.sub(r"[^\n]", " ", s)
        return s[0] + re.sub(r"[^\n]", " ", s[1:-1]) + s[0]
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text,
                  flags=re.S)


def whole_file(f):
    for n, line in enumerate(f.lines, 1):
        most = COLUMNS + (30 if f.path.endswith((".def", ".py", ".awk", "run", "demo.sh")) else 0)
        if len(line) > most and not f.path.endswith(PROSE):
            f.say(n, "columns", "%d columns, at most %d" % (len(line), most))
        if "\t" in line and "IFS=" not in line and not f.path.endswith("Makefile") and not f.path.endswith(PROSE):
            f.say(n, "tab", "a tab; indent by 4 spaces")
        if line != line.rstrip() and not f.path.endswith(".md"):
            f.say(n, "blank", "blanks at the end of the line")
        if re.search(UNFINISHED, line):
            f.say(n, "unfinished", "finish it, or write an issue")
        for word in MAKING:
            if re.search(word, line):
                f.say(n, "making", "says how or where the project was made")
    if f.raw and not f.raw.endswith("\n"):
        f.say(len(f.lines), "end", "the last line has no end")
    if f.path.endswith(TEXT) and not f.path.endswith("queries.sql") and len(f.lines) - 1 > FILE:
        f.say(1, "file", "%d lines, at most %d" % (len(f.lines) - 1, FILE))
    if f.path.endswith(TEXT) or f.path in MORE or f.path == "tests/run":
        if "SPDX-License-Identifier: MIT" not in "\n".join(f.lines[:2]):
            f.say(1, "licence", "line 1 is the SPDX line")


def first_comment(f):
    name = os.path.basename(f.path)
    head = "\n".join(f.lines[1:4])
    if not re.search(r"/\*\s*(\*\s*)?" + re.escape(name) + r" - \S", head.replace("\n", " ")):
        f.say(2, "head", "the first comment says '%s - what it is'" % name)


def functions(f, code):
    """Every function body that starts with a brace in column 1 and ends so."""
    start, name = None, ""
    lines = code.split("\n")
    for n, line in enumerate(lines, 1):
        if line.startswith("{") and start is None:
            at = n
            while at > 1 and lines[at - 2].strip() and not lines[at - 2].startswith(("}", "#", "/")):
                at -= 1
            head = " ".join(lines[at - 1:n - 1])
            m = re.search(r"(\w+)\s*\(", head)
            start, name = at, m.group(1) if m else "?"
        elif line.startswith("}") and start is not None:
            if n - start + 1 > FUNCTION + 1:  # the return type has a line of its own
                f.say(start, "function", "%s has %d lines, at most %d"
                      % (name, n - start, FUNCTION))
            start = None


def calls(f, code):
    rules = dict(BANNED)
    if f.path.startswith("lib/rules/"):
        rules.update(PURE)
    for n, line in enumerate(code.split("\n"), 1):
        if not f.allows("banned"):
            for pattern, words in rules.items():
                if re.search(pattern, line):
                    f.say(n, "banned", words)
        if f.path != "lib/base/clock.c" and not f.allows("clock"):
            if re.search(CLOCKS, line) and not re.search(r"^\s*\w+ \*?time\(", line):
                f.say(n, "clock", "only lib/base/clock.c reads a clock")
        if re.search(r"\btypedef\s+struct\b", line):
            f.say(n, "typedef", "structs are called struct")


def side_of(path):
    top = path.split("/")[0]
    return top if top in SIDES else ""


def includes(f):
    for n, line in enumerate(f.lines, 1):
        m = re.match(r'\s*#\s*include\s+([<"])([^>"]+)[>"]', line)
        if not m:
            continue
        quoted, what = m.group(1) == '"', m.group(2)
        for header, door in DOORS.items():
            if not quoted and re.fullmatch(header, what) and \
                    not re.fullmatch(door + "|" + DOOR_TESTS, f.path):
                f.say(n, "door", "<%s> has one door, and this is not it" % what)
        if f.path.startswith("lib/rules/") and not quoted and re.fullmatch(PURE_HEADERS, what):
            f.say(n, "pure", "<%s> in lib/rules" % what)
        if quoted:
            direction(f, n, what)


def direction(f, n, what):
    parts, top = f.path.split("/"), what.split("/")[0]
    if ".." in what and not f.path.startswith(("tests/", "bench/")):
        f.say(n, "direction", "\"%s\": paths start at lib/, include/ or the project" % what)
    if parts[0] == "lib" and len(parts) > 2:
        own = parts[1]
        if top in MAY and top != own and top not in MAY[own]:
            f.say(n, "direction", "lib/%s may not include \"%s\"" % (own, what))
        if top in SIDES or top == "tests":
            f.say(n, "direction", "lib/ includes nothing of %s/" % top)
    side = side_of(f.path)
    if side and top in SIDES and top != side:
        f.say(n, "direction", "%s/ includes nothing of %s/" % (side, top))


def paths(root):
    for folder in FOLDERS:
        for at, _, names in os.walk(os.path.join(root, folder)):
            if "__pycache__" in at or "/data" in at:
                continue
            for name in sorted(names):
                if name.endswith(TEXT + PROSE) or name == "run":
                    yield os.path.relpath(os.path.join(at, name), root)
    for at in ("config", "docs"):
        for folder, _, names in os.walk(os.path.join(root, at)):
            for name in sorted(names):
                if name.endswith(PROSE):
                    yield os.path.relpath(os.path.join(folder, name), root)
    for name in sorted(os.listdir(root)):
        if name in MORE or name.endswith(".md"):
            yield name
    if os.path.exists(os.path.join(root, ".ci/run")):
        yield ".ci/run"


class Uses:
    """Queries and configuration keys, where they stand, and every word of C that may use them."""
    ROW = r'^ *(?:ROW|NUMBER|ENUM)\("([\w.]+)",(?:[^"]*"[^"]*",)?(?: CONF_\w+,)?\s*([\w.]+),'

    def __init__(self):
        self.named, self.c, self.keys = [], set(), ""

    def see(self, f, code):
        if re.match(r"lib/store/queries\w*\.sql$", f.path):
            for n, line in enumerate(f.lines, 1):
                m = re.match(r"-- name: (\w+)", line)
                self.named += [(f.path, n, "query", m.group(1))] if m else []
        elif f.path == "lib/base/conf.c":
            for m in re.finditer(self.ROW, f.raw, re.M):
                n = f.raw.count("\n", 0, m.start()) + 1
                self.named.append((f.path, n, "key", m.group(2)))
        elif code and f.path != "tests/unit/test_queries.c":  # it lists them, it runs none
            self.c.update(re.findall(r"\bQ_(\w+)", code))
            if not f.path.startswith("tests/"):
                self.keys += code

    def unused(self):
        for path, n, what, name in self.named:
            if what == "query" and name.upper() not in self.c:
                yield "%s:%d: unused: nobody runs the query %s" % (path, n, name)
            if what == "key" and not re.search(r"(->|\.)%s\b" % re.escape(name), self.keys):
                yield "%s:%d: unused: nobody reads the field %s of struct conf" % (path, n, name)


def check(root):
    found, n, uses = [], 0, Uses()
    for path in paths(root):
        f = Source(root, path)
        n += 1
        whole_file(f)
        code = bare(f.raw) if path.endswith((".c", ".h", ".def")) else ""
        uses.see(f, code)
        if path.endswith((".c", ".h")):
            first_comment(f)
            functions(f, code)
            calls(f, code)
            includes(f)
        found += f.found
    return n, found + list(uses.unused())


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "../..")
    n, found = check(root)
    for line in found:
        print(line)
    print("%sok 1 - %d files keep the rules of style and layering (%d findings)"
          % ("not " if found else "", n, len(found)))
    print("1..1")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
