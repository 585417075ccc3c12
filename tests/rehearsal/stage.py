"""Where a notebook is performed: in a fork of one Python that has imported TensorFlow.

The import takes longer than many notebooks do. So one process imports it, starts no session, and
forks itself for each performance. There the cells run in IPython, as in a kernel, and what they
show is compared with what is stored, as nbval compares it.
"""

import ast
import contextlib
import importlib
import io
import multiprocessing
import os
import pickle
import re
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from tests.notebooks.reading import ROOT, Cell, Notebook
from tests.rehearsal import breakages
from tests.rehearsal.off import binds, put_off

# A claim is a cell's id, and the line of one of its asserts, or this: what it shows.
OUTPUT = 0
Claim = tuple[str, int]
# Seconds after which a notebook in which nothing is broken is ended.
LONGEST = 900


@dataclass(frozen=True)
class Request:
    """What is to be performed."""

    notebook: Notebook
    breakage: str  # the name of what is broken
    # It ends after the last cell that has one of these. An assert that is not among them is left
    # out, so that the next one is reached. Without any, all is run as it is.
    watched: frozenset[Claim] = frozenset()
    # For a cell's id, the names that are put off in turn, until its claims have failed.
    off: Mapping[str, Sequence[str]] = field(default_factory=dict)
    # For a cell's id, the seconds after which it is interrupted; all is ended after the sum.
    limits: Mapping[str, float] = field(default_factory=dict)


@dataclass
class Act:
    """What one cell did."""

    cell: str  # its id
    red: str = ""  # why nbval would call it red
    failed: set[Claim] = field(default_factory=set)  # its own claims, or of functions it calls
    mattering: set[str] = field(default_factory=set)  # names of breakages that make a difference
    lost: bool = False  # whether it raised what it should not
    seconds: float = 0


