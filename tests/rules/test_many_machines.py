import pytest

from helpers.rules.many_machines import cost_of_a_save, share_lost
from helpers.rules.save_interval import best_interval, simulated_loss


def test_a_save_by_hand():
    assert cost_of_a_save(cost=6) == 6
    assert cost_of_a_save(cost=6, writers=3) == 2
    assert cost_of_a_save(cost=6, writers=3, overhead=0.5) == 2.5


@pytest.mark.parametrize("machines", [1, 100, 1000])
def test_the_share_is_what_many_failures_come_to(machines):
    cost, of_any = 0.5, 50_000 / machines
    loss = simulated_loss(best_interval(cost, of_any), cost, of_any, 100_000, seed=36)
    assert share_lost(machines, cost, 50_000) == pytest.approx(loss / (1 + loss), rel=0.03)


def test_more_machines_lose_more_and_never_everything():
    shares = [share_lost(machines, 5, 500_000) for machines in (1, 10, 100, 1000, 10_000)]
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] < 1
    few, many = (share_lost(machines, 0.01, 500_000) for machines in (25, 100))
    assert many / few == pytest.approx(2, rel=0.01)


@pytest.mark.parametrize("number", [0, -1])
def test_nobody_is_refused(number):
    with pytest.raises(ValueError, match="Somebody must work"):
        share_lost(number, 1, 100)
    with pytest.raises(ValueError, match="Somebody must write"):
        cost_of_a_save(1, number)
