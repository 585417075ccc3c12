"""Ways to damage files and to lose permissions, in earnest."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def flip(path: Path, position: int, bits: int = 0xFF) -> None:
    """Flip some bits of one byte of a file."""
    content = bytearray(path.read_bytes())
    content[position] ^= bits
    path.write_bytes(content)


def any_damage(run: Path, dice: random.Random) -> None:
    """Do one thing, drawn by lot, to one file, drawn by lot."""
    files = sorted(path for path in run.iterdir() if path.is_file())
    path, other = dice.choice(files), dice.choice(files)
    content = path.read_bytes()
    position = dice.randrange(len(content) + 1)
    length = dice.randint(1, 20)
    new = {
        "flip": content[:position]
        + bytes(byte ^ 1 << dice.randrange(8) for byte in content[position : position + 1])
        + content[position + 1 :],
        "cut": content[:position],
        "cut the beginning": content[position:],
        "zeros": content[:position] + bytes(length) + content[position + length :],
        "insert": content[:position] + dice.randbytes(length) + content[position:],
        "append": content + dice.randbytes(length),
        "noise": dice.randbytes(len(content)),
        "another's": other.read_bytes(),
        "delete": None,
        "swap": other.read_bytes(),
    }
    kind = dice.choice(list(new))
    if kind == "delete":
        path.unlink()
    else:
        path.write_bytes(new[kind])
    if kind == "swap":
        other.write_bytes(content)


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Give up root's right to read everything, for the while of a block."""
    if os.name == "nt":
        pytest.skip("Windows has no permission bits")
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
