"""The lesson's digit classifier and its training loop, as notebook 01 builds them."""

from collections.abc import Iterator
from typing import NamedTuple

import tensorflow.compat.v1 as tf

from helpers.digits.batches import Batches
from helpers.digits.mnist import Mnist


class DigitClassifier(NamedTuple):
    """The tensors, operations and variables of one classifier, all in one graph."""

    x: tf.Tensor  # float32 (None, 784): images
    y_: tf.Tensor  # float32 (None, 10): the right answers, one-hot
    weights: tf.Variable  # float32 (784, 10)
    bias: tf.Variable  # float32 (10,)
    logits: tf.Tensor  # float32 (None, 10): a score for each digit
    train_step: tf.Operation  # one step of gradient descent on the batch that is fed
    accuracy: tf.Tensor  # float32 scalar: share of the images that are recognised, 0 to 1
    initializer: tf.Operation  # gives every variable its first value


def build_classifier(seed: int, relu: bool = True) -> DigitClassifier:
    """Build the classifier in the current graph.

    Args:
        seed: of the weights' first values. The same seed gives the same values in every run.
        relu: whether the logits pass through a ReLU, as they do in the lesson.

    Raises:
        RuntimeError: no graph is current; the message shows how to open one.
    """
    if tf.executing_eagerly():
        raise RuntimeError(
            "The classifier needs a graph to be built in: call build_classifier inside "
            "`with tf.Graph().as_default():`."
        )
    # Before the first variable: set later, the seed would change nothing.
    tf.set_random_seed(seed)
    x = tf.placeholder(tf.float32, [None, 784], name="x")
    y_ = tf.placeholder(tf.float32, [None, 10], name="y_")
    weights = tf.get_variable("weights", [784, 10], initializer=tf.glorot_uniform_initializer())
    bias = tf.get_variable("bias", [10], initializer=tf.constant_initializer(0.1))
    logits = x @ weights + bias
    if relu:
        logits = tf.nn.relu(logits)
    loss = tf.nn.softmax_cross_entropy_with_logits(labels=y_, logits=logits)
    train_step = tf.train.GradientDescentOptimizer(0.001).minimize(loss)
    right = tf.equal(tf.argmax(logits, 1), tf.argmax(y_, 1))
    accuracy = tf.reduce_mean(tf.cast(right, tf.float32), name="accuracy")
    return DigitClassifier(
        x, y_, weights, bias, logits, train_step, accuracy, tf.global_variables_initializer()
    )


def test_accuracy(session: tf.Session, model: DigitClassifier, mnist: Mnist) -> float:
    """Return the share of the 10,000 test images that `model` recognises, 0 to 1."""
    feed = {model.x: mnist.test_images, model.y_: mnist.test_labels}
    return float(session.run(model.accuracy, feed))


def train(
    session: tf.Session, model: DigitClassifier, batches: Batches, steps: range, report_every: int
) -> Iterator[int]:
    """Train `model` for `steps`, stopping at every step that `report_every` divides.

    Yields such a step's number *before* the step is taken. Between two values the caller may look
    at the model, print, or save it.
    """
    for step in steps:
        if step % report_every == 0:
            yield step
        images, labels = batches[step]
        session.run(model.train_step, {model.x: images, model.y_: labels})
