"""Plots of accuracy: over the steps of one run, and over many runs."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from helpers.figures.drawing import BLUE, GREEN, GREY, ORANGE, new_figure

_LINES = [(BLUE, "o", "-"), (ORANGE, "s", "--"), (GREEN, "^", ":"), (GREY, "D", "-.")]


def accuracy_curves_figure(curves: Mapping[str, Mapping[int, float]]) -> Figure:
    """Draw accuracy (0 to 1) against step, one line a curve, each labelled at its end.

    Args:
        curves: for each label, the accuracy at each step; four curves at most.

    Raises:
        ValueError: there are more curves than can be told apart.
    """
    if len(curves) > len(_LINES):
        raise ValueError(f"At most {len(_LINES)} curves can be told apart, not {len(curves)}.")
    figure, (axes,) = new_figure(6.4, 3.4)
    for (label, curve), (colour, marker, line) in zip(curves.items(), _LINES, strict=False):
        steps, accuracies = list(curve), list(curve.values())
        axes.plot(steps, accuracies, color=colour, marker=marker, linestyle=line)
        axes.annotate(
            f"  {label}", (steps[-1], accuracies[-1]), color=colour, va="center", fontsize=9
        )
    axes.set(xlabel="steps taken", ylabel="accuracy on the test images", ylim=(0, 1))
    axes.margins(x=0.03)
    axes.grid(axis="y", alpha=0.3)
    return figure


def many_runs_figure(runs: Mapping[str, Sequence[float]], mark: float, mark_label: str) -> Figure:
    """Draw the final accuracy (0 to 1) of many runs as dots, a row a kind, the first at the top.

    Args:
        runs: for each label, the final accuracies; four kinds at most.
        mark: an accuracy to draw a line at, with `mark_label` beside it.
    """
    figure, (axes,) = new_figure(7.2, 0.8 * len(runs) + 1.2)
    for row, ((_, accuracies), (colour, marker, _)) in enumerate(
        zip(runs.items(), _LINES, strict=False)
    ):
        # A little up and down, by turns, so that equal runs do not hide one another.
        heights = [row + 0.12 * (number % 3 - 1) for number in range(len(accuracies))]
        axes.plot(accuracies, heights, marker, color=colour, fillstyle="none", linestyle="none")
    axes.axvline(mark, color=GREY, linestyle="--")
    axes.annotate(f" {mark_label}", (mark, -0.45), color="black", fontsize=9)
    axes.set(
        xlabel="accuracy on the test images after the last step",
        ylim=(len(runs) - 0.5, -0.7),
        yticks=range(len(runs)),
        yticklabels=list(runs),
    )
    axes.grid(axis="x", alpha=0.3)
    return figure
