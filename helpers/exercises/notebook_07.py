"""Checks the answers to the exercises of notebook 07."""

import contextlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from reprlib import repr as short

import numpy as np
import tensorflow.compat.v1 as tf

from helpers.digits.classifier import DigitClassifier, build_classifier
from helpers.exercises.verdict import (
    AnswerRaisedError,
    Verdict,
    function,
    not_yet,
    right,
    takes,
    texts,
)
from helpers.faults.damage import cut, flip_bit

DATA = ".data-00000-of-00001"
RESTORABLE = {"model.ckpt-1", "model.ckpt-3", "model.ckpt-4"}


def admit_patients(directory: str) -> None:
    """Make a directory with seven checkpoints of one variable, and treat all but the first.

    What was in the directory before is deleted.
    """
    shutil.rmtree(directory, ignore_errors=True)
    with tf.Graph().as_default(), tf.Session() as session:
        numbers = tf.get_variable("numbers", [1000])
        session.run(numbers.initializer)
        saver = tf.train.Saver(max_to_keep=7)
        prefixes = {step: f"{directory}/model.ckpt-{step}" for step in range(1, 8)}
        for prefix in prefixes.values():
            saver.save(session, prefix)
    flip_bit(prefixes[2] + DATA, byte=1234)
    Path(prefixes[3] + ".meta").unlink()
    with Path(prefixes[4] + DATA).open("ab") as file:
        file.write(b"\0")
    cut(prefixes[5] + ".index", lost=1)
    Path(prefixes[6] + DATA).unlink()
    cut(prefixes[7] + DATA, lost=1)


@takes(texts)
def check_restorable(answer: list[str]) -> Verdict:
    """Exercise 1: the prefixes that can be restored."""
    if any(one.endswith((".index", ".meta", DATA)) for one in answer):
        return not_yet("these are names of files. A prefix has no ending.")
    names = {Path(one).name for one in answer}
    unknown = names - {f"model.ckpt-{step}" for step in range(1, 8)}
    if unknown:
        return not_yet(f"there is no checkpoint {short(min(unknown))} in this directory.")
    wrong = sorted(names - RESTORABLE)
    if wrong:
        return not_yet(f"{wrong[0]} cannot be restored. Did you read its values, all of them?")
    if names != RESTORABLE:
        missing = len(RESTORABLE - names)
        return not_yet(
            f"{missing} more can be restored, although something was done to "
            f"{'it' if missing == 1 else 'some'}."
        )
    return right("what a restore does not read may be missing, or too long.")


@takes(function)
def check_restore_newest(
    answer: Callable[[tf.train.Saver, tf.Session, str], str | None],
) -> Verdict:
    """Exercise 2: a function that restores the newest checkpoint that can be restored."""

    def lose_index(prefix: str) -> None:
        Path(prefix + ".index").unlink()

    def lose_data(prefix: str) -> None:
        Path(prefix + DATA).unlink()

    damages = {
        "healthy": lambda prefix: None,
        "without its `.index`": lose_index,
        "without its `.data`": lose_data,
        "with a shortened `.data`": lambda prefix: cut(prefix + DATA, lost=1),
        "with a flipped bit in `.data`": lambda prefix: flip_bit(prefix + DATA, byte=0),
        "with a shortened `.index`": lambda prefix: cut(prefix + ".index", lost=1),
    }
    for state_file in ("kept", "deleted"):
        for condition, damage in damages.items():
            verdict = _try_restore_newest(answer, condition, damage, state_file == "deleted")
            if verdict is not None:
                return verdict
    return right("whatever is wrong with the newest, the next one is tried.")


def _try_restore_newest(
    answer: Callable[[tf.train.Saver, tf.Session, str], str | None],
    condition: str,
    damage: Callable[[str], None],
    without_state_file: bool,
) -> Verdict | None:
    # Nine comes before ten as a number and after it as a text; 8 is written last, and is newest by
    # its time alone.
    with (
        tempfile.TemporaryDirectory() as directory,
        contextlib.chdir(directory),
        tf.Graph().as_default(),
        tf.Session() as session,
    ):
        number = tf.get_variable("number", [4])
        saver = tf.train.Saver()
        for step in (8, 9, 10):
            session.run(number.assign(np.full(4, step, np.float32)))
            saver.save(session, "run/model.ckpt", global_step=step)
        damage("run/model.ckpt-10")
        if without_state_file:
            Path("run/checkpoint").unlink()
        session.run(number.assign(np.zeros(4, np.float32)))
        where = f"the newest of three is {condition}"
        if without_state_file:
            where += ", and there is no state file"
        try:
            returned = answer(saver, session, "run")
        except AnswerRaisedError as raised:
            return not_yet(f"{where}: {raised}")
        restored = int(session.run(number)[0])
        expected = 10 if condition == "healthy" else 9
        if restored == 0:
            return not_yet(f"{where}: nothing was restored.")
        if restored != expected:
            return not_yet(f"{where}: step {restored} was restored. Which is the newest that can?")
        name = Path(returned).name if isinstance(returned, str | Path) else None
        if name != f"model.ckpt-{expected}":
            return not_yet(f"{where}: the right one was restored, but {short(returned)} returned.")
    return None


@takes(function, {tf.errors.FailedPreconditionError: "a variable is still empty."})
def check_rescue(answer: Callable[[tf.Session, DigitClassifier, bytes], object]) -> Verdict:
    """Exercise 3: a function that puts the values of a `.data` file into the model."""
    with tempfile.TemporaryDirectory() as directory, contextlib.chdir(directory):
        with tf.Graph().as_default(), tf.Session() as session:
            model = build_classifier(seed=1)
            session.run(model.initializer)
            session.run(model.bias.assign(np.arange(10)))
            prefix = tf.train.Saver().save(session, "model.ckpt")
            weights, bias = session.run([model.weights, model.bias])
        data = Path(prefix + DATA).read_bytes()
        with tf.Graph().as_default(), tf.Session() as session:
            model = build_classifier(seed=2)
            answer(session, model, data)
            restored_weights, restored_bias = session.run([model.weights, model.bias])
    if np.array_equal(restored_weights, weights) and np.array_equal(restored_bias, bias):
        return right("every bit is back, and no `.index` was needed.")
    if np.array_equal(restored_bias, bias):
        return not_yet("the bias is right, the weights are not. How do rows follow each other?")
    return not_yet("the bias is wrong. Which name comes first, and how long is a number?")
