import base64

import matplotlib
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from helpers.figures.drawing import new_figure, png, show, without_frame


def test_the_same_figure_has_the_same_bytes():
    def draw(height):
        figure, (axes,) = new_figure(2, 1)
        axes.plot([0, 1], [0, height])
        return png(figure)

    assert draw(1).startswith(b"\x89PNG")
    assert draw(1) == draw(1)
    assert draw(1) != draw(2)
    assert matplotlib.__version__.encode() not in draw(1)


def test_axes_come_row_by_row():
    figure, axes = new_figure(4, 4, rows=2, columns=3)
    assert axes == figure.axes
    assert len(axes) == 6


def test_without_frame_takes_ticks_and_frame_away():
    _, (axes,) = new_figure(1, 1)
    without_frame(axes)
    assert list(axes.get_xticks()) == []
    assert not any(spine.get_visible() for spine in axes.spines.values())


def test_show_puts_picture_text_and_size_into_the_output():
    InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    figure, _ = new_figure(2, 1)
    with capture_output() as captured:
        show(figure, alt='An "empty" plot.')
    (output,) = captured.outputs
    assert output.data == {
        "text/html": '<img alt="An &quot;empty&quot; plot." width="192" '
        f'src="data:image/png;base64,{base64.b64encode(png(figure)).decode()}">',
        "text/plain": 'An "empty" plot.',
    }
    InteractiveShell.clear_instance()


def test_every_picture_needs_its_text():
    figure, _ = new_figure(1, 1)
    with pytest.raises(ValueError, match="alternative text"):
        show(figure, alt=" ")
