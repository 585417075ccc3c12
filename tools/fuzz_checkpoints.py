"""Damage checkpoints at random and compare each verdict with what TensorFlow reads.

    python -m tools.fuzz_checkpoints [--cases 100000] [--jobs 2] [--seed 0]

Each case flips, cuts, adds, deletes or swaps bytes of one to three files of a small checkpoint: V2,
sharded, partitioned, object-based, V1, or with an index of several blocks. `verify` must call it
intact if and only if TensorFlow's reader gives back every value that was saved. Prints each wrong
verdict and each crash; the exit status is 1 if there is one. Some 200 cases a second on one core;
Linux and macOS only.
"""

import argparse
import contextlib
import os
import random
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np

# Not with quiet_start, whose session would start threads that no fork has.
import tensorflow.compat.v1 as tf

from helpers.checkpoints.files import find_checkpoint
from helpers.checkpoints.index_file import read_index
from helpers.checkpoints.prefix import opened
from helpers.checkpoints.verify import verify
from tests.checkpoints.damage import any_damage
from tests.checkpoints.small_model import small_model

V1 = tf.train.SaverDef.V1
KINDS = ("plain", "sharded", "V1", "partitioned", "large index", "object-based")
NAMES = dict.fromkeys(KINDS, "m-1") | {"sharded V1": "m-1-?????-of-00001"}
# The large one takes a hundred times as long.
SHARES = [1 if kind == "large index" else 20 for kind in NAMES]


def save_all(place: Path) -> None:
    """Save one checkpoint of each kind, each in a directory of its own."""
    for kind, options in {
        "plain": {},
        "sharded": {"sharded": True},
        "V1": {"write_version": V1},
        "sharded V1": {"write_version": V1, "sharded": True},
    }.items():
        (place / kind).mkdir()
        with small_model(**options) as model:
            model.save(place / kind, 1)
    for kind in ("partitioned", "large index"):
        (place / kind).mkdir()
    with tf.Graph().as_default(), tf.Session() as session:
        tf.get_variable("p", [6, 2], partitioner=tf.fixed_size_partitioner(3))
        session.run(tf.global_variables_initializer())
        tf.train.Saver().save(session, str(place / "partitioned" / "m"), 1)
    with tf.Graph().as_default(), tf.Session() as session:
        names = [f"{'scope/' * 30}{pow(3, n + 9, 2**521 - 1):x}" for n in range(12000)]
        ones = [tf.ones([2])] * len(names)
        session.run(
            tf.raw_ops.SaveV2(
                prefix=str(place / "large index" / "m-1"),
                tensor_names=names,
                shape_and_slices=[""] * len(names),
                tensors=ones,
            )
        )
    (place / "object-based").mkdir()
    with tf.Graph().as_default(), tf.Session() as session:
        tracked = tf.train.Checkpoint(v=tf.Variable([1.0, 2.0]))
        session.run(tf.global_variables_initializer())
        tracked.save(str(place / "object-based" / "m"), session=session)


def values(prefix: str, keys: list[bytes]) -> list[np.ndarray]:
    """Read tensors with TensorFlow's reader."""
    reader = tf.train.NewCheckpointReader(prefix)
    return [np.asarray(reader.get_tensor(key)) for key in keys]


def work(sources: Path, place: Path, seeds: range, notes: int) -> None:
    """Try some seeds; write a line for each step, so that whoever waits knows where this ended."""
    originals = {}
    for kind, name in NAMES.items():
        prefix = str(sources / kind / name)
        if "V1" in kind:
            shapes = tf.train.NewCheckpointReader(prefix).get_variable_to_shape_map()
            keys = [key.encode() for key in shapes]
        else:
            stored = read_index(f"{prefix}.index").tensors
            keys = [tensor.key for tensor in stored if not tensor.slices]
        originals[kind] = (name, keys, values(prefix, keys))
    for seed in seeds:
        dice = random.Random(seed)
        [kind] = dice.choices(list(NAMES), SHARES)
        name, keys, right = originals[kind]
        run = Path(shutil.copytree(sources / kind, place / f"{os.getpid()}"))
        for _ in range(dice.randint(1, 3)):
            any_damage(run, dice)
        os.write(notes, f"verify {seed} {kind}\n".encode())
        found = find_checkpoint(run / name)
        intact = False
        if found is not None:
            with opened(found) as checkpoint:
                intact = verify(checkpoint).intact
        os.write(notes, f"{'intact' if intact else 'damaged'} {seed} {kind}\n".encode())
        readable = False
        with contextlib.suppress(tf.errors.OpError, ValueError, IndexError, RuntimeError):
            read = values(str(run / name), keys)
            readable = all(map(np.array_equal, read, right))
        if readable != intact:
            os.write(notes, f"wrong {seed} {kind} {intact}\n".encode())
        shutil.rmtree(run)
    os.write(notes, b"end\n")


def main() -> int:
    """Read the command line, try the cases and print what was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0, help="of the first case")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        sources = Path(place) / "sources"
        sources.mkdir()
        if pid := os.fork():
            os.waitpid(pid, 0)
        else:
            save_all(sources)
            os._exit(0)
        bounds = range(options.seed, options.seed + options.cases, 2000)
        waiting = [range(start, min(start + 2000, bounds.stop)) for start in bounds][::-1]
        running, again, bad, ended = {}, [], [], 0
        while waiting or running:
            while waiting and len(running) < options.jobs:
                seeds, notes = waiting.pop(), tempfile.TemporaryFile(dir=place)  # noqa: SIM115
                pid = os.fork()
                if not pid:
                    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
                    try:
                        work(sources, Path(place), seeds, notes.fileno())
                    finally:
                        os._exit(1)
                running[pid] = seeds, notes
            pid, _ = os.wait()
            seeds, notes = running.pop(pid)
            notes.seek(0)
            lines = notes.read().decode().splitlines()
            bad += [line for line in lines if line.startswith("wrong")]
            ended += sum(line.startswith(("intact", "damaged")) for line in lines)
            shutil.rmtree(Path(place) / str(pid), ignore_errors=True)
            if not lines and seeds not in again:
                # It ended before its first case, as a fork of a process with threads may.
                again.append(seeds)
                waiting.append(seeds)
            elif lines[-1:] != ["end"]:
                # TensorFlow may end the process over what was called damaged, and over no other.
                last, seed = (lines or [f"nothing {seeds.start}"])[-1].split()[:2]
                if last != "damaged":
                    bad.append(f"crash: {lines[-1:]}")
                waiting.append(range(int(seed) + 1, seeds.stop))
        print(*bad, sep="\n")
        print(f"{ended:,} cases, {len(bad)} wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