def import_tensorflow() -> None:
    """Import, before the first performance, what takes long."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # as `quiet_start` does, for later
    kept = os.dup(2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what TensorFlow writes when it starts
    for name in ("matplotlib.backends.backend_agg", "tensorflow.compat.v1", "tensorflow.keras"):
        importlib.import_module(name)
    os.dup2(kept, 2)


def perform(request: Request) -> list[Act]:
    """Perform in a fork what is requested, end what it has started, and return what was done."""
    with tempfile.TemporaryDirectory(prefix="rehearsal-", ignore_cleanup_errors=True) as place:
        fork = multiprocessing.get_context("fork")
        process = fork.Process(target=_perform, args=(request, Path(place)))
        process.start()
        try:
            process.join(sum(request.limits.values()) or LONGEST)
        finally:
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            process.join()
        acts = []
        with Path(place, "acts").open("rb") as file, contextlib.suppress(EOFError):
            while True:
                acts.append(pickle.load(file))
        return acts


def _perform(request: Request, directory: Path) -> None:
    os.setpgid(0, 0)  # so that all can be ended together
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGALRM, _interrupt)
    shell = _Shell.instance(config=_CONFIG, streams=_redirect(request, directory))
    shell.asserts.watched = left = set(request.watched)
    coming = {cell for cell, _ in left}
    with (directory / "acts").open("wb") as file:
        # Where nothing is broken, a second run in the same kernel must show the same.
        twice = 2 if request.breakage == breakages.LISTEN else 1
        for cell in request.notebook.code_cells * twice:
            act = None
            for name in [*request.off.get(cell.id, ()), ""]:
                if name and cell.id not in {one for one, _ in left}:
                    continue
                if act and not act.lost and not (name or (cell.outputs and binds(cell.source))):
                    # Otherwise as it is in the end: what comes after is to find what it makes.
                    continue
                signal.setitimer(signal.ITIMER_REAL, request.limits.get(cell.id, 0), 1)
                act = shell.play(cell, name)
                signal.setitimer(signal.ITIMER_REAL, 0)
                if act.red.startswith("NameError") and twice == 1:
                    # Only because an earlier cell did not get so far as to define the name.
                    act.red, act.failed = "", set()
                left -= act.failed
                pickle.dump(act, file)
                file.flush()
            coming.discard(cell.id)
            if request.watched and not coming:
                break
    # Nothing that the parent has open, or would do at its end, is this one's.
    os._exit(0)


def _redirect(request: Request, directory: Path) -> dict[str, Path]:
    streams = {name: directory / name for name in ("stdout", "stderr", "notes")}
    for file in streams.values():
        file.touch()
    temporary = directory / "temporary"
    temporary.mkdir()
    path = [str(ROOT / "tests" / "rehearsal" / "break_one_thing"), str(ROOT)]
    os.environ |= {
        "TMPDIR": str(temporary),
        breakages.NAME: request.breakage,
        breakages.NOTES: str(streams["notes"]),
        "PYTHONPATH": os.pathsep.join(path),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    tempfile.tempdir = None
    os.chdir(temporary)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in enumerate(("stdout", "stderr"), 1):
        os.dup2(os.open(streams[name], os.O_WRONLY | os.O_APPEND), number)
        raw = io.FileIO(number, "w", closefd=False)
        setattr(sys, name, io.TextIOWrapper(raw, encoding="utf-8", write_through=True))
    return streams


def _interrupt(*_: object) -> None:
    raise TimeoutError("the cell takes too long")


class _Shell(InteractiveShell):
    # IPython, without its history and without tracebacks, and with asserts that tell.

    def __init__(self, streams: Mapping[str, Path], **options: object) -> None:
        super().__init__(
            display_pub_class=CapturingDisplayPublisher, displayhook_class=_Results, **options
        )
        self.streams = streams
        self.failed: set[Claim] = set()
        self.asserts = _Asserts()
        self.ast_transformers.append(self.asserts)
        self.user_ns[_TELL] = lambda *claim: self.failed.add(claim)

    def play(self, cell: Cell, name: str) -> Act:
        for before in (self.display_pub.outputs, self.failed, breakages.noted):
            before.clear()
        sizes = {name: file.stat().st_size for name, file in self.streams.items()}
        self.asserts.cell, self.asserts.name = cell.id, name
        began = time.monotonic()
        result = self.run_cell(cell.source, store_history=True)
        error = result.error_before_exec or result.error_in_exec
        new = {
            name: file.read_bytes()[sizes[name] :].decode(errors="replace")
            for name, file in self.streams.items()
        }
        act = _judged(cell, _by_kind(new, self.display_pub.outputs), error)
        act.mattering = set(new["notes"].splitlines())
        act.seconds = time.monotonic() - began
        if isinstance(error, AssertionError):
            act.failed |= self.failed
        return act

    def showtraceback(self, *_: object, **__: object) -> None:
        pass

    showsyntaxerror = showindentationerror = showtraceback


class _Results(DisplayHook):
    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict, md_dict: dict | None = None) -> None:
        self.shell.display_pub.publish(format_dict)


def _judged(cell: Cell, now: dict[str, list[str]], error: BaseException | None) -> Act:
    act = Act(cell.id)
    raised = f"{type(error).__name__}: {error}" if error else ""
    outputs = cell.outputs
    expected = "".join(f"{one.ename}: {one.evalue}" for one in outputs if "ename" in one)
    texts = {
        stream: "".join(one.text for one in outputs if one.get("name") == stream)
        for stream in ("stdout", "stderr")
    }
    stored = _by_kind(texts, [one for one in outputs if "data" in one])
    act.lost = raised not in ("", expected)
    if "nbval-ignore-output" in cell.tags:
        act.red = raised
    elif raised != expected:
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


def _by_kind(streams: Mapping[str, str], shown: Sequence[Mapping]) -> dict[str, list[str]]:
    # What is compared: of a stream the letters, and whatever is shown of each MIME type.
    kinds = {}
    for name in ("stdout", "stderr"):
        # Of a line that is written over, the last state, as nbval has it.
        if text := re.sub(r".*\r(?=[^\n])", "", streams[name]):
            kinds[name] = list(text)
    for output in shown:
        for kind, content in output["data"].items():
            kinds.setdefault(kind, []).append(content.strip())
    return kinds


_TELL = "__a_claim_failed__"


class _Asserts(ast.NodeTransformer):
    # Lets each assert of a cell tell that it failed, and puts off what one name gives.

    cell, name, watched = "", "", frozenset()

    def visit_Module(self, node: ast.Module) -> ast.Module:
        return self.generic_visit(put_off(node, self.name) if self.name else node)

    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        if self.watched and (self.cell, node.lineno) not in self.watched:
            return ast.copy_location(ast.Pass(), node)
        tell = ast.parse(f"{_TELL}({self.cell!r}, {node.lineno})", mode="eval").body
        node.test = ast.copy_location(ast.BoolOp(ast.Or(), [node.test, tell]), node)
        return ast.fix_missing_locations(node)


_CONFIG = Config()
_CONFIG.HistoryManager.enabled = False
_CONFIG.InteractiveShell.colors = "nocolor"
