"""Put the checkpoints of a directory into the order they were saved in.

"Newest" has three witnesses, and each of them errs:

- The state file lists the checkpoints in the order they were saved in, but not the one whose save
  was killed before the list was renewed, nor those of an earlier run; it can be stale or gone.
- The files' times tell it for all, until the directory is copied without them.
- The step in the name tells it within one run; a run that was started afresh in the same
  directory begins again at low steps, and its newest checkpoint is not the highest one.

So the times decide, unless the directory itself contradicts them, as a copied one does. Then the
state file's list decides, its last entry being the newest; what it does not list counts as older,
by step, except a checkpoint that bears the marks of a killed save: its step is higher than that
of the newest one listed, and it has no `.meta`, which is written last, while that one has.

A run that was started afresh may be killed while it saves over a name that is still listed. That
is no contradiction: its values are newer than the list, its `.meta` is older.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .files import CheckpointFiles, by_number
from .state_file import StateFile


@dataclass(frozen=True)
class SaveOrder:
    """The checkpoints of a directory, newest first."""

    newest_first: tuple[CheckpointFiles, ...]  # intact or not
    basis: str  # what the order was taken from, in words


def save_order(
    checkpoints: Sequence[CheckpointFiles], state: StateFile, state_path: Path
) -> SaveOrder:
    """Order a directory's checkpoints by when they were saved; open none of them."""
    by_name = {files.name: files for files in checkpoints}
    listed = [by_name[entry.name] for entry in state.entries if entry.name in by_name]
    doubt = _doubt_about_times(checkpoints, listed, state_path)
    if doubt is None:
        ordered = sorted(checkpoints, key=_written)
        basis = "the times of the files"
    else:
        ordered = _by_list_and_step(checkpoints, listed)
        basis = f"the state file's list and the steps, because {doubt}"
    return SaveOrder(tuple(reversed(ordered)), basis)


def _written(files: CheckpointFiles) -> int:
    # The earlier one of .data and .index: if something has touched one of the two since, the
    # other still holds the time of the save.
    values = [file.modified for file in (*files.v1, *files.data)]
    return min([*values, files.index.modified] if files.index else values, default=0)


def _doubt_about_times(
    checkpoints: Sequence[CheckpointFiles], listed: list[CheckpointFiles], state_path: Path
) -> str | None:
    times = [_written(files) for files in checkpoints]
    if len(times) < 2:
        return None
    if times.count(max(times)) > 1:
        return "the newest files have equal times"
    if 2 * sum(not _in_order_of_writing(files) for files in checkpoints) > len(checkpoints):
        return "the files' times are not in the order that a Saver writes in"
    state_time = state_path.stat().st_mtime_ns if listed and state_path.is_file() else None
    listed_times = [_written(files) for files in listed if not _saved_over(files, state_time)]
    if listed_times != sorted(listed_times):
        return "the files' times contradict the state file's order"
    if state_time is not None and listed_times and state_time < listed_times[-1]:
        return "the state file is older than the checkpoint it names"
    if not listed and len(checkpoints) > 2:
        by_time = [files.name for files in sorted(checkpoints, key=_written)]
        if by_time == sorted(by_time) and by_time != sorted(by_time, key=by_number):
            return "the files' times follow the alphabet, as copying does"
    return None


def _in_order_of_writing(files: CheckpointFiles) -> bool:
    times = [max((file.modified for file in (*files.v1, *files.data)), default=0)]
    times += [file.modified for file in (files.index, files.meta) if file is not None]
    return times == sorted(times)


def _saved_over(files: CheckpointFiles, state_time: int | None) -> bool:
    # Values, list, .meta is the order of a whole save; these values have come after the other two.
    return (
        state_time is not None
        and files.meta is not None
        and max(files.meta.modified, state_time) < _written(files)
    )


def _by_list_and_step(
    checkpoints: Sequence[CheckpointFiles], listed: list[CheckpointFiles]
) -> list[CheckpointFiles]:
    position = {files.name: place for place, files in enumerate(listed)}
    newest = listed[-1] if listed else None

    def key(files: CheckpointFiles) -> tuple[int, int]:
        step = -1 if files.step is None else files.step
        if files.name in position:
            return (1, position[files.name])
        killed_save = (
            newest is not None
            and newest.meta is not None
            and files.meta is None
            and newest.step is not None
            and step > newest.step
        )
        return (2 if killed_save else 0, step)

    return sorted(checkpoints, key=key)
