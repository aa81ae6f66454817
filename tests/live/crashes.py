#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""crashes.py - a test in which a program crashes has failed, whatever the test itself looks at: what
crashes is started again, and the work goes on."""
import contextlib
import io
import signal
import sys

import harness
from harness import Daemon, Tap, configure, run_all, send_signal, until


def what_comes_of(number, tap, d):
    """A test that ends a worker by that signal and is content with what follows."""
    configure(d)
    daemon = Daemon(d).start()
    victim = daemon.family("remind")[0]
    send_signal(victim, number)
    until(lambda: victim not in daemon.family(), "the worker is gone")
    daemon.ready()
    tap.same(daemon.stop(), 0, "ends in peace")


def at_the_end(tap, d):
    """And one that does so when nobody waits for the worker any more."""
    configure(d)
    daemon = Daemon(d).start()
    victim = daemon.family("remind")[0]
    send_signal(victim, signal.SIGSTOP)
    send_signal(victim, signal.SIGSEGV)
    send_signal(daemon.pid, signal.SIGTERM)
    until(lambda: "stopping" in daemon.log(), "it is stopping")
    send_signal(victim, signal.SIGCONT)
    tap.same(daemon.process.wait(harness.GUARD_S), 0, "ends in peace")
    Daemon.alive.remove(daemon)


def held_against(test):
    """How many lines failed, and what was said."""
    inner = Tap()
    with contextlib.redirect_stdout(io.StringIO()) as said:
        harness.run_one(test, inner)
    return inner.failed, said.getvalue()


def crashes_fail_their_test(tap, d):
    for name, test, failures in (
            ("a worker that is killed", lambda t, f: what_comes_of(signal.SIGKILL, t, f), 0),
            ("a worker that writes where nothing is", lambda t, f: what_comes_of(signal.SIGSEGV, t, f), 1),
            ("a worker that aborts", lambda t, f: what_comes_of(signal.SIGABRT, t, f), 1),
            ("a worker that crashes while all end", at_the_end, 1)):
        failed, said = held_against(test)
        tap.ok(failed == failures and ("a program crashed" in said) == bool(failures),
               "%s: %d failed" % (name, failures), said)


if __name__ == "__main__":
    sys.exit(run_all([crashes_fail_their_test], Tap()))
