"""helpers/checkpoints/examine.py: every verdict is compared with what a real Saver.restore does."""

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import tensorflow.compat.v1 as tf

from helpers.checkpoints.__main__ import Progress, main
from helpers.checkpoints.examine import Checkpoint, DirectoryReport, examine_directory
from helpers.checkpoints.prefix import existing_prefix
from helpers.checkpoints.restore import restore_newest_intact
from helpers.checkpoints.state_file import read_state_file
from helpers.checkpoints.verify import Verdict, verify
from tests.checkpoints import crash_points
from tests.checkpoints.damage import any_damage, flip, meanwhile, ordinary_user
from tests.checkpoints.small_model import DATA, small_model, snapshot

STEPS = (0, 10, 20)


@pytest.fixture
def run(saved, tmp_path) -> Path:
    """Return a copy of the three checkpoints that a test may damage."""
    return Path(shutil.copytree(saved, tmp_path / "run"))


def examined(directory: Path, **options) -> DirectoryReport:
    """Examine, and see to it that nothing was changed and that the text fits a terminal."""
    before = snapshot(directory)
    report = examine_directory(directory, **options)
    assert snapshot(directory) == before
    if len(str(directory)) < 60:
        assert max(map(len, str(report).splitlines())) <= 100
    assert json.loads(json.dumps(report.as_dict()))["healthy"] == report.healthy
    return report


def judged(prefix: Path | str) -> Verdict:
    with existing_prefix(prefix) as checkpoint:
        return verify(checkpoint)


def one(report: DirectoryReport, name: str) -> Checkpoint:
    return next(checkpoint for checkpoint in report.checkpoints if checkpoint.name == name)


def names(checkpoints) -> list[str]:
    return [checkpoint.name for checkpoint in checkpoints]


def test_an_undamaged_directory_is_intact(run, model):
    report = examined(run)
    assert names(report.intact) == ["m-0", "m-10", "m-20"]
    assert report.healthy
    assert (report.damaged, report.orphaned, report.absent, report.leftovers) == ((), (), (), ())
    newest = one(report, "m-20")
    assert newest.prefix == str(run / "m-20")
    assert newest.found.bytes == sum(
        (run / name).stat().st_size for name in [file.name for file in newest.found.files]
    )
    assert [file.name for file in newest.found.files] == [f"m-20{DATA}", "m-20.index", "m-20.meta"]
    assert (newest.verdict.tensors, newest.verdict.format, newest.listed_by) == (
        2,
        "V2",
        ("checkpoint",),
    )
    [state] = report.state_files
    assert (state.name, state.fault, state.latest.name) == ("checkpoint", None, "m-20")


# The kinds of damage, by their names in the list of faults that was executed on TensorFlow 2.21.
# Each with what is done to m-20 and what the report must say of it; None where it stays intact.
def delete(suffix: str) -> Callable[[Path], None]:
    return lambda run: (run / f"m-20{suffix}").unlink()


def cut(suffix: str, size: int) -> Callable[[Path], None]:
    return lambda run: os.truncate(run / f"m-20{suffix}", size)


def append(suffix: str) -> Callable[[Path], None]:
    return lambda run: (run / f"m-20{suffix}").write_bytes(
        (run / f"m-20{suffix}").read_bytes() + b"x"
    )


def flipped(suffix: str, position: int) -> Callable[[Path], None]:
    return lambda run: flip(run / f"m-20{suffix}", position)


def replaced(suffix: str, by: str) -> Callable[[Path], None]:
    return lambda run: shutil.copyfile(run / by, run / f"m-20{suffix}")


def directory_instead(suffix: str) -> Callable[[Path], None]:
    def damage(run: Path) -> None:
        (run / f"m-20{suffix}").unlink()
        (run / f"m-20{suffix}").mkdir()

    return damage


def dangling_link(suffix: str) -> Callable[[Path], None]:
    def damage(run: Path) -> None:
        (run / f"m-20{suffix}").unlink()
        (run / f"m-20{suffix}").symlink_to(run / "nowhere")

    return damage


