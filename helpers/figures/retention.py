"""The picture of which checkpoints are alive after each save."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.figures.drawing import BLUE, ORANGE, new_figure


def retention_figure(
    histories: Mapping[str, Sequence[Sequence[str]]], saves: Sequence[str]
) -> Figure:
    """Draw a panel for each history: a row a checkpoint, a column a save.

    A filled square means that the checkpoint is on disk after that save, a cross that this save
    deleted it.

    Args:
        histories: for each panel's title, the prefixes on disk after each save.
        saves: the prefix that each save wrote, in order; no prefix twice.

    Raises:
        ValueError: a history is not as long as `saves`, or names a prefix that was never saved.
    """
    for title, history in histories.items():
        if len(history) != len(saves):
            raise ValueError(
                f"The history {title!r} tells of {len(history)} saves, but there were {len(saves)}."
            )
        unknown = {prefix for alive in history for prefix in alive} - set(saves)
        if unknown:
            raise ValueError(f"The history {title!r} names {min(unknown)}, which was never saved.")
    cell = min(0.28, 6.8 / (len(saves) * len(histories)))  # inches; as wide as a page at most
    figure, panels = new_figure(
        cell * len(saves) * len(histories) + 1.7,
        max(cell, 0.18) * len(saves) + 1.0,
        columns=len(histories),
    )
    for panel, (title, history) in zip(panels, histories.items(), strict=True):
        _draw(panel, history, saves)
        panel.set_title(title, fontsize=9)
        panel.set_yticks(range(len(saves)), saves if panel is panels[0] else [], fontsize=9)
    figure.supxlabel("saves, in order", fontsize=9)
    return figure


def _draw(panel: Axes, history: Sequence[Sequence[str]], saves: Sequence[str]) -> None:
    alive, deleted = [], []
    for row, prefix in enumerate(saves):
        here = [number for number, on_disk in enumerate(history) if prefix in on_disk]
        alive += [(number, row) for number in here]
        if here and here[-1] < len(history) - 1:
            deleted.append((here[-1] + 1, row))
    for points, marker, colour, size in ((alive, "s", BLUE, 6), (deleted, "x", ORANGE, 5)):
        if points:
            columns, rows = zip(*points, strict=True)
            panel.plot(columns, rows, marker, color=colour, markersize=size, linestyle="none")
    panel.set(
        xlim=(-0.7, len(saves) - 0.3),
        ylim=(len(saves) - 0.3, -0.7),
        xticks=[0, len(saves) - 1],
        xticklabels=["1", str(len(saves))],
    )
    panel.tick_params(length=0, labelsize=9)
