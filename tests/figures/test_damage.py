import pytest

from helpers.figures.damage import bytes_figure, who_notices_figure
from tests.figures.points import points_of


def test_bytes_stand_where_they_are_read():
    (axes,) = bytes_figure([True, False, False, True, True], per_row=2).axes
    assert points_of(axes, "s") == {(0, 0), (1, 1), (0, 2)}
    assert points_of(axes, "o") == {(1, 0), (0, 1)}
    assert [label.get_text() for label in axes.get_yticklabels()] == ["0", "2", "4"]


@pytest.mark.parametrize(("noticed", "per_row"), [([], 32), ([True], 0)])
def test_no_bytes_are_refused(noticed, per_row):
    with pytest.raises(ValueError, match="at least one byte"):
        bytes_figure(noticed, per_row)


def test_the_table_says_who_notices_what():
    noticed = {"cut": {"restore": True, "latest": False}, "gone": {"restore": True, "latest": True}}
    (axes,) = who_notices_figure(noticed).axes
    assert points_of(axes, "s") == {(0, 0), (0, 1), (1, 1)}
    assert points_of(axes, "o") == {(1, 0)}
    assert [label.get_text() for label in axes.get_xticklabels()] == ["restore", "latest"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["cut", "gone"]


@pytest.mark.parametrize("noticed", [{}, {"a": {"f": True}, "b": {"g": True}}])
def test_a_ragged_table_is_refused(noticed):
    with pytest.raises(ValueError, match="same functions"):
        who_notices_figure(noticed)