VALUES_BYTES = 60
DAMAGE = {
    "F01a .index deleted": (delete(".index"), "m-20.index is missing"),
    "F01b .data deleted": (delete(DATA), f"m-20{DATA} is missing"),
    "F01c .meta deleted": (delete(".meta"), None),
    "F03 .data one byte short": (
        cut(DATA, VALUES_BYTES - 1),
        f"m-20{DATA} is cut short: 59 of 60 bytes; lost: weights",
    ),
    "F03 .data half": (cut(DATA, 30), f"m-20{DATA} is cut short: 30 of 60 bytes; lost: weights"),
    "F03 .data less than its first tensor": (cut(DATA, 11), "lost: bias, weights"),
    "F03 .data empty": (cut(DATA, 0), f"m-20{DATA} is empty, 60 bytes are missing"),
    "F03 .data one byte more": (append(DATA), None),
    "F04 first byte of .data flipped": (
        flipped(DATA, 0),
        "1 of 2 tensors read has other bytes than were saved (the checksum does not match): bias",
    ),
    "F04 byte in the middle flipped": (flipped(DATA, 30), "weights"),
    "F04 last byte flipped": (flipped(DATA, VALUES_BYTES - 1), "weights"),
    "F05 byte of .index flipped": (flipped(".index", 3), "m-20.index is corrupt (block at byte 0"),
    "F06 .index one byte short": (cut(".index", 154), "m-20.index does not end as an .index"),
    "F06 .index ten bytes": (cut(".index", 10), "m-20.index has only 10 bytes"),
    "F06 .index empty": (cut(".index", 0), "m-20.index is empty"),
    "F06 .meta one byte short": (cut(".meta", 100), None),
    "F06 .meta empty": (cut(".meta", 0), None),
    "F07 .data of another checkpoint": (
        replaced(DATA, f"m-10{DATA}"),
        "2 of 2 tensors read have other bytes than were saved",
    ),
    "F07 .index of another checkpoint": (
        replaced(".index", "m-10.index"),
        "2 of 2 tensors read have other bytes than were saved",
    ),
    "F08 a directory in the place of .index": (
        directory_instead(".index"),
        "m-20.index is a directory",
    ),
    "a directory in the place of .data": (directory_instead(DATA), "is a directory"),
    "a directory in the place of .meta": (directory_instead(".meta"), None),
    "a link that leads nowhere": (dangling_link(".index"), "m-20.index is a link that leads"),
    ".index is the .data": (replaced(".index", f"m-20{DATA}"), "does not end as an .index"),
    ".index is the .meta": (replaced(".index", "m-20.meta"), "does not end as an .index"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_named_and_nothing_else_is_called_damaged(run, model, damage):
    do, expected = DAMAGE[damage]
    do(run)
    report = examined(run)
    assert names(report.intact)[:2] == ["m-0", "m-10"]
    newest = one(report, "m-20")
    assert newest.intact == (expected is None) == (model.restored(run / "m-20") == 20)
    assert report.healthy == newest.intact
    if expected:
        assert expected in "; ".join(newest.verdict.problems)
        assert f"DAMAGED\n      {newest.verdict.problems[0][:60]}" in str(report)


@pytest.mark.parametrize(
    ("damage", "note"),
    [
        ("F01c .meta deleted", "no .meta: restore works without it, import_meta_graph does not"),
        ("F03 .data one byte more", "has 1 byte more than its tensors; they do no harm"),
        ("F06 .meta one byte short", "m-20.meta holds no graph: restore works without it"),
        ("F06 .meta empty", "m-20.meta holds no graph"),
        ("F07 .data of another checkpoint", "these are the bytes of m-10"),
        ("F07 .index of another checkpoint", "its .index is that of m-10"),
        ("F04 last byte flipped", ".data was written after .index"),
        ("a directory in the place of .meta", "m-20.meta is a directory: restore works"),
    ],
)
def test_what_explains_or_does_no_harm_is_a_note(run, damage, note):
    DAMAGE[damage][0](run)
    newest = one(examined(run), "m-20")
    assert note in "; ".join(newest.verdict.notes)


def test_the_bytes_are_named_of_whichever_checkpoint_they_are(run):
    one_file, other_file = run / f"m-0{DATA}", run / f"m-20{DATA}"
    content = one_file.read_bytes()
    one_file.write_bytes(other_file.read_bytes())
    other_file.write_bytes(content)
    report = examined(run)
    assert "these are the bytes of m-20" in one(report, "m-0").verdict.notes
    assert "these are the bytes of m-0" in one(report, "m-20").verdict.notes


def test_every_flipped_byte_of_the_index_is_judged_as_tensorflow_does(run, model):
    path = run / "m-20.index"
    whole = path.read_bytes()
    verdicts = set()
    for position in range(len(whole)):
        for bits in (0xFF, 1 << position % 8):
            flip(path, position, bits)
            intact = judged(run / "m-20").intact
            assert intact == (model.restored(run / "m-20") == 20), (position, bits)
            verdicts.add(intact)
            path.write_bytes(whole)
    assert verdicts == {True, False}


@pytest.mark.parametrize("seed", range(30))
def test_random_damage_is_judged_as_tensorflow_does(run, model, seed):
    dice = random.Random(seed)
    for _ in range(dice.randint(1, 3)):
        any_damage(run, dice)
    report = examined(run)
    restored = {f"m-{step}": model.restored(run / f"m-{step}") for step in STEPS}
    expected = [name for name, value in restored.items() if value is not None]
    assert names(report.intact) == expected


@pytest.fixture(scope="module")
def crashes(tmp_path_factory) -> dict[str, crash_points.CrashPoint]:
    return crash_points.all_points(tmp_path_factory.mktemp("crashes"))


@pytest.mark.parametrize("crash", crash_points.NAMES)
def test_a_killed_save_is_understood(crashes, tmp_path, model, crash):
    point = crashes[crash]
    point.build(tmp_path / "run")
    report = examined(tmp_path / "run")
    assert names(report.intact) == list(point.intact)
    assert tuple(names(report.damaged)) == point.damaged
    assert sorted(leftover.name for leftover in report.leftovers) == sorted(point.leftovers)
    assert report.absent == ()
    for checkpoint in report.checkpoints:
        expected = point.intact.get(checkpoint.name)
        assert model.restored(checkpoint.prefix) == expected


def test_a_save_cut_off_over_the_same_name_can_be_completed_as_the_note_says(
    crashes, tmp_path, model
):
    point = crashes["same name, 4"]
    run = tmp_path / "run"
    point.build(run)
    [note] = [note for note in one(examined(run), "m").verdict.notes if "cut off" in note]
    [leftover] = examined(run).leftovers
    assert f"{leftover.name} is the index of these bytes" in note
    (run / leftover.name).replace(run / "m.index")
    assert one(examined(run), "m").intact
    assert model.restored(run / "m") == 2


def test_each_leftover_is_told_by_its_cause(run):
    for name in (
        f"m-30{DATA}.tempstate123",
        "m-30.index.tempstate123",
        "checkpoint.tmp09788b64362a437eb68f285d828f7546",
        "m-30.meta.tmp09788b64362a437eb68f285d828f7546",
        f"m-40{DATA}",
        "m-50.meta",
    ):
        (run / name).write_bytes(b"12345")
    (run / "m-60_temp").mkdir()
    (run / "m-60_temp/part-00000-of-00002.index").write_bytes(b"1234567")
    report = examined(run)
    assert {leftover.name: (leftover.bytes, leftover.cause) for leftover in report.leftovers} == {
        f"m-30{DATA}.tempstate123": (5, "values of a save that never ended"),
        "m-30.index.tempstate123": (5, "index of a save that never ended"),
        "checkpoint.tmp09788b64362a437eb68f285d828f7546": (
            5,
            "state file of a save that never ended",
        ),
        "m-30.meta.tmp09788b64362a437eb68f285d828f7546": (5, "graph of a save that never ended"),
        f"m-40{DATA}": (5, "values without .index: a save or deletion cut off"),
        "m-50.meta": (5, "a graph without values"),
        "m-60_temp": (7, "shards of a save that never ended"),
    }
    assert report.healthy
    assert names(report.checkpoints) == ["m-0", "m-10", "m-20"]


# F02: the state file
@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (None, "is missing"),
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\xff\xfe\x00\x01", "is not a state file's text"),
        (b'model_checkpoint_path: "m-', "is not a state file's text"),
        (b"hello", "is not a state file's text"),
        (b'all_model_checkpoint_paths: "m-0"\n', "names no latest checkpoint"),
    ],
)
def test_a_state_file_that_cannot_be_read_damages_no_checkpoint(run, content, fault):
    if content is None:
        (run / "checkpoint").unlink()
    else:
        (run / "checkpoint").write_bytes(content)
    report = examined(run)
    assert report.state_files[0].fault == fault
    assert len(report.intact) == len(report.orphaned) == 3
    assert report.healthy == (content is None)
    assert f'State file "checkpoint" {fault}' in str(report)
    # TensorFlow finds nothing by it either.
    try:
        assert tf.train.latest_checkpoint(str(run)) is None
    except (ValueError, UnicodeDecodeError):
        assert content is not None


