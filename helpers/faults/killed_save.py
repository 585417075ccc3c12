"""Saves that were killed: every state they can leave a directory in, and the moment to kill.

A Saver makes each file under a temporary name and renames it when it is whole. The order of these
steps was seen with strace on TensorFlow 2.21: `.data`, `.index`, the state file, then the files of
the checkpoint that `max_to_keep` no longer spares (`.meta`, `.index`, `.data`), last `.meta`. A
kill falls between two of them, or into the writing of a temporary file, which is the same to
whoever restores.
"""

import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

STATE_FILE = "checkpoint"
DATA_ENDING = ".data-00000-of-00001"
# In reality a random number or 32 random hexadecimal digits; a fixed one keeps outputs the same.
_TEMPORARY = {".data": ".tempstate1", ".index": ".tempstate1", ".meta": ".tmp1", "state": ".tmp1"}


class CrashPoint(NamedTuple):
    """One moment at which a save can be killed.

    Attributes:
        next_step: what the Saver would have done next.
        files: what the directory then holds, by the files' names.
    """

    next_step: str
    files: dict[str, bytes]


def crash_points(
    before: Mapping[str, bytes], after: Mapping[str, bytes], prefix: str
) -> list[CrashPoint]:
    """Return the states of a directory during the save of `prefix`, in order.

    Args:
        before: the directory's files before a real save, by name.
        after: the same after it.
        prefix: what that save returned, without a directory.

    Raises:
        ValueError: `after` does not hold a whole checkpoint of this prefix and a state file.
    """
    written = [f"{prefix}{DATA_ENDING}", f"{prefix}.index", STATE_FILE, f"{prefix}.meta"]
    for name in written:
        if name not in after:
            raise ValueError(f"After the save of {prefix} there must be {name}, but there is none.")
    files = dict(before)
    points = []
    for name in written:
        if name.endswith(".meta"):
            for gone in sorted(before.keys() - after.keys(), key=_order_of_deletion):
                points.append(CrashPoint(f"delete {gone}", dict(files)))
                del files[gone]
        temporary = name + _TEMPORARY["state" if name == STATE_FILE else _ending(name)]
        points.append(CrashPoint(f"create {temporary}", dict(files)))
        files[temporary] = after[name]
        points.append(CrashPoint(f"rename it to {name}", dict(files)))
        files[name] = files.pop(temporary)
    return points


def _ending(name: str) -> str:
    return next(ending for ending in (".data", ".index", ".meta") if ending in name)


def _order_of_deletion(name: str) -> int:
    return (".meta", ".index", ".data").index(_ending(name))


def wait_for_half_written(prefix: str | Path, process: subprocess.Popen) -> Path:
    """Wait until `process` has begun to write the values of `prefix`, and return that file.

    A Saver writes the values into a file `PREFIX.data-….tempstate…` and renames it when it is
    whole, so the save is under way as long as there is such a file. The larger the values, the
    longer that is: of 100 MB a caller that kills at once finds only a part written.

    Raises:
        RuntimeError: the process ended before.
    """
    prefix = Path(prefix)
    while process.poll() is None:
        for path in prefix.parent.glob(f"{prefix.name}.data-*.tempstate*"):
            # Renamed between the listing and the look: that save is over.
            with suppress(FileNotFoundError):
                if path.stat().st_size:
                    return path
    raise RuntimeError(
        f"The process ended with {process.returncode} before it wrote anything of {prefix.name}."
    )
