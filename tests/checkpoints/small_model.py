"""A model of 15 numbers that saves and restores with a real Saver in a few milliseconds."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

DATA = ".data-00000-of-00001"


class SmallModel:
    """Two variables, a session and a Saver; every variable's values are the number given to save.

    Attributes:
        graph: holds nothing else.
        session: of that graph, uninitialised at first.
        saver: a Saver of both variables.
    """

    def __init__(self, **saver_options: object):
        self.graph = tf.Graph()
        with self.graph.as_default():
            self.variables = [tf.get_variable("bias", [3]), tf.get_variable("weights", [4, 3])]
            self._value = tf.placeholder(tf.float32, [])
            self._fill = [
                variable.assign(tf.fill(variable.shape, self._value)) for variable in self.variables
            ]
            self._uninitialised = tf.report_uninitialized_variables()
            self._uninitialised.mark_used()
            self.saver = tf.train.Saver(**saver_options)
        self.session = tf.Session(graph=self.graph)

    def fill(self, value: float) -> None:
        """Give every element of every variable a value."""
        self.session.run(self._fill, {self._value: value})

    def save(self, directory: Path, step: int | None, value: float | None = None, **options) -> str:
        """Save with every element equal to `value`, by default the step; return the prefix."""
        self.fill(step if value is None else value)
        with self.graph.as_default():
            return self.saver.save(self.session, str(directory / "m"), step, **options)

    def value(self) -> float | None:
        """Return the one value that all elements have, or None if there are several."""
        values = np.concatenate([np.ravel(one) for one in self.session.run(self.variables)])
        return float(values[0]) if (values == values[0]).all() else None

    def uninitialised(self) -> int:
        """Return how many variables have no value."""
        return len(self.session.run(self._uninitialised))

    def restored(self, prefix: Path | str) -> float | None:
        """Return the value that a real `Saver.restore` brings back, or None if it fails."""
        self.fill(-1)
        try:
            with self.graph.as_default():
                self.saver.restore(self.session, str(prefix))
        except (tf.errors.OpError, ValueError):
            return None
        return self.value()


@contextmanager
def small_model(**saver_options: object) -> Iterator[SmallModel]:
    """Give a SmallModel whose session is closed at the end."""
    # Not `with model.session`, which would make its graph the default one for the whole test.
    model = SmallModel(**saver_options)
    try:
        yield model
    finally:
        model.session.close()


def save(
    directory: Path, build: Callable[[], object], name: str = "m", **saver_options: object
) -> str:
    """Build a graph, initialise its variables and save those that `build` returns; None is all."""
    with tf.Graph().as_default(), tf.Session() as session:
        saver = tf.train.Saver(build(), **saver_options)
        session.run(tf.global_variables_initializer())
        return saver.save(session, str(directory / name))


@contextmanager
def two_shards(**saver_options: object) -> Iterator[tuple[tf.Session, tf.train.Saver]]:
    """Give a session with `v0` and `v1`, five numbers each, and a Saver with a shard for each."""
    with tf.Graph().as_default():
        for number in range(2):
            with tf.device(f"/cpu:{number}"):
                tf.get_variable(f"v{number}", [5])
        saver = tf.train.Saver(sharded=True, **saver_options)
        with tf.Session(config=tf.ConfigProto(device_count={"CPU": 2})) as session:
            session.run(tf.global_variables_initializer())
            yield session, saver


def snapshot(directory: Path) -> dict[str, str]:
    """Return a hash of every file's bytes, times and mode, below a directory as well."""
    return {
        str(path.relative_to(directory)): hashlib.sha256(
            repr((path.lstat().st_mtime_ns, path.lstat().st_mode)).encode()
            + (path.read_bytes() if path.is_file() else b"")
        ).hexdigest()
        for path in sorted(directory.rglob("*"))
    }
