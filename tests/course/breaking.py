"""Run notebooks with one thing broken at a time, and see whether they turn red.

The things are those of the table in `breakages.py`.
"""

import argparse
import contextlib
import functools
import itertools
import os
import platform
import re
import runpy
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.course.breakages import LISTEN, NAME, NOTES, TABLE, Breakage
from tests.course.notebook import PATHS, ROOT
from tests.course.strict_run import StrictRun, copy_of_course, strict_run


@dataclass(frozen=True)
class BrokenRun:
    """A notebook's run with one thing broken.

    Attributes:
        notebook: the file's name.
        breakage: what was broken.
        mattered: whether it made a difference to anything that the notebook did.
        run: the strict run, up to its first red cell.
    """

    notebook: str
    breakage: Breakage
    mattered: bool
    run: StrictRun

    @property
    def fault(self) -> str | None:
        """What is wrong, in a sentence with the cure, or None."""
        what = f"{self.notebook}, run with one thing broken ({self.breakage.name})"
        if self.run.broken:
            return f"{what}, did not run, which proves nothing: {self.run.broken}"
        if self.run.red:
            frames = re.findall(r"[Ff]ile (\S+?)[:,\"]", self.run.red[0].why)
            if frames and Path(frames[-1]).name == "breakages.py":
                return (
                    f"{what}, failed inside tests/course/breakages.py, which proves nothing: mend "
                    f"the breakage. {self.run.red[0].why}"
                )
            return None
        if self.mattered and self.notebook[:2] not in self.breakage.spared:
            return (
                f"{what}, stays green: let a cell print or assert what this changes, or say in "
                "tests/course/breakages.py, under `spared`, why this notebook need not notice."
            )
        return None

    def __str__(self) -> str:
        if self.fault:
            return self.fault
        outcome = f"red in {self.run.red[0]}" if self.run.red else "green, as it may be"
        return f"{self.breakage.name}: {outcome} ({self.run.seconds:.0f} s)"


def broken_run(notebook: str, breakage: Breakage) -> BrokenRun:
    """Run one notebook with one thing broken, up to its first red cell."""
    run, noted = _noted_run(notebook, breakage.name, "--exitfirst")
    return BrokenRun(notebook, breakage, breakage.name in noted, run)


@dataclass(frozen=True)
class ListeningRun:
    """A notebook's run with nothing broken.

    Attributes:
        run: the strict run.
        mattering: the names of the breakages that would make a difference to it.
        left_behind: what it left outside temporary directories, in words.
    """

    run: StrictRun
    mattering: frozenset[str]
    left_behind: Sequence[str]


@functools.cache
def listening_run(notebook: str) -> ListeningRun:
    """Run one notebook with nothing broken, in a home directory of its own."""
    course = _copy_to_break()
    home, temporary = (course.parent / f"{name}-of-{notebook}" for name in ("home", "temporary"))
    home.mkdir()
    temporary.mkdir()
    before = _state_of(course)
    run, mattering = _noted_run(
        notebook, LISTEN, environment={"HOME": str(home), "TMPDIR": str(temporary)}
    )
    after = _state_of(course)
    left = [
        f"{path.relative_to(course)} was {'changed' if path in before else 'written'}"
        for path in sorted(after)
        if before.get(path) != after[path]
    ]
    left += [f"{path.relative_to(course)} was deleted" for path in sorted(before.keys() - after)]
    left += [
        f"{path.name} was written into the home directory"
        for path in home.iterdir()
        if path.name not in _OF_TOOLS
    ]
    left += [f"the process `{command}` still runs" for command in _running_with(home)]
    return ListeningRun(run, mattering, left)


def broken_runs(notebook: str) -> Iterator[BrokenRun]:
    """Run one notebook with each thing broken that matters to it, two runs at a time."""
    mattering = listening_run(notebook).mattering
    breakages = [one for one in TABLE if one.name in mattering and can_be_seen(one)]
    with ThreadPoolExecutor(max_workers=2) as pool:
        yield from pool.map(functools.partial(broken_run, notebook), breakages)


def can_be_seen(breakage: Breakage) -> bool:
    """Tell whether the breakage shows here: pictures are compared on one platform alone."""
    stored_on = runpy.run_path(str(ROOT / "conftest.py"))["_STORED_ON"]
    return not breakage.in_pictures or stored_on == (sys.platform, platform.machine())


def main() -> int:
    """Show what each breakage does to the notebooks that are named, or to all; 1 if one fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.course.breaking", description=__doc__)
    parser.add_argument("notebooks", nargs="*", type=Path, default=PATHS)
    failed = False
    for path in parser.parse_args().notebooks:
        listening = listening_run(path.name)
        of = f"{len(listening.mattering)} of {len(TABLE)}"
        print(f"{path.name}: {of} breakages matter to it", flush=True)
        if listening.run.broken or listening.run.red:
            print(f"  red with nothing broken: {listening.run.broken or listening.run.red[0]}")
            failed = True
            continue
        for left in listening.left_behind:
            print(f"  leaves something behind: {left}", flush=True)
            failed = True
        for broken in broken_runs(path.name):
            print(f"  {broken}", flush=True)
            failed = failed or broken.fault is not None
    return int(failed)


@functools.cache
def _copy_to_break() -> Path:
    return copy_of_course(Path(_temporary_directory().name) / "course")


@functools.cache
def _temporary_directory() -> tempfile.TemporaryDirectory:
    # Deleted when Python ends.
    return tempfile.TemporaryDirectory(prefix="broken-course-", ignore_cleanup_errors=True)


_numbers = itertools.count()


def _noted_run(
    notebook: str, name: str, *arguments: str, environment: Mapping[str, str] | None = None
) -> tuple[StrictRun, frozenset[str]]:
    course = _copy_to_break()
    notes = course.parent / f"notes-{next(_numbers)}"
    notes.touch()
    path = [str(course / "tests" / "course" / "break_one_thing"), str(course)]
    environment = {
        NAME: name,
        NOTES: str(notes),
        "PYTHONPATH": os.pathsep.join(path),
        **(environment or {}),
    }
    run = strict_run(course, [notebook], *arguments, environment=environment)
    return run, frozenset(notes.read_text(encoding="utf-8").splitlines())


# What Jupyter, IPython, Matplotlib and Keras keep in a home directory of their own accord.
_OF_TOOLS = {".ipython", ".jupyter", ".cache", ".config", ".local", ".keras"}


def _state_of(directory: Path) -> dict[Path, tuple[int, int]]:
    return {
        path: (path.stat().st_size, path.stat().st_mtime_ns)
        for path in directory.rglob("*")
        if path.is_file()
    }


def _running_with(home: Path) -> list[str]:
    # The kernel is told to end when pytest does; give it a moment.
    for _ in range(20):
        running = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.environ().get("HOME") == str(home):
                    running.append(" ".join(process.cmdline()))
        if not running:
            break
        time.sleep(0.25)
    return running


if __name__ == "__main__":
    sys.exit(main())
