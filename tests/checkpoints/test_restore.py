"""helpers/checkpoints/restore.py: only what fits, and the newest that is intact."""

import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from tensorflow.core.protobuf.tensor_bundle_pb2 import BundleEntryProto, BundleHeaderProto

from helpers.checkpoints.compare import compare_checkpoints
from helpers.checkpoints.restore import (
    CheckpointMismatchError,
    NoIntactCheckpointError,
    RestoreReport,
    UnreadableCheckpointError,
    restore_checked,
    restore_newest_intact,
)
from helpers.checkpoints.saver_match import wanted_tensors
from tests.checkpoints.damage import flip, ordinary_user
from tests.checkpoints.index_writer import entries_of, write_index
from tests.checkpoints.small_model import DATA, SmallModel, save, small_model, snapshot, two_shards

V1 = tf.train.SaverDef.V1
Build = Callable[[], object]


@pytest.fixture(scope="module")
def lesson(tmp_path_factory) -> str:
    """A checkpoint of weights [6, 4] and bias [4], counted up from 0."""

    def build():
        tf.get_variable("weights", initializer=tf.reshape(tf.range(24.0), [6, 4]))
        tf.get_variable("bias", initializer=tf.range(4.0))

    return save(tmp_path_factory.mktemp("lesson"), build)


def restored_into(prefix: str, build: Build, **saver_options) -> dict[str, np.ndarray]:
    """Restore into a graph with `restore_checked`, and return the values by name."""
    with tf.Graph().as_default(), tf.Session() as session:
        saver = tf.train.Saver(build(), **saver_options)
        restore_checked(saver, session, prefix)
        return {variable.op.name: session.run(variable) for variable in tf.global_variables()}


def refusal(prefix: str, build: Build, **saver_options) -> CheckpointMismatchError:
    """Return what `restore_checked` raises, having seen that it touched no variable."""
    with tf.Graph().as_default(), tf.Session() as session:
        saver = tf.train.Saver(build(), **saver_options)
        uninitialised = tf.report_uninitialized_variables()
        with pytest.raises(CheckpointMismatchError) as refused:
            restore_checked(saver, session, prefix)
        assert len(session.run(uninitialised)) == len(tf.global_variables())
        return refused.value


def variables(resource: bool = True, dtype: str = "float32", **shapes: list[int]) -> Build:
    def build():
        for name, shape in shapes.items():
            tf.get_variable(name, shape, dtype, use_resource=resource)

    return build


def partitioned(shape: list[int], parts: int) -> Build:
    partitioner = tf.fixed_size_partitioner(parts)
    return lambda: tf.get_variable("weights", shape, partitioner=partitioner) and None


@pytest.mark.parametrize("resource", [True, False])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"sharded": True},
        {"restore_sequentially": True},
        {"write_version": V1},
        {"reshape": True},
    ],
)
def test_what_fits_is_restored_and_every_wrong_shape_named(lesson, resource, options):
    values = restored_into(lesson, variables(resource, weights=[6, 4], bias=[4]), **options)
    assert (values["weights"] == np.arange(24).reshape(6, 4)).all()
    assert (values["bias"] == np.arange(4)).all()
    error = refusal(lesson, variables(resource, weights=[6, 5], bias=[5]), **options)
    assert error.prefix == lesson
    assert [one.variable for one in error.mismatches] == ["bias", "weights"]
    needs = "reshape=True needs the same number of elements. " if "reshape" in options else ""
    assert error.mismatches[0].cure == (
        f"{needs}Build the variable with shape (4,), or leave it out of the Saver (var_list=...) "
        "and initialise it."
    )


