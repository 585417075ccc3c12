import os

import pytest
import tensorflow.compat.v1 as tf

from helpers.kit.cluster import Cluster
from helpers.scripts import cluster_task, mirrored_task

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a cluster is started with fork")


def test_a_run_trains_saves_by_tens_and_resumes(tmp_path):
    cluster = Cluster(cluster_task.__file__, ps=2, worker=2)
    arguments = ["--checkpoint-dir", str(tmp_path / "run")]
    cluster.start("ps:0", "ps:1", "worker:0", arguments=arguments)
    assert cluster.answer("worker:0") == ["a session begins at step 0"]
    assert cluster.ask("worker:0", "12") == ["at step 12"]
    cluster.kill("worker:0")
    # A chief begins although the other worker is not there, and where the last save was.
    cluster.start("worker:0", arguments=arguments)
    assert cluster.answer("worker:0") == ["a session begins at step 10"]
    cluster.start("worker:1", arguments=arguments)
    assert cluster.answer("worker:1") == ["a session begins at step 10"]
    assert cluster.ask("worker:1", "15") == ["at step 15"]
    assert cluster.finish("worker:0") == []
    cluster.stop()
    saved = str(tmp_path / "run" / "model.ckpt-15")
    assert tf.train.latest_checkpoint(tmp_path / "run") == saved
    assert tf.train.load_variable(saved, "global_step") == 15
    assert len(list((tmp_path / "run").glob("model.ckpt-15.data-*"))) == 2


def test_mirrored_workers_add_up_save_and_restore(tmp_path):
    def told(cluster, *lines):
        for number, line in enumerate(lines):
            cluster.say(f"worker:{number}", line)
        return [cluster.answer(f"worker:{number}") for number in range(2)]

    def started():
        cluster = Cluster(mirrored_task.__file__, worker=2)
        cluster.start("worker:0", "worker:1", arguments=["--count-batches"])
        for number in range(2):
            cluster.answer(f"worker:{number}")
        return cluster

    cluster = started()
    assert told(cluster, "train 3", "train 3") == [["step 3, number 6.0"]] * 2
    real, aside = tmp_path / "real" / "ckpt", tmp_path / "aside" / "ckpt"
    assert told(cluster, f"save {real}", f"save {aside}") == [
        [f"saved {real}-1"],
        [f"saved {aside}-1"],
    ]
    cluster.stop()
    batches = "batches/.ATTRIBUTES/VARIABLE_VALUE"
    assert tf.train.load_variable(f"{real}-1", batches) == 6  # three of each worker
    cluster = started()
    lines = [f"restore {real}-1"] * 2
    assert told(cluster, *lines) == [["restored step 3, number 6.0"]] * 2
    cluster.stop()
