import numpy as np
import pytest

from helpers.accuracy_figures import accuracy_curves_figure, many_runs_figure
from helpers.digit_images import digits_figure, weight_images_figure
from helpers.pictures import png
from helpers.retention_picture import retention_figure


def drawn_points(axes, marker):
    lines = [line for line in axes.get_lines() if line.get_marker() == marker]
    return {point for line in lines for point in zip(*map(tuple, line.get_data()), strict=True)}


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


def test_digits_are_drawn_with_their_titles():
    images = np.linspace(0, 1, 3 * 784).reshape(3, 784)
    axes = digits_figure(images, ["a", "b", "c"], columns=2).axes
    assert [one.get_title() for one in axes] == ["a", "b", "c", ""]
    for one, image in zip(axes, images, strict=False):
        assert np.array_equal(one.get_images()[0].get_array(), image.reshape(28, 28))


def test_every_digit_needs_a_title():
    with pytest.raises(ValueError, match="2 images needs a title, not 1"):
        digits_figure(np.zeros((2, 784)), ["a"])


def test_weights_are_drawn_row_by_row_on_one_scale():
    weights = {"first": np.zeros((784, 10)), "second": np.zeros((784, 10))}
    weights["first"][5, 3] = 2.0
    weights["second"][6, 9] = -1.0
    axes = weight_images_figure(weights).axes
    assert len(axes) == 20
    shown = [one.get_images()[0].get_array().ravel() for one in axes]
    middle = shown[0][0]
    assert shown[3][5] == 1.0
    assert shown[19][6] == 0.25
    assert sum((image != middle).sum() for image in shown) == 2
    assert [axes[0].get_ylabel(), axes[10].get_ylabel()] == ["first", "second"]
    assert [one.get_title() for one in axes[:10]] == [str(digit) for digit in range(10)]


def test_weights_that_differ_in_the_last_bits_make_the_same_picture():
    weights = np.random.RandomState(0).uniform(-0.1, 0.1, (784, 10)).astype(np.float32)
    nudged = weights * np.float32(1 + 1e-7)
    assert png(weight_images_figure({"a": weights})) == png(weight_images_figure({"a": nudged}))


def test_retention_shows_who_is_alive_and_who_was_deleted():
    saves = ["a", "b", "c"]
    histories = {
        "two": [["a"], ["a", "b"], ["b", "c"]],
        "all": [["a"], ["a", "b"], ["a", "b", "c"]],
    }
    two, everything = retention_figure(histories, saves).axes
    assert drawn_points(two, "s") == {(0, 0), (1, 0), (1, 1), (2, 1), (2, 2)}
    assert drawn_points(two, "x") == {(2, 0)}
    assert len(drawn_points(everything, "s")) == 6
    assert drawn_points(everything, "x") == set()
    assert [label.get_text() for label in two.get_yticklabels()] == saves
    assert [two.get_title(), everything.get_title()] == ["two", "all"]


def test_retention_refuses_a_history_of_another_length():
    with pytest.raises(ValueError, match="tells of 1 saves, but there were 2"):
        retention_figure({"short": [["a"]]}, ["a", "b"])


def test_retention_refuses_a_prefix_that_was_never_saved():
    with pytest.raises(ValueError, match="names b, which was never saved"):
        retention_figure({"odd": [["b"]]}, ["a"])
