"""What a checker says of a reader's answer, and what becomes of answers that it cannot judge.

A checker is decorated with `takes`, and so gets an answer of the kind that it expects, or none.
"""

import contextlib
import functools
import inspect
import math
import os
import traceback
from collections.abc import Callable, Mapping
from numbers import Real
from typing import NamedTuple

import numpy as np

from helpers.kit.errors import telling_line


class Verdict(NamedTuple):
    """Whether the answer is right, and one or two sentences for the reader."""

    right: bool
    message: str

    def __repr__(self) -> str:
        """Show the verdict as a notebook does when it ends a cell."""
        return f"{'Right' if self.right else 'Not yet'}: {self.message}"


# How a sentence on an odd answer begins.
MUST_BE = "the answer must be"
MUST_RETURN = "your function must return"
UNANSWERED = Verdict(False, "replace the `...` with your answer, then run the cell again.")


def right(message: str) -> Verdict:
    """Return the verdict on a right answer; `message` says why it is right."""
    return Verdict(True, message)


def not_yet(message: str) -> Verdict:
    """Return the verdict on a wrong answer; `message` says what is off, not the answer."""
    return Verdict(False, message)


class OddAnswerError(Exception):
    """An answer that no checker can judge; the message is what the reader is told."""


class AnswerRaisedError(Exception):
    """The reader's function raised `error`; the message says so, with the line where it did."""

    def __init__(self, error: BaseException) -> None:
        frames = traceback.extract_tb(error.__traceback__)[1:2]
        line = "".join(f" The line is `{frame.line[:70]}`." for frame in frames if frame.line)
        super().__init__(f"your function raises {in_short(error)}{line}")
        self.error = error


def takes(
    kind: Callable[[object], object], errors: Mapping[type[Exception], str] | None = None
) -> Callable[[Callable[..., Verdict]], Callable[..., Verdict]]:
    """Let a checker answer any value with a verdict, whatever happens.

    Args:
        kind: turns an answer into what the checker expects: `number`, `text`, `texts`, `function`.
        errors: what to say if one of these is raised, by the reader's function or after it.
    """

    def decorate(check: Callable[..., Verdict]) -> Callable[..., Verdict]:
        @functools.wraps(check)
        def judged(answer: object, *given: object) -> Verdict:
            if answer is ...:
                return UNANSWERED
            try:
                return check(kind(answer), *given)
            except OddAnswerError as odd:
                return not_yet(str(odd))
            except AnswerRaisedError as raised:
                error, told = raised.error, str(raised)
            except Exception as other:
                error, told = other, f"your answer leads to {in_short(other)}"
            known = [said for one, said in (errors or {}).items() if isinstance(error, one)]
            return not_yet(known[0] if known else told)

        return judged

    return decorate


def number(answer: object, must: str = MUST_BE) -> int | float:
    """Take a finite number, one of NumPy's too; True is none."""
    if isinstance(answer, np.generic) or (isinstance(answer, np.ndarray) and answer.ndim == 0):
        answer = answer.item()
    if isinstance(answer, str):
        raise OddAnswerError(f"{must} a number, not a text: leave the quotes away.")
    if not isinstance(answer, Real) or isinstance(answer, bool):
        raise OddAnswerError(f"{must} a number, not {a_kind(answer)}.")
    if not -1e30 < answer < 1e30:
        raise OddAnswerError(f"{must} a number that is finite and of a sensible size.")
    return answer if isinstance(answer, int) else float(answer)


def numbers(answer: object, shape: tuple[int, ...], must: str = MUST_BE) -> np.ndarray:
    """Take an array, or lists, of numbers, of this shape."""
    try:
        given = np.asarray(answer)
    except Exception:
        given = np.asarray(None)
    if given.dtype.kind not in "iuf":
        raise OddAnswerError(f"{must} an array of numbers, not {a_kind(answer)}.")
    if given.shape != shape:
        raise OddAnswerError(f"{must} numbers of shape {shape}, not of {given.shape}.")
    return given


def text(answer: object, must: str = MUST_BE) -> str:
    """Take a text, or a path."""
    if not isinstance(answer, str | os.PathLike):
        raise OddAnswerError(f"{must} a text in quotes, not {a_kind(answer)}.")
    return os.fspath(answer)


def texts(answer: object) -> list[str]:
    """Take a list of texts; a tuple, a set and an array will do."""
    given = answer.tolist() if isinstance(answer, np.ndarray) else answer
    if not isinstance(given, list | tuple | set | frozenset):
        raise OddAnswerError(
            f'the answer must be a list, such as ["one", "two"], not {a_kind(answer)}.'
        )
    for one in given:
        if not isinstance(one, str | os.PathLike):
            raise OddAnswerError(f"the list must hold texts in quotes; yours holds {a_kind(one)}.")
    return [os.fspath(one) for one in given]


def function(answer: object) -> Callable[..., object]:
    """Take a function, and return one that calls it and bears what happens.

    The other raises `AnswerRaisedError` in place of what the reader's raises.
    """
    if not callable(answer) or isinstance(answer, type):
        raise OddAnswerError(f"the answer must be a function, not {a_kind(answer)}.")

    def asked(*arguments: object) -> object:
        with contextlib.suppress(ValueError):  # some that are written in C have no signature
            try:
                inspect.signature(answer).bind(*arguments)
            except TypeError:
                count = f"{len(arguments)} argument{'s' if len(arguments) != 1 else ''}"
                raise OddAnswerError(
                    f"your function must take {count}, as the stub does."
                ) from None
        try:
            result = answer(*arguments)
        except (Exception, SystemExit) as error:
            raise AnswerRaisedError(error) from error
        if result is ...:
            raise OddAnswerError(UNANSWERED.message)
        if inspect.isgenerator(result) or inspect.iscoroutine(result):
            result.close()
            raise OddAnswerError("your function must run at once, without `yield` or `async`.")
        return result

    return asked


def judge_number(
    answer: float, expected: float, why: str, slips: Mapping[float, str], ask: str
) -> Verdict:
    """Return the verdict on a number: right, one of the known `slips`, or another, with `ask`."""
    verdicts = {expected: right(why)} | {slip: not_yet(told) for slip, told in slips.items()}
    for value, verdict in verdicts.items():
        whole = float(value).is_integer()
        if math.isclose(answer, value, rel_tol=1e-9 if whole else 1e-5):
            return verdict
    shown = f"{answer:,}" if isinstance(answer, int) else f"{answer:.5g}"
    return not_yet(f"{shown} is not it. {ask}")


def a_kind(value: object) -> str:
    """Name what a value is, for a sentence."""
    if value is None:
        return "None"
    if isinstance(value, type):
        return "a class"
    if inspect.isroutine(value):
        return "a function"
    name = "array" if isinstance(value, np.ndarray) else type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def in_short(error: BaseException) -> str:
    """Return the class of an error and the words that tell, as a sentence."""
    if type(error) is NameError and error.name:
        return (
            f"a NameError, because there is no `{error.name}`. After a restart of the kernel, run "
            "the cells above first; else look for a slip of the pen."
        )
    try:
        words = f"{type(error).__name__}: {telling_line(error)}"
    except Exception:
        words = type(error).__name__
    return words[:120].rstrip(": .") + "."
