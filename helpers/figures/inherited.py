"""The picture of which TensorFlow reads which TensorFlow's checkpoints."""

from collections.abc import Mapping

from matplotlib.figure import Figure

from helpers.figures.drawing import BLUE, ORANGE, new_figure


def who_reads_whom_figure(graphs: Mapping[str, Mapping[str, bool]]) -> Figure:
    """Draw a table: a row for each reader, a column for each writer.

    A filled square means that values and graph are read, an open circle the values alone.

    Args:
        graphs: for each reader, for each writer: is the graph read, too? The writers are the same,
            in the same order, for every reader.

    Raises:
        ValueError: there is no reader, or the writers differ.
    """
    columns = [list(row) for row in graphs.values()]
    if not columns or any(row != columns[0] for row in columns):
        raise ValueError("Every reader needs the same writers, in the same order.")
    figure, (axes,) = new_figure(0.75 * len(columns[0]) + 2.0, 0.34 * len(graphs) + 1.3)
    for answer, style in (
        (True, {"marker": "s", "color": BLUE, "markersize": 10}),
        (False, {"marker": "o", "color": ORANGE, "markersize": 9, "markerfacecolor": "white"}),
    ):
        chosen = [
            (column, row)
            for row, answers in enumerate(graphs.values())
            for column, read in enumerate(answers.values())
            if read is answer
        ]
        if chosen:
            axes.plot(*zip(*chosen, strict=True), linestyle="none", **style)
    axes.set(
        xlim=(-0.6, len(columns[0]) - 0.4), ylim=(len(graphs) - 0.4, -0.6),
        xticks=range(len(columns[0])), yticks=range(len(graphs)),
        xticklabels=columns[0], yticklabels=list(graphs),
        xlabel="written by", ylabel="read by",
    )  # fmt: skip
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelsize=9)
    figure.supxlabel("filled square: values and graph     open circle: values alone", fontsize=9)
    return figure
