import shutil
import subprocess
import sys

import pytest
import tensorflow.compat.v1 as tf

from helpers.checkpoints.restore import NoIntactCheckpointError
from helpers.scripts import resumable_training
from helpers.scripts.resumable_training import Life, read_life

DATA = ".data-00000-of-00001"


def train(directory, **options):
    with tf.Graph().as_default():
        resumable_training.train(str(directory), **options)


def names_in(directory):
    return sorted(path.stem for path in directory.glob("*.index"))


def all_bytes(prefix):
    return {
        name: tf.train.load_variable(str(prefix), name).tobytes()
        for name, _ in tf.train.list_variables(str(prefix))
    }


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    directory = tmp_path_factory.mktemp("undisturbed")
    train(directory)
    return directory


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    directory = tmp_path_factory.mktemp("killed")
    command = [sys.executable, resumable_training.__file__, directory, "--wait-after", "37"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout:
            if line == "waiting after 37 steps\n":
                process.kill()
    assert process.returncode != 0
    return directory


def resume_copy(of, directory, **options):
    shutil.copytree(of, directory)
    train(directory, **options)
    return directory


def test_it_saves_every_tenth_step_and_keeps_two(undisturbed):
    assert names_in(undisturbed) == ["model.ckpt-40", "model.ckpt-50"]
    assert tf.train.load_variable(str(undisturbed / "model.ckpt-50"), "global_step") == 50


def test_a_killed_run_ends_bit_for_bit_where_it_would_have_ended(undisturbed, killed, tmp_path):
    assert names_in(killed) == ["model.ckpt-20", "model.ckpt-30"]
    resumed = resume_copy(killed, tmp_path / "resumed")
    assert all_bytes(resumed / "model.ckpt-50") == all_bytes(undisturbed / "model.ckpt-50")


def test_dropout_is_at_work(undisturbed, tmp_path, monkeypatch):
    # Else the test above would not show that its masks are the same.
    monkeypatch.setattr(tf.nn.experimental, "stateless_dropout", lambda values, **_: values)
    train(tmp_path / "without")
    without, with_dropout = (
        tf.train.load_variable(str(directory / "model.ckpt-50"), "weights")
        for directory in (tmp_path / "without", undisturbed)
    )
    assert abs(without - with_dropout).max() > 0.01


def test_it_goes_on_before_a_damaged_checkpoint(undisturbed, tmp_path, capsys):
    shutil.copytree(undisturbed, tmp_path / "damaged")
    values = tmp_path / "damaged" / f"model.ckpt-50{DATA}"
    values.write_bytes(values.read_bytes()[:-1])
    train(tmp_path / "damaged")
    assert "resumed from model.ckpt-40\n" in capsys.readouterr().out
    assert all_bytes(tmp_path / "damaged/model.ckpt-50") == all_bytes(undisturbed / "model.ckpt-50")

    # Without an intact one, it does not begin anew.
    for values in (tmp_path / "damaged").glob(f"*{DATA}"):
        values.write_bytes(b"")
    with pytest.raises(NoIntactCheckpointError):
        train(tmp_path / "damaged")


def test_it_remembers_only_when_asked_to_and_a_finished_run_takes_no_step(killed, tmp_path, capsys):
    forgetful = resume_copy(killed, tmp_path / "forgetful")
    assert len(names_in(forgetful)) == 4
    remembering = resume_copy(killed, tmp_path / "remembering", remember=True)
    assert names_in(remembering) == ["model.ckpt-40", "model.ckpt-50"]
    capsys.readouterr()
    train(remembering)
    assert capsys.readouterr().out == "resumed from model.ckpt-50\n"


@pytest.mark.parametrize("spelling", [".", "./", "../damaged"])
def test_it_remembers_however_the_directory_is_spelled(
    undisturbed, tmp_path, monkeypatch, spelling
):
    shutil.copytree(undisturbed, tmp_path / "damaged")
    # Step 50 is listed, and saved once more.
    (tmp_path / "damaged" / f"model.ckpt-50{DATA}").write_bytes(b"")
    monkeypatch.chdir(tmp_path / "damaged")
    train(spelling, remember=True)
    assert names_in(tmp_path / "damaged") == ["model.ckpt-40", "model.ckpt-50"]


def test_ballast_is_written_and_never_read(killed, tmp_path):
    heavy = resume_copy(killed, tmp_path / "heavy", ballast=1)
    size = (heavy / f"model.ckpt-50{DATA}").stat().st_size
    assert size - (killed / f"model.ckpt-30{DATA}").stat().st_size == 1_000_000
    train(heavy)


def test_a_life_is_read_from_what_the_script_prints():
    killed_between_saves = "saving after 10 steps\nsaved model.ckpt-10\nwaiting after 17 steps\n"
    assert read_life(killed_between_saves) == Life(0, 17, [10], False)
    killed_in_a_save = "resumed from model.ckpt-10\nsaving after 20 steps\n"
    assert read_life(killed_in_a_save) == Life(10, 20, [], False)
    finished = killed_in_a_save + "saved model.ckpt-20\n"
    assert read_life(finished) == Life(10, 20, [20], True)
    assert read_life("resumed from model.ckpt-10\n") == Life(10, 10, [], False)
