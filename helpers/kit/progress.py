"""A progress bar of plain text, for a cell that takes a while."""

import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")

WIDTH = 30


def progress(items: Sequence[Item], unit: str = "") -> Iterator[Item]:
    """Yield the items one by one, and keep one line that shows how far it is.

    Args:
        items: what is worked through.
        unit: is shown after the item in hand, as in "64 MB".
    """
    for done, item in enumerate(items):
        _show(done, len(items), f"now {item} {unit}".rstrip())
        yield item
    _show(len(items), len(items), "done")
    print()


def _show(done: int, of: int, what: str) -> None:
    filled = WIDTH * done // max(of, 1)
    print(f"\r[{'#' * filled:{WIDTH}}] {done} of {of}, {what:16}", end="")
    sys.stdout.flush()
