"""Examine a directory of checkpoints: which are intact, what is wrong with the others.

Reads only, changes nothing. `python -m helpers.checkpoints DIRECTORY` does it in a terminal.
"""

import os
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .files import CheckpointFiles, DirectoryListing, Leftover, list_directory
from .index_file import IndexFileError, stored_tensors
from .state_file import StateFile, listed_names, other_state_files, read_state_file
from .verify import Verdict, verify

WIDTH = 100
# How often a directory is listed again in which a trainer is saving meanwhile.
MOST_LOOKS = 10


@dataclass(frozen=True)
class Checkpoint:
    """What was found out about one checkpoint.

    Attributes:
        name: the prefix without the directory.
        prefix: what `Saver.restore` is given.
        format: "V2", as Saver writes it; "object-based", as tf.train.Checkpoint writes it; "V1",
            Saver's old format.
        problems: what keeps TensorFlow from restoring every value; empty if it is intact.
        notes: what is worth knowing and does no harm to the values.
        listed_by: the state files that list a checkpoint of its name; empty if it is orphaned.
            After a move or a copy the listed path may lead elsewhere, see `StateEntry.place`.
        files: the names of its files.
        bytes: the size of its files together.
        tensors: how many tensors it holds, as far as its `.index` can be read.
    """

    name: str
    prefix: str
    format: str
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    listed_by: tuple[str, ...]
    files: tuple[str, ...]
    bytes: int
    tensors: int

    @property
    def intact(self) -> bool:
        """Whether TensorFlow can restore every value."""
        return not self.problems

    @property
    def orphaned(self) -> bool:
        """Whether no state file lists it, so that no Saver will ever delete it."""
        return not self.listed_by


