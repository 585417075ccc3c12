"""The exercises of a notebook: the stub, the solution in its fold, and plausible wrong answers.

The wrong answers stand in `tests/course/wrong_answers/notebook_NN.py`, one file a notebook.
"""

import ast
import importlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.course.notebook import Cell, Notebook, walk
from tests.course.structure import EXERCISES
from tests.course.wrong_answers import WrongAnswer

LEAST_WRONG_ANSWERS = 2


@dataclass(frozen=True)
class Exercise:
    """One exercise, ready to be answered in a kernel that has run the notebook.

    Attributes:
        at: names the stub's cell for a reader of a failure.
        stub: the source of the cell that the reader completes.
        solution: the code in the fold, which takes the place of the stub's `...`.
        wrong_answers: what is tried besides, each with a part of what the checker must say.
    """

    at: str
    stub: str
    solution: str
    wrong_answers: Sequence[WrongAnswer]

    def answered_by(self, answer: str) -> str:
        """Return the cell's source with `answer` in place of what the reader must replace."""
        return with_answer(self.stub, answer)


def exercises_of(notebook: Notebook) -> list[Exercise]:
    """Return the exercises that are complete; the checks below tell of the others."""
    wrong_answers = wrong_answers_for(notebook)
    exercises = []
    for number in range(1, EXERCISES + 1):
        stub, solution = _stub(notebook, number), _solution(notebook, number)
        if stub and solution and placeholders(stub.source):
            exercises.append(
                Exercise(notebook.at(stub), stub.source, solution, wrong_answers.get(number, ()))
            )
    return exercises


def there_are_three_exercises(notebook: Notebook) -> Iterator[str]:
    """Each has a stub with a `...` to replace, and a solution in a fold that replaces it."""
    for number in range(1, EXERCISES + 1):
        stub, solution = _stub(notebook, number), _solution(notebook, number)
        if stub is None:
            yield (
                f"{notebook.name} has no exercise {number}: write its stub in a code cell with the "
                f"id `exercise-{number}`."
            )
        elif not placeholders(stub.source):
            yield f"{notebook.at(stub)} must have a `...` that the reader replaces."
        elif not isinstance(ast.parse(stub.source).body[-1], ast.Expr):
            yield f"{notebook.at(stub)} must end with a call of what checks the answer."
        elif solution is None:
            yield (
                f"{notebook.at(stub)} has no solution: write a text cell with the id "
                f"`solution-{number}`, a fold with a block of Python in it."
            )
        elif missing := _names(placeholders(stub.source)) - _names(_parse(solution)):
            yield (
                f'{notebook.name}, cell "solution-{number}" does not define {min(missing)}, for '
                f"which {notebook.at(stub)} has a `...`: the block must take the stub's place."
            )


def solutions_are_in_folds(notebook: Notebook) -> Iterator[str]:
    """A solution is hidden until the reader asks for it."""
    for cell in notebook.text_cells:
        if cell.id.startswith("solution") and not re.match(
            r"<details><summary>Solution</summary>\n\n.*\n\n</details>\s*\Z", cell.source, re.DOTALL
        ):
            yield (
                f"{notebook.at(cell)} must be a fold: `<details><summary>Solution</summary>`, an "
                "empty line, the solution, an empty line, `</details>`."
            )


def every_exercise_has_wrong_answers(notebook: Notebook) -> Iterator[str]:
    """At least two plausible wrong answers to each exercise are tried on its checker."""
    for number in range(1, EXERCISES + 1):
        has = len(wrong_answers_for(notebook).get(number, ()))
        if has < LEAST_WRONG_ANSWERS:
            yield (
                f"{notebook.name}, exercise {number} has {has} wrong answers to try: add plausible "
                f"ones to tests/course/wrong_answers/notebook_{notebook.number}.py, at least "
                f"{LEAST_WRONG_ANSWERS}."
            )


CHECKS = [there_are_three_exercises, solutions_are_in_folds, every_exercise_has_wrong_answers]


def wrong_answers_for(notebook: Notebook) -> Mapping[int, Sequence[WrongAnswer]]:
    """Return the table of the notebook's wrong answers; empty if there is none."""
    name = f"tests.course.wrong_answers.notebook_{notebook.number}"
    try:
        return importlib.import_module(name).WRONG_ANSWERS
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return {}


def with_answer(stub: str, answer: str) -> str:
    """Return `stub` with `answer` in place of its statements that have a `...` in them."""
    spans = placeholders(stub)
    lines = stub.splitlines()
    return "\n".join([*lines[: spans[0].lineno - 1], answer, *lines[spans[-1].end_lineno :]])


def placeholders(source: str) -> list[ast.stmt]:
    """Return the statements at the top of `source` that the reader must replace."""
    return [
        statement
        for statement in ast.parse(source).body
        if any(isinstance(node, ast.Constant) and node.value is ... for node in ast.walk(statement))
    ]


def verdict_of(source: str) -> str:
    """Return `source` with its last expression, the checker's call, stored under `verdict`."""
    tree = ast.parse(source)
    tree.body[-1] = ast.Assign([ast.Name("verdict", ast.Store())], tree.body[-1].value)
    return ast.unparse(ast.fix_missing_locations(tree))


def gives_away(message: str, right_value: object) -> bool:
    """Tell whether `message` states the right value of an answer.

    `True`, `None` and functions cannot be given away by their name.
    """
    if isinstance(right_value, bool) or right_value is None:
        return False
    if isinstance(right_value, int | float):
        forms = {repr(right_value), f"{right_value:,}", f"{right_value:g}"}
        return any(
            re.search(rf"(?<![\w.,]){re.escape(form)}(?!\w|[.,]\d)", message) for form in forms
        )
    if isinstance(right_value, str):
        return bool(re.search(rf"(?<![\w.-]){re.escape(right_value)}(?![\w-])", message))
    if isinstance(right_value, list | tuple | set | dict) and len(right_value) > 0:
        inside = repr(right_value)[1:-1]
        return inside in message or all(gives_away(message, value) for value in right_value)
    return False


def _stub(notebook: Notebook, number: int) -> Cell | None:
    return next((cell for cell in notebook.code_cells if cell.id == f"exercise-{number}"), None)


def _solution(notebook: Notebook, number: int) -> str | None:
    for cell in notebook.text_cells:
        if cell.id == f"solution-{number}":
            blocks = [block["raw"] for block in walk(cell.tokens, "block_code")]
            return blocks[0].rstrip() if blocks else None
    return None


def _parse(code: str) -> list[ast.stmt]:
    try:
        return ast.parse(code).body
    except SyntaxError:
        return []


def _names(statements: list[ast.stmt]) -> set[str]:
    names = set()
    for statement in statements:
        if isinstance(statement, ast.Assign):
            names |= {
                node.id
                for target in statement.targets
                for node in ast.walk(target)
                if isinstance(node, ast.Name)
            }
        elif isinstance(statement, ast.FunctionDef | ast.ClassDef):
            names.add(statement.name)
    return names
