import math

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from helpers.checkpoints.compare import compare_checkpoints
from helpers.checkpoints.prefix import UnreadableCheckpointError
from tests.checkpoints.small_model import save


@pytest.fixture
def saved(tmp_path):
    """Write arrays as a real checkpoint, and return its prefix."""

    def save_arrays(name, **arrays):
        def build():
            for key, value in arrays.items():
                tf.get_variable(key, initializer=tf.constant(value))

        return save(tmp_path, build, name)

    return save_arrays


def only(comparisons):
    (comparison,) = comparisons
    return comparison


def test_a_checkpoint_is_the_same_as_itself(saved):
    values = {"a": np.float32([1, np.nan]), "b": np.int64(3), "c": np.array([b"x", b"yy"])}
    prefix = saved("m", **values, d=np.zeros([0, 3], np.float32))
    comparisons = compare_checkpoints(prefix, prefix)
    assert [comparison.name for comparison in comparisons] == ["a", "b", "c", "d"]
    assert all(comparison.same for comparison in comparisons)
    assert {str(comparison) for comparison in comparisons} == {"same bits"}
    assert [comparison.largest for comparison in comparisons] == [0, 0, None, 0]


def test_changed_numbers_are_counted_and_measured(saved):
    one = saved("one", a=np.float32([[1, 2], [3, 4]]))
    other = saved("other", a=np.float32([[1, 2], [3, 1.5]]))
    comparison = only(compare_checkpoints(one, other))
    assert (comparison.changed, comparison.largest) == (0.25, 2.5)
    assert not comparison.same
    assert str(comparison) == "25% of the numbers differ"


@pytest.mark.parametrize(
    ("one", "other", "changed", "largest"),
    [
        ([0.0], [-0.0], 1, 0),
        ([math.inf, 1], [math.inf, 2], 0.5, 1),
        ([math.nan, 1], [math.nan, 2], 0.5, 1),
        ([True, False], [True, True], 0.5, 1),
        ([2**62, 0], [-(2**62), 0], 0.5, 2**63),
        ([1 + 1j], [1 - 1j], 1, 2),
    ],
)
def test_bits_are_compared_not_values(saved, one, other, changed, largest):
    comparison = only(
        compare_checkpoints(saved("one", a=np.array(one)), saved("other", a=np.array(other)))
    )
    assert (comparison.changed, comparison.largest) == (changed, largest)


def test_half_precision_text_and_a_number_against_nan(saved):
    half = tf.bfloat16.as_numpy_dtype
    one = saved("one", h=np.array([1, 2], half), n=1.0, t=np.array([b"same", b"one"]))
    other = saved("other", h=np.array([1, 3], half), n=np.nan, t=np.array([b"same", b"two"]))
    numbers, none, text = compare_checkpoints(one, other)
    assert math.isnan(none.largest)
    assert (numbers.changed, numbers.largest) == (0.5, 1)
    assert (text.changed, text.largest) == (0.5, None)


def test_what_cannot_be_compared_is_told(saved):
    one = saved("one", a=np.float32([1]), dtype=np.float32([1]), shape=np.float32([1]))
    other = saved("other", b=np.float32([1]), dtype=np.float64([1]), shape=np.float32([[1]]))
    assert {comparison.name: str(comparison) for comparison in compare_checkpoints(one, other)} == {
        "a": "only in the first",
        "b": "only in the second",
        "dtype": "float32 [1] against float64 [1]",
        "shape": "float32 [1] against float32 [1, 1]",
    }
    assert not any(comparison.same for comparison in compare_checkpoints(one, other))


def test_a_missing_checkpoint_is_named(saved, tmp_path):
    with pytest.raises(UnreadableCheckpointError, match="gone"):
        compare_checkpoints(saved("m", a=np.float32(1)), tmp_path / "gone")


def test_damage_is_not_called_a_difference(saved, tmp_path):
    one, other = saved("one", a=np.float32([1, 2])), saved("other", a=np.float32([1, 2]))
    data = tmp_path / "other.data-00000-of-00001"
    data.write_bytes(b"\xff" + data.read_bytes()[1:])
    with pytest.raises(tf.errors.OpError, match="Checksum does not match"):
        compare_checkpoints(one, other)
