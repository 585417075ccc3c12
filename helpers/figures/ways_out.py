"""The map of the ways that a model's values can take between formats."""

from collections.abc import Collection

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.figures.drawing import BLUE, GREY, ORANGE, new_figure

# Where each format stands: Saver at the left, what leads on in the middle, ends at the right.
PLACES = {
    "Saver": (0.0, 2.0),
    "frozen graph": (1.0, 4.0),
    "SavedModel": (1.0, 3.0),
    "Checkpoint": (1.0, 2.0),
    "Keras 3": (1.0, 1.0),
    "arrays": (1.0, 0.0),
    "TFLite": (2.0, 3.5),
    "PyTorch's layout": (2.0, 0.0),
}
_HALF_WIDTH = 0.24


def ways_out_figure(ways: Collection[tuple[str, str]]) -> Figure:
    """Draw a box for each format and an arrow for each way from one to another.

    A way there and back is one line with two heads, in another colour and thicker. A way from a
    format to itself is not drawn.

    Args:
        ways: pairs of names of `PLACES`: from, to.

    Raises:
        ValueError: a way begins or ends at a name that has no place on the map.
    """
    unknown = {name for way in ways for name in way} - PLACES.keys()
    if unknown:
        raise ValueError(
            f"There is no place for {min(unknown)!r} on the map, which knows {', '.join(PLACES)}."
        )
    figure, (axes,) = new_figure(8.0, 4.2)
    axes.set(xlim=(-0.35, 2.35), ylim=(-0.45, 4.45), xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    for start, end in sorted(ways):
        back = (end, start) in ways
        if start != end and not (back and end < start):
            _draw_way(axes, start, end, back)
    for name, (x, y) in PLACES.items():
        axes.text(
            *(x, y, name),
            ha="center",
            va="center",
            fontsize=10,
            bbox={"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": GREY},
        )
    return figure


def _draw_way(axes: Axes, start: str, end: str, back: bool) -> None:
    (from_x, from_y), (to_x, to_y) = PLACES[start], PLACES[end]
    bend = 0.0
    if from_x == to_x:
        # Beside the column, so that the line does not run through the boxes between.
        from_x, to_x = from_x + _HALF_WIDTH, to_x + _HALF_WIDTH
        bend = 0.6 if to_y > from_y else -0.6
    else:
        side = 1 if to_x > from_x else -1
        from_x, to_x = from_x + side * _HALF_WIDTH, to_x - side * _HALF_WIDTH
    axes.annotate(
        "",
        xy=(to_x, to_y),
        xytext=(from_x, from_y),
        arrowprops={
            "arrowstyle": "<|-|>" if back else "-|>",
            "connectionstyle": f"arc3,rad={bend}",
            "color": BLUE if back else ORANGE,
            "linewidth": 2.2 if back else 1.2,
            "shrinkA": 2,
            "shrinkB": 2,
        },
        gid=f"{start} -> {end}",
    )
