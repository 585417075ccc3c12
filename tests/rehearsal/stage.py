"""Where a notebook is performed: in a fork of one Python that has imported TensorFlow.

The import takes longer than most notebooks do. So one process imports it, starts no session, and
forks itself for each performance. There the cells run in IPython, as in a kernel, and what they
show is compared with what is stored, as nbval compares it. It takes an `os.fork`.
"""

import ast
import contextlib
import importlib
import io
import os
import pickle
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from tests.notebooks.reading import ROOT, Cell, Notebook
from tests.rehearsal import breakages, off

# After so long a performance is ended; the longest takes a small part of it.
SECONDS = 300
# A claim of a cell is the line of one of its asserts, or this: what it shows.
OUTPUT = 0
Claim = tuple[str, int]


@dataclass
class Act:
    """What one cell did.

    Attributes:
        cell: its id.
        red: why nbval would call it red, or an empty text.
        failed: the claims that failed while it ran, of this cell or of functions of earlier ones.
        mattering: names of breakages that made, or would have made, a difference while it ran.
    """

    cell: str
    red: str = ""
    failed: set[Claim] = field(default_factory=set)
    mattering: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Request:
    """What is to be performed.

    Attributes:
        notebook: what is run.
        breakage: the name of what is broken.
        off: for a cell's id, the name of a function or attribute whose value is off in that cell.
        until: the last cell that is run; None, all are.
        times: how many times over.
    """

    notebook: Notebook
    breakage: str
    off: Mapping[str, str] = field(default_factory=dict)
    until: str | None = None
    times: int = 1


@dataclass(frozen=True)
class Performance:
    """What was requested, what the cells did, in order, and the seconds of a processor it took.

    Where it ended early, these are fewer cells than were requested.
    """

    request: Request
    acts: Sequence[Act]
    seconds: float


def performances(requests: Iterable[Request], at_once: int) -> Iterator[Performance]:
    """Perform what is requested, `at_once` at a time, and yield each as it is done.

    `requests` may be an iterator that learns from what was yielded before.
    """
    waiting, running = iter(requests), {}
    with tempfile.TemporaryDirectory(prefix="rehearsal-", ignore_cleanup_errors=True) as place:
        try:
            while True:
                while len(running) < at_once and (request := next(waiting, None)):
                    directory = Path(tempfile.mkdtemp(dir=place))
                    running[_fork(request, directory)] = request, directory, time.monotonic()
                if not running:
                    return
                child, seconds = _ended(running)
                request, directory, _ = running.pop(child)
                acts = _read(directory / "acts")
                shutil.rmtree(directory, ignore_errors=True)
                yield Performance(request, acts, seconds)
        finally:
            for child in running:
                _end(child)


