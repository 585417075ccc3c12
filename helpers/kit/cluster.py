"""A cluster on one machine: every task is a process of its own, which may be killed.

For what a single process cannot show: TensorFlow's distributed runtime, and what its tasks do when
one of them dies. Needs `fork`, so Linux or macOS.
"""

import contextlib
import functools
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path

READY = "ready"
# How long a task may take to answer, or a new one to be ready. Only a fault takes this long.
PATIENCE = 120  # seconds


class TaskError(Exception):
    """A task ended, or did not answer in time."""


class Cluster:
    """Tasks that run one script, each at an address of 127.0.0.1 that nobody else can take.

    A task is named as TensorFlow names it, `worker:0`. It finds the cluster and its own place in
    the environment variable `TF_CONFIG`, as TensorFlow wants it. It prints the line `ready` when
    it waits for a line from its standard input; so whoever asks tasks one after the other sets
    the order of everything that happens.

    No task outlives this object, a notebook's cell that fails, or the notebook.
    """

    def __init__(self, script: str, **tasks: int) -> None:
        """Reserve an address for each task; `ps=2, worker=1` makes three. None is started.

        Raises:
            RuntimeError: this system cannot fork.
        """
        self._tasks: dict[str, _Task] = {}
        _check_fork()
        self._script = str(Path(script).resolve())
        self._places = {f"{job}:{n}": _reserve() for job in tasks for n in range(tasks[job])}
        self.addresses = {
            job: [_address(self._places[f"{job}:{number}"]) for number in range(count)]
            for job, count in tasks.items()
        }
        _clusters.add(self)
        _watch_cells()

    def start(self, *names: str, arguments: Sequence[str] = (), directory: str = ".") -> None:
        """Start tasks with these arguments in this directory, and do not wait for them.

        A task that was killed may be started again; it gets its old address.
        """
        for name in names:
            if name not in self._places:
                known = ", ".join(self._places)
                raise ValueError(f"This cluster has no task {name!r}; it has {known}.")
            if name in self._tasks:
                raise ValueError(f"{name} runs already: kill it before you start it again.")
            job, number = name.split(":")
            place = {"cluster": self.addresses, "task": {"type": job, "index": int(number)}}
            request = {
                "script": self._script,
                "arguments": list(arguments),
                "directory": str(Path(directory).resolve()),
                "variables": {"TF_CONFIG": json.dumps(place), "TF_GRPC_REUSE_PORT": "1"},
            }
            self._tasks[name] = _Task(name, request)

    def running(self) -> list[str]:
        """Return the names of the tasks that were started and not killed or finished since."""
        return sorted(self._tasks)

    def say(self, name: str, line: str) -> None:
        """Send a task a line, and do not wait for an answer."""
        self._tasks[name].say(line)

    def answer(self, name: str, patience: float = PATIENCE) -> list[str]:
        """Return the lines that a task prints until it is ready for another line.

        Raises:
            TaskError: it ended, or it was silent for `patience` seconds. Then, as after an
                interrupt, all tasks are killed.
        """
        try:
            return self._tasks[name].lines_until_ready(patience)
        except BaseException:
            self.stop()
            raise

    def ask(self, name: str, line: str) -> list[str]:
        """Send a task a line, and return its answer."""
        self.say(name, line)
        return self.answer(name)

    def is_silent(self, name: str, seconds: float) -> bool:
        """Return whether a task prints nothing for so long."""
        return self._tasks[name].is_silent(seconds)

    def finish(self, name: str) -> list[str]:
        """Close a task's standard input, and return what it prints until it ends.

        Raises:
            TaskError: it was silent for too long. Then all tasks are killed.
        """
        try:
            return self._tasks[name].finish(PATIENCE)
        except BaseException:
            self.stop()
            raise
        finally:
            self._tasks.pop(name, None)

    def signal(self, number: int, *names: str) -> None:
        """Send tasks a signal."""
        for name in names:
            # Gone already only if its fork server has ended, at the end of the notebook.
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._tasks[name].pid, number)

    def kill(self, *names: str) -> None:
        """Send tasks SIGKILL, and return when they are gone."""
        self.signal(signal.SIGKILL, *names)
        for name in names:
            self._tasks.pop(name).wait_for_the_end()

    def stop(self) -> None:
        """Kill every task that still runs."""
        self.kill(*self._tasks)

    def __del__(self) -> None:
        self.stop()


