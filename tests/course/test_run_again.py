"""A notebook runs twice in one kernel with the same outputs, and each cell twice without error."""

from collections.abc import Iterable
from pathlib import Path

import nbformat
import pytest

from tests.course.full import full
from tests.course.notebook import PATHS
from tests.course.strict_run import copy_of_course, strict_run
from tools.store_outputs import execute


def _notebook_of(cells: Iterable[nbformat.NotebookNode]) -> nbformat.NotebookNode:
    copies = [nbformat.from_dict(cell) for cell in cells]
    for number, cell in enumerate(copies):
        cell.id = f"{cell.id[:50]}-{number}"
    return nbformat.v4.new_notebook(cells=copies)


def _code_cells(path: Path) -> list[nbformat.NotebookNode]:
    notebook = nbformat.read(path, as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@full
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_second_run_in_the_same_kernel_prints_the_same(path: Path, tmp_path: Path) -> None:
    course = copy_of_course(tmp_path / "course")
    cells = _code_cells(path)
    nbformat.write(_notebook_of(cells + cells), course / "notebooks" / path.name)
    run = strict_run(course, [path.name])
    assert not run.broken, run.broken
    assert not run.red, (
        f"Run a second time without a restart, {run.red[0]} prints something else: let its cell "
        f"begin afresh. {run.red[0].why}"
    )
    assert run.passed == 2 * len(cells)


@full
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_each_cell_can_be_run_again(path: Path) -> None:
    cells = [cell for cell in _code_cells(path) for _ in range(2)]
    execute(_notebook_of(cells), path.parent)
