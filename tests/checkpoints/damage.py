"""Ways to damage files, to lose permissions and to be interfered with, in earnest."""

import os
import random
import sys
from collections.abc import Callable, Iterator
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
    if not files:
        return
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


def meanwhile(event: str, path: Path, turn: int, do: Callable[[], object]) -> None:
    """Do something as another process might, just before Python acts on a path for the n-th time.

    `event` is one of Python's audit events that name a path, as source or as target, such as
    "os.scandir"; `turn` counts from 1.
    """
    turns = iter(range(1, turn + 1))

    def notice(happening: str, arguments: tuple) -> None:
        # An audit hook stays for ever: when the iterator has ended it does nothing more.
        named = happening == event and str(path) in map(str, arguments)
        if named and next(turns, None) == turn:
            do()

    sys.addaudithook(notice)
