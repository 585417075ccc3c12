"""What failures and saves cost a run on many machines, of which the first to fail stops all.

Machines fail independently of one another, each once in `between_failures` on average, so N of
them fail N times as often. The run then goes on at once, on as many machines, from the last save.
It saves at Young's interval. All times are in one unit of your choice.
"""

from helpers.rules.save_interval import best_interval, expected_loss


def cost_of_a_save(cost: float, writers: int = 1, overhead: float = 0.0) -> float:
    """Return how long a save takes that `writers` write side by side.

    Args:
        cost: how long one writer takes for all the bytes.
        writers: how many share them evenly, each as fast as the one.
        overhead: what a save takes on top, however many write.

    Raises:
        ValueError: there is no writer.
    """
    if writers < 1:
        raise ValueError(f"Somebody must write: there cannot be {writers} writers.")
    return cost / writers + overhead


def share_lost(machines: int, cost: float, between_failures: float) -> float:
    """Return the share of the run's time that goes into saves and into work done twice.

    Args:
        machines: how many work together.
        cost: of one save, during which all of them wait.
        between_failures: the mean time between two failures of one machine.

    Raises:
        ValueError: there is no machine, or a time is not more than 0 and finite.
    """
    if machines < 1:
        raise ValueError(f"Somebody must work: there cannot be {machines} machines.")
    of_any = between_failures / machines
    loss = expected_loss(best_interval(cost, of_any), cost, of_any)
    return loss / (1 + loss)  # of the work and the loss together
