import subprocess
import sys

import pytest

from helpers.laboratory.half_written import wait_for_half_written

NAME = "model.ckpt-40.data-00000-of-00001.tempstate123"


def process(directory, program):
    return subprocess.Popen([sys.executable, "-c", program], cwd=directory, stdin=subprocess.PIPE)


def test_returns_the_file_while_the_process_still_writes(tmp_path):
    # It writes nothing to the file before a first one is there, and holds it open until asked.
    program = f"""
file = open({NAME!r}, "wb", buffering=0)
file.write(b"some")
input()
"""
    with process(tmp_path, program) as writer:
        found = wait_for_half_written(tmp_path / "model.ckpt-40", writer)
        assert writer.poll() is None
        writer.kill()
    assert found == tmp_path / NAME
    assert found.read_bytes() == b"some"


def test_other_files_and_empty_ones_are_not_waited_for(tmp_path):
    for name in (
        "model.ckpt-4.data-00000-of-00001.tempstate1",
        "model.ckpt-40.index.tempstate1",
        "model.ckpt-40.data-00000-of-00001",
    ):
        (tmp_path / name).write_bytes(b"some")
    (tmp_path / NAME).touch()
    with (
        process(tmp_path, "raise SystemExit(3)") as writer,
        pytest.raises(
            RuntimeError, match=r"ended with 3 before it wrote anything of model.ckpt-40"
        ),
    ):
        wait_for_half_written(tmp_path / "model.ckpt-40", writer)
