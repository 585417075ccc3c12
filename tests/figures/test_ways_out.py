import pytest

from helpers.figures.ways_out import PLACES, ways_out_figure


def arrows_of(figure) -> dict[str, str]:
    (axes,) = figure.axes
    return {
        text.get_gid(): "both" if text.arrowprops["arrowstyle"] == "<|-|>" else "one"
        for text in axes.texts
        if text.get_gid()
    }


def test_each_way_is_an_arrow_and_there_and_back_is_one_with_two_heads():
    ways = {("Saver", "SavedModel"), ("SavedModel", "Saver"), ("arrays", "PyTorch's layout")}
    assert arrows_of(ways_out_figure(ways)) == {
        "SavedModel -> Saver": "both",
        "arrays -> PyTorch's layout": "one",
    }


def test_an_arrow_leads_from_the_start_to_the_end():
    (axes,) = ways_out_figure([("frozen graph", "TFLite")]).axes
    (arrow,) = [text for text in axes.texts if text.get_gid()]
    assert arrow.xyann[0] < arrow.xy[0]
    assert [arrow.xyann[1], arrow.xy[1]] == [PLACES["frozen graph"][1], PLACES["TFLite"][1]]


def test_a_way_to_itself_is_not_drawn_and_every_format_is_named():
    figure = ways_out_figure([("Keras 3", "Keras 3")])
    assert arrows_of(figure) == {}
    assert {text.get_text() for text in figure.axes[0].texts} == set(PLACES)


def test_a_name_without_a_place_is_refused():
    with pytest.raises(ValueError, match="no place for 'ONNX' on the map, which knows Saver"):
        ways_out_figure([("Saver", "ONNX")])
