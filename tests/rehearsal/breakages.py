"""The lessons bite: the table of what is broken, one thing at a time, while a notebook runs.

A notebook for which the breakage changes anything must turn red. To add a breakage, write a
function into the table that stands for a right one, and name the one it stands for; nothing else
is to be done. See which cell of a notebook turns red with

    python -m tests.rehearsal notebooks/04-restoring.ipynb

A breakage reaches the kernel, and every Python that a cell starts, when they import what it
breaks. So nothing is changed in the course or on the disk.
"""

import functools
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import wrapt

# The environment variables that tell a Python what to break, and where to note that it mattered.
NAME, NOTES = "COURSE_BREAKAGE", "COURSE_BREAKAGE_NOTES"
# In place of a name: break nothing, and note which breakages would matter.
LISTEN, NOTHING = "nothing, only listen", "nothing"

SAVER = "tensorflow.python.training.saver"
MANAGEMENT = "tensorflow.python.checkpoint.checkpoint_management"

Function = Callable[..., Any]


def _always(right: Function, *arguments: Any, **named: Any) -> bool:
    return True


@dataclass(frozen=True)
class Breakage:
    """One thing that may be broken.

    Attributes:
        wrong: is called in place of the right function, which it gets before the arguments.
        module: the module that is patched when it is imported.
        attribute: the function in it, or the class's method, with a dot.
        when: gets the same and tells whether the wrong function makes a difference; where it makes
            none, the right one is called.
        anywhere: whether one red cell in the notebook will do, since it shows elsewhere than where
            it happens; otherwise one is to be red in each section where it matters.
        in_pictures: whether it shows in pictures alone, and so only where they are compared.
        spared: notebooks (their two digits) that may stay green, each with the reason.
    """

    wrong: Function
    module: str
    attribute: str
    when: Function = _always
    anywhere: bool = False
    in_pictures: bool = False
    spared: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What a failure calls it: the wrong function's name, in words."""
        return self.wrong.__name__.replace("_", " ")


TABLE: list[Breakage] = []


def breaks(module: str, attribute: str, **more: Any) -> Callable[[Function], Function]:
    """Put the decorated function into the table, in place of the one that is named."""

    def register(wrong: Function) -> Function:
        TABLE.append(Breakage(wrong, module, attribute, **more))
        return wrong

    return register


# Why some notebooks need not notice what happens to the digits and to the model.
NOT_ITS_LESSON = {
    "03": "It teaches which checkpoints stay, and not what is in them.",
    "05": "It compares an interrupted run with a whole one, whatever they learn.",
}

# ---- The table. First, what TensorFlow does.


@breaks(SAVER, "Saver.restore")
def restore_does_nothing(right, saver, sess, save_path):
    pass


# TensorFlow calls restore with its parameters' own names, `sess` and `save_path`.
def _others(right, saver, sess, save_path):
    here = Path(save_path or "")
    return [path.stem for path in sorted(here.parent.glob("*.index")) if path.stem != here.name]


@breaks(SAVER, "Saver.restore", when=_others)
def restore_reads_another_checkpoint(right, saver, sess, save_path):
    other = _others(right, saver, sess, save_path)[0]
    right(saver, sess, str(Path(save_path).with_name(other)))


@breaks(SAVER, "Saver.save")
def save_writes_nothing(right, saver, session, save_path, global_step=None, **named):
    if global_step is None:
        return save_path
    step = global_step if hasattr(global_step, "__index__") else session.run(global_step)
    return f"{save_path}-{int(step)}"


@breaks(
    SAVER,
    "Saver.save",
    when=lambda right, saver, session, save_path, global_step=None, **named: (
        global_step is not None
    ),
)
def save_forgets_the_step(right, saver, session, save_path, global_step=None, **named):
    return right(saver, session, save_path, **named)


@breaks(SAVER, "Saver.save", when=lambda *arguments, **named: not named.get("write_state", True))
def write_state_is_ignored(right, *arguments, write_state, **named):
    return right(*arguments, **named)


