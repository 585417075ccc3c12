"""A changed output turns its cell red: nbval, with what `conftest.py` adds, compares all of it."""

import platform
import runpy
import sys
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
RESULT = '"model.ckpt-40"'
DRAWS = """
from helpers.figures.drawing import new_figure, show
figure, (axes,) = new_figure(1, 1)
axes.plot([0, 1])
show(figure, alt="A line.")
"""
RAISES = 'raise ValueError("no checkpoint model.ckpt-40")'


def with_a_changed_picture(cell: nbformat.NotebookNode) -> None:
    image = cell.outputs[0].data["text/html"]
    middle = image[len(image) // 2 :][:9]
    cell.outputs[0].data["text/html"] = image.replace(middle, middle[::-1])


# What a cell does when it is stored, and what is changed then; None, nothing.
CELLS = [
    (PRINTS, None),
    (DRAWS, None),
    (RAISES, None),
    ("x = 2", None),
    (PRINTS, lambda cell: cell.outputs[0].update(text="accuracy 0.8226\n")),
    (PRINTS, lambda cell: cell.outputs[0].update(text="accuracy 0.8225\nand more\n")),
    (PRINTS, lambda cell: cell.update(outputs=[])),
    (RESULT, lambda cell: cell.outputs[0].data.update({"text/plain": "'model.ckpt-41'"})),
    (DRAWS, with_a_changed_picture if PICTURES_ARE_COMPARED else None),
    (DRAWS, lambda cell: cell.outputs[0].data.update({"text/plain": "A curve."})),
    ("x = 1", lambda cell: cell.outputs.append(nbformat.v4.new_output("stream", text="1\n"))),
    (RAISES, lambda cell: cell.outputs[0].update(evalue="no checkpoint model.ckpt-30")),
    (RAISES, lambda cell: cell.outputs[0].update(ename="KeyError")),
    (RAISES, lambda cell: cell.update(source="pass")),
]


def test_every_kind_of_change_turns_its_cell_red(tmp_path: Path) -> None:
    course = copy_of_course(tmp_path / "course")
    notebook = nbformat.v4.new_notebook()
    for number, (source, _) in enumerate(CELLS):
        cell = nbformat.v4.new_code_cell(source, id=f"cell-{number}")
        cell.metadata.tags = ["raises-exception"] if source == RAISES else []
        notebook.cells.append(cell)
    execute(notebook, course / "notebooks")
    for cell, (_, change) in zip(notebook.cells, CELLS, strict=True):
        if change:
            change(cell)
    nbformat.write(notebook, course / "notebooks" / "00-changed.ipynb")

    red = strict_run(course, ["00-changed.ipynb"])

    changed = [f"00-changed.ipynb Cell {n}" for n, (_, change) in enumerate(CELLS) if change]
    assert list(red) == changed, "What is changed and what is red differ: see conftest.py."
