"""What tests ask a figure."""

from matplotlib.axes import Axes


def points_of(axes: Axes, marker: str) -> set[tuple]:
    """Return where a plot has this marker."""
    return {
        point
        for line in axes.get_lines()
        if line.get_marker() == marker
        for point in zip(line.get_xdata(), line.get_ydata(), strict=True)
    }
