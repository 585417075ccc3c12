"""Make the system refuse what a program asks of it: no more room, or no permission."""

import ctypes
import errno
import os
import platform
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# How the Linux kernel calls the processor, and the numbers of `write` and `seccomp` there
# (linux/audit.h and the kernel's table of system calls).
_ARCHITECTURES = {"x86_64": (0xC000003E, 1, 317), "aarch64": (0xC00000B7, 64, 277)}
# Where `struct seccomp_data` (linux/seccomp.h) has the call's number, the architecture, and the
# lower halves of the first and the third argument, on processors that store the lower half first.
_NUMBER, _ARCHITECTURE, _DESCRIPTOR, _LENGTH = 0, 4, 16, 32
# Instructions of linux/bpf_common.h: load a word; go on if equal, if greater, if not less; answer.
_LOAD, _EQUAL, _GREATER, _NOT_LESS, _ANSWER = 0x20, 0x15, 0x25, 0x35, 0x06
_ALLOW, _FAIL_WITH = 0x7FFF0000, 0x00050000
_PR_SET_NO_NEW_PRIVS, _SET_FILTER, _FOR_ALL_THREADS = 38, 1, 1


_HAS_PERMISSIONS = os.name == "posix"


class CannotRefuseError(RuntimeError):
    """This system has no way to refuse it that harms nothing else."""


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("skip_if_true", ctypes.c_uint8),
        ("skip_if_false", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("first", ctypes.POINTER(_Instruction)))


@contextmanager
def shown_where_possible() -> Iterator[None]:
    """Run a block; if this system cannot refuse what the block wants refused, print that."""
    try:
        yield
    except CannotRefuseError as reason:
        print(f"Not shown on this system. {reason}")


@contextmanager
def full_disk(at_least: int = 4096) -> Iterator[None]:
    """From this block on, Linux answers this process's larger writes as a full disk does.

    Every `write` of `at_least` bytes or more to anything but the standard streams fails with
    ENOSPC, "No space left on device". The kernel itself answers so, through a filter on system
    calls (man 2 seccomp); no permission is needed, and no other process notices. The end of the
    block does not end it, since no filter can be taken away: use a process of its own.

    Raises:
        CannotRefuseError: this is not Linux, or not on x86-64 or ARM64, or the kernel allows no
            filter.
    """
    if sys.platform != "linux" or platform.machine() not in _ARCHITECTURES:
        raise CannotRefuseError("This system cannot be made to answer as if its disk were full.")
    architecture, write, seccomp = _ARCHITECTURES[platform.machine()]
    instructions = (
        _Instruction(_LOAD, 0, 0, _ARCHITECTURE),
        _Instruction(_EQUAL, 0, 7, architecture),
        _Instruction(_LOAD, 0, 0, _NUMBER),
        _Instruction(_EQUAL, 0, 5, write),
        _Instruction(_LOAD, 0, 0, _DESCRIPTOR),
        _Instruction(_GREATER, 0, 3, 2),
        _Instruction(_LOAD, 0, 0, _LENGTH),
        _Instruction(_NOT_LESS, 0, 1, at_least),
        _Instruction(_ANSWER, 0, 0, _FAIL_WITH | errno.ENOSPC),
        _Instruction(_ANSWER, 0, 0, _ALLOW),
    )
    program = _Program(len(instructions), (_Instruction * len(instructions))(*instructions))
    libc = ctypes.CDLL(None, use_errno=True)
    # TensorFlow's threads are there already, and one of them will write.
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.syscall(
        seccomp, _SET_FILTER, _FOR_ALL_THREADS, ctypes.byref(program)
    ):
        raise CannotRefuseError(
            f"This system allows no filter on system calls: {os.strerror(ctypes.get_errno())}."
        )
    yield


@contextmanager
def read_only(directory: str | Path) -> Iterator[None]:
    """Inside the block, nobody may make or delete a file in the directory; all may read it.

    The superuser, whom no permission stops, is an ordinary user inside the block, and the current
    directory is open for everybody to pass through. Do this in a process of its own: what its
    other threads do meanwhile, they do as that user.

    Raises:
        CannotRefuseError: Windows, where a directory has no such permission; or the superuser
            cannot become anybody else.
    """
    if not _HAS_PERMISSIONS:
        raise CannotRefuseError("On Windows the mode of a directory protects no file in it.")
    directory = Path(directory)
    with _mode(directory, 0o555):
        if not _can_write_to(directory):
            yield
            return
        with _ordinary_user():
            yield


def _can_write_to(directory: Path) -> bool:
    # Asked of the system, since neither the mode nor the user's number decides it alone.
    try:
        with tempfile.TemporaryFile(dir=directory):
            return True
    except PermissionError:
        return False


@contextmanager
def _ordinary_user() -> Iterator[None]:
    import pwd  # Windows has no such module

    here = Path.cwd()
    with _mode(here, stat.S_IMODE(here.stat().st_mode) | 0o011):
        try:
            os.seteuid(pwd.getpwnam("nobody").pw_uid)
        except (KeyError, OSError) as error:
            raise CannotRefuseError(f"The superuser cannot become 'nobody': {error}.") from error
        try:
            yield
        finally:
            os.seteuid(0)


@contextmanager
def _mode(directory: Path, mode: int) -> Iterator[None]:
    before = stat.S_IMODE(directory.stat().st_mode)
    directory.chmod(mode)
    try:
        yield
    finally:
        directory.chmod(before)
