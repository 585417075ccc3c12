import numpy as np

from helpers.exercises.notebook_01 import (
    check_learning_rate,
    check_numbers_to_save,
    check_share_right,
)
from tests.exercises.answers import RIGHT, each_is_told


def shares(of_digit):
    return lambda answers, digits: [of_digit(answers, digits, digit) for digit in range(10)]


def grouped_by_answer(answers, digits, digit):
    return (digits[answers == digit] == digit).mean() if (answers == digit).any() else 0


test_answers = each_is_told(
    {
        check_numbers_to_save: [
            (7850, RIGHT),
            (np.int64(7850), RIGHT),
            (7850.05, "7850.1 is not it"),
            (784 * 10, "weights alone"),
            (4 * (784 * 10 + 10), "counted bytes"),
            (12345, "12,345 is not it"),
        ],
        check_learning_rate: [
            (0.05, RIGHT),
            (np.float32(0.05), RIGHT),
            (0.1, "batch of 100 images"),
            (0.001, "rate on the sum"),
            (0.001 / 50, "you divided"),
            (0.051, "0.051 is not it"),
        ],
        check_share_right: [
            (shares(lambda a, d, digit: (a[d == digit] == digit).mean()), RIGHT),
            (lambda answers, digits: (answers == digits).mean(), "numbers of shape (10,)"),
            (shares(lambda a, d, digit: (a[d == digit] != digit).mean()), "the model got wrong"),
            (shares(lambda a, d, digit: ((a == d) & (d == digit)).mean()), "divide by all images"),
            (shares(grouped_by_answer), "group by the model's answer"),
            (shares(lambda *_: 0.5), "the shares are not right"),
        ],
    }
)
