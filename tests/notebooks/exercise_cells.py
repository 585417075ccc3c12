"""The exercises of a notebook: each a stub in a code cell, and a solution in a text cell's fold."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.notebooks.layout import is_for_looking_up
from tests.notebooks.reading import Cell, Fault, Notebook, walk

_FOLD = re.compile(r"<details><summary>Solution</summary>\n\n.*\n\n</details>\s*\Z", re.DOTALL)


@dataclass(frozen=True)
class Exercise:
    """One exercise: the cell that the reader completes, and what takes the place of its `...`."""

    stub: Cell
    solution: str

    @property
    def solved(self) -> str:
        """The stub's source with the solution in place of its statements with a `...` in them."""
        spans = _placeholders(self.stub.source)
        lines = self.stub.source.splitlines()
        before, after = lines[: spans[0].lineno - 1], lines[spans[-1].end_lineno :]
        return "\n".join([*before, self.solution, *after])


def exercises_of(notebook: Notebook) -> list[Exercise]:
    """Return the exercises that are complete; the check below tells of the others."""
    pairs = [(stub, _solution(notebook, stub)) for stub in _stubs(notebook)]
    return [Exercise(*pair) for pair in pairs if pair[1] and _placeholders(pair[0].source)]


def exercises_are_complete(notebook: Notebook) -> Iterator[Fault]:
    """Each has a stub with a `...` to replace, and a solution in a fold that replaces it."""
    stubs = _stubs(notebook)
    if not stubs and not is_for_looking_up(notebook):
        yield None, "has no exercise: write a stub, a code cell with the id `exercise-1`."
    for stub in stubs:
        solution, missing = _solution(notebook, stub), _placeholders(stub.source)
        if not missing:
            yield stub, "must have a `...` that the reader replaces."
        elif not isinstance(ast.parse(stub.source).body[-1], ast.Expr):
            yield stub, "must end with a call of what checks the answer."
        elif solution is None:
            yield stub, "has no solution: a fold with a block of Python, in a cell `solution-1`."
        elif not _defined(missing) <= _defined(ast.parse(solution).body):
            yield stub, "has a solution that does not define what has a `...` in the stub."
    for cell in notebook.text_cells:
        if cell.id.startswith("solution") and not _FOLD.match(cell.source):
            yield cell, "must be a fold: `<details><summary>Solution</summary>` ... `</details>`."


def _placeholders(source: str) -> list[ast.stmt]:
    dots = "Constant(value=Ellipsis)"
    return [statement for statement in ast.parse(source).body if dots in ast.dump(statement)]


def _stubs(notebook: Notebook) -> list[Cell]:
    return [cell for cell in notebook.code_cells if re.fullmatch(r"exercise-\d+", cell.id)]


def _solution(notebook: Notebook, stub: Cell) -> str | None:
    for cell in notebook.text_cells:
        if cell.id == stub.id.replace("exercise", "solution"):
            blocks = [block["raw"] for block in walk(cell.tokens, "block_code")]
            return blocks[0].rstrip() if blocks else None
    return None


def _defined(statements: list[ast.stmt]) -> set[str]:
    functions = {one.name for one in statements if isinstance(one, ast.FunctionDef)}
    assigned = [one.targets for one in statements if isinstance(one, ast.Assign)]
    return functions | {ast.unparse(target) for targets in assigned for target in targets}
