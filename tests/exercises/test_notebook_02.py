import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from helpers.digits.classifier import build_classifier
from helpers.exercises.notebook_02 import check_prefixes, check_read_bias, check_right_order
from tests.exercises.answers import accepted, refused

IN_LOOP = [f"model.ckpt-{step}" for step in range(0, 200, 50)]
PREFIXES = [*IN_LOOP, "final-model.ckpt-199"]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (IN_LOOP, "after the loop, is missing"),
        ([*IN_LOOP, "final-model.ckpt-200"], "when the loop is over"),
        ([*PREFIXES, "model.ckpt-200"], "never gets to step 200"),
        (PREFIXES[1:], "there are more"),
        (["model.ckpt-0.index"], "names of files"),
        ("model.ckpt-0", "a list of strings"),
        (["model.ckpt-1", "final-model.ckpt-199"], "saves no checkpoint model.ckpt-1"),
    ],
)
def test_prefixes(answer: object, told: str) -> None:
    refused(check_prefixes(answer), told, PREFIXES)


@pytest.mark.parametrize(
    ("read_bias", "told"),
    [
        (lambda data: np.frombuffer(data, "<f4")[-10:], "at the end of the file"),
        (lambda data: np.frombuffer(data, "<f4"), "ten numbers are expected"),
        (lambda data: np.frombuffer(data, ">f4", count=10), "these are other numbers"),
        (lambda data: np.frombuffer(data, "<f8", count=10), "these are other numbers"),
    ],
)
def test_read_bias(read_bias, told: str) -> None:
    refused(check_read_bias(read_bias), told)


def minimize_with_adam(model) -> None:
    loss = tf.nn.softmax_cross_entropy_with_logits(labels=model.y_, logits=model.logits)
    tf.train.AdamOptimizer().minimize(loss)


def saver_before_adam() -> tf.train.Saver:
    model = build_classifier(seed=36)
    saver = tf.train.Saver()
    minimize_with_adam(model)
    return saver


def no_adam() -> tf.train.Saver:
    build_classifier(seed=36)
    return tf.train.Saver()


def saver_after_adam() -> tf.train.Saver:
    minimize_with_adam(build_classifier(seed=36))
    return tf.train.Saver()


@pytest.mark.parametrize(
    ("build_in_order", "told"),
    [
        (saver_before_adam, "leaves out 6 variables"),
        (no_adam, "no AdamOptimizer"),
        (lambda: build_classifier(seed=36), "a Saver is expected"),
    ],
)
def test_right_order(build_in_order, told: str) -> None:
    refused(check_right_order(build_in_order), told)


def test_right_answers() -> None:
    accepted(check_prefixes(PREFIXES))
    accepted(check_read_bias(lambda data: np.frombuffer(data, "<f4", count=10)))
    accepted(check_right_order(saver_after_adam))