def test_what_is_listed_and_gone_is_named(run):
    for path in run.glob("m-10.*"):
        path.unlink()
    report = examined(run)
    assert report.absent == ("m-10",)
    assert names(report.intact) == ["m-0", "m-20"]
    assert not report.healthy
    assert "m-10: it is gone" in str(report)


def test_what_is_left_of_a_listed_checkpoint_is_damaged_not_left_over(run):
    (run / "m-10.index").unlink()
    (run / "m-10.meta").unlink()
    report = examined(run)
    assert one(report, "m-10").verdict.problems == ["m-10.index is missing"]
    assert report.leftovers == ()


def test_a_moved_directory_is_told_from_a_lost_checkpoint(tmp_path, model):
    # Absolute paths in the state file, as Saver writes them for an absolute prefix elsewhere.
    first = tmp_path / "first"
    first.mkdir()
    model.save(first, 1)
    text = (first / "checkpoint").read_text()
    shutil.copytree(first, tmp_path / "copy")
    (tmp_path / "copy/checkpoint").write_text(text.replace('"m-1"', f'"{first.as_posix()}/m-1"'))

    copied = examined(tmp_path / "copy")
    assert copied.state_files[0].latest.place == "elsewhere"
    assert "that is another directory, and latest_checkpoint reads it" in " ".join(
        str(copied).split()
    )
    assert tf.train.latest_checkpoint(str(tmp_path / "copy")) == f"{first.as_posix()}/m-1"

    shutil.rmtree(first)
    moved = examined(tmp_path / "copy")
    assert moved.state_files[0].latest.place == "moved"
    assert moved.absent == ()
    assert moved.healthy
    assert "Restore m-1 here by its prefix" in " ".join(str(moved).split())
    assert tf.train.latest_checkpoint(str(tmp_path / "copy")) is None


