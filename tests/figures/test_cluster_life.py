from helpers.figures.cluster_life import Moment, cluster_life_figure
from tests.figures.points import points_of

MOMENTS = [
    Moment("begins", 0, ["ps:0"]),
    Moment("trains", 12, ["ps:0", "worker:0"]),
    Moment("killed", 12, ["ps:0"]),
    Moment("restored", 10, ["ps:0", "worker:0"]),
]


def test_steps_lives_and_losses_are_drawn():
    above, below = cluster_life_figure(["ps:0", "worker:0"], MOMENTS).axes
    assert points_of(above, "o") == {(0, 0), (1, 12), (2, 12), (3, 10)}
    assert [text.get_text() for text in above.texts] == ["2 steps lost"]
    assert points_of(below, "X") == {(2, 1)}
    spans = {row: set() for row in (0, 1)}
    for line in below.get_lines():
        if line.get_marker() == "None":
            spans[line.get_ydata()[0]].add(tuple(line.get_xdata()))
    assert (1, 2) in spans[1]
    assert not [span for span in spans[1] if span[0] >= 2 and span[1] < 3]
    assert {(0, 0.5), (2.5, 3)} <= spans[0]
    assert [label.get_text() for label in below.get_yticklabels()] == ["ps:0", "worker:0"]
    assert [label.get_text() for label in below.get_xticklabels()] == [one.what for one in MOMENTS]
