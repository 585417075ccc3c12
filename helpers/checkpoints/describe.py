"""Describe a checkpoint nobody knows any more: `python -m helpers.checkpoints describe PREFIX`.

Tells from the files alone what the variables are, what goes into the graph and what comes out,
which optimizer trained it, which TensorFlow wrote it, and what will stop an import or may do harm.
Nothing is imported: the `.meta` is read as the protocol buffer that it is.
"""

import math
import os
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

import tensorflow.compat.v1 as tf
from tensorflow.python.framework import op_def_registry

from .files import find_checkpoint
from .index_file import IndexFileError
from .prefix import (
    OBJECT_GRAPH_KEY,
    OpenCheckpoint,
    UnreadableCheckpointError,
    existing_prefix,
)
from .verify import read_meta, verify
from .wording import WIDTH, wrapped

VARIABLES = {"Variable": "ref", "VariableV2": "ref", "VarHandleOp": "resource"}
# What brings values from outside: fed by hand, or by a pipeline that the graph holds.
FED = {"Placeholder", "PlaceholderV2", "PlaceholderWithDefault"}
PIPELINES = re.compile(r"IteratorGetNext\w*|QueueDequeue\w*")
APPLY = re.compile(r"(?:Resource)?(?:Sparse)?Apply(\w+?)(?:V2|WithAmsgrad)?")
# Which only tell how large a tensor is, not what is in it.
SIZES = {"Shape", "ShapeN", "Size", "Rank"}
PASS_ON = {"Identity", "ReadVariableOp", "Enter", "Reshape", "StopGradient", "Snapshot"}
PYTHON = {"PyFunc", "PyFuncStateless", "EagerPyFunc"}
FILES = re.compile(
    r"(ReadFile|WriteFile|MatchingFiles|Save(V2|Slices)?|Restore(V2|Slice)?|MergeV2Checkpoints"
    r"|(WholeFile|TextLine|TFRecord|FixedLengthRecord|LMDB)(Reader|Dataset)(V2)?"
    r"|InitializeTableFromTextFile(V2)?|CreateSummary(File|Db)Writer|CacheDataset(V2)?"
    r"|LoadLibrary|DebugIdentity(V[23])?)"
)
# How tf.train's optimizers name the variables that they add, for a file without a graph.
SLOT = re.compile(
    r"(?P<of>.+)/(?P<optimizer>Adam|Momentum|RMSProp|Adagrad|Adadelta|Ftrl)(_\d+)?"
    r"|(.+/)?beta[12]_power(_\d+)?"
)
AVERAGE = "/ExponentialMovingAverage"
# What a Saver's scope is expected to hold. All else in it is the work of whoever wrote the file.
SAVERS_KINDS = re.compile(r"(Save|Restore)(V2|Slices?)?|MergeV2Checkpoints")


@dataclass(frozen=True)
class StoredVariable:
    """One variable in the file."""

    name: str  # the name in the file, which `Saver` calls key
    shape: tuple[int, ...]  # of the whole, if it is partitioned
    dtype: str  # such as "float32"
    bytes: int  # what it takes in the `.data` files
    role: str  # "model", "optimizer", "moving average", "step" or "bookkeeping"
    kind: str  # "ref", the kind of TensorFlow 1, or "resource"; "" where no graph tells


@dataclass(frozen=True)
class Endpoint:
    """A tensor that is fed or fetched."""

    name: str  # such as "x:0"
    operation: str  # the type of the operation that it comes from
    dtype: str  # such as "float32"
    shape: str  # such as "[?, 784]"; "" where the file does not tell
    # the names of the inputs that it is computed from; empty for an input
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Graph:
    """What the `.meta` file tells."""

    version: str  # the TensorFlow that wrote it; "" where none is named
    producer: int  # the version of the graph's format, which TensorFlow counts up
    nodes: int  # how many operations there are, the Saver's own included
    savers_own: int  # how many of them are a Saver's
    inputs: tuple[Endpoint, ...]  # what the answers are computed from
    labels: tuple[Endpoint, ...]  # what is compared with them: it never meets a weight
    # what is computed without the labels and used for nothing else but figures
    answers: tuple[Endpoint, ...]
    figures: tuple[Endpoint, ...]  # what else nothing reads, such as a loss or an accuracy
    # the members of the collection `train_op`, or without one the operations that change a variable
    # as an optimizer does
    train_operations: tuple[str, ...]
    # operations that this TensorFlow does not have, with how many there are
    unknown: dict[str, int]
    files: dict[str, int]  # operations that read or write files, the Saver's own left out
    python: dict[str, int]  # operations that call a Python function, which no file can hold
    devices: tuple[str, ...]  # the devices that operations were put on


