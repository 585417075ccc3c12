from pathlib import Path

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from helpers.checkpoints.describe import describe_checkpoint
from helpers.exercises.notebook_10 import (
    check_model_values,
    check_restore_averages,
    check_written_by,
)

AVERAGE = "/ExponentialMovingAverage"


def version_in_meta(prefix):
    content = Path(f"{prefix}.meta").read_bytes()
    return tf.MetaGraphDef.FromString(content).meta_info_def.tensorflow_version


def written_by(prefix):
    return version_in_meta(prefix) if Path(f"{prefix}.meta").exists() else None


def all_values(prefix):
    return {
        name: tf.train.load_variable(prefix, name) for name, _ in tf.train.list_variables(prefix)
    }


def values_of(prefix, *roles):
    variables = describe_checkpoint(prefix).variables
    return {one.name: all_values(prefix)[one.name] for one in variables if one.role in roles}


def restore_averages(session, prefix):
    in_file = dict(tf.train.list_variables(prefix))
    names = (variable.op.name for variable in tf.global_variables())
    keys = [name + AVERAGE if name + AVERAGE in in_file else name for name in names]
    restore(session, prefix, keys)


def restore(session, prefix, keys):
    pairs = zip(keys, tf.global_variables(), strict=False)
    tf.train.Saver(dict(pairs)).restore(session, prefix)


def raises(*arguments):
    raise KeyError("no such thing")


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (check_written_by, written_by),
        (check_model_values, lambda prefix: values_of(prefix, "model")),
        (check_restore_averages, restore_averages),
    ],
)
def test_the_right_answer(check, answer):
    assert check(answer).right


@pytest.mark.parametrize("check", [check_written_by, check_model_values, check_restore_averages])
@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (..., "replace the `...`"),
        (lambda *_: ..., "replace the `...`"),
        (None, "None is no function"),
        ("1.12.3", "of type str is no function"),
        (raises, "fails with KeyError: 'no such thing'"),
        (lambda: None, "fails with TypeError"),
    ],
)
def test_no_answer_and_odd_ones(check, answer, told):
    verdict = check(answer)
    assert not verdict.right
    assert told in verdict.message


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda prefix: tf.VERSION, "is the TensorFlow that you run"),
        (lambda prefix: "1.12", "'1.12' is not the version"),
        (lambda prefix: None, "yours is None"),
        (lambda prefix: ["1.12.3"], "of type list"),
        (lambda prefix: np.float32(1.12), "of type float32"),
        (version_in_meta, "where there is no .meta, your function fails with FileNotFoundError"),
        (lambda prefix: written_by(prefix) or "unknown", "Return None there"),
    ],
)
def test_written_by(answer, told):
    verdict = check_written_by(answer)
    assert not verdict.right
    assert told in verdict.message


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda prefix: None, "yours is None"),
        (lambda prefix: list(values_of(prefix, "model").items()), "of type list"),
        (all_values, "beta1_power is Adam's"),
        (lambda p: values_of(p, "model", "optimizer") | {"beta1_power": 0}, "is Adam's"),
        (lambda p: values_of(p, "model", "moving average"), "is a moving average"),
        (lambda p: values_of(p, "model", "step"), "global_step is the step"),
        (lambda p: values_of(p, "model") | {"scale": np.ones(1)}, "nothing called 'scale'"),
        (lambda p: {f"{name}:0": one for name, one in values_of(p, "model").items()}, "no `:0`"),
        (lambda p: values_of(p, "moving average"), "the model needs bias"),
        (lambda p: {name: one.tolist() for name, one in values_of(p, "model").items()}, "an array"),
        (lambda p: {name: one + 1 for name, one in values_of(p, "model").items()}, "other values"),
    ],
)
def test_model_values(answer, told):
    verdict = check_model_values(answer)
    assert not verdict.right
    assert told in verdict.message


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda session, prefix: None, "still empty"),
        (lambda session, prefix: restore(session, prefix, ["a", "b", "c"]), "after the last step"),
        (
            lambda session, prefix: restore(session, prefix, [n + AVERAGE for n in "abc"]),
            "a name that it does not hold",
        ),
        (
            lambda session, prefix: restore(session, prefix, ["a" + AVERAGE, "a", "c" + AVERAGE]),
            "must get its own value",
        ),
        (
            lambda session, prefix: restore(session, prefix, ["c" + AVERAGE, "b", "a" + AVERAGE]),
            "not where it belongs",
        ),
        (lambda session, prefix: restore(session, prefix, ["a" + AVERAGE, "b"]), "still empty"),
    ],
)
def test_restore_averages(answer, told):
    verdict = check_restore_averages(answer)
    assert not verdict.right
    assert told in verdict.message
