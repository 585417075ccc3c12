"""Damage a checkpoint on purpose: one function for each way, and a copy to do it to."""

import os
import shutil
from pathlib import Path


def fresh_copy(directory: str | Path, to: str | Path = "copy") -> None:
    """Copy `directory` to `to`. What was in `to` before is deleted.

    The state file goes along. It leads to the copies if it holds relative names, as it does when
    the checkpoints were saved under a relative name.

    Raises:
        NotADirectoryError: there is no such directory.
        ValueError: `to` is `directory`, or one is inside the other; nothing is deleted.
    """
    directory, to = Path(directory), Path(to)
    if not directory.is_dir():
        raise NotADirectoryError(f"{directory} is not a directory: name one that exists.")
    here, there = directory.resolve(), to.resolve()
    if here.is_relative_to(there) or there.is_relative_to(here):
        raise ValueError(f"{to} would overwrite {directory}: name a directory beside it.")
    if to.exists():
        shutil.rmtree(to)
    shutil.copytree(directory, to)


def cut(path: str | Path, lost: int) -> None:
    """Take the last `lost` bytes from the file.

    Raises:
        ValueError: the file is shorter than that, or `lost` is not positive.
    """
    size = Path(path).stat().st_size
    if not 0 < lost <= size:
        raise ValueError(f"{path} has {size} bytes: cut off 1 to {size}, not {lost}.")
    os.truncate(path, size - lost)


def flip_bit(path: str | Path, byte: int, bit: int = 0) -> None:
    """Turn one bit of the file over. A second call puts it back.

    Args:
        path: the file.
        byte: which byte, counted from 0.
        bit: which of its eight bits; 0 is the one that counts least.

    Raises:
        ValueError: the file has no such byte, or a byte no such bit.
    """
    path = Path(path)
    content = bytearray(path.read_bytes())
    if not 0 <= byte < len(content):
        raise ValueError(f"{path} has {len(content)} bytes: there is no byte {byte}.")
    if not 0 <= bit < 8:
        raise ValueError(f"A byte has the bits 0 to 7: there is no bit {bit}.")
    content[byte] ^= 1 << bit
    path.write_bytes(content)
