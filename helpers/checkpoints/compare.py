"""Compare two checkpoints variable by variable, without a graph and without a session."""

import os
from dataclasses import dataclass

import numpy as np

from .prefix import OpenCheckpoint, existing_prefix


@dataclass(frozen=True)
class Comparison:
    """What two checkpoints hold under one name."""

    name: str  # the variable's name in both files
    # dtype and shape in the first checkpoint, in words; None if it has no such variable
    one: str | None
    other: str | None  # the same of the second
    # the share of the numbers whose bits differ, 0 to 1; None if the dtypes or the shapes differ,
    # or one checkpoint has no such variable
    changed: float | None = None
    # the largest absolute difference of two numbers that stand in the same place; None if `changed`
    # is, or if the variable holds no numbers. NaN if one of two numbers that differ in their bits
    # is NaN.
    largest: float | None = None

    @property
    def same(self) -> bool:
        """Whether both checkpoints hold the same bits under this name."""
        return self.changed == 0

    def __str__(self) -> str:
        if self.other is None:
            return "only in the first"
        if self.one is None:
            return "only in the second"
        if self.changed is None:
            return f"{self.one} against {self.other}"
        return "same bits" if self.same else f"{self.changed:.0%} of the numbers differ"


def compare_checkpoints(
    one: str | os.PathLike[str], other: str | os.PathLike[str]
) -> list[Comparison]:
    """Compare every variable of two checkpoints, sorted by name.

    At most one variable of each checkpoint is held in memory.

    Args:
        one: the first checkpoint's prefix.
        other: the second's.

    Raises:
        UnreadableCheckpointError: one of the two does not exist, or its .index cannot be read.
        tf.errors.OpError: the bytes of a variable are damaged or missing.
        IndexError: a `.data` file is cut short; TensorFlow's reader calls OutOfRange so.
    """
    comparisons = []
    with existing_prefix(one) as first, existing_prefix(other) as second:
        kinds = [_kinds(checkpoint) for checkpoint in (first, second)]
        readers = [checkpoint.reader() for checkpoint in (first, second)]
        for key in sorted(kinds[0] | kinds[1], key=_name):
            held = [kind.get(key) for kind in kinds]
            found = ()
            if held[0] == held[1]:
                found = _found(*[np.asarray(reader.get_tensor(key)) for reader in readers])
            comparisons.append(Comparison(_name(key), *held, *found))
    return comparisons


def _kinds(checkpoint: OpenCheckpoint) -> dict[str | bytes, str]:
    kinds = checkpoint.kinds().items()
    return {key: f"{dtype.name} {shape.as_list()}" for key, (dtype, shape) in kinds}


def _name(key: str | bytes) -> str:
    return key if isinstance(key, str) else key.decode(errors="backslashreplace")


def _found(one: np.ndarray, other: np.ndarray) -> tuple[float, float | None]:
    # The share that differs, and the largest difference.
    differ = _differ(one, other)
    changed = float(differ.mean()) if differ.size else 0.0
    if one.dtype.kind in "OSU":
        return changed, None
    if not changed:
        return changed, 0.0
    # Only where bits differ: two infinities of one sign are equal, but their difference is NaN.
    wide = np.complex128 if one.dtype.kind == "c" else np.longdouble
    return changed, float(np.abs(one[differ].astype(wide) - other[differ].astype(wide)).max())


def _differ(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    # Bits, not values: NaN equals itself then, and -0.0 is not 0.0.
    if one.dtype.kind in "OSU":
        return one != other
    size = one.dtype.itemsize
    bits = [np.ascontiguousarray(array).reshape(-1).view(np.uint8) for array in (one, other)]
    return (bits[0] != bits[1]).reshape(-1, size).any(axis=1).reshape(one.shape)
