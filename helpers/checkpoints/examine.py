"""Examine a directory of checkpoints: which are intact, what is wrong with the others.

Reads only, changes nothing. `python -m helpers.checkpoints DIRECTORY` does it in a terminal.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .files import CheckpointFiles, Leftover
from .index_file import IndexFileError, read_index
from .look import Look, looks
from .prefix import OpenCheckpoint
from .state_file import StateFile
from .verify import Verdict, verify
from .wording import WIDTH, counted, size, wrapped


@dataclass(frozen=True)
class Checkpoint:
    """What was found out about one checkpoint."""

    found: CheckpointFiles  # its files
    verdict: Verdict  # whether they are intact
    # the state files that list a checkpoint of its name; empty if it is orphaned. After a move or a
    # copy the listed path may lead elsewhere, see `StateEntry.place`.
    listed_by: tuple[str, ...]

    @property
    def name(self) -> str:
        """The prefix without the directory."""
        return self.found.name

    @property
    def prefix(self) -> str:
        """What `Saver.restore` is given."""
        return self.found.prefix

    @property
    def intact(self) -> bool:
        """Whether TensorFlow can restore every value."""
        return self.verdict.intact

    @property
    def orphaned(self) -> bool:
        """Whether no state file lists it, so that no Saver will ever delete it."""
        return not self.listed_by

    def as_dict(self) -> dict[str, Any]:
        """Return all of it as dictionaries, lists, strings and numbers, for JSON."""
        verdict = asdict(self.verdict)
        del verdict["found_crc32c"]
        return {
            "name": self.name,
            "prefix": self.prefix,
            "intact": self.intact,
            "orphaned": self.orphaned,
            "listed_by": list(self.listed_by),
            "files": [file.name for file in self.found.files],
            "bytes": self.found.bytes,
            **verdict,
        }


@dataclass(frozen=True)
class DirectoryReport:
    """What was found out about a directory."""

    directory: str  # as it was given
    checkpoints: tuple[Checkpoint, ...]  # sorted by name, numbers by value
    state_files: tuple[StateFile, ...]  # the one asked for first, then every other
    leftovers: tuple[Leftover, ...]  # files that belong to no checkpoint, such as a crash leaves

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
            "checkpoints": [one.as_dict() for one in self.checkpoints],
            "state_files": [asdict(state) for state in self.state_files],
            "absent": list(self.absent),
            "leftovers": [asdict(leftover) for leftover in self.leftovers],
        }

    def __str__(self) -> str:
        return "\n".join(
            [
                *wrapped(f"{self.directory}: {self._summary()}"),
                *_table(self.checkpoints),
                *[line for state in self.state_files for line in _state_lines(state)],
                *_leftover_lines(self.leftovers),
            ]
        )

    def _summary(self) -> str:
        if not self.checkpoints:
            return "no checkpoint"
        total = size(sum(one.found.bytes for one in self.checkpoints))
        damaged = len(self.damaged)
        verdict = f"{damaged} damaged" if damaged else "all intact"
        return f"{counted(len(self.checkpoints), 'checkpoint')}, {verdict}, {total}"


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
    verdicts: dict[str, Verdict] = {}
    read: dict[str, CheckpointFiles] = {}
    for look in looks(directory, state_file):
        # From the second time on: what a trainer has replaced while it was being read.
        doubtful = [
            files
            for files in look.checkpoints
            if files.name not in verdicts
            or (not verdicts[files.name].intact and files != read[files.name])
        ]
        for number, files in enumerate(doubtful, 1):
            progress(f"reading {number} of {len(doubtful)}: {files.name} ({size(files.bytes)})")
            with OpenCheckpoint(files.prefix, files) as checkpoint:
                verdicts[files.name] = verify(checkpoint)
            read[files.name] = files
        if all(verdicts[files.name].intact for files in look.checkpoints):
            break
    explain_altered_bytes(look, verdicts)
    listed = {state.name: {entry.name for entry in state.entries} for state in look.states}
    return DirectoryReport(
        directory=str(directory),
        checkpoints=tuple(
            Checkpoint(
                files,
                verdicts[files.name],
                tuple(state for state, names in listed.items() if files.name in names),
            )
            for files in look.checkpoints
        ),
        state_files=look.states,
        leftovers=look.leftovers,
    )


def explain_altered_bytes(look: Look, verdicts: Mapping[str, Verdict]) -> None:
    """Note in a verdict where bytes with a wrong checksum come from, if the directory shows it.

    They may be another checkpoint's, or those of a save over the same name that was cut off after
    its `.data` and before its `.index`.
    """
    altered = [files for files in look.checkpoints if verdicts[files.name].found_crc32c]
    if not altered:
        return
    stored = {
        files.name: _stored_crc32c(files.directory / f"{files.name}.index")
        for files in look.checkpoints
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
            for leftover in look.leftovers
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


def _stored_crc32c(index_path: Path) -> dict[str, int]:
    try:
        return {tensor.title: tensor.crc32c for tensor in read_index(index_path).tensors}
    except (IndexFileError, OSError):
        return {}


def _table(checkpoints: Sequence[Checkpoint]) -> list[str]:
    if not checkpoints:
        return []
    widest = max(len("checkpoint"), *[len(one.name) for one in checkpoints])
    widest = min(widest, WIDTH - 42)
    lines = ["", f"  {'checkpoint':{widest}}  {'bytes':>15}  {'listed':8}  verdict"]
    for one in checkpoints:
        listed = "orphaned" if one.orphaned else "listed"
        name = one.name
        if len(name) > widest:
            lines += wrapped(name, "  ")
            name = ""
        verdict = "intact" if one.intact else "DAMAGED"
        lines.append(f"  {name:{widest}}  {one.found.bytes:>15,}  {listed:8}  {verdict}")
        lines += [line for problem in one.verdict.problems for line in wrapped(problem, "      ")]
        lines += [line for note in one.verdict.notes for line in wrapped(f"note: {note}", "      ")]
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
        number = counted(len(state.entries), "checkpoint")
        said = f"{title} lists {number}; the latest is {state.latest.name}."
    lines = ["", *wrapped(said)]
    for entry in state.entries:
        meaning = {
            "here": None,
            "absent": "it is gone",
            "elsewhere": "that is another directory, and latest_checkpoint reads it there",
            "moved": "nothing is there, as after a move or a copy of this directory. "
            f"Restore {entry.name} here by its prefix",
        }[entry.place]
        if meaning:
            lines += wrapped(f"lists {entry.written}: {meaning}.", "  ")
    return lines


def _leftover_lines(leftovers: Sequence[Leftover]) -> list[str]:
    if not leftovers:
        return []
    lines = ["", "Left over; needed by nothing, unless a process is saving here right now:"]
    for leftover in leftovers:
        lines += wrapped(f"{leftover.name}  {leftover.bytes:,} bytes  {leftover.cause}", "  ")
    return lines
