from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

from helpers.exercises.notebook_07 import (
    RESTORABLE,
    admit_patients,
    check_rescue,
    check_restorable,
    check_restore_newest,
)
from tests.exercises.answers import RIGHT, each_is_told


def patients(*steps: int) -> list[str]:
    return [f"model.ckpt-{step}" for step in steps]


def test_the_patients_are_what_the_right_answer_says(tmp_path: Path) -> None:
    admit_patients(str(tmp_path / "patients"))
    restored = set()
    with tf.Graph().as_default(), tf.Session() as session:
        tf.get_variable("numbers", [1000])
        saver = tf.train.Saver()
        for name in patients(*range(1, 8)):
            try:
                saver.restore(session, str(tmp_path / "patients" / name))
                restored.add(name)
            except (tf.errors.OpError, ValueError):
                continue
    assert restored == RESTORABLE


def by_number(prefix: str) -> int:
    return -int(prefix.rpartition("-")[2])


def trying(key=by_number, returns=True, errors=(tf.errors.OpError, ValueError), reverse=False):
    """Return an answer that tries one checkpoint after the other, or a variant of it."""

    def restore_newest(saver, session, directory):
        prefixes = [str(path.with_suffix("")) for path in Path(directory).glob("*.index")]
        for prefix in sorted(prefixes, key=key, reverse=reverse):
            try:
                saver.restore(session, prefix)
                return prefix if returns else None
            except errors:
                continue
        return None

    return restore_newest


def restore_latest(saver, session, directory):
    prefix = tf.train.latest_checkpoint(directory)
    saver.restore(session, prefix)
    return prefix


def rescuing(bias=slice(None, 10), weights=slice(10, None), order="C"):
    """Return an answer that reads the bytes, or a variant of it."""

    def rescue(session, model, data):
        numbers = np.frombuffer(data, "<f4")
        session.run(model.bias.assign(numbers[bias]))
        if weights:
            session.run(model.weights.assign(numbers[weights].reshape((784, 10), order=order)))

    return rescue


test_answers = each_is_told(
    {
        check_restorable: [
            (patients(1, 3, 4), RIGHT),
            (patients(1), "2 more can be restored"),
            (patients(1, 2, 3, 4), "model.ckpt-2 cannot be restored"),
            (patients(1, 3, 4, 7), "model.ckpt-7 cannot be restored"),
            (["model.ckpt-1.index"], "names of files"),
            (patients(8), "no checkpoint 'model.ckpt-8'"),
        ],
        check_restore_newest: [
            (trying(), RIGHT),
            (restore_latest, "without its `.index`: your function raises"),
            (trying(key=str, reverse=True), "Which is the newest that can"),
            (trying(errors=tf.errors.DataLossError), "your function raises NotFoundError"),
            (trying(returns=False), "the right one was restored, but None returned"),
            (lambda saver, session, directory: None, "nothing was restored"),
        ],
        check_rescue: [
            (rescuing(), RIGHT),
            (rescuing(slice(7840, None), slice(None, 7840)), "the bias is wrong"),
            (rescuing(order="F"), "How do rows follow each other"),
            (rescuing(weights=None), "still empty"),
            (rescuing(bias=slice(None)), "your function raises ValueError"),
        ],
    }
)
