import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from helpers.exercises import notebook_09
from helpers.exercises.verdict import UNANSWERED

TABLE = 30_000 * 300
RIGHT_BYTES = 3 * 4 * TABLE + 2 * 4 + 8


@pytest.mark.parametrize("answer", [RIGHT_BYTES, float(RIGHT_BYTES), np.int64(RIGHT_BYTES)])
def test_the_bytes_are_accepted(answer):
    assert notebook_09.check_data_bytes(answer).right


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (4 * TABLE, "the table alone"),
        (3 * TABLE, "you counted numbers"),
        (3 * 8 * TABLE + 16, "fewer than eight bytes"),
        (3 * 4 * TABLE, "three variables are missing"),
        (3 * 4 * TABLE + 8, "one variable is missing"),
        (3 * 4 * TABLE + 12, "of which type is each"),
        (2 * 4 * TABLE + 16, "more than one number"),
        (108, "108 is not it"),
        (None, "expected, not None"),
        ("108 MB", "expected, not str"),
        ([RIGHT_BYTES], "expected, not list"),
        (np.array([1, 2]), "expected, not ndarray"),
        (float("nan"), "expected, not float"),
        (True, "expected, not bool"),
    ],
)
def test_other_bytes_are_told_what_is_off(answer, told):
    verdict = notebook_09.check_data_bytes(answer)
    assert not verdict.right
    assert told in verdict.message


def ship(session, prefix):
    saver = tf.train.Saver(tf.trainable_variables())
    saver.save(session, prefix, write_meta_graph=False, write_state=False)


def _shipping(variables=tf.trainable_variables, **named):
    def answer(session, prefix):
        named_all = {"write_meta_graph": False, "write_state": False} | named
        tf.train.Saver(variables()).save(session, prefix, **named_all)

    return answer


def _raising(*arguments):
    raise KeyError("prefix")


def test_a_shipped_file_is_accepted():
    assert notebook_09.check_ship(ship).right


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (_shipping(tf.global_variables), "the optimizer's variables"),
        (_shipping(lambda: [tf.train.get_global_step()]), "the weights are not in the file"),
        (_shipping(lambda: [*tf.trainable_variables(), tf.train.get_global_step()]), "the step"),
        (_shipping(write_meta_graph=True), "a graph lies beside"),
        (_shipping(write_state=True), "a state file was written"),
        (_shipping(global_step=3), "no checkpoint `shipped.ckpt`"),
        (lambda session, prefix: None, "no checkpoint `shipped.ckpt`"),
        (_raising, "fails with KeyError"),
        (lambda: None, "fails with TypeError"),
        (None, "expected, not None"),
        ("shipped.ckpt", "expected, not str"),
        ([1], "expected, not list"),
    ],
)
def test_what_else_is_shipped_is_told(answer, told):
    verdict = notebook_09.check_ship(answer)
    assert not verdict.right
    assert told in verdict.message


@pytest.mark.parametrize("kind", [int, float, np.int64, np.float32])
def test_one_place_left_free_is_accepted(kind):
    assert notebook_09.check_most_kept(lambda free, each: kind(free // each - 1)).right


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda free, each: free // each, "And during one"),
        (lambda free, each: free / each - 1, "whole checkpoints"),
        (lambda free, each: free // each + 1, "does not fit"),
        (lambda free, each: free // each - 2, "room for more"),
        (lambda free, each: -(-free // each) - 2, "room for more"),
        (lambda free, each: None, "return a number, not None"),
        (lambda free, each: "4", "return a number, not str"),
        (lambda free, each: [4], "return a number, not list"),
        (lambda free, each: float("inf"), "whole checkpoints"),
        (_raising, "fails with KeyError"),
        (7, "expected, not int"),
        (None, "expected, not None"),
    ],
)
def test_other_limits_are_told_what_is_off(answer, told):
    verdict = notebook_09.check_most_kept(answer)
    assert not verdict.right
    assert told in verdict.message


def test_what_is_not_answered_yet_is_told_so():
    assert notebook_09.check_data_bytes(...) == UNANSWERED
    assert notebook_09.check_ship(lambda session, prefix: ...) == UNANSWERED
    assert notebook_09.check_most_kept(lambda free, each: ...) == UNANSWERED


@pytest.mark.parametrize("check", [notebook_09.check_ship, notebook_09.check_most_kept])
def test_an_answer_in_place_of_the_function_is_unanswered(check):
    assert check(...) == UNANSWERED
