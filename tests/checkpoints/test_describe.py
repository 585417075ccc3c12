"""helpers/checkpoints/describe.py: what it tells is compared with what TensorFlow does."""

import random
import shutil
from pathlib import Path

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from google.protobuf import text_format
from tensorflow.python.framework import function

from helpers.checkpoints.describe import UnreadableCheckpointError, describe_checkpoint
from helpers.inherited import FINAL, HARD_CASE, INHERITED
from tests.checkpoints.damage import flip
from tests.checkpoints.small_model import DATA, save

VERSIONS = ["1.4.0", "1.8.0", "1.12.3", "1.15.5", "2.4.4", "2.15.1"]


def names(endpoints) -> list[str]:
    return [endpoint.name for endpoint in endpoints]


def roles(description) -> dict[str, str]:
    return {variable.name: variable.role for variable in description.variables}


@pytest.fixture
def hard_case(tmp_path) -> Path:
    """Return the prefix of a copy of the hard case that a test may damage."""
    return Path(shutil.copytree(INHERITED / "hard-case", tmp_path / "hard-case")) / HARD_CASE


@pytest.mark.parametrize("version", VERSIONS)
def test_the_lesson_is_described_whoever_wrote_it(version):
    description = describe_checkpoint(INHERITED / version / FINAL)
    graph = description.graph
    assert (description.problems, description.optimizer) == ((), "GradientDescent")
    assert (graph.version, graph.unknown, graph.files, graph.python) == (version, {}, {}, {})
    assert names(graph.inputs) == ["x:0"]
    assert names(graph.labels) == ["y_:0"]
    assert names(graph.answers) == ["ArgMax:0", "logits:0"]
    assert {name.rpartition("/")[2] for name in names(graph.figures)} == {
        "Reshape_2:0",  # of the loss
        "accuracy:0",
    }
    assert graph.train_operations == ("GradientDescent",)
    assert {one.kind for one in description.variables} == {
        "ref" if version[0] == "1" else "resource"
    }
    assert [(one.name, one.shape, one.bytes) for one in description.variables] == [
        ("bias", (10,), 40),
        ("weights", (784, 10), 31360),
    ]


TEXT = """\
PREFIX: intact, V2

variables, 125,616 bytes
  beta1_power                       float32 []                     4  optimizer, ref
  beta2_power                       float32 []                     4  optimizer, ref
  bias                              float32 [10]                  40  model, ref
  bias/Adam                         float32 [10]                  40  optimizer, ref
  bias/Adam_1                       float32 [10]                  40  optimizer, ref
  bias/ExponentialMovingAverage     float32 [10]                  40  moving average, ref
  global_step                       int64 []                       8  step, ref
  weights                           float32 [784, 10]         31,360  model, ref
  weights/Adam                      float32 [784, 10]         31,360  optimizer, ref
  weights/Adam_1                    float32 [784, 10]         31,360  optimizer, ref
  weights/ExponentialMovingAverage  float32 [784, 10]         31,360  moving average, ref
  optimizer: Adam, 50% of the bytes
  step: 100

graph, 408 operations, 42 of them the Saver's
  written by TensorFlow 1.8.0, graph format 26
  input   angle:0  float32 []  PlaceholderWithDefault
  input   images:0  float32 [?, 784]  Placeholder
  label   digits:0  int64 [?]  Placeholder
  answer  answers:0  int64 [?]  ArgMax from angle:0, images:0
  answer  scores:0  float32 [?, 10]  Add from angle:0, images:0
  figure  accuracy:0  float32 []  Mean from angle:0, digits:0, images:0
  figure  recalls:0  float32  PyFunc from angle:0, digits:0, images:0
  figure  sparse_softmax_cross_entropy_loss/value:0  float32 []  Select from angle:0, digits:0,
      images:0
  train   Adam
  train   ExponentialMovingAverage
  unknown to TensorFlow VERSION: ImageProjectiveTransform (1)
  reads or writes files: nothing
  calls Python: PyFunc (1)
  devices: /device:CPU:0, /device:GPU:0"""


