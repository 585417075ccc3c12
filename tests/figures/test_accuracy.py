import pytest

from helpers.figures.accuracy import accuracy_curves_figure, many_runs_figure


def test_curves_show_their_own_figures_and_labels():
    curves = {"one": {0: 0.1, 10: 0.5}, "two": {0: 0.2, 20: 0.9}}
    (axes,) = accuracy_curves_figure(curves).axes
    for line, (label, curve) in zip(axes.get_lines(), curves.items(), strict=True):
        assert list(line.get_xdata()) == list(curve)
        assert list(line.get_ydata()) == list(curve.values())
        assert label in [text.get_text().strip() for text in axes.texts]
    assert axes.get_xlabel() == "steps taken"
    assert "accuracy" in axes.get_ylabel()


def test_curves_differ_in_more_than_colour():
    (axes,) = accuracy_curves_figure({str(i): {0: 0.1 * i} for i in range(4)}).axes
    styles = {(line.get_marker(), line.get_linestyle()) for line in axes.get_lines()}
    assert len(styles) == 4


def test_a_fifth_curve_is_refused():
    with pytest.raises(ValueError, match="At most 4 curves"):
        accuracy_curves_figure({str(i): {0: 0.1} for i in range(5)})


def test_many_runs_are_all_drawn_in_their_row():
    runs = {"first": [0.5, 0.7, 0.6], "second": [0.8, 0.8]}
    (axes,) = many_runs_figure(runs, 0.6, "the mark").axes
    dots = [line for line in axes.get_lines() if line.get_linestyle() == "None"]
    assert [list(line.get_xdata()) for line in dots] == list(runs.values())
    for row, line in enumerate(dots):
        assert all(abs(height - row) < 0.5 for height in line.get_ydata())
    assert [label.get_text() for label in axes.get_yticklabels()] == list(runs)
    assert [0.6, 0.6] in [list(line.get_xdata()) for line in axes.get_lines()]
