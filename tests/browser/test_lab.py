"""JupyterLab, started as `course.py lab` starts it, on a copy of the course, in a real browser."""

import json
import re
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

import course
from book.pages import ROOT

SECONDS = 150  # for all cells of a notebook
OPEN = ".jp-NotebookPanel:not(.lm-mod-hidden)"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what a learner works with; the environment is the one that is there."""
    copy = tmp_path_factory.mktemp("course")
    for name in ("course.py", "requirements.txt"):
        shutil.copy(ROOT / name, copy)
    for name in ("helpers", "lab", "notebooks"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / ".venv").symlink_to(course.VENV)
    return copy


@pytest.fixture(scope="module")
def lab(browser, copy: Path) -> Iterator[str]:
    """Start JupyterLab, return the address that it would open, and end all that it has started."""
    own = [f"--LabApp.{kind}_dir={copy / kind}" for kind in ("workspaces", "user_settings")]
    command = [sys.executable, "course.py", "lab", "--no-browser", "--ServerApp.port=0", *own]
    with (copy / "lab.log").open("w+") as log:
        process = psutil.Popen(command, cwd=copy, stderr=log)
        found = None
        while not found and process.poll() is None:
            time.sleep(0.2)
            found = re.search(r"http://127\.0\.0\.1:\S+", (copy / "lab.log").read_text())
        assert found, (copy / "lab.log").read_text()
        yield found[0]
        started = process.children(recursive=True)
        process.terminate()
        assert not psutil.wait_procs([process, *started], timeout=30)[1]


def opened(page, address: str) -> None:
    """Open an address of JupyterLab, without what was open before, and wait for the kernel."""
    page.goto(f"{address}&reset")
    page.locator(f"{OPEN} .jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()


def outputs(path: Path) -> dict[str, list]:
    """Return what the cells of a notebook's file show, apart from what is not compared."""
    return {
        cell["id"]: [
            one.get("data") or one.get("evalue") or "".join(one["text"]) for one in cell["outputs"]
        ]
        for cell in json.loads(path.read_text("utf-8"))["cells"]
        if cell["cell_type"] == "code"
        and "nbval-ignore-output" not in cell["metadata"].get("tags", [])
    }


def test_the_first_screen_is_notebook_1(lab: str, page) -> None:
    opened(page, lab)
    assert page.locator(f"{OPEN} h1").inner_text().startswith("1 · A model worth saving")
    assert page.locator(f"{OPEN} h1").is_visible()
    folded = page.locator(f"{OPEN} .jp-OutputPlaceholder").first
    folded.scroll_into_view_if_needed()
    assert folded.inner_text().strip() == "", "the answer to a prediction shows"


@pytest.mark.parametrize("name", ["01-baseline-model.ipynb", "03-max-to-keep.ipynb"])
def test_run_all_cells_gives_the_stored_outputs(name: str, lab: str, copy: Path, page) -> None:
    path = copy / "notebooks" / name
    opened(page, lab.replace("01-baseline-model.ipynb", name))
    page.get_by_role("menuitem", name="Edit", exact=True).click()
    page.get_by_role("menuitem", name="Clear Outputs of All Cells").click()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    prompts = f"[...document.querySelectorAll('{OPEN} .jp-CodeCell .jp-InputPrompt')]"
    done = f"{prompts}.every((one) => /^\\[\\d+\\]:$/.test(one.textContent))"
    page.wait_for_function(done, timeout=SECONDS * 1000)
    before = path.stat().st_mtime_ns
    page.keyboard.press("Control+s")
    while path.stat().st_mtime_ns == before:
        page.wait_for_timeout(200)
    page.wait_for_timeout(500)
    assert outputs(path) == outputs(ROOT / "notebooks" / name)


def test_an_exercise_answers_what_is_typed(lab: str, page) -> None:
    opened(page, lab.replace("01-baseline-model", "03-max-to-keep"))
    cells = page.locator(f"{OPEN} .jp-CodeCell")
    place = [text.count("check_left(left)") for text in cells.all_text_contents()].index(1)
    cell = cells.nth(place)
    for steps, told in [
        ("300, 400, 500, 600", "saves no checkpoint"),
        ("200, 300, 400, 500", "Right"),
    ]:
        cell.locator(".cm-content").click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(
            "from helpers.exercises.notebook_03 import check_left\n"
            f"check_left([f'model.ckpt-{{step}}' for step in ({steps})])"
        )
        page.keyboard.press("Control+Enter")
        cell.locator(".jp-OutputArea-output").filter(has_text=told).wait_for()


def test_a_link_leads_to_a_section_of_another_notebook(lab: str, page) -> None:
    """At the second click. At the first one JupyterLab 4.6 opens the notebook and stays at its top,
    since it looks for the heading before there is one; no windowing mode changes that.
    """
    opened(page, lab.replace("01-baseline-model", "03-max-to-keep"))
    link = page.locator(f"{OPEN} a[href*='05-'][href$='#What-a-restarted-Saver-forgets']").first
    heading = page.locator(f"{OPEN} h2").filter(has_text="What a restarted Saver forgets")
    link.click()
    heading.wait_for(state="attached")
    page.get_by_role("tab", name="03-max-to-keep.ipynb").click()
    link.click()
    page.wait_for_function("document.activeElement.closest('.jp-Notebook')")
    top = heading.bounding_box()["y"]
    assert 0 < top < page.viewport_size["height"]