class _Task:
    def __init__(self, name: str, request: dict) -> None:
        self._name = name
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115, lives as long as the task
        self._talk, there = socket.socketpair()
        with there:
            self.pid = _fork(request, there.fileno(), self._errors.fileno())
        self._received = b""

    def say(self, line: str) -> None:
        self._talk.sendall(f"{line}\n".encode())

    def lines_until_ready(self, patience: float) -> list[str]:
        lines = []
        while (line := self._line(patience)) != READY:
            if line is None:
                raise TaskError(f"{self._name} ended. {self._last_words()}")
            lines.append(line)
        return lines

    def is_silent(self, seconds: float) -> bool:
        return not self._received and not select.select([self._talk], [], [], seconds)[0]

    def finish(self, patience: float) -> list[str]:
        self._talk.shutdown(socket.SHUT_WR)
        lines = []
        while (line := self._line(patience)) is not None:
            lines.append(line)
        return lines

    def wait_for_the_end(self) -> None:
        # Its end of the socket is closed when its process is gone.
        while self._line(PATIENCE) is not None:
            pass

    def _line(self, patience: float) -> str | None:
        self._talk.settimeout(patience)
        while b"\n" not in self._received:
            try:
                more = self._talk.recv(65536)
            except TimeoutError:
                silent = f"{self._name} was silent for {patience:g} seconds."
                raise TaskError(f"{silent} {self._last_words()}") from None
            except ConnectionResetError:
                more = b""
            if not more:
                return None
            self._received += more
        line, _, self._received = self._received.partition(b"\n")
        return line.decode()

    def _last_words(self) -> str:
        self._errors.seek(0)
        return f"It said: {self._errors.read().decode(errors='replace')[-3000:].strip()}"


_clusters: "weakref.WeakSet[Cluster]" = weakref.WeakSet()


@functools.cache
def _fork_server() -> tuple[subprocess.Popen, socket.socket]:
    control, there = socket.socketpair()
    with there:
        process = subprocess.Popen(
            [sys.executable, "-m", "helpers.kit.fork_server", str(there.fileno())],
            cwd=Path(__file__).parents[2],
            pass_fds=[there.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # an interrupt of the notebook is not meant for it
        )
    return process, control


def warm_up() -> None:
    """Let the process that tasks are forked from import TensorFlow in the meantime."""
    _check_fork()
    _fork_server()


def _fork(request: dict, *descriptors: int) -> int:
    _, control = _fork_server()
    control.settimeout(PATIENCE)
    socket.send_fds(control, [json.dumps(request).encode()], descriptors)
    pid = control.recv(32)
    if not pid:
        raise TaskError("The process that starts tasks has ended: restart the kernel.")
    return int(pid)


def _check_fork() -> None:
    if not hasattr(os, "fork"):
        raise RuntimeError(
            f"A cluster is started with fork, which {sys.platform} does not have: run this on "
            "Linux or macOS."
        )


def _reserve() -> socket.socket:
    # Bound, and never listening: nobody is given this port, and no program can bind it but one
    # that asks to share it, as a task does (TF_GRPC_REUSE_PORT). It stays ours between two lives
    # of a task.
    place = socket.socket()
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    place.bind(("127.0.0.1", 0))
    return place


def _address(place: socket.socket) -> str:
    return f"127.0.0.1:{place.getsockname()[1]}"


@functools.cache
def _watch_cells() -> None:
    # In a notebook: a cell that fails takes its clusters with it.
    if "IPython" in sys.modules and (shell := sys.modules["IPython"].get_ipython()):
        shell.events.register("post_run_cell", _stop_after_failure)


def _stop_after_failure(result: object) -> None:
    if not result.success:
        for cluster in list(_clusters):
            cluster.stop()
