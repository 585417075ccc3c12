"""Answers to the exercises of notebooks 03 and 05 that make a new Saver remember."""

from pathlib import Path

import tensorflow.compat.v1 as tf

from tests.exercises.answers import RIGHT


def recovering(spell, which=slice(None), empty=True):
    """Return an answer that spells the listed paths so, or a variant of it."""

    def remember(saver):
        state = tf.train.get_checkpoint_state(".")
        if state or not empty:
            paths = [spell(path) for path in state.all_model_checkpoint_paths]
            saver.recover_last_checkpoints(paths[which])

    return remember


def name(path):
    return Path(path).name


REMEMBERING = [
    (recovering(name), RIGHT),
    (recovering(str), "How are the paths spelled in last_checkpoints"),
    (recovering(name, empty=False), "without a state file, your function raises AttributeError"),
    (lambda saver: None, "still knows of no checkpoint"),
    (recovering(name, which=slice(-1, None)), "knows of the newest only"),
    (recovering(name, which=slice(None, None, -1)), "After one more save"),
]
