"""Give TensorFlow a prefix under which it finds a checkpoint, or say why there is none."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import tensorflow.compat.v1 as tf

from .files import CheckpointFiles, find_checkpoint

# The key under which tf.train.Checkpoint stores its graph of objects.
OBJECT_GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"


class UnreadableCheckpointError(ValueError):
    """There is no checkpoint of this prefix, or its .index file cannot be read."""


@contextmanager
def existing_prefix(prefix: str | os.PathLike[str] | None) -> Iterator[str]:
    """Check that a prefix leads to a checkpoint, and give it as TensorFlow can read it.

    Raises:
        UnreadableCheckpointError: there is no such checkpoint, or its .index cannot be read.
    """
    if not prefix:
        raise UnreadableCheckpointError(
            f"The prefix is {prefix!r}: tf.train.latest_checkpoint found nothing, or none was "
            f"given. Look into the directory with python -m {__package__}, or give the prefix "
            "yourself."
        )
    prefix = os.fspath(prefix)
    if "://" in prefix:
        # Not a path of this machine, so TensorFlow alone can look at it.
        yield prefix
        return
    files = find_checkpoint(prefix)
    if files is None or not (files.index or files.v1):
        raise UnreadableCheckpointError(_why_no_checkpoint(prefix))
    with readable_prefix(files) as readable:
        yield readable


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
    if files.v1:
        # For a pattern TensorFlow would read another file of the old format without a word.
        return os.sep == "\\" and "[" not in files.prefix
    try:
        tf.train.NewCheckpointReader(files.prefix)
    except UnicodeEncodeError:
        # On Linux a name may be any bytes, but TensorFlow's messages only UTF-8.
        return False
    except tf.errors.NotFoundError:
        # Or it was deleted a moment ago, and then there is nothing to give another name to.
        return not all((files.directory / file.name).exists() for file in files.files)
    except tf.errors.OpError:
        # Found and damaged: the caller will meet the same error and know what to say.
        return True
    return True


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
