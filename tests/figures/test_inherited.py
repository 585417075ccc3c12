import pytest

from helpers.figures.inherited import who_reads_whom_figure
from tests.figures.points import points_of

GRAPHS = {"1.4": {"1.4": True, "2.21": False}, "2.21": {"1.4": True, "2.21": True}}


def test_a_row_is_a_reader_and_a_column_a_writer():
    (axes,) = who_reads_whom_figure(GRAPHS).axes
    assert points_of(axes, "s") == {(0, 0), (0, 1), (1, 1)}
    assert points_of(axes, "o") == {(1, 0)}
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1.4", "2.21"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["1.4", "2.21"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("written by", "read by")


@pytest.mark.parametrize("graphs", [{}, {"a": {"f": True}, "b": {"g": True}}])
def test_a_ragged_table_is_refused(graphs):
    with pytest.raises(ValueError, match="same writers"):
        who_reads_whom_figure(graphs)
