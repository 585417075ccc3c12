"""Compare what a Saver would restore with what a checkpoint holds, before any variable is touched.

Since TensorFlow 2 a Saver restores a resource variable without comparing shapes: a file of 10
classes goes into a graph of 12 without a word, and training fails later, far from the cause.
A wrong name or dtype is refused by TensorFlow, but one at a time and not always in words that
name the variable. `check_matches` compares everything and says all of it at once.
"""

import difflib
import itertools
import re
import textwrap
from collections.abc import Container
from dataclasses import dataclass

import tensorflow.compat.v1 as tf
from tensorflow.core.protobuf.trackable_object_graph_pb2 import TrackableObjectGraph

from .prefix import OBJECT_GRAPH_KEY, OpenCheckpoint, UnreadableCheckpointError
from .wording import counted

# Comparing names letter by letter is slow; a model of thousands of equal layers must not take
# minutes to be refused. Nor does anybody read thousands of mismatches.
MOST_NAMES_COMPARED = 50
MOST_MISMATCHES_SHOWN = 10


@dataclass(frozen=True)
class WantedTensor:
    """One tensor that a Saver will ask a checkpoint for."""

    key: str  # the name of the tensor in the file
    variable: str  # the name of the variable in the graph that receives it
    dtype: tf.DType  # what the graph expects; TensorFlow never converts
    shape: tf.TensorShape  # the whole tensor's shape, unknown where the graph does not fix it
    # whether the Saver was built with `reshape=True`, so that only the number of elements counts
    reshapes: bool


@dataclass(frozen=True)
class Mismatch:
    """One tensor that the checkpoint cannot give as the graph wants it."""

    variable: str  # the name of the variable in the graph
    holds: str  # what the file holds, in words
    wants: str  # what the graph wants, in words
    cure: str  # what to do about it

    def __str__(self) -> str:
        return (
            f"{self.variable}: the file holds {self.holds}, the graph wants {self.wants}.\n"
            + textwrap.fill(
                self.cure,
                100,
                initial_indent=" " * 4,
                subsequent_indent=" " * 4,
                break_long_words=False,
                break_on_hyphens=False,
            )
        )


class CheckpointMismatchError(ValueError):
    """The checkpoint does not fit the graph; no variable was touched.

    Attributes:
        prefix: the checkpoint that was refused.
        mismatches: every tensor that does not fit; the message shows the first ten.
    """

    def __init__(self, prefix: str, mismatches: tuple[Mismatch, ...]):
        self.prefix = prefix
        self.mismatches = mismatches
        listed = "\n".join(f"  {mismatch}" for mismatch in mismatches[:MOST_MISMATCHES_SHOWN])
        if len(mismatches) > MOST_MISMATCHES_SHOWN:
            listed += f"\n  and {len(mismatches) - MOST_MISMATCHES_SHOWN:,} more."
        super().__init__(
            f"{prefix} does not fit the graph; nothing was restored. "
            f"{counted(len(mismatches), 'mismatch', 'mismatches')}:\n{listed}"
        )


def check_matches(saver: tf.train.Saver, checkpoint: OpenCheckpoint, graph: tf.Graph) -> None:
    """Compare what a Saver of a graph would restore with what a checkpoint holds.

    Raises:
        CheckpointMismatchError: lists the variables that do not fit, what the file holds, what
            the graph wants, and the cure.
        UnreadableCheckpointError: its .index cannot be read.
        ValueError: the Saver does not belong to the graph or is not built yet.
    """
    wanted = wanted_tensors(saver, graph)
    kinds = checkpoint.kinds()
    key_of_name = _keys_of_objects(checkpoint) if OBJECT_GRAPH_KEY in kinds else {}
    asked = {tensor.key for tensor in wanted}
    unclaimed = {key: kind for key, kind in kinds.items() if key not in asked}
    mismatches = []
    for tensor in wanted:
        kind = kinds.get(tensor.key) or kinds.get(key_of_name.get(tensor.key, ""))
        if kind is None:
            shown = len(mismatches) < MOST_MISMATCHES_SHOWN
            mismatches.append(_missing(tensor, kinds, unclaimed if shown else {}))
        elif mismatch := _compared(tensor, *kind):
            mismatches.append(mismatch)
    if mismatches:
        raise CheckpointMismatchError(checkpoint.prefix, tuple(mismatches))