@pytest.mark.parametrize("written", [r"C:\run\m-20", "{run}/m-20/"])
def test_a_listed_path_that_leads_nowhere_is_told_from_the_checkpoint_here(run, written):
    if os.name == "nt":
        pytest.skip("on Windows the first is a path")
    path = written.format(run=run.as_posix())
    escaped = path.replace("\\", "\\\\")
    (run / "checkpoint").write_text(f'model_checkpoint_path: "{escaped}"\n')
    assert tf.train.latest_checkpoint(run) is None
    latest = examined(run).state_files[0].latest
    assert (latest.written, latest.name, latest.place) == (path, "m-20", "moved")
    assert "nothing is there, as after a move" in " ".join(str(examined(run)).split())


def test_differently_spelled_paths_lead_to_the_same_checkpoints(run, monkeypatch):
    monkeypatch.chdir(run.parent)
    absolute = run.as_posix()
    (run / "checkpoint").write_text(
        f'model_checkpoint_path: "{absolute}/../run//m-20"\n'
        f'all_model_checkpoint_paths: "./m-0"\n'
        f'all_model_checkpoint_paths: "{absolute}/m-10"\n'
        f'all_model_checkpoint_paths: "{absolute}/../run//m-20"\n'
    )
    for spelling in (Path("run"), Path("./run"), run):
        report = examined(spelling)
        assert report.orphaned == ()
        assert [entry.place for entry in report.state_files[0].entries] == ["here"] * 3
    assert examined(Path("run")).checkpoints[0].prefix == str(Path("run/m-0"))


def test_every_state_file_is_found(tmp_path, model):
    model.save(tmp_path, 1)
    model.save(tmp_path, 2, latest_filename="best")
    report = examined(tmp_path)
    assert [state.name for state in report.state_files] == ["checkpoint", "best"]
    assert one(report, "m-1").listed_by == ("checkpoint", "best")
    assert one(report, "m-2").listed_by == ("best",)
    assert examined(tmp_path, state_file="best").state_files[0].name == "best"


def test_checkpoints_of_an_earlier_run_are_orphans(tmp_path):
    for steps in ((20, 30, 40), (0, 10)):
        with small_model() as model:
            for step in steps:
                model.save(tmp_path, step)
    report = examined(tmp_path)
    assert names(report.checkpoints) == ["m-0", "m-10", "m-20", "m-30", "m-40"]
    assert names(report.orphaned) == ["m-20", "m-30", "m-40"]


@pytest.mark.parametrize("name", ["run[1]", "run[ab]x", "r*n", "run?", "r n", "rün", "{run}"])
def test_a_directory_of_any_name_is_examined(saved, tmp_path, name):
    if os.name == "nt" and set("*?") & set(name):
        pytest.skip("Windows has no such names")
    run = Path(shutil.copytree(saved, tmp_path / name))
    flip(run / f"m-10{DATA}", 0)
    report = examined(run)
    assert names(report.intact) == ["m-0", "m-20"]
    assert "bias" in one(report, "m-10").verdict.problems[0]


def test_a_name_that_is_no_text_is_examined(saved, tmp_path, capsys):
    if sys.platform != "linux":
        pytest.skip("only Linux has such names")
    run = Path(shutil.copytree(saved, os.fsdecode(os.fsencode(tmp_path) + b"/run\xff")))
    flip(run / f"m-10{DATA}", 0)
    assert names(examined(run).damaged) == ["m-10"]
    assert main([str(run)]) == 1
    assert "run\\udcff" in capsys.readouterr().out.replace("\n  ", "")


def test_brackets_do_not_lead_to_another_directory(saved, tmp_path):
    # TensorFlow takes run[1] for a pattern that run1 matches.
    run = Path(shutil.copytree(saved, tmp_path / "run[1]"))
    shutil.copytree(saved, tmp_path / "run1")
    flip(run / f"m-10{DATA}", 0)
    assert names(examined(run).damaged) == ["m-10"]
    assert examined(tmp_path / "run1").damaged == ()


