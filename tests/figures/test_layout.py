import dataclasses

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from helpers.checkpoints.index_file import read_index
from helpers.figures.layout import layout_figure


@pytest.fixture
def tensors(tmp_path):
    """Save two variables, in one `.data` file and in two; return what both indexes say."""
    found = {}
    two = tf.ConfigProto(device_count={"CPU": 2})
    for title, sharded in (("one file", False), ("two files", True)):
        with tf.Graph().as_default(), tf.Session(config=two) as session:
            for number, name in enumerate(("a", "b")):
                with tf.device(f"/cpu:{number}"):
                    tf.get_variable(name, initializer=np.zeros(250 * (number + 1), np.float32))
            session.run(tf.global_variables_initializer())
            tf.train.Saver(sharded=sharded).save(session, str(tmp_path / title))
        found[title] = read_index(tmp_path / f"{title}.index").tensors
    return found


def test_every_bar_begins_and_ends_where_its_tensor_does_and_tells_its_file(tensors):
    one, two = layout_figure(tensors).axes
    bars = [[(bar.get_x(), bar.get_width()) for bar in panel.patches] for panel in (one, two)]
    assert bars == [[(0, 1), (1, 2)], [(0, 1), (0, 2)]]
    assert [label.get_text() for label in one.get_yticklabels()] == ["a", "b"]
    assert [panel.get_title() for panel in (one, two)] == ["one file", "two files"]
    assert len({bar.get_hatch() for bar in one.patches}) == 1
    assert len({bar.get_hatch() for bar in two.patches}) == 2
    assert [text.get_text().strip() for text in two.texts] == ["file 0", "file 1"]


def test_other_names_and_more_files_than_can_be_told_apart_are_refused(tensors):
    with pytest.raises(ValueError, match="short holds other names"):
        layout_figure({"whole": tensors["one file"], "short": tensors["one file"][:1]})
    far = [dataclasses.replace(tensor, shard=3) for tensor in tensors["one file"]]
    with pytest.raises(ValueError, match="more than the 3"):
        layout_figure({"far": far})