def wanted_tensors(saver: tf.train.Saver, graph: tf.Graph) -> list[WantedTensor]:
    """List what a Saver asks a checkpoint for, read from the Saver's own nodes in the graph.

    The nodes are the truth: a Saver keeps no list of its variables when it was built without one,
    and the one that `import_meta_graph` returns never had one. Every `RestoreV2` node behind the
    Saver's restore operation holds the keys, the slices of partitioned variables and the dtypes
    as constants; the variable is found at the assignment that takes its output.

    Raises:
        ValueError: the Saver does not belong to the graph or is not built yet.
    """
    behind = _behind_restore(saver, graph)
    wanted = []
    for operation in behind:
        if operation.type != "RestoreV2":
            continue
        keys = tf.make_ndarray(operation.inputs[1].op.get_attr("value"))
        slices = tf.make_ndarray(operation.inputs[2].op.get_attr("value"))
        for output, key, slice_spec in zip(operation.outputs, keys, slices, strict=True):
            variable, shape, reshapes = _receiver(output, behind)
            if slice_spec:
                shape = _whole_shape(slice_spec.decode())
            wanted.append(
                WantedTensor(key.decode(), variable or key.decode(), output.dtype, shape, reshapes)
            )
    return sorted(wanted, key=lambda tensor: (tensor.key, tensor.variable))


def restores_in_parts(saver: tf.train.Saver, graph: tf.Graph) -> bool:
    """Tell whether a Saver fills some variables before it has read what is for the others.

    A Saver reads everything with one node and then assigns. A sharded one has such a node for each
    device. Observed on TensorFlow 2.21. Raises as `wanted_tensors` does.
    """
    return sum(one.type == "RestoreV2" for one in _behind_restore(saver, graph)) > 1


def _behind_restore(saver: tf.train.Saver, graph: tf.Graph) -> set[tf.Operation]:
    if saver.saver_def is None:
        raise ValueError(
            "The Saver has no nodes to restore with: it holds no variables, or was made with "
            "defer_build=True or in eager mode. Build it in a graph that has variables."
        )
    try:
        restore = graph.get_operation_by_name(saver.saver_def.restore_op_name)
    except KeyError:
        raise ValueError(
            f'The graph has no operation "{saver.saver_def.restore_op_name}", so the Saver was '
            "built in another graph. Use the graph that it was built in, or build a new Saver."
        ) from None
    found, waiting = {restore}, [restore]
    while waiting:
        current = waiting.pop()
        for earlier in [tensor.op for tensor in current.inputs] + list(current.control_inputs):
            if earlier not in found:
                found.add(earlier)
                waiting.append(earlier)
    return found


def _receiver(
    output: tf.Tensor, behind: set[tf.Operation]
) -> tuple[str | None, tf.TensorShape, bool]:
    # Between RestoreV2 and the assignment there is at most an Identity (to the variable's device)
    # and a Reshape (reshape=True). What ends elsewhere, such as a data set's iterator, has no
    # shape to compare.
    reshapes = False
    unknown = tf.TensorShape(None)
    while True:
        takers = [taker for taker in output.consumers() if taker in behind]
        if len(takers) != 1:
            return None, unknown, reshapes
        [taker] = takers
        if taker.type == "AssignVariableOp":
            handle = taker.inputs[0].op
            if handle.type != "VarHandleOp":
                return handle.name, unknown, reshapes
            return handle.name, tf.TensorShape(handle.get_attr("shape")), reshapes
        if taker.type == "Assign":
            return taker.inputs[0].op.name, taker.inputs[0].shape, reshapes
        if taker.type not in ("Identity", "Reshape"):
            return taker.name, unknown, reshapes
        reshapes = reshapes or taker.type == "Reshape"
        output = taker.outputs[0]


def _whole_shape(slice_spec: str) -> tf.TensorShape:
    # "10 3 0,5:0,3" is rows 0 to 4 and all columns of a tensor of shape (10, 3); see
    # tf.Variable.SaveSliceInfo.spec.
    *sizes, _ = slice_spec.split(" ")
    return tf.TensorShape([int(size) for size in sizes])


