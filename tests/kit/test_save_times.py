import os
import pkgutil
import time
from pathlib import Path
from unittest.mock import patch

import pytest
import tensorflow.compat.v1 as tf

from helpers.kit import save_times
from helpers.kit.save_times import SaveTimes, fsync, measure, table, timed_save

PAUSE = 0.05


@pytest.fixture
def model(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with tf.Graph().as_default(), tf.Session() as session:
        number = tf.get_variable("number", initializer=7.0)
        session.run(number.initializer)
        yield tf.train.Saver(), session


def test_a_timed_save_is_a_save(model):
    saver, session = model
    timed_save(saver, session, "m", global_step=3)
    assert tf.train.load_variable("m-3", "number") == 7
    assert tf.train.latest_checkpoint(".").endswith("m-3")
    assert Path("m-3.meta").exists()
    # What was patched is as it was.
    assert "run" not in vars(session)
    assert "export_meta_graph" not in vars(saver)


def test_the_parts_are_within_the_whole(model):
    parts = timed_save(*model, "m")
    assert min(parts) > 0
    assert parts.values + parts.state_file + parts.graph < parts.whole


@pytest.mark.parametrize(
    ("left_out", "part"), [("write_meta_graph", "graph"), ("write_state", "state_file")]
)
def test_a_part_that_is_left_out_takes_no_time(model, left_out, part):
    parts = timed_save(*model, "m", **{left_out: False})
    assert [name for name, taken in parts._asdict().items() if taken == 0] == [part]


@pytest.mark.parametrize(
    ("part", "patched"),
    [
        ("values", "tensorflow.compat.v1.Session.run"),
        ("state_file", save_times._STATE_FILE),
        ("graph", "tensorflow.compat.v1.train.Saver.export_meta_graph"),
    ],
)
def test_a_slow_part_is_called_slow(model, part, patched):
    right = pkgutil.resolve_name(patched)

    def paused(*arguments, **named):
        time.sleep(PAUSE)
        return right(*arguments, **named)

    with patch(patched, paused):
        parts = timed_save(*model, "m")
    assert getattr(parts, part) >= PAUSE


def test_all_ways_write_the_same_bytes_and_nothing_stays(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sizes = {}

    def note(path):
        sizes[path.name] = path.stat().st_size
        assert list(tmp_path.iterdir()) == [path.parent]  # one directory at a time, and here

    monkeypatch.setattr(save_times, "fsync", note)
    times = measure(1, rounds=2)
    assert times.megabytes == 1
    assert min(times) > 0
    assert sizes["raw"] == sizes["model.ckpt.data-00000-of-00001"] == 1_000_000
    assert list(tmp_path.iterdir()) == []


def test_of_the_rounds_the_median_counts(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rounds = iter([(1.0,) * 10, (5.0,) * 10, (2.0,) * 10])
    monkeypatch.setattr(save_times, "_one_round", lambda *arguments: next(rounds))
    assert measure(1, rounds=3) == (1, *(2.0,) * 10)


def test_fsync_asks_for_the_file_that_is_named(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    asked = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: asked.append(os.fstat(descriptor).st_size))
    fsync(path)
    assert asked == [5]
    assert path.read_bytes() == b"12345"


def test_the_table_has_milliseconds_in_the_order_of_its_header():
    times = SaveTimes(64, *(number / 1000 for number in range(1, 11)))
    *header, row = table([times]).splitlines()
    numbers = row.replace("|", "").replace("(", "").replace(")", "").split()
    # values + graph + state file, as the header has it
    assert [float(one) for one in numbers] == [64, 1, 2, 3, 4, 6, 5, 7, 8, 9, 10]
    words = ("write", "fsync |", "save =", "values", "graph", "file", "rename", "savez", "safetens")
    places = [header[1].index(word) for word in words]
    assert places == sorted(places)
    assert max(map(len, [*header, row])) <= 100
