"""The table of what is broken, one thing at a time, while a notebook is performed.

To add a breakage, write a line into `TABLE`. See which cells of a notebook turn red with

    python -m tests.rehearsal --lessons -v notebooks/04-restoring.ipynb

A breakage reaches the cells, and every Python that a cell starts, when they import what it breaks.
So nothing is changed in the course or on the disk.
"""

import dataclasses
import functools
import inspect
import os
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import wrapt

from tests.rehearsal.off import another

# The environment variables that tell a Python what to break, and where to note that it mattered.
NAME, NOTES = "COURSE_BREAKAGE", "COURSE_BREAKAGE_NOTES"
# In place of a name: break nothing, and note which breakages would matter; or note nothing either.
LISTEN, NOTHING = "nothing, only listen", "nothing"
Function = Callable[..., Any]


@dataclasses.dataclass(frozen=True)
class Breakage:
    """One thing that may be broken."""

    name: str  # what a failure calls it
    module: str  # is patched when it is imported
    attribute: str  # the function in it, or the class's method, with a dot
    # Gets the right function and its arguments, and returns what is to be called instead; or
    # nothing, where that would make no difference.
    wrong: Function
    # Whether one red cell in the notebook will do, since it shows elsewhere than where it happens;
    # otherwise one is to be red in each section where it matters.
    anywhere: bool = False
    not_in: tuple[str, ...] = ()  # notebooks (their two digits) that need not notice


def does_nothing(module: str, *attributes: str, **options: Any) -> list[Breakage]:
    """Each function returns None without doing anything."""

    def wrong(*_, **__):
        return lambda: None

    return [Breakage(f"{one} does nothing", module, one, wrong, **options) for one in attributes]


def ignores(module: str, attribute: str, *arguments: str) -> list[Breakage]:
    """A function does as if one of its arguments had been left out."""

    def wrong(argument, right, /, *given, **named):
        call = inspect.signature(right).bind(*given, **named)
        default = call.signature.parameters[argument].default
        given = repr(call.arguments.pop(argument, default)) != repr(default)
        return given and (lambda: right(*call.args, **call.kwargs))

    what = attribute.removesuffix(".__init__")
    return [
        Breakage(f"{what} ignores {one}", module, attribute, functools.partial(wrong, one))
        for one in arguments
    ]


def is_off(module: str, *attributes: str, **options: Any) -> list[Breakage]:
    """Each function, which only looks, gives another value of the same kind."""

    def wrong(right, /, *given, **named):
        return lambda: another(right(*given, **named), 1)

    return [Breakage(f"{one} is off", module, one, wrong, **options) for one in attributes]


def gets(
    module: str, attribute: str, what: str, change: Function, pure: bool = False, **options: Any
) -> Breakage:
    """A function gets other arguments: `change` of them, a tuple; or nothing to get the same.

    If it is `pure`, and gives the same for them, that makes no difference.
    """

    def wrong(right, /, *given, **named):
        other = change(*given, **named)
        same = pure and right(*other) == right(*given, **named)
        return other and not same and (lambda: right(*other))

    return Breakage(f"{attribute} {what}", module, attribute, wrong, **options)


# TensorFlow calls restore with its parameters' own names, `sess` and `save_path`.
def _another(saver, sess, save_path):
    here = Path(save_path or "")
    others = [path.stem for path in sorted(here.parent.glob("*.index")) if path.stem != here.name]
    return save_path and others and (saver, sess, str(here.with_name(others[-1])))


def _write_nothing(right, saver, session, save_path, global_step=None, **_):
    def prefix():
        if global_step is None:
            return save_path
        step = global_step if hasattr(global_step, "__index__") else session.run(global_step)
        return f"{save_path}-{int(step)}"

    return prefix


def _keep_one_more(right, saver, path):
    limit = saver.saver_def.max_to_keep

    def record():
        saver.saver_def.max_to_keep += 1
        right(saver, path)
        saver.saver_def.max_to_keep -= 1

    return limit > 0 and len({*saver.last_checkpoints, path}) > limit and record


def _oldest(right, *given, **named):
    state = right.__globals__["get_checkpoint_state"](*given, **named)
    oldest = state and state.all_model_checkpoint_paths[0]
    return right(*given, **named) not in (None, oldest) and (lambda: oldest)


def _let_in(right, *given, **named):
    try:
        right(*given, **named)
    except ValueError:
        return lambda: None
    return None


