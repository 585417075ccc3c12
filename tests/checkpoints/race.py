"""A trainer that saves, deletes and is killed while a helper is at work: where, is drawn by lot.

The steps of a save were seen with strace on TensorFlow 2.21. They are played through with the files
of real saves, so that every state is what a killed process leaves, to the byte and to each time.
"""

import os
import random
import shutil
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

from helpers.checkpoints import files
from helpers.checkpoints.examine import examine_directory
from helpers.checkpoints.put_aside import put_aside
from helpers.checkpoints.restore import NoIntactCheckpointError, restore_newest_intact
from tests.checkpoints.damage import flip
from tests.checkpoints.small_model import DATA, SmallModel, small_model

SAVES = 7
Step = Callable[[Path], object]
# At these calls, as Python names them, another process may come in between.
OPERATIONS = {
    "stat", "lstat", "scandir", "open", "read", "link", "rename", "unlink", "mkdir", "rmdir",
    "sendfile", "copy_file_range", "utime", "CheckpointReader_GetTensor", "TF_SessionRun_wrapper",
}  # fmt: skip


def save_series(place: Path) -> Path:
    """Save the values 1 to 7, with numbers and over one name; keep a copy after each save."""
    for kind in ("numbered", "same name"):
        live = place / kind / "live"
        live.mkdir(parents=True)
        with small_model(max_to_keep=2, save_relative_paths=True) as model:
            for value in range(1, SAVES + 1):
                model.save(live, value if kind == "numbered" else None, value=value)
                shutil.copytree(live, place / kind / str(value))
                time.sleep(0.01)  # so that no two saves have the same time
    return place


@cache
def content(path: Path) -> bytes | None:
    """Return what a file holds that never changes; None if there is none."""
    return path.read_bytes() if path.exists() else None


def save_steps(after: Path, name: str, deleted: str | None = None) -> list[Step]:
    """Return what a save does, one file-system operation a step.

    Args:
        after: the directory as it is when the save has ended.
        name: the checkpoint that is saved.
        deleted: the one that `max_to_keep` no longer spares.
    """
    steps = []
    for whole, temporary in {
        f"{name}{DATA}": f"{name}{DATA}.tempstate16527516886439465718",
        f"{name}.index": f"{name}.index.tempstate16527516886439465718",
        "checkpoint": "checkpoint.tmp09788b64362a437eb68f285d828f7546",
        f"{name}.meta": f"{name}.meta.tmp09788b64362a437eb68f285d828f7546",
    }.items():
        if deleted and whole.endswith(".meta"):
            steps += [_unlink(f"{deleted}{suffix}") for suffix in (".meta", ".index", DATA)]
        steps += _written(after, whole, temporary)
    return steps


def _written(after: Path, name: str, temporary: str) -> list[Step]:
    return [
        lambda directory: shutil.copy2(after / name, directory / temporary),
        lambda directory: (directory / temporary).replace(directory / name),
    ]


def _unlink(name: str) -> Step:
    return lambda directory: (directory / name).unlink()