def import_tensorflow() -> None:
    """Import, before the first performance, what takes long; what to break, each fork is told."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    for name in ("matplotlib.backends.backend_agg", "tensorflow.compat.v1", "tensorflow.keras"):
        importlib.import_module(name)


def _fork(request: Request, directory: Path) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        os.setpgid(0, 0)
        _perform(request, directory)
        status = 0
    finally:
        # Nothing that the parent has open, or would do at its end, is the child's.
        os._exit(status)


def _ended(running: dict) -> tuple[int, float]:
    # Wait for one, and return it and the seconds of a processor that it took.
    while True:
        child, _, used = os.wait4(-1, os.WNOHANG)
        if child in running:
            _end(child)
            return child, used.ru_utime + used.ru_stime
        for one, (_, _, began) in running.items():
            if time.monotonic() - began > SECONDS:
                _end(one)
        time.sleep(0.02)


def _end(child: int) -> None:
    # What it started ends with it.
    with contextlib.suppress(OSError):
        os.killpg(child, signal.SIGKILL)


def _read(path: Path) -> list[Act]:
    acts = []
    if path.exists():
        with path.open("rb") as file:
            try:
                while True:
                    acts.append(pickle.load(file))
            except EOFError:
                pass
    return acts


def _perform(request: Request, directory: Path) -> None:
    temporary = directory / "temporary"
    temporary.mkdir()
    notes = directory / "notes"
    notes.touch()
    path = [str(ROOT / "tests" / "rehearsal" / "break_one_thing"), str(ROOT)]
    os.environ |= {
        "TMPDIR": str(temporary),
        breakages.NAME: request.breakage,
        breakages.NOTES: str(notes),
        "PYTHONPATH": os.pathsep.join(path),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    tempfile.tempdir = None
    os.chdir(temporary)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    streams = {name: directory / name for name in ("stdout", "stderr")}
    for number, (name, file) in enumerate(streams.items(), 1):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
        raw = io.FileIO(number, "w", closefd=False)
        setattr(sys, name, io.TextIOWrapper(raw, encoding="utf-8", write_through=True))

    shell = _Shell.instance(config=_CONFIG)
    lost = False
    with (directory / "acts").open("wb") as file:
        for cell in request.notebook.code_cells * request.times:
            before = {name: path.stat().st_size for name, path in streams.items()}
            seen = notes.stat().st_size
            breakages.noted.clear()
            name = request.off.get(cell.id, "")
            error = shell.play(cell, name)
            if isinstance(error, NameError) and lost:
                # A cell before it did not get so far as to define the name.
                pickle.dump(Act(cell.id), file)
                continue
            shown = {name: [_from(streams[name], start)] for name, start in before.items()}
            act = _judged(cell, shown, shell.shown, error)
            if isinstance(error, AssertionError):
                act.failed |= shell.failed
            act.mattering = set(_from(notes, seen).splitlines())
            lost = lost or bool(error and act.red)
            pickle.dump(act, file)
            file.flush()
            if name and error:
                # What comes after is to find what the cell makes.
                shell.play(cell)
            if cell.id == request.until:
                break


def _from(path: Path, start: int) -> str:
    with path.open("rb") as file:
        file.seek(start)
        return file.read().decode(errors="replace")


def _judged(cell: Cell, streams: dict, shown: list[dict], error: BaseException | None) -> Act:
    act = Act(cell.id)
    stored_error = next((one for one in cell.outputs if one.output_type == "error"), None)
    raised = f"{type(error).__name__}: {error}" if error else ""
    expected = f"{stored_error.ename}: {stored_error.evalue}" if stored_error else ""
    if "nbval-ignore-output" in cell.tags:
        act.red = raised
        return act
    now = _by_kind(streams, shown)
    stored = _by_kind(
        {
            name: [one.text for one in cell.outputs if one.get("name") == name]
            for name in ("stdout", "stderr")
        },
        [one.data for one in cell.outputs if "data" in one],
    )
    if raised != expected:
        act.red = raised or f"it no longer raises {expected}"
        # Where it goes wrong on the way, only what it said up to there can contradict.
        begun = all(
            stored.get(kind, "").startswith(text) if isinstance(text, str)
            else stored.get(kind, [])[: len(text)] == text
            for kind, text in now.items()
        )  # fmt: skip
        if expected or not begun or isinstance(error, AssertionError):
            act.failed.add((cell.id, OUTPUT))
    elif now != stored:
        kind = min(kind for kind in now.keys() | stored if now.get(kind) != stored.get(kind))
        act.red = f"another {kind}: {_difference(stored.get(kind), now.get(kind))}"
        act.failed.add((cell.id, OUTPUT))
    return act


def _by_kind(streams: dict, shown: list[dict]) -> dict:
    kinds = {name: "".join(texts) for name, texts in streams.items() if any(texts)}
    for data in shown:
        for kind, content in data.items():
            kinds.setdefault(kind, []).append(content.strip())
    return kinds


def _difference(stored: object, now: object) -> str:
    if not (isinstance(stored, str) and isinstance(now, str)):
        return "" if stored and now and "PNG" in str(now[0])[:9] else repr(now)[:100]
    old, new = stored.splitlines(), now.splitlines()
    for number, line in enumerate(new):
        if number >= len(old) or old[number] != line:
            return f"{line[:100]!r}"
    return "it ends too early"


class _Shell(InteractiveShell):
    """IPython, without its history and without tracebacks, and with asserts that tell."""

    def __init__(self, **options: object) -> None:
        super().__init__(display_pub_class=_Displays, displayhook_class=_Results, **options)
        self.shown: list[dict] = []
        self.failed: set[Claim] = set()
        self.instrumented = _Instrumented()
        self.ast_transformers.append(self.instrumented)
        self.user_ns[_TELL] = lambda *claim: self.failed.add(claim)

    def play(self, cell: Cell, name: str = "") -> BaseException | None:
        """Run a cell, put off what `name` gives in it, and return what it raised."""
        self.shown.clear()
        self.failed.clear()
        self.instrumented.cell, self.instrumented.name = cell.id, name
        result = self.run_cell(cell.source, store_history=True)
        return result.error_before_exec or result.error_in_exec

    def showtraceback(self, *_: object, **__: object) -> None:
        """Show nothing: the error is in the result."""

    showsyntaxerror = showindentationerror = showtraceback


class _Displays(DisplayPublisher):
    def publish(self, data: dict, **_: object) -> None:
        self.shell.shown.append(dict(data))


class _Results(DisplayHook):
    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict, md_dict: dict | None = None) -> None:
        self.shell.shown.append(dict(format_dict))


_TELL = "__a_claim_failed__"


class _Instrumented(ast.NodeTransformer):
    """Lets each assert of a cell tell that it failed, and puts off what one name gives."""

    cell, name = "", ""

    def visit_Module(self, node: ast.Module) -> ast.Module:
        if self.name:
            off.Off(self.name).visit(node)
        return self.generic_visit(node)

    def visit_Assert(self, node: ast.Assert) -> ast.Assert:
        tell = ast.parse(f"{_TELL}({self.cell!r}, {node.lineno})", mode="eval").body
        node.test = ast.copy_location(ast.BoolOp(ast.Or(), [node.test, tell]), node)
        return ast.fix_missing_locations(node)


_CONFIG = Config()
_CONFIG.HistoryManager.enabled = False
_CONFIG.InteractiveShell.colors = "nocolor"