def test_the_description_reads_as_documented():
    description = describe_checkpoint(INHERITED / "hard-case" / HARD_CASE)
    text = str(description).replace(description.prefix, "PREFIX").replace(tf.VERSION, "VERSION")
    assert text == TEXT
    assert description.bytes_of("moving average") == description.bytes_of("model") == 31400
    assert description.graph.savers_own == 42


def test_a_meta_written_as_text(hard_case):
    before = describe_checkpoint(hard_case)
    path = Path(f"{hard_case}.meta")
    path.write_text(text_format.MessageToString(tf.MetaGraphDef.FromString(path.read_bytes())))
    assert describe_checkpoint(hard_case) == before


def test_without_meta_the_names_still_tell(hard_case):
    before = roles(describe_checkpoint(hard_case))
    Path(f"{hard_case}.meta").unlink()
    description = describe_checkpoint(hard_case)
    assert description.graph is None
    assert (description.optimizer, description.step) == ("Adam", 100)
    assert roles(description) == before
    assert any("no .meta" in note for note in description.notes)


def test_an_optimizers_variables_are_found_by_what_it_reads(tmp_path):
    """Not by their names alone: here a Saver stores them under other names."""

    def build():
        weight = tf.get_variable("w", [3])
        tf.train.MomentumOptimizer(0.1, 0.9).minimize(tf.reduce_sum(weight**2))
        return {f"old/{number}": one for number, one in enumerate(tf.global_variables())}

    description = describe_checkpoint(save(tmp_path, build))
    assert roles(description) == {"old/0": "model", "old/1": "optimizer"}
    assert description.optimizer == "Momentum"


def test_shards_and_slices_are_one_variable(tmp_path):
    parts = tf.fixed_size_partitioner(2)
    prefix = save(
        tmp_path, lambda: tf.get_variable("w", [10, 3], partitioner=parts) and None, sharded=True
    )
    description = describe_checkpoint(prefix)
    assert [(one.name, one.shape, one.bytes, one.kind) for one in description.variables] == [
        ("w", (10, 3), 120, "resource")
    ]


def test_an_object_based_checkpoint(tmp_path):
    with tf.Graph().as_default(), tf.Session() as session:
        weight = tf.get_variable("w", [3])
        optimizer = tf.train.MomentumOptimizer(0.1, 0.9)
        optimizer.minimize(tf.reduce_sum(weight**2))
        checkpoint = tf.train.Checkpoint(w=weight, optimizer=optimizer)
        session.run(tf.global_variables_initializer())
        session.run(checkpoint.save_counter.initializer)
        prefix = checkpoint.save(str(tmp_path / "m"), session)
    description = describe_checkpoint(prefix)
    assert (description.format, description.graph) == ("object-based", None)
    assert roles(description) == {
        "_CHECKPOINTABLE_OBJECT_GRAPH": "bookkeeping",
        "save_counter/.ATTRIBUTES/VARIABLE_VALUE": "bookkeeping",
        "w/.ATTRIBUTES/VARIABLE_VALUE": "model",
        "w/.OPTIMIZER_SLOT/optimizer/momentum/.ATTRIBUTES/VARIABLE_VALUE": "optimizer",
    }


def test_the_old_format(tmp_path):
    prefix = save(tmp_path, lambda: [tf.get_variable("w", [3])], write_version=tf.train.SaverDef.V1)
    description = describe_checkpoint(prefix)
    assert description.format == "V1"
    assert [(one.name, one.shape, one.bytes) for one in description.variables] == [("w", (3,), 12)]


