"""Checks the answers to the exercises of notebook 06."""

import contextlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

from helpers.exercises.verdict import (
    Verdict,
    function,
    judge_number,
    not_yet,
    number,
    right,
    takes,
)


@takes(number)
def check_offset(answer: int) -> Verdict:
    """Exercise 1: where the third of three tensors begins in the `.data` file."""
    a, b, c = 3 * 4, 2 * 8, 4 * 5 * 4
    slips = {
        3 + 2: "you counted numbers. How many bytes has one of each kind?",
        (3 + 2) * 4: "a 64-bit integer takes more than four bytes.",
        (3 + 2) * 8: "a 32-bit float takes fewer than eight bytes.",
        a: "there the second tensor begins.",
        a + b + c: "there the third tensor ends.",
        a + b + c - 1: "there the third tensor ends.",
    }
    why = "what stands before it, tensor after tensor, with nothing between."
    return judge_number(
        answer, a + b, why, slips, "What stands in the file before the third tensor?"
    )


@takes(
    function,
    {
        tf.errors.NotFoundError: "your Saver asks the file for a variable that it does not hold.",
        tf.errors.FailedPreconditionError: "a variable is still empty: neither restored nor "
        "initialised.",
    },
)
def check_restore_what_fits(answer: Callable[[tf.Session, str], object]) -> Verdict:
    """Exercise 2: a function that restores what fits and initialises the rest."""
    with tempfile.TemporaryDirectory() as directory, contextlib.chdir(directory):
        _save_sevens({"fits": [2], "fits/slot": [2], "wider": [2], "only_in_file": []})
        with tf.Graph().as_default(), tf.Session() as session:
            ones = tf.ones_initializer()
            variables = [
                tf.get_variable("fits", [2], initializer=ones),
                tf.get_variable("fits/slot", [2], initializer=ones, trainable=False),
                tf.get_variable("wider", [3], initializer=ones),
                tf.get_variable("only_in_graph", [], initializer=ones),
            ]
            answer(session, "sevens.ckpt")
            fits, slot, wider, only_in_graph = session.run(variables)
    if wider.shape != (3,):
        return not_yet("the variable `wider` was given an array of another shape.")
    if (fits == 1).all():
        return not_yet("what fits has the initializer's value. What ran last?")
    if (slot == 1).all():
        return not_yet("a variable that fits was left out. It is one that is not trainable.")
    expected = [np.full(2, 7), np.full(2, 7), np.ones(3), np.ones(())]
    if not all(map(np.array_equal, (fits, slot, wider, only_in_graph), expected)):
        return not_yet("a variable has a value that is neither the file's nor the initializer's.")
    return right("initialised first, and then restored where name and shape agree.")


@takes(function)
def check_repair_state(answer: Callable[[str], object]) -> Verdict:
    """Exercise 3: a function that writes the state file of a copied directory anew."""
    # A step in the names that does not sort as the order of saving does.
    names = ["m.ckpt-9", "m.ckpt-10", "m.ckpt-8"]
    logger = tf.get_logger()
    level = logger.level
    # It would log the path of a checkpoint that is not found.
    logger.setLevel("FATAL")
    try:
        with tempfile.TemporaryDirectory() as directory, contextlib.chdir(directory):
            for name in names:
                _save_sevens({"number": []}, name)
            original = Path("original")
            original.mkdir()
            for path in Path.cwd().glob("m.ckpt*"):
                shutil.move(path, original)
            tf.train.update_checkpoint_state(
                str(original.absolute()),
                str((original / names[-1]).absolute()),
                [str((original / name).absolute()) for name in names],
            )
            shutil.copytree(original, "copy")
            answer("copy")
            verdict = _look_at_state("copy", names)
            if verdict.right:
                Path("copy").rename("copy-moved-again")
                if tf.train.latest_checkpoint("copy-moved-again") is None:
                    return not_yet("it is right now, but move the copy once more and it is lost.")
            return verdict
    finally:
        logger.setLevel(level)


def _look_at_state(directory: str, names: list[str]) -> Verdict:
    try:
        state = tf.train.get_checkpoint_state(directory)
    except ValueError:
        state = None
    if state is None:
        return not_yet("the copy has no state file any more, or an empty one.")
    listed = [Path(path) for path in state.all_model_checkpoint_paths]
    latest = Path(state.model_checkpoint_path)
    if any("original" in path.parts for path in [*listed, latest]):
        return not_yet("the state file still leads to the old place.")
    if not all(Path(f"{path}.index").is_file() for path in [*listed, latest]):
        return not_yet("the state file lists a checkpoint that is not there.")
    if len(listed) < len(names):
        return not_yet(f"the old state file listed {len(names)} checkpoints, yours {len(listed)}.")
    if latest.name != names[-1]:
        return not_yet("another checkpoint is the latest now. The old list ends with the newest.")
    if [path.name for path in listed] != names:
        return not_yet("the order has changed. It is the order in which they were saved.")
    return right("the same checkpoints, in the same order, where they are now.")


def _save_sevens(shapes: dict[str, list[int]], name: str = "sevens.ckpt") -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        for variable, shape in shapes.items():
            tf.get_variable(variable, shape, initializer=tf.constant_initializer(7))
        session.run(tf.global_variables_initializer())
        tf.train.Saver().save(session, name)
