"""Every check of what is stored, on every notebook.

A check is a function that gets a `Notebook` and yields, for each fault, one sentence that names
the notebook, the cell and the cure. Its name and its docstring say what it asks for.
"""

import pytest

from tests.notebooks import claims, exercise_cells, format, layout, links, outputs, prose
from tests.notebooks.reading import PATHS, opened

CHECKS = [
    *format.CHECKS,
    *outputs.CHECKS,
    *claims.CHECKS,
    *prose.CHECKS,
    *layout.CHECKS,
    *links.CHECKS,
    *exercise_cells.CHECKS,
]


def test_there_are_notebooks() -> None:
    assert PATHS, "There is no notebook in notebooks/, so nothing was checked."


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_that(check, path) -> None:
    faults = list(check(opened(path)))
    assert not faults, "\n".join(faults)
