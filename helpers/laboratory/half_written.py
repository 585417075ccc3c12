"""Find the moment in which a process is in the middle of a save."""

import subprocess
from contextlib import suppress
from pathlib import Path


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
