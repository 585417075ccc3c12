import math

import numpy as np
import pytest

from helpers.rules.save_interval import best_interval, expected_loss, simulated_loss


def test_the_formula_by_hand():
    assert best_interval(cost=2, between_failures=100) == 20
    assert best_interval(cost=0.5, between_failures=1440) == pytest.approx(37.947, abs=1e-3)


@pytest.mark.parametrize(("cost", "between_failures"), [(0.1, 1000), (0.5, 1440), (5, 1440)])
def test_the_formula_is_near_the_best_of_all_intervals(cost, between_failures):
    intervals = np.geomspace(cost, between_failures, 5000)
    losses = [expected_loss(interval, cost, between_failures) for interval in intervals]
    at_formula = expected_loss(best_interval(cost, between_failures), cost, between_failures)
    assert min(losses) <= at_formula < 1.01 * min(losses)


def test_without_failures_the_cost_alone_is_lost_and_with_few_the_first_order_parts():
    assert expected_loss(10, cost=1, between_failures=1e9) == pytest.approx(0.1, rel=1e-6)
    parts = 0.2 / 20 + 20 / (2 * 2000)
    assert expected_loss(20, cost=0.2, between_failures=2000) == pytest.approx(parts, rel=0.03)


@pytest.mark.parametrize("interval", [5, 40, 400, 1440])
def test_the_expectation_is_what_many_failures_come_to(interval):
    losses = [simulated_loss(interval, 0.5, 1440, 20_000, seed) for seed in range(10)]
    spread = np.std(losses) / math.sqrt(len(losses))
    expected = expected_loss(interval, 0.5, 1440)
    # Five standard errors: a wrong formula is further off, chance is not.
    assert abs(np.mean(losses) - expected) < 5 * spread + 1e-4


def test_the_same_seed_gives_the_same_loss():
    first, again, other = (simulated_loss(40, 0.5, 1440, 100, seed) for seed in (1, 1, 2))
    assert first == again != other


@pytest.mark.parametrize("time", [0, -1, math.inf, math.nan])
def test_a_time_that_is_none_or_never_ends_is_refused(time):
    with pytest.raises(ValueError, match="more than 0 and finite"):
        best_interval(time, 10)
    with pytest.raises(ValueError, match="more than 0 and finite"):
        expected_loss(10, 1, time)
    with pytest.raises(ValueError, match="take a shorter one"):
        simulated_loss(1e6, 1, 10, failures=5, seed=0)
