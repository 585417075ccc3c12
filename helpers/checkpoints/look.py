"""Look at a directory: its checkpoints, what a crash left, and what its state files say of it."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .files import MOMENT, CheckpointFiles, Leftover, found_files, sorted_files
from .state_file import NO_STATE_FILE, USUAL_NAME, StateFile, is_state_file, read_state_file

# How often a directory is looked at again in which a trainer is saving meanwhile.
MOST_LOOKS = 100


@dataclass(frozen=True)
class Look:
    """What lay in a directory at one moment."""

    checkpoints: tuple[CheckpointFiles, ...]  # sorted by name, numbers by value
    # files that belong to no checkpoint, such as a crash leaves; sorted by name
    leftovers: tuple[Leftover, ...]
    states: tuple[StateFile, ...]  # the state file asked for first, then every other


def look(directory: str | os.PathLike[str], state_file: str = USUAL_NAME) -> Look:
    """List a directory once, and read each of its state files once; raise as `found_files`."""
    directory = Path(directory)
    found = found_files(directory)
    others = [
        file.name
        for file in found
        if file.is_file
        and file.name != state_file
        and not NO_STATE_FILE.search(file.name)
        and is_state_file(directory / file.name)
    ]
    states = [read_state_file(directory / name) for name in (state_file, *sorted(others))]
    known = {name for state in states for name in state.names}
    checkpoints, leftovers = sorted_files(directory, found, known)
    present = {files.name for files in checkpoints}
    return Look(
        tuple(checkpoints), tuple(leftovers), tuple(state.beside(present) for state in states)
    )


def looks(directory: str | os.PathLike[str], state_file: str = USUAL_NAME) -> Iterator[Look]:
    """Look, and for whom that was not enough, again as long as a trainer is saving meanwhile.

    The looks end when nothing has changed since the one before, not even after a moment's wait for
    a save that may be running. Raises as `found_files` does.
    """
    now = look(directory, state_file)
    for _ in range(MOST_LOOKS):
        yield now
        before, now = now, look(directory, state_file)
        if now.checkpoints == before.checkpoints and any(
            files.just_written for files in now.checkpoints
        ):
            time.sleep(MOMENT)
            now = look(directory, state_file)
        if now.checkpoints == before.checkpoints:
            return
