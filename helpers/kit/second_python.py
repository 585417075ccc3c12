"""A second Python process beside the notebook's, which runs pieces of code as they are handed over.

For what one process cannot show: that a file is read by a program that did not write it, or how
TensorFlow behaves in eager mode when the notebook has switched that off.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
import weakref
from typing import IO

# What the second process runs. It answers on a copy of its standard output, so that whatever a
# library writes there comes not between the answers.
_LOOP = """
import contextlib, io, json, os, sys, traceback
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
names = {"__name__": "__main__"}
for line in sys.stdin:
    printed, error = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        try:
            exec(compile(json.loads(line), "<second Python>", "exec"), names)
        except Exception:
            error = traceback.format_exc()
    print(json.dumps([printed.getvalue(), error]), file=answers, flush=True)
"""


class SecondPythonError(Exception):
    """The code raised in the second process, or the process ended; its traceback is the message."""


class SecondPython:
    """A Python process in the current directory that keeps its names from piece to piece.

    It starts with the first piece, and ends with `close`, at the latest when this object is
    deleted or the notebook ends.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen | None = None

    def run(self, code: str) -> None:
        """Run `code` there, and print here what it prints.

        What it writes to its standard error is not shown, unless the process ends.

        Raises:
            SecondPythonError: the code raised an exception; the process goes on and can be used
                again. Or the process ended; the next piece starts another.
        """
        if self._process is None:
            self._start()
        try:
            print(json.dumps(code), file=self._process.stdin, flush=True)
            answer = self._process.stdout.readline()
        except OSError:
            answer = ""
        if not answer:
            last_words = self._last_words()
            self.close()
            raise SecondPythonError(last_words)
        printed, error = json.loads(answer)
        print(printed, end="")
        if error:
            raise SecondPythonError(error)

    def close(self) -> None:
        """End the process, if there is one. The next piece starts another, with no names."""
        if self._process is not None:
            self._end()
            self._process = None

    def _start(self) -> None:
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115, lives as long as the process
        self._process = subprocess.Popen(
            [sys.executable, "-c", _LOOP],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            text=True,
        )
        self._end = weakref.finalize(self, _end, self._process, self._stderr)

    def _last_words(self) -> str:
        code = self._process.wait()
        self._stderr.seek(0)
        said = self._stderr.read().decode(errors="replace").strip()
        return f"The second Python ended with status {code}. It said: {said}"


def _end(process: subprocess.Popen, stderr: IO[bytes]) -> None:
    # Without input its loop is over.
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            pipe.close()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    stderr.close()
