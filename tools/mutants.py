"""Break a helper in one place at a time, and count how often its tests notice.

    python -m tools.mutants checkpoints rules quiet [--every 10] [--first 3]

Prints each mutant that survived and the score of each room. It works on a copy, so that the
sources may be edited meanwhile. A fork, which finds TensorFlow imported, runs the tests that call
the mutated function, up to the first that fails. That takes about a second a mutant: an hour and
a half for all of `checkpoints`, some minutes with `--every 10`. Linux and macOS only.

No ready tool fits: mutmut forks after sessions have started their threads, and the fork's first
session waits for ever; cosmic-ray starts Python and TensorFlow for every mutant.
"""

import argparse
import ast
import copy
import itertools
import os
import pickle
import shutil
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

SWAPS = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE,
    ast.GtE: ast.Gt, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.Mod: ast.Add,
    ast.FloorDiv: ast.Mult, ast.Pow: ast.Mult, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitAnd,
    ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
# What no test can notice, or nobody reads.
SKIPPED = {"annotation", "returns", "names", "ctx", "format_spec"}


def variants(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what a node may be replaced by."""
    for field in ("op", "ops"):
        for place, one in items(node, field):
            if type(one) in SWAPS:
                yield changed(node, field, place, SWAPS[type(one)]())
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
            yield changed(node, "test", None, ast.Constant(False))
            if not isinstance(node, ast.While):
                yield changed(node, "test", None, ast.Constant(True))
        case ast.Return() | ast.Assign() if node.value and ast.unparse(node.value) != "None":
            yield changed(node, "value", None, ast.Constant(None))
        case ast.Expr() | ast.Raise() | ast.AugAssign() | ast.Break() | ast.Continue():
            yield ast.Pass()
        case ast.Dict() if len(node.keys) > 1:
            for place in range(len(node.keys)):
                yield changed(changed(node, "keys", place), "values", place)
        case ast.List() | ast.Tuple() if isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
            yield from (changed(node, "elts", place) for place in range(len(node.elts)))
        case ast.Call():
            yield from (changed(node, "args", place) for place in range(len(node.args)))
            yield from (changed(node, "keywords", place) for place in range(len(node.keywords)))
        case ast.comprehension(ifs=[_, *_]):
            yield changed(node, "ifs", 0)
        case ast.FunctionDef(decorator_list=[_, *_]):
            yield changed(node, "decorator_list", 0)


def items(node: ast.AST, field: str) -> list[tuple[int | None, object]]:
    """Return what a field holds, each with its place if it is a list."""
    value = getattr(node, field, None)
    return list(enumerate(value)) if isinstance(value, list) else [(None, value)]


def changed(node: ast.AST, field: str, place: int | None, *new: ast.AST) -> ast.AST:
    """Return a copy of a node with another value in a field, or with one less in its list."""
    node, old = copy.copy(node), getattr(node, field)
    whole = new[0] if place is None else [*old[:place], *new, *old[place + 1 :]]
    setattr(node, field, whole)
    return node


def mutants(tree: ast.AST, node: ast.AST, function: int = 0) -> Iterator[tuple[int, int, str, str]]:
    """Yield each mutant: its line, that of its function, what was changed, the whole source."""
    for field in node._fields:
        for place, child in items(node, field):
            # Neither is a statement that is nothing but a text, which is a docstring.
            text = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
            if field in SKIPPED or text or not isinstance(child, ast.AST):
                continue
            old = getattr(node, field)
            for new in variants(child):
                setattr(node, field, getattr(changed(node, field, place, new), field))
                source = ast.unparse(tree)
                setattr(node, field, old)
                what = [ast.unparse(one).partition("\n")[0][:90] for one in (child, new)]
                line = getattr(child, "lineno", getattr(node, "lineno", 0))
                yield line, function, "  ->  ".join(what), source
            if isinstance(child, ast.FunctionDef):
                first = min(one.lineno for one in [child, *child.decorator_list])
                yield from mutants(tree, child, first)
            else:
                yield from mutants(tree, child, function)


class Reached:
    """A pytest plugin that notes each test's time, and the functions of the helpers it calls."""

    def __init__(self) -> None:
        self.tests: dict[str, tuple[float, set[tuple[str, int]]]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Run one test, traced."""
        called: set[tuple[str, int]] = set()

        def trace(frame, event, _):
            called.add((frame.f_code.co_filename, frame.f_code.co_firstlineno))

        start = time.monotonic()
        threading.settrace(trace)
        sys.settrace(trace)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            threading.settrace(None)
            self.tests[item.nodeid] = time.monotonic() - start, called


def in_a_fork(work: Callable[[], int], seconds: float = 0) -> int:
    """Do something in a fork that prints nothing and is ended after a time; return its status."""
    if pid := os.fork():
        return os.waitpid(pid, 0)[1]
    for descriptor in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)
    signal.alarm(int(seconds))
    status = 2
    try:
        status = int(work())
    finally:
        os._exit(status)


def score(room: str, options: argparse.Namespace) -> None:
    """Run the mutants of one room and print its score."""
    folder = Path("tests", room.partition("/")[0])
    tests = str(folder) if folder.is_dir() else f"tests/test_{room}.py"
    command = ["-x", "-q", "-oaddopts=", "--confcutdir=tests", "--basetemp=../tmp"]
    command += ["-pno:cacheprovider", "-pno:unraisableexception"]

    def listen() -> int:
        sys.dont_write_bytecode = False  # of what stays as it is
        status = pytest.main([*command, tests], plugins=[reached := Reached()])
        Path("reached").write_bytes(pickle.dumps(reached.tests))
        return status

    if in_a_fork(listen):
        sys.exit(f"{tests} is red, or cannot run: mend it first")
    reached = pickle.loads(Path("reached").read_bytes())
    paths = [*Path("helpers", room).glob("*.py"), *Path("helpers").glob(f"{room}.py")]
    start, total, killed = time.monotonic(), 0, 0
    for path in sorted(paths):
        source = path.read_text()
        tree = ast.parse(source)
        for mutant in itertools.islice(mutants(tree, tree), options.first, None, options.every):
            line, function, what, mutated = mutant
            times = {name: seconds for name, (seconds, called) in reached.items()
                     if not function or (str(path.resolve()), function) in called}  # fmt: skip
            # What no test calls in its own process may be called in another one.
            times = times or {name: seconds for name, (seconds, _) in reached.items()}
            chosen = sorted(times, key=times.get)
            path.write_text(mutated)
            status = in_a_fork(
                lambda c=chosen: pytest.main([*command, *c]), 20 + 5 * sum(times.values())
            )
            total, killed = total + 1, killed + bool(status)
            if not status:
                print(f"survived: {path}:{line}  {what}", flush=True)
        path.write_text(source)
    seconds = time.monotonic() - start
    print(f"{room}: {killed} of {total} killed, {killed / total:.1%}, {seconds:.0f} s", flush=True)


def main() -> None:
    """Read the command line, run the mutants and print what survived."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("rooms", nargs="+", metavar="ROOM", help="such as checkpoints/verify")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each N-th mutant")
    parser.add_argument("--first", type=int, default=0, metavar="M", help="of these, from the M-th")
    options = parser.parse_args()
    root = Path(__file__).resolve().parents[1]
    with tempfile.TemporaryDirectory() as place:
        ignored = shutil.ignore_patterns(".*", "__pycache__", "notebooks")
        os.chdir(shutil.copytree(root, Path(place) / "course", ignore=ignored))
        # For the forks, and for the processes that they start.
        sys.path.insert(0, str(Path.cwd()))
        os.environ |= {"PYTHONPATH": str(Path.cwd()), "PYTHONDONTWRITEBYTECODE": "1"}
        sys.dont_write_bytecode = True
        # Loading nbval and what it needs takes ten times as long as most tests.
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        for room in options.rooms:
            score(room, options)


if __name__ == "__main__":
    main()
