"""Whatever a reader answers, a checker says in a sentence that it is not right."""

import importlib
import math
from decimal import Decimal
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from helpers.digits.batches import Batches
from helpers.digits.mnist import load_mnist
from helpers.exercises.notebook_01 import check_learning_rate, check_share_right
from helpers.exercises.notebook_03 import check_left
from helpers.exercises.notebook_04 import check_prefix
from helpers.exercises.verdict import UNANSWERED, Verdict
from tests.notebooks.reading import ROOT

MODULES = [
    importlib.import_module(f"helpers.exercises.{path.stem}")
    for path in sorted((ROOT / "helpers/exercises").glob("notebook_*.py"))
    if path.stem != "notebook_14"
]
CHECKERS = [
    checker
    for module in MODULES
    for name, checker in vars(module).items()
    if name.startswith("check_")
]


class Hostile:
    """A value that bears no question."""

    def _refuses(self, *_, **__):
        raise RuntimeError("no\nquestions")

    __eq__ = __hash__ = __repr__ = __str__ = __len__ = __iter__ = __bool__ = __float__ = _refuses
    __getitem__ = __array__ = __fspath__ = __lt__ = _refuses


class SilentError(Exception):
    """An error whose message cannot be had."""

    def __str__(self):
        raise ValueError("not even this")


VALUES = [
    *(None, True, False, 3 + 4j, math.nan, math.inf, -math.inf, 10**400, -4, 4, 0.123),
    *(Fraction(1, 3), Decimal("0.05"), "", "0.05", "7850", "two\nlines", "x" * 5000, b"bytes"),
    *([], [1, 2], [None], ["a", 1], [["a"]], [200, 300, 400, 500], ["x\ny" * 900], ("a",), {"a"}),
    *({}, {"a": 1}, {1: Hostile()}, range(3), iter([]), (one for one in [1]), object(), Hostile()),
    *(np.float32(1.5), np.int64(4), np.bool_(True), np.str_("4"), np.datetime64("2026-01-01")),
    *(np.array(4), np.array([1.5, 2]), np.array(["a"]), np.array([None]), np.zeros((2, 2))),
    *(np.full(10, np.nan), np.zeros(10, complex), np.array(object()), np.ma.masked),
    *(int, Verdict, SilentError, KeyError("x"), math, tf.train.Saver, NotImplemented, slice(2)),
    *(tf.constant(4.0), tf.float32, print, np.mean, partial(max, 1)),
]
ERRORS = [
    *(KeyError(), ValueError("two\nlines"), ValueError("x" * 5000), SilentError(), NameError("x")),
    *(AssertionError(), FileNotFoundError("x"), SystemExit(3), ExceptionGroup("x", [KeyError()])),
    *(kind(None, None, "x") for kind in (tf.errors.NotFoundError, tf.errors.AbortedError)),
]


def raising(error):
    def raises(*_):
        raise error

    return raises


def generates(*_):
    yield 4


async def waits(*_):
    return 4


def closes(session=None, *_):
    session.close()


def recurses(*given):
    return recurses(*given)


def calls_what_is_not_there(*_):
    return not_there  # noqa: F821


def odd_answers(check):
    """Yield values that nobody expects, and functions that do what nobody expects."""
    yield from VALUES
    # Where a checker says that it expects any `object`, it does not look at what is returned.
    if getattr(check.__annotations__["answer"], "__args__", [None])[-1] is not object:
        yield from ((lambda *_, value=value: value) for value in VALUES)
    yield from map(raising, ERRORS)
    yield from (generates, waits, closes, recurses, calls_what_is_not_there)
    yield from (lambda: 4, lambda a, b, c, d, e: 4, lambda *_, must: must)


@pytest.fixture(scope="module")
def asked():
    """Return a function that asks a checker, and gives it what it gets besides an answer."""
    mnist = load_mnist()
    batches = Batches(mnist.train_images, mnist.train_labels, 100, 36)
    more = {"check_finish": [batches]}
    return lambda check, answer: check(answer, *more.get(check.__name__, []))


@pytest.mark.parametrize("check", CHECKERS, ids=lambda one: f"{one.__module__[-2:]}-{one.__name__}")
def test_every_odd_answer_is_told_in_a_sentence(check, asked):
    for answer in odd_answers(check):
        verdict = asked(check, answer)
        assert isinstance(verdict, Verdict)
        assert not verdict.right
        assert verdict.message.endswith((".", "?"))
        assert len(verdict.message) < 320
        assert "\n" not in verdict.message
    assert asked(check, ...) == UNANSWERED


def test_a_message_says_what_is_odd():
    for check, answer, told in [
        (
            check_learning_rate,
            "0.05",
            "Not yet: the answer must be a number, not a text: leave",
        ),
        (check_learning_rate, math.nan, "must be a number that is finite"),
        (check_left, [200, 300], "the list must hold texts in quotes; yours holds an int."),
        (check_left, "model.ckpt-0", 'must be a list, such as ["one", "two"], not a str.'),
        (check_prefix, None, "must be a text in quotes, not None."),
        (check_share_right, dict, "must be a function, not a class."),
        (check_share_right, lambda one: one, "must take 2 arguments, as the stub does."),
        (check_share_right, lambda *_: print, "must return an array of numbers, not a function."),
        (check_share_right, generates, "must run at once, without `yield`"),
        (check_share_right, calls_what_is_not_there, "no `not_there`. After a restart of the ker"),
        (check_share_right, raising(KeyError("x")), "raises KeyError: 'x'. The line is `raise"),
    ]:
        assert told in repr(check(answer))


def test_an_interrupt_stays_one():
    with pytest.raises(KeyboardInterrupt):
        check_share_right(raising(KeyboardInterrupt()))
