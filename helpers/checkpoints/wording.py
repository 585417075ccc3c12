"""How counts, sizes and long lines are written."""

import textwrap

WIDTH = 100


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return such as "1 byte" or "2,000 bytes"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def size(number: int) -> str:
    """Return a number of bytes in the unit that suits it."""
    for unit, power in (("GB", 9), ("MB", 6), ("kB", 3)):
        if number >= 10**power:
            return f"{number / 10**power:.3g} {unit}"
    return counted(number, "byte")


def wrapped(text: str, first: str = "", others: str | None = None) -> list[str]:
    """Return a text in lines that begin so, the others two columns further in unless told."""
    others = f"{first}  " if others is None else others
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=others, break_on_hyphens=False
    )