SAVER = "tensorflow.python.training.saver"
STATE = "tensorflow.python.checkpoint.checkpoint_management"
HOOKS = "tensorflow.python.training.basic_session_run_hooks"
GRAPHS = "tensorflow.python.framework.meta_graph"
READING = "tensorflow.python.training.checkpoint_utils"
OBJECTS = "tensorflow.python.checkpoint.checkpoint"

# 03 teaches which checkpoints stay, and not what is in them; 05 and 09 ask what a run costs or
# loses, whatever it learns; 10 restores into a model, whatever that began with.
TRAINING = {"anywhere": True, "not_in": ("03", "05", "09", "10")}

# fmt: off
TABLE = [
    *does_nothing(SAVER, "Saver.restore", "Saver.recover_last_checkpoints"),
    gets(SAVER, "Saver.restore", "reads another", _another,
         anywhere=True, not_in=("14",)),  # where every file holds the same number
    Breakage("Saver.save writes nothing", SAVER, "Saver.save", _write_nothing),
    *ignores(SAVER, "Saver.save", "global_step", "write_state", "latest_filename",
             "meta_graph_suffix", "write_meta_graph", "strip_default_attrs", "save_debug_info"),
    *ignores(SAVER, "Saver.__init__", "var_list", "reshape", "sharded", "name", "saver_def",
             "builder", "defer_build", "allow_empty", "write_version", "pad_step_number",
             "save_relative_paths", "filename", "keep_checkpoint_every_n_hours"),
    Breakage("max_to_keep is one more", SAVER, "Saver._RecordLastCheckpoint", _keep_one_more,
             not_in=("05",)),  # in passing
    Breakage("latest_checkpoint is the oldest", STATE, "latest_checkpoint", _oldest, anywhere=True),
    *does_nothing(STATE, "update_checkpoint_state_internal", anywhere=True,
                  not_in=("10",)),  # where everything is restored by its prefix
    *ignores(STATE, "remove_checkpoint", "checkpoint_format_version"),
    *does_nothing(STATE, "remove_checkpoint", "CheckpointManager._sweep"),
    *does_nothing(HOOKS, "CheckpointSaverHook._save", "CheckpointSaverHook.end"),
    *ignores(HOOKS, "CheckpointSaverHook.__init__", "listeners", "checkpoint_basename",
             "save_graph_def"),
    *is_off(HOOKS, "SecondOrStepTimer.should_trigger_for_step"),
    Breakage("a session is told that nothing was restored",
             "tensorflow.python.training.session_manager", "SessionManager._restore_checkpoint",
             lambda right, *given, **named: named.get("checkpoint_dir")
             and (lambda: (right(*given, **named)[0], False))),
    *does_nothing("tensorflow.python.framework.ops", "Graph.finalize"),
    *ignores("tensorflow.python.client.session", "BaseSession.__init__", "config"),
    *ignores(GRAPHS, "import_scoped_meta_graph_with_return_elements", "clear_devices",
             "import_scope", "input_map", "restore_collections_predicate", "return_elements"),
    *ignores(GRAPHS, "export_scoped_meta_graph", "clear_devices", "export_scope",
             "clear_extraneous_savers", "strip_default_attrs"),
    *does_nothing(READING, "_init_from_checkpoint"),
    *ignores(READING, "checkpoints_iterator", "min_interval_secs", "timeout_fn"),
    *ignores("tensorflow.python.training.warm_starting_util", "warm_start", "vars_to_warm_start",
             "var_name_to_vocab_info", "var_name_to_prev_var_name"),
    gets("tensorflow.python.framework.graph_util_impl", "extract_sub_graph", "extracts all",
         lambda graph, _: (graph, [node.name for node in graph.node])),
    *does_nothing(OBJECTS, "Checkpoint.restore", "CheckpointLoadStatus.assert_consumed",
                  "CheckpointLoadStatus.assert_existing_objects_matched",
                  "NameBasedSaverStatus.assert_existing_objects_matched"),
    *ignores("tensorflow.python.checkpoint.checkpoint_options", "CheckpointOptions.__init__",
             "enable_async"),
    *ignores("keras.src.callbacks.model_checkpoint", "ModelCheckpoint.__init__",
             "initial_value_threshold"),
    *does_nothing("keras.src.callbacks.backup_and_restore", "BackupAndRestore.on_train_begin",
                  "BackupAndRestore.on_train_end"),
    Breakage("training labels are reversed", "helpers.digits.mnist", "load_mnist",
             lambda right: lambda: (mnist := right())._replace(
                 train_labels=mnist.train_labels[::-1]), **TRAINING),
    gets("helpers.digits.batches", "Batches.__getitem__", "is one step late",
         lambda batches, step: (batches, step + 1), **TRAINING),
    gets("helpers.digits.classifier", "build_classifier", "gets another seed",
         lambda seed, relu=True: (seed + 1, relu), **TRAINING),
    gets("helpers.digits.classifier", "train", "leaves out the last step",
         lambda session, model, batches, steps, report_every=1:
         steps and (session, model, batches, steps[:-1], report_every), **TRAINING),
    Breakage("pictures are upside down", "helpers.figures.drawing", "png",
             lambda right, figure: lambda: right(another(figure, 1))),
    Breakage("the first line of an error is shown", "helpers.kit.errors", "telling_line",
             lambda right, error: (first := str(error).strip().partition("\n")[0]) != right(error)
             and (lambda: first)),
    Breakage("a checkpoint that does not fit is let in", "helpers.checkpoints.saver_match",
             "check_matches", _let_in),
    Breakage("a damaged checkpoint is called intact", "helpers.checkpoints.verify", "verify",
             lambda right, *given: (verdict := right(*given)).problems
             and (lambda: dataclasses.replace(verdict, problems=[]))),
    *is_off("helpers.checkpoints.describe", "describe_checkpoint"),
    Breakage("put_aside copies nothing", "helpers.checkpoints.put_aside", "put_aside",
             lambda right, prefix, directory: lambda: f"{directory}/{Path(prefix).name}"),
    gets("helpers.checkpoints.compare", "compare_checkpoints", "compares one with itself",
         lambda one, other: (one, one), pure=True),
    gets("helpers.rules.retention", "checkpoints_kept", "keeps one more",
         lambda saves, max_to_keep=5, **named: (saves, max_to_keep and max_to_keep + 1,
                                                *named.values()), pure=True),
    *is_off("helpers.rules.many_machines", "share_lost"),
    *ignores("helpers.rules.many_machines", "cost_of_a_save", "writers"),
    *does_nothing("helpers.kit.simulated_clock", "SimulatedClock.move_on"),
    *does_nothing("helpers.faults.damage", "flip_bit", "cut"),
    *is_off("helpers.faults.killed_save", "crash_points"),
    *ignores("helpers.kit.cluster", "Cluster.start", "directory"),
    *does_nothing("helpers.kit.cluster", "Cluster.kill", "Cluster.is_silent", "Cluster.signal"),
    Breakage("a save takes no time", "helpers.kit.save_times", "timed_save",
             lambda right, *given, **named: lambda: right(*given, **named)._make([0] * 4)),
    *is_off("helpers.inherited", "read_record", anywhere=True),
    gets("helpers.kit.progress", "progress", "leaves out the last",
         lambda items, *more: (items[:-1], *more)),
]
# fmt: on


