"""helpers/checkpoints/put_aside.py: a copy as a whole or none at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import tensorflow.compat.v1 as tf

from helpers.checkpoints.examine import examine_directory
from helpers.checkpoints.put_aside import put_aside
from tests.checkpoints.damage import flip, meanwhile
from tests.checkpoints.small_model import DATA, SmallModel, small_model, snapshot, two_shards


@pytest.fixture
def model() -> Iterator[SmallModel]:
    with small_model(max_to_keep=2) as model:
        yield model


@pytest.fixture
def run(tmp_path, model) -> Path:
    directory = tmp_path / "run"
    directory.mkdir()
    model.save(directory, 1)
    return directory


@pytest.fixture
def kept(tmp_path) -> Path:
    directory = tmp_path / "kept"
    directory.mkdir()
    return directory


def test_the_copy_outlives_the_original(run, kept, model):
    prefix = put_aside(run / "m-1", kept)
    assert prefix == str(kept / "m-1")
    for step in (2, 3, 4):
        model.save(run, step)
    assert not (run / "m-1.index").exists()
    assert model.restored(prefix) == 1


def test_all_files_are_copied_with_bytes_and_times(run, kept):
    original = snapshot(run)
    put_aside(str(run / "m-1"), str(kept))
    assert snapshot(run) == original
    del original["checkpoint"]
    assert snapshot(kept) == original
    assert sorted(original) == [f"m-1{DATA}", "m-1.index", "m-1.meta"]


def test_no_moment_of_a_copy_looks_like_damage(run, kept):
    # Each file is placed with a link; whoever looks between two sees what a killed copy leaves.
    seen = []

    def look() -> None:
        names = {path.name for path in kept.glob("m-1*")}
        seen.append((names, len(examine_directory(kept).damaged)))

    for suffix in (DATA, ".index", ".meta"):
        meanwhile("os.link", kept / f"m-1{suffix}", 1, look)
    put_aside(run / "m-1", kept)
    placed = [f"m-1{DATA}", "m-1.index", "m-1.meta"]
    assert seen == [(set(placed[:number]), 0) for number in range(3)]


@pytest.mark.parametrize("suffix", [DATA, ".index"])
def test_a_copy_that_differs_from_the_original_is_refused(run, kept, suffix):
    source = run / f"m-1{suffix}"
    meanwhile("shutil.copyfile", source, 1, lambda: flip(source, 0))
    with pytest.raises(ValueError, match="m-1 changed while it was being copied, or the disk is"):
        put_aside(run / "m-1", kept)
    assert list(kept.iterdir()) == []


def test_a_meta_file_that_is_written_late_is_waited_for(run, kept, monkeypatch):
    (run / "m-1.meta").rename(run / "late")
    monkeypatch.setattr(
        "helpers.checkpoints.put_aside.time.sleep",
        lambda seconds: (run / "late").rename(run / "m-1.meta"),
    )
    put_aside(run / "m-1", kept)
    assert sorted(path.name for path in kept.iterdir()) == [f"m-1{DATA}", "m-1.index", "m-1.meta"]


def test_what_appears_meanwhile_is_not_overwritten_and_nothing_else_stays(run, kept):
    obstacle = kept / "m-1.index"
    meanwhile("os.link", obstacle, 1, lambda: obstacle.write_text("mine"))
    with pytest.raises(FileExistsError, match="appeared meanwhile; nothing is overwritten"):
        put_aside(run / "m-1", kept)
    assert [path.name for path in kept.iterdir()] == ["m-1.index"]
    assert obstacle.read_text() == "mine"


def test_without_a_meta_file_the_rest_is_copied_and_a_warning_says_so(run, kept, model):
    (run / "m-1.meta").unlink()
    with pytest.warns(UserWarning, match="m-1 has no .meta, so its copy has none"):
        prefix = put_aside(run / "m-1", kept)
    assert model.restored(prefix) == 1
    assert sorted(path.name for path in kept.iterdir()) == [f"m-1{DATA}", "m-1.index"]


@pytest.mark.parametrize("version", [tf.train.SaverDef.V1, tf.train.SaverDef.V2])
def test_shards_are_copied_all(tmp_path, kept, version):
    with two_shards(write_version=version) as (session, saver):
        copy = put_aside(saver.save(session, str(tmp_path / "m"), 1), kept)
        saver.restore(session, copy)
    assert len(list(kept.iterdir())) == len(list(tmp_path.glob("m-1*")))


@pytest.mark.parametrize("suffix", [DATA, ".index", ".meta"])
def test_nothing_is_overwritten(run, kept, suffix):
    (kept / f"m-1{suffix}").write_text("mine")
    before = snapshot(kept)
    with pytest.raises(FileExistsError, match=r"exists already\. Choose another directory"):
        put_aside(run / "m-1", kept)
    assert snapshot(kept) == before


def test_a_damaged_checkpoint_is_refused(run, kept):
    flip(run / f"m-1{DATA}", 0)
    with pytest.raises(ValueError, match="m-1 is damaged: 1 of 2 tensors read has other bytes"):
        put_aside(run / "m-1", kept)
    assert list(kept.iterdir()) == []


@pytest.mark.parametrize("prefix", ["m", "m-1.index", "nowhere/m-1"])
def test_what_is_no_checkpoint_or_no_destination_is_refused(run, kept, prefix):
    with pytest.raises(FileNotFoundError, match="There is no checkpoint "):
        put_aside(run / prefix, kept)
    with pytest.raises(NotADirectoryError, match=r"nowhere is not a directory\. Create it first"):
        put_aside(run / "m-1", kept / "nowhere")
    assert list(kept.iterdir()) == []


def test_a_full_disk_leaves_nothing_of_the_copy(run, kept):
    resource = pytest.importorskip("resource", reason="Windows has no limit on file sizes")
    signal = pytest.importorskip("signal")
    # What a full disk does to a write, a limit on file sizes does as well: the .meta is too big.
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limit[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            put_aside(run / "m-1", kept)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, handler)
    assert list(kept.iterdir()) == []
