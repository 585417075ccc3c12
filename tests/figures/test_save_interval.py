import numpy as np

from helpers.figures.save_interval import save_interval_figure
from helpers.rules.save_interval import best_interval, expected_loss


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
