import numpy as np
import pytest

from helpers.digits.build_mnist import main as build
from helpers.digits.build_mnist import read_idx
from helpers.digits.mnist import DATA_FILE, DataFileError, load_mnist


@pytest.fixture(scope="module")
def mnist():
    return load_mnist()


def test_shapes_types_ranges_and_the_digits_are_mnists_own(mnist):
    for images, labels in (
        (mnist.train_images, mnist.train_labels),
        (mnist.test_images, mnist.test_labels),
    ):
        assert (images.shape, images.dtype) == ((10_000, 784), np.float32)
        assert (images.min(), images.max()) == (0.0, 1.0)
        assert (labels.shape, labels.dtype) == ((10_000, 10), np.float32)
        assert np.array_equal(np.unique(labels), [0, 1])
        assert (labels.sum(axis=1) == 1).all()
    # The published counts of the digits 0 to 9 among MNIST's 10,000 test images.
    counts = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert mnist.test_labels.sum(axis=0).tolist() == counts
    first_ten = [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert mnist.train_labels[:10].argmax(axis=1).tolist() == first_ten


def test_labels_belong_to_their_images(mnist):
    # Each digit's images look more like their own mean than like any other digit's.
    digits = mnist.train_labels.argmax(axis=1)
    means = np.stack([mnist.train_images[digits == digit].mean(axis=0) for digit in range(10)])
    distances = ((mnist.test_images[:, None] - means) ** 2).sum(axis=2)
    right = distances.argmin(axis=1) == mnist.test_labels.argmax(axis=1)
    assert right.mean() > 0.8


@pytest.mark.parametrize("damage", ["cut", "flipped", "emptied"])
def test_a_damaged_or_missing_file_is_named_with_the_cure(tmp_path, damage):
    content = bytearray(DATA_FILE.read_bytes())
    if damage == "flipped":
        content[len(content) // 2] ^= 1
    length = {"cut": len(content) - 1, "flipped": len(content), "emptied": 0}[damage]
    path = tmp_path / "mnist.npz"
    with pytest.raises(DataFileError, match=r"no file .*mnist\.npz.*git checkout"):
        load_mnist(path)
    path.write_bytes(content[:length])
    with pytest.raises(DataFileError, match=r"damaged: .*mnist\.npz.*git checkout"):
        load_mnist(path)


def test_the_build_script_writes_the_first_images_of_original_files(tmp_path):
    random = np.random.RandomState(0)
    parts = {"train": random.randint(0, 256, (3, 784)), "t10k": random.randint(0, 256, (2, 784))}
    for stem, images in parts.items():
        header = b"\x00\x00\x08\x03" + bytes(12)
        content = header + images.astype(np.uint8).tobytes()
        (tmp_path / f"{stem}-images-idx3-ubyte").write_bytes(content)
        labels = b"\x00\x00\x08\x01" + bytes(4) + bytes(range(len(images)))
        (tmp_path / f"{stem}-labels-idx1-ubyte").write_bytes(labels)

    build(tmp_path, tmp_path / "built.npz")
    first = (tmp_path / "built.npz").read_bytes()
    build(tmp_path, tmp_path / "built.npz")

    assert first == (tmp_path / "built.npz").read_bytes(), "the same images make other bytes"
    with np.load(tmp_path / "built.npz") as arrays:
        assert np.array_equal(arrays["train_images"], parts["train"])
        assert np.array_equal(arrays["test_images"], parts["t10k"])
        assert arrays["test_labels"].tolist() == [0, 1]
    (tmp_path / "packed").write_bytes(b"\x1f\x8b\x08\x00 still packed")
    with pytest.raises(ValueError, match="not an unpacked MNIST file"):
        read_idx(tmp_path / "packed", b"\x00\x00\x08\x03", 16)
