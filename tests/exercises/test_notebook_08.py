import numpy as np
import pytest

from helpers.exercises.notebook_08 import (
    check_minutes_between_saves,
    check_prefix_of,
    check_steps_lost,
)
from helpers.exercises.verdict import UNANSWERED
from helpers.rules.save_interval import best_interval

CHECKERS = [check_steps_lost, check_prefix_of, check_minutes_between_saves]


def raises(*_):
    raise KeyError("odd")


@pytest.mark.parametrize("check", CHECKERS)
def test_the_stub_is_unanswered(check):
    assert check(...) == UNANSWERED or not check(...).right


@pytest.mark.parametrize("check", CHECKERS[1:])
def test_a_stub_function_is_unanswered(check):
    assert check(lambda *_: ...) == UNANSWERED


@pytest.mark.parametrize("check", CHECKERS)
@pytest.mark.parametrize("answer", [None, "21", [21], True, np.array([1, 2])])
def test_odd_answers_are_told_kindly(check, answer):
    verdict = check(answer)
    assert not verdict.right
    assert "expected" in verdict.message


@pytest.mark.parametrize("check", CHECKERS[1:])
def test_a_function_that_raises_is_told_what(check):
    verdict = check(raises)
    assert not verdict.right
    assert "raises KeyError" in verdict.message


@pytest.mark.parametrize("answer", [21, np.int64(21), 21.0])
def test_steps_lost_is_accepted(answer):
    assert check_steps_lost(answer).right


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (7, "the chief's own"),
        (14, "after the kill"),
        (0, "a new chief restores"),
        (22, "22 is not it"),
        (np.nan, "nan is not it"),
    ],
)
def test_wrong_steps_are_told(answer, told):
    verdict = check_steps_lost(answer)
    assert not verdict.right
    assert told in verdict.message


def test_prefixes_are_accepted():
    def aside(worker, directory):
        return f"{directory}/ckpt" if worker == 0 else f"{directory}-aside-{worker}/ckpt"

    def below(worker, directory):
        return f"{directory}/ckpt" if worker == 0 else f"{directory}/aside/{worker}/ckpt"

    assert check_prefix_of(aside).right
    assert check_prefix_of(below).right


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda worker, directory: f"{directory}/{worker}/ckpt", "the chief must write run/ckpt"),
        (lambda worker, directory: f"{directory}/ckpt", "where only the chief may"),
        (
            lambda worker, directory: f"{directory}/ckpt" + (f"-{worker}" if worker else ""),
            "where only the chief may",
        ),
        (
            lambda worker, directory: "aside/ckpt" if worker else f"{directory}/ckpt",
            "two of the workers",
        ),
        (
            lambda worker, directory: f"aside-{worker}/ckpt" if worker else "run/ckpt",
            "it is not always run",
        ),
        (
            lambda worker, directory: f"aside-{worker}/ckpt" if worker else f"{directory}/ckpt",
            "share one place",
        ),
        (lambda worker, directory: worker, "a prefix is a string"),
        (lambda worker, directory: None, "not None"),
    ],
)
def test_wrong_prefixes_are_told(answer, told):
    verdict = check_prefix_of(answer)
    assert not verdict.right
    assert told in verdict.message


def test_minutes_are_accepted():
    assert check_minutes_between_saves(
        lambda machines, cost, days: best_interval(cost, days * 24 * 60 / machines)
    ).right


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda machines, cost, days: best_interval(cost, days * 1440), "for one machine"),
        (lambda machines, cost, days: best_interval(cost, days * 1440 * machines), "not less"),
        (lambda machines, cost, days: best_interval(cost, days / machines), "to one unit"),
        (
            lambda machines, cost, days: best_interval(cost, days * 1440) / machines,
            "under the root",
        ),
        (lambda machines, cost, days: 1.5, "it returns 1.5"),
        (lambda machines, cost, days: np.float32(2), "it returns 2"),
        (lambda machines, cost, days: "10", "not a str"),
        (lambda machines, cost, days: None, "not None"),
        (lambda machines: 1, "raises TypeError"),
    ],
)
def test_wrong_minutes_are_told(answer, told):
    verdict = check_minutes_between_saves(answer)
    assert not verdict.right
    assert told in verdict.message
