"""One worker of a `MultiWorkerMirroredStrategy`, for every worker the same program.

`TF_CONFIG` says which workers there are and which one this is. The model is a single number, to
which every step adds 1 for each worker. What is to be done comes line by line from standard input.
"""

import argparse
import sys

import tensorflow as tf


def main() -> None:
    """Follow the lines of standard input: train STEPS, save PREFIX, restore PREFIX."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count-batches", action="store_true")
    options = parser.parse_args()

    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    with strategy.scope():
        number = tf.Variable(0.0)
        step = tf.Variable(0, dtype=tf.int64)
        checkpoint = tf.train.Checkpoint(number=number, step=step)
        if options.count_batches:
            # Each worker counts its own, as Keras's metrics do; whoever reads it gets the sum.
            checkpoint.batches = tf.Variable(
                0,
                dtype=tf.int64,
                synchronization=tf.VariableSynchronization.ON_READ,
                aggregation=tf.VariableAggregation.SUM,
            )

    def take_step():
        number.assign_add(tf.distribute.get_replica_context().all_reduce("SUM", 1.0))
        step.assign_add(1)
        if options.count_batches:
            checkpoint.batches.assign_add(1)

    take_steps = tf.function(lambda: strategy.run(take_step))
    print("ready")
    for line in sys.stdin:
        action, argument = line.split()
        if action == "save":
            print("saved", checkpoint.save(argument))
        elif action == "restore":
            checkpoint.restore(argument).assert_consumed()
            print(f"restored step {step.numpy()}, number {number.numpy()}")
        else:
            for _ in range(int(argument)):
                try:
                    take_steps()
                except tf.errors.OpError as error:
                    print("failed:", type(error).__name__)
                    break
            else:
                print(f"step {step.numpy()}, number {number.numpy()}")
        print("ready")


if __name__ == "__main__":
    main()
