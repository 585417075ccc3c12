"""Restore safely: only what fits the graph, and the newest checkpoint that is intact."""

import os
from dataclasses import dataclass
from pathlib import Path

import tensorflow.compat.v1 as tf

from .files import CheckpointFiles, find_checkpoint
from .look import looks
from .prefix import OpenCheckpoint, UnreadableCheckpointError, existing_prefix
from .save_order import save_order
from .saver_match import CheckpointMismatchError, check_matches, restores_in_parts
from .state_file import StateFile
from .verify import verify

__all__ = [
    "CheckpointMismatchError",
    "NoIntactCheckpointError",
    "PassedOver",
    "RestoreReport",
    "UnreadableCheckpointError",
    "restore_checked",
    "restore_newest_intact",
]


@dataclass(frozen=True)
class PassedOver:
    """A checkpoint that could not be restored."""

    prefix: str  # which one
    reason: str  # what is wrong with it

    def __str__(self) -> str:
        return f"{Path(self.prefix).name}: {self.reason}"


@dataclass(frozen=True)
class RestoreReport:
    """What `restore_newest_intact` did."""

    prefix: str  # the checkpoint that was restored
    passed_over: tuple[PassedOver, ...]  # those that were not and are newer
    ordered_by: str  # what the order of the checkpoints was taken from, in words

    def __str__(self) -> str:
        lines = [f"Restored {Path(self.prefix).name}, the newest intact by {self.ordered_by}."]
        if self.passed_over:
            lines += ["Passed over, newest first:", *[f"  {one}" for one in self.passed_over]]
        return "\n".join(lines)


class NoIntactCheckpointError(ValueError):
    """No checkpoint in the directory can be restored; no variable was touched.

    Attributes:
        directory: where was looked.
        passed_over: every checkpoint and what is wrong with it, newest first.
    """

    def __init__(self, directory: str, passed_over: tuple[PassedOver, ...]):
        self.directory = directory
        self.passed_over = passed_over
        if passed_over:
            listed = "\n".join(f"  {one}" for one in passed_over)
            message = f"No checkpoint in {directory} is intact:\n{listed}"
        else:
            message = (
                f"There is no checkpoint in {directory}. Give the directory that Saver.save "
                "wrote to, or initialise the variables to begin anew."
            )
        super().__init__(message)


def restore_checked(
    saver: tf.train.Saver, session: tf.Session, prefix: str | os.PathLike[str]
) -> None:
    """Restore a checkpoint, or refuse it before any variable is touched.

    Compares names, dtypes and shapes. A damaged value makes TensorFlow raise before it replaces
    any variable. Only a Saver that restores in several parts, as a sharded one does, would have
    replaced some by then; for such a one every value is read first.

    Args:
        saver: a Saver built in the session's graph, or the one `import_meta_graph` returned.
        session: the session whose variables are restored.
        prefix: the checkpoint's prefix, with its step and without `.index` or `.meta`.

    Raises:
        CheckpointMismatchError: the checkpoint does not fit the graph.
        UnreadableCheckpointError: there is no such checkpoint, its .index cannot be read, or the
            Saver restores in several parts and a value is damaged.
        ValueError: the Saver does not belong to the session's graph or is not built yet.
    """
    with existing_prefix(prefix) as checkpoint:
        check_matches(saver, checkpoint, session.graph)
        if checkpoint.files and restores_in_parts(saver, session.graph):
            problems = verify(checkpoint).problems
            if problems:
                raise UnreadableCheckpointError(
                    f"The checkpoint {checkpoint.prefix} is damaged: {'; '.join(problems)}. No "
                    "variable was touched. Restore another one."
                )
        _restore(saver, session, checkpoint)


def _restore(saver: tf.train.Saver, session: tf.Session, checkpoint: OpenCheckpoint) -> None:
    # Outside its graph a Saver takes itself to be in eager mode and looks for other variables.
    with session.graph.as_default():
        saver.restore(session, checkpoint.readable)


def restore_newest_intact(
    saver: tf.train.Saver,
    session: tf.Session,
    directory: str | os.PathLike[str],
    state_file: str = "checkpoint",
) -> RestoreReport:
    """Restore the newest checkpoint of a directory that is intact, and say which was passed over.

    Goes from the newest back. Every tensor of a candidate is read and its checksum compared
    before any variable is touched; `save_order` says what counts as newest. The directory is only
    read. If a running trainer replaces or deletes a candidate meanwhile, the search begins again.

    Args:
        saver: a Saver built in the session's graph, or the one `import_meta_graph` returned.
        session: the session whose variables are restored.
        directory: the directory that the checkpoints are in.
        state_file: the state file's name, as given to `Saver.save` as `latest_filename`. It only
            helps to tell which checkpoint is newest: one that it does not list, because a save
            was killed or another Saver wrote it, may be the newest and is restored then. Where
            that is not wanted, let each Saver have a directory of its own.

    Raises:
        CheckpointMismatchError: the newest intact checkpoint does not fit the graph. An older one
            would hide that, so none is tried.
        NoIntactCheckpointError: there is none; the message says what is wrong with each.
        NotADirectoryError: there is no such directory.
        ValueError: the Saver does not belong to the session's graph or is not built yet.
    """
    for look in looks(directory, state_file):
        state = look.states[0]
        order = save_order(look.checkpoints, state, Path(directory) / state_file)
        passed_over = []
        for files in order.newest_first:
            reason = _restored_or_reason(saver, session, files)
            if reason is None:
                passed_over = _gone(directory, state, files.name) + passed_over
                return RestoreReport(files.prefix, tuple(passed_over), order.basis)
            passed_over.append(PassedOver(files.prefix, reason))
            if find_checkpoint(files.prefix) != files:
                break
    passed_over = _gone(directory, state, None) + passed_over
    raise NoIntactCheckpointError(os.fspath(directory), tuple(passed_over))


def _restored_or_reason(
    saver: tf.train.Saver, session: tf.Session, files: CheckpointFiles
) -> str | None:
    with OpenCheckpoint(files.prefix, files) as checkpoint:
        verdict = verify(checkpoint)
        if not verdict.intact:
            return "; ".join(verdict.problems)
        try:
            check_matches(saver, checkpoint, session.graph)
            _restore(saver, session, checkpoint)
        except CheckpointMismatchError:
            raise
        except (ValueError, tf.errors.OpError):
            if find_checkpoint(files.prefix) == files:
                raise
            return "replaced or deleted while it was being read"
    return None


def _gone(
    directory: str | os.PathLike[str], state: StateFile, restored: str | None
) -> list[PassedOver]:
    # What the state file lists after the restored one and is not there, newest first.
    names = [entry.name for entry in state.entries]
    after = names.index(restored) + 1 if restored in names else 0
    return [
        PassedOver(
            str(Path(directory) / entry.name), "listed by the state file, but its files are gone"
        )
        for entry in reversed(state.entries[after:])
        if entry.place == "absent"
    ]
