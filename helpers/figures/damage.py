"""The pictures of where damage to a checkpoint is noticed, and by whom."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from helpers.figures.drawing import BLUE, ORANGE, new_figure


def bytes_figure(noticed: Sequence[bool], per_row: int = 32) -> Figure:
    """Draw a file byte by byte, read like text: was a flipped bit in this byte noticed?

    A filled square means that it was, an open circle that it was not.

    Args:
        noticed: for each byte of the file, in order, whether the flip was noticed.
        per_row: bytes in a row of the picture.

    Raises:
        ValueError: the file is empty, or `per_row` is not positive.
    """
    if not noticed or per_row < 1:
        raise ValueError("There is nothing to draw: give at least one byte and one byte a row.")
    rows = -(-len(noticed) // per_row)
    figure, (axes,) = new_figure(0.2 * per_row + 1.2, 0.2 * rows + 1.0)
    _marks(axes, [(i % per_row, i // per_row, noticed[i]) for i in range(len(noticed))])
    axes.set(
        xlim=(-0.8, per_row - 0.2), ylim=(rows - 0.3, -0.7), aspect="equal",
        xticks=range(0, per_row, 8), yticks=range(rows),
        yticklabels=[str(row * per_row) for row in range(rows)],
        xlabel="byte in the row", ylabel="first byte\nof the row",
    )  # fmt: skip
    _explain(figure)
    return figure


def who_notices_figure(noticed: Mapping[str, Mapping[str, bool]]) -> Figure:
    """Draw a table: a row for each damage, a column for each function that may notice it.

    A filled square means that the function notices the damage, an open circle that it does not.

    Args:
        noticed: for each damage, for each function: does it notice? The functions are the same,
            in the same order, for every damage.

    Raises:
        ValueError: there is no damage, or the functions differ.
    """
    columns = [list(row) for row in noticed.values()]
    if not columns or any(row != columns[0] for row in columns):
        raise ValueError("Every damage needs the same functions, in the same order.")
    functions = columns[0]
    figure, (axes,) = new_figure(1.3 * len(functions) + 2.1, 0.27 * len(noticed) + 1.0)
    _marks(
        axes,
        [
            (column, row, answers[function])
            for row, answers in enumerate(noticed.values())
            for column, function in enumerate(functions)
        ],
    )
    axes.set(
        xlim=(-0.5, len(functions) - 0.5), ylim=(len(noticed) - 0.4, -0.6),
        xticks=range(len(functions)), yticks=range(len(noticed)),
        xticklabels=functions, yticklabels=list(noticed),
    )  # fmt: skip
    axes.xaxis.tick_top()
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelsize=9)
    _explain(figure)
    return figure


def _marks(axes, points: Sequence[tuple[int, int, bool]]) -> None:
    for answer, style in (
        (True, {"marker": "s", "color": BLUE, "markersize": 8}),
        (False, {"marker": "o", "color": ORANGE, "markersize": 7, "markerfacecolor": "white"}),
    ):
        chosen = [(column, row) for column, row, noticed in points if noticed is answer]
        if chosen:
            columns, rows = zip(*chosen, strict=True)
            axes.plot(columns, rows, linestyle="none", **style)


def _explain(figure: Figure) -> None:
    figure.supxlabel("filled square: noticed     open circle: not noticed", fontsize=9)
