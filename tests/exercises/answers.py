"""What every checker owes: the right answer is accepted, a wrong one is told what is off."""

import re

from helpers.exercises.verdict import Verdict


def accepted(verdict: Verdict) -> None:
    """See that an answer is called right."""
    assert verdict.right, f"a right answer is called wrong: {verdict.message!r}"


def refused(verdict: Verdict, told: str, right_answer: object = None) -> None:
    """See that an answer is not called right, and is told `told` and not the right answer."""
    assert not verdict.right, f"a wrong answer is called right: {verdict.message!r}"
    assert told in verdict.message
    assert not gives_away(verdict.message, right_answer), (
        f"{verdict.message!r} gives the answer {right_answer!r} away"
    )


def gives_away(message: str, right_answer: object) -> bool:
    """Tell whether `message` states a number, a text, or all of a list of them; None, never."""
    if right_answer is None:
        return False
    if isinstance(right_answer, list):
        return all(gives_away(message, one) for one in right_answer)
    forms = [str(right_answer)]
    if isinstance(right_answer, int):
        forms.append(f"{right_answer:,}")
    return any(
        re.search(rf"(?<![\w.,-]){re.escape(form)}(?![\w-]|[.,]\d)", message) for form in forms
    )
