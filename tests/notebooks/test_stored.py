"""Every check of what is stored, on every notebook.

A check is a function that gets a `Notebook` and yields, for each fault, the cell and a sentence
that says what is wrong with it, with the cure. Its name and its docstring say what it asks for.
"""

from collections.abc import Iterator

import pytest

from tests.notebooks import claims, exercise_cells, format, index, layout, links, outputs, prose
from tests.notebooks.reading import PATHS, Fault, Notebook, opened

ROOMS = (format, outputs, claims, prose, layout, links, exercise_cells, index)
CHECKS = [
    function
    for room in ROOMS
    for name, function in vars(room).items()
    if name[0] != "_" and getattr(function, "__annotations__", {}).get("return") == Iterator[Fault]
]


def faults(check, notebook: Notebook) -> str:
    return "\n".join(f"{notebook.at(cell)} {fault}" for cell, fault in check(notebook))


def test_there_are_notebooks() -> None:
    assert PATHS, "There is no notebook in notebooks/, so nothing was checked."


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_that(check, path) -> None:
    found = faults(check, opened(path))
    assert not found, found
