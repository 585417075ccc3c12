"""course.py, the real file, in a small course of its own; most tests give it a uv that only notes.

The course's path holds a space and letters outside ASCII, and the locale is plain C.
"""

import ast
import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from types import ModuleType, SimpleNamespace

import psutil
import pytest

COURSE_PY = Path(__file__).resolve().parents[1] / "course.py"
pytestmark = pytest.mark.skipif(os.name == "nt", reason="the uv that only notes is a Unix script")

NOTING_UV = f"""#!{sys.executable}
import os, pathlib, sys, time
with open("uv.txt", "a") as notes:
    print(os.environ.get("UV_DEFAULT_INDEX"), file=notes)
while pathlib.Path("hold").exists():
    time.sleep(0.05)
"""
# Tells how it was called; its last argument is its exit status.
STORE = """
import json, os, sys
names = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "KERAS_HOME", "MPLCONFIGDIR")
print(json.dumps([sys.argv[1:], os.getcwd(), sys.prefix] + [os.environ[name] for name in names]))
sys.exit(int(sys.argv[-1]))
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Return a course whose first call has not been made."""
    course = tmp_path / "Kürs mit Raum"
    (course / "tools").mkdir(parents=True)
    (course / "course.py").write_bytes(COURSE_PY.read_bytes())
    (course / "requirements.txt").write_text("small==1.0\n")
    (course / "tools" / "store_outputs.py").write_text(STORE)
    (course / "helper.py").write_text("")
    (course / "uv").write_text(NOTING_UV)
    (course / "uv").chmod(0o755)
    return course


def start(course: Path, *arguments: str, **variables: str) -> subprocess.Popen[str]:
    """Start course.py; the variables go on top of those of a machine with nothing set up."""
    own = ("PIP_", "UV_", "PYTHON", "VIRTUAL_ENV")
    environment = {name: text for name, text in os.environ.items() if not name.startswith(own)}
    environment |= {"PATH": f"{course}:/usr/bin:/bin", "LC_ALL": "C", "PIP_CONFIG_FILE": os.devnull}
    command = [sys.executable, str(course / "course.py"), *arguments]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=course, env=environment | variables, **options)


def call(course: Path, *arguments: str, **variables: str) -> SimpleNamespace:
    """Run course.py to its end."""
    process = start(course, *arguments, **variables)
    out, err = process.communicate(timeout=120)
    return SimpleNamespace(status=process.returncode, out=out, err=err)


