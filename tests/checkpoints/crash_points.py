"""What a directory looks like when a save is killed before each of its file-system steps.

The steps were seen with strace on TensorFlow 2.21. They are played through with the files of two
real saves, one before and one after, so that every state is what a killed process leaves, to the
byte and to the time of each file. The saves hold the values 1 and 2.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.checkpoints.small_model import DATA, small_model

VALUES_TMP = f"{DATA}.tempstate16527516886439465718"
INDEX_TMP = ".index.tempstate16527516886439465718"
STATE_TMP = "checkpoint.tmp09788b64362a437eb68f285d828f7546"
META_TMP = ".meta.tmp09788b64362a437eb68f285d828f7546"

# The names of the crash points, as `all_points` gives them.
NAMES = [f"numbered, {n}" for n in range(1, 12)] + [f"same name, {n}" for n in range(1, 9)]

Step = Callable[[Path], object]


@dataclass(frozen=True)
class CrashPoint:
    """One state that a killed save leaves."""

    before: Path  # the directory before the save
    steps: tuple[Step, ...]  # what the process had done
    intact: dict[str, float]  # for each intact checkpoint the value in it
    damaged: tuple[str, ...]  # the checkpoints that cannot be restored
    leftovers: tuple[str, ...]  # the files that belong to no checkpoint

    @property
    def newest(self) -> float | None:
        """The value in the newest intact checkpoint, or None if there is none."""
        return max(self.intact.values(), default=None)

    def build(self, directory: Path) -> None:
        """Make the state in a directory that does not exist yet."""
        shutil.copytree(self.before, directory)
        for step in self.steps:
            step(directory)


def save_steps(after: Path, name: str, deleted: str | None = None) -> list[Step]:
    """Return what a save does, one file-system operation a step.

    Args:
        after: the directory as it is when the save has ended.
        name: the checkpoint that is saved.
        deleted: the one that `max_to_keep` no longer spares.
    """
    steps = [
        *_written(after, f"{name}{DATA}", f"{name}{VALUES_TMP}"),
        *_written(after, f"{name}.index", f"{name}{INDEX_TMP}"),
        *_written(after, "checkpoint", STATE_TMP),
    ]
    if deleted:
        steps += [_unlink(f"{deleted}{suffix}") for suffix in (".meta", ".index", DATA)]
    return [*steps, *_written(after, f"{name}.meta", f"{name}{META_TMP}")]


def all_points(work: Path) -> dict[str, CrashPoint]:
    """Return the crash points of a save of m-1 that deletes m-0, and of a second save of m."""
    old, both, new = {"m-0": 1.0}, {"m-0": 1.0, "m-1": 2.0}, {"m-1": 2.0}
    numbered = [
        (old, (), ()),
        (old, (), (f"m-1{VALUES_TMP}",)),
        (old, (), (f"m-1{DATA}",)),
        (old, (), (f"m-1{DATA}", f"m-1{INDEX_TMP}")),
        (both, (), ()),
        (both, (), (STATE_TMP,)),
        (both, (), ()),
        (both, (), ()),
        (new, (), (f"m-0{DATA}",)),
        (new, (), ()),
        (new, (), (f"m-1{META_TMP}",)),
    ]
    old, new = {"m": 1.0}, {"m": 2.0}
    same_name = [
        (old, (), ()),
        (old, (), (f"m{VALUES_TMP}",)),
        ({}, ("m",), ()),
        ({}, ("m",), (f"m{INDEX_TMP}",)),
        (new, (), ()),
        (new, (), (STATE_TMP,)),
        (new, (), ()),
        (new, (), (f"m{META_TMP}",)),
    ]
    before, after = _two_saves(work / "numbered", 0, 1)
    steps = save_steps(after, "m-1", deleted="m-0")
    points = [CrashPoint(before, tuple(steps[:n]), *outcome) for n, outcome in enumerate(numbered)]
    before, after = _two_saves(work / "same name", None, None)
    steps = save_steps(after, "m")
    points += [
        CrashPoint(before, tuple(steps[:n]), *outcome) for n, outcome in enumerate(same_name)
    ]
    return dict(zip(NAMES, points, strict=True))


def _two_saves(work: Path, first: int | None, second: int | None) -> tuple[Path, Path]:
    before, after = work / "before", work / "after"
    after.mkdir(parents=True)
    with small_model(max_to_keep=1, save_relative_paths=True) as model:
        model.save(after, first, value=1)
        shutil.copytree(after, before)
        model.save(after, second, value=2)
    return before, after


def _written(after: Path, name: str, temporary: str) -> list[Step]:
    return [
        lambda directory: shutil.copy2(after / name, directory / temporary),
        lambda directory: (directory / temporary).replace(directory / name),
    ]


def _unlink(name: str) -> Step:
    return lambda directory: (directory / name).unlink()