def test_the_refusal_reads_as_documented(lesson):
    def build():
        tf.get_variable("weights", [6, 5], tf.float64)
        tf.get_variable("bias", [4], tf.int32)
        tf.get_variable("extra", [7])

    assert str(refusal(lesson, build)) == (
        f"{lesson} does not fit the graph; nothing was restored. 3 mismatches:\n"
        "  bias: the file holds float32 (4,), the graph wants int32 (4,).\n"
        "    Build the variable with dtype float32; a Saver never converts.\n"
        "  extra: the file holds no tensor of this name, the graph wants float32 (7,).\n"
        "    Leave the variable out of the Saver (var_list=...) and initialise it.\n"
        "  weights: the file holds float32 (6, 4), the graph wants float64 (6, 5).\n"
        "    Build the variable with dtype float32; a Saver never converts. Build the variable "
        "with shape (6,\n    4), or leave it out of the Saver (var_list=...) and initialise it."
    )


MAY_BE_THE_ONE = (
    'The file\'s "weights" may be the one: give its name as a key, Saver({"weights": variable}). '
    "Else leave the variable out and initialise it."
)


@pytest.mark.parametrize(
    ("name", "shape", "cure"),
    [
        ("W", [6, 4], MAY_BE_THE_ONE),
        ("new_model/weights", [6, 4], MAY_BE_THE_ONE),
        ("new_model/weights", [6, 5], MAY_BE_THE_ONE),
        (
            "weights_1",
            [6, 4],
            'The file holds "weights": the name was taken when this variable was made, so the '
            "graph was built twice. Build it once, in a fresh tf.Graph().",
        ),
        ("extra_1", [7], "Leave the variable out of the Saver (var_list=...) and initialise it."),
    ],
)
def test_a_missing_name_comes_with_the_likely_one(lesson, name, shape, cure):
    error = refusal(lesson, variables(**{name: shape}))
    [mismatch] = error.mismatches
    assert (mismatch.variable, mismatch.holds) == (name, "no tensor of this name")
    assert mismatch.cure == cure
    assert " 1 mismatch:" in str(error)


def test_of_several_names_the_most_alike_is_the_likely_one(tmp_path):
    prefix = save(tmp_path, variables(layer_a=[2], kernel=[2], other=[3], layer_9=[2]))
    # What another variable asks for is not offered.
    [mismatch] = refusal(prefix, variables(layer_b=[2], layer_9=[2])).mismatches
    assert mismatch.cure.startswith('The file\'s "layer_a" may be the one')
    [mismatch] = refusal(prefix, variables(dtype="float64", layer_b=[2])).mismatches
    assert mismatch.cure.startswith("Leave the variable out")


def test_a_renamed_variable_is_named_with_both_names(lesson):
    [mismatch] = refusal(lesson, lambda: {"weights": tf.get_variable("W", [6, 5])}).mismatches
    assert mismatch.variable == 'W ("weights" in the file)'


@pytest.mark.parametrize("resource", [True, False])
def test_reshape_asks_for_the_number_of_elements_alone(lesson, resource):
    values = restored_into(lesson, variables(resource, weights=[24]), reshape=True)
    assert values["weights"].tolist() == list(range(24))
    assert len(refusal(lesson, variables(resource, weights=[25]), reshape=True).mismatches) == 1


def test_a_partitioned_variable_is_compared_as_a_whole(lesson, tmp_path):
    values = restored_into(lesson, partitioned([6, 4], 3))
    assert values["weights/part_1"].tolist() == [[8, 9, 10, 11], [12, 13, 14, 15]]
    error = refusal(lesson, partitioned([6, 5], 3))
    assert [(one.variable, one.wants) for one in error.mismatches] == [
        (f'weights/part_{part} ("weights" in the file)', "float32 (6, 5)") for part in range(3)
    ]
    prefix = save(tmp_path, partitioned([6, 4], 2))
    assert restored_into(prefix, variables(weights=[6, 4]))["weights"].shape == (6, 4)
    assert len(restored_into(prefix, partitioned([6, 4], 3))) == 3
    assert len(refusal(prefix, variables(weights=[6, 5])).mismatches) == 1


def test_an_open_shape_takes_what_is_compatible(lesson):
    def of_shape(shape: list[int | None] | None) -> Build:
        def build():
            values = tf.placeholder(tf.float32, shape)
            tf.Variable(values, name="weights", validate_shape=False)

        return build

    assert restored_into(lesson, of_shape([None, 4]))["weights"].shape == (6, 4)
    assert restored_into(lesson, of_shape(None))["weights"].shape == (6, 4)
    assert refusal(lesson, of_shape([None, 5])).mismatches[0].wants == "float32 (None, 5)"


