"""Checks the answers to the exercises of notebook 10."""

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

from helpers.exercises.verdict import UNANSWERED, Verdict, not_yet, right
from helpers.inherited import FINAL, HARD_CASE, INHERITED

_MODEL = ("bias", "weights")


def check_written_by(answer: Callable[[str], object]) -> Verdict:
    """Exercise 1: a function that names the TensorFlow that wrote a checkpoint."""
    with tempfile.TemporaryDirectory() as directory, contextlib.chdir(directory):
        shutil.copytree(INHERITED / "1.12.3", "found")
        shutil.copytree(INHERITED / "2.4.4", "no-meta")
        Path(f"no-meta/{FINAL}.meta").unlink()
        named, failed = _called(answer, f"found/{FINAL}")
        if named is ...:
            return UNANSWERED
        if failed:
            return not_yet(f"your function fails with {failed}.")
        if named == tf.VERSION:
            return not_yet(f"{named} is the TensorFlow that you run. Which one wrote the file?")
        if named == "1.12.3" and not isinstance(named, str):
            return not_yet("the version is right; return it as plain text.")
        if not isinstance(named, str):
            return not_yet(f"the version is text; yours is {_kind(named)}.")
        if named != "1.12.3":
            return not_yet(f"{named!r} is not the version that wrote this one. Where is it stored?")
        unnamed, failed = _called(answer, f"no-meta/{FINAL}")
    if failed:
        return not_yet(f"where there is no .meta, your function fails with {failed}.")
    if unnamed is not None:
        return not_yet("without a .meta nothing names the version. Return None there.")
    return right("the .meta says so, and nothing else does.")


def check_model_values(answer: Callable[[str], object]) -> Verdict:
    """Exercise 2: a function that returns the model's variables alone."""
    prefix = str(INHERITED / "hard-case" / HARD_CASE)
    values, failed = _called(answer, prefix)
    if values is ...:
        return UNANSWERED
    if failed:
        return not_yet(f"your function fails with {failed}.")
    if not isinstance(values, Mapping):
        return not_yet(f"a dictionary from name to array is wanted; yours is {_kind(values)}.")
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
            return not_yet(f"the file holds nothing called {surplus[0]!r}.")
        return not_yet(f"{surplus[0]} is {role}, and not needed to answer.")
    for name in _MODEL:
        if not isinstance(values[name], np.ndarray):
            return not_yet(f"{name} must be an array; yours is {_kind(values[name])}.")
        if not np.array_equal(values[name], tf.train.load_variable(prefix, name)):
            return not_yet(f"{name} has other values than the file's.")
    return right("two arrays, a quarter of the bytes, and all that an answer needs.")


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
            returned, failed = _called(answer, session, "averaged.ckpt")
            if returned is ...:
                return UNANSWERED
            if failed and "NotFoundError" in failed:
                return not_yet("your Saver asks the file for a name that it does not hold.")
            if failed:
                return not_yet(f"your function fails with {failed}.")
            try:
                a, b, c = map(float, session.run(variables))
            except tf.errors.FailedPreconditionError:
                return not_yet("a variable is still empty. `b` has no average, `a` and `c` have.")
    if (a, c) == (1.0, 5.0):
        return not_yet("`a` and `c` hold what they were after the last step, not their averages.")
    if b != 3.0:
        return not_yet("`b` has no average in the file; it must get its own value.")
    if (a, c) != (2.0, 6.0):
        return not_yet("one of the averages is not where it belongs.")
    return right("each variable was asked for under the one name that the file has for it.")


def _called(answer: Callable[..., object], *arguments: object) -> tuple[object, str | None]:
    # What the reader's function returns, or the error it raises in a few words.
    if answer is ...:
        return ..., None
    if not callable(answer):
        return None, f"a TypeError: {_kind(answer)} is no function"
    try:
        return answer(*arguments), None
    except Exception as error:
        line = (str(error).strip().splitlines() or [""])[0][:100].rstrip(".")
        return None, f"{type(error).__name__}: {line}"


def _kind(value: object) -> str:
    return "None" if value is None else f"of type {type(value).__name__}"
