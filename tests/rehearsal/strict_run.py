"""The strict run of some notebooks in a process of its own, on a copy of the course."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.notebooks.reading import ROOT, Notebook

_PARTS = ("notebooks", "helpers", "tests", "conftest.py", "pyproject.toml")


@dataclass(frozen=True)
class RedCell:
    """A cell that failed in a strict run.

    Attributes:
        at: names the cell, or what was asked after the last one, for a reader.
        why: what nbval says of it.
    """

    at: str
    why: str

    def __str__(self) -> str:
        return self.at


@dataclass(frozen=True)
class StrictRun:
    """What a strict run came to.

    Attributes:
        red: the cells that failed, in order.
        passed: how many cells passed.
        broken: why the run says nothing about the cells, or None. A kernel that died, a notebook
            that could not be collected: no proof of anything.
        seconds: how long it took.
        log: all that pytest printed.
    """

    red: Sequence[RedCell]
    passed: int
    broken: str | None
    seconds: float
    log: str


def copy_of_course(target: Path) -> Path:
    """Copy what a strict run needs into `target`, which is made, and return it."""
    target.mkdir(parents=True)
    for part in _PARTS:
        source = ROOT / part
        if source.is_dir():
            without = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "*.part")
            shutil.copytree(source, target / part, ignore=without)
        else:
            shutil.copy(source, target)
    return target


def strict_run(
    course: Path,
    notebooks: Sequence[str],
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    command: Sequence[str] = (),
) -> StrictRun:
    """Run `pytest --nbval` on notebooks of a copy of the course.

    The copy's own `helpers` are imported, also by the kernels and by what they start.

    Args:
        course: the directory of the copy.
        notebooks: names of files in its `notebooks`.
        arguments: more arguments for pytest.
        environment: variables that are set on top of this process's own.
        command: what goes before Python on the command line.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        environment = {
            **os.environ,
            # What pytest sets for a test that runs it in turn would be taken for its own.
            "PYTEST_ADDOPTS": "",
            "PYTHONPATH": str(course),
            "PYTHONDONTWRITEBYTECODE": "1",
            # A kernel that is killed in the middle leaves its workspace.
            "TMPDIR": directory,
            **(environment or {}),
        }
        for name in [name for name in environment if name.startswith("PYTEST_XDIST")]:
            del environment[name]
        report = Path(directory) / "report.xml"
        began = time.monotonic()
        run = subprocess.run(
            [
                *command,
                *(sys.executable, "-m", "pytest", "--nbval", "--color=no", "-q"),
                *("-p", "no:cacheprovider", f"--junit-xml={report}", "--rootdir=."),
                *arguments,
                *(f"notebooks/{name}" for name in notebooks),
            ],
            cwd=course,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        seconds = time.monotonic() - began
        if run.returncode not in (0, 1) or not report.is_file():
            why = f"pytest ended with {run.returncode}: {run.stdout[-2000:]}"
            return StrictRun([], 0, why, seconds, run.stdout)
        cases = list(ElementTree.parse(report).iter("testcase"))
    return _read(cases, course, seconds, run.stdout)


def _read(
    cases: Sequence[ElementTree.Element], course: Path, seconds: float, log: str
) -> StrictRun:
    red, passed, broken = [], 0, None
    for case in cases:
        # pytest writes `notebooks/01-x.ipynb::Cell 0` as this class name and this name.
        path = course / "notebooks" / case.get("classname", "").removeprefix("notebooks.")
        name = case.get("name", "")
        failure, error = case.find("failure"), case.find("error")
        if error is not None:
            broken = f"{path.name}, {name}: {error.text}"
        elif failure is None:
            passed += 1
        else:
            why = failure.text or ""
            number = re.fullmatch(r"Cell (\d+)", name)
            if number:
                notebook = Notebook(path)
                red.append(RedCell(notebook.at(notebook.cell_of_nbval(int(number[1]))), why))
            else:
                red.append(RedCell(f"{path.name}, {name}", why))
            if number and "Notebook cell execution failed" not in why:
                broken = f"{path.name}, {name}: {why}"
    if not cases:
        broken = f"no cell was run: {log[-2000:]}"
    return StrictRun(red, passed, broken, seconds, log)
