"""Pictures of digits, and of what a classifier looks for in them."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from helpers.figures.drawing import new_figure, without_frame


def digits_figure(images: np.ndarray, titles: Sequence[str], columns: int = 10) -> Figure:
    """Draw images of shape (n, 784), each with its title above, `columns` in a row.

    Raises:
        ValueError: the number of titles is not the number of images.
    """
    if len(images) != len(titles):
        raise ValueError(f"Each of the {len(images)} images needs a title, not {len(titles)}.")
    rows = -(-len(images) // columns)
    figure, axes = new_figure(0.75 * columns, 0.95 * rows, rows, columns)
    for one in axes:
        without_frame(one)
    for one, image, title in zip(axes, images, titles, strict=False):
        one.imshow(image.reshape(28, 28), cmap="gray_r", vmin=0, vmax=1)
        one.set_title(title, fontsize=9)
    return figure


def weight_images_figure(weights: dict[str, np.ndarray]) -> Figure:
    """Draw the ten weight images of each checkpoint, one row each, labelled with its key.

    Args:
        weights: arrays of shape (784, 10); column d is what the classifier multiplies an image
            with to score digit d. Dark ink speaks for the digit, light against it, the middle
            grey is zero. All rows share one scale.
    """
    limit = max(float(np.abs(array).max()) for array in weights.values())
    figure, axes = new_figure(8.6, 0.9 * len(weights) + 0.2, len(weights), 10)
    for number, (one, (name, array)) in enumerate(
        zip(axes, [item for item in weights.items() for _ in range(10)], strict=True)
    ):
        digit = number % 10
        without_frame(one)
        one.imshow(_grey_steps(array[:, digit], limit), cmap="gray_r", vmin=0, vmax=1)
        if number < 10:
            one.set_title(str(digit), fontsize=9)
        if digit == 0:
            one.set_ylabel(name, fontsize=9, rotation=0, ha="right", va="center")
    return figure


def _grey_steps(column: np.ndarray, limit: float) -> np.ndarray:
    # Few greys, with zero in the middle of one: the last bits of a weight differ between
    # processors, and with as many greys as a picture can hold, some pixel would show it.
    return np.round((column.reshape(28, 28) / limit + 1) / 2 * 16) / 16
