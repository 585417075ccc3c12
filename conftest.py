"""Make nbval compare what it leaves out, and talk with its kernels over sockets of their own."""

import os
import platform
import sys
import tempfile
from pathlib import Path

import nbval.kernel
import pytest
from jupyter_client.manager import KernelManager

# The pictures were stored on this platform. On another one the same drawing may differ in a
# rounded pixel, so there they are drawn again but not compared.
_STORED_ON = ("linux", "x86_64")

# How long to wait for a kernel to start, and for an output that it has announced. nbval has 60 and
# 5 seconds, which is enough unless several notebooks share a small machine.
_SECONDS_OF_PATIENCE = 180

# A Unix socket's path holds at most 104 bytes on macOS, 108 on Linux; the file's name takes some.
_LONGEST_DIRECTORY = 88


def pytest_itemcollected(item: pytest.Item) -> None:
    """Take `image/png` off the list of what nbval skips, and be patient."""
    if hasattr(item, "output_timeout"):
        item.output_timeout = _SECONDS_OF_PATIENCE
    skipped = getattr(item.parent, "skip_compare", None)
    if skipped and (sys.platform, platform.machine()) == _STORED_ON:
        item.parent.skip_compare = tuple(key for key in skipped if key != "image/png")


def pytest_configure(config: pytest.Config) -> None:
    """Be patient with kernels, and let them use Unix sockets where there are any.

    Jupyter picks five free TCP ports and lets them go, for the kernel to take them a second later.
    Where several kernels start at once, another one may have taken a port by then, and the kernel
    dies: 3 of 1,240 starts, four at a time. A socket in a directory of its own cannot be taken.
    """
    config.option.nbval_kernel_startup_timeout = _SECONDS_OF_PATIENCE
    directory = tempfile.TemporaryDirectory(prefix="kernels-", ignore_cleanup_errors=True)
    config.add_cleanup(directory.cleanup)
    if sys.platform == "win32" or len(os.fsencode(directory.name)) > _LONGEST_DIRECTORY:
        return

    def with_unix_sockets(**options: object) -> KernelManager:
        return KernelManager(transport="ipc", ip=str(Path(directory.name) / "kernel"), **options)

    nbval.kernel.KernelManager = with_unix_sockets
