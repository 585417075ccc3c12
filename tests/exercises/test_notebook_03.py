import pytest
import tensorflow.compat.v1 as tf

from helpers.exercises.notebook_03 import check_gigabytes, check_left, check_remember
from tests.exercises.answers import accepted, refused

LEFT = [f"model.ckpt-{step}" for step in (200, 300, 400, 500)]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (["model.ckpt-0", "model.ckpt-100", *LEFT[:2]], "which end of the list"),
        (["model.ckpt-100", *LEFT], "5 are too many or too few"),
        ([*LEFT[1:], "model.ckpt-600"], "never saves model.ckpt-600"),
    ],
)
def test_left(answer: list[str], told: str) -> None:
    refused(check_left(answer), told, LEFT)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (2 * (3 + 2), "between two saves"),
        (2 * (3 + 1), "put aside"),
        (3 + 1 + 2, "number of checkpoints"),
        (6.5, "fullest moment"),
    ],
)
def test_gigabytes(answer: float, told: str) -> None:
    refused(check_gigabytes(answer), told, 12)


def listed() -> list[str]:
    state = tf.train.get_checkpoint_state(".")
    return list(state.all_model_checkpoint_paths) if state else []


def fails_without_a_state_file(saver: tf.train.Saver) -> None:
    state = tf.train.get_checkpoint_state(".")
    saver.recover_last_checkpoints(state.all_model_checkpoint_paths)


@pytest.mark.parametrize(
    ("remember", "told"),
    [
        (fails_without_a_state_file, "without a state file, your function fails"),
        (lambda saver: None, "still knows of no checkpoint"),
        (lambda saver: saver.recover_last_checkpoints(listed()[-1:]), "knows of the newest only"),
        (lambda saver: saver.recover_last_checkpoints(listed()[::-1]), "are left"),
    ],
)
def test_remember(remember, told: str) -> None:
    refused(check_remember(remember), told)


def test_right_answers() -> None:
    accepted(check_left(LEFT))
    accepted(check_gigabytes(12))
    accepted(check_remember(lambda saver: saver.recover_last_checkpoints(listed())))
