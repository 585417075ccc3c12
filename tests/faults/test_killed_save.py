import os
import subprocess
import sys
from itertools import pairwise

import pytest
import tensorflow.compat.v1 as tf

from helpers.faults.killed_save import crash_points, wait_for_half_written

NAME = "model.ckpt-40.data-00000-of-00001.tempstate123"


def files_in(directory):
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def two_saves(directory, first_step, second_step, **saver_options):
    with tf.Graph().as_default(), tf.Session() as session:
        number = tf.get_variable("number", initializer=1.0)
        saver = tf.train.Saver(**saver_options)
        session.run(number.initializer)
        saver.save(session, str(directory / "m"), global_step=first_step)
        before = files_in(directory)
        session.run(number.assign(2.0))
        prefix = saver.save(session, str(directory / "m"), global_step=second_step)
        return before, files_in(directory), os.path.basename(prefix)  # noqa: PTH119


@pytest.mark.parametrize(
    ("first_step", "second_step", "count"), [(0, 1, 11), (None, None, 8)], ids=["numbered", "same"]
)
def test_the_steps_lead_from_before_to_after(tmp_path, first_step, second_step, count):
    before, after, prefix = two_saves(tmp_path, first_step, second_step, max_to_keep=1)
    points = crash_points(before, after, prefix)
    assert len(points) == count
    assert points[0].files == before
    # The last step is a renaming, after which nothing is missing and nothing left over.
    last = dict(points[-1].files)
    temporary = f"{prefix}.meta.tmp1"
    assert points[-1].next_step == f"rename it to {prefix}.meta"
    last[f"{prefix}.meta"] = last.pop(temporary)
    assert last == after


def test_the_order_is_that_of_a_real_save_step_by_step(tmp_path):
    points = crash_points(*two_saves(tmp_path, 0, 1, max_to_keep=1))
    assert [point.next_step for point in points] == [
        "create m-1.data-00000-of-00001.tempstate1",
        "rename it to m-1.data-00000-of-00001",
        "create m-1.index.tempstate1",
        "rename it to m-1.index",
        "create checkpoint.tmp1",
        "rename it to checkpoint",
        "delete m-0.meta",
        "delete m-0.index",
        "delete m-0.data-00000-of-00001",
        "create m-1.meta.tmp1",
        "rename it to m-1.meta",
    ]
    written = ["m-1.data-00000-of-00001", "m-1.index", "checkpoint", "m-1.meta"]
    times = [(tmp_path / name).stat().st_mtime_ns for name in written]
    assert times == sorted(times)
    for point, following in pairwise(points):
        gone = point.files.keys() - following.files.keys()
        come = following.files.keys() - point.files.keys()
        kind = point.next_step.split()[0]
        # A renamed file may take the place of one of the same name.
        expected = {"create": [(0, 1)], "delete": [(1, 0)], "rename": [(1, 1), (1, 0)]}[kind]
        assert (len(gone), len(come)) in expected


def test_below_the_limit_nothing_is_deleted_and_without_its_graph_a_save_is_refused(tmp_path):
    points = crash_points(*two_saves(tmp_path, 0, 1, max_to_keep=2))
    assert not [point for point in points if point.next_step.startswith("delete")]
    before, after, prefix = two_saves(tmp_path, 2, 3)
    del after["m-3.meta"]
    with pytest.raises(ValueError, match=r"there must be m-3\.meta, but there is none"):
        crash_points(before, after, prefix)


def process(directory, program):
    return subprocess.Popen([sys.executable, "-c", program], cwd=directory, stdin=subprocess.PIPE)


def test_returns_the_file_while_the_process_still_writes(tmp_path):
    # It writes nothing to the file before a first one is there, and holds it open until asked.
    program = f"""
file = open({NAME!r}, "wb", buffering=0)
file.write(b"some")
input()
"""
    with process(tmp_path, program) as writer:
        found = wait_for_half_written(tmp_path / "model.ckpt-40", writer)
        assert writer.poll() is None
        writer.kill()
    assert found == tmp_path / NAME
    assert found.read_bytes() == b"some"


def test_other_files_and_empty_ones_are_not_waited_for(tmp_path):
    for name in (
        "model.ckpt-4.data-00000-of-00001.tempstate1",
        "model.ckpt-40.index.tempstate1",
        "model.ckpt-40.data-00000-of-00001",
    ):
        (tmp_path / name).write_bytes(b"some")
    (tmp_path / NAME).touch()
    with (
        process(tmp_path, "raise SystemExit(3)") as writer,
        pytest.raises(
            RuntimeError, match=r"ended with 3 before it wrote anything of model.ckpt-40"
        ),
    ):
        wait_for_half_written(tmp_path / "model.ckpt-40", writer)
