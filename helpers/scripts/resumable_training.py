"""A run that may be killed at any moment: `python resumable_training.py DIRECTORY`.

Trains the digit classifier for 50 steps with Adam and dropout, and saves a checkpoint at every
tenth. Started again with the same directory, it goes on from the newest intact checkpoint and ends
bit for bit where it would have ended without the kill.
"""

import argparse
import re
import sys
from pathlib import Path
from typing import NamedTuple

from helpers.quiet import quiet_start

with quiet_start():
    import tensorflow.compat.v1 as tf

from helpers.checkpoints.restore import restore_newest_intact
from helpers.digits.batches import Batches
from helpers.digits.classifier import build_classifier
from helpers.digits.mnist import load_mnist


def train(
    directory: str, ballast: int = 0, wait_after: int | None = None, remember: bool = False
) -> None:
    """Train from the newest intact checkpoint of `directory`, or from the start if it has none.

    Args:
        directory: where the checkpoints are; made if it is not there.
        ballast: millions of bytes that every save writes on top, and no restore reads.
        wait_after: after so many steps, wait for a line on standard input.
        remember: whether `max_to_keep` is to count the checkpoints of earlier processes.
    """
    mnist = load_mnist()
    batches = Batches(mnist.train_images, mnist.train_labels, size=100, seed=36)

    model = build_classifier(seed=36, relu=False)
    global_step = tf.train.get_or_create_global_step()
    kept = tf.nn.experimental.stateless_dropout(model.x, rate=0.2, seed=[36, global_step])
    logits = kept @ model.weights + model.bias
    loss = tf.nn.softmax_cross_entropy_with_logits(labels=model.y_, logits=logits)
    optimizer = tf.train.AdamOptimizer(0.01)
    train_step = optimizer.minimize(tf.reduce_mean(loss), global_step=global_step)
    restorer = tf.train.Saver()  # made before the ballast, so it does not know of it
    if ballast:
        tf.get_variable("ballast", [ballast * 250_000], initializer=tf.zeros_initializer())
    saver = tf.train.Saver(max_to_keep=2)

    Path(directory).mkdir(exist_ok=True)
    state = tf.train.get_checkpoint_state(directory)
    if remember and state:
        names = [Path(path).name for path in state.all_model_checkpoint_paths]
        saver.recover_last_checkpoints([f"{directory}/{name}" for name in names])

    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        if any(Path(directory).glob("*.index")):
            report = restore_newest_intact(restorer, session, directory)
            print("resumed from", Path(report.prefix).name, flush=True)
        while (step := session.run(global_step)) < 50:
            if step == wait_after:
                print(f"waiting after {step} steps", flush=True)
                sys.stdin.readline()
            images, labels = batches[step]
            session.run(train_step, {model.x: images, model.y_: labels})
            if step % 10 == 9:
                print(f"saving after {step + 1} steps", flush=True)
                prefix = saver.save(session, f"{directory}/model.ckpt", global_step=global_step)
                print("saved", Path(prefix).name, flush=True)


class Life(NamedTuple):
    """What one process did of a run.

    Attributes:
        start: how many steps had been taken when it began.
        end: how many had been taken when it ended.
        saved: after how many steps it finished a save.
        finished: whether it ended by itself.
    """

    start: int
    end: int
    saved: list[int]
    finished: bool


def read_life(printed: str) -> Life:
    """Return what a process of this script did, by what it printed."""
    resumed = re.search(r"resumed from .*-(\d+)", printed)
    saved = [int(step) for step in re.findall(r"saved .*-(\d+)", printed)]
    counted = [int(steps) for steps in re.findall(r"after (\d+) steps", printed)]
    start = int(resumed[1]) if resumed else 0
    last = printed.rstrip().rpartition("\n")[2]
    return Life(start, max([start, *counted]), saved, last.startswith("saved"))


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("directory")
    parser.add_argument("--ballast", type=int, default=0, metavar="MEGABYTES")
    parser.add_argument("--wait-after", type=int, metavar="STEPS")
    parser.add_argument("--remember", action="store_true")
    with tf.Graph().as_default():
        train(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
