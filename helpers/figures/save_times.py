"""The picture of what a save costs: beside other ways to write the same bytes, and part by part."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.figures.drawing import BLUE, GREEN, ORANGE, new_figure
from helpers.kit.save_times import SaveTimes

# What is drawn on the left, and how: field, label, colour, line and marker.
_WAYS = (
    ("save", "Saver.save", BLUE, "o-"),
    ("savez", "numpy.savez", ORANGE, "s--"),
    ("safetensors", "safetensors", GREEN, "^-."),
    ("raw_write", "plain write", "black", "x:"),
)
# And on the right. What is left of a save is called "rest".
_PARTS = (
    ("values", "values", BLUE, ""),
    ("graph", "graph", ORANGE, "///"),
    ("state_file", "state file", GREEN, "..."),
    ("rest", "rest", "black", "xx"),
)
# Between two labels, as a share of the panel's height.
_LEAST_DISTANCE = 0.08


def save_times_figure(times: Sequence[SaveTimes]) -> Figure:
    """Draw seconds over megabytes for four ways to write, and each save's parts as shares.

    Args:
        times: what was measured, with a growing number of megabytes; two or more.

    Raises:
        ValueError: fewer than two measurements.
    """
    if len(times) < 2:
        raise ValueError(f"A line needs two measurements or more, not {len(times)}.")
    figure, (left, right) = new_figure(8.6, 3.9, columns=2)
    _draw_ways(left, times)
    _draw_parts(right, times)
    return figure


def _draw_ways(axes: Axes, times: Sequence[SaveTimes]) -> None:
    megabytes = [one.megabytes for one in times]
    for field, _, colour, style in _WAYS:
        axes.plot(megabytes, [getattr(one, field) for one in times], style, color=colour)
    axes.set(
        xscale="log", yscale="log", xlabel="MB of values", ylabel="seconds (both axes logarithmic)"
    )
    axes.set_xticks(megabytes, [str(one) for one in megabytes])
    axes.yaxis.set_major_formatter("{x:g}")
    axes.minorticks_off()
    # Room for the labels, which stand at the right ends of the lines.
    axes.set_xlim(megabytes[0] / 1.3, megabytes[-1] * (megabytes[-1] / megabytes[0]) ** 0.5)
    ends = sorted((getattr(times[-1], field), label, colour) for field, label, colour, _ in _WAYS)
    low, high = np.log(axes.get_ylim())
    heights = _apart([(np.log(end) - low) / (high - low) for end, _, _ in ends])
    for height, (_, label, colour) in zip(heights, ends, strict=True):
        axes.annotate(
            label,
            (megabytes[-1] * 1.2, height),
            xycoords=axes.get_xaxis_transform(),
            color=colour,
            va="center",
            fontsize=9,
        )


def _apart(heights: Sequence[float]) -> np.ndarray:
    # Pushed upwards where they are too close, then all moved down by what that took on average.
    placed = [heights[0]]
    for height in heights[1:]:
        placed.append(max(height, placed[-1] + _LEAST_DISTANCE))
    return np.array(placed) - np.mean(np.subtract(placed, heights))


def _draw_parts(axes: Axes, times: Sequence[SaveTimes]) -> None:
    rows = range(len(times))
    start = np.zeros(len(times))
    for field, label, colour, hatch in _PARTS:
        shares = np.array([100 * _part(one, field) / one.save for one in times])
        axes.barh(
            rows, shares, left=start, height=0.6, color="none", edgecolor=colour, hatch=hatch,
            label=label,
        )  # fmt: skip
        start += shares
    axes.set_yticks(rows, [f"{one.megabytes} MB" for one in times])
    axes.set(ylim=(len(times) - 0.5, -0.5), xlim=(0, 100), xlabel="share of the save (%)")
    axes.figure.legend(
        *axes.get_legend_handles_labels(), loc="outside lower right", ncols=len(_PARTS), fontsize=9
    )


def _part(times: SaveTimes, field: str) -> float:
    if field == "rest":
        return max(0.0, times.save - times.values - times.graph - times.state_file)
    return getattr(times, field)
