"""Damage checkpoints at random, and race with a trainer; compare each verdict with the truth.

    python -m tools.fuzz_checkpoints [--cases 100000] [--seed 0]

Cases come in blocks of 500, of three kinds by turns (half, four tenths and one tenth of them):

damage  Bytes of one to three files of a small checkpoint are flipped, cut, added, deleted or
        swapped: V2, sharded, partitioned, object-based, V1, or with an index of several blocks.
        `verify` must call it intact if and only if TensorFlow gives back every value.
race    As in tests/checkpoints/race.py: a trainer saves, deletes and may be killed between any two
        file operations of `examine_directory`, `restore_newest_intact` or `put_aside`.
kill    `put_aside` is killed between any two file operations, and called again. What it leaves
        must look like no damage, and nothing is overwritten.

Prints each wrong verdict and each crash, and how many cases of each kind there were; the exit
status is 1 if one was wrong. About a hundred cases a second on one core; Linux and macOS only.
"""

import argparse
import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np

# Not with quiet_start, whose session would start threads that no fork has.
import tensorflow.compat.v1 as tf

from helpers.checkpoints.files import find_checkpoint
from helpers.checkpoints.index_file import read_index
from helpers.checkpoints.prefix import OpenCheckpoint
from helpers.checkpoints.verify import verify
from tests.checkpoints.damage import any_damage
from tests.checkpoints.race import killed_copy, race, save_series
from tests.checkpoints.small_model import small_model

V1 = {"write_version": tf.train.SaverDef.V1}
SAVERS = {"plain": {}, "sharded": {"sharded": True}, "V1": V1, "V1 sharded": V1 | {"sharded": True}}
KINDS = [*SAVERS, "partitioned", "object-based", "large index"]
NAMES = dict.fromkeys(KINDS, "m-1") | {"V1 sharded": "m-1-?????-of-00001"}
# The large one takes a hundred times as long.
SHARES = [40] * (len(KINDS) - 1) + [1]
BLOCK = 500
TURNS = ["damage"] * 5 + ["race"] * 4 + ["kill"]


def save_all(place: Path) -> None:
    """Save one checkpoint of each kind, and what the races need."""
    save_series(place)
    for kind in KINDS:
        (place / kind).mkdir()
    for kind, options in SAVERS.items():
        with small_model(**options) as model:
            model.save(place / kind, 1)
    with tf.Graph().as_default(), tf.Session() as session:
        tf.get_variable("p", [6, 2], partitioner=tf.fixed_size_partitioner(3))
        tracked = tf.train.Checkpoint(v=tf.Variable([1.0, 2.0]))
        session.run(tf.global_variables_initializer())
        tf.train.Saver().save(session, str(place / "partitioned" / "m"), 1)
        tracked.save(str(place / "object-based" / "m"), session=session)
        names = [f"{'scope/' * 30}{pow(3, n + 9, 2**521 - 1):x}" for n in range(12000)]
        ones, no_slices = [tf.ones([2])] * len(names), [""] * len(names)
        session.run(tf.raw_ops.SaveV2(prefix=str(place / "large index" / "m-1"), tensor_names=names,
                                      shape_and_slices=no_slices, tensors=ones))  # fmt: skip


def values(prefix: Path, keys: list[bytes]) -> list[np.ndarray]:
    """Read tensors with TensorFlow's reader."""
    reader = tf.train.NewCheckpointReader(str(prefix))
    return [np.asarray(reader.get_tensor(key)) for key in keys]


@cache
def stored(prefix: Path) -> tuple[list[bytes], list[np.ndarray]]:
    """Return the keys of all that has bytes in a checkpoint, and the values."""
    try:
        keys = [one.key for one in read_index(f"{prefix}.index").tensors if not one.slices]
    except FileNotFoundError:
        keys = list(map(str.encode, tf.train.load_checkpoint(prefix).get_variable_to_shape_map()))
    return keys, values(prefix, keys)


def damage(sources: Path, place: Path, dice: random.Random, warn: Callable) -> str | None:
    """Damage one checkpoint; return what is wrong with its verdict."""
    [kind] = dice.choices(KINDS, SHARES)
    source, copy = sources / kind / NAMES[kind], place / "run" / NAMES[kind]
    keys, right = stored(source)
    shutil.copytree(source.parent, copy.parent)
    for _ in range(dice.randint(1, 3)):
        any_damage(copy.parent, dice)
    intact = readable = False
    if found := find_checkpoint(copy):
        with OpenCheckpoint(found.prefix, found) as checkpoint:
            intact = verify(checkpoint).intact
    if not intact:
        # TensorFlow may end the process over what was called damaged, and over nothing else.
        warn()
    with contextlib.suppress(tf.errors.OpError, ValueError, IndexError, RuntimeError):
        readable = all(map(np.array_equal, values(copy, keys), right))
    return None if readable == intact else f"{kind} is called {'intact' if intact else 'damaged'}"


def work(kind: str, seeds: range, place: Path) -> None:
    """Try some seeds, noting at each which one it is and everything that is wrong."""
    sources, note = place / "sources", place / "note"
    with small_model() as model, (place / "wrong").open("a") as wrong:
        for seed in seeds:
            note.write_text(f"{seed} works")
            signal.alarm(60)
            case, dice = place / "case", random.Random(seed)
            shutil.rmtree(case, ignore_errors=True)
            case.mkdir()
            try:
                if kind == "damage":
                    fault = damage(sources, case, dice, lambda: note.write_text(f"{seed} may end"))  # noqa: B023
                elif kind == "race":
                    fault = race(sources, case, dice, model)
                else:
                    fault = killed_copy(sources, case, dice)
            except Exception:
                fault = traceback.format_exc()
            if fault:
                print(f"{kind} {seed}: {fault}", file=wrong, flush=True)


def main() -> int:
    """Read the command line, try the cases and print what was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0, help="of the first case")
    options = parser.parse_args()
    end, counted = options.seed + options.cases, Counter()
    shared_memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=shared_memory) as directory:
        place = Path(directory)
        in_a_fork(lambda: save_all(place / "sources"))
        for start in range(options.seed, end, BLOCK):
            kind, seeds = (
                TURNS[start // BLOCK % 10],
                range(start, min(start + BLOCK, end)),
            )
            counted[kind] += len(seeds)
            while seeds and in_a_fork(lambda s=seeds, k=kind: work(k, s, place)):
                last, stage = (place / "note").read_text().split(maxsplit=1)
                if stage != "may end":
                    with (place / "wrong").open("a") as wrong:
                        print(f"{kind} {last}: the process ended", file=wrong)
                seeds = range(int(last) + 1, seeds.stop)
        wrong = (place / "wrong").read_text()
    print(f"{wrong}{dict(counted)}, {'something' if wrong else 'nothing'} wrong")
    return 1 if wrong else 0


def in_a_fork(work: Callable[[], object]) -> int:
    """Do something in a fork that says nothing; return how it ended, 0 if well."""
    if pid := os.fork():
        return os.waitpid(pid, 0)[1]
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    status = 1
    try:
        work()
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    sys.exit(main())
