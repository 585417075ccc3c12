"""A place for a notebook's files that leaves nothing behind."""

import atexit
import os
import tempfile
from pathlib import Path

_started_in = Path.cwd()
_current: tempfile.TemporaryDirectory | None = None


def enter_workspace() -> None:
    """Make an empty temporary directory and change into it.

    From then on a bare name such as `model.ckpt` means a file there. A second call leaves the
    first directory, deletes it, and starts with an empty one again. When Python ends, the
    directory is deleted.
    """
    global _current
    leave_workspace()
    _current = tempfile.TemporaryDirectory(prefix="workspace-")
    os.chdir(_current.name)


@atexit.register
def leave_workspace() -> None:
    """Go back to where Python started and delete the workspace. Without one, do nothing."""
    global _current
    if _current is None:
        return
    # First out of it: Windows does not delete the directory a program works in.
    os.chdir(_started_in)
    _current.cleanup()
    _current = None
