from pathlib import Path

import pytest
import tensorflow.compat.v1 as tf

from helpers.exercises.notebook_14 import check_left_out, check_rename, check_restore_averages
from tests.exercises.answers import accepted, refused

LEFT_OUT = ["moving_mean", "weights/Momentum", "bias/Momentum"]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (LEFT_OUT[:1], "a slot for each variable"),
        (LEFT_OUT[1:], "neither trained nor the optimizer"),
        (["moving_mean", "weights/Adam", "bias/Adam"], "no variable bias/Adam"),
        (["moving_mean", "bias"], "bias is trained"),
    ],
)
def test_left_out(answer: list[str], told: str) -> None:
    refused(check_left_out(answer), told, LEFT_OUT)


def renaming(pattern="{}.*", latest="best.ckpt"):
    """Return an answer that renames the files and the latest checkpoint, or a variant of it."""

    def rename(directory, old, new):
        for path in list(Path(directory).glob(pattern.format(old))):
            path.rename(path.with_name(new + path.name.removeprefix(old)))
        if latest:
            tf.train.update_checkpoint_state(directory, f"{directory}/{latest}")

    return rename


@pytest.mark.parametrize(
    ("rename", "told"),
    [
        (renaming(pattern="{}*"), "another checkpoint, whose name begins alike"),
        (renaming(latest=None), "What does that read"),
        (renaming(latest="model.ckpt-10"), "does not find it"),
        (renaming(pattern="{}.index"), "not all files"),
        (lambda directory, old, new: Path(old).rename(new), "a file is not where"),
    ],
)
def test_rename(rename, told: str) -> None:
    refused(check_rename(rename), told)


def averaging(variables, average_of):
    """Return an answer that restores these variables, each under the name that is made of its."""

    def restore_averages(session, prefix):
        in_file = dict(tf.train.list_variables(prefix))
        names = {average_of(one.op.name, in_file): one for one in variables()}
        tf.train.Saver(names).restore(session, prefix)

    return restore_averages


def average(name, in_file):
    return f"{name}/ExponentialMovingAverage"


def average_if_there(name, in_file):
    return average(name, in_file) if average(name, in_file) in in_file else name


@pytest.mark.parametrize(
    ("restore_averages", "told"),
    [
        (averaging(tf.global_variables, lambda name, in_file: name), "has its own value"),
        (averaging(tf.global_variables, average), "an average that it does not hold"),
        (averaging(tf.trainable_variables, average), "given no value at all"),
    ],
)
def test_restore_averages(restore_averages, told: str) -> None:
    refused(check_restore_averages(restore_averages), told)


def test_right_answers() -> None:
    accepted(check_left_out(LEFT_OUT))
    accepted(check_rename(renaming()))
    accepted(check_restore_averages(averaging(tf.global_variables, average_if_there)))
