"""Checks the answers to the exercises of notebook 01."""

from collections.abc import Callable

import numpy as np

from helpers.exercises.verdict import (
    MUST_RETURN,
    Verdict,
    function,
    judge_number,
    not_yet,
    number,
    numbers,
    right,
    takes,
)


@takes(number)
def check_numbers_to_save(answer: int) -> Verdict:
    """Exercise 1: how many numbers the trained model consists of."""
    slips = {
        784 * 10: "those are the weights alone. Which other variable does training change?",
        4 * (784 * 10 + 10): "you counted bytes. The question is how many numbers.",
    }
    ask = "The section The graph prints each variable and its shape."
    why = "every number that training changed, and nothing else."
    return judge_number(answer, 784 * 10 + 10, why, slips, ask)


@takes(number)
def check_learning_rate(answer: float) -> Verdict:
    """Exercise 2: the rate on the mean that acts like 0.001 on the sum of 50 losses."""
    slips = {
        0.1: "that fits a batch of 100 images. This batch is smaller.",
        0.001: "that is the rate on the sum. On the mean it takes far shorter steps.",
        0.001 / 50: "you divided. Is the gradient of the mean longer than that of the sum?",
    }
    ask = "How many times the mean is the sum of 50 losses?"
    return judge_number(
        answer, 0.05, "the gradient of the sum is 50 times that of the mean.", slips, ask
    )


@takes(function)
def check_share_right(answer: Callable[[np.ndarray, np.ndarray], list[float]]) -> Verdict:
    """Exercise 3: a function that returns the share of right answers for each digit."""
    digits = np.repeat(np.arange(10), range(1, 11))
    answers = digits.copy()
    answers[::3] = (answers[::3] + 1) % 10
    shares = numbers(answer(answers.copy(), digits.copy()), (10,), MUST_RETURN)
    hits = answers == digits
    of_digit = np.array([hits[digits == digit].mean() for digit in range(10)])
    given = np.bincount(answers, minlength=10).clip(1)
    if np.allclose(shares, 1 - of_digit):
        return not_yet("these are the shares the model got wrong.")
    if np.allclose(shares, np.bincount(digits, hits) / len(digits)):
        return not_yet("you divide by all images. Divide by the images of that digit.")
    if np.allclose(shares, np.bincount(answers, hits, 10) / given):
        return not_yet("you group by the model's answer. Group by the digit that is shown.")
    if not np.allclose(shares, of_digit):
        return not_yet("the shares are not right. Try it on a short example of your own.")
    return right("each digit is judged by its own images.")
