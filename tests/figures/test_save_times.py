import numpy as np
import pytest

from helpers.figures.save_times import save_times_figure
from helpers.kit.save_times import SaveTimes

SMALL = SaveTimes(1, 0.1, 9, 0.8, 0.4, 0.1, 0.2, 9, 9, 0.3, 0.2)
LARGE = SaveTimes(100, 1, 9, 4, 3.6, 0.1, 0.2, 9, 9, 3, 1.1)


def test_four_ways_are_drawn_over_the_megabytes_and_no_name_covers_another():
    left, _ = save_times_figure([SMALL, LARGE]).axes
    drawn = {tuple(line.get_ydata()) for line in left.get_lines()}
    assert drawn == {(0.8, 4), (0.3, 3), (0.2, 1.1), (0.1, 1)}
    assert all(list(line.get_xdata()) == [1, 100] for line in left.get_lines())
    assert left.get_xscale() == left.get_yscale() == "log"
    assert len({line.get_marker() for line in left.get_lines()}) == 4
    labels = sorted(left.texts, key=lambda text: text.xy[1])
    assert [text.get_text() for text in labels] == [
        "plain write", "safetensors", "numpy.savez", "Saver.save"
    ]  # fmt: skip
    heights = [text.xy[1] for text in labels]
    assert min(np.diff(heights)) > 0.079


def test_the_parts_of_a_save_add_up_to_all_of_it():
    _, right = save_times_figure([SMALL, LARGE]).axes
    widths = [[bar.get_width() for bar in part] for part in right.containers]
    assert np.allclose(widths, [[50, 90], [25, 5], [12.5, 2.5], [12.5, 2.5]])
    starts = [[bar.get_x() for bar in part] for part in right.containers]
    assert np.allclose(starts, [[0, 0], [50, 90], [75, 95], [87.5, 97.5]])
    assert [part.get_label() for part in right.containers] == [
        "values", "graph", "state file", "rest"
    ]  # fmt: skip
    assert len({part[0].get_hatch() for part in right.containers}) == 4
    assert [tick.get_text() for tick in right.get_yticklabels()] == ["1 MB", "100 MB"]
    with pytest.raises(ValueError, match="two measurements"):
        save_times_figure([SMALL])
