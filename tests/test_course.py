"""course.py, the real file, in a small course of its own; most tests give it a uv that notes."""

import ast
import json
import os
import signal
import sys
import time
import zipfile
from pathlib import Path
from subprocess import PIPE, Popen, run
from types import SimpleNamespace

import psutil
import pytest

import course as launcher

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the uv that only notes is a Unix script")

NOTING_UV = """#!/bin/sh
echo "$UV_DEFAULT_INDEX" >> uv.txt
while [ -e hold ]; do sleep 0.05; done
"""
STORE = """
import json, os, sys
own = [os.environ.get("PYTHONPATH"), os.environ["IPYTHONDIR"]]
print(json.dumps([sys.argv[1:], os.getcwd(), sys.prefix, *own]))
sys.exit(int(sys.argv[-1]))
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Return a course under an awkward path whose first call has not been made."""
    course = tmp_path / "Kürs mit Raum"
    (course / "tools").mkdir(parents=True)
    (course / "course.py").write_bytes(Path(launcher.__file__).read_bytes())
    (course / "requirements.txt").write_text("small==1.0\n")
    (course / "tools" / "store_outputs.py").write_text(STORE)
    (course / "helper.py").touch()
    (course / "uv").write_text(NOTING_UV)
    (course / "uv").chmod(0o755)
    return course


def start(course: Path, *arguments: str, **variables: str) -> Popen:
    """Start `course.py store`; the variables go on top of those of a machine with nothing set."""
    own = ("PIP_", "UV_", "PYTHON", "VIRTUAL_ENV")
    environment = {name: text for name, text in os.environ.items() if not name.startswith(own)}
    environment |= {"PATH": f"{course}:/usr/bin:/bin", "LC_ALL": "C", "PIP_CONFIG_FILE": os.devnull}
    python = getattr(sys, "_base_executable", sys.executable)  # as a learner's, it has pip
    command = [python, course / "course.py", "store", *arguments]
    return Popen(command, cwd=course, env=environment | variables, stdout=PIPE, stderr=PIPE)


def call(course: Path, *arguments: str, **variables: str) -> tuple[int, str, str]:
    """Let `course.py store` run to its end; return its status and what it wrote."""
    process = start(course, *arguments, **variables)
    out, err = process.communicate(timeout=300)
    return process.returncode, out.decode(), err.decode()


@pytest.mark.parametrize("version", [(3, 8, 18), (3, 10, 9), (3, 14, 0)])
def test_another_python_is_told_which_are_needed(version: tuple, monkeypatch) -> None:
    ast.parse(Path(launcher.__file__).read_text("utf-8"), feature_version=(3, 8))
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(SystemExit, match=r"needs Python 3.11, 3.12 or 3.13, and .*: install one"):
        launcher.main(["--help"])


def test_what_is_missing_is_said_with_its_cure(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(launcher, "CPU", tmp_path / "cpuinfo")
    for words in ("flags : sse avx", "Features : fp"):
        launcher.CPU.write_text(words)
        launcher.check_computer()
    launcher.CPU.write_text("flags : sse avx512")
    with pytest.raises(SystemExit, match=r"no AVX instructions.*: use another computer"):
        launcher.check_computer()
    monkeypatch.setattr(launcher, "VENV", tmp_path)
    monkeypatch.setattr(launcher, "MARK", tmp_path / "mark")
    launcher.MARK.touch()
    monkeypatch.setattr(launcher.shutil, "which", lambda _: None)
    for there in ("venv", "pip"):
        monkeypatch.setattr(launcher, "find_spec", lambda name, there=there: name == there)
        with pytest.raises(SystemExit, match=r"venv or ensurepip: install it \(on Debian"):
            launcher.make_environment()
    monkeypatch.setattr(launcher.shutil, "disk_usage", lambda _: SimpleNamespace(free=2.4e9))
    with pytest.raises(SystemExit, match=r"less than 2.5 GB free: make room"):
        launcher.make_environment()


def test_the_first_call_installs_and_the_second_needs_nothing(course: Path) -> None:
    """By pip, since there is no uv among these wheels: the one real installation."""
    (course / "uv").unlink()
    with zipfile.ZipFile(course / "small-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("small.py", "")
        wheel.writestr("small-1.0.dist-info/METADATA", "Name: small\nVersion: 1.0\n")
        wheel.writestr("small-1.0.dist-info/RECORD", "")
        wheel.writestr("small-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
    status, out, err = call(course, "7", PIP_NO_INDEX="1", PIP_FIND_LINKS=course.as_uri())
    assert (status, "Successfully installed small-1.0" in out) == (7, True), err
    status, out, err = call(course, "-k", "3", PYTHONPATH="/elsewhere", IPYTHONDIR="/own")
    venv = course / ".venv"
    told = [["-k", "3"], str(course), str(venv), None, f"{venv}/state/IPYTHON"]
    assert (status, err, json.loads(out)) == (3, "", told)
    run([venv / "bin" / "python", "-c", "import helper, small"], cwd="/", env={}, check=True)


def test_it_is_made_again_if_need_be_and_uv_knows_the_mirror(course: Path) -> None:
    for times, emptied in enumerate(["helper.py", ".venv/made-from.txt", "requirements.txt"], 1):
        (course / emptied).write_text("")
        for is_there in (False, True):
            assert call(course, "0", PIP_INDEX_URL="http://mirror.invalid")[0] == 0
            assert (course / ".venv" / "bin" / "old").exists() is is_there
            assert (course / "uv.txt").read_text() == "http://mirror.invalid\n" * times
            (course / ".venv" / "bin" / "old").touch()


def test_what_it_has_not_made_is_left_alone_and_what_it_cannot_make_is_said(course: Path) -> None:
    (course / ".venv").mkdir()
    (course / ".venv" / "mine.txt").touch()
    assert "was not made by course.py: rename it or delete it" in call(course, "0")[2]
    assert [path.name for path in (course / ".venv").iterdir()] == ["mine.txt"]
    (course / ".venv").rename(course / "mine")
    (course / ".venv").symlink_to("no directory/.venv")
    status, _, err = call(course, "0")
    assert (status, "cannot be made or used" in err, "Traceback" in err) == (1, True, False)


def test_without_a_network_one_sentence_says_so(course: Path) -> None:
    (course / "uv").unlink()
    status, _, err = call(course, "0", PIP_INDEX_URL="http://127.0.0.1:9/simple")
    assert (status, len(err.splitlines())) == (1, 3), err
    assert "cannot be reached: connect to the network, or name your mirror" in err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_call_leaves_nothing_running(course: Path, number: int) -> None:
    (course / "hold").touch()
    (course / ".venv").mkdir()
    (course / ".venv" / "made-from.txt").write_text("another lock")
    process = start(course)
    while not (course / "uv.txt").exists():
        time.sleep(0.05)
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(number)
    assert b"Traceback" not in process.communicate(timeout=60)[1]
    assert (process.returncode, bool(children)) == (130, True)
    assert not psutil.wait_procs(children, timeout=10)[1]
    assert (course / ".venv" / "made-from.txt").read_text() == ""
