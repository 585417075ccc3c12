"""Copy one checkpoint into another directory, out of reach of `max_to_keep`."""

import os
import shutil
import time
import uuid
import warnings
from contextlib import suppress
from pathlib import Path

from .files import MOMENT, WORKPLACE_NAME, CheckpointFiles, find_checkpoint
from .prefix import OpenCheckpoint
from .verify import verify


def put_aside(prefix: str | os.PathLike[str], destination_directory: str | os.PathLike[str]) -> str:
    """Copy a checkpoint, all its files, under the same name into another directory.

    The copy appears as a whole or not at all: every file is copied to a temporary name, the copy
    is read through with every checksum compared, and only then are the files renamed, in the order
    in which a Saver does it, so that no moment looks like damage. Times are kept. The original and
    both directories' state files stay as they are: restore the copy by the prefix returned.

    A trainer writes the `.meta` last, so it is waited for a moment. A copy that has none can be
    restored but not imported; a warning says so.

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
    # In the order in which a Saver writes them.
    names = [file.name for file in files.files if file.is_file]
    for name in dict.fromkeys([*names, files.meta_name]):
        if os.path.lexists(destination / name):
            raise FileExistsError(
                f"{destination / name} exists already. Choose another directory; nothing is "
                "overwritten."
            )
    _refuse_damaged(files, "is damaged")

    # Beside the destination's other files, so that renaming never leaves the disk.
    workplace = destination / f"{WORKPLACE_NAME}{uuid.uuid4().hex}"
    placed: list[Path] = []
    workplace.mkdir()
    try:
        for name in names:
            shutil.copy2(files.directory / name, workplace / name)
        if files.meta_name not in names and _appears(files.directory / files.meta_name):
            shutil.copy2(files.directory / files.meta_name, workplace / files.meta_name)
            names.append(files.meta_name)
        copied = find_checkpoint(workplace / files.name)
        if copied is None or len(copied.files) < len(names):
            raise FileNotFoundError(f"{files.prefix} was deleted while it was being copied.")
        _refuse_damaged(copied, "changed while it was being copied, or the disk is faulty")
        for name in names:
            _rename_to_free_name(workplace / name, destination / name)
            placed.append(destination / name)
    except BaseException:
        # In the order in which a Saver deletes them.
        for path in reversed(placed):
            with suppress(OSError):
                path.unlink()
        raise
    finally:
        shutil.rmtree(workplace, ignore_errors=True)
    if files.meta_name not in names:
        warnings.warn(
            f"{files.prefix} has no .meta, so its copy has none: restore works, import_meta_graph "
            "does not. If a process is saving there, put it aside again when the save has ended.",
            stacklevel=2,
        )
    return os.path.join(destination, files.name)  # noqa: PTH118, keeps "./" as TensorFlow does


def _appears(path: Path) -> bool:
    for _ in range(20):
        if path.exists():
            return True
        time.sleep(MOMENT / 20)
    return False


def _refuse_damaged(files: CheckpointFiles, fault: str) -> None:
    with OpenCheckpoint(files.prefix, files) as checkpoint:
        verdict = verify(checkpoint)
    if not verdict.intact:
        raise ValueError(
            f"{files.prefix} {fault}: {'; '.join(verdict.problems)}. No copy was made; choose "
            "another checkpoint."
        )


def _rename_to_free_name(source: Path, target: Path) -> None:
    # A rename overwrites on Linux and macOS, and a file may have appeared since the first look.
    # A hard link refuses to. Where the disk knows no links, look once more.
    try:
        os.link(source, target)
    except OSError:
        if os.path.lexists(target):
            raise FileExistsError(f"{target} appeared meanwhile; nothing is overwritten.") from None
        source.rename(target)
