"""Asks a function that makes a new Saver remember: for the exercises of notebooks 03 and 05."""

import contextlib
import tempfile
from collections.abc import Callable, Iterator

import tensorflow.compat.v1 as tf

from helpers.exercises.verdict import UNANSWERED, Verdict, not_yet

Answer = Callable[[tf.train.Saver], object]


@contextlib.contextmanager
def one_number() -> Iterator[tf.Session]:
    """Give a session with one variable to save, in an empty current directory that goes away."""
    with (
        tempfile.TemporaryDirectory() as directory,
        contextlib.chdir(directory),
        tf.Graph().as_default(),
        tf.Session() as session,
    ):
        variable = tf.get_variable("number", initializer=0.0)
        session.run(variable.initializer)
        yield session


def in_an_empty_directory(answer: Answer) -> Verdict | None:
    """Say what is wrong with the answer where no Saver has saved, or None."""
    try:
        if answer(tf.train.Saver()) is ...:
            return UNANSWERED
    except (AttributeError, TypeError):
        return not_yet("in a directory without a state file, your function fails.")
    return None


def knows_too_little(saver: tf.train.Saver, count: int) -> Verdict | None:
    """Say what is wrong if the Saver does not know of so many checkpoints, or None."""
    if not saver.last_checkpoints:
        return not_yet("the new Saver still knows of no checkpoint.")
    if len(saver.last_checkpoints) < count:
        return not_yet("it knows of the newest only. The state file lists more.")
    return None
