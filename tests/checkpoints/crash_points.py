"""What a directory looks like when a save is killed before each of its file-system steps.

The steps were seen with strace on TensorFlow 2.21. They are played through with the files of two
real saves, one before and one after, so that every state is what a killed process leaves, to the
byte and to the time of each file. The saves hold the values 1 and 2.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.checkpoints.small_model import DATA, small_model

RANDOM_NUMBER = "16527516886439465718"
RANDOM_HEX = "09788b64362a437eb68f285d828f7546"

# The names of the crash points, as `all_points` gives them.
NAMES = [f"numbered, {n}" for n in range(1, 12)] + [f"same name, {n}" for n in range(1, 9)]

Step = tuple[str, Callable[[Path], object]]


@dataclass(frozen=True)
class CrashPoint:
    """One state that a killed save leaves.

    Attributes:
        label: what the process was about to do.
        steps: what it had done.
        intact: for each intact checkpoint the value in it.
        damaged: the checkpoints that cannot be restored.
        leftovers: the files that belong to no checkpoint.
        newest: the value in the newest intact checkpoint, or None if there is none.
    """

    label: str
    steps: tuple[Step, ...]
    intact: dict[str, float]
    damaged: tuple[str, ...] = ()
    leftovers: tuple[str, ...] = ()
    newest: float | None = None

    def build(self, before: Path, directory: Path) -> None:
        """Make the state in a directory that does not exist yet."""
        shutil.copytree(before, directory)
        for _, step in self.steps:
            step(directory)


def all_points(work: Path) -> dict[str, tuple[Path, CrashPoint]]:
    """Return, for "numbered, 1" and so on, the state before the save and the crash point."""
    return {
        point.label.partition(":")[0]: (before, point)
        for before, points in (numbered(work / "numbered"), same_name(work / "same name"))
        for point in points
    }


def numbered(work: Path) -> tuple[Path, list[CrashPoint]]:
    """Save m-0, then m-1 with max_to_keep=1; return the state before and the crash points."""
    before, after = _two_saves(work, 0, 1)
    values_tmp = f"m-1{DATA}.tempstate{RANDOM_NUMBER}"
    index_tmp = f"m-1.index.tempstate{RANDOM_NUMBER}"
    state_tmp = f"checkpoint.tmp{RANDOM_HEX}"
    meta_tmp = f"m-1.meta.tmp{RANDOM_HEX}"
    steps = [
        _create(after, f"m-1{DATA}", values_tmp),
        _rename(values_tmp, f"m-1{DATA}"),
        _create(after, "m-1.index", index_tmp),
        _rename(index_tmp, "m-1.index"),
        _create(after, "checkpoint", state_tmp),
        _rename(state_tmp, "checkpoint"),
        _unlink("m-0.meta"),
        _unlink("m-0.index"),
        _unlink(f"m-0{DATA}"),
        _create(after, "m-1.meta", meta_tmp),
        _rename(meta_tmp, "m-1.meta"),
    ]
    old, both, new = {"m-0": 1.0}, {"m-0": 1.0, "m-1": 2.0}, {"m-1": 2.0}
    outcomes = [
        (old, (), ()),
        (old, (), (values_tmp,)),
        (old, (), (f"m-1{DATA}",)),
        (old, (), (f"m-1{DATA}", index_tmp)),
        (both, (), ()),
        (both, (), (state_tmp,)),
        (both, (), ()),
        (both, (), ()),
        (new, (), (f"m-0{DATA}",)),
        (new, (), ()),
        (new, (), (meta_tmp,)),
    ]
    return before, list(_points("numbered", steps, outcomes))


def same_name(work: Path) -> tuple[Path, list[CrashPoint]]:
    """Save m twice without a step; return the state before and the crash points."""
    before, after = _two_saves(work, None, None)
    values_tmp = f"m{DATA}.tempstate{RANDOM_NUMBER}"
    index_tmp = f"m.index.tempstate{RANDOM_NUMBER}"
    state_tmp = f"checkpoint.tmp{RANDOM_HEX}"
    meta_tmp = f"m.meta.tmp{RANDOM_HEX}"
    steps = [
        _create(after, f"m{DATA}", values_tmp),
        _rename(values_tmp, f"m{DATA}"),
        _create(after, "m.index", index_tmp),
        _rename(index_tmp, "m.index"),
        _create(after, "checkpoint", state_tmp),
        _rename(state_tmp, "checkpoint"),
        _create(after, "m.meta", meta_tmp),
        _rename(meta_tmp, "m.meta"),
    ]
    old, new = {"m": 1.0}, {"m": 2.0}
    outcomes = [
        (old, (), ()),
        (old, (), (values_tmp,)),
        ({}, ("m",), ()),
        ({}, ("m",), (index_tmp,)),
        (new, (), ()),
        (new, (), (state_tmp,)),
        (new, (), ()),
        (new, (), (meta_tmp,)),
    ]
    return before, list(_points("same name", steps, outcomes))


def _two_saves(work: Path, first: int | None, second: int | None) -> tuple[Path, Path]:
    before, after, live = work / "before", work / "after", work / "live"
    live.mkdir(parents=True)
    with small_model(max_to_keep=1, save_relative_paths=True) as model:
        model.save(live, first, value=1)
        shutil.copytree(live, before)
        model.save(live, second, value=2)
    shutil.copytree(live, after)
    return before, after


def _points(
    kind: str, steps: list[Step], outcomes: list[tuple[dict, tuple, tuple]]
) -> Iterator[CrashPoint]:
    for number, (intact, damaged, leftovers) in enumerate(outcomes):
        yield CrashPoint(
            label=f"{kind}, {number + 1}: {steps[number][0]}",
            steps=tuple(steps[:number]),
            intact=intact,
            damaged=damaged,
            leftovers=leftovers,
            newest=max(intact.values(), default=None),
        )


def _create(after: Path, source: str, name: str) -> Step:
    return f"create {name}", lambda directory: shutil.copy2(after / source, directory / name)


def _rename(old: str, new: str) -> Step:
    return f"rename {old}", lambda directory: (directory / old).replace(directory / new)


def _unlink(name: str) -> Step:
    return f"unlink {name}", lambda directory: (directory / name).unlink()
