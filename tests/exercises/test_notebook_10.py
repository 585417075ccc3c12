from pathlib import Path

import tensorflow.compat.v1 as tf

from helpers.checkpoints.describe import describe_checkpoint
from helpers.exercises.notebook_10 import (
    check_model_values,
    check_restore_averages,
    check_written_by,
)
from tests.exercises.answers import RIGHT, each_is_told

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


def without(word):
    return lambda values: {name: one for name, one in values.items() if word not in name}


def of_roles(*roles, change=dict):
    """Return an answer that gives the variables of these roles, or a variant of it."""
    return lambda prefix: change(values_of(prefix, *roles))


def each(change):
    return lambda values: dict(change(*pair) for pair in values.items())


def asking_for(*keys):
    return lambda session, prefix: restore(session, prefix, keys)


A, B, C = (name + AVERAGE for name in "abc")

test_answers = each_is_told(
    {
        check_written_by: [
            (written_by, RIGHT),
            (lambda prefix: tf.VERSION, "is the TensorFlow that you run"),
            (lambda prefix: "1.12", "'1.12' is not the version"),
            (version_in_meta, "where there is no .meta, your function raises FileNotFoundError"),
            (lambda prefix: written_by(prefix) or "unknown", "Return None there"),
        ],
        check_model_values: [
            (of_roles("model"), RIGHT),
            (of_roles("model", change=lambda values: [*values.items()]), "a dictionary from name"),
            (all_values, "beta1_power is Adam's"),
            (of_roles("model", change=lambda values: values | {"beta1_power": 0}), "is Adam's"),
            (of_roles("model", "optimizer", change=without("beta")), "is the optimizer's"),
            (of_roles("model", "moving average"), "is a moving average"),
            (of_roles("model", "step"), "global_step is the step"),
            (of_roles("model", change=lambda values: values | {"scale": 1}), "called 'scale'"),
            (of_roles("model", change=each(lambda name, one: (f"{name}:0", one))), "no `:0`"),
            (of_roles("moving average"), "the model needs bias"),
            (of_roles("model", change=each(lambda name, one: (name, one.tolist()))), "an array"),
            (of_roles("model", change=each(lambda name, one: (name, one + 1))), "other values"),
        ],
        check_restore_averages: [
            (restore_averages, RIGHT),
            (asking_for("a", "b", "c"), "after the last step"),
            (asking_for(A, B, C), "a name that it does not hold"),
            (asking_for(A, "a", C), "must get its own value"),
            (asking_for(C, "b", A), "not where it belongs"),
            (asking_for(A, "b"), "still empty"),
        ],
    }
)
