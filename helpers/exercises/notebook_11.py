"""Checks the answers to the exercises of notebook 11, which are given in eager mode."""

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Mapping
from reprlib import repr as short

import numpy as np
import tensorflow as tf

from helpers.exercises.verdict import (
    MUST_RETURN,
    AnswerRaisedError,
    Verdict,
    a_kind,
    function,
    in_short,
    not_yet,
    right,
    takes,
)


@takes(function)
def check_restore_all(answer: Callable[[list[tf.Variable], str], object]) -> Verdict:
    """Exercise 1: a function that restores by name, and only where both sides have the same."""
    with _empty_directory():
        _save({"a": np.ones(2, np.float32), "b": np.full(3, 2, np.float32)}, "two.ckpt")
        fits = _zeros({"a": 2, "b": 3})
        try:
            answer(fits, "two.ckpt")
        except AnswerRaisedError as raised:
            return not_yet(f"names and file agree, and {raised}")
        if not all(np.any(variable) for variable in fits):
            return not_yet("names and file agree, and a variable is still zero afterwards.")
        if fits[0].numpy()[0] != 1 or fits[1].numpy()[0] != 2:
            return not_yet("a variable has the value of another one.")
        for what, sizes in {
            "only in the file": {"a": 2},
            "only in the program": {"a": 2, "b": 3, "c": 4},
        }.items():
            variables = _zeros(sizes)
            try:
                answer(variables, "two.ckpt")
            except AnswerRaisedError as raised:
                if not isinstance(raised.error, ValueError):
                    return not_yet(
                        f"where a name is {what}, it must be a ValueError, not "
                        f"{in_short(raised.error)}"
                    )
                if any(np.any(variable) for variable in variables):
                    return not_yet(f"where a name is {what}, a variable was changed before it.")
            else:
                return not_yet(f"a name that is {what} is passed over: no ValueError.")
    return right("the names on both sides are compared before anything is restored.")


@takes(function)
def check_rename(answer: Callable[[str, str, Mapping[str, str]], object]) -> Verdict:
    """Exercise 2: a function that writes a checkpoint anew, with some of its names changed."""
    values = {
        "old/kernel": np.arange(6, dtype=np.float32).reshape(2, 3),
        "old/bias": np.ones(3, np.float32),
        "global_step": np.int64(2**40),
    }
    new_names = {"old/kernel": "new/kernel", "old/bias": "new/bias"}
    expected = {new_names.get(name, name): value for name, value in values.items()}
    with _empty_directory():
        _save(values, "old.ckpt")
        answer("old.ckpt", "new.ckpt", dict(new_names))
        if not tf.io.gfile.exists("new.ckpt.index"):
            return not_yet("there is no checkpoint with the new prefix.")
        found = {
            name: tf.train.load_variable("new.ckpt", name)
            for name, _ in tf.train.list_variables("new.ckpt")
        }
        if {name for name, _ in tf.train.list_variables("old.ckpt")} != set(values):
            return not_yet("the old checkpoint has changed.")
    if found.keys() & new_names.keys():
        return not_yet("an old name is still in the new checkpoint.")
    if expected.keys() - found.keys() == {"global_step"}:
        return not_yet("a variable that is not in the dictionary is missing.")
    if found.keys() != expected.keys():
        return not_yet(f"the new checkpoint has the names {short(sorted(found))}.")
    for name, value in expected.items():
        if np.asarray(found[name]).dtype != value.dtype:
            return not_yet(f"{name} has another dtype than before.")
        if not np.array_equal(found[name], value):
            return not_yet(f"{name} has another value than before.")
    return right("every value is there, under its new name or the one that it had.")


@takes(function)
def check_to_torch(answer: Callable[[dict[str, np.ndarray]], Mapping]) -> Verdict:
    """Exercise 3: a function that gives arrays PyTorch's names and order of axes."""
    random = np.random.RandomState(0)
    shapes = {
        "conv/kernel": (3, 3, 1, 8),
        "conv/bias": (8,),
        "dense/kernel": (64, 10),
        "dense/bias": (10,),
    }
    values = {name: random.rand(*shape).astype(np.float32) for name, shape in shapes.items()}
    expected = {
        "conv.weight": values["conv/kernel"].transpose(3, 2, 0, 1),
        "conv.bias": values["conv/bias"],
        "dense.weight": values["dense/kernel"].T,
        "dense.bias": values["dense/bias"],
    }
    state = answer(dict(values))
    if not isinstance(state, Mapping):
        return not_yet(f"{MUST_RETURN} a dictionary, not {a_kind(state)}.")
    if state.keys() != expected.keys():
        return not_yet(f"the names are {short(sorted(map(str, state)))}.")
    for name, array in expected.items():
        given = state[name]
        if not isinstance(given, np.ndarray):
            return not_yet(f"{name} must be a NumPy array, not {a_kind(given)}.")
        if given.shape != array.shape:
            return not_yet(f"{name} has the shape {given.shape}. Which axis comes first?")
        if not np.array_equal(given, array):
            return not_yet(f"{name} has the right shape, and its numbers in another order.")
    for name, given in state.items():
        if not given.flags.c_contiguous:
            return not_yet(f"{name} is not contiguous, and would be scrambled in the file.")
    return right("names, axes, and bytes in the order in which they are read.")


@contextlib.contextmanager
def _empty_directory() -> Iterator[None]:
    with tempfile.TemporaryDirectory() as directory, contextlib.chdir(directory):
        yield


def _save(values: Mapping[str, np.ndarray], prefix: str) -> None:
    variables = {name: tf.Variable(value) for name, value in values.items()}
    tf.compat.v1.train.Saver(variables).save(None, prefix)


def _zeros(sizes: Mapping[str, int]) -> list[tf.Variable]:
    return [tf.Variable(tf.zeros([size]), name=name) for name, size in sizes.items()]