def test_the_saver_of_a_meta_file_is_checked_as_well(lesson):
    with tf.Graph().as_default() as graph, tf.Session() as session:
        saver = tf.train.import_meta_graph(f"{lesson}.meta")
        restore_checked(saver, session, lesson)
        [bias] = [one for one in tf.global_variables() if one.op.name == "bias"]
        assert session.run(bias).tolist() == [0, 1, 2, 3]
        assert [tensor.key for tensor in wanted_tensors(saver, graph)] == ["bias", "weights"]


def test_an_iterator_has_no_shape_to_compare(tmp_path):
    with tf.Graph().as_default(), tf.Session() as session:
        iterator = tf.data.make_initializable_iterator(tf.data.Dataset.range(9))
        following = iterator.get_next()
        saveable = tf.data.experimental.make_saveable_from_iterator(iterator)
        saver = tf.train.Saver({"iterator": saveable})
        session.run(iterator.initializer)
        session.run([following])
        prefix = saver.save(session, str(tmp_path / "m"))
        session.run([following])
        restore_checked(saver, session, prefix)
        assert session.run(following) == 1


def test_an_object_based_checkpoint_is_compared_by_variable_names(tmp_path):
    prefix = tf.train.Checkpoint(v=tf.Variable([1.0, 2.0], name="v")).write(str(tmp_path / "ck"))
    assert restored_into(prefix, variables(v=[2]))["v"].tolist() == [1, 2]
    assert refusal(prefix, variables(v=[3])).mismatches[0].holds == "float32 (2,)"
    assert refusal(prefix, variables(other=[2])).mismatches[0].variable == "other"
    # The last bytes are those of the names.
    size = Path(prefix + DATA).stat().st_size
    flip(Path(prefix + DATA), size - 1)
    with pytest.raises(UnreadableCheckpointError, match=r"ck is damaged: .*\. Restore another one"):
        restored_into(prefix, variables(v=[2]))


def test_the_old_format_is_compared_too(tmp_path):
    with small_model(write_version=V1) as model:
        prefix = model.save(tmp_path, 1)
        model.fill(0)
        restore_checked(model.saver, model.session, prefix)
        assert model.value() == 1
    assert len(refusal(prefix, variables(weights=[4, 9], bias=[3])).mismatches) == 1


def test_thousands_of_missing_names_are_counted_and_the_first_few_shown(tmp_path):
    spared = [""] * 5000
    old, new = ([f"{scope}/{number}" for number in range(5000)] for scope in ("old", "new"))
    prefix, values = str(tmp_path / "m"), [tf.constant([1.0, 2.0])] * 5000
    tf.raw_ops.SaveV2(
        prefix=prefix, tensor_names=old, shape_and_slices=spared, tensors=values
    )  # fmt: skip
    with tf.Graph().as_default(), tf.Session() as session:
        place = tf.placeholder(tf.string, [], name="place")
        read = tf.raw_ops.RestoreV2(
            prefix=place, tensor_names=new, shape_and_slices=spared, dtypes=["float"] * 5000
        )
        tf.group(read, name="restore")
        nodes = tf.train.SaverDef(
            filename_tensor_name="place:0", restore_op_name="restore", save_tensor_name="place:0"
        )
        start = time.process_time()
        with pytest.raises(CheckpointMismatchError) as refused:
            restore_checked(tf.train.Saver(saver_def=nodes), session, prefix)
        # 0.1 seconds of one core; 44 with a cure for each.
        assert time.process_time() - start < 2
    assert len(refused.value.mismatches) == 5000
    assert str(refused.value).count("may be the one") == 10
    assert str(refused.value).endswith("\n  and 4,990 more.")


