import pytest

from helpers.figures.crash_points import crash_points_figure
from tests.figures.points import points_of


def test_crash_points_show_each_outcome_at_its_place():
    rows = {"numbered": ["old", "new", "new"], "one name": ["old", "nothing"]}
    (axes,) = crash_points_figure(rows).axes
    assert points_of(axes, "o") == {(1, 0), (1, 1)}
    assert points_of(axes, "s") == {(2, 0), (3, 0)}
    assert points_of(axes, "X") == {(2, 1)}
    assert [label.get_text() for label in axes.get_yticklabels()] == list(rows)


def test_an_unknown_outcome_is_refused():
    with pytest.raises(ValueError, match="not 'lost'"):
        crash_points_figure({"numbered": ["old", "lost"]})
