"""The exercises of a notebook: each a stub in a code cell, and a solution in a text cell's fold."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.notebooks.layout import is_for_looking_up
from tests.notebooks.reading import Cell, Notebook, walk


@dataclass(frozen=True)
class Exercise:
    """One exercise: the cell that the reader completes, and what takes the place of its `...`."""

    stub: Cell
    solution: str

    @property
    def solved(self) -> str:
        """The stub's source with the solution in place of its statements with a `...` in them."""
        spans = placeholders(self.stub.source)
        lines = self.stub.source.splitlines()
        before, after = lines[: spans[0].lineno - 1], lines[spans[-1].end_lineno :]
        return "\n".join([*before, self.solution, *after])


def exercises_of(notebook: Notebook) -> list[Exercise]:
    """Return the exercises that are complete; the check below tells of the others."""
    pairs = [(stub, _solution(notebook, stub)) for stub in _stubs(notebook)]
    return [
        Exercise(stub, solution)
        for stub, solution in pairs
        if solution and placeholders(stub.source)
    ]


def exercises_are_complete(notebook: Notebook) -> Iterator[str]:
    """Each has a stub with a `...` to replace, and a solution in a fold that replaces it."""
    stubs = _stubs(notebook)
    if not stubs and not is_for_looking_up(notebook):
        yield (
            f"{notebook.name} has no exercise: write a stub, a code cell with the id `exercise-1`."
        )
    for stub in stubs:
        solution, number = _solution(notebook, stub), stub.id.rpartition("-")[2]
        if not placeholders(stub.source):
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
    for cell in notebook.text_cells:
        if cell.id.startswith("solution") and not re.match(
            r"<details><summary>Solution</summary>\n\n.*\n\n</details>\s*\Z", cell.source, re.DOTALL
        ):
            yield (
                f"{notebook.at(cell)} must be a fold: `<details><summary>Solution</summary>`, an "
                "empty line, the solution, an empty line, `</details>`."
            )


CHECKS = [exercises_are_complete]


def placeholders(source: str) -> list[ast.stmt]:
    """Return the statements at the top of `source` that the reader must replace."""
    return [
        statement
        for statement in ast.parse(source).body
        if any(isinstance(node, ast.Constant) and node.value is ... for node in ast.walk(statement))
    ]


def _stubs(notebook: Notebook) -> list[Cell]:
    return [cell for cell in notebook.code_cells if re.fullmatch(r"exercise-\d+", cell.id)]


def _solution(notebook: Notebook, stub: Cell) -> str | None:
    for cell in notebook.text_cells:
        if cell.id == stub.id.replace("exercise", "solution"):
            blocks = [block["raw"] for block in walk(cell.tokens, "block_code")]
            return blocks[0].rstrip() if blocks else None
    return None


def _parse(code: str) -> list[ast.stmt]:
    try:
        return ast.parse(code).body
    except SyntaxError:
        return []


def _names(statements: list[ast.stmt]) -> set[str]:
    return {
        name
        for statement in statements
        for node in ast.walk(statement)
        for name in [getattr(node, "name", None), getattr(node, "id", None)]
        if name
        and (isinstance(node, ast.FunctionDef) or isinstance(getattr(node, "ctx", None), ast.Store))
    }
