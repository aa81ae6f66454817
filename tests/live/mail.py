# SPDX-License-Identifier: MIT
"""mail.py - mails as others read them, and every way in which a relay can fail.

Usage: python3 tests/live/mail.py [BUILD]     BUILD: build/debug and the like; it must hold
tests/mail_driver. Prints TAP; exits 1 when a test fails.
"""
import email
import email.policy
import html.parser
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, sys.argv[1] if len(sys.argv) > 1 else
                     os.environ.get("COPROD_BUILD", "build/release"))
DRIVER = os.path.join(BUILD, "tests", "mail_driver")
HERE = os.path.dirname(os.path.abspath(__file__))
VOID = {"meta", "br", "hr"}
done = {"n": 0, "bad": 0}


def ok(good, name, *facts):
    done["n"] += 1
    done["bad"] += not good
    print("%s %d - %s" % ("ok" if good else "not ok", done["n"], name), flush=True)
    for fact in facts if not good else []:
        print("#", fact, flush=True)


class Page(html.parser.HTMLParser):
    """Balanced tags, a language, one h1, nothing from outside."""

    def __init__(self, text):
        super().__init__()
        self.open, self.faults, self.tags = [], [], []
        self.feed(text)
        self.faults += ["open: " + t for t in self.open]

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        if tag not in VOID:
            self.open.append(tag)
        for name in ("src", "background", "onclick"):
            if name in attrs:
                self.faults.append(tag + " has " + name)
        if tag in ("script", "link", "img", "iframe", "style"):
            self.faults.append("tag " + tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append("misplaced end of " + tag)

    def count(self, tag):
        return sum(t == tag for t, _ in self.tags)


def check_calendar(text):
    faults = []
    for line in text.split("\r\n"):
        if len(line.encode()) > 75:
            faults.append("long line " + line)
    try:
        import icalendar
        c = icalendar.Calendar.from_ical(text)
        events = [e for e in c.walk("VEVENT")]
        if not events or c["METHOD"] != "PUBLISH":
            faults.append("no event or no method")
        for e in events:
            if str(e["DTSTART"].dt) != "2015-03-31" or int(e["SEQUENCE"]) != 2:
                faults.append("day or sequence")
            if "caf\u00e9s" not in str(e["DESCRIPTION"]):
                faults.append("description %s" % e["DESCRIPTION"])
    except ImportError:
        if text.count("BEGIN:VEVENT") != text.count("END:VEVENT") or "BEGIN:VEVENT" not in text:
            faults.append("events")
    return faults


def check_mail(path, to_name, subject):
    with open(path, "rb") as f:
        raw = f.read()
    faults = []
    m = email.message_from_bytes(raw, policy=email.policy.default)
    for part in m.walk():
        faults += [repr(d) for d in part.defects]
        for name, value in part.items():
            faults += ["%s: %r" % (name, d) for d in getattr(value, "defects", [])]
    if m["Subject"] != subject:
        faults.append("subject %r is not %r" % (m["Subject"], subject))
    to = m["To"].addresses[0]
    # Python keeps the space between two encoded-words within a name; RFC 2047 drops it.
    if to.display_name.replace("  ", " ") != to_name or to.addr_spec != "amh.lead@example.nhs.uk":
        faults.append("to %r" % to)
    for name in ("Date", "From", "To", "Reply-To", "Subject", "Message-ID", "Auto-Submitted",
                 "List-Id", "References", "In-Reply-To", "MIME-Version"):
        if len(m.get_all(name, [])) != 1:
            faults.append("%d times %s" % (len(m.get_all(name, [])), name))
    if m["Date"].datetime.isoformat() != "2015-03-24T08:30:00+00:00":
        faults.append("date %s" % m["Date"])
    if any(len(line) > 78 for line in raw.split(b"\r\n")) or b"\n" in raw.replace(b"\r\n", b""):
        faults.append("line length or line end")
    plain = m.get_body(("plain",))
    page = m.get_body(("html",))
    if plain is None or "Reply to this mail" not in plain.get_content():
        faults.append("no plain text")
    if page is not None:
        p = Page(page.get_content())
        faults += p.faults
        facts = p.count("th") >= 6 or p.count("ul") == 1  # a table of them, or a list of sentences
        if p.count("h1") != 1 or not facts or ("html", {"lang": "en-GB"}) not in p.tags:
            faults.append("headings, table headers or language")
    for part in m.walk():
        if part.get_content_type() == "text/calendar":
            faults += check_calendar(part.get_content().replace("\r\n", "\n").replace("\n", "\r\n"))
    return faults


def mails(folder):
    r = subprocess.run([DRIVER, "render", os.path.join(ROOT, "config/templates"), folder],
                       capture_output=True, text=True, check=False)
    ok(r.returncode == 0, "every kind of notice becomes a mail", r.stderr)
    for line in r.stdout.splitlines():
        name, to_name, subject = line.split("\t")
        faults = check_mail(os.path.join(folder, name), to_name, subject)
        ok(not faults, "%s has no defect and says what went in" % name, *faults)


class Relay:
    def __init__(self, folder, mode, *args):
        self.spool = tempfile.mkdtemp(dir=folder)
        self.p = subprocess.Popen(["/usr/bin/python3", os.path.join(HERE, "smtpd.py"), mode,
                                   "--spool", self.spool, *args],
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                  text=True)
        self.port = self.p.stdout.readline().split()[-1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.p.send_signal(signal.SIGKILL)
        self.p.wait()
        self.p.stdout.close()

    def taken(self):
        return sorted(f for f in os.listdir(self.spool) if f.endswith(".eml"))


def send(port, message, *args):
    r = subprocess.run([DRIVER, "smtp", message, "port=%s" % port, *args], capture_output=True,
                       text=True, check=False)
    lines = [tuple(line.split("\t")) for line in r.stdout.splitlines()]
    return lines or [("crash", str(r.returncode), r.stderr)]


def faults_of_relays(folder, message):
    cases = [
        # mode, outcome, code, taken over
        ("ok", "accepted", "250", 1),
        ("greylist", "deferred", "451", 0),
        ("reject", "refused", "550", 0),
        ("reject-data", "refused", "554", 0),
        ("defer-data", "deferred", "452", 0),
        ("slow", "unknown", "0", None),
        ("drop-after-data", "unknown", "0", 0),
        ("ack-lost", "unknown", "0", 1),
        ("drop-at-rcpt", "unreached", "0", 0),
        ("garbage", "unreached", "0", 0),
        ("silent", "unreached", "0", 0),
        ("closed", "deferred", "554", 0),
        ("auth-required", "deferred", "530", 0),
        ("quit-silent", "accepted", "250", 1),
        ("rude", "refused", "550", 0),
    ]
    for mode, outcome, code, taken in cases:
        with Relay(folder, mode) as relay:
            got = send(relay.port, message, "timeout_ms=1500")
            n = len(relay.taken())
            good = got[0][:2] == (outcome, code) and (taken is None or n == taken)
            good = good and not any(ord(c) < 32 or ord(c) == 127 for c in got[0][2])
            ok(good and len(got[0][2]) < 256, "a relay in mode %s: %s" % (mode, outcome), got, n)
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        got = send(s.getsockname()[1], message)
        ok(got[0][0] == "unreached", "a relay that is down: unreached", got)
    got = send(1, message, "host=no-such-host.invalid", "timeout_ms=3000")
    ok(got[0][0] == "unreached", "a relay without an address: unreached", got)


def finer_points(folder, message):
    with Relay(folder, "ok") as relay:
        got = send(relay.port, message, "times=3")
        with open(message, "rb") as f:
            sent = f.read()
        same = []
        for name in relay.taken():
            with open(os.path.join(relay.spool, name), "rb") as f:
                same.append(f.read() == sent)
        ok([g[0] for g in got] == ["accepted"] * 3 and same == [True] * 3,
           "three messages over one connection arrive byte for byte", got, same)
    with Relay(folder, "ack-lost") as relay:
        got = send(relay.port, message, "times=2")
        ids = set()
        for name in relay.taken():
            with open(os.path.join(relay.spool, name), "rb") as f:
                ids.add(email.message_from_bytes(f.read())["Message-ID"])
        ok([g[0] for g in got] == ["unknown"] * 2 and len(relay.taken()) == 2 and len(ids) == 1,
           "a lost answer: sent twice, with one Message-ID", got, ids)
    big = os.path.join(folder, "big.eml")
    with open(big, "wb") as f:
        f.write(b"Subject: big\r\n\r\n" + b".dots and words\r\n" * 700000)
    with Relay(folder, "drop-mid-data") as relay:
        got = send(relay.port, big, "timeout_ms=5000")
        ok(got[0][0] == "unreached", "hung up on in the middle of the message: unreached", got)
    for bad in ("a b@example.nhs.uk", "a@example.nhs.uk>\r\nRCPT TO:<x@y.example", "nobody"):
        with Relay(folder, "ok") as relay:
            got = send(relay.port, message, "to=" + bad)
            ok(got[0][0] == "refused" and not relay.taken(), "no address: refused unsent", got)


def openssl(*args):
    subprocess.run(["openssl", *args], check=True, capture_output=True)


def certificates(folder, name):
    ca, cakey = os.path.join(folder, "ca.pem"), os.path.join(folder, "ca.key")
    key, csr = os.path.join(folder, name + ".key"), os.path.join(folder, name + ".csr")
    cert, ext = os.path.join(folder, name + ".pem"), os.path.join(folder, name + ".ext")
    if not os.path.exists(ca):
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", cakey, "-out", ca,
                "-days", "3650", "-subj", "/CN=test CA")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", csr, "-subj",
            "/CN=" + name)
    with open(ext, "w", encoding="ascii") as f:
        f.write("subjectAltName=" + ("IP:127.0.0.1" if name == "good" else "DNS:other.example"))
    openssl("x509", "-req", "-in", csr, "-CA", ca, "-CAkey", cakey, "-CAcreateserial", "-out",
            cert, "-days", "3650", "-extfile", ext)
    return ca, cert, key


