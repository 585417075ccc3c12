"""Open one checkpoint: its files, its index, and a prefix under which TensorFlow finds it."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path

import tensorflow.compat.v1 as tf

from .files import CheckpointFiles, find_checkpoint
from .index_file import IndexFile, IndexFileError, read_index

# The key under which tf.train.Checkpoint stores its graph of objects.
OBJECT_GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"


class UnreadableCheckpointError(ValueError):
    """There is no checkpoint of this prefix, or its .index file cannot be read.

    Attributes:
        why: what TensorFlow or the reading of the index said, if it came to that.
    """

    def __init__(self, message: str, why: str = ""):
        self.why = why
        super().__init__(message)


class OpenCheckpoint(ExitStack):
    """One checkpoint, damaged or not, while it is looked at; what is asked twice is found once."""

    def __init__(self, prefix: str, files: CheckpointFiles | None):
        super().__init__()
        self.prefix = prefix  # as it was given
        self.files = files  # None if it is not on this machine: only TensorFlow can look at it

    @cached_property
    def index(self) -> IndexFile | None:
        """All that its `.index` says; None in the V1 format, or if it lies elsewhere.

        Raises as `read_index` does.
        """
        if self.files is None or self.files.v1:
            return None
        return read_index(self.files.directory / f"{self.files.name}.index")

    @cached_property
    def readable(self) -> str:
        """A prefix under which TensorFlow finds it while it is open."""
        if self.files is None:
            return self.prefix
        return self.enter_context(readable_prefix(self.files))

    def reader(self) -> tf.train.NewCheckpointReader:
        """Return TensorFlow's reader; let go of it before this is closed, for Windows' sake.

        The index is read first: the reader leaves out a damaged block of a large one without a
        word, and ends the process at an entry that cannot be parsed.

        Raises:
            UnreadableCheckpointError: the index is damaged, or TensorFlow refuses it.
        """
        try:
            _ = self.index
            return tf.train.NewCheckpointReader(self.readable)
        except IndexFileError as error:
            why = f"its .index {error.fault}"
        except (tf.errors.OpError, OSError, ValueError) as error:
            # A ValueError is what asks for a newer TensorFlow.
            why = str(error).splitlines()[0].rstrip(".")
        raise UnreadableCheckpointError(
            f"The checkpoint {self.prefix} cannot be read: {why}. Restore another one, or see what "
            f"is wrong with python -m {__package__}.",
            why,
        )

    def kinds(self) -> dict[str | bytes, tuple[tf.DType, tf.TensorShape]]:
        """Return each tensor's dtype and whole shape by its key, text unless it is not UTF-8.

        Raises as `reader` does.
        """
        reader = self.reader()
        if self.index:
            return {
                tensor.text_key: (tensor.dtype, tf.TensorShape(tensor.shape))
                for tensor in self.index.tensors
                if tensor.slice is None
            }
        dtypes, shapes = reader.get_variable_to_dtype_map(), reader.get_variable_to_shape_map()
        return {key: (dtypes[key], tf.TensorShape(shape)) for key, shape in shapes.items()}


def existing_prefix(prefix: str | os.PathLike[str] | None) -> OpenCheckpoint:
    """Open the checkpoint of a prefix.

    Raises:
        UnreadableCheckpointError: there is no such checkpoint; the message says what to give.
    """
    if not prefix:
        raise UnreadableCheckpointError(
            f"The prefix is {prefix!r}: tf.train.latest_checkpoint found nothing, or none was "
            f"given. Look into the directory with python -m {__package__}, or give the prefix "
            "yourself."
        )
    prefix = os.fspath(prefix)
    files = None
    if "://" not in prefix:
        files = find_checkpoint(prefix)
        if files is None or not (files.index or files.v1):
            raise UnreadableCheckpointError(_why_no_checkpoint(prefix))
    return OpenCheckpoint(prefix, files)


@contextmanager
def readable_prefix(files: CheckpointFiles) -> Iterator[str]:
    """Give a prefix under which TensorFlow finds the checkpoint, whatever its path looks like.

    TensorFlow takes a path for a pattern: `run[1]/model.ckpt` finds `run1/model.ckpt`. For such
    a path the files get other names in a temporary directory, as links where the system allows
    it and else as copies.
    """
    if _tensorflow_finds(files):
        yield files.prefix
        return
    with tempfile.TemporaryDirectory() as directory:
        for file in files.files:
            _link_or_copy(files.directory / file.name, Path(directory) / _plain(file.name))
        yield str(Path(directory) / _plain(files.name))


def _why_no_checkpoint(prefix: str) -> str:
    suffix = re.search(r"\.(index|meta|data-\d{5,}-of-\d{5,})$", prefix)
    if suffix:
        return (
            f"{prefix} is one file of a checkpoint. Give the prefix: "
            f"{prefix.removesuffix(suffix.group())}"
        )
    if Path(prefix).is_dir():
        return (
            f"{prefix} is a directory. Give the prefix of one checkpoint in it, such as "
            f"tf.train.latest_checkpoint({prefix!r}) returns."
        )
    return (
        f"There is no checkpoint {prefix}: no file {Path(prefix).name}.index. Give the prefix "
        "that saver.save returned, with its step."
    )


def _tensorflow_finds(files: CheckpointFiles) -> bool:
    if not re.search(r"[\[\\\udc80-\udcff]", files.prefix):
        return True
    # For a pattern TensorFlow may read another directory's files without a word; on Windows a
    # backslash is none. And on Linux a name may be any bytes, but TensorFlow's messages only UTF-8.
    return os.sep == "\\" and not re.search(r"[\[\udc80-\udcff]", files.prefix)


def _plain(name: str) -> str:
    return re.sub(r"[\[\]\\\udc80-\udcff]", "_", name)


def _link_or_copy(source: Path, target: Path) -> None:
    source = source.resolve()
    for place in (os.symlink, os.link):
        try:
            place(source, target)
        except OSError:
            # Windows gives symbolic links to few, and hard links reach no other disk.
            continue
        return
    shutil.copyfile(source, target)
