"""What a save costs beside other ways to write the same bytes: the table of notebook 9.

    python -m tools.benchmark_save [--megabytes 1 4 16 64 256 512] [--rounds 5]
    python -m tools.benchmark_save --two-gigabytes

Writes into the current directory, some 600 MB at a time, and deletes it again. The times are
medians of the rounds; read ratios within a row.

With `--two-gigabytes` it saves a graph whose two constants are each below the limit of 2 GB and
together above it, and prints what comes of it. That takes 16 GB of memory and a minute or two.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np

from helpers.quiet import quiet_start

with quiet_start():
    import tensorflow.compat.v1 as tf

from helpers.kit.progress import progress
from helpers.kit.save_times import measure, table

tf.disable_eager_execution()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, nargs="+", default=[1, 4, 16, 64, 256, 512])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--two-gigabytes", action="store_true", help="try the limit of a graph")
    options = parser.parse_args()
    if options.two_gigabytes:
        save_a_graph_over_two_gigabytes()
        return
    print(table([measure(size, options.rounds) for size in progress(options.megabytes, "MB")]))
    print("milliseconds, medians")


def save_a_graph_over_two_gigabytes() -> None:
    """Print which error the save raises, and which files are there nevertheless."""
    with (
        tempfile.TemporaryDirectory() as directory,
        tf.Graph().as_default(),
        tf.Session() as session,
    ):
        number = tf.get_variable("number", initializer=1.0)
        for name in ("one", "other"):
            tf.constant(np.ones(300_000_000, np.float32), name=name)
        session.run(number.initializer)
        try:
            tf.train.Saver().save(session, str(Path(directory, "model.ckpt")))
        except Exception as error:
            print(f"{type(error).__name__}: {error}")
        print("on disk:", *sorted(path.name for path in Path(directory).iterdir()))


if __name__ == "__main__":
    main()
