"""How long a save takes, part by part, and what else the same bytes could cost.

Every figure is measured beside a plain write of the same bytes, in the same round: on a machine
that does other work as well, a time alone says little.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
import tensorflow.compat.v1 as tf
from safetensors.numpy import save_file

# The Saver's own module, and not the public name, holds what `save` calls for the state file.
_STATE_FILE = "tensorflow.python.checkpoint.checkpoint_management.update_checkpoint_state_internal"

VARIABLES = 10


class SaveParts(NamedTuple):
    """One save: seconds for the whole, and for the three parts that make up nearly all of it."""

    whole: float
    values: float
    state_file: float
    graph: float


class SaveTimes(NamedTuple):
    """Seconds for one amount of values: each a median of several rounds.

    Attributes:
        megabytes: how many million bytes the values have.
        raw_write: a plain write of these bytes into one file.
        raw_fsync: an fsync of that file, afterwards.
        save: `Saver.save`, and of it:
        values: the session's run that writes `.data` and `.index`, renames included;
        state_file: the file `checkpoint`;
        graph: the export of the graph, and `.meta`.
        rename: renaming the finished `.data` once more, which is what `values` does at its end.
        save_fsync: an fsync of all the save's files, afterwards.
        savez: `numpy.savez`.
        safetensors: `safetensors.numpy.save_file`.
    """

    megabytes: int
    raw_write: float
    raw_fsync: float
    save: float
    values: float
    state_file: float
    graph: float
    rename: float
    save_fsync: float
    savez: float
    safetensors: float


def seconds(work: Callable[[], object]) -> float:
    """Return how long a call takes, in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def timed_save(saver: tf.train.Saver, session: tf.Session, prefix: str, **named) -> SaveParts:
    """Call `saver.save(session, prefix, **named)` and return how long it took, part by part.

    A part that the save leaves out, such as the graph with `write_meta_graph=False`, takes 0.
    """
    values, state_file, graph = [], [], []
    with (
        _timed(session, "run", values),
        _timed(saver, "export_meta_graph", graph),
        patch(_STATE_FILE, _timing(_right_state_file(), state_file)),
    ):
        whole = seconds(lambda: saver.save(session, prefix, **named))
    return SaveParts(whole, sum(values), sum(state_file), sum(graph))


def measure(megabytes: int, rounds: int) -> SaveTimes:
    """Save a model of so many million bytes, and write the same bytes in other ways.

    In each round all ways take their turn, in a temporary directory below the current one. Every
    file is deleted as soon as it has been measured, so the disk never holds two.
    """
    with tf.Graph().as_default(), tf.Session() as session:
        size = megabytes * 1_000_000 // 4 // VARIABLES
        for number in range(VARIABLES):
            tf.get_variable(f"v{number}", [size], initializer=tf.random_uniform_initializer())
        saver = tf.train.Saver()
        session.run(tf.global_variables_initializer())
        arrays = {one.op.name: session.run(one) for one in tf.global_variables()}
        turns = [_one_round(saver, session, arrays) for _ in range(rounds)]
    return SaveTimes(megabytes, *map(statistics.median, zip(*turns, strict=True)))


def table(times: Sequence[SaveTimes]) -> str:
    """Return the times as a table of milliseconds: a row for each amount, under two header lines.

    The columns are the fields of `SaveTimes`, in their order.
    """
    lines = [
        "     | plain    then | Saver.                   state             then |",
        "  MB | write   fsync |  save = values + graph + file  (rename)   fsync |"
        "  savez safetensors",
    ]
    for one in times:
        write, fsynced, save, values, state, graph, rename, synced, savez, safetensors = (
            1000 * each for each in one[1:]
        )
        lines.append(
            f"{one.megabytes:4} |{write:6.1f} {fsynced:7.1f} |"
            f"{save:6.1f}   {values:6.1f}   {graph:5.1f}   {state:4.1f}  ({rename:6.2f}) "
            f"{synced:7.1f} |{savez:7.1f} {safetensors:11.1f}"
        )
    return "\n".join(lines)


def fsync(path: str | os.PathLike[str]) -> None:
    """Return when the operating system says that the file's bytes are on the disk."""
    with Path(path).open("rb+") as file:
        os.fsync(file.fileno())


def _one_round(
    saver: tf.train.Saver, session: tf.Session, arrays: Mapping[str, np.ndarray]
) -> tuple[float, ...]:
    with _empty_directory() as directory:
        raw_write = seconds(lambda: _write(directory / "raw", arrays))
        raw_fsync = seconds(lambda: fsync(directory / "raw"))
    with _empty_directory() as directory:
        save = timed_save(saver, session, str(directory / "model.ckpt"))
        save_fsync = seconds(lambda: [fsync(path) for path in directory.iterdir()])
        data = directory / "model.ckpt.data-00000-of-00001"
        rename = seconds(lambda: data.replace(directory / "renamed"))
    with _empty_directory() as directory:
        savez = seconds(lambda: np.savez(directory / "arrays.npz", **arrays))
    with _empty_directory() as directory:
        safetensors = seconds(lambda: save_file(dict(arrays), directory / "arrays.safetensors"))
    return raw_write, raw_fsync, *save, rename, save_fsync, savez, safetensors


def _write(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    with path.open("wb") as file:
        for array in arrays.values():
            file.write(array)


@contextmanager
def _empty_directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="timed-", dir=Path.cwd()) as directory:
        yield Path(directory)


@contextmanager
def _timed(owner: object, method: str, times: list[float]) -> Iterator[None]:
    with patch.object(owner, method, _timing(getattr(owner, method), times)):
        yield


def _timing(function: Callable, times: list[float]) -> Callable:
    def timed(*arguments, **named):
        start = time.perf_counter()
        try:
            return function(*arguments, **named)
        finally:
            times.append(time.perf_counter() - start)

    return timed


def _right_state_file() -> Callable:
    from tensorflow.python.checkpoint import checkpoint_management

    return checkpoint_management.update_checkpoint_state_internal
