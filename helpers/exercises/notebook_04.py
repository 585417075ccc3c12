"""Checks the answers to the exercises of notebook 04."""

import contextlib
import tempfile
from collections.abc import Callable
from reprlib import repr as short

import numpy as np
import tensorflow.compat.v1 as tf

from helpers.digits.batches import Batches
from helpers.digits.classifier import DigitClassifier, build_classifier, train
from helpers.exercises.verdict import Verdict, function, not_yet, right, takes, text


@takes(text)
def check_prefix(answer: str) -> Verdict:
    """Exercise 1: what to hand to `restore` for the files of net-300."""
    if answer in ("net-300", "./net-300"):
        return right("the prefix, with its step and without an ending.")
    if answer in ("checkpoint", "."):
        return not_yet("the state file only says which is newest. It is not a checkpoint.")
    if answer.startswith("net-300."):
        return not_yet("that is one file of the three. Leave the ending away.")
    if answer == "net":
        return not_yet("the step is part of the name.")
    return not_yet(f"no file of this directory begins with {short(answer)}.")


_EMPTY = "a variable is still empty: neither restored nor initialised."


@takes(function, {tf.errors.FailedPreconditionError: _EMPTY})
def check_finish(
    answer: Callable[[tf.Session, DigitClassifier, tf.train.Saver, str], object], batches: Batches
) -> Verdict:
    """Exercise 2: a function that restores and takes the remaining steps of the 50."""
    with tempfile.TemporaryDirectory() as directory, contextlib.chdir(directory):
        with tf.Graph().as_default(), tf.Session() as session:
            model = build_classifier(seed=36)
            saver = tf.train.Saver()
            session.run(model.initializer)
            for step in train(session, model, batches, range(50), report_every=10):
                saver.save(session, "model.ckpt", global_step=step)
            saver.save(session, "final-model.ckpt", global_step=49)
        expected = tf.train.load_variable("final-model.ckpt-49", "weights")
        untouched = tf.train.load_variable("model.ckpt-20", "weights")
        with tf.Graph().as_default(), tf.Session() as session:
            model = build_classifier(seed=36)
            answer(session, model, tf.train.Saver(), "model.ckpt-20")
            weights = session.run(model.weights)
    if np.array_equal(weights, untouched):
        return not_yet("it restores, but takes no step after that.")
    if not np.array_equal(weights, expected):
        return not_yet("it trains, but ends elsewhere. Which batch must come first, which last?")
    return right("bit for bit where the uninterrupted run ends.")


@takes(function, {tf.errors.FailedPreconditionError: _EMPTY})
def check_weights_only(answer: Callable[[tf.Session, DigitClassifier, str], object]) -> Verdict:
    """Exercise 3: a function that restores the weights and initialises the bias."""
    with tempfile.TemporaryDirectory() as directory, contextlib.chdir(directory):
        with tf.Graph().as_default(), tf.Session() as session:
            model = build_classifier(seed=1)
            session.run(model.initializer)
            session.run(model.bias.assign(np.full(10, 7)))
            prefix = tf.train.Saver().save(session, "trained.ckpt")
            trained = session.run(model.weights)
        with tf.Graph().as_default(), tf.Session() as session:
            model = build_classifier(seed=2)
            answer(session, model, prefix)
            weights, bias = session.run([model.weights, model.bias])
    if not np.array_equal(weights, trained):
        return not_yet("the weights are not those of the file. What ran last?")
    if np.array_equal(bias, np.full(10, 7, np.float32)):
        return not_yet("the bias came from the file too. A Saver can have a list.")
    return right("a Saver touches its own variables and no others.")
