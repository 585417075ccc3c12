"""A clock that you set, so that three weeks of training pass in a second."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch


class SimulatedClock:
    """Tells the time when it was made, plus what it was moved on."""

    def __init__(self) -> None:
        self._seconds = time.time()

    def move_on(self, hours: float) -> None:
        """Let `hours` pass.

        Raises:
            ValueError: `hours` is negative; no clock runs backwards.
        """
        if hours < 0:
            raise ValueError(f"The clock cannot go back: hours is {hours}, but must be 0 or more.")
        self._seconds += hours * 3600

    def __call__(self) -> float:
        """Return the time in seconds, as `time.time` does."""
        return self._seconds


@contextmanager
def simulated_clock() -> Iterator[SimulatedClock]:
    """Make `time.time`, which a Saver asks for the time, tell a clock's time inside the block."""
    clock = SimulatedClock()
    with patch("time.time", clock):
        yield clock
