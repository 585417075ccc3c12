"""The strict run of some notebooks in a process of its own, on a copy of the course."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from tests.notebooks.reading import ROOT


def copy_of_course(target: Path) -> Path:
    """Copy what a strict run needs into `target`, which is made, and return it."""
    for part in ("notebooks", "helpers", "tests"):
        shutil.copytree(
            ROOT / part, target / part, ignore=shutil.ignore_patterns(".*", "__pycache__")
        )
    for part in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / part, target)
    return target


def strict_run(course: Path, notebooks: Sequence[str]) -> dict[str, str]:
    """Run the notebooks of a copy of the course, and return what is red, with what is said of it.

    A cell is called `NAME Cell N`, as nbval calls it: its number is counted from 0.

    Raises:
        AssertionError: pytest did not run, or a cell could not be judged.
    """
    environment = {
        # What pytest sets for a test that runs it in turn would be taken for its own.
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        "PYTHONPATH": str(course),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    report = course / "report.xml"
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "--nbval", "-p", "no:cacheprovider", "--rootdir=."),
            *("-p", "tests.exercises.in_the_kernel", f"--junit-xml={report}"),
            *(f"notebooks/{name}" for name in notebooks),
        ],
        cwd=course,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    assert run.returncode in (0, 1), run.stdout + run.stderr
    red = {}
    for case in ElementTree.parse(report).iter("testcase"):
        assert case.find("error") is None, ElementTree.tostring(case, "unicode")
        if (failure := case.find("failure")) is not None:
            name = re.sub(r"^notebooks[./]", "", case.get("classname", ""))
            red[f"{name} {case.get('name')}"] = failure.text or ""
    return red
