"""Checks the answers to the exercises of notebook 05."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

from helpers.exercises.remembering import in_an_empty_directory, knows_too_little, one_number
from helpers.exercises.verdict import UNANSWERED, Verdict, not_yet, right


def check_steps_again(answer: int) -> Verdict:
    """Exercise 1: steps taken again by a run that saves every 25 and dies in the save of 100."""
    if answer is ...:
        return UNANSWERED
    if answer == 25:
        return right("those since the newest whole checkpoint, the killed one not counted.")
    if answer == 0:
        return not_yet("the save after 100 steps was not finished. Which one is the newest whole?")
    if answer == 75:
        return not_yet("with that step it goes on. How far had the killed process been?")
    if answer == 100:
        return not_yet("it need not begin at the beginning: there are older checkpoints.")
    return not_yet(f"{answer} is not it. Where does it go on, and how far had it been before?")


def check_remember(answer: Callable[[tf.train.Saver], object]) -> Verdict:
    """Exercise 2: a function that makes a new Saver remember, whatever it saves next."""
    with one_number() as session:
        if fault := in_an_empty_directory(answer):
            return fault
        first, second = tf.train.Saver(max_to_keep=2), tf.train.Saver(max_to_keep=2)
        for step in (10, 20, 30):
            first.save(session, "model.ckpt", global_step=step)
        answer(second)
        if fault := knows_too_little(second, 2):
            return fault
        second.save(session, "model.ckpt", global_step=30)
        after_30 = _on_disk()
        second.save(session, "model.ckpt", global_step=40)
        after_40 = _on_disk()
    if "model.ckpt-20" not in after_30 or "model.ckpt-30" not in after_40:
        return not_yet(
            "when step 30 is saved a second time, a checkpoint is deleted that the limit spares. "
            "How is its path spelled in last_checkpoints, and how does the Saver spell it?"
        )
    if len(after_40) > 2:
        return not_yet(f"the limit is 2, but {', '.join(after_40)} are left.")
    return right("one spelling, one checkpoint, and the limit holds.")


def check_minutes_between_saves(answer: Callable[[float, float], float]) -> Verdict:
    """Exercise 3: Young's interval in minutes, from seconds a save and days between failures."""
    seconds, days = 20, 3
    minutes = answer(seconds, days)
    if minutes is ...:
        return UNANSWERED
    expected = (2 * (seconds / 60) * (days * 24 * 60)) ** 0.5
    if not isinstance(minutes, int | float | np.number):
        return not_yet(f"a number is expected, not {type(minutes).__name__}.")
    if np.isclose(minutes, expected):
        return right("one unit for all times, then the root of twice their product.")
    if np.isclose(minutes, expected * 60):
        return not_yet("these are seconds. Minutes are asked for.")
    if np.isclose(minutes, expected / 2**0.5):
        return not_yet("a factor is missing under the root. Look at the formula again.")
    if np.isclose(minutes, expected**2):
        return not_yet("this is what stands under the root.")
    if np.isclose(minutes, (2 * seconds * days) ** 0.5):
        return not_yet(
            "seconds and days were multiplied as they are. Bring them to one unit first."
        )
    return not_yet(f"for {seconds} seconds and {days} days it returns {minutes:.4g}. Not quite.")


def _on_disk() -> list[str]:
    return sorted(path.stem for path in Path.cwd().glob("*.index"))
