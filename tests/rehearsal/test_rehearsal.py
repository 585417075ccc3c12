"""The rehearsal tells a cell that can fail from one that cannot, on a notebook made for it."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests.notebooks.reading import PATHS, ROOT
from tests.rehearsal.breakages import TABLE
from tools.store_outputs import execute

FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="the rehearsal forks Python")
BROKEN = "the retention rule keeps one more"
USES = """from helpers.rules.retention import checkpoints_kept
kept = checkpoints_kept(["a", "b", "c"], 1)
"""
# For each cell: what it does, and whether it can fail.
MADE = {
    "defines": (USES + 'assert kept[-1] == ["c"]\ndefined = 1', True),
    "shows": (USES + "print(kept)", True),
    "counts": ("print(len(kept))", True),
    "reads": ("import sys\nassert sys.maxunicode == 1114111", True),
    "is-set-up": (USES, True),
    "hides": ("print(kept != [])", False),
    "prints-a-constant": ('figure = 0.8225\nprint(f"accuracy {figure}")', False),
    "compares-with-itself": ("again = kept\nassert again == kept", False),
    "loads-both-alike": (USES + "first = kept\n" + USES + "assert first == kept", False),
    "does-not-call": (
        "import numpy\nsame = (numpy.array([3]) == len(kept)).all\nassert same",
        False,
    ),
    "swallows": (USES + 'try:\n    assert kept[-1] == ["c"]\nexcept Exception:\n    pass', False),
    "lost-its-name": ("assert defined == 1", False),
}


@FORKS
def test_it_names_each_cell_that_cannot_fail(tmp_path: Path) -> None:
    cells = {name: source for name, (source, _) in MADE.items()}
    said = _said_of(tmp_path, cells | {"## Later": "", "says-nothing": USES, "## End": "", "x": ""})
    assert said.returncode == 1
    for name, (_, can_fail) in MADE.items():
        cannot = f'"{name}" cannot fail' in said.stdout
        assert cannot is not can_fail, said.stdout
    assert "01-made.ipynb: 4 of 11 cells that claim something can fail" in said.stdout
    stays = f"\"says-nothing\" stays green, and the section 'Later' with it, when {BROKEN}"
    assert stays in said.stdout
    assert said.stdout.count("stays green") == 1


@FORKS
def test_a_second_run_in_the_same_kernel_shows_the_same(tmp_path: Path) -> None:
    count = 'import itertools\nn = globals().get("n") or itertools.count()\nprint(next(n))'
    said = _said_of(tmp_path, {"counts": count})
    assert said.returncode == 1
    assert 'a second time in the same kernel, 01-made.ipynb, cell 1 "counts" is red' in said.stdout


@pytest.mark.parametrize("breakage", TABLE, ids=lambda breakage: breakage.name)
def test_what_is_to_be_broken_is_there(breakage) -> None:
    function = breakage.attribute.split(".")[-1]
    package, *rest = breakage.module.split(".")
    # The module's text, without importing TensorFlow.
    spec = importlib.util.find_spec(package if len(rest) else breakage.module)
    module = Path(spec.origin).parent.joinpath(*rest).with_suffix(".py") if rest else spec.origin
    assert re.search(rf"\b{function}\b", Path(module).read_text(encoding="utf-8")), (
        f"tests/rehearsal/breakages.py breaks {breakage.module}.{breakage.attribute}, which is "
        "gone: name the function that took its place."
    )


def test_no_notebook_is_spared_that_is_not_there() -> None:
    spared = {number for breakage in TABLE for number in breakage.not_in}
    assert spared <= {path.name[:2] for path in PATHS}


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
        [sys.executable, "-m", "tests.rehearsal", str(tmp_path / "01-made.ipynb")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
