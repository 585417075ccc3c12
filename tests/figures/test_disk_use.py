import pytest

from helpers.figures.disk_use import disk_use_figure

HISTORIES = {"all": [["a"], ["a", "b"], ["a", "b", "c"]], "one": [["a"], ["b"], ["c"]]}


def test_each_line_shows_the_gigabytes_after_each_save_and_is_named_at_its_end():
    (axes,) = disk_use_figure(HISTORIES, 1.5).axes
    assert [list(line.get_ydata()) for line in axes.get_lines()] == [[1.5, 3, 4.5], [1.5, 1.5, 1.5]]
    assert all(list(line.get_xdata()) == [1, 2, 3] for line in axes.get_lines())
    assert len({line.get_linestyle() for line in axes.get_lines()}) == 2
    ends = {text.get_text().strip(): text.xy for text in axes.texts}
    assert ends == {"all": (3, 4.5), "one": (3, 1.5)}


def test_more_lines_than_can_be_told_apart_are_refused():
    with pytest.raises(ValueError, match="4 histories"):
        disk_use_figure({str(number): [["a"]] for number in range(4)}, 1)
