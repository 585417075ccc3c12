"""Find out which files of a directory belong to which checkpoint, by their names alone.

A Saver writes, in this order (seen with strace on TensorFlow 2.21, N and HEX are random):

    m-1.data-00000-of-00001.tempstateN   renamed to m-1.data-00000-of-00001
    m-1.index.tempstateN                 renamed to m-1.index
    checkpoint.tmpHEX                    renamed to checkpoint, the state file
    m-1.meta.tmpHEX                      renamed to m-1.meta

and before the `.meta` it deletes the checkpoint that `max_to_keep` no longer spares: `.meta`,
`.index`, `.data`. A sharded Saver first fills a directory `m-1_temp`. What a crash leaves behind
follows from that.
"""

import os
import re
import time
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from .index_file import MAGIC, IndexFileError, read_index

DATA_NAME = re.compile(r"(?P<name>.*)\.data-(?P<shard>\d{5,})-of-(?P<shards>\d{5,})", re.DOTALL)
V1_SHARD_NAME = re.compile(r"(?P<name>.+)-\d{5,}-of-(?P<shards>\d{5,})", re.DOTALL)
# The endings of temporary names, and what is in such a file.
LEFTOVERS = {
    r"\.data-\d{5,}-of-\d{5,}\.tempstate\d+": "values",
    r"\.index\.tempstate\d+": "index",
    r"\.meta\.tmp[0-9a-f]{32}": "graph",
    r"\.tmp[0-9a-f]{32}": "state file",
}
# How the temporary directory begins that put_aside copies into.
WORKPLACE_NAME = "put_aside-"
# In seconds; between the two renames of a save at most 0.05 were seen (100 MB, or 3,000 variables).
MOMENT = 0.2
# The last eight bytes of an `.index` file and of a V1 checkpoint.
TABLE_ENDING = MAGIC.to_bytes(8, "little")


@dataclass(frozen=True)
class FoundFile:
    """A file as it lies on the disk."""

    name: str  # its name in the directory
    bytes: int  # its size; of a directory, the sum of the files in it
    modified: int  # when it was last written, in nanoseconds since 1970
    # when anything of it last changed (on Windows: when it was made), in the same unit. A copy can
    # have its original's time of writing, but not this one.
    changed: int
    is_file: bool  # False for a directory, or a link that leads nowhere


@dataclass(frozen=True)
class Leftover:
    """A file that belongs to no checkpoint, such as a crash leaves."""

    name: str  # its name in the directory
    bytes: int  # its size
    cause: str  # what it is, in words


@dataclass(frozen=True)
class CheckpointFiles:
    """The files of one checkpoint."""

    directory: Path  # where they lie
    name: str  # the prefix without the directory
    index: FoundFile | None = None  # the `.index` file, if there is one
    data: tuple[FoundFile, ...] = ()  # every `.data` file of this name
    meta: FoundFile | None = None  # the `.meta` file, if there is one
    # the files of a checkpoint in the format that Saver wrote before TensorFlow 0.12 and still
    # writes on request: the values, and what they are, in one file (or one a shard)
    v1: tuple[FoundFile, ...] = ()

    @property
    def prefix(self) -> str:
        """What `Saver.restore` is given."""
        return os.path.join(self.directory, self.name)  # noqa: PTH118, keeps "./" as TensorFlow does

    @property
    def files(self) -> tuple[FoundFile, ...]:
        """All of them, in the order they are written in."""
        some = (*self.v1, *self.data, self.index, self.meta)
        return tuple(file for file in some if file is not None)

    @property
    def bytes(self) -> int:
        """The size of all of them together."""
        return sum(file.bytes for file in self.files)

    @property
    def meta_name(self) -> str:
        """The name that its `.meta` has or would have; the shards of V1 share one."""
        return re.sub(r"-\?{5}-of-\d{5,}$", "", self.name) + ".meta"

    @property
    def just_written(self) -> bool:
        """Whether one of the files was written this very moment, so that a save may be running.

        A save over an old name renames `.data` and then `.index`. Between the two, the files do
        not belong together, and nothing but their age tells that from a crash.
        """
        newest = max((file.modified for file in self.files), default=0)
        return abs(time.time_ns() - newest) < MOMENT * 10**9

    @property
    def step(self) -> int | None:
        """The number at the end of the name, if there is one."""
        number = re.search(r"-(\d+)(-\?+-of-\d+)?$", self.name)
        return int(number.group(1)) if number else None


