from pathlib import Path

import tensorflow.compat.v1 as tf

from helpers.exercises.notebook_06 import check_offset, check_repair_state, check_restore_what_fits
from tests.exercises.answers import RIGHT, each_is_told


def fitting(of=tf.global_variables, by_shape=True, first=True, last=False):
    """Return an answer that restores what fits, or a variant of it."""

    def restore_what_fits(session, prefix):
        if first:
            session.run(tf.global_variables_initializer())
        in_file = dict(tf.train.list_variables(prefix))
        fits = [one for one in of() if one.op.name in in_file]
        if by_shape:
            fits = [one for one in fits if in_file[one.op.name] == one.shape.as_list()]
        tf.train.Saver(fits).restore(session, prefix)
        if last:
            session.run(tf.global_variables_initializer())

    return restore_what_fits


def fives(session, prefix):
    session.run([one.assign(tf.fill(one.shape, 5.0)) for one in tf.global_variables()])


def repairing(change=list, absolute=False):
    """Return an answer that writes the state file anew, or a variant of it."""

    def repair_state(directory):
        state = tf.train.get_checkpoint_state(directory)
        names = change([Path(path).name for path in state.all_model_checkpoint_paths])
        place = Path(directory).absolute() if absolute else directory
        prefixes = [f"{place}/{name}" for name in names]
        tf.train.update_checkpoint_state(directory, prefixes[-1], prefixes)

    return repair_state


test_answers = each_is_told(
    {
        check_offset: [
            (28, RIGHT),
            (3 + 2, "you counted numbers"),
            ((3 + 2) * 4, "more than four bytes"),
            ((3 + 2) * 8, "fewer than eight bytes"),
            (3 * 4, "the second tensor begins"),
            (28 + 80, "the third tensor ends"),
            (1, "1 is not it"),
        ],
        check_restore_what_fits: [
            (fitting(), RIGHT),
            (lambda session, prefix: tf.train.Saver().restore(session, prefix), "does not hold"),
            (fitting(by_shape=False), "an array of another shape"),
            (fitting(first=False), "a variable is still empty"),
            (fitting(first=False, last=True), "What ran last"),
            (fitting(of=tf.trainable_variables), "not trainable"),
            (fives, "neither the file's nor the initializer's"),
        ],
        check_repair_state: [
            (repairing(), RIGHT),
            (lambda directory: None, "still leads to the old place"),
            (lambda directory: Path(directory, "checkpoint").unlink(), "has no state file"),
            (repairing(change=sorted), "another checkpoint is the latest"),
            (repairing(change=lambda all: [all[1], all[0], all[2]]), "the order has changed"),
            (repairing(change=lambda all: all[-1:]), "listed 3 checkpoints"),
            (repairing(change=lambda all: [*all, "m.ckpt-7"]), "a checkpoint that is not there"),
            (repairing(absolute=True), "move the copy once more"),
        ],
    }
)