@pytest.fixture
def public_run(saved) -> Iterator[Path]:
    """Return a copy in a place that an ordinary user can reach, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o755)
        run = Path(shutil.copytree(saved, Path(directory) / "run"))
        run.chmod(0o755)
        for path in run.iterdir():
            path.chmod(0o644)
        yield run


# F10
@pytest.mark.parametrize(
    ("suffix", "problem"),
    [
        (".index", "m-20.index cannot be read: permission denied"),
        (DATA, f"m-20{DATA} cannot be read: permission denied"),
        (".meta", None),
    ],
)
def test_a_file_without_permission_is_named(public_run, model, suffix, problem):
    (public_run / f"m-20{suffix}").chmod(0)
    with ordinary_user():
        newest = one(examine_directory(public_run), "m-20")
        assert newest.intact == (model.restored(public_run / "m-20") == 20)
    assert newest.verdict.problems == ([problem] if problem else [])
    if not problem:
        assert (
            "m-20.meta cannot be read: permission denied: restore works" in newest.verdict.notes[0]
        )


def test_a_state_file_without_permission_is_named(public_run):
    (public_run / "checkpoint").chmod(0)
    with ordinary_user():
        report = examine_directory(public_run)
    assert report.state_files[0].fault == "cannot be read: permission denied"
    assert len(report.intact) == 3


# F09
def test_a_directory_without_permission_is_refused(public_run, capsys):
    public_run.chmod(0)
    with ordinary_user(), pytest.raises(SystemExit) as stopped:
        main([str(public_run)])
    assert stopped.value.code == 2
    assert "cannot be read: Permission denied" in capsys.readouterr().err


# Other ways to save
@pytest.fixture
def two_devices() -> Iterator[tuple[tf.Session, tf.train.Saver]]:
    with tf.Graph().as_default():
        for number in range(2):
            with tf.device(f"/cpu:{number}"):
                tf.get_variable(f"v{number}", [5])
        saver = tf.train.Saver(sharded=True)
        with tf.Session(config=tf.ConfigProto(device_count={"CPU": 2})) as session:
            session.run(tf.global_variables_initializer())
            yield session, saver


def test_shards_are_examined_one_by_one(tmp_path, two_devices):
    session, saver = two_devices
    for step in range(4):
        saver.save(session, str(tmp_path / "m"), step)
    (tmp_path / "m-1.data-00001-of-00002").unlink()
    flip(tmp_path / "m-2.data-00000-of-00002", 5)
    os.truncate(tmp_path / "m-3.data-00001-of-00002", 7)
    report = examined(tmp_path)
    assert one(report, "m-0").intact
    assert one(report, "m-0").found.bytes > 40
    assert one(report, "m-1").verdict.problems == ["m-1.data-00001-of-00002 is missing"]
    assert "v0" in one(report, "m-2").verdict.problems[0]
    assert (
        "m-3.data-00001-of-00002 is cut short: 7 of 20 bytes; lost: v1"
        in one(report, "m-3").verdict.problems
    )
    for step, intact in enumerate((True, False, False, False)):
        try:
            saver.restore(session, str(tmp_path / f"m-{step}"))
        except tf.errors.OpError:
            assert not intact
        else:
            assert intact


def test_a_killed_sharded_save_leaves_a_directory(tmp_path, two_devices):
    session, saver = two_devices
    saver.save(session, str(tmp_path / "m"), 0)
    writers = [
        operation for operation in session.graph.get_operations() if operation.type == "SaveV2"
    ]
    target = {saver.saver_def.filename_tensor_name: str(tmp_path / "m-1")}
    # The shards are written and the step that merges them never runs.
    session.run(writers[:1], target)
    report = examined(tmp_path)
    assert names(report.checkpoints) == ["m-0"]
    assert [leftover.name for leftover in report.leftovers] == ["m-1_temp"]
    assert report.leftovers[0].bytes > 20
    # The merging began: the values are moved, the index is not written yet.
    session.run(writers, target)
    for number in range(2):
        (tmp_path / f"m-1_temp/part-0000{number}-of-00002{DATA}").rename(
            tmp_path / f"m-1.data-0000{number}-of-00002"
        )
    report = examined(tmp_path)
    assert names(report.intact) == names(report.checkpoints) == ["m-0"]
    assert len(report.leftovers) == 3


def test_shards_of_another_save_under_the_same_name_are_a_note(tmp_path, two_devices, model):
    session, saver = two_devices
    saver.save(session, str(tmp_path / "m"), 0)
    model.save(tmp_path, 0)
    checkpoint = one(examined(tmp_path), "m-0")
    assert checkpoint.intact
    assert "m-0.data-00001-of-00002 belongs to another save under this name" in " ".join(
        checkpoint.verdict.notes
    )


def test_a_partitioned_variable_is_examined_slice_by_slice(tmp_path):
    with tf.Graph().as_default(), tf.Session() as session:
        tf.get_variable("p", [50, 2], partitioner=tf.fixed_size_partitioner(5))
        session.run(tf.global_variables_initializer())
        tf.train.Saver().save(session, str(tmp_path / "m"))
    assert one(examined(tmp_path), "m").intact
    flip(tmp_path / f"m{DATA}", 200)
    checkpoint = one(examined(tmp_path), "m")
    assert checkpoint.verdict.tensors == 1
    assert "1 of 5 tensors read has other bytes" in checkpoint.verdict.problems[0]
    assert checkpoint.verdict.problems[0].endswith("p[20:30, 0:2]")


def test_a_checkpoint_of_some_slices_alone_is_intact(tmp_path):
    with tf.Graph().as_default(), tf.Session() as session:
        parts = list(tf.get_variable("p", [4, 2], partitioner=tf.fixed_size_partitioner(2)))
        session.run(tf.global_variables_initializer())
        saver = tf.train.Saver(parts[:1])
        prefix = saver.save(session, str(tmp_path / "m"))
        saver.restore(session, prefix)
    assert one(examined(tmp_path), "m").intact


def test_strings_and_iterators_are_examined_too(tmp_path):
    with tf.Graph().as_default(), tf.Session() as session:
        words = tf.get_variable("words", initializer=tf.constant([b"one", b"two"]))
        iterator = tf.data.make_initializable_iterator(tf.data.Dataset.range(5))
        saveable = tf.data.experimental.make_saveable_from_iterator(iterator)
        session.run([words.initializer, iterator.initializer])
        saver = tf.train.Saver({"words": words, "iterator": saveable})
        prefix = saver.save(session, str(tmp_path / "m"))
        assert one(examined(tmp_path), "m").intact
        size = (tmp_path / f"m{DATA}").stat().st_size
        for position in range(size):
            flip(tmp_path / f"m{DATA}", position, 1)
            assert not judged(prefix).intact, position
            flip(tmp_path / f"m{DATA}", position, 1)
        assert one(examined(tmp_path), "m").intact


def test_an_empty_tensor_needs_its_file_as_tensorflow_does(tmp_path):
    with tf.Graph().as_default(), tf.Session() as session:
        tf.get_variable("nothing", [0, 3])
        session.run(tf.global_variables_initializer())
        saver = tf.train.Saver()
        prefix = saver.save(session, str(tmp_path / "m"))
        assert one(examined(tmp_path), "m").intact
        saver.restore(session, prefix)
        (tmp_path / f"m{DATA}").unlink()
        assert one(examined(tmp_path), "m").verdict.problems == [f"m{DATA} is missing"]
        with pytest.raises(tf.errors.NotFoundError):
            saver.restore(session, prefix)


@pytest.mark.parametrize("sharded", [False, True])
def test_the_old_format_is_examined(tmp_path, sharded):
    with small_model(write_version=tf.train.SaverDef.V1, sharded=sharded) as model:
        prefix = Path(model.save(tmp_path, 1))
        report = examined(tmp_path)
        [checkpoint] = report.checkpoints
        assert (checkpoint.name, checkpoint.verdict.format) == (prefix.name, "V1")
        assert checkpoint.intact
        assert checkpoint.listed_by == ("checkpoint",)
        assert checkpoint.verdict.tensors == 2
        assert "m-1.meta" in [file.name for file in checkpoint.found.files]
        assert report.leftovers == ()
        assert model.restored(prefix) == 1
        values = tmp_path / checkpoint.found.files[0].name
        whole = values.read_bytes()
        for position in range(0, len(whole), 5):
            flip(values, position)
            [checkpoint] = examine_directory(tmp_path).checkpoints
            assert checkpoint.intact == (model.restored(prefix) == 1), position
            values.write_bytes(whole)
        os.truncate(values, len(whole) - 1)
        [checkpoint] = examined(tmp_path).checkpoints
        assert not checkpoint.intact
        assert model.restored(prefix) is None


def test_an_object_based_checkpoint_is_recognised(tmp_path):
    prefix = tf.train.Checkpoint(v=tf.Variable([1.0, 2.0])).save(str(tmp_path / "ck"))
    [checkpoint] = examined(tmp_path).checkpoints
    assert (checkpoint.name, checkpoint.verdict.format) == (Path(prefix).name, "object-based")
    assert checkpoint.intact
    assert checkpoint.listed_by == ("checkpoint",)
    assert checkpoint.verdict.notes == ["written by tf.train.Checkpoint, not by a Saver"]
    flip(Path(f"{prefix}{DATA}"), 0)
    assert len(examined(tmp_path).damaged) == 1


def test_other_files_are_left_alone(run):
    for name in ("events.out.tfevents.1.host", "notes.txt", "m-20.index.bak", "graph.pbtxt"):
        shutil.copy(run / "m-20.index", run / name)
    (run / "eval").mkdir()
    shutil.copy(run / "m-20.index", run / "eval/m-99.index")
    report = examined(run)
    assert names(report.intact)[:3] == ["m-0", "m-10", "m-20"]
    assert report.leftovers == ()


def test_what_is_replaced_meanwhile_is_read_anew(run, saved):
    shutil.copy(run / f"m-10{DATA}", run / f"m-20{DATA}")
    # A trainer ends its save before the directory is looked at for the second time.
    meanwhile("os.scandir", run, 2, lambda: shutil.copy(saved / f"m-20{DATA}", run / f"m-20{DATA}"))
    assert names(examine_directory(run).damaged) == []


def test_what_is_deleted_meanwhile_is_not_called_damaged(run):
    (run / "m-20.index").unlink()
    meanwhile("os.scandir", run, 2, lambda: [path.unlink() for path in run.glob("m-20.*")])
    report = examine_directory(run)
    assert names(report.checkpoints) == ["m-0", "m-10"]


def test_an_empty_directory_holds_no_checkpoint(tmp_path):
    report = examined(tmp_path)
    assert report.checkpoints == ()
    assert report.healthy
    assert "no checkpoint" in str(report)


def test_a_missing_directory_is_refused(tmp_path):
    with pytest.raises(NotADirectoryError, match="nowhere is not a directory: give the one"):
        examine_directory(tmp_path / "nowhere")


REPORT = """\
run: 5 checkpoints, 2 damaged, SIZE kB

  checkpoint            bytes  listed    verdict
  m-0                  15,886  listed    intact
  m-5                  15,886  orphaned  intact
  m-7                       0  listed    DAMAGED
      m-7.index is empty; the shortest possible .index has 48
      note: no .meta: restore works without it, import_meta_graph does not
  m-10                 15,886  listed    DAMAGED
      1 of 2 tensors read has other bytes than were saved (the checksum does not match): bias
      note: .data was written after .index: changed since, or a save over this name was cut off
        between the two
  m-20                    215  listed    intact
      note: no .meta: restore works without it, import_meta_graph does not

