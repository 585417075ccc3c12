"""Tell whether one checkpoint is intact: whether TensorFlow can restore every value in it.

Nothing is decided here that TensorFlow decides otherwise. Its own reader fetches each tensor and
compares its checksum; no graph is built and no variable touched. One tensor, or one slice of a
partitioned variable, is held in memory at a time.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import tensorflow.compat.v1 as tf
from google.protobuf import text_format
from google.protobuf.message import DecodeError

from .files import CheckpointFiles, FoundFile
from .index_file import IndexFileError, StoredTensor, check_table
from .prefix import OBJECT_GRAPH_KEY, OpenCheckpoint, UnreadableCheckpointError
from .wording import counted

# A graph is parsed whole to see whether it can be; it may hold large constants.
LARGEST_META_PARSED = 50_000_000


@dataclass
class Verdict:
    """What was found out about one checkpoint."""

    # "V2", as Saver writes it; "object-based", V2 as tf.train.Checkpoint writes it; "V1", the old
    # format of Saver
    format: str = "V2"
    tensors: int = 0  # how many tensors it holds, as far as its `.index` can be read
    # what keeps TensorFlow from restoring every value; empty if it is intact
    problems: list[str] = field(default_factory=list)
    # what is worth knowing and does no harm to the values
    notes: list[str] = field(default_factory=list)
    # for each tensor whose bytes are not those that were saved, the checksum of the bytes that were
    # found
    found_crc32c: dict[str, int] = field(default_factory=dict)

    @property
    def intact(self) -> bool:
        """Whether TensorFlow can restore every value."""
        return not self.problems


def verify(checkpoint: OpenCheckpoint) -> Verdict:
    """Read a checkpoint through, comparing every checksum; change nothing.

    Whatever is wrong with its files comes back in the verdict, not as an exception.
    """
    verdict = Verdict()
    if checkpoint.files.v1:
        _verify_v1(checkpoint, verdict)
    else:
        _verify_v2(checkpoint, verdict)
    if verdict.format != "object-based":
        _look_at_meta(checkpoint.files, verdict)
    return verdict


def _verify_v2(checkpoint: OpenCheckpoint, verdict: Verdict) -> None:
    files = checkpoint.files
    name = f"{files.name}.index"
    problem = _unusable(files.directory, files.index, name)
    if problem:
        verdict.problems.append(problem)
        return
    try:
        index = checkpoint.index
    except IndexFileError as error:
        verdict.problems.append(f"{name} {error.fault}")
        return
    except OSError as error:
        verdict.problems.append(_unreadable(name, error))
        return
    verdict.tensors = sum(tensor.slice is None for tensor in index.tensors)
    if any(tensor.name == OBJECT_GRAPH_KEY for tensor in index.tensors):
        verdict.format = "object-based"
        verdict.notes.append("written by tf.train.Checkpoint, not by a Saver")

    # The whole of a partitioned variable has no bytes of its own.
    stored = [tensor for tensor in index.tensors if not tensor.slices]
    in_reach = _look_at_shards(files, index.header.num_shards, stored, verdict)
    _fetch(checkpoint, in_reach, verdict)


def _look_at_shards(
    files: CheckpointFiles, shards: int, stored: list[StoredTensor], verdict: Verdict
) -> list[StoredTensor]:
    # Returns the tensors whose bytes are there, intact or not.
    found = {file.name: file for file in files.data}
    ends: dict[int, int] = {}
    for tensor in stored:
        ends[tensor.shard] = max(ends.get(tensor.shard, 0), tensor.offset + tensor.size)
    usable_bytes = {}
    for shard, end in sorted(ends.items()):
        name = f"{files.name}.data-{shard:05d}-of-{shards:05d}"
        file = found.pop(name, None)
        problem = _unusable(files.directory, file, name)
        if problem:
            verdict.problems.append(problem)
            continue
        usable_bytes[shard] = file.bytes
        if file.bytes > end:
            extra = counted(file.bytes - end, "byte")
            verdict.notes.append(f"{name} has {extra} more than its tensors; they do no harm")
        elif file.bytes < end:
            lost = [
                tensor.title
                for tensor in stored
                if tensor.shard == shard and tensor.offset + tensor.size > file.bytes
            ]
            verdict.problems.append(
                f"{name} is cut short: {file.bytes:,} of {end:,} bytes; lost: {_some(lost)}"
                if file.bytes
                else f"{name} is empty, {end:,} bytes are missing"
            )
    for name in sorted(found):
        verdict.notes.append(f"{name} belongs to another save under this name; nothing reads it")
    return [
        tensor
        for tensor in stored
        if tensor.offset + tensor.size <= usable_bytes.get(tensor.shard, -1)
    ]


def _fetch(checkpoint: OpenCheckpoint, tensors: list[StoredTensor], verdict: Verdict) -> None:
    # The reader ends with this function: Windows deletes no file that is open.
    try:
        reader = checkpoint.reader()
    except UnreadableCheckpointError as error:
        verdict.problems.append(f"TensorFlow cannot open it: {error.why}")
        return
    failed = []
    for tensor in tensors:
        fault, found = _fault_of(reader, tensor.key)
        if fault is None:
            continue
        failed.append((tensor.title, fault))
        if found is not None:
            verdict.found_crc32c[tensor.title] = found
    altered = [title for title, _ in failed if title in verdict.found_crc32c]
    if altered:
        verdict.problems.append(
            f"{len(altered)} of {counted(len(tensors), 'tensor')} read "
            f"{'has' if len(altered) == 1 else 'have'} other bytes than were saved "
            f"(the checksum does not match): {_some(altered)}"
        )
    for title, fault in failed:
        if title not in verdict.found_crc32c:
            verdict.problems.append(f"{title}: {fault}")


def _fault_of(reader: tf.train.NewCheckpointReader, key: bytes) -> tuple[str | None, int | None]:
    try:
        reader.get_tensor(key)
    except tf.errors.InternalError as error:
        # A data set's iterator is read and its checksum compared before numpy refuses it.
        if "not convertible to numpy dtype" in error.message:
            return None, None
        return _first_line(error), None
    except tf.errors.OpError as error:
        found = re.search(r"calculated on the restored bytes (\d+)", error.message)
        return _first_line(error), int(found.group(1)) if found else None
    except IndexError as error:
        # What an operation calls OutOfRange, the reader calls so.
        return str(error).splitlines()[0], None
    return None, None


def _verify_v1(checkpoint: OpenCheckpoint, verdict: Verdict) -> None:
    files = checkpoint.files
    verdict.format = "V1"
    verdict.notes.append("in the old V1 format")
    for file in files.v1:
        problem = _unusable(files.directory, file, file.name)
        if problem:
            verdict.problems.append(problem)
            return
    if shards := re.search(r"-of-(\d+)$", files.name):
        missing = int(shards.group(1)) - len(files.v1)
        if missing:
            verdict.problems.append(f"{counted(missing, 'shard')} of {files.name} missing")
            return
    if not _fetch_v1(checkpoint, verdict):
        return
    # A graph can restore what the reader cannot read, so the tables themselves are read through.
    for file in files.v1:
        try:
            check_table(files.directory / file.name)
        except IndexFileError as error:
            verdict.problems.append(f"{file.name} {error.fault}")
        except OSError as error:
            verdict.problems.append(_unreadable(file.name, error))


def _fetch_v1(checkpoint: OpenCheckpoint, verdict: Verdict) -> bool:
    # Returns whether there is a partitioned variable, which the reader of this format refuses.
    try:
        reader = checkpoint.reader()
    except UnreadableCheckpointError as error:
        verdict.problems.append(f"TensorFlow cannot open it: {error.why}")
        return False
    names = sorted(reader.get_variable_to_shape_map())
    verdict.tensors = len(names)
    partitioned = False
    for name in names:
        fault, _ = _fault_of(reader, name.encode())
        if fault and "Sliced checkpoints are not supported" in fault:
            partitioned = True
        elif fault:
            verdict.problems.append(f"{name}: {fault}")
    return partitioned


def _look_at_meta(files: CheckpointFiles, verdict: Verdict) -> None:
    # Saver.restore never reads the .meta, so nothing about it makes a checkpoint damaged.
    consequence = "restore works without it, import_meta_graph does not"
    if files.meta is None:
        verdict.notes.append(f"no .meta: {consequence}")
        return
    name = files.meta.name
    problem = _unusable(files.directory, files.meta, name)
    if problem is None and files.meta.bytes <= LARGEST_META_PARSED:
        try:
            problem = None if read_meta(files.directory / name) else f"{name} holds no graph"
        except OSError as error:
            problem = _unreadable(name, error)
    if problem:
        verdict.notes.append(f"{problem}: {consequence}")


def read_meta(path: Path) -> tf.MetaGraphDef | None:
    """Return what a `.meta` file holds, binary or text; None if that is no graph.

    Raises:
        OSError: it cannot be read.
    """
    content = path.read_bytes()
    meta = tf.MetaGraphDef()
    try:
        meta.ParseFromString(content)
    except DecodeError:
        try:
            text_format.Parse(content.decode(), meta)
        except (UnicodeDecodeError, text_format.ParseError):
            return None
    return meta if meta.HasField("graph_def") else None


def _unusable(directory: Path, file: FoundFile | None, name: str) -> str | None:
    if file is None:
        return f"{name} is missing"
    path = directory / name
    if not file.is_file:
        return f"{name} is {'a directory' if path.is_dir() else 'a link that leads nowhere'}"
    try:
        path.open("rb").close()
    except OSError as error:
        return _unreadable(name, error)
    return None


def _unreadable(name: str, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"{name} was deleted a moment ago"
    reason = "permission denied" if isinstance(error, PermissionError) else error.strerror
    return f"{name} cannot be read: {reason}"


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"


def _first_line(error: tf.errors.OpError) -> str:
    return error.message.splitlines()[0]