@dataclass(frozen=True)
class Description:
    """What was found out about one checkpoint."""

    prefix: str  # as it was given
    format: str  # "V2", "object-based" or "V1", see `verify.Verdict`
    # what keeps TensorFlow from restoring every value; empty if it is intact
    problems: tuple[str, ...]
    notes: tuple[str, ...]  # what is worth knowing and does no harm to the values
    variables: tuple[StoredVariable, ...]  # sorted by name; empty if the `.index` cannot be read
    optimizer: str | None  # such as "Adam"; None where nothing tells
    # the value of the step that is stored; None if there is none, or it is unreadable
    step: int | None
    graph: Graph | None  # None without a readable `.meta`

    def bytes_of(self, role: str) -> int:
        """Return how many bytes the variables of one role take."""
        return sum(one.bytes for one in self.variables if one.role == role)

    def as_dict(self) -> dict[str, Any]:
        """Return the description as dictionaries, lists, strings and numbers, for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        lines = [f"{self.prefix}: {'DAMAGED' if self.problems else 'intact'}, {self.format}"]
        lines += [f"  {problem}" for problem in self.problems]
        lines += [f"  note: {note}" for note in self.notes]
        lines += _variable_lines(self)
        lines += _graph_lines(self.graph) if self.graph else []
        return "\n".join(
            line
            for long in lines
            for line in ([long] if len(long) <= WIDTH else wrapped(long, others=" " * 6))
        )


def describe_checkpoint(prefix: str | os.PathLike[str]) -> Description:
    """Describe one checkpoint from its files; import nothing and change nothing.

    Which tensors are inputs, labels and answers is worked out from what is computed from what; it
    is a guess, and good for graphs that `tf.gradients` and the optimizers of `tf.train` made.

    Raises:
        UnreadableCheckpointError: there is no checkpoint of this prefix; the message says what to
            give. What is damaged is described as far as it can be read.
    """
    prefix = os.fspath(prefix)
    files = find_checkpoint(prefix) if prefix else None
    if files is None:
        with existing_prefix(prefix):  # raises, in words that tell why
            raise UnreadableCheckpointError(
                f"{prefix} does not lie on this machine: copy the files here, and describe them."
            )
    meta = None
    with suppress(OSError):
        meta = read_meta(files.directory / files.meta_name)
    reading = _Reading(meta) if meta else None
    with OpenCheckpoint(files.prefix, files) as checkpoint:
        verdict = verify(checkpoint)
        variables = _variables(checkpoint, reading)
        return Description(
            prefix=prefix,
            format=verdict.format,
            problems=tuple(verdict.problems),
            notes=tuple(verdict.notes),
            variables=variables,
            optimizer=_optimizer(variables, reading),
            step=_step(checkpoint, variables),
            graph=reading.described() if reading else None,
        )


def _variables(
    checkpoint: OpenCheckpoint, reading: "_Reading | None"
) -> tuple[StoredVariable, ...]:
    held: dict[str, tuple[tuple[int, ...], tf.DType]] = {}
    size: Counter[str] = Counter()
    try:
        if checkpoint.index is None:
            reader = checkpoint.reader()
            dtypes = reader.get_variable_to_dtype_map()
            for name, shape in reader.get_variable_to_shape_map().items():
                held[name] = tuple(shape), dtypes[name]
                size[name] = math.prod(shape) * dtypes[name].size
        else:
            for tensor in checkpoint.index.tensors:
                size[tensor.name] += tensor.size
                if tensor.slice is None:
                    held[tensor.name] = tensor.shape, tensor.dtype
    except (IndexFileError, UnreadableCheckpointError, OSError):
        return ()
    return tuple(
        StoredVariable(
            name,
            shape,
            dtype.name,
            size[name],
            _role(name, shape, dtype, held, reading),
            reading.kinds.get(name, "") if reading else "",
        )
        for name, (shape, dtype) in sorted(held.items())
    )


def _role(
    name: str,
    shape: tuple[int, ...],
    dtype: tf.DType,
    held: Iterable[str],
    reading: "_Reading | None",
) -> str:
    if name == OBJECT_GRAPH_KEY or name.startswith("save_counter/"):
        return "bookkeeping"
    if reading and name in reading.optimizers_own:
        return "optimizer"
    slot = SLOT.fullmatch(name)
    if slot and (slot["of"] is None or slot["of"] in held):
        return "optimizer"
    if "/.OPTIMIZER_SLOT/" in name or re.match(r"(.+/)?optimizer/", name):
        return "optimizer"
    if name.endswith(AVERAGE):
        return "moving average"
    if not shape and dtype.is_integer and name.endswith("global_step"):
        return "step"
    return "model"


def _optimizer(variables: Sequence[StoredVariable], reading: "_Reading | None") -> str | None:
    if reading:
        return " and ".join(sorted(reading.optimizers)) or None
    slots = (SLOT.fullmatch(one.name) for one in variables if one.role == "optimizer")
    names = {slot["optimizer"] for slot in slots if slot and slot["optimizer"]}
    return " and ".join(sorted(names)) or None


def _step(checkpoint: OpenCheckpoint, variables: Sequence[StoredVariable]) -> int | None:
    for variable in variables:
        if variable.role == "step":
            try:
                return int(checkpoint.reader().get_tensor(variable.name))
            except (UnreadableCheckpointError, tf.errors.OpError, IndexError):
                return None
    return None


class _Reading:
    """A MetaGraphDef, read: who reads what, which variable is whose."""

    def __init__(self, meta: tf.MetaGraphDef):
        self.meta = meta
        nodes = {node.name: node for node in meta.graph_def.node}
        # Several Savers of one graph are told apart by a number.
        scope = re.sub(r"_\d+$", "", meta.saver_def.restore_op_name.rpartition("/")[0]) or "save"
        is_savers = re.compile(rf"{re.escape(scope)}(_\d+)?/").match
        self.savers_own = {name for name in nodes if is_savers(name)}
        self.nodes = {name: node for name, node in nodes.items() if name not in self.savers_own}
        self.all = nodes
        # The file brings the definitions of its operations along.
        self.definitions = {one.name: one for one in meta.meta_info_def.stripped_op_list.op}
        key_of = self._keys()
        self.kinds = {
            key_of.get(name, name): VARIABLES[node.op]
            for name, node in nodes.items()
            if node.op in VARIABLES
        }
        self.optimizers: set[str] = set()
        self.optimizers_own: set[str] = set()
        for node in self.nodes.values():
            if apply := APPLY.fullmatch(node.op):
                self.optimizers.add(apply[1])
                variables = [self._variable_behind(tensor) for tensor in _data(node)]
                self.optimizers_own |= {key_of.get(one, one) for one in variables[1:] if one}
        self._follow()

    def _keys(self) -> dict[str, str]:
        # Which name in the file each variable was saved under: a Saver stores the names in a
        # constant, and reads the variables in the same order.
        keys = {}
        for node in self.all.values():
            if node.op != "SaveV2" or node.name not in self.savers_own:
                continue
            _, constant, _, *tensors = [*_data(node), "", "", ""]
            names = self.all.get(_operation(constant), tf.NodeDef()).attr["value"].tensor.string_val
            for name, tensor in zip(names, tensors, strict=False):
                if variable := self._variable_behind(tensor):
                    keys.setdefault(variable, name.decode(errors="replace"))
        return keys

    def _variable_behind(self, tensor: str) -> str | None:
        node = self._before(tensor, lambda node: node.op in PASS_ON)
        return node.name if node is not None and node.op in VARIABLES else None

    def _before(self, tensor: str, passes_on: Callable[[tf.NodeDef], bool]) -> tf.NodeDef | None:
        # Steps are counted, since a stranger's file may go in circles.
        node = self.all.get(_operation(tensor))
        for _ in range(len(self.all)):
            if node is None or not node.input or not passes_on(node):
                break
            node = self.all.get(_operation(node.input[0]))
        return node

    def _follow(self) -> None:
        # From which inputs, and from variables or not, every operation is computed. A loop may
        # lead back, so whoever reads what has changed is looked at again until nothing changes.
        self.readers: defaultdict[str, list[str]] = defaultdict(list)
        for node in self.nodes.values():
            for tensor in _data(node):
                self.readers[_operation(tensor)].append(node.name)
        self.from_inputs: dict[str, frozenset[str]] = {name: frozenset() for name in self.nodes}
        self.from_variables = {name: node.op in VARIABLES for name, node in self.nodes.items()}
        waiting = list(self.nodes)
        while waiting:
            name = waiting.pop()
            node = self.nodes[name]
            if node.op in SIZES or self._is_input(node):
                continue
            inputs, variables = self.from_inputs[name], self.from_variables[name]
            for tensor in _data(node):
                inputs |= self._inputs_of(tensor)
                variables |= self.from_variables.get(_operation(tensor), False)
            if (inputs, variables) != (self.from_inputs[name], self.from_variables[name]):
                self.from_inputs[name], self.from_variables[name] = inputs, variables
                waiting += self.readers[name]

    def _is_input(self, node: tf.NodeDef) -> bool:
        return node.op in FED or bool(PIPELINES.fullmatch(node.op))

    def _inputs_of(self, tensor: str) -> frozenset[str]:
        node = self.nodes.get(_operation(tensor))
        if node is not None and self._is_input(node):
            return frozenset([_tensor(tensor)])
        return self.from_inputs.get(_operation(tensor), frozenset())

    def _is_forward(self, node: tf.NodeDef) -> bool:
        # Neither backward, nor something that changes a variable, nor a picture of the run.
        return not (
            re.search(r"(^|/)gradients(_\d+)?/", node.name)
            or APPLY.fullmatch(node.op)
            or re.match(r"Assign|Resource\w*(Scatter|Assign)|\w*Summary|NoOp$|Assert$", node.op)
            or node.op in SIZES
        )

    def described(self) -> Graph:
        """Return what the graph tells."""
        forward = {name: node for name, node in self.nodes.items() if self._is_forward(node)}
        inputs, features = set(), set()
        for node in forward.values():
            read = [self._inputs_of(tensor) for tensor in _data(node)]
            inputs |= frozenset().union(*read)
            weights = [
                self.from_variables.get(_operation(tensor), False) and not given
                for tensor, given in zip(_data(node), read, strict=True)
            ]
            if any(weights):
                features |= frozenset().union(*read)
        labels = inputs - features

        def is_answer(name: str) -> bool:
            given = self.from_inputs[name]
            return bool(given) and not given & labels and self.from_variables[name]

        answers, figures = {}, {}
        for name, node in forward.items():
            readers = [one for one in self.readers[name] if one in forward]
            if is_answer(name) and not (readers and all(map(is_answer, readers))):
                origin = self._origin(name)
                answers[origin.name] = origin
            elif self.from_inputs[name] and not is_answer(name) and not readers:
                figures[name] = node
        functions = self.meta.graph_def.library.function
        kinds = Counter(node.op for node in self.meta.graph_def.node)
        kinds.update(node.op for function in functions for node in function.node_def)
        for function in functions:
            del kinds[function.signature.name]
        savers = Counter(
            self.all[name].op
            for name in self.savers_own
            if SAVERS_KINDS.fullmatch(self.all[name].op)
        )
        return Graph(
            version=self.meta.meta_info_def.tensorflow_version,
            producer=self.meta.graph_def.versions.producer,
            nodes=len(self.all),
            savers_own=len(self.savers_own),
            inputs=tuple(self._endpoint(name) for name in sorted(features)),
            labels=tuple(self._endpoint(name) for name in sorted(labels)),
            answers=tuple(self._endpoint(f"{name}:0") for name in sorted(answers)),
            figures=tuple(self._endpoint(f"{name}:0") for name in sorted(figures)),
            train_operations=self._train_operations(),
            unknown=_chosen(kinds, lambda kind: op_def_registry.get(kind) is None),
            files=_chosen(kinds - savers, FILES.fullmatch),
            python=_chosen(kinds, PYTHON.__contains__),
            devices=tuple(sorted({node.device for node in self.all.values()} - {""})),
        )

    def _origin(self, name: str) -> tf.NodeDef:
        # A loss reshapes the scores before it reads them; the scores themselves are wanted.
        def passes_on(node: tf.NodeDef) -> bool:
            before = _operation(node.input[0])
            return node.op in PASS_ON and bool(self.from_inputs.get(before))

        return self._before(name, passes_on) or self.nodes[name]

    def _train_operations(self) -> tuple[str, ...]:
        collected = self.meta.collection_def["train_op"].node_list.value
        if collected:
            return tuple(collected)
        return tuple(name for name, node in self.nodes.items() if APPLY.fullmatch(node.op))

    def _endpoint(self, tensor: str) -> Endpoint:
        name, _, number = tensor.partition(":")
        node, number = self.all[name], int(number or 0)
        shapes = node.attr["_output_shapes"].list.shape
        shape = node.attr["shape"].shape if "shape" in node.attr else None
        return Endpoint(
            name=tensor,
            operation=node.op,
            dtype=self._dtype(node, number),
            shape=_shape(shapes[number] if number < len(shapes) else shape),
            needs=tuple(sorted(self.from_inputs.get(name, ()))),
        )

    def _dtype(self, node: tf.NodeDef, number: int) -> str:
        # The definition of the operation says in which attribute the type stands.
        definition = op_def_registry.get(node.op) or self.definitions.get(node.op)
        outputs = definition.output_arg if definition else []
        if not outputs:
            return ""
        output = outputs[min(number, len(outputs) - 1)]
        if output.type_list_attr:
            types = node.attr[output.type_list_attr].list.type
            code = types[number] if number < len(types) else 0
        else:
            code = output.type or node.attr[output.type_attr].type
            for attribute in definition.attr:
                if not code and attribute.name == output.type_attr:
                    code = attribute.default_value.type
        return tf.as_dtype(code).name if code else ""


def _data(node: tf.NodeDef) -> list[str]:
    return [tensor for tensor in node.input if not tensor.startswith("^")]


def _operation(tensor: str) -> str:
    return tensor.partition(":")[0]


def _tensor(tensor: str) -> str:
    return tensor if ":" in tensor else f"{tensor}:0"


def _chosen(kinds: Counter[str], wanted: Callable[[str], object]) -> dict[str, int]:
    return {kind: number for kind, number in sorted(kinds.items()) if wanted(kind)}


def _shape(shape: Any) -> str:
    if shape is None or shape.unknown_rank:
        return ""
    sizes = ("?" if axis.size < 0 else str(axis.size) for axis in shape.dim)
    return f"[{', '.join(sizes)}]"


def _variable_lines(description: Description) -> list[str]:
    if not description.variables:
        return []
    widest = max(len(one.name) for one in description.variables)
    total = sum(one.bytes for one in description.variables)
    lines = ["", f"variables, {total:,} bytes"]
    for one in description.variables:
        shape = f"{one.dtype} {list(one.shape)}"
        role = one.role + (f", {one.kind}" if one.kind else "")
        lines.append(f"  {one.name:{widest}}  {shape:20} {one.bytes:>11,}  {role}")
    share = description.bytes_of("optimizer") / total if total else 0
    lines.append(f"  optimizer: {description.optimizer or 'none found'}, {share:.0%} of the bytes")
    if description.step is not None:
        lines.append(f"  step: {description.step:,}")
    return lines


def _graph_lines(graph: Graph) -> list[str]:
    version = graph.version or "an unknown version"
    lines = ["", f"graph, {graph.nodes:,} operations, {graph.savers_own:,} of them the Saver's"]
    lines.append(f"  written by TensorFlow {version}, graph format {graph.producer}")
    for title, endpoints in (
        ("input", graph.inputs),
        ("label", graph.labels),
        ("answer", graph.answers),
        ("figure", graph.figures),
    ):
        for one in endpoints:
            needs = f" from {', '.join(one.needs)}" if one.needs else ""
            kind = f"{one.dtype} {one.shape}".strip()
            lines.append(f"  {title:7} {one.name}  {kind}  {one.operation}{needs}")
    lines += [f"  {'train':7} {name}" for name in graph.train_operations]
    for title, kinds in (
        (f"unknown to TensorFlow {tf.VERSION}", graph.unknown),
        ("reads or writes files", graph.files),
        ("calls Python", graph.python),
    ):
        listed = ", ".join(f"{kind} ({number})" for kind, number in kinds.items())
        lines.append(f"  {title}: {listed or 'nothing'}")
    lines.append(f"  devices: {', '.join(graph.devices) or 'none named'}")
    return lines