State file "checkpoint" lists 5 checkpoints; the latest is m-20.
  lists m-8: it is gone.

State file "old" names no latest checkpoint: latest_checkpoint fails or returns None; restore by
  prefix.

Left over; needed by nothing, unless a process is saving here right now:
  m-30.data-00000-of-00001.tempstate7  3 bytes  values of a save that never ended"""


def test_the_report_reads_as_documented(run, monkeypatch):
    monkeypatch.chdir(run.parent)
    flip(run / f"m-10{DATA}", 0)
    (run / "m-20.meta").unlink()
    (run / "m-7.index").touch()
    for suffix in (DATA, ".index", ".meta"):
        shutil.copy2(run / f"m-0{suffix}", run / f"m-5{suffix}")
    (run / f"m-30{DATA}.tempstate7").write_bytes(b"123")
    with (run / "checkpoint").open("a") as state:
        state.write('all_model_checkpoint_paths: "m-7"\nall_model_checkpoint_paths: "m-8"\n')
    (run / "old").write_text('model_checkpoint_path: ""\n')
    # The .meta holds TensorFlow's version, so its size is not the same with every one.
    size = f"{(run / 'm-0.meta').stat().st_size + 215:,}"
    text = re.sub(r"[\d.]+ kB", "SIZE kB", str(examine_directory("run")))
    assert text == REPORT.replace("15,886", size)
    (run / "m-20.index").rename(run / f"{'long' * 20}.index")
    assert f"  {'long' * 20}" in str(examine_directory("run")).splitlines()


def test_the_command_prints_json(run, capsys):
    flip(run / f"m-10{DATA}", 0)
    (run / "m-30.meta").write_bytes(b"123")
    assert main([str(run), "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    checkpoints = report.pop("checkpoints")
    state = {
        name: {"written": name, "name": name, "place": "here"} for name in ("m-0", "m-10", "m-20")
    }
    assert report == {
        "directory": str(run),
        "healthy": False,
        "state_files": [
            {
                "name": "checkpoint",
                "fault": None,
                "latest": state["m-20"],
                "entries": list(state.values()),
            }
        ],
        "absent": [],
        "leftovers": [{"name": "m-30.meta", "bytes": 3, "cause": "a graph without values"}],
    }
    assert [one["intact"] for one in checkpoints] == [True, False, True]
    [note] = checkpoints[1].pop("notes")
    assert note.startswith(".data was written after .index")
    assert checkpoints[1] == {
        "name": "m-10",
        "prefix": str(run / "m-10"),
        "intact": False,
        "orphaned": False,
        "listed_by": ["checkpoint"],
        "files": [f"m-10{DATA}", "m-10.index", "m-10.meta"],
        "bytes": sum(path.stat().st_size for path in run.glob("m-10.*")),
        "format": "V2",
        "tensors": 2,
        "problems": [
            "1 of 2 tensors read has other bytes than were saved (the checksum does not match): "
            "bias"
        ],
    }


def test_a_terminal_is_told_what_takes_longer_than_a_second(monkeypatch):
    pty = pytest.importorskip("pty", reason="Windows has no such terminals")
    terminal, end = pty.openpty()
    monkeypatch.setattr("sys.stderr", os.fdopen(end, "w"))
    with Progress() as progress:
        progress.tell("reading " + "m" * 100)
        time.sleep(1.3)
    with Progress() as progress:
        progress.tell("in no time")
    os.write(end, b"the end")
    shown = b""
    while not shown.endswith(b"the end"):
        shown += os.read(terminal, 1000)
    assert shown == b"\r\x1b[Kreading " + b"m" * 71 + b"\r\x1b[Kthe end"


@pytest.mark.parametrize("arguments", [[], ["nowhere"], ["--unknown", "."]])
def test_wrong_arguments_are_status_2(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage: python -m helpers.checkpoints" in capsys.readouterr().err


def test_help_tells_the_status_without_waiting_for_tensorflow():
    program = (
        "import sys\n"
        "from helpers.checkpoints.__main__ import Progress, main\n"
        "try:\n"
        "    main(['--help'])\n"
        "finally:\n"
        "    print('tensorflow' in sys.modules)\n"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert "exit status:" in shown
    assert shown.endswith("False\n")


def test_the_command_runs_by_itself_and_prints_nothing_but_the_report(run):
    flip(run / f"m-10{DATA}", 0)
    done = subprocess.run(
        [sys.executable, "-m", "helpers.checkpoints", str(run), "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == ""
    assert json.loads(done.stdout) == json.loads(json.dumps(examine_directory(run).as_dict()))


# -- odd entries beside intact checkpoints ---------------------------------------------------------


TOO_LONG = f'all_model_checkpoint_paths: "/tmp/{"n" * 300}/m-40"\n'
ODD = {
    "a pipe": lambda run: os.mkfifo(run / "pipe"),
    "a link to itself": lambda run: (run / "latest").symlink_to("latest"),
    "an index that leads to itself": lambda run: (run / "m-30.index").symlink_to("m-30.index"),
    "a state file that leads to itself": lambda run: (
        (run / "checkpoint").unlink(),
        (run / "checkpoint").symlink_to("checkpoint"),
    ),
    "a pipe for a state file": lambda run: (
        (run / "checkpoint").unlink(),
        os.mkfifo(run / "checkpoint"),
    ),
    "a directory for a state file": lambda run: (
        (run / "checkpoint").unlink(),
        (run / "checkpoint").mkdir(),
    ),
    "a listed name that is too long": lambda run: (run / "checkpoint").write_text(
        (run / "checkpoint").read_text() + TOO_LONG
    ),
}


@pytest.mark.skipif(
    os.name == "nt", reason="Windows has neither pipes nor free links in directories"
)
@pytest.mark.parametrize("add", ODD)
def test_an_odd_entry_hides_no_checkpoint(run, model, add):
    ODD[add](run)
    assert [one.name for one in examine_directory(run).intact] == ["m-0", "m-10", "m-20"]
    assert restore_newest_intact(model.saver, model.session, run).prefix == str(run / "m-20")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
def test_what_stands_in_the_place_of_a_state_file_is_told_with_its_consequence(run):
    ODD["a pipe for a state file"](run)
    # Seen with a time limit: tf.train.latest_checkpoint opens it and does not come back.
    assert "is no ordinary file: latest_checkpoint may wait for ever" in str(examine_directory(run))
    (run / "checkpoint").unlink()
    (run / "checkpoint").mkdir()
    assert "is a directory: every save fails until it is removed" in str(examine_directory(run))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems want names in UTF-8")
def test_a_name_that_is_not_utf_8_is_examined(run, model):
    for path in list(run.glob("m-20.*")):
        path.rename(path.with_name(f"m\udcff-20{path.name[4:]}"))
    report = examine_directory(run)
    assert [one.intact for one in report.checkpoints] == [True, True, True]


def test_listed_paths_below_a_private_directory_lead_nowhere_from_here(public_run):
    private = public_run.parent / "private"
    private.mkdir(mode=0o700)
    state = (public_run / "checkpoint").read_text()
    (public_run / "checkpoint").write_text(state.replace('"m-', f'"{private}/run/m-'))
    with ordinary_user():
        report = examine_directory(public_run)
    assert len(report.intact) == 3
    assert {entry.place for entry in report.state_files[0].entries} == {"moved"}
    shutil.rmtree(private)


def test_of_an_entry_that_stands_twice_the_later_place_counts(run):
    entries = ["m-20", "m-0", "m-10", "m-20"]
    lines = ['model_checkpoint_path: "m-20"', 'model_checkpoint_path: "m-20"']
    lines += [f'all_model_checkpoint_paths: "{name}"' for name in entries]
    (run / "checkpoint").write_text("\n".join(lines))
    (state,) = examine_directory(run).state_files
    assert state.fault is None
    assert [entry.name for entry in state.entries] == ["m-0", "m-10", "m-20"]
    assert tf.train.latest_checkpoint(run) == str(run / "m-20")


def test_what_was_saved_while_the_directory_was_read_is_not_gone(run):
    state = read_state_file(run / "checkpoint").beside({"m-0", "m-10"})
    assert {entry.place for entry in state.entries} == {"here"}


@pytest.mark.parametrize("flipped", [None, 100, 1_000_000])
def test_a_partitioned_variable_in_the_old_format_is_read_through(tmp_path, flipped):
    with tf.Graph().as_default(), tf.Session() as session:
        ones = tf.ones_initializer()
        parts = tf.fixed_size_partitioner(3)
        tf.get_variable("w", [9, 40_000], partitioner=parts, initializer=ones)
        session.run(tf.global_variables_initializer())
        saver = tf.train.Saver(write_version=tf.train.SaverDef.V1)
        prefix = saver.save(session, str(tmp_path / "m"), 1)
        # A table of several blocks.
        assert Path(prefix).stat().st_size > 1_400_000
        if flipped:
            flip(Path(prefix), flipped)
            with pytest.raises(tf.errors.OpError):
                saver.restore(session, prefix)
        else:
            saver.restore(session, prefix)
    assert one(examine_directory(tmp_path), "m-1").intact == (flipped is None)
