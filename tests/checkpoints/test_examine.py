"""helpers/checkpoints/examine.py: every verdict is compared with what a real Saver.restore does."""

import json
import os
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import tensorflow.compat.v1 as tf

from helpers.checkpoints.examine import Checkpoint, DirectoryReport, examine_directory
from helpers.checkpoints.prefix import existing_prefix
from helpers.checkpoints.restore import restore_newest_intact
from helpers.checkpoints.state_file import read_state_file
from helpers.checkpoints.verify import verify
from tests.checkpoints.damage import any_damage, flip, meanwhile, ordinary_user
from tests.checkpoints.small_model import DATA, save, small_model, snapshot, two_shards

V1 = tf.train.SaverDef.V1


def examined(directory: Path, **options) -> DirectoryReport:
    """Examine, and see to it that nothing was changed and that the text fits a terminal."""
    before = snapshot(directory)
    report = examine_directory(directory, **options)
    assert snapshot(directory) == before
    if len(str(directory)) < 60:
        assert max(map(len, str(report).splitlines())) <= 100
    assert json.loads(json.dumps(report.as_dict()))["healthy"] == report.healthy
    return report


def one(report: DirectoryReport, name: str) -> Checkpoint:
    return next(checkpoint for checkpoint in report.checkpoints if checkpoint.name == name)


def names(checkpoints) -> list[str]:
    return [checkpoint.name for checkpoint in checkpoints]


def text(report: DirectoryReport) -> str:
    return " ".join(str(report).split())


# The kinds of damage that were executed on TensorFlow 2.21: what is done to m-20, the problem that
# the report must tell, None where the checkpoint stays intact, and the note.
def delete(suffix: str) -> Callable[[Path], None]:
    return lambda run: (run / f"m-20{suffix}").unlink()


def cut(suffix: str, size: int) -> Callable[[Path], None]:
    return lambda run: os.truncate(run / f"m-20{suffix}", size)


def flipped(suffix: str, position: int) -> Callable[[Path], None]:
    return lambda run: flip(run / f"m-20{suffix}", position)


def replaced(suffix: str, by: str) -> Callable[[Path], None]:
    return lambda run: shutil.copyfile(run / by, run / f"m-20{suffix}")


def appended(run: Path) -> None:
    (run / f"m-20{DATA}").write_bytes((run / f"m-20{DATA}").read_bytes() + b"x")


def directory_instead(suffix: str) -> Callable[[Path], None]:
    return lambda run: (delete(suffix)(run), (run / f"m-20{suffix}").mkdir())


def dangling_link(run: Path) -> None:
    delete(".index")(run)
    (run / "m-20.index").symlink_to(run / "nowhere")


