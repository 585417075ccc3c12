import numpy as np
import pytest

from helpers.figures.digits import digits_figure, weight_images_figure
from helpers.figures.drawing import png


def test_digits_are_drawn_with_their_titles():
    images = np.linspace(0, 1, 3 * 784).reshape(3, 784)
    axes = digits_figure(images, ["a", "b", "c"], columns=2).axes
    assert [one.get_title() for one in axes] == ["a", "b", "c", ""]
    for one, image in zip(axes, images, strict=False):
        assert np.array_equal(one.get_images()[0].get_array(), image.reshape(28, 28))
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
