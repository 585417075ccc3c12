import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from helpers.digits.batches import Batches
from helpers.digits.classifier import build_classifier, test_accuracy, train
from helpers.digits.mnist import load_mnist

# pytest would take the helper for a test.
accuracy_on_test_images = test_accuracy
del test_accuracy


@pytest.fixture(scope="module")
def mnist():
    return load_mnist()


@pytest.fixture(scope="module")
def batches(mnist):
    return Batches(mnist.train_images, mnist.train_labels, size=100, seed=36)


def test_the_lessons_variables_begin_with_values_that_depend_on_the_seed_alone():
    def first_values(seed):
        with tf.Graph().as_default(), tf.Session() as session:
            model = build_classifier(seed)
            session.run(model.initializer)
            return session.run({one.op.name: one for one in tf.global_variables()})

    first, again, other = map(first_values, (3, 3, 4))
    assert {name: value.shape for name, value in first.items()} == {
        "weights": (784, 10),
        "bias": (10,),
    }
    assert np.array_equal(first["weights"], again["weights"])
    assert not np.array_equal(first["weights"], other["weights"])
    assert (first["bias"] == np.float32(0.1)).all()
    assert abs(first["weights"]).max() <= np.sqrt(6 / (784 + 10))  # Glorot's uniform bound


def test_the_relu_is_there_unless_it_is_left_out(mnist):
    for relu in (True, False):
        with tf.Graph().as_default(), tf.Session() as session:
            model = build_classifier(0, relu)
            session.run(model.initializer)
            logits = session.run(model.logits, {model.x: mnist.test_images[:50]})
        assert (logits >= 0).all() == relu


def test_a_step_follows_the_summed_gradient(mnist):
    images, labels = mnist.train_images[:20], mnist.train_labels[:20]
    with tf.Graph().as_default(), tf.Session() as session:
        model = build_classifier(0, relu=False)
        session.run(model.initializer)
        weights, bias = session.run([model.weights, model.bias])
        session.run(model.train_step, {model.x: images, model.y_: labels})
        stepped = session.run(model.weights)
    scores = images @ weights + bias
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(stepped, weights - 0.001 * images.T @ (shares - labels), atol=1e-6)


def test_train_stops_before_every_reported_step_and_takes_each_once(mnist, batches):
    def trained(*ranges):
        with tf.Graph().as_default(), tf.Session() as session:
            model = build_classifier(36)
            session.run(model.initializer)
            reported = {
                step: accuracy_on_test_images(session, model, mnist)
                for steps in ranges
                for step in train(session, model, batches, steps, report_every=10)
            }
            return reported, session.run(model.weights)

    reported, whole = trained(range(25))
    assert list(reported) == [0, 10, 20]
    assert reported[0] < 0.2 < 0.5 < reported[10] < reported[20]
    assert np.array_equal(whole, trained(range(5), range(5, 25))[1])
    assert not np.array_equal(whole, trained(range(24))[1])


def test_outside_a_graph_it_says_how_to_open_one():
    assert tf.executing_eagerly()
    with pytest.raises(RuntimeError, match=r"with tf.Graph\(\).as_default"):
        build_classifier(seed=0)
