"""What a checker says of a reader's answer."""

from typing import NamedTuple


class Verdict(NamedTuple):
    """Whether the answer is right, and one or two sentences for the reader."""

    right: bool
    message: str

    def __repr__(self) -> str:
        """Show the verdict as a notebook does when it ends a cell."""
        return f"{'Right' if self.right else 'Not yet'}: {self.message}"


UNANSWERED = Verdict(False, "replace the `...` with your answer, then run the cell again.")


def right(message: str) -> Verdict:
    """Return the verdict on a right answer; `message` says why it is right."""
    return Verdict(True, message)


def not_yet(message: str) -> Verdict:
    """Return the verdict on a wrong answer; `message` says what is off, not the answer."""
    return Verdict(False, message)
