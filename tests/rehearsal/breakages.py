"""The table of what is broken, one thing at a time, while a notebook is performed.

To add a breakage, write a line into `TABLE`; nothing else is to be done. See which cells of a
notebook turn red with

    python -m tests.rehearsal --lessons -v notebooks/04-restoring.ipynb

A breakage reaches the cells, and every Python that a cell starts, when they import what it breaks.
So nothing is changed in the course or on the disk.
"""

import dataclasses
import functools
import inspect
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import wrapt

# The environment variables that tell a Python what to break, a name a line, and where to note that
# it mattered.
NAME, NOTES = "COURSE_BREAKAGE", "COURSE_BREAKAGE_NOTES"
# In place of a name: break nothing, and note which breakages would matter; or note nothing either.
LISTEN, NOTHING = "nothing, only listen", "nothing"

Function = Callable[..., Any]


@dataclasses.dataclass(frozen=True)
class Breakage:
    """One thing that may be broken.

    Attributes:
        name: what a failure calls it.
        module: the module that is patched when it is imported.
        attribute: the function in it, or the class's method, with a dot.
        wrong: is called in place of the right function, which it gets before the arguments.
        when: gets the same and tells whether the wrong function makes a difference; where it makes
            none, the right one is called.
        anywhere: whether one red cell in the notebook will do, since it shows elsewhere than where
            it happens; otherwise one is to be red in each section where it matters.
        not_in: notebooks (their two digits) that need not notice.
    """

    name: str
    module: str
    attribute: str
    wrong: Function
    when: Function = lambda right, *_, **__: True
    anywhere: bool = False
    not_in: tuple[str, ...] = ()


def _nothing(right, *_, **__):
    return None


def does_nothing(module: str, *attributes: str, **options: Any) -> list[Breakage]:
    """Each function returns None without doing anything."""
    return [Breakage(f"{one} does nothing", module, one, _nothing, **options) for one in attributes]


def ignores(module: str, attribute: str, *arguments: str) -> list[Breakage]:
    """A function does as if one of its arguments had been left out."""

    def without(name, right, given, named):
        call = inspect.signature(right).bind(*given, **named)
        default = call.signature.parameters[name].default
        return call, repr(call.arguments.pop(name, default)) != repr(default)

    def one(name):
        def wrong(right, *given, **named):
            call, _ = without(name, right, given, named)
            return right(*call.args, **call.kwargs)

        def when(right, *given, **named):
            return without(name, right, given, named)[1]

        what = attribute.removesuffix(".__init__")
        return Breakage(f"{what} ignores {name}", module, attribute, wrong, when)

    return [one(name) for name in arguments]


def gives(module: str, attribute: str, what: str, change: Function, **options: Any) -> Breakage:
    """What a function returns is changed on its way."""

    def wrong(right, *given, **named):
        return change(right(*given, **named))

    return Breakage(f"{attribute} {what}", module, attribute, wrong, **options)


# TensorFlow calls restore with its parameters' own names, `sess` and `save_path`.
def _others(right, saver, sess, save_path):
    here = Path(save_path or "")
    return [path.stem for path in sorted(here.parent.glob("*.index")) if path.stem != here.name]


def _restore_another(right, saver, sess, save_path):
    other = _others(right, saver, sess, save_path)[-1]
    right(saver, sess, str(Path(save_path).with_name(other)))


def _say_that_it_is_saved(right, saver, session, save_path, global_step=None, **_):
    if global_step is None:
        return save_path
    step = global_step if hasattr(global_step, "__index__") else session.run(global_step)
    return f"{save_path}-{int(step)}"


def _deletes(right, saver, path):
    limit = saver.saver_def.max_to_keep
    return limit > 0 and len({*saver.last_checkpoints, path}) > limit


def _record_one_more(right, saver, path):
    saver.saver_def.max_to_keep += 1
    right(saver, path)
    saver.saver_def.max_to_keep -= 1


def _newest(right, *given, **named):
    return right(*given, **named)


def _oldest(right, *given, **named):
    state = right.__globals__["get_checkpoint_state"](*given, **named)
    return state.all_model_checkpoint_paths[0] if state and right(*given, **named) else None