def found_files(directory: str | os.PathLike[str]) -> list[FoundFile]:
    """Return whatever lies in a directory.

    Raises:
        NotADirectoryError: there is no such directory.
        OSError: it cannot be read.
    """
    directory = Path(directory)
    if not directory.is_dir():
        raise NotADirectoryError(
            f"{directory} is not a directory: give the one that the checkpoints are in."
        )
    try:
        with os.scandir(directory) as entries:
            return [file for entry in entries if (file := _found(entry)) is not None]
    except PermissionError as error:
        why = "Permission denied. Checkpoints in it may still be restored, each by its prefix"
        raise PermissionError(error.errno, why, str(directory)) from None


def sorted_files(
    directory: str | os.PathLike[str], found: Iterable[FoundFile], known: Collection[str] = ()
) -> tuple[list[CheckpointFiles], list[Leftover]]:
    """Sort the files of a directory into checkpoints and leftovers; open none but V1 ones.

    Both come sorted by name, numbers by value. `known` are the checkpoints that a state file
    lists: what is left of one of these is a checkpoint with files missing; of another it is what a
    crash left.
    """
    directory = Path(directory)
    checkpoints: list[CheckpointFiles] = []
    leftovers: list[Leftover] = []
    index: dict[str, FoundFile] = {}
    meta: dict[str, FoundFile] = {}
    data: dict[str, list[FoundFile]] = {}
    unnamed: list[FoundFile] = []
    for file in found:
        cause = _leftover_cause(file)
        if cause:
            leftovers.append(Leftover(file.name, file.bytes, cause))
        elif file.name.endswith(".index"):
            index[file.name.removesuffix(".index")] = file
        elif file.name.endswith(".meta"):
            meta[file.name.removesuffix(".meta")] = file
        elif match := DATA_NAME.fullmatch(file.name):
            data.setdefault(match["name"], []).append(file)
        else:
            unnamed.append(file)
    # Beside an .index of the same name TensorFlow does not look at a file in the old format.
    v1 = _v1_files(directory, [file for file in unnamed if file.name not in index], known, meta)

    for name in index.keys() | data.keys():
        # Only what was saved completely has a .meta, so that without its .index it is damaged.
        if name in index or name in meta or name in known:
            values = tuple(data.get(name, ()))
            checkpoints.append(
                CheckpointFiles(directory, name, index.get(name), values, meta.pop(name, None))
            )
        else:
            leftovers.extend(
                Leftover(file.name, file.bytes, "values without .index: a save or deletion cut off")
                for file in data[name]
            )
    for name, files in v1.items():
        one = CheckpointFiles(directory, name, v1=tuple(files))
        graph = meta.pop(one.meta_name.removesuffix(".meta"), None)
        checkpoints.append(replace(one, meta=graph))
    leftovers.extend(
        Leftover(file.name, file.bytes, "a graph without values") for file in meta.values()
    )
    checkpoints.sort(key=lambda files: by_number(files.name))
    leftovers.sort(key=lambda leftover: by_number(leftover.name))
    return checkpoints, leftovers


