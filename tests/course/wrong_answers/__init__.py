"""Plausible wrong answers to the exercises: one module a notebook, `notebook_NN`.

Each has a table `WRONG_ANSWERS`: for the number of each exercise, at least two answers. Begin a
new one with a copy of `notebook_01.py`.
"""

from typing import NamedTuple


class WrongAnswer(NamedTuple):
    """One answer that a reader may give, and what tells them where it goes wrong."""

    code: str  # takes the place of the stub's `...`, as the solution does
    told: str  # stands in what the checker says to it