class Trainer:
    """Does the next steps of its saves between two file operations of this process.

    Attributes:
        run: the directory that it saves in.
        numbered: whether its checkpoints are m-1, m-2 and so on, at most two; else it is m.
        saved: how many it had saved before the race.
        damaged: the value in the one that was damaged before the race, or None.
    """

    def __init__(self, series: Path, run: Path, dice: random.Random):
        self.run, self.dice, self.damaged = run, dice, None
        self.numbered, self.saved = dice.random() < 0.6, dice.randint(1, 3)
        self._series = series / ("numbered" if self.numbered else "same name")
        shutil.copytree(self._series / str(self.saved), run)
        if self.numbered and dice.random() < 0.4:
            self.damaged = dice.choice(sorted(self.whole()))
            flip(run / f"{self.name(self.damaged)}{DATA}", dice.randrange(60))
        steps = []
        for value in range(self.saved + 1, SAVES + 1):
            deleted = self.name(value - 2) if self.numbered and value > 2 else None
            steps += save_steps(self._series / str(value), self.name(value), deleted)
        killed = dice.choice([len(steps), dice.randrange(len(steps))])
        self._waiting, self._done = steps[:killed], []
        self._rate = dice.choice([0.02, 0.1, 0.5])

    def name(self, value: int) -> str:
        """Return the name of the checkpoint that holds a value."""
        return f"m-{value}" if self.numbered else "m"

    def whole(self, directory: Path | None = None) -> set[int]:
        """Return the values in the checkpoints that are whole at this moment."""
        return {
            value
            for value in range(1, SAVES + 1)
            if all(
                content(self._series / str(value) / name)
                == content.__wrapped__((directory or self.run) / name)
                for name in (f"{self.name(value)}{DATA}", f"{self.name(value)}.index")
            )
        }

    def __enter__(self) -> "Trainer":
        self._before = self.run.with_name("before")
        shutil.copytree(self.run, self._before)
        self._kept = files.MOMENT, time.sleep
        # To whom it makes a difference, everything was written a moment ago, and a save ends soon.
        files.MOMENT, time.sleep = 10**9, lambda seconds: self._go_on(11)
        sys.setprofile(self._notice)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)
        files.MOMENT, time.sleep = self._kept

    def _notice(self, frame: object, event: str, called: object) -> None:
        if event == "c_call" and called.__name__ in OPERATIONS and self.dice.random() < self._rate:
            self._go_on(self.dice.randint(1, 4))

    def _go_on(self, number: int) -> None:
        sys.setprofile(None)
        for step in self._waiting[:number]:
            step(self.run)
            self._done.append(self._waiting.pop(0))
        sys.setprofile(self._notice)

    def unchanged(self) -> bool:
        """Tell whether all in the directory is as the trainer alone would have left it."""
        for step in self._done:
            step(self._before)
        held = [
            {path.name: path.read_bytes() for path in place.iterdir()}
            for place in (self.run, self._before)
        ]
        return held[0] == held[1]


def race(series: Path, place: Path, dice: random.Random, model: SmallModel) -> str | None:
    """Let a helper work while a trainer saves; return what went wrong, in words."""
    trainer = Trainer(series, place / "run", dice)
    (place / "kept").mkdir()
    fault = dice.choice([_examined, _restored, _put_aside])(trainer, place / "kept", model)
    return fault or (None if trainer.unchanged() else "the trainer's files were changed")


def _examined(trainer: Trainer, kept: Path, model: SmallModel) -> str | None:
    with trainer:
        report = examine_directory(trainer.run)
    damaged = trainer.damaged and trainer.name(trainer.damaged)
    for one in report.checkpoints:
        if one.intact and one.name == damaged:
            return f"{one.name} is called intact"
        if not one.intact and one.name != damaged and trainer.whole():
            return f"{one.name} is called damaged: {one.verdict.problems}"
    return f"{report.absent} are called absent" if report.absent else None


def _restored(trainer: Trainer, kept: Path, model: SmallModel) -> str | None:
    before = trainer.whole()
    model.fill(-1)
    with trainer:
        try:
            restore_newest_intact(model.saver, model.session, trainer.run)
        except NoIntactCheckpointError as error:
            return f"none is found: {error}" if before and trainer.whole() else None
    value = model.value()
    sound = value and value > 0 and value != trainer.damaged
    return None if sound and value >= max(before, default=0) else f"restored {value} of {before}"


def _put_aside(trainer: Trainer, kept: Path, model: SmallModel) -> str | None:
    value = trainer.dice.choice([trainer.saved, max(trainer.saved - 1, 1)])
    with trainer, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            put_aside(trainer.run / trainer.name(value), kept)
        except (OSError, ValueError):
            left = [path.name for path in kept.iterdir()]
            return f"{left} are left" if left else None
    copied = trainer.whole(kept)
    sound = copied == {value} or (copied and not trainer.numbered)
    return None if sound and value != trainer.damaged else f"{copied} were copied, not {value}"


def killed_copy(series: Path, place: Path, dice: random.Random) -> str | None:
    """Kill `put_aside` at one of its file operations and call it again; return what went wrong."""
    value, left = dice.randint(2, SAVES), dice.randrange(120)
    source, kept = series / "numbered" / str(value), place / "kept"
    kept.mkdir()

    def notice(frame: object, event: str, called: object) -> None:
        nonlocal left
        left -= event == "c_call" and called.__name__ in OPERATIONS
        if left < 0:
            os._exit(0)

    for again in (False, True):
        if not (pid := os.fork()):
            sys.setprofile(None if again else notice)
            with suppress(FileExistsError):
                put_aside(source / f"m-{value}", kept)
            os._exit(0)
        if os.waitpid(pid, 0)[1] or examine_directory(kept).damaged:
            return f"{[path.name for path in kept.iterdir()]} are left"
        if any(path.read_bytes() != content(source / path.name) for path in kept.glob("m-*")):
            return "a copy differs"
    return None