def test_a_loop_and_a_pipeline(tmp_path):
    def build():
        data = tf.data.Dataset.from_tensor_slices((np.ones([4, 3], "f"), np.ones([4, 1], "f")))
        x, y = tf.data.make_one_shot_iterator(data.batch(2)).get_next()
        weight = tf.get_variable("w", [3, 3])
        _, x = tf.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, x @ weight), [0, x])
        tf.reduce_sum(x - y, name="distance")

    tf.disable_control_flow_v2()
    try:
        graph = describe_checkpoint(save(tmp_path, build)).graph
    finally:
        tf.enable_control_flow_v2()
    assert names(graph.inputs) == ["IteratorGetNext:0"]
    assert names(graph.labels) == ["IteratorGetNext:1"]
    assert names(graph.answers) == ["while/Exit_1:0"]
    assert names(graph.figures) == ["distance:0"]
    assert graph.inputs[0].dtype == "float32"


def test_what_functions_do_is_told_as_well(tmp_path):
    @function.Defun(tf.float32)
    def doubled(x):
        return 2 * x

    def build():
        doubled(tf.get_variable("w", [3]))
        data = tf.data.Dataset.range(3)
        data.map(lambda n: tf.py_func(lambda n: n, [n], tf.int64)).make_one_shot_iterator()

    graph = describe_checkpoint(save(tmp_path, build)).graph
    assert graph.python == {"PyFunc": 1}
    assert graph.unknown == {}


def test_what_a_stranger_hides_in_the_savers_scope_is_told(tmp_path):
    def build():
        tf.get_variable("w", [3])
        with tf.name_scope("save/"):
            tf.io.write_file("taken.txt", tf.io.read_file("secret.txt"))

    graph = describe_checkpoint(save(tmp_path, build)).graph
    assert graph.files == {"ReadFile": 1, "WriteFile": 1}


def test_damage_is_told_and_the_rest_described(hard_case):
    flip(Path(f"{hard_case}{DATA}"), 50)
    description = describe_checkpoint(hard_case)
    assert "bias/Adam" in description.problems[0]
    assert description.graph.version == "1.8.0"
    Path(f"{hard_case}{DATA}").write_bytes(b"")
    assert describe_checkpoint(hard_case).step is None
    Path(f"{hard_case}.index").write_bytes(b"no index")
    description = describe_checkpoint(hard_case)
    assert description.variables == ()
    assert description.problems
    assert description.graph.version == "1.8.0"


def test_no_damage_to_a_meta_raises(hard_case):
    meta = Path(f"{hard_case}.meta")
    intact = bytearray(meta.read_bytes())
    random.seed(1)
    readable = 0
    for _ in range(60):
        damaged = intact.copy()
        for _ in range(3):
            damaged[random.randrange(len(damaged))] ^= 1 << random.randrange(8)
        meta.write_bytes(damaged)
        description = describe_checkpoint(hard_case)
        str(description)
        readable += description.graph is not None
    assert readable > 10


def test_a_graph_that_goes_in_circles_is_read_to_its_end(hard_case):
    path = Path(f"{hard_case}.meta")
    meta = tf.MetaGraphDef.FromString(path.read_bytes())
    for name, reads in (("a", "b"), ("b", "a")):
        meta.graph_def.node.add(name=name, op="Identity", input=[reads])
    meta.graph_def.node.add(name="adam", op="ApplyAdam", input=["a", "a"])
    path.write_bytes(meta.SerializeToString())
    assert describe_checkpoint(hard_case).optimizer == "Adam"


@pytest.mark.parametrize(
    ("prefix", "told"),
    [
        ("", "The prefix is ''"),
        ("absent", "There is no checkpoint absent"),
        (".", ". is a directory"),
        (f"{INHERITED / '1.4.0' / FINAL}.meta", "is one file of a checkpoint"),
        ("gs://bucket/m", "copy the files here"),
    ],
)
def test_a_prefix_without_checkpoint_is_refused(prefix, told):
    with pytest.raises(UnreadableCheckpointError) as raised:
        describe_checkpoint(prefix)
    assert told in str(raised.value)
