"""Checks the answers to the exercises of notebook 14."""

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path

import tensorflow.compat.v1 as tf

from helpers.exercises.verdict import UNANSWERED, Verdict, not_yet, right


def check_left_out(answer: list[str]) -> Verdict:
    """Exercise 1: what a Saver of the trainable variables leaves out of the file."""
    if answer is ...:
        return UNANSWERED
    with tf.Graph().as_default():
        trained = tf.get_variable("weights", [2]), tf.get_variable("bias", [2])
        tf.get_variable("moving_mean", [2], trainable=False)
        tf.train.MomentumOptimizer(0.1, momentum=0.9).minimize(sum(map(tf.reduce_sum, trained)))
        every = {variable.op.name for variable in tf.global_variables()}
        saved = {variable.op.name for variable in tf.trainable_variables()}
    given = set(answer)
    if given == every - saved:
        return right("what is not trained, and what the optimizer remembers.")
    if given - every:
        return not_yet(
            f"there is no variable {min(given - every)} in this model. See: What does the "
            "optimizer add?"
        )
    if given & saved:
        return not_yet(f"{min(given & saved)} is trained, so it is in the file.")
    if "moving_mean" not in given:
        return not_yet("one variable is neither trained nor the optimizer's.")
    return not_yet("the optimizer has a slot for each variable that it trains.")


def check_rename(answer: Callable[[str, str, str], object]) -> Verdict:
    """Exercise 2: a function that renames a checkpoint and makes it the latest."""
    with tempfile.TemporaryDirectory() as directory, contextlib.chdir(directory):
        for step in (1, 10):
            _save({"number": step}, "run/model.ckpt", step)
        before = _bytes_in("run")
        try:
            if answer("run", "model.ckpt-1", "best.ckpt") is ...:
                return UNANSWERED
        except FileNotFoundError:
            return not_yet("a file is not where your function looks for it.")
        after = _bytes_in("run")
        moved = {
            name.replace("model.ckpt-1.", "best.ckpt.", 1): content
            for name, content in before.items()
        }
        if not any(name.startswith("model.ckpt-10.") for name in after):
            return not_yet("another checkpoint, whose name begins alike, is gone.")
        if any(name.startswith("model.ckpt-1.") for name in after):
            return not_yet("not all files of the checkpoint have the new name.")
        if after != moved:
            return not_yet("the directory does not hold the same files under the names it should.")
        latest = _latest("run")
        if latest is None or Path(latest).name != "best.ckpt":
            return not_yet("`latest_checkpoint` does not find it. What does that read?")
    return right("all its files alike, the state file anew, and the others untouched.")


def check_restore_averages(answer: Callable[[tf.Session, str], object]) -> Verdict:
    """Exercise 3: a function that restores averages where the file has them."""
    averaged = "weights/ExponentialMovingAverage"
    with tempfile.TemporaryDirectory() as directory, contextlib.chdir(directory):
        _save({"weights": 3.0, averaged: 2.0, "moving_mean": 5.0}, "all.ckpt")
        with tf.Graph().as_default(), tf.Session() as session:
            zero = tf.zeros_initializer()
            weights = tf.get_variable("weights", [], initializer=zero)
            mean = tf.get_variable("moving_mean", [], initializer=zero, trainable=False)
            try:
                if answer(session, "all.ckpt") is ...:
                    return UNANSWERED
                found = session.run([weights, mean])
            except tf.errors.NotFoundError:
                return not_yet("your Saver asks the file for an average that it does not hold.")
            except tf.errors.FailedPreconditionError:
                return not_yet("a variable was given no value at all.")
            except (TypeError, ValueError) as error:
                return not_yet(f"your function fails with a {type(error).__name__}.")
    if found == [2.0, 5.0]:
        return right("the file's names to the left, the graph's variables to the right.")
    if found[0] == 3.0:
        return not_yet("`weights` has its own value, not its average.")
    return not_yet("a variable has a value that is not the one it should have from the file.")


def _save(values: dict[str, float], prefix: str, step: int | None = None) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        variables = {
            name: tf.get_variable(name, initializer=float(value)) for name, value in values.items()
        }
        session.run(tf.global_variables_initializer())
        tf.train.Saver(variables).save(session, prefix, global_step=step)


def _bytes_in(directory: str) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in Path(directory).iterdir()
        if path.name != "checkpoint"
    }


def _latest(directory: str) -> str | None:
    # TensorFlow would log the name that the state file still has.
    logger = tf.get_logger()
    level = logger.level
    logger.setLevel("FATAL")
    try:
        return tf.train.latest_checkpoint(directory)
    finally:
        logger.setLevel(level)
