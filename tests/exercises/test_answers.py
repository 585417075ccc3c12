import pytest

from helpers.exercises.verdict import not_yet, right
from tests.exercises.answers import accepted, refused


@pytest.mark.parametrize(
    ("says", "answer", "found"),
    [
        (not_yet("it is 7,850."), 7850, "gives the answer"),
        (not_yet("multiply: 0.05."), 0.05, "gives the answer"),
        (not_yet("try model.ckpt-40."), "model.ckpt-40", "gives the answer"),
        (not_yet("first a, then b."), ["a", "b"], "gives the answer"),
        (right("yes."), None, "called right"),
    ],
)
def test_what_must_not_be_said_to_a_wrong_answer(says, answer, found) -> None:
    with pytest.raises(AssertionError, match=found):
        refused(says, "", answer)


def test_what_may_be_said() -> None:
    for message, answer in [
        ("not 78501.", 7850),
        ("not m-400.", "m-40"),
        ("a is one.", ["a", "b"]),
    ]:
        refused(not_yet(message), message[:5], answer)
    with pytest.raises(AssertionError, match="called wrong"):
        accepted(not_yet("count again."))
