import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.faults.refusals import (
    CannotRefuseError,
    full_disk,
    read_only,
    shown_where_possible,
)

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone can be asked for this")
on_posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no such permission")


def in_a_process_of_its_own(directory, code):
    """Run code in another Python: a filter on system calls, or another user, must not stay."""
    program = f"from helpers.faults.refusals import *\nfrom pathlib import Path\n{code}"
    command = [sys.executable, "-c", program]
    run = subprocess.run(command, cwd=directory, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


@on_linux
def test_larger_writes_fail_as_on_a_full_disk_in_threads_that_are_there_already_too(tmp_path):
    code = """
import queue, threading
jobs, answers = queue.Queue(), queue.Queue()
def write(size):
    try:
        Path("file").write_bytes(bytes(size))
        return "written"
    except OSError as error:
        return error.errno
def work():
    for size in iter(jobs.get, None):
        answers.put(write(size))
thread = threading.Thread(target=work)
thread.start()
print(write(5000))
with full_disk(at_least=4096):
    jobs.put(5000)
    print(write(5000), write(4095), answers.get(), "x" * 10_000)  # what is printed is no file
jobs.put(5000)
print(write(5000), answers.get())
jobs.put(None)
thread.join()
"""
    full = errno.ENOSPC
    shown = f"{full} written {full} {'x' * 10_000}"
    assert in_a_process_of_its_own(tmp_path, code) == ["written", shown, f"{full} {full}"]


@on_posix
def test_nobody_writes_to_a_read_only_directory_until_the_block_ends(tmp_path):
    # The parent is closed to others, as a temporary directory is.
    (tmp_path / "run").mkdir(mode=0o700)
    (tmp_path / "run" / "there").write_text("content")
    tmp_path.chmod(0o700)
    code = """
import contextlib, os
before = os.geteuid()
with contextlib.suppress(KeyError), read_only("run"):
    print(Path("run/there").read_text())
    for action in (lambda: Path("run/new").touch(), lambda: Path("run/there").unlink()):
        try:
            action()
            print("done")
        except PermissionError:
            print("refused")
    raise KeyError
print(os.geteuid() == before)
Path("run/new").touch()
"""
    assert in_a_process_of_its_own(tmp_path, code) == ["content", "refused", "refused", "True"]
    assert (tmp_path / "run" / "new").exists()
    assert [path.stat().st_mode & 0o777 for path in (tmp_path, tmp_path / "run")] == [0o700, 0o700]


def test_a_system_that_cannot_refuse_says_so(monkeypatch, capsys):
    monkeypatch.setattr(sys, "platform", "darwin")
    with shown_where_possible(), full_disk():
        print("not reached")
    assert capsys.readouterr().out.startswith("Not shown on this system. ")
    with pytest.raises(CannotRefuseError, match="cannot be made"), full_disk():
        pass


def test_windows_cannot_protect_a_directory(monkeypatch, tmp_path):
    monkeypatch.setattr("helpers.faults.refusals._HAS_PERMISSIONS", False)
    with pytest.raises(CannotRefuseError, match="Windows"), read_only(tmp_path):
        pass
    Path(tmp_path / "new").touch()


def test_another_error_is_not_taken_for_a_refusal():
    with pytest.raises(KeyError), shown_where_possible():
        raise KeyError
