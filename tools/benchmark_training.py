"""Compare the helpers' training loop with the flat one.

Run as `python -m tools.benchmark_training`. Both loops take the same 100 steps by turns
in one session, each going first every other time; the median of the ratios is what counts.
"""

import statistics
import time

from helpers.quiet import quiet_start

with quiet_start():
    import tensorflow.compat.v1 as tf

from helpers.digits.batches import Batches
from helpers.digits.classifier import build_classifier, train
from helpers.digits.mnist import load_mnist

STEPS, ROUNDS = 100, 200


def main() -> None:
    """Print how many steps a second the helpers' loop takes, as a share of the flat loop's."""
    mnist = load_mnist()
    batches = Batches(mnist.train_images, mnist.train_labels, size=100, seed=36)

    with tf.Graph().as_default(), tf.Session() as session:
        model = build_classifier(seed=36)
        session.run(model.initializer)

        def flat() -> None:
            for step in range(STEPS):
                if step % 10 == 0:
                    pass
                images, labels = batches[step]
                session.run(model.train_step, {model.x: images, model.y_: labels})

        def helper() -> None:
            for _ in train(session, model, batches, range(STEPS), report_every=10):
                pass

        flat()  # the first steps of a session are slower
        seconds: dict[str, list[float]] = {"flat": [], "helper": []}
        loops = [("flat", flat), ("helper", helper)]
        for _ in range(ROUNDS):
            loops.reverse()
            for name, loop in loops:
                start = time.perf_counter()
                loop()
                seconds[name].append(time.perf_counter() - start)
    ratios = [one / other for one, other in zip(seconds["flat"], seconds["helper"], strict=True)]
    low, _, high = statistics.quantiles(ratios, n=4)
    print(f"{ROUNDS} rounds of {STEPS} steps, steps a second, helper / flat:")
    print(f"median {statistics.median(ratios):.3f}, half of them from {low:.3f} to {high:.3f}")


if __name__ == "__main__":
    main()
