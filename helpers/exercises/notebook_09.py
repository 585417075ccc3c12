"""Checks the answers to the exercises of notebook 09."""

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path

import tensorflow.compat.v1 as tf

from helpers.exercises.verdict import (
    MUST_RETURN,
    Verdict,
    function,
    judge_number,
    not_yet,
    number,
    right,
    takes,
)


@takes(number)
def check_data_bytes(answer: int) -> Verdict:
    """Exercise 1: bytes of `.data` for a 30,000 x 300 table, Adam, and a global step."""
    numbers, counters, step = 30_000 * 300, 4 + 4, 8
    slots = numbers * 4 * 3
    small = "nearly. Which small variables are there, and of which type is each?"
    slips = {
        numbers * 4: "this is the table alone. What does Adam keep for every number?",
        numbers * 3: "you counted numbers. How many bytes does each of them take?",
        numbers * 8 * 3 + counters + step: "a 32-bit float takes fewer than eight bytes.",
        slots: "three variables are missing. They are small.",
        slots + counters: "one or two small variables are missing.",
        slots + counters + 4: small,
        numbers * 4 * 2 + counters + step: "Adam keeps more than one number for every number it "
        "trains.",
    }
    why = "the table and its two slots, Adam's two counters, and the step."
    ask = "Write down every variable with its bytes, and add up."
    return judge_number(answer, slots + counters + step, why, slips, ask)


@takes(function)
def check_ship(answer: Callable[[tf.Session, str], object]) -> Verdict:
    """Exercise 2: a function that saves what is trained, without graph and state file."""
    with tempfile.TemporaryDirectory() as directory, contextlib.chdir(directory):
        with tf.Graph().as_default(), tf.Session() as session:
            weights = tf.get_variable("weights", initializer=[1.0, 2.0])
            step = tf.train.get_or_create_global_step()
            optimizer = tf.train.AdamOptimizer(0.1)
            optimizer.minimize(tf.reduce_sum(weights**2), global_step=step)
            session.run(tf.global_variables_initializer())
            answer(session, "shipped.ckpt")
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


@takes(function)
def check_most_kept(answer: Callable[[float, float], int]) -> Verdict:
    """Exercise 3: the largest `max_to_keep` whose checkpoints always fit."""
    # One that divides evenly, one that does not.
    for free, each in ((60, 12), (100, 12)):
        kept = number(answer(free, each), MUST_RETURN)
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