def _shuffle(mnist):
    import numpy as np

    order = np.random.RandomState(0).permutation(len(mnist.train_labels))
    return mnist._replace(train_labels=mnist.train_labels[order])


def _upside_down(right, figure):
    for axes in figure.axes:
        axes.invert_yaxis()
    return right(figure)


def _first_line(right, error):
    return str(error).strip().partition("\n")[0]


def _raises(right, *given, **named):
    try:
        right(*given, **named)
    except ValueError:
        return True
    return False


def _without_problems(verdict):
    verdict.problems.clear()
    return verdict


def _keep_one_more(right, saves, max_to_keep=5, *given, **named):
    return right(saves, max_to_keep and max_to_keep + 1, *given, **named)


def _differs(wrong):
    return lambda right, *given, **named: right(*given, **named) != wrong(right, *given, **named)


def _save_contiguous(right, values, *given, **named):
    import numpy as np

    copies = {name: np.ascontiguousarray(value) for name, value in values.items()}
    return right(copies, *given, **named)


def _other_numbers(record):
    for printed in (*record["lesson"].values(), record["hard_case"]):
        printed["final"] = f"{float(printed['final']) - 0.1:.3f}"
    return record


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
    Breakage("restore reads another", SAVER, "Saver.restore", _restore_another, when=_others,
             anywhere=True, not_in=("14",)),  # where every file holds the same number
    Breakage("save writes nothing", SAVER, "Saver.save", _say_that_it_is_saved),
    *ignores(SAVER, "Saver.save", "global_step", "write_state", "latest_filename",
             "meta_graph_suffix", "write_meta_graph", "strip_default_attrs", "save_debug_info"),
    *ignores(SAVER, "Saver.__init__", "var_list", "reshape", "sharded", "name", "saver_def",
             "builder", "defer_build", "allow_empty", "write_version", "pad_step_number",
             "save_relative_paths", "filename", "keep_checkpoint_every_n_hours"),
    Breakage("max_to_keep is one more", SAVER, "Saver._RecordLastCheckpoint", _record_one_more,
             when=_deletes, not_in=("05", "07")),  # in passing
    Breakage("latest_checkpoint is the oldest", STATE, "latest_checkpoint", _oldest,
             when=lambda *given, **named: _newest(*given, **named) != _oldest(*given, **named),
             anywhere=True),
    *does_nothing(STATE, "update_checkpoint_state_internal", anywhere=True,
                  not_in=("10",)),  # where everything is restored by its prefix
    *ignores(STATE, "remove_checkpoint", "checkpoint_format_version"),
    *does_nothing(STATE, "remove_checkpoint", "CheckpointManager._sweep"),
    *does_nothing(HOOKS, "CheckpointSaverHook._save", "CheckpointSaverHook.end"),
    *ignores(HOOKS, "CheckpointSaverHook.__init__", "listeners", "checkpoint_basename",
             "save_graph_def"),
    gives(HOOKS, "SecondOrStepTimer.should_trigger_for_step", "is always true", lambda _: True),
    gives("tensorflow.python.training.session_manager", "SessionManager._restore_checkpoint",
          "says that nothing was restored", lambda given: (given[0], False),
          when=lambda *_, **named: named.get("checkpoint_dir")),
    *does_nothing("tensorflow.python.framework.ops", "Graph.finalize"),
    *ignores("tensorflow.python.client.session", "BaseSession.__init__", "config"),
    *ignores(GRAPHS, "import_scoped_meta_graph_with_return_elements", "clear_devices",
             "import_scope", "input_map", "restore_collections_predicate", "return_elements"),
    *ignores(GRAPHS, "export_scoped_meta_graph", "clear_devices", "export_scope",
             "clear_extraneous_savers", "strip_default_attrs"),
    *does_nothing(READING, "_init_from_checkpoint"),
    *ignores(READING, "wait_for_new_checkpoint", "timeout"),
    *ignores("tensorflow.python.training.warm_starting_util", "warm_start", "vars_to_warm_start",
             "var_name_to_vocab_info", "var_name_to_prev_var_name"),
    Breakage("a subgraph is whole", "tensorflow.python.framework.graph_util_impl",
             "extract_sub_graph",
             lambda right, graph, _: right(graph, [node.name for node in graph.node])),
    *does_nothing(OBJECTS, "Checkpoint.restore", "CheckpointLoadStatus.assert_consumed",
                  "CheckpointLoadStatus.assert_existing_objects_matched",
                  "NameBasedSaverStatus.assert_existing_objects_matched"),
    *ignores("tensorflow.python.checkpoint.checkpoint_options", "CheckpointOptions.__init__",
             "enable_async"),
    *does_nothing("keras.src.callbacks.backup_and_restore", "BackupAndRestore.on_train_begin",
                  "BackupAndRestore.on_train_end"),
    Breakage("safetensors copies", "safetensors.numpy", "save_file", _save_contiguous),
    gives("helpers.digits.mnist", "load_mnist", "shuffles the labels", _shuffle, **TRAINING),
    Breakage("batches come one step late", "helpers.digits.batches", "Batches.__getitem__",
             lambda right, batches, step: right(batches, step + 1), **TRAINING),
    Breakage("the seed is another", "helpers.digits.classifier", "build_classifier",
             lambda right, seed, *given, **named: right(seed + 1, *given, **named), **TRAINING),
    Breakage("training leaves out the last step", "helpers.digits.classifier", "train",
             lambda right, session, model, batches, steps, **named:
             right(session, model, batches, steps[:-1], **named), **TRAINING),
    Breakage("pictures are upside down", "helpers.figures.drawing", "png", _upside_down),
    Breakage("the first line of an error is shown", "helpers.kit.errors", "telling_line",
             _first_line, when=_differs(_first_line)),
    *does_nothing("helpers.checkpoints.saver_match", "check_matches", when=_raises),
    gives("helpers.checkpoints.verify", "verify", "finds no problem", _without_problems,
          when=lambda right, *given: right(*given).problems),
    gives("helpers.checkpoints.describe", "describe_checkpoint", "leaves out a variable",
          lambda found: dataclasses.replace(found, variables=found.variables[1:])),
    Breakage("put_aside copies nothing", "helpers.checkpoints.put_aside", "put_aside",
             lambda right, prefix, directory: f"{directory}/{Path(prefix).name}"),
    Breakage("checkpoints compare equal", "helpers.checkpoints.compare", "compare_checkpoints",
             lambda right, one, other: right(one, one),
             when=lambda right, *both: not all(variable.same for variable in right(*both))),
    Breakage("the retention rule keeps one more", "helpers.rules.retention", "checkpoints_kept",
             _keep_one_more, when=_differs(_keep_one_more)),
    gives("helpers.rules.many_machines", "share_lost", "is doubled", lambda share: 2 * share),
    *ignores("helpers.rules.many_machines", "cost_of_a_save", "writers"),
    *does_nothing("helpers.kit.simulated_clock", "SimulatedClock.move_on"),
    *does_nothing("helpers.faults.damage", "flip_bit", "cut"),
    gives("helpers.faults.killed_save", "crash_points", "tells the last", lambda all: all[-1:]),
    *ignores("helpers.kit.cluster", "Cluster.start", "directory"),
    *does_nothing("helpers.kit.cluster", "Cluster.kill", "Cluster.is_silent", "Cluster.signal"),
    gives("helpers.kit.save_times", "timed_save", "is zeros", lambda parts: parts._make([0] * 4)),
    gives("helpers.inherited", "read_record", "gives other numbers", _other_numbers),
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
        if active not in (breakage.name, LISTEN) or not breakage.when(right, *given, **named):
            return right(*given, **named)
        if breakage.name not in noted and _for_the_lesson():
            noted.add(breakage.name)
            with Path(os.environ[NOTES]).open("a", encoding="utf-8") as file:
                file.write(f"{breakage.name}\n")
        if active == LISTEN:
            return right(*given, **named)
        return breakage.wrong(right, *given, **named)

    setattr(owner, name, replacement)


def _for_the_lesson() -> bool:
    # What a checker of answers does for itself, or TensorFlow for a SavedModel, teaches nothing.
    frame = sys._getframe()
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith(("helpers.exercises.", "tensorflow.python.saved_model.")):
            return False
        frame = frame.f_back
    return True
