import pytest

from helpers.exercises.verdict import not_yet, right
from tests.exercises.answers import accepted, gives_away, refused


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        ("it is 7,850.", 7850),
        ("multiply: 0.05", 0.05),
        ("try model.ckpt-40.", "model.ckpt-40"),
        ("first a, then b", ["a", "b"]),
    ],
)
def test_a_message_that_states_the_answer_gives_it_away(message: str, answer: object) -> None:
    assert gives_away(message, answer)
    with pytest.raises(AssertionError, match="gives the answer"):
        refused(not_yet(message), "", answer)


@pytest.mark.parametrize(
    ("message", "answer"),
    [("not 78501", 7850), ("not 0.051", 0.05), ("not m-400", "m-40"), ("a is one", ["a", "b"])],
)
def test_another_message_does_not(message: str, answer: object) -> None:
    assert not gives_away(message, answer)


def test_a_verdict_that_is_not_the_expected_one_fails() -> None:
    with pytest.raises(AssertionError, match="called wrong"):
        accepted(not_yet("count again."))
    with pytest.raises(AssertionError, match="called right"):
        refused(right("yes."), "")
    with pytest.raises(AssertionError):
        refused(not_yet("count again."), "the weights alone")