BAD_BYTES = "read has other bytes than were saved (the checksum does not match)"
NO_META = "restore works without it, import_meta_graph does not"
CHANGED_SINCE = (
    ".data was written after .index: changed since, or a save over this name was cut off between "
    "the two"
)
NO_INDEX = (
    "m-20.index does not end as an .index file does (wrong magic number): it is cut short, "
    "overwritten, or another kind of file"
)
DAMAGE = {
    "no .index": (delete(".index"), "m-20.index is missing", None),
    "no .data": (delete(DATA), f"m-20{DATA} is missing", None),
    "no .meta": (delete(".meta"), None, f"no .meta: {NO_META}"),
    ".data one byte short": (
        cut(DATA, 59), f"m-20{DATA} is cut short: 59 of 60 bytes; lost: weights", None,
    ),
    ".data shorter than its first tensor": (
        cut(DATA, 11), f"m-20{DATA} is cut short: 11 of 60 bytes; lost: bias, weights", None,
    ),
    ".data empty": (cut(DATA, 0), f"m-20{DATA} is empty, 60 bytes are missing", None),
    ".data one byte more": (
        appended, None, f"m-20{DATA} has 1 byte more than its tensors; they do no harm",
    ),
    "first byte of .data": (flipped(DATA, 0), f"1 of 2 tensors {BAD_BYTES}: bias", CHANGED_SINCE),
    "last byte of .data": (
        flipped(DATA, 59), f"1 of 2 tensors {BAD_BYTES}: weights", CHANGED_SINCE,
    ),
    "a byte of .index": (flipped(".index", 3), "m-20.index is corrupt (block at byte 0", None),
    ".index one byte short": (cut(".index", 154), NO_INDEX, None),
    ".index ten bytes": (
        cut(".index", 10), "m-20.index has only 10 bytes; the shortest possible .index has", None,
    ),
    ".index empty": (cut(".index", 0), "m-20.index is empty; the shortest", None),
    ".meta one byte short": (cut(".meta", 100), None, f"m-20.meta holds no graph: {NO_META}"),
    ".meta empty": (cut(".meta", 0), None, f"m-20.meta holds no graph: {NO_META}"),
    ".data of another": (
        replaced(DATA, f"m-10{DATA}"), "2 of 2 tensors read have other bytes than were saved (the "
        "checksum does not match): bias, weights", "these are the bytes of m-10",
    ),
    ".index of another": (
        replaced(".index", "m-10.index"), "2 of 2 tensors read have", "its .index is that of m-10",
    ),
    "a directory for .index": (directory_instead(".index"), "m-20.index is a directory", None),
    "a directory for .data": (directory_instead(DATA), f"m-20{DATA} is a directory", None),
    "a directory for .meta": (
        directory_instead(".meta"), None, f"m-20.meta is a directory: {NO_META}",
    ),
    "a link to nowhere": (dangling_link, "m-20.index is a link that leads nowhere", None),
    ".index is the .data": (replaced(".index", f"m-20{DATA}"), NO_INDEX, None),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_named_and_nothing_else_is_called_damaged(run, model, damage):
    do, problem, note = DAMAGE[damage]
    do(run)
    report = examined(run)
    assert names(report.intact)[:2] == ["m-0", "m-10"]
    newest = one(report, "m-20")
    assert newest.intact == (problem is None) == (model.restored(run / "m-20") == 20)
    assert report.healthy == newest.intact
    assert (newest.verdict.notes or [None]) == [note]
    if problem:
        [told] = newest.verdict.problems
        assert told.startswith(problem)
        assert f"DAMAGED\n      {told[:60]}" in str(report)


def test_the_bytes_are_named_of_whichever_checkpoint_they_are(run):
    one_file, other_file = run / f"m-0{DATA}", run / f"m-20{DATA}"
    content = one_file.read_bytes()
    one_file.write_bytes(other_file.read_bytes())
    other_file.write_bytes(content)
    report = examined(run)
    assert one(report, "m-0").verdict.notes == ["these are the bytes of m-20"]
    assert one(report, "m-20").verdict.notes == ["these are the bytes of m-0"]


def test_every_flipped_byte_of_the_index_is_judged_as_tensorflow_does(run, model):
    path = run / "m-20.index"
    whole = path.read_bytes()
    verdicts = set()
    for position in range(len(whole)):
        for bits in (0xFF, 1 << position % 8):
            flip(path, position, bits)
            with existing_prefix(run / "m-20") as checkpoint:
                intact = verify(checkpoint).intact
            assert intact == (model.restored(run / "m-20") == 20), (position, bits)
            verdicts.add(intact)
            path.write_bytes(whole)
    assert verdicts == {True, False}


@pytest.mark.parametrize("seed", range(30))
def test_random_damage_is_judged_as_tensorflow_does(run, model, seed):
    dice = random.Random(seed)
    for _ in range(dice.randint(1, 3)):
        any_damage(run, dice)
    expected = [name for name in ("m-0", "m-10", "m-20") if model.restored(run / name) is not None]
    assert names(examined(run).intact) == expected


def test_each_leftover_is_told_by_its_cause(run):
    hexadecimal = "09788b64362a437eb68f285d828f7546"
    causes = {
        f"checkpoint.tmp{hexadecimal}": "state file of a save that never ended",
        f"m-30{DATA}.tempstate123": "values of a save that never ended",
        "m-30.index.tempstate123": "index of a save that never ended",
        f"m-30.meta.tmp{hexadecimal}": "graph of a save that never ended",
        f"m-40{DATA}": "values without .index: a save or deletion cut off",
        "m-50.meta": "a graph without values",
        "m-60_temp": "shards of a save that never ended",
        f"put_aside-{hexadecimal}": "a copy by put_aside that never ended",
    }
    for name in causes:
        path = run / name
        if "." not in name:
            path.mkdir()
            path /= "m-60.index"
        path.write_bytes(b"12345")
    # Neither is a stranger's: what only looks alike, and directories.
    (run / "m-70_temp").mkdir()
    (run / "eval").mkdir()
    for name in ("notes.txt", "m-20.index.bak", "graph.pbtxt", "eval/m-99.index"):
        shutil.copy(run / "m-20.index", run / name)
    report = examined(run)
    assert {one.name: (one.cause, one.bytes) for one in report.leftovers} == {
        name: (cause, 5) for name, cause in causes.items()
    }
    assert [one.name for one in report.leftovers][:2] == [
        f"checkpoint.tmp{hexadecimal}",
        f"m-30{DATA}.tempstate123",
    ]
    assert report.healthy
    assert names(report.checkpoints) == ["m-0", "m-10", "m-20"]


# The state file
@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (None, "is missing"),
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\xff\xfe\x00\x01", "is not a state file's text"),
        (b'model_checkpoint_path: "m-', "is not a state file's text"),
        (b'all_model_checkpoint_paths: "m-0"\n', "names no latest checkpoint"),
    ],
)
def test_a_state_file_that_cannot_be_read_damages_no_checkpoint(run, content, fault):
    (run / "checkpoint").unlink()
    if content is not None:
        (run / "checkpoint").write_bytes(content)
    report = examined(run)
    [state] = report.state_files
    assert state.fault.startswith(fault)
    assert (state.latest, state.entries) == (None, ())
    assert len(report.intact) == len(report.orphaned) == 3
    assert report.healthy == (content is None)
    does = "returns None" if content is None else "fails or returns None"
    told = f'State file "checkpoint" {state.fault}: latest_checkpoint {does}; restore by prefix.'
    assert told in text(report)
    # TensorFlow finds nothing by it either.
    try:
        assert tf.train.latest_checkpoint(str(run)) is None
    except (ValueError, UnicodeDecodeError):
        assert content is not None


