import numpy as np
import pytest

from helpers.crash_points_figure import crash_points_figure
from helpers.lives_figure import Life, lives_figure, read_life
from helpers.save_interval import best_interval, expected_loss
from helpers.save_interval_figure import save_interval_figure

KILLED_BETWEEN_SAVES = "saving after 10 steps\nsaved model.ckpt-10\nwaiting after 17 steps\n"
KILLED_IN_A_SAVE = "resumed from model.ckpt-10\nsaving after 20 steps\n"
FINISHED = "resumed from model.ckpt-10\nsaving after 20 steps\nsaved model.ckpt-20\n"


def points_of(axes, marker):
    return {
        point
        for line in axes.get_lines()
        if line.get_marker() == marker
        for point in zip(line.get_xdata(), line.get_ydata(), strict=True)
    }


def test_a_life_is_read_from_what_the_script_prints():
    assert read_life(KILLED_BETWEEN_SAVES) == Life(0, 17, [10], False)
    assert read_life(KILLED_IN_A_SAVE) == Life(10, 20, [], False)
    assert read_life(FINISHED) == Life(10, 20, [20], True)
    assert read_life("resumed from model.ckpt-10\n") == Life(10, 10, [], False)


def test_lives_show_their_steps_saves_and_ends():
    texts = {"one": KILLED_BETWEEN_SAVES, "two": KILLED_IN_A_SAVE, "three": FINISHED}
    (axes,) = lives_figure({name: read_life(text) for name, text in texts.items()}).axes
    spans = [
        (list(line.get_xdata()), list(line.get_ydata()))
        for line in axes.get_lines()
        if line.get_linestyle() == "-" and len(line.get_xdata()) == 2
    ]
    assert spans == [([0, 17], [0, 0]), ([10, 20], [1, 1]), ([10, 20], [2, 2])]
    assert points_of(axes, "o") == {(10, 0), (20, 2)}
    assert points_of(axes, "X") == {(17, 0), (20, 1)}
    assert [label.get_text() for label in axes.get_yticklabels()] == list(texts)


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


def test_the_loss_is_drawn_with_its_parts_and_the_simulated_points():
    cost, between_failures, simulated = 0.5, 1440, {10: 0.06, 100: 0.04}
    (axes,) = save_interval_figure(cost, between_failures, simulated).axes
    curve, saving, lost_work, circles, mark = axes.get_lines()
    intervals = curve.get_xdata()
    assert np.allclose(
        curve.get_ydata(), [100 * expected_loss(one, cost, between_failures) for one in intervals]
    )
    assert np.allclose(saving.get_ydata(), 100 * cost / intervals)
    assert np.allclose(lost_work.get_ydata(), 100 * intervals / (2 * between_failures))
    assert dict(zip(circles.get_xdata(), circles.get_ydata(), strict=True)) == {10: 6, 100: 4}
    assert set(mark.get_xdata()) == {best_interval(cost, between_failures)}
    assert len({line.get_linestyle() for line in (curve, saving, lost_work, mark)}) == 4
    assert "minutes" in axes.get_xlabel()
    assert "%" in axes.get_ylabel()
