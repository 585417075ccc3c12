"""How often to save: what is lost to saving, and what to failures.

All times are in one unit of your choice. Failures strike at random, one in `between_failures` on
average, as often after a long time without one as after a short time. A failed run goes on at once
from its last save.
"""

import math

import numpy as np


def best_interval(cost: float, between_failures: float) -> float:
    """Return how long to work between two saves: the square root of 2 · cost · between_failures.

    Source: J. W. Young, A first order approximation to the optimum checkpoint interval,
    Communications of the ACM 17(9), 1974, pages 530-531.
    """
    _check(cost, between_failures)
    return math.sqrt(2 * cost * between_failures)


def expected_loss(interval: float, cost: float, between_failures: float) -> float:
    """Return the time a run is expected to take beyond its work, as a share of the work.

    Exact for such failures. Source: the cost function of J. T. Daly, A higher order estimate of
    the optimum checkpoint interval for restart dumps, Future Generation Computer Systems 22(3),
    2006, pages 303-312, with a restart that takes no time. A restart that takes some time
    multiplies the whole by a factor that does not depend on the interval.
    """
    _check(interval, cost, between_failures)
    return between_failures * math.expm1((interval + cost) / between_failures) / interval - 1


def simulated_loss(
    interval: float, cost: float, between_failures: float, failures: int, seed: int
) -> float:
    """Play a run through until it has failed `failures` times; return its loss as a share.

    Between two failures only the whole intervals that were saved count as work.
    """
    _check(interval, cost, between_failures)
    # RandomState, not default_rng: NumPy promises that its streams never change.
    times = np.random.RandomState(seed).exponential(between_failures, failures)
    work = interval * np.floor(times / (interval + cost)).sum()
    if not work:
        raise ValueError(
            f"No interval of {interval:g} was finished in {failures} failures: take a shorter one, "
            "or more failures."
        )
    return float(times.sum() / work - 1)


def _check(*times: float) -> None:
    for time in times:
        if not 0 < time < math.inf:
            raise ValueError(f"A time must be more than 0 and finite, not {time}.")
