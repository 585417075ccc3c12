"""A pytest plugin: after a notebook's last cell, ask its kernel what no cell tells.

nbval has then run the notebook and holds a kernel with everything in it. So the exercises are
tried there, at no cost of a second run, and there it is seen what the notebook leaves behind.
"""

import ast
import json
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty

import psutil
import pytest
from nbval.plugin import IPyNbCell, IPyNbFile

from tests.course.exercises import Exercise, exercises_of, gives_away, verdict_of
from tests.course.notebook import ROOT, Notebook

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
            ExerciseItem.from_parent(file, name=f"exercise-{number}", exercise=exercise)
            for number, exercise in enumerate(exercises_of(notebook), 1)
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
        as_json = f"__import__('json').dumps({expression}, default=repr)"
        request = kernel.kc.execute(
            code, store_history=False, user_expressions={"answer": as_json}, stop_on_error=False
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
        if content["status"] != "ok":
            raise FaultError(f"{content['ename']}: {content['evalue']}")
        answer = content["user_expressions"]["answer"]
        if answer["status"] != "ok":
            raise FaultError(f"{answer['ename']}: {answer['evalue']}")
        return json.loads(ast.literal_eval(answer["data"]["text/plain"]))


class ExerciseItem(_Question):
    """The solution is right; the stub and each wrong answer are not, and the reader is told why."""

    def __init__(self, *, exercise: Exercise, **of_item: object) -> None:
        super().__init__(**of_item)
        self.exercise = exercise

    def runtest(self) -> None:
        """Try the stub, the wrong answers and then the solution, as a reader would."""
        faults = list(self._faults())
        if faults:
            raise FaultError("\n".join(f"{self.exercise.at}: {fault}" for fault in faults))

    def _faults(self) -> Iterator[str]:
        exercise = self.exercise
        told = {}
        for name, source, expected in [
            ("the stub as it stands", exercise.stub, ""),
            *(
                (
                    f"the wrong answer `{answer.code.strip()}`",
                    exercise.answered_by(answer.code),
                    answer.told,
                )
                for answer in exercise.wrong_answers
            ),
        ]:
            try:
                is_right, message = self._verdict(source)
            except FaultError as fault:
                yield (
                    f"{name} makes the checker raise {fault}. Let it return `not_yet(...)` with "
                    "what is off."
                )
                continue
            told[name] = message
            if is_right:
                yield f"{name} is called right ({message!r}). Make the checker tell it apart."
            elif expected not in message:
                yield (
                    f"{name} is told {message!r}, where {expected!r} is expected. Mend the "
                    "checker's message, or the table in tests/course/wrong_answers/."
                )
        try:
            is_right, message = self._verdict(exercise.answered_by(exercise.solution))
        except FaultError as fault:
            yield f"its own solution raises {fault}. Mend the solution in the fold."
            return
        if not is_right:
            yield (
                f"its own solution is called wrong ({message!r}). Mend the solution in the fold, "
                "or the checker."
            )
        values = self._values_of_solution()
        for name, message in told.items():
            for value in values:
                if gives_away(message, value):
                    yield (
                        f"{name} is told {message!r}, which gives the answer {value!r} away. Say "
                        "what is off instead."
                    )

    def _verdict(self, source: str) -> tuple[bool, str]:
        is_right, message = self.in_kernel(
            verdict_of(source), "[bool(verdict.right), verdict.message]"
        )
        return is_right, message

    def _values_of_solution(self) -> list[object]:
        names = [
            target.id
            for statement in ast.parse(self.exercise.solution).body
            if isinstance(statement, ast.Assign)
            for target in statement.targets
            if isinstance(target, ast.Name)
        ]
        return self.in_kernel("", f"[{', '.join(names)}]") if names else []


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
            raise FaultError(
                f"{self.notebook.name} leaves {new[0]} behind: call `enter_workspace()` before the "
                f"first cell that writes{_writers(self.notebook, new[0])}."
            )


def _writers(notebook: Notebook, path: Path) -> str:
    cells = [cell for cell in notebook.code_cells if path.name in cell.source]
    return f" (its name stands in {notebook.at(cells[0])})" if cells else ""


def _visible_files() -> set[Path]:
    # What is hidden belongs to tools: .git, .venv, .pytest_cache, .ipynb_checkpoints.
    home = Path.home()
    found = set(_visible(home.iterdir())) if home.is_dir() else set()
    waiting = [ROOT]
    while waiting:
        for path in _visible(waiting.pop().iterdir()):
            found.add(path)
            if path.is_dir() and not path.is_symlink():
                waiting.append(path)
    return found


def _visible(paths: Iterator[Path]) -> Iterator[Path]:
    return (path for path in paths if not path.name.startswith((".", "__pycache__")))
