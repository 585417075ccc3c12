"""Read a state file: the small text in which a Saver notes which checkpoints it keeps.

It is named `checkpoint` unless `Saver.save` was given a `latest_filename`. It is only a note: the
checkpoints can be restored without it, by their prefix.
"""

import os
import re
import stat
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from google.protobuf import text_format

# TensorFlow gives this message no public name.
from tensorflow.python.training.checkpoint_state_pb2 import CheckpointState

USUAL_NAME = "checkpoint"
BEGINNING = b"model_checkpoint_path:"
# Neither these nor what a killed save left of a state file need to be looked into.
NO_STATE_FILE = re.compile(r"\.(index|meta|data-\d{5,}-of-\d{5,}|tmp[0-9a-f]{32})$")


@dataclass(frozen=True)
class StateEntry:
    """One checkpoint that a state file lists."""

    written: str  # the path as it stands in the file
    name: str  # the last part of the path
    # where it leads: "here", to a checkpoint in the state file's directory; "absent", to none;
    # "elsewhere", to one in another directory; "moved", to none, while one of the same name is here
    place: str


@dataclass(frozen=True)
class StateFile:
    """What a state file says."""

    name: str  # its name
    fault: str | None  # why it cannot be read, or None
    latest: StateEntry | None  # what `tf.train.latest_checkpoint` looks for, or None
    entries: tuple[StateEntry, ...]  # every checkpoint listed, oldest first as a Saver lists them


@dataclass(frozen=True)
class WrittenState:
    """What a state file says, whatever lies beside it."""

    path: Path  # where the state file is
    fault: str | None  # why it cannot be read, or None
    latest: str  # the path of the latest checkpoint as it stands there; "" if it cannot be read
    paths: tuple[str, ...]  # the path of every checkpoint listed, oldest first, each once

    @property
    def names(self) -> tuple[str, ...]:
        """The last part of each path."""
        return tuple(map(_last_part, self.paths))

    def beside(self, present: Collection[str]) -> StateFile:
        """See where each entry leads, beside checkpoints of these names."""
        entries = {path: _entry(self.path.parent, path, present) for path in self.paths}
        latest = entries.get(self.latest)
        return StateFile(self.path.name, self.fault, latest, tuple(entries.values()))


def read_state_file(path: str | os.PathLike[str]) -> WrittenState:
    """Read a state file. Nothing is raised for one that cannot be read: `fault` says why."""
    path = Path(path)
    fault, state = _read(path)
    # Of one that is listed twice, the later place counts: it was saved again.
    newest_first = dict.fromkeys(reversed(_paths(state)))
    return WrittenState(path, fault, state.model_checkpoint_path, tuple(reversed(newest_first)))


def is_state_file(path: Path) -> bool:
    """Tell whether a file begins as a state file does."""
    try:
        with path.open("rb") as file:
            return file.read(len(BEGINNING)) == BEGINNING
    except OSError:
        # A file without permission, or deleted a moment ago.
        return False


def _read(path: Path) -> tuple[str | None, CheckpointState]:
    state = CheckpointState()
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            return "is a directory" if stat.S_ISDIR(mode) else "is no ordinary file", state
        content = path.read_bytes()
    except FileNotFoundError:
        return "is missing", state
    except PermissionError:
        return "cannot be read: permission denied", state
    except OSError as error:
        # Such as a link that leads to itself.
        return f"cannot be read: {error.strerror}", state
    if not content.strip():
        return "is empty", state
    try:
        # As TensorFlow does; Parse would refuse a field that stands there twice.
        text_format.Merge(content.decode(), state)
    except (UnicodeDecodeError, text_format.ParseError):
        # What was understood before the fault is no basis: TensorFlow ignores such a file whole.
        return "is not a state file's text", CheckpointState()
    if not state.model_checkpoint_path:
        return "names no latest checkpoint", CheckpointState()
    return None, state


def _paths(state: CheckpointState) -> list[str]:
    paths = list(state.all_model_checkpoint_paths)
    latest = state.model_checkpoint_path
    return paths if latest in paths or not latest else [*paths, latest]


def _entry(directory: Path, written: str, present: Collection[str]) -> StateEntry:
    path = written.removeprefix("file://")
    name = _last_part(path)
    if "\0" in path:  # which no file's name can hold
        return StateEntry(written, name, "absent")
    # As tf.train.get_checkpoint_state does: a relative path begins at the state file's directory.
    whole = directory / path
    # TensorFlow looks behind a slash at the end for a file without a name.
    there = not path.endswith("/") and _is_there(whole)
    if path.endswith(name) and whole.name == name and _same_directory(whole.parent, directory):
        # It may have been saved since the directory was looked at.
        place = "here" if name in present or there else "absent"
    elif there:
        place = "elsewhere"
    elif name in present:
        place = "moved"
    else:
        place = "absent" if there is False else "elsewhere"
    return StateEntry(written, name, place)


def _is_there(prefix: Path) -> bool | None:
    # None where this user may not look: below another's private directory.
    try:
        return Path(f"{prefix}.index").exists() or prefix.is_file()
    except PermissionError:
        return None
    except OSError:
        # Such as a name that is too long, or a link that leads to itself.
        return False


def _same_directory(one: Path, other: Path) -> bool:
    return one == other or os.path.realpath(one) == os.path.realpath(other)


def _last_part(path: str) -> str:
    # The directory may have come from Windows.
    return re.split(r"[/\\]", path.rstrip("/\\") or path)[-1]
