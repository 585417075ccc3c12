from helpers.figures.lives import lives_figure
from helpers.scripts.resumable_training import read_life
from tests.figures.points import points_of

KILLED_BETWEEN_SAVES = "saving after 10 steps\nsaved model.ckpt-10\nwaiting after 17 steps\n"
KILLED_IN_A_SAVE = "resumed from model.ckpt-10\nsaving after 20 steps\n"
FINISHED = "resumed from model.ckpt-10\nsaving after 20 steps\nsaved model.ckpt-20\n"


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
