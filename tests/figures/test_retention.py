import pytest

from helpers.figures.retention import retention_figure
from tests.figures.points import points_of


def test_retention_shows_who_is_alive_and_who_was_deleted():
    saves = ["a", "b", "c"]
    histories = {
        "two": [["a"], ["a", "b"], ["b", "c"]],
        "all": [["a"], ["a", "b"], ["a", "b", "c"]],
    }
    two, everything = retention_figure(histories, saves).axes
    assert points_of(two, "s") == {(0, 0), (1, 0), (1, 1), (2, 1), (2, 2)}
    assert points_of(two, "x") == {(2, 0)}
    assert len(points_of(everything, "s")) == 6
    assert points_of(everything, "x") == set()
    assert [label.get_text() for label in two.get_yticklabels()] == saves
    assert [two.get_title(), everything.get_title()] == ["two", "all"]


def test_a_history_of_another_length_or_another_prefix_is_refused():
    with pytest.raises(ValueError, match="tells of 1 saves, but there were 2"):
        retention_figure({"short": [["a"]]}, ["a", "b"])
    with pytest.raises(ValueError, match="names b, which was never saved"):
        retention_figure({"odd": [["b"]]}, ["a"])