def test_what_is_listed_and_gone_is_named(run):
    for path in run.glob("m-10.*"):
        path.unlink()
    (run / "m-20.index").unlink()
    (run / "m-20.meta").unlink()
    report = examined(run)
    assert report.absent == ("m-10",)
    assert not report.healthy
    assert "lists m-10: it is gone." in str(report)
    # What is left of a listed one is damaged and not left over.
    assert one(report, "m-20").verdict.problems == ["m-20.index is missing"]
    assert (names(report.intact), report.leftovers) == (["m-0"], ())


def test_a_moved_directory_is_told_from_a_lost_checkpoint(tmp_path, model):
    # Absolute paths in the state file, as Saver writes them for an absolute prefix elsewhere.
    first, copy = tmp_path / "first", tmp_path / "copy"
    first.mkdir()
    model.save(first, 1)
    shutil.copytree(first, copy)
    state = (first / "checkpoint").read_text()
    (copy / "checkpoint").write_text(state.replace('"m-1"', f'"{first.as_posix()}/m-1"'))

    copied = examined(copy)
    assert copied.state_files[0].latest.place == "elsewhere"
    assert "that is another directory, and latest_checkpoint reads it there." in text(copied)
    assert tf.train.latest_checkpoint(str(copy)) == f"{first.as_posix()}/m-1"

    shutil.rmtree(first)
    moved = examined(copy)
    assert moved.state_files[0].latest.place == "moved"
    assert (moved.absent, moved.healthy) == ((), True)
    assert (
        "nothing is there, as after a move or a copy of this directory. Restore m-1 here by its "
        "prefix." in text(moved)
    )
    assert tf.train.latest_checkpoint(str(copy)) is None


@pytest.mark.skipif(os.name == "nt", reason="on Windows the first is a path")
@pytest.mark.parametrize("written", [r"C:\run\m-20", "{run}/m-20/"])
def test_a_listed_path_that_leads_nowhere_is_told_from_the_checkpoint_here(run, written):
    path = written.format(run=run.as_posix())
    escaped = path.replace("\\", "\\\\")
    (run / "checkpoint").write_text(f'model_checkpoint_path: "{escaped}"\n')
    assert tf.train.latest_checkpoint(run) is None
    latest = examined(run).state_files[0].latest
    assert (latest.written, latest.name, latest.place) == (path, "m-20", "moved")