@dataclass(frozen=True)
class DirectoryReport:
    """What was found out about a directory.

    Attributes:
        directory: as it was given.
        checkpoints: sorted by name, numbers by value.
        state_files: the one asked for first, then every other.
        leftovers: files that belong to no checkpoint, such as a crash leaves.
    """

    directory: str
    checkpoints: tuple[Checkpoint, ...]
    state_files: tuple[StateFile, ...]
    leftovers: tuple[Leftover, ...]

    @property
    def intact(self) -> tuple[Checkpoint, ...]:
        """The checkpoints that can be restored."""
        return tuple(one for one in self.checkpoints if one.intact)

    @property
    def damaged(self) -> tuple[Checkpoint, ...]:
        """The checkpoints that cannot be restored, or not whole."""
        return tuple(one for one in self.checkpoints if not one.intact)

    @property
    def orphaned(self) -> tuple[Checkpoint, ...]:
        """The checkpoints that no state file lists."""
        return tuple(one for one in self.checkpoints if one.orphaned)

    @property
    def absent(self) -> tuple[str, ...]:
        """The names that a state file lists and that lead to no checkpoint."""
        names = [
            entry.name
            for state in self.state_files
            for entry in state.entries
            if entry.place == "absent"
        ]
        return tuple(dict.fromkeys(names))

    @property
    def healthy(self) -> bool:
        """Whether nothing is damaged, gone or unreadable; the command's exit status 0.

        A state file that is missing is no damage: checkpoints are restored by their prefix.
        """
        unreadable = [
            state
            for state in self.state_files
            if state.fault is not None and state.fault != "is missing"
        ]
        return not (self.damaged or self.absent or unreadable)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as dictionaries, lists, strings and numbers, for JSON."""
        return {
            "directory": self.directory,
            "healthy": self.healthy,
            "checkpoints": [
                asdict(one) | {"intact": one.intact, "orphaned": one.orphaned}
                for one in self.checkpoints
            ],
            "state_files": [asdict(state) for state in self.state_files],
            "absent": list(self.absent),
            "leftovers": [asdict(leftover) for leftover in self.leftovers],
        }

    def __str__(self) -> str:
        return "\n".join(
            [
                *_wrapped(f"{self.directory}: {self._summary()}"),
                *_table(self.checkpoints),
                *[line for state in self.state_files for line in _state_lines(state)],
                *_leftover_lines(self.leftovers),
            ]
        )

    def _summary(self) -> str:
        if not self.checkpoints:
            return "no checkpoint"
        size = _size(sum(one.bytes for one in self.checkpoints))
        damaged = len(self.damaged)
        verdict = f"{damaged} damaged" if damaged else "all intact"
        return f"{_counted(len(self.checkpoints), 'checkpoint')}, {verdict}, {size}"


def examine_directory(
    directory: str | os.PathLike[str],
    state_file: str = "checkpoint",
    progress: Callable[[str], object] = lambda doing: None,
) -> DirectoryReport:
    """Examine every checkpoint in a directory; change nothing.

    Every tensor is read once and its checksum compared; no graph is built. Memory grows to the
    largest tensor, or slice of one. What is damaged is read again if it was written this very
    moment, or has changed meanwhile: a trainer may be saving.

    Args:
        directory: the directory that the checkpoints are in; those in directories below it are
            not looked at.
        state_file: the state file's name, as given to `Saver.save` as `latest_filename`. Other
            state files are found by their content.
        progress: told in words what is being done, before each checkpoint.

    Raises:
        NotADirectoryError: there is no such directory.
        OSError: the directory cannot be read.
    """
    looked_at: dict[str, CheckpointFiles] = {}
    verdicts: dict[str, Verdict] = {}
    for _ in range(MOST_LOOKS):
        state_names = [state_file, *other_state_files(directory, state_file)]
        known = {name for state in state_names for name in listed_names(directory, state)}
        listing = list_directory(directory, known)
        # From the second time on: what a trainer has replaced while it was being read.
        doubtful = [
            files
            for files in listing.checkpoints
            if files.name not in verdicts
            or (not verdicts[files.name].intact and files != looked_at[files.name])
        ]
        if not doubtful:
            break
        for number, files in enumerate(doubtful, 1):
            size = _size(sum(file.bytes for file in files.files))
            progress(f"reading {number} of {len(doubtful)}: {files.name} ({size})")
            looked_at[files.name] = files
            verdicts[files.name] = verify(files)
        damaged = [files for files in doubtful if not verdicts[files.name].intact]
        if not damaged:
            break
        for files in damaged:
            files.await_a_running_save()
    listing.checkpoints = [files for files in listing.checkpoints if files.name in verdicts]
    present = {files.name for files in listing.checkpoints}
    states = tuple(read_state_file(directory, present, name) for name in state_names)
    explain_altered_bytes(listing, verdicts)
    listed = {state.name: {entry.name for entry in state.entries} for state in states}
    return DirectoryReport(
        directory=str(directory),
        checkpoints=tuple(
            _checkpoint(files, verdicts[files.name], listed) for files in listing.checkpoints
        ),
        state_files=states,
        leftovers=tuple(listing.leftovers),
    )


def explain_altered_bytes(listing: DirectoryListing, verdicts: Mapping[str, Verdict]) -> None:
    """Note in a verdict where bytes with a wrong checksum come from, if the directory shows it.

    They may be another checkpoint's, or those of a save over the same name that was cut off after
    its `.data` and before its `.index`.

    Args:
        listing: what lies in the directory.
        verdicts: the verdict for each checkpoint's name; notes are added to them.
    """
    altered = [files for files in listing.checkpoints if verdicts[files.name].found_crc32c]
    if not altered:
        return
    stored = {
        files.name: _stored_crc32c(files.directory / f"{files.name}.index")
        for files in listing.checkpoints
    }
    for files in altered:
        verdict = verdicts[files.name]
        found = verdict.found_crc32c.items()
        others = {name: crcs.items() for name, crcs in stored.items() if name != files.name}
        of_another = [name for name, crcs in others.items() if found <= crcs]
        index_of_another = [
            name for name, crcs in others.items() if stored[files.name].items() == crcs
        ]
        unfinished = [
            leftover.name
            for leftover in listing.leftovers
            if leftover.name.startswith(f"{files.name}.index.tempstate")
            and found <= _stored_crc32c(files.directory / leftover.name).items()
        ]
        if unfinished:
            verdict.notes.append(
                "a save over this name was cut off between .data and .index; "
                f"{unfinished[0]} is the index of these bytes: renamed to {files.name}.index "
                "it makes the checkpoint whole"
            )
        elif of_another:
            verdict.notes.append(f"these are the bytes of {of_another[0]}")
        elif index_of_another:
            verdict.notes.append(f"its .index is that of {index_of_another[0]}")
        elif max(file.modified for file in files.data) > files.index.modified:
            verdict.notes.append(
                ".data was written after .index: changed since, or a save over this name was cut "
                "off between the two"
            )


def _checkpoint(
    files: CheckpointFiles, verdict: Verdict, listed: dict[str, set[str]]
) -> Checkpoint:
    return Checkpoint(
        name=files.name,
        prefix=files.prefix,
        format=verdict.format,
        problems=tuple(verdict.problems),
        notes=tuple(verdict.notes),
        listed_by=tuple(state for state, names in listed.items() if files.name in names),
        files=tuple(file.name for file in files.files),
        bytes=sum(file.bytes for file in files.files),
        tensors=verdict.tensors,
    )


def _stored_crc32c(index_path: Path) -> dict[str, int]:
    try:
        return {tensor.title: tensor.crc32c for tensor in stored_tensors(index_path)}
    except (IndexFileError, OSError):
        return {}


def _table(checkpoints: Sequence[Checkpoint]) -> list[str]:
    if not checkpoints:
        return []
    widest = min(max(len(one.name) for one in checkpoints), WIDTH - 42)
    lines = ["", f"  {'checkpoint':{widest}}  {'bytes':>15}  {'listed':8}  verdict"]
    for one in checkpoints:
        listed = "orphaned" if one.orphaned else "listed"
        name = one.name
        if len(name) > widest:
            lines += _wrapped(name, "  ")
            name = ""
        verdict = "intact" if one.intact else "DAMAGED"
        lines.append(f"  {name:{widest}}  {one.bytes:>15,}  {listed:8}  {verdict}")
        lines += [line for problem in one.problems for line in _wrapped(problem, "      ")]
        lines += [line for note in one.notes for line in _wrapped(f"note: {note}", "      ")]
    return lines


def _state_lines(state: StateFile) -> list[str]:
    title = f'State file "{state.name}"'
    if state.fault == "is missing":
        said = f"{title} is missing: latest_checkpoint returns None; restore by prefix."
    elif state.fault == "is a directory":
        said = f"{title} {state.fault}: every save fails until it is removed; restore by prefix."
    elif state.fault == "is no ordinary file":
        said = f"{title} {state.fault}: latest_checkpoint may wait for ever; restore by prefix."
    elif state.fault:
        said = f"{title} {state.fault}: latest_checkpoint fails or returns None; restore by prefix."
    else:
        number = _counted(len(state.entries), "checkpoint")
        said = f"{title} lists {number}; the latest is {state.latest.name}."
    lines = ["", *_wrapped(said)]
    for entry in state.entries:
        meaning = {
            "here": None,
            "absent": "it is gone",
            "elsewhere": "that is another directory, and latest_checkpoint reads it there",
            "moved": "nothing is there; this directory was moved or copied. "
            f"Restore {entry.name} here by its prefix",
        }[entry.place]
        if meaning:
            lines += _wrapped(f"lists {entry.written}: {meaning}.", "  ")
    return lines


def _leftover_lines(leftovers: Sequence[Leftover]) -> list[str]:
    if not leftovers:
        return []
    lines = ["", "Left over; needed by nothing, unless a process is saving here right now:"]
    for leftover in leftovers:
        lines += _wrapped(f"{leftover.name}  {leftover.bytes:,} bytes  {leftover.cause}", "  ")
    return lines


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_on_hyphens=False,
    )


def _size(number: int) -> str:
    for unit, power in (("GB", 9), ("MB", 6), ("kB", 3)):
        if number >= 10**power:
            return f"{number / 10**power:.3g} {unit}"
    return _counted(number, "byte")


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