@breaks(SAVER, "Saver.save", when=lambda *arguments, **named: named.get("latest_filename"))
def latest_filename_is_ignored(right, *arguments, latest_filename, **named):
    return right(*arguments, **named)


def _too_many(limit, saver, path):
    return limit > 0 and len({*saver.last_checkpoints, path}) > limit


def _record_with_limit(right, saver, path, limit):
    true_limit = saver.saver_def.max_to_keep
    saver.saver_def.max_to_keep = limit
    right(saver, path)
    saver.saver_def.max_to_keep = true_limit


@breaks(
    SAVER,
    "Saver._RecordLastCheckpoint",
    when=lambda right, saver, path: _too_many(saver.saver_def.max_to_keep, saver, path),
)
def max_to_keep_is_one_more(right, saver, path):
    _record_with_limit(right, saver, path, saver.saver_def.max_to_keep + 1)


@breaks(
    SAVER,
    "Saver._RecordLastCheckpoint",
    when=lambda right, saver, path: _too_many(saver.saver_def.max_to_keep - 1, saver, path),
)
def max_to_keep_is_one_fewer(right, saver, path):
    _record_with_limit(right, saver, path, saver.saver_def.max_to_keep - 1)


@breaks(
    SAVER,
    "Saver._MaybeDeleteOldCheckpoints",
    when=lambda right, saver, **named: any(
        saved > saver._next_checkpoint_time for _, saved in saver._checkpoints_to_be_deleted
    ),
)
def keep_checkpoint_every_n_hours_is_ignored(right, saver, **named):
    saver._next_checkpoint_time = float("inf")
    right(saver, **named)


@breaks(
    SAVER,
    "Saver.recover_last_checkpoints",
    when=lambda right, saver, checkpoint_paths: checkpoint_paths,
)
def recover_last_checkpoints_does_nothing(right, saver, checkpoint_paths):
    pass


def _oldest(right, *arguments, **named):
    state = right.__globals__["get_checkpoint_state"](*arguments, **named)
    return state.all_model_checkpoint_paths[0] if state else None


@breaks(
    MANAGEMENT,
    "latest_checkpoint",
    when=lambda right, *arguments, **named: (
        right(*arguments, **named) not in (None, _oldest(right, *arguments, **named))
    ),
)
def latest_checkpoint_is_the_oldest(right, *arguments, **named):
    return _oldest(right, *arguments, **named)


@breaks(MANAGEMENT, "update_checkpoint_state_internal", anywhere=True)
def the_state_file_is_not_written(right, *arguments, **named):
    pass


# Then, what the helpers do.


def _shuffled(labels):
    import numpy as np

    return labels[np.random.RandomState(0).permutation(len(labels))]


@breaks("helpers.digits.mnist", "load_mnist", anywhere=True, spared=NOT_ITS_LESSON)
def training_labels_are_shuffled(right, *arguments):
    mnist = right(*arguments)
    return mnist._replace(train_labels=_shuffled(mnist.train_labels))


@breaks("helpers.digits.mnist", "load_mnist", anywhere=True, spared=NOT_ITS_LESSON)
def test_labels_are_shuffled(right, *arguments):
    mnist = right(*arguments)
    return mnist._replace(test_labels=_shuffled(mnist.test_labels))


@breaks(
    "helpers.digits.batches",
    "Batches.__getitem__",
    spared=NOT_ITS_LESSON | {"14": "It asks that a trained model predicts well, not how well."},
)
def batches_come_one_step_late(right, batches, step):
    return right(batches, step + 1)


@breaks("helpers.digits.classifier", "build_classifier", spared=NOT_ITS_LESSON)
def the_seed_is_another(right, seed, **named):
    return right(seed + 1, **named)


@breaks(
    "helpers.digits.classifier",
    "build_classifier",
    when=lambda right, seed, relu=True: not relu,
    spared=NOT_ITS_LESSON,
)
def the_relu_is_always_there(right, seed, relu):
    return right(seed)


