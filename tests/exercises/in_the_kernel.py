"""A pytest plugin: after a notebook's last cell, ask its kernel what no cell tells.

nbval has then run the notebook and holds a kernel with everything in it. So each exercise's stub
and solution are tried there, and there it is seen what the notebook leaves behind.
"""

import ast
import json
import time
from pathlib import Path
from queue import Empty

import psutil
import pytest
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
        if len(of_file) < len(notebook.code_cells):
            continue
        questions = [
            ExerciseItem.from_parent(
                file, name=exercise.stub.id, at=notebook.at(exercise.stub), exercise=exercise
            )
            for exercise in exercises_of(notebook)
        ]
        questions.append(
            LeavesNothingItem.from_parent(
                file, name="leaves nothing behind", notebook=notebook, before=before
            )
        )
        after = items.index(of_file[-1]) + 1
        items[after:after] = questions


class FaultError(Exception):
    """What is wrong with the notebook, in one sentence."""


class _Question(pytest.Item):
    """Asked in the kernel that nbval has started for the notebook."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo) -> str:
        """Show the sentence alone: no traceback of this module helps the author of a notebook."""
        if isinstance(excinfo.value, FaultError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, None, str]:
        """Name the question as nbval names its cells."""
        return self.path, None, f"{self.path.name}: {self.name}"

    def in_kernel(self, code: str, expression: str) -> object:
        """Run `code` in the kernel and return the value of `expression`, which JSON can carry.

        Raises:
            FaultError: the code raised, or did not end in time.
        """
        kernel = self.parent.kernel
        if kernel is None or not kernel.is_alive():
            raise FaultError(f"{self.path.name}: its kernel ended; see the first cell that failed.")
        request = kernel.kc.execute(
            code,
            store_history=False,
            user_expressions={"answer": f"__import__('json').dumps({expression})"},
            stop_on_error=False,
        )
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                reply = kernel.get_message("shell", timeout=max(0.1, until - time.monotonic()))
            except Empty:
                kernel.interrupt()
                raise FaultError(f"it was not done after {_PATIENCE} seconds") from None
            if reply["parent_header"].get("msg_id") == request:
                break
        content = reply["content"]
        answer = content.get("user_expressions", {}).get("answer", content)
        if answer["status"] != "ok":
            raise FaultError(f"{answer['ename']}: {answer['evalue']}")
        return json.loads(ast.literal_eval(answer["data"]["text/plain"]))


class ExerciseItem(_Question):
    """The stub as it stands is not yet right; with the solution in its place, it is."""

    def __init__(self, *, at: str, exercise: Exercise, **of_item: object) -> None:
        super().__init__(**of_item)
        self.at, self.exercise = at, exercise

    def runtest(self) -> None:
        """Try the stub, and then the solution, as a reader would."""
        is_right, message = self._verdict(self.exercise.stub.source, "the stub as it stands")
        if is_right:
            raise FaultError(
                f"{self.at}: the stub as it stands is called right ({message!r}). Let the checker "
                "return `UNANSWERED` for `...`."
            )
        is_right, message = self._verdict(self.exercise.solved, "its own solution")
        if not is_right:
            raise FaultError(
                f"{self.at}: its own solution is called wrong ({message!r}). Mend the solution in "
                "the fold, or the checker."
            )

    def _verdict(self, source: str, name: str) -> tuple[bool, str]:
        tree = ast.parse(source)
        tree.body[-1] = ast.Assign([ast.Name("verdict", ast.Store())], tree.body[-1].value)
        code = ast.unparse(ast.fix_missing_locations(tree))
        try:
            return self.in_kernel(code, "[bool(verdict.right), verdict.message]")
        except FaultError as fault:
            raise FaultError(
                f"{self.at}: {name} raises {fault}. Mend it, or its checker."
            ) from None


class LeavesNothingItem(_Question):
    """After the last cell no process of the notebook runs, and no new file is in the course."""

    def __init__(self, *, notebook: Notebook, before: set[Path], **of_item: object) -> None:
        super().__init__(**of_item)
        self.notebook, self.before = notebook, before

    def runtest(self) -> None:
        """Look at the kernel's children, the checkout and the home directory."""
        kernel = psutil.Process(self.in_kernel("", "__import__('os').getpid()"))
        for process in kernel.children(recursive=True):
            if process.status() != psutil.STATUS_ZOMBIE:
                raise FaultError(
                    f"{self.notebook.name} leaves a process running, "
                    f"`{' '.join(process.cmdline())}`: wait for it, or end it, in the cell that "
                    "starts it."
                )
        if new := sorted(_visible_files() - self.before):
            writers = [cell for cell in self.notebook.code_cells if new[0].name in cell.source]
            where = f" (its name stands in {self.notebook.at(writers[0])})" if writers else ""
            raise FaultError(
                f"{self.notebook.name} leaves {new[0]} behind: call `enter_workspace()` before the "
                f"first cell that writes{where}."
            )


def _visible_files() -> set[Path]:
    # What is hidden belongs to tools: .git, .venv, .pytest_cache, .ipynb_checkpoints.
    def visible(directory: Path) -> set[Path]:
        return {
            path for path in directory.iterdir() if not path.name.startswith((".", "__pycache__"))
        }

    found = visible(Path.home()) if Path.home().is_dir() else set()
    waiting = [ROOT]
    while waiting:
        inside = visible(waiting.pop())
        found |= inside
        waiting += [path for path in inside if path.is_dir() and not path.is_symlink()]
    return found
