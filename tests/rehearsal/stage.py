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
import re
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
from tests.rehearsal import breakages
from tests.rehearsal.off import put_off

# A claim is a cell's id, and the line of one of its asserts, or this: what it shows.
OUTPUT = 0
Claim = tuple[str, int]


@dataclass(frozen=True)
class Request:
    """What is to be performed.

    Attributes:
        notebook: what is run.
        breakages: the names of what is broken.
        off: for a cell's id, the name of a function or attribute that is off in that cell.
        proven: asserts that have failed before, and are left out so that the next one is reached.
        places: sets of cells; it ends when a cell of each was red, or all of them have been run.
            Without any, all cells are run.
        times: how many times over.
        patience: after so many seconds it is ended.
    """

    notebook: Notebook
    breakages: Sequence[str]
    off: Mapping[str, str] = field(default_factory=dict)
    proven: frozenset[Claim] = frozenset()
    places: Sequence[frozenset[str]] = ()
    times: int = 1
    patience: float = 300


@dataclass
class Act:
    """What one cell did.

    Attributes:
        cell: its id.
        red: why nbval would call it red, or an empty text.
        failed: the claims that failed while it ran, of this cell or of functions of earlier ones.
        mattering: names of breakages that made, or would have made, a difference while it ran.
        lost: whether it raised what it should not, so that later cells may lack a name.
    """

    cell: str
    red: str = ""
    failed: set[Claim] = field(default_factory=set)
    mattering: set[str] = field(default_factory=set)
    lost: bool = False


@dataclass(frozen=True)
class Performance:
    """What was requested, what the cells did, and the seconds of a processor that it took.

    Where it ended early, these are fewer cells than were requested.
    """

    request: Request
    acts: Sequence[Act]
    seconds: float


