"""A changed output turns the run red: nbval, with what `conftest.py` adds, compares all of it."""

import base64
import platform
import re
import runpy
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat

from tests.notebooks.reading import ROOT
from tests.rehearsal.strict_run import copy_of_course, strict_run
from tools.store_outputs import execute

PICTURES_ARE_COMPARED = runpy.run_path(str(ROOT / "conftest.py"))["_STORED_ON"] == (
    sys.platform,
    platform.machine(),
)

PRINTS = 'print("accuracy 0.8225")'
DRAWS = """
from helpers.figures.drawing import new_figure, show
figure, (axes,) = new_figure(1, 1)
axes.plot([0, 1])
show(figure, alt="A line.")
"""
RAISES = 'raise ValueError("no checkpoint model.ckpt-40")'


def _changed(key: str, old: str, new: str) -> Callable[[nbformat.NotebookNode], None]:
    def change(cell: nbformat.NotebookNode) -> None:
        [output] = cell.outputs
        assert old in output[key]
        output[key] = output[key].replace(old, new)

    return change


def _with_a_changed_result(cell: nbformat.NotebookNode) -> None:
    cell.outputs[0].data["text/plain"] = "'model.ckpt-41'"


def _with_a_changed_picture(cell: nbformat.NotebookNode) -> None:
    png = bytearray(base64.b64decode(cell.outputs[0].data["image/png"]))
    png[len(png) // 2] ^= 1
    cell.outputs[0].data["image/png"] = base64.b64encode(png).decode()


def _with_another_text_beside_the_picture(cell: nbformat.NotebookNode) -> None:
    cell.outputs[0].data["text/plain"] = "A curve."


def _without_its_output(cell: nbformat.NotebookNode) -> None:
    cell.outputs = []


def _with_an_output_too_many(cell: nbformat.NotebookNode) -> None:
    cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text="1\n")]


def _raising_no_more(cell: nbformat.NotebookNode) -> None:
    cell.source = "pass"


# For each fault: what the cell does when it is stored, and what is changed then.
FAULTS = {
    "a-digit": (PRINTS, _changed("text", "0.8225", "0.8226")),
    "a-line": (PRINTS, _changed("text", "accuracy 0.8225\n", "accuracy 0.8225\nand more\n")),
    "a-result": ('"model.ckpt-40"', _with_a_changed_result),
    "a-picture": (DRAWS, _with_a_changed_picture),
    "a-text": (DRAWS, _with_another_text_beside_the_picture),
    "removed": (PRINTS, _without_its_output),
    "added": ("x = 1", _with_an_output_too_many),
    "a-message": (RAISES, _changed("evalue", "model.ckpt-40", "model.ckpt-30")),
    "a-class": (RAISES, _changed("ename", "ValueError", "KeyError")),
    "no-error": (RAISES, _raising_no_more),
}


def test_every_kind_of_change_turns_its_cell_red(tmp_path: Path) -> None:
    course = copy_of_course(tmp_path / "course")
    unchanged = {"print": PRINTS, "draw": DRAWS, "raise": RAISES, "be-silent": "x = 2"}
    cells = unchanged | {name: source for name, (source, _) in FAULTS.items()}
    notebook = nbformat.v4.new_notebook()
    for name, source in cells.items():
        cell = nbformat.v4.new_code_cell(source, id=name)
        cell.metadata.tags = ["raises-exception"] if source == RAISES else []
        notebook.cells.append(cell)
    execute(notebook, course / "notebooks")
    for cell in notebook.cells:
        if cell.id in FAULTS:
            FAULTS[cell.id][1](cell)
    nbformat.write(notebook, course / "notebooks" / "00-changed.ipynb")

    run = strict_run(course, ["00-changed.ipynb"])

    assert not run.broken, run.broken
    red = {re.search('"(.*)"', cell.at)[1] for cell in run.red}
    changed = FAULTS.keys() - (set() if PICTURES_ARE_COMPARED else {"a-picture"})
    assert not changed - red, (
        f"Changed, but green: {sorted(changed - red)}. Let conftest.py make nbval compare it."
    )
    assert not red - changed, f"Not changed, but red: {sorted(red - changed)}."