def find_checkpoint(prefix: str | os.PathLike[str]) -> CheckpointFiles | None:
    """Return the files of one checkpoint, or None if there is none of this prefix."""
    directory, name = os.path.split(os.fspath(prefix))
    try:
        found = found_files(directory)
    except NotADirectoryError:
        return None
    except PermissionError:
        # A directory may be entered and not listed, as one of mode 0711 is by most.
        found = _found_by_name(Path(directory), name)
    checkpoints, _ = sorted_files(directory, found, {name})
    return next((files for files in checkpoints if files.name == name), None)


def by_number(name: str) -> list[tuple[int, str]]:
    """Return a key that sorts `m-9` before `m-10`."""
    return [
        (int(part), "") if part.isdecimal() and part.isascii() else (-1, part)
        for part in re.split(r"([0-9]+)", name)
    ]


def _found(entry: os.DirEntry[str] | Path) -> FoundFile | None:
    try:
        status = entry.stat()
    except OSError:
        # Deleted a moment ago by a running trainer; or a link that leads nowhere, to itself, or
        # to where this user may not look.
        return FoundFile(entry.name, 0, 0, 0, is_file=False) if entry.is_symlink() else None
    size = _bytes_below(Path(entry)) if entry.is_dir() else status.st_size
    return FoundFile(entry.name, size, status.st_mtime_ns, status.st_ctime_ns, entry.is_file())


def _found_by_name(directory: Path, name: str) -> list[FoundFile]:
    names = [name, f"{name}.index", f"{name}.meta"]
    # Without a readable .index nobody asks for more: it is what the checkpoint is refused for.
    with suppress(OSError, IndexFileError):
        shards = read_index(directory / f"{name}.index").header.num_shards
        names += [f"{name}.data-{shard:05d}-of-{shards:05d}" for shard in range(shards)]
    return [file for one in names if (file := _found(directory / one)) is not None]


def _bytes_below(directory: Path) -> int:
    # Only a directory that may be left over is measured: nothing else is ours.
    if not directory.name.endswith("_temp") and not directory.name.startswith(WORKPLACE_NAME):
        return 0
    size = 0
    # What is in it may be renamed or deleted at this moment, or belong to somebody else.
    with suppress(OSError), os.scandir(directory) as entries:
        for entry in entries:
            with suppress(OSError):
                size += entry.stat().st_size
    return size


def _leftover_cause(file: FoundFile) -> str | None:
    if not file.is_file:
        if file.name.startswith(WORKPLACE_NAME):
            return "a copy by put_aside that never ended"
        is_sharded_save = file.name.endswith("_temp") and file.bytes
        return "shards of a save that never ended" if is_sharded_save else None
    for ending, what in LEFTOVERS.items():
        if re.search(rf"{ending}\Z", file.name):
            return f"{what} of a save that never ended"
    return None


def _v1_files(
    directory: Path, unnamed: list[FoundFile], known: Collection[str], meta: Collection[str]
) -> dict[str, list[FoundFile]]:
    found: dict[str, list[FoundFile]] = {}
    for file in unnamed:
        if not file.is_file or re.search(r"\.(index|meta|data-\d{5,})", file.name):
            continue
        name = base = file.name
        if shard := V1_SHARD_NAME.fullmatch(file.name):
            base = shard["name"]
            name = f"{base}-?????-of-{shard['shards']}"
        if name in known or base in meta or _holds_v1(directory / file.name):
            found.setdefault(name, []).append(file)
    return {name: sorted(files, key=lambda file: file.name) for name, files in found.items()}


def _holds_v1(path: Path) -> bool:
    # An .index file is a table as well. Both begin with an entry for the empty key; its value is a
    # message whose first field is a message (0x0a) in V1 and a number (0x08) in an .index.
    try:
        with path.open("rb") as file:
            beginning = file.read(16)
            file.seek(max(0, file.seek(0, os.SEEK_END) - len(TABLE_ENDING)))
            ending = file.read()
    except OSError:
        return False
    return ending == TABLE_ENDING and bool(re.match(rb"\0\0[\x80-\xff]*[\0-\x7f]\x0a", beginning))
