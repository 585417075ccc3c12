"""The rehearsal tells a cell that can fail from one that cannot, on a notebook made for it."""

import functools
import importlib
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests.notebooks.reading import PATHS, ROOT
from tests.rehearsal.breakages import TABLE
from tools.store_outputs import execute

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the rehearsal forks Python")
USES = """from helpers.rules.retention import checkpoints_kept
kept = checkpoints_kept(["a", "b", "c"], 1)
"""
# For each cell: what it does, and whether it can fail. Of those that cannot, none is seen by its
# source alone: those are in tests/notebooks/claims.py.
MADE = {
    "defines": (USES + 'assert kept[-1] == ["c"]\ndefined = 1', True),
    "shows": (USES + "print(kept)", True),
    "counts": ("print(len(kept))", True),
    "reads": ("import sys\nassert sys.maxunicode == 1114111", True),
    "draws": (
        "from helpers.figures.drawing import show\n"
        "from helpers.figures.retention import retention_figure\n"
        'show(retention_figure({"all": [["a"], ["a", "b"]]}, ["a", "b"]), alt="Two saves.")',
        True,
    ),
    "is-set-up": (USES, True),
    "hides": ("print(kept != [])", False),
    "prints-a-constant": ('figure = 0.8225\nprint(f"accuracy {figure}")', False),
    "compares-with-itself": ("again = kept\nassert again == kept", False),
    "loads-both-alike": (USES + "first = kept\n" + USES + "assert first == kept", False),
    "does-not-call": (
        "import numpy\nsame = (numpy.array([3]) == len(kept)).all\nassert same",
        False,
    ),
    "lost-its-name": ("assert defined == 1", False),
}


def test_it_names_each_cell_that_cannot_fail(tmp_path: Path) -> None:
    cells = {name: source for name, (source, _) in MADE.items()}
    said = _said_of(tmp_path, cells | {"## Later": "", "says-nothing": USES, "## End": "", "x": ""})
    assert said.returncode == 1, said.stderr
    for name, (_, can_fail) in MADE.items():
        cannot = f'"{name}" cannot fail' in said.stdout
        assert cannot is not can_fail, said.stdout
    assert "01-made.ipynb: 5 of 11 cells that claim can fail" in said.stdout
    assert "\"says-nothing\" stays green, and the section 'Later' with it, when" in said.stdout
    assert said.stdout.count("stays green") == 1


def test_a_second_run_in_the_same_kernel_shows_the_same(tmp_path: Path) -> None:
    count = 'import itertools\nn = globals().get("n") or itertools.count()\nprint(next(n))'
    said = _said_of(tmp_path, {"counts": count})
    assert said.returncode == 1, said.stderr
    assert 'a second time in the same kernel, 01-made.ipynb, cell 1 "counts" is red' in said.stdout


def test_what_is_to_be_broken_is_there() -> None:
    for breakage in TABLE:
        module = importlib.import_module(breakage.module)
        # It raises where the name is gone: name what took its place.
        functools.reduce(getattr, breakage.attribute.split("."), module)
        assert {*breakage.not_in} <= {path.name[:2] for path in PATHS}, breakage.name


def _said_of(tmp_path: Path, cells: dict[str, str]) -> subprocess.CompletedProcess:
    notebook = nbformat.v4.new_notebook()
    for name, source in cells.items():
        if name.startswith("## "):
            notebook.cells.append(nbformat.v4.new_markdown_cell(name, id=name[3:].lower()))
        else:
            notebook.cells.append(nbformat.v4.new_code_cell(source, id=name))
    execute(notebook, tmp_path)
    nbformat.write(notebook, tmp_path / "01-made.ipynb")
    return subprocess.run(
        [sys.executable, "-m", "tests.rehearsal", "--lessons", str(tmp_path / "01-made.ipynb")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
