"""Checks the answers to the exercises of notebook 01."""

from collections.abc import Callable

import numpy as np

from helpers.exercises.verdict import UNANSWERED, Verdict, not_yet, right


def check_numbers_to_save(answer: int) -> Verdict:
    """Exercise 1: how many numbers the trained model consists of."""
    if answer is ...:
        return UNANSWERED
    if answer == 784 * 10:
        return not_yet("those are the weights alone. Which other variable does training change?")
    if answer == 4 * (784 * 10 + 10):
        return not_yet("you counted bytes. The question is how many numbers.")
    if answer != 784 * 10 + 10:
        return not_yet(
            f"{answer} is not it. The section The graph prints each variable and its shape."
        )
    return right("every number that training changed, and nothing else.")


def check_learning_rate(answer: float) -> Verdict:
    """Exercise 2: the rate on the mean that acts like 0.001 on the sum of 50 losses."""
    if answer is ...:
        return UNANSWERED
    if np.isclose(answer, 0.1):
        return not_yet("that fits a batch of 100 images. This batch is smaller.")
    if np.isclose(answer, 0.001):
        return not_yet("that is the rate on the sum. On the mean it takes far shorter steps.")
    if np.isclose(answer, 0.001 / 50):
        return not_yet("you divided. Is the gradient of the mean longer than that of the sum?")
    if not np.isclose(answer, 0.05):
        return not_yet(f"{answer} is not it. How many times the mean is the sum of 50 losses?")
    return right("the gradient of the sum is 50 times that of the mean.")


def check_share_right(answer: Callable[[np.ndarray, np.ndarray], list[float]]) -> Verdict:
    """Exercise 3: a function that returns the share of right answers for each digit."""
    digits = np.repeat(np.arange(10), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    answers = digits.copy()
    answers[::3] = (answers[::3] + 1) % 10
    shares = answer(answers, digits)
    if shares is ...:
        return UNANSWERED
    if np.shape(shares) != (10,):
        return not_yet(
            f"ten numbers are expected, one a digit, but the shape is {np.shape(shares)}."
        )
    of_digit = [np.mean(answers[digits == digit] == digit) for digit in range(10)]
    if np.allclose(shares, 1 - np.array(of_digit)):
        return not_yet("these are the shares the model got wrong.")
    if np.allclose(shares, [np.mean((answers == digits) & (digits == d)) for d in range(10)]):
        return not_yet("you divide by all images. Divide by the images of that digit.")
    if np.allclose(
        shares,
        [np.mean(digits[answers == d] == d) if (answers == d).any() else 0 for d in range(10)],
    ):
        return not_yet("you group by the model's answer. Group by the digit that is shown.")
    if not np.allclose(shares, of_digit):
        return not_yet("the shares are not right. Try it on a short example of your own.")
    return right("each digit is judged by its own images.")
