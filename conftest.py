"""What holds for everyone who types pytest, in `course.py test` or in an environment of their own.

pyproject.toml says what is run; here the kernels get what they need to print the same anywhere.
"""

import hashlib
import importlib
import os
import platform
import re
import sys
import tempfile
from pathlib import Path

import nbval.kernel
import nbval.plugin
import pytest
from jupyter_client.manager import KernelManager

# After a notebook's last cell its kernel is asked whether the exercises work.
pytest_plugins = ["tests.exercises.in_the_kernel"]

_COURSE = Path(__file__).parent

# The pictures were stored on this platform. On another one the same drawing may differ in a
# rounded pixel, so there they are drawn again but not compared.
_STORED_ON = ("linux", "x86_64")

# How long to wait for a kernel to start, and for an output that it has announced. nbval has 60 and
# 5 seconds, which is enough unless several notebooks share a small machine.
_SECONDS_OF_PATIENCE = 180

# A Unix socket's path holds at most 104 bytes on macOS, 108 on Linux; the file's name takes some.
_LONGEST_DIRECTORY = 88


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return how many processes share the work: for a single file none but pytest's own.

    TensorFlow uses two cores by itself, and a kernel takes up to 1.5 GB.
    """
    named = [Path(argument.partition("::")[0]) for argument in config.args]
    if len(named) == 1 and named[0].is_file():
        return 0
    return max(2, min(4, (os.cpu_count() or 1) // 2))


def pytest_itemcollected(item: pytest.Item) -> None:
    """Compare pictures only where they were stored, and be patient."""
    if hasattr(item, "output_timeout"):
        item.output_timeout = _SECONDS_OF_PATIENCE
    skipped = getattr(item.parent, "skip_compare", None)
    if skipped and (sys.platform, platform.machine()) != _STORED_ON:
        item.parent.skip_compare = (*skipped, "text/html")  # pictures; their texts are compared


def pytest_configure(config: pytest.Config) -> None:
    """Let kernels have the course's helpers, nobody's own settings, and sockets of their own.

    Someone's start-up files, kernels or figure settings would change outputs; and in a home that
    cannot be written to, or where two kernels make Matplotlib's list of fonts at once, Matplotlib
    warns into the output.

    Jupyter picks five free TCP ports and lets them go, for the kernel to take them a second later.
    Where several kernels start at once, another one may have taken a port by then, and the kernel
    dies: 3 of 1,240 starts, four at a time. A socket in a directory of its own cannot be taken.
    """
    config.option.nbval_kernel_startup_timeout = _SECONDS_OF_PATIENCE
    directory = tempfile.TemporaryDirectory(prefix="kernels-", ignore_cleanup_errors=True)
    config.add_cleanup(directory.cleanup)
    state = Path(directory.name) / "state"
    for tool in ("IPYTHON", "JUPYTER_CONFIG_", "JUPYTER_DATA_", "MPLCONFIG"):
        os.environ[tool + "DIR"] = str(state / tool)
    os.environ["KERAS_HOME"] = str(state / "KERAS")
    os.environ.pop("MPLBACKEND", None)
    paths = [str(_COURSE), os.environ.get("PYTHONPATH")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    importlib.import_module("matplotlib.font_manager")
    if sys.platform == "win32" or len(os.fsencode(directory.name)) > _LONGEST_DIRECTORY:
        return

    def with_unix_sockets(**options: object) -> KernelManager:
        return KernelManager(transport="ipc", ip=str(Path(directory.name) / "kernel"), **options)

    nbval.kernel.KernelManager = with_unix_sockets


def _shortened(text: str) -> str:
    # nbval shortens a picture in its messages where it stands alone. Ours stand in an <img>.
    digest = hashlib.md5(text.encode()).hexdigest()
    return re.sub(r"(?<=base64,)[\w+/=]+", f"... (all of it has the MD5 {digest})", text)


nbval.plugin._trim_base64 = _shortened
