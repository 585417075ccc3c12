"""Checks the answers to the exercises of notebook 09."""

import contextlib
import tempfile
from collections.abc import Callable
from numbers import Real
from pathlib import Path

import tensorflow.compat.v1 as tf

from helpers.exercises.verdict import UNANSWERED, Verdict, not_yet, right


def check_data_bytes(answer: int) -> Verdict:
    """Exercise 1: bytes of `.data` for a 30,000 x 300 table, Adam, and a global step."""
    if answer is ...:
        return UNANSWERED
    if not _is_number(answer):
        return not_yet(f"a number of bytes is expected, not {_kind(answer)}.")
    numbers, counters, step = 30_000 * 300, 4 + 4, 8
    if answer == numbers * 4 * 3 + counters + step:
        return right("the table and its two slots, Adam's two counters, and the step.")
    if answer == numbers * 4:
        return not_yet("this is the table alone. What does Adam keep for every number?")
    if answer == numbers * 3:
        return not_yet("you counted numbers. How many bytes does each of them take?")
    if answer == numbers * 8 * 3 + counters + step:
        return not_yet("a 32-bit float takes fewer than eight bytes.")
    if answer == numbers * 4 * 3:
        return not_yet("three variables are missing. They are small.")
    if answer == numbers * 4 * 3 + counters:
        return not_yet("one variable is missing: the step.")
    if answer in (numbers * 4 * 3 + counters + 4, numbers * 4 * 3 + step, numbers * 4 * 3 + 4 + 8):
        return not_yet("nearly. Which small variables are there, and of which type is each?")
    if answer == numbers * 4 * 2 + counters + step:
        return not_yet("Adam keeps more than one number for every number it trains.")
    return not_yet(f"{answer:,} is not it. Write down every variable with its bytes, and add up.")


def check_ship(answer: Callable[[tf.Session, str], object]) -> Verdict:
    """Exercise 2: a function that saves what is trained, without graph and state file."""
    if answer is ...:
        return UNANSWERED
    if not callable(answer):
        return not_yet(f"a function is expected, not {_kind(answer)}.")
    with tempfile.TemporaryDirectory() as directory, contextlib.chdir(directory):
        with tf.Graph().as_default(), tf.Session() as session:
            weights = tf.get_variable("weights", initializer=[1.0, 2.0])
            step = tf.train.get_or_create_global_step()
            optimizer = tf.train.AdamOptimizer(0.1)
            optimizer.minimize(tf.reduce_sum(weights**2), global_step=step)
            session.run(tf.global_variables_initializer())
            try:
                if answer(session, "shipped.ckpt") is ...:
                    return UNANSWERED
            except Exception as error:
                return not_yet(f"your function fails with {type(error).__name__}.")
        files = {path.name for path in Path.cwd().iterdir()}
        if "shipped.ckpt.index" not in files:
            return not_yet("there is no checkpoint `shipped.ckpt`, the prefix that was asked for.")
        names = {name for name, _ in tf.train.list_variables("shipped.ckpt")}
    if {"weights/Adam", "weights/Adam_1", "beta1_power", "beta2_power"} & names:
        return not_yet("the optimizer's variables are in the file. Nobody trains there.")
    if "weights" not in names:
        return not_yet("the weights are not in the file.")
    if "global_step" in names:
        return not_yet("the step is in the file. Is it trained?")
    if "shipped.ckpt.meta" in files:
        return not_yet("a graph lies beside the values. One argument of `save` leaves it out.")
    if "checkpoint" in files:
        return not_yet(
            "a state file was written: whoever asks for the latest checkpoint of a training run "
            "would be given the one without slots."
        )
    return right("the values, and nothing that only the training needs.")


def check_most_kept(answer: Callable[[float, float], int]) -> Verdict:
    """Exercise 3: the largest `max_to_keep` whose checkpoints always fit."""
    if answer is ...:
        return UNANSWERED
    if not callable(answer):
        return not_yet(f"a function is expected, not {_kind(answer)}.")
    # One that divides evenly, one that does not.
    for free, each in ((60, 12), (100, 12)):
        try:
            kept = answer(free, each)
        except Exception as error:
            return not_yet(f"your function fails with {type(error).__name__}.")
        if kept is ...:
            return UNANSWERED
        if not _is_number(kept):
            return not_yet(f"your function must return a number, not {_kind(kept)}.")
        told = f"with {free} GB free and {each} GB a checkpoint it returns {kept:g}."
        if kept == free // each:
            return not_yet(f"{told} So many fit between two saves. And during one?")
        if not float(kept).is_integer():
            return not_yet(f"{told} A Saver keeps whole checkpoints.")
        if kept > free // each - 1:
            return not_yet(f"{told} That does not fit.")
        if kept < free // each - 1:
            return not_yet(f"{told} There is room for more.")
    return right("one place stays free, for the checkpoint that is being written.")


def _is_number(answer: object) -> bool:
    # A scalar of NumPy is a number; an array, a truth value and nan are none.
    return isinstance(answer, Real) and not isinstance(answer, bool) and answer == answer


def _kind(answer: object) -> str:
    return "None" if answer is None else type(answer).__name__
