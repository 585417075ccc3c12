import pytest

from helpers.figures.accuracy import accuracy_curves_figure, many_runs_figure


def test_curves_show_their_own_figures_and_labels_and_differ_in_more_than_colour():
    curves = {"one": {0: 0.1, 10: 0.5}, "two": {0: 0.2, 20: 0.9}, "three": {5: 0.3}, "four": {0: 1}}
    (axes,) = accuracy_curves_figure(curves).axes
    drawn = [dict(zip(*line.get_data(), strict=True)) for line in axes.get_lines()]
    assert drawn == list(curves.values())
    assert {text.get_text().strip() for text in axes.texts} == set(curves)
    assert len({(line.get_marker(), line.get_linestyle()) for line in axes.get_lines()}) == 4
    with pytest.raises(ValueError, match="At most 4 curves"):
        accuracy_curves_figure(curves | {"five": {0: 1}})


def test_many_runs_are_all_drawn_in_their_row():
    runs = {"first": [0.5, 0.7, 0.6], "second": [0.8, 0.8]}
    (axes,) = many_runs_figure(runs, 0.6, "the mark").axes
    dots = [line for line in axes.get_lines() if line.get_linestyle() == "None"]
    assert [list(line.get_xdata()) for line in dots] == list(runs.values())
    for row, line in enumerate(dots):
        assert all(abs(height - row) < 0.5 for height in line.get_ydata())
    assert [label.get_text() for label in axes.get_yticklabels()] == list(runs)
    assert [0.6, 0.6] in [list(line.get_xdata()) for line in axes.get_lines()]