def test_differently_spelled_paths_lead_to_the_same_checkpoints(run, monkeypatch):
    monkeypatch.chdir(run.parent)
    absolute = run.as_posix()
    paths = [f"{absolute}/../run//m-20", "./m-0", f"{absolute}/m-10", f"{absolute}/../run//m-20"]
    lines = [f'all_model_checkpoint_paths: "{path}"' for path in paths]
    (run / "checkpoint").write_text("\n".join([f'model_checkpoint_path: "{paths[0]}"', *lines]))
    for spelling in (Path("run"), Path("./run"), run):
        report = examined(spelling)
        assert report.orphaned == ()
        # Of an entry that stands twice the later place counts.
        entries = [(entry.name, entry.place) for entry in report.state_files[0].entries]
        assert entries == [("m-0", "here"), ("m-10", "here"), ("m-20", "here")]
    assert examined(Path("run")).checkpoints[0].prefix == str(Path("run/m-0"))


def test_every_state_file_is_found(tmp_path, model):
    model.save(tmp_path, 1)
    model.save(tmp_path, 2, latest_filename="best")
    report = examined(tmp_path)
    assert [state.name for state in report.state_files] == ["checkpoint", "best"]
    assert [one.listed_by for one in report.checkpoints] == [("checkpoint", "best"), ("best",)]
    assert examined(tmp_path, state_file="best").state_files[0].name == "best"


def test_what_was_saved_while_the_directory_was_read_is_not_gone(run):
    state = read_state_file(run / "checkpoint").beside({"m-0", "m-10"})
    assert {entry.place for entry in state.entries} == {"here"}


# Names and permissions
@pytest.mark.parametrize("name", ["run[1]", "run[ab]x", "r*n", "run?", "r n", "rün", "{run}"])
def test_a_directory_of_any_name_is_examined(saved, tmp_path, name):
    if os.name == "nt" and set("*?") & set(name):
        pytest.skip("Windows has no such names")
    run = Path(shutil.copytree(saved, tmp_path / name))
    # TensorFlow takes run[1] for a pattern that run1 matches.
    shutil.copytree(saved, tmp_path / "run1")
    flip(run / f"m-10{DATA}", 0)
    report = examined(run)
    assert names(report.intact) == ["m-0", "m-20"]
    assert one(report, "m-10").verdict.problems == [f"1 of 2 tensors {BAD_BYTES}: bias"]
    assert examined(tmp_path / "run1").damaged == ()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems want names in UTF-8")
def test_a_name_that_is_no_text_is_examined(run, model):
    for path in list(run.glob("m-20.*")):
        path.rename(path.with_name(f"m\udcff-20{path.name[4:]}"))
    run = run.rename(os.fsdecode(os.fsencode(run) + b"\xff"))
    flip(run / f"m-10{DATA}", 0)
    assert [one.intact for one in examine_directory(run).checkpoints] == [True, False, True]


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


@pytest.mark.parametrize("suffix", [".index", DATA, ".meta"])
def test_a_file_without_permission_is_named(public_run, model, suffix):
    (public_run / f"m-20{suffix}").chmod(0)
    with ordinary_user():
        newest = one(examine_directory(public_run), "m-20")
        assert newest.intact == (model.restored(public_run / "m-20") == 20)
    told = f"m-20{suffix} cannot be read: permission denied"
    expected = ([], [f"{told}: {NO_META}"]) if suffix == ".meta" else ([told], [])
    assert (newest.verdict.problems, newest.verdict.notes) == expected


def test_a_state_file_without_permission_is_named(public_run):
    (public_run / "checkpoint").chmod(0)
    with ordinary_user():
        report = examine_directory(public_run)
    assert report.state_files[0].fault == "cannot be read: permission denied"
    assert len(report.intact) == 3