def _keys_of_objects(checkpoint: OpenCheckpoint) -> dict[str, str]:
    # The keys that tf.train.Checkpoint gave to the variables' names, under which Saver.restore
    # finds them.
    try:
        stored = checkpoint.reader().get_tensor(OBJECT_GRAPH_KEY)
    except (tf.errors.OpError, IndexError) as error:
        why = str(error).splitlines()[0]
        raise UnreadableCheckpointError(
            f"The checkpoint {checkpoint.prefix} is damaged: {why}. Restore another one.", why
        ) from error
    return {
        attribute.full_name: attribute.checkpoint_key
        for node in TrackableObjectGraph.FromString(stored).nodes
        for attribute in node.attributes
    }


def _missing(
    tensor: WantedTensor,
    held: Container[str],
    unclaimed: dict[str, tuple[tf.DType, tf.TensorShape]],
) -> Mismatch:
    without_number = re.sub(r"_\d+$", "", tensor.key)
    without_scope = tensor.key.partition("/")[2]
    if without_number != tensor.key and without_number in held:
        cure = (
            f'The file holds "{without_number}": the name was taken when this variable was made, '
            "so the graph was built twice. Build it once, in a fresh tf.Graph()."
        )
    elif without_scope in held:
        cure = _under_its_name_in_the_file(without_scope)
    elif likely := _likely_name(tensor, unclaimed):
        cure = _under_its_name_in_the_file(likely)
    else:
        cure = "Leave the variable out of the Saver (var_list=...) and initialise it."
    return Mismatch(
        variable=_named(tensor),
        holds="no tensor of this name",
        wants=_described(tensor.dtype, tensor.shape),
        cure=cure,
    )


def _under_its_name_in_the_file(key: str) -> str:
    return (
        f'The file\'s "{key}" may be the one: give its name as a key, '
        f'Saver({{"{key}": variable}}). Else leave the variable out and initialise it.'
    )


def _likely_name(
    tensor: WantedTensor, unclaimed: dict[str, tuple[tf.DType, tf.TensorShape]]
) -> str | None:
    # A renamed variable kept its dtype and shape, and no other variable asks for its old name.
    alike = (
        key
        for key, (dtype, shape) in unclaimed.items()
        if dtype == tensor.dtype and tensor.shape.is_compatible_with(shape)
    )
    return max(
        itertools.islice(alike, MOST_NAMES_COMPARED),
        key=lambda key: difflib.SequenceMatcher(a=key, b=tensor.key).ratio(),
        default=None,
    )


def _compared(tensor: WantedTensor, dtype: tf.DType, shape: tf.TensorShape) -> Mismatch | None:
    if tensor.reshapes:
        elements = tensor.shape.num_elements()
        shape_fits = elements is None or elements == shape.num_elements()
        shape_cure = "reshape=True needs the same number of elements. "
    else:
        shape_fits = tensor.shape.is_compatible_with(shape)
        shape_cure = ""
    if dtype == tensor.dtype and shape_fits:
        return None
    cures = []
    if dtype != tensor.dtype:
        cures.append(f"Build the variable with dtype {dtype.name}; a Saver never converts.")
    if not shape_fits:
        cures.append(
            f"{shape_cure}Build the variable with shape {_sizes(shape)}, or leave it out of the "
            "Saver (var_list=...) and initialise it."
        )
    return Mismatch(
        variable=_named(tensor),
        holds=_described(dtype, shape),
        wants=_described(tensor.dtype, tensor.shape),
        cure=" ".join(cures),
    )


def _named(tensor: WantedTensor) -> str:
    if tensor.variable == tensor.key:
        return tensor.key
    return f'{tensor.variable} ("{tensor.key}" in the file)'


def _described(dtype: tf.DType, shape: tf.TensorShape) -> str:
    return f"{dtype.name} {_sizes(shape)}"


def _sizes(shape: tf.TensorShape) -> str:
    # Like a Python tuple, as numpy prints shapes.
    return "of any shape" if shape.rank is None else str(tuple(shape.as_list()))