@pytest.mark.parametrize(
    ("prefix", "message"),
    [
        (None, "The prefix is None: tf.train.latest_checkpoint found nothing, or none was given."),
        ("", "The prefix is '': tf.train.latest_checkpoint found nothing, or none was given."),
        ("{lesson}.index", "is one file of a checkpoint. Give the prefix: {lesson}"),
        ("{lesson}.meta", "is one file of a checkpoint. Give the prefix: {lesson}"),
        ("{lesson}" + DATA, "is one file of a checkpoint. Give the prefix: {lesson}"),
        ("{directory}", "{directory} is a directory. Give the prefix of one checkpoint in it"),
        ("{directory}/n", "There is no checkpoint {directory}/n: no file n.index. Give the prefix"),
        ("nowhere/m", "There is no checkpoint nowhere/m: no file m.index. Give the prefix"),
    ],
)
def test_what_is_no_prefix_is_refused_with_the_right_one(lesson, prefix, message):
    places = {"lesson": lesson, "directory": str(Path(lesson).parent)}
    with pytest.raises(UnreadableCheckpointError) as refused:
        restored_into(prefix and prefix.format(**places), variables(weights=[6, 4]))
    assert message.format(**places) in str(refused.value)


def test_a_saver_without_nodes_in_the_graph_is_refused(lesson):
    with tf.Graph().as_default(), tf.Session() as session:
        for options in ({"defer_build": True}, {"allow_empty": True}):
            with pytest.raises(
                ValueError, match="The Saver has no nodes to restore with: it holds"
            ):
                restore_checked(tf.train.Saver(**options), session, lesson)
    with tf.Graph().as_default():
        variables(weights=[6, 4])()
        saver = tf.train.Saver()
    with (
        tf.Session(graph=tf.Graph()) as session,
        pytest.raises(
            ValueError, match='no operation "save/restore_all", so the Saver was built in'
        ),
    ):
        restore_checked(saver, session, lesson)


# The newest intact one
def newest(model: SmallModel, directory: Path, **options) -> RestoreReport:
    """Restore the newest intact checkpoint and see to it that nothing was changed."""
    before = snapshot(directory)
    model.fill(-1)
    try:
        return restore_newest_intact(model.saver, model.session, directory, **options)
    except NoIntactCheckpointError:
        assert model.value() == -1
        raise
    finally:
        assert snapshot(directory) == before


def test_damaged_ones_are_passed_over_and_named(run, model):
    flip(run / f"m-20{DATA}", 0)
    (run / "m-10.index").unlink()
    report = newest(model, run)
    assert model.value() == 0
    assert [Path(one.prefix).name for one in report.passed_over] == ["m-20", "m-10"]
    assert str(report).splitlines() == [
        "Restored m-0, the newest intact by the times of the files.",
        "Passed over, newest first:",
        "  m-20: 1 of 2 tensors read has other bytes than were saved (the checksum does not "
        "match): bias",
        "  m-10: m-10.index is missing",
    ]


def test_none_intact_names_every_fault(run, model):
    for name in ("m-0", "m-10", "m-20"):
        os.truncate(run / f"{name}{DATA}", 0)
    with pytest.raises(NoIntactCheckpointError) as refused:
        newest(model, run)
    assert str(refused.value) == "\n".join(
        [
            f"No checkpoint in {run} is intact:",
            f"  m-20: m-20{DATA} is empty, 60 bytes are missing",
            f"  m-10: m-10{DATA} is empty, 60 bytes are missing",
            f"  m-0: m-0{DATA} is empty, 60 bytes are missing",
        ]
    )


def test_a_directory_without_checkpoints_is_refused(tmp_path, model):
    with pytest.raises(NoIntactCheckpointError, match="There is no checkpoint in"):
        newest(model, tmp_path)
    with pytest.raises(NotADirectoryError, match="is not a directory"):
        restore_newest_intact(model.saver, model.session, tmp_path / "nowhere")


def test_what_is_listed_and_gone_is_named(run, model):
    for path in run.glob("m-20.*"):
        path.unlink()
    report = newest(model, run)
    assert model.value() == 10
    assert str(report).endswith("m-20: listed by the state file, but its files are gone")