def install() -> None:
    """Get ready to break, in this Python, whatever the environment will name.

    Call it before what is to be broken is imported.
    """
    for breakage in TABLE:
        wrapt.register_post_import_hook(functools.partial(_patch, breakage), breakage.module)


# What was noted in this Python since this was cleared.
noted: set[str] = set()


def _patch(breakage: Breakage, module: Any) -> None:
    *owners, name = breakage.attribute.split(".")
    owner = functools.reduce(getattr, owners, module)
    right = getattr(owner, name)

    @functools.wraps(right)
    def replacement(*given: Any, **named: Any) -> Any:
        active = os.environ.get(NAME, NOTHING)
        wrong = active in (breakage.name, LISTEN) and breakage.wrong(right, *given, **named)
        if not wrong:
            return right(*given, **named)
        if breakage.name not in noted and _for_the_lesson():
            noted.add(breakage.name)
            with Path(os.environ[NOTES]).open("a", encoding="utf-8") as file:
                file.write(f"{breakage.name}\n")
        return right(*given, **named) if active == LISTEN else wrong()

    setattr(owner, name, replacement)


def _for_the_lesson() -> bool:
    # What a checker of answers does for itself, or TensorFlow for a SavedModel, teaches nothing.
    modules = [frame.f_globals.get("__name__", "") for frame, _ in traceback.walk_stack(None)]
    others = ("helpers.exercises.", "tensorflow.python.saved_model.")
    return not any(module.startswith(others) for module in modules)
