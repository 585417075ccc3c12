"""Raise an error on purpose, and show the line of its message that tells what is wrong."""

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager


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