def test_a_mismatch_is_refused_and_no_older_one_tried(run):
    with tf.Graph().as_default(), tf.Session() as session:
        variables(weights=[4, 9], bias=[9])()
        saver = tf.train.Saver()
        uninitialised = tf.report_uninitialized_variables()
        with pytest.raises(CheckpointMismatchError, match="m-20 does not fit the graph"):
            restore_newest_intact(saver, session, run)
        assert len(session.run(uninitialised)) == 2


@pytest.mark.parametrize("sharded", [False, True])
def test_a_damaged_value_is_refused_before_any_variable_is_touched(tmp_path, sharded):
    with two_shards() as (session, saver):
        saver = saver if sharded else tf.train.Saver()
        prefix = saver.save(session, str(tmp_path / "m"))
        flip(max(tmp_path.glob("m.data-*")), -1)
        numbers = tf.global_variables()
        session.run([number.assign(tf.zeros(5)) for number in numbers])
        with pytest.raises((UnreadableCheckpointError, tf.errors.OpError)) as refused:
            restore_checked(saver, session, prefix)
        assert np.concatenate(session.run(numbers)).tolist() == [0] * 10
    if sharded:
        assert str(refused.value) == (
            f"The checkpoint {prefix} is damaged: 1 of 2 tensors read has other bytes than were "
            "saved (the checksum does not match): v1. No variable was touched. Restore another one."
        )


def test_a_save_over_the_only_name_is_waited_for(tmp_path, model, monkeypatch):
    run = tmp_path / "run"
    run.mkdir()
    model.save(run, None, value=1)
    index_before = (run / "m.index").read_bytes()
    model.save(run, None, value=2)
    (run / "m.index").rename(tmp_path / "m.index")
    (run / "m.index").write_bytes(index_before)
    (run / f"m{DATA}").touch()  # a moment ago, it was renamed

    def wait(seconds: float) -> None:
        (tmp_path / "m.index").replace(run / "m.index")

    monkeypatch.setattr("helpers.checkpoints.look.time.sleep", wait)
    restore_newest_intact(model.saver, model.session, run)
    assert model.value() == 2


def touch_in_turn(files: list[Path]) -> None:
    """Give every file the time that copying them one after the other would."""
    for number, path in enumerate(files):
        os.utime(path, ns=(10**18 + number * 10**6,) * 2)


@pytest.mark.parametrize("seed", range(5))
def test_a_run_started_afresh_is_newer_and_a_copy_of_it_goes_by_its_state_file(
    tmp_path, model, seed
):
    for steps in ((20, 30, 40), (0, 10)):
        with small_model(save_relative_paths=True) as trainer:
            for step in steps:
                trainer.save(tmp_path, step)
    report = newest(model, tmp_path)
    assert (model.value(), report.ordered_by) == (10, "the times of the files")
    touch_in_turn(random.Random(seed).sample(sorted(tmp_path.iterdir()), 16))
    report = newest(model, tmp_path)
    assert model.value() == 10
    assert report.ordered_by.startswith("the state file's list and the steps, because")
    (tmp_path / "checkpoint").unlink()
    newest(model, tmp_path)
    assert model.value() == 40


def test_a_state_file_orders_and_does_not_choose(tmp_path, model):
    with small_model(save_relative_paths=True) as best, small_model() as other:
        best.save(tmp_path, 2, latest_filename="best")
        other.save(tmp_path, 1)
    report = newest(model, tmp_path, state_file="best")
    assert (model.value(), report.prefix, report.passed_over) == (1, str(tmp_path / "m-1"), ())
    assert str(report) == "Restored m-1, the newest intact by the times of the files."


