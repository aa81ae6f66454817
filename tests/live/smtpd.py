# SPDX-License-Identifier: MIT
"""smtpd.py - a real SMTP server that misbehaves on demand; a helper of tests.

    python3 smtpd.py MODE [--port N] [--spool DIR] [--cert FILE --key FILE] [--user U --password P]
                     [--tls starttls|smtps] [--mechanism PLAIN|LOGIN]

Prints "port N" when it listens. Every message that it takes over is a file in the spool, named by
count, so that a test can ask what was really delivered. Modes: ok, greylist (451 at RCPT), reject
(550 at RCPT), reject-data (554 after DATA), defer-data (452 after DATA), slow (answers DATA after
4 s, takes it), drop-after-data (hangs up after DATA, takes nothing), ack-lost (takes it, then hangs
up), drop-at-rcpt, drop-mid-data, garbage (no SMTP greeting), closed (554 greeting), silent (says
nothing), auth-required (530), rude (control bytes in its words), quit-silent. SIGTERM ends it.
"""
import argparse
import asyncio
import os
import signal
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword, syntax

REPLIES = {
    "reject-data": "554 5.6.0 not this one",
    "defer-data": "452 4.3.1 disk full",
    "rude": "550 5.7.1 \x1b[31mred\x07 caf\xe9 " + "x" * 400,
}
RCPT = {"greylist": "451 4.7.1 come back later", "reject": "550 5.1.1 no such person"}


class Handler:
    def __init__(self, options):
        self.options = options
        self.count = 0

    def keep(self, envelope):
        self.count += 1
        if not self.options.spool:
            return
        path = os.path.join(self.options.spool, "%d-%06d.eml" % (os.getpid(), self.count))
        with open(path + ".part", "wb") as f:
            f.write(envelope.original_content)
        with open(path + ".to", "w") as f:
            f.write(envelope.mail_from + "\n" + "\n".join(envelope.rcpt_tos) + "\n")
        os.rename(path + ".part", path)

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        mode = self.options.mode
        if mode in RCPT:
            return RCPT[mode]
        if mode == "drop-at-rcpt":
            server.transport.abort()
            return "421 gone"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mode = self.options.mode
        if mode == "drop-after-data":
            server.transport.abort()
            return "421 gone"
        if mode == "ack-lost":
            self.keep(envelope)
            server.transport.abort()
            return "250 OK"
        if mode == "slow":
            await asyncio.sleep(self.options.delay)
        if mode in REPLIES:
            return REPLIES[mode]
        self.keep(envelope)
        return "250 2.0.0 taken over as %d" % self.count


class Server(SMTP):
    async def push(self, status):
        if isinstance(status, str) and not status.isascii():
            self._writer.write(status.encode("latin-1") + b"\r\n")
            await self._writer.drain()
            return
        await super().push(status)

    @syntax("QUIT")
    async def smtp_QUIT(self, arg):
        if self.event_handler.options.mode == "quit-silent":
            await asyncio.sleep(3600)
        await super().smtp_QUIT(arg)

    @syntax("MAIL FROM: <address>")
    async def smtp_MAIL(self, arg):
        if self.event_handler.options.mode == "auth-required":
            await self.push("530 5.7.0 authentication required")
            return
        await super().smtp_MAIL(arg)

    @syntax("DATA")
    async def smtp_DATA(self, arg):
        if self.event_handler.options.mode == "drop-mid-data":
            await self.push("354 go on")
            await self._reader.read(1000)
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


async def misgreet(mode, reader, writer):
    words = {"garbage": b"hello, what do you want?\r\n\x00\xff\r\n", "silent": b"",
             "closed": b"554 5.3.2 no service here\r\n"}[mode]
    writer.write(words)
    await writer.drain()
    if mode == "silent":
        await asyncio.sleep(3600)
    await reader.read(200)
    writer.close()


def options_read():
    p = argparse.ArgumentParser()
    p.add_argument("mode")
    p.add_argument("--port", type=int, default=0)
    p.add_argument("--spool")
    p.add_argument("--cert")
    p.add_argument("--key")
    p.add_argument("--tls", choices=["starttls", "smtps"])
    p.add_argument("--user")
    p.add_argument("--password")
    p.add_argument("--mechanism", choices=["PLAIN", "LOGIN"], default="PLAIN")
    p.add_argument("--delay", type=float, default=4.0)
    return p.parse_args()


async def main():
    options = options_read()
    handler = Handler(options)
    context = None
    if options.tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.cert, options.key)

    def authenticate(server, session, envelope, mechanism, data):
        good = (isinstance(data, LoginPassword) and data.login == options.user.encode()
                and data.password == options.password.encode())
        return AuthResult(success=good, handled=False)

    def session():
        return Server(handler, hostname="relay.example.nhs.uk",
                      tls_context=context if options.tls == "starttls" else None,
                      require_starttls=options.tls == "starttls",
                      authenticator=authenticate if options.user else None,
                      auth_required=bool(options.user),
                      auth_exclude_mechanism=["LOGIN" if options.mechanism == "PLAIN" else "PLAIN"],
                      data_size_limit=64 * 1024 * 1024, timeout=60)

    loop = asyncio.get_running_loop()
    if options.mode in ("garbage", "silent", "closed"):
        server = await asyncio.start_server(
            lambda r, w: misgreet(options.mode, r, w), "127.0.0.1", options.port)
    else:
        server = await loop.create_server(
            session, "127.0.0.1", options.port,
            ssl=context if options.tls == "smtps" else None)
    print("port", server.sockets[0].getsockname()[1], flush=True)
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
