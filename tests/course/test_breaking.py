"""Runs with one thing broken are judged rightly, as is shown by notebooks made for it."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat

from tests.course.full import full
from tests.course.strict_run import copy_of_course
from tools.store_outputs import execute

USES = "from helpers.rules.save_interval import best_interval\nhours = best_interval(1, 50)"
BROKEN = "the best interval lacks its factor"
SHOWS = "print(hours)"
HIDES = "print(hours > 0)"
LEAVES = """
import subprocess, sys
from pathlib import Path
if (Path.cwd() / "leave").exists():
    Path("here.txt").touch()
    Path.home().joinpath("there.txt").touch()
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(20)"], start_new_session=True)
"""


@full
def test_it_tells_a_notebook_that_notices_from_one_that_does_not(tmp_path: Path) -> None:
    shown = _said_of(tmp_path, [USES, SHOWS])
    assert shown.returncode == 0
    assert f'{BROKEN}: red in 98-made.ipynb, cell 2 "cell-2"' in shown.stdout

    hidden = _said_of(tmp_path, [USES, HIDES])
    assert hidden.returncode == 1
    assert f"98-made.ipynb, run with one thing broken ({BROKEN}), stays green" in hidden.stdout


@full
def test_it_tells_what_a_notebook_leaves_behind(tmp_path: Path) -> None:
    said = _said_of(tmp_path, [USES, SHOWS, LEAVES], leave=True)
    assert said.returncode == 1
    assert "leaves something behind: notebooks/here.txt was written" in said.stdout
    assert "there.txt was written into the home directory" in said.stdout
    assert "time.sleep(20)` still runs" in said.stdout


def _said_of(
    tmp_path: Path, sources: list[str], leave: bool = False
) -> subprocess.CompletedProcess:
    course = copy_of_course(tmp_path / f"course-{len(list(tmp_path.iterdir()))}")
    notebook = nbformat.v4.new_notebook()
    for number, source in enumerate(sources, 1):
        notebook.cells.append(nbformat.v4.new_code_cell(source, id=f"cell-{number}"))
    execute(notebook, course / "notebooks")
    nbformat.write(notebook, course / "notebooks" / "98-made.ipynb")
    if leave:
        (course / "notebooks" / "leave").touch()
    return subprocess.run(
        [sys.executable, "-m", "tests.course.breaking", "notebooks/98-made.ipynb"],
        cwd=course,
        env={**os.environ, "PYTHONPATH": str(course)},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
