import numpy as np
import tensorflow.compat.v1 as tf

from helpers.exercises.notebook_09 import check_data_bytes, check_most_kept, check_ship
from tests.exercises.answers import RIGHT, each_is_told

TABLE = 30_000 * 300


def shipping(variables=tf.trainable_variables, **named):
    """Return an answer that saves these variables, or a variant of it."""

    def ship(session, prefix):
        how = {"write_meta_graph": False, "write_state": False} | named
        tf.train.Saver(variables()).save(session, prefix, **how)

    return ship


def step():
    return [tf.train.get_global_step()]


test_answers = each_is_told(
    {
        check_data_bytes: [
            (3 * 4 * TABLE + 2 * 4 + 8, RIGHT),
            (float(3 * 4 * TABLE + 16), RIGHT),
            (4 * TABLE, "the table alone"),
            (3 * TABLE, "you counted numbers"),
            (3 * 8 * TABLE + 16, "fewer than eight bytes"),
            (3 * 4 * TABLE, "three variables are missing"),
            (3 * 4 * TABLE + 8, "one or two small variables are missing"),
            (3 * 4 * TABLE + 12, "of which type is each"),
            (2 * 4 * TABLE + 16, "more than one number"),
            (108, "108 is not it"),
        ],
        check_ship: [
            (shipping(), RIGHT),
            (shipping(tf.global_variables), "the optimizer's variables"),
            (shipping(step), "the weights are not in the file"),
            (shipping(lambda: tf.trainable_variables() + step()), "the step is in the file"),
            (shipping(write_meta_graph=True), "a graph lies beside"),
            (shipping(write_state=True), "a state file was written"),
            (shipping(global_step=3), "no checkpoint `shipped.ckpt`"),
        ],
        check_most_kept: [
            (lambda free, each: free // each - 1, RIGHT),
            (lambda free, each: np.float32(free // each - 1), RIGHT),
            (lambda free, each: free // each, "And during one"),
            (lambda free, each: free / each - 1, "whole checkpoints"),
            (lambda free, each: free // each + 1, "does not fit"),
            (lambda free, each: -(-free // each) - 2, "room for more"),
        ],
    }
)
