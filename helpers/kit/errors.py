"""Raise an error on purpose, and show what its message says."""

import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

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
def expected_error(kind: type[Exception]) -> Iterator[None]:
    """Run a block that must raise `kind`, and print the error's class and telling line.

    What is printed is broken into lines of at most 100 columns.

    Raises:
        AssertionError: the block raised nothing.
    An error of another kind goes on as it is.
    """
    try:
        yield
    except kind as error:
        text = f"{type(error).__name__}: {telling_line(error)}"
        print(textwrap.fill(text, 100, subsequent_indent="    ", break_on_hyphens=False))
    else:
        raise AssertionError(f"This was expected to raise {kind.__name__}, but nothing was raised.")


def telling_line(error: Exception) -> str:
    """Return the words of an error's message that say what is wrong, as one line.

    An operation that fails in a session comes back with a long message: TensorFlow's guess at the
    cause, "Graph execution error:", a stack, a line `Node: '...'` with the operation's name, then
    the operation's own words, then more stack. The words after the last such line are returned, as
    far as "Debug info:", which only developers of TensorFlow can read. Windows breaks them in two
    before their last part, "; ...". Any other message tells it in its first line. Observed on
    TensorFlow 2.21.
    """
    lines = str(error).strip().splitlines() or [""]
    after_node = [number + 1 for number, line in enumerate(lines[:-1]) if line.startswith("Node: ")]
    words, *rest = lines[after_node[-1] if after_node else 0 :]
    if after_node and rest and rest[0].startswith("; "):
        words += rest[0]
    return words.partition(" Debug info:")[0].strip()


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
