"""Break a helper in one place at a time, and count how often its tests notice.

    python -m tools.mutants checkpoints rules [--module index_file] [--jobs 2]

Prints each mutant that survived and the score of each room. About a second a mutant on one core:
TensorFlow is imported once, and a fork runs the tests that call the mutated function, up to the
first that fails. All of `checkpoints` takes about an hour on two cores; Linux and macOS only.
What only a test of the command in another process would notice counts as survived.

Operators: comparisons, arithmetic, `and`/`or` and `not` turned round; conditions always and never
true; numbers one more; texts with something more at both ends; values, arguments, keywords,
entries of dictionaries and lists, statements, decorators left out. Docstrings, annotations and
import lines stay as they are.
"""

import argparse
import ast
import contextlib
import copy
import importlib.abc
import importlib.util
import itertools
import json
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# Not with quiet_start, whose session would start threads that no fork has.
import tensorflow.compat.v1  # noqa: F401

ROOT = Path(__file__).resolve().parents[1]
SWAPS = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE,
    ast.GtE: ast.Gt, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.Mod: ast.Add,
    ast.FloorDiv: ast.Mult, ast.Pow: ast.Mult, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitAnd,
    ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


def variants(node: ast.AST) -> Iterator[ast.AST | None]:
    """Yield what a node may be replaced by; None leaves it out."""
    for field in ("op", "ops"):
        old = getattr(node, field, None)
        if isinstance(old, list):
            for place, one in enumerate(old):
                if type(one) in SWAPS:
                    yield changed(node, ops=[*old[:place], SWAPS[type(one)](), *old[place + 1 :]])
        elif type(old) in SWAPS:
            yield changed(node, op=SWAPS[type(old)]())
    match node:
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node.operand
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int() | float()):
            yield ast.Constant(node.value + 1)
        case ast.Constant(value=str()):
            yield ast.Constant(f"XX{node.value}XX")
        case ast.Constant(value=bytes()):
            yield ast.Constant(b"XX" + node.value)
        case ast.If() | ast.IfExp() | ast.While():
            yield changed(node, test=ast.Constant(False))
            if not isinstance(node, ast.While):
                yield changed(node, test=ast.Constant(True))
        case ast.Return() | ast.Assign() if node.value and not is_none(node.value):
            yield changed(node, value=ast.Constant(None))
        case ast.Expr() | ast.Raise() | ast.AugAssign() | ast.Break() | ast.Continue():
            yield None
        case ast.Dict() if len(node.keys) > 1:
            for place in range(len(node.keys)):
                keys, values = list(node.keys), list(node.values)
                del keys[place], values[place]
                yield changed(node, keys=keys, values=values)
        case ast.List() | ast.Tuple() if isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
            for place in range(len(node.elts)):
                yield changed(node, elts=[*node.elts[:place], *node.elts[place + 1 :]])
        case ast.Call():
            for place in range(len(node.args)):
                yield changed(node, args=[*node.args[:place], *node.args[place + 1 :]])
            for place in range(len(node.keywords)):
                kept = [*node.keywords[:place], *node.keywords[place + 1 :]]
                yield changed(node, keywords=kept)
        case ast.comprehension(ifs=[_, *_]):
            yield changed(node, ifs=node.ifs[1:])
        case ast.FunctionDef(decorator_list=[_, *_]):
            yield changed(node, decorator_list=node.decorator_list[1:])


def changed(node: ast.AST, **fields: object) -> ast.AST:
    """Return a copy of a node with other fields."""
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def is_none(node: ast.AST) -> bool:
    """Tell whether a node is the constant None."""
    return isinstance(node, ast.Constant) and node.value is None


def mutants(source: str) -> Iterator[tuple[int, int, str, str]]:
    """Yield each mutant: its line, that of its function, what was changed, the whole source."""
    tree = ast.parse(source)
    skipped = {"annotation", "returns", "names", "ctx", "format_spec"}

    def walk(node: ast.AST, function: int) -> Iterator[tuple[int, int, str, str]]:
        for field, old in list(ast.iter_fields(node)):
            for place, child in enumerate(old if isinstance(old, list) else [old]):
                if field in skipped or not isinstance(child, ast.AST) or is_docstring(child):
                    continue
                for new in variants(child):
                    put = ast.Pass() if new is None else new
                    whole = [*old[:place], put, *old[place + 1 :]] if isinstance(old, list) else put
                    setattr(node, field, whole)
                    text = ast.unparse(tree)
                    setattr(node, field, old)
                    with contextlib.suppress(SyntaxError):
                        compile(text, "a mutant", "exec")
                        line = getattr(child, "lineno", getattr(node, "lineno", 0))
                        yield line, function, f"{code(child)}  ->  {code(put)}", text
                if isinstance(child, ast.FunctionDef):
                    yield from walk(
                        child, min(one.lineno for one in [child, *child.decorator_list])
                    )
                else:
                    yield from walk(child, function)

    yield from walk(tree, 0)


