"""Which checkpoints a Saver keeps: the rule itself, in plain Python.

The rule is that of `Saver._RecordLastCheckpoint` and `_MaybeDeleteOldCheckpoints` in TensorFlow
2.21. `tests/rules/test_retention.py` holds it against a real Saver over generated series of saves.
"""

from collections.abc import Sequence
from typing import NamedTuple


class Save(NamedTuple):
    """One call of `Saver.save`."""

    prefix: str
    hours: float = 0.0  # since the Saver was made


def checkpoints_kept(
    saves: Sequence[Save | str],
    max_to_keep: int | None = 5,
    keep_checkpoint_every_n_hours: float = 10_000.0,
) -> list[list[str]]:
    """Return what is on disk after each of `saves` by one Saver, oldest first.

    Each save goes to the end of the Saver's list; a prefix that was in it already moves. If the
    list is then too long, its first entry leaves it, and that checkpoint is deleted, unless it was
    saved after the next point in time at which one is to be kept for good. `max_to_keep` None or
    0: nothing is listed and nothing deleted. The defaults are the Saver's own.

    Args:
        saves: the saves in order; a string is a save at hour 0.
        max_to_keep: length of the Saver's list.
        keep_checkpoint_every_n_hours: hours between checkpoints that are kept for good.
    """
    listed: list[Save] = []
    on_disk: list[str] = []
    next_kept_after = keep_checkpoint_every_n_hours
    history = []
    for save in saves:
        save = Save(save) if isinstance(save, str) else save
        on_disk = [prefix for prefix in on_disk if prefix != save.prefix] + [save.prefix]
        if max_to_keep:
            listed = [other for other in listed if other.prefix != save.prefix] + [save]
            if len(listed) > max_to_keep:
                oldest = listed.pop(0)
                if oldest.hours > next_kept_after:
                    next_kept_after += keep_checkpoint_every_n_hours
                else:
                    on_disk.remove(oldest.prefix)
        history.append(list(on_disk))
    return history
