"""Judges a function that makes a new Saver remember: for the exercises of notebooks 03 and 05."""

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path

import tensorflow.compat.v1 as tf

from helpers.exercises.verdict import AnswerRaisedError, Verdict, not_yet, right


def judge_remembering(remember: Callable[[tf.train.Saver], object], limit: int = 3) -> Verdict:
    """Let one Saver save more often than the limit allows, and a new one remember and go on."""
    with (
        tempfile.TemporaryDirectory() as directory,
        contextlib.chdir(directory),
        tf.Graph().as_default(),
        tf.Session() as session,
    ):
        session.run(tf.get_variable("number", initializer=0.0).initializer)
        try:
            remember(tf.train.Saver())
        except AnswerRaisedError as raised:
            return not_yet(f"in a directory without a state file, {raised}")
        first, second = (tf.train.Saver(max_to_keep=limit) for _ in range(2))
        for step in range(limit + 1):
            first.save(session, "model.ckpt", global_step=step)
        before = _on_disk()
        remember(second)
        if not second.last_checkpoints:
            return not_yet("the new Saver still knows of no checkpoint.")
        if len(second.last_checkpoints) < limit:
            return not_yet("it knows of the newest only. The state file lists more.")
        second.save(session, "model.ckpt", global_step=limit)
        if _on_disk() != before:
            return not_yet(
                "when the newest step is saved a second time, a checkpoint is deleted that the "
                "limit spares. How are the paths spelled in last_checkpoints, and how does `save` "
                "spell them?"
            )
        second.save(session, "model.ckpt", global_step=limit + 1)
        left = _on_disk()
    if left != [*before[1:], f"model.ckpt-{limit + 1}"]:
        return not_yet(f"the limit is {limit}. After one more save, {', '.join(left)} are left.")
    return right("one spelling, one checkpoint, and the limit holds across the restart.")


def _on_disk() -> list[str]:
    return sorted(path.stem for path in Path.cwd().glob("*.index"))
