# SPDX-License-Identifier: MIT
"""reports.py - a helper: what sanitizers found in any program that a test started, at any depth.

A worker that dies of a fault is started again, and the test goes on, only slower. So what ended it is
written to a folder that whoever runs the test looks into.
"""
import contextlib
import glob
import os
import shutil
import tempfile

# UBSan beside ASan writes to nobody's file, but ASan does when UBSan aborts. An assertion is one more.
OPTIONS = {"ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0:exitcode=99:strict_string_checks=1:handle_abort=1",
           "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1:abort_on_error=1",
           "TSAN_OPTIONS": "exitcode=99"}


class Reports:
    def __init__(self, folder):
        self.folder = folder

    def options(self):
        """For the environment of a program and of all that it starts."""
        where = ":log_exe_name=1:log_path=" + self.folder + "/report"
        return {name: words + where for name, words in OPTIONS.items()}

    def text(self):
        said = []
        for path in sorted(glob.glob(self.folder + "/report.*")):
            with open(path, errors="replace") as f:
                said.append(os.path.basename(path) + ":\n" + f.read())
        return "\n".join(said)


@contextlib.contextmanager
def gathered(folder=None):
    d = tempfile.mkdtemp(prefix="coprod-reports-", dir=folder)
    os.chmod(d, 0o1777)  # a program may have become another user
    try:
        yield Reports(d)
    finally:
        shutil.rmtree(d, ignore_errors=True)
