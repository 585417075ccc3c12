"""Checks the answers to the exercises of notebook 02."""

from collections.abc import Callable
from reprlib import repr as short

import numpy as np
import tensorflow.compat.v1 as tf

from helpers.exercises.verdict import (
    MUST_RETURN,
    Verdict,
    a_kind,
    function,
    not_yet,
    numbers,
    right,
    takes,
    texts,
)


@takes(texts)
def check_prefixes(answer: list[str]) -> Verdict:
    """Exercise 1: the prefixes of a run of 200 steps that saves at every 50th and at the end."""
    given = set(answer)
    expected = {f"model.ckpt-{step}" for step in range(0, 200, 50)} | {"final-model.ckpt-199"}
    if given == expected:
        return right("the loop's steps are counted from 0, and after it step has its last value.")
    if any(name.endswith((".index", ".meta")) or ".data" in name for name in given):
        return not_yet("these are names of files. A prefix is what a checkpoint's files share.")
    if "final-model.ckpt-200" in given:
        return not_yet("what does step hold when the loop is over? See A save at every report.")
    if "model.ckpt-200" in given:
        return not_yet("the loop never gets to step 200: range(200) ends before it.")
    if not any(name.startswith("final-model.ckpt") for name in given):
        return not_yet("the save at the end, after the loop, is missing.")
    if given < expected:
        return not_yet("there are more. With which step does the loop begin, and with which end?")
    return not_yet(f"this run saves no checkpoint {short(min(given - expected))}.")


@takes(function)
def check_read_bias(answer: Callable[[bytes], np.ndarray]) -> Verdict:
    """Exercise 2: a function that reads the bias from the bytes of a `.data` file."""
    bias = np.linspace(-1, 1, 10).astype("<f4")
    weights = np.arange(7840).astype("<f4")
    read = numbers(answer(bias.tobytes() + weights.tobytes()), (10,), MUST_RETURN)
    if np.array_equal(read, weights[-10:]):
        return not_yet(
            "these stand at the end of the file. Which name comes first in the alphabet?"
        )
    if not np.array_equal(read, bias):
        return not_yet("these are other numbers. How many bytes has one, and where do they begin?")
    return right("a .data file is the bare numbers, sorted by the variables' names.")


@takes(function)
def check_right_order(answer: Callable[[], tf.train.Saver]) -> Verdict:
    """Exercise 3: a function that builds a graph with Adam and returns a Saver of all of it."""
    with tf.Graph().as_default() as graph:
        saver = answer()
        if not isinstance(saver, tf.train.Saver):
            return not_yet(f"{MUST_RETURN} a Saver, not {a_kind(saver)}.")
        names = {variable.op.name for variable in tf.global_variables()}
    if not any("Adam" in name for name in names):
        return not_yet("there is no AdamOptimizer in this graph, or its minimize was not called.")
    # Its own list of names, as the node in the graph has it that writes them.
    node = graph.get_operation_by_name(saver.saver_def.save_tensor_name.split(":")[0])
    while node.type != "SaveV2":
        node = (node.control_inputs or [node.inputs[0].op])[0]
    saved = {name.decode() for name in node.inputs[1].op.get_attr("value").string_val}
    if names - saved:
        return not_yet(f"the Saver leaves out {len(names - saved)} variables made after it.")
    return right("the Saver was made last, so it has Adam's variables too.")