def test_listed_paths_below_a_private_directory_lead_nowhere_from_here(public_run):
    private = public_run.parent / "private"
    private.mkdir(mode=0o700)
    state = (public_run / "checkpoint").read_text().replace('"m-', f'"{private}/run/m-')
    (public_run / "checkpoint").write_text(state + f'all_model_checkpoint_paths: "{private}/x"\n')
    with ordinary_user():
        report = examine_directory(public_run)
    assert len(report.intact) == 3
    places = [entry.place for entry in report.state_files[0].entries]
    assert places == ["moved"] * 3 + ["elsewhere"]


# Odd entries beside intact checkpoints
def state_replaced(make: Callable[[Path], object]) -> Callable[[Path], object]:
    return lambda run: ((run / "checkpoint").unlink(), make(run / "checkpoint"))


TOO_LONG = f'all_model_checkpoint_paths: "/tmp/{"n" * 300}/m-40"\n'
ODD = {
    "a pipe": (lambda run: os.mkfifo(run / "pipe"), "lists 3 checkpoints; the latest is m-20."),
    "a link to itself": (lambda run: (run / "latest").symlink_to("latest"), ""),
    "an index that leads to itself": (
        lambda run: (run / "m-30.index").symlink_to("m-30.index"),
        "m-30.index is a link that leads nowhere",
    ),
    "a state file that leads to itself": (
        state_replaced(lambda path: path.symlink_to("checkpoint")),
        "cannot be read: Too many levels of symbolic links: latest_checkpoint fails",
    ),
    # Seen with a time limit: tf.train.latest_checkpoint opens it and does not come back.
    "a pipe for a state file": (
        state_replaced(os.mkfifo),
        "is no ordinary file: latest_checkpoint may wait for ever; restore by prefix.",
    ),
    "a directory for a state file": (
        state_replaced(Path.mkdir),
        "is a directory: every save fails until it is removed; restore by prefix.",
    ),
    "a listed name that no file can have": (
        lambda run: (run / "checkpoint").write_text(
            (run / "checkpoint").read_text() + 'all_model_checkpoint_paths: "m\\000"\n'
        ),
        "lists m\0: it is gone.",
    ),
    "a listed name that is too long": (
        lambda run: (run / "checkpoint").write_text((run / "checkpoint").read_text() + TOO_LONG),
        "m-40: it is gone.",
    ),
}


@pytest.mark.skipif(os.name == "nt", reason="Windows has neither pipes nor free links")
@pytest.mark.parametrize("odd", ODD)
def test_an_odd_entry_hides_no_checkpoint(run, model, odd):
    add, told = ODD[odd]
    add(run)
    report = examine_directory(run)
    assert names(report.intact) == ["m-0", "m-10", "m-20"]
    assert told in text(report)
    assert restore_newest_intact(model.saver, model.session, run).prefix == str(run / "m-20")


# Other ways to save
def test_shards_are_examined_one_by_one(tmp_path):
    with two_shards() as (session, saver):
        for step in range(4):
            saver.save(session, str(tmp_path / "m"), step)
        (tmp_path / "m-1.data-00001-of-00002").unlink()
        flip(tmp_path / "m-2.data-00000-of-00002", 5)
        os.truncate(tmp_path / "m-3.data-00001-of-00002", 7)
        assert [one.verdict.problems for one in examined(tmp_path).checkpoints] == [
            [],
            ["m-1.data-00001-of-00002 is missing"],
            [f"1 of 2 tensors {BAD_BYTES}: v0"],
            ["m-3.data-00001-of-00002 is cut short: 7 of 20 bytes; lost: v1"],
        ]
        saver.restore(session, str(tmp_path / "m-0"))
        for step in (1, 2, 3):
            with pytest.raises(tf.errors.OpError):
                saver.restore(session, str(tmp_path / f"m-{step}"))


def test_a_killed_sharded_save_leaves_a_directory(tmp_path):
    with two_shards() as (session, saver):
        saver.save(session, str(tmp_path / "m"), 0)
        writers = [one for one in session.graph.get_operations() if one.type == "SaveV2"]
        target = {saver.saver_def.filename_tensor_name: str(tmp_path / "m-1")}
        # The shards are written and the step that merges them never runs.
        session.run(writers[:1], target)
        report = examined(tmp_path)
        assert names(report.checkpoints) == ["m-0"]
        assert [leftover.name for leftover in report.leftovers] == ["m-1_temp"]
        # The merging began: the values are moved, the index is not written yet.
        session.run(writers, target)
    for number in range(2):
        part = tmp_path / f"m-1_temp/part-0000{number}-of-00002{DATA}"
        part.rename(tmp_path / f"m-1.data-0000{number}-of-00002")
    report = examined(tmp_path)
    assert names(report.intact) == names(report.checkpoints) == ["m-0"]
    assert len(report.leftovers) == 3


