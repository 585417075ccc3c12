import time

import pytest

from helpers.kit.simulated_clock import simulated_clock


def test_time_stands_still_until_it_is_moved_on():
    with simulated_clock() as clock:
        start = time.time()
        assert time.time() == start
        clock.move_on(hours=24)
        assert time.time() - start == 24 * 3600


def test_it_starts_at_the_real_time_and_the_real_time_comes_back():
    before = time.time()
    with simulated_clock() as clock:
        assert abs(time.time() - before) < 60
        clock.move_on(hours=1000)
    assert abs(time.time() - before) < 60


def test_the_real_time_comes_back_after_an_error():
    real = time.time
    with pytest.raises(RuntimeError, match="stop"), simulated_clock():
        raise RuntimeError("stop")
    assert time.time is real


def test_it_does_not_go_back():
    with simulated_clock() as clock, pytest.raises(ValueError, match="hours is -1"):
        clock.move_on(hours=-1)
