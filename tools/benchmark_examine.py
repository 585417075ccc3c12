"""What examining costs, beside TensorFlow's own read of the same tensors.

    python tools/benchmark_examine.py [--gigabytes 1] [--tensors 8] [--checkpoints 1000]

Makes its files in a temporary directory and deletes them. Times are medians of several turns in
which both sides are measured one after the other, from a warm cache: read the ratios. The memory
is the growth of the process's peak during the first examination, measured before anything else is
read; Windows does not tell it.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from helpers.quiet import quiet_start

with quiet_start():
    import tensorflow.compat.v1 as tf

from helpers.checkpoints.examine import examine_directory
from helpers.checkpoints.look import look

FLOAT_BYTES = 4


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gigabytes", type=float, default=1.0, help="size of the big checkpoint")
    parser.add_argument("--tensors", type=int, default=8, help="equal tensors in the big one")
    parser.add_argument("--checkpoints", type=int, default=1000, help="how many small ones")
    parser.add_argument("--turns", type=int, default=5, help="measurements of each")
    parser.add_argument("--make", nargs=3, metavar=("DIRECTORY", "TENSORS", "FLOATS"))
    options = parser.parse_args()
    if options.make:
        directory, tensors, floats = options.make
        save(Path(directory), int(tensors), int(floats), options.checkpoints)
        return

    with tempfile.TemporaryDirectory() as place:
        big, small = Path(place) / "big", Path(place) / "small"
        floats = round(options.gigabytes * 1e9 / FLOAT_BYTES / options.tensors)
        make(big, options.tensors, floats, 1)
        make(small, 2, 4000, options.checkpoints)

        largest = floats * FLOAT_BYTES
        before = peak_bytes()
        examine_directory(big)
        if before is not None:
            growth = (peak_bytes() - before - largest) / 1e6
            print(
                f"peak memory beyond the largest tensor ({largest / 1e6:.0f} MB): {growth:.0f} MB"
            )
        print(f"one checkpoint of {options.gigabytes:g} GB, {options.tensors} tensors")
        compare(big, options.turns)
        print(f"{options.checkpoints} checkpoints of 32 kB")
        compare(small, options.turns)


def make(directory: Path, tensors: int, floats: int, checkpoints: int) -> None:
    """Save in another process, so that this one's memory stays small."""
    directory.mkdir()
    numbers = [str(directory), str(tensors), str(floats)]
    subprocess.run(
        [sys.executable, __file__, "--checkpoints", str(checkpoints), "--make", *numbers],
        check=True,
    )


def save(directory: Path, tensors: int, floats: int, checkpoints: int) -> None:
    """Save checkpoints of some equal tensors of random numbers."""
    with tf.Graph().as_default(), tf.Session() as session:
        for number in range(tensors):
            tf.get_variable(f"v{number}", initializer=tf.random.uniform([floats]))
        session.run(tf.global_variables_initializer())
        saver = tf.train.Saver(max_to_keep=checkpoints)
        for step in range(checkpoints):
            saver.save(session, str(directory / "model.ckpt"), step)


def compare(directory: Path, turns: int) -> None:
    """Measure both sides in turn and print medians and their ratio."""
    reading, examining = [], []
    for _ in range(turns):
        reading.append(seconds(lambda: read_all(directory)))
        examining.append(seconds(lambda: examine_directory(directory)))
    read, examined = statistics.median(reading), statistics.median(examining)
    print(f"  TensorFlow reads every tensor   {read:7.3f} s")
    print(f"  examine_directory               {examined:7.3f} s   ratio {examined / read:.2f}")


def read_all(directory: Path) -> None:
    """Read every tensor of every checkpoint as TensorFlow's users do."""
    for files in look(directory).checkpoints:
        reader = tf.train.load_checkpoint(files.prefix)
        for name in reader.get_variable_to_shape_map():
            reader.get_tensor(name)


def seconds(work: Callable[[], object]) -> float:
    """Return how long a call takes, in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peak_bytes() -> int | None:
    """Return the largest memory that this process has held, in bytes, or None on Windows."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts in KiB, macOS in bytes.
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    main()
