"""A pytest plugin: after a notebook's last cell, ask its kernel what no cell tells.

nbval has then run the notebook and holds a kernel with everything in it. So each exercise's stub
and solution are tried there, and there it is seen what the notebook leaves behind.
"""

import ast
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from queue import Empty

import psutil
import pytest
from nbval.kernel import RunningKernel
from nbval.plugin import IPyNbCell, IPyNbFile

from tests.notebooks.exercise_cells import Exercise, exercises_of
from tests.notebooks.reading import ROOT, Notebook

_PATIENCE = 120  # seconds; a solution may train a model


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the questions after the last cell of every notebook that is run as a whole."""
    cells: dict[IPyNbFile, list[IPyNbCell]] = {}
    for item in items:
        if isinstance(item, IPyNbCell):
            cells.setdefault(item.parent, []).append(item)
    before = _visible_files()
    for file, of_file in cells.items():
        notebook = Notebook(file.path)
        if len(of_file) == len(notebook.code_cells):
            asks = {
                one.stub.id: partial(_fault_of_exercise, notebook, one)
                for one in exercises_of(notebook)
            } | {"leaves nothing behind": partial(_left_behind, notebook, before)}
            after = items.index(of_file[-1]) + 1
            questions = [Question.from_parent(file, name=name, ask=asks[name]) for name in asks]
            items[after:after] = questions


class FaultError(Exception):
    """What is wrong with the notebook, in one sentence."""


class Question(pytest.Item):
    """Asks the kernel that nbval has started for the notebook; `ask` returns what is wrong."""

    def __init__(self, *, ask: Callable[[RunningKernel], str | None], **of_item: object) -> None:
        super().__init__(**of_item)
        self.ask = ask

    def runtest(self) -> None:
        """Ask it."""
        kernel = self.parent.kernel
        if kernel is None or not kernel.is_alive():
            raise FaultError(f"{self.path.name}: its kernel ended; see the first cell that failed.")
        if fault := self.ask(kernel):
            raise FaultError(fault)

    def repr_failure(self, excinfo: pytest.ExceptionInfo) -> str:
        """Show the sentence alone: no traceback of this module helps the author of a notebook."""
        known = isinstance(excinfo.value, FaultError)
        return str(excinfo.value if known else super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, None, str]:
        """Name the question as nbval names its cells."""
        return self.path, None, f"{self.path.name}: {self.name}"


def _in_kernel(kernel: RunningKernel, code: str, expression: str) -> object:
    # Run `code` there, and return the value of `expression`, which JSON can carry.
    request = kernel.kc.execute(
        code,
        store_history=False,
        user_expressions={"answer": f"__import__('json').dumps({expression})"},
        stop_on_error=False,
    )
    until = time.monotonic() + _PATIENCE
    reply = {"parent_header": {}}
    while reply["parent_header"].get("msg_id") != request:
        try:
            reply = kernel.get_message("shell", timeout=max(0.1, until - time.monotonic()))
        except Empty:
            kernel.interrupt()
            raise FaultError(f"it was not done after {_PATIENCE} seconds") from None
    content = reply["content"]
    answer = content.get("user_expressions", {}).get("answer", content)
    if answer["status"] != "ok":
        raise FaultError(f"{answer['ename']}: {answer['evalue']}")
    return json.loads(ast.literal_eval(answer["data"]["text/plain"]))


def _fault_of_exercise(notebook: Notebook, exercise: Exercise, kernel: RunningKernel) -> str | None:
    # The stub as it stands is not yet right; with the solution in its place, it is.
    at = notebook.at(exercise.stub)
    for name, source, right in [
        ("the stub as it stands", exercise.stub.source, False),
        ("its own solution", exercise.solved, True),
    ]:
        tree = ast.parse(source)
        tree.body[-1] = ast.Assign([ast.Name("verdict", ast.Store())], tree.body[-1].value)
        code = ast.unparse(ast.fix_missing_locations(tree))
        try:
            said = _in_kernel(kernel, code, "[bool(verdict.right), verdict.message]")
        except FaultError as fault:
            return f"{at}: {name} raises {fault}. Mend it, or its checker."
        if said[0] is not right:
            judged = "right" if said[0] else "wrong"
            return f"{at}: {name} is called {judged} ({said[1]!r}). Mend it, or its checker."
    return None


def _left_behind(notebook: Notebook, before: set[Path], kernel: RunningKernel) -> str | None:
    # After the last cell no process of the notebook runs, and no new file is in the course.
    pid = _in_kernel(kernel, "", "__import__('os').getpid()")
    for process in psutil.Process(pid).children(recursive=True):
        if process.status() != psutil.STATUS_ZOMBIE:
            command = " ".join(process.cmdline())
            return f"{notebook.name} leaves a process running, `{command}`: end it in its cell."
    if new := sorted(_visible_files() - before):
        writers = [notebook.at(cell) for cell in notebook.code_cells if new[0].name in cell.source]
        return (
            f"{' or '.join(writers) or notebook.name} leaves {new[0]} behind: call "
            "`enter_workspace()` before the first cell that writes."
        )
    return None


def _visible_files() -> set[Path]:
    # What is hidden belongs to tools: .git, .venv, .pytest_cache, .ipynb_checkpoints.
    def visible(directory: Path) -> set[Path]:
        paths = directory.iterdir()
        return {path for path in paths if not path.name.startswith((".", "__pycache__"))}

    found = visible(Path.home()) if Path.home().is_dir() else set()
    waiting = [ROOT]
    while waiting:
        inside = visible(waiting.pop())
        found |= inside
        waiting += [path for path in inside if path.is_dir() and not path.is_symlink()]
    return found
