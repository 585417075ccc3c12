import pytest
import tensorflow.compat.v1 as tf

from helpers.digits.batches import Batches
from helpers.digits.classifier import train
from helpers.digits.mnist import load_mnist
from helpers.exercises.notebook_04 import check_finish, check_prefix, check_weights_only
from tests.exercises.answers import accepted, refused


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("net-300.index", "one file of the three"),
        ("checkpoint", "not a checkpoint"),
        ("net", "the step is part of the name"),
        ("model.ckpt-300", "no file of this directory"),
    ],
)
def test_prefix(answer: str, told: str) -> None:
    refused(check_prefix(answer), told, "net-300")


@pytest.fixture(scope="module")
def batches() -> Batches:
    mnist = load_mnist()
    return Batches(mnist.train_images, mnist.train_labels, size=100, seed=36)


@pytest.mark.parametrize(
    ("restores", "first", "initializes", "told"),
    [
        (True, 20, False, None),
        (True, 0, False, "ends elsewhere"),
        (True, 21, False, "ends elsewhere"),
        (True, 50, False, "takes no step after that"),
        (True, 20, True, "ends elsewhere"),
        (False, 50, False, "still empty"),
    ],
)
def test_finish(batches: Batches, restores, first, initializes, told) -> None:
    def finish(session, model, saver, prefix):
        if restores:
            saver.restore(session, prefix)
        if initializes:
            session.run(model.initializer)
        list(train(session, model, batches, range(first, 50), report_every=50))

    verdict = check_finish(finish, batches)
    accepted(verdict) if told is None else refused(verdict, told)


@pytest.mark.parametrize(
    ("bias_too", "initializes", "told"),
    [
        (True, "never", "the bias came from the file too"),
        (False, "never", "still empty"),
        (False, "after", "What ran last"),
        (False, "before", None),
    ],
)
def test_weights_only(bias_too, initializes, told) -> None:
    def weights_only(session, model, prefix):
        if initializes == "before":
            session.run(model.initializer)
        tf.train.Saver(None if bias_too else [model.weights]).restore(session, prefix)
        if initializes == "after":
            session.run(model.initializer)

    verdict = check_weights_only(weights_only)
    accepted(verdict) if told is None else refused(verdict, told)


def test_right_prefix() -> None:
    accepted(check_prefix("net-300"))