def test_shards_of_another_save_under_the_same_name_are_a_note(tmp_path, model):
    with two_shards() as (session, saver):
        saver.save(session, str(tmp_path / "m"), 0)
    model.save(tmp_path, 0)
    [checkpoint] = examined(tmp_path).checkpoints
    assert checkpoint.intact
    assert [note.partition(" ")[0] for note in checkpoint.verdict.notes] == [
        "m-0.data-00000-of-00002", "m-0.data-00001-of-00002",
    ]  # fmt: skip
    assert "belongs to another save under this name" in checkpoint.verdict.notes[0]


def test_a_partitioned_variable_is_examined_slice_by_slice(tmp_path):
    def some(parts):
        variable = tf.get_variable("p", [50, 2], partitioner=tf.fixed_size_partitioner(5))
        return list(variable)[:parts]

    # A checkpoint of some slices alone is intact.
    save(tmp_path, lambda: some(2))
    assert one(examined(tmp_path), "m").intact
    save(tmp_path, lambda: some(5))
    assert one(examined(tmp_path), "m").intact
    flip(tmp_path / f"m{DATA}", 200)
    verdict = one(examined(tmp_path), "m").verdict
    assert verdict.tensors == 1
    assert verdict.problems == [f"1 of 5 tensors {BAD_BYTES}: p[20:30, 0:2]"]
    for position in (0, 100, 300, 399):
        flip(tmp_path / f"m{DATA}", position)
    [problem] = one(examined(tmp_path), "m").verdict.problems
    assert problem.endswith("p[0:10, 0:2], p[10:20, 0:2], p[20:30, 0:2] and 2 more")


def test_strings_and_iterators_are_examined_too(tmp_path):
    with tf.Graph().as_default(), tf.Session() as session:
        words = tf.get_variable("words", initializer=tf.constant([b"one", b"two"]))
        tf.get_variable("nothing", [0, 3])
        iterator = tf.data.make_initializable_iterator(tf.data.Dataset.range(5))
        saveable = tf.data.experimental.make_saveable_from_iterator(iterator)
        session.run([tf.global_variables_initializer(), iterator.initializer])
        tf.train.Saver({"words": words, "iterator": saveable}).save(session, str(tmp_path / "m"))
        # An empty tensor needs its file as well.
        saver = tf.train.Saver([tf.global_variables()[1]])
        empty = saver.save(session, str(tmp_path / "empty"))
        assert names(examined(tmp_path).intact) == ["empty", "m"]
        (tmp_path / f"empty{DATA}").unlink()
        with pytest.raises(tf.errors.NotFoundError):
            saver.restore(session, empty)
    assert one(examined(tmp_path), "empty").verdict.problems == [f"empty{DATA} is missing"]
    for position in range((tmp_path / f"m{DATA}").stat().st_size):
        flip(tmp_path / f"m{DATA}", position, 1)
        assert not one(examine_directory(tmp_path), "m").intact, position
        flip(tmp_path / f"m{DATA}", position, 1)
    assert one(examined(tmp_path), "m").intact


