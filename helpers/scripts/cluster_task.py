"""One task of a training run on several machines, for every machine the same program.

`TF_CONFIG` says which machines there are and which one this is. A parameter server (`ps`) keeps
variables. A worker trains the digit classifier, with Adam, in batches that follow from the step.
It takes its steps when it is told to: each line of its standard input is a step to train until.
"""

import argparse
import sys
from contextlib import suppress

import tensorflow.compat.v1 as tf

from helpers.digits.batches import Batches
from helpers.digits.classifier import build_classifier
from helpers.digits.mnist import load_mnist


class Goal:
    """The step to train until: the last line of standard input, None when that is closed."""

    step: int | None = 0

    def read(self) -> None:
        """Say that this task is ready, and wait for the next line."""
        print("ready")
        line = sys.stdin.readline()
        self.step = int(line) if line else None


class Report(tf.train.SessionRunHook):
    """Says whenever a session has been made, and at which step it begins."""

    def after_create_session(self, session: tf.Session, coord: tf.train.Coordinator) -> None:
        """Called by MonitoredTrainingSession once the variables have their values."""
        print("a session begins at step", session.run(tf.train.get_global_step()))


def train(
    server: tf.train.Server,
    place: tf.distribute.cluster_resolver.ClusterResolver,
    checkpoint_dir: str,
    goal: Goal,
) -> None:
    """Train as the worker at this `place`, until there is no more goal; worker 0 is the chief."""
    mnist = load_mnist()
    batches = Batches(mnist.train_images, mnist.train_labels, size=100, seed=36)
    worker = f"/job:worker/task:{place.task_id}"
    cluster = place.cluster_spec()
    with tf.device(tf.train.replica_device_setter(cluster=cluster, worker_device=worker)):
        model = build_classifier(seed=36, relu=False)
        global_step = tf.train.get_or_create_global_step()
        loss = tf.nn.softmax_cross_entropy_with_logits(labels=model.y_, logits=model.logits)
        optimizer = tf.train.AdamOptimizer(0.01)
        train_step = optimizer.minimize(tf.reduce_mean(loss), global_step=global_step)
    # A worker needs the parameter servers and itself: whether another worker is there or not.
    config = tf.ConfigProto(device_filters=["/job:ps", worker])
    with tf.train.MonitoredTrainingSession(
        master=server.target,
        is_chief=place.task_id == 0,
        checkpoint_dir=checkpoint_dir,
        config=config,
        hooks=[Report()],
        save_checkpoint_steps=10,
    ) as session:
        while goal.step is not None:
            while (step := session.run(global_step)) < goal.step:
                images, labels = batches[step]
                session.run(train_step, {model.x: images, model.y_: labels})
            if goal.step:
                print("at step", step)
            goal.read()


def main() -> None:
    """Start this task's server, then serve or train."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--checkpoint-dir", help="without it, a worker only serves")
    options = parser.parse_args()
    place = tf.distribute.cluster_resolver.TFConfigClusterResolver()
    server = tf.train.Server(place.cluster_spec(), place.task_type, place.task_id)
    if place.task_type == "ps" or not options.checkpoint_dir:
        print("ready")
        server.join()
    goal = Goal()
    while goal.step is not None:
        # Where a server died, this may be raised in place of the errors that the session catches.
        with suppress(tf.errors.CancelledError), tf.Graph().as_default():
            train(server, place, options.checkpoint_dir, goal)


if __name__ == "__main__":
    main()