def is_docstring(node: ast.AST) -> bool:
    """Tell whether a statement is nothing but a text."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def code(node: ast.AST) -> str:
    """Return the code of a node, cut to a line."""
    return ast.unparse(node).partition("\n")[0][:90]


class Reached:
    """A pytest plugin that notes which functions of the helpers each test calls, and its time."""

    def __init__(self) -> None:
        self.tests: dict[str, dict] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Run one test, traced."""
        reached: set[tuple[str, int]] = set()
        helpers = str(ROOT / "helpers")

        def trace(frame, event, _):
            if frame.f_code.co_filename.startswith(helpers):
                reached.add((frame.f_code.co_filename, frame.f_code.co_firstlineno))

        start = time.monotonic()
        threading.settrace(trace)
        sys.settrace(trace)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            threading.settrace(None)
            seconds = time.monotonic() - start
            self.tests[item.nodeid] = {"seconds": seconds, "called": sorted(reached)}


class Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from another source."""

    def __init__(self, path: Path, source: str):
        self.name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        self.path, self.source = path, source

    def find_spec(self, name, path, target=None):
        """Find the one."""
        if name == self.name:
            return importlib.util.spec_from_loader(name, self, origin=str(self.path))
        return None

    def exec_module(self, module):
        """Execute the other source."""
        module.__file__ = str(self.path)
        exec(compile(self.source, str(self.path), "exec"), module.__dict__)


def forked(work: Callable[[], int]) -> int:
    """Do something in a fork that prints nothing; return its process number."""
    pid = os.fork()
    if pid:
        return pid
    os.setsid()
    for descriptor in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)
    status = 2
    try:
        status = int(work())
    finally:
        os._exit(status)


def run_tests(place: Path, tests: list[str], *plugins: object) -> int:
    """Run tests up to the first that fails; return pytest's exit status."""
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", f"--basetemp={place}"]
    return pytest.main([*options, *tests], plugins=list(plugins))


def main() -> None:
    """Read the command line, run the mutants and print what survived."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("rooms", nargs="+", metavar="ROOM", help="such as checkpoints")
    parser.add_argument("--module", metavar="NAME", help="only this module of them")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each N-th mutant")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory() as place:
        for room in options.rooms:
            score(room, Path(place), options)


def score(room: str, place: Path, options: argparse.Namespace) -> None:
    """Run the mutants of one room and print its score."""
    path = Path("helpers", room)
    tests = str(Path("tests", room)) if path.is_dir() else f"tests/test_{room}.py"
    notes = place / "reached"

    def listen() -> int:
        reached = Reached()
        status = run_tests(place / "listen", [tests], reached)
        notes.write_text(json.dumps(reached.tests))
        return status

    start = time.monotonic()
    if os.waitpid(forked(listen), 0)[1]:
        sys.exit(f"{tests} is red, or cannot run: mend it first")
    reached = json.loads(notes.read_text())
    print(f"{room}: {len(reached)} tests took {time.monotonic() - start:.0f} s, traced", flush=True)
    modules = sorted(path.glob("*.py")) if path.is_dir() else [path.with_suffix(".py")]
    planted = (
        (module.resolve(), *mutant)
        for module in modules
        if options.module in (None, module.stem)
        for mutant in itertools.islice(mutants(module.read_text()), 0, None, options.every)
    )
    running: dict[int, tuple[str, str, float]] = {}
    total, survived = 0, {}
    for number, (module, line, function, what, source) in enumerate(planted):
        reaching = {
            name: test["seconds"]
            for name, test in reached.items()
            if not function or [str(module), function] in test["called"]
        }
        chosen = sorted(reaching, key=reaching.get)
        work = place / str(number)

        def mutated(module=module, source=source, work=work, chosen=chosen) -> int:
            sys.meta_path.insert(0, Mutated(module, source))
            return run_tests(work, chosen) if chosen else 0

        deadline = time.monotonic() + 20 + 5 * sum(reaching.values())
        title = f"{module.relative_to(ROOT)}:{line}  {what}"
        running[forked(mutated)] = (str(module.name), title, deadline)
        total += 1
        while len(running) >= options.jobs:
            reap(running, survived)
    while running:
        reap(running, survived)
    killed = total - sum(map(len, survived.values()))
    print(f"{room}: {killed} of {total} mutants killed, {killed / max(total, 1):.1%}")


def reap(running: dict[int, tuple[str, str, float]], survived: dict[str, list[str]]) -> None:
    """Wait a moment for a fork to end; kill those that take too long."""
    for pid, (module, title, deadline) in list(running.items()):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if not ended and time.monotonic() > deadline:
            os.killpg(pid, signal.SIGKILL)
            ended, status = os.waitpid(pid, 0)
        if ended:
            del running[pid]
            if status == 0:
                survived.setdefault(module, []).append(title)
                print(f"survived: {title}", flush=True)
            return
    time.sleep(0.02)


if __name__ == "__main__":
    main()
