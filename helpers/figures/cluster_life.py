"""The picture of a training run on a cluster: which tasks lived when, and how far the run was."""

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.figure import Figure

from helpers.figures.drawing import BLUE, GREY, ORANGE, new_figure


class Moment(NamedTuple):
    """Something that happened to a cluster.

    Attributes:
        what: it, in few words.
        step: the global step afterwards.
        alive: the tasks that were running afterwards.
    """

    what: str
    step: int
    alive: Sequence[str]


def cluster_life_figure(tasks: Sequence[str], moments: Sequence[Moment]) -> Figure:
    """Draw the step over the moments, and below it a row for each task.

    A task's line lasts as long as it is alive; a cross marks the moment it was gone. Where the
    step falls, the picture says by how many.
    """
    figure, (above, below) = new_figure(7.6, 4.9, rows=2)
    places = range(len(moments))
    steps = [moment.step for moment in moments]
    above.plot(places, steps, "o-", color=BLUE, linewidth=2)
    for place in places[1:]:
        if steps[place] < steps[place - 1]:
            above.plot([place - 1, place], steps[place - 1 : place + 1], "-", color=ORANGE, lw=3)
            above.annotate(
                f"{steps[place - 1] - steps[place]} steps lost", (place, steps[place]),
                xytext=(0, -8), textcoords="offset points", ha="center", va="top", fontsize=9,
            )  # fmt: skip
    above.set(ylabel="global step", ylim=(0, max(steps) * 1.15), xticks=[])

    for row, task in enumerate(tasks):
        for place in places:
            here = task in moments[place].alive
            before = place > 0 and task in moments[place - 1].alive
            if here:
                below.plot([place - 0.5 * before, place], [row, row], "-", color=BLUE, linewidth=5)
            if here and place + 1 < len(moments) and task in moments[place + 1].alive:
                below.plot([place, place + 0.5], [row, row], "-", color=BLUE, linewidth=5)
            if before and not here:
                below.plot([place - 1, place], [row, row], "-", color=BLUE, linewidth=5)
                below.plot([place], [row], "X", color=ORANGE, markersize=11)
    below.set(
        yticks=range(len(tasks)),
        yticklabels=list(tasks),
        ylim=(len(tasks) - 0.5, -0.5),
    )
    below.set_xticks(places, [moment.what for moment in moments], rotation=55, ha="right")
    for axes in (above, below):
        axes.set_xlim(-0.5, len(moments) - 0.2)
        axes.tick_params(labelsize=9)
        axes.grid(axis="x", alpha=0.3)
    below.spines["left"].set_color(GREY)
    return figure
