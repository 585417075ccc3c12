import numpy as np
import pytest

from helpers.exercises.notebook_01 import (
    check_learning_rate,
    check_numbers_to_save,
    check_share_right,
)
from tests.exercises.answers import accepted, refused


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (784 * 10, "weights alone"),
        (4 * (784 * 10 + 10), "counted bytes"),
        (2, "2 is not it"),
    ],
)
def test_numbers_to_save(answer: int, told: str) -> None:
    refused(check_numbers_to_save(answer), told, 7850)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (0.1, "batch of 100 images"),
        (0.001, "rate on the sum"),
        (0.001 / 50, "you divided"),
        (50, "50 is not it"),
    ],
)
def test_learning_rate_for_mean(answer: float, told: str) -> None:
    refused(check_learning_rate(answer), told, 0.05)


@pytest.mark.parametrize(
    ("share_right", "told"),
    [
        (lambda answers, digits: (answers == digits).mean(), "ten numbers are expected"),
        (
            lambda answers, digits: [
                (answers[digits == digit] != digit).mean() for digit in range(10)
            ],
            "the model got wrong",
        ),
        (
            lambda answers, digits: [
                ((answers == digits) & (digits == digit)).mean() for digit in range(10)
            ],
            "divide by all images",
        ),
        (
            lambda answers, digits: [
                (digits[answers == digit] == digit).mean() if (answers == digit).any() else 0
                for digit in range(10)
            ],
            "group by the model's answer",
        ),
        (lambda answers, digits: np.full(10, 0.5), "the shares are not right"),
    ],
)
def test_share_right(share_right, told: str) -> None:
    refused(check_share_right(share_right), told)


def test_right_answers() -> None:
    accepted(check_numbers_to_save(7850))
    accepted(check_learning_rate(0.05))
    accepted(
        check_share_right(
            lambda answers, digits: [(answers[digits == d] == d).mean() for d in range(10)]
        )
    )
