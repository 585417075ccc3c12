"""The picture of how much room a run's checkpoints take, save after save."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from helpers.figures.drawing import BLUE, GREEN, ORANGE, new_figure

# Told apart without colour by the kind of line.
_LINES = [(BLUE, "-"), (ORANGE, "--"), (GREEN, "-.")]


def disk_use_figure(histories: Mapping[str, Sequence[Sequence[str]]], gigabytes: float) -> Figure:
    """Draw, for each history, the room its checkpoints take after each save.

    Args:
        histories: for each line's label, the prefixes on disk after each save; all equally long.
        gigabytes: the size of one checkpoint.

    Raises:
        ValueError: there are more histories than lines that can be told apart.
    """
    if len(histories) > len(_LINES):
        raise ValueError(f"{len(histories)} histories, but only {len(_LINES)} kinds of line.")
    figure, (axes,) = new_figure(6.4, 3.6)
    for (label, history), (colour, style) in zip(histories.items(), _LINES, strict=False):
        sizes = [gigabytes * len(alive) for alive in history]
        axes.plot(range(1, len(sizes) + 1), sizes, style, color=colour)
        axes.annotate(f" {label}", (len(sizes), sizes[-1]), color=colour, va="center", fontsize=9)
    axes.set(yscale="log", xlabel="saves", ylabel="on disk (GB, logarithmic)")
    axes.yaxis.set_major_formatter("{x:g}")
    # Room for the labels.
    saves = max(map(len, histories.values()))
    axes.set_xlim(0, 1.35 * saves)
    axes.set_xticks([tick for tick in axes.get_xticks() if tick <= saves])
    return figure
