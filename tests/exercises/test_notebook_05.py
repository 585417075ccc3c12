from pathlib import Path

import pytest
import tensorflow.compat.v1 as tf

from helpers.exercises.notebook_05 import (
    check_minutes_between_saves,
    check_remember,
    check_steps_again,
)
from helpers.rules.save_interval import best_interval
from tests.exercises.answers import accepted, refused


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (0, "was not finished"),
        (75, "with that step it goes on"),
        (100, "there are older checkpoints"),
        (24, "24 is not it"),
    ],
)
def test_steps_again(answer: int, told: str) -> None:
    refused(check_steps_again(answer), told, 25)


def listed() -> list[str]:
    state = tf.train.get_checkpoint_state(".")
    return list(state.all_model_checkpoint_paths) if state else []


def fails_without_a_state_file(saver: tf.train.Saver) -> None:
    state = tf.train.get_checkpoint_state(".")
    saver.recover_last_checkpoints(state.all_model_checkpoint_paths)


def by_name(saver: tf.train.Saver) -> None:
    saver.recover_last_checkpoints([Path(path).name for path in listed()])


@pytest.mark.parametrize(
    ("remember", "told"),
    [
        (lambda saver: saver.recover_last_checkpoints(listed()), "How is its path spelled"),
        (fails_without_a_state_file, "without a state file, your function fails"),
        (
            lambda saver: saver.recover_last_checkpoints(
                [Path(path).name for path in listed()[-1:]]
            ),
            "knows of the newest only",
        ),
        (lambda saver: None, "knows of no checkpoint"),
    ],
)
def test_remember(remember, told: str) -> None:
    refused(check_remember(remember), told)


@pytest.mark.parametrize(
    ("minutes_between_saves", "told"),
    [
        (best_interval, "Bring them to one unit first"),
        (lambda seconds, days: best_interval(seconds, days * 24 * 3600), "these are seconds"),
        (lambda seconds, days: (seconds / 60 * days * 24 * 60) ** 0.5, "a factor is missing"),
        (lambda seconds, days: 2 * seconds / 60 * days * 24 * 60, "what stands under the root"),
        (lambda seconds, days: 12.0, "it returns 12. Not quite"),
        (lambda seconds, days: "12", "a number is expected, not str"),
    ],
)
def test_minutes_between_saves(minutes_between_saves, told: str) -> None:
    refused(check_minutes_between_saves(minutes_between_saves), told)


def test_right_answers() -> None:
    accepted(check_steps_again(25))
    accepted(check_remember(by_name))
    accepted(
        check_minutes_between_saves(
            lambda seconds, days: best_interval(seconds / 60, days * 24 * 60)
        )
    )
