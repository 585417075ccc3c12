"""Copy one checkpoint into another directory, out of reach of `max_to_keep`."""

import os
import shutil
import uuid
from contextlib import suppress
from pathlib import Path

from .files import (
    WORKPLACE_NAME,
    CheckpointFiles,
    FoundFile,
    find_checkpoint,
)
from .verify import verify


def put_aside(prefix: str | os.PathLike[str], destination_directory: str | os.PathLike[str]) -> str:
    """Copy a checkpoint, all its files, under the same name into another directory.

    The copy appears as a whole or not at all: every file is copied to a temporary name, the copy
    is read through with every checksum compared, and only then are the files renamed, the
    `.index` last, since without it TensorFlow sees no checkpoint. Times are kept. The original and
    both directories' state files stay as they are: restore the copy by the prefix returned.

    Args:
        prefix: the checkpoint's prefix, as `Saver.save` returned it.
        destination_directory: an existing directory, another one than the checkpoint's.

    Returns:
        The copy's prefix.

    Raises:
        FileNotFoundError: there is no such checkpoint.
        NotADirectoryError: there is no such destination.
        FileExistsError: the destination holds a file of that name; nothing is overwritten.
        ValueError: the checkpoint is damaged, so that no copy of it is worth keeping.
        OSError: copying failed; nothing is left of the copy.
    """
    destination = Path(destination_directory)
    files = find_checkpoint(prefix)
    if files is None:
        raise FileNotFoundError(
            f"There is no checkpoint {os.fspath(prefix)}. Give the prefix that saver.save "
            "returned, with its step and without .index."
        )
    if not destination.is_dir():
        raise NotADirectoryError(f"{destination} is not a directory. Create it first.")
    parts = [file for file in files.files if file.is_file]
    for file in parts:
        if os.path.lexists(destination / file.name):
            raise FileExistsError(
                f"{destination / file.name} exists already. Choose another directory; nothing is "
                "overwritten."
            )
    _refuse_damaged(files, "is damaged")

    # Beside the destination's other files, so that renaming never leaves the disk.
    workplace = destination / f"{WORKPLACE_NAME}{uuid.uuid4().hex}"
    placed: list[Path] = []
    workplace.mkdir()
    try:
        for file in parts:
            shutil.copy2(files.directory / file.name, workplace / file.name)
        copied = find_checkpoint(workplace / files.name)
        if copied is None or len(copied.files) < len(parts):
            raise FileNotFoundError(f"{files.prefix} was deleted while it was being copied.")
        _refuse_damaged(copied, "changed while it was being copied, or the disk is faulty")
        for file in sorted(parts, key=_is_index):
            _rename_to_free_name(workplace / file.name, destination / file.name)
            placed.append(destination / file.name)
    except BaseException:
        for path in reversed(placed):
            with suppress(OSError):
                path.unlink()
        raise
    finally:
        shutil.rmtree(workplace, ignore_errors=True)
    return os.path.join(destination, files.name)  # noqa: PTH118, keeps "./" as TensorFlow does


def _refuse_damaged(files: CheckpointFiles, fault: str) -> None:
    verdict = verify(files)
    if not verdict.intact:
        raise ValueError(
            f"{files.prefix} {fault}: {'; '.join(verdict.problems)}. No copy was made; choose "
            "another checkpoint."
        )


def _is_index(file: FoundFile) -> bool:
    return file.name.endswith(".index")


def _rename_to_free_name(source: Path, target: Path) -> None:
    # A rename overwrites on Linux and macOS, and a file may have appeared since the first look.
    # A hard link refuses to. Where the disk knows no links, look once more.
    try:
        os.link(source, target)
    except FileExistsError:
        raise FileExistsError(f"{target} appeared meanwhile; nothing is overwritten.") from None
    except OSError:
        if os.path.lexists(target):
            raise FileExistsError(f"{target} appeared meanwhile; nothing is overwritten.") from None
        source.rename(target)