def load(course: Path) -> ModuleType:
    """Import the course.py of a course."""
    specification = importlib.util.spec_from_file_location("course", course / "course.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize("version", [(3, 8, 18), (3, 10, 9), (3, 14, 0)])
def test_another_python_is_told_which_are_needed(course: Path, version, monkeypatch) -> None:
    ast.parse(COURSE_PY.read_text("utf-8"), feature_version=(3, 8))
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(SystemExit, match=r"needs Python 3.11, 3.12 or 3.13, and .*: install one"):
        load(course).main(["store"])


def test_a_processor_without_avx_is_told_so(course: Path, tmp_path: Path, monkeypatch) -> None:
    module, cpu = load(course), tmp_path / "cpuinfo"
    monkeypatch.setattr(module, "Path", lambda _: cpu)
    for good in ("flags : sse avx avx2", "Features : fp asimd"):
        cpu.write_text(good)
        module.check_computer()
    cpu.write_text("flags : sse avx512\n")
    with pytest.raises(SystemExit, match=r"no AVX instructions.*: use another computer"):
        module.check_computer()


def test_a_wrong_command_shows_the_right_ones(course: Path) -> None:
    done = call(course, "play")
    assert (done.status, list(course.glob(".venv"))) == (2, [])
    assert all(f"course.py {command} [" in done.out for command in ("lab", "test", "store"))


def test_the_first_call_installs_and_the_second_needs_nothing(course: Path) -> None:
    """By pip, since these wheels have no uv among them: the one real installation."""
    (course / "uv").unlink()
    (course / "requirements.txt").write_text("small==1.0\n")
    with zipfile.ZipFile(course / "small-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("small.py", "")
        metadata = "Metadata-Version: 2.1\nName: small\nVersion: 1.0\n"
        wheel.writestr("small-1.0.dist-info/METADATA", metadata)
        wheel.writestr("small-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr("small-1.0.dist-info/RECORD", "")
    first = call(course, "store", "7", PIP_NO_INDEX="1", PIP_FIND_LINKS=course.as_uri())
    assert first.status == 7, first.err
    assert "Successfully installed small-1.0" in first.out
    (course / "7").touch()
    second = call(course, "store", "--strict", "7", "3", PYTHONPATH="/elsewhere")
    assert (second.status, second.err) == (3, "")
    arguments, directory, prefix, *states = json.loads(second.out)
    assert arguments == ["--strict", str(course / "7"), "3"]
    assert (Path(directory), Path(prefix)) == (course, course / ".venv")
    assert all(Path(state).parent == course / ".venv" / "state" for state in states)
    python = [course / ".venv" / "bin" / "python", "-c", "import helper, small"]
    subprocess.run(python, cwd="/", env={"LC_ALL": "C"}, check=True)


def test_it_is_made_again_if_half_made_or_from_another_lock(course: Path) -> None:
    half = course / ".venv" / "half"
    for change in ("", "half-made", "another lock", "no Python"):
        if change == "half-made":
            (course / ".venv" / "made-from.txt").write_text("")
        elif change == "another lock":
            (course / "requirements.txt").write_text("small==2.0\n")
        elif change == "no Python":
            (course / ".venv" / "bin" / "python").unlink()
        half.parent.mkdir(exist_ok=True)
        (course / "uv.txt").unlink(missing_ok=True)
        for made_now in (True, False):
            done = call(course, "store", "0")
            assert done.status == 0, done.err
            assert (course / "uv.txt").read_text().count("\n") == 1, change
            assert half.exists() is not made_now
            half.mkdir(exist_ok=True)


def test_somebody_elses_environment_is_left_alone(course: Path) -> None:
    (course / ".venv").mkdir()
    (course / ".venv" / "mine.txt").write_text("precious")
    done = call(course, "store", "0")
    assert done.status == 1
    assert "was not made by course.py: rename it or delete it" in done.err
    assert [path.name for path in (course / ".venv").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("by_variable", [True, False])
def test_uv_uses_the_mirror_that_pip_knows(course: Path, by_variable: bool) -> None:
    (course / "pip.conf").write_text("[global]\nindex-url = http://mirror.invalid/simple\n")
    variables = {"PIP_CONFIG_FILE": str(course / "pip.conf")}
    if by_variable:
        variables["PIP_INDEX_URL"] = "http://nearer.invalid/simple"
    assert call(course, "store", "0", **variables).status == 0
    mirror = "nearer" if by_variable else "mirror"
    assert (course / "uv.txt").read_text() == f"http://{mirror}.invalid/simple\n"


def test_without_a_network_one_sentence_says_so(course: Path) -> None:
    (course / "uv").unlink()
    done = call(course, "store", "0", PIP_INDEX_URL="http://127.0.0.1:9/simple")
    assert done.status == 1
    assert "cannot be reached: connect to the network, or name your mirror" in done.err
    assert len(done.err.splitlines()) == 3, done.err


def test_without_room_or_the_venv_module_one_sentence_says_so(course: Path, monkeypatch) -> None:
    module = load(course)
    monkeypatch.setattr(module.shutil, "which", lambda _: None)
    monkeypatch.setattr(module, "find_spec", lambda name: name == "venv")
    with pytest.raises(SystemExit, match=r"venv or ensurepip: install it \(on Debian"):
        module.make_environment()
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: SimpleNamespace(free=2.4e9))
    with pytest.raises(SystemExit, match=r"less than 2.5 GB free: make room"):
        module.make_environment()
    (course / ".venv" / "made-from.txt").unlink()
    (course / ".venv").rmdir()
    (course / ".venv").write_text("a file, so it cannot be made")
    with pytest.raises(SystemExit, match=r"cannot be made or used \(.*: close what is using"):
        module.main(["store"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_call_leaves_nothing_running(course: Path, number: int) -> None:
    (course / "hold").touch()
    process = start(course, "store", "0")
    while not (course / "uv.txt").exists():
        time.sleep(0.05)
    children = psutil.Process(process.pid).children(recursive=True)
    assert children
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in err) == (130, False)
    assert not psutil.wait_procs(children, timeout=10)[1]
    assert (course / ".venv" / "made-from.txt").read_text() == ""