@pytest.mark.parametrize("sharded", [False, True])
def test_the_old_format_is_examined(tmp_path, sharded):
    with small_model(write_version=V1, sharded=sharded) as model:
        prefix = Path(model.save(tmp_path, 1))
        report = examined(tmp_path)
        [checkpoint] = report.checkpoints
        assert checkpoint.name == prefix.name == ("m-1-?????-of-00001" if sharded else "m-1")
        assert (checkpoint.intact, checkpoint.listed_by) == (True, ("checkpoint",))
        assert (checkpoint.verdict.format, checkpoint.verdict.tensors) == ("V1", 2)
        assert checkpoint.verdict.notes == ["in the old V1 format"]
        values = tmp_path / ("m-1-00000-of-00001" if sharded else "m-1")
        assert [file.name for file in checkpoint.found.files] == [values.name, "m-1.meta"]
        assert (report.leftovers, model.restored(prefix)) == ((), 1)
        whole = values.read_bytes()
        for position in range(0, len(whole), 5):
            flip(values, position)
            [checkpoint] = examine_directory(tmp_path).checkpoints
            assert checkpoint.intact == (model.restored(prefix) == 1), position
            values.write_bytes(whole)
        os.truncate(values, len(whole) - 1)
        assert len(examined(tmp_path).damaged) == 1
        assert model.restored(prefix) is None


def test_a_missing_shard_of_the_old_format_is_counted(tmp_path):
    with two_shards(write_version=V1) as (session, saver):
        saver.save(session, str(tmp_path / "m"))
    (tmp_path / "m-00001-of-00002").unlink()
    problems = one(examined(tmp_path), "m-?????-of-00002").verdict.problems
    assert problems == ["1 shard of m-?????-of-00002 missing"]


@pytest.mark.parametrize("flipped", [None, 100, 1_000_000])
def test_a_partitioned_variable_in_the_old_format_is_read_through(tmp_path, flipped):
    with tf.Graph().as_default(), tf.Session() as session:
        ones = tf.ones_initializer()
        parts = tf.fixed_size_partitioner(3)
        tf.get_variable("w", [9, 40_000], partitioner=parts, initializer=ones)
        session.run(tf.global_variables_initializer())
        saver = tf.train.Saver(write_version=V1)
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


def test_an_object_based_checkpoint_is_recognised(tmp_path):
    prefix = tf.train.Checkpoint(v=tf.Variable([1.0, 2.0])).save(str(tmp_path / "ck"))
    [checkpoint] = examined(tmp_path).checkpoints
    assert (checkpoint.name, checkpoint.listed_by) == ("ck-1", ("checkpoint",))
    assert (checkpoint.verdict.format, checkpoint.intact) == ("object-based", True)
    assert checkpoint.verdict.notes == ["written by tf.train.Checkpoint, not by a Saver"]
    flip(Path(f"{prefix}{DATA}"), 0)
    assert len(examined(tmp_path).damaged) == 1


# A trainer at work; tests/checkpoints/test_race.py has more
def test_what_is_replaced_or_deleted_meanwhile_is_looked_at_anew(run, saved):
    shutil.copy(run / f"m-10{DATA}", run / f"m-20{DATA}")
    (run / "m-0.index").unlink()

    def go_on() -> None:
        shutil.copy(saved / f"m-20{DATA}", run / f"m-20{DATA}")
        for path in run.glob("m-0.*"):
            path.unlink()

    # The trainer does so before the directory is looked at for the second time.
    meanwhile("os.scandir", run, 2, go_on)
    report = examine_directory(run)
    assert names(report.checkpoints) == names(report.intact) == ["m-10", "m-20"]


def test_what_is_no_directory_is_refused_and_an_empty_one_holds_nothing(tmp_path):
    report = examined(tmp_path)
    assert (report.checkpoints, report.healthy) == ((), True)
    assert "no checkpoint" in str(report)
    with pytest.raises(NotADirectoryError, match="nowhere is not a directory: give the one that"):
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
    told = []
    report = examine_directory("run", progress=told.append)
    # The .meta holds TensorFlow's version, so its size is not the same with every one.
    size = (run / "m-0.meta").stat().st_size + 215
    assert f"damaged, {(3 * size + 215) / 1000:.3g} kB" in str(report)
    assert re.sub(r"[\d.]+ kB", "SIZE kB", str(report)) == REPORT.replace("15,886", f"{size:,}")
    assert told[:3] == [
        f"reading 1 of 5: m-0 ({size / 1000:.3g} kB)",
        f"reading 2 of 5: m-5 ({size / 1000:.3g} kB)",
        "reading 3 of 5: m-7 (0 bytes)",
    ]
    (run / "m-20.index").rename(run / f"{'long' * 20}.index")
    assert f"  {'long' * 20}" in str(examine_directory("run")).splitlines()
