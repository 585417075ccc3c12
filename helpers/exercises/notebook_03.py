"""Checks the answers to the exercises of notebook 03."""

from collections.abc import Callable
from reprlib import repr as short

import tensorflow.compat.v1 as tf

from helpers.exercises.remembering import judge_remembering
from helpers.exercises.verdict import (
    Verdict,
    function,
    judge_number,
    not_yet,
    number,
    right,
    takes,
    texts,
)
from helpers.rules.retention import checkpoints_kept


@takes(texts)
def check_left(answer: list[str]) -> Verdict:
    """Exercise 1: what is left of six saves with `max_to_keep=4`."""
    saves = [f"model.ckpt-{step}" for step in range(0, 600, 100)]
    given, expected = set(answer), set(checkpoints_kept(saves, max_to_keep=4)[-1])
    if given == expected:
        return right("the newest stay, as many as the limit allows.")
    if given - set(saves):
        return not_yet(
            f"this run saves no checkpoint with the prefix {short(min(given - set(saves)))}."
        )
    if len(given) != len(expected):
        return not_yet(f"{len(given)} are too many or too few: look at the limit.")
    return not_yet("the number is right, but which end of the list is deleted first?")


@takes(number)
def check_gigabytes(answer: float) -> Verdict:
    """Exercise 2: the room that three kept and two put aside need, at 2 GB each."""
    slips = {
        2 * (3 + 2): "that is what lies there between two saves. And during one? See First "
        "written, then deleted.",
        2 * (3 + 1): "you forgot those that are put aside.",
        3 + 1 + 2: "that is the number of checkpoints. How large is each?",
    }
    why = "what is kept, what is aside, and one more while a save is under way."
    ask = "Count the checkpoints at the fullest moment."
    return judge_number(answer, 2 * (3 + 1 + 2), why, slips, ask)


@takes(function)
def check_remember(answer: Callable[[tf.train.Saver], object]) -> Verdict:
    """Exercise 3: a function that makes a new Saver remember the current directory."""
    return judge_remembering(answer)
