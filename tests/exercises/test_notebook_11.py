from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from helpers.exercises.notebook_11 import check_rename, check_restore_all, check_to_torch
from helpers.exercises.verdict import UNANSWERED

SAVER = tf.compat.v1.train.Saver
ODD = [None, "text", 3, np.float32(1), [1, 2], {}, ("a", 1)]


def names_of(prefix):
    return [name for name, _ in tf.train.list_variables(prefix)]


def raises(*_):
    raise KeyError("nothing\nof the kind")


def does_nothing(*_):
    pass


@pytest.mark.parametrize("check", [check_restore_all, check_rename, check_to_torch])
@pytest.mark.parametrize("answer", ODD, ids=repr)
def test_what_is_no_function_is_told_so(check, answer):
    verdict = check(answer)
    assert not verdict.right
    assert "the answer is a function" in verdict.message


@pytest.mark.parametrize("check", [check_restore_all, check_rename, check_to_torch])
def test_a_function_that_raises_is_told_the_first_line(check):
    verdict = check(raises)
    assert not verdict.right
    assert "your function raises KeyError: 'nothing" in verdict.message


@pytest.mark.parametrize("check", [check_restore_all, check_rename, check_to_torch])
def test_the_stub_is_unanswered(check):
    assert check(lambda *_: ...) == UNANSWERED


# ---- Exercise 1


def by_name(variables):
    return {variable.name.removesuffix(":0"): variable for variable in variables}


def restore_all(variables, prefix):
    if by_name(variables).keys() ^ set(names_of(prefix)):
        raise ValueError
    SAVER(by_name(variables)).restore(None, prefix)


def restores_with_checkpoint(variables, prefix):
    tf.train.Checkpoint(all=variables).restore(prefix).assert_existing_objects_matched()


def asks_only_the_program(variables, prefix):
    if by_name(variables).keys() - set(names_of(prefix)):
        raise ValueError
    SAVER(by_name(variables)).restore(None, prefix)


def asks_only_the_file(variables, prefix):
    if set(names_of(prefix)) - by_name(variables).keys():
        raise ValueError
    status = tf.train.Checkpoint(all=variables).restore(prefix)
    status.expect_partial()


def asks_afterwards(variables, prefix):
    tf.train.Checkpoint(all=variables).restore(prefix)
    if by_name(variables).keys() ^ set(names_of(prefix)):
        raise ValueError


def always_raises(variables, prefix):
    raise ValueError("no")


def restores_in_another_order(variables, prefix):
    values = [tf.train.load_variable(prefix, name) for name in ("b", "a")]
    for variable, value in zip(variables, values, strict=True):
        variable.assign(np.resize(value, variable.shape))


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (does_nothing, "a variable is still zero"),
        (restores_with_checkpoint, "only in the file is passed over"),
        (asks_only_the_program, "only in the file is passed over"),
        (asks_only_the_file, "only in the program is passed over"),
        (asks_afterwards, "a variable was changed before it"),
        (always_raises, "names and file agree, and your function raises ValueError: no."),
        (restores_in_another_order, "the value of another one"),
        (
            lambda variables, prefix: SAVER({**by_name(variables)}).restore(None, prefix),
            "only in the file is passed over",
        ),
    ],
)
def test_restore_all_is_told(answer, told):
    verdict = check_restore_all(answer)
    assert not verdict.right
    assert told in verdict.message


def test_an_assertion_is_no_value_error():
    def asserts(variables, prefix):
        assert not by_name(variables).keys() ^ set(names_of(prefix)), "names differ"
        SAVER(by_name(variables)).restore(None, prefix)

    assert "must be a ValueError, not AssertionError" in check_restore_all(asserts).message


def test_restore_all_is_right():
    assert check_restore_all(restore_all).right


# ---- Exercise 2


def rename(prefix, new_prefix, new_names, values=None, names=None):
    loaded = {name: tf.train.load_variable(prefix, name) for name in names or names_of(prefix)}
    loaded |= values or {}
    variables = {new_names.get(name, name): tf.Variable(loaded[name]) for name in loaded}
    SAVER(variables).save(None, new_prefix)


def keeps_both(prefix, new_prefix, new_names):
    loaded = {name: tf.train.load_variable(prefix, name) for name in names_of(prefix)}
    loaded |= {new: loaded[old] for old, new in new_names.items()}
    SAVER({name: tf.Variable(value) for name, value in loaded.items()}).save(None, new_prefix)


def adds_a_name(prefix, new_prefix, new_names):
    rename(prefix, new_prefix, new_names, {"more": np.zeros(2)})


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (does_nothing, "no checkpoint with the new prefix"),
        (lambda old, new, names: rename(old, new, {}), "an old name is still in"),
        (keeps_both, "an old name is still in"),
        (
            lambda old, new, names: rename(old, new, names, names=list(names)),
            "not in the dictionary is missing",
        ),
        (adds_a_name, "has the names ['global_step', 'more', 'new/bias', 'new/kernel']"),
        (
            lambda old, new, names: rename(old, new, names, {"global_step": np.int32(7)}),
            "global_step has another dtype",
        ),
        (
            lambda old, new, names: rename(old, new, names, {"old/bias": np.zeros(3, "float32")}),
            "new/bias has another value",
        ),
        (
            lambda old, new, names: (rename(old, new, names), rename(old, old, names)),
            "the old checkpoint has changed",
        ),
    ],
)
def test_rename_is_told(answer, told):
    verdict = check_rename(answer)
    assert not verdict.right
    assert told in verdict.message


def test_rename_is_right_and_leaves_nothing_behind():
    before = sorted(Path.cwd().iterdir())
    assert check_rename(rename).right
    assert sorted(Path.cwd().iterdir()) == before


# ---- Exercise 3

AXES = {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)}


def to_torch(values, axes=AXES, finish=np.ascontiguousarray, kernel="weight"):
    return {
        name.replace("/", ".").replace("kernel", kernel): finish(array.transpose(axes[array.ndim]))
        for name, array in values.items()
    }


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (does_nothing, "must return a dictionary, not NoneType"),
        (lambda values: list(values.values()), "must return a dictionary, not list"),
        (lambda values: values, "the names are ['conv/bias'"),
        (lambda values: to_torch(values, kernel="kernel"), "the names are ['conv.bias'"),
        (lambda values: {1: 2, "a": 3}, "the names are ['1', 'a']"),
        (lambda values: to_torch(values, finish=np.ndarray.tolist), "conv.weight must be a NumPy"),
        (
            lambda values: to_torch(values, AXES | {4: (2, 3, 0, 1)}),
            "conv.weight has the shape (1, 8, 3, 3)",
        ),
        (
            lambda values: to_torch(values, AXES | {4: (3, 2, 1, 0)}),
            "conv.weight has the right shape, and its numbers in another order",
        ),
        (
            lambda values: to_torch(values, AXES | {2: (0, 1)}),
            "dense.weight has the shape (64, 10)",
        ),
        (lambda values: to_torch(values, finish=lambda array: array), "is not contiguous"),
    ],
)
def test_to_torch_is_told(answer, told):
    verdict = check_to_torch(answer)
    assert not verdict.right
    assert told in verdict.message


def test_to_torch_is_right():
    assert check_to_torch(to_torch).right
