"""What every checker owes: the right answer is accepted, a wrong one is told what is off."""

import re
from collections.abc import Callable

import pytest

from helpers.exercises.verdict import Verdict

RIGHT = "Right"
# A checker, and its answers, each with words of what is said to it.
Table = dict[Callable[..., Verdict], list[tuple[object, str]]]


def each_is_told(table: Table) -> Callable[..., None]:
    """Return a test of every row; no message may give the first right answer away."""
    rows = [(check, *row) for check, answers in table.items() for row in answers]

    @pytest.mark.parametrize(
        ("check", "answer", "told"), rows, ids=[f"{row[0].__name__}-{row[2]}" for row in rows]
    )
    def test(check: Callable[..., Verdict], answer: object, told: str) -> None:
        verdict = check(answer)
        if told == RIGHT:
            accepted(verdict)
        else:
            refused(verdict, told, next(one for one, said in table[check] if said == RIGHT))

    return test


def accepted(verdict: Verdict) -> None:
    """See that an answer is called right, in a whole sentence."""
    assert verdict.right, f"a right answer is called wrong: {verdict.message!r}"
    assert verdict.message.endswith(".")


def refused(verdict: Verdict, told: str, right_answer: object = None) -> None:
    """See that an answer is not called right, and is told `told` and not the right answer."""
    assert not verdict.right, f"a wrong answer is called right: {verdict.message!r}"
    assert told in verdict.message
    assert verdict.message.endswith((".", "?"))
    assert not gives_away(verdict.message, right_answer), (
        f"{verdict.message!r} gives the answer {right_answer!r} away"
    )


def gives_away(message: str, right_answer: object) -> bool:
    """Tell whether `message` states a number, a text, or all of a list of them."""
    if isinstance(right_answer, list):
        return all(gives_away(message, one) for one in right_answer)
    if not isinstance(right_answer, int | float | str):
        return False
    forms = {str(right_answer)} | (
        {f"{right_answer:,}"} if isinstance(right_answer, int) else set()
    )
    return any(
        re.search(rf"(?<![\w.,-]){re.escape(form)}(?![\w-]|[.,]\d)", message) for form in forms
    )