def tls_and_passwords(folder, message):
    ca, cert, key = certificates(folder, "good")
    _, other_cert, other_key = certificates(folder, "other")
    secret = os.path.join(folder, "password")
    with open(secret, "w", encoding="ascii") as f:
        f.write("correct horse\n")
    os.chmod(secret, 0o600)
    wrong = os.path.join(folder, "wrong")
    with open(wrong, "w", encoding="ascii") as f:
        f.write("battery staple\n")
    os.chmod(wrong, 0o600)
    tls = ("--tls", "starttls", "--cert", cert, "--key", key)
    login = ("--user", "coprod", "--password", "correct horse")

    def case(name, server, client, outcome, taken):
        with Relay(folder, "ok", *server) as relay:
            got = send(relay.port, message, *client)
            ok(got[0][0] == outcome and len(relay.taken()) == taken, name, got, relay.taken())

    start = ("tls=starttls", "ca=" + ca)
    case("STARTTLS with a known CA", tls, start, "accepted", 1)
    case("STARTTLS with an unknown CA sends nothing", tls, ("tls=starttls",), "unreached", 0)
    case("a certificate of another host sends nothing",
         ("--tls", "starttls", "--cert", other_cert, "--key", other_key), start, "unreached", 0)
    case("STARTTLS that the relay does not offer sends nothing", (), start, "unreached", 0)
    case("TLS from the first byte", ("--tls", "smtps", "--cert", cert, "--key", key),
         ("tls=smtps", "ca=" + ca), "accepted", 1)
    for mechanism in ("PLAIN", "LOGIN"):
        server = tls + login + ("--mechanism", mechanism)
        case("AUTH %s with the password" % mechanism, server,
             start + ("user=coprod", "password_file=" + secret), "accepted", 1)
        case("AUTH %s with a wrong password is tried again later, not given up" % mechanism,
             server, start + ("user=coprod", "password_file=" + wrong), "deferred", 0)
    os.chmod(secret, 0o604)
    got = send(1, message, *start, "user=coprod", "password_file=" + secret)
    ok(got[0][0] == "not-opened" and "open to others" in got[0][2],
       "a password file that others may read is refused", got)
    os.chmod(secret, 0o600)
    got = send(1, message, "user=coprod", "password_file=" + secret)
    ok(got[0][0] == "not-opened" and "without TLS" in got[0][2],
       "a password is not sent in clear", got)
    got = send(1, message, *start, "user=coprod", "password_file=" + folder + "/none")
    ok(got[0][0] == "not-opened", "a missing password file is told", got)


