"""Checks the answers to the exercises of notebook 10."""

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from reprlib import repr as short

import numpy as np
import tensorflow.compat.v1 as tf

from helpers.exercises.verdict import (
    MUST_RETURN,
    AnswerRaisedError,
    Verdict,
    a_kind,
    function,
    not_yet,
    right,
    takes,
    text,
)
from helpers.inherited import FINAL, HARD_CASE, INHERITED

_MODEL = ("bias", "weights")


@takes(function)
def check_written_by(answer: Callable[[str], str | None]) -> Verdict:
    """Exercise 1: a function that names the TensorFlow that wrote a checkpoint."""
    with tempfile.TemporaryDirectory() as directory, contextlib.chdir(directory):
        shutil.copytree(INHERITED / "1.12.3", "found")
        shutil.copytree(INHERITED / "2.4.4", "no-meta")
        Path(f"no-meta/{FINAL}.meta").unlink()
        named = text(answer(f"found/{FINAL}"), MUST_RETURN)
        if named == tf.VERSION:
            return not_yet(f"{named} is the TensorFlow that you run. Which one wrote the file?")
        if named != "1.12.3":
            return not_yet(
                f"{short(named)} is not the version that wrote this one. Where is it stored?"
            )
        try:
            unnamed = answer(f"no-meta/{FINAL}")
        except AnswerRaisedError as raised:
            return not_yet(f"where there is no .meta, {raised}")
    if unnamed is not None:
        return not_yet("without a .meta nothing names the version. Return None there.")
    return right("the .meta says so, and nothing else does.")


@takes(function)
def check_model_values(answer: Callable[[str], Mapping]) -> Verdict:
    """Exercise 2: a function that returns the model's variables alone."""
    prefix = str(INHERITED / "hard-case" / HARD_CASE)
    values = answer(prefix)
    if not isinstance(values, Mapping):
        return not_yet(f"{MUST_RETURN} a dictionary from name to array, not {a_kind(values)}.")
    names = {str(name).removesuffix(":0"): name for name in values}
    if set(names) != set(values):
        return not_yet("a name in a file has no `:0`; that is the name of a tensor in a graph.")
    missing = [name for name in _MODEL if name not in values]
    if missing:
        return not_yet(f"the model needs {missing[0]} too.")
    surplus = sorted(set(names) - set(_MODEL))
    if surplus:
        role = {
            "global_step": "the step",
            "beta1_power": "Adam's",
            "beta2_power": "Adam's",
        }.get(surplus[0], "a moving average" if "Average" in surplus[0] else "the optimizer's")
        if surplus[0] not in dict(tf.train.list_variables(prefix)):
            return not_yet(f"the file holds nothing called {short(surplus[0])}.")
        return not_yet(f"{surplus[0]} is {role}, and not needed to answer.")
    for name in _MODEL:
        if not isinstance(values[name], np.ndarray):
            return not_yet(f"{name} must be an array, not {a_kind(values[name])}.")
        if not np.array_equal(values[name], tf.train.load_variable(prefix, name)):
            return not_yet(f"{name} has other values than the file's.")
    return right("two arrays, a quarter of the bytes, and all that an answer needs.")


@takes(
    function,
    {
        tf.errors.NotFoundError: "your Saver asks the file for a name that it does not hold.",
        tf.errors.FailedPreconditionError: "a variable is still empty. `b` has no average, `a` "
        "and `c` have.",
    },
)
def check_restore_averages(answer: Callable[[tf.Session, str], object]) -> Verdict:
    """Exercise 3: a function that restores averages where the file has them."""
    in_file = {"a": 1.0, "a/ExponentialMovingAverage": 2.0, "b": 3.0, "c": 5.0}
    in_file["c/ExponentialMovingAverage"] = 6.0
    with tempfile.TemporaryDirectory() as directory, contextlib.chdir(directory):
        with tf.Graph().as_default(), tf.Session() as session:
            for name, value in in_file.items():
                tf.get_variable(name, initializer=value)
            session.run(tf.global_variables_initializer())
            tf.train.Saver().save(session, "averaged.ckpt")
        with tf.Graph().as_default(), tf.Session() as session:
            variables = [tf.get_variable(name, []) for name in ("a", "b", "c")]
            answer(session, "averaged.ckpt")
            a, b, c = map(float, session.run(variables))
    if (a, c) == (1.0, 5.0):
        return not_yet("`a` and `c` hold what they were after the last step, not their averages.")
    if b != 3.0:
        return not_yet("`b` has no average in the file; it must get its own value.")
    if (a, c) != (2.0, 6.0):
        return not_yet("one of the averages is not where it belongs.")
    return right("each variable was asked for under the one name that the file has for it.")
