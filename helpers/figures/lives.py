"""The picture of a run that several processes carried on."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from helpers.figures.drawing import BLUE, GREY, ORANGE, new_figure

if TYPE_CHECKING:
    from helpers.scripts.resumable_training import Life


def lives_figure(lives: "Mapping[str, Life]") -> Figure:
    """Draw a row for each process: a line over the steps it took, a circle for each save.

    A cross ends the line of a process that was killed.
    """
    figure, (axes,) = new_figure(6.8, 0.5 * len(lives) + 0.9)
    for row, life in enumerate(lives.values()):
        axes.plot([life.start, life.end], [row, row], "-", color=BLUE, linewidth=2)
        axes.plot(life.saved, [row] * len(life.saved), "o", color=BLUE, markersize=7)
        if not life.finished:
            axes.plot([life.end], [row], "X", color=ORANGE, markersize=11)
            axes.annotate("  killed", (life.end, row), color="black", va="center", fontsize=9)
        if life.start:
            # From the save that it began with.
            axes.plot([life.start] * 2, [row - 1, row], ":", color=GREY, zorder=0)
    axes.set(
        xlabel="steps taken (a circle is a save)",
        yticks=range(len(lives)),
        yticklabels=list(lives),
        ylim=(len(lives) - 0.5, -0.5),
    )
    axes.margins(x=0.03)
    axes.grid(axis="x", alpha=0.3)
    return figure
