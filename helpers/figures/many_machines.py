"""The picture of what is lost to saves and failures, over the number of machines."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from helpers.figures.drawing import BLUE, ORANGE, new_figure

_LINES = (("-o", BLUE), ("--s", ORANGE))


def many_machines_figure(machines: Sequence[int], shares: Mapping[str, Sequence[float]]) -> Figure:
    """Draw, for each of two ways to save, the share of the time lost over the machines.

    Args:
        machines: how many, one number for each point.
        shares: by the way's name, a share between 0 and 1 for each point.
    """
    figure, (axes,) = new_figure(6.4, 3.6)
    for (name, values), (style, colour) in zip(shares.items(), _LINES, strict=True):
        percents = [100 * value for value in values]
        axes.plot(machines, percents, style, color=colour, linewidth=2, markersize=5)
        axes.annotate(
            f"{name} ", (machines[-1], percents[-1]), color=colour, ha="right", va="bottom",
            fontsize=9, xytext=(-8, 2), textcoords="offset points",
        )  # fmt: skip
    axes.set(xscale="log", xlabel="machines", ylabel="time lost (%)", ylim=(0, None))
    axes.set_xticks(machines, [f"{number:,}" for number in machines])
    axes.minorticks_off()
    axes.grid(axis="y", alpha=0.3)
    return figure
