import pytest

from helpers.figures.ways_out import PLACES, ways_out_figure


def test_each_way_is_an_arrow_and_there_and_back_is_one_with_two_heads():
    ways = {("Saver", "SavedModel"), ("SavedModel", "Saver"), ("frozen graph", "TFLite")}
    (axes,) = ways_out_figure(ways | {("Keras 3", "Keras 3")}).axes
    arrows = {text.get_gid(): text for text in axes.texts if text.get_gid()}
    heads = {name: arrow.arrowprops["arrowstyle"] == "<|-|>" for name, arrow in arrows.items()}
    assert heads == {"SavedModel -> Saver": True, "frozen graph -> TFLite": False}
    arrow = arrows["frozen graph -> TFLite"]
    assert arrow.xyann[0] < arrow.xy[0]
    assert [arrow.xyann[1], arrow.xy[1]] == [PLACES["frozen graph"][1], PLACES["TFLite"][1]]
    assert {text.get_text() for text in axes.texts} - {""} == set(PLACES)


def test_a_name_without_a_place_is_refused():
    with pytest.raises(ValueError, match="no place for 'ONNX' on the map, which knows Saver"):
        ways_out_figure([("Saver", "ONNX")])
