"""The digits: MNIST's 10,000 test images and its first 10,000 training images.

The file `helpers/digits/mnist.npz` lies in the repository, so no output depends on a download.
Where it comes from and under which terms: `helpers/digits/README.md`.
"""

import hashlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

DATA_FILE = Path(__file__).with_name("mnist.npz")
_SHA256 = "793f3eaff19c7a2f44c8ebd0fd15afaedd22ebac37b1a9a8df4dc2a0756bbc23"
_CURE = f"Get it back with `git checkout -- helpers/digits/{DATA_FILE.name}`, or clone again."


class DataFileError(Exception):
    """The file with the digits is missing, or not the file that the course was made with."""


class Mnist(NamedTuple):
    """Images as rows of 784 = 28 x 28 grey values, labels as one-hot rows of 10.

    All four arrays are float32, shapes (10000, 784) and (10000, 10). A grey value runs from 0.0,
    the paper, to 1.0, the ink. Row `i` of a labels array has its single 1.0 in the column of the
    digit that image `i` shows.
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


def load_mnist(path: Path = DATA_FILE) -> Mnist:
    """Read the digits from `path`.

    Raises:
        DataFileError: the file is missing or damaged; the message names it and the cure.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise DataFileError(f"The digits are missing: there is no file {path}. {_CURE}") from None
    if hashlib.sha256(content).hexdigest() != _SHA256:
        raise DataFileError(
            f"The digits are damaged: {path} is not the file that belongs to this course "
            f"(its SHA-256 differs). {_CURE}"
        )
    with np.load(path) as arrays:
        return Mnist(
            train_images=_grey(arrays["train_images"]),
            train_labels=_one_hot(arrays["train_labels"]),
            test_images=_grey(arrays["test_images"]),
            test_labels=_one_hot(arrays["test_labels"]),
        )


def _grey(images: np.ndarray) -> np.ndarray:
    return images.astype(np.float32) / np.float32(255)


def _one_hot(digits: np.ndarray) -> np.ndarray:
    return np.eye(10, dtype=np.float32)[digits]
