"""The table of what is broken, one thing at a time, while a notebook is performed.

To add a breakage, write a line into `TABLE` with a function that stands for a right one; nothing
else is to be done. See which cells of a notebook turn red with

    python -m tests.rehearsal -v notebooks/04-restoring.ipynb

A breakage reaches the cells, and every Python that a cell starts, when they import what it breaks.
So nothing is changed in the course or on the disk.
"""

import functools
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import wrapt

# The environment variables that tell a Python what to break, a name a line, and where to note that
# it mattered.
NAME, NOTES = "COURSE_BREAKAGE", "COURSE_BREAKAGE_NOTES"
# In place of a name: break nothing, and note which breakages would matter; or note nothing either.
LISTEN, NOTHING = "nothing, only listen", "nothing"

Function = Callable[..., Any]


@dataclass(frozen=True)
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
        only_shown: whether it changes nothing but what a cell shows, so that all of these are tried
            in one performance.
        not_in: notebooks (their two digits) that need not notice.
    """

    name: str
    module: str
    attribute: str
    wrong: Function
    when: Function = lambda right, *_, **__: True
    anywhere: bool = False
    only_shown: bool = False
    not_in: tuple[str, ...] = ()


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


def _save_without_step(right, saver, session, save_path, global_step=None, **named):
    return right(saver, session, save_path, **named)


def _has_step(right, saver, session, save_path, global_step=None, **_):
    return global_step is not None


def _without(name):
    def wrong(right, *arguments, **named):
        del named[name]
        return right(*arguments, **named)

    return wrong


def _deletes(right, saver, path):
    limit = saver.saver_def.max_to_keep
    return limit > 0 and len({*saver.last_checkpoints, path}) > limit


def _record_one_more(right, saver, path):
    saver.saver_def.max_to_keep += 1
    right(saver, path)
    saver.saver_def.max_to_keep -= 1


def _keeps_for_good(right, saver, **_):
    after = saver._next_checkpoint_time
    return any(saved > after for _, saved in saver._checkpoints_to_be_deleted)


def _keep_none_for_good(right, saver, **named):
    saver._next_checkpoint_time = float("inf")
    right(saver, **named)


def _oldest(right, *arguments, **named):
    state = right.__globals__["get_checkpoint_state"](*arguments, **named)
    return state.all_model_checkpoint_paths[0] if state else None


def _shuffled_labels(right, *arguments):
    import numpy as np

    mnist = right(*arguments)
    order = np.random.RandomState(0).permutation(len(mnist.train_labels))
    return mnist._replace(train_labels=mnist.train_labels[order])


def _upside_down(right, figure):
    for axes in figure.axes:
        axes.invert_yaxis()
    return right(figure)


def _first_line(right, error):
    return str(error).strip().partition("\n")[0]


def _raises(right, *arguments, **named):
    try:
        right(*arguments, **named)
    except ValueError:
        return True
    return False


def _intact(right, *arguments, **named):
    verdict = right(*arguments, **named)
    verdict.problems.clear()
    return verdict


def _one_more(right, saves, max_to_keep=5, *arguments, **named):
    return right(saves, max_to_keep and max_to_keep + 1, *arguments, **named)


def _differs(wrong):
    def when(right, *arguments, **named):
        return right(*arguments, **named) != wrong(right, *arguments, **named)

    return when


def _nothing(right, *_, **__):
    return None


SAVER = "tensorflow.python.training.saver"
STATE = "tensorflow.python.checkpoint.checkpoint_management"

# 03 teaches which checkpoints stay, and not what is in them; 05 and 09 ask what a run costs or
# loses, whatever it learns; 10 restores into a model, whatever that began with.
TRAINING = {"anywhere": True, "not_in": ("03", "05", "09", "10")}

TABLE = [
    Breakage("restore does nothing", SAVER, "Saver.restore", _nothing),
    Breakage(
        "restore reads another", SAVER, "Saver.restore", _restore_another, when=_others,
        anywhere=True, not_in=("14",),  # where every file holds the same number
    ),
    Breakage("save writes nothing", SAVER, "Saver.save", _say_that_it_is_saved),
    Breakage("save forgets the step", SAVER, "Saver.save", _save_without_step, when=_has_step),
    Breakage(
        "write_state is ignored", SAVER, "Saver.save", _without("write_state"),
        when=lambda *_, **named: not named.get("write_state", True),
    ),
    Breakage(
        "latest_filename is ignored", SAVER, "Saver.save", _without("latest_filename"),
        when=lambda *_, **named: named.get("latest_filename"),
    ),
    Breakage(
        "max_to_keep is one more", SAVER, "Saver._RecordLastCheckpoint", _record_one_more,
        when=_deletes, not_in=("05",),  # in passing
    ),
    Breakage(
        "keep_checkpoint_every_n_hours is ignored", SAVER, "Saver._MaybeDeleteOldCheckpoints",
        _keep_none_for_good, when=_keeps_for_good,
    ),
    Breakage(
        "recover_last_checkpoints does nothing", SAVER, "Saver.recover_last_checkpoints", _nothing,
        when=lambda right, saver, checkpoint_paths: checkpoint_paths,
    ),
    Breakage(
        "latest_checkpoint is the oldest", STATE, "latest_checkpoint", _oldest,
        when=lambda right, *arguments, **named: (
            right(*arguments, **named) not in (None, _oldest(right, *arguments, **named))
        ),
        anywhere=True,
    ),
    Breakage(
        "the state file is not written", STATE, "update_checkpoint_state_internal", _nothing,
        anywhere=True, not_in=("10",),  # where everything is restored by its prefix
    ),
    Breakage(
        "training labels are shuffled", "helpers.digits.mnist", "load_mnist", _shuffled_labels,
        **TRAINING,
    ),
    Breakage(
        "batches come one step late", "helpers.digits.batches", "Batches.__getitem__",
        lambda right, batches, step: right(batches, step + 1), **TRAINING,
    ),
    Breakage(
        "the seed is another", "helpers.digits.classifier", "build_classifier",
        lambda right, seed, *arguments, **named: right(seed + 1, *arguments, **named), **TRAINING,
    ),
    Breakage(
        "training leaves out the last step", "helpers.digits.classifier", "train",
        lambda right, session, model, batches, steps, **named: (
            right(session, model, batches, steps[:-1], **named)
        ),
        when=lambda right, session, model, batches, steps, **_: steps, **TRAINING,
    ),
    Breakage(
        "pictures are upside down", "helpers.figures.drawing", "png", _upside_down, only_shown=True
    ),
    Breakage(
        "the first line of an error is shown", "helpers.kit.errors", "telling_line", _first_line,
        when=_differs(_first_line), only_shown=True,
    ),
    Breakage(
        "a checkpoint that does not fit is let in", "helpers.checkpoints.saver_match",
        "check_matches", _nothing, when=_raises,
    ),
    Breakage(
        "a damaged checkpoint is called intact", "helpers.checkpoints.verify", "verify", _intact,
        when=lambda right, *arguments, **named: right(*arguments, **named).problems,
    ),
    Breakage(
        "put_aside copies nothing", "helpers.checkpoints.put_aside", "put_aside",
        lambda right, prefix, directory: f"{directory}/{Path(prefix).name}",
    ),
    Breakage(
        "checkpoints compare equal", "helpers.checkpoints.compare", "compare_checkpoints",
        lambda right, one, other: right(one, one),
        when=lambda right, one, other: not all(variable.same for variable in right(one, other)),
    ),
    Breakage(
        "the retention rule keeps one more", "helpers.rules.retention", "checkpoints_kept",
        _one_more, when=_differs(_one_more),
    ),
    Breakage(
        "the clock stands still", "helpers.kit.simulated_clock", "SimulatedClock.move_on", _nothing
    ),
    Breakage("no bit is flipped", "helpers.faults.damage", "flip_bit", _nothing),
    Breakage("nothing is cut off", "helpers.faults.damage", "cut", _nothing),
    Breakage(
        "a save is killed in its last step alone", "helpers.faults.killed_save", "crash_points",
        lambda right, *arguments: right(*arguments)[-1:],
    ),
]  # fmt: skip


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
        active = os.environ.get(NAME, NOTHING).splitlines()
        if not {breakage.name, LISTEN} & {*active} or not breakage.when(right, *arguments, **named):
            return right(*arguments, **named)
        if breakage.name not in noted and _for_the_lesson():
            noted.add(breakage.name)
            with Path(os.environ[NOTES]).open("a", encoding="utf-8") as file:
                file.write(f"{breakage.name}\n")
        if LISTEN in active:
            return right(*arguments, **named)
        return breakage.wrong(right, *arguments, **named)

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
