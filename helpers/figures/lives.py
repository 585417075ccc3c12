"""The picture of a run that several processes carried on."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from matplotlib.figure import Figure

from helpers.figures.drawing import BLUE, GREY, ORANGE, new_figure


class Life(NamedTuple):
    """What one process did of a run.

    Attributes:
        start: how many steps had been taken when it began.
        end: how many had been taken when it ended.
        saved: after how many steps it finished a save.
        finished: whether it ended by itself.
    """

    start: int
    end: int
    saved: list[int]
    finished: bool


def read_life(printed: str) -> Life:
    """Return what a process of `helpers/lesson/resumable_training.py` did, by what it printed."""
    resumed = re.search(r"resumed from .*-(\d+)", printed)
    saved = [int(step) for step in re.findall(r"saved .*-(\d+)", printed)]
    counted = [int(steps) for steps in re.findall(r"after (\d+) steps", printed)]
    start = int(resumed[1]) if resumed else 0
    last = printed.rstrip().rpartition("\n")[2]
    return Life(start, max([start, *counted]), saved, last.startswith("saved"))


def lives_figure(lives: Mapping[str, Life]) -> Figure:
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
