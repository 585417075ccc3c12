"""The map of the ways that a model's values can take between formats."""

from collections.abc import Collection

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from helpers.figures.drawing import BLUE, GREY, ORANGE, new_figure

START = "Saver"
# Where each format stands: what Saver leads to in the middle, what leads no further at the right.
PLACES = {
    START: (0.0, 2.0),
    "frozen graph": (1.0, 4.0),
    "SavedModel": (1.0, 3.0),
    "Keras 3": (1.0, 2.0),
    "Checkpoint": (1.0, 1.0),
    "arrays": (1.0, 0.0),
    "TFLite": (2.0, 3.5),
    "PyTorch's layout": (2.0, 0.0),
}
_HALF_WIDTH, _HALF_HEIGHT = 0.26, 0.22


def ways_out_figure(ways: Collection[tuple[str, str]]) -> Figure:
    """Draw a box for each format and an arrow for each way from one to another.

    A way there and back is one line with two heads, thicker and in another colour. A way from a
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
    figure, (axes,) = new_figure(7.4, 3.6)
    axes.set(xlim=(-0.3, 2.3), ylim=(-0.35, 4.35), xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    for name, (x, y) in PLACES.items():
        # The start is as tall as all that it leads to.
        half_height = y + _HALF_HEIGHT if name == START else _HALF_HEIGHT
        box = FancyBboxPatch(
            (x - _HALF_WIDTH, y - half_height),
            *(2 * _HALF_WIDTH, 2 * half_height),
            boxstyle="round,pad=0,rounding_size=0.06",
            facecolor="white",
            edgecolor=GREY,
        )
        axes.add_patch(box)
        axes.text(x, y, name, ha="center", va="center", fontsize=10)
    for start, end in sorted(ways):
        back = (end, start) in ways
        if start != end and not (back and end < start):
            _draw_way(axes, start, end, back)
    return figure


def _draw_way(axes: Axes, start: str, end: str, back: bool) -> None:
    (from_x, from_y), (to_x, to_y) = PLACES[start], PLACES[end]
    bend = 0.0
    if from_x == to_x:
        # Beside the column, so that the line runs through no box; the longer, the further out.
        bend = 0.5 if to_y > from_y else -0.5
        from_x, to_x = from_x + _HALF_WIDTH, to_x + _HALF_WIDTH
        nearer = 0.12 / (to_y - from_y)
        from_y, to_y = from_y + nearer, to_y - nearer
    else:
        side = 1 if to_x > from_x else -1
        from_x, to_x = from_x + side * _HALF_WIDTH, to_x - side * _HALF_WIDTH
    if START in (start, end):
        from_y = to_y = PLACES[end if start == START else start][1]
    axes.annotate(
        "",
        xy=(to_x, to_y),
        xytext=(from_x, from_y),
        gid=f"{start} -> {end}",
        arrowprops={
            "arrowstyle": "<|-|>" if back else "-|>",
            "connectionstyle": f"arc3,rad={bend}",
            "color": BLUE if back else ORANGE,
            "linewidth": 2.2 if back else 1.2,
        },
    )