def import_tensorflow() -> None:
    """Import, before the first performance, what takes long; what to break, each fork is told."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # as `quiet_start` does, for later
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)  # what TensorFlow writes when it starts
    for name in ("matplotlib.backends.backend_agg", "tensorflow.compat.v1", "tensorflow.keras"):
        importlib.import_module(name)
    os.dup2(kept, 2)


def performances(requests: Iterable[Request], at_once: int) -> Iterator[Performance]:
    """Perform what is requested, `at_once` at a time, and yield each as it is done."""
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
                with (directory / "acts").open("rb") as file:
                    acts = list(_pickled(file))
                shutil.rmtree(directory, ignore_errors=True)
                yield Performance(request, acts, seconds)
        finally:
            for child in running:
                _end(child)


def _fork(request: Request, directory: Path) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    (directory / "acts").touch()
    child = os.fork()
    if child:
        return child
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        _perform(request, directory)
    finally:
        # Nothing that the parent has open, or would do at its end, is the child's.
        os._exit(0)


def _ended(running: dict) -> tuple[int, float]:
    while True:
        child, _, used = os.wait4(-1, os.WNOHANG)
        if child in running:
            _end(child)
            return child, used.ru_utime + used.ru_stime
        for one, (request, _, began) in running.items():
            if time.monotonic() - began > request.patience:
                _end(one)
        time.sleep(0.02)


def _end(child: int) -> None:
    # What it started ends with it.
    with contextlib.suppress(OSError):
        os.killpg(child, signal.SIGKILL)


def _pickled(file: io.BufferedReader) -> Iterator[Act]:
    with contextlib.suppress(EOFError):
        while True:
            yield pickle.load(file)


def _perform(request: Request, directory: Path) -> None:
    files = {name: directory / name for name in ("stdout", "stderr", "notes")}
    for file in files.values():
        file.touch()
    temporary = directory / "temporary"
    temporary.mkdir()
    path = [str(ROOT / "tests" / "rehearsal" / "break_one_thing"), str(ROOT)]
    os.environ |= {
        "TMPDIR": str(temporary),
        breakages.NAME: "\n".join(request.breakages),
        breakages.NOTES: str(files["notes"]),
        "PYTHONPATH": os.pathsep.join(path),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    tempfile.tempdir = None
    os.chdir(temporary)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in enumerate(("stdout", "stderr"), 1):
        os.dup2(os.open(files[name], os.O_WRONLY | os.O_APPEND), number)
        raw = io.FileIO(number, "w", closefd=False)
        setattr(sys, name, io.TextIOWrapper(raw, encoding="utf-8", write_through=True))

    shell = _Shell.instance(request.proven, config=_CONFIG)
    lost, seen, waiting = False, set(), list(request.places)
    with (directory / "acts").open("wb") as acts:
        for cell in request.notebook.code_cells * request.times:
            before = {name: file.stat().st_size for name, file in files.items()}
            breakages.noted.clear()
            name = request.off.get(cell.id, "")
            error = shell.play(cell, name)
            new = {name: _from(file, before[name]) for name, file in files.items()}
            act = _judged(cell, new, shell.shown, error)
            act.mattering = set(new["notes"].splitlines())
            if isinstance(error, AssertionError):
                act.failed |= shell.failed
            if lost and isinstance(error, NameError):
                # It is red only because an earlier cell did not get so far as to define the name.
                act.red, act.failed = "", set()
            lost = lost or act.lost
            pickle.dump(act, acts)
            acts.flush()
            if name and act.lost:
                # What comes after is to find what the cell makes.
                shell.play(cell)
            seen.add(cell.id)
            waiting = [one for one in waiting if not ((act.red and cell.id in one) or one <= seen)]
            if request.places and not waiting:
                break


def _from(path: Path, start: int) -> str:
    with path.open("rb") as file:
        file.seek(start)
        return file.read().decode(errors="replace")


def _judged(cell: Cell, streams: dict, shown: list[dict], error: BaseException | None) -> Act:
    act = Act(cell.id)
    raised = f"{type(error).__name__}: {error}" if error else ""
    stored_errors = [one for one in cell.outputs if one.output_type == "error"]
    expected = "".join(f"{one.ename}: {one.evalue}" for one in stored_errors)
    act.lost = raised not in ("", expected)
    if "nbval-ignore-output" in cell.tags:
        act.red = raised
        return act
    texts = {"stdout": "", "stderr": ""}
    for output in cell.outputs:
        if output.output_type == "stream":
            texts[output.name] += output.text
    now = _by_kind(streams, shown)
    stored = _by_kind(texts, [output.data for output in cell.outputs if "data" in output])
    if raised != expected:
        act.red = raised or f"it no longer raises {expected}"
        # Where it goes wrong on the way, only what it said up to there can contradict.
        begun = all(stored.get(kind, [])[: len(now[kind])] == now[kind] for kind in now)
        if expected or not begun or isinstance(error, AssertionError):
            act.failed.add((cell.id, OUTPUT))
    elif now != stored:
        kind = min(kind for kind in now.keys() | stored if now.get(kind) != stored.get(kind))
        act.red = f"its {kind} is another, {''.join(now.get(kind, ''))[:200]!r}"
        act.failed.add((cell.id, OUTPUT))
    return act


def _by_kind(streams: Mapping[str, str], shown: list[dict]) -> dict[str, list[str]]:
    kinds = {}
    for name in ("stdout", "stderr"):
        # Of a line that is written over, the last state, as nbval has it.
        if text := re.sub(r".*\r(?=[^\n])", "", streams[name]):
            kinds[name] = list(text)
    for data in shown:
        for kind, content in data.items():
            kinds.setdefault(kind, []).append(content.strip())
    return kinds


class _Shell(InteractiveShell):
    # IPython, without its history and without tracebacks, and with asserts that tell.

    def __init__(self, proven: Iterable[Claim] = (), **options: object) -> None:
        super().__init__(display_pub_class=_Displays, displayhook_class=_Results, **options)
        self.shown: list[dict] = []
        self.failed: set[Claim] = set()
        self.instrument = _Instrument(proven)
        self.ast_transformers.append(self.instrument)
        self.user_ns[_TELL] = lambda *claim: self.failed.add(claim)

    def play(self, cell: Cell, name: str = "") -> BaseException | None:
        self.shown.clear()
        self.failed.clear()
        self.instrument.cell, self.instrument.name = cell.id, name
        result = self.run_cell(cell.source, store_history=True)
        return result.error_before_exec or result.error_in_exec

    def showtraceback(self, *_: object, **__: object) -> None:
        pass

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


class _Instrument(ast.NodeTransformer):
    # Lets each assert of a cell tell that it failed, and puts off what one name gives.

    cell, name = "", ""

    def __init__(self, proven: Iterable[Claim]) -> None:
        self.proven = frozenset(proven)

    def visit_Module(self, node: ast.Module) -> ast.Module:
        return self.generic_visit(put_off(node, self.name) if self.name else node)

    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        if (self.cell, node.lineno) in self.proven:
            return ast.copy_location(ast.Pass(), node)
        tell = ast.parse(f"{_TELL}({self.cell!r}, {node.lineno})", mode="eval").body
        node.test = ast.copy_location(ast.BoolOp(ast.Or(), [node.test, tell]), node)
        return ast.fix_missing_locations(node)


_CONFIG = Config()
_CONFIG.HistoryManager.enabled = False
_CONFIG.InteractiveShell.colors = "nocolor"
