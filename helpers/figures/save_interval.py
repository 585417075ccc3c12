"""The picture of how much time is lost, over how long one works between two saves."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from helpers.figures.drawing import BLUE, GREEN, GREY, ORANGE, new_figure
from helpers.rules.save_interval import best_interval, expected_loss


def save_interval_figure(
    cost: float, between_failures: float, simulated: Mapping[float, float]
) -> Figure:
    """Draw the expected loss and the two parts it is nearly the sum of, and simulated losses.

    Args:
        cost: of one save, in minutes.
        between_failures: the mean time between two failures, in minutes.
        simulated: for each interval in minutes, a loss as a share of the work.
    """
    best = best_interval(cost, between_failures)
    intervals = np.geomspace(best / 12, best * 12, 200)
    loss = [expected_loss(interval, cost, between_failures) for interval in intervals]
    figure, (axes,) = new_figure(6.4, 3.8)
    axes.plot(intervals, 100 * np.array(loss), color=BLUE, linewidth=2)
    axes.plot(intervals, 100 * cost / intervals, "--", color=GREEN)
    axes.plot(intervals, 100 * intervals / (2 * between_failures), ":", color=ORANGE)
    axes.plot(
        list(simulated), [100 * one for one in simulated.values()], "o", color="black",
        fillstyle="none", linestyle="none",
    )  # fmt: skip
    top = 100 * max(loss[0], loss[-1])
    axes.axvline(best, color=GREY, linestyle="-.")
    for text, place, colour, side in (
        (" Young's interval", (best, 0.9 * top), "black", "left"),
        (" saves: cost / interval", (intervals[0], 0.17 * top), GREEN, "left"),
        (
            "work done again:\nhalf an interval a failure ",
            (intervals[-1], 0.08 * top),
            ORANGE,
            "right",
        ),
        ("expected loss ", (intervals[-1] * 0.62, 0.78 * top), BLUE, "right"),
    ):
        axes.annotate(text, place, color=colour, ha=side, fontsize=9)
    axes.set(
        xscale="log",
        xlabel="minutes of work between two saves (circles: simulated)",
        ylabel="time lost (% of the work)",
        ylim=(0, 1.05 * top),
    )
    ticks = [tick for tick in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if tick >= intervals[0]]
    ticks = [tick for tick in ticks if tick <= intervals[-1]]
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()
    return figure
