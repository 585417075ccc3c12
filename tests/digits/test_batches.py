import numpy as np
import pytest

from helpers.digits.batches import Batches

IMAGES = np.arange(12).reshape(12, 1)
LABELS = IMAGES * 10


def batches(seed=0, size=3):
    return Batches(IMAGES, LABELS, size, seed)


def seen(series, steps):
    return [series[step][0].ravel().tolist() for step in steps]


def test_an_epoch_shows_every_image_once():
    for epoch in range(3):
        steps = range(4 * epoch, 4 * epoch + 4)
        shown = [image for batch in seen(batches(), steps) for image in batch]
        assert sorted(shown) == list(range(12))
        for images, labels in map(batches().__getitem__, steps):
            assert np.array_equal(labels, 10 * images)


def test_a_step_has_the_same_batch_wherever_the_run_began():
    whole = seen(batches(), range(20))
    assert seen(batches(), range(13, 20)) == whole[13:]
    assert seen(batches(), reversed(range(20))) == whole[::-1]


def test_epochs_and_seeds_have_different_orders_and_the_first_is_the_published_one():
    first, second = seen(batches(), range(4)), seen(batches(), range(4, 8))
    assert first != second
    assert first != seen(batches(seed=1), range(4))
    # NumPy promises that RandomState's streams never change; the stored outputs rest on it.
    assert batches()[0][0].ravel().tolist() == [11, 4, 0]


@pytest.mark.parametrize("size", [0, -1, 5, 13])
def test_what_makes_no_batches_is_refused(size):
    with pytest.raises(ValueError, match="12 images and 11 labels"):
        Batches(IMAGES, LABELS[:11], 3, 0)
    with pytest.raises(ValueError, match=f"A batch of {size} does not divide 12"):
        batches(size=size)
    with pytest.raises(IndexError, match="no batch of step -1"):
        batches()[-1]
