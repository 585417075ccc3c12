import time

import pytest

from helpers.kit.simulated_clock import simulated_clock


def test_time_stands_still_until_it_is_moved_on_and_the_real_time_comes_back():
    real, before = time.time, time.time()
    with simulated_clock() as clock:
        start = time.time()
        assert abs(start - before) < 60
        clock.move_on(hours=24)
        assert time.time() - start == 24 * 3600
        with pytest.raises(ValueError, match="hours is -1"):
            clock.move_on(hours=-1)
    assert time.time is real
    with pytest.raises(RuntimeError, match="stop"), simulated_clock():
        raise RuntimeError("stop")
    assert time.time is real