def test_a_directory_that_may_be_entered_and_not_listed_is_restored_from(run, model):
    # Not below pytest's own directory, which an ordinary user cannot reach.
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        hidden = Path(shutil.copytree(run, Path(place) / "run"))
        with small_model(sharded=True) as sharded:
            sharded.save(hidden, 7)
            for path in hidden.iterdir():
                path.chmod(0o644)
            hidden.chmod(0o711)
            with ordinary_user():
                restore_checked(model.saver, model.session, hidden / "m-10")
                restore_checked(sharded.saver, sharded.session, hidden / "m-7")
                with pytest.raises(UnreadableCheckpointError, match=r"no file m-1\.index"):
                    restore_checked(model.saver, model.session, hidden / "m-1")
                with pytest.raises(PermissionError, match=r"each by its prefix: .*run"):
                    restore_newest_intact(model.saver, model.session, hidden)
            assert (model.value(), sharded.value()) == (10, 7)


def test_an_index_that_asks_for_a_newer_tensorflow_is_passed_over(run, model):
    header, *entries = entries_of(run / "m-20.index")
    newer = BundleHeaderProto.FromString(header[1])
    newer.version.min_consumer = 99
    write_index(run / "m-20.index", [(b"", newer.SerializeToString()), *entries])
    assert model.restored(run / "m-20") is None
    assert "Please upgrade TensorFlow" in str(newest(model, run))
    assert model.value() == 10
    with pytest.raises(UnreadableCheckpointError, match="min consumer version 99"):
        restore_checked(model.saver, model.session, run / "m-20")


@pytest.mark.parametrize(
    "entry",
    [
        b"\xff\xff\xff",
        BundleEntryProto(dtype=99).SerializeToString(),
        BundleEntryProto(dtype=1, shape={"unknown_rank": True}).SerializeToString(),
        BundleEntryProto(dtype=1, shape={"dim": [{"size": -2}]}).SerializeToString(),
        BundleEntryProto(dtype=1, slices=[{}, {}]).SerializeToString(),
    ],
    ids=["no message", "no dtype", "no rank", "no size", "slices twice"],
)
def test_an_entry_that_would_end_the_process_is_refused_before_tensorflow_sees_it(
    run, model, entry
):
    (header, bias, _) = entries_of(run / "m-20.index")
    write_index(run / "m-20.index", [header, bias, (b"weights", entry)])
    for refused in (
        lambda: restore_checked(model.saver, model.session, run / "m-20"),
        lambda: compare_checkpoints(run / "m-10", run / "m-20"),
    ):
        with pytest.raises(UnreadableCheckpointError, match="an unreadable entry for the key b'we"):
            refused()
    newest(model, run)
    assert model.value() == 10


@pytest.mark.parametrize("key", [b"\0odd", b"\0odd\0\1", b"z\xff"])
def test_a_key_that_is_no_text_does_no_harm(run, model, key):
    header, *entries = entries_of(run / "m-20.index")
    write_index(run / "m-20.index", sorted([header, *entries, (key, entries[0][1])]))
    newest(model, run)
    assert model.value() == 20
    model.fill(0)
    restore_checked(model.saver, model.session, run / "m-20")
    assert model.value() == 20
    held = compare_checkpoints(run / "m-20", run / "m-20")
    assert len(held) == 3
    assert all(one.same for one in held)


@pytest.mark.parametrize("name", ["run[1]", "r n", "run[ab]x"])
def test_a_directory_that_tensorflow_cannot_read_is_restored_from(run, model, name):
    place = run.rename(run.with_name(name))
    assert model.restored(place / "m-20") == (None if "[" in name else 20)
    report = newest(model, place)
    assert model.value() == 20
    assert report.prefix == str(place / "m-20")
    restore_checked(model.saver, model.session, place / "m-10")
    assert model.value() == 10


def test_the_old_format_is_restored_too(tmp_path):
    for sharded in (False, True):
        run = tmp_path / str(sharded)
        run.mkdir()
        with small_model(write_version=tf.train.SaverDef.V1, sharded=sharded) as old:
            old.save(run, 1)
            old.save(run, 2)
            newest(old, run)
            assert old.value() == 2
            # TensorFlow takes the brackets for a pattern and would read the other directory.
            shutil.copytree(run, tmp_path / f"{str(sharded)[0]}")
            place = run.rename(tmp_path / f"[{sharded}]")
            old.save(tmp_path / f"{str(sharded)[0]}", 2, value=7)
            newest(old, place)
            assert old.value() == 2
