"""Which training images each step sees."""

import numpy as np


class Batches:
    """An endless, repeatable series of batches: `batches[step]` is what that step trains on.

    The images are shuffled once an epoch, by `seed` and the epoch's number alone. So the batch of
    step 30 is the same in every run, whether or not the run began at step 0.

    Args:
        images: float array of shape (n, ...).
        labels: float array of shape (n, ...), row by row the images' labels.
        size: images in a batch; must divide n, so that every epoch is whole.
        seed: of the order, 0 or more.

    Raises:
        ValueError: images and labels differ in number, or `size` does not divide it.
    """

    def __init__(self, images: np.ndarray, labels: np.ndarray, size: int, seed: int) -> None:
        if len(images) != len(labels):
            raise ValueError(
                f"Every image needs its label, but there are {len(images)} images and "
                f"{len(labels)} labels."
            )
        if size < 1 or len(images) % size:
            raise ValueError(
                f"A batch of {size} does not divide {len(images)} images: choose a divisor."
            )
        self._images, self._labels, self._size, self._seed = images, labels, size, seed
        self._epoch, self._order = -1, np.empty(0, int)

    def __getitem__(self, step: int) -> tuple[np.ndarray, np.ndarray]:
        """Return images of shape (size, ...) and their labels for `step`, counted from 0."""
        if step < 0:
            raise IndexError(f"Steps are counted from 0, so there is no batch of step {step}.")
        epoch, position = divmod(step, len(self._images) // self._size)
        if epoch != self._epoch:
            # RandomState, not default_rng: NumPy promises that its streams never change.
            random = np.random.RandomState([self._seed, epoch])
            self._epoch, self._order = epoch, random.permutation(len(self._images))
        rows = self._order[position * self._size : (position + 1) * self._size]
        return self._images[rows], self._labels[rows]
