"""Raise an error on purpose, and show how its message begins and which part tells the truth."""

import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

from helpers.notebook.expected_error import telling_line

# What differs between two runs or two systems, and what is shown in its place. The words of
# Windows stand in tensorflow/core/platform/windows/windows_file_system.cc.
SAME_EVERYWHERE = (
    (r"\.tempstate\d+", ".tempstateN"),
    (r"stored \d+ vs\. (calculated on the restored bytes) \d+", r"stored N vs. \1 N"),
    (r"(?:NewRandomAccessFile failed to Create/Open): (.+?) : [^;]*; ", r"\1; "),
    (r"Read fewer bytes than requested", "Read less bytes than requested"),
    (r"\bWindowsPath\(", "PosixPath("),
)


@contextmanager
def dissected_error(kind: type[Exception]) -> Iterator[None]:
    """Run a block that must raise `kind`, and print the error's class, beginning and truth.

    The beginning is the message's first line; it is left out where it is the truth already.
    Lines are broken at 100 columns. Numbers that differ from run to run are shown as N, and the
    words of Windows as those of the other systems (`SAME_EVERYWHERE`).

    Raises:
        AssertionError: the block raised nothing.
    An error of another kind goes on as it is.
    """
    try:
        yield
    except kind as error:
        beginning, truth = same_everywhere(first_line(error)), same_everywhere(telling_line(error))
        print(type(error).__name__)
        if beginning != truth:
            print(_filled("  begins: ", beginning))
        print(_filled("  truth:  ", truth))
    else:
        raise AssertionError(f"This was expected to raise {kind.__name__}, but nothing was raised.")


def first_line(error: Exception) -> str:
    """Return the first line of an error's message."""
    return (str(error).strip().splitlines() or [""])[0]


def same_everywhere(text: str) -> str:
    """Replace what differs between two runs or two systems; see `SAME_EVERYWHERE`."""
    for pattern, replacement in SAME_EVERYWHERE:
        text = re.sub(pattern, replacement, text)
    return text


def _filled(label: str, text: str) -> str:
    return textwrap.fill(
        text,
        100,
        initial_indent=label,
        subsequent_indent=" " * len(label),
        break_on_hyphens=False,
    )
