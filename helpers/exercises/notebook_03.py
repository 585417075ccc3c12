"""Checks the answers to the exercises of notebook 03."""

from collections.abc import Callable
from pathlib import Path

import tensorflow.compat.v1 as tf

from helpers.exercises.remembering import in_an_empty_directory, knows_too_little, one_number
from helpers.exercises.verdict import UNANSWERED, Verdict, not_yet, right
from helpers.rules.retention import checkpoints_kept


def check_left(answer: list[str]) -> Verdict:
    """Exercise 1: what is left of six saves with `max_to_keep=4`."""
    if answer is ...:
        return UNANSWERED
    saves = [f"model.ckpt-{step}" for step in range(0, 600, 100)]
    given, expected = set(answer), set(checkpoints_kept(saves, max_to_keep=4)[-1])
    if given == expected:
        return right("the newest stay, as many as the limit allows.")
    if given - set(saves):
        return not_yet(f"this run never saves {min(given - set(saves))}.")
    if len(given) != len(expected):
        return not_yet(f"{len(given)} are too many or too few: look at the limit.")
    return not_yet("the number is right, but which end of the list is deleted first?")


def check_gigabytes(answer: float) -> Verdict:
    """Exercise 2: the room that three kept and two put aside need, at 2 GB each."""
    if answer is ...:
        return UNANSWERED
    if answer == 2 * (3 + 1 + 2):
        return right("what is kept, what is aside, and one more while a save is under way.")
    if answer == 2 * (3 + 2):
        return not_yet(
            "that is what lies there between two saves. And during one? See First written, then "
            "deleted."
        )
    if answer == 2 * (3 + 1):
        return not_yet("you forgot those that are put aside.")
    if answer == 3 + 1 + 2:
        return not_yet("that is the number of checkpoints. How large is each?")
    return not_yet(f"{answer} is not it. Count the checkpoints at the fullest moment.")


def check_remember(answer: Callable[[tf.train.Saver], object]) -> Verdict:
    """Exercise 3: a function that makes a new Saver remember the current directory."""
    with one_number() as session:
        if fault := in_an_empty_directory(answer):
            return fault
        first, second = tf.train.Saver(max_to_keep=3), tf.train.Saver(max_to_keep=3)
        for step in (1, 2, 3):
            first.save(session, "model.ckpt", global_step=step)
        answer(second)
        if fault := knows_too_little(second, 3):
            return fault
        second.save(session, "model.ckpt", global_step=4)
        left = sorted(path.stem for path in Path.cwd().glob("*.index"))
    if left != ["model.ckpt-2", "model.ckpt-3", "model.ckpt-4"]:
        return not_yet(f"after its first save, {', '.join(left)} are left.")
    return right("the limit holds across the restart.")
