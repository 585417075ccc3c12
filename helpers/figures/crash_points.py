"""The picture of what can still be restored, crash point by crash point."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from helpers.figures.drawing import BLUE, GREEN, ORANGE, new_figure

# What is restored: its marker, its colour.
_MARKS = {"old": ("o", BLUE), "new": ("s", GREEN), "nothing": ("X", ORANGE)}


def crash_points_figure(outcomes: Mapping[str, Sequence[str]]) -> Figure:
    """Draw a row for each kind of save, a mark for each point at which it can be killed.

    Args:
        outcomes: for each label, what is restored at each point: "old", "new" or "nothing".

    Raises:
        ValueError: an outcome is none of the three.
    """
    unknown = {one for row in outcomes.values() for one in row} - set(_MARKS)
    if unknown:
        raise ValueError(f"An outcome is one of {', '.join(_MARKS)}, not {min(unknown)!r}.")
    figure, (axes,) = new_figure(7.0, 0.5 * len(outcomes) + 1.4)
    for kind, (marker, colour) in _MARKS.items():
        points = [
            (number, row)
            for row, results in enumerate(outcomes.values())
            for number, result in enumerate(results, 1)
            if result == kind
        ]
        columns, rows = zip(*points, strict=True) if points else ((), ())
        axes.plot(columns, rows, marker, color=colour, markersize=11, linestyle="none", label=kind)
    axes.set(
        xlabel="crash point, in the order of the table",
        xticks=range(1, max(map(len, outcomes.values())) + 1),
        yticks=range(len(outcomes)),
        yticklabels=list(outcomes),
        ylim=(len(outcomes) - 0.5, -0.5),
    )
    axes.tick_params(length=0)
    figure.legend(title="what can be restored", loc="outside upper center", ncols=3, frameon=False)
    return figure