@breaks(
    "helpers.digits.classifier",
    "train",
    when=lambda right, session, model, batches, steps, **named: steps,
    spared=NOT_ITS_LESSON,
)
def training_leaves_out_the_last_step(right, session, model, batches, steps, **named):
    return right(session, model, batches, steps[:-1], **named)


@breaks(
    "helpers.digits.classifier",
    "test_accuracy",
    when=lambda right, *arguments: round(right(*arguments), 1) != right(*arguments),
)
def the_accuracy_is_rounded_to_one_digit(right, *arguments):
    return round(right(*arguments), 1)


@breaks("helpers.figures.drawing", "png", in_pictures=True)
def pictures_stand_on_their_head(right, figure):
    for axes in figure.axes:
        axes.invert_yaxis()
    return right(figure)


def _first_line(error):
    return str(error).strip().partition("\n")[0]


@breaks(
    "helpers.kit.errors",
    "telling_line",
    when=lambda right, error: right(error) != _first_line(error),
)
def the_first_line_of_an_error_is_shown(right, error):
    return _first_line(error)


def _raises(right, *arguments, **named):
    try:
        right(*arguments, **named)
    except ValueError:
        return True
    return False


@breaks("helpers.checkpoints.saver_match", "check_matches", when=_raises)
def a_checkpoint_that_does_not_fit_is_let_in(right, *arguments, **named):
    pass


@breaks("helpers.checkpoints.verify", "verify", when=lambda right, files: right(files).problems)
def a_damaged_checkpoint_is_called_intact(right, files):
    verdict = right(files)
    verdict.problems.clear()
    return verdict


@breaks("helpers.checkpoints.put_aside", "put_aside")
def put_aside_copies_nothing(right, prefix, destination_directory):
    return os.path.join(destination_directory, Path(prefix).name)  # noqa: PTH118, returns a text


def _kept_one_more(right, saves, max_to_keep=5, *arguments, **named):
    return right(saves, max_to_keep and max_to_keep + 1, *arguments, **named)


@breaks(
    "helpers.rules.retention",
    "checkpoints_kept",
    when=lambda right, *arguments, **named: (
        right(*arguments, **named) != _kept_one_more(right, *arguments, **named)
    ),
)
def the_retention_rule_keeps_one_more(right, *arguments, **named):
    return _kept_one_more(right, *arguments, **named)


@breaks("helpers.kit.simulated_clock", "SimulatedClock.move_on")
def the_simulated_clock_stands_still(right, clock, hours):
    pass


@breaks("helpers.faults.damage", "flip_bit")
def no_bit_is_flipped(right, *arguments, **named):
    pass


@breaks("helpers.faults.damage", "cut")
def nothing_is_cut_off(right, *arguments, **named):
    pass


@breaks(
    "helpers.checkpoints.compare",
    "compare_checkpoints",
    when=lambda right, one, other: not all(variable.same for variable in right(one, other)),
)
def all_checkpoints_compare_equal(right, one, other):
    return right(one, one)


@breaks("helpers.faults.killed_save", "crash_points")
def a_save_cannot_be_killed_before_its_last_step(right, *arguments):
    return right(*arguments)[-1:]


@breaks("helpers.rules.save_interval", "best_interval")
def the_best_interval_lacks_its_factor(right, *arguments):
    return right(*arguments) / 2**0.5


@breaks(
    "helpers.exercises.verdict", "Verdict.__repr__", when=lambda right, verdict: not verdict.right
)
def every_answer_is_called_right(right, verdict):
    return right(verdict._replace(right=True))


# ---- End of the table.


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
    def replacement(*arguments: Any, **named: Any) -> Any:
        active = os.environ.get(NAME)
        if active not in (breakage.name, LISTEN) or not breakage.when(right, *arguments, **named):
            return right(*arguments, **named)
        if breakage.name not in noted and _for_the_lesson():
            noted.add(breakage.name)
            with Path(os.environ[NOTES]).open("a", encoding="utf-8") as file:
                file.write(f"{breakage.name}\n")
        function = right if active == LISTEN else functools.partial(breakage.wrong, right)
        return function(*arguments, **named)

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