def into_maildir(folder, message):
    box = os.path.join(folder, "box")
    key = "<0123456789abcdef.mail@coprod.example.nhs.uk>"

    def put(where, ident=key, limit=None):
        command = [DRIVER, "maildir", where, message, ident]
        if limit:
            command = ["sh", "-c", 'trap "" XFSZ; ulimit -f %d; exec "$@"' % limit, "-", *command]
        r = subprocess.run(command, capture_output=True, text=True, check=False)
        return r.stdout.rstrip("\n").split("\t")

    first, second = put(box), put(box)
    names = os.listdir(box + "/new")
    ok(first[0] == second[0] == "accepted" and len(names) == 1, "the same message is one file",
       first, second, names)
    os.rename(os.path.join(box, "new", names[0]), os.path.join(box, "cur", names[0] + ":2,S"))
    third = put(box)
    ok(third[0] == "accepted" and not os.listdir(box + "/new"), "also after it was read", third)
    put(box, "<../../etc/x@y>")
    ok(len(os.listdir(box + "/new")) == 1 and not os.listdir(box + "/tmp"),
       "no Message-ID leaves the folder", os.listdir(box + "/new"))
    full = put(os.path.join(folder, "full"), limit=1)
    ok(full[0] == "deferred" and not os.listdir(folder + "/full/new")
       and not os.listdir(folder + "/full/tmp"), "no room: told, nothing left behind", full)
    got = put("/proc/none")
    ok(got[0] == "deferred", "a folder that cannot be made is told", got)


def main():
    if not os.path.exists(DRIVER):
        print("1..0 # skipped: build %s first" % os.path.relpath(DRIVER, ROOT))
        return 1
    folder = tempfile.mkdtemp(prefix="coprod-mail-")
    try:
        mails(folder)
        message = os.path.join(folder, "remind-1.eml")
        faults_of_relays(folder, message)
        finer_points(folder, message)
        tls_and_passwords(folder, message)
        into_maildir(folder, message)
    finally:
        shutil.rmtree(folder)
    print("1..%d" % done["n"])
    return 1 if done["bad"] else 0


if __name__ == "__main__":
    sys.exit(main())
