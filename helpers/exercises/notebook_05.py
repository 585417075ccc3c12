"""Checks the answers to the exercises of notebook 05."""

from collections.abc import Callable

import tensorflow.compat.v1 as tf

from helpers.exercises.remembering import judge_remembering
from helpers.exercises.verdict import (
    MUST_RETURN,
    Verdict,
    function,
    judge_number,
    number,
    takes,
)


@takes(number)
def check_steps_again(answer: int) -> Verdict:
    """Exercise 1: steps taken again by a run that saves every 25 and dies in the save of 100."""
    slips = {
        0: "the save after 100 steps was not finished. Which one is the newest whole?",
        75: "with that step it goes on. How far had the killed process been?",
        100: "it need not begin at the beginning: there are older checkpoints.",
    }
    why = "those since the newest whole checkpoint, the killed one not counted."
    ask = "Where does it go on, and how far had it been before?"
    return judge_number(answer, 25, why, slips, ask)


@takes(function)
def check_remember(answer: Callable[[tf.train.Saver], object]) -> Verdict:
    """Exercise 2: a function that makes a new Saver remember, whatever it saves next."""
    return judge_remembering(answer)


@takes(function)
def check_minutes_between_saves(answer: Callable[[float, float], float]) -> Verdict:
    """Exercise 3: Young's interval in minutes, from seconds a save and days between failures."""
    seconds, days = 20, 3
    product = 2 * (seconds / 60) * (days * 24 * 60)
    slips = {
        60 * product**0.5: "these are seconds. Minutes are asked for.",
        (product / 2) ** 0.5: "a factor is missing under the root. Look at the formula again.",
        product: "this is what stands under the root.",
        (2 * seconds * days) ** 0.5: "seconds and days were multiplied as they are. Bring them to "
        "one unit first.",
    }
    why = "one unit for all times, then the root of twice their product."
    ask = f"That is what your function returns for {seconds} seconds and {days} days."
    return judge_number(number(answer(seconds, days), MUST_RETURN), product**0.5, why, slips, ask)
