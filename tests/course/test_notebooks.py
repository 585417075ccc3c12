"""Every check of what is stored, on every notebook.

A check is a function that gets a `Notebook` and yields, for each fault, one sentence that names
the notebook, the cell and the cure. Its name and its docstring say what it asks for.
"""

import functools

import pytest

from tests.course import (
    exercises,
    links,
    prose,
    stored_format,
    stored_outputs,
    structure,
)
from tests.course.notebook import PATHS, Notebook

CHECKS = [
    *stored_format.CHECKS,
    *stored_outputs.CHECKS,
    *prose.CHECKS,
    *structure.CHECKS,
    *links.CHECKS,
    *exercises.CHECKS,
]

_opened = functools.cache(Notebook)


def test_there_are_notebooks() -> None:
    assert PATHS, "There is no notebook in notebooks/, so nothing was checked."


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_that(check, path) -> None:
    faults = list(check(_opened(path)))
    assert not faults, "\n".join(faults)
