from pathlib import Path

import numpy as np
import tensorflow as tf

from helpers.exercises.notebook_11 import check_rename, check_restore_all, check_to_torch
from tests.exercises.answers import RIGHT, accepted, each_is_told

SAVER = tf.compat.v1.train.Saver


def names_of(prefix):
    return [name for name, _ in tf.train.list_variables(prefix)]


def by_name(variables):
    return {variable.name.removesuffix(":0"): variable for variable in variables}


def restoring(asks, error=ValueError):
    """Return an answer that raises if `asks` finds names on one side only."""

    def restore_all(variables, prefix):
        if asks(set(names_of(prefix)), by_name(variables).keys()):
            raise error
        status = tf.train.Checkpoint(all=variables).restore(prefix)
        status.expect_partial()

    return restore_all


def asks_afterwards(variables, prefix):
    tf.train.Checkpoint(all=variables).restore(prefix)
    if by_name(variables).keys() ^ set(names_of(prefix)):
        raise ValueError


def restores_in_another_order(variables, prefix):
    values = [tf.train.load_variable(prefix, name) for name in ("b", "a")]
    for variable, value in zip(variables, values, strict=True):
        variable.assign(np.resize(value, variable.shape))


def renaming(change=dict, values=()):
    """Return an answer that gives variables the names that are made of the old ones and new."""

    def rename(prefix, new_prefix, new_names):
        loaded = {name: tf.train.load_variable(prefix, name) for name in names_of(prefix)}
        loaded |= dict(values)
        names = change({name: new_names.get(name, name) for name in loaded})
        variables = {new: tf.Variable(loaded[old]) for old, new in names.items()}
        SAVER(variables).save(None, new_prefix)

    return rename


def keeps_both(prefix, new_prefix, new_names):
    loaded = {name: tf.train.load_variable(prefix, name) for name in names_of(prefix)}
    loaded |= {new: loaded[old] for old, new in new_names.items()}
    SAVER({name: tf.Variable(value) for name, value in loaded.items()}).save(None, new_prefix)


def renames_twice(prefix, new_prefix, new_names):
    renaming()(prefix, new_prefix, new_names)
    renaming()(prefix, prefix, new_names)


def to_torch(axes=(), finish=np.ascontiguousarray, kernel="weight"):
    """Return an answer that orders the axes so, or a variant of it."""
    order = {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)} | dict(axes)
    return lambda values: {
        name.replace("/", ".").replace("kernel", kernel): finish(array.transpose(order[array.ndim]))
        for name, array in values.items()
    }


def does_nothing(*_):
    pass


test_answers = each_is_told(
    {
        check_restore_all: [
            (restoring(lambda file, program: file ^ program), RIGHT),
            (does_nothing, "a variable is still zero"),
            (restoring(lambda file, program: ()), "only in the file is passed over"),
            (restoring(lambda file, program: program - file), "only in the file is passed over"),
            (restoring(lambda file, program: file - program), "only in the program is passed over"),
            (asks_afterwards, "a variable was changed before it"),
            (restoring(lambda *_: True), "names and file agree, and your function raises ValueErr"),
            (restoring(lambda file, program: file ^ program, KeyError), "not KeyError"),
            (restores_in_another_order, "the value of another one"),
        ],
        check_rename: [
            (renaming(), RIGHT),
            (does_nothing, "no checkpoint with the new prefix"),
            (renaming(lambda names: {name: name for name in names}), "an old name is still in"),
            (keeps_both, "an old name is still in"),
            (
                renaming(lambda names: {old: new for old, new in names.items() if old != new}),
                "not in the dictionary is missing",
            ),
            (renaming(values={"more": np.zeros(2)}), "has the names ['global_step', 'more', 'new/"),
            (renaming(values={"global_step": np.int32(7)}), "global_step has another dtype"),
            (renaming(values={"old/bias": np.zeros(3, "float32")}), "new/bias has another value"),
            (renames_twice, "the old checkpoint has changed"),
        ],
        check_to_torch: [
            (to_torch(), RIGHT),
            (lambda values: list(values.values()), "must return a dictionary, not a list"),
            (lambda values: values, "the names are ['conv/bias'"),
            (to_torch(kernel="kernel"), "the names are ['conv.bias'"),
            (to_torch(finish=np.ndarray.tolist), "conv.weight must be a NumPy array, not a list"),
            (to_torch({4: (2, 3, 0, 1)}), "conv.weight has the shape (1, 8, 3, 3)"),
            (to_torch({4: (3, 2, 1, 0)}), "conv.weight has the right shape, and its numbers in"),
            (to_torch({2: (0, 1)}), "dense.weight has the shape (64, 10)"),
            (to_torch(finish=lambda array: array), "is not contiguous"),
        ],
    }
)


def test_rename_leaves_nothing_behind():
    before = sorted(Path.cwd().iterdir())
    accepted(check_rename(renaming()))
    assert sorted(Path.cwd().iterdir()) == before
